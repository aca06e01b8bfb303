package store

import (
	"context"

	"wherewithal/market"
)

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
	return one[market.Evidence](r.db.WithContext(ctx).Where("id = ?", id))
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
