package speed

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"
)

// findable is how many open listings are searched.
const findable = 20_000

// questions are what people look for.
var questions = []struct {
	name string
	ask  url.Values
}{
	{"newest", url.Values{}},
	{"one-word", url.Values{"q": {"kiln"}}},
	{"hall-thursday-greenwich", url.Values{"q": {"hall thursday greenwich"}}},
	{"slip", url.Values{"q": {"projecotr"}}},
	{"near-with-filters", url.Values{"near": {"SE10"}, "within": {"5"}, "kind": {"room"}, "features": {"step_free"}}},
	{"sentence", url.Values{"q": {"a room for 25 on thursday evenings, step-free, with a kitchen"}}},
}

// BenchmarkFind asks /find of a real api at 20,000 open listings, each kind of question from one browser, then all of them
// from eight at once. In next-page one turns to the second page of everything.
//
//	go test ./e2e/speed -run - -bench Find -benchtime 300x
func BenchmarkFind(b *testing.B) {
	w := newWorld(b)
	w.fill(b, findable)
	addr := freeAddr(b)
	api := start(b, "api", "http://"+addr, append(w.env, "HTTP_ADDR="+addr, "PUBLIC_URL=http://"+addr, "LOG_LEVEL=error")...)
	api.ready(b)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	find := func(b *testing.B, address string) (string, time.Duration) { return get(b, client, api.base+address) }
	for _, q := range questions {
		b.Run(q.name, func(b *testing.B) {
			report(b, repeat(b, func(int) time.Duration { return only(find(b, "/find?"+q.ask.Encode())) }))
		})
	}
	b.Run("next-page", func(b *testing.B) {
		page, _ := find(b, "/find")
		next := nextPage(page)
		if next == "" {
			b.Fatal("there is no next page")
		}
		report(b, repeat(b, func(int) time.Duration { return only(find(b, next)) }))
	})
	b.Run("eight-at-once", func(b *testing.B) {
		report(b, atOnce(b, 8, func(i int) time.Duration { return only(find(b, "/find?"+questions[i%len(questions)].ask.Encode())) }))
	})
}

func only(_ string, took time.Duration) time.Duration { return took }

func repeat(b *testing.B, do func(i int) time.Duration) []time.Duration {
	do(0)
	times := make([]time.Duration, b.N)
	b.ResetTimer()
	for i := range times {
		times[i] = do(i)
	}
	return times
}

// get reads a page to its end, as a browser does: zipped.
func get(b *testing.B, client *http.Client, address string) (string, time.Duration) {
	return getAs(b, client, address, "")
}

// getAs is get with a cookie.
func getAs(b *testing.B, client *http.Client, address, cookie string) (string, time.Duration) {
	return getWith(b, client, address, "Cookie", cookie)
}

// getWith is get with a header of the caller's.
func getWith(b *testing.B, client *http.Client, address, header, value string) (string, time.Duration) {
	began := time.Now()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
	if err != nil {
		b.Error(err)
		return "", 0
	}
	r.Header.Set(header, value)
	res, err := client.Do(r)
	if err != nil {
		b.Error(err)
		return "", 0
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		b.Error(fmt.Errorf("%s: %d %w", address, res.StatusCode, err))
	}
	return string(body), time.Since(began)
}

var link = regexp.MustCompile(`href="(/find\?[^"]*cursor=[^"]*)"`)

// nextPage is the address of the page after.
func nextPage(page string) string {
	m := link.FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}
