package api_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/web/api"

	"wherewithal/wording"
)

func TestTwoProgramsSayYesAndOnlyThenLearnOfEachOther(t *testing.T) {
	h := open(t)
	giver, taker := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	h.must(h.accounts.SetName(h.ctx, giver.viewer, "Jo", wording.Default, h.now))
	offer, need := giver.posts(hall(giver)), taker.posts(choir(taker))

	matches := read[struct{ Items []api.Match }](taker.ask("GET", "/listings/"+need.ID+"/matches", "").want(200))
	if len(matches.Items) != 1 || matches.Items[0].Listing.ID != offer.ID || len(matches.Items[0].Slots) != 12 {
		t.Fatalf("matches %+v", matches)
	}
	for _, r := range matches.Items[0].Reasons {
		if r.Code == "" || r.Text == "" || strings.Contains(r.Text, "⟦") {
			t.Errorf("reason %+v", r)
		}
	}

	all := read[struct{ Items []api.Introduction }](taker.ask("GET", "/introductions", "").want(200))
	if len(all.Items) != 1 || all.Items[0].State != "proposed" || !all.Items[0].Waits || all.Items[0].Contact != nil {
		t.Fatalf("introductions %+v", all)
	}
	at := "/introductions/" + all.Items[0].ID
	giver.ask("GET", at, "").want(404) // it is not disturbed by a mere proposal
	giver.ask("POST", at+"/answer", `{"answer":"yes"}`).want(404)
	if none := read[struct{ Items []api.Introduction }](giver.ask("GET", "/introductions", "").want(200)); len(none.Items) != 0 {
		t.Errorf("the giver already sees %+v", none)
	}
	taker.ask("POST", at+"/answer", `{"answer":"yes"}`).want(200, `"state":"asked"`)
	taker.ask("POST", at+"/answer", `{"answer":"yes"}`).want(200, `"state":"asked"`)
	if text := giver.ask("GET", at, "").want(200, `"side":"offer"`, `"waits":true`).text; strings.Contains(text, "contact") {
		t.Errorf("the giver learns too early: %s", text)
	}
	giver.ask("POST", at+"/answer", `{"answer":"yes"}`).want(200, `"state":"connected"`)
	done := read[api.Introduction](taker.ask("GET", at, "").want(200))
	if done.Contact == nil || done.Contact.Name != "Jo" || done.Contact.Group != "Larkhollow Hall" {
		t.Errorf("contact %+v", done.Contact)
	}
	for _, p := range []neighbour{giver, taker} {
		if text := p.ask("GET", at, "").text; strings.Contains(text, "@") {
			t.Errorf("an address is told: %s", text)
		}
	}
	h.public().ask("GET", at, "").want(401)
	h.neighbour("Owl Lane Scouts", "else@owl.test").ask("GET", at, "").want(404)
}

// A program that heard no answer asks again: of one who posts for both groups that is no yes of the other.
func TestAnAnswerAgainIsNoneOfTheOtherSide(t *testing.T) {
	h := open(t)
	giver, taker := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	giver.posts(hall(giver))
	taker.posts(choir(taker))
	h.must(h.store.InTx(h.ctx, func(tx *store.Tx) error {
		return tx.Join(h.ctx, market.Membership{ID: market.NewID(), GroupID: giver.group.ID, PersonID: taker.person.ID, Role: market.Owner, Since: h.now})
	}))
	all := read[struct{ Items []api.Introduction }](taker.ask("GET", "/introductions", "").want(200))
	at := "/introductions/" + all.Items[0].ID + "/answer"
	for range 2 {
		taker.ask("POST", at, `{"answer":"yes"}`).want(200, `"state":"asked"`)
	}
	taker.ask("POST", at, `{"answer":"yes","side":"need"}`).want(200, `"state":"asked"`)
	giver.ask("POST", at, `{"answer":"no","side":"need"}`).want(403)
	taker.ask("POST", at, `{"answer":"yes","side":"both"}`).want(422)
	taker.ask("POST", at, `{"answer":"yes","side":"offer"}`).want(200, `"state":"connected"`)
}

