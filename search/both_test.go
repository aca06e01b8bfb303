package search_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/search"
)

// faulty stands where a Meilisearch would, and does what goes wrong there. Well, it says that there is one listing,
// numbered(9, 9), which Postgres does not have: so it shows who answered.
type faulty struct {
	*httptest.Server
	mode  atomic.Value
	asked atomic.Int64
	has   atomic.Int64 // listings, when they are counted

	release chan struct{} // ends what "held" waits for; then it does well

	parties atomic.Value // the note that groups and networks are in, or ""; it finds numbered(7, 7), which Postgres has not
}

func newFaulty(t *testing.T) *faulty {
	f := &faulty{release: make(chan struct{})}
	f.mode.Store("well")
	f.has.Store(1)
	f.parties.Store("")
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.asked.Add(1)
	body, _ := io.ReadAll(r.Body)
	hits := ""
	w.Header().Set("Content-Type", "application/json")
	mode := f.mode.Load()
	if mode == "held" || mode == "busy" && strings.Contains(string(body), "friend") {
		select {
		case <-f.release:
		case <-r.Context().Done():
		}
		mode = "well"
	}
	if mode == "busy" {
		mode = "well"
	}
	switch mode {
	case "slow":
		select {
		case <-r.Context().Done():
		case <-time.After(5 * time.Second):
		}
	case "cut":
		w.Header().Set("Content-Length", "5000")
		fmt.Fprint(w, `{"hits":[`)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	case "503":
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, `{"message":"restarting","code":"unavailable","type":"internal","link":""}`)
	case "wiped":
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"message":"Index not found.","code":"index_not_found","type":"invalid_request","link":""}`)
	case "no key":
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"message":"The provided API key is invalid.","code":"invalid_api_key","type":"auth","link":""}`)
	case "nonsense":
		fmt.Fprint(w, `<html>`)
	case "three":
		for i := range 3 {
			if i > 0 {
				hits += ","
			}
			hits += fmt.Sprintf(`{"id":"%s","opened":%d}`, numbered(1, i), now.Add(-time.Duration(i)*time.Minute).UnixMicro())
		}
		fmt.Fprintf(w, `{"hits":[%s],"estimatedTotalHits":3}`, hits)
	case "well":
		hit := `{"id":"` + string(numbered(9, 9)) + `","opened":1,"_geo":null,"_rankingScore":1}`
		if r.URL.Path == "/multi-search" && strings.Count(string(body), "indexUid") == 2 {
			fmt.Fprintf(w, `{"results":[{"hits":[{"id":"%s"}]},{"hits":[%s]}]}`, numbered(7, 7), f.parties.Load())
			return
		}
		if r.URL.Path == "/multi-search" {
			fmt.Fprintf(w, `{"results":[{"hits":[%s],"estimatedTotalHits":1},{"hits":[{"id":"%s"}]},{"hits":[%s]}]}`, hit, numbered(7, 7), f.parties.Load())
			return
		}
		if strings.Contains(string(body), "id = marker") {
			hit = fmt.Sprintf(`{"id":"marker","shape":%d}`, search.MeiliShape)
		}
		fmt.Fprintf(w, `{"hits":[%s],"estimatedTotalHits":%d,"facetDistribution":{}}`, hit, f.has.Load())
	}
}

// pair is an engine that can fail, in front of a Postgres with one listing.
func pair(t *testing.T, o search.BothOptions) (*faulty, *search.Both, market.ID) {
	t.Helper()
	f, p := newFaulty(t), open(t)
	for d := range crowd(1) {
		if err := p.Put(t.Context(), []search.Document{d}); err != nil {
			t.Fatal(err)
		}
	}
	b := search.NewBoth(search.NewMeili(search.MeiliOptions{URL: f.URL, Secret: secret}), p, o)
	if err := b.Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	return f, b, numbered(1, 0)
}

func whoAnswers(t *testing.T, b *search.Both) market.ID {
	t.Helper()
	page, err := b.Query(t.Context(), market.System, search.Query{Now: now})
	if err != nil || len(page.Hits) != 1 {
		t.Fatalf("%d hits, %v", len(page.Hits), err)
	}
	return page.Hits[0].ID
}

