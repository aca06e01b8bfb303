package market

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The drawings in docs/introductions.md are what people read; the tables are what runs.
func TestTheDrawingOfAnIntroductionIsTheTable(t *testing.T) {
	compareDrawing(t, 1, stateMoves)
}

func TestTheDrawingOfAnExchangeIsTheTable(t *testing.T) {
	compareDrawing(t, 2, stageMoves)
}

func TestTheDrawingOfARingIsTheTable(t *testing.T) {
	compareDrawing(t, 3, ringMoves)
}

// Every move that the table allows is one that somebody's act or the clock makes, and no other is made: all introductions that
// can be are tried with all that can be done to them.
func TestEveryMoveOfAnIntroductionIsMadeAndNoOther(t *testing.T) {
	start := time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC)
	made := explore(Introduction{State: Proposed, ProposedAt: start},
		func(in Introduction) []Introduction { return after(in, start) },
		func(in Introduction) State { return in.State },
		func(in Introduction) string {
			return fmt.Sprintf("%q %q %q %v %v", in.State, in.NeedAnswer, in.OfferAnswer, in.NeedToldAt != nil, in.OfferToldAt != nil)
		})
	if diff := cmp.Diff(sortedMoves(stateMoves), sortedMoves(made)); diff != "" {
		t.Errorf("moves (-table +made)\n%s", diff)
	}
}

// The same of exchanges: whatever either side does or the clock brings, at any time, the moves are those of the table.
func TestEveryMoveOfAnExchangeIsMadeAndNoOther(t *testing.T) {
	start := time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC)
	made := explore(Exchange{Stage: Arranging, OpenSince: &start, CreatedAt: start},
		func(ex Exchange) []Exchange { return afterExchange(ex, start) },
		func(ex Exchange) Stage { return ex.Stage },
		func(ex Exchange) string {
			return fmt.Sprintf("%q %q %q %q %d %v %v", ex.Stage, ex.ProposedSide, ex.OfferSays, ex.NeedSays, min(ex.Sequence, 4), ex.Published > 0, ex.WarnedAt != nil)
		})
	if diff := cmp.Diff(sortedMoves(stageMoves), sortedMoves(made)); diff != "" {
		t.Errorf("moves (-table +made)\n%s", diff)
	}
}

// afterExchange are the exchanges that one can become, a day before the uses that are suggested and long after.
func afterExchange(ex Exchange, start time.Time) (nexts []Exchange) {
	use := func(hour int) []Slot {
		from := time.Date(2027, 1, 14, hour, 0, 0, 0, time.UTC)
		return []Slot{{From: from, Until: from.Add(time.Hour)}}
	}
	add := func(next Exchange, err error) {
		if err == nil {
			nexts = append(nexts, next)
		}
	}
	if ex.WarnedAt == nil && !ex.WarnAt().IsZero() {
		warned, at := ex, ex.WarnAt()
		warned.WarnedAt = &at
		nexts = append(nexts, warned)
	}
	for _, now := range []time.Time{start, use(9)[0].From, start.AddDate(0, 0, 60), start.AddDate(0, 0, 90)} {
		for _, s := range []Side{Need, Offer} {
			for _, hour := range []int{9, 15} {
				add(ex.Suggest(s, "somebody", 1, use(hour), now))
			}
			add(ex.Confirm(s, now, time.UTC))
			for _, a := range []Answer{Yes, No} {
				add(ex.Tell(s, Told{Answer: a}, now))
			}
		}
		add(ex.EndEarly(now, time.UTC))
		agreed := Introduction{Slots: use(9), Amount: 1}
		add(ex.CallOff(agreed, now))
		add(ex.Drop(agreed, now, time.UTC))
		for _, clock := range []func(time.Time) (Exchange, bool){ex.Release, ex.Ask, ex.Count} {
			if next, due := clock(now); due {
				nexts = append(nexts, next)
			}
		}
		if ex.Lapsed(agreed, now) {
			nexts = append(nexts, ex.Hold(agreed, now, time.UTC))
		}
	}
	return nexts
}