func TestAProgramBeginsForTheSideThatGives(t *testing.T) {
	h := open(t)
	giver, taker := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	h.must(h.accounts.SetName(h.ctx, taker.viewer, "Robin", wording.Default, h.now))
	offer, need := giver.posts(hall(giver)), taker.posts(choir(taker))
	at := "/listings/" + offer.ID + "/matches/" + need.ID
	for range 2 { // the same again changes nothing
		text := giver.ask("POST", at, "").want(200, `"state":"proposed"`, `"answer":"yes"`, `"side":"offer"`).text
		if strings.Contains(text, "Robin") || strings.Contains(text, "contact") {
			t.Errorf("the giver learns too early: %s", text)
		}
	}
	all := read[struct{ Items []api.Introduction }](taker.ask("GET", "/introductions", "").want(200))
	if len(all.Items) != 1 || !all.Items[0].Waits {
		t.Fatalf("introductions %+v", all)
	}
	own := "/introductions/" + all.Items[0].ID
	giver.ask("GET", own, "").want(200, `"waits":false`)
	taker.ask("POST", own+"/answer", `{"answer":"no"}`).want(200)
	other := giver.posts(with(hall(giver), "title", "Small hall"))
	taker.ask("POST", "/listings/"+need.ID+"/matches/"+other.ID, "").want(200, `"state":"asked"`)
	giver.ask("POST", at, "").want(409, "wrong_state")
	taker.ask("POST", at, "").want(404)
	h.public().ask("POST", at, "").want(401)
}

func TestANoIsNotToldToTheOtherSideAsSuch(t *testing.T) {
	h := open(t)
	giver, taker := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	giver.posts(hall(giver))
	taker.posts(choir(taker))
	all := read[struct{ Items []api.Introduction }](taker.ask("GET", "/introductions", "").want(200))
	at := "/introductions/" + all.Items[0].ID
	taker.ask("POST", at+"/answer", `{"answer":"yes"}`).want(200)
	giver.ask("POST", at+"/answer", `{"answer":"no","reason":"rather_not"}`).want(200, `"answer":"no"`)
	if text := taker.ask("GET", at, "").want(200, `"state":"declined"`).text; strings.Contains(text, "rather_not") {
		t.Errorf("the reason is told: %s", text)
	}
	giver.ask("POST", at+"/answer", `{"answer":"perhaps"}`).want(422)
}

func TestAPreviewSaysWhoCouldHelpAndKeepsNothing(t *testing.T) {
	h := open(t)
	giver, taker := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	offer := giver.posts(hall(giver))
	got := read[api.Preview](taker.ask("POST", "/previews", write(choir(taker))).want(200))
	if len(got.Matches) != 1 || got.Matches[0].Listing.ID != offer.ID || len(got.Matches[0].Reasons) == 0 {
		t.Errorf("preview %+v", got)
	}
	big := with(choir(taker), "facts", map[string]any{"seated": 90})
	got = read[api.Preview](taker.ask("POST", "/previews", write(big)).want(200))
	if len(got.Matches) != 0 || len(got.NearMisses) != 1 || got.NearMisses[0].Rule != "quantity" || got.NearMisses[0].By != "need" || got.NearMisses[0].Change.Text == "" {
		t.Errorf("preview of what is too big %+v", got)
	}
	var n int
	h.must(h.store.Pool().QueryRow(h.ctx, `select count(*) from listings where side = 'need'`).Scan(&n))
	if n != 0 {
		t.Errorf("%d needs were kept", n)
	}
	taker.ask("POST", "/previews", write(with(choir(taker), "title", "www.example.org"))).want(422, "#/title")
	giver.ask("POST", "/previews", write(choir(taker))).want(404)
}

