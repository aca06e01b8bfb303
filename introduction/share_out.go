package introduction

import (
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/store"
)

// Sharing says among whom to share out, and why.
type Sharing struct {
	Cause   market.Cause
	Network market.ID // the needs of its groups, and of all networks below it; none: of all
	Kind    string    // of one kind; "": of all
	held    time.Time // the needs of the kind that wait since then for a sharing out; zero: all that are open
	last    time.Time // when it was done for the same cause before; zero: never, or it is all the same
}

const (
	shareMost   = 5000             // needs looked at together, the longest open first; the rest are ranked one by one
	shareBudget = 20 * time.Second // of solving; the best plan so far is taken, with its gap
	burstMost   = 500              // needs of one burst; more make another
)

// ShareOut looks at many open needs together, decides who is proposed what, and opens the proposals, what matters most
// first. Proposals obey every rule, cap and governor as always: what cannot be opened now comes at a later look, and what
// the plan gives to one need is not proposed to another that it looked at, as long as it may come about. Safe to repeat.
// market.ErrConflict: another sharing out is at work. market.ErrUnavailable: there is no index yet; with market.ErrOverBound, there will
// be none, and each need is looked at by itself.
func (is *Introductions) ShareOut(ctx context.Context, sh Sharing, now time.Time) (out market.ShareOut, err error) {
	defer market.Wrap(&err, "ShareOut(%s)", sh.Cause)
	began := time.Now()
	if err := is.whole(ctx); err != nil {
		return out, err
	}
	q, out, err := is.decide(ctx, sh, now)
	if err != nil {
		return out, err
	}
	return out, is.openShared(ctx, q, out, func() time.Time { return is.movedOn(now, began) })
}

// decide who is proposed what, and keep it. No transaction is open while it is worked out: that may take a minute.
func (is *Introductions) decide(ctx context.Context, sh Sharing, now time.Time) (q *question, out market.ShareOut, err error) {
	release, err := is.store.HoldSharing(ctx)
	if err != nil {
		return nil, out, err
	}
	defer release()
	if q, err = is.ask(ctx, sh, now); err != nil {
		return q, out, err
	}
	if out, err = q.answer(sh); err != nil {
		return q, out, err
	}
	return q, out, is.keepPlan(ctx, sh, out, q.needIDs(), q.ready())
}

// keepPlan keeps what was decided, with all that follows from it: at night that rings are looked for, whoever dies before.
func (is *Introductions) keepPlan(ctx context.Context, sh Sharing, out market.ShareOut, needs, ready []market.ID) error {
	return is.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.KeepShareOut(ctx, out, needs); err != nil {
			return err
		}
		if !sh.last.IsZero() { // whoever was helped before the month that counts has waited again since
			if err := tx.NoteFaded(ctx, sh.last, out.At); err != nil {
				return err
			}
		}
		if err := tx.Enqueue(ctx, time.Now(), looks(out, ready)...); err != nil {
			return err
		}
		if sh.Cause == market.ByNight {
			if err := tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.RingJob, Subject: out.ID}); err != nil {
				return err
			}
		}
		return tx.Note(ctx, market.Event{At: out.At, NetworkID: sh.Network, Verb: "share_out.solved", Subject: "share_out", SubjectID: out.ID})
	})
}

// looks at what a plan gives, in its order: should this process die before it has opened all, they do.
func looks(out market.ShareOut, ready []market.ID) (jobs []market.Job) {
	waits := map[market.ID]bool{}
	for _, id := range ready {
		waits[id] = true
	}
	for _, p := range out.Parts {
		if waits[p.NeedID] {
			delete(waits, p.NeedID) // one look, at its first part
			jobs = append(jobs, market.Job{Kind: market.FillJob, Subject: p.NeedID})
		}
	}
	return jobs
}

// ask gathers the needs, what is still wanted of them, and the offers that suit them.
func (is *Introductions) ask(ctx context.Context, sh Sharing, now time.Time) (*question, error) {
	ids, err := is.asking(ctx, sh)
	if err != nil {
		return nil, err
	}
	q := newQuestion(now)
	for batch := range slices.Chunk(ids, 500) {
		if err := is.gather(ctx, q, batch, now); err != nil {
			return nil, err
		}
	}
	kept, err := is.store.KeptOf(ctx, q.offerIDs(), q.needIDs(), now.Add(-market.PlanLasts))
	q.keep(kept)
	return q, err
}

