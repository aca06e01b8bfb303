package pages

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"wherewithal/market"
)

// saved are the searches of whoever has the address.
func (h *house) saved(address string) []market.SavedSearch {
	h.t.Helper()
	var person market.ID
	if err := h.site.Store.Pool().QueryRow(h.t.Context(), `select id::text from people where address = $1`, address).Scan((*string)(&person)); err != nil {
		h.t.Fatal(err)
	}
	all, err := h.site.Store.SavedSearches(h.t.Context(), person)
	if err != nil {
		h.t.Fatal(err)
	}
	return all
}

func TestASearchIsSavedFromItsPageAndKeptInHand(t *testing.T) {
	h := open(t)
	search := "/find?" + url.Values{"q": {"hall for 40 near SE10 9JF thursday evening step free"}, "side": {"offer"}, "cursor": {""}}.Encode()
	visitor := h.browser()
	p := visitor.get(search).want(200, "Save this search")
	link := html.UnescapeString(regexp.MustCompile(`/account/searches/new\?[^"]*`).FindString(p.text))
	if strings.Contains(link, "9JF") {
		t.Errorf("somebody's street is kept: %s", link)
	}
	// signed out, the way leads through signing in and back, with the search
	visitor.get(link).want(200, "Please sign in first")
	b := h.browser()
	b.signIn("ama@choir.example", "Ama")
	p = b.get(link).want(200, "near SE10", "Thursdays 19:00 to 20:00", "seats 40 or more", "Step-free", "hall")
	p.fill("/account/searches", "side", "", "pace", "at_once").want(422, "choose one of these")
	p = b.get(link)
	p.fill("/account/searches", "side", "need", "pace", "digest", "name", "For the choir").want(200, "The search is saved")
	p.fill("/account/searches", "side", "need", "pace", "digest", "name", "For the choir") // sent twice
	all := h.saved("ama@choir.example")
	if len(all) != 1 {
		t.Fatalf("%d searches, want one", len(all))
	}
	q := all[0].Question
	if q.Place != "SE10" || q.Sides[0] != market.Need || q.Days != 8 || q.Start != 19*60 || q.AtLeast["seated"] != 40 || q.Requires[0] != market.StepFree || strings.Contains(q.Said+q.Words, "9JF") {
		t.Errorf("kept %+v", q)
	}
	at := "/account/searches/" + string(all[0].ID)
	b.get("/account/searches").want(200, "For the choir", "It is in your digest").fill(at, "name", "Ours", "pace", "at_once").want(200, "Saved.", "Ours", "You are told at once")
	b.get("/account/searches").fill(at, "name", strings.Repeat("n", 81), "pace", "at_once").want(422)
	b.get("/account/searches").fill(at, "name", "", "pace", "hourly").want(422)
	b.get("/account/searches").fill(at+"/pause").want(200, "are stopped", "Paused today")
	b.get("/account/searches").fill(at+"/resume").want(200, "You are told again")
	b.get("/mails/" + "x").want(404)

	other := h.browser()
	other.signIn("jo@hall.example", "Jo")
	for _, path := range []string{at, at + "/pause", at + "/resume"} {
		other.post(path, url.Values{"name": {"Mine"}, "pace": {"at_once"}}).want(404)
	}
	other.post(at+"/delete", nil)
	if len(h.saved("ama@choir.example")) != 1 {
		t.Error("another deleted it")
	}
	b.get("/account/searches").fill(at+"/delete").want(200, "The search is deleted", "No saved searches yet")
	h.browser().get("/account/searches").want(200, "Please sign in first")
}

// The link in a mail stops the alerts of one search, signed out; its GET changes nothing, and a mail program's POST needs
// neither cookies nor our page (RFC 8058).
func TestTheLinkOfAnAlertStopsItsSearchAlone(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("ama@choir.example", "Ama")
	for _, words := range []string{"piano", "kiln"} {
		b.get("/account/searches/new?q="+words).fill("/account/searches", "side", "offer", "pace", "at_once").want(200)
	}
	first, second := h.saved("ama@choir.example")[0], h.saved("ama@choir.example")[1]
	token := market.LinkToken([]byte(h.site.Config.TokenSecret), market.StopSearch, first.ID, first.PersonID)
	for range 2 {
		h.browser().get("/s/"+token).want(200, "Stop these alerts", "kiln")
	}
	paused := func(id market.ID) (n int) {
		for _, s := range h.saved("ama@choir.example") {
			if s.ID == id && s.PausedAt != nil {
				n++
			}
		}
		return n
	}
	if paused(first.ID) != 0 {
		t.Error("looking stopped it")
	}
	r := h.browser().request(http.MethodPost, "/s/"+token, strings.NewReader("List-Unsubscribe=One-Click"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	h.browser().do(r).want(200, "are stopped")
	if paused(first.ID) != 1 || paused(second.ID) != 0 {
		t.Error("one POST stops the one search")
	}
	h.browser().get("/s/"+token).want(200, "are stopped")
	other := market.LinkToken([]byte(h.site.Config.TokenSecret), market.StopSearch, second.ID, second.PersonID)
	h.browser().get("/s/"+other).fill("/s/"+other).want(200, "are stopped")
	for _, bad := range []string{token[1:], "A" + token, market.LinkToken([]byte(h.site.Config.TokenSecret), "mails", first.ID, first.PersonID)} {
		h.browser().get("/s/" + bad).want(404)
		h.browser().post("/s/"+bad, nil).want(404)
	}
}
