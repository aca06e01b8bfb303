package search

import (
	"context"
	"hash/fnv"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// PostgresTurns keep the writers of all processes in order, by locks in a database. They have connections of their own:
// an engine that is slow must not hold those that pages are read with. A process that dies lets go of its locks.
type PostgresTurns struct{ pool *pgxpool.Pool }

// TurnsAtOnce are the connections that a process opens for them at most: who rebuilds, who writes alone within it, and writers beside.
const TurnsAtOnce = 4

// The locks of an engine's copy, beside those of Postgres' own.
const (
	engineWriteLock   = 4
	engineRebuildLock = 5
	listingLockSpace  = lockSpace + 1 // the second number is that of a lot of listings
)

// lots bound the locks that one writer holds, whatever it writes.
const lots = 256

// NewPostgresTurns are turns in the database that the pool leads to. Nothing is asked of it yet.
func NewPostgresTurns(ctx context.Context, like *pgxpool.Pool) (*PostgresTurns, error) {
	c := like.Config().Copy()
	c.MaxConns, c.MinConns, c.MinIdleConns = TurnsAtOnce, 0, 0
	pool, err := pgxpool.NewWithConfig(ctx, c)
	return &PostgresTurns{pool}, err
}

// Close lets go of the connections.
func (t *PostgresTurns) Close() { t.pool.Close() }

// Together lets many write at once, but one at a time for each listing.
func (t *PostgresTurns) Together(ctx context.Context, ids []string, do func(context.Context) error) error {
	return t.hold(ctx, "pg_advisory_xact_lock_shared", engineWriteLock, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1::int, lot) FROM unnest($2::int[]) lot", listingLockSpace, lotsOf(ids)); err != nil {
			return err
		}
		return do(ctx)
	})
}

// lotsOf ids, in order, so that no two writers wait for each other both ways.
func lotsOf(ids []string) []int32 {
	out := make([]int32, len(ids))
	for i, id := range ids {
		h := fnv.New32a()
		h.Write([]byte(id))
		out[i] = int32(h.Sum32() % lots)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Alone waits until nobody writes, and lets nobody write meanwhile.
func (t *PostgresTurns) Alone(ctx context.Context, do func(context.Context) error) error {
	return t.hold(ctx, "pg_advisory_xact_lock", engineWriteLock, func(pgx.Tx) error { return do(ctx) })
}

// Rebuilding lets one rebuild at a time; others write meanwhile.
func (t *PostgresTurns) Rebuilding(ctx context.Context, do func(context.Context) error) error {
	return t.hold(ctx, "pg_advisory_xact_lock", engineRebuildLock, func(pgx.Tx) error { return do(ctx) })
}

func (t *PostgresTurns) hold(ctx context.Context, how string, which int, do func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, t.pool, func(tx pgx.Tx) error {
		if err := lock(ctx, tx, how, which); err != nil {
			return err
		}
		return do(tx)
	})
}
