package store

import (
	"context"

	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// Empty reports whether nobody and nothing was ever kept: the state in which a sample may be planted.
func (r reads) Empty(ctx context.Context) (bool, error) {
	var n int
	err := r.db.WithContext(ctx).Raw(`select (exists (select 1 from people) or exists (select 1 from groups))::int`).Scan(&n).Error
	return n == 0, translate(err)
}

// seedBatch bounds the rows of one insert: Postgres takes 65,535 parameters, a listing has about 45.
const seedBatch = 500

// Plant inserts rows of any of market's words as they are; rows must be a slice. For the sample only: it checks nothing.
func (tx *Tx) Plant(ctx context.Context, rows any) error {
	return translate(tx.db.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, seedBatch).Error)
}

// PlantNetworks inserts networks with the folded forms of their names.
func (tx *Tx) PlantNetworks(ctx context.Context, networks []market.Network) error {
	rows := make([]networkRow, len(networks))
	for i, n := range networks {
		rows[i] = rowOf(n)
	}
	return tx.Plant(ctx, &rows)
}

// PlantGroups inserts groups with the folded forms of their names.
func (tx *Tx) PlantGroups(ctx context.Context, groups []market.Group) error {
	rows := make([]groupRow, len(groups))
	for i, g := range groups {
		rows[i] = groupRow{Group: g, Likeness: market.LikenessKey(g.Name)}
	}
	return tx.Plant(ctx, &rows)
}
