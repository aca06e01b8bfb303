package api_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/config"
	"wherewithal/market"
	"wherewithal/photo/phototest"
	"wherewithal/web/api"
)

func TestAListingIsReadAsItWasSent(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	sent := with(hall(n), "description", "A hall.", "tags", []string{"piano"}, "welcomes", []string{"children"}, "notAllowed", []string{"alcohol"},
		"asks", map[string]any{"insurance": true}, "terms", map[string]any{"kind": "at_cost", "pence": 1200, "per": "hour", "for": "heating"})
	a := n.ask("POST", "/listings", write(sent)).want(201)
	l := read[api.Listing](a)
	if a.header.Get("Location") != "/api/v1/listings/"+l.ID || a.header.Get("ETag") != `"1"` || l.Life != "open" {
		t.Errorf("Location %q, ETag %q, life %s", a.header.Get("Location"), a.header.Get("ETag"), l.Life)
	}
	got := read[map[string]any](n.ask("GET", "/listings/"+l.ID, "").want(200))
	for field, want := range sent {
		if field == "groupId" {
			continue
		}
		if diff := cmp.Diff(read[any](answer{program: n.program, text: write(want)}), got[field]); diff != "" {
			t.Errorf("%s: %s", field, diff)
		}
	}
}

func TestAChangeIsMadeOverTheVersionThatWasRead(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	l := n.posts(hall(n))
	next := hall(n)
	delete(next, "groupId")
	next["title"] = "Church hall with a piano"
	n.ask("PUT", "/listings/"+l.ID, write(next)).want(428, `"version_missing"`)
	n.ask("PUT", "/listings/"+l.ID, write(next), "If-Match", `"7"`).want(412, `"version"`)
	a := n.ask("PUT", "/listings/"+l.ID, write(next), "If-Match", `"1"`).want(200, "Church hall with a piano")
	if a.header.Get("ETag") != `"2"` {
		t.Errorf("ETag %q", a.header.Get("ETag"))
	}
	n.ask("PUT", "/listings/"+l.ID, write(next), "If-Match", `"1"`).want(412)
}

func TestAListingIsPausedOpenedAndClosed(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	l := n.posts(hall(n))
	n.ask("POST", "/listings/"+l.ID+"/pause", `{"until":"2027-03-01"}`).want(200, `"life":"paused"`)
	n.ask("POST", "/listings/"+l.ID+"/pause", "").want(200, `"life":"paused"`, `"pausedUntil":"2027-03-01T00:00:00Z"`)
	n.ask("POST", "/listings/"+l.ID+"/pause", `{"until":"2027-04-01"}`).want(200, `"life":"paused"`, `"pausedUntil":"2027-03-31T23:00:00Z"`) // not silently kept at the first of March
	n.ask("POST", "/listings/"+l.ID+"/pause", `{"as":"fulfilled"}`).want(422)
	n.ask("POST", "/listings/"+l.ID+"/pause", `{"until":"2020-03-01"}`).want(422, `"pointer":"#/until"`)
	n.ask("POST", "/listings/"+l.ID+"/open", "").want(200, `"life":"open"`)
	n.ask("POST", "/listings/"+l.ID+"/close", `{"as":"fulfilled"}`).want(200, `"life":"fulfilled"`)
	n.ask("POST", "/listings/"+l.ID+"/pause", "").want(409, `"wrong_state"`)
	other := h.neighbour("Tansy Yard Choir", "guest@choir.test")
	for _, who := range []*program{h.public(), other.program} {
		for _, path := range []string{"", "/photos"} {
			who.ask("GET", "/listings/"+l.ID+path, "").want(410, `"gone"`)
		}
	}
	for _, path := range []string{"/open", "/close", "/renew", "/copy"} { // what one may not change is not told apart
		other.ask("POST", "/listings/"+l.ID+path, "").want(404)
	}
	n.ask("GET", "/listings/"+l.ID, "").want(200)
}

func TestACreationRepeatedWithItsKeyCreatesOnce(t *testing.T) {
	h := open(t)
	n, other := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	body := write(hall(n))
	first := read[api.Listing](n.ask("POST", "/listings", body, "Idempotency-Key", "order-0001").want(201))
	again := read[api.Listing](n.ask("POST", "/listings", body, "Idempotency-Key", "order-0001").want(201))
	if first.ID != again.ID {
		t.Errorf("the same key made %s and %s", first.ID, again.ID)
	}
	n.ask("POST", "/listings", write(with(hall(n), "title", "Another hall")), "Idempotency-Key", "order-0001").want(409, `"reused"`)
	theirs := read[api.Listing](other.ask("POST", "/listings", write(choir(other)), "Idempotency-Key", "order-0001").want(201))
	if theirs.ID == first.ID {
		t.Error("another person's key led to this person's listing")
	}
	if all := read[struct{ Items []api.Listing }](n.ask("GET", "/listings", "").want(200)); len(all.Items) != 1 {
		t.Errorf("%d listings, want 1", len(all.Items))
	}
}

func TestAListIsReadPageByPage(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	var made []string
	for range 5 {
		made = append(made, read[api.Listing](n.ask("POST", "/listings", write(hall(n))).want(201)).ID)
	}
	var got []string
	for at := "/listings?limit=2"; ; {
		page := read[struct {
			Items []api.Listing
			Next  string
		}](n.ask("GET", at, "").want(200))
		for _, l := range page.Items {
			got = append([]string{l.ID}, got...)
		}
		if page.Next == "" {
			break
		}
		at = "/listings?limit=2&cursor=" + page.Next
	}
	if diff := cmp.Diff(made, got); diff != "" {
		t.Error(diff)
	}
	n.ask("GET", "/listings?cursor=nonsense", "").want(400, `"cursor"`)
	n.ask("GET", "/listings?limit=0", "").want(422, `"limit"`)
}

func TestWhatOneMayNotSeeIsNotFound(t *testing.T) {
	h := open(t)
	n, other := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	hidden := read[api.Listing](n.ask("POST", "/listings", write(with(hall(n), "circle", "networks"))).want(201))
	draft := read[api.Listing](n.ask("POST", "/listings", write(with(hall(n), "draft", true))).want(201))
	shown := read[api.Listing](n.ask("POST", "/listings", write(hall(n))).want(201))
	if draft.Life != "draft" {
		t.Errorf("a draft is %s", draft.Life)
	}
	for _, id := range []string{hidden.ID, draft.ID, string(market.NewID())} {
		for _, p := range []*program{h.public(), other.program} {
			p.ask("GET", "/listings/"+id, "").want(404, `"not_found"`)
		}
		other.ask("PUT", "/listings/"+id, write(choir(other)), "If-Match", `"1"`).want(422) // groupId is no field of it
		next := choir(other)
		delete(next, "groupId")
		other.ask("PUT", "/listings/"+id, write(next), "If-Match", `"1"`).want(404)
		other.ask("POST", "/listings/"+id+"/close", "").want(404)
		other.ask("GET", "/listings/"+id+"/matches", "").want(404)
	}
	if text := h.public().ask("GET", "/listings/"+shown.ID, "").want(200).text; strings.Contains(text, string(n.place.ID)) || strings.Contains(text, "51.4826") {
		t.Errorf("strangers read the place: %s", text)
	}
	other.ask("GET", "/listings/"+shown.ID+"/matches", "").want(404)
	other.ask("POST", "/listings/"+shown.ID+"/close", "").want(404)
	next := choir(other)
	delete(next, "groupId")
	other.ask("PUT", "/listings/"+shown.ID, write(next), "If-Match", `"1"`).want(404)
	other.ask("POST", "/previews", write(with(choir(other), "placeId", n.place.ID))).want(422, "#/placeId")
	other.ask("POST", "/listings", write(hall(n))).want(404) // for a group that is not theirs
	other.ask("GET", "/listings?group="+string(n.group.ID), "").want(404)
	other.ask("POST", "/listings", write(with(choir(other), "placeId", n.place.ID))).want(422, "#/placeId")
}

