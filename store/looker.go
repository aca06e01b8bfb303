package store

import (
	"context"
	"time"

	"wherewithal/market"
)

// Looker is somebody for whose look at what was reported is waited.
type Looker struct {
	PersonID market.ID
	Newest   time.Time // when the last of what waits came
	Waiting  int
}

// lookers names whom each waiting thing is for. What is gone since it was reported waits for nobody, as in the queue.
const lookers = `with recursive waits (at, group_id) as (
		select r.created_at, g.id from reports r
		left join listings l on l.id = case r.subject when 'listing' then r.subject_id when 'photo' then (select p.listing_id from photos p where p.id = r.subject_id) end
		join groups g on g.id = case r.subject when 'group' then r.subject_id else l.group_id end
		where r.handled_at is null and r.subject in ('group', 'listing', 'photo')
		union all
		select r.created_at, null from reports r where r.handled_at is null
			and (r.subject = 'site' or r.subject = 'message' and exists (select from messages m where m.id = r.subject_id))
		union all
		select appealed_at, null from decisions where appealed_at is not null and answered_at is null),
	reached as (select p.id, p.operator from people p where p.erased_at is null and not p.bounced
		and not exists (select from mail_stops s where s.person_id = p.id and s.kind = @kind)),
	looks (network_id, person_id) as (select c.network_id, c.person_id from connectors c join reached r on r.id = c.person_id
		where c.since <= @now and (c.until is null or c.until > @now)),
	above (group_id, id, step) as (
		select m.group_id, m.network_id, 0 from network_members m where m.agreed_at is not null and m.group_id in (select group_id from waits)
		union select a.group_id, p.parent_id, a.step + 1 from above a join network_parents p on p.child_id = a.id and p.agreed_at is not null),
	nearest (group_id, network_id) as (select distinct on (group_id) group_id, id from above
		where id in (select network_id from looks) order by group_id, step, id),
	told (person_id, at) as (
		select l.person_id, w.at from waits w join nearest n on n.group_id = w.group_id join looks l on l.network_id = n.network_id
		union all
		select r.id, w.at from waits w join reached r on r.operator where not exists (select from nearest n where n.group_id = w.group_id))
	select person_id, max(at) as newest, count(*) as waiting from told
	where at <= @by and (cast(@person as uuid) is null or person_id = cast(@person as uuid)) group by person_id order by person_id`

// Lookers are those who are to look at what was reported, or appealed about, up to a time. What concerns a group is for the
// connectors of the nearest network at or above it, as NearestAbove walks, that has any who can be written to; where there is none, and
// of messages, complaints and appeals, for the operators. Who stopped such mails, or from whom mail comes back, is left out.
func (r reads) Lookers(ctx context.Context, by, now time.Time) ([]Looker, error) {
	return r.lookers(ctx, "", by, now)
}

// LooksWaiting is how much of what was reported, or appealed about, waits for a person's look.
func (r reads) LooksWaiting(ctx context.Context, person market.ID, now time.Time) (int, error) {
	list, err := r.lookers(ctx, person, now, now)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	return list[0].Waiting, nil
}

func (r reads) lookers(ctx context.Context, person market.ID, by, now time.Time) (list []Looker, err error) {
	err = r.db.WithContext(ctx).Raw(lookers, map[string]any{"kind": market.ReportsWaiting, "person": person, "by": by, "now": now}).Scan(&list).Error
	return list, translate(err)
}
