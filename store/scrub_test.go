package store_test

import (
	"bytes"
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
	s, err := store.Open(ctx, storetest.Durable(t))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	run := func(sql string, args ...any) {
		t.Helper()
		if _, err := s.Pool().Exec(ctx, sql, args...); err != nil {
			t.Fatal(err)
		}
	}
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
	s, err := store.Open(ctx, storetest.Durable(t))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	run := func(sql string, args ...any) {
		t.Helper()
		if _, err := s.Pool().Exec(ctx, sql, args...); err != nil {
			t.Fatal(err)
		}
	}
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
	s, err := store.Open(ctx, storetest.Durable(t))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	run := func(sql string, args ...any) {
		t.Helper()
		if _, err := s.Pool().Exec(ctx, sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	const gone = "zqxgoneqz"
	run(`create schema search`)
	run(`create table search.listing_8 (id text primary key)`)
	run(`create table search.listing_9 (id text primary key)`)
	run(`insert into search.listing_9 select $1 || g from generate_series(1, 20) g`, gone)
	run(`checkpoint`)
	run(`delete from search.listing_9`)

	busy, err := s.Pool().Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := busy.Exec(ctx, `lock table people`); err != nil {
		t.Fatal(err)
	}
	scrubbed := make(chan error, 1)
	go func() { scrubbed <- s.Scrub(ctx) }()
	for waits := false; !waits && len(scrubbed) == 0; runtime.Gosched() {
		if err := s.Pool().QueryRow(ctx, `select exists (select from pg_locks where not granted)`).Scan(&waits); err != nil {
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
	if at := filesWith(t, s, gone); len(at) > 0 {
		t.Errorf("still in %v", at)
	}
	if err := s.Scrub(ctx); err != nil {
		t.Errorf("the next: %v", err)
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
