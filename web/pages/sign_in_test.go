package pages

import (
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/account"
	"wherewithal/market"
	"wherewithal/wording"
	"wherewithal/wording/wordingtest"
)

func TestALinkSignsInTheBrowserThatAsked(t *testing.T) {
	b := open(t).browser()
	b.signIn("Ama@choir.example", "Ama") // a capital, as phones type them
	p := b.get("/account/sessions").want(200, "ama@choir.example", "Firefox on Android", "This device", "today at 18:04")
	p.fill("/sign-out").want(200, "You are signed out.")
	if got := b.get("/account/sessions"); got.url.Path != "/sign-in" {
		t.Errorf("after signing out: %s", got.url)
	}
}

func TestAskingGivesTheSameAnswerToAll(t *testing.T) {
	h := open(t)
	h.browser().signIn("known@choir.example", "Jo")
	say := func(address string) string {
		p := h.browser().get("/sign-in").fill("/sign-in", "email", address).want(200)
		text := strings.ReplaceAll(p.text, address, "X")
		return regexp.MustCompile(`name="once" value="[^"]*"`).ReplaceAllString(text, "")
	}
	if a, b := say("known@choir.example"), say("nobody@choir.example"); a != b {
		t.Errorf("the answers differ:\n%s\n%s", a, b)
	}
}

var code = regexp.MustCompile(`<strong>(\d{3} \d{3})</strong>`)

// elsewhere opens the newest link in another browser and gives the code it shows.
func (h *house) elsewhere(address string) string {
	p := h.browser().get(h.link(address)).want(200, "Firefox on Android", "today at 18:04", "Never tell anyone this code")
	if strings.Contains(p.text, address) {
		h.t.Error("the other browser learns the address")
	}
	return code.FindStringSubmatch(p.text)[1]
}

func TestACodeSignsInWhereSignInBegan(t *testing.T) {
	h := open(t)
	b := h.browser()
	sent := b.get("/sign-in").fill("/sign-in", "email", "ama@choir.example")
	shown := h.elsewhere("ama@choir.example")
	sent.fill("/sign-in/code", "code", shown).want(200, "What should we call you?")
}

func TestAnotherBrowserCannotUseTheLinkByPosting(t *testing.T) {
	h := open(t)
	h.browser().get("/sign-in").fill("/sign-in", "email", "ama@choir.example")
	other := h.browser()
	other.post(h.link("ama@choir.example"), url.Values{}).want(200, "Never tell anyone this code")
	if p := other.get("/account/sessions"); p.url.Path != "/sign-in" {
		t.Errorf("signed in by a stolen link: %s", p.url)
	}
}

func TestFiveWrongCodesEndTheLink(t *testing.T) {
	h := open(t)
	b := h.browser()
	p := b.get("/sign-in").fill("/sign-in", "email", "ama@choir.example")
	right := h.elsewhere("ama@choir.example")
	for left := 4; left >= 0; left-- {
		p = p.fill("/sign-in/code", "code", "000 00x").want(422, "This is not the code", "000 00x")
		if say := fmt.Sprintf("%d tries are left", left); left > 1 && !strings.Contains(p.text, say) {
			t.Errorf("no %q", say)
		}
	}
	p.fill("/sign-in/code", "code", right).want(410, "used or is too old")
}

func TestALinkWorksOnceAndForTenMinutes(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("ama@choir.example", "Ama")
	used := h.link("ama@choir.example")
	b.get(used).want(410, "used or is too old")
	b.post(used, url.Values{}).want(410)

	late := h.browser()
	late.get("/sign-in").fill("/sign-in", "email", "jo@choir.example")
	link := h.link("jo@choir.example")
	shown := late.get(link).want(200)
	h.now = h.now.Add(10 * time.Minute)
	late.get(link).want(410)
	shown.fill(link).want(410)
	late.get("/sign-in/" + account.NewSecret().String()).want(410)
	late.get("/sign-in/nonsense").want(410)
}

func TestSessionsEndAndAreFreshAtEachSignIn(t *testing.T) {
	h := open(t)
	phone, laptop := h.browser(), h.browser()
	phone.signIn("ama@choir.example", "Ama")
	laptop.agent = "Mozilla/5.0 (X11; Linux x86_64) Chrome/130 Safari/537"
	laptop.get("/sign-in").fill("/sign-in", "email", "ama@choir.example")
	link := h.link("ama@choir.example")
	laptop.get(link).fill(link)
	phone.get("/account/sessions").want(200, "Chrome on Linux").fill("/account/sessions/end-others").
		want(200, "Everywhere else is signed out.")
	if p := laptop.get("/account/sessions"); p.url.Path != "/sign-in" {
		t.Error("the ended session lives")
	}
	before := cookie(phone, "wh")
	phone.get("/sign-in?next=/blocks").want(200, "Blocked groups") // signed in already: led on
	h.now = h.now.Add(400 * 24 * time.Hour)
	phone.get("/sign-in").fill("/sign-in", "email", "ama@choir.example")
	link = h.link("ama@choir.example")
	phone.get(link).fill(link)
	if after := cookie(phone, "wh"); after == "" || after == before {
		t.Errorf("the token was not rotated: %q", after)
	}
}