// Whatever is wrong with the engine, Postgres answers, and soon.
func TestPostgresAnswersWithinTheBudget(t *testing.T) {
	f, b, steady := pair(t, search.BothOptions{Budget: 100 * time.Millisecond, Rest: time.Millisecond})
	for _, mode := range []string{"slow", "cut", "503", "wiped", "no key", "nonsense"} {
		f.mode.Store("well")
		time.Sleep(2 * time.Millisecond) // the breaker's rest
		if got := whoAnswers(t, b); got != numbered(9, 9) {
			t.Errorf("before %s: %s answered", mode, got)
		}
		f.mode.Store(mode)
		began := time.Now()
		if got := whoAnswers(t, b); got != steady {
			t.Errorf("%s: %s answered", mode, got)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("%s: the answer took %s", mode, took)
		}
	}
	f.Close()
	if got := whoAnswers(t, b); got != steady {
		t.Errorf("away: %s answered", got)
	}
}

// An engine that answers others is busy, and is waited for longer than one that answers nobody.
func TestAnEngineThatAnswersOthersIsWaitedFor(t *testing.T) {
	const budget = 2 * time.Second
	f, b, _ := pair(t, search.BothOptions{Budget: budget})
	answer := f.heldUp(t, b)
	for began := time.Now(); time.Since(began) < budget*5/4; {
		whoAnswers(t, b)
	}
	close(f.release)
	if got := <-answer; got != numbered(9, 9) {
		t.Errorf("%q answered, though the engine answered others all the time", got)
	}
}

// Nor is it waited for for ever.
func TestAnEngineThatAnswersOthersIsNotWaitedForForEver(t *testing.T) {
	f, b, steady := pair(t, search.BothOptions{Budget: 100 * time.Millisecond})
	answer := f.heldUp(t, b)
	for end := time.After(15 * time.Second); ; whoAnswers(t, b) {
		select {
		case got := <-answer:
			if got != steady {
				t.Errorf("%q answered", got)
			}
			return
		case <-end:
			t.Fatal("it is still waited for")
		default:
		}
	}
}

// heldUp asks a question that the engine holds until it is released, while it does well by all others.
func (f *faulty) heldUp(t *testing.T, b *search.Both) <-chan market.ID {
	f.mode.Store("busy")
	before := f.asked.Load()
	answer := make(chan market.ID, 1)
	go func() {
		page, err := b.Query(t.Context(), market.System, search.Query{Now: now, Text: "friends"})
		if err != nil || len(page.Hits) != 1 {
			answer <- market.ID(fmt.Sprintf("%d hits, %v", len(page.Hits), err))
			return
		}
		answer <- page.Hits[0].ID
	}()
	for end := time.Now().Add(time.Minute); f.asked.Load() == before; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the engine is not asked")
		}
	}
	return answer
}

// Who turns pages while the engine goes away gets the next page all the same, where both have the same order. Where each
// judges by itself, the first page is the way on.
func TestPagesAreTurnedOverAFault(t *testing.T) {
	f, b, _ := pair(t, search.BothOptions{})
	_ = b.Put(t.Context(), someOf(3))
	for _, c := range []struct {
		q    search.Query
		want error
	}{{search.Query{}, nil}, {search.Query{Text: "friends"}, search.ErrCursor}} {
		c.q.Now, c.q.Limit = now, 1
		f.mode.Store("three")
		page, err := b.Query(t.Context(), market.System, c.q)
		if err != nil || page.Hits[0].ID != numbered(1, 0) || page.Next == "" {
			t.Fatalf("the first page: %+v, %v", page, err)
		}
		f.mode.Store("503")
		for i := 1; i < 3 && c.want == nil; i++ {
			c.q.Cursor = page.Next
			if page, err = b.Query(t.Context(), market.System, c.q); err != nil || page.Hits[0].ID != numbered(1, i) {
				t.Errorf("page %d: %+v, %v", i, page, err)
			}
			f.mode.Store("three") // once begun, Postgres goes on
		}
		f.mode.Store("503")
		if c.q.Cursor = page.Next; c.want != nil {
			if _, err = b.Query(t.Context(), market.System, c.q); !errors.Is(err, c.want) {
				t.Errorf("words: %v", err)
			}
		}
	}
}

// After three faults the engine is left alone.
func TestTheEngineIsLeftAloneWhileItRests(t *testing.T) {
	f, b, steady := pair(t, search.BothOptions{Rest: time.Hour})
	f.trips(t, b)
	before := f.asked.Load()
	for range 20 {
		if got := whoAnswers(t, b); got != steady {
			t.Fatalf("%s answered", got)
		}
	}
	if n := f.asked.Load() - before; n != 0 {
		t.Errorf("asked %d times while it rests", n)
	}
	if b.Ready() == nil {
		t.Error("ready while it rests")
	}
}

