package search_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/search"
)

// now is when the tests of this package play.
var now = time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC)

var (
	nouns = []string{"hall", "room", "kitchen", "gazebo", "projector", "minibus", "chairs", "tables", "speakers", "bookkeeper",
		"translator", "gardener", "ladder", "tent", "piano", "printer", "laptop", "workshop", "studio", "garden", "van", "oven",
		"accordion", "loom", "kiln", "photographer", "treasurer", "mentor", "plumber", "electrician"}
	adjectives = []string{"bright", "large", "small", "quiet", "warm", "old", "new", "spare", "white", "folding", "portable", "clean",
		"community", "church", "school", "friendly", "experienced", "reliable", "heavy", "light"}
	boroughs = []string{"Greenwich", "Lewisham", "Southwark", "Camden", "Hackney", "Newham"}
	topics   = []string{"music", "food", "youth", "elders", "sport", "faith", "arts", "repair", "garden", "language", "parties", "meetings"}
)

// crowd is n listings that look like a city's, always the same for the same n.
func crowd(n int) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		r := rand.New(rand.NewPCG(1, uint64(n)))
		for i := range n {
			if !yield(search.From(citizen(r, i)), nil) {
				return
			}
		}
	}
}

func citizen(r *rand.Rand, i int) market.Entry {
	opened := now.Add(-time.Duration(i) * time.Minute)
	b := r.IntN(len(boroughs))
	return market.Entry{
		Listing: market.Listing{
			ID: numbered(1, i), GroupID: numbered(2, i/5), Version: 1, Side: pick(r, []market.Side{market.Offer, market.Need}),
			Kind:  pick(r, []string{market.Room, market.Skill, market.Equipment}),
			Title: fmt.Sprintf("%s %s for %s", pick(r, adjectives), pick(r, nouns), pick(r, topics)), Description: says(r, i),
			Tags: []string{pick(r, topics), pick(r, nouns)}, Facts: market.Facts{"seated": float64(r.IntN(200))}, Quantity: 1 + r.IntN(20),
			When:  times(r),
			Where: market.AtPlace, Terms: market.Terms{Kind: pick(r, market.TermsKinds)}, Has: []market.Feature{pick(r, market.Features)},
			Circle: pick(r, []market.Circle{market.Anyone, market.InCity, market.InBorough, market.MyNetworks}), OpenedAt: &opened,
		},
		Group:   market.Standing{Name: fmt.Sprintf("%s %s friends", pick(r, adjectives), pick(r, topics)), Active: true},
		Point:   market.Point{Lat: 51.40 + r.Float64()*0.2, Lng: -0.2 + r.Float64()*0.3},
		Outcode: fmt.Sprintf("SE%d", 1+r.IntN(28)), Borough: boroughs[b], Region: "London", Networks: []market.ID{numbered(3, r.IntN(40))},
	}
}

// says is a description of some 60 words, a few of them rare.
func says(r *rand.Rand, i int) string {
	s := fmt.Sprintf("Number %d, %s %s %s.", i, rare(r), rare(r), rare(r))
	for range 12 {
		s += fmt.Sprintf(" We have a %s %s and people who like %s.", pick(r, adjectives), pick(r, nouns), pick(r, topics))
	}
	return s
}

// rare is a word that hardly any other listing has: "wexotuna".
func rare(r *rand.Rand) string {
	s := ""
	for range 4 {
		s += string("bcdfghjklmnprstvwxz"[r.IntN(19)]) + string("aeiou"[r.IntN(5)])
	}
	return s
}

// times are one evening or none said; some have a term, and some single dates.
func times(r *rand.Rand) market.When {
	w := market.When{}
	if r.IntN(4) > 0 {
		w.Windows = []market.Window{{Repeat: market.Weekly, Days: 1 << r.IntN(7), Start: 18 * 60, End: 22 * 60}}
	}
	if r.IntN(5) == 0 {
		w.From, w.Until = "2027-01-01", "2027-06-30"
	}
	if r.IntN(10) == 0 {
		w.Exceptions = []market.Date{"2027-02-11"}
	}
	return w
}

func numbered(space, i int) market.ID {
	return market.ID(fmt.Sprintf("%08x-0000-7000-8000-%012x", space, i))
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// filled is an index with n listings.
func filled(t testing.TB, n int) *search.Postgres {
	t.Helper()
	p := open(t)
	if err := p.Rebuild(t.Context(), crowd(n)); err != nil {
		t.Fatal(err)
	}
	return p
}
