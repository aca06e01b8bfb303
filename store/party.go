package store

import (
	"context"
	"time"

	"wherewithal/market"
)

// parties are the groups and networks that others may read of at all.
const parties = `select * from (
	select g.id, 'group' as kind, g.id::text as page, case when g.name_hidden then g.alias else g.name end as name, g.does, '' as level,
		case when g.name_hidden then '[]' else (select coalesce(jsonb_agg(distinct p.borough order by p.borough), '[]') from places p where p.group_id = g.id and p.borough <> '') end as boroughs,
		(select coalesce(jsonb_agg(m.network_id order by m.network_id), '[]') from network_members m where m.group_id = g.id and m.agreed_at is not null) as networks,
		g.sample and exists (select from network_members m join networks n on n.id = m.network_id and n.sandbox where m.group_id = g.id) as sandbox,
		g.sample, g.name_hidden
	from groups g where g.held_at is null and g.removed_at is null and g.closed_at is null
	union all
	select n.id, 'network', n.slug, n.name, n.about, n.level, '[]', jsonb_build_array(n.id), n.sandbox, n.sample, false from networks n where n.removed_at is null and n.held_at is null) party `

// Parties are those of the ids that others may read of, as they are now. For our own jobs.
func (r reads) Parties(ctx context.Context, ids []market.ID) ([]market.Party, error) {
	return many[market.Party](r.db.WithContext(ctx).Raw(parties+`where id = any (?::uuid[]) order by id`, idArray(ids)))
}

// EachParty calls do with all of them, a batch at a time in the order of their ids, until it returns an error.
func (r reads) EachParty(ctx context.Context, do func([]market.Party) error) error {
	for after := market.ID(""); ; {
		batch, err := many[market.Party](r.db.WithContext(ctx).Raw(parties+`where (?::uuid is null or id > ?::uuid) order by id limit 500`, after, after))
		if err != nil || len(batch) == 0 {
			return err
		}
		if err := do(batch); err != nil {
			return err
		}
		after = batch[len(batch)-1].ID
	}
}

// PartiesFor are those of the ids that the viewer may be shown: not a group that is kept apart from one of the viewer's, to a
// test key those of the sandbox alone, to a key that is bound to networks those in them, and to no partner a group that
// hides its name.
func (r reads) PartiesFor(ctx context.Context, v market.Viewer, ids []market.ID) ([]market.Party, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	db := r.db.WithContext(ctx).Raw(parties+`where id = any (cast(@ids as uuid[])) and sandbox = @sandbox
		and (not @bound or jsonb_exists_any(networks, cast(@within as text[]))) and not (@partner and name_hidden)
		and not exists (select from blocks b where b.group_id = party.id and b.blocked_id = any (cast(@own as uuid[]))
			or b.blocked_id = party.id and b.group_id = any (cast(@own as uuid[])))`,
		map[string]any{"ids": idArray(ids), "sandbox": v.Sandbox, "bound": v.Within != nil, "within": idArray(v.Within),
			"partner": v.Partner != "", "own": idArray(v.Groups())})
	return many[market.Party](db)
}

// partyChanged has the index learn what a group or a network is now.
func (tx *Tx) partyChanged(ctx context.Context, ids ...market.ID) error {
	jobs := make([]market.Job, len(ids))
	for i, id := range ids {
		jobs[i] = market.Job{Kind: market.PartyJob, Subject: id}
	}
	return tx.Enqueue(ctx, time.Now(), jobs...)
}
