package introduction

import (
	"context"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/store"
)

// stated is an introduction with what a look at its pair found: how much, when, and why.
func stated(in market.Introduction, v matching.Verdict) market.Introduction {
	in.Amount, in.Slots, in.Reasons, in.Fit = v.Amount, v.Match.Slots, v.Match.Reasons, v.Match.Fit
	return in
}

// restate brings an open introduction of a pair up to how much is still wanted and to be had, where that has moved since it was proposed.
func restate(ctx context.Context, tx *store.Tx, in market.Introduction, offer, need market.Entry, now time.Time) (market.Introduction, error) {
	v, err := lastLook(ctx, tx, offer, need, now)
	if err != nil || !v.Stands() || says(in.Amount, in.Reasons, v) {
		return in, err
	}
	if in, err = tx.LockIntroduction(ctx, in.ID); err != nil || !in.State.Open() {
		return in, err
	}
	in = stated(in, v)
	err = tx.ChangeIntroduction(ctx, in)
	in.Version++
	return in, err
}

// says reports whether an amount and its reasons are those of a verdict, as far as they speak of quantities.
func says(amount int, reasons []market.Reason, v matching.Verdict) bool {
	return amount == v.Amount && quantityOf(reasons) == quantityOf(v.Match.Reasons)
}

// quantity is what a reason says of it.
type quantity struct {
	have, want float64
	key        string
}

func quantityOf(list []market.Reason) (q quantity) {
	if i := slices.IndexFunc(list, func(r market.Reason) bool { return r.Code == market.ReasonQuantity }); i >= 0 {
		q = quantity{list[i].Have, list[i].Want, list[i].Key}
	}
	return q
}

// restateOthers does so with what else is open for the need of an introduction that has just connected: who is asked next reads how much
// is missing then.
func restateOthers(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	others, err := tx.IntroductionsFor(ctx, in.NeedID)
	if err != nil {
		return err
	}
	for _, other := range others {
		if other.ID == in.ID || !other.State.Open() {
			continue
		}
		offer, need, err := pair(ctx, tx, other.OfferID, other.NeedID, now)
		if err == nil {
			_, err = restate(ctx, tx, other, offer, need, now)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// restateRing is restate of all gifts of an open ring.
func restateRing(ctx context.Context, tx *store.Tx, r market.Ring, now time.Time) error {
	entries, err := entriesOf(ctx, tx, r, now)
	if err != nil || !r.State.Open() {
		return err
	}
	moved := false
	for i := range r.Members {
		m := &r.Members[i]
		v := matching.Explain(entries[m.OfferID], entries[r.Members[r.After(i)].NeedID].AsSwap(), now, matching.Options{})
		if !v.Stands() || says(m.Amount, m.Reasons, v) {
			continue
		}
		m.Amount, m.Slots, m.Reasons, m.Fit = v.Amount, v.Match.Slots, v.Match.Reasons, v.Match.Fit
		moved = true
	}
	if !moved {
		return nil
	}
	return tx.ChangeRing(ctx, r)
}