// The same of rings, of three groups.
func TestEveryMoveOfARingIsMadeAndNoOther(t *testing.T) {
	start := time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC)
	made := explore(Ring{State: Proposed, ProposedAt: start, Members: []RingMember{{GroupID: "a"}, {GroupID: "b"}, {GroupID: "c"}}},
		func(r Ring) []Ring { return afterRing(r, start) },
		func(r Ring) State { return r.State },
		func(r Ring) string {
			key := string(r.State) + fmt.Sprint(r.SettledAt != nil)
			for _, m := range r.Members {
				key += fmt.Sprintf(" %q %v", m.Answer, m.ToldAt != nil)
			}
			return key
		})
	if diff := cmp.Diff(sortedMoves(ringMoves), sortedMoves(made)); diff != "" {
		t.Errorf("moves (-table +made)\n%s", diff)
	}
}

func afterRing(r Ring, start time.Time) (nexts []Ring) {
	for i, m := range r.Members {
		told := r
		told.Members = slices.Clone(r.Members)
		told.Members[i].ToldAt = &start
		nexts = append(nexts, told)
		for _, a := range []Answer{Yes, No} {
			if next, err := r.Reply(m.GroupID, a, "somebody", start); err == nil {
				nexts = append(nexts, next)
			}
		}
	}
	for _, now := range []time.Time{start, start.Add(AnswerWithin)} {
		for _, end := range []func(time.Time) (Ring, bool){r.Lapse, r.Withdraw} {
			if next, ended := end(now); ended {
				nexts = append(nexts, next)
			}
		}
	}
	if r.State == Declined && r.SettledAt == nil {
		settled := r
		settled.SettledAt = &start
		nexts = append(nexts, settled)
	}
	return nexts
}

// explore everything that one thing can become, each once by its key, and say which moves were made.
func explore[T any, S ~string](first T, after func(T) []T, state func(T) S, key func(T) string) map[S][]S {
	made, seen, todo := map[S][]S{}, map[string]bool{key(first): true}, []T{first}
	for len(todo) > 0 {
		was := todo[0]
		todo = todo[1:]
		for _, next := range after(was) {
			if from, to := state(was), state(next); from != to && !slices.Contains(made[from], to) {
				made[from] = append(made[from], to)
			}
			if k := key(next); !seen[k] {
				seen[k] = true
				todo = append(todo, next)
			}
		}
	}
	return made
}

func sortedMoves[S ~string](moves map[S][]S) map[S][]S {
	out := map[S][]S{}
	for from, to := range moves {
		out[from] = slices.Sorted(slices.Values(to))
	}
	return out
}

// after are the introductions that one can become, of those that differ in anything but times.
func after(in Introduction, now time.Time) (nexts []Introduction) {
	for _, s := range []Side{Need, Offer} {
		for _, a := range []Answer{Yes, No} {
			if next, err := in.Reply(s, a, "somebody", now); err == nil {
				nexts = append(nexts, next)
			}
		}
		if next, err := in.Stop(s, "somebody", now); err == nil {
			nexts = append(nexts, next)
		}
	}
	if next, ok := in.Lapse(now.Add(AnswerWithin)); ok {
		nexts = append(nexts, next)
	}
	if next, ok := in.Withdraw(End{}, now); ok {
		nexts = append(nexts, next)
	}
	told := in
	told.NeedToldAt = &now
	nexts = append(nexts, told)
	if in.State == Asked {
		told.OfferToldAt = &now
		nexts = append(nexts, told)
	}
	return nexts
}

func compareDrawing[S ~string](t *testing.T, n int, moves map[S][]S) {
	t.Helper()
	page, err := os.ReadFile("../docs/introductions.md")
	if err != nil {
		t.Fatal(err)
	}
	var drawn, table []string
	drawing, _, _ := strings.Cut(strings.Split(string(page), "```mermaid")[n], "```")
	for _, m := range regexp.MustCompile(`(?m)^  ([a-z_]+) --> ([a-z_]+):`).FindAllStringSubmatch(drawing, -1) {
		drawn = append(drawn, m[1]+" to "+m[2])
	}
	for from, nexts := range moves {
		for _, next := range nexts {
			table = append(table, string(from)+" to "+string(next))
		}
	}
	slices.Sort(drawn)
	slices.Sort(table)
	if diff := cmp.Diff(table, drawn); diff != "" {
		t.Errorf("docs/introductions.md (-table +drawing)\n%s", diff)
	}
}
