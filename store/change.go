package store

import (
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	"wherewithal/market"
)

// Cursor is how far a follower has read the changes. The zero Cursor is before all of them.
type Cursor struct {
	XID uint64 `gorm:"column:xid"`
	Seq int64
}

// Change is that of a listing, where it stands among all.
type Change struct {
	Cursor    `gorm:"embedded"`
	ListingID market.ID
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
	return r.changes(ctx, "", after, before, limit)
}

// OutwardChanges are the Changes that anybody may see: of listings, their groups and networks, and not that something was
// lent, or that two were introduced, or kept apart.
func (r reads) OutwardChanges(ctx context.Context, after Cursor, before uint64, limit int) ([]market.ID, Cursor, error) {
	return r.changes(ctx, "and not inward", after, before, limit)
}

// Seen are the changes after the cursor that can be seen, settled or not, each as often as it was made. A cursor moves by those
// alone that were settled, by a Frontier asked for before: beside the others may be some that cannot be seen yet.
func (r reads) Seen(ctx context.Context, after Cursor, limit int) ([]Change, error) {
	return r.rows(ctx, "", after, math.MaxInt64, limit)
}

func (r reads) changes(ctx context.Context, which string, after Cursor, before uint64, limit int) ([]market.ID, Cursor, error) {
	rows, err := r.rows(ctx, which, after, before, limit)
	seen := map[market.ID]bool{}
	var ids []market.ID
	for _, row := range rows {
		after = row.Cursor
		if !seen[row.ListingID] {
			seen[row.ListingID] = true
			ids = append(ids, row.ListingID)
		}
	}
	return ids, after, err
}

func (r reads) rows(ctx context.Context, which string, after Cursor, before uint64, limit int) (rows []Change, err error) {
	err = r.db.WithContext(ctx).Raw(`select xid::text::bigint as xid, seq, listing_id from changes
		where (xid, seq) > (?::text::xid8, ?) and xid < ?::text::xid8 `+which+`
		order by xid, seq limit ?`, strconv.FormatUint(after.XID, 10), after.Seq, strconv.FormatUint(before, 10), limit).Scan(&rows).Error
	return rows, translate(err)
}

// ForgetChanges drops changes, of listings and of saved searches, and partings, that are older than so much, as far as earlier calls marked the time: each marks it for later
// ones. now is machine time. ChangesFrom says how far it went.
func (s *Store) ForgetChanges(ctx context.Context, now time.Time, keep time.Duration) (err error) {
	defer market.Wrap(&err, "ForgetChanges")
	edge, err := s.Edge(ctx)
	if err != nil {
		return err
	}
	return s.InTx(ctx, func(tx *Tx) error {
		db := tx.db.WithContext(ctx)
		for _, step := range []struct {
			sql  string
			args []any
		}{
			{`insert into change_marks (xid, at) values (?::text::xid8, ?) on conflict do nothing`, []any{strconv.FormatUint(edge.XID, 10), now}},
			{`update change_marks set passed = true where at <= ?`, []any{now.Add(-keep)}},
			{`delete from changes where xid < (select xid from change_marks where passed order by xid desc limit 1)`, nil},
			{`delete from partings where xid < (select xid from change_marks where passed order by xid desc limit 1)`, nil},
			{`delete from search_changes where xid < (select xid from change_marks where passed order by xid desc limit 1)`, nil},
			{`delete from change_marks where passed and xid < (select xid from change_marks where passed order by xid desc limit 1)`, nil},
		} {
			if err := db.Exec(step.sql, step.args...).Error; err != nil {
				return translate(err)
			}
		}
		return nil
	})
}

// ChangesFrom is the transaction from which on all changes are kept. Asked for after reading, it tells whether what was read
// can have holes: where it is later than the cursor read from, it can.
func (r reads) ChangesFrom(ctx context.Context) (from uint64, err error) {
	err = r.db.WithContext(ctx).Raw(`select coalesce((select xid::text::bigint from change_marks where passed order by xid desc limit 1), 0)`).Scan(&from).Error
	return from, translate(err)
}

// ChangesMark is the newest transaction, up to one, that ForgetChanges marked; 0: none. Where nothing is left to be read before that one, a
// cursor may go on to it, and then grows no older while nothing happens.
func (r reads) ChangesMark(ctx context.Context, upTo uint64) (mark uint64, err error) {
	err = r.db.WithContext(ctx).Raw(`select coalesce((select xid::text::bigint from change_marks where xid <= ?::text::xid8 order by xid desc limit 1), 0)`,
		strconv.FormatUint(upTo, 10)).Scan(&mark).Error
	return mark, translate(err)
}

// Era names this database on this server: another when a backup was put back, here or elsewhere. Cursors of another era say
// nothing of this one.
func (r reads) Era(ctx context.Context) (era string, err error) {
	err = r.db.WithContext(ctx).Raw(`select (select system_identifier from pg_control_system()) || '/' || oid from pg_database
		where datname = current_database()`).Scan(&era).Error
	return era, translate(err)
}

// OpenAfter are listings that are open for anyone, or, for who sees the sandbox, in it, by their ids, from after one on.
func (r reads) OpenAfter(ctx context.Context, v market.Viewer, after market.ID, limit int) (ids []market.ID, err error) {
	which := `l.circle = 'anyone'`
	if v.Sandbox {
		which = inSandbox
	}
	err = r.db.WithContext(ctx).Raw(`select l.id from listings l where l.life = 'open' and `+which+` and (?::uuid is null or l.id > ?::uuid) order by l.id limit ?`,
		after, after, limit).Scan(&ids).Error
	return ids, translate(err)
}

const inSandbox = `l.group_id in (select m.group_id from network_members m join networks n on n.id = m.network_id and n.sandbox)`

// Forgettable are those of the listings that a viewer may be told are gone, which are those that it could have seen: those that
// were ever open for anyone, or are in the sandbox for who sees that; and where it is bound to networks, of groups that show their names
// and are in one of these, or were until the listing, or the group, went, or the group hid its name, at or after a cursor. Who was told of
// that has read on from there, and who came later never saw it: to them it would say where an alias is. Of what no longer exists that is
// told by the networks alone.
func (r reads) Forgettable(ctx context.Context, v market.Viewer, ids []market.ID, since Cursor) (gone map[market.ID]bool, err error) {
	which := `(l.id is null and not exists (select from partings p join networks n on n.id = p.network_id and n.sandbox where p.listing_id = i.id)
		or l.shown and not ` + inSandbox + `)`
	if v.Within != nil {
		which = `(exists (select from network_members m join groups g on g.id = m.group_id and not g.name_hidden
				where m.group_id = l.group_id and m.agreed_at is not null and m.network_id = any (cast(@within as uuid[])))
			or exists (select from partings p where p.listing_id = i.id and p.network_id = any (cast(@within as uuid[])) and p.xid >= cast(cast(@since as text) as xid8)))`
		if !v.Sandbox {
			which += ` and (l.id is null or l.shown)`
		}
	}
	var found []market.ID
	err = r.db.WithContext(ctx).Raw(`select i.id from unnest(cast(@ids as uuid[])) i (id) left join listings l on l.id = i.id where `+which,
		map[string]any{"ids": idArray(ids), "within": idArray(v.Within), "since": strconv.FormatUint(since.XID, 10)}).Scan(&found).Error
	gone = map[market.ID]bool{}
	for _, id := range found {
		gone[id] = true
	}
	return gone, translate(err)
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
