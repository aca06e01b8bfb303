package network_test

import (
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/network"
	"wherewithal/store/storetest"
)

// Each name is founded, or taken by a network that has another, beside one that is there: what a reader would confuse with it is held.
func TestANameLikeAnotherNetworksIsHeld(t *testing.T) {
	s, now := storetest.Open(t), time.Date(2027, 1, 11, 10, 0, 0, 0, time.UTC)
	ns, ctx := network.New(s), t.Context()
	v := market.Viewer{Person: market.NewID()}
	if _, err := s.Pool().Exec(ctx, `insert into people (id, address, created_at) values ($1, 'kit@network.example', $2)`, v.Person, now); err != nil {
		t.Fatal(err)
	}
	found := func(name string) market.Network {
		t.Helper()
		n, err := ns.Found(ctx, v, market.Network{Name: name, Level: market.Borough}, string(market.NewID()), now)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		v.Connects = append(v.Connects, n.ID)
		return n
	}
	edit := func(n market.Network, name string) *time.Time {
		t.Helper()
		n.Name = name
		if err := ns.Edit(ctx, v, n, "", now); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		n, err := s.NetworkByID(ctx, n.ID)
		if err != nil {
			t.Fatal(err)
		}
		return n.HeldAt
	}
	if first := found("Greenwich Together"); first.HeldAt != nil {
		t.Error("the first of its name is held")
	} else if edit(first, "GREENWICH together") != nil {
		t.Error("it is held for being like itself")
	}
	for i, c := range []struct {
		name string
		held bool
	}{
		{"The Greenwich Together", true}, {"Gr33nwich Together", true}, {"Grееnwich Together", true}, {"Green Wich Together", true}, {"Greenwich Togeter", true},
		{"Grenewich Together", true}, {"Greenwich Together 2", false}, {"Lewisham Together", false}, {"Greenwich Carers", false},
	} {
		other := found("Street " + strconv.Itoa(100+i))
		if at := edit(other, c.name); (at != nil) != c.held {
			t.Errorf("renamed to %s: held %v", c.name, at)
		}
		if at := edit(other, "Lane "+strconv.Itoa(100+i)); at != nil {
			t.Errorf("with a name of its own it is held: %v", at)
		}
		n := found(c.name)
		if kept, err := s.NetworkByID(ctx, n.ID); err != nil || (n.HeldAt != nil) != c.held || (kept.HeldAt != nil) != c.held {
			t.Errorf("%s: held %v, kept %v (%v)", c.name, n.HeldAt, kept.HeldAt, err)
		}
		edit(n, "Row "+strconv.Itoa(100+i)) // and is out of the way of the next
	}
	// One that an operator let through may not become the other by another spelling.
	like := found("Greenwich T0gether")
	if _, err := s.Pool().Exec(ctx, `update networks set held_at = null where id = $1`, like.ID); err != nil {
		t.Fatal(err)
	}
	if edit(like, "Greenwich T0gether") != nil {
		t.Error("an edit that leaves the name waits")
	}
	if edit(like, "Greenwich Together") == nil {
		t.Error("it is shown by the other's name")
	}
	if edit(found("Ropery Lane"), "Ropery lane") != nil {
		t.Error("a spelling of a name that is like nobody's waits")
	}
}

// What waits for a look is not opened by who had not read that it waits.
func TestAnEditOfANetworkWritesOverNothingUnread(t *testing.T) {
	s, now := storetest.Open(t), time.Date(2027, 1, 11, 10, 0, 0, 0, time.UTC)
	ns, ctx := network.New(s), t.Context()
	v := market.Viewer{Person: market.NewID()}
	if _, err := s.Pool().Exec(ctx, `insert into people (id, address, created_at) values ($1, 'kit@network.example', $2)`, v.Person, now); err != nil {
		t.Fatal(err)
	}
	old, err := ns.Found(ctx, v, market.Network{Name: "Greenwich Together", Level: market.Borough}, "found", now)
	if err != nil {
		t.Fatal(err)
	}
	v.Connects = append(v.Connects, old.ID)
	holds, mine, two := old, old, 2
	holds.Holds, holds.MailsAWeek = true, &two
	holds.Boundary = []market.Point{{Lat: 51, Lng: 0}, {Lat: 51, Lng: .1}, {Lat: 51.1, Lng: .1}}
	mine.About = "Neighbours."
	for range 2 { // a double click
		if err := ns.Edit(ctx, v, holds, old.Key(), now); err != nil {
			t.Fatal(err)
		}
	}
	if err := ns.Edit(ctx, v, mine, old.Key(), now); !errors.Is(err, market.ErrConflict) {
		t.Errorf("over what it had not read: %v", err)
	}
	is, err := s.NetworkByID(ctx, old.ID)
	if err != nil || !is.Holds || len(is.Boundary) != 3 || is.MailsAWeek == nil || is.About != "" || is.Key() != holds.Key() {
		t.Errorf("it wrote %+v (%v)", is, err)
	}
	if err := ns.Edit(ctx, v, mine, is.Key(), now); err != nil {
		t.Error(err)
	}
}

