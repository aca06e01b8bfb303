package introduction_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/safety"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// row is five pairs of groups, the introduction of each as far as one column of the table says.
type row struct {
	*street
	side           market.Side // of the listing that something befalls
	givers, takers []neighbour
	offers, needs  []market.Listing
	ins            []market.Introduction
}

// columns of the table in docs/introductions.md.
var columns = []string{"proposed", "asked", "connected", "agreed", "begun"}

func newRow(t *testing.T) *row {
	db, r := storetest.After(t, "row", func(db *store.Store) row {
		r := row{street: streetOn(t, db)}
		for i := range columns {
			r.meet(i)
		}
		r.agrees(3, "2027-02-04")
		r.agrees(4, "2027-01-15")
		r.work()
		r.street = nil
		return r
	})
	r.street = streetOn(t, db)
	r.now = time.Date(2027, 1, 15, 19, 0, 0, 0, time.UTC) // in the middle of the first use of the last
	r.clearJobs()
	r.ins = nil
	for _, taker := range r.takers {
		r.ins = append(r.ins, r.only(taker))
	}
	return &r
}

// meet is the i-th pair, on a weekday of its own, so that nothing of one fits another.
func (r *row) meet(i int) {
	name := columns[i]
	giver, taker := r.neighbour("Larkhollow "+name, name+"@hall.test"), r.neighbour("Tansy "+name, name+"@choir.test")
	day := market.Window{Repeat: market.Weekly, Days: market.DayBit(time.Monday + time.Weekday(i)), Start: 18 * 60, End: 20 * 60}
	offer, need := hall("Church hall"), choir("2027-02-01")
	offer.When.Windows, need.When.Windows, need.When.Times = []market.Window{day}, []market.Window{day}, 2
	r.offers = append(r.offers, r.post(giver, offer))
	r.needs = append(r.needs, r.post(taker, need))
	in := r.only(taker)
	if i > 0 {
		in = r.say(taker, in, market.Yes)
	}
	if i > 1 {
		in = r.say(giver, in, market.Yes)
	}
	r.givers, r.takers, r.ins = append(r.givers, giver), append(r.takers, taker), append(r.ins, in)
}

func (r *row) agrees(i int, on market.Date) {
	ex, err := r.intros.Suggest(r.ctx, r.takers[i].viewer, r.ins[i].ID, 1, evenings(on, 2), "", r.now)
	r.must(err)
	_, err = r.intros.Confirm(r.ctx, r.givers[i].viewer, r.ins[i].ID, ex.Sequence, "", r.now)
	r.must(err)
}

// became says in the words of the table what became of an introduction.
func (r *row) became(i int) string {
	in, err := r.store.Introduction(r.ctx, market.System, r.ins[i].ID)
	r.must(err)
	switch {
	case in.State == r.ins[i].State:
		return "stays"
	case in.State == market.Undone && in.ConnectedAt == nil:
		return "withdrawn"
	case in.State == market.Undone:
		ex, err := r.store.Exchange(r.ctx, in.ID)
		r.must(err)
		if ex.Stage == market.CalledOff {
			return "called off"
		}
	}
	return string(in.State)
}

// own is whose the i-th listing is.
func (r *row) own(i int) neighbour {
	if r.side == market.Need {
		return r.takers[i]
	}
	return r.givers[i]
}

func (r *row) other(i int) neighbour {
	if r.side == market.Need {
		return r.givers[i]
	}
	return r.takers[i]
}

func (r *row) listing(i int) market.ID {
	if r.side == market.Need {
		return r.needs[i].ID
	}
	return r.offers[i].ID
}

