package search_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/search"
)

// overheard keeps what was asked of the engine last.
type overheard struct {
	http.RoundTripper
	mu   sync.Mutex
	keep bool
	path string
	body []byte
}

func (o *overheard) RoundTrip(r *http.Request) (*http.Response, error) {
	if o.keep && r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		o.mu.Lock()
		o.path, o.body = r.URL.Path, body
		o.mu.Unlock()
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	return o.RoundTripper.RoundTrip(r)
}

// BenchmarkEngine has 16 clients ask a mix of questions of the Meilisearch at MEILISEARCH_URL, by turns through our search and by
// a bare call with the same words, filters and facets, over connections that are kept; and then by turns of Postgres, which stands
// in for it, and of the engine.
//
//	MEILISEARCH_URL=http://127.0.0.1:7700 go test ./search -run - -bench Engine -benchtime 60x -timeout 1h
func BenchmarkEngine(b *testing.B) {
	if os.Getenv("MEILISEARCH_URL") == "" {
		b.Log("SKIPPING: it wants a server at MEILISEARCH_URL")
		return
	}
	for _, n := range []int{20_000, 200_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) { engineBeside(b, n) })
	}
}

// clients ask at once.
const clients = 16

func engineBeside(b *testing.B, n int) {
	o := server(b)
	o.Index, o.Wait = fmt.Sprintf("bench_%d", n), 20*time.Minute
	kept := &http.Transport{MaxIdleConnsPerHost: 2 * clients}
	ear := &overheard{RoundTripper: kept}
	o.Transport = ear
	m := search.NewMeili(o)
	if has, err := m.Count(b.Context()); err != nil || has != n {
		if err := m.Rebuild(b.Context(), crowd(n)); err != nil {
			b.Fatal(err)
		}
	}
	questions := mixed()
	bare, client := bareCalls(b, m, ear, questions), &http.Client{Transport: kept}
	engine := func(i int) error { _, err := m.Query(b.Context(), market.Public, questions[i]); return err }
	b.Run("ours-to-bare", func(b *testing.B) {
		byTurns(b, len(questions), "ours", engine, "bare", func(i int) error { return bare[i](client) })
	})
	p := filled(b, n)
	b.Run("postgres-to-ours", func(b *testing.B) {
		byTurns(b, len(questions), "postgres", func(i int) error { _, err := p.Query(b.Context(), market.Public, questions[i]); return err }, "ours", engine)
	})
}

// byTurns has all clients ask one and the other by turns, and compares what they take.
func byTurns(b *testing.B, questions int, oneName string, one func(int) error, otherName string, other func(int) error) {
	var mu sync.Mutex
	var ones, others []time.Duration
	var all sync.WaitGroup
	for c := range clients {
		all.Go(func() {
			for i := range b.N {
				began := time.Now()
				err := one((c + i) % questions)
				between := time.Now()
				if err = errors.Join(err, other((c+i)%questions)); err != nil {
					b.Error(err)
					return
				}
				mu.Lock()
				ones, others = append(ones, between.Sub(began)), append(others, time.Since(between))
				mu.Unlock()
			}
		})
	}
	all.Wait()
	for name, times := range map[string][]time.Duration{oneName: ones, otherName: others} {
		b.ReportMetric(at(times, 0.5), name+"-p50-ms")
		b.ReportMetric(at(times, 0.99), name+"-p99-ms")
	}
	b.ReportMetric(at(ones, 0.5)/at(others, 0.5), "p50-ratio")
	b.ReportMetric(at(ones, 0.99)/at(others, 0.99), "p99-ratio")
}

func at(times []time.Duration, share float64) float64 {
	slices.Sort(times)
	return float64(times[int(share*float64(len(times)-1))].Microseconds()) / 1000
}

