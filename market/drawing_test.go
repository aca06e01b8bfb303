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
	begun := Introduction{State: Proposed, ProposedAt: start}
	made, seen, todo := map[State][]State{}, map[string]bool{}, []Introduction{begun}
	for len(todo) > 0 {
		in := todo[0]
		todo = todo[1:]
		for _, next := range after(in, start) {
			if next.State != in.State && !slices.Contains(made[in.State], next.State) {
				made[in.State] = append(made[in.State], next.State)
			}
			key := fmt.Sprintf("%q %q %q %v %v", next.State, next.NeedAnswer, next.OfferAnswer, next.NeedToldAt != nil, next.OfferToldAt != nil)
			if !seen[key] {
				seen[key] = true
				todo = append(todo, next)
			}
		}
	}
	sorted := func(moves map[State][]State) map[State][]State {
		out := map[State][]State{}
		for from, to := range moves {
			out[from] = slices.Sorted(slices.Values(to))
		}
		return out
	}
	if diff := cmp.Diff(sorted(stateMoves), sorted(made)); diff != "" {
		t.Errorf("moves (-table +made)\n%s", diff)
	}
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
	if next, ok := in.Withdraw(now); ok {
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
