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
			return h.accounts.Edit(h.ctx, v, market.Group{ID: group, Name: "Creekside Singers", LegalForm: market.Informal}, "", h.now)
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

// What somebody else wrote is looked for once they are done with it, not before.
func TestAnEditWritesOverNothingUnread(t *testing.T) {
	h := open(t)
	id, people := h.owners("ama@refuge.example", "bo@refuge.example")
	ama, bo := h.viewer(people[0]), h.viewer(people[1])
	group := func() market.Group {
		g, err := h.store.Group(h.ctx, market.System, id)
		h.must(err)
		return g
	}
	old := group()
	hidden, mine := old, old
	hidden.NameHidden, hidden.Alias, mine.Does = true, "A women’s group", "We meet on Tuesdays."
	beside, err := h.store.Pool().Begin(h.ctx)
	h.must(err)
	_, err = beside.Exec(h.ctx, `update groups set name_hidden = true, alias = $1 where id = $2`, hidden.Alias, id)
	h.must(err)
	done := make(chan error, 1)
	go func() { done <- h.accounts.Edit(h.ctx, bo, mine, old.Key(), h.now) }()
	h.waits(done)
	h.must(beside.Commit(h.ctx))
	if err := <-done; !errors.Is(err, market.ErrConflict) {
		t.Errorf("over what it had not read: %v", err)
	}
	if is := group(); !is.NameHidden || is.Does != "" {
		t.Errorf("it wrote %+v", is)
	}
	h.must(h.accounts.Edit(h.ctx, ama, hidden, old.Key(), h.now)) // says what it says already
	h.must(h.accounts.Edit(h.ctx, bo, mine, group().Key(), h.now))
	if is := group(); is.NameHidden || is.Does != mine.Does {
		t.Errorf("kept %+v", is)
	}
}

// A name that an operator let through beside one like it may not become that one by another spelling; a spelling of a name that is
// nobody else's waits for nothing.
func TestANameLetThroughWaitsAgainWhenItIsSpelledAsAnothers(t *testing.T) {
	h := open(t)
	_, people := h.owners("ama@choir.example")
	v := h.viewer(people[0])
	found := func(name string) market.Group {
		g, err := h.accounts.Found(h.ctx, v, market.Group{Name: name, LegalForm: market.Informal}, nil, name, h.now)
		h.must(err)
		v = h.viewer(people[0])
		return g
	}
	found("Maze Hill Band")
	like, own := found("Maze H1ll Band"), found("Ropery Lane Band")
	_, err := h.store.Pool().Exec(h.ctx, `update groups set held_at = null where id = $1`, like.ID) // an operator let it through
	h.must(err)
	edit := func(id market.ID, name string, hidden bool) int {
		t.Helper()
		g := market.Group{ID: id, Name: name, LegalForm: market.Informal}
		if hidden {
			g.NameHidden, g.Name, g.Alias = true, "Zephyr", name
		}
		h.must(h.accounts.Edit(h.ctx, v, g, "", h.now))
		return h.count(`select count(*) from groups where id = $1 and held_at is not null`, id)
	}
	if edit(like.ID, "Maze H1ll Band", false) != 0 {
		t.Error("an edit that leaves the name waits")
	}
	if edit(own.ID, "Ropery lane band", false) != 0 {
		t.Error("a spelling of a name that is like nobody's waits")
	}
	if edit(like.ID, "Maze Hill Band", false) != 1 {
		t.Error("it is shown by the other's name")
	}
	_, err = h.store.Pool().Exec(h.ctx, `update groups set name = 'Zephyr', likeness = 'zephyr', name_hidden = true, alias = 'Maze H1ll Band', held_at = null where id = $1`, like.ID)
	h.must(err)
	if edit(like.ID, "Maze Hill Band", true) != 1 {
		t.Error("its alias is the other's name")
	}
}
