package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// Mandate by id.
func (r reads) Mandate(ctx context.Context, id market.ID) (market.Mandate, error) {
	return one[market.Mandate](r.db.WithContext(ctx).Where("id = ?", id))
}

// LockMandate reads a mandate for changing it.
func (tx *Tx) LockMandate(ctx context.Context, id market.ID) (market.Mandate, error) {
	return one[market.Mandate](tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", id))
}

// MandateOf a partner by its own reference, in the sandbox or outside it.
func (r reads) MandateOf(ctx context.Context, partner market.ID, test bool, reference string) (market.Mandate, error) {
	return one[market.Mandate](r.db.WithContext(ctx).Where("partner_id = ? and test = ? and reference = ?", partner, test, reference))
}

// Reached are mandates with whether what asks arrived, of those that are asked.
func (r reads) Reached(ctx context.Context, all ...market.Mandate) ([]market.Mandate, error) {
	var asked []market.ID
	for _, m := range all {
		if m.State == market.MandateAsked {
			asked = append(asked, m.ID)
		}
	}
	if len(asked) == 0 {
		return all, nil
	}
	lost, err := r.Undelivered(ctx, market.MandateLetter, asked)
	for i := range all {
		all[i].Undelivered = slices.Contains(lost, all[i].ID)
	}
	return all, err
}

// MandatesAfter are a partner's, by their references, from after one on.
func (r reads) MandatesAfter(ctx context.Context, partner market.ID, test bool, after string, limit int) ([]market.Mandate, error) {
	return many[market.Mandate](r.db.WithContext(ctx).Where("partner_id = ? and test = ? and reference > ?", partner, test, after).
		Order("reference").Limit(limit))
}

// CountMandates of a partner.
func (r reads) CountMandates(ctx context.Context, partner market.ID, test bool) (n int64, err error) {
	err = r.db.WithContext(ctx).Model(&market.Mandate{}).Where("partner_id = ? and test = ?", partner, test).Count(&n).Error
	return n, translate(err)
}

// MandatesFor a group: those it was asked for or has answered, and those that ask one of these addresses; the newest first.
// Of partners that have ended none is among them.
func (r reads) MandatesFor(ctx context.Context, group market.ID, address string) ([]market.Mandate, error) {
	return many[market.Mandate](r.db.WithContext(ctx).Where(`not test and (group_id = ? or group_id is null and address = ? and address <> '' and state = 'asked')
		and exists (select from partners p where p.id = partner_id and p.ended_at is null)`, group, address).Order("asked_at desc, id desc").Limit(200))
}

// RefusedSince reports whether whoever reads an address said no to a partner, or took a yes back, since a time.
func (r reads) RefusedSince(ctx context.Context, partner market.ID, address string, since time.Time) (refused bool, err error) {
	err = r.db.WithContext(ctx).Raw(`select exists (select from mandates where partner_id = ? and address = ? and state in ('refused', 'withdrawn')
		and coalesce(ended_at, answered_at) > ?)`,
		partner, address, since).Scan(&refused).Error
	return refused, translate(err)
}

// MandatesWith are those of a partner with a group that is here, the newest first.
func (r reads) MandatesWith(ctx context.Context, partner, group market.ID) ([]market.Mandate, error) {
	return many[market.Mandate](r.db.WithContext(ctx).Where("partner_id = ? and not test and group_id = ?", partner, group).Order("asked_at desc, id desc"))
}

// Mandates by their ids.
func (r reads) Mandates(ctx context.Context, ids []market.ID) (map[market.ID]market.Mandate, error) {
	all, err := many[market.Mandate](r.db.WithContext(ctx).Where("id = any (?::uuid[])", idArray(ids)))
	by := map[market.ID]market.Mandate{}
	for _, m := range all {
		by[m.ID] = m
	}
	return by, err
}

// PostFor has jobs post what partners sent for groups that said yes and what waits still, and open again what was paused by us:
// other partners may reach them from now on.
func (tx *Tx) PostFor(ctx context.Context, groups []market.ID) error {
	return tx.postWaiting(ctx, "m.group_id = any (?::uuid[])", idArray(groups))
}

// PostBy is PostFor of all that one partner sent.
func (tx *Tx) PostBy(ctx context.Context, partner market.ID) error {
	return tx.postWaiting(ctx, "m.partner_id = ?", partner)
}

func (tx *Tx) postWaiting(ctx context.Context, which string, arg any) error {
	var ids []market.ID
	err := tx.db.WithContext(ctx).Raw(`select m.id from mandates m where `+which+` and m.state = 'given' and not m.test and exists (select from supplied s
		where s.mandate_id = m.id and (s.stopped_at is not null or s.listing_id is null and s.closed_at is null)) order by m.id`, arg).Scan(&ids).Error
	if err != nil {
		return translate(err)
	}
	jobs := make([]market.Job, len(ids))
	for i, id := range ids {
		jobs[i] = market.Job{Kind: market.MandateJob, Subject: id}
	}
	return tx.Enqueue(ctx, time.Now(), jobs...)
}

// AddMandate keeps a new one. market.ErrConflict: the partner has that reference already.
func (tx *Tx) AddMandate(ctx context.Context, m market.Mandate) error { return create(ctx, tx.db, &m) }

// ChangeMandate writes one that was read by LockMandate.
func (tx *Tx) ChangeMandate(ctx context.Context, m market.Mandate) error {
	return changed(tx.db.WithContext(ctx).Model(&m).Where("id = ?", m.ID).Select("GroupID", "Address", "About", "State", "Words", "AskedAt", "LapsesAt",
		"AnsweredAt", "AnsweredBy", "EndedAt").Updates(&m))
}

// Lapsing are mandates that nobody answered in time.
func (r reads) Lapsing(ctx context.Context, now time.Time, limit int) (ids []market.ID, err error) {
	err = r.db.WithContext(ctx).Raw(`select id from mandates where state = 'asked' and lapses_at <= ? order by lapses_at, id limit ?`, now, limit).Scan(&ids).Error
	return ids, translate(err)
}

// OwnedAt are the groups of which whoever reads an address is an owner now, in the order of their names.
func (r reads) OwnedAt(ctx context.Context, address string, now time.Time) ([]market.Group, error) {
	return many[market.Group](r.db.WithContext(ctx).Where(`closed_at is null and removed_at is null and id in (select m.group_id from memberships m
		join people p on p.id = m.person_id where p.address = ? and m.role = 'owner' and m.since <= ? and (m.until is null or m.until > ?))`, address, now, now).
		Order("name, id"))
}

// Boxed puts a new group into the sandbox: its network, and apart from all other groups there.
func (tx *Tx) Boxed(ctx context.Context, network, group market.ID, now time.Time) error {
	db := tx.db.WithContext(ctx)
	m := market.NetworkMember{NetworkID: network, GroupID: group, AskedAt: &now, InvitedAt: &now, AgreedAt: &now, ClearedAt: &now}
	if err := create(ctx, tx.db, &m); err != nil {
		return err
	}
	return translate(db.Exec(`insert into blocks (group_id, blocked_id, created_at) select group_id, ?::uuid, ?::timestamptz from network_members
		where network_id = ? and group_id <> ? on conflict do nothing`, group, now, network, group).Error)
}

// Unboxable are groups that test keys put into the sandbox before a time.
func (r reads) Unboxable(ctx context.Context, before time.Time, limit int) (ids []market.ID, err error) {
	err = r.db.WithContext(ctx).Raw(`select group_id from mandates where test and group_id is not null and asked_at < ? order by asked_at, id limit ?`,
		before, limit).Scan(&ids).Error
	return ids, translate(err)
}

// DropTestGroup deletes a group of the sandbox that a test key made, with what hangs on it, and says which listings went.
func (tx *Tx) DropTestGroup(ctx context.Context, group market.ID) (listings []market.ID, err error) {
	db := tx.db.WithContext(ctx)
	if err := db.Raw(`delete from listings where group_id = ? returning id`, group).Scan(&listings).Error; err != nil {
		return nil, translate(err)
	}
	return listings, translate(db.Exec(`delete from groups g where g.id = ? and g.sample and exists (select from mandates m where m.group_id = g.id and m.test)`, group).Error)
}
