// Package clearance gives away what one group must part with, such as a closing school's hundred lines of furniture, in as
// few collections as can be.
//
// It promises that no part is too small to be of use, that as much goes as it found a way for, with a bound that no plan can
// pass, and a number of collections with a bound that none that gives as much can go below; with patience enough it is the most
// and the fewest, and of those nearly the nearest. It is pure: the caller says when to stop. docs/matching.md has the formulas.
package clearance

import (
	"cmp"
	"errors"
	"math"
	"slices"
)

// Want is what would be taken of a line for a need.
type Want struct {
	Line   int
	Amount int64
	Least  int64   // less is of no use; 0: any amount is
	Fit    float64 // [0,1]: of equal plans needs get what fits them best
}

// Need is something that several lines may meet, with no more than Most of all together. A want of more than that goes as a
// whole, and alone.
type Need struct {
	Most  int64
	Wants []Want
}

// Collector is someone who would come once and take several things.
type Collector struct {
	Needs []Need
	KM    float64
}

// Options bound the work. The zero value works.
type Options struct {
	Steps int         // forks at most of one choice of collectors; 0: 2,000
	Stop  func() bool // asked before each fork; nil: never
}

// Take is what a collector takes of a line for one of its needs.
type Take struct {
	Line, Need int
	Amount     int64
}

// Manifest is what one collector takes, in the order of lines.
type Manifest struct {
	Collector int
	Takes     []Take
}

// Plan is who comes and takes what.
type Plan struct {
	Manifests []Manifest // in the order of collectors
	Left      []int64    // by line
	Given     int64      // of all lines
	Most      int64      // no plan gives away more
	Least     int        // no plan that gives away as much has fewer collections; 0: that is not known
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

// ErrMalformed: a want names a line that is not there, a need wants less than one, or an amount, a fit or a distance is below 0,
// no number or past what adds up.
var ErrMalformed = errors.New("clearance: not a question that makes sense")

// most is the largest amount: with what it costs to leave it, those of a thousand lines add up.
const most = 10_000_000

// Clear plans the collections of lines, of which there are so many each. The same question and steps always give the same
// plan. Errors: ErrMalformed, flow.ErrTooLarge.
func Clear(lines []int64, collectors []Collector, o Options) (Plan, error) {
	if !sensible(lines, collectors) {
		return Plan{}, ErrMalformed
	}
	s := &search{question: newQuestion(lines, collectors), opts: o}
	if err := s.run(); err != nil {
		return Plan{}, err
	}
	return s.plan(collectors), nil
}

func sensible(lines []int64, collectors []Collector) bool {
	amount := func(x int64) bool { return x >= 0 && x <= most }
	want := func(w Want) bool {
		return w.Line >= 0 && w.Line < len(lines) && amount(w.Amount) && amount(w.Least) && w.Fit >= 0 && w.Fit <= 1
	}
	for _, x := range lines {
		if !amount(x) {
			return false
		}
	}
	for _, c := range collectors {
		if !(c.KM >= 0) || math.IsInf(c.KM, 0) {
			return false
		}
		for _, n := range c.Needs {
			if n.Most < 1 || !amount(n.Most) || slices.ContainsFunc(n.Wants, func(w Want) bool { return !want(w) }) {
				return false
			}
		}
	}
	return true
}

// plan tells the best that was found.
func (s *search) plan(collectors []Collector) Plan {
	p := Plan{Left: slices.Clone(s.lines), Given: s.best.given, Steps: s.steps}
	p.Most, p.Least = s.bounds()
	takes := make([][]Take, len(collectors))
	for i, x := range s.best.amounts {
		if at := s.pairs[i]; x > 0 {
			takes[at.collector] = append(takes[at.collector], Take{at.line, s.place[at.need], x})
			p.Left[at.line] -= x
		}
	}
	for i, t := range takes {
		if len(t) > 0 {
			slices.SortStableFunc(t, func(a, b Take) int { return cmp.Compare(a.Line, b.Line) })
			p.Manifests = append(p.Manifests, Manifest{i, t})
			p.KM += collectors[i].KM
		}
	}
	return p
}