// Of two connectors with the form open the later writes nothing over what the other said, and a double click is none.
func TestTheWordsOfANetworkAreNotWrittenOverUnread(t *testing.T) {
	s, now := storetest.Open(t), time.Date(2027, 1, 11, 10, 0, 0, 0, time.UTC)
	ns, ctx := network.New(s), t.Context()
	v := market.Viewer{Person: market.NewID()}
	if _, err := s.Pool().Exec(ctx, `insert into people (id, address, created_at) values ($1, 'kit@network.example', $2)`, v.Person, now); err != nil {
		t.Fatal(err)
	}
	n, err := ns.Found(ctx, v, market.Network{Name: "Greenwich Together", Level: market.Borough}, "found", now)
	if err != nil {
		t.Fatal(err)
	}
	v.Connects = append(v.Connects, n.ID)
	stand := func() market.NetworkWords {
		t.Helper()
		words, err := s.NetworkWords(ctx, n.ID)
		if err != nil {
			t.Fatal(err)
		}
		return words
	}
	word := func(code, word string) market.NetworkWords {
		return market.NetworkWords{{What: "tag", Code: code, Word: word}}
	}
	blank := stand().Key()
	for range 2 { // a double click
		if err := ns.SetWords(ctx, v, n.ID, word("hall ", "big  room"), blank, now); err != nil {
			t.Fatal(err)
		}
	}
	if err := ns.SetWords(ctx, v, n.ID, word("choir", "singing"), blank, now); !errors.Is(err, market.ErrConflict) {
		t.Errorf("over what it had not read: %v", err)
	}
	if words := stand(); len(words) != 1 || words[0].Code != "hall" {
		t.Errorf("it wrote %+v", words)
	}
	if err := ns.SetWords(ctx, v, n.ID, word("choir", "singing"), stand().Key(), now); err != nil || stand()[0].Code != "choir" {
		t.Errorf("%+v (%v), want what was decided having read it", stand(), err)
	}
}

func TestNothingIsAgreedWithANetworkThatIsNotShown(t *testing.T) {
	s, now := storetest.Open(t), time.Date(2027, 1, 11, 10, 0, 0, 0, time.UTC)
	ns, ctx := network.New(s), t.Context()
	v := market.Viewer{Person: market.NewID()}
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := s.Pool().Exec(ctx, sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec(`insert into people (id, address, created_at) values ($1, 'kit@network.example', $2)`, v.Person, now)
	var ids []market.ID
	for _, name := range []string{"Greenwich Web", "Creek Street"} {
		n, err := ns.Found(ctx, v, market.Network{Name: name, Level: market.Borough}, string(market.NewID()), now)
		if err != nil {
			t.Fatal(err)
		}
		ids, v.Connects = append(ids, n.ID), append(v.Connects, n.ID)
	}
	for _, column := range []string{"held_at", "removed_at"} {
		for _, id := range ids {
			exec(`update networks set held_at = null, removed_at = null`)
			exec(`update networks set `+column+` = $1 where id = $2`, now, id)
			if err := ns.Tie(ctx, v, ids[0], ids[1], now); !errors.Is(err, market.ErrNotFound) {
				t.Errorf("%s: tied: %v", column, err)
			}
			if err := ns.Befriend(ctx, v, ids[0], ids[1], now); !errors.Is(err, market.ErrNotFound) {
				t.Errorf("%s: befriended: %v", column, err)
			}
		}
	}
}

func TestOfNetworksFoundedAtOnceWithNamesAlikeOneIsShown(t *testing.T) {
	s, now := storetest.Open(t), time.Date(2027, 1, 11, 10, 0, 0, 0, time.UTC)
	ns, ctx := network.New(s), t.Context()
	v := market.Viewer{Person: market.NewID()}
	if _, err := s.Pool().Exec(ctx, `insert into people (id, address, created_at) values ($1, 'kit@network.example', $2)`, v.Person, now); err != nil {
		t.Fatal(err)
	}
	for _, place := range []string{"Greenwich", "Lewisham", "Deptford"} {
		var together sync.WaitGroup
		var shown atomic.Int32
		for _, name := range []string{place + " Together", "The " + place + " Together", place + " To gether", place + " T0gether"} {
			together.Go(func() {
				n, err := ns.Found(ctx, v, market.Network{Name: name, Level: market.Borough}, string(market.NewID()), now)
				if err != nil {
					t.Error(err)
				}
				if n.HeldAt == nil {
					shown.Add(1)
				}
			})
		}
		together.Wait()
		if shown.Load() != 1 {
			t.Errorf("%s: %d are shown", place, shown.Load())
		}
	}
}
