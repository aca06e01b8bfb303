package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// LockSupplied is a partner's listing by its own reference, for changing it. market.ErrNotFound: there is none.
func (tx *Tx) LockSupplied(ctx context.Context, partner market.ID, test bool, reference string) (market.Supplied, error) {
	return one[market.Supplied](tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).
		Where("partner_id = ? and test = ? and reference = ?", partner, test, reference))
}

// SuppliedOf a partner by its own reference.
func (r reads) SuppliedOf(ctx context.Context, partner market.ID, test bool, reference string) (market.Supplied, error) {
	return one[market.Supplied](r.db.WithContext(ctx).Where("partner_id = ? and test = ? and reference = ?", partner, test, reference))
}

// SuppliedAfter are a partner's, by their references, from after one on.
func (r reads) SuppliedAfter(ctx context.Context, partner market.ID, test bool, after string, limit int) ([]market.Supplied, error) {
	return many[market.Supplied](r.db.WithContext(ctx).Where("partner_id = ? and test = ? and reference > ?", partner, test, after).Order("reference").Limit(limit))
}

// AddSupplied keeps a new one. market.ErrConflict: the partner has that reference already.
func (tx *Tx) AddSupplied(ctx context.Context, s market.Supplied) error {
	return create(ctx, tx.db, &s)
}

// ChangeSupplied writes one that was read by LockSupplied.
func (tx *Tx) ChangeSupplied(ctx context.Context, s market.Supplied) error {
	return changed(tx.db.WithContext(ctx).Model(&s).Where("id = ?", s.ID).Select("MandateID", "ListingID", "Said", "Digest", "Link", "SentAt", "ClosedAt", "StoppedAt", "Shown", "Bound").Updates(&s))
}

// WidenSupplied notes that time widened a listing, which may be a partner's, and its group did not. Where the group chose how far
// it is shown, it is the group's choice that widens, and this does nothing.
func (tx *Tx) WidenSupplied(ctx context.Context, listing market.ID, from, to market.Circle) error {
	return translate(tx.db.WithContext(ctx).Exec(`update supplied set shown = jsonb_set(shown, '{circle}', to_jsonb(?::text))
		where listing_id = ? and bound ->> 'circle' is null and shown ->> 'circle' = ?`, to, listing, from).Error)
}

// OpenSupplied notes that a listing opens, which may be a partner's: that the partner had closed it counts no more.
func (tx *Tx) OpenSupplied(ctx context.Context, listing market.ID) error {
	return translate(tx.db.WithContext(ctx).Exec(`update supplied set closed_at = null where listing_id = ? and closed_at is not null`, listing).Error)
}

// lasts is that something supplied, s, is not over: it has no listing l yet, or one that is open, paused or waits.
const lasts = `s.closed_at is null and (l.id is null or l.life in ('draft', 'open', 'paused'))`

// CountSupplied are the listings of a mandate that wait, are open or paused.
func (r reads) CountSupplied(ctx context.Context, mandate market.ID) (n int64, err error) {
	err = r.db.WithContext(ctx).Raw(`select count(*) from supplied s left join listings l on l.id = s.listing_id
		where s.mandate_id = ? and `+lasts, mandate).Scan(&n).Error
	return n, translate(err)
}

// WaitingSupplied are what waits for the yes of a mandate's group, in the order in which it came.
func (r reads) WaitingSupplied(ctx context.Context, mandate market.ID, limit int) ([]market.Supplied, error) {
	return many[market.Supplied](r.db.WithContext(ctx).Where("mandate_id = ? and listing_id is null and closed_at is null", mandate).Order("created_at, id").Limit(limit))
}

// DropUnposted deletes what waits for a yes that does not come.
func (tx *Tx) DropUnposted(ctx context.Context, mandate market.ID) error {
	return translate(tx.db.WithContext(ctx).Exec(`delete from supplied where mandate_id = ? and listing_id is null`, mandate).Error)
}

// LivingOfMandate are the listings that a partner posted for a group and that are open.
func (r reads) LivingOfMandate(ctx context.Context, mandate market.ID) ([]market.Supplied, error) {
	return many[market.Supplied](r.db.WithContext(ctx).Where(`mandate_id = ? and listing_id in (select id from listings where life = 'open')`, mandate).Order("id"))
}

// Stoppable are open listings of a partner outside the sandbox, of groups whose yes stands.
func (r reads) Stoppable(ctx context.Context, partner market.ID, limit int) ([]market.Supplied, error) {
	return many[market.Supplied](r.db.WithContext(ctx).Where(`partner_id = ? and not test and stopped_at is null and listing_id in (select id from listings where life = 'open')
		and mandate_id in (select id from mandates where state = 'given')`, partner).
		Order("id").Limit(limit))
}

