// Package clearance gives away what one group must part with, such as a closing school's hundred lines of furniture, in as
// few collections as can be.
//
// It promises that as much goes as anyone wants, in a number of collections with a bound that no plan can go below;
// with patience enough it is the fewest, and of those nearly the nearest. It is pure: the caller says when to stop.
// docs/matching.md has the formulas.
package clearance

import (
	"errors"
	"math"
	"slices"
)

// Want is what a collector would take of a line.
type Want struct {
	Line   int
	Amount int64
}

// Collector is someone who would come once and take several things.
type Collector struct {
	Wants []Want
	KM    float64
}

// Options bound the work. The zero value works.
type Options struct {
	Steps int         // forks at most; 0: 2,000
	Stop  func() bool // asked before each fork; nil: never
}

// Manifest is what one collector takes, in the order of lines.
type Manifest struct {
	Collector int
	Takes     []Want
}

// Plan is who comes and takes what.
type Plan struct {
	Manifests []Manifest // in the order of collectors
	Left      []int64    // by line: what nobody wants
	Least     int        // no plan that gives away as much has fewer collections
	KM        float64    // of all collections
	Steps     int
}

// Gap is how many collections might be saved at most, as a share of them, [0,1]; 0: there are no fewer.
func (p Plan) Gap() float64 {
	if len(p.Manifests) == 0 {
		return 0
	}
	return float64(len(p.Manifests)-p.Least) / float64(len(p.Manifests))
}

// ErrMalformed: a want names a line that is not there, or an amount or distance is below 0, no number or past what adds up.
var ErrMalformed = errors.New("clearance: not a question that makes sense")

// most is the largest amount: a million collectors' wants add up.
const most = math.MaxInt64 >> 20

// Clear plans the collections of lines, of which there are so many each. The same question and steps always give the same
// plan. Errors: ErrMalformed.
func Clear(lines []int64, collectors []Collector, o Options) (Plan, error) {
	for _, amount := range lines {
		if amount < 0 || amount > most {
			return Plan{}, ErrMalformed
		}
	}
	for _, c := range collectors {
		if !(c.KM >= 0) || math.IsInf(c.KM, 0) {
			return Plan{}, ErrMalformed
		}
		for _, w := range c.Wants {
			if w.Line < 0 || w.Line >= len(lines) || w.Amount < 0 || w.Amount > most {
				return Plan{}, ErrMalformed
			}
		}
	}
	c := newCover(lines, collectors, o)
	c.run()
	return c.plan(lines, collectors), nil
}

// plan hands out the lines: each goes to the nearest first.
func (c *cover) plan(lines []int64, collectors []Collector) Plan {
	p := Plan{Left: slices.Clone(lines), Least: c.least(), Steps: c.steps}
	takes := make([][]Want, len(collectors))
	for _, i := range c.nearestFirst() {
		for _, w := range c.wants[i] {
			if x := min(w.Amount, p.Left[w.Line]); x > 0 {
				takes[i] = append(takes[i], Want{w.Line, x})
				p.Left[w.Line] -= x
			}
		}
	}
	for i, t := range takes {
		if len(t) > 0 {
			p.Manifests = append(p.Manifests, Manifest{i, t})
			p.KM += collectors[i].KM
		}
	}
	return p
}
