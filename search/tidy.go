package search

import (
	"context"

	"github.com/jackc/pgx/v5"

	"wherewithal/market"
)

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