// mixed is a mix of what people ask, all of which one request answers.
func mixed() (list []search.Query) {
	greenwich := &market.Point{Lat: 51.48, Lng: 0}
	for _, q := range []search.Query{
		{}, {Text: "accordion"}, {Text: "large hall"}, {Text: "hall greenwich"}, {Text: "accordoin"}, {Near: greenwich, RadiusKM: 5},
		{Text: "kitchen", Sides: []market.Side{market.Offer}, Requires: []market.Feature{market.StepFree}, Near: greenwich, RadiusKM: 10},
		{Weekly: &search.Weekly{Days: 8, Start: 18 * 60, End: 20 * 60}, FreeFrom: "2027-02-01", FreeUntil: "2027-04-30"},
		{Text: "music", Kinds: []string{market.Equipment}},
	} {
		q.Now, q.Count = now, []search.Facet{search.CountSides, search.CountKinds, search.CountFeatures}
		list = append(list, q)
	}
	return list
}

// bareCalls are the same questions by nothing but HTTP.
func bareCalls(b *testing.B, m *search.Meili, ear *overheard, questions []search.Query) (calls []func(*http.Client) error) {
	ear.keep = true
	defer func() { ear.keep = false }()
	for _, q := range questions {
		if _, err := m.Query(b.Context(), market.Public, q); err != nil {
			b.Fatal(err)
		}
		url, body := os.Getenv("MEILISEARCH_URL")+ear.path, bytes.Clone(ear.body)
		calls = append(calls, func(client *http.Client) error {
			answer, err := client.Post(url, "application/json", bytes.NewReader(body))
			if err != nil {
				return err
			}
			defer answer.Body.Close()
			_, err = io.Copy(io.Discard, answer.Body)
			return err
		})
	}
	return calls
}

// BenchmarkMeant has 16 clients ask by turns a question that no listing has the words of, with its meaning known and without any, among
// listings of which each has one vector by chance.
//
//	MEILISEARCH_URL=http://127.0.0.1:7700 go test ./search -run - -bench Meant -benchtime 30x -timeout 1h
func BenchmarkMeant(b *testing.B) {
	if os.Getenv("MEILISEARCH_URL") == "" {
		b.Log("SKIPPING: it wants a server at MEILISEARCH_URL")
		return
	}
	const n = 20_000
	o := server(b)
	o.Index, o.Wait, o.MeantWithin, o.Meaner = "bench_meant", 20*time.Minute, time.Minute, known{} // however long it takes
	o.Transport = &http.Transport{MaxIdleConnsPerHost: 2 * clients}
	m := search.NewMeili(o)
	if has, err := m.Count(b.Context()); err != nil || has != n {
		if err := m.Rebuild(b.Context(), read(crowd(n))); err != nil {
			b.Fatal(err)
		}
	}
	ask := func(meant bool) func(int) error {
		return func(int) error {
			page, err := m.Query(b.Context(), market.Public, search.Query{Text: "psaltery", Now: now, Meant: meant, SkipFacets: true})
			if err == nil && meant != (len(page.Hits) > 0) {
				err = fmt.Errorf("meant: %t, %d hits", meant, len(page.Hits))
			}
			return err
		}
	}
	byTurns(b, 1, "meant", ask(true), "words", ask(false))
}

// known is what a question means, at once: near to some of what was read.
type known struct{}

func (known) Question(context.Context, string) (market.Meaning, error) {
	return market.Meaning{Model: "by chance", Vectors: along(1, 1)}, nil
}

// read gives every listing a meaning by chance, of which one in a hundred is near to a known question.
func read(docs iter.Seq2[search.Document, error]) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		r, i := rand.New(rand.NewPCG(1, 2)), 0
		for d, err := range docs {
			v := make([]byte, market.VectorBytes)
			for k := range v {
				v[k] = byte(int8(r.NormFloat64() * 127 / math.Sqrt(market.VectorBytes)))
			}
			if i++; i%100 == 0 {
				v[0] = 100
			}
			d.Meaning = market.Meaning{Model: "by chance", Vectors: v}
			if !yield(d, err) {
				return
			}
		}
	}
}
