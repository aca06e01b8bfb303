package pages

import (
	"context"
	"net/url"
	"regexp"
	"testing"
	"time"

	"wherewithal/market"
)

var tokenText = regexp.MustCompile(`wherewithal_[A-Za-z0-9_-]{43}`)

func TestATokenIsShownOnceAndEnds(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("ama@choir.example", "Ama")
	form := b.get("/account/tokens").want(200, "No program acts for you")
	fields, _ := form.form("/account/tokens")
	fields.Set("name", "Our website")
	made := b.post("/account/tokens", fields).want(200, "Our website", "shown this once", "not used yet")
	text := tokenText.FindString(made.text)
	if text == "" {
		t.Fatal("no token is shown")
	}
	b.post("/account/tokens", fields).want(200, "made already") // a double click
	again := b.get("/account/tokens").want(200, "Our website")
	if tokenText.MatchString(again.text) {
		t.Error("the token is shown again")
	}
	if _, err := h.accounts.WhoBears(t.Context(), text, h.now); err != nil {
		t.Errorf("the token is nobody's: %v", err)
	}
	b.get("/account/tokens").want(200, "last used today")
	all, err := h.accounts.Tokens(t.Context(), h.viewerOf("ama@choir.example"), h.now)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d tokens, %v", len(all), err)
	}
	end := "/account/tokens/" + string(all[0].ID) + "/end"
	b.get("/account/tokens").fill(end).want(200, "That token has ended", "No program acts for you")
	if _, err := h.accounts.WhoBears(t.Context(), text, h.now); err == nil {
		t.Error("an ended token still counts")
	}
	b.post(end, url.Values{}).want(200)
}

func TestATokenWithFaultsIsNotMade(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("ama@choir.example", "Ama")
	for _, wrong := range [][]string{{"name", ""}, {"days", "4000"}, {"days", "soon"}, {"scopes", "everything"}} {
		fields := []string{"name", "Our website"}
		b.get("/account/tokens").fill("/account/tokens", append(fields, wrong...)...).want(422, "error-summary")
	}
	b.get("/account/tokens").want(200, "No program acts for you")
	h.browser().get("/account/tokens").want(200, "Your e-mail address") // signed out
}

func TestAnothersTokenIsNotEnded(t *testing.T) {
	h := open(t)
	ama, jo := h.browser(), h.browser()
	ama.signIn("ama@choir.example", "Ama")
	jo.signIn("jo@hall.example", "Jo")
	ama.get("/account/tokens").fill("/account/tokens", "name", "Our website").want(200)
	all, err := h.accounts.Tokens(t.Context(), h.viewerOf("ama@choir.example"), h.now)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d tokens, %v", len(all), err)
	}
	jo.post("/account/tokens/"+string(all[0].ID)+"/end", url.Values{"once": {time.Now().String()}})
	ama.get("/account/tokens").want(200, "Our website")
}

// viewerOf is the person with an address, as the reads see them.
func (h *house) viewerOf(address string) market.Viewer {
	h.t.Helper()
	p, err := h.store.PersonAt(context.Background(), address)
	if err != nil {
		h.t.Fatal(err)
	}
	v, err := h.store.ViewerFor(context.Background(), p, h.now)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}
