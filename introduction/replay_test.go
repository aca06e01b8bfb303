package introduction_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/matching/replay"
)

// A replay reads what stands in the database, runs it twice, and changes nothing.
func TestReplayingTheDaysSaysWhoGains(t *testing.T) {
	s := newStreet(t)
	busy, quiet := s.neighbour("Busy Hall", "busy@hall.example"), s.neighbour("Quiet Hall", "quiet@hall.example")
	s.post(busy, hall("Busy hall for 80"))
	s.now = s.now.AddDate(0, 0, 1)
	s.post(quiet, hall("Quiet hall for 80"))
	var needs []market.Listing
	for i, name := range []string{"First", "Second", "Third"} {
		s.now = s.now.AddDate(0, 0, 1)
		n := s.neighbour(name+" Choir", name+"@choir.example")
		l := choir("2027-02-01")
		l.When.Windows = []market.Window{{Repeat: market.Once, On: market.Date("2027-02-04").AddDays(7 * i), Start: 19 * 60, End: 21 * 60}}
		l.When.Every, l.When.Times, l.When.Duration = market.Once, 0, 0
		needs = append(needs, s.post(n, l))
	}
	_, err := s.store.Pool().Exec(s.ctx, `update introductions set need_answer = 'no', state = 'declined' where need_id = $1 and offer_group_id = $2`, needs[2].ID, busy.group.ID)
	s.must(err)
	before := s.allOf("introductions") + s.allOf("listings") + s.allOf("events") + s.allOf("outbox")

	spread := replay.Other{Weights: matching.Plain()}
	spread.Weights.Version, spread.Weights.Spread = "spread-1", 1
	s.now = s.now.AddDate(0, 0, 3)
	r, err := s.intros.Replay(s.ctx, 30, spread, s.now)
	s.must(err)
	if len(r.Was.Meetings) != 3 || len(r.Would.Meetings) != 3 || r.Was.Longest > 1 || r.Was.Gini != 0 {
		t.Errorf("%+v\n%+v", r.Was, r.Would)
	}
	gave := func(o replay.Outcome) map[string]int {
		n := map[string]int{}
		for _, m := range o.Meetings {
			n[r.Names[m.Giver]]++
			if m.Need == needs[2].ID && m.Giver == busy.group.ID {
				t.Error("who refused is introduced")
			}
		}
		return n
	}
	if diff := cmp.Diff(map[string]int{"Busy Hall": 1, "Quiet Hall": 2}, gave(r.Would)); diff != "" {
		t.Errorf("spread: %s", diff)
	}
	if _, known := r.Names[quiet.group.ID]; !known {
		t.Error("a group has no name")
	}
	if after := s.allOf("introductions") + s.allOf("listings") + s.allOf("events") + s.allOf("outbox"); after != before {
		t.Errorf("%d rows, before it were %d", after, before)
	}

	short, err := s.intros.Replay(s.ctx, 1, spread, s.now.AddDate(1, 0, 0))
	s.must(err)
	if len(short.Was.Meetings) > 3 {
		t.Errorf("a year later: %+v", short.Was)
	}
	none, err := s.intros.Replay(s.ctx, 5, spread, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil || len(none.Was.Meetings) != 0 || len(none.Changes) != 0 {
		t.Errorf("before anything was: %+v, %v", none, err)
	}
}

func (s *street) allOf(table string) (n int) {
	s.t.Helper()
	s.must(s.store.Pool().QueryRow(s.ctx, `select count(*) from `+table).Scan(&n))
	return n
}