func TestFaultsNameTheFieldsOfTheBody(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	for pointer, draft := range map[string]map[string]any{
		"#/title":               with(hall(n), "title", "Write to host@hall.test"),
		"#/description":         with(hall(n), "description", "Call 020 7946 0123 for it"),
		"#/facts/seated":        with(hall(n), "facts", map[string]any{"seated": -1}),
		"#/facts/wings":         with(hall(n), "facts", map[string]any{"wings": 2}),
		"#/kind":                with(hall(n), "kind", "castle"),
		"#/language":            with(hall(n), "language", "Ukrainian"),
		"#/asks/activity":       with(hall(n), "asks", map[string]any{"checked": "basic"}),
		"#/when/windows":        with(hall(n), "when", map[string]any{"windows": []any{map[string]any{"repeat": "weekly", "days": []string{"th"}, "from": "18:00", "until": "17:00"}}}),
		"#/when/until":          with(hall(n), "when", map[string]any{"from": "2027-03-01", "until": "2027-02-01"}),
		"#/facts/layout":        with(hall(n), "facts", map[string]any{"layout": []string{"ring 020 7946 0123"}}),
		"#/facts/area":          with(hall(n), "facts", map[string]any{"area": "ring 020 7946 0123"}),
		"#/facts/a~1b":          with(hall(n), "facts", map[string]any{"a/b": 1}),
		"#/placeId":             with(hall(n), "placeId", "urn:uuid:"+string(n.place.ID)),
		"#/smallestPart":        with(hall(n), "quantity", 2, "splittable", true, "smallestPart", 3),
		"#/terms/kind":          with(hall(n), "terms", map[string]any{"kind": "plunder"}),
		"#/when/windows/0/from": with(hall(n), "when", map[string]any{"windows": []any{map[string]any{"repeat": "weekly", "days": []string{"th"}, "from": "6 pm", "until": "22:00"}}}),
	} {
		n.ask("POST", "/listings", write(draft)).want(422, `"invalid"`, `"pointer":"`+pointer+`"`)
	}
}

func TestAChangeThatSaysNoCircleWidensNothing(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	l := read[api.Listing](n.ask("POST", "/listings", write(with(hall(n), "circle", "networks"))).want(201))
	next := hall(n)
	delete(next, "groupId")
	delete(next, "circle")
	n.ask("PUT", "/listings/"+l.ID, write(next), "If-Match", `"1"`).want(200, `"circle":"networks"`)
	fresh := hall(n)
	delete(fresh, "circle")
	n.ask("POST", "/listings", write(fresh)).want(201, `"circle":"city"`)
}

// A program that lost the answer to its last allowed posting asks again, and is not refused.
func TestARepeatedCreationDoesNotCount(t *testing.T) {
	h := openWith(t, func(c *config.Config) { c.PostsPerHour = 1 })
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	n.ask("POST", "/listings", write(with(hall(n), "kind", "castle")), "Idempotency-Key", "order-0000").want(422)
	n.ask("POST", "/listings", write(hall(n)), "Idempotency-Key", "order-0001").want(429)
	h = openWith(t, func(c *config.Config) { c.PostsPerHour = 1 })
	n = h.neighbour("Larkhollow Hall", "host@hall.test")
	first := n.ask("POST", "/listings", write(hall(n)), "Idempotency-Key", "order-0001").want(201)
	again := n.ask("POST", "/listings", write(hall(n)), "Idempotency-Key", "order-0001").want(201)
	if read[api.Listing](first).ID != read[api.Listing](again).ID {
		t.Error("two listings")
	}
	n.ask("POST", "/listings", write(hall(n)), "Idempotency-Key", "order-0002").want(429)
	n.ask("POST", "/listings", write(hall(n)), "Idempotency-Key", "órder-0003").want(422, "Idempotency-Key")
	n.ask("POST", "/listings", write(hall(n)), "Idempotency-Key", " ").want(422, "Idempotency-Key", "no value")
}

