package clearance

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNeedsThatSeveralLinesCouldMeet(t *testing.T) {
	for _, tc := range []struct {
		name       string
		lines      []int64
		collectors []Collector
		want       []Manifest
	}{
		{
			name: "two lines of chairs and two groups who both like the first better", lines: []int64{20, 20},
			collectors: []Collector{
				{Needs: []Need{{20, []Want{{Line: 0, Amount: 20, Fit: .8}, {Line: 1, Amount: 20, Fit: .7}}}}},
				{Needs: []Need{{20, []Want{{Line: 0, Amount: 20, Fit: .75}, {Line: 1, Amount: 20, Fit: .72}}}}},
			},
			want: []Manifest{{0, []Take{{Line: 0, Amount: 20}}}, {1, []Take{{Line: 1, Amount: 20}}}},
		},
		{
			name: "the second is left what only it could take", lines: []int64{20, 20},
			collectors: []Collector{
				{Needs: []Need{{20, []Want{{Line: 0, Amount: 20, Fit: .9}, {Line: 1, Amount: 20, Fit: .8}}}}},
				{Needs: []Need{{20, []Want{{Line: 0, Amount: 20, Fit: .7}}}}},
			},
			want: []Manifest{{0, []Take{{Line: 1, Amount: 20}}}, {1, []Take{{Line: 0, Amount: 20}}}},
		},
		{
			name: "no need gets more than it wants", lines: []int64{20, 20},
			collectors: []Collector{{Needs: []Need{{30, []Want{{Line: 0, Amount: 20, Fit: .5}, {Line: 1, Amount: 20, Fit: .9}}}}}},
			want:       []Manifest{{0, []Take{{Line: 0, Amount: 10}, {Line: 1, Amount: 20}}}},
		},
		{
			name: "ten chairs or none, and a nearer one who would be glad of five", lines: []int64{10, 4},
			collectors: []Collector{
				{KM: 5, Needs: []Need{{10, []Want{{Line: 0, Amount: 10, Least: 10}}}}},
				{KM: 1, Needs: []Need{{4, []Want{{Line: 1, Amount: 4}}}, {5, []Want{{Line: 0, Amount: 5}}}}},
			},
			want: []Manifest{{0, []Take{{Line: 0, Amount: 10}}}, {1, []Take{{Line: 1, Amount: 4}}}},
		},
		{
			name: "what goes as a whole goes to a need for less, and nothing beside it", lines: []int64{30, 20},
			collectors: []Collector{{Needs: []Need{{20, []Want{{Line: 0, Amount: 30, Least: 30}, {Line: 1, Amount: 20}}}}}},
			want:       []Manifest{{0, []Take{{Line: 0, Amount: 30}}}},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := Clear(tc.lines, tc.collectors, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got.Manifests); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if got.Gap() != 0 || got.Most != got.Given {
				t.Errorf("%d of at most %d in %d collections, at least %d", got.Given, got.Most, len(got.Manifests), got.Least)
			}
		})
	}
}

// someNeeds are lines, and collectors each with needs that several of them could meet, some not in small parts, some alone.
func someNeeds(r *rand.Rand, lines, collectors, wants int, amount int64) ([]int64, []Collector) {
	list, all := make([]int64, lines), make([]Collector, collectors)
	for l := range list {
		list[l] = 1 + r.Int64N(amount)
	}
	for i := range all {
		all[i].KM = 10 * r.Float64()
	}
	for left := wants; left > 0; {
		c := &all[r.IntN(collectors)]
		n := Need{Most: 1 + r.Int64N(amount)}
		for _, l := range r.Perm(lines)[:min(left, 1+r.IntN(lines))] {
			w := Want{Line: l, Amount: 1 + r.Int64N(amount), Fit: r.Float64()}
			if w.Least = r.Int64N(w.Amount + 1); w.Amount > n.Most {
				w.Least = w.Amount
			}
			n.Wants = append(n.Wants, w)
			left--
		}
		c.Needs = append(c.Needs, n)
	}
	return list, all
}

