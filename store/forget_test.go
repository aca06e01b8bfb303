package store_test

import (
	"context"
	"errors"
	"testing"

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

func TestPurgedChangesAreGone(t *testing.T) {
	s := newStage(t, 1)
	ctx := context.Background()
	edge, err := s.Edge(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.PurgeChanges(ctx, edge); err != nil {
		t.Fatal(err)
	}
	if ids, _, err := s.settled(ctx, store.Cursor{}); err != nil || len(ids) != 0 {
		t.Errorf("%v, %v after purging all, want none", ids, err)
	}
}
