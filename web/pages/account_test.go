package pages

import (
	"maps"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/wording"
	"wherewithal/wording/wordingtest"
)

// changeLinks are the two links of the change of address that somebody asked for last.
func (h *house) changeLinks() (confirm, disown string) {
	h.t.Helper()
	var id, person market.ID
	err := h.store.Pool().QueryRow(h.t.Context(), `select id::text, person_id::text from address_changes order by created_at desc, id desc limit 1`).
		Scan((*string)(&id), (*string)(&person))
	if err != nil {
		h.t.Fatal(err)
	}
	return "/address/" + market.LinkToken(h.accounts.TokenSecret, market.ToConfirmAddress, id, person),
		"/not-me/" + market.LinkToken(h.accounts.TokenSecret, market.ToDisown, id, person)
}

func TestThePageOfAnAccountKeepsNameAndZone(t *testing.T) {
	h := open(t)
	b := h.browser()
	h.browser().get("/account").want(200, "Please sign in first")
	b.signIn("ama@choir.example", "Ama")
	b.get("/account").want(200, `value="Ama"`, "ama@choir.example", "/account/tokens", "/account/sessions").
		fill("/account", "name", "Ama M", "zone", "Africa/Accra").want(200, "Saved.", `value="Ama M"`, `value="Africa/Accra" selected`)
	b.get("/account").fill("/account", "name", "", "zone", "Mars/Base").want(422, "choose one of these", "aria-invalid")
}

// What a person chooses counts everywhere: on pages, whatever their browser asks for, and in mails; and times are told by their clock.
func TestALanguageAndAZoneThatAreChosenAreSpokenAndToldBy(t *testing.T) {
	if err := wording.Add(wordingtest.Catalogue(t, os.DirFS("../../wording/"+wording.Default), accented)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = wording.Add(os.DirFS("../../wording")) })
	h := open(t)
	b := h.browser()
	b.languages = "fr, en-GB;q=0.5"
	b.signIn("ama@choir.example", "Ama")
	page := b.get("/account").want(200, `<html lang="en-GB"`, `<option value="en-GB" selected`, `<option value="en-XA"`)
	page.fill("/account", "language", "klingon", "zone", "Africa/Nairobi").want(200, `<html lang="en-GB"`, `value="Africa/Nairobi" selected`)
	page = b.get("/account").fill("/account", "language", accented, "zone", "Africa/Nairobi").want(200, `<html lang="en-XA" dir="ltr"`, "Šåvéd.", `<option value="en-XA" selected`)
	typed := wordingtest.Typed{}
	typed.Add(append(brought, "Ama")...)
	for text := range wordingtest.Said(page.root, accented) {
		if words := typed.Foreign(text); len(words) > 0 {
			t.Errorf("the page still says %v in %q", words, text)
		}
	}
	h.browser().get("/").want(200, `<html lang="en-GB"`)                                                                                // nobody else is spoken to so
	b.get("/account/sessions").want(200, wordingtest.Accent("today"), wordingtest.Accent("21:04")).without(wordingtest.Accent("18:04")) // signed in at 18:04 in London
	page.fill("/account/address", "address", "ama@new.example").want(200)
	confirm := h.delivered(market.AddressConfirm)
	until := h.now.Add(market.AddressChangeLasts).In(time.FixedZone("Nairobi", 3*3600))
	if len(confirm) != 1 || len(wordingtest.Plain(confirm[0].Subject)) > 0 || !strings.Contains(confirm[0].HTML, `<html lang="en-XA"`) ||
		!strings.Contains(confirm[0].HTML, wording.DateTime(accented, until)) {
		t.Errorf("until %s: %+v", until, confirm)
	}
	later := h.browser() // on another machine, with another language
	later.languages = "de"
	later.get("/sign-in").fill("/sign-in", "email", "ama@choir.example").want(200, `<html lang="en-GB"`)
	link := h.link("ama@choir.example")
	later.get(link).fill(link).want(200)
	later.get("/mine").want(200, `<html lang="en-XA"`)
	b.get("/account").fill("/account", "language", "en-GB").want(200, `<html lang="en-GB"`, "Saved.")
}

