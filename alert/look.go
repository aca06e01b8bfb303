package alert

import (
	"context"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/store"
)

// peopleAtOnce bounds how many people one transaction records alerts for.
const peopleAtOnce = 500

// Look looks a listing up, as it is now, among all saved searches, and records the alerts of those that find it and whose
// people may see it. Repeating it records nothing twice.
func (as *Alerts) Look(ctx context.Context, listing market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Look(%s)", listing)
	if err := as.copy.CatchUp(ctx); err != nil || as.copy.Len() == 0 {
		return err
	}
	entries, err := as.store.Entries(ctx, []market.ID{listing}, now)
	if err != nil || len(entries) == 0 || !search.Wanted(entries[0], now) {
		return err
	}
	e := entries[0]
	by := as.copy.match(search.CandidateOf(search.From(e), now))
	people := make([]market.ID, 0, len(by))
	for p := range by {
		people = append(people, p)
	}
	slices.Sort(people)
	for part := range slices.Chunk(people, peopleAtOnce) {
		if err := as.record(ctx, e, part, by, now); err != nil {
			return err
		}
	}
	return nil
}

func (as *Alerts) record(ctx context.Context, e market.Entry, people []market.ID, by map[market.ID][]market.ID, now time.Time) error {
	viewers, err := as.store.ViewersFor(ctx, people, now)
	if err != nil {
		return err
	}
	var searches []market.ID
	for _, p := range people {
		if v, there := viewers[p]; there && Tells(v, e) {
			searches = append(searches, by[p]...)
		}
	}
	if len(searches) == 0 {
		return nil
	}
	return as.store.InTx(ctx, func(tx *store.Tx) error {
		due, err := tx.AddAlerts(ctx, e.Listing.ID, searches, now)
		if err != nil {
			return err
		}
		jobs := make([]market.Job, len(due))
		for i, id := range due {
			jobs[i] = market.Job{Kind: market.AlertJob, Subject: id}
		}
		return tx.Enqueue(ctx, time.Now(), jobs...)
	})
}

// Tells reports whether a viewer is to be told of a listing: they may see it, and it is none of their own groups', nor of one
// that blocked theirs or was blocked by it.
func Tells(v market.Viewer, e market.Entry) bool {
	return v.Sees(e.Audience()) && !v.In(e.Listing.GroupID) && !slices.ContainsFunc(e.Group.Blocked, v.In) && !e.Group.Hidden
}
