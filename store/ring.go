package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// OpenRing keeps a new ring. market.ErrConflict: one of its groups is in another.
func (tx *Tx) OpenRing(ctx context.Context, r market.Ring) error {
	if err := create(ctx, tx.db, &r); err != nil {
		return err
	}
	return create(ctx, tx.db, &r.Members)
}

// LockRing reads a ring for changing it. Whoever also needs its listings locks those before.
func (tx *Tx) LockRing(ctx context.Context, id market.ID) (market.Ring, error) {
	return withMembers(tx.db.WithContext(ctx), tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", id))
}

func withMembers(db, which *gorm.DB) (market.Ring, error) {
	r, err := one[market.Ring](which)
	if err != nil {
		return r, err
	}
	r.Members, err = many[market.RingMember](db.Where("ring_id = ?", r.ID).Order("position"))
	return r, err
}

// ChangeRing writes where a ring stands, over the version it was read at; when its groups were told is ToldRing's to write, which may be
// done at the same time. market.ErrConflict: it has another version, or cannot have come there by market's table.
func (tx *Tx) ChangeRing(ctx context.Context, r market.Ring) error {
	read := r.Version
	r.Version++
	err := changed(tx.db.WithContext(ctx).Model(&market.Ring{}).Where("id = ? and version = ? and state in ?", r.ID, read, market.RingBefore(r.State)).
		Select("version", "state", "connected_at", "ended_at", "settled_at").Updates(&r))
	for i := range r.Members {
		m := &r.Members[i]
		if err == nil {
			err = changed(tx.db.WithContext(ctx).Model(&market.RingMember{}).Where("ring_id = ? and position = ?", r.ID, m.Position).
				Select("amount", "slots", "reasons", "fit", "answer", "answered_by", "answered_at", "introduction_id", "live").Updates(m))
		}
	}
	return err
}

// Ring for a viewer who belongs to one of its groups.
func (r reads) Ring(ctx context.Context, v market.Viewer, id market.ID) (market.Ring, error) {
	ring, err := withMembers(r.db.WithContext(ctx), r.db.WithContext(ctx).Where("id = ?", id))
	if err != nil || v.System {
		return ring, err
	}
	for _, m := range ring.Members {
		if v.In(m.GroupID) {
			return ring, nil
		}
	}
	return market.Ring{}, market.ErrNotFound
}

// ListedRing is where a ring stands in the list of a viewer's.
type ListedRing struct {
	Open bool // proposed
	ID   market.ID
}

// RingsOf a viewer's groups, open ones first, then newest first. after is the last of the page before, nil for the first page.
func (r reads) RingsOf(ctx context.Context, v market.Viewer, after *ListedRing, limit int) ([]market.Ring, error) {
	groups := v.Groups()
	if len(groups) == 0 {
		return nil, nil
	}
	which := r.db.WithContext(ctx).Where("id in (select ring_id from ring_members where group_id in ?)", groups)
	if after != nil {
		which = which.Where("(state = 'proposed', id) < (?, ?)", after.Open, after.ID) // false is less than true
	}
	return r.withAllMembers(ctx, which.Order("state = 'proposed' desc, id desc").Limit(limit))
}

// RingsAfter are those of a viewer's groups, newest first, in any state when state is ""; after is the last of the page
// before, "" for the first page.
func (r reads) RingsAfter(ctx context.Context, v market.Viewer, state market.State, after market.ID, limit int) ([]market.Ring, error) {
	groups := v.Groups()
	if len(groups) == 0 {
		return nil, nil
	}
	return r.withAllMembers(ctx, r.db.WithContext(ctx).
		Where("id in (select ring_id from ring_members where group_id in ?)", groups).
		Where("(?::text = '' or state = ?) and (?::uuid is null or id < ?::uuid)", state, state, after, after).
		Order("id desc").Limit(limit))
}

// withAllMembers are some rings with their members.
func (r reads) withAllMembers(ctx context.Context, which *gorm.DB) ([]market.Ring, error) {
	rings, err := many[market.Ring](which)
	if err != nil || len(rings) == 0 {
		return nil, err
	}
	at, ids := map[market.ID]int{}, make([]market.ID, len(rings))
	for i, ring := range rings {
		at[ring.ID], ids[i] = i, ring.ID
	}
	members, err := many[market.RingMember](r.db.WithContext(ctx).Where("ring_id in ?", ids).Order("ring_id, position"))
	for _, m := range members {
		ring := &rings[at[m.RingID]]
		ring.Members = append(ring.Members, m)
	}
	return rings, err
}

// ToldRing starts the clock of a group whose mail about a ring was handed over.
func (tx *Tx) ToldRing(ctx context.Context, ring, group market.ID, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Model(&market.RingMember{}).
		Where("ring_id = ? and group_id = ? and told_at is null", ring, group).Update("told_at", now).Error)
}

// RingAskedElsewhere reports whether another letter, to anybody, that asks a group about a ring waits to be sent. The ring is locked,
// so that of two letters which fail at once the later one finds that it was the last. letter may be empty.
func (tx *Tx) RingAskedElsewhere(ctx context.Context, ring, group, letter market.ID) (bool, error) {
	if _, err := tx.LockRing(ctx, ring); err != nil {
		return false, err
	}
	var waits bool
	err := tx.db.WithContext(ctx).Raw(`select exists (select from letters where about_id = ? and kind = ? and group_id = ? and id is distinct from ?::uuid
		and state = 'waiting')`, ring, market.RingLetter, group, letter).Scan(&waits).Error
	return waits, translate(err)
}

