package speed

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"wherewithal/mail/mailtest"
	"wherewithal/market"
)

// openHere is how many listings stay open beside those that come and go.
const openHere = 2_000

// BenchmarkMemory has a worker work for SPEED_MINUTES (60) without a kill, and says what its heap holds after a collection
// ten minutes after the start and at the end, and what the process holds in RAM. Each second somebody posts, half of them
// needs, somebody else closes what was posted five minutes before, and whoever got a mail about an introduction says yes:
// so as many listings are open at the end as at the beginning, and what grows is a leak.
//
//	go test ./e2e/speed -run - -bench Memory -benchtime 1x -timeout 90m
func BenchmarkMemory(b *testing.B) {
	minutes := 60
	if n, err := strconv.Atoi(os.Getenv("SPEED_MINUTES")); err == nil {
		minutes = n
	}
	w := newWorld(b)
	mails := mailtest.Start(b, mailtest.Options{})
	w.env = append(w.env, "SMTP_URL="+mails.URL(), "LOG_LEVEL=error")
	n := minutes * 60
	people, forms := w.posters(b, n), w.forms(n, []market.Side{market.Need, market.Offer})
	site, admin := w.townOf(b, openHere)
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	go site.sayYes(ctx, mails)

	b.ResetTimer()
	began, posted := time.Now(), make([]string, n)
	pace := time.NewTicker(time.Second)
	defer pace.Stop()
	var first, last float64
	for i := range n {
		<-pace.C
		_, posted[i] = site.postOne(b, people[i], forms[i])
		if old := i - 300; old >= 0 && posted[old] != "" {
			site.close(b, people[old], posted[old])
		}
		if (i+1)%300 == 0 || i+1 == n {
			last = heapOf(b, admin.base)
			fmt.Printf("after %4.1f min: heap %.1f MiB, RAM %.1f MiB, %d mails\n", time.Since(began).Minutes(), last, admin.memory(), len(mails.Log()))
			if first == 0 && (i+1 >= 600 || i+1 == n) {
				first = last
			}
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(first, "heap-10min-MiB")
	b.ReportMetric(last, "heap-end-MiB")
	b.ReportMetric(admin.memory(), "rss-end-MiB")
	b.ReportMetric(float64(len(mails.Log())), "mails")
}

var heapAlloc = regexp.MustCompile(`# HeapAlloc = (\d+)`)

// heapOf is what the heap of a process holds after a collection, in MiB.
func heapOf(b *testing.B, base string) float64 {
	text, _ := get(b, http.DefaultClient, base+"/debug/pprof/heap?gc=1&debug=1")
	m := heapAlloc.FindStringSubmatch(text)
	if m == nil {
		b.Fatal("the profile does not say what the heap holds")
	}
	bytes, _ := strconv.ParseFloat(m[1], 64)
	return bytes / (1 << 20)
}

// close withdraws a listing of one's own.
func (d *door) close(b *testing.B, p poster, path string) {
	got := d.act(b.Context(), path+"/close", p.cookie, url.Values{"once": {string(market.NewID())}})
	if got != http.StatusSeeOther && got != http.StatusConflict { // a need that was met is closed already
		b.Errorf("closing answers %d", got)
	}
}

var answerLink = regexp.MustCompile(`/i/[A-Za-z0-9_-]+`)

// sayYes has everybody say yes to what they are asked by mail, until ctx ends.
func (d *door) sayYes(ctx context.Context, mails *mailtest.Server) {
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for seen := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, m := range mails.Log()[seen:] {
			seen++
			if link := answerLink.FindString(m.Text); link != "" && !strings.Contains(m.Subject, "introduced") {
				d.act(ctx, link+"/yes", "", url.Values{"once": {string(market.NewID())}})
			}
		}
	}
}

// act sends a form, and says the status; 0 when nobody answers.
func (d *door) act(ctx context.Context, path, cookie string, fields url.Values) int {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.api.base+path, strings.NewReader(fields.Encode()))
	if err != nil {
		return 0
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Cookie", cookie)
	res, err := d.client.Do(r)
	if err != nil {
		return 0
	}
	res.Body.Close()
	return res.StatusCode
}
