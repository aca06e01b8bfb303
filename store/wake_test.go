package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"wherewithal/market"
	"wherewithal/store"
)

// listener is a connection that hears what relays are told.
func (s *stage) listener(t *testing.T) *pgx.Conn {
	t.Helper()
	c, err := s.Pool().Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	conn := c.Hijack()
	t.Cleanup(func() { conn.Close(context.Background()) })
	if _, err := conn.Exec(t.Context(), "listen outbox"); err != nil {
		t.Fatal(err)
	}
	return conn
}

// told waits for a word, at most so long.
func told(t *testing.T, conn *pgx.Conn, within time.Duration) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	_, err := conn.WaitForNotification(ctx)
	return err == nil
}

// Much longer than a word takes, and much shorter than a relay's own look.
const soon = 900 * time.Millisecond

func TestRelaysAreToldOfJobsOnceTheyAreCommitted(t *testing.T) {
	s, ctx := newStage(t, 1), context.Background()
	job := market.Job{Kind: market.MatchJob, Subject: s.need.ID}
	conn := s.listener(t)
	for told(t, conn, soon) { // of what made the stage
	}
	failed := errors.New("no")
	err := s.InTx(ctx, func(tx *store.Tx) error { return errors.Join(tx.Enqueue(ctx, noon, job), failed) })
	if !errors.Is(err, failed) {
		t.Fatal(err)
	}
	s.change(t, func(tx *store.Tx) error {
		return tx.Note(ctx, market.Event{At: noon, Verb: "x", Subject: "listing", SubjectID: s.need.ID})
	})
	s.change(t, func(tx *store.Tx) error {
		if err := tx.Enqueue(ctx, noon, job); err != nil {
			return err
		}
		time.Sleep(50 * time.Millisecond) // long enough to be told too early
		return nil
	})
	if !told(t, conn, soon) {
		t.Fatal("nobody was told of a job")
	}
	if told(t, conn, 100*time.Millisecond) {
		t.Error("a word was given for what was not kept, or holds no job")
	}
	if err := s.Post(ctx, s.posting()); err != nil {
		t.Fatal(err)
	}
	conn = s.listener(t)
	if err := s.Post(ctx, s.posting()); err != nil {
		t.Fatal(err)
	}
	if !told(t, conn, soon) {
		t.Error("nobody was told of a posting")
	}
}

func TestNoPostingWaitsForAWord(t *testing.T) {
	s, ctx := newStage(t, 1), context.Background()
	conn := s.listener(t)
	const posted = 60
	for range posted {
		if err := s.Post(ctx, s.posting()); err != nil {
			t.Fatal(err)
		}
	}
	words := 0
	for told(t, conn, 200*time.Millisecond) {
		words++
	}
	if words == 0 || words > posted {
		t.Errorf("%d words about %d postings", words, posted)
	}
	rows, err := s.Pool().Query(ctx, `select tgname from pg_trigger where not tgisinternal and pg_get_functiondef(tgfoid) ilike '%notify%'`)
	if err != nil {
		t.Fatal(err)
	}
	if names, err := pgx.CollectRows(rows, pgx.RowTo[string]); err != nil || len(names) > 0 {
		t.Errorf("triggers that notify within the transaction: %v %v", names, err)
	}
}
