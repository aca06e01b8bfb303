package mail_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"wherewithal/mail"
	"wherewithal/mail/mailtest"
)

// TestMailsAreSigned sends over a real socket and has another program's verifier look at what came.
func TestMailsAreSigned(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "key.pem")
	pemKey := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	if err := os.WriteFile(file, pemKey, 0o600); err != nil {
		t.Fatal(err)
	}
	read, err := mail.ReadKey(file)
	if err != nil {
		t.Fatal(err)
	}
	server := mailtest.Start(t, mailtest.Options{})
	sender, err := mail.NewSender(mail.Config{URL: server.URL(), From: "Wherewithal <hello@wherewithal.test>",
		DKIM: &mail.DKIM{Domain: "wherewithal.test", Selector: "one", Key: read}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := mail.Render("en-GB", mail.Message{Group: "A", OtherGroup: "B", Writer: "Ama", Text: "Grüße\n.\nFrom here", Link: "https://w.test/i/x"})
	if err != nil {
		t.Fatal(err)
	}
	err = sender.Send(context.Background(), mail.Outgoing{MessageID: "one@wherewithal.test", To: "jo@hall.test", ToName: "Jo", Unsubscribe: "https://w.test/mails/x/stop/message",
		References: []string{"zero@wherewithal.test"}, Files: []mail.File{{Name: "plan.pdf", Type: "application/pdf", Content: []byte("%PDF-1.4")}}, Rendered: r})
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	lookup := func(name string) ([]string, error) {
		if name != "one._domainkey.wherewithal.test" {
			t.Errorf("looked up %s", name)
		}
		return []string{"v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der)}, nil
	}
	raw := server.Log()[0].Raw
	for name, text := range map[string][]byte{"as sent": raw, "changed": bytes.Replace(raw, []byte("stop/message"), []byte("stop/another"), 1)} {
		found, err := dkim.VerifyWithOptions(bytes.NewReader(text), &dkim.VerifyOptions{LookupTXT: lookup})
		if err != nil || len(found) != 1 || (found[0].Err == nil) != (name == "as sent") {
			t.Errorf("%s: %v %+v", name, err, found)
		}
	}
	if !strings.Contains(string(raw), "List-Unsubscribe-Post") {
		t.Error("no one-click field")
	}
}

func TestOnlyKeysThatSignAreRead(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, text []byte) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mail.ReadKey(write("ed25519.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))); err != nil {
		t.Error(err)
	}
	for name, text := range map[string][]byte{"empty": nil, "text": []byte("no key"), "other": pem.EncodeToMemory(&pem.Block{Type: "X", Bytes: []byte("x")})} {
		if _, err := mail.ReadKey(write(name, text)); err == nil {
			t.Errorf("%s was read", name)
		}
	}
	if _, err := mail.ReadKey(filepath.Join(dir, "missing")); err == nil {
		t.Error("a missing file was read")
	}
}

var openssl = regexp.MustCompile(`(?m)^    (openssl .*)$`)

// The lines of docs/running.md that make a key make one that we can read, and print the half that belongs in the DNS.
func TestTheKeyThatThePageMakesIsRead(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Log("SKIPPING: no openssl here")
		return
	}
	page, err := os.ReadFile("../docs/running.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := openssl.FindAllStringSubmatch(string(page), -1)
	if len(lines) != 2 {
		t.Fatalf("%d lines make the key", len(lines))
	}
	dir, out := t.TempDir(), []byte(nil)
	for _, line := range lines {
		c := exec.CommandContext(t.Context(), "sh", "-c", line[1])
		c.Dir = dir
		if out, err = c.Output(); err != nil {
			t.Fatalf("%s: %v", line[1], err)
		}
	}
	key, err := mail.ReadKey(filepath.Join(dir, "dkim.pem"))
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil || string(out) != base64.StdEncoding.EncodeToString(public) {
		t.Errorf("the other half is %s: %v", out, err)
	}
}
