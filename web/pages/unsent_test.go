package pages

import (
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	"wherewithal/market"
)

// theLongNeed is what a volunteer types who has a lot to say: some 1,500 characters, not all of them English.
var theLongNeed = theNeed + ".\n\n" + strings.TrimSpace(strings.Repeat("We sing għanja, naat and Żeppelin — loudly & “in tune”, 100% of the time; tea + cake after. ", 15)) + "\nThe end of it."

func TestALongNeedTypedSignedOutIsAllThereAfterSignInAndGroup(t *testing.T) {
	h := open(t)
	b := h.browser()
	form := b.get("/ask").want(200, "sign in first").fill("/ask", "description", theLongNeed, "do", "read").want(200, "within 3 km")
	typed := form.fieldsAt("/ask")
	typed.Set("title", "Room for 25 singers")
	typed.Set("tags", "choir, tea")
	typed.Set("do", "post")
	sign := b.post("/ask", typed).want(200, "Please sign in first")
	if sign.url.Path != "/sign-in" || strings.Contains(sign.url.RawQuery, "Thursday") {
		t.Errorf("led to %s: what was written belongs into no address", sign.url)
	}
	sign.fill("/sign-in", "email", "ama@choir.example")
	link := h.link("ama@choir.example")
	name := b.get(link).fill(link).want(200, "What should we call you?")
	again := name.fill("/account/name", "name", "Ama").want(200, "This is what you wrote before.")
	again.keeps(typed)
	group := again.fill("/ask", "do", "post").want(200, "First tell us about your group")
	again = group.fill("/groups", "name", "Creekside Choir", "place", "SE10").want(200, "Now check what you wrote, and post it.")
	again.keeps(typed)
	again.fill("/ask", "do", "post", "every", "weekly").want(200, "Posted.", "Room for 25 singers", "The end of it.")
	b.get("/ask").want(200).without("The end of it.", "This is what you wrote before.")
	if n := len(h.rows()["unsent_forms"]); n > 0 {
		t.Errorf("%d bytes of it are still kept", n)
	}
}

// keeps compares the form with what was typed, as far as both have a field.
func (p page) keeps(typed url.Values) {
	p.t.Helper()
	shown := p.fieldsAt("/ask")
	for _, name := range []string{"description", "title", "tags", "kind", "when", "times", "from", "place", "reach", "features", "fact_room_seated"} {
		was, is := strings.Join(typed[name], "|"), strings.Join(shown[name], "|")
		if strings.ReplaceAll(was, "\r\n", "\n") != is || was == "" {
			p.t.Errorf("%s was %q and came back as %q", name, was, is)
		}
	}
}

func TestAnUnsentFormIsItsBrowsersAloneAndForAShortWhile(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.get("/ask").fill("/ask", "description", theLongNeed, "do", "post").want(200, "Please sign in first")
	b.get("/offer").fill("/offer", "description", "Two gazebos to lend", "do", "post").want(200, "Please sign in first")
	h.browser().get("/ask").want(200).without("The end of it.")
	b.get("/ask").want(200, "The end of it.").without("Two gazebos")
	b.get("/ask?text=a+drum").want(200, ">a drum</textarea>").without("The end of it.")
	rows := h.rows()
	b.get("/ask").fill("/ask/afresh").want(200).without("The end of it.")
	b.get("/offer").want(200, "Two gazebos") // which has a side of its own
	for table, was := range h.rows() {
		if table != "unsent_forms" && was != rows[table] {
			t.Errorf("starting afresh changed %s", table)
		}
	}
	h.now = h.now.Add(market.UnsentLasts + time.Second)
	b.get("/offer").want(200).without("Two gazebos")
	if err := h.store.Forget(t.Context(), h.now); err != nil {
		t.Fatal(err)
	}
	if left := h.rows()["unsent_forms"]; left != "" {
		t.Errorf("kept after its time: %s", left)
	}
}

func TestSigningOutLeavesNoUnsentFormToTheNextReader(t *testing.T) {
	h := open(t)
	b := h.browser()
	p := b.signIn("ama@choir.example", "Ama")
	b.get("/ask").fill("/ask", "description", theLongNeed, "do", "post").want(200, "First tell us about your group")
	p.fill("/sign-out").want(200, "You are signed out.")
	b.get("/ask").want(200).without("The end of it.")
	if left := h.rows()["unsent_forms"]; left != "" {
		t.Errorf("kept after signing out: %s", left)
	}
}

func TestWhatCannotBeKeptIsShownAgain(t *testing.T) {
	h := open(t)
	b := h.browser()
	before := h.rows()
	b.post("/ask", url.Values{"description": {strings.Repeat("ש", 40_000)}, "title": {"A room"}, "do": {"post"}}).
		want(422, "Please shorten this by 36,000", "ששש")
	b.post("/ask", url.Values{"description": {"x\x00y"}, "do": {"post"}}).want(400)
	if !maps.Equal(before, h.rows()) {
		t.Error("something was kept")
	}
	for range unsentPerHour - 1 { // the first of them was too long
		b.post("/ask", url.Values{"description": {theLongNeed}, "do": {"post"}}).want(200)
	}
	b.post("/ask", url.Values{"description": {theLongNeed}, "do": {"post"}}).want(422, "sign in in another tab", "The end of it.")
	if n := len(strings.Split(h.rows()["unsent_forms"], "\n")); n != 1 {
		t.Errorf("%d forms of one browser are kept", n)
	}
}
