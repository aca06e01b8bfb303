package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"wherewithal/market"
)

// wordy are the tables, beside those of the search index, in which erasing leaves old versions of rows behind, and whose statistics hold samples of texts.
var wordy = []string{"people", "groups", "places", "traces", "listings", "photos", "messages", "message_files", "letters", "invitations", "sign_ins", "sessions", "tokens",
	"reports", "decisions", "network_refusals", "connectors", "consents", "exchanges", "introductions", "matches", "ring_members", "address_changes", "partners", "partner_grants", "webhooks", "deliveries", "mandates", "supplied", "imports", "import_parts", "import_rows",
	"evidence", "check_statements", "unsent_forms", "unfinished_forms", "posted_forms", "bounces", "mail_stops", "saved_searches", "passkeys", "passkey_challenges", "once", "meanings", "exports", "export_parts"}

const (
	rewriteLimit = 64 << 20 // bytes of a table that is written anew by day: it is locked meanwhile, for a second or so
	rewriteBytes = 2 << 30  // of one by night: two busy cores did 26 to 54 MB a second, and a machine four times as fast is done within rewriteMost; so much room it wants at most
	rewriteMost  = 20       // seconds: then it is left as it was
	rewriteTries = 5        // to find a moment in which nobody uses it
	vacuumMost   = 300      // seconds: of a table that everybody may go on using
)

// Scrub has old versions of rows leave the tables, and texts that are no more the planner's statistics. Small tables are
// written anew, first; a larger one is only cleared, until Rewrite, and so is one that is too busy. What fails with one table keeps no other from it.
// What wants more rights than our role has is left to the server's own housekeeping. Safe to repeat. market.ErrConflict: another is at it, or a Rewrite.
func (s *Store) Scrub(ctx context.Context) error { return s.scrub(ctx, rewriteLimit) }

// Rewrite is Scrub that writes large tables anew as well, which nobody can read meanwhile. One that takes too long, or is larger than could be
// done, is left as it is, and its freed space is written over by and by.
func (s *Store) Rewrite(ctx context.Context) error { return s.scrub(ctx, rewriteBytes) }

func (s *Store) scrub(ctx context.Context, limit int64) error {
	conn, release, err := s.alone(ctx)
	if err != nil {
		return err
	}
	defer release()
	small, large, err := scrubbed(ctx, conn.Conn())
	if err != nil {
		return translate(err)
	}
	if _, err := conn.Exec(ctx, `set lock_timeout = '200ms'`); err != nil { // others queue behind whoever waits for a table
		return translate(err)
	}
	defer conn.Exec(context.WithoutCancel(ctx), `reset lock_timeout`) //nolint:errcheck // a connection that is gone is closed
	_, _ = conn.Exec(ctx, `delete from pg_catalog.pg_statistic where starelid = any (select to_regclass(n) from unnest($1::text[]) n)
		or starelid in (select i.indexrelid from pg_index i where i.indrelid = any (select to_regclass(n) from unnest($1::text[]) n))`, slices.Concat(small, large)) // of a table that is empty now nothing else drops them
	var failed []error
	for _, some := range [][]string{small, large} {
		for _, table := range some {
			if conn.Conn().IsClosed() {
				break
			}
			failed = append(failed, translate(scrub(ctx, conn.Conn(), table, limit)))
		}
		settle(ctx, conn.Conn())
	}
	return errors.Join(append(failed, ctx.Err())...)
}

// settle has what left the tables leave the statistics' own table and the log, as far as our role may.
func settle(ctx context.Context, conn *pgx.Conn) {
	for _, sql := range []string{`vacuum (full) pg_catalog.pg_statistic`, `select pg_switch_wal()`, `checkpoint`} {
		_, _ = conn.Exec(ctx, sql)
	}
}