// asking are the needs to look at.
func (is *Introductions) asking(ctx context.Context, sh Sharing) ([]market.ID, error) {
	if sh.held.IsZero() {
		return is.store.NeedsToShare(ctx, sh.Network, sh.Kind, shareMost)
	}
	ids, err := is.store.HeldNeeds(ctx, sh.Kind, sh.held, burstMost)
	if err == nil && len(ids) == 0 {
		err = errNoneHeld
	}
	if err == nil && len(ids) == burstMost { // perhaps there are more
		err = is.store.InTx(ctx, func(tx *store.Tx) error { return shareSoon(ctx, tx, ids[burstMost-1], sh.Kind) })
	}
	return ids, err
}

// errNoneHeld is a burst that was shared out before.
var errNoneHeld = errors.New("nothing waits for a sharing out")

func (is *Introductions) gather(ctx context.Context, q *question, ids []market.ID, now time.Time) error {
	needs, err := is.store.Entries(ctx, ids, now)
	if err != nil {
		return err
	}
	past, err := is.store.IntroductionsForAll(ctx, ids)
	if err != nil {
		return err
	}
	never, err := is.store.NotToAsk(ctx, ids, now)
	if err != nil {
		return err
	}
	met := map[market.ID][]market.Introduction{}
	for _, in := range past {
		met[in.NeedID] = append(met[in.NeedID], in)
	}
	entries := map[market.ID]market.Entry{}
	for _, need := range needs {
		entries[need.Listing.ID] = need
	}
	for _, id := range ids {
		need := entries[id] // one that is gone stands for nothing
		if never[id] || countOf(met[id], keepsPlace) >= is.caps.Proposals {
			continue // it would be proposed nothing: what a plan gave it would be kept from the others
		}
		if standing(need) && !need.Filled() {
			ranking, err := is.rank.Rank(ctx, need, now, keepMatches)
			if err != nil {
				return err
			}
			q.add(need, possible(ranking.Matches, met[id]))
			q.needs[len(q.needs)-1].waits = countOpen(met[id]) > 0
		}
	}
	return nil
}

// possible are the candidates that may still come about: never introduced, or introduced and open.
func possible(found []matching.Found, past []market.Introduction) []matching.Found {
	return slices.DeleteFunc(found, func(f matching.Found) bool {
		return slices.ContainsFunc(past, func(in market.Introduction) bool {
			return in.OfferID == f.Match.OfferID && in.Over()
		})
	})
}

// answer solves the question.
func (q *question) answer(sh Sharing) (market.ShareOut, error) {
	end := time.Now().Add(shareBudget)
	plan, err := q.solve(func() bool { return time.Now().After(end) })
	if err != nil {
		return market.ShareOut{}, err
	}
	out := market.ShareOut{ID: market.NewID(), Cause: sh.Cause, NetworkID: sh.Network, Kind: sh.Kind,
		Weights: matching.Plain().Version + "/" + shareWeights, Needs: len(q.needs), Offers: len(q.offers), Pairs: len(q.pairs),
		Value: plan.Value, Bound: plan.Bound, Gap: plan.Gap(), Steps: plan.Steps, At: q.now}
	for i, p := range plan.Parts {
		m := q.pairs[p.Pair].found.Match
		out.Parts = append(out.Parts, market.SharePart{ShareOutID: out.ID, Position: i, OfferID: m.OfferID, NeedID: m.NeedID,
			Amount: int(p.Amount), Slots: m.Slots})
	}
	return out, nil
}

// ready are the needs to which something may be put now.
func (q *question) ready() (ids []market.ID) {
	for _, w := range q.needs {
		if !w.waits {
			ids = append(ids, w.entry.Listing.ID)
		}
	}
	return ids
}

