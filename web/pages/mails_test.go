package pages

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"

	"wherewithal/account"
	"wherewithal/market"
	"wherewithal/store"
)

// stopped are the kinds of mail that the person at an address gets no more of.
func (h *house) stopped(address string) string {
	h.t.Helper()
	p, err := h.store.PersonAt(context.Background(), address)
	if err != nil {
		h.t.Fatal(err)
	}
	kinds, err := h.store.StoppedMails(context.Background(), p.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	var list []string
	for _, k := range kinds {
		list = append(list, string(k))
	}
	return strings.Join(list, " ")
}

func (h *house) mailsLink(address string) string {
	h.t.Helper()
	p, err := h.store.PersonAt(context.Background(), address)
	if err != nil {
		h.t.Fatal(err)
	}
	return "/mails/" + account.MailLinks{Secret: []byte(h.site.Config.TokenSecret)}.Token(p.ID)
}

func TestOneClickStopsOneKindOfMailAndLookingStopsNone(t *testing.T) {
	h := open(t)
	h.browser().signIn("ama@choir.example", "Ama")
	link := h.mailsLink("ama@choir.example") + "/stop/message"
	before := h.rows()
	h.browser().get(link).want(200, "Stop these mails", "What connected groups write to us")
	h.browser().do(h.browser().request("HEAD", link, nil)).want(200)
	if after := h.rows(); !maps.Equal(before, after) {
		t.Error("looking changed the database")
	}
	for _, kind := range []string{"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""} {
		r := h.browser().request(http.MethodPost, link, strings.NewReader("List-Unsubscribe=One-Click"))
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Origin", "https://webmail.example") // a mail program's own page may send it
		h.browser().do(r).want(200, "Stopped.").without("<html")
	}
	if got := h.stopped("ama@choir.example"); got != "message" {
		t.Errorf("stopped %q", got)
	}
	h.browser().get(link).want(200, "You get no more of these")
	h.browser().get(h.mailsLink("ama@choir.example") + "/stop/sign_in").want(404)
	h.browser().post(h.mailsLink("ama@choir.example")+"/stop/sign_in", nil).want(404)
	forged := strings.Replace(link, "/mails/", "/mails/A", 1)
	h.browser().post(forged, nil).want(404)
}

// Who has no account stops all mails by the link in one, by one click of a mail program or a button.
func TestAStrangerStopsAllMailsAndLookingStopsNone(t *testing.T) {
	h := open(t)
	link := "/unwanted/" + market.UnwantedToken(h.accounts.TokenSecret, "kit@street.example")
	before := h.rows()
	h.browser().get(link).want(200, "Write to me no more")
	h.browser().do(h.browser().request("HEAD", link, nil)).want(200)
	if after := h.rows(); !maps.Equal(before, after) {
		t.Error("looking changed the database")
	}
	r := h.browser().request(http.MethodPost, link, strings.NewReader("List-Unsubscribe=One-Click"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://webmail.example") // a mail program's own page may send it
	h.browser().do(r).want(200, "Stopped.").without("<html")
	h.browser().get(link).want(200, "We write to this address no more")
	other := "/unwanted/" + market.UnwantedToken(h.accounts.TokenSecret, "lee@street.example")
	h.browser().get(other).fill(other).want(200, "We write to this address no more")
	h.browser().get(link[:len(link)-1] + "_").want(404)
	h.browser().post(link[:len(link)-1]+"_", nil).want(404)
}

func TestMailsAreChosenSignedOutByTheLinkAndSignedIn(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("ama@choir.example", "Ama")
	link := h.mailsLink("ama@choir.example")
	h.browser().get(link).want(200, "Send me").fill(link, "kinds", "message").want(200, "Saved.")
	if got := h.stopped("ama@choir.example"); got != "by_hand day_before did_it_happen digest evidence_ending expired expiring feed_quiet feed_stopped first_listing group_invitation join_request mandate network_invitation not_this_time partner_asks possible_match reminder reports_waiting ring ring_ended ring_reminder saved_search someone_would_like" {
		t.Errorf("stopped %q", got)
	}
	b.get("/account/mails").want(200, "Send me").fill("/account/mails", "kinds", "possible_match").want(200, "Saved.")
	if got := h.stopped("ama@choir.example"); got != "by_hand day_before did_it_happen digest evidence_ending expired expiring feed_quiet feed_stopped first_listing group_invitation join_request mandate message network_invitation not_this_time partner_asks reminder reports_waiting ring ring_ended ring_reminder saved_search someone_would_like" {
		t.Errorf("stopped %q", got)
	}
	h.browser().get("/account/mails").want(200, "Please sign in first")
	b.get("/account/mails").fill("/account/mails", "digest", "daily", "a_week", "0").want(200, "Saved.")
	p, err := h.store.PersonAt(t.Context(), "ama@choir.example")
	if err != nil || p.Digest != market.DailyDigest || p.MailsAWeek == nil || *p.MailsAWeek != 0 || p.DigestDue == nil {
		t.Errorf("%+v (%v)", p, err)
	}
	b.get("/account/mails").want(200, `value="daily" checked`, `value="0" checked`).fill("/account/mails", "digest", "hourly").want(422, "choose one of these")
	b.get("/account/mails").fill("/account/mails", "a_week", "-3").want(422)
	b.get("/account/mails").fill("/account/mails", "a_week", "1", "requests", "2").want(200, "Saved.")
	if p, err = h.store.PersonAt(t.Context(), "ama@choir.example"); err != nil || p.OpenRequests == nil || *p.OpenRequests != 2 || *p.MailsAWeek != 1 {
		t.Errorf("%+v (%v)", p.Lowered, err)
	}
	b.get("/account/mails").want(200, `name="requests" value="2" checked`).without(`name="a_day"`) // less than one a day is none
	for _, raised := range [][2]string{{"a_week", "4"}, {"a_day", "2"}, {"requests", "4"}, {"requests", "0"}} {
		b.get("/account/mails").fill("/account/mails", raised[0], raised[1]).want(422)
	}
	b.get("/account/mails").fill("/account/mails", "requests", "4").want(422, "not raised above those of the site")
	h.accounts.Caps = market.Caps{MailsADay: 3, MailsAWeek: 9}
	b.get("/account/mails").want(200, "As usual: 3 a day at most", "and 3 a day at most").fill("/account/mails", "a_day", "1").want(200, "Saved.")
	b.get("/account/mails").fill("/account/mails", "a_week", "5").want(200, "Saved.")
	h.accounts.Caps = market.Caps{}
	b.get("/account/mails").want(200).without(`name="a_day"`).fill("/account/mails", "digest", "weekly").want(200, "Saved.")
	if p, err = h.store.PersonAt(t.Context(), "ama@choir.example"); err != nil || p.MailsADay == nil || *p.MailsADay != 1 || p.MailsAWeek == nil || *p.MailsAWeek != 5 {
		t.Errorf("what the form does not ask, or has as usual by now, is lost by saving it: %+v (%v)", p.Lowered, err)
	}
	h.accounts.Caps = market.Caps{MailsADay: 3}
	b.get("/account/mails").fill("/account/mails", "a_day", "0").want(200, "Saved.")
	h.accounts.Caps = market.Caps{}
	b.get("/account/mails").want(200, `name="a_day" value="0" checked`).fill("/account/mails", "a_day", "").want(200, "Saved.").without(`name="a_day"`)
}

func TestABounceIsShownOnTheSite(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("ama@choir.example", "Ama")
	p, err := h.store.PersonAt(t.Context(), "ama@choir.example")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.store.InTx(t.Context(), func(tx *store.Tx) error { return tx.MarkBounced(t.Context(), p.ID, true) }); err != nil {
		t.Fatal(err)
	}
	b.get("/mine").want(200, "Mail to your address comes back")
	b.get("/account/mails").fill("/account/mails/try").want(200, "We write to your address again").without("comes back")
	if p, _ = h.store.PersonAt(t.Context(), "ama@choir.example"); p.Bounced {
		t.Error("still marked")
	}
}
