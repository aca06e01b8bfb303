// Package store keeps the truth: all of gorm and all SQL on the house's own tables.
//
// Reads take the viewer who asks, and what that viewer may not see is market.ErrNotFound. Changes happen inside InTx
// only; jobs can be enqueued only on its Tx, so that no job is sent outside the change that caused it. Business time is
// always an argument. Postgres away is market.ErrUnavailable.
package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"wherewithal/market"
)

// Store is the database. It is safe for concurrent use.
type Store struct {
	reads
	pool     *pgxpool.Pool
	waker    waker
	gathered gathered
}

// Tx is one transaction: every read of the Store, and every change.
type Tx struct {
	reads
	queued bool // jobs were written: relays are to be told once it is committed
}

// reads are the queries that a Store and a Tx share.
type reads struct{ db *gorm.DB }

// Open connects to the database at a postgres:// address. It does not wait for the server: a Store opened while
// Postgres is away answers market.ErrUnavailable until it is back.
func Open(ctx context.Context, address string) (_ *Store, err error) {
	defer market.Wrap(&err, "store.Open")
	conf, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, err
	}
	conf.AfterConnect = ourTypes
	if conf.ConnConfig.ConnectTimeout == 0 {
		conf.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	pool, err := pgxpool.NewWithConfig(ctx, conf)
	if err != nil {
		return nil, err
	}
	db, err := gorm.Open(postgres.New(postgres.Config{Conn: steadyPool{stdlib.OpenDBFromPool(pool), pool}}), &gorm.Config{
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
		NamingStrategy:         naming,
		Logger:                 logger.Discard, // errors are returned; doors and the job loop log them
	})
	if err != nil {
		pool.Close()
		return nil, err
	}
	return &Store{reads: reads{db: db}, pool: pool, waker: waker{pool: pool}, gathered: gathered{pool: pool}}, nil
}

// ourTypes makes every timestamp come back in UTC, whatever the machine's zone, and IDs go there without detours.
func ourTypes(_ context.Context, conn *pgx.Conn) error {
	types := conn.TypeMap()
	types.TryWrapEncodePlanFuncs = append([]pgtype.TryWrapEncodePlanFunc{wrapID}, types.TryWrapEncodePlanFuncs...)
	types.RegisterType(&pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID,
		Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC}})
	return nil
}

// Close gives back all connections.
func (s *Store) Close() { s.pool.Close() }

// Pool is the connection pool, for the search projection that lives in the same database.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// Ping asks whether Postgres answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.pool.Ping(ctx); err != nil {
		return fmt.Errorf("%w: postgres: %w", market.ErrUnavailable, err)
	}
	return nil
}

// InTx runs do in one transaction, which is committed when do returns nil. A transaction that Postgres could not
// serialise, that met a deadlock or came with a stale plan is run again, up to three times, so do must change nothing outside it.
func (s *Store) InTx(ctx context.Context, do func(*Tx) error) error {
	var err error
	var tx *Tx
	for range 3 {
		err = s.db.WithContext(ctx).Transaction(func(db *gorm.DB) error {
			tx = &Tx{reads: reads{db: db}}
			return do(tx)
		})
		if stalePlan(err) {
			s.pool.Reset()
		} else if !again(err) {
			break
		}
	}
	if err == nil && tx.queued {
		s.waker.wake()
	}
	return translate(err)
}
