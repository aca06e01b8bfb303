package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// OpenIntroduction keeps a new introduction. market.ErrConflict: the pair has a living one.
func (tx *Tx) OpenIntroduction(ctx context.Context, in market.Introduction) error {
	if err := create(ctx, tx.db, &in); err != nil {
		return err
	}
	return tx.announceOpened(ctx, in.NeedID, in.ProposedAt)
}

// LockIntroduction reads an introduction for changing it: whoever answers at the same time waits.
func (tx *Tx) LockIntroduction(ctx context.Context, id market.ID) (market.Introduction, error) {
	return one[market.Introduction](tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", id))
}

// LockListing holds a listing so that changes of its introductions come one after the other.
func (tx *Tx) LockListing(ctx context.Context, id market.ID) error {
	_, err := tx.Listing(ctx, id)
	return err
}

// ChangeIntroduction writes where an introduction stands, over the version it was read at. market.ErrConflict: it has another
// version, or cannot have come there by market's table.
func (tx *Tx) ChangeIntroduction(ctx context.Context, in market.Introduction) error {
	if err := tx.announceAsked(ctx, in); err != nil {
		return err
	}
	read := in.Version
	in.Version++
	return changed(tx.db.WithContext(ctx).Model(&market.Introduction{}).Where("id = ? and version = ? and state in ?", in.ID, read, in.State.Before()).
		Select("version", "state", "need_answer", "offer_answer", "need_by", "offer_by", "decline_reason", "amount", "slots", "reasons", "fit",
			"need_told_at", "asked_at", "offer_told_at", "answered_at", "connected_at", "ended_at", "settled_at", "end_cause", "end_side",
			"offer_mask", "need_mask").
		Updates(&in))
}

// Introduction for a viewer who belongs to one of its two groups. Whether the side that gives may know of a mere
// proposal is the page's to say; see market.Introduction.KnownTo.
func (r reads) Introduction(ctx context.Context, v market.Viewer, id market.ID) (market.Introduction, error) {
	in, err := one[market.Introduction](r.db.WithContext(ctx).Where("id = ?", id))
	if err == nil && !v.System && !v.In(in.NeedGroupID) && !v.In(in.OfferGroupID) {
		return market.Introduction{}, market.ErrNotFound
	}
	return in, err
}

// knownTo is market.Introduction.KnownTo as a condition on the viewer's groups.
const knownTo = `need_group_id = any (cast(@groups as uuid[])) or (offer_group_id = any (cast(@groups as uuid[])) and (state in ('asked', 'connected') or offer_answer <> ''
	or offer_told_at is not null or (state = 'withdrawn' and asked_at is not null)))`

// waitsFor is whether an introduction waits for one of some groups: for a yes or a no, to confirm what the other side suggests,
// or to say whether it happened.
const waitsFor = `((i.need_group_id = any (cast(@posts as uuid[])) and i.state = 'proposed' and i.need_answer = '')
	or (i.offer_group_id = any (cast(@posts as uuid[])) and i.state = 'asked' and i.offer_answer = '')
	or (i.state = 'connected' and (i.need_group_id = any (cast(@posts as uuid[])) or i.offer_group_id = any (cast(@posts as uuid[])))
	    and exists (select 1 from exchanges e where e.introduction_id = i.id and e.stage in ('suggested', 'asked') and
	        ((i.need_group_id = any (cast(@posts as uuid[])) and (e.stage = 'suggested' and e.proposed_side = 'offer' or e.stage = 'asked' and e.need_says = ''))
	      or (i.offer_group_id = any (cast(@posts as uuid[])) and (e.stage = 'suggested' and e.proposed_side = 'need' or e.stage = 'asked' and e.offer_says = ''))))))`

// Listed is an introduction in the list of those of a viewer's groups.
type Listed struct {
	market.Introduction `gorm:"embedded"`
	Part                market.ListPart
}

// IntroductionsOf a viewer's groups that they may know of: first what waits for the viewer, then what is on its way, then the
// rest, each newest first. after is the last of the page before, nil for the first page.
func (r reads) IntroductionsOf(ctx context.Context, v market.Viewer, after *Listed, limit int) ([]Listed, error) {
	groups := v.Groups()
	if len(groups) == 0 {
		return nil, nil
	}
	if after == nil {
		after = &Listed{Part: -1}
	}
	return many[Listed](r.db.WithContext(ctx).Raw(`select * from (
		    select i.*, case when `+waitsFor+` then 0 when i.state in ('proposed', 'asked', 'connected') then 1 else 2 end as part
		      from introductions i where `+knownTo+`) x
		where part > @part or part = @part and id < cast(@id as uuid)
		order by part, id desc limit @limit`, map[string]any{"groups": idArray(groups), "posts": idArray(v.Posts()),
		"part": after.Part, "id": after.ID, "limit": limit}))
}

// IntroductionsAfter are those of a viewer's groups that they may know of, newest first, in any state when state is "";
// after is the last of the page before, "" for the first page.
func (r reads) IntroductionsAfter(ctx context.Context, v market.Viewer, state market.State, after market.ID, limit int) ([]market.Introduction, error) {
	groups := v.Groups()
	if len(groups) == 0 {
		return nil, nil
	}
	return many[market.Introduction](r.db.WithContext(ctx).
		Where(knownTo, map[string]any{"groups": idArray(groups)}).
		Where("(?::text = '' or state = ?) and (?::uuid is null or id < ?::uuid)", state, state, after, after).
		Order("id desc").Limit(limit))
}

// WaitingFor counts the introductions and rings that wait for the viewer: for a yes or a no, to confirm what the other side
// suggests, or to say whether it happened.
func (r reads) WaitingFor(ctx context.Context, v market.Viewer) (int, error) {
	posts := v.Posts()
	if len(posts) == 0 {
		return 0, nil
	}
	var n int
	err := r.db.WithContext(ctx).Raw(`select (select count(*) from introductions i where `+waitsFor+`)
		+ (select count(*) from ring_members m join rings r on r.id = m.ring_id and r.state = 'proposed'
		where m.group_id = any (cast(@posts as uuid[])) and m.answer = '')`, map[string]any{"posts": idArray(posts)}).Scan(&n).Error
	return n, translate(err)
}

// IntroductionsFor a listing, all of them, newest first.
func (r reads) IntroductionsFor(ctx context.Context, listing market.ID) ([]market.Introduction, error) {
	return many[market.Introduction](r.db.WithContext(ctx).Where("need_id = ? or offer_id = ?", listing, listing).
		Order("proposed_at desc, id"))
}

// IntroductionsForAll are those of several listings, newest first.
func (r reads) IntroductionsForAll(ctx context.Context, listings []market.ID) ([]market.Introduction, error) {
	if len(listings) == 0 {
		return nil, nil
	}
	return many[market.Introduction](r.db.WithContext(ctx).Where("need_id = any (?::uuid[]) or offer_id = any (?::uuid[])", idArray(listings), idArray(listings)).
		Order("proposed_at desc, id"))
}

// Between are the introductions of two groups, either way round, that are open or connected, or may become so again.
func (r reads) Between(ctx context.Context, a, b market.ID) ([]market.Introduction, error) {
	return many[market.Introduction](r.db.WithContext(ctx).Where(`(state in ('proposed', 'asked', 'connected') or state = 'declined' and settled_at is null) and
		((need_group_id = ? and offer_group_id = ?) or (need_group_id = ? and offer_group_id = ?))`, a, b, b, a).Order("id"))
}

// NeedsBetween are the open needs of each of two groups of a kind of which the other offers something.
func (r reads) NeedsBetween(ctx context.Context, a, b market.ID) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select n.id from listings n where n.side = 'need' and n.life = 'open' and n.group_id in (@a, @b)
		and exists (select 1 from listings o where o.side = 'offer' and o.life = 'open' and o.kind = n.kind
		            and o.group_id = case n.group_id when @a then cast(@b as uuid) else cast(@a as uuid) end) order by n.id`,
		map[string]any{"a": a, "b": b}).Scan(&ids).Error
	return ids, translate(err)
}

// Stranded are the needs with an open introduction to an offer that closed, or whose group cannot be introduced now, and that do not wait
// to be looked at: it was being opened beside that.
func (r reads) Stranded(ctx context.Context, now time.Time, limit int) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select distinct i.need_id from introductions i
		join listings o on o.id = i.offer_id join groups g on g.id = o.group_id
		where i.state in ('proposed', 'asked')
		  and (o.life <> 'open' or g.paused_until > ? or g.held_at is not null or g.removed_at is not null or g.closed_at is not null)
		  and not exists (select 1 from outbox x where x.kind = ? and x.subject = i.need_id and x.state in ('waiting', 'sent'))
		order by i.need_id limit ?`, now, market.FillJob, limit).Scan(&ids).Error
	return ids, translate(err)
}

