package reverse_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/search/reverse"
)

var now = time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC)

var (
	nouns = []string{"hall", "room", "kitchen", "gazebo", "projector", "minibus", "chairs", "tables", "speakers", "bookkeeper",
		"translator", "gardener", "ladder", "tent", "piano", "printer", "laptop", "workshop", "studio", "garden", "van", "oven",
		"accordion", "loom", "kiln", "photographer", "treasurer", "mentor", "plumber", "electrician"}
	adjectives = []string{"bright", "large", "small", "quiet", "warm", "old", "new", "spare", "white", "folding", "portable", "clean"}
	topics     = []string{"music", "food", "youth", "elders", "sport", "faith", "arts", "repair", "language", "parties", "meetings"}
	boroughs   = []string{"Greenwich", "Lewisham", "Southwark", "Camden", "Hackney", "Newham"}
	kinds      = []string{market.Room, market.Skill, market.Equipment}
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// often picks the first of a list most often, the second half as often, as words are used.
func often[T any](r *rand.Rand, list []T) T {
	return list[min(len(list)-1, int(math.Pow(float64(len(list)+1), r.Float64()))-1)]
}

// things are what is looked for: thirty that everybody knows, and what only some do.
var things = func() []string {
	r := rand.New(rand.NewPCG(4, 4))
	all := slices.Clone(nouns)
	for range 470 {
		all = append(all, madeUp(r))
	}
	return all
}()

// madeUp is a word like "wexotu".
func madeUp(r *rand.Rand) string {
	s := ""
	for range 3 {
		s += string("bcdfghjklmnprstvwxz"[r.IntN(19)]) + string("aeiou"[r.IntN(5)])
	}
	return s
}

func somewhere(r *rand.Rand) market.Point {
	return market.Point{Lat: 51.35 + r.Float64()*0.3, Lng: -0.4 + r.Float64()*0.6}
}

// listing is one of a city's: a title, some 60 words, a place, an evening.
func listing(r *rand.Rand) *search.Candidate {
	text := ""
	for range 6 {
		text += fmt.Sprintf("We have a %s %s for %s, %s %s %s %s. ", pick(r, adjectives), often(r, things), pick(r, topics), madeUp(r), madeUp(r), madeUp(r), madeUp(r))
	}
	return search.CandidateOf(search.From(market.Entry{
		Listing: market.Listing{ID: market.NewID(), Side: pick(r, []market.Side{market.Offer, market.Need}), Kind: pick(r, kinds),
			Title: pick(r, adjectives) + " " + often(r, things), Description: text, Tags: []string{pick(r, topics)}, Quantity: 1 + r.IntN(20),
			Facts: market.Facts{"seated": float64(r.IntN(100))}, Where: market.AtPlace, Terms: market.Terms{Kind: pick(r, market.TermsKinds)},
			Has:  []market.Feature{pick(r, market.Features)},
			When: market.When{Windows: []market.Window{{Repeat: market.Weekly, Days: 1 << r.IntN(7), Start: 18 * 60, End: 22 * 60}}}},
		Group: market.Standing{Name: pick(r, adjectives) + " friends", Active: true}, Point: somewhere(r), Borough: pick(r, boroughs),
		Outcode: fmt.Sprintf("SE%d", 1+r.IntN(28))}), now)
}

// asked is what people save: most a word or two, most near a place, some by filters alone, some for an evening.
func asked(r *rand.Rand) search.Query {
	q := search.Query{Sides: []market.Side{pick(r, []market.Side{market.Offer, market.Need})}}
	switch r.IntN(10) {
	case 0, 1, 2, 3, 4:
		q.Text = often(r, things)
	case 5, 6, 7:
		q.Text = pick(r, adjectives) + " " + often(r, things)
	case 8:
		q.Text = often(r, things) + " " + pick(r, topics) + " " + pick(r, topics)
	}
	if q.Text == "" || r.IntN(3) == 0 {
		q.Kinds = []string{pick(r, kinds)}
	}
	if at := somewhere(r); r.IntN(4) > 0 {
		q.Near, q.RadiusKM = &at, pick(r, []float64{1, 3, 5, 10})
	}
	switch r.IntN(12) {
	case 0, 1:
		q.Weekly = &search.Weekly{Days: 1 << r.IntN(7), Start: 19 * 60, End: 21 * 60}
	case 2:
		q.Requires = []market.Feature{market.StepFree}
	case 3:
		q.AtLeast = map[string]float64{"seated": 40}
	}
	return q
}

// Whatever was put, put again and deleted, a listing is matched as if every question were held against it.
func TestPutAndDelete(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	ix, kept := reverse.New(), map[market.ID]*search.Standing{}
	ids := make([]market.ID, 300)
	for i := range ids {
		ids[i] = market.NewID()
	}
	for round := range 3000 {
		id, s := pick(r, ids), search.Stand(asked(r))
		if r.IntN(3) == 0 {
			delete(kept, id)
			ix.Delete(id)
		} else {
			kept[id] = s
			ix.Put(id, s)
		}
		if round%30 > 0 {
			continue
		}
		c := listing(r)
		got := ix.Match(c)
		var want []market.ID
		for id, s := range kept {
			if s.Fits(c) {
				want = append(want, id)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) || ix.Len() != len(kept) {
			t.Fatalf("round %d: %d of %d questions found, want %d of %d", round, len(got), ix.Len(), len(want), len(kept))
		}
	}
}

func TestAValueSaidTwiceFindsOnce(t *testing.T) {
	ix, c := reverse.New(), listing(rand.New(rand.NewPCG(1, 1)))
	ix.Put(market.NewID(), search.Stand(search.Query{Kinds: append(slices.Clone(kinds), kinds...)}))
	if got := ix.Match(c); len(got) != 1 {
		t.Errorf("found %d times", len(got))
	}
}

// Readers beside a writer find each question that nobody touches, whole.
func TestReadersBesideAWriter(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	ix, stays := reverse.New(), market.NewID()
	c := listing(r)
	ix.Put(stays, search.Stand(search.Query{}))
	var readers sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if !slices.Contains(ix.Match(c), stays) {
					t.Error("the question that stays was not found")
					return
				}
			}
		})
	}
	for range 500 {
		id := market.NewID()
		ix.Put(id, search.Stand(asked(r)))
		if r.IntN(2) == 0 {
			ix.Delete(id)
		}
	}
	close(done)
	readers.Wait()
}

// BenchmarkMatch looks one new listing up among so many saved searches, and says what half and what all but one in a hundred
// of the answers take, what comes out, and what a search takes in memory.
//
//	go test ./search/reverse -run - -bench Match -benchtime 2000x
func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := rand.New(rand.NewPCG(3, uint64(n)))
			before := heap()
			ix := reverse.New()
			began := time.Now()
			for range n {
				ix.Put(market.NewID(), search.Stand(asked(r)))
			}
			built := time.Since(began)
			perSearch := float64(heap()-before) / float64(n)
			var took []time.Duration
			found := 0
			for b.Loop() {
				e := listing(r)
				start := time.Now()
				found += len(ix.Match(e))
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
			b.ReportMetric(float64(found)/float64(len(took)), "found/op")
			b.ReportMetric(perSearch, "B/search")
			b.ReportMetric(built.Seconds(), "build-s")
			runtime.KeepAlive(ix)
		})
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
