package introduction

import (
	"context"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/matching/words"
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
	others, err := is.store.WorkedWith(ctx, offer.Kind, offer.ID, workedRead)
	if err != nil {
		return nil, err
	}
	this, looked := words.Read(offer.Title, "", nil, ""), 0
	for _, o := range others {
		if len(said) == limit || looked == workedLooked {
			break
		}
		if words.Compare(this, words.Read(o.Title, "", nil, "")).Shared < words.Titles {
			continue
		}
		looked++
		entries, err := is.store.Entries(ctx, []market.ID{o.OfferID, o.NeedID}, now)
		if err != nil {
			return nil, err
		}
		if len(entries) == 2 && mayHear(v, entries[0]) && mayHear(v, entries[1]) {
			said = append(said, o.Said)
		}
	}
	return said, nil
}

// mayHear is for what is told of a listing without naming it, and holds after it closed: whoever could find it while it was open.
func mayHear(v market.Viewer, e market.Entry) bool {
	if v.In(e.Listing.GroupID) {
		return true
	}
	return e.Listing.Life != market.Removed && !e.Group.Hidden && !slices.ContainsFunc(e.Group.Blocked, v.In) && v.Sees(e.Audience())
}