// alone is a connection that has the right to scrub, until release. A process that dies lets go of it.
func (s *Store) alone(ctx context.Context) (conn *pgxpool.Conn, release func(), err error) {
	if conn, err = s.pool.Acquire(ctx); err != nil {
		return nil, nil, translate(err)
	}
	mine := false
	err = translate(conn.QueryRow(ctx, `select pg_try_advisory_lock(hashtext('scrub'))`).Scan(&mine))
	if err == nil && !mine {
		err = market.ErrConflict
	}
	if err != nil {
		conn.Release()
		return nil, nil, err
	}
	return conn, func() {
		soon, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if _, err := conn.Exec(soon, `select pg_advisory_unlock(hashtext('scrub'))`); err != nil {
			_ = conn.Conn().Close(soon) // with which the lock goes
		}
		conn.Release()
	}, nil
}

// scrubbed are the tables of a scrub, the smallest first, so that no large one takes the time of all others: ours, and those of the search
// index, whose names change with its shape. How large they were when last cleared has to do: to measure one waits for whoever has it locked.
func scrubbed(ctx context.Context, conn *pgx.Conn) (small, large []string, err error) {
	rows, err := conn.Query(ctx, `with named as (
			select n from unnest($1::text[]) n union select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'search')
		select n, coalesce((select sum(c.relpages) from pg_class t join pg_class c on c.oid in (t.oid, t.reltoastrelid) where t.oid = to_regclass(n)), 0)
			* current_setting('block_size')::bigint as bytes from named order by bytes, n`, wordy)
	if err != nil {
		return nil, nil, err
	}
	var name string
	var bytes int64
	_, err = pgx.ForEachRow(rows, []any{&name, &bytes}, func() error {
		if bytes <= rewriteLimit {
			small = append(small, name)
		} else {
			large = append(large, name)
		}
		return nil
	})
	return small, large, err
}

// JobWaits reports whether a job of a kind is to come already.
func (r reads) JobWaits(ctx context.Context, kind string) (waits bool, err error) {
	err = r.db.WithContext(ctx).Raw(`select exists (select from outbox where kind = ? and state = 'waiting')`, kind).Scan(&waits).Error
	return waits, translate(err)
}

// scrub writes a table anew, or clears it. One that is busy all the while, or takes too long, is left, and one that went meanwhile is no matter.
func scrub(ctx context.Context, conn *pgx.Conn, table string, limit int64) error {
	err := rewriteOrClear(ctx, conn, table, limit)
	switch pgCode(err) {
	case codeNoTable:
		return nil
	case codeBusy, codeEnded:
		slog.InfoContext(ctx, "store: a table is left as it is", "table", table, "because", err)
		return nil
	}
	return err
}

func rewriteOrClear(ctx context.Context, conn *pgx.Conn, table string, limit int64) error {
	var size *int64 // none: there is no such table any more
	if err := conn.QueryRow(ctx, `select pg_total_relation_size(to_regclass($1))`, table).Scan(&size); err != nil || size == nil {
		return err
	}
	if *size <= limit && rewritten(ctx, conn, table) {
		return nil
	}
	return within(ctx, conn, vacuumMost, "vacuum (analyze) "+table)
}

// rewritten writes a table anew, if it can be had within a few tries.
func rewritten(ctx context.Context, conn *pgx.Conn, table string) bool {
	for range rewriteTries {
		err := within(ctx, conn, rewriteMost, "vacuum (full, analyze) "+table)
		if err == nil {
			return true
		}
		if pgCode(err) != codeBusy {
			return false
		}
	}
	return false
}

// within does something that ends after so many seconds.
func within(ctx context.Context, conn *pgx.Conn, seconds int, sql string) error {
	if _, err := conn.Exec(ctx, fmt.Sprintf(`set statement_timeout = '%ds'`, seconds)); err != nil {
		return err
	}
	defer conn.Exec(context.WithoutCancel(ctx), `reset statement_timeout`) //nolint:errcheck // a connection that is gone is closed
	_, err := conn.Exec(ctx, sql)
	return err
}
