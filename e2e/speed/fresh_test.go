package speed

import (
	"encoding/json"
	"os"
	"strconv"
	"testing"
	"time"

	"wherewithal/mail/mailtest"
	"wherewithal/market"
)

// BenchmarkFresh posts offers and needs by turns over HTTP at 20 a second, each for another group, at a site with 10,000 open listings (or
// SPEED_LISTINGS), and says how long after the site had answered each was found through the API. One program asks that for the newest,
// again and again, as fast as it is answered: what it takes to answer is in the times. api, worker, Postgres, which waits for the disk, and Redis are real; by
// turns Postgres answers and the Meilisearch that MEILISEARCH names the program of, which is left out where it is not set. found-% is the share that was found
// at all within a minute, engine-% as in BenchmarkSearch.
//
//	MEILISEARCH=/usr/local/bin/meilisearch go test ./e2e/speed -run - -bench Fresh -benchtime 600x -timeout 1h
func BenchmarkFresh(b *testing.B) {
	b.Run("postgres", func(b *testing.B) { fresh(b, false) })
	if os.Getenv("MEILISEARCH") == "" {
		b.Log("SKIPPING Meilisearch: it wants its program in MEILISEARCH")
		return
	}
	b.Run("meilisearch", func(b *testing.B) { fresh(b, true) })
}

func fresh(b *testing.B, engine bool) {
	if b.N == 1 {
		return // the testing package's own first try
	}
	open := openListings
	if n, err := strconv.Atoi(os.Getenv("SPEED_LISTINGS")); err == nil {
		open = n
	}
	w := newWorld(b)
	w.env = append(w.env, "SMTP_URL="+mailtest.Start(b, mailtest.Options{}).URL(), "LOG_LEVEL=error")
	people, forms := w.posters(b, b.N+warmUp), w.forms(b.N+warmUp, []market.Side{market.Need, market.Offer})
	w.fill(b, open)
	var meili *process
	if engine {
		meili, _ = w.meilisearch(b)
	}
	admin := freeAddr(b)
	start(b, "worker", "http://"+admin, append(w.env, "ADMIN_ADDR="+admin)...).ready(b)
	site, answers := w.serves(b)
	if engine {
		w.awaitIndexed(b, meili.base, open)
		site.whole(b)
	}
	door := doorOf(site.api)
	w.settle(b)
	door.post(b, people[b.N:], forms[b.N:])
	w.settle(b)

	before := answers(b)
	found, stop := make(chan map[string]time.Time), make(chan int, 1)
	go func() { found <- site.watch(b, stop) }()
	accepted, paths := door.posted(b, people[:b.N], forms[:b.N])
	stop <- b.N
	first := <-found
	var times []time.Duration
	for i, path := range paths {
		if at, ok := first[path]; ok {
			times = append(times, max(0, at.Sub(accepted[i])))
		}
	}
	report(b, times)
	b.ReportMetric(100*float64(len(times))/float64(b.N), "found-%")
	reportEngine(b, before, answers(b))
}

// lateness is how long is waited for the last that were posted.
const lateness = time.Minute

// watch asks for the newest until as many as it is told then were found, and says when the path of each was in an answer for the first time.
// It asks for as many as are posted in five seconds.
func (s searched) watch(b *testing.B, all <-chan int) map[string]time.Time {
	first, want, end := map[string]time.Time{}, -1, time.Time{}
	known := map[string]bool{} // before
	for begun := false; !b.Failed() && (want < 0 || len(first) < want && time.Now().Before(end)); begun = true {
		select {
		case want = <-all:
			end = time.Now().Add(lateness)
		default:
		}
		text, _ := s.ask(b, "/search?sort=newest&fields=id&limit="+strconv.Itoa(5*aSecond))
		now := time.Now()
		var page struct {
			Items []struct{ Listing struct{ ID string } }
		}
		if err := json.Unmarshal([]byte(text), &page); err != nil {
			b.Error(err)
		}
		for _, one := range page.Items {
			path := "/listings/" + one.Listing.ID
			if !begun {
				known[path] = true
			}
			if _, there := first[path]; !there && !known[path] {
				first[path] = now
			}
		}
	}
	return first
}
