package store_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// tick is some machine time: the outbox never looks at a clock itself.
var tick = time.Date(2027, 2, 1, 12, 0, 0, 0, time.UTC)

func job(kind string) market.Job {
	return market.Job{Kind: kind, Subject: market.NewID()}
}

func enqueue(t *testing.T, s *store.Store, now time.Time, jobs ...market.Job) {
	t.Helper()
	err := s.InTx(t.Context(), func(tx *store.Tx) error { return tx.Enqueue(t.Context(), now, jobs...) })
	if err != nil {
		t.Fatal(err)
	}
}

func claim(t *testing.T, s *store.Store, now time.Time) []market.Queued {
	t.Helper()
	rows, err := s.Claim(t.Context(), now, 100)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// claimed is one job that was claimed.
func claimed(t *testing.T, s *store.Store) market.Queued {
	t.Helper()
	enqueue(t, s, tick, job(market.MatchJob))
	return claim(t, s, tick)[0]
}

func begin(t *testing.T, s *store.Store, q market.Queued, now time.Time) bool {
	t.Helper()
	begun, err := s.Begin(t.Context(), q.ID, q.Attempt, now)
	if err != nil {
		t.Fatal(err)
	}
	return begun
}

func TestJobArrivesAsItWasEnqueued(t *testing.T) {
	s := storetest.Open(t)
	one := job(market.IndexJob)
	two := market.Job{Kind: market.LetterJob, Subject: market.NewID(), Other: market.NewID()}
	enqueue(t, s, tick, one, two)
	want := []market.Queued{
		{ID: 1, Job: one, Attempt: 1, Queued: tick, Sent: tick},
		{ID: 2, Job: two, Attempt: 1, Queued: tick, Sent: tick},
	}
	if diff := cmp.Diff(want, claim(t, s, tick)); diff != "" {
		t.Error(diff)
	}
}

func TestJobOfAChangeRolledBackNeverWas(t *testing.T) {
	s := storetest.Open(t)
	undo := errors.New("undo")
	err := s.InTx(t.Context(), func(tx *store.Tx) error {
		return errors.Join(tx.Enqueue(t.Context(), tick, job(market.MatchJob)), undo)
	})
	if !errors.Is(err, undo) {
		t.Fatal(err)
	}
	if rows := claim(t, s, tick.Add(time.Hour)); len(rows) != 0 {
		t.Errorf("claimed %v", rows)
	}
}

func TestJobIsNotClaimedBeforeItIsDue(t *testing.T) {
	s := storetest.Open(t)
	enqueue(t, s, tick, job(market.MatchJob))
	if rows := claim(t, s, tick.Add(-time.Second)); len(rows) != 0 {
		t.Errorf("claimed %v", rows)
	}
}

// However many wait, and however few Postgres believes there are, a claim reads little more than it takes.
func TestAClaimDoesNotReadAllThatWait(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	const waiting, reads = 20_000, `select idx_tup_read, pg_stat_force_next_flush()::text from pg_stat_user_indexes where indexrelname = 'outbox_due' and idx_scan > 0`
	if _, err := s.Pool().Exec(ctx, `insert into outbox (kind, subject, due_at, queued_at)
		select 'match', gen_random_uuid(), $1, $1 from generate_series(1, $2::int)`, tick, waiting); err != nil {
		t.Fatal(err)
	}
	if rows := claim(t, s, tick); len(rows) != 100 {
		t.Fatalf("claimed %d", len(rows))
	}
	read := int64(0)
	for end := time.Now().Add(30 * time.Second); read == 0 && time.Now().Before(end); { // the server counts a little later
		_ = s.Pool().QueryRow(ctx, reads).Scan(&read, new(string))
	}
	if read < 100 || read > waiting/10 {
		t.Errorf("read %d rows of %d to claim 100", read, waiting)
	}
}

func TestClaimersNeverShareARow(t *testing.T) {
	s := storetest.Open(t)
	const jobs = 400
	for range 8 {
		var some []market.Job
		for range jobs / 8 {
			some = append(some, job(market.IndexJob))
		}
		enqueue(t, s, tick, some...)
	}
	var mu sync.Mutex
	times := map[int64]int{}
	var claimers sync.WaitGroup
	for range 8 {
		claimers.Go(func() {
			for {
				rows, err := s.Claim(context.Background(), tick, 7)
				if err != nil {
					t.Error(err)
				}
				if len(rows) == 0 {
					return
				}
				mu.Lock()
				for _, q := range rows {
					times[q.ID]++
				}
				mu.Unlock()
			}
		})
	}
	claimers.Wait()
	for id, n := range times {
		if n != 1 {
			t.Errorf("row %d was claimed %d times", id, n)
		}
	}
	if len(times) != jobs {
		t.Errorf("%d rows were claimed, want %d", len(times), jobs)
	}
}

func TestAttemptBeginsOnce(t *testing.T) {
	s := storetest.Open(t)
	q := claimed(t, s)
	if !begin(t, s, q, tick) {
		t.Error("the attempt could not begin")
	}
	if begin(t, s, q, tick) {
		t.Error("the same attempt began twice")
	}
}

func TestSupersededAttemptCanDoNoHarm(t *testing.T) {
	s := storetest.Open(t)
	old := claimed(t, s)
	begin(t, s, old, tick)
	if err := s.Retry(t.Context(), old.ID, old.Attempt, tick, "lost"); err != nil {
		t.Fatal(err)
	}
	fresh := claim(t, s, tick)[0]
	if begin(t, s, old, tick) {
		t.Error("the old attempt began again")
	}
	ctx := t.Context()
	for name, err := range map[string]error{
		"Beat":    s.Beat(ctx, old.ID, old.Attempt, tick),
		"Finish":  s.Finish(ctx, old.ID, old.Attempt, tick),
		"Retry":   s.Retry(ctx, old.ID, old.Attempt, tick, "error"),
		"GiveUp":  s.GiveUp(ctx, old.ID, old.Attempt, tick, "error"),
		"Release": s.Release(ctx, old.ID, old.Attempt, tick),
	} {
		if !errors.Is(err, market.ErrConflict) {
			t.Errorf("%s: %v, want ErrConflict", name, err)
		}
	}
	if !begin(t, s, fresh, tick) {
		t.Error("the new attempt was disturbed")
	}
	want := market.Queued{ID: old.ID, Job: old.Job, Attempt: 2, Failures: 1, Queued: tick, Sent: tick}
	if diff := cmp.Diff(want, fresh); diff != "" {
		t.Error(diff)
	}
}

func TestEndedJobStaysEnded(t *testing.T) {
	s := storetest.Open(t)
	done, failed := claimed(t, s), claimed(t, s)
	if err := s.Finish(t.Context(), done.ID, done.Attempt, tick); err != nil {
		t.Fatal(err)
	}
	if err := s.GiveUp(t.Context(), failed.ID, failed.Attempt, tick, "gone"); err != nil {
		t.Fatal(err)
	}
	if err := s.Return(t.Context(), tick, done, failed); err != nil {
		t.Fatal(err)
	}
	if rows := claim(t, s, tick.Add(time.Hour)); len(rows) != 0 {
		t.Errorf("claimed %v", rows)
	}
}

func TestReturnLeavesBegunJobsAlone(t *testing.T) {
	s := storetest.Open(t)
	begun, idle := claimed(t, s), claimed(t, s)
	begin(t, s, begun, tick)
	if err := s.Return(t.Context(), tick, begun, idle); err != nil {
		t.Fatal(err)
	}
	rows := claim(t, s, tick)
	if len(rows) != 1 || rows[0].ID != idle.ID || rows[0].Attempt != 2 || rows[0].Failures != 0 {
		t.Errorf("claimed %+v, want only row %d, again and without a failure", rows, idle.ID)
	}
}

func TestSilentAndUnbegunAreToldApart(t *testing.T) {
	s := storetest.Open(t)
	idle, silent, alive := claimed(t, s), claimed(t, s), claimed(t, s)
	begin(t, s, silent, tick)
	begin(t, s, alive, tick)
	if err := s.Beat(t.Context(), alive.ID, alive.Attempt, tick.Add(15*time.Second)); err != nil {
		t.Fatal(err)
	}
	got, err := s.Silent(t.Context(), tick.Add(10*time.Second), 10)
	if diff := cmp.Diff([]market.Queued{silent}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	got, err = s.Unbegun(t.Context(), tick.Add(time.Second), 0, 10)
	if diff := cmp.Diff([]market.Queued{idle}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if got, err = s.Unbegun(t.Context(), tick.Add(time.Second), idle.ID, 10); len(got) != 0 || err != nil {
		t.Errorf("after the last: %v, %v", got, err)
	}
	before := idle
	before.Attempt--
	for _, rows := range [][]market.Queued{{alive, idle, silent}, {idle}} {
		got, err = s.NotBegun(t.Context(), rows...)
		if diff := cmp.Diff([]market.Queued{idle}, got); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}
	for _, rows := range [][]market.Queued{{silent, before}, nil} {
		if got, err = s.NotBegun(t.Context(), rows...); len(got) != 0 || err != nil {
			t.Errorf("of %v: %v, %v", rows, got, err)
		}
	}
}

func TestPurgeTakesEndedRowsOnly(t *testing.T) {
	s := storetest.Open(t)
	old, recent := claimed(t, s), claimed(t, s)
	claimed(t, s)
	enqueue(t, s, tick, job(market.IndexJob))
	for q, at := range map[market.Queued]time.Time{old: tick, recent: tick.Add(time.Hour)} {
		if err := s.Finish(t.Context(), q.ID, q.Attempt, at); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := s.Purge(t.Context(), tick.Add(time.Minute), 10); n != 1 || err != nil {
		t.Errorf("purged %d, %v, want 1", n, err)
	}
	waiting, sent, oldest, err := s.Depth(t.Context())
	if waiting != 1 || sent != 1 || !oldest.Equal(tick) || err != nil {
		t.Errorf("waiting %d, sent %d, oldest %v, %v", waiting, sent, oldest, err)
	}
}

func TestDepthOfAnEmptyOutbox(t *testing.T) {
	waiting, sent, oldest, err := storetest.Open(t).Depth(t.Context())
	if waiting != 0 || sent != 0 || !oldest.IsZero() || err != nil {
		t.Errorf("waiting %d, sent %d, oldest %v, %v", waiting, sent, oldest, err)
	}
}

// A change waits while its job does, to be tried again too, and when it was given up, until what the index lacks was mended. Jobs of other
// kinds are none of the index.
func TestTheOldestChangeNotIndexedIsSinceItWasQueued(t *testing.T) {
	for _, kind := range []string{market.IndexJob, market.PartyJob} {
		t.Run(kind, func(t *testing.T) {
			s := storetest.Open(t)
			want := func(what string, at, want time.Time) {
				t.Helper()
				oldest, err := s.Unindexed(t.Context(), at)
				b, found := s.Backlog(t.Context(), tick, at)
				if err != nil || found != nil || !oldest.Equal(want) || !b.OldestUnsearch.Equal(want) {
					t.Errorf("%s: %v, for the operator's page %v, want %v; %v, %v", what, oldest, b.OldestUnsearch, want, err, found)
				}
			}
			claim := func(at time.Time, subject market.ID) market.Queued {
				t.Helper()
				list, err := s.Claim(t.Context(), at, 9)
				if err != nil {
					t.Fatal(err)
				}
				i := slices.IndexFunc(list, func(q market.Queued) bool { return q.Job.Subject == subject })
				if i < 0 {
					t.Fatalf("no job about %s in %v", subject, list)
				}
				return list[i]
			}
			must := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
			}
			want("of nothing", tick, time.Time{})
			changed := job(kind)
			enqueue(t, s, tick.Add(-time.Hour), job(market.MatchJob))
			enqueue(t, s, tick, changed)
			enqueue(t, s, tick.Add(time.Minute), job(kind))
			want("waiting", tick, tick)
			q := claim(tick, changed.Subject)
			want("sent", tick, tick)
			must(s.Retry(t.Context(), q.ID, q.Attempt, tick.Add(time.Hour), "away"))
			want("to be tried again", tick, tick)
			q = claim(tick.Add(time.Hour), changed.Subject)
			must(s.GiveUp(t.Context(), q.ID, q.Attempt, tick.Add(time.Hour), "away"))
			want("given up", tick.Add(74*time.Minute), tick)
			want("given up, and mended since", tick.Add(76*time.Minute), tick.Add(time.Minute))
		})
	}
}