// After its rest one question of many tries it, and when that goes well all do.
func TestTheEngineIsLeftAloneAndTriedByOne(t *testing.T) {
	const rest = 10 * time.Millisecond
	f, b, steady := pair(t, search.BothOptions{Budget: time.Minute, Rest: rest})
	f.trips(t, b)
	time.Sleep(2 * rest)
	f.mode.Store("held")
	before := f.asked.Load()
	const many = 8
	answers := make(chan market.ID, many)
	for range many {
		go func() {
			var got market.ID
			defer func() { answers <- got }() // also where there was none
			got = whoAnswers(t, b)
		}()
	}
	for range many - 1 { // the one that tries it waits as long as the engine is held
		if got := <-answers; got != steady {
			t.Errorf("beside the one that tries it %s answered", got)
		}
	}
	if n := f.asked.Load() - before; n != 1 {
		t.Errorf("%d questions tried it, want one", n)
	}
	f.mode.Store("well")
	close(f.release)
	if got := <-answers; got != numbered(9, 9) {
		t.Errorf("to the one that tried it %s answered", got)
	}
	if got := whoAnswers(t, b); got != numbered(9, 9) {
		t.Errorf("after it is back: %s answered", got)
	}
	if err := b.Ready(); err != nil {
		t.Error(err)
	}
}

// trips has three faults in a row.
func (f *faulty) trips(t *testing.T, b *search.Both) {
	t.Helper()
	f.mode.Store("503")
	for range 3 {
		whoAnswers(t, b)
	}
}

