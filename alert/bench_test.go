package alert_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"wherewithal/alert"
	"wherewithal/market"
	"wherewithal/sample"
	"wherewithal/search"
	"wherewithal/search/reverse"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// crowd is a Postgres that waits for the disk, with listings of several Londons and people who save searches.
type crowd struct {
	*testing.B
	store    *store.Store
	now      time.Time
	random   *rand.Rand
	listings []market.ID
	words    []string // of titles
	places   []market.Point
}

func newCrowd(b *testing.B, listings int) *crowd {
	b.Helper()
	s, err := store.Open(b.Context(), storetest.Durable(b))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(s.Close)
	c := &crowd{B: b, store: s, now: time.Now().UTC(), random: rand.New(rand.NewPCG(5, 5))}
	for seed := uint64(1); len(c.listings) < listings; seed++ {
		c.town(sample.London(seed, c.now), seed)
	}
	return c
}

var word = regexp.MustCompile(`\p{L}{4,}`)

// town has its open listings shown to anyone, and its words looked for.
func (c *crowd) town(london sample.World, seed uint64) {
	c.Helper()
	for i := range london.Persons {
		london.Persons[i].Address = fmt.Sprintf("p%d-%d@crowd.test", seed, i)
	}
	for i, p := range london.Places {
		london.Places[i].Public = market.Blur([]byte("places"), p.Exact)
		c.places = append(c.places, london.Places[i].Public)
	}
	var open []market.Listing
	later := c.now.Add(market.OpenFor)
	for _, l := range london.Listings {
		if l.Life != market.Open {
			continue
		}
		l.Widens, l.Circle, l.ExpiresAt = false, market.Anyone, &later
		open, c.listings = append(open, l), append(c.listings, l.ID)
		c.words = append(c.words, word.FindAllString(strings.ToLower(l.Title), -1)...)
	}
	c.keeps(func(ctx context.Context, tx *store.Tx) error {
		return errors.Join(tx.Plant(ctx, &london.Persons), tx.PlantGroups(ctx, london.Groups), tx.Plant(ctx, &london.Memberships), tx.Plant(ctx, &london.Places), tx.Plant(ctx, &open))
	})
}

func (c *crowd) keeps(do func(context.Context, *store.Tx) error) {
	c.Helper()
	if err := c.store.InTx(context.Background(), func(tx *store.Tx) error { return do(context.Background(), tx) }); err != nil {
		c.Fatal(err)
	}
}

// saves keeps so many searches, ten of a person: most by a word or two of a title, most near a place, some by filters alone.
func (c *crowd) saves(n int) []market.SavedSearch {
	c.Helper()
	var people []market.Person
	var all []market.SavedSearch
	for i := range n {
		if i%10 == 0 {
			people = append(people, market.Person{ID: market.NewID(), Address: fmt.Sprintf("s%d@crowd.test", i), Language: "en-GB", Zone: "Europe/London", CreatedAt: c.now})
		}
		all = append(all, market.SavedSearch{ID: market.NewID(), PersonID: people[len(people)-1].ID, Question: c.question(), Pace: market.Paces[i%2], CreatedAt: c.now})
	}
	c.keeps(func(ctx context.Context, tx *store.Tx) error {
		return errors.Join(tx.Plant(ctx, &people), tx.Plant(ctx, &all))
	})
	if _, err := c.store.Pool().Exec(context.Background(), `vacuum analyze`); err != nil {
		c.Fatal(err)
	}
	return all
}

func (c *crowd) question() market.Question {
	one := func() string { return c.words[c.random.IntN(len(c.words))] }
	q := market.Question{Sides: []market.Side{[]market.Side{market.Offer, market.Need}[c.random.IntN(2)]}}
	switch c.random.IntN(10) {
	case 0, 1, 2, 3, 4:
		q.Words = one()
	case 5, 6, 7, 8:
		q.Words = one() + " " + one()
	}
	if q.Words == "" || c.random.IntN(3) == 0 {
		q.Kinds = []string{[]string{market.Room, market.Skill, market.Equipment}[c.random.IntN(3)]}
	}
	if c.random.IntN(4) > 0 {
		at := c.places[c.random.IntN(len(c.places))].Coarse()
		q.Near, q.RadiusKM = &at, []float64{1, 3, 5, 10}[c.random.IntN(4)]
	}
	if c.random.IntN(10) == 0 {
		q.Requires = []market.Feature{market.StepFree}
	}
	return q
}

// BenchmarkLook looks one new listing up among so many saved searches, as its job does: it reads what was saved since and the listing, asks the index, reads whom
// those that found it belong to, and writes their alerts and jobs, in a Postgres that waits for the disk. Beside it stands the
// index alone. Each listing is looked up once, for what was told is not told again: b.N of them at most.
//
//	go test ./alert -run - -bench Look -benchtime 300x -timeout 30m
func BenchmarkLook(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			if b.N == 1 {
				return // the testing package's own first try
			}
			c := newCrowd(b, b.N)
			saved := c.saves(n)
			index := reverse.New()
			for _, s := range saved {
				index.Put(s.ID, search.StandSaved(s.Question, nil))
			}
			as := alert.New(c.store, nil, alert.NewCopy(c.store))
			if err := as.Look(b.Context(), market.NewID(), c.now); err != nil { // builds the copy
				b.Fatal(err)
			}
			var looks, alone []time.Duration
			found := 0
			for _, id := range c.listings[:b.N] {
				began := time.Now()
				if err := as.Look(b.Context(), id, c.now); err != nil {
					b.Fatal(err)
				}
				looks = append(looks, time.Since(began))
				entries, err := c.store.Entries(b.Context(), []market.ID{id}, c.now)
				if err != nil || len(entries) != 1 {
					b.Fatalf("%d entries (%v)", len(entries), err)
				}
				began = time.Now()
				found += len(index.Match(search.CandidateOf(search.From(entries[0]), c.now)))
				alone = append(alone, time.Since(began))
			}
			var told int
			if err := c.store.Pool().QueryRow(b.Context(), `select count(*) from alerts`).Scan(&told); err != nil || told == 0 || told > found {
				b.Fatalf("%d alerts of %d searches that found one (%v)", told, found, err)
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(told)/float64(b.N), "alerts/op")
			slices.Sort(looks)
			slices.Sort(alone)
			for name, share := range map[string]float64{"p50": 0.5, "p99": 0.99} {
				at := int(share * float64(b.N-1))
				b.ReportMetric(float64(looks[at].Microseconds())/1000, name+"-ms")
				b.ReportMetric(float64(alone[at].Microseconds())/1000, "index-"+name+"-ms")
				b.ReportMetric(float64(looks[at])/float64(alone[at]), name+"-ratio")
			}
		})
	}
}
