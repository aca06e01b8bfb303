package mail

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
	gomail "github.com/wneessen/go-mail"
)

// DKIM is how mails are signed (RFC 6376). The record SELECTOR._domainkey.DOMAIN holds the public key.
type DKIM struct {
	Domain   string
	Selector string
	Key      crypto.Signer // RSA of 1024 bits or more, or Ed25519
}

// signed are the fields a signature covers: all that a reader is shown, and those by which mails are stopped (RFC 8058
// wants them covered).
var signed = []string{"From", "Reply-To", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version",
	"Content-Type", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post"}

// ReadKey reads a private key from a PEM file, as openssl writes it.
func ReadKey(file string) (crypto.Signer, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("mail: the key cannot be read: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("mail: the key file is not PEM")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("mail: the key file holds no private key that can be read")
	}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		return key, nil
	case ed25519.PrivateKey:
		return key, nil
	}
	return nil, errors.New("mail: the key must be RSA or Ed25519")
}

// sign adds the signature. The message is written once for it; the library keeps date and boundaries for the second time.
func (d *DKIM) sign(m *gomail.Msg) error {
	if d == nil {
		return nil
	}
	var text bytes.Buffer
	if _, err := m.WriteTo(&text); err != nil {
		return fmt.Errorf("%w: %w", ErrPermanent, err)
	}
	s, err := dkim.NewSigner(&dkim.SignOptions{Domain: d.Domain, Selector: d.Selector, Signer: d.Key, HeaderKeys: signed,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed})
	if err != nil {
		return fmt.Errorf("%w: sign: %w", ErrTemporary, err) // mends when the operator mends the key
	}
	_, err = text.WriteTo(s)
	if err = errors.Join(err, s.Close()); err != nil {
		return fmt.Errorf("%w: sign: %w", ErrTemporary, err)
	}
	_, value, _ := strings.Cut(s.Signature(), ":")
	m.SetGenHeaderPreformatted("DKIM-Signature", strings.TrimSpace(value))
	return nil
}
