package search

import (
	"crypto/sha256"
	"fmt"
)

// fingerprint changes with everything that decides what stands in the tables.
func fingerprint() string {
	sum := sha256.Sum256([]byte(commonDDL + copyDDL + shapeDDL + synonymFile))
	return fmt.Sprintf("%x", sum[:6])
}

// TemplateKey names the tests' template database.
func TemplateKey() string { return "search_" + fingerprint() }
