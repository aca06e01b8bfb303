package replay

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/matching"
)

var began = time.Date(2027, 1, 4, 8, 0, 0, 0, time.UTC)

// on is a listing of a group, open from a day of the replay on.
func on(day int, side market.Side, id, group string, change ...func(*market.Entry)) Open {
	l := market.Listing{ID: market.ID(id), Version: 1, GroupID: market.ID(group), Side: side, Kind: market.Equipment, Title: "Gazebo", Quantity: 1,
		Where: market.Collected, Circle: market.InCity, Life: market.Withdrawn, Terms: market.Terms{Kind: market.Loan}, Facts: market.Facts{}}
	e := market.Entry{Listing: l, Region: "London", Borough: "Greenwich", Point: market.Point{Lat: 51.48, Lng: 0}, Group: market.Standing{ID: l.GroupID}}
	for _, c := range change {
		c(&e)
	}
	return Open{Entry: e, From: began.AddDate(0, 0, day)}
}

func north(km float64) func(*market.Entry) {
	return func(e *market.Entry) { e.Point.Lat += km / 111.195 }
}

func days(n int, list ...Open) Days {
	return Days{From: began, Until: began.AddDate(0, 0, n), Listings: list, Refused: map[Pair]bool{}}
}

func pairs(o Outcome) (list []string) {
	for _, m := range o.Meetings {
		list = append(list, fmt.Sprintf("%s-%s after %d", m.Offer, m.Need, m.Waited))
	}
	return list
}

// near lends more readily than far; four ask, one a day.
func village() Days {
	return days(10, on(0, market.Offer, "near", "A"), on(0, market.Offer, "far", "B", north(1)),
		on(1, market.Need, "n1", "C"), on(2, market.Need, "n2", "D"), on(3, market.Need, "n3", "E"), on(4, market.Need, "n4", "C"))
}

func TestTheDaysRunAsTheyDid(t *testing.T) {
	want := []string{"near-n1 after 0", "near-n2 after 0", "near-n3 after 0", "far-n4 after 0"} // three requests are the most
	if diff := cmp.Diff(want, pairs(Run(village(), matching.Options{}, Rules{}))); diff != "" {
		t.Error(diff)
	}
	fewer := Run(village(), matching.Options{}, Rules{Requests: 1})
	if diff := cmp.Diff([]string{"near-n1 after 0", "far-n2 after 0", "near-n3 after 4", "far-n4 after 4"}, pairs(fewer)); diff != "" {
		t.Error(diff)
	}
	if fewer.Longest != 4 || fewer.Waits["n1"] != 0 || fewer.Gini != 0 {
		t.Errorf("%+v", fewer)
	}
}

func TestOtherWeightsSpreadTheAsking(t *testing.T) {
	spread := matching.Plain()
	spread.Version, spread.Spread = "spread", 1
	was, would := Run(village(), matching.Options{}, Rules{}), Run(village(), matching.Options{Weights: spread}, Rules{})
	if diff := cmp.Diff([]string{"near-n1 after 0", "far-n2 after 0", "near-n3 after 0", "far-n4 after 0"}, pairs(would)); diff != "" {
		t.Error(diff)
	}
	want := []Change{{Group: "A", Gives: 2, Gave: 3}, {Group: "B", Gives: 2, Gave: 1}}
	if diff := cmp.Diff(want, Compare(village(), was, would)); diff != "" {
		t.Error(diff)
	}
	if same := Compare(village(), was, was); len(same) != 0 {
		t.Errorf("nothing differs, and yet %+v", same)
	}
}

// A group that was helped yields with what it offers, as the store counts it; one that helps yields only by the requests that are
// open on its offer, which are over here before the next need comes.
func TestWhoeverWasHelpedYields(t *testing.T) {
	spread := matching.Plain()
	spread.Version, spread.Spread = "spread", 1
	run := func(more ...Open) []string {
		list := append(more, on(0, market.Offer, "near", "A"), on(0, market.Offer, "far", "B", north(1)), on(1, market.Need, "n1", "C"), on(3, market.Need, "n2", "D"))
		return pairs(Run(days(5, list...), matching.Options{Weights: spread}, Rules{Holds: 1}))
	}
	if diff := cmp.Diff([]string{"near-n1 after 0", "near-n2 after 0"}, run()); diff != "" {
		t.Errorf("near only gives: %s", diff)
	}
	bus := func(e *market.Entry) { e.Listing.Title = "Minibus" }
	got := run(on(0, market.Offer, "bus", "Z", bus), on(0, market.Need, "own", "A", bus))
	if diff := cmp.Diff([]string{"bus-own after 0", "far-n1 after 0", "far-n2 after 0"}, got); diff != "" {
		t.Errorf("near was helped itself: %s", diff)
	}
}

