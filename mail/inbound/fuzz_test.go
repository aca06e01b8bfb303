package inbound_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
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
	f.Add("Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; kofi@b.example\nAction: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; ama@b.example\nAction: failed\nStatus: 5.1.10 (no such user)\n")
	f.Add("Final-Recipient: rfc822; ama@b.example\nAction: delayed\nStatus: 4.4.7\n\n--x\nContent-Type: message/rfc822\n\nMessage-ID: <letter.7@w.example>\nSubject: Hall\n\nbody\n")
	f.Add("Feedback-Type: abuse\nUser-Agent: Mailbox-Provider-Feedback/2.0\nVersion: 1\nOriginal-Mail-From: <b-7@w.example>\nOriginal-Rcpt-To: [redacted]\nReceived-Date: Mon, 11 Jan 2027 12:20:00 +0000\n" +
		"Source-IP: 192.0.2.25\nReported-Domain: w.example\n\n--x\nContent-Type: text/rfc822-headers\n\nReturn-Path: <B-7@w.example>\nMessage-ID: <letter.8@w.example>\nSubject: Hall\n")
	f.Fuzz(func(t *testing.T, block string) {
		for _, kind := range []string{"message/delivery-status", "message/feedback-report"} {
			m, err := inbound.Read(strings.NewReader("Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: " + kind + "\r\n\r\n" + block + "\r\n--x--\r\n"))
			if err == nil && m.Report != nil && strings.ContainsAny(m.Report.Recipient+m.Report.OriginalID+m.Report.OriginalFrom, "\r\n \x00") {
				t.Errorf("%+v", m.Report)
			}
		}
	})
}

// unless are words of a condition, and of when.
var unless = regexp.MustCompile(`(?i)\b(?:not|but|if|unless|only|except|until|after|before|provided|maybe|(?:mon|tues|wednes|thurs|fri|satur|sun)day|` +
	`january|february|march|april|may|june|july|august|september|october|november|december)\b`)

// FuzzSaid promises that a yes is never read where the text asks, names a condition, a month or a day, or says "not" or "but".
func FuzzSaid(f *testing.F) {
	for _, s := range []string{"yes please", "no thanks", "Hi Jo\nYes\nThanks\nAma", "yes but", "not yes", "Yes if it is free", "Yes thanks, after easter",
		"Yes please\nThanks\nunless it rains", "Yes thanks\nMay", "Hello June,\nyes", "Yes, thanks, Mondays", "yes - thanks - Thursday", "Yes thanks\nAugust’s", "Yes\nKind regards\nNot-Only"} {
		f.Add(s, "Ama May")
	}
	f.Fuzz(func(t *testing.T, s, by string) {
		if said := inbound.Said(s, by); said == inbound.Yes && (strings.Contains(s, "?") || unless.MatchString(s)) {
			t.Errorf("%q: %v", s, said)
		}
	})
}