func TestAnAddressIsChangedByALinkOnAPage(t *testing.T) {
	h := open(t)
	b, other := h.browser(), h.browser()
	b.signIn("ama@choir.example", "Ama")
	other.signIn("eve@else.example", "Eve")
	b.get("/account").fill("/account/address", "address", "ama").want(422, `value="ama"`)
	b.get("/account").fill("/account/address", "address", "ama@choir.example").want(422, "This is the address you have")
	b.get("/account").fill("/account/address", "address", "ama@new.example").want(200, "We have sent a link", "ama@new.example")
	confirm, disown := h.changeLinks()
	before := h.rows()
	for _, link := range []string{confirm, disown} {
		h.browser().get(link).want(200).without("ama@")
		h.browser().do(h.browser().request("HEAD", link, nil)).want(200)
	}
	if !maps.Equal(before, h.rows()) {
		t.Error("looking changed the database")
	}
	other.get(confirm).want(200, "for another account").without("ama@")
	other.post(confirm, nil).want(200, "for another account")
	h.browser().post(confirm, nil).want(200, "Please sign in first")
	b.get(confirm).want(200, "ama@new.example").fill(confirm).want(200, "This is your address from now on", "ama@new.example").without("ama@choir.example")
	b.get(confirm).want(410, "This link has ended")
	h.browser().get(disown).want(200, "has changed its e-mail address").fill(disown).want(200, "Please sign in again")
	b.get("/account").want(200, "Please sign in first")
	h.browser().get(disown).want(410, "tell us with the form for complaints")
	h.browser().get(strings.Replace(confirm, "/address/", "/address/A", 1)).want(404)
}

func TestAskingForAnAddressIsBounded(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("ama@choir.example", "Ama")
	for range newAddressesADay {
		b.get("/account").fill("/account/address", "address", "bea@band.example").want(200, "We have sent a link")
	}
	b.get("/account").fill("/account/address", "address", "bea@band.example").want(429)
}

func TestACopyOfEverythingIsMadeAndFetched(t *testing.T) {
	h := open(t)
	b, other := h.browser(), h.browser()
	b.signIn("ama@choir.example", "Ama")
	other.signIn("eve@else.example", "Eve")
	b.get("/account/data").want(200).fill("/account/data").want(200, "We are making your copy", "is being made")
	b.get("/account/data").fill("/account/data").want(200, "A copy is being made already")
	var id market.ID
	if err := h.store.Pool().QueryRow(t.Context(), `select id::text from exports`).Scan((*string)(&id)); err != nil {
		t.Fatal(err)
	}
	path := "/account/data/" + string(id)
	b.get(path).want(410) // not ready yet
	if err := h.accounts.MakeExport(t.Context(), id, h.now); err != nil {
		t.Fatal(err)
	}
	got := b.get("/account/data").want(200, path, "Your copy is ready").get(path).want(200)
	if got.header.Get("Content-Type") != "application/zip" || !strings.HasPrefix(got.text, "PK") || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", got.header)
	}
	other.get(path).want(404)
	h.browser().get(path).want(200, "Please sign in first")
	h.now = h.now.Add(market.ExportLasts)
	b.get("/account/data").want(200).without(path)
}

