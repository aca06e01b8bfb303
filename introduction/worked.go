package introduction

import (
	"context"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/matching/words"
	"wherewithal/store"
)

// What is read of others' words, to show a few: so many are compared, and so many of those looked up.
const (
	workedRead   = 200
	workedLooked = 20
)

// WorkedBefore is what others say had worked with an offer, the newest first, without a name.
func (is *Introductions) WorkedBefore(ctx context.Context, offer market.Listing, limit int) (said []string, err error) {
	defer market.Wrap(&err, "WorkedBefore(%s)", offer.ID)
	return is.store.WorkedBefore(ctx, offer.ID, limit)
}

// WorkedAlike is the same of other offers of its kind whose titles name the same thing. Of exchanges whose listings the viewer may
// not see nothing is said.
func (is *Introductions) WorkedAlike(ctx context.Context, v market.Viewer, offer market.Listing, limit int, now time.Time) (said []string, err error) {
	defer market.Wrap(&err, "WorkedAlike(%s)", offer.ID)
	if limit <= 0 {
		return nil, nil
	}
	others, err := is.store.WorkedWith(ctx, offer.Kind, offer.ID, workedRead)
	if err != nil {
		return nil, err
	}
	this := words.Read(offer.Title, "", nil, "")
	others = slices.DeleteFunc(others, func(o store.WorkedElsewhere) bool {
		return words.Compare(this, words.Read(o.Title, "", nil, "")).Shared < words.Titles
	})
	others = others[:min(len(others), workedLooked)]
	var ids []market.ID
	for _, o := range others {
		ids = append(ids, o.OfferID, o.NeedID)
	}
	seen := map[market.ID]bool{}
	entries, err := is.store.Entries(ctx, ids, now)
	for _, e := range entries {
		seen[e.Listing.ID] = e.ReadableBy(v)
	}
	for _, o := range others {
		if len(said) < limit && seen[o.OfferID] && seen[o.NeedID] {
			said = append(said, o.Said)
		}
	}
	return said, err
}
