package pages

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// clients a core: 32 on two.
const clients = 16

// BenchmarkAccept posts listings as a browser does, over HTTP, from 32 clients, and beside it writes the same rows with
// nothing but pgx, through the same pool.
func BenchmarkAccept(b *testing.B) {
	s, err := store.Open(b.Context(), storetest.Address(b)+"&pool_max_conns=32&synchronous_commit=on")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(s.Close)
	h := openOn(b, s)
	h.site.Config.PostsPerHour = 1_000_000_000
	if err := h.site.Search.(*search.Postgres).Setup(b.Context()); err != nil {
		b.Fatal(err)
	}
	br := h.browser()
	br.signIn("bench@hall.example", "Bench")
	group := br.found("Bench Hall")
	fields := url.Values{"group": {string(group)}, "do": {"post"}, "title": {"Church hall for 80"}, "kind": {market.Room},
		"description": {"Church hall for 80, step-free, Thursdays 6 to 10 pm"}, "terms": {"shared"}, "where": {"at_place"}, "circle": {"anyone"}}
	br.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	b.Run("http", func(b *testing.B) { acceptOverHTTP(b, br, fields) })
	b.Run("pgx", func(b *testing.B) { acceptByPgx(b, h, group, oneByOne) })
	b.Run("pgx-batch", func(b *testing.B) { acceptByPgx(b, h, group, allAtOnce) })
}

func acceptOverHTTP(b *testing.B, br *browser, fields url.Values) {
	br.client.Transport = &http.Transport{MaxIdleConnsPerHost: 64}
	body := fields.Encode()
	b.SetParallelism(clients)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r := br.request("POST", "/offer", strings.NewReader(body+"&once="+string(market.NewID())))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			res, err := br.client.Do(r)
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, res.Body)
			res.Body.Close()
			if res.StatusCode != http.StatusSeeOther {
				b.Errorf("status %d", res.StatusCode)
				return
			}
		}
	})
}

// acceptByPgx copies a listing that was posted, with its once-only id, its two jobs and its event.
func acceptByPgx(b *testing.B, h *house, group market.ID, write func(pgx.Tx, []statement) error) {
	b.SetParallelism(clients)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			err := pgx.BeginFunc(context.Background(), h.store.Pool(), func(tx pgx.Tx) error { return write(tx, rawRows(h.now, group)) })
			if err != nil {
				b.Error(err)
				return
			}
		}
	})
}

type statement struct {
	sql  string
	args []any
}

// oneByOne waits for the answer to each statement before it sends the next.
func oneByOne(tx pgx.Tx, statements []statement) error {
	for _, s := range statements {
		if _, err := tx.Exec(context.Background(), s.sql, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// allAtOnce sends the statements together.
func allAtOnce(tx pgx.Tx, statements []statement) error {
	batch := &pgx.Batch{}
	for _, s := range statements {
		batch.Queue(s.sql, s.args...)
	}
	return tx.SendBatch(context.Background(), batch).Close()
}

func rawRows(now time.Time, group market.ID) []statement {
	id := string(market.NewID())
	return []statement{
		{`insert into once (id, person, answer, at) values ($1, $2, $1, $3)`, []any{id, string(group), now}},
		{`insert into listings (id, version, group_id, posted_by, side, kind, title, description, language, tags, facts, quantity, unit,
			splittable, smallest_part, times, way, reach_km, place_id, terms, has, requires, asks, welcomes, not_allowed, involves, circle,
			widens, urgent, life, opened_at, expires_at, created_at, updated_at)
		  select $1::uuid, version, group_id, posted_by, side, kind, title, description, language, tags, facts, quantity, unit,
			splittable, smallest_part, times, way, reach_km, place_id, terms, has, requires, asks, welcomes, not_allowed, involves, circle,
			widens, urgent, life, opened_at, expires_at, created_at, updated_at
		  from listings where group_id = $2 limit 1`, []any{id, string(group)}},
		{`insert into outbox (kind, subject, due_at, queued_at) values ('index', $1, $2, $2), ('match', $1, $2, $2)`, []any{id, time.Now()}},
		{`insert into events (at, actor, on_behalf, verb, subject, subject_id) values ($2, $3, $3, 'listing.published', 'listing', $1)`,
			[]any{id, now, string(group)}},
	}
}
