package script

import (
	"fmt"
	"slices"
	"strings"

	"wherewithal/market"
	"wherewithal/matching"
)

// answer of the engine, and whether it is as the story says.
func (s Story) answer(q question, x *matching.Index) (got []string, ok bool) {
	if q.verb == "fails" {
		got = s.failures(x, q.who, q.want[0])
		return got, slices.Equal(got, q.want[1:])
	}
	ranking := x.Rank(*s.entries[q.who], s.now, 0)
	switch q.verb {
	case "because":
		got = s.reasons(ranking, q.want[0])
		return got, slices.Equal(got, q.want[1:])
	case "nearly":
		got = s.nearly(ranking, q.who)
		return got, slices.Equal(got, q.want)
	case "never finds":
		got = s.shown(ranking, q.who)
		return got, !slices.ContainsFunc(q.want, func(name string) bool { return slices.Contains(got, name) })
	}
	got = found(ranking)
	if q.verb == "finds first" {
		return got, len(got) >= len(q.want) && slices.Equal(got[:len(q.want)], q.want)
	}
	return got, slices.Equal(got, q.want)
}

func found(r matching.Ranking) (names []string) {
	for _, f := range r.Matches {
		names = append(names, string(f.Other.Listing.ID))
	}
	return names
}

// shown is everyone who appears at all.
func (s Story) shown(r matching.Ranking, who string) []string {
	names := found(r)
	for _, m := range r.NearMisses {
		names = append(names, otherOf(m, who))
	}
	return names
}

func (s Story) nearly(r matching.Ranking, who string) (list []string) {
	for _, m := range r.NearMisses {
		list = append(list, fmt.Sprintf("%s on %s%s", otherOf(m, who), m.Rule, short(m.Change)))
	}
	return list
}

func otherOf(m market.NearMiss, who string) string {
	if string(m.OfferID) == who {
		return string(m.NeedID)
	}
	return string(m.OfferID)
}

// reasons for the one match of the ranking that is meant.
func (s Story) reasons(r matching.Ranking, other string) (list []string) {
	for _, f := range r.Matches {
		if string(f.Other.Listing.ID) != other {
			continue
		}
		for _, reason := range f.Match.Reasons {
			list = append(list, reason.Code+short(reason))
		}
	}
	return list
}

func (s Story) failures(x *matching.Index, who, other string) (list []string) {
	offer, need := s.entries[who], s.entries[other]
	if offer.Listing.Side == market.Need {
		offer, need = need, offer
	}
	for _, f := range x.Explain(*offer, *need, s.now).Failed {
		list = append(list, strings.TrimSpace(f.Rule+" "+f.Key))
	}
	return list
}

// short is a reason's numbers as stories write them.
func short(r market.Reason) string {
	var b strings.Builder
	add := func(when bool, format string, args ...any) {
		if when {
			fmt.Fprintf(&b, " "+format, args...)
		}
	}
	add(r.KM > 0, "%dkm", r.KM)
	add(r.Borough != "", "%s", r.Borough)
	add(r.Of > 0, "%d/%d", r.Fits, r.Of)
	add(r.Day > 0, "%s", []string{"", "mon", "tue", "wed", "thu", "fri", "sat", "sun"}[r.Day])
	add(r.End > 0, "%s-%s", r.Start.Clock(), r.End.Clock())
	for _, d := range r.Dates {
		add(true, "%s", d)
	}
	add(r.Key != "", "%s", r.Key)
	add(r.Have > 0, "have %g", r.Have)
	add(r.Want > 0, "want %g", r.Want)
	add(r.Pence > 0, "%dp", r.Pence)
	add(len(r.Words) > 0, "%s", strings.Join(r.Words, "+"))
	return b.String()
}
