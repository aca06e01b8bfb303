package api_test

import (
	"fmt"
	"strings"
	"testing"

	"wherewithal/market"
	"wherewithal/web/api"
)

// A program keeps a search as the site does: once under its key, with its place as an area, seen by its person alone.
func TestAProgramKeepsASearchForItsPerson(t *testing.T) {
	h := open(t)
	n, other := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	made := n.ask("POST", "/searches", aSearch, "Idempotency-Key", "halls-01").want(201)
	first := read[api.SavedSearch](made)
	if at := made.header.Get("Location"); at != api.Prefix+"/searches/"+first.ID {
		t.Errorf("Location: %s", at)
	}
	if first.Name != "Halls" || first.Asks.Seated != 40 || first.Asks.From != "18:00" || *first.Asks.Lat == 51.4834 || *first.Asks.Lng == 0.0123 {
		t.Errorf("%+v", first)
	}
	n.ask("POST", "/searches", aSearch, "Idempotency-Key", "halls-01").want(201, first.ID)
	n.ask("POST", "/searches", strings.Replace(aSearch, "hall", "hut", 1), "Idempotency-Key", "halls-01").want(409, `"reused"`)
	at := "/searches/" + first.ID
	n.ask("POST", at+"/pause", "").want(200, `"pausedAt"`)
	n.ask("POST", at+"/pause", "").want(200, `"pausedAt"`)
	if again := read[api.SavedSearch](n.ask("POST", at+"/resume", "").want(200)); again.PausedAt != nil {
		t.Errorf("resumed: %+v", again)
	}
	s, err := h.store.SavedSearch(h.ctx, n.person.ID, market.ID(first.ID))
	h.must(err)
	if s.Question.Said == "" || s.Question.Days.Count() != 1 {
		t.Errorf("kept %+v", s.Question)
	}
	for path, method := range map[string]string{at: "GET", at + "/pause": "POST", at + "/resume": "POST"} {
		other.ask(method, path, "").want(404)
	}
	other.ask("DELETE", at, "").want(404)
	other.ask("GET", "/searches", "").want(200, `"items":[]`)
	h.program(n.viewer, market.MayRead).ask("POST", "/searches", aSearch).want(403)
	for what, c := range map[string]struct{ change, to, at string }{
		"half a point":             {`"lat":51.4834,`, ``, "#/asks/lat"},
		"hours without days":       {`"days":["th"],`, ``, "#/asks/days"},
		"hours the other way":      {`"until":"20:00"`, `"until":"17:00"`, "#/asks/days"},
		"a radius without a place": {`"lat":51.4834,"lng":0.0123,`, ``, "#/asks/lat"},
		"days that are over":       {`"seated":40`, `"freeUntil":"2026-01-01"`, "#/asks/freeUntil"},
	} {
		if a := n.ask("POST", "/searches", strings.Replace(aSearch, c.change, c.to, 1)); a.status != 422 || !strings.Contains(a.text, `"`+c.at+`"`) {
			t.Errorf("%s: %d %s", what, a.status, a.text)
		}
	}
	for i := range market.MaxSavedSearches - 1 {
		n.ask("POST", "/searches", strings.Replace(aSearch, "Halls", fmt.Sprint("Halls ", i), 1)).want(201)
	}
	n.ask("POST", "/searches", aSearch).want(422, `"#/name"`)
	n.ask("DELETE", at, "").want(204)
	n.ask("GET", at, "").want(404)
	n.ask("POST", "/searches", aSearch, "Idempotency-Key", "halls-01").want(201, first.ID) // the first answer, and no other search
	if all := read[api.All[api.SavedSearch]](n.ask("GET", "/searches", "").want(200)); len(all.Items) != market.MaxSavedSearches-1 {
		t.Errorf("%d are kept", len(all.Items))
	}
}