// Overdue are open introductions whose side was told before the given time and did not answer.
func (r reads) Overdue(ctx context.Context, toldBefore time.Time, limit int) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select id from introductions
		where (state = 'proposed' and need_told_at <= ?) or (state = 'asked' and offer_told_at <= ?)
		order by id limit ?`, toldBefore, toldBefore, limit).Scan(&ids).Error
	return ids, translate(err)
}

// ToNudge are open introductions whose side was told before the given time, did not answer, and was not reminded.
func (r reads) ToNudge(ctx context.Context, toldBefore time.Time, limit int) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select i.id from introductions i
		where (i.state = 'proposed' and i.need_told_at <= ? and i.need_reminded_at is null)
		   or (i.state = 'asked' and i.offer_told_at <= ? and i.offer_reminded_at is null)
		order by i.id limit ?`, toldBefore, toldBefore, limit).Scan(&ids).Error
	return ids, translate(err)
}

// ToNudgeWith are those ToNudge which one reminder of a side can be about: in, and others of the same listing of that side, told after
// the one time and no later than the other. They are locked, by their ids from that of in on, as the schedule comes by them.
func (tx *Tx) ToNudgeWith(ctx context.Context, in market.Introduction, side market.Side, toldAfter, toldBefore time.Time) ([]market.ID, error) {
	state, own := market.Proposed, in.NeedID
	if side == market.Offer {
		state, own = market.Asked, in.OfferID
	}
	var ids []market.ID
	err := tx.db.WithContext(ctx).Raw(`select id from introductions where `+string(side)+`_id = ? and id >= ? and state = ?
		and `+string(side)+`_told_at > ? and `+string(side)+`_told_at <= ? and `+string(side)+`_reminded_at is null order by id for no key update`,
		own, in.ID, state, toldAfter, toldBefore).Scan(&ids).Error
	return ids, translate(err)
}

