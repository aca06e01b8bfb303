package search_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/search/searchtest"
	"wherewithal/store/storetest"
)

var secret = []byte("a secret of the tests")

// open is an index of its own, set up and empty.
func open(t testing.TB) *search.Postgres {
	t.Helper()
	return search.NewPostgres(pool(t, address(t)), secret)
}

// address of a database with the index's tables.
func address(t testing.TB) string {
	t.Helper()
	setUp := func(url string) error {
		pool, err := pgxpool.New(context.Background(), url)
		if err != nil {
			return err
		}
		defer pool.Close()
		return search.NewPostgres(pool, secret).Setup(context.Background())
	}
	return storetest.New(t, setUp, search.TemplateKey())
}

func pool(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	p, err := pgxpool.New(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func TestPostgresKeepsTheContract(t *testing.T) {
	searchtest.Run(t, func(t testing.TB) searchtest.Engine { return open(t) })
}

// A later page of a question asks for its hits and nothing else: its counts come along in the cursor.
func TestTurningAPageCountsNothing(t *testing.T) {
	counted, trips := storetest.CountTrips(t, address(t))
	p := search.NewPostgres(pool(t, counted), secret)
	if err := p.Rebuild(t.Context(), crowd(100)); err != nil {
		t.Fatal(err)
	}
	q := search.Query{Now: now, Limit: 10, Count: []search.Facet{search.CountSides, search.CountKinds, search.CountFeatures}}
	ask := func(v market.Viewer) (page search.Page, asked int64) {
		for range 3 { // the first time a statement is sent it is prepared too
			before := trips.Count()
			var err error
			if page, err = p.Query(t.Context(), v, q); err != nil {
				t.Fatal(err)
			}
			asked = trips.Count() - before
		}
		return page, asked
	}
	somebody := market.Viewer{Person: market.NewID()}
	page, first := ask(somebody)
	q.Cursor = page.Next
	if _, second := ask(somebody); first != 2 || second != 1 {
		t.Errorf("the first page asks %d times, the second %d; want 2 and 1", first, second)
	}

	// What every visitor asks is counted once in a while. What is closed is gone from the hits at once nevertheless.
	q.Cursor = ""
	began := time.Now()
	was, asked := ask(market.Public)
	if diff := cmp.Diff([]any{page.Total, page.Facets}, []any{was.Total, was.Facets}); diff != "" {
		t.Errorf("visitors are told other counts: %s", diff)
	}
	if late := time.Since(began) > search.TallyLasts; asked != 1 && !late {
		t.Errorf("a visitor's page counts again, %d statements", asked)
	}
	gone := was.Hits[0].ID
	if err := p.Delete(t.Context(), []market.ID{gone}); err != nil {
		t.Fatal(err)
	}
	if is, _ := ask(market.Public); slices.ContainsFunc(is.Hits, func(h search.Hit) bool { return h.ID == gone }) {
		t.Error("a visitor is shown what was closed")
	}
}

// However many words are mended, and by whatever, the cursor of the next page is one that everybody takes. Of words as long as they are here
// all that they may be slips of are looked for.
func TestNoCursorIsTooLong(t *testing.T) {
	for letters, least := range map[int]int{9: 5, 40: 1} {
		p := open(t)
		entries, words := slipped(search.MaxTerms, letters)
		var docs []search.Document
		for _, e := range entries {
			docs = append(docs, search.From(e))
		}
		if err := p.Put(t.Context(), docs); err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{strings.Join(words, " "), strings.Join(words[1:], " ") + " underwater"} {
			q := search.Query{Text: text, Now: now, Limit: 1, Count: []search.Facet{search.CountSides, search.CountKinds, search.CountFeatures, search.CountTerms, search.CountNetworks}}
			seen := map[market.ID]bool{}
			for q.Cursor != "" || len(seen) == 0 {
				page, err := p.Query(t.Context(), market.Public, q)
				if err != nil || len(page.Hits) != 1 || seen[page.Hits[0].ID] {
					t.Fatalf("%d letters, behind %d: %v, %v", letters, len(seen), page.Hits, err)
				}
				if len(page.Next) > search.MaxCursor {
					t.Errorf("%d letters: a cursor of %d bytes", letters, len(page.Next))
				}
				seen[page.Hits[0].ID], q.Cursor = true, page.Next
			}
			if len(seen) < least {
				t.Errorf("%d letters, %.20q: %d on all pages", letters, text, len(seen))
			}
		}
	}
}

// slipped are five listings that have each of some words with a slip of its own, of as many sorts as there are, and the words.
func slipped(many, letters int) (entries []market.Entry, words []string) {
	dice := rand.New(rand.NewPCG(1, 2))
	for range many {
		word := make([]byte, letters)
		for i := range word {
			word[i] = byte('a' + dice.IntN(16)) // none of them a q
		}
		words = append(words, string(word))
	}
	for i := range 5 {
		var said []string
		for _, w := range words {
			said = append(said, w[:i+2]+"q"+w[i+3:])
		}
		opened := now.Add(-time.Duration(i+1) * time.Hour)
		entries = append(entries, market.Entry{Group: market.Standing{Name: "Plum Lane Friends", Active: true}, Listing: market.Listing{ID: market.NewID(), Version: 1, GroupID: market.NewID(),
			Side: []market.Side{market.Offer, market.Need}[i%2], Kind: market.StandardKinds()[i%3].Code, Title: "Something useful", Description: strings.Join(said, " "), Quantity: 1, Where: market.AtPlace, Has: market.Features, Requires: market.Features,
			Terms: market.Terms{Kind: market.TermsKinds[i]}, Circle: market.Anyone, Life: market.Open, Facts: market.Facts{}, OpenedAt: &opened, CreatedAt: opened}})
	}
	return entries, words
}

// What a word was mended by goes with it, when others are enough.
func TestOfWordsLeftOutNoMendsAreKept(t *testing.T) {
	mended := map[int][]string{0: {"gazebo"}, 1: {"trestl", "trestle"}, 2: {"tabl"}}
	if diff := cmp.Diff(map[int][]string{1: {"trestl", "trestle"}}, search.MendsKept("gazbo tresle tabel urn", mended, 2|8)); diff != "" {
		t.Error(diff)
	}
}
