package inbound_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"wherewithal/mail/inbound"
)

// FuzzRead promises that no mail breaks the reader, and that nothing it gives can start a field or a line of its own.
func FuzzRead(f *testing.F) {
	mails, _ := filepath.Glob("testdata/replies/*.eml")
	for _, path := range mails {
		raw, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := inbound.Read(bytes.NewReader(raw))
		if err != nil {
			return
		}
		if strings.ContainsAny(m.Subject+m.ID+strings.Join(m.From, "")+strings.Join(m.References, ""), "\r\n\x00") {
			t.Errorf("a field with a line end: %+v", m)
		}
		if !utf8.ValidString(m.Own) || strings.ContainsRune(m.Own, 0) {
			t.Errorf("own words %q", m.Own)
		}
		for _, file := range m.Files {
			if file.Name == "" || strings.ContainsAny(file.Name, "/\\\x00\r\n\"") {
				t.Errorf("a file named %q", file.Name)
			}
		}
	})
}

// FuzzReport promises the same of what servers report.
func FuzzReport(f *testing.F) {
	f.Add("Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@b\nAction: failed\nStatus: 5.1.1\n")
	f.Add("Feedback-Type: abuse\nOriginal-Rcpt-To: a@b\n")
	f.Fuzz(func(t *testing.T, block string) {
		for _, kind := range []string{"message/delivery-status", "message/feedback-report"} {
			m, err := inbound.Read(strings.NewReader("Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: " + kind + "\r\n\r\n" + block + "\r\n--x--\r\n"))
			if err == nil && m.Report != nil && strings.ContainsAny(m.Report.Recipient+m.Report.OriginalID+m.Report.OriginalFrom, "\r\n \x00") {
				t.Errorf("%+v", m.Report)
			}
		}
	})
}

// FuzzSaid promises that a yes is never read where the text asks, or says "not" or "but".
func FuzzSaid(f *testing.F) {
	for _, s := range []string{"yes please", "no thanks", "Hi Jo\nYes\nThanks\nAma", "yes but", "not yes"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		low := " " + strings.ToLower(s) + " "
		if said := inbound.Said(s); said == inbound.Yes && (strings.Contains(low, "?") || strings.Contains(low, " not ") || strings.Contains(low, " but ")) {
			t.Errorf("%q: %v", s, said)
		}
	})
}
