package ring

import (
	"bufio"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func gives(from, to int) Gift { return Gift{From: from, To: to, Worth: 1} }

func TestFind(t *testing.T) {
	for _, tc := range []struct {
		name     string
		groups   int
		gifts    []Gift
		altruist int
		o        Options
		want     []Ring
	}{
		{name: "two swap", groups: 2, gifts: []Gift{gives(0, 1), gives(1, 0)}, altruist: -1, want: []Ring{{[]int{0, 1}, false, 2}}},
		{name: "three in a round", groups: 3, gifts: []Gift{gives(0, 1), gives(1, 2), gives(2, 0)}, altruist: -1, want: []Ring{{[]int{0, 1, 2}, false, 3}}},
		{
			name: "five are too many", groups: 5, gifts: []Gift{gives(0, 1), gives(1, 2), gives(2, 3), gives(3, 4), gives(4, 0)}, altruist: -1,
		},
		{
			// The round of three is likely to break; the swap inside it is not.
			name: "the surer of two", groups: 3, altruist: -1, want: []Ring{{[]int{0, 1}, false, 1.62}},
			gifts: []Gift{{0, 1, 1, .9}, {1, 0, 1, .9}, {1, 2, 1, .5}, {2, 0, 1, .9}},
		},
		{
			name: "two swaps rather than the ring that breaks both", groups: 4, altruist: -1,
			gifts: []Gift{gives(0, 1), gives(1, 0), gives(2, 3), gives(3, 2), gives(1, 2), gives(2, 0)},
			want:  []Ring{{[]int{0, 1}, false, 2}, {[]int{2, 3}, false, 2}},
		},
		{
			name: "a chain from one that asks for nothing", groups: 4, gifts: []Gift{{0, 1, 1, .5}, {1, 2, 1, .5}, {2, 3, 1, .5}, {3, 0, 1, 1}}, altruist: 0,
			o: Options{Chain: 3}, want: []Ring{{[]int{0, 1, 2, 3}, true, .875}},
		},
		{name: "a gift to oneself is none", groups: 1, gifts: []Gift{gives(0, 0)}, altruist: -1},
		{name: "nobody", altruist: -1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := Find(tc.groups, tc.gifts, func(v int) bool { return v == tc.altruist }, tc.o)
			if err != nil {
				t.Fatal(err)
			}
			for i := range got.Rings {
				got.Rings[i].Worth = math.Round(got.Rings[i].Worth*1e9) / 1e9
			}
			if diff := cmp.Diff(tc.want, got.Rings); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if got.Gap() != 0 {
				t.Errorf("gap %g", got.Gap())
			}
		})
	}
}

func TestFindRefuses(t *testing.T) {
	for name, g := range map[string]Gift{"a group that is not there": {From: 2}, "a chance above 1": {To: 1, Chance: 2}, "worth that is no number": {To: 1, Worth: math.NaN()}} {
		if _, err := Find(2, []Gift{g}, nil, Options{}); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if _, err := Find(9, someGifts(rand.New(rand.NewPCG(1, 1)), 9, 60), nil, Options{Most: 3}); !errors.Is(err, ErrTooMany) {
		t.Errorf("too many rings: error %v", err)
	}
}

func someGifts(r *rand.Rand, groups, n int) (gifts []Gift) {
	for range n {
		gifts = append(gifts, Gift{r.IntN(groups), r.IntN(groups), float64(1 + r.IntN(5)), .2 + .8*r.Float64()})
	}
	return gifts
}

const data = "../../../shared/data/exchange/"

// exchange reads a graph of the kidney solver's format, with its altruists after the other groups; ok is false where the data is not
// on this machine.
func exchange(t *testing.T, name string, altruists bool) (groups, first int, gifts []Gift, ok bool) {
	t.Helper()
	if _, err := os.Stat(data); err != nil {
		t.Log("SKIPPING: the exchange instances are not on this machine")
		return 0, 0, nil, false
	}
	groups, gifts = graphFile(t, data+name+".input", 0)
	first = groups
	if altruists {
		more, theirs := graphFile(t, data+name+".ndds", groups)
		groups, gifts = groups+more, append(gifts, theirs...)
	}
	return groups, first, gifts, true
}

func graphFile(t *testing.T, file string, shift int) (n int, gifts []Gift) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	lines.Scan()
	var edges int
	if _, err := fmt.Sscan(lines.Text(), &n, &edges); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() && len(gifts) < edges {
		var g Gift
		if _, err := fmt.Sscan(lines.Text(), &g.From, &g.To, &g.Worth); err != nil {
			t.Fatal(err)
		}
		g.From += shift
		gifts = append(gifts, g)
	}
	return n, gifts
}