// An engine that answers well and has too little does not answer.
func TestAHalfFilledIndexDoesNotAnswer(t *testing.T) {
	f, b, steady := pair(t, search.BothOptions{})
	var docs []search.Document
	for d := range crowd(100) {
		docs = append(docs, d)
	}
	f.has.Store(100)
	if err := b.Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	_ = b.Put(t.Context(), docs) // the engine takes nothing here; Postgres does
	for _, c := range []struct {
		has  int64
		want bool
	}{{100, true}, {95, true}, {0, false}, {100, true}, {60, false}} {
		f.has.Store(c.has)
		if err := b.Look(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := b.Ready() == nil; got != c.want {
			t.Errorf("with %d of 100: ready %v", c.has, got)
		}
	}
	page, err := b.Query(t.Context(), market.System, search.Query{Now: now, Limit: 1})
	if err != nil || page.Hits[0].ID != steady || page.Total != 100 {
		t.Errorf("half filled: %v, %v", page, err)
	}
	f.mode.Store("wiped")
	f.has.Store(100)
	if err := b.Look(t.Context()); err != nil || b.Ready() == nil {
		t.Errorf("wiped: ready %v, %v", b.Ready(), err)
	}
}

// Before the keys are made, Postgres does all, and no change fails for it; whoever is given a key builds the index from the truth.
func TestWithoutAKeyNothingFails(t *testing.T) {
	f, b, steady := pair(t, search.BothOptions{})
	f.mode.Store("no key")
	for range 5 {
		if err := b.Put(t.Context(), someOf(3)); err != nil {
			t.Errorf("put: %v", err)
		}
	}
	if _, err := b.Reconcile(t.Context(), func(func(search.Version, error) bool) {}, func(context.Context, []market.ID) ([]search.Document, error) { return nil, nil }); err != nil {
		t.Errorf("reconcile: %v", err)
	}
	if err := b.Rebuild(t.Context(), nothing); err != nil {
		t.Errorf("rebuild: %v", err)
	}
	if err := b.Delete(t.Context(), []market.ID{steady}); err != nil {
		t.Errorf("delete: %v", err)
	}
}

// A key bound to many networks asks for more than a person may.
func TestAViewerBoundToManyNetworksIsAnswered(t *testing.T) {
	f, b, _ := pair(t, search.BothOptions{})
	v := market.Viewer{Within: make([]market.ID, 3*search.MaxValues)}
	for i := range v.Within {
		v.Within[i] = market.NewID()
	}
	for _, mode := range []string{"well", "503"} {
		f.mode.Store(mode)
		if _, err := b.Query(t.Context(), v, search.Query{Now: now}); err != nil {
			t.Errorf("%s: %v", mode, err)
		}
	}
}

// In an order of its own the engine would have to give all hits, thousand by thousand, within the time of one answer.
func TestWordsInAnotherOrderAreForPostgres(t *testing.T) {
	f, b, _ := pair(t, search.BothOptions{})
	before := f.asked.Load()
	if _, err := b.Query(t.Context(), market.System, search.Query{Now: now, Text: "hall", Sort: search.ByNewest}); err != nil {
		t.Fatal(err)
	}
	if n := f.asked.Load() - before; n != 0 {
		t.Errorf("the engine was asked %d times", n)
	}
}

// The asker who goes away is no fault of the engine, and what is wrong with a question is told once.
func TestNotEveryErrorIsAFault(t *testing.T) {
	f, b, _ := pair(t, search.BothOptions{Budget: time.Minute})
	f.mode.Store("slow")
	for range 5 {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
		stop := context.AfterFunc(ctx, cancel)
		cancel()
		if _, err := b.Query(ctx, market.Public, search.Query{Now: now}); !errors.Is(err, context.Canceled) {
			t.Errorf("gone away: %v", err)
		}
		stop()
	}
	f.mode.Store("well")
	var invalid *market.Invalid
	for range 5 {
		if _, err := b.Query(t.Context(), market.Public, search.Query{Now: now, Limit: -1}); !errors.As(err, &invalid) {
			t.Errorf("a bad question: %v", err)
		}
	}
	if got := whoAnswers(t, b); got != numbered(9, 9) {
		t.Errorf("%s answered", got)
	}
}

// A write that the engine does not take fails, so that it is tried again; Postgres has it already.
func TestAWriteIsTriedAgainWhileTheEngineIsAway(t *testing.T) {
	f, b, _ := pair(t, search.BothOptions{Rest: time.Minute})
	f.mode.Store("503")
	var docs []search.Document
	for d := range crowd(5) {
		docs = append(docs, d)
	}
	for range 5 {
		if err := b.Put(t.Context(), docs); !errors.Is(err, market.ErrUnavailable) {
			t.Errorf("error %v", err)
		}
	}
	if n := f.asked.Load(); n > 6 {
		t.Errorf("the engine was asked %d times", n)
	}
	if page, err := b.Query(t.Context(), market.System, search.Query{Now: now}); err != nil || page.Total != 5 {
		t.Errorf("Postgres has %d, %v", page.Total, err)
	}
	if err := b.Delete(t.Context(), []market.ID{docs[0].ID}); !errors.Is(err, market.ErrUnavailable) {
		t.Errorf("delete: %v", err)
	}
}

// Groups and networks come from whoever has them all: a new index of the engine's has none at first.
func TestPartiesComeFromWhoeverHasThem(t *testing.T) {
	f, b, steady := pair(t, search.BothOptions{Budget: time.Minute})
	choir := market.Party{ID: numbered(6, 6), Kind: market.AGroup, Name: "Friends of the choir"}
	load := func(context.Context, []market.ID) ([]market.Party, error) { return []market.Party{choir}, nil }
	if err := b.KeepParties(t.Context(), []market.ID{choir.ID}, load); err != nil && !errors.Is(err, market.ErrUnavailable) {
		t.Fatal(err) // the engine takes nothing here; Postgres does
	}
	for _, c := range []struct {
		mode, note     string
		listing, party market.ID
	}{
		{"well", `{"id":"parties_2"}`, numbered(9, 9), numbered(7, 7)},
		{"well", "", numbered(9, 9), choir.ID},
		{"503", "", steady, choir.ID},
	} {
		f.mode.Store(c.mode)
		f.parties.Store(c.note)
		page, err := b.Query(t.Context(), market.System, search.Query{Now: now, Text: "friends", Parties: 5})
		if err != nil || len(page.Hits) != 1 || page.Hits[0].ID != c.listing || len(page.Parties) != 1 || page.Parties[0] != c.party {
			t.Errorf("%s, %q: listings %v, parties %v, %v", c.mode, c.note, page.Hits, page.Parties, err)
		}
		page, err = b.Query(t.Context(), market.System, search.Query{Now: now, Text: "friends", Seek: []market.PartyKind{market.AGroup}})
		if err != nil || len(page.Hits) > 0 || len(page.Parties) != 1 || page.Parties[0] != c.party {
			t.Errorf("%s, %q: alone, listings %v, parties %v, %v", c.mode, c.note, page.Hits, page.Parties, err)
		}
	}
}
