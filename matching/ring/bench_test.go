package ring

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"
)

// someTown is n groups about town, each with one thing of forty sorts to offer, common ones more often, and two it needs;
// a gift to the ten nearest that need it, worth more the nearer, each likely to come about by .5 to .9.
func someTown(n int) (gifts []Gift) {
	r := rand.New(rand.NewPCG(uint64(n), 3))
	type group struct {
		x, y  float64
		offer int
		needs [2]int
	}
	sort := func() int { return int(40 * r.Float64() * r.Float64()) }
	groups, wanting := make([]group, n), make([][]int, 40)
	for i := range groups {
		groups[i] = group{40 * r.Float64(), 40 * r.Float64(), sort(), [2]int{sort(), sort()}}
		for _, k := range groups[i].needs {
			wanting[k] = append(wanting[k], i)
		}
	}
	for i, g := range groups {
		km := func(j int) float64 { return math.Hypot(groups[j].x-g.x, groups[j].y-g.y) }
		near := slices.Clone(wanting[g.offer])
		slices.SortFunc(near, func(a, b int) int { return cmp.Compare(km(a), km(b)) })
		for _, j := range near[:min(10, len(near))] {
			gifts = append(gifts, Gift{i, j, 1 / (1 + km(j)/5), .5 + .4*r.Float64()})
		}
	}
	return gifts
}

// BenchmarkFind looks for rings of up to four among 10,000 groups and forks once. cpu-s is processor time, which says more
// than the clock on a busy machine.
func BenchmarkFind(b *testing.B) {
	gifts, start := someTown(10_000), cpu()
	var p Plan
	for b.Loop() {
		var err error
		if p, err = Find(10_000, gifts, nil, Options{Steps: 1}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((cpu()-start).Seconds()/float64(b.N), "cpu-s")
	b.ReportMetric(100*p.Gap(), "gap-%")
	b.ReportMetric(float64(p.Found), "found")
	b.ReportMetric(float64(p.Given), "groups")
}

func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
