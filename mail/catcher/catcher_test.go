package catcher

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/mail"
)

func start(t *testing.T, o Options) *Catcher {
	t.Helper()
	c, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func send(t *testing.T, c *Catcher, subjects ...string) {
	t.Helper()
	sender, err := mail.NewSender(mail.Config{URL: c.URL(), From: "Wherewithal <hello@wherewithal.example>", AllowExample: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range subjects {
		err := sender.Send(context.Background(), mail.Outgoing{MessageID: fmt.Sprintf("m%d@wherewithal.example", i), To: "ama@choir.example", ToName: "Ama Ọ̀ṣun", Rendered: mail.Rendered{Subject: s, Text: "Grüße, £12\n.\nend", HTML: "<p>Grüße, £12</p>"}})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func subjects(c *Catcher) []string {
	var out []string
	for _, m := range c.Mails() {
		out = append(out, m.Subject)
	}
	return out
}

func TestMailsOfSomebodyAreForgottenOnDiskToo(t *testing.T) {
	dir := t.TempDir()
	c := start(t, Options{Dir: dir})
	send(t, c, "One", "For bea") // both to ama
	if err := c.Forget("bea@band.example", "Bea"); err != nil {
		t.Fatal(err)
	}
	if got := subjects(c); len(got) != 1 || got[0] != "One" {
		t.Errorf("kept %v", got)
	}
	text, err := os.ReadFile(filepath.Join(dir, "mails.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range []string{"For bea", "Rm9yIGJlY"} { // as it is, and as the file writes it
		if strings.Contains(string(text), raw) {
			t.Errorf("the file holds %q", raw)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c = start(t, Options{Dir: dir})
	send(t, c, "Three")
	if got := subjects(c); len(got) != 2 || c.Mails()[0].Seq != 3 {
		t.Errorf("after a restart: %v, the newest is %d", got, c.Mails()[0].Seq)
	}
}

func TestAMailIsCaughtWhole(t *testing.T) {
	at := time.Date(2027, 2, 4, 18, 0, 0, 0, time.UTC)
	c := start(t, Options{Now: func() time.Time { return at }})
	send(t, c, "Your “hall”, Thursday")
	got, ok := c.Mail(1)
	if !ok {
		t.Fatal("no mail 1")
	}
	got.Headers = nil
	want := Mail{Seq: 1, At: at, Rcpt: []string{"ama@choir.example"}, Received: mail.Received{
		From: "Wherewithal <hello@wherewithal.example>", To: "Ama Ọ̀ṣun <ama@choir.example>",
		Subject: "Your “hall”, Thursday", MessageID: "m0@wherewithal.example", Text: "Grüße, £12\n.\nend", HTML: "<p>Grüße, £12</p>"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, ok := c.Mail(2); ok {
		t.Error("found a mail that never came")
	}
}

func TestMailsAreKeptOverARestart(t *testing.T) {
	dir := t.TempDir()
	first := start(t, Options{Dir: dir})
	send(t, first, "one", "two")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second := start(t, Options{Dir: dir})
	send(t, second, "three")
	if diff := cmp.Diff([]string{"three", "two", "one"}, subjects(second)); diff != "" {
		t.Error(diff)
	}
	if m, ok := second.Mail(3); !ok || m.Subject != "three" {
		t.Errorf("number 3 is %q: numbers must go on after a restart", m.Subject)
	}
}

// A kill in the middle of a write leaves the beginning of a record; every cut of it must be survived.
func TestATornLastRecordIsDropped(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "mails.jsonl")
	first := start(t, Options{Dir: dir})
	send(t, first, "one")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	send(t, first, "two")
	first.Close()
	all, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := len(whole); cut < len(all); cut += 97 {
		if err := os.WriteFile(path, all[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		again := start(t, Options{Dir: dir})
		send(t, again, "three")
		again.Close()
		last := start(t, Options{Dir: dir})
		if diff := cmp.Diff([]string{"three", "one"}, subjects(last)); diff != "" {
			t.Fatalf("cut at byte %d of %d: %s", cut, len(all), diff)
		}
		last.Close()
	}
}

// A text is found as mails write it: in other letters, over more than one line, between marks, and with its own marks written as
// HTML does. What merely begins with it is another word.
func TestAMailSaysATextInWholeWords(t *testing.T) {
	for _, c := range []struct {
		mail Mail
		text string
		want bool
	}{
		{Mail{Received: mail.Received{Text: "Needed: Folding chairs for\n  the Choir’s concert\n"}}, "folding chairs for the choir’s\nconcert", true},
		{Mail{Received: mail.Received{HTML: "<b>Tom &amp; Jo&#39;s hall</b>"}}, "Tom & Jo's hall", true},
		{Mail{Received: mail.Received{From: "Jo via Wherewithal <hello@hub.example>"}}, "Jo", true},
		{Mail{Received: mail.Received{Text: "Join us, says Banjo; or jo2. (Jo)"}}, "Jo", true},
		{Mail{Received: mail.Received{Text: "Join us, says Banjo; or jo2."}}, "Jo", false},
		{Mail{Received: mail.Received{Text: "Élojo, joé"}}, "jo", false},
		{Mail{Rcpt: []string{"jo@hub.example"}}, "jo@hub.example", true},
		{Mail{Rcpt: []string{"banjo@hub.example"}}, "jo@hub.example", false},
		{Mail{Received: mail.Received{Text: "anything"}}, "", false},
		{Mail{Received: mail.Received{Text: "anything"}}, " \n", false},
	} {
		if got := c.mail.says([]string{"zq", c.text}); got != c.want {
			t.Errorf("%+v says %q: %v", c.mail.Received, c.text, got)
		}
	}
}

// The records are put in without the wire: a thousand mails over a socket prove nothing more.
func TestOnlyTheLastFiveHundredAreKept(t *testing.T) {
	dir := t.TempDir()
	c := start(t, Options{Dir: dir})
	for i := 1; i <= 2*Cap+5; i++ {
		raw := fmt.Sprintf("Subject: number %d\r\nContent-Type: text/plain\r\n\r\nHello\r\n", i)
		if err := c.take([]string{"ama@choir.example"}, []byte(raw)); err != nil {
			t.Fatal(err)
		}
	}
	if c.kept.lines > 2*Cap {
		t.Errorf("the file holds %d records", c.kept.lines)
	}
	c.Close()
	for name, c := range map[string]*Catcher{"running": c, "restarted": start(t, Options{Dir: dir})} {
		got := subjects(c)
		if len(got) != Cap || got[0] != "number 1005" || got[Cap-1] != "number 506" {
			t.Errorf("%s: %d mails, from %s to %s", name, len(got), got[0], got[len(got)-1])
		}
	}
}

func TestAFullDiskIsToldToTheSender(t *testing.T) {
	c := start(t, Options{Dir: t.TempDir()})
	c.kept.f.Close() // every write fails from here on
	sender, err := mail.NewSender(mail.Config{URL: c.URL(), From: "hello@wherewithal.example", AllowExample: true})
	if err != nil {
		t.Fatal(err)
	}
	err = sender.Send(context.Background(), mail.Outgoing{MessageID: "m@wherewithal.example", To: "ama@choir.example"})
	if !errors.Is(err, mail.ErrTemporary) {
		t.Errorf("err = %v, want a temporary one", err)
	}
	if n := len(c.Mails()); n != 0 {
		t.Errorf("%d mails are shown that were not kept", n)
	}
	c.mu.Lock()
	c.kept = nil // closed above
	c.mu.Unlock()
}

func TestItListensOnThisMachineOnly(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:25", "localhost:0", "nonsense"} {
		if c, err := Start(Options{Addr: addr}); err == nil {
			c.Close()
			t.Errorf("listened on %s", addr)
		}
	}
}
