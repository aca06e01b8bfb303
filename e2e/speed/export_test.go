package speed

import (
	"io"
	"testing"
	"time"

	"wherewithal/account"
	"wherewithal/market"
)

// exported is how many listings the one group of somebody has, who wants a copy of all that is kept of them.
const exported = 10_000

// BenchmarkExport makes such a copy, as the job of it does, beside reading the same rows as JSON by one statement: "of-rows" is
// how many times as long the copy took.
//
//	go test ./e2e/speed -run - -bench Export -benchtime 3x
func BenchmarkExport(b *testing.B) {
	w := newWorld(b)
	w.fill(b, exported)
	ctx := b.Context()
	var person market.ID
	err := w.Pool().QueryRow(ctx, `with m as (select person_id, group_id from memberships where role = 'owner' and until is null order by id limit 1),
		l as (update listings set group_id = m.group_id, posted_by = m.person_id from m) select person_id::text from m`).Scan(&person)
	if err != nil {
		b.Fatal(err)
	}
	accounts := account.New(w.Store, account.Options{TokenSecret: []byte(tokenSecret), PlaceSecret: []byte(placeSecret)})
	var copying, reading time.Duration
	var size int
	for b.Loop() {
		now := time.Now().UTC()
		v := market.Viewer{Person: person}
		if err := accounts.AskExport(ctx, v, string(market.NewID()), now); err != nil {
			b.Fatal(err)
		}
		asked, err := accounts.ExportOf(ctx, v, now)
		if err != nil {
			b.Fatal(err)
		}
		began := time.Now()
		if err := accounts.MakeExport(ctx, asked.ID, now); err != nil {
			b.Fatal(err)
		}
		copying += time.Since(began)
		var kept counter
		if err := accounts.ReadExport(ctx, v, asked.ID, func(market.Export) io.Writer { return &kept }, now); err != nil {
			b.Fatal(err)
		}
		size = int(kept)
		began = time.Now()
		var rows int
		if err := w.Pool().QueryRow(ctx, `select length(jsonb_agg(to_jsonb(l))::text) from listings l where posted_by = $1`, person).Scan(&rows); err != nil {
			b.Fatal(err)
		}
		reading += time.Since(began)
		if size < 100_000 || rows < exported {
			b.Fatalf("a copy of %d bytes of rows of %d", size, rows)
		}
	}
	b.ReportMetric(copying.Seconds()/float64(b.N), "s/copy")
	b.ReportMetric(copying.Seconds()/reading.Seconds(), "of-rows")
	b.ReportMetric(float64(size)/1e6, "MB")
	b.ReportMetric(0, "ns/op")
}

// counter counts what is written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }
