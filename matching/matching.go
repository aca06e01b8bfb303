// Package matching finds who can help whom and says why: an index of open listings in memory, hard rules, a fit with
// its reasons, and near misses.
//
// It promises that whatever it calls a match passes every hard rule, that its reasons and changes are worked out from
// the same numbers as the rules, and that nothing of a listing the other group may not see shows in any answer. It is
// pure: no input or output, no clock, nothing that changes outside an Index. docs/matching.md explains every formula.
package matching

import (
	"wherewithal/market"
	"wherewithal/matching/calendar"
)

// Options are the data a ranking follows. The zero value works.
type Options struct {
	Weights   Weights            // zero: Plain
	Kinds     []market.Kind      // none: the kinds that come with the program
	TermDates calendar.TermDates // by borough; boroughs that are missing follow the plain pattern
}

// Weights say how much each part of a fit counts. Their version is kept with every match they made.
type Weights struct {
	Version string
	Kinds   map[string]Parts
	Other   Parts // of kinds not named
	Texts   Texts // what the words of a fit are made of

	// What the order follows besides the fit; each lowers a rank by at most that share, [0,1].
	Spread  float64 // a group helped or asked often lately yields to others
	Stale   float64 // an offer that was posted long ago may no longer stand
	Waiting float64 // a need that was just posted yields to those that have waited
	Trust   float64 // a group that did not keep to what was agreed
}

// Parts of a fit; each counts in proportion to their sum.
type Parts struct{ Place, Time, Size, Words, Terms float64 }

// Texts says how much each kind of evidence counts where a model has read both texts, in proportion to their sum. Elsewhere
// the words are all there is. docs/evaluation.md measures them.
type Texts struct{ Words, Letters, Meaning, Known float64 }

// plain are the weights that come with the program: a room is found by where and when, a thing or a skill as much by
// what it is.
var plain = Weights{
	Version: "plain-3",
	Kinds:   map[string]Parts{market.Room: {Place: .35, Time: .35, Size: .10, Words: .12, Terms: .08}},
	Other:   Parts{Place: .27, Time: .22, Size: .10, Words: .35, Terms: .06},
	Texts:   Texts{Words: .6, Letters: .1, Meaning: .3, Known: .3},
	Spread:  .12,
	Stale:   .04,
	Waiting: .06,
	Trust:   .06,
}

// Plain is a copy of the weights that come with the program.
func Plain() Weights {
	w := plain
	w.Kinds = map[string]Parts{market.Room: plain.Kinds[market.Room]}
	return w
}

func (o Options) filled() Options {
	if o.Weights.Version == "" {
		o.Weights = Plain()
	}
	if len(o.Kinds) == 0 {
		o.Kinds = market.StandardKinds()
	}
	return o
}

func (o *Options) parts(kind string) Parts {
	if p, ok := o.Weights.Kinds[kind]; ok {
		return p
	}
	return o.Weights.Other
}

func (o *Options) facts(kind string) []market.FactField {
	for i := range o.Kinds {
		if o.Kinds[i].Code == kind {
			return o.Kinds[i].Facts
		}
	}
	return nil
}