func TestMatchesAreReadPageByPage(t *testing.T) {
	h := open(t)
	giver, taker := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	for i, seats := range []int{80, 60, 40} {
		giver.posts(with(hall(giver), "title", fmt.Sprintf("Hall %d", i), "facts", map[string]any{"seated": seats}))
	}
	need := taker.posts(choir(taker))
	whole := read[api.List[api.Match]](taker.ask("GET", "/listings/"+need.ID+"/matches", "").want(200))
	if len(whole.Items) != 3 || whole.Next != "" {
		t.Fatalf("%d matches, next %q", len(whole.Items), whole.Next)
	}
	var seen []string
	for path := "?limit=1"; path != ""; {
		page := read[api.List[api.Match]](taker.ask("GET", "/listings/"+need.ID+"/matches"+path, "").want(200))
		for _, m := range page.Items {
			seen = append(seen, m.Listing.ID)
		}
		if path = ""; page.Next != "" {
			path = "?limit=1&cursor=" + page.Next
		}
	}
	for i, m := range whole.Items {
		if len(seen) != 3 || seen[i] != m.Listing.ID {
			t.Fatalf("page by page %v, whole %+v", seen, whole.Items)
		}
	}
	taker.ask("GET", "/listings/"+need.ID+"/matches?cursor="+string(market.NewID()), "").want(400, `"cursor"`)
}

// reading is a pool whose model is at work, or is done.
type reading struct {
	caughtUp
	known, pending bool
}

func (r reading) Meant(market.Listing) (known, pending bool) { return r.known, r.pending }

func TestAPreviewSaysWhetherABetterOneIsComing(t *testing.T) {
	h := open(t)
	taker := h.neighbour("Tansy Yard Choir", "guest@choir.test")
	for _, c := range []struct {
		known, pending  bool
		compared, retry string
	}{{false, false, "words", ""}, {false, true, "words", "1"}, {true, false, "meaning", ""}} {
		h.previews.known, h.previews.pending = c.known, c.pending
		a := taker.ask("POST", "/previews", write(choir(taker))).want(200)
		if got := read[api.Preview](a); got.Compared != c.compared || a.header.Get("Retry-After") != c.retry {
			t.Errorf("%+v: compared by %s, Retry-After %q", c, got.Compared, a.header.Get("Retry-After"))
		}
	}
}

func TestSearchFindsForEachWhatTheyMaySee(t *testing.T) {
	h := open(t)
	giver, taker := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	shown := giver.posts(hall(giver))
	inCity := giver.posts(with(hall(giver), "title", "Church hall, the small one", "circle", "city"))
	ids := func(a answer) (ids []string) {
		for _, hit := range read[struct{ Items []api.Hit }](a.want(200)).Items {
			ids = append(ids, hit.Listing.ID)
		}
		return ids
	}
	if got := ids(h.public().ask("GET", "/search?q=hal", "")); len(got) != 1 || got[0] != shown.ID {
		t.Errorf("the public finds %v", got)
	}
	if got := ids(taker.ask("GET", "/search?q=hall&side=offer&kind=room", "")); len(got) != 2 {
		t.Errorf("a neighbour finds %v, want also %s", got, inCity.ID)
	}
	for query, want := range map[string]int{"days=th&from=18:00&until=20:00": 1, "days=th&days=fr": 1, "days=mo&days=fr": 0, "days=mo&from=18:00&until=20:00": 0, "seated=80": 1, "seated=81": 0,
		"requires=step_free": 1, "requires=hearing_loop": 0, "lat=51.48&lng=0.01&radiusKm=5": 1, "lat=51.6&lng=-0.3&radiusKm=5": 0, "side=need": 0,
		"terms=shared&terms=gift": 1, "kind=skill&kind=room": 1, "lat=0&lng=0&radiusKm=5": 0, "borough=Greenwich": 1, "borough=Camden": 0, "freeFrom=2027-02-04&freeUntil=2027-02-04": 1, "freeFrom=2027-02-05&freeUntil=2027-02-05": 0} {
		if got := ids(h.public().ask("GET", "/search?"+query, "")); len(got) != want {
			t.Errorf("%s finds %d, want %d", query, len(got), want)
		}
	}
	f := read[api.Found](h.public().ask("GET", "/search?facets=true", "").want(200))
	if f.Facets == nil || f.Facets.Kind["room"] != 1 || f.Facets.Requires["step_free"] != 1 {
		t.Errorf("facets %+v", f.Facets)
	}
	h.public().ask("GET", "/search?days=th&from=18:00", "").want(422, `"in":"query"`, `"name":"days"`)
	h.public().ask("GET", "/search?radiusKm=5", "").want(422, `"name":"lat"`)
	h.public().ask("GET", "/search?freeFrom=2027-02-05&freeUntil=2027-02-04", "").want(422, `"name":"freeUntil"`)
	h.public().ask("GET", "/search?cursor=nonsense", "").want(400, `"cursor"`)
	h.public().ask("GET", "/search?q=&side=offer", "").want(200)
}