func TestFindReachesKnownOptima(t *testing.T) {
	for _, tc := range []struct {
		name    string
		longest int
		want    int
	}{{"100", 2, 20}, {"100", 3, 29}, {"MD-00001-00000100", 2, 32}, {"MD-00001-00000100", 3, 37}} {
		groups, _, gifts, ok := exchange(t, tc.name, false)
		if !ok {
			return
		}
		got, err := Find(groups, gifts, nil, Options{Longest: tc.longest})
		if err != nil {
			t.Fatal(err)
		}
		if got.Given != tc.want || got.Gap() != 0 {
			t.Errorf("%s with rings of %d: %d groups, gap %g after %d forks; the optimum is %d", tc.name, tc.longest, got.Given, got.Gap(), got.Steps, tc.want)
		}
	}
}

// TestFindEqualsGLPK: real-valued worths, altruists, chains and rings up to four against a solver that nobody here wrote.
func TestFindEqualsGLPK(t *testing.T) {
	glpsol, err := exec.LookPath("glpsol")
	if err != nil {
		t.Skip("glpsol is not on this machine: scripts/need.sh glpk-utils")
	}
	r := rand.New(rand.NewPCG(5, 5))
	for range 6 {
		groups, o := 40, Options{Longest: 4, Chain: 3}
		gifts := someGifts(r, groups, 130)
		altruist := func(v int) bool { return v < 2 }
		equalsGLPK(t, glpsol, groups, gifts, altruist, o)
	}
	groups, first, gifts, ok := exchange(t, "100-random-weights", true)
	if ok {
		equalsGLPK(t, glpsol, groups, gifts, func(v int) bool { return v >= first }, Options{Longest: 3, Chain: 2})
	}
}

func equalsGLPK(t *testing.T, glpsol string, groups int, gifts []Gift, altruist func(int) bool, o Options) {
	t.Helper()
	got, err := Find(groups, gifts, altruist, o)
	if err != nil {
		t.Fatal(err)
	}
	f := finder{graph: graphOf(groups, gifts, altruist), o: o.filled()}
	if err := f.run(); err != nil {
		t.Fatal(err)
	}
	want := byGLPK(t, glpsol, groups, f.found)
	if math.Abs(got.Value-want) > 1e-4*want || got.Gap() > 1e-6 {
		t.Errorf("%d groups, %d rings: %g, gap %g; by GLPK %g", groups, len(f.found), got.Value, got.Gap(), want)
	}
}

func byGLPK(t *testing.T, glpsol string, groups int, found []Ring) float64 {
	t.Helper()
	var b strings.Builder
	b.WriteString("Maximize\n obj:")
	in := make([][]int, groups)
	for i, r := range found {
		fmt.Fprintf(&b, " + %.9f x%d\n", r.Worth, i)
		for _, v := range r.Groups {
			in[v] = append(in[v], i)
		}
	}
	b.WriteString("Subject To\n")
	for v, list := range in {
		if len(list) == 0 {
			continue
		}
		fmt.Fprintf(&b, " g%d:", v)
		for _, i := range list {
			fmt.Fprintf(&b, " + x%d\n", i)
		}
		b.WriteString(" <= 1\n")
	}
	b.WriteString("Binary\n")
	for i := range found {
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
			return value
		}
	}
	t.Fatalf("glpsol says nothing of an optimum:\n%s", text)
	return 0
}
