package store

import (
	"context"
	"time"

	"wherewithal/market"
)

// Feed of a person. market.ErrNotFound: there is none.
func (r reads) Feed(ctx context.Context, person market.ID) (market.Feed, error) {
	return one[market.Feed](r.db.WithContext(ctx).Where("person_id = ?", person))
}

// FeedByHash is the feed behind a secret address. market.ErrNotFound: there is none, or no longer.
func (r reads) FeedByHash(ctx context.Context, hash []byte) (market.Feed, error) {
	return one[market.Feed](r.db.WithContext(ctx).Where("hash = ?", hash))
}

// KeepFeed puts a feed in the place of the person's earlier one, whose address is good for nothing then.
func (tx *Tx) KeepFeed(ctx context.Context, f market.Feed) error {
	if err := tx.DropFeed(ctx, f.PersonID); err != nil {
		return err
	}
	return create(ctx, tx.db, &f)
}

// DropFeed ends a person's feed. There may be none.
func (tx *Tx) DropFeed(ctx context.Context, person market.ID) error {
	return translate(tx.db.WithContext(ctx).Exec(`delete from calendar_feeds where person_id = ?`, person).Error)
}

// AgreedOf are the introductions of a viewer's groups about which something was agreed: what is still to come first, the next of it
// first, then what is over, the last of it first; what was agreed holds while a change of it is to be confirmed.
func (r reads) AgreedOf(ctx context.Context, v market.Viewer, now time.Time, limit int) ([]market.Introduction, error) {
	groups := v.Groups()
	if len(groups) == 0 {
		return nil, nil
	}
	return many[market.Introduction](r.db.WithContext(ctx).Raw(`select i.* from introductions i join exchanges e on e.introduction_id = i.id
		where (i.need_group_id in ? or i.offer_group_id in ?) and i.state = 'connected' and (e.agreed_at is not null or e.published > 0)
		order by (select min((s->>'from')::timestamptz) from jsonb_array_elements(i.slots) s where (s->>'until')::timestamptz > ?),
			(select max((s->>'until')::timestamptz) from jsonb_array_elements(i.slots) s) desc nulls last, i.id limit ?`, groups, groups, now, limit))
}
