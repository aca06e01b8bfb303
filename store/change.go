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

// Edge is a cursor behind every change that a reader who starts now cannot have missed: what is read from the database
// after it was taken holds all changes up to it.
func (r reads) Edge(ctx context.Context) (Cursor, error) {
	var c Cursor
	err := r.db.WithContext(ctx).Raw(`select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as xid, -1 as seq`).Scan(&c).Error
	return c, translate(err)
}

// Frontier says which transactions are settled: all before oldest have ended, and none from next on has begun.
func (r reads) Frontier(ctx context.Context) (oldest, next uint64, err error) {
	var f struct{ Oldest, Next uint64 }
	err = r.db.WithContext(ctx).Raw(`select pg_snapshot_xmin(s)::text::bigint as oldest, pg_snapshot_xmax(s)::text::bigint as next
		from pg_current_snapshot() s`).Scan(&f).Error
	return f.Oldest, f.Next, translate(err)
}

// Changes are the listings changed after the cursor, each once, and the cursor to go on from. It never passes the
// oldest transaction still open: ids do not commit in order, and what that one writes would be missed.
func (r reads) Changes(ctx context.Context, after Cursor, limit int) ([]market.ID, Cursor, error) {
	var rows []struct {
		XID       uint64 `gorm:"column:xid"`
		Seq       int64
		ListingID market.ID
	}
	err := r.db.WithContext(ctx).Raw(`select xid::text::bigint as xid, seq, listing_id from changes
		where (xid, seq) > (?::text::xid8, ?) and xid < pg_snapshot_xmin(pg_current_snapshot())
		order by xid, seq limit ?`, strconv.FormatUint(after.XID, 10), after.Seq, limit).Scan(&rows).Error
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
