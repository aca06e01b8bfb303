package inbound_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/mail/inbound"
)

func read(t *testing.T, mail string) *inbound.Message {
	t.Helper()
	m, err := inbound.Read(strings.NewReader(strings.ReplaceAll(mail, "\n", "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestOwnWordsOnly reads replies as the mail programs write them. Each .want is what the writer wrote.
func TestOwnWordsOnly(t *testing.T) {
	mails, err := filepath.Glob("testdata/replies/*.eml")
	if err != nil || len(mails) < 40 {
		t.Fatalf("%d replies: %v", len(mails), err)
	}
	for _, path := range mails {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".eml"), func(t *testing.T) {
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(strings.TrimSuffix(path, ".eml") + ".want")
			if err != nil {
				t.Fatal(err)
			}
			m, err := inbound.Read(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.TrimSpace(string(want)), m.Own); diff != "" {
				t.Error(diff)
			}
			if m.Machine || m.Doubtful || len(m.From) != 1 || m.From[0] != "ama@southside.example" || m.ID == "" {
				t.Errorf("read as %+v", m)
			}
			if diff := cmp.Diff([]string{"letter.0@wherewithal.example", "letter.1@wherewithal.example", "letter.1@wherewithal.example"}, m.References); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSafeFilesPass(t *testing.T) {
	file := func(name, kind, content string) string {
		return "From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nHello\n--x\nContent-Type: " + kind +
			"\nContent-Disposition: attachment; filename=\"" + name + "\"\n\n" + content + "\n--x--\n"
	}
	for _, c := range []struct {
		name, kind, content string
		passes              bool
		as                  string
	}{
		{"plan.pdf", "application/pdf", "%PDF-1.4", true, "plan.pdf"},
		{"../../etc/plan.pdf", "application/pdf", "%PDF-1.4", true, "plan.pdf"},
		{`c:\plans\plan.pdf`, "application/pdf", "%PDF-1.4", true, "plan.pdf"},
		{"times.ics", "text/calendar", "BEGIN:VCALENDAR", true, "times.ics"},
		{"photo.gif", "image/gif", "GIF89a....", true, "photo.gif"},
		{"photo.png", "image/png", "<svg onload=steal()>", false, "photo.png"},
		{"page.html", "text/html", "<script>", false, "page.html"},
		{"drawing.svg", "image/svg+xml", "<svg/>", false, "drawing.svg"},
		{"plan.pdf.exe", "application/pdf", "MZ", false, "plan.pdf.exe"},
		{"plan.docm", "application/zip", "PK\x03\x04", false, "plan.docm"},
		{"plan.pdf", "application/pdf", "<html><script>", false, "plan.pdf"},
	} {
		m := read(t, file(c.name, c.kind, c.content))
		if got := len(m.Files) == 1; got != c.passes || len(m.Files)+len(m.Refused) != 1 {
			t.Errorf("%s of %q: passed %d, refused %d", c.name, c.content, len(m.Files), len(m.Refused))
			continue
		}
		if f := append(m.Files, m.Refused...)[0]; f.Name != c.as {
			t.Errorf("%s is named %q", c.name, f.Name)
		}
		if m.Own != "Hello" {
			t.Errorf("own words %q", m.Own)
		}
	}
}

// zipped is a file packed of others, each given as its name and what is in it.
func zipped(t *testing.T, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err == nil {
			_, err = w.Write([]byte(parts[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A document is one within as well as by its name.
func TestAZipIsNoDocument(t *testing.T) {
	types := func(main string) string {
		return `<?xml version="1.0"?><Types><Override PartName="/main.xml" ContentType="` + main + `.main+xml"/></Types>`
	}
	const word, sheet = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	const text, table = "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet"
	many := make([]string, 0, 5000)
	for i := range 2500 {
		many = append(many, fmt.Sprint(i), "")
	}
	for what, c := range map[string]struct {
		name, content, as string // as: its type, empty where it does not pass
	}{
		"a text":                 {"plan.docx", zipped(t, "word/document.xml", "<a/>", "[Content_Types].xml", types(word)), word},
		"a table":                {"plan.xlsx", zipped(t, "[Content_Types].xml", types(sheet)), sheet},
		"an open text":           {"plan.odt", zipped(t, "mimetype", text), text},
		"an open table":          {"plan.ods", zipped(t, "mimetype", table+"\n"), table},
		"a program in a zip":     {"plan.docx", zipped(t, "setup.exe", "MZ"), ""},
		"a zip of any name":      {"plan.odt", zipped(t, "mimetype", "application/zip"), ""},
		"one as the other":       {"plan.xlsx", zipped(t, "[Content_Types].xml", types(word)), ""},
		"a text with macros":     {"plan.docx", zipped(t, "[Content_Types].xml", types("application/vnd.ms-word.document.macroEnabled")), ""},
		"far in, one that is":    {"plan.odt", zipped(t, "mimetype", strings.Repeat(" ", 1<<20)+text), ""},
		"of too many files":      {"plan.odt", zipped(t, append(many, "mimetype", text)...), ""},
		"the beginning of a zip": {"plan.odt", "PK\x03\x04", ""},
	} {
		m := read(t, "From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"+
			"Content-Disposition: attachment; filename="+c.name+"\n\n"+base64.StdEncoding.EncodeToString([]byte(c.content))+"\n--x--\n")
		if len(m.Files)+len(m.Refused) != 1 || (len(m.Files) == 1) != (c.as != "") || c.as != "" && m.Files[0].Type != c.as {
			t.Errorf("%s: passed %+v, refused %d", what, m.Files, len(m.Refused))
		}
	}
}

func TestMachinesAreKnown(t *testing.T) {
	for _, c := range []struct {
		field             string
		machine, doubtful bool
	}{
		{"Auto-Submitted: auto-replied", true, false}, {"Auto-Submitted: auto-generated; owner-email=a@b.example", true, false},
		{"Precedence: bulk", true, false}, {"Precedence: auto_reply", true, false}, {"X-Autoreply: yes", true, false}, {"Return-Path: <>", true, false},
		{"Precedence: list", false, true}, {"List-Id: <news.example>", false, true}, {"List-Unsubscribe: <https://post.example>", false, true},
		{"Feedback-Id: 1:post", false, true}, {"Subject: Automatic reply: Hall", false, true}, {"Subject: Out of office until Monday", false, true},
		{"From: Mail Delivery <MAILER-DAEMON@mx.example>", false, true},
		{"Auto-Submitted: no", false, false}, {"Subject: Re: out of chairs", false, false}, {"Return-Path: <ama@b.example>", false, false},
		{"Precedence: normal", false, false},
	} {
		if m := read(t, c.field+"\nTo: x@y.example\n\nI am away.\n"); m.Machine != c.machine || m.Doubtful != c.doubtful {
			t.Errorf("%s: machine %v, doubtful %v", c.field, m.Machine, m.Doubtful)
		}
	}
}

func TestHostileMailIsRefusedOrHarmless(t *testing.T) {
	deep := "From: a@b.example\n"
	for i := range 50 {
		deep += fmt.Sprintf("Content-Type: multipart/mixed; boundary=x%d\n\n--x%d\n", i, i)
	}
	wide := "Content-Type: multipart/mixed; boundary=x\n\n" + strings.Repeat("--x\nContent-Type: text/plain\n\na\n", 5000) + "--x--\n"
	for name, c := range map[string]struct {
		mail string
		want error
	}{
		"deep": {deep, inbound.ErrTooMany},
		"wide": {wide, inbound.ErrTooMany},
		"big":  {"From: a@b.example\n\n" + strings.Repeat("x", 50<<20), nil},
	} {
		_, err := inbound.Read(strings.NewReader(c.mail))
		if !errors.Is(err, c.want) { // of what is too long only the beginning is read
			t.Errorf("%s: %v", name, err)
		}
	}
	m := read(t, "From: a@b.example\nSubject: =?utf-8?q?Hall=0D=0ABcc:_x@y.example?=\nContent-Type: text/plain; charset=no-such\n\nHe\x00llo\x07\n")
	if strings.ContainsAny(m.Subject, "\r\n") || m.Own != "Hello" {
		t.Errorf("subject %q, own %q", m.Subject, m.Own)
	}
	if m := read(t, "Message-ID: <a b@c>\nFrom: a@b.example\n\nx\n"); m.ID != "" {
		t.Errorf("kept the id %q", m.ID)
	}
}

func TestTooBigIsSaid(t *testing.T) {
	file := "From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: application/pdf; name=a.pdf\n\n" + strings.Repeat(strings.Repeat("x", 70)+"\n", 16<<20/71) + "--x--\n"
	if _, err := inbound.Read(strings.NewReader(file)); !errors.Is(err, inbound.ErrTooBig) {
		t.Errorf("16 MB: %v", err)
	}
}

func TestFatesOfMail(t *testing.T) {
	report := func(block string) string {
		return "From: MAILER-DAEMON@mx.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\nContent-Type: text/plain\n\nSorry.\n" +
			"--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n" + block + "\n--x\nContent-Type: message/rfc822\n\nMessage-ID: <letter.7@w.example>\nSubject: Hall\n\nbody\n--x--\n"
	}
	for _, c := range []struct {
		block string
		fate  inbound.Fate
	}{
		{"Final-Recipient: rfc822; Ama@b.example\nAction: failed\nStatus: 5.1.1\n", inbound.Hard},
		{"Final-Recipient: rfc822; Ama@b.example\nAction: failed\nStatus: 5.1.10 (no such user)\n", inbound.Hard},
		{"Final-Recipient: rfc822; ama@b.example\nAction: failed\nStatus: 5.2.2\n", inbound.Soft},
		{"Final-Recipient: rfc822; ama@b.example\nAction: failed\nStatus: 5.7.1\n", inbound.Soft},
		{"Final-Recipient: rfc822; ama@b.example\nAction: failed\nStatus: 4.4.7\n", inbound.Soft},
		{"Final-Recipient: rfc822; ama@b.example\nAction: failed\nStatus: 5.1.8\n", inbound.Soft},
		{"Final-Recipient: rfc822; ama@b.example\nAction: failed\nStatus: 5.6.0\n", inbound.Soft},
		{"Final-Recipient: rfc822; ama@b.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 203.0.113.7 is in a black\n list at zen.example\n", inbound.Soft},
		{"Final-Recipient: rfc822; ama@b.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 Unrouteable address\n", inbound.Hard},
		{"Final-Recipient: rfc822; ama@b.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550-5.0.0 no such\nuser here\nFor more information: see https://mx.example\n", inbound.Hard},
		{"Final-Recipient: rfc822; ama@b.example\nAction: failed\nStatus: 5.0.0\n", inbound.Soft},
		{"This server wishes you a good day\nArrival-Date: Thu, 4 Feb 2027 10:00:00 +0000\n\nFinal-Recipient: rfc822; ama@b.example\nGone\nAction: failed\nStatus: 5.1.1\n", inbound.Hard},
		{"Final-Recipient: rfc822; ama@b.example\nAction: delayed\nStatus: 4.0.0\n", inbound.Unknown},
		{"Final-Recipient: rfc822; ama@b.example\nAction: delivered\nStatus: 2.0.0\n", inbound.Delivered},
		{"Final-Recipient: rfc822; kofi@b.example\nAction: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; ama@b.example\nAction: failed\nStatus: 5.1.1\n", inbound.Hard},
	} {
		m := read(t, report(c.block))
		if m.Report == nil || m.Report.Fate != c.fate || m.Report.Recipient != "ama@b.example" || m.Report.OriginalID != "letter.7@w.example" || !m.Machine {
			t.Errorf("%q: %+v", c.block, m.Report)
		}
	}
	complaint := "From: fbl@mx.example\nContent-Type: multipart/report; report-type=feedback-report; boundary=x\n\n--x\nContent-Type: message/feedback-report\n\n" +
		"Feedback-Type: abuse\nVersion: 1\nOriginal-Rcpt-To: ama@b.example\n\n--x\nContent-Type: text/rfc822-headers\n\nReturn-Path: <B-7@w.example>\nMessage-ID: <letter.8@w.example>\n\n--x--\n"
	if m := read(t, complaint); m.Report == nil || m.Report.OriginalFrom != "b-7@w.example" || m.Report.Fate != inbound.Complained || m.Report.Recipient != "ama@b.example" || m.Report.OriginalID != "letter.8@w.example" {
		t.Errorf("complaint: %+v", m.Report)
	}
}

func TestOnlyTheNamedServerIsTrusted(t *testing.T) {
	for _, c := range []struct {
		fields string
		want   bool
	}{
		{"Authentication-Results: mx.w.example; dmarc=pass header.from=b.example", true},
		{"Authentication-Results: mx.w.example; dkim=pass header.d=b.example", true},
		{"Authentication-Results: mx.w.example; spf=pass smtp.mailfrom=ama@b.example", true},
		{"Authentication-Results: mx.w.example; spf=pass smtp.mailfrom=x@evil.example", false},
		{"Authentication-Results: mx.w.example; dkim=pass header.d=evil.example", false},
		{"Authentication-Results: mx.w.example; dmarc=fail header.from=b.example; dkim=pass header.d=b.example", false},
		{"Authentication-Results: evil.example; dmarc=pass header.from=b.example", false},
		{"Authentication-Results: mx.w.example; dmarc=fail header.from=b.example\nAuthentication-Results: mx.w.example; dmarc=pass header.from=b.example", false},
		{"Authentication-Results: mx.w.example; none", false},
		{"X-Other: 1", false},
		{"Authentication-Results: mx.w.example (ours; (nested) \\) too) 1; dmarc=pass (p=none; sp=none) header.from=b.example", true},
		{"Authentication-Results: other.example; spf=pass\nAuthentication-Results: mx.w.example; dmarc=pass header.from=b.example", true},
		{"Authentication-Results: other.example (open; spf=pass\nAuthentication-Results: mx.w.example; dmarc=pass header.from=b.example", true},
		{`Authentication-Results: mx.w.example; spf=pass smtp.mailfrom="x; dkim=pass header.d=b.example; y"@evil.example`, false},
		{`Authentication-Results: mx.w.example; spf=pass smtp.mailfrom="x;dmarc=pass header.from=b.example;y=1"@evil.example; dmarc=fail header.from=b.example`, false},
		{"Authentication-Results: mx.w.example; spf=pass (says x; dkim=pass header.d=b.example ) smtp.mailfrom=x@evil.example", false},
		{"Authentication-Results: mx.w.example; spf=fail (domain of x; dkim=pass header.d=b.example;", false},
		{"Authentication-Results: mx.w.example; spf=fail (x) dkim=none) ; dkim=pass header.d=b.example", false},
		{"Authentication-Results: mx.w.example; spf=pass smtp.mailfrom=x;dmarc=pass header.from=b.example;y=@evil.example; dmarc=fail header.from=b.example", false},
		{`Authentication-Results: mx.w.example; dkim=pass reason="good signature; 2048-bit (rsa)" header.d=b.example header.b="dHy7/x+1"`, true},
		{`Authentication-Results: mx.w.example; dkim=pass header.d=b.example header.b="dHy7/w=="; dmarc=pass header.from="b.example"`, true},
		{`Authentication-Results: "mx.w.example" 1; dmarc = pass (he said "yes") reason = "a \"good\" one" header.from=b.example`, true},
		{`Authentication-Results: mx.w.example; spf=pass (domain of "a b"@b.example) smtp.mailfrom="a b"@b.example`, true},
		{`Authentication-Results: other.example; dkim=pass reason="fine" header.d=c.example` + "\nAuthentication-Results: mx.w.example; dmarc=pass header.from=b.example", true},
		{`Authentication-Results: other.example; dkim=pass reason="open` + "\nAuthentication-Results: mx.w.example; dmarc=pass header.from=b.example", true},
		{`Authentication-Results: mx.w.example; dkim=pass reason="open` + "\nAuthentication-Results: mx.w.example; dmarc=pass header.from=b.example", false},
		{`Authentication-Results: "mx.w.\example"; dmarc=fail header.from=b.example` + "\nAuthentication-Results: mx.w.example; dmarc=pass header.from=b.example", false},
		{`Authentication-Results: mx.w.example; dmarc=fail reason="x; dmarc=pass header.from=b.example"`, false},
		{`Authentication-Results: mx.w.example; spf=pass reason="x\"; dkim=pass header.d=b.example; y" smtp.mailfrom=x@evil.example`, false},
		{`Authentication-Results: mx.w.example; spf=pass smtp.mailfrom="x"; dkim=pass header.d=b.example; y"@evil.example`, false},
		{`Authentication-Results: mx.w.example; spf=pass smtp.mailfrom=x"; dkim=pass header.d=b.example; y="@evil.example`, false},
		{`Authentication-Results: mx.w.example; dkim=pass header.i="@evil.example; spf=pass smtp.mailfrom="; dkim=pass header.d=b.example; x.y="@evil.example; dkim=fail header.i="@evil.example`, false},
		{`Authentication-Results: mx.w.example; spf=pass smtp.mailfrom=\"; dkim=pass header.d=b.example; y="x"`, false},
		{`Authentication-Results: mx.w.example; spf=pass (of "x) ; dkim=pass header.d=b.example ("y" ) smtp.mailfrom=x@evil.example`, false},
		{`Authentication-Results: mx.w.example; spf=pass reason="(" smtp.mailfrom=x@evil.example; dkim=fail reason=")" header.d=b.example`, false},
		{`Authentication-Results: mx.w.example; dmarc="pass" header.from=b.example`, false},
		{`Authentication-Results: mx.w.example; "dmarc"=pass header.from=b.example`, false},
		{`Authentication-Results: mx.w.example; dkim=pass header.d="b.example "`, false},
		{`Authentication-Results: mx.w.example; dkim=pass header.d="b.example"evil`, false},
		{`Authentication-Results: mx.w.example; spf=pass smtp.mailfrom="x@b.example"@evil.example`, false},
		{"Authentication-Results: mx.w.example; dmarc fail; x\nAuthentication-Results: mx.w.example; dmarc=pass header.from=b.example", false},
		{"Authentication-Results: mx.w.example 7; x\nAuthentication-Results: mx.w.example; dmarc=pass header.from=b.example", false},
	} {
		m := read(t, c.fields+"\nFrom: Ama <ama@b.example>\n\nYes.\n")
		if got := m.Trusted("mx.w.example"); got != c.want {
			t.Errorf("%s: %v", c.fields, got)
		}
		if m.Trusted("") {
			t.Error("trusts without a name")
		}
	}
	if read(t, "Authentication-Results: mx; dmarc=pass header.from=b.example\nFrom: a@b.example, c@d.example\n\nx\n").Trusted("mx") {
		t.Error("trusts a mail from two")
	}
}

// A second From field is one that checks and people read differently.
func TestTwoFromFieldsAreNone(t *testing.T) {
	for _, second := range []string{"From: Jo <jo@evil.example>", "From: ama@b.example", "From:"} {
		m := read(t, "Authentication-Results: mx; dmarc=pass header.from=b.example\nFrom: Ama <ama@b.example>\n"+second+"\n\nYes.\n")
		if len(m.From) != 0 || m.Trusted("mx") {
			t.Errorf("%s: from %q, trusted %v", second, m.From, m.Trusted("mx"))
		}
	}
}

func TestAddressesAreMasked(t *testing.T) {
	keep := func(a string) bool { return strings.HasSuffix(a, "@reply.w.example") }
	for text, want := range map[string]string{
		"Write to Ama.B+hall@mail.example.org, please": "Write to ***, please",
		"<mailto:ama@b.example> or (ama@b.example)":    "*** or (***)",
		"ama (at) example (dot) org":                   "***",
		"ama [at] example.org or so":                   "*** or so",
		"hall-7k2@reply.w.example stays":               "hall-7k2@reply.w.example stays",
		"AMA@B.EXAMPLE":                                "***",
		"josé@müller.example":                          "***",
		"5 @ £4 each, meet @ six":                      "5 @ £4 each, meet @ six",
	} {
		if got := inbound.Masked(text, "***", keep); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}