func TestOnesOwnGroupsComeWithWhatPostingNeeds(t *testing.T) {
	h := open(t)
	n, other := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	n.ask("GET", "/groups", "").want(200, string(n.group.ID), string(n.place.ID), `"role":"owner"`)
	g := read[api.Group](other.ask("GET", "/groups/"+string(n.group.ID), "").want(200))
	if g.Name != "Larkhollow Hall" || g.LegalForm != "informal" {
		t.Errorf("%+v", g)
	}
	h.showsEvidence(n)
	shown := read[api.Group](other.ask("GET", "/groups/"+string(n.group.ID), "").want(200)).Evidence
	want := []api.Evidence{{Kind: "insurance", Dated: "2026-03-01", ShownTo: "lane", ShownOn: "2026-04-03",
		Text: "Public liability insurance, from Sunday 1 March 2026, shown to lane on Friday 3 April 2026. Check for yourselves before you meet."}}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Error(diff)
	}
	next := n.group
	next.Size = 40
	h.must(h.accounts.Edit(h.ctx, n.viewer, next, "", h.now))
	if g := read[api.Group](other.ask("GET", "/groups/"+string(n.group.ID), "").want(200)); g.Size != 40 || len(g.Boroughs) != 1 || g.Boroughs[0] != n.place.Borough {
		t.Errorf("%+v", g)
	}
	next.Name, next.NameHidden, next.Alias, next.Link = n.group.Name, true, "A hall in the east", "https://larkhollow.example.org"
	next.Does, next.Languages = "ہم ہر جمعرات کو گاتے ہیں", []string{"Somali", "Urdu"}
	h.must(h.accounts.Edit(h.ctx, n.viewer, next, "", h.now))
	if text := other.ask("GET", "/groups/"+string(n.group.ID), "").want(200, "A hall in the east", `"doesLanguage":"ur"`).text; strings.Contains(strings.ToLower(text), "larkhollow") || strings.Contains(text, n.place.Borough) {
		t.Errorf("a hidden name, or where it is, is told: %s", text)
	}
	h.must(h.store.InTx(h.ctx, func(tx *store.Tx) error {
		return tx.Block(h.ctx, market.Block{GroupID: n.group.ID, BlockedID: other.group.ID, CreatedAt: h.now})
	}))
	other.ask("GET", "/groups/"+string(n.group.ID), "").want(404)
	h.public().ask("GET", "/networks/nowhere", "").want(404)
	h.must(h.store.InTx(h.ctx, func(tx *store.Tx) error {
		return tx.AddNetwork(h.ctx, market.Network{ID: market.NewID(), Slug: "greenwich", Name: "Greenwich", Level: market.Borough, CreatedAt: h.now,
			Boundary: []market.Point{{Lat: 51.48, Lng: 0}, {Lat: 51.49, Lng: 0}, {Lat: 51.48, Lng: 0.1}}})
	}))
	h.public().ask("GET", "/networks", "").want(200, `"slug":"greenwich"`)
	h.public().ask("GET", "/networks/greenwich", "").want(200, `"lat":51.49`)
}

// showsEvidence has a connector see one of the two things that a group states; the other is over.
func (h *house) showsEvidence(n neighbour) {
	h.t.Helper()
	lane := h.networkOf("lane", n.group.ID)
	h.must(h.store.InTx(h.ctx, func(tx *store.Tx) error {
		return errors.Join(tx.AddEvidence(h.ctx, market.Evidence{ID: market.NewID(), GroupID: n.group.ID, Kind: market.Insurance, Dated: "2026-03-01",
			ShownIn: lane, ShownTo: n.person.ID, ShownOn: "2026-04-03", CreatedAt: h.now}),
			tx.AddEvidence(h.ctx, market.Evidence{ID: market.NewID(), GroupID: n.group.ID, Kind: market.Safeguarding, Dated: "2020-03-01", Expires: "2021-03-01", CreatedAt: h.now}))
	}))
}