// One session is ended from another, and that one alone; nobody ends a stranger's.
func TestOneSessionIsEndedFromAnother(t *testing.T) {
	h := open(t)
	phone, laptop, stranger := h.browser(), h.browser(), h.browser()
	phone.signIn("ama@choir.example", "Ama")
	laptop.agent = "Mozilla/5.0 (X11; Linux x86_64) Chrome/130 Safari/537"
	laptop.returns("ama@choir.example")
	stranger.signIn("eve@else.example", "Eve")
	var id string
	if err := h.store.Pool().QueryRow(t.Context(), `select id::text from sessions where device = 'Chrome on Linux'`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	end := "/account/sessions/" + id + "/end"
	stranger.post(end, url.Values{}).want(200)
	laptop.get("/account/sessions").want(200, "This device")
	phone.get("/account/sessions").want(200, "Chrome on Linux").fill(end).want(200, "That device is signed out.").without("Chrome on Linux")
	if p := laptop.get("/account/sessions"); p.url.Path != "/sign-in" {
		t.Error("the ended session lives")
	}
	if p := phone.get("/account/sessions"); p.url.Path != "/account/sessions" {
		t.Error("the session that ended another is over too")
	}
	if diff := cmp.Diff([]string{"session.started", "session.ended"}, h.events(market.ID(id))); diff != "" {
		t.Error(diff)
	}
}

// Whoever is new is asked for one thing, whatever languages there are: what they read in tells which they are spoken to in.
func TestWhoIsNewIsAskedForTheirNameAlone(t *testing.T) {
	if err := wording.Add(wordingtest.Catalogue(t, os.DirFS("../../wording/"+wording.Default), accented)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = wording.Add(os.DirFS("../../wording")) })
	h := open(t)
	b := h.browser()
	b.languages = accented
	b.get("/sign-in").want(200).fill("/sign-in", "email", "ama@choir.example").want(200)
	link := b.link("ama@choir.example")
	page := b.get(link).want(200).fill(link).want(200)
	fields := map[string]string{} // by name, how each looks
	for n := range page.root.Descendants() {
		if n.Data == "form" && attribute(n, "action") == "/account/name" {
			for f := range n.Descendants() {
				if name := attribute(f, "name"); name != "" {
					fields[name] = f.Data + " " + attribute(f, "type")
				}
			}
		}
	}
	if diff := cmp.Diff(map[string]string{"once": "input hidden", "next": "input hidden", "name": "input text"}, fields); diff != "" {
		t.Error(diff)
	}
	page.fill("/account/name", "name", "Ama").want(200)
	b.languages = "de"
	b.get("/account").want(200, `<html lang="en-XA"`, `value="Ama"`)
	sent := h.delivered(market.WelcomeLetter)
	if len(sent) != 1 || sent[0].To != "ama@choir.example" {
		t.Fatalf("mails of welcome: %v", sent)
	}
	for _, w := range wordingtest.Plain(sent[0].Subject + "\n" + sent[0].Text) {
		if w != "Ama" && w != "Wherewithal" {
			t.Errorf("the mail of welcome says %q in another language:\n%s", w, sent[0].Text)
		}
	}
}

func cookie(b *browser, name string) string {
	u, _ := url.Parse(b.server.URL)
	for _, c := range b.client.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func TestSignInLeadsOnWithinThisSiteOnly(t *testing.T) {
	h := open(t)
	h.browser().signIn("ama@choir.example", "Ama")
	for next, want := range map[string]string{"/blocks": "/blocks", "//evil.example/": "/", "https://evil.example/": "/", `/\evil.example`: "/",
		"/\t/evil.example/": "/"} {
		b := h.browser()
		b.get("/sign-in?next="+url.QueryEscape(next)).fill("/sign-in", "email", "ama@choir.example")
		link := h.link("ama@choir.example")
		p := b.get(link).fill(link)
		if p.url.Path != want || "http://"+p.url.Host != h.server.URL {
			t.Errorf("%q led to %s", next, p.url)
		}
	}
}

func TestABadAddressComesBackAsTyped(t *testing.T) {
	h := open(t)
	b := h.browser()
	for _, typed := range []string{"ama", "ama@choir", "a@b.example\r\nBcc: x@y.example", "Ama <ama@choir.example>"} {
		p := b.get("/sign-in").fill("/sign-in", "email", typed).want(422, "does not look like an e-mail address")
		if fields, _ := p.form("/sign-in"); !strings.Contains(fields.Get("email"), strings.Fields(typed)[0]) {
			t.Errorf("%q came back as %q", typed, fields.Get("email"))
		}
	}
	var letters int
	if err := h.store.Pool().QueryRow(t.Context(), `select count(*) from letters`).Scan(&letters); err != nil || letters != 0 {
		t.Errorf("%d letters, %v", letters, err)
	}
}

func TestADoubleClickSendsOneMail(t *testing.T) {
	h := open(t)
	b := h.browser()
	form := b.get("/sign-in")
	form.fill("/sign-in", "email", "ama@choir.example").want(200, "Look in your mail")
	form.fill("/sign-in", "email", "ama@choir.example").want(200, "Look in your mail")
	var letters int
	if err := h.store.Pool().QueryRow(t.Context(), `select count(*) from letters`).Scan(&letters); err != nil || letters != 1 {
		t.Errorf("%d letters, %v", letters, err)
	}
	link := h.link("ama@choir.example")
	b.get(link).want(200, "ama@choir.example")
}

func TestSignInMailsAreLimited(t *testing.T) {
	b := open(t).browser()
	for range 10 {
		b.get("/sign-in").fill("/sign-in", "email", "ama@choir.example").want(200)
	}
	p := b.get("/sign-in").fill("/sign-in", "email", "ama@choir.example").want(429, "rather often", "try again in 6 minutes")
	if after := p.header.Get("Retry-After"); len(after) != 3 {
		t.Errorf("Retry-After: %q", after)
	}
	b.get("/sign-in").fill("/sign-in", "email", "jo@choir.example").want(200)
}