// RingMayHaveAsked reports whether a letter that asks a group about a ring may have reached its reader, though the mail server did not say so.
func (r reads) RingMayHaveAsked(ctx context.Context, ring, group market.ID) (bool, error) {
	var may bool
	err := r.db.WithContext(ctx).Raw(`select exists (select from letters where about_id = ? and kind = ? and group_id = ? and fault = ?)`,
		ring, market.RingLetter, group, market.UnsureFault).Scan(&may).Error
	return may, translate(err)
}

// UnheardRings are open rings with a group that has not answered, was told nothing, and of which no letter waits to be sent.
func (r reads) UnheardRings(ctx context.Context) ([]market.ID, error) {
	return r.rings(ctx, `state = 'proposed' and exists (select 1 from ring_members m where m.ring_id = rings.id and m.answer = '' and m.told_at is null
		and not exists (select 1 from letters l where l.about_id = rings.id and l.kind = ? and l.group_id = m.group_id and l.state = 'waiting'))`, market.RingLetter)
}

// ToldRingAnew starts it anew where the group has not answered: the letter that failed, and so started it, has gone after all.
func (tx *Tx) ToldRingAnew(ctx context.Context, ring, group market.ID, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Model(&market.RingMember{}).
		Where("ring_id = ? and group_id = ? and answer = ''", ring, group).Update("told_at", now).Error)
}

// OpenRings are those that wait for answers; of one listing when it is named.
func (r reads) OpenRings(ctx context.Context, listing market.ID) ([]market.ID, error) {
	return r.rings(ctx, `state = 'proposed' and (?::uuid is null or exists (select 1 from ring_members m
		where m.ring_id = rings.id and (m.offer_id = ? or m.need_id = ?)))`, listing, listing, listing)
}

// RingsWith are the rings that groups are bound in, all of them.
func (r reads) RingsWith(ctx context.Context, groups ...market.ID) ([]market.ID, error) {
	return r.rings(ctx, `state = 'proposed' and (select count(*) from ring_members m
		where m.ring_id = rings.id and m.live and m.group_id = any (?::uuid[])) = ?`, idArray(groups), len(groups))
}

// WaitingRings were told to a group before a time that has not answered.
func (r reads) WaitingRings(ctx context.Context, toldBefore time.Time) ([]market.ID, error) {
	return r.rings(ctx, `state = 'proposed' and exists (select 1 from ring_members m
		where m.ring_id = rings.id and m.answer = '' and m.told_at <= ?)`, toldBefore)
}

// UnsettledRings ended before a time, and what follows from that is still to be done.
func (r reads) UnsettledRings(ctx context.Context, endedBefore time.Time) ([]market.ID, error) {
	return r.rings(ctx, `ended_at <= ? and settled_at is null`, endedBefore)
}

func (r reads) rings(ctx context.Context, where string, args ...any) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select id from rings where `+where+` order by id limit 500`, args...).Scan(&ids).Error
	return ids, translate(err)
}

// RingNeeds are the open needs that a ring may meet, the longest open first: nothing is proposed for them, and their group
// offers something in return for something else and is in no ring now. The sample's are left as they were planted.
func (r reads) RingNeeds(ctx context.Context, limit int) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select l.id from listings l join groups g on g.id = l.group_id and not g.sample
		where l.life = 'open' and l.side = 'need'
		  and exists (select 1 from listings o where o.group_id = l.group_id and o.life = 'open' and o.side = 'offer' and o.terms ->> 'kind' = 'swap')
		  and not exists (select 1 from ring_members m where m.group_id = l.group_id and m.live)
		  and not exists (select 1 from introductions i where i.need_id = l.id and i.state in ('proposed', 'asked'))
		order by l.opened_at, l.id limit ?`, limit).Scan(&ids).Error
	return ids, translate(err)
}

// Leg is what one gives another in a ring.
type Leg struct{ OfferID, NeedID market.ID }

// RefusedLegs are what somebody refused, or left without an answer, to give or to be given in a ring: it is not put to
// them again.
func (r reads) RefusedLegs(ctx context.Context, needs []market.ID) ([]Leg, error) {
	var legs []Leg
	err := r.db.WithContext(ctx).Raw(`select distinct a.offer_id, b.need_id from ring_members a
		join rings r on r.id = a.ring_id and r.state in ('declined', 'lapsed')
		join ring_members b on b.ring_id = a.ring_id
		 and b.position = (a.position + 1) % (select count(*) from ring_members c where c.ring_id = a.ring_id)
		where b.need_id = any (?::uuid[])
		  and (case r.state when 'declined' then 'no' else '' end) in (a.answer, b.answer)`, idArray(needs)).Scan(&legs).Error
	return legs, translate(err)
}

// Answers counts what groups were asked so far, in introductions, and how often they said yes.
func (r reads) Answers(ctx context.Context, groups []market.ID) (asked, yes map[market.ID]int, err error) {
	var rows []struct {
		ID         market.ID
		Asked, Yes int
	}
	err = r.db.WithContext(ctx).Raw(`select g.id, count(*) as asked, count(*) filter (where g.answer = 'yes') as yes
		from introductions i cross join lateral (values (i.need_group_id, i.need_answer, i.need_told_at),
			(i.offer_group_id, i.offer_answer, i.offer_told_at)) g (id, answer, told)
		where g.id = any (?::uuid[]) and (g.answer <> '' or g.told is not null and i.state = 'lapsed') group by 1`, idArray(groups)).Scan(&rows).Error
	asked, yes = map[market.ID]int{}, map[market.ID]int{}
	for _, row := range rows {
		asked[row.ID], yes[row.ID] = row.Asked, row.Yes
	}
	return asked, yes, translate(err)
}
