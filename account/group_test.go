package account_test

import (
	"errors"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// waits gives a change that runs beside it until it waits for a row of ours, or is done.
func (h *hub) waits(done <-chan error) {
	h.t.Helper()
	for n := 0; n == 0 && len(done) == 0; {
		n = h.count(`select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
	}
}

// A group that is being founded is waited for by whoever takes a name like its own.
func TestOfGroupsFoundedAtOnceWithNamesAlikeOneIsShown(t *testing.T) {
	h := open(t)
	_, people := h.owners("ama@choir.example")
	v := h.viewer(people[0])
	founds := func(tx *store.Tx, name string) (market.Group, error) {
		return h.accounts.FoundIn(h.ctx, tx, v, market.Group{Name: name, LegalForm: market.Informal}, nil, h.now)
	}
	done := make(chan error, 1)
	var second market.Group
	h.must(h.store.InTx(h.ctx, func(tx *store.Tx) error {
		if _, err := founds(tx, "Tansy Yard Choir"); err != nil {
			return err
		}
		go func() {
			done <- h.store.InTx(h.ctx, func(tx *store.Tx) (err error) {
				second, err = founds(tx, "The Tansy Yard Choir")
				return err
			})
		}()
		h.waits(done)
		return nil
	}))
	h.must(<-done)
	if second.HeldAt == nil {
		t.Error("both are shown")
	}
}

func TestAnEditUndoesNoTakedownAndNoClosing(t *testing.T) {
	h := open(t)
	group, people := h.owners("ama@choir.example")
	v := h.viewer(people[0])
	for _, c := range []struct {
		column string
		edit   func() error
		want   error
	}{
		{"removed_at", func() error {
			return h.accounts.Edit(h.ctx, v, market.Group{ID: group, Name: "Creekside Singers", LegalForm: market.Informal}, h.now)
		}, nil},
		{"closed_at", func() error {
			until := h.now.Add(48 * time.Hour)
			return h.accounts.Pause(h.ctx, v, group, &until, h.now)
		}, market.ErrForbidden},
	} {
		beside, err := h.store.Pool().Begin(h.ctx)
		h.must(err)
		_, err = beside.Exec(h.ctx, `update groups set `+c.column+` = $1 where id = $2`, h.now, group)
		h.must(err)
		done := make(chan error, 1)
		go func() { done <- c.edit() }()
		h.waits(done)
		h.must(beside.Commit(h.ctx))
		if err := <-done; !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.column, err, c.want)
		}
		if n := h.count(`select count(*) from groups where id = $1 and `+c.column+` is not null`, group); n != 1 {
			t.Errorf("the edit undid %s", c.column)
		}
	}
}
