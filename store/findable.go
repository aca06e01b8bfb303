package store

import (
	"context"
	"time"

	"wherewithal/market"
)

// Findable is something with a page that search engines may keep.
type Findable struct {
	ID      market.ID
	Page    string // the last part of its address
	Changed time.Time
}

// What a visitor could read and is no invention of a sample, by the name of the page.
var findable = map[string]string{
	"listings": `select l.id, l.id::text as page, l.updated_at as changed from listings l join groups g on g.id = l.group_id
		where l.life = 'open' and l.circle = 'anyone' and g.held_at is null and g.removed_at is null and g.closed_at is null and not g.sample`,
	"groups": `select g.id, g.id::text as page, g.created_at as changed from groups g
		where not g.name_hidden and g.held_at is null and g.removed_at is null and g.closed_at is null and not g.sample`,
	"networks": `select n.id, n.slug as page, n.created_at as changed from networks n where not n.sample and not n.sandbox and n.removed_at is null and n.held_at is null`,
}

// Findables of a kind, "listings", "groups" or "networks", in the order of their ids, from one on. market.ErrNotFound: no such kind.
func (r reads) Findables(ctx context.Context, kind string, from market.ID, most int) (found []Findable, err error) {
	query, known := findable[kind]
	if !known {
		return nil, market.ErrNotFound
	}
	err = r.db.WithContext(ctx).Raw(`select id, page, changed from (`+query+`) f where id >= ? order by id limit ?`, from, most).Scan(&found).Error
	return found, translate(err)
}

// OffersAsked says which offers are asked for.
type OffersAsked struct {
	Now      time.Time
	Since    time.Time   // leaves out what has not changed from then on
	Invented bool        // those of a sample too
	Group    market.ID   // "": of any
	Kind     string      // "": of any
	Among    []market.ID // of these alone; nil: of all
}

// OpenOffers are the offers that anyone may read, in the order of their ids: a page of them, and how many there are.
func (r reads) OpenOffers(ctx context.Context, asked OffersAsked, skip, most int) (ids []market.ID, all int, err error) {
	from := ` from listings l join groups g on g.id = l.group_id where l.side = 'offer' and l.life = 'open' and l.circle = 'anyone'
		and (l.expires_at is null or l.expires_at > ?) and l.updated_at >= ? and g.held_at is null and g.removed_at is null and g.closed_at is null
		and (g.paused_until is null or g.paused_until <= ?) and (? or not g.sample)`
	args := []any{asked.Now, asked.Since, asked.Now, asked.Invented}
	if asked.Group != "" {
		from, args = from+` and l.group_id = ?`, append(args, asked.Group)
	}
	if asked.Kind != "" {
		from, args = from+` and l.kind = ?`, append(args, asked.Kind)
	}
	if asked.Among != nil {
		from, args = from+` and l.id = any (?::uuid[])`, append(args, idArray(asked.Among))
	}
	db := r.db.WithContext(ctx)
	if err := db.Raw(`select count(*)`+from, args...).Scan(&all).Error; err != nil {
		return nil, 0, translate(err)
	}
	err = db.Raw(`select l.id`+from+` order by l.id offset ? limit ?`, append(args, skip, most)...).Scan(&ids).Error
	return ids, all, translate(err)
}

// OpenToAnyone are the newest listings that anyone may read, of a group, or of the groups in any of these networks that show their names:
// which network an alias is in is told to nobody.
func (r reads) OpenToAnyone(ctx context.Context, now time.Time, group market.ID, networks []market.ID, most int) (ids []market.ID, err error) {
	err = r.db.WithContext(ctx).Raw(`select l.id from listings l join groups g on g.id = l.group_id where l.life = 'open' and l.circle = 'anyone'
		and (l.expires_at is null or l.expires_at > ?) and g.held_at is null and g.removed_at is null and g.closed_at is null
		and (g.paused_until is null or g.paused_until <= ?) and (l.group_id = ? or not g.name_hidden and l.group_id in
			(select m.group_id from network_members m where m.network_id = any (?::uuid[]) and m.agreed_at is not null))
		order by l.opened_at desc, l.id limit ?`, now, now, group, idArray(networks), most).Scan(&ids).Error
	return ids, translate(err)
}

// FindableParts of a kind are the ids with which each part of so many begins.
func (r reads) FindableParts(ctx context.Context, kind string, size int) (starts []market.ID, err error) {
	err = r.db.WithContext(ctx).Raw(`select id from (select id, row_number() over (order by id) as n from (`+findable[kind]+`) f) numbered
		where (n - 1) % ? = 0 order by id`, size).Scan(&starts).Error
	return starts, translate(err)
}