// openShared looks at each need in the order of the plan, then at those it gives nothing. One that waits for an answer to
// what it was proposed before keeps its part, and is left in peace. Each look has its own time: what came before it may take a minute,
// in which people answered.
func (is *Introductions) openShared(ctx context.Context, q *question, out market.ShareOut, clock func() time.Time) error {
	order := map[market.ID]int{}
	for i, p := range out.Parts {
		if _, ok := order[p.NeedID]; !ok {
			order[p.NeedID] = i
		}
	}
	found := map[market.ID][]matching.Found{}
	for _, c := range q.pairs {
		found[c.found.Match.NeedID] = append(found[c.found.Match.NeedID], c.found)
	}
	needs := q.ready()
	place := func(id market.ID) int {
		if at, ok := order[id]; ok {
			return at
		}
		return len(out.Parts)
	}
	slices.SortStableFunc(needs, func(a, b market.ID) int { return place(a) - place(b) })
	var err error
	for _, id := range needs {
		err = errors.Join(err, is.store.InTx(ctx, func(tx *store.Tx) error { return is.fill(ctx, tx, id, found[id], is.propose, clock()) }))
	}
	return err
}

// NightAt is when the nightly sharing out is due, by the clock of the house's zone.
const NightAt = 3 * time.Hour

// nightPause is how long a night that failed is left alone: it takes up to a minute of a core, and may fail again.
const nightPause = 10 * time.Minute

// ShareNightly shares out among all open needs once a night, and has rings looked for among those that this leaves: when it was
// not done since three in the morning.
func (is *Introductions) ShareNightly(ctx context.Context, now time.Time) (err error) {
	defer market.Wrap(&err, "ShareNightly")
	local := now.In(market.When{}.Location())
	due := time.Date(local.Year(), local.Month(), local.Day(), int(NightAt.Hours()), 0, 0, 0, local.Location())
	if local.Before(due) {
		due = due.AddDate(0, 0, -1)
	}
	last, err := is.store.LastShareOut(ctx, market.ByNight)
	if err == nil && !last.At.Before(due) {
		return nil
	}
	if err != nil && !errors.Is(err, market.ErrNotFound) {
		return err
	}
	if at := is.nightAgain.Load(); at != nil && now.Before(*at) {
		return nil
	}
	_, err = is.ShareOut(ctx, Sharing{Cause: market.ByNight, last: last.At}, now)
	if errors.Is(err, market.ErrConflict) || errors.Is(err, market.ErrOverBound) {
		return nil // another is at work, and the next turn comes back; or there can be none
	}
	if err != nil {
		again := now.Add(nightPause)
		is.nightAgain.Store(&again)
	}
	return err
}

// hold has a new need wait for a sharing out when many of its kind came at once; false when it need not.
func (is *Introductions) hold(ctx context.Context, need market.Listing, now time.Time) (bool, error) {
	if crowded, err := is.store.Crowded(ctx, need.Kind, is.caps.Burst); err != nil || !crowded {
		return false, err
	}
	held := false
	err := is.store.InTx(ctx, func(tx *store.Tx) (err error) {
		if held, err = tx.HoldNeed(ctx, need.ID, now); err != nil || !held {
			return err
		}
		return shareSoon(ctx, tx, need.ID, need.Kind)
	})
	return held, err
}

// shareSoon has those that wait with a need shared out, unless that is to come already.
func shareSoon(ctx context.Context, tx *store.Tx, need market.ID, kind string) error {
	if waits, err := tx.ShareWaits(ctx, kind); err != nil || waits {
		return err
	}
	return tx.Enqueue(ctx, time.Now().Add(gatherFor), market.Job{Kind: market.ShareJob, Subject: need})
}

// gatherFor is how long a burst is gathered before it is shared out: its match jobs take about as long.
const gatherFor = 5 * time.Second

// ShareBurst shares out among all needs of the kind of this one that wait for it. Safe to repeat: when none waits there is
// nothing to do. While another sharing out is at work it comes back later, which is no failure.
func (is *Introductions) ShareBurst(ctx context.Context, need market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "ShareBurst(%s)", need)
	entries, err := is.store.Entries(ctx, []market.ID{need}, now)
	if err != nil || len(entries) == 0 {
		return err
	}
	kind := entries[0].Listing.Kind
	_, err = is.ShareOut(ctx, Sharing{Cause: market.ByBurst, Kind: kind, held: now.Add(-market.HoldFor)}, now)
	switch {
	case errors.Is(err, errNoneHeld), errors.Is(err, market.ErrOverBound): // those that wait go on by themselves in ten minutes
		return nil
	case errors.Is(err, market.ErrConflict):
		return is.store.InTx(ctx, func(tx *store.Tx) error { return shareSoon(ctx, tx, need, kind) })
	}
	return err
}
