package store

import (
	"context"

	"wherewithal/market"
)

// evidenceRows are read with the name of the network that has seen them.
const evidenceRows = `select v.*, coalesce(n.name, '') as shown_name from evidence v left join networks n on n.id = v.shown_in and n.removed_at is null and n.held_at is null`

// ShowEvidence keeps where, to whom and on which day evidence was shown, or with zero values that it is only stated.
// market.ErrNotFound: the group has no such evidence.
func (tx *Tx) ShowEvidence(ctx context.Context, ev market.Evidence) error {
	return changed(tx.db.WithContext(ctx).Exec(`update evidence set shown_in = ?, shown_to = ?, shown_on = ? where id = ? and group_id = ?`,
		ev.ShownIn, ev.ShownTo, ev.ShownOn, ev.ID, ev.GroupID))
}

// Unsay takes out of the reasons that others read that evidence of a group was shown: what was taken back is said nowhere.
func (tx *Tx) Unsay(ctx context.Context, group market.ID, kind market.EvidenceKind) error {
	for table, theirs := range map[string]string{"introductions": "t.need_group_id = @group", "matches": theirNeed, "ring_members": theirNeed} {
		sql := `update ` + table + ` t set reasons = (select jsonb_agg(case when r.value ->> 'code' = 'evidence' and r.value ->> 'key' = @kind
				then r.value - 'shownTo' - 'shownOn' else r.value end order by r.ordinality) from jsonb_array_elements(t.reasons) with ordinality r)
			where ` + theirs + ` and exists (select from jsonb_array_elements(t.reasons) r
				where r.value ->> 'code' = 'evidence' and r.value ->> 'key' = @kind and jsonb_exists(r.value, 'shownOn'))`
		if err := tx.db.WithContext(ctx).Exec(sql, map[string]any{"group": group, "kind": kind}).Error; err != nil {
			return translate(err)
		}
	}
	return nil
}

const theirNeed = `t.need_id in (select l.id from listings l where l.group_id = @group and l.side = 'need')`

// RemoveEvidence of a group. market.ErrNotFound: there is no such one.
func (tx *Tx) RemoveEvidence(ctx context.Context, group, id market.ID) error {
	res := tx.db.WithContext(ctx).Where("id = ? and group_id = ?", id, group).Delete(&market.Evidence{})
	if res.Error == nil && res.RowsAffected == 0 {
		return market.ErrNotFound
	}
	return translate(res.Error)
}

// Checks is what a group states of having people checked. The zero value: nothing.
func (r reads) Checks(ctx context.Context, group market.ID) (market.CheckStatement, error) {
	list, err := many[market.CheckStatement](r.db.WithContext(ctx).Where("group_id = ?", group))
	if err != nil || len(list) == 0 {
		return market.CheckStatement{GroupID: group}, err
	}
	return list[0], nil
}

// EvidenceByID of any group, for the letter that speaks of it.
func (r reads) EvidenceByID(ctx context.Context, id market.ID) (market.Evidence, error) {
	return one[market.Evidence](r.db.WithContext(ctx).Raw(evidenceRows+` where v.id = ?`, id))
}

// EvidenceEnding is what ends after one day and up to another, for which its group has nothing later, and of which nobody
// was told under a name yet.
func (r reads) EvidenceEnding(ctx context.Context, after, until market.Date, name string, limit int) ([]market.Evidence, error) {
	return many[market.Evidence](r.db.WithContext(ctx).Raw(`select v.* from evidence v
		join groups g on g.id = v.group_id and not g.sample and g.closed_at is null and g.removed_at is null
		where v.expires > ? and v.expires <= ?
		  and not exists (select 1 from evidence w where w.group_id = v.group_id and w.kind = v.kind and w.id <> v.id
		                     and (w.expires = '' or w.expires > v.expires))
		  and not exists (select 1 from letters x where x.once = ? || ':' || v.id)
		order by v.expires, v.id limit ?`, after, until, name, limit))
}