// Reminded keeps that a side was reminded, whether anybody could be reached or not.
func (tx *Tx) Reminded(ctx context.Context, side market.Side, now time.Time, introductions ...market.ID) error {
	return translate(tx.db.WithContext(ctx).Model(&market.Introduction{}).Where("id = any (?::uuid[])", idArray(introductions)).
		UpdateColumn(string(side)+"_reminded_at", now).Error)
}

// groupActed is when somebody last did something about the need l on behalf of its group. What the program changes in it,
// such as opening it again, is no act of its group, and nor is what others say or decide about it.
const groupActed = `coalesce((select max(e.at) from events e where e.subject_id = l.id and e.on_behalf = l.group_id and e.actor is not null), '-infinity')`

// roundsOf are what was put to the group of the need l since it last acted, by what one letter told of, the newest first: whether it
// lapsed without any answer. One of which something is still proposed is none yet.
const roundsOf = `select coalesce(i.need_told_at, i.proposed_at) as at, bool_and(i.need_answer = '') and bool_or(i.state = 'lapsed') as ignored
	from introductions i where i.need_id = l.id and i.proposed_at >= ` + groupActed + ` group by 1 having not bool_or(i.state = 'proposed') order by 1 desc`

// Ignored counts the newest proposals of a need in a row that lapsed without any answer, since its group last acted, to
// market.IgnoredInARow. Several of which one letter told are one.
func (r reads) Ignored(ctx context.Context, need market.ID) (int, error) {
	rounds, err := r.IgnoredOf(ctx, []market.ID{need})
	return rounds[need], err
}

// IgnoredOf is Ignored for several needs; those of which none was are left out.
func (r reads) IgnoredOf(ctx context.Context, needs []market.ID) (map[market.ID]int, error) {
	var rows []struct {
		ID      market.ID
		Ignored bool
	}
	err := r.db.WithContext(ctx).Raw(`select l.id, r.ignored from listings l cross join lateral (`+roundsOf+` limit ?) r
		where l.id = any (?::uuid[]) order by l.id, r.at desc`, market.IgnoredInARow, idArray(needs)).Scan(&rows).Error
	n, answered := map[market.ID]int{}, map[market.ID]bool{}
	for _, row := range rows {
		if answered[row.ID] = answered[row.ID] || !row.Ignored; !answered[row.ID] {
			n[row.ID]++
		}
	}
	return n, translate(err)
}