func TestAListingIsRenewedBeforeAndAfterItsEnd(t *testing.T) {
	h := open(t)
	n, other := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	l := n.posts(hall(n))
	h.now = h.now.AddDate(0, 0, 80)
	n.program, other.program = h.program(n.viewer, market.MayWrite), h.program(other.viewer, market.MayWrite)
	renewed := read[api.Listing](n.ask("POST", "/listings/"+l.ID+"/renew", "").want(200, `"life":"open"`))
	if !renewed.ExpiresAt.After(*l.ExpiresAt) {
		t.Errorf("it ends %v, as before", renewed.ExpiresAt)
	}
	n.ask("POST", "/listings/"+l.ID+"/renew", "").want(200)
	other.ask("POST", "/listings/"+l.ID+"/renew", "").want(404)
	h.now = h.now.AddDate(0, 0, 100)
	n.program = h.program(n.viewer, market.MayWrite)
	h.must(h.listings.Turn(h.ctx, h.now))
	n.ask("GET", "/listings/"+l.ID, "").want(200, `"life":"expired"`)
	n.ask("POST", "/listings/"+l.ID+"/renew", "").want(200, `"life":"open"`)
}

func TestAListingIsCopiedAsADraftOnce(t *testing.T) {
	h := open(t)
	n, other := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	at := "/listings/" + n.posts(hall(n)).ID
	n.sends(at+"/photos", phototest.Phone).want(201)
	first := read[api.Listing](n.ask("POST", at+"/copy", "", "Idempotency-Key", "copy-00001").want(201, `"life":"draft"`, "Church hall"))
	again := read[api.Listing](n.ask("POST", at+"/copy", "", "Idempotency-Key", "copy-00001").want(201))
	if first.ID != again.ID || first.Title != "Church hall" || first.ExpiresAt != nil {
		t.Errorf("%+v, then %s", first, again.ID)
	}
	if got := read[photos](n.ask("GET", "/listings/"+first.ID+"/photos", "").want(200)); len(got.Items) != 1 {
		t.Errorf("%+v", got)
	}
	n.ask("POST", at+"/copy", `{"photos":false}`, "Idempotency-Key", "copy-00001").want(409, `"reused"`)
	bare := read[api.Listing](n.ask("POST", at+"/copy", `{"photos":false}`).want(201))
	if got := read[photos](n.ask("GET", "/listings/"+bare.ID+"/photos", "").want(200)); len(got.Items) != 0 {
		t.Errorf("%+v", got)
	}
	other.ask("POST", at+"/copy", "").want(404)
	other.ask("POST", "/listings/"+first.ID+"/copy", "").want(404)
	n.ask("POST", "/listings/"+first.ID+"/open", "").want(200, `"life":"open"`)
}

// What a network is to look at first is not shown by being closed and opened again, and a listing that never was open is nobody else's.
func TestAFirstListingThatIsClosedAndOpenedWaitsStill(t *testing.T) {
	h := open(t)
	n, other := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "ama@choir.test")
	_, err := h.store.Pool().Exec(h.ctx, `update networks set holds = true where id = $1`, h.networkOf("maze-hill", n.group.ID))
	h.must(err)
	l := read[api.Listing](n.ask("POST", "/listings", write(hall(n))).want(201, `"life":"draft"`))
	n.ask("POST", "/listings/"+l.ID+"/close", "").want(200, `"life":"withdrawn"`)
	other.ask("GET", "/listings/"+l.ID, "").want(404)
	n.ask("POST", "/listings/"+l.ID+"/open", "").want(200, `"life":"draft"`)
	other.ask("GET", "/listings/"+l.ID, "").want(404)
}
