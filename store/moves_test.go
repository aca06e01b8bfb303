package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"wherewithal/market"
	"wherewithal/store"
)

// Whatever a program would write down, only moves of market's three tables get into the database.
func TestOnlyMovesOfTheTablesAreWrittenDown(t *testing.T) {
	s := newStage(t, 1)
	in := market.Introduction{ID: market.NewID(), Version: 1, OfferID: s.offer.ID, NeedID: s.need.ID, OfferGroupID: s.giver.ID,
		NeedGroupID: s.taker.ID, State: market.Proposed, Amount: 1, ProposedAt: noon}
	ex := market.Exchange{ID: market.NewID(), IntroductionID: in.ID, Stage: market.Arranging, Amount: 1, CreatedAt: noon}
	ring := market.Ring{ID: market.NewID(), Version: 1, State: market.Proposed, ProposedAt: noon, Members: []market.RingMember{{GroupID: s.giver.ID, OfferID: s.offer.ID, NeedID: s.need.ID, Amount: 1}}}
	ring.Members[0].RingID = ring.ID
	s.change(t, func(tx *store.Tx) error {
		return errors.Join(tx.OpenIntroduction(t.Context(), in), tx.Plant(t.Context(), &ex), tx.OpenRing(t.Context(), ring))
	})
	states := []market.State{market.Proposed, market.Asked, market.Connected, market.Declined, market.Lapsed, market.Undone}
	ringStates := slices.DeleteFunc(slices.Clone(states), func(s market.State) bool { return s == market.Asked })
	stages := []market.Stage{market.Arranging, market.Suggested, market.Agreed, market.WasItDone, market.Happened, market.OneYes,
		market.NotDone, market.Disputed, market.Silent, market.CalledOff, market.Released}
	tryMoves(t, s, "introductions", states, market.State.CanBecome, func(tx *store.Tx, to market.State) error {
		in.State = to
		return tx.ChangeIntroduction(t.Context(), in)
	})
	tryMoves(t, s, "rings", ringStates, market.RingCanBecome, func(tx *store.Tx, to market.State) error {
		ring.State = to
		return tx.ChangeRing(t.Context(), ring)
	})
	tryMoves(t, s, "exchanges", stages, market.Stage.CanBecome, func(tx *store.Tx, to market.Stage) error {
		ex.Stage = to
		return tx.ChangeExchange(t.Context(), ex)
	})
}

// That a group was told of a ring stays, though an answer that was begun before is written after it.
func TestAnAnswerInARingLeavesWhoWasTold(t *testing.T) {
	s := newStage(t, 1)
	ring := market.Ring{ID: market.NewID(), Version: 1, State: market.Proposed, ProposedAt: noon, Members: []market.RingMember{{GroupID: s.giver.ID, OfferID: s.offer.ID, NeedID: s.need.ID, Amount: 1}}}
	ring.Members[0].RingID = ring.ID
	s.change(t, func(tx *store.Tx) error { return tx.OpenRing(t.Context(), ring) })
	s.change(t, func(tx *store.Tx) error { return tx.ToldRing(t.Context(), ring.ID, s.giver.ID, noon) })
	ring.State, ring.EndedAt, ring.Members[0].Answer = market.Declined, &noon, market.No
	s.change(t, func(tx *store.Tx) error { return tx.ChangeRing(t.Context(), ring) })
	got, err := s.Ring(t.Context(), market.System, ring.ID)
	if err != nil {
		t.Fatal(err)
	}
	if m := got.Members[0]; m.ToldAt == nil || m.Answer != market.No {
		t.Errorf("told at %v, answer %q", m.ToldAt, m.Answer)
	}
}

var errUndo = errors.New("as it was")

// tryMoves from each state to each other, every one undone again.
func tryMoves[S ~string](t *testing.T, s *stage, table string, all []S, can func(S, S) bool, move func(*store.Tx, S) error) {
	t.Helper()
	column := map[string]string{"exchanges": "stage"}[table]
	if column == "" {
		column = "state"
	}
	s.unchecked(t, table)
	for _, from := range all {
		if _, err := s.Pool().Exec(t.Context(), "update "+table+" set "+column+" = $1", string(from)); err != nil {
			t.Fatal(err)
		}
		for _, to := range all {
			var moved error
			err := s.InTx(context.Background(), func(tx *store.Tx) error {
				moved = move(tx, to)
				return errUndo
			})
			if !errors.Is(err, errUndo) || moved != nil && !errors.Is(moved, market.ErrConflict) || (moved == nil) != (from == to || can(from, to)) {
				t.Errorf("%s from %s to %s: %v", table, from, to, moved)
			}
		}
	}
}

// unchecked takes a table's own checks away, which would have us fill in what goes with each state.
func (s *stage) unchecked(t *testing.T, table string) {
	t.Helper()
	_, err := s.Pool().Exec(t.Context(), `do $$ declare c name; begin
		for c in select conname from pg_constraint where conrelid = '`+table+`'::regclass and contype = 'c' loop
			execute format('alter table `+table+` drop constraint %I', c);
		end loop; end $$`)
	if err != nil {
		t.Fatal(err)
	}
}
