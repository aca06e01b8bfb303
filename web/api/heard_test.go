package api_test

import (
	"net/url"
	"reflect"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/search"
	"wherewithal/web/api"
)

func TestASearchSaysWhatItReadOutOfTheWords(t *testing.T) {
	h := open(t)
	ask := func(q string, more string) api.Found {
		t.Helper()
		return read[api.Found](h.public().ask("GET", "/search?q="+url.QueryEscape(q)+more, "").want(200))
	}
	const words = "hall for 40 near SE10 thursday evenings step free"
	found := ask(words, "&read=true")
	if len(found.Read) > 0 && (*found.Read[0].Lat < 51.4 || *found.Read[0].Lat > 51.6) {
		t.Errorf("SE10 is at %v, %v", *found.Read[0].Lat, *found.Read[0].Lng)
	}
	for i := range found.Read {
		found.Read[i].Lat, found.Read[i].Lng = nil, nil
	}
	place, people, free := api.Heard{Fact: "place", Place: "SE10"}, api.Heard{Fact: "people", People: 40}, api.Heard{Fact: "step_free"}
	when := api.Heard{Fact: "when", Window: &api.Window{Repeat: "weekly", Days: []string{"th"}, From: "18:00", Until: "22:00"}}
	if diff := cmp.Diff([]api.Heard{place, when, people, free}, found.Read); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	if found := ask(words, ""); found.Read != nil {
		t.Errorf("not asked to read, it read %v", found.Read)
	}
	if found := ask(words, "&read=true&off=place&off=when&off=people"); cmp.Diff([]api.Heard{free}, found.Read) != "" {
		t.Errorf("with three taken off it read %v", found.Read)
	}
	// what a parameter says is not read
	if found := ask(words, "&read=true&lat=51.5&lng=0&seated=10&days=mo&from=18:00&until=20:00"); cmp.Diff([]api.Heard{free}, found.Read) != "" {
		t.Errorf("beside parameters it read %v", found.Read)
	}
	h.public().ask("GET", "/search?q=hall&read=true&off=colour", "").want(422)
}

// What the search says leads on is taken by the search.
func TestACursorMayBeAsLongAsAnyIs(t *testing.T) {
	for _, page := range []any{api.Page{}, api.LongPage{}, api.LongestPage{}} {
		cursor, _ := reflect.TypeOf(page).FieldByName("Cursor")
		if most := cursor.Tag.Get("maxLength"); most != strconv.Itoa(search.MaxCursor) {
			t.Errorf("%T takes %s, want %d", page, most, search.MaxCursor)
		}
	}
}
