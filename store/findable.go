package store

import (
	"context"
	"time"

	"wherewithal/market"
)

// Findable is something with a page that search engines may keep.
type Findable struct {
	ID      market.ID
	Changed time.Time
}

// FindableListings are the open listings for anyone of groups whose names do not wait, in the order of their ids, after one
// of them: "" begins. Those a visitor could read, and no others; what was invented for a sample is left out.
func (r reads) FindableListings(ctx context.Context, after market.ID, most int) (found []Findable, err error) {
	err = r.db.WithContext(ctx).Raw(`select l.id, l.updated_at as changed from listings l join groups g on g.id = l.group_id
		where l.life = 'open' and l.circle = 'anyone' and g.held_at is null and g.removed_at is null and g.closed_at is null
			and not g.sample and (?::uuid is null or l.id > ?::uuid) order by l.id limit ?`, after, after, most).Scan(&found).Error
	return found, translate(err)
}

// FindableGroups are the groups with a public page under their own name, in the order of their ids, after one of them.
func (r reads) FindableGroups(ctx context.Context, after market.ID, most int) (found []Findable, err error) {
	err = r.db.WithContext(ctx).Raw(`select g.id, g.created_at as changed from groups g
		where not g.name_hidden and not g.sample and g.held_at is null and g.removed_at is null and g.closed_at is null
			and (?::uuid is null or g.id > ?::uuid) order by g.id limit ?`, after, after, most).Scan(&found).Error
	return found, translate(err)
}
