package speed

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"wherewithal/mail/mailtest"
	"wherewithal/market"
	"wherewithal/sample"
)

const (
	openListings = 10_000
	aSecond      = 20 // listings posted
	warmUp       = 40 // listings posted before
)

// BenchmarkFirstMail posts needs over HTTP at 20 a second, each for another group, at a site with 10,000 open listings, and
// says how long after the site had answered the first mail about a need was taken by the mail server. api, worker,
// Postgres (which waits for the disk), Redis and the mail server are real. In needs-and-offers every second listing is an
// offer, which has the needs it could serve looked at again. A need nobody can help with gets no mail; mailed-% is the
// share that got one.
//
//	go test ./e2e/speed -run - -bench FirstMail -benchtime 600x
func BenchmarkFirstMail(b *testing.B) {
	b.Run("needs", func(b *testing.B) { firstMail(b, market.Need, market.Need) })
	b.Run("needs-and-offers", func(b *testing.B) { firstMail(b, market.Need, market.Offer) })
}

func firstMail(b *testing.B, sides ...market.Side) {
	if b.N == 1 {
		return // the testing package's own first try: a minute of preparing for one listing
	}
	w := newWorld(b)
	mails := mailtest.Start(b, mailtest.Options{})
	w.env = append(w.env, "SMTP_URL="+mails.URL(), "LOG_LEVEL=error")
	people, forms := w.posters(b, b.N+warmUp), w.forms(b.N+warmUp, sides)
	site := w.town(b)
	site.post(b, people[b.N:], forms[b.N:])
	w.settle(b)
	people, forms = people[:b.N], forms[:b.N]
	accepted := site.post(b, people, forms)
	w.settle(b)

	var times []time.Duration
	needs := 0
	first := map[string]time.Time{}
	for _, m := range mails.Log() {
		if _, there := first[m.Rcpt]; !there {
			first[m.Rcpt] = m.At
		}
	}
	for i, p := range people {
		if sides[i%len(sides)] != market.Need {
			continue
		}
		needs++
		if at, ok := first[p.address]; ok {
			times = append(times, at.Sub(accepted[i]))
		}
	}
	report(b, times)
	b.ReportMetric(100*float64(len(times))/float64(needs), "mailed-%")
	b.ReportMetric(float64(len(mails.Log())), "mails")
}

// town is an api and a worker at work on 10,000 open listings. The worker comes first: its schedule looks again at all that
// is open when it starts, which is an hourly work that is not measured here.
func (w *world) town(b *testing.B) *door {
	b.Helper()
	site, _ := w.townOf(b, openListings)
	return site
}

// townOf is town with so many open listings, and its worker.
func (w *world) townOf(b *testing.B, open int) (*door, *process) {
	b.Helper()
	addr, admin := freeAddr(b), freeAddr(b)
	env := append(w.env, "HTTP_ADDR="+addr, "PUBLIC_URL=http://"+addr)
	worker := start(b, "worker", "http://"+admin, append(env, "ADMIN_ADDR="+admin)...)
	worker.ready(b)
	w.fill(b, open)
	api := start(b, "api", "http://"+addr, env...)
	api.ready(b)
	return doorOf(api), worker
}

func doorOf(api *process) *door {
	return &door{api: api, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// settle waits until nothing waits to be done.
func (w *world) settle(b *testing.B) {
	b.Helper()
	for quiet, deadline := 0, time.Now().Add(4*time.Minute); quiet < 5; time.Sleep(200 * time.Millisecond) {
		waiting, sent, _, err := w.Depth(context.Background())
		if err != nil || time.Now().After(deadline) {
			b.Fatalf("%d jobs wait and %d are under way (%v)", waiting, sent, err)
		}
		if quiet++; waiting+sent > 0 {
			quiet = 0
		}
	}
}

// door is the site as browsers reach it.
type door struct {
	api    *process
	client *http.Client
}

// post sends the forms at their pace, whether or not earlier ones were answered, and says when each was.
func (d *door) post(b *testing.B, people []poster, forms []form) []time.Time {
	b.Helper()
	accepted, _ := d.posted(b, people, forms)
	return accepted
}

// posted is post, and says the path of each listing as well.
func (d *door) posted(b *testing.B, people []poster, forms []form) (accepted []time.Time, paths []string) {
	b.Helper()
	accepted, paths = make([]time.Time, len(forms)), make([]string, len(forms))
	var all sync.WaitGroup
	pace := time.NewTicker(time.Second / aSecond)
	defer pace.Stop()
	for i := range forms {
		<-pace.C
		all.Go(func() { accepted[i], paths[i] = d.postOne(b, people[i], forms[i]) })
	}
	all.Wait()
	return accepted, paths
}

// postOne says when it was answered, and the path of the listing.
func (d *door) postOne(b *testing.B, p poster, f form) (time.Time, string) {
	fields := f.fields
	fields.Set("group", string(p.group))
	fields.Set("once", string(market.NewID()))
	r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, d.api.base+f.path, strings.NewReader(fields.Encode()))
	if err != nil {
		b.Error(err)
		return time.Time{}, ""
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Cookie", p.cookie)
	res, err := d.client.Do(r)
	if err != nil {
		b.Error(err)
		return time.Time{}, ""
	}
	text, _ := io.ReadAll(res.Body)
	res.Body.Close()
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/listings/") {
		b.Errorf("%s: %d, %s", f.path, res.StatusCode, text[:min(len(text), 300)])
	}
	path, _, _ := strings.Cut(res.Header.Get("Location"), "?")
	return time.Now(), path
}

// form is what somebody fills in.
type form struct {
	path   string
	fields url.Values
}

// forms ask and offer what the next Londons ask and offer, in turn.
func (w *world) forms(n int, sides []market.Side) []form {
	bySide := map[market.Side][]form{}
	r := rand.New(rand.NewPCG(1, 1))
	enough := func() bool { return len(bySide[market.Need]) >= n && len(bySide[market.Offer]) >= n }
	for seed := uint64(5000); !enough(); seed++ {
		for _, l := range sample.London(seed, time.Now()).Listings {
			bySide[l.Side] = append(bySide[l.Side], formOf(l, r))
		}
	}
	var all []form
	for i := range n {
		all = append(all, bySide[sides[i%len(sides)]][i])
	}
	return all
}

func formOf(l market.Listing, r *rand.Rand) form {
	f := form{path: "/offer", fields: url.Values{"do": {"post"}, "title": {l.Title}, "description": {l.Description}, "kind": {l.Kind},
		"quantity": {strconv.Itoa(l.Quantity)}, "unit": {l.Unit}, "terms": {string(market.Shared)}, "where": {string(l.Where)}, "circle": {string(market.Anyone)}}}
	if l.Side == market.Need {
		f.path = "/ask"
	}
	for _, t := range l.Requires {
		f.fields.Add("features", string(t))
	}
	if seated := l.Facts.Number("seated"); seated > 0 {
		f.fields.Set("fact_room_seated", strconv.Itoa(int(seated)))
	}
	if l.Kind == market.Room {
		days := []string{"mo", "tu", "we", "th", "fr", "sa", "su"}
		f.fields.Set("when", days[r.IntN(7)]+"-"+[]string{"morning", "afternoon", "evening"}[r.IntN(3)])
	}
	return f
}
