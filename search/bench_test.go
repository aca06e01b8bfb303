package search_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/search"
)

// BenchmarkQuery asks 20,000 listings a mix of what people ask, and says what half and what all but one in a hundred
// of the answers take. One line a kind of question, and one for the mix.
//
//	go test ./search -run - -bench Query -benchtime 300x
func BenchmarkQuery(b *testing.B) {
	p := filled(b, 20_000)
	greenwich := &market.Point{Lat: 51.48, Lng: 0}
	thursday := &search.Weekly{Days: 8, Start: 18 * 60, End: 20 * 60}
	londoner := market.Viewer{Person: market.NewID(), Networks: []market.ID{numbered(3, 7)}, Boroughs: []string{"Greenwich"}, Regions: []string{"London"}}
	questions := []struct {
		name string
		q    search.Query
	}{
		{"newest", search.Query{}},
		{"near", search.Query{Near: greenwich, RadiusKM: 5}},
		{"nearest-of-all", search.Query{Near: greenwich}},
		{"one-word", search.Query{Text: "accordion"}},
		{"frequent-words", search.Query{Text: "large hall"}},
		{"first-page", search.Query{Text: "hall thursday greenwich", Near: greenwich}},
		{"typo", search.Query{Text: "accordoin musci", Near: greenwich}},
		{"filters", search.Query{Text: "kitchen", Sides: []market.Side{market.Offer}, Requires: []market.Feature{market.StepFree}, Near: greenwich, RadiusKM: 10}},
		{"free", search.Query{Weekly: thursday, FreeFrom: "2027-02-01", FreeUntil: "2027-04-30"}},
		{"relaxed", search.Query{Text: "purple accordion underwater unicorn with a very reliable gardener and zebra treasurer"}},
		{"pasted", search.Query{Text: says4000()}},
	}
	var mix []time.Duration
	for _, c := range questions {
		c.q.Now = now
		b.Run(c.name, func(b *testing.B) {
			times := timed(b, p, londoner, c.q)
			report(b, times)
			mix = append(mix, times...)
		})
	}
	b.Run("mix", func(b *testing.B) {
		for i := 0; b.Loop(); i++ { // the questions above have been measured; this line sums them up
		}
		report(b, mix)
	})
}

func timed(b *testing.B, p *search.Postgres, viewer market.Viewer, q search.Query) []time.Duration {
	var times []time.Duration
	for b.Loop() {
		began := time.Now()
		if _, err := p.Query(b.Context(), viewer, q); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(began))
	}
	return times
}

func report(b *testing.B, times []time.Duration) {
	if len(times) == 0 {
		return
	}
	slices.Sort(times)
	ms := func(share float64) float64 {
		return float64(times[int(share*float64(len(times)-1))].Microseconds()) / 1000
	}
	b.ReportMetric(ms(0.5), "p50-ms")
	b.ReportMetric(ms(0.99), "p99-ms")
}

func says4000() string {
	s := ""
	for i := 0; len(s) < 3900; i++ {
		s += fmt.Sprintf("%s %s %s ", adjectives[i%len(adjectives)], nouns[i%len(nouns)], topics[i%len(topics)])
	}
	return s
}
