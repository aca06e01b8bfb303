package speed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"wherewithal/mail/mailtest"
)

const (
	askers    = 16 // clients that ask at once
	different = 96 // questions
)

// BenchmarkSearch has 16 clients ask a mix of questions of a real api, by its API as a partner's program and by /find, each by
// turns with a bare call to the api's Meilisearch: the request that the same question had the api make of it, with its words,
// filters and counts, sent again by nothing but HTTP. Then they ask an api that has no Meilisearch, by turns with the one that has.
// engine-% is the share of questions that Meilisearch answered and not Postgres in its stead, because it was slow. MEILISEARCH is its program,
// SPEED_LISTINGS how many listings are open (20,000); each client asks b.N questions of either.
//
//	MEILISEARCH=/usr/local/bin/meilisearch SPEED_LISTINGS=20000 go test ./e2e/speed -run - -bench 'Search$' -benchtime 60x -timeout 2h
func BenchmarkSearch(b *testing.B) {
	if os.Getenv("MEILISEARCH") == "" {
		b.Log("SKIPPING: it wants the program of a Meilisearch in MEILISEARCH")
		return
	}
	w := newWorld(b)
	w.env = append(w.env, "SMTP_URL="+mailtest.Start(b, mailtest.Options{}).URL())
	w.fill(b, wanted())
	asked := w.asks(b, different)
	steady, _ := w.serves(b)
	meili, _ := w.meilisearch(b)
	admin := freeAddr(b)
	worker := start(b, "worker", "http://"+admin, append(w.env, "ADMIN_ADDR="+admin, "LOG_LEVEL=error")...)
	worker.ready(b)
	w.awaitIndexed(b, meili.base, wanted())
	worker.stop() // which would only want the cores
	bare := w.overheard(b, meili, asked)
	engine, answers := w.serves(b)
	engine.whole(b)

	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: askers}}
	for _, door := range []string{"api", "site"} {
		through := func(s searched) func(int) time.Duration {
			return func(i int) time.Duration { return s.search(b, door, asked[i%different]) }
		}
		b.Run(door+"-to-bare", func(b *testing.B) {
			before := answers(b)
			besides(b, door, through(engine), "bare", func(i int) time.Duration { return bare[door][i%different].send(b, client, meili.base) })
			reportEngine(b, before, answers(b))
		})
		b.Run(door+"-of-postgres-to-"+door, func(b *testing.B) {
			before := answers(b)
			besides(b, "postgres", through(steady), door, through(engine))
			reportEngine(b, before, answers(b))
		})
	}
}

// question is one search, by the parameters of the page and by those of the API.
type question struct{ page, api url.Values }

// search asks through one of the doors.
func (s searched) search(b *testing.B, door string, q question) time.Duration {
	if door == "api" {
		return only(s.ask(b, "/search?"+q.api.Encode()))
	}
	return only(get(b, s.client, s.api.base+"/find?"+q.page.Encode()))
}

var titleWord = regexp.MustCompile(`\p{L}{4,}`)

// asks are so many questions about what is there: mostly a word or two of a title, some with a slip, a place, or filters; and
// some by filters alone.
func (w *world) asks(b *testing.B, n int) (all []question) {
	b.Helper()
	rows, err := w.Pool().Query(b.Context(), `select title from listings where life = 'open' order by md5(id::text) limit 4000`)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	r := rand.New(rand.NewPCG(1, 1))
	for rows.Next() && len(all) < n {
		var title string
		if err := rows.Scan(&title); err != nil {
			b.Fatal(err)
		}
		if words := titleWord.FindAllString(strings.ToLower(title), -1); len(words) >= 2 {
			all = append(all, asking(r, len(all), words))
		}
	}
	if rows.Err() != nil || len(all) < n {
		b.Fatalf("%d questions (%v)", len(all), rows.Err())
	}
	return all
}

// asking is the i-th question, of which ten make the mix.
func asking(r *rand.Rand, i int, words []string) question {
	q := question{url.Values{}, url.Values{"facets": {"true"}, "parties": {"3"}}}
	both := func(name, value string) { q.page.Set(name, value); q.api.Set(name, value) }
	one := words[r.IntN(len(words))]
	switch i % 10 {
	case 0, 1, 2:
		both("q", one)
	case 3, 4:
		both("q", words[0]+" "+words[1])
	case 5:
		both("q", slip(one))
	case 6:
		both("q", one)
		q.near(r)
	case 7:
		both("q", one)
		both("side", []string{"offer", "need"}[r.IntN(2)])
		both("kind", []string{"room", "skill", "equipment"}[r.IntN(3)])
	case 8:
		both("kind", "room")
		q.page.Set("features", "step_free")
		q.api.Set("requires", "step_free")
		q.near(r)
	case 9:
		day := r.IntN(7)
		q.page.Set("day", strconv.Itoa(day))
		q.api.Set("days", []string{"mo", "tu", "we", "th", "fr", "sa", "su"}[day])
	}
	return q
}

// slip has two letters in the middle of a word change places.
func slip(word string) string {
	letters := []rune(word)
	at := len(letters) / 2
	letters[at-1], letters[at] = letters[at], letters[at-1]
	return string(letters)
}

// near one of a few parts of London, within some kilometres of it.
func (q question) near(r *rand.Rand) {
	at := []struct{ outcode, lat, lng string }{{"SE10", "51.48", "0.0"}, {"E8", "51.54", "-0.06"}, {"N1", "51.54", "-0.1"}, {"SW9", "51.47", "-0.11"}}[r.IntN(4)]
	km := []string{"3", "5", "10"}[r.IntN(3)]
	q.page.Set("near", at.outcode)
	q.page.Set("within", km)
	q.api.Set("lat", at.lat)
	q.api.Set("lng", at.lng)
	q.api.Set("radiusKm", km)
}