// happens are the rows of the table: what befalls the i-th listing of a side, or its group.
var happens = map[string]func(r *row, i int){
	"is changed and still fits": func(r *row, i int) { r.edits(i, func(l *market.Listing) { l.Title = "Church hall, newly painted" }) },
	"is changed so that it no longer fits": func(r *row, i int) {
		r.edits(i, func(l *market.Listing) {
			l.Facts = market.Facts{"seated": 5.0}
			if l.Side == market.Need {
				l.Facts = market.Facts{"seated": 500.0}
			}
		})
	},
	"is paused": func(r *row, i int) { r.moves(i, market.Paused) },
	"is closed": func(r *row, i int) { r.moves(i, market.Withdrawn) },
	"is found":  func(r *row, i int) { r.moves(i, market.Fulfilled) },
	"expires": func(r *row, i int) {
		_, err := r.store.Pool().Exec(r.ctx, `update listings set expires_at = $1 where id = $2`, r.now, r.listing(i))
		r.must(err)
		r.must(r.listings.Turn(r.ctx, r.now))
	},
	"its group pauses": func(r *row, i int) {
		until := r.now.AddDate(0, 1, 0)
		r.must(r.accounts.Pause(r.ctx, r.own(i).viewer, r.own(i).group.ID, &until, r.now))
	},
	"moderation hides its group": func(r *row, i int) {
		r.hides(market.Viewer{Person: r.takers[(i+1)%len(columns)].person.ID, Operator: true}, r.own(i).group.ID)
	},
	"is taken down by moderation": func(r *row, i int) {
		_, err := safety.New(r.store, r.intros).Hide(r.ctx, market.System, r.listing(i), "wrong", "It is a garage.", r.now)
		r.must(err)
	},
	"its group closes": func(r *row, i int) {
		r.must(r.intros.CloseGroup(r.ctx, r.own(i).viewer, r.own(i).group.ID, r.now))
	},
	"one of the groups blocks the other": func(r *row, i int) {
		r.must(r.intros.Block(r.ctx, r.other(i).viewer, r.other(i).group.ID, r.own(i).group.ID, r.now))
	},
}

func (r *row) edits(i int, change func(*market.Listing)) {
	l, err := r.store.OwnEntry(r.ctx, r.own(i).viewer, r.listing(i), r.now)
	r.must(err)
	change(&l.Listing)
	r.must(r.listings.Edit(r.ctx, r.own(i).viewer, l.Listing, string(market.NewID()), r.now))
}

func (r *row) moves(i int, to market.Life) {
	err := r.listings.Move(r.ctx, r.own(i).viewer, r.listing(i), to, nil, r.now)
	if r.side == market.Need && r.ins[i].State == market.Connected && errors.Is(err, market.ErrWrongState) {
		return // what is connected has filled it: it is found already
	}
	r.must(err)
}

// What people read about what becomes of an introduction is what becomes of it.
func TestTheTableOfWhatBefallsAListingIsTrue(t *testing.T) {
	table := effects(t)
	for what := range happens {
		if table[what] == nil {
			t.Errorf("the table does not say what becomes of an introduction when a listing or its group %s", what)
		}
	}
	for what, cells := range table {
		t.Run(what, func(t *testing.T) {
			do := happens[what]
			if do == nil {
				t.Fatal("nobody tries this row")
			}
			for _, side := range []market.Side{market.Offer, market.Need} {
				r := newRow(t)
				r.side = side
				for i := range columns {
					do(r, i)
				}
				r.work()
				for i, column := range columns {
					if got := r.became(i); got != cells[i] {
						t.Errorf("%s of the %s: %s, the table says %s", column, side, got, cells[i])
					}
				}
			}
		})
	}
}

// effects is the table, by its rows.
func effects(t *testing.T) map[string][]string {
	t.Helper()
	page, err := os.ReadFile("../docs/introductions.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(page), "| "+strings.Join(append([]string{"a listing"}, columns...), " | ")+" |\n")
	if !found {
		t.Fatal("the page has no such table")
	}
	table := map[string][]string{}
	for _, line := range strings.Split(after, "\n")[1:] {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		if len(cells) != len(columns)+1 {
			break
		}
		table[cells[0]] = slices.Clone(cells[1:])
	}
	return table
}
