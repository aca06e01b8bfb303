package store

import (
	"context"
	"slices"
	"time"

	"wherewithal/market"
)

// Looker is somebody for whose look at what was reported or is held is waited.
type Looker struct {
	PersonID market.ID
	Newest   time.Time // when the last of what waits came
	Waiting  int
}

// nobodyLooks is that a network w, of which n is a membership, has no connector but members of that group.
const nobodyLooks = `not exists (select from connectors c where c.network_id = w.id and c.since <= @now and (c.until is null or c.until > @now)
	and not exists (select from memberships i where i.group_id = n.group_id and i.person_id = c.person_id and i.since <= @now and (i.until is null or i.until > @now)))`

// lookers names whom each waiting thing is for: nobody of the group that it is about. What is gone since it was reported waits for
// nobody, as in the queue. up: it is for the operators whatever connectors there are. network_id: the network that it is about, which is
// not for those who look after it.
const lookers = `with recursive waits (at, group_id, network_id, up) as (
		select r.created_at, g.id, cast(null as uuid), false from reports r
		left join listings l on l.id = case r.subject when 'listing' then r.subject_id when 'photo' then (select p.listing_id from photos p where p.id = r.subject_id) end
		join groups g on g.id = case r.subject when 'group' then r.subject_id else l.group_id end
		where r.handled_at is null and r.subject in ('group', 'listing', 'photo')
		union all
		select r.created_at, m.group_id, case r.subject when 'network' then r.subject_id end, true from reports r left join messages m on r.subject = 'message' and m.id = r.subject_id
		where r.handled_at is null and (r.subject in ('site', 'network') or m.id is not null)
		union all
		select appealed_at, group_id, case subject when 'network' then subject_id end, true from decisions where appealed_at is not null and answered_at is null
		union all
		select groups.held_at, groups.id, null, true from groups where ` + nameWaits + `
		union all
		select networks.held_at, null, networks.id, true from networks where ` + networkWaits + `
		union all
		select held_listings.created_at, held_listings.group_id, null, true from held_listings join listings l on l.id = listing_id and l.life = 'draft'
		where exists (select ` + looking + ` and ` + nobodyLooks + `)),
	inside (group_id, person_id) as (select i.group_id, i.person_id from memberships i where i.group_id in (select group_id from waits)
		and i.since <= @now and (i.until is null or i.until > @now)),
	reached as (select p.id, p.operator from people p where p.erased_at is null and not p.bounced
		and not exists (select from mail_stops s where s.person_id = p.id and s.kind = @kind)),
	looks (network_id, person_id) as (select c.network_id, c.person_id from connectors c join reached r on r.id = c.person_id
		where c.since <= @now and (c.until is null or c.until > @now)),
	above (group_id, id, step) as (
		select m.group_id, m.network_id, 0 from network_members m where m.agreed_at is not null and m.group_id in (select group_id from waits)
		union select a.group_id, p.parent_id, a.step + 1 from above a join network_parents p on p.child_id = a.id and p.agreed_at is not null),
	may (group_id, network_id, person_id, step) as (select a.group_id, a.id, l.person_id, a.step from above a join looks l on l.network_id = a.id
		where not exists (select from inside i where i.group_id = a.group_id and i.person_id = l.person_id)),
	nearest (group_id, network_id) as (select distinct on (group_id) group_id, network_id from may order by group_id, step, network_id),
	told (person_id, at) as (
		select m.person_id, w.at from waits w join nearest n on n.group_id = w.group_id join may m on m.group_id = n.group_id and m.network_id = n.network_id
		where not w.up
		union all
		select r.id, w.at from waits w join reached r on r.operator
		where (w.up or not exists (select from nearest n where n.group_id = w.group_id))
		and (not exists (select from inside i where i.group_id = w.group_id and i.person_id = r.id) or not exists (select from reached o
			where o.operator and not exists (select from inside i where i.group_id = w.group_id and i.person_id = o.id)))
		and (not exists (select from looks l where l.network_id = w.network_id and l.person_id = r.id) or not exists (select from reached o
			where o.operator and not exists (select from looks l where l.network_id = w.network_id and l.person_id = o.id))))
	select person_id, max(at) as newest, count(*) as waiting from told
	where at <= @by and (cast(@person as uuid) is null or person_id = cast(@person as uuid)) group by person_id order by person_id`

// Lookers are those who are to look at what was reported, appealed about or is held, up to a time. A report that concerns a group is for
// the connectors of the nearest network at or above it, as NearestAbove walks, that has any who can be written to and are none of its
// members; where there is none, and of messages, networks, complaints, appeals and names, for the operators. They are told of a first listing too
// when a network that looks at it, as HeldListings has it, has nobody for it; connectors have a letter of its own for each. An operator who is a member, or looks
// after the network that it is about, is told where there is no other. Who stopped such mails, or from whom mail comes back, is left out.
func (r reads) Lookers(ctx context.Context, by, now time.Time) ([]Looker, error) {
	return r.lookers(ctx, "", by, now)
}

// LooksWaiting is how much waits for a person's look, of what Lookers counts.
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

// ConnectorsOutside are those of a network who are none of a group's members: they decide about it.
func (r reads) ConnectorsOutside(ctx context.Context, network, group market.ID, now time.Time) ([]market.Person, error) {
	people, err := r.Connectors(ctx, network, now)
	if err != nil {
		return nil, err
	}
	inside, err := r.Members(ctx, group, now)
	return slices.DeleteFunc(people, func(p market.Person) bool {
		return slices.ContainsFunc(inside, func(m market.Membership) bool { return m.PersonID == p.ID })
	}), err
}

// OperatorOutside reports whether any operator is none of a group's members.
func (r reads) OperatorOutside(ctx context.Context, group market.ID, now time.Time) (there bool, err error) {
	err = r.db.WithContext(ctx).Raw(`select exists (select from people p where p.operator and p.erased_at is null and not exists (select from memberships i
		where i.group_id = @group and i.person_id = p.id and i.since <= @now and (i.until is null or i.until > @now)))`,
		map[string]any{"group": group, "now": now}).Scan(&there).Error
	return there, translate(err)
}

// OperatorBeside reports whether any operator does not look after a network.
func (r reads) OperatorBeside(ctx context.Context, network market.ID, now time.Time) (there bool, err error) {
	err = r.db.WithContext(ctx).Raw(`select exists (select from people p where p.operator and p.erased_at is null and not exists (select from connectors c
		where c.network_id = @network and c.person_id = p.id and c.since <= @now and (c.until is null or c.until > @now)))`,
		map[string]any{"network": network, "now": now}).Scan(&there).Error
	return there, translate(err)
}

// NobodyLooks are the networks that hold what a group posts and have no connector but members of it: operators look for them.
func (r reads) NobodyLooks(ctx context.Context, group market.ID, now time.Time) (ids []market.ID, err error) {
	err = r.db.WithContext(ctx).Raw(`select n.network_id `+holding+` and n.group_id = @group and `+nobodyLooks+` order by n.network_id`,
		map[string]any{"group": group, "now": now}).Scan(&ids).Error
	return ids, translate(err)
}