// searched is an api that is asked, with where its metrics are.
type searched struct {
	directory
	admin string
}

// answered is how many questions each index answered.
type answered struct{ engine, postgres float64 }

// serves starts an api with the settings of this world, and asks it who answered so far.
func (w *world) serves(b *testing.B) (searched, func(*testing.B) answered) {
	b.Helper()
	addr, admin := freeAddr(b), freeAddr(b)
	api := start(b, "api", "http://"+addr, append(w.env, "HTTP_ADDR="+addr, "ADMIN_ADDR="+admin, "PUBLIC_URL=http://"+addr, "LOG_LEVEL=error")...)
	api.ready(b)
	s := searched{w.partnerOf(b, api, askers), "http://" + admin}
	return s, func(b *testing.B) answered {
		return answered{s.metric(b, `search_answers_total{by="meilisearch"`), s.metric(b, `search_answers_total{by="postgres"`)}
	}
}

// metric adds up those lines of the metrics that begin so.
func (s searched) metric(b *testing.B, line string) (sum float64) {
	b.Helper()
	text, _ := get(b, s.client, s.admin+"/metrics")
	for said := range strings.Lines(text) {
		if strings.HasPrefix(said, "wherewithal_"+line) {
			fields := strings.Fields(said)
			n, err := strconv.ParseFloat(fields[len(fields)-1], 64)
			if err != nil {
				b.Fatal(err)
			}
			sum += n
		}
	}
	return sum
}

// whole waits until the api has found its Meilisearch's index whole: only then is that asked.
func (s searched) whole(b *testing.B) {
	b.Helper()
	for end := time.Now().Add(time.Minute); s.metric(b, "search_engine_whole") != 1; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatal("Meilisearch's index is not whole")
		}
	}
}

func reportEngine(b *testing.B, before, after answered) {
	engine, postgres := after.engine-before.engine, after.postgres-before.postgres
	b.ReportMetric(100*engine/max(1, engine+postgres), "engine-%")
}

// heard is a search as it came to Meilisearch.
type heard struct {
	path string
	body []byte
}

func (h heard) send(b *testing.B, client *http.Client, base string) time.Duration {
	began := time.Now()
	res, err := client.Post(base+h.path, "application/json", bytes.NewReader(h.body))
	if err != nil {
		b.Error(err)
		return 0
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
		b.Errorf("%s: %d %v", h.path, res.StatusCode, err)
	}
	return time.Since(began)
}

// ear stands before Meilisearch, and keeps the searches that come by.
type ear struct {
	to   http.Handler
	mu   sync.Mutex
	kept []heard
}

func (e *ear) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "search") {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		e.mu.Lock()
		e.kept = append(e.kept, heard{r.URL.Path, body})
		e.mu.Unlock()
	}
	e.to.ServeHTTP(w, r)
}

// first of the searches since it was last asked. The api counts the documents now and then, by a search for one; that is passed over.
func (e *ear) first() (h heard, found bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	defer func() { e.kept = nil }()
	for _, h := range e.kept {
		var said struct{ Limit int }
		if err := json.Unmarshal(h.body, &said); err == nil && said.Limit != 1 {
			return h, true
		}
	}
	return h, false
}

// overheard asks each question once of an api that has Meilisearch behind an ear, and is what it made of them, by the door they came
// through. Where one takes more requests than one, as when nothing has all its words, it is the first.
func (w *world) overheard(b *testing.B, meili *process, asked []question) map[string][]heard {
	b.Helper()
	to, err := url.Parse(meili.base)
	if err != nil {
		b.Fatal(err)
	}
	e := &ear{to: httputil.NewSingleHostReverseProxy(to)}
	between := httptest.NewServer(e)
	defer between.Close()
	through := *w
	through.env = append(slices.Clone(w.env), "MEILISEARCH_URL="+between.URL)
	api, _ := through.serves(b)
	defer api.api.stop()
	api.whole(b)
	all := map[string][]heard{}
	for _, door := range []string{"api", "site"} {
		for _, q := range asked {
			e.first()
			api.search(b, door, q)
			h, found := e.first()
			if !found {
				b.Fatalf("Meilisearch was not asked for %v", q.page)
			}
			all[door] = append(all[door], h)
		}
	}
	return all
}

// besides has all clients ask one and the other by turns, b.N times each, and compares what they took.
func besides(b *testing.B, oneName string, one func(int) time.Duration, otherName string, other func(int) time.Duration) {
	var mu sync.Mutex
	var ones, others []time.Duration
	var all sync.WaitGroup
	for c := range askers {
		all.Go(func() {
			for i := range b.N {
				x := one(c*different/askers + i)
				y := other(c*different/askers + i)
				mu.Lock()
				ones, others = append(ones, x), append(others, y)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	b.ReportMetric(0, "ns/op")
	compare(b, oneName, ones, otherName, others)
}

// compare says what half and what all but one in a hundred of the times of one and of the other were, and how many times as long
// those of the one are.
func compare(b *testing.B, oneName string, ones []time.Duration, otherName string, others []time.Duration) {
	b.Helper()
	slices.Sort(ones)
	slices.Sort(others)
	for _, share := range []float64{0.5, 0.99} {
		x, y, p := at(ones, share), at(others, share), fmt.Sprintf("p%.0f", 100*share)
		b.ReportMetric(float64(x.Microseconds())/1000, oneName+"-"+p+"-ms")
		b.ReportMetric(float64(y.Microseconds())/1000, otherName+"-"+p+"-ms")
		b.ReportMetric(float64(x)/float64(y), p+"-ratio")
	}
}