// keepsToLeasts checks that no part is too small, no line gives more than it has and no need gets more than it wants, and that
// nothing that is left fits a need that still wants it.
func keepsToLeasts(t *testing.T, lines []int64, collectors []Collector, p Plan) {
	t.Helper()
	left, sum := slices.Clone(lines), int64(0)
	got := map[[3]int]int64{}
	for _, m := range p.Manifests {
		for _, x := range m.Takes {
			got[[3]int{m.Collector, x.Need, x.Line}] += x.Amount
			left[x.Line] -= x.Amount
			sum += x.Amount
		}
	}
	if diff := cmp.Diff(left, p.Left); diff != "" || slices.Min(left) < 0 || sum != p.Given || p.Given > p.Most || p.Least > len(p.Manifests) {
		t.Fatalf("%d go, it says %d of %d at most, least %d, left (-counted +said)\n%s", sum, p.Given, p.Most, p.Least, diff)
	}
	for i, c := range collectors {
		for j, n := range c.Needs {
			all, alone := int64(0), false
			for _, w := range n.Wants {
				x := got[[3]int{i, j, w.Line}]
				if x > w.Amount || x > 0 && x < w.Least {
					t.Fatalf("%d gets %d of line %d for need %d: %+v", i, x, w.Line, j, w)
				}
				all, alone = all+x, alone || x > n.Most
			}
			if all > n.Most && (!alone || slices.ContainsFunc(n.Wants, func(w Want) bool { x := got[[3]int{i, j, w.Line}]; return x > 0 && x < all })) {
				t.Fatalf("%d gets %d for need %d of %d", i, all, j, n.Most)
			}
			for _, w := range n.Wants {
				x := got[[3]int{i, j, w.Line}]
				more := min(left[w.Line], n.Most-all, w.Amount-x)
				if w.Amount > n.Most && all == 0 {
					more = min(left[w.Line], w.Amount)
				}
				if more > 0 && x+more >= w.Least {
					t.Fatalf("%d more of line %d are left, and %d would take them for need %d", more, w.Line, i, j)
				}
			}
		}
	}
}

// best is the most that can go and the fewest collections it can go in, by trying all amounts.
func best(lines []int64, collectors []Collector) (most int64, fewest int) {
	left := slices.Clone(lines)
	var try func(c, n, w int, needed, taken int64, alone bool, given int64, come int)
	try = func(c, n, w int, needed, taken int64, alone bool, given int64, come int) {
		switch {
		case c == len(collectors):
			if given > most || given == most && come < fewest {
				most, fewest = given, come
			}
			return
		case n == len(collectors[c].Needs):
			if needed > 0 {
				come++
			}
			try(c+1, 0, 0, 0, 0, false, given, come)
			return
		case w == len(collectors[c].Needs[n].Wants):
			try(c, n+1, 0, needed, 0, false, given, come)
			return
		}
		need := collectors[c].Needs[n]
		want := need.Wants[w]
		for x := int64(0); x <= min(want.Amount, left[want.Line]); x++ {
			over := want.Amount > need.Most
			if x > 0 && (x < want.Least || alone || over && (x < want.Amount || taken > 0) || !over && taken+x > need.Most) {
				continue
			}
			left[want.Line] -= x
			try(c, n, w+1, needed+x, taken+x, alone || over && x > 0, given+x, come)
			left[want.Line] += x
		}
	}
	fewest = len(collectors) + 1
	try(0, 0, 0, 0, 0, false, 0, 0)
	return most, fewest
}

func TestClearEqualsTryingAllAmounts(t *testing.T) {
	r, tried := rand.New(rand.NewPCG(11, 2)), 0
	for i := range 1500 {
		lines, collectors := someNeeds(r, 1+r.IntN(4), 1+r.IntN(4), 1+r.IntN(7), 4)
		most, fewest := best(lines, collectors)
		got, err := Clear(lines, collectors, Options{})
		if err != nil {
			t.Fatal(err)
		}
		keepsToLeasts(t, lines, collectors, got)
		if got.Given != most || got.Most != most || len(got.Manifests) != fewest || got.Least != fewest {
			t.Fatalf("%d: lines %v collectors %+v: %d go (%d at most) in %d collections, at least %d; best %d in %d",
				i, lines, collectors, got.Given, got.Most, len(got.Manifests), got.Least, most, fewest)
		}
		hasty, err := Clear(lines, collectors, Options{Stop: func() bool { return true }})
		if err != nil || hasty.Most < most || hasty.Given == most && hasty.Least > fewest {
			t.Fatalf("%d: stopped at once: at most %d, at least %d collections do not hold %d in %d (%v)", i, hasty.Most, hasty.Least, most, fewest, err)
		}
		keepsToLeasts(t, lines, collectors, hasty)
		if hasty.Given < most || hasty.Least < fewest {
			tried++
		}
	}
	if tried < 25 {
		t.Errorf("only %d needed more than the first plan: this test proves little", tried)
	}
}

// However large it is, and however early it must stop, nothing that is left fits a need that still wants it.
func TestNothingIsLeftThatFits(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 2))
	for range 3 {
		lines, collectors := someNeeds(r, 40, 60, 300, 30)
		got, err := Clear(lines, collectors, Options{Stop: func() bool { return true }})
		if err != nil {
			t.Fatal(err)
		}
		keepsToLeasts(t, lines, collectors, got)
	}
}
