package eval

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"wherewithal/matching/oracle"
)

// How many questions of each sort are held to the slow way.
const (
	oracleTimes    = 1000
	oracleRankings = 200
	oracleListings = 1000
	oraclePlans    = 1500
	oracleRings    = 1500
)

// Oracle holds the engine to the slow way, on questions made up with fixed seeds: times to counting every minute, rankings to comparing
// with every listing, sharing out and rings to trying everything. Of each it reports how many agree. It needs no data. The error
// has the first of each sort that does not.
func Oracle(_ string, report Report) error {
	times, plans, rings := rand.New(rand.NewPCG(1, 11)), rand.New(rand.NewPCG(1, 12)), rand.New(rand.NewPCG(1, 13))
	town := oracle.SomeTown(rand.New(rand.NewPCG(1, 14)), oracleListings)
	return errors.Join(
		agree("times", "every minute", oracleTimes, func(int) error { return oracle.SomeTimes(times).Check() }, report),
		recall(town, oracleRankings, report),
		agree("sharing out", "every plan", oraclePlans, func(int) error { return oracle.FewPlans(plans).Check() }, report),
		agree("rings", "every set of rings", oracleRings, func(int) error { return oracle.SomeRings(rings).Check() }, report),
	)
}

// agree reports how many of n questions have no fault. The error is the first.
func agree(set, slow string, n int, fault func(i int) error, report Report) (first error) {
	agreed := 0
	for i := range n {
		if err := fault(i); err == nil {
			agreed++
		} else if first == nil {
			first = fmt.Errorf("%s, question %d: %w", set, i, err)
		}
	}
	report(Exact(set, slow, "agree", float64(agreed), fmt.Sprintf("of %d", n)))
	return first
}

// recall of the ten best of n rankings, over those that have something to find, and how many are the same to the last place.
func recall(town *oracle.Town, n int, report Report) error {
	sum, some := 0.0, 0
	err := agree("rankings", "every listing", n, func(i int) error {
		share, found, err := town.Recall(i)
		if found > 0 {
			sum, some = sum+share, some+1
		}
		return err
	}, report)
	report(Exact("rankings", "every listing", "recall@10", sum/float64(max(1, some)), fmt.Sprintf("over the %d that find any", some)))
	return err
}
