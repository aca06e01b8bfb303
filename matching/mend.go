package matching

import (
	"time"

	"wherewithal/market"
	"wherewithal/matching/calendar"
)

// Mended is a near miss and the listing that would change, as it would then be.
type Mended struct {
	Miss    market.NearMiss
	Listing market.Listing // of the side Miss.By; as it is when the change is none of a listing
}

// Mend is the smallest change that would make a pair match, of those that its asking side can make itself if there are any.
// ok is false when the pair is no near miss: it matches, or fails more, or nothing small would do. It keeps nothing.
func Mend(offer, need market.Entry, asks market.Side, now time.Time, opts Options) (_ Mended, ok bool) {
	opts = opts.filled()
	p := &pair{offer: preview(offer), need: preview(need), opts: &opts, now: now, almanac: calendar.NewAlmanac(now, opts.TermDates), asks: asks}
	if len(p.check(silent, 0)) > 0 {
		return Mended{}, false
	}
	failed := p.check(stated, 1)
	if len(failed) != 1 || !p.nearMiss(failed[0]) {
		return Mended{}, false
	}
	miss, again, ok := p.mend(failed[0])
	if !ok {
		return Mended{}, false
	}
	if miss.By == market.Offer {
		return Mended{miss, again.offer.Listing}, true
	}
	return Mended{miss, again.need.Listing}, true
}

// Mend as the index ranks.
func (x *Index) Mend(offer, need market.Entry, asks market.Side, now time.Time) (Mended, bool) {
	return Mend(offer, need, asks, now, x.opts)
}
