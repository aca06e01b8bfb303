package store_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// After a scrub no file of the server holds what was erased: no table, no statistic, and not the write-ahead log. The server is
// one as the hub starts it, and nobody else writes to it.
func TestNoFileOfTheServerHoldsWhatWasErased(t *testing.T) {
	ctx := t.Context()
	s, run := durable(t)
	const gone, stays = "zqxgoneqz", "zqxstaysqz"
	run(`create schema search`)
	run(`create table search.listing_7 (id text primary key, subject tsvector)`) // as the search index makes them
	for _, name := range []string{gone, stays} {
		run(`insert into search.listing_7 select $1 || g, to_tsvector('simple', $1 || g) from generate_series(1, 20) g`, name)
		run(`insert into people (id, address, name, language, zone, created_at) values (gen_random_uuid(), $1, $2, 'en-GB', 'UTC', now())`, name+"@choir.test", name)
		run(`insert into sign_ins (id, address, device, next, link_hash, browser_hash, created_at, expires_at) select gen_random_uuid(), $1 || g, '', '', ($1 || g)::bytea, '', now(), now() from generate_series(1, 500) g`, name)
	}
	run(`analyze`)
	run(`checkpoint`)
	if at := filesWith(t, s, gone); len(at) < 3 {
		t.Fatalf("it is planted in %v: want a table, an index or a statistic, and the log", at)
	}
	run(`delete from people where name = $1`, gone)
	run(`delete from sign_ins where address like $1 || '%'`, gone)
	run(`delete from search.listing_7 where id like $1 || '%'`, gone)
	if err := s.Scrub(ctx); err != nil {
		t.Fatal(err)
	}
	if at := filesWith(t, s, gone); len(at) > 0 {
		t.Errorf("still in %v", at)
	}
	if at := filesWith(t, s, stays); len(at) == 0 {
		t.Error("what was not erased is found no more either: is this the right folder?")
	}
}

// A table that is too large to be written anew by day is so by night.
func TestALargeTableIsWrittenAnewByNight(t *testing.T) {
	ctx := t.Context()
	s, run := durable(t)
	const gone, stays = "zqxgoneqz", "zqxstaysqz"
	typed := `insert into unsent_forms (browser_hash, side, fields, kept_at) values (convert_to($1, 'UTF8'), 'need', jsonb_build_object('description', $1::text), now())`
	run(typed, stays)
	run(`insert into unsent_forms (browser_hash, side, fields, kept_at) select convert_to(g::text, 'UTF8'), 'need', jsonb_build_object('description', t.text), now()
		from (select string_agg(md5(n::text), '') as text from generate_series(1, 32768) n) t, generate_series(1, 100) g`)
	run(typed, gone) // last, where no other is moved over it
	run(`delete from unsent_forms where browser_hash = convert_to($1, 'UTF8')`, gone)
	if err := s.Scrub(ctx); err != nil {
		t.Fatal(err)
	}
	if at := filesWith(t, s, gone); len(at) == 0 {
		t.Error("by day it is gone already: this test proves nothing")
	}
	if err := s.Rewrite(ctx); err != nil {
		t.Fatal(err)
	}
	if at := filesWith(t, s, gone); len(at) > 0 {
		t.Errorf("still in %v", at)
	}
	if at := filesWith(t, s, stays); len(at) == 0 {
		t.Error("what was not erased is found no more either")
	}
	var timeout string
	if err := s.Pool().QueryRow(ctx, `show statement_timeout`).Scan(&timeout); err != nil || timeout != "0" {
		t.Errorf("a connection is given back with %s (%v)", timeout, err)
	}
}

