package store

import (
	"context"
	"strconv"
	"strings"

	"wherewithal/market"
)

// Cursor is how far a follower has read the changes. The zero Cursor is before all of them.
type Cursor struct {
	XID uint64 `gorm:"column:xid"`
	Seq int64
}

// Frontier says which transactions of this database are settled: all before settled have ended, and none from next on
// has begun. What a later statement reads holds everything that the settled ones wrote.
//
// A snapshot's own xmin would do, but it counts every database of the server, so that a long transaction of a neighbour
// would hold us up. The transactions at work here stand in pg_stat_activity, which is read after the statement's
// snapshot: one that ended in between is seen by later statements, one that began has a number from next on. Where a
// backend of this database hides its number from us, or a prepared transaction has none, xmin it is.
func (r reads) Frontier(ctx context.Context) (settled, next uint64, err error) {
	var f struct{ Settled, Next uint64 }
	err = r.db.WithContext(ctx).Raw(`
		select next, case when hidden then floor else least(next, oldest) end as settled
		  from (select pg_snapshot_xmax(s)::text::bigint as next, pg_snapshot_xmin(s)::text::bigint as floor
		          from pg_current_snapshot() s) s,
		       lateral (select bool_or(state is null and backend_type = 'client backend')
		                           or exists (select 1 from pg_prepared_xacts where database = current_database()) as hidden,
		                       -- backend_xid has 32 bits, and may have been given after the snapshot was taken: it is as
		                       -- far from next, forwards or backwards, as their low halves are.
		                       min(next + (backend_xid::text::bigint - next + x'80000000'::bigint & x'ffffffff'::bigint)
		                           - x'80000000'::bigint) as oldest
		                  from pg_stat_activity where datname = current_database()) a`).Scan(&f).Error
	return f.Settled, f.Next, translate(err)
}

// Edge is a cursor behind every change that a reader who starts now cannot have missed: what is read from the database
// after it was taken holds all changes up to it.
func (r reads) Edge(ctx context.Context) (Cursor, error) {
	settled, _, err := r.Frontier(ctx)
	return Cursor{XID: settled, Seq: -1}, err
}

// Changes are the listings changed after the cursor, each once, and the cursor to go on from. It never passes the
// oldest transaction still open: ids do not commit in order, and what that one writes would be missed. So before is the
// settled end of a Frontier that was asked for earlier.
func (r reads) Changes(ctx context.Context, after Cursor, before uint64, limit int) ([]market.ID, Cursor, error) {
	var rows []struct {
		XID       uint64 `gorm:"column:xid"`
		Seq       int64
		ListingID market.ID
	}
	err := r.db.WithContext(ctx).Raw(`select xid::text::bigint as xid, seq, listing_id from changes
		where (xid, seq) > (?::text::xid8, ?) and xid < ?::text::xid8
		order by xid, seq limit ?`, strconv.FormatUint(after.XID, 10), after.Seq, strconv.FormatUint(before, 10), limit).Scan(&rows).Error
	seen := map[market.ID]bool{}
	var ids []market.ID
	for _, row := range rows {
		after = Cursor{XID: row.XID, Seq: row.Seq}
		if !seen[row.ListingID] {
			seen[row.ListingID] = true
			ids = append(ids, row.ListingID)
		}
	}
	return ids, after, translate(err)
}

// PurgeChanges forgets changes that every follower has long passed: those written before the given transaction.
func (s *Store) PurgeChanges(ctx context.Context, before Cursor) error {
	return translate(s.db.WithContext(ctx).Exec(`delete from changes where xid < ?::text::xid8`, strconv.FormatUint(before.XID, 10)).Error)
}

// idArray writes ids as a Postgres array literal.
func idArray(ids []market.ID) string {
	var parts []string
	for _, id := range ids {
		if id != "" {
			parts = append(parts, string(id))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}
