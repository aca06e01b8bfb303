package speed

import (
	"context"
	"encoding/json"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"wherewithal/market"
)

// aPage is how many listings of a mirror are asked for at once: as many as may be.
const aPage = "500"

// BenchmarkMirror has a partner's program copy SPEED_LISTINGS open listings (20,000) through /changes of a real api, page after page, as fast as it
// can: "whole". Then every tenth of them changes, and it catches up: "caught-up". rows/s is how many listings a second came, and pages'
// p50 and p99 what one page of 500 takes. of-rows is how many times as long that took as reading the same rows as JSON straight from Postgres,
// 500 at a time. A partner's limit of requests would let through 500 listings a request: at the usual 60 a minute, 30,000 a minute.
//
//	SPEED_LISTINGS=200000 go test ./e2e/speed -run - -bench Mirror -benchtime 1x -timeout 1h
func BenchmarkMirror(b *testing.B) {
	n := wanted()
	w := newWorld(b)
	w.fill(b, n)
	addr := freeAddr(b)
	api := start(b, "api", "http://"+addr, append(w.env, "HTTP_ADDR="+addr, "PUBLIC_URL=http://"+addr, "LOG_LEVEL=error")...)
	api.ready(b)
	d := w.partnerOf(b, api, 1)
	var cursor string
	b.Run("whole", func(b *testing.B) {
		var m mirrored
		for range b.N {
			m = d.mirror(b, "")
		}
		cursor = m.cursor
		m.report(b, n, w.rawRows(b, n))
	})
	b.Run("caught-up", func(b *testing.B) {
		var m mirrored
		for range b.N {
			if _, err := w.Pool().Exec(b.Context(), `update listings set title = title || '.' where id in (select id from listings where life = 'open' order by id limit $1)`, n/10); err != nil {
				b.Fatal(err)
			}
			m = d.mirror(b, cursor)
			cursor = m.cursor
		}
		m.report(b, n/10, w.rawRows(b, n/10))
	})
}

// mirrored is what came through /changes until there was no more.
type mirrored struct {
	listings map[string]bool
	rows     int
	bytes    int
	pages    []time.Duration
	took     time.Duration
	cursor   string
}

// mirror goes on from a cursor, "" for all there is.
func (d directory) mirror(b *testing.B, cursor string) mirrored {
	m := mirrored{listings: map[string]bool{}, cursor: cursor}
	began := time.Now()
	for more := true; more && !b.Failed(); {
		text, took := d.ask(b, m.next())
		var page struct {
			Items []struct {
				ID      string
				Listing json.RawMessage
			}
			Next string
			More bool
		}
		if err := json.Unmarshal([]byte(text), &page); err != nil {
			b.Fatal(err)
		}
		for _, one := range page.Items {
			if m.rows++; len(one.Listing) > 0 {
				m.listings[one.ID] = true
			}
		}
		m.pages, m.bytes, m.cursor, more = append(m.pages, took), m.bytes+len(text), page.Next, page.More
	}
	m.took = time.Since(began)
	return m
}

// next is where the next page is.
func (m mirrored) next() string {
	query := url.Values{"limit": {aPage}}
	if m.cursor != "" {
		query.Set("cursor", m.cursor)
	}
	return "/changes?" + query.Encode()
}

// report refuses a copy that has not so many listings; raw is how long reading them from Postgres took.
func (m mirrored) report(b *testing.B, want int, raw time.Duration) {
	b.Helper()
	if len(m.listings) != want {
		b.Fatalf("a copy of %d listings, want %d", len(m.listings), want)
	}
	report(b, m.pages)
	b.ReportMetric(float64(m.rows)/m.took.Seconds(), "rows/s")
	b.ReportMetric(m.took.Seconds(), "s")
	b.ReportMetric(float64(m.bytes)/1e6, "MB")
	b.ReportMetric(m.took.Seconds()/raw.Seconds(), "of-rows")
}

// rawRows reads so many open listings as JSON straight from Postgres, 500 at a time, and says how long that took.
func (w *world) rawRows(b *testing.B, n int) time.Duration {
	b.Helper()
	ctx, began, last, got := context.Background(), time.Now(), market.ID("00000000-0000-0000-0000-000000000000"), 0
	for got < n {
		rows, err := w.Pool().Query(ctx, `select l.id::text, to_jsonb(l)::text from listings l where l.life = 'open' and l.id > $1 order by l.id limit `+aPage, string(last))
		if err != nil {
			b.Fatal(err)
		}
		before := got
		var text string
		if _, err := pgx.ForEachRow(rows, []any{(*string)(&last), &text}, func() error { got++; return nil }); err != nil {
			b.Fatal(err)
		}
		if got == before {
			b.Fatalf("%d rows", got)
		}
	}
	return time.Since(began)
}
