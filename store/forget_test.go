package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

func TestForgetDropsWhatHasDoneItsWorkAndNothingElse(t *testing.T) {
	s := newStage(t, 1)
	ctx := context.Background()
	s.change(t, func(tx *store.Tx) error {
		return errors.Join(tx.Remember(ctx, store.Once{ID: "old", Answer: "/", At: noon}),
			tx.Remember(ctx, store.Once{ID: "new", Answer: "/", At: noon.AddDate(0, 0, 9)}))
	})
	if err := s.Forget(ctx, noon.AddDate(0, 0, 10)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.AnswerOf(ctx, "old", ""); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("a form's id of ten days ago: %v, want it gone", err)
	}
	if _, err := s.AnswerOf(ctx, "new", ""); err != nil {
		t.Errorf("a form's id of yesterday: %v, want it kept", err)
	}
}

func TestAReportersAddressIsForgottenAMonthAfterItWasDealtWith(t *testing.T) {
	s := newStage(t, 1)
	ctx := context.Background()
	dealt := noon.AddDate(0, 0, 1)
	open := market.Report{ID: market.NewID(), Subject: "listing", SubjectID: s.offer.ID, Reason: "spam", Address: "jo@street.example", CreatedAt: noon}
	done := open
	done.ID, done.HandledAt = market.NewID(), &dealt
	s.change(t, func(tx *store.Tx) error { return errors.Join(tx.KeepReport(ctx, open), tx.KeepReport(ctx, done)) })
	for _, step := range []struct {
		day  int
		want string
	}{{30, "jo@street.example"}, {32, ""}} {
		if err := s.Forget(ctx, noon.AddDate(0, 0, step.day)); err != nil {
			t.Fatal(err)
		}
		if r, err := s.Report(ctx, done.ID); err != nil || r.Address != step.want {
			t.Errorf("on day %d: %q, %v, want %q", step.day, r.Address, err, step.want)
		}
	}
	if r, err := s.Report(ctx, open.ID); err != nil || r.Address == "" {
		t.Errorf("not dealt with: %q, %v, want it kept", r.Address, err)
	}
}

// The time is marked at each turn, and what was written before a mark is dropped once the mark is old.
func TestForgottenChangesAreGoneAndItIsKnown(t *testing.T) {
	s := newStage(t, 1)
	ctx, keep := context.Background(), 14*24*time.Hour
	for _, step := range []struct {
		day  int
		gone bool
	}{{0, false}, {13, false}, {15, true}} {
		if err := s.ForgetChanges(ctx, noon.AddDate(0, 0, step.day), keep); err != nil {
			t.Fatal(err)
		}
		ids, _, err := s.settled(ctx, store.Cursor{})
		from, known := s.ChangesFrom(ctx)
		if err != nil || known != nil || (len(ids) == 0) != step.gone || (from > 0) != step.gone {
			t.Errorf("day %d: %d changes, kept from %d, %v %v", step.day, len(ids), from, err, known)
		}
	}
}
