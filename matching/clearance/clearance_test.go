package clearance

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// each want is a need of its own.
func each(wants ...part) (needs []Need) {
	for _, w := range wants {
		needs = append(needs, Need{Most: max(1, w.Amount), Wants: []Want{{Line: w.Line, Amount: w.Amount}}})
	}
	return needs
}

// brings is a manifest without what is for which need.
type brings struct {
	Collector int
	Takes     []part
}

func brought(p Plan) (list []brings) {
	for _, m := range p.Manifests {
		b := brings{Collector: m.Collector}
		for _, t := range m.Takes {
			if n := len(b.Takes); n > 0 && b.Takes[n-1].Line == t.Line {
				b.Takes[n-1].Amount += t.Amount
			} else {
				b.Takes = append(b.Takes, part{t.Line, t.Amount})
			}
		}
		list = append(list, b)
	}
	return list
}

func TestClear(t *testing.T) {
	for _, tc := range []struct {
		name       string
		lines      []int64
		collectors []Collector
		want       []brings
		left       []int64
	}{
		{
			name: "one who takes all rather than two", lines: []int64{1, 1}, left: []int64{0, 0},
			collectors: []Collector{{Needs: each(part{0, 1})}, {Needs: each(part{1, 1})}, {Needs: each(part{0, 1}, part{1, 1}), KM: 9}},
			want:       []brings{{2, []part{{0, 1}, {1, 1}}}},
		},
		{
			name: "the nearer of two", lines: []int64{4}, left: []int64{0},
			collectors: []Collector{{Needs: each(part{0, 4}), KM: 5}, {Needs: each(part{0, 4}), KM: 2}}, want: []brings{{1, []part{{0, 4}}}},
		},
		{
			name: "chairs in two loads, and a piano nobody wants", lines: []int64{100, 1}, left: []int64{0, 1},
			collectors: []Collector{{Needs: each(part{0, 60})}, {Needs: each(part{0, 30}, part{0, 20}), KM: 1}, {Needs: each(part{0, 30})}},
			want:       []brings{{0, []part{{0, 60}}}, {1, []part{{0, 40}}}},
		},
		{
			// The one who takes most at first sight leaves two for others; two take all between them.
			name: "not the greediest", lines: []int64{1, 1, 1, 1, 1, 1}, left: []int64{0, 0, 0, 0, 0, 0},
			collectors: []Collector{
				{Needs: each(part{0, 1}, part{1, 1}, part{3, 1}, part{4, 1})}, {Needs: each(part{0, 1}, part{1, 1}, part{2, 1})}, {Needs: each(part{3, 1}, part{4, 1}, part{5, 1})},
			},
			want: []brings{{1, []part{{0, 1}, {1, 1}, {2, 1}}}, {2, []part{{3, 1}, {4, 1}, {5, 1}}}},
		},
		{name: "nobody comes", lines: []int64{3}, left: []int64{3}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := Clear(tc.lines, tc.collectors, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, brought(got)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tc.left, got.Left); diff != "" {
				t.Errorf("left (-want +got)\n%s", diff)
			}
			if got.Gap() != 0 {
				t.Errorf("gap %g: at least %d of %d", got.Gap(), got.Least, len(got.Manifests))
			}
		})
	}
}

func TestClearRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		line int64
		c    Collector
	}{
		"a line that is not there": {1, Collector{Needs: each(part{1, 1})}}, "less than nothing": {-1, Collector{}},
		"a want below nothing": {1, Collector{Needs: each(part{0, -1})}}, "a way that is no number": {1, Collector{KM: math.NaN()}},
		"a need of nothing": {1, Collector{Needs: []Need{{Wants: []Want{{Line: 0, Amount: 1}}}}}},
		"no fit":            {1, Collector{Needs: []Need{{Most: 1, Wants: []Want{{Line: 0, Amount: 1, Fit: math.NaN()}}}}}},
		"more than adds up": {math.MaxInt64, Collector{}},
	} {
		if _, err := Clear([]int64{tc.line}, []Collector{tc.c}, Options{}); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// someClearance is lines of which each collector wants some.
func someClearance(r *rand.Rand, lines, collectors, wants int) ([]int64, []Collector) {
	list, all := make([]int64, lines), make([]Collector, collectors)
	for l := range list {
		list[l] = r.Int64N(12)
	}
	for i := range all {
		all[i].KM = 10 * r.Float64()
		for range 1 + r.IntN(wants) {
			all[i].Needs = append(all[i].Needs, each(part{r.IntN(lines), r.Int64N(9)})...)
		}
	}
	return list, all
}

// given is how much goes if just those come.
func given(lines []int64, collectors []Collector, come func(i int) bool) (sum int64) {
	left := append([]int64(nil), lines...)
	for i, c := range collectors {
		if come(i) {
			for _, n := range c.Needs {
				w := n.Wants[0]
				x := min(w.Amount, left[w.Line])
				left[w.Line] -= x
				sum += x
			}
		}
	}
	return sum
}

// keepsPromises checks that all goes that can, to people who want it.
func keepsPromises(t *testing.T, lines []int64, collectors []Collector, p Plan) {
	t.Helper()
	wanted, sum := map[[2]int]int64{}, int64(0)
	for i, c := range collectors {
		for _, n := range c.Needs {
			wanted[[2]int{i, n.Wants[0].Line}] += n.Wants[0].Amount
		}
	}
	left := append([]int64(nil), lines...)
	for _, m := range brought(p) {
		for _, x := range m.Takes {
			if x.Amount <= 0 || x.Amount > wanted[[2]int{m.Collector, x.Line}] {
				t.Fatalf("%d takes %d of line %d and wants %d", m.Collector, x.Amount, x.Line, wanted[[2]int{m.Collector, x.Line}])
			}
			left[x.Line] -= x.Amount
			sum += x.Amount
		}
	}
	if diff := cmp.Diff(left, p.Left); diff != "" {
		t.Fatalf("left (-counted +said)\n%s", diff)
	}
	if all := given(lines, collectors, func(int) bool { return true }); sum != all || p.Given != all || p.Most != all {
		t.Fatalf("%d go (it says %d, %d at most), %d could", sum, p.Given, p.Most, all)
	}
}

func TestClearEqualsTryingEveryoneWhoMightCome(t *testing.T) {
	r, forked := rand.New(rand.NewPCG(1, 1)), 0
	for i := range 1500 {
		lines, collectors := someClearance(r, 1+r.IntN(9), 1+r.IntN(10), 6)
		all, fewest, km := given(lines, collectors, func(int) bool { return true }), 99, 0.0
		for set := range uint(1) << len(collectors) {
			n, sum := bits.OnesCount(set), 0.0
			if given(lines, collectors, func(i int) bool { return set>>i&1 == 1 }) < all {
				continue
			}
			for i, c := range collectors {
				sum += c.KM * float64(set>>i&1)
			}
			if n < fewest || n == fewest && sum < km {
				fewest, km = n, sum
			}
		}
		got, err := Clear(lines, collectors, Options{})
		if err != nil {
			t.Fatal(err)
		}
		keepsPromises(t, lines, collectors, got)
		if len(got.Manifests) != fewest || got.Gap() != 0 || math.Abs(got.KM-km) > 1e-6 {
			t.Fatalf("%d: lines %v collectors %v: %d collections, %g km, least %d; best %d, %g km", i, lines, collectors, len(got.Manifests), got.KM, got.Least, fewest, km)
		}
		if got.Steps > 0 {
			forked++
		}
		hasty, err := Clear(lines, collectors, Options{Stop: func() bool { return true }})
		if err != nil || hasty.Least > fewest || len(hasty.Manifests) < fewest {
			t.Fatalf("%d: stopped at once: %d to %d collections do not hold %d (%v)", i, hasty.Least, len(hasty.Manifests), fewest, err)
		}
		keepsPromises(t, lines, collectors, hasty)
	}
	if forked < 100 {
		t.Errorf("only %d needed forks: this test proves little", forked)
	}
}

// TestClearEqualsGLPK asks a solver that nobody here wrote for the fewest collections.
func TestClearEqualsGLPK(t *testing.T) {
	glpsol, err := exec.LookPath("glpsol")
	if err != nil {
		t.Skip("glpsol is not on this machine: scripts/need.sh glpk-utils")
	}
	r := rand.New(rand.NewPCG(3, 3))
	for range 5 {
		lines, collectors := someClearance(r, 40, 40, 12)
		got, err := Clear(lines, collectors, Options{})
		if err != nil {
			t.Fatal(err)
		}
		keepsPromises(t, lines, collectors, got)
		if want := byGLPK(t, glpsol, lines, collectors); len(got.Manifests) != want || got.Gap() != 0 {
			t.Errorf("%d collections, at least %d after %d forks; by GLPK %d", len(got.Manifests), got.Least, got.Steps, want)
		}
	}
}

func byGLPK(t *testing.T, glpsol string, lines []int64, collectors []Collector) int {
	t.Helper()
	var b strings.Builder
	b.WriteString("Minimize\n obj:")
	wanted := make([]map[int]int64, len(lines))
	for l := range wanted {
		wanted[l] = map[int]int64{}
	}
	for i, c := range collectors {
		fmt.Fprintf(&b, " + x%d", i)
		for _, n := range c.Needs {
			wanted[n.Wants[0].Line][i] += n.Wants[0].Amount
		}
	}
	b.WriteString("\nSubject To\n")
	for l, of := range wanted {
		sum := int64(0)
		fmt.Fprintf(&b, " l%d: 0 z", l)
		for i := range collectors {
			sum += of[i]
			if of[i] > 0 {
				fmt.Fprintf(&b, " + %d x%d", of[i], i)
			}
		}
		fmt.Fprintf(&b, " >= %d\n", min(sum, lines[l]))
	}
	b.WriteString("Binary\n")
	for i := range collectors {
		fmt.Fprintf(&b, " x%d\n", i)
	}
	b.WriteString("End\n")
	problem, solution := filepath.Join(t.TempDir(), "p.lp"), filepath.Join(t.TempDir(), "s.txt")
	if err := os.WriteFile(problem, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), glpsol, "--lp", problem, "--cuts", "-w", solution).CombinedOutput(); err != nil {
		t.Fatalf("glpsol: %v\n%s", err, out)
	}
	text, err := os.ReadFile(solution)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 6 && fields[0] == "s" && fields[4] == "o" {
			value, err := strconv.ParseFloat(fields[5], 64)
			if err != nil {
				t.Fatal(err)
			}
			return int(math.Round(value))
		}
	}
	t.Fatalf("glpsol says nothing of an optimum:\n%s", text)
	return 0
}

// BenchmarkClear is a closing school: 100 lines, 80 groups that want up to 20 of them each.
func BenchmarkClear(b *testing.B) {
	lines, collectors := someClearance(rand.New(rand.NewPCG(5, 5)), 100, 80, 20)
	var p Plan
	for b.Loop() {
		var err error
		if p, err = Clear(lines, collectors, Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(p.Manifests)), "collections")
	b.ReportMetric(100*p.Gap(), "gap-%")
	b.ReportMetric(float64(p.Steps), "forks")
}