func TestAnAccountIsErasedByALinkOnAPage(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("ama@choir.example", "Ama")
	group := b.found("Creekside Choir")
	mails := h.mailsLink("ama@choir.example")
	b.get("/account/erase").want(200, "You are the only owner", "Hand Creekside Choir over", groupPath(group)+"/close").without(`action="/account/erase"`)
	b.post("/account/erase", nil).want(422, "Hand it over or close it first")
	b.get(groupPath(group)+"/close").fill(groupPath(group)+"/close", "confirm", "on").want(200)
	b.get("/account/erase").want(200, "What stays").without("What nobody would look after")
	network := b.founds("Maze Hill Together")
	site := b.asksForAKey(string(h.networkID(network)))
	const deserts = "Maze Hill Together: nobody else looks after this network"
	b.get("/account/erase").want(200, deserts, network+"/members", "Maze Hill directory: you are the one person of this outside site", site).
		fill("/account/erase").want(200, "We have sent you a mail")
	var about, person market.ID
	err := h.store.Pool().QueryRow(t.Context(), `select about_id::text, person_id::text from letters where kind = 'erase_confirm'`).Scan((*string)(&about), (*string)(&person))
	if err != nil {
		t.Fatal(err)
	}
	link := "/erase/" + market.LinkToken(h.accounts.TokenSecret, market.ToErase, about, person)
	before := h.rows()
	h.browser().get(link).want(200, "a…@choir.example", "cannot be undone", deserts)
	h.browser().do(h.browser().request("HEAD", link, nil)).want(200)
	if !maps.Equal(before, h.rows()) {
		t.Error("looking changed the database")
	}
	b.get("/ask").fill("/ask", "description", "zqunsent in this browser", "do", "read")
	b.get(link).want(200).fill(link).want(200, "Your account is erased", "Sign in")
	b.get("/account").want(200, "Please sign in first")
	b.get(link).want(410, "This link has ended")
	b.get(mails).want(404)
	b.get(groupPath(group)).without("Creekside")
	var left int
	if err := h.store.Pool().QueryRow(t.Context(), `select (select count(*) from unsent_forms) + (select count(*) from sessions) + (select count(*) from people where address not like 'erased:%')
		+ (select count(*) from groups where name like 'Creekside%')`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d rows left, %v", left, err)
	}
}

// A browser that was left open makes nothing that outlives its session: whoever sits before it shows first that it is they. What
// was asked for is where they come back to.
func TestWhatOpensAnAccountWantsSomebodyWhoHasJustSignedIn(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("ama@choir.example", "Ama")
	tokens := b.get("/account/tokens").want(200, "Make the token").without("Sign in once more")
	account, data := b.get("/account").want(200), b.get("/account/data").want(200)
	h.now = h.now.Add(market.ProofLasts)
	before := b.rows()
	for _, try := range []page{tokens.fill("/account/tokens", "name", "Stolen", "scopes", "write", "days", "365"),
		account.fill("/account/address", "address", "thief@else.example"), data.fill("/account/data")} {
		try.want(200, "Show first that it is still you", "Send me the link", `value="ama@choir.example"`)
	}
	for path, fields := range map[string]url.Values{"/account/passkeys": {"name": {"Mine"}, "challenge": {"x"}, "answer": {"x"}}, "/account/passkeys/challenge": {}} {
		b.post(path, fields).want(200, "Show first that it is still you")
	}
	b.get("/account/data/"+string(market.NewID())).want(200, "Show first that it is still you")
	if diff := cmp.Diff(before, b.rows()); diff != "" {
		t.Error(diff)
	}
	b.get("/account/passkeys").want(200).without("passkey-form")
	again := b.get("/account/tokens").want(200, "Sign in once more").without("Make the token")
	b.get(linkTo(again, "/sign-in?again=yes")).fill("/sign-in").want(200, "Look in your mail")
	link := b.link("ama@choir.example")
	b.get(link).fill(link).want(200, "Make the token").fill("/account/tokens", "name", "Our website").want(200, "shown this once")
	if n := b.count("sessions where ended_at is null"); n != 1 {
		t.Errorf("%d sessions are open: the one that was left is to end", n)
	}
	b.get("/sign-in?again=yes&next=/mine").want(200).without("Send me the link") // who has just signed in goes on
}
