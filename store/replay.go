package store

import (
	"context"
	"time"

	"wherewithal/market"
)

// WasOpen is a listing and when it was open last; Until is nil when it still is.
type WasOpen struct {
	ID    market.ID
	From  time.Time
	Until *time.Time
}

// OpenSince are the listings that were open at some time since from, drafts and what moderation removed left out. Of a
// listing that was reopened only the last time is kept.
func (r reads) OpenSince(ctx context.Context, from, now time.Time) ([]WasOpen, error) {
	var list []WasOpen
	err := r.db.WithContext(ctx).Raw(`select * from (
			select id, opened_at as "from", case when life = 'open' then null else coalesce(closed_at, least(expires_at, updated_at), updated_at) end as until
			from listings where life not in ('draft', 'removed') and opened_at <= ?) l
		where until is null or until > ? order by "from", id`, now, from).Scan(&list).Error
	return list, translate(err)
}

// RefusedPair is an offer and a need of which one said no.
type RefusedPair struct{ OfferID, NeedID market.ID }

// Refused are all pairs of which one said no.
func (r reads) Refused(ctx context.Context) ([]RefusedPair, error) {
	var list []RefusedPair
	err := r.db.WithContext(ctx).Raw(`select distinct offer_id, need_id from introductions where need_answer = 'no' or offer_answer = 'no'`).Scan(&list).Error
	return list, translate(err)
}
