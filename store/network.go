package store

import (
	"context"

	"wherewithal/market"
)

// Network by its address name.
func (r reads) Network(ctx context.Context, slug string) (market.Network, error) {
	return one[market.Network](r.db.WithContext(ctx).Where("slug = ?", slug))
}

// NetworkByID is a network by its id.
func (r reads) NetworkByID(ctx context.Context, id market.ID) (market.Network, error) {
	return one[market.Network](r.db.WithContext(ctx).Where("id = ?", id))
}

// Networks, all of them, from the widest level to the smallest.
func (r reads) Networks(ctx context.Context) ([]market.Network, error) {
	return many[market.Network](r.db.WithContext(ctx).Order("name, id"))
}

// NetworksOf are the networks a group has joined.
func (r reads) NetworksOf(ctx context.Context, group market.ID) ([]market.Network, error) {
	return many[market.Network](r.db.WithContext(ctx).Raw(`select n.* from networks n
		join network_members m on m.network_id = n.id where m.group_id = ? and m.agreed_at is not null order by n.name`, group))
}

// AddNetwork keeps a new network.
func (tx *Tx) AddNetwork(ctx context.Context, n market.Network) error { return create(ctx, tx.db, &n) }

// Nest puts a network below another. A nesting that would close a cycle is refused.
func (tx *Tx) Nest(ctx context.Context, p market.NetworkParent) error {
	return create(ctx, tx.db.Clauses(over("child_id", "parent_id")), &p)
}

// KeepMember writes where a group stands with a network: asked, invited, agreed.
func (tx *Tx) KeepMember(ctx context.Context, m market.NetworkMember) error {
	return create(ctx, tx.db.Clauses(over("network_id", "group_id")), &m)
}

// MakeConnector lets a person look after a network.
func (tx *Tx) MakeConnector(ctx context.Context, c market.Connector) error {
	return create(ctx, tx.db.Clauses(over("network_id", "person_id")), &c)
}

// below maps each network to itself and all that lies below it.
func (r reads) below(ctx context.Context) (map[market.ID][]market.ID, error) {
	var rows []struct{ Above, Below market.ID }
	err := r.db.WithContext(ctx).Raw(`
		with recursive tree (above, below) as (
		    select id, id from networks
		    union
		    select t.above, p.child_id from tree t join network_parents p on p.parent_id = t.below and p.agreed_at is not null
		) select above, below from tree order by above, below`).Scan(&rows).Error
	reach := map[market.ID][]market.ID{}
	for _, row := range rows {
		reach[row.Above] = append(reach[row.Above], row.Below)
	}
	return reach, translate(err)
}
