package pages

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/store"
)

// insured is a street whose hall asks for insurance, which the choir states; a connector of its network is kit, and lou is one
// of another.
func insured(t *testing.T) (s *street, kit, lou *browser, evidence market.ID) {
	s = openStreet(t)
	s.must(s.store.InTx(t.Context(), func(tx *store.Tx) error {
		l := s.kept(s.offer)
		l.Asks.Insurance = true
		return tx.ChangeListing(t.Context(), l)
	}))
	kit, lou = s.lookedAfter(map[string][]market.ID{"quiet": {s.choir}, "loud": {s.hall}})
	s.states("2026-03-01", "2027-12-31")
	s.must(s.store.Pool().QueryRow(t.Context(), `select id::text from evidence`).Scan((*string)(&evidence)))
	return s, kit, lou, evidence
}

func (s *street) states(dated, expires string) {
	path := "/groups/" + string(s.choir) + "/evidence"
	s.taker.get(path).want(200).fill(path, "kind", "insurance", "dated", dated, "expires", expires).want(200, "as the group states")
}

func TestAConnectorSaysWhatTheyHaveSeen(t *testing.T) {
	s, kit, lou, evidence := insured(t)
	group := "/groups/" + string(s.choir)
	s.browser().get(group).want(200, "Public liability insurance, as the group states").without("have seen one of these", "shown to")
	kit.get(kit.get("/networks/quiet/members").want(200, group+"/evidence").url.Path).want(200)
	kit.get(group).want(200, group+"/evidence", "you have seen one of these")
	form := kit.get(group+"/evidence").want(200, "What you have seen of Creekside Choir")
	form.fill(group+"/seen", "evidence", "x", "on", "2027-01-02").want(422, "Please choose one of these")
	form.fill(group+"/seen", "evidence", string(evidence), "on", "2027-01-15").want(422, "This day is still to come", `value="2027-01-15"`)
	form.fill(group+"/seen", "evidence", string(evidence), "on", "2026-02-28").want(422, "before the document itself begins")
	form.fill(group+"/seen", "evidence", string(evidence), "on", "soon").want(422, "could not read this day")
	for range 2 {
		form.fill(group+"/seen", "evidence", string(evidence), "on", "2027-01-02").want(200, "shown to quiet street on Saturday 2 January 2027")
	}
	const shown = "Public liability insurance, from Sunday 1 March 2026, good until Friday 31 December 2027, shown to quiet street on Saturday 2 January 2027"
	s.browser().get(group).want(200, shown, "Check for yourselves before you meet").without("Kit")

	s.worked(s.taker.says("/ask", theNeed))
	in := s.only()
	s.taker.get("/introductions/"+string(in.ID)).want(200, "Your public liability insurance, shown to quiet street on Saturday 2 January 2027, is what they ask for")
	s.taker.get("/introductions/" + string(in.ID)).fill("/introductions/" + string(in.ID) + "/yes").want(200)
	s.giver.get("/introductions/"+string(in.ID)).want(200, "They have shown public liability insurance, as you ask, to quiet street on Saturday 2 January 2027</strong>: check for yourselves before you meet")

	// Under an alias it is said to nobody in which network it was seen, but to that network's connectors.
	s.taker.get(group+"/edit").fill(group+"/edit", "hide_name", "yes", "alias", "A choir").want(200)
	s.browser().get(group).want(200, "A choir", "shown to a connector on Saturday 2 January 2027").without("quiet street")
	s.giver.get("/introductions/" + string(in.ID)).want(200).without("quiet street")
	kit.get(group).want(200, "shown to quiet street")
	s.taker.get(group).want(200, "shown to quiet street").browser.get(group+"/edit").fill(group+"/edit", "hide_name", "", "alias", "").want(200)

	lou.get(group + "/evidence").want(404)
	kit.get(group+"/evidence").fill(group+"/seen/"+string(evidence)+"/undo").want(200, "Taken back", "as the group states")
	kit.post(group+"/seen/"+string(evidence)+"/undo", url.Values{}).want(200, "Nothing was done twice")
	s.browser().get(group).want(200, "as the group states").without("shown to")
	s.giver.get("/introductions/"+string(in.ID)).want(200, "They state public liability insurance").without("quiet street on")
	if diff := cmp.Diff([]string{"evidence.stated", "evidence.shown", "evidence.unshown"}, s.events(evidence)); diff != "" {
		t.Error(diff)
	}
}

// What is stated anew was seen by nobody, and nobody of the group, nor a stranger, says that it was.
func TestWhoMaySayThatEvidenceWasShown(t *testing.T) {
	s, kit, lou, evidence := insured(t)
	group := "/groups/" + string(s.choir)
	see, undo := group+"/seen", group+"/seen/"+string(evidence)+"/undo"
	said := url.Values{"evidence": {string(evidence)}, "network": {string(s.networkID("/networks/quiet"))}, "on": {"2027-01-02"}}
	loud := url.Values{"evidence": {string(evidence)}, "network": {string(s.networkID("/networks/loud"))}, "on": {"2027-01-02"}}
	tries := func(path string, form url.Values) {
		t.Helper()
		s.browser().post(path, form).want(200, "Please sign in first")
		s.taker.post(path, form).want(403)
		s.giver.post(path, form).want(404)
		lou.post(path, form).want(404)
	}
	before := s.rows()
	tries(see, said)
	lou.post(see, loud).want(404)
	kit.post(see, loud).want(422)
	kit.post(see, url.Values{"evidence": {string(s.choir)}, "network": said["network"], "on": said["on"]}).want(404)
	kit.post("/groups/"+string(s.hall)+"/seen", said).want(404)
	if diff := cmp.Diff(before, s.rows()); diff != "" {
		t.Error(diff)
	}
	kit.post(see, said).want(200, "shown to quiet street")
	before = s.rows()
	tries(undo, url.Values{})
	if diff := cmp.Diff(before, s.rows()); diff != "" {
		t.Error(diff)
	}

	s.states("2027-01-03", "2028-12-31") // a renewal
	page := s.browser().get(group).want(200, "from Sunday 3 January 2027")
	if n := strings.Count(page.text, "shown to quiet street"); n != 1 {
		t.Errorf("%d are shown, want the one that was seen", n)
	}

	s.operates("lou@loud.example")
	lou.get(group+"/evidence").want(200, "shown to quiet street").without("I have seen this")
	lou.get(group+"/evidence").fill(undo).want(200, "Taken back")
	kit.post(see, said).want(200, "shown to quiet street")
	s.must(s.store.InTx(t.Context(), func(tx *store.Tx) error {
		p, err := tx.PersonAt(t.Context(), "kit@quiet.example")
		s.must(err)
		return tx.ErasePerson(t.Context(), p, nil, s.now)
	}))
	s.browser().get(group).want(200, "shown to quiet street on")
	if n := s.countRows("evidence where shown_to is not null"); n != 0 {
		t.Error("whom it was shown to is kept of somebody who was erased")
	}
	if diff := cmp.Diff([]string{"evidence.stated", "evidence.shown", "evidence.unshown", "evidence.shown"}, s.events(evidence)); diff != "" {
		t.Error(diff)
	}
}