// A table that is in use all the while is left, and one that a rebuild of the index drops is none; all others are cleared as ever. Who comes
// to scrub meanwhile comes again.
func TestABusyTableKeepsNoOtherFromBeingScrubbed(t *testing.T) {
	ctx := t.Context()
	s, run := durable(t)
	const gone = "zqxgoneqz"
	run(`create schema search`)
	run(`create table search.listing_7 (id text primary key)`)
	run(`create table search.listing_8 (id text primary key)`)
	run(`create table search.listing_9 (id text primary key)`)
	run(`insert into search.listing_9 select $1 || g from generate_series(1, 20) g`, gone)
	run(`checkpoint`)
	run(`delete from search.listing_9`)

	busy, err := s.Pool().Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, lock := range []string{`lock table people`, `lock table search.listing_7 in row exclusive mode`} { // which nothing can be done with, and which can be cleared
		if _, err := busy.Exec(ctx, lock); err != nil {
			t.Fatal(err)
		}
	}
	scrubbed := make(chan error, 1)
	go func() { scrubbed <- s.Scrub(ctx) }()
	for begun := false; !begun && len(scrubbed) == 0; runtime.Gosched() {
		if err := s.Pool().QueryRow(ctx, `select exists (select from pg_locks where locktype = 'advisory' and granted)`).Scan(&begun); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Scrub(ctx); !errors.Is(err, market.ErrConflict) {
		t.Errorf("two at a time: %v", err)
	}
	run(`drop table search.listing_8`)
	if err := <-scrubbed; err != nil {
		t.Error(err)
	}
	if err := busy.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	var cleared, left int // what is written anew is not counted
	if err := s.Pool().QueryRow(ctx, `select sum(vacuum_count) filter (where relid = 'search.listing_7'::regclass), sum(vacuum_count) filter (where relid = 'people'::regclass)
		from pg_stat_user_tables`).Scan(&cleared, &left); err != nil || cleared != 1 || left != 0 {
		t.Errorf("the one that others write to was cleared %d times, the one that is locked %d times (%v)", cleared, left, err)
	}
	if at := filesWith(t, s, gone); len(at) > 0 {
		t.Errorf("still in %v", at)
	}
	if err := s.Scrub(ctx); err != nil {
		t.Errorf("the next: %v", err)
	}
}

// A large table that takes all the time there is has the others scrubbed first, and what they held is in the log no more.
func TestALargeTableKeepsNoOtherFromBeingScrubbed(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s, run := durable(t)
	const gone = "zqxgoneqz"
	run(`create schema search`)
	run(`create table search.listing_7 (id text primary key)`)
	run(`insert into search.listing_7 select $1 || g from generate_series(1, 20) g`, gone)
	run(`create function lasts(text) returns text immutable language sql as 'select $1'`)
	run(`create index on people (lasts(name))`)
	run(`insert into people (id, address, name, language, zone, created_at) values (gen_random_uuid(), 'a@choir.test', 'A', 'en-GB', 'UTC', now())`)
	run(`create or replace function lasts(text) returns text immutable language plpgsql as 'begin perform pg_catalog.pg_sleep(3600); return $1; end'`)
	run(`update pg_class set relpages = 20000 where oid = 'people'::regclass`) // so it is large
	run(`checkpoint`)
	run(`delete from search.listing_7`)

	scrubbed := make(chan error, 1)
	go func() { scrubbed <- s.Scrub(ctx) }()
	for lasts := false; !lasts && len(scrubbed) == 0; runtime.Gosched() {
		if err := s.Pool().QueryRow(t.Context(), `select exists (select from pg_stat_activity where wait_event = 'PgSleep')`).Scan(&lasts); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	if err := <-scrubbed; !errors.Is(err, context.Canceled) {
		t.Errorf("%v: want that it was cut short", err)
	}
	if at := filesWith(t, s, gone); len(at) > 0 {
		t.Errorf("still in %v", at)
	}
}

// durable is a store whose server writes to disk as the hub's does, and what has it run a statement.
func durable(t *testing.T) (s *store.Store, run func(sql string, args ...any)) {
	t.Helper()
	s, err := store.Open(t.Context(), storetest.Durable(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, func(sql string, args ...any) {
		t.Helper()
		if _, err := s.Pool().Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
}

// filesWith a text, below the server's folder.
func filesWith(t *testing.T, s *store.Store, text string) (at []string) {
	t.Helper()
	var dir string
	if err := s.Pool().QueryRow(t.Context(), `show data_directory`).Scan(&dir); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // gone meanwhile, as temporary files are
		}
		content, err := os.ReadFile(path)
		if err == nil && bytes.Contains(content, []byte(text)) {
			name, _ := filepath.Rel(dir, path)
			at = append(at, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return at
}
