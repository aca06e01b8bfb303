package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// Kinds of resources, in the order they are shown.
func (r reads) Kinds(ctx context.Context) ([]market.Kind, error) {
	return many[market.Kind](r.db.WithContext(ctx).Order("position"))
}

// Kind by its code.
func (r reads) Kind(ctx context.Context, code string) (market.Kind, error) {
	return one[market.Kind](r.db.WithContext(ctx).Where("code = ?", code))
}

// Listing is the row alone, for changing it.
func (tx *Tx) Listing(ctx context.Context, id market.ID) (market.Listing, error) {
	return one[market.Listing](tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", id))
}

// AddListing keeps a new listing.
func (tx *Tx) AddListing(ctx context.Context, l market.Listing) error { return create(ctx, tx.db, &l) }

// ChangeListing writes the whole listing over the version it was read at and counts the version up.
// market.ErrConflict: it changed meanwhile.
func (tx *Tx) ChangeListing(ctx context.Context, l market.Listing) error {
	read := l.Version
	l.Version++
	return changed(tx.db.WithContext(ctx).Model(&market.Listing{}).Where("id = ? and version = ?", l.ID, read).
		Select("*").Omit("id", "group_id", "created_at", "posted_by").Updates(&l))
}

// ListingIDs of these groups, newest first, of any life when life is ""; after is the last of the page before, "" for the
// first page.
func (r reads) ListingIDs(ctx context.Context, groups []market.ID, life market.Life, after market.ID, limit int) ([]market.ID, error) {
	if len(groups) == 0 {
		return nil, nil
	}
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select id from listings
		where group_id in ? and (?::text = '' or life = ?) and (?::uuid is null or id < ?::uuid)
		order by id desc limit ?`, groups, life, life, after, after, limit).Scan(&ids).Error
	return ids, translate(err)
}

// ListingsOf are a group's listings, open ones first, then newest first.
func (r reads) ListingsOf(ctx context.Context, group market.ID) ([]market.Listing, error) {
	return many[market.Listing](r.db.WithContext(ctx).Where("group_id = ?", group).
		Order(shelf + ", created_at desc, id"))
}

// shelf is the part of a list of one's own in which a listing stands: 0 open, 1 paused, 2 draft, 3 over.
const shelf = `case life when 'open' then 0 when 'paused' then 1 when 'draft' then 2 else 3 end`

// Own is a listing of one's own in the list of them: where it stood when that was read.
type Own struct {
	ID     market.ID
	Shelf  int
	At     time.Time // when it was posted
	Before int       // how many stood before it; of OwnWith alone
}

// OwnAfter are the next listings of these groups behind one, "" for the first of all: open ones first, then paused ones, drafts and
// the rest, in each the newest first. Where it goes on is where the last one stood, though it is gone since.
func (r reads) OwnAfter(ctx context.Context, groups []market.ID, after Own, limit int) ([]Own, error) {
	var own []Own
	err := r.db.WithContext(ctx).Raw(`select id, `+shelf+` as shelf, created_at as at from listings
		where group_id = any (?::uuid[]) and (?::uuid is null or `+shelf+` > ? or `+shelf+` = ? and (created_at, id) < (?::timestamptz, ?::uuid))
		order by shelf, created_at desc, id desc limit ?`, idArray(groups), after.ID, after.Shelf, after.Shelf, after.At, after.ID, limit).Scan(&own).Error
	return own, translate(err)
}

// OwnWith is OwnAfter for the page of so many on which a listing stands, and one more to show that there is a next; the first
// page where it is none of these groups'.
func (r reads) OwnWith(ctx context.Context, groups []market.ID, id market.ID, page int) ([]Own, error) {
	var own []Own
	err := r.db.WithContext(ctx).Raw(`with own as (
			select id, `+shelf+` as shelf, created_at as at, row_number() over (order by `+shelf+`, created_at desc, id desc) - 1 as before
			from listings where group_id = any (?::uuid[]))
		select id, shelf, at, before from own where before >= coalesce((select before / ? * ? from own where id = ?::uuid), 0) order by before limit ?`,
		idArray(groups), page, page, id, page+1).Scan(&own).Error
	return own, translate(err)
}

// Ended are open listings whose time is over, and paused ones whose return has come.
func (r reads) Ended(ctx context.Context, now time.Time, limit int) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select id from listings
		where (life = 'open' and expires_at <= ?) or (life = 'paused' and paused_until <= ?) order by id limit ?`,
		now, now, limit).Scan(&ids).Error
	return ids, translate(err)
}

// Widening are open listings whose circle the poster agreed to widen and whose step is due.
func (r reads) Widening(ctx context.Context, before time.Time, limit int) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select id from listings
		where life = 'open' and widens and circle <> 'anyone' and (urgent or coalesce(widened_at, opened_at) <= ?)
		order by id limit ?`, before, limit).Scan(&ids).Error
	return ids, translate(err)
}

// OpenNeeds are the open needs that have no living introduction, do not wait to be looked at already and were not since a
// time, so that the schedule can look at them again: a leader that changes often adds nothing to a backlog. The sample's are left as they were planted:
// nobody would read their mail.
func (r reads) OpenNeeds(ctx context.Context, after market.ID, since time.Time, limit int) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select id from listings l
		where life = 'open' and side = 'need' and (?::uuid is null or id > ?::uuid)
		  and not exists (select 1 from groups g where g.id = l.group_id and g.sample)
		  and not exists (select 1 from introductions i where i.need_id = l.id and i.state in ('proposed', 'asked'))
		  and not exists (select 1 from outbox o where o.kind = ? and o.subject = l.id and o.state in ('waiting', 'sent'))
		  and not exists (select 1 from outbox o where o.kind = ? and o.subject = l.id and o.state in ('done', 'failed') and o.ended_at > ?)
		order by id limit ?`, after, after, market.FillJob, market.FillJob, since, limit).Scan(&ids).Error
	return ids, translate(err)
}

// Expiring are open listings that end within a span and whose group was not told so under a name yet. The sample's are
// left out: nobody would read their mail. So are those of a closed group, in which nobody could renew one.
func (r reads) Expiring(ctx context.Context, after, until time.Time, name string, limit int) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select l.id from listings l join groups g on g.id = l.group_id and not g.sample and g.closed_at is null
		where l.life = 'open' and l.expires_at > ? and l.expires_at <= ?
		  and exists (select 1 from memberships m where m.group_id = l.group_id and m.until is null and m.role in ('owner', 'poster'))
		  and not exists (select 1 from letters x where x.once = ? || ':' || l.id || ':' || floor(extract(epoch from l.expires_at))::bigint)
		order by l.expires_at, l.id limit ?`, after, until, name, limit).Scan(&ids).Error
	return ids, translate(err)
}
