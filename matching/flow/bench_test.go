package flow

import (
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// town is offers and as many needs at places of a town with crowded middles, each offer tied to its top best-suited needs
// by what the tie is worth, in thousandths: better the nearer, with some chance in it. The same for the same seed.
type town struct{ worth [][]tie }

type tie struct {
	need  int32
	worth int64
}

func someTown(n, top int, seed uint64) town {
	r := rand.New(rand.NewPCG(seed, 5))
	offers, needs := someplaces(r, n), someplaces(r, n)
	grid := gridOf(needs)
	t := town{worth: make([][]tie, n)}
	for i, o := range offers {
		t.worth[i] = best(grid, needs, o, r, top)
	}
	return t
}

type spot struct{ x, y float64 } // km

func someplaces(r *rand.Rand, n int) []spot {
	middles := make([]spot, 30)
	for i := range middles {
		middles[i] = spot{40 * r.Float64(), 40 * r.Float64()}
	}
	list := make([]spot, n)
	for i := range list {
		m := middles[int(float64(len(middles))*r.Float64()*r.Float64())]
		list[i] = spot{m.x + 3*r.NormFloat64(), m.y + 3*r.NormFloat64()}
	}
	return list
}

const side = 64

func cell(p spot) int {
	at := func(v float64) int { return min(side-1, max(0, int((v+10)/60*side))) }
	return at(p.x)*side + at(p.y)
}

func gridOf(list []spot) [][]int32 {
	g := make([][]int32, side*side)
	for i, p := range list {
		g[cell(p)] = append(g[cell(p)], int32(i))
	}
	return g
}

func best(grid [][]int32, needs []spot, o spot, r *rand.Rand, top int) []tie {
	var list []tie
	c := cell(o)
	for ring := 1; len(list) < 2*top && ring < side; ring++ {
		list = list[:0]
		for x := max(0, c/side-ring); x <= min(side-1, c/side+ring); x++ {
			for y := max(0, c%side-ring); y <= min(side-1, c%side+ring); y++ {
				for _, j := range grid[x*side+y] {
					km := math.Hypot(needs[j].x-o.x, needs[j].y-o.y)
					list = append(list, tie{j, int64(1000*(.6/(1+km/5)+.4*r.Float64())) + 1})
				}
			}
		}
	}
	slices.SortFunc(list, func(a, b tie) int { return int(b.worth - a.worth) })
	return list[:min(top, len(list))]
}

// network: every offer goes home, by way of a need or straight on for nothing; nobody has to be served.
func (t town) network() Network {
	n := len(t.worth)
	home := int32(2 * n)
	net := Network{Supply: make([]int64, 2*n+1)}
	net.Supply[home] = -int64(n)
	for i := range n {
		net.Supply[i] = 1
		net.Arcs = append(net.Arcs, Arc{int32(i), home, 0, 1, 0}, Arc{int32(n + i), home, 0, 1, 0})
		for _, tie := range t.worth[i] {
			net.Arcs = append(net.Arcs, Arc{int32(i), int32(n) + tie.need, 0, 1, -tie.worth})
		}
	}
	return net
}

// anywhere ties each offer to needs by the throw of a coin: no neighbourhoods, so that ways are long.
func anywhere(n, top int, seed uint64) town {
	r := rand.New(rand.NewPCG(seed, 6))
	t := town{worth: make([][]tie, n)}
	for i := range t.worth {
		start := r.IntN(n)
		for k := range top { // strides that never meet, so that no need comes twice
			t.worth[i] = append(t.worth[i], tie{int32((start + k*k*37 + k*r.IntN(30)) % n), 1 + r.Int64N(1000)})
		}
	}
	return t
}

// BenchmarkAllotment gives 20,000 offers, each with its 20 best needs, to 20,000 needs. cpu-s is processor time, which says
// more than the clock on a busy machine. With SCIPY=python3 it also asks scipy for the same and compares.
func BenchmarkAllotment(b *testing.B) {
	for _, tc := range []struct {
		name string
		town town
	}{{"town", someTown(20_000, 20, 1)}, {"anywhere", anywhere(20_000, 20, 1)}} {
		b.Run(tc.name, func(b *testing.B) {
			net, start := tc.town.network(), cpu()
			var r Result
			for b.Loop() {
				var err error
				if r, err = Solve(net); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric((cpu()-start).Seconds()/float64(b.N), "cpu-s")
			b.ReportMetric(float64(-r.Cost), "worth")
			if python := os.Getenv("SCIPY"); python != "" {
				compare(b, python, tc.town)
			}
		})
	}
}

func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// scipy's solver wants everyone placed: each offer may also take a seat of its own that is worth 0, raised by one as an
// edge of weight 0 is no edge.
const byScipy = `
import sys, time
import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching
rows, cols, worth = np.loadtxt(sys.argv[1], dtype=np.int64, unpack=True)
n = int(rows.max()) + 1
all_rows = np.concatenate([rows, np.arange(n)])
all_cols = np.concatenate([cols, n + np.arange(n)])
value = np.concatenate([worth, np.zeros(n, dtype=np.int64)]) + 1
graph = csr_matrix((value.astype(float), (all_rows, all_cols)), shape=(n, 2 * n))
start = time.process_time()
r, c = min_weight_full_bipartite_matching(graph, maximize=True)
took = time.process_time() - start
print(took, int(np.asarray(graph[r, c]).sum()) - n)
`

func compare(b *testing.B, python string, t town) {
	var edges strings.Builder
	for i, ties := range t.worth {
		for _, tie := range ties {
			edges.WriteString(strconv.Itoa(i) + " " + strconv.Itoa(int(tie.need)) + " " + strconv.FormatInt(tie.worth, 10) + "\n")
		}
	}
	file := filepath.Join(b.TempDir(), "edges.txt")
	if err := os.WriteFile(file, []byte(edges.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	out, err := exec.CommandContext(b.Context(), python, "-c", byScipy, file).Output()
	if err != nil {
		b.Fatal(err)
	}
	said := strings.Fields(string(out))
	took, _ := strconv.ParseFloat(said[0], 64)
	worth, _ := strconv.ParseFloat(said[1], 64)
	b.ReportMetric(took, "scipy-cpu-s")
	b.ReportMetric(worth, "scipy-worth")
}
