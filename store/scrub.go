package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// wordy are the tables, beside those of the search index, in which erasing leaves old versions of rows behind, and whose statistics hold samples of texts.
var wordy = []string{"people", "groups", "places", "traces", "listings", "photos", "messages", "message_files", "letters", "invitations", "sign_ins", "sessions", "tokens",
	"reports", "decisions", "network_refusals", "connectors", "consents", "exchanges", "introductions", "matches", "ring_members", "address_changes", "partners", "partner_grants", "webhooks", "deliveries", "mandates", "supplied", "imports", "import_parts", "import_rows",
	"evidence", "check_statements", "unsent_forms", "bounces", "mail_stops", "saved_searches", "passkeys", "passkey_challenges", "once", "meanings", "exports", "export_parts"}

const (
	rewriteLimit = 64 << 20 // bytes of a table that is written anew by day: it is locked meanwhile, for a second or so
	rewriteBytes = 1 << 50  // of one by night: any, if that is done within
	rewriteMost  = 20       // seconds: then it is left as it was
	rewriteTries = 5        // to find a moment in which nobody uses it
)

// Scrub has old versions of rows leave the tables, and texts that are no more the planner's statistics. Small tables are
// written anew; a larger one is only cleared, until Rewrite, and so is one that is too busy.
// What wants more rights than our role has is left to the server's own housekeeping. Safe to repeat.
func (s *Store) Scrub(ctx context.Context) error { return s.scrub(ctx, rewriteLimit) }

// Rewrite is Scrub that writes large tables anew as well, which nobody can read meanwhile. One that takes too long is left as it is, and its
// freed space is written over by and by.
func (s *Store) Rewrite(ctx context.Context) error { return s.scrub(ctx, rewriteBytes) }

func (s *Store) scrub(ctx context.Context, limit int64) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return translate(err)
	}
	defer conn.Release()
	tables, err := scrubbed(ctx, conn.Conn())
	if err != nil {
		return translate(err)
	}
	if _, err := conn.Exec(ctx, `set lock_timeout = '200ms'`); err != nil { // others queue behind whoever waits for a table
		return translate(err)
	}
	defer conn.Exec(context.WithoutCancel(ctx), `reset lock_timeout`) //nolint:errcheck // a connection that is gone is closed
	_, _ = conn.Exec(ctx, `delete from pg_catalog.pg_statistic where starelid = any (select n::regclass from unnest($1::text[]) n)
		or starelid in (select i.indexrelid from pg_index i where i.indrelid = any (select n::regclass from unnest($1::text[]) n))`, tables) // of a table that is empty now nothing else drops them
	for _, table := range tables {
		if err := scrub(ctx, conn.Conn(), table, limit); err != nil {
			return translate(err)
		}
	}
	for _, sql := range []string{`vacuum (full) pg_catalog.pg_statistic`, `select pg_switch_wal()`, `checkpoint`} {
		if _, err := conn.Exec(ctx, sql); err != nil && ctx.Err() != nil {
			return err
		}
	}
	return nil
}

// scrubbed are the tables of a scrub: ours, and those of the search index, whose names change with its shape.
func scrubbed(ctx context.Context, conn *pgx.Conn) ([]string, error) {
	rows, err := conn.Query(ctx, `select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'search' order by 1`)
	if err != nil {
		return nil, err
	}
	index, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return append(slices.Clone(wordy), index...), err
}

// JobWaits reports whether a job of a kind is to come already.
func (r reads) JobWaits(ctx context.Context, kind string) (waits bool, err error) {
	err = r.db.WithContext(ctx).Raw(`select exists (select from outbox where kind = ? and state = 'waiting')`, kind).Scan(&waits).Error
	return waits, translate(err)
}

func scrub(ctx context.Context, conn *pgx.Conn, table string, limit int64) error {
	var size int64
	if err := conn.QueryRow(ctx, `select pg_total_relation_size($1::regclass)`, table).Scan(&size); err != nil {
		return err
	}
	if size <= limit && rewritten(ctx, conn, table) {
		return nil
	}
	within, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	_, err := conn.Exec(within, "vacuum (analyze) "+table)
	return err
}

// rewritten writes a table anew, if it can be had within a few tries.
func rewritten(ctx context.Context, conn *pgx.Conn, table string) bool {
	if _, err := conn.Exec(ctx, fmt.Sprintf(`set statement_timeout = '%ds'`, rewriteMost)); err != nil {
		return false
	}
	defer conn.Exec(context.WithoutCancel(ctx), `reset statement_timeout`) //nolint:errcheck // a connection that is gone is closed
	for range rewriteTries {
		_, err := conn.Exec(ctx, "vacuum (full, analyze) "+table)
		if err == nil {
			return true
		}
		if pgCode(err) != "55P03" { // lock_not_available
			return false
		}
	}
	return false
}
