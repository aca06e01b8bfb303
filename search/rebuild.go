package search

import (
	"context"
	"iter"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"wherewithal/market"
)

// Rebuild fills new tables from docs beside the live ones and swaps. Questions are answered from the old tables until
// then, and changes go to both: none is lost, and none is undone by a document that docs had read before. One process
// rebuilds at a time; the next one waits. On an error the old tables stay.
func (p *Postgres) Rebuild(ctx context.Context, docs iter.Seq2[Document, error]) (err error) {
	defer market.Wrap(&err, "search.Rebuild")
	return p.alone(ctx, func() error {
		if err := p.begin(ctx); err != nil {
			return err
		}
		if err := p.fill(ctx, docs); err != nil {
			_ = p.abandon(context.WithoutCancel(ctx)) // what stays behind is dropped by the next rebuild
			return err
		}
		return p.swap(ctx)
	})
}

// alone holds the lock of rebuilding on a connection of its own; when the process dies, so does the lock.
func (p *Postgres) alone(ctx context.Context, f func() error) error {
	return p.pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error {
		if _, err := c.Exec(ctx, "SELECT pg_advisory_lock($1::int, $2::int)", lockSpace, rebuildLock); err != nil {
			return err
		}
		defer c.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1::int, $2::int)", lockSpace, rebuildLock)
		return f()
	})
}

// change runs f while nobody writes.
func (p *Postgres) change(ctx context.Context, f func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		if err := lock(ctx, tx, "pg_advisory_xact_lock", writeLock); err != nil {
			return err
		}
		return f(tx)
	})
}

const dropNext = "DROP TABLE IF EXISTS LISTING, WORD;"

// begin makes the new tables; from its commit on, every change goes to both.
func (p *Postgres) begin(ctx context.Context) error {
	return p.change(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, ddl(dropNext+copyDDL, nextSuffix)+shaped(`
			TRUNCATE search.gone_#;
			UPDATE search.state SET building = true WHERE shape = #;`))
		return err
	})
}

func (p *Postgres) abandon(ctx context.Context) error {
	return p.change(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, ddl(dropNext, nextSuffix)+shaped("UPDATE search.state SET building = false WHERE shape = #"))
		return err
	})
}

func (p *Postgres) fill(ctx context.Context, docs iter.Seq2[Document, error]) error {
	var part []Document
	for d, err := range docs {
		if err != nil {
			return err
		}
		if part = append(part, d); len(part) == batch {
			if err := p.fillPart(ctx, part); err != nil {
				return err
			}
			part = part[:0]
		}
	}
	return p.fillPart(ctx, part)
}

// fillPart writes what was read from the truth a while ago: it gives way to changes made since, and to deletions.
func (p *Postgres) fillPart(ctx context.Context, part []Document) error {
	return p.change(ctx, func(tx pgx.Tx) error {
		gone, err := among(ctx, tx, ids(part))
		if err != nil {
			return err
		}
		var stay []Document
		for _, d := range newest(part) {
			if !gone[d.ID] {
				stay = append(stay, d)
			}
		}
		return put(ctx, tx, stay, nextSuffix, ">")
	})
}

// among are those of the ids that were deleted during the rebuild.
func among(ctx context.Context, tx pgx.Tx, ids []string) (map[market.ID]bool, error) {
	rows, err := tx.Query(ctx, shaped("SELECT id::text FROM search.gone_# WHERE id = ANY ($1::uuid[])"), ids)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[market.ID])
	gone := map[market.ID]bool{}
	for _, id := range list {
		gone[id] = true
	}
	return gone, err
}

// swap puts the new tables in the old ones' place. Questions that are being answered finish; those that come wait for
// a few milliseconds.
func (p *Postgres) swap(ctx context.Context) error {
	if _, err := p.pool.Exec(ctx, ddl("VACUUM (ANALYZE) LISTING, WORD", nextSuffix)); err != nil {
		return err
	}
	return p.change(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, ddl(dropNext, "")+shaped(`
			ALTER TABLE search.listing_#_next RENAME TO listing_#;
			ALTER TABLE search.word_#_next RENAME TO word_#;
			UPDATE search.state SET building = false, filled = true WHERE shape = #;
			TRUNCATE search.gone_#;`))
		return err
	})
}