func TestWhatIsKnownOfTheDaysIsKept(t *testing.T) {
	closed := on(0, market.Offer, "closed", "A")
	closed.Until = began.AddDate(0, 0, 2)
	gone := on(0, market.Need, "gone", "D")
	gone.Until = began.AddDate(0, 0, 5)
	d := days(8, closed, on(6, market.Offer, "late", "B"), on(3, market.Need, "n", "C"), gone)
	d.Refused[Pair{"closed", "gone"}] = true
	out := Run(d, matching.Options{}, Rules{})
	if diff := cmp.Diff([]string{"late-n after 3"}, pairs(out)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[market.ID]int{"n": 3, "gone": 5}, out.Waits); diff != "" {
		t.Error(diff)
	}
	if out.Longest != 5 || out.Gini != .5 {
		t.Errorf("longest %d, Gini %g", out.Longest, out.Gini)
	}
}

// A thing that was given is gone, and one that was lent for a day is back the next.
func TestCapacityIsTakenInAReplayToo(t *testing.T) {
	gift := func(e *market.Entry) { e.Listing.Terms.Kind = market.Gift }
	if got := pairs(Run(days(5, on(0, market.Offer, "o", "A", gift), on(1, market.Need, "n1", "B", gift), on(2, market.Need, "n2", "C", gift)), matching.Options{}, Rules{})); len(got) != 1 {
		t.Errorf("given twice: %v", got)
	}
	at := func(d market.Date) func(*market.Entry) {
		return func(e *market.Entry) {
			e.Listing.When.Windows = []market.Window{{Repeat: market.Once, On: d, Start: 600, End: 900}}
		}
	}
	got := pairs(Run(days(5, on(0, market.Offer, "o", "A"), on(1, market.Need, "n1", "B", at("2027-01-20")), on(2, market.Need, "n2", "C", at("2027-01-20")),
		on(2, market.Need, "n3", "D", at("2027-01-21"))), matching.Options{}, Rules{}))
	if diff := cmp.Diff([]string{"o-n1 after 0", "o-n3 after 0"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheSameDaysGiveTheSameOutcome(t *testing.T) {
	var list []Open
	for i := range 60 {
		side := []market.Side{market.Offer, market.Need, market.Need}[i%3]
		list = append(list, on(i%20, side, fmt.Sprintf("l%02d", i), fmt.Sprintf("g%d", i%11), north(float64(i%7)/2)))
	}
	a := Run(days(30, list...), matching.Options{}, Rules{})
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	if diff := cmp.Diff(a, Run(days(30, list...), matching.Options{}, Rules{})); diff != "" {
		t.Error(diff)
	}
	if len(a.Meetings) < 20 {
		t.Errorf("only %d meetings", len(a.Meetings))
	}
}

func TestOtherWeightsAreReadOrRefused(t *testing.T) {
	o, err := ReadOther([]byte(`{"weights": {"spread": 0.5, "kinds": {"room": {"place": 1}}}, "rules": {"requests": 2}}`))
	if err != nil || o.Weights.Spread != .5 || o.Weights.Stale != matching.Plain().Stale || o.Rules.Requests != 2 || o.Weights.Version != "other" {
		t.Errorf("%+v, %v", o, err)
	}
	room := matching.Plain().Kinds[market.Room]
	room.Place = 1
	if diff := cmp.Diff(map[string]matching.Parts{market.Room: room}, o.Weights.Kinds); diff != "" {
		t.Errorf("what was not said of a room: %s", diff)
	}
	o, err = ReadOther([]byte(`{"weights": {"version": "", "other": {"place": 2}, "kinds": {"skill": {"time": 3}}}}`))
	skill := matching.Plain().Other
	skill.Place, skill.Time = 2, 3
	if err != nil || o.Weights.Version != "other" || o.Weights.Kinds["skill"] != skill || o.Weights.Kinds[market.Room] != matching.Plain().Kinds[market.Room] {
		t.Errorf("no version, and a kind of its own: %+v, %v", o, err)
	}
	for _, text := range []string{"", "{", `{"weight": {}}`, `{"weights": {"spread": 2}}`, `{"weights": {"waiting": -1}}`, `{} {}`, `[]`,
		`{"weights": {"other": {"place": -1}}}`, `{"weights": {"kinds": {"room": {"plaice": 1}}}}`, `{"weights": {"kinds": {"room": [1]}}}`, `{"weights": {"kinds": {"room": {"place": 0, "time": 0, "size": 0, "words": 0, "terms": 0}}}}`,
		`{"rules": {"requests": -1}}`, `{"rules": {"requests": 1.5}}`} {
		if o, err := ReadOther([]byte(text)); err == nil {
			t.Errorf("%s: %+v", text, o)
		}
	}
}
