package market

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOnlyASimpleRingIsABoundary(t *testing.T) {
	square := `{"type":"Polygon","coordinates":[[[0,51],[0.1,51],[0.1,51.1],[0,51.1],[0,51]]]}`
	want := []Point{{51, 0}, {51, 0.1}, {51.1, 0.1}, {51.1, 0}}
	for _, text := range []string{square, `{"type":"Feature","properties":{},"geometry":` + square + `}`,
		`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":` + square + `}]}`} {
		got, err := ReadBoundary(text)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v\n%s", err, diff)
		}
		if again, err := ReadBoundary(string(GeoJSON(got))); err != nil || !slices.Equal(again, got) {
			t.Errorf("written and read again: %v %v", again, err)
		}
	}
	for name, text := range map[string]string{
		"not JSON": "hello", "a point": `{"type":"Point","coordinates":[0,51]}`, "two things": square + square,
		"a hole":               `{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]],[[0,0],[1,0],[1,1]]]}`,
		"a line":               `{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}`,
		"a bow tie":            `{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1]]]}`,
		"off the planet":       `{"type":"Polygon","coordinates":[[[0,0],[500,1],[1,0]]]}`,
		"words for numbers":    `{"type":"Polygon","coordinates":[[["a",0],[1,1],[1,0]]]}`,
		"features in features": strings.Repeat(`{"type":"Feature","geometry":`, 50) + square + strings.Repeat("}", 50),
		"too long":             `{"type":"Polygon","coordinates":[[` + strings.Repeat(`[0,0],`, MaxBoundary+1) + `[1,1]]]}`,
	} {
		var invalid *Invalid
		if _, err := ReadBoundary(text); !errors.As(err, &invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnEdgeReachesWhatNothingElseReached(t *testing.T) {
	n := Nesting{"city": {"borough", "other"}, "borough": {"street"}}
	got := n.Reach("ring", "borough")
	if diff := cmp.Diff(map[ID][]ID{"city": {"ring"}, "borough": {"ring"}}, got); diff != "" {
		t.Error(diff)
	}
	if got := n.Reach("street", "city"); len(got) != 0 {
		t.Errorf("it was below the city already: %v", got)
	}
	if diff := cmp.Diff(map[ID][]ID{"city": {"street"}, "borough": {"street"}}, n.Reach("street", "borough")); diff != "" {
		t.Error(diff) // what taking the edge away would hide
	}
}

func TestASlugIsPlain(t *testing.T) {
	for name, want := range map[string]string{"Greenwich & Deptford (sample)": "greenwich-deptford-sample", "  Ça va? ": "a-va", "!!!": "",
		strings.Repeat("long ", 40): strings.TrimSuffix(strings.Repeat("long-", 12), "-")} {
		if got := Slug(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
