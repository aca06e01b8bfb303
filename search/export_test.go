package search

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/meilisearch/meilisearch-go"

	"wherewithal/market"
)

// fingerprint changes with what decides what stands in the tables: their definition, and the rows of a listing that
// has some of everything.
func fingerprint() string {
	d := From(someOfEverything())
	body, err := json.Marshal([]any{d.row(), slices.Sorted(maps.Keys(d.vocabulary()))})
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(append([]byte(commonDDL+copyDDL+shapeDDL+synonymFile), body...))
	return fmt.Sprintf("%x", sum[:6])
}

// meiliFingerprint changes with what decides what stands in the engine.
func meiliFingerprint() string {
	body, err := json.Marshal([]any{settings(), From(someOfEverything()).meili()})
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(append([]byte(synonymFile), body...))
	return fmt.Sprintf("%x", sum[:6])
}

// partyFingerprint changes with what decides what stands in both copies of a party.
func partyFingerprint() string {
	p := market.Party{ID: "00000000-0000-7000-8000-000000000001", Kind: market.AGroup, Name: "The women’s Café", Does: "Running a mini bus.", Boroughs: []string{"Camden"},
		Networks: []market.ID{"00000000-0000-7000-8000-000000000003"}, Sandbox: true}
	body, err := json.Marshal([]any{partyDDL, meiliPartyOf(p), synonymFile})
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf("%x", sha256.Sum256(body))[:12]
}

func someOfEverything() market.Entry {
	opened := time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC)
	until := opened.Add(time.Hour)
	return market.Entry{
		Listing: market.Listing{
			ID: "00000000-0000-7000-8000-000000000001", GroupID: "00000000-0000-7000-8000-000000000002", Version: 3,
			Side: market.Offer, Kind: market.Room, Title: "The women’s Café-hall, with a step-free PA system",
			Description: "Running, painted and decorated evenings; a mini bus on Thursday mornings.", Tags: []string{"Côr"},
			Facts: market.Facts{"seated": 40.0, "kitchen": true, "layout": "stage"}, Quantity: 2, Unit: "floors",
			When: market.When{From: "2027-01-01", Exceptions: []market.Date{"2027-03-01"}, Windows: []market.Window{
				{Repeat: market.Weekly, Days: market.Weekend, Start: 600, End: 1320},
				{Repeat: market.Monthly, Days: 1, Nth: -1, Start: 1080, End: 1260}}},
			Where: market.AtPlace, Terms: market.Terms{Kind: market.Loan}, Has: []market.Feature{market.StepFree},
			Circle: market.InCity, OpenedAt: &opened, ExpiresAt: &until,
		},
		Group: market.Standing{Name: "Plum Lane Friends", Active: true},
		Point: market.Point{Lat: 51.48, Lng: 0.01}, Outcode: "SE10", Borough: "Greenwich", Region: "London",
		Networks: []market.ID{"00000000-0000-7000-8000-000000000003"},
		Lent:     []market.Allocation{{Amount: 2, From: opened, Until: &until}},
		Meaning:  market.Meaning{Model: "a model/1", Vectors: bytes.Repeat([]byte{1, 255}, market.VectorBytes)},
	}
}

// TemplateKey names the tests' template database.
func TemplateKey() string {
	return fmt.Sprintf("search_%d_%s_%s", shape, fingerprint(), partyFingerprint())
}

// Statements are what a page of a question runs, by name, for a test to have them explained.
func (q Query) Statements(viewer market.Viewer) map[string]Statement {
	r := reading{terms: read(q.Text, calling(q.Words))}
	q.Sort = q.order(r)
	made := map[string]Statement{}
	keep := func(name string, sql string, args []any) { made[name] = Statement{sql, args} }
	sql, args := ask(listings, viewer, q, r).hits(nil, usualLimit+1)
	keep("hits", sql, args)
	sql, args = ask(listings, viewer, q, r).facets()
	keep("facets", sql, args)
	return made
}

// Statement is SQL with its arguments.
type Statement struct {
	SQL  string
	Args []any
}

// LikeWords is the statement inside the function that finds like words.
func LikeWords() string { return shaped(likeWords) }

// Pool is where the index lives.
func (p *Postgres) Pool() *pgxpool.Pool { return p.pool }

// MeiliShape is the shape of an index in the engine.
const MeiliShape = meiliShape

// MendNoSlips has an index that is built from now on find words with slips no more: settings that somebody can tell from ours.
func (m *Meili) MendNoSlips() {
	m.settings = func() *meilisearch.Settings {
		s := settings()
		s.TypoTolerance.Enabled = false
		return s
	}
}

// TallyLasts is how long counts are told again.
const TallyLasts = tallyLasts

// Missed reports whether the engine's index is to be built anew.
func (b *Both) Missed() bool { return b.missed.Load() }

// Compacts reports whether the engine is being written anew, or was a moment ago.
func (m *Meili) Compacts() bool { return m.compacts() }

// Excuse has no write tried until then, and one after it.
func (b *Both) Excuse(until time.Time) { b.excused.Store(until.UnixNano()) }

// MendsKept are those of some mends that a cursor carries of a text, of whose terms, as bits, some are enough.
func MendsKept(text string, mended map[int][]string, relaxed uint) map[int][]string {
	return reading{terms: read(text, nil)}.as(mended, relaxed).mends
}
