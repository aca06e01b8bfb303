package search

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/meilisearch/meilisearch-go"

	"wherewithal/market"
)

const (
	compactWithin = 10 * time.Minute // bounds the wait for an engine that writes its index anew
	compacted     = time.Minute      // after it, what had waited for it is done, or waited for anew
)

// Compact has the engine write its index anew: what was taken out stands in its files until then. It can be searched meanwhile, and what is
// written to it waits. It wants room for a second copy. None is built meanwhile. Safe to repeat.
func (m *Meili) Compact(ctx context.Context) (err error) {
	defer market.Wrap(&err, "search.Compact")
	return m.turns.Rebuilding(ctx, func(ctx context.Context) error {
		task, err := m.server.Index(m.live).CompactWithContext(ctx)
		if code(told(ctx, err)) == "index_not_found" {
			return nil
		}
		return m.awaitWithin(ctx, task, err, compactWithin)
	})
}

// compacts reports whether the engine writes its index anew, or did a moment ago, whoever told it to.
func (m *Meili) compacts() bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second) // whoever wrote has no time left
	defer cancel()
	list, err := m.server.Index(m.live).GetTasksWithContext(ctx, &meilisearch.TasksQuery{Types: []meilisearch.TaskType{"indexCompaction"}, Limit: 1})
	if err != nil || len(list.Results) == 0 {
		return false
	}
	last := list.Results[0]
	return last.FinishedAt.IsZero() || time.Since(last.FinishedAt) < compacted
}

// Compact does nothing: the tables of the index are written anew with all others.
func (p *Postgres) Compact(context.Context) error { return nil }

// Tidy throws away words that no listing has any more: what was edited out, or went with its listing, is not to be offered
// for a slip of somebody's, nor to be kept, not even as a sample in the planner's statistics. Writers wait while it looks, a
// moment for each 10,000 words. Safe to repeat.
func (p *Postgres) Tidy(ctx context.Context) (err error) {
	defer market.Wrap(&err, "search.Tidy")
	var gone int64
	err = pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		if err := lock(ctx, tx, "pg_advisory_xact_lock", writeLock); err != nil {
			return err
		}
		done, err := tx.Exec(ctx, "DELETE FROM "+vocabulary+" w WHERE NOT EXISTS (SELECT FROM "+listings+
			" l WHERE l.words @@ quote_literal(w.stem)::tsquery)")
		gone = done.RowsAffected()
		return err
	})
	if err != nil || gone == 0 {
		return err
	}
	_, err = p.pool.Exec(ctx, ddl("VACUUM (ANALYZE) LISTING, WORD", ""))
	return err
}