// StoppedAfter are listings of a partner that were paused by us, whose group's yes stands, by their ids, from after one on; of
// one mandate, when it is not empty.
func (r reads) StoppedAfter(ctx context.Context, partner, mandate, after market.ID, limit int) ([]market.Supplied, error) {
	return many[market.Supplied](r.db.WithContext(ctx).Where(`partner_id = ? and stopped_at is not null and (?::uuid is null or mandate_id = ?::uuid)
		and (?::uuid is null or id > ?::uuid) and mandate_id in (select id from mandates where state = 'given')`, partner, mandate, mandate, after, after).
		Order("id").Limit(limit))
}

// GroupsFed are the groups for which a partner has open listings, and whose yes stands.
func (r reads) GroupsFed(ctx context.Context, partner market.ID) (ids []market.ID, err error) {
	err = r.db.WithContext(ctx).Raw(`select distinct l.group_id from supplied s join listings l on l.id = s.listing_id and l.life = 'open'
		join mandates m on m.id = s.mandate_id and m.state = 'given' where s.partner_id = ? and not s.test order by 1`, partner).Scan(&ids).Error
	return ids, translate(err)
}

// PostersOf says of listings which partner posted them; those that people posted themselves are missing, and those whose group has taken
// its yes back.
func (r reads) PostersOf(ctx context.Context, listings []market.ID) (map[market.ID]market.PostedBy, error) {
	if len(listings) == 0 {
		return nil, nil
	}
	all, err := many[market.PostedBy](r.db.WithContext(ctx).Raw(`select s.listing_id, s.partner_id, p.name as partner, p.site, s.link from supplied s
		join mandates m on m.id = s.mandate_id and m.state = 'given' join partners p on p.id = s.partner_id where s.listing_id = any (?::uuid[])`, idArray(listings)))
	by := map[market.ID]market.PostedBy{}
	for _, one := range all {
		by[one.ListingID] = one
	}
	return by, err
}

// Fed notes that a partner sent something for a group, and says whether what it posts had been paused for want of that.
func (tx *Tx) Fed(ctx context.Context, partner market.ID, now time.Time) (stopped bool, err error) {
	err = tx.db.WithContext(ctx).Raw(`update partners p set fed_at = greatest(p.fed_at, ?), warned_at = null, stopped_at = null
		from (select id, stopped_at from partners where id = ? for no key update) b where b.id = p.id returning b.stopped_at is not null`, now, partner).Scan(&stopped).Error
	return stopped, translate(err)
}

// QuietPartners are those from which nothing came since a time, and that were not told so yet.
func (r reads) QuietPartners(ctx context.Context, since time.Time, limit int) (ids []market.ID, err error) {
	err = r.db.WithContext(ctx).Raw(`select id from partners where fed_at <= ? and warned_at is null order by fed_at, id limit ?`, since, limit).Scan(&ids).Error
	return ids, translate(err)
}

// SilentPartners are those from which nothing came since a time, who were told so, and who have open listings or were not told
// that those are paused.
func (r reads) SilentPartners(ctx context.Context, since time.Time, limit int) (ids []market.ID, err error) {
	err = r.db.WithContext(ctx).Raw(`select p.id from partners p where p.fed_at <= ? and p.warned_at is not null and (p.stopped_at is null
		or exists (select from supplied s join listings l on l.id = s.listing_id and l.life = 'open' join mandates m on m.id = s.mandate_id and m.state = 'given'
		where s.partner_id = p.id and not s.test and s.stopped_at is null))
		order by p.fed_at, p.id limit ?`, since, limit).Scan(&ids).Error
	return ids, translate(err)
}

// MarkFeed keeps that a partner was told that it went quiet, or that what it posts is paused.
func (tx *Tx) MarkFeed(ctx context.Context, p market.Partner) error {
	return changed(tx.db.WithContext(ctx).Model(&p).Where("id = ?", p.ID).Select("WarnedAt", "StoppedAt").Updates(&p))
}

// PlaceIn is a group's place with a postcode, or with an outcode where nothing finer is known.
func (r reads) PlaceIn(ctx context.Context, group market.ID, postcode, outcode string) (market.Place, error) {
	return one[market.Place](r.db.WithContext(ctx).Where("group_id = ? and ((? <> '' and postcode = ?) or (? = '' and postcode = '' and outcode = ?))",
		group, postcode, postcode, postcode, outcode).Order("created_at, id"))
}