// Unsettled are introductions that ended before the given time and whose consequences are still to be drawn.
func (r reads) Unsettled(ctx context.Context, endedBefore time.Time, limit int) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select id from introductions
		where ended_at <= ? and settled_at is null order by ended_at, id limit ?`, endedBefore, limit).Scan(&ids).Error
	return ids, translate(err)
}

// Untold are introductions of an offer whose need side said yes and whose offer side has no letter yet, the groups that need by turns:
// first whoever the offer's group has heard of least, counting what it was told of since toldSince and has still to answer and
// whatever of the same group stands before it, then the oldest.
func (r reads) Untold(ctx context.Context, offer market.ID, toldSince time.Time, limit int) ([]market.Introduction, error) {
	return many[market.Introduction](r.db.WithContext(ctx).Raw(`with requests as (
			select i.id, i.need_group_id, i.asked_at, i.state <> 'asked' or exists
			       (select 1 from letter_introductions l where l.introduction_id = i.id and l.kind in ?) as told
			from introductions i where i.offer_id = ? and (i.state = 'asked' or i.offer_told_at > ?)),
		line as (select id, told, row_number() over (partition by need_group_id order by told desc, asked_at, id) as turn from requests)
		select i.* from introductions i join line on line.id = i.id and not line.told
		order by line.turn, i.asked_at, i.id limit ?`, asks(market.Offer), offer, toldSince, limit))
}

// Told counts the requests of an offer that its group was asked about and has not answered, open rings among them. One that the
// need's side took back counts until its mind can no longer change: its letter is on the way, and goes when it does.
func (r reads) Told(ctx context.Context, offer market.ID) (int, error) {
	var n int
	err := r.db.WithContext(ctx).Raw(`select (select count(*) from introductions i
		where i.offer_id = ? and (i.state = 'asked' or i.state = 'declined' and i.settled_at is null and i.need_answer = 'no' and i.offer_answer = '') and exists
		      (select 1 from letter_introductions l where l.introduction_id = i.id and l.kind in ?))
		+ (select count(*) from ring_members m join rings r on r.id = m.ring_id and r.state = 'proposed' where m.offer_id = ?)`,
		offer, asks(market.Offer), offer).Scan(&n).Error
	return n, translate(err)
}

// Allocate takes capacity of an offer, one row an occurrence. market.ErrTaken: someone was quicker.
func (tx *Tx) Allocate(ctx context.Context, rows []market.Allocation) error {
	return create(ctx, tx.db, &rows)
}

// Release gives back what an introduction had taken.
func (tx *Tx) Release(ctx context.Context, introduction market.ID, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Model(&market.Allocation{}).
		Where("introduction_id = ? and released_at is null", introduction).Update("released_at", now).Error)
}

// ReleaseFrom gives back what an introduction had taken of times after a moment.
func (tx *Tx) ReleaseFrom(ctx context.Context, introduction market.ID, after, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Model(&market.Allocation{}).
		Where("introduction_id = ? and released_at is null and starts_at > ?", introduction, after).Update("released_at", now).Error)
}

// fills is that an introduction i is connected and did not come to nothing.
const fills = `i.state = 'connected' and not exists (select 1 from exchanges e where e.introduction_id = i.id and e.stage = 'not_done')`

// Taken is how much of a need its connected introductions fill, those left out that came to nothing.
func (r reads) Taken(ctx context.Context, need market.ID) (int, error) {
	var n int
	err := r.db.WithContext(ctx).Raw(`select coalesce(sum(i.amount), 0) from introductions i where i.need_id = ? and `+fills, need).Scan(&n).Error
	return n, translate(err)
}

// FoundByHand reports whether a need that is closed as found was closed so by a person, and not by the program.
func (r reads) FoundByHand(ctx context.Context, need market.ID) (bool, error) {
	var byProgram bool
	err := r.db.WithContext(ctx).Raw(`select coalesce((select actor is null from events
		where subject_id = ? and verb = 'listing.fulfilled' order by id desc limit 1), false)`, need).Scan(&byProgram).Error
	return !byProgram, translate(err)
}
