package introduction

import (
	"context"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/matching/replay"
)

// Replayed is the last days run twice: as the program ranks, and with other weights or rules.
type Replayed struct {
	Was, Would replay.Outcome
	Changes    []replay.Change
	Names      map[market.ID]string // public names of groups
}

// Replay runs the days before now again with other weights or rules. It changes nothing. For operators.
func (is *Introductions) Replay(ctx context.Context, days int, other replay.Other, now time.Time) (_ Replayed, err error) {
	defer market.Wrap(&err, "Replay(%d)", days)
	out := Replayed{Names: map[market.ID]string{}}
	d, err := is.daysBefore(ctx, days, now)
	if err != nil {
		return out, err
	}
	for _, o := range d.Listings {
		out.Names[o.Entry.Listing.GroupID] = o.Entry.Group.Name
	}
	out.Was = replay.Run(d, matching.Options{}, replay.Rules{})
	out.Would = replay.Run(d, matching.Options{Weights: other.Weights}, other.Rules)
	out.Changes = replay.Compare(d, out.Was, out.Would)
	return out, nil
}

// replayBatch bounds how many listings are read at once.
const replayBatch = 1000

func (is *Introductions) daysBefore(ctx context.Context, days int, now time.Time) (replay.Days, error) {
	d := replay.Days{From: now.AddDate(0, 0, -days), Until: now, Refused: map[replay.Pair]bool{}}
	open, err := is.store.OpenSince(ctx, d.From, now)
	if err != nil {
		return d, err
	}
	for len(open) > 0 {
		n := min(replayBatch, len(open))
		times, ids := map[market.ID]replay.Open{}, []market.ID{}
		for _, o := range open[:n] {
			was := replay.Open{From: o.From}
			if o.Until != nil {
				was.Until = *o.Until
			}
			times[o.ID], ids = was, append(ids, o.ID)
		}
		entries, err := is.store.Entries(ctx, ids, now)
		if err != nil {
			return d, err
		}
		for _, e := range entries {
			was := times[e.Listing.ID]
			was.Entry = asBefore(e, d.From)
			d.Listings = append(d.Listings, was)
		}
		open = open[n:]
	}
	refused, err := is.store.Refused(ctx)
	for _, p := range refused {
		d.Refused[replay.Pair{Offer: p.OfferID, Need: p.NeedID}] = true
	}
	return d, err
}

// asBefore is an entry with only what was lent before a moment, and a need with all that it asked for: what came after is what the
// replay decides.
func asBefore(e market.Entry, from time.Time) market.Entry {
	var before []market.Allocation
	for _, a := range e.Lent {
		if a.CreatedAt.Before(from) {
			before = append(before, a)
		}
	}
	e.Lent, e.Taken = before, 0
	return e
}
