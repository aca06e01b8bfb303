package matching

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"wherewithal/market"
)

var titles = map[string][]string{
	market.Room:      {"Church hall with kitchen", "Meeting room", "Dance studio", "School hall", "Quiet room", "Office space"},
	market.Skill:     {"Bookkeeping for groups", "Website help", "First aid training", "Gardening", "Bid writing", "BSL interpreter", "Photography"},
	market.Equipment: {"Gazebo", "PA system", "Trestle tables", "Projector and screen", "Minibus", "Tea urn", "Sewing machine", "Cargo bike"},
}

const blurb = "We are a small community group and would be glad to share this with others nearby, on most days, if it is looked after."

// crowd is n made-up listings over Greater London, half of them offers, the same for the same seed.
func crowd(n int, seed uint64) []market.Entry {
	r := rand.New(rand.NewPCG(seed, 7))
	list := make([]market.Entry, n)
	for i := range list {
		list[i] = someone(r, i)
	}
	return list
}

func someone(r *rand.Rand, i int) market.Entry {
	kind := []string{market.Room, market.Skill, market.Equipment}[r.IntN(3)]
	side := []market.Side{market.Offer, market.Need}[i%2]
	e := plainEntry(side, fmt.Sprintf("listing-%06d", i))
	l := &e.Listing
	l.GroupID = market.ID(fmt.Sprintf("group-%04d", r.IntN(1+i)/3))
	l.Kind, l.Title, l.Description = kind, titles[kind][r.IntN(len(titles[kind]))], blurb
	e.Point = market.Point{Lat: 51.5 + .08*r.NormFloat64(), Lng: -.1 + .14*r.NormFloat64()}
	e.Borough = []string{"Greenwich", "Lewisham", "Southwark", "Newham"}[r.IntN(4)]
	l.Where = market.Wheres[r.IntN(3)]
	l.ReachKM = []float64{0, 2, 3, 5, 10}[r.IntN(5)]
	l.Terms.Kind = market.TermsKinds[r.IntN(4)]
	l.When = sometime(r, side)
	if kind == market.Room {
		l.Facts["seated"] = float64(10 * (1 + r.IntN(12)))
	}
	if r.IntN(3) == 0 {
		l.Requires, l.Has = []market.Feature{market.StepFree}, []market.Feature{market.StepFree}
	}
	return e
}

func sometime(r *rand.Rand, side market.Side) market.When {
	start := market.Minute(60 * (8 + r.IntN(10)))
	w := market.When{Windows: []market.Window{{Repeat: market.Weekly, Days: market.Weekdays(1 + r.IntN(127)), Start: start, End: start + 60*market.Minute(2+r.IntN(4))}}}
	switch {
	case r.IntN(4) == 0:
		w.Windows = nil
	case side == market.Need:
		w.Every, w.Times, w.Duration, w.From = market.Weekly, 1+r.IntN(12), 120, "2027-02-01"
	case r.IntN(2) == 0:
		w.TermTimeOnly, w.NotBankHolidays = true, true
	}
	return w
}

var benchNow = time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC)

// BenchmarkRank ranks one new listing after another against 10,000 to 1,000,000 open ones: all rules, reasons for ten
// and near misses. It also tells how long the index took to build, with what makes the listings, and what it weighs
// beside their texts.
func BenchmarkRank(b *testing.B) {
	for _, n := range []int{10_000, 30_000, 100_000, 300_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			if testing.Short() && n > 100_000 {
				b.Skip("takes minutes")
			}
			start := time.Now()
			x, weight := builtCity(n)
			built := time.Since(start)
			fresh := newcomers(2000)
			took := make([]time.Duration, 0, 4096)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				start := time.Now()
				x.Rank(fresh[i%len(fresh)], benchNow, 10)
				took = append(took, time.Since(start))
			}
			reportTimes(b, took)
			b.ReportMetric(built.Seconds(), "build-s")
			b.ReportMetric(weight, "B/listing")
		})
	}
}

func reportTimes(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkReaders is what eight readers wait for when nobody writes, and when one writes all the time.
func BenchmarkReaders(b *testing.B) {
	for _, writing := range []bool{false, true} {
		b.Run(map[bool]string{false: "alone", true: "with a writer"}[writing], func(b *testing.B) {
			x, _ := builtCity(100_000)
			fresh, stop := newcomers(2000), make(chan struct{})
			writes := 0
			var writer sync.WaitGroup
			if writing {
				writer.Go(func() { writes = write(x, stop) })
			}
			took := readTogether(x, fresh, max(8, b.N))
			close(stop)
			writer.Wait()
			reportTimes(b, took)
			b.ReportMetric(float64(writes), "writes")
		})
	}
}

// write a listing a millisecond, every second one a deletion: some twenty times what the busiest day would bring.
func write(x *Index, stop chan struct{}) (n int) {
	m := newMaker(99)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for last := market.ID(""); ; n++ {
		select {
		case <-stop:
			return n
		case <-tick.C:
		}
		if n%2 == 1 {
			x.Delete(last)
			continue
		}
		e := m.entry()
		last = e.Listing.ID
		x.Put(e)
	}
}

func readTogether(x *Index, fresh []market.Entry, rounds int) []time.Duration {
	took := make([][]time.Duration, 8)
	var readers sync.WaitGroup
	for r := range took {
		readers.Go(func() {
			for i := range rounds / 8 {
				start := time.Now()
				x.Rank(fresh[(i*8+r)%len(fresh)], benchNow, 10)
				took[r] = append(took[r], time.Since(start))
			}
		})
	}
	readers.Wait()
	return slices.Concat(took...)
}

// BenchmarkPut reads and adds one listing of some 60 words.
func BenchmarkPut(b *testing.B) {
	x, list := New(Options{}), someCity(10_000, 1)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		x.Put(list[i%len(list)])
	}
}

// BenchmarkExplain checks one pair, as the transaction that opens an introduction does.
func BenchmarkExplain(b *testing.B) {
	list := crowd(2, 1)
	for b.Loop() {
		Explain(list[0], list[1], benchNow, Options{})
	}
}
