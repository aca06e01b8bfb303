package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// atOnce does each at the same moment.
func atOnce(n int, do func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { do(i) })
	}
	all.Wait()
}

// What is written together is answered as if each had come alone: of two who begin the same attempt one does, and a
// superseded one among others can do no harm.
func TestAttemptsWrittenAtOnceAreAnsweredOneByOne(t *testing.T) {
	s, ctx := storetest.Open(t), context.Background()
	const jobs = 60
	all := make([]market.Job, jobs)
	for i := range all {
		all[i] = job(market.MatchJob)
	}
	enqueue(t, s, tick, all...)
	rows := claim(t, s, tick)
	begun := make([]bool, 2*jobs)
	atOnce(2*jobs, func(i int) {
		var err error
		if begun[i], err = s.Begin(ctx, rows[i%jobs].ID, rows[i%jobs].Attempt, tick); err != nil {
			t.Error(err)
		}
	})
	for i := range jobs {
		if begun[i] == begun[jobs+i] {
			t.Errorf("job %d: begun %v and %v, want one", i, begun[i], begun[jobs+i])
		}
	}
	atOnce(jobs, func(i int) {
		attempt, want := rows[i].Attempt, error(nil)
		if i%3 == 0 {
			attempt, want = attempt+1, market.ErrConflict
		}
		if err := s.Finish(ctx, rows[i].ID, attempt, tick); !errors.Is(err, want) {
			t.Errorf("job %d: %v, want %v", i, err, want)
		}
	})
	if _, sent, _, err := s.Depth(ctx); sent != jobs/3 || err != nil {
		t.Errorf("%d are under way, want %d; %v", sent, jobs/3, err)
	}
}

func TestLettersMarkedAtOnceKeepTheirOwnMarks(t *testing.T) {
	s, ctx := storetest.Open(t), context.Background()
	const letters = 40
	rows := make([]market.Letter, letters)
	for i := range rows {
		rows[i] = market.Letter{ID: market.NewID(), Kind: market.ReportReceived, Address: "a@b.test", AboutID: market.NewID(), State: market.Waiting, CreatedAt: tick}
		rows[i].MessageID = string(rows[i].ID)
	}
	if err := s.InTx(ctx, func(tx *store.Tx) error { return tx.Plant(ctx, &rows) }); err != nil {
		t.Fatal(err)
	}
	wrote := make([]error, 2*letters)
	at := tick
	atOnce(2*letters, func(i int) {
		l := rows[i%letters]
		l.State, l.Tries, l.Answer, l.SentAt, l.EndedAt = market.Sent, i%letters, fmt.Sprint(i%letters), &at, &at
		wrote[i] = s.MarkLetter(ctx, l)
	})
	for i, l := range rows {
		if errors.Is(wrote[i], market.ErrConflict) == errors.Is(wrote[letters+i], market.ErrConflict) {
			t.Errorf("letter %d: %v and %v, want one conflict", i, wrote[i], wrote[letters+i])
		}
		got, about, err := s.Letter(ctx, l.ID)
		if err != nil || got.State != market.Sent || got.Tries != i || got.Answer != fmt.Sprint(i) || got.EndedAt == nil || !got.EndedAt.Equal(at) || len(about) != 0 {
			t.Errorf("letter %d is %+v about %v, %v", i, got, about, err)
		}
	}
}

func TestARowThatSomebodyHoldsKeepsNoOtherWaiting(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	enqueue(t, s, tick, job(market.MatchJob), job(market.MatchJob), job(market.MatchJob))
	rows := claim(t, s, tick)
	held, err := s.Pool().Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := held.Exec(ctx, `select from outbox where id = $1 for update`, rows[0].ID); err != nil {
		t.Fatal(err)
	}
	first := make(chan bool, 1)
	go func() {
		begun, _ := s.Begin(ctx, rows[0].ID, rows[0].Attempt, tick)
		first <- begun
	}()
	for waits := false; !waits; {
		if err := s.Pool().QueryRow(ctx, `select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`).Scan(&waits); err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range rows[1:] { // one right after the other
		if !begin(t, s, q, tick) || len(first) > 0 {
			t.Error("another was not begun before the row was let go")
		}
	}
	if err := held.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	if !<-first {
		t.Error("what waited for the row was not written")
	}
}
