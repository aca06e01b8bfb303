//go:build testclock

package config

import (
	"crypto/x509"
	"os"
)

// WebhookRoots are the certificates in the file named by WHEREWITHAL_WEBHOOK_ROOTS, whose receivers on this machine webhooks may
// then reach. nil: as in a release. The file is read once, when the program starts.
func WebhookRoots() *x509.CertPool {
	pem, err := os.ReadFile(os.Getenv("WHEREWITHAL_WEBHOOK_ROOTS"))
	if err != nil {
		return nil
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil
	}
	return pool
}
