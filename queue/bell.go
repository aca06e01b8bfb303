package queue

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Bell rings when a row was written to the outbox. It may ring for nothing, and may miss a ring while its connection
// is away: whoever waits for it also looks at a clock.
type Bell struct {
	pool *pgxpool.Pool
	ring chan struct{}
}

// NewBell listens on the notifications of the outbox, on a connection of its own taken out of the pool.
func NewBell(pool *pgxpool.Pool) *Bell {
	return &Bell{pool: pool, ring: make(chan struct{}, 1)}
}

// Run listens until ctx ends, and connects anew a second after each loss.
func (b *Bell) Run(ctx context.Context) {
	for ctx.Err() == nil {
		b.listen(ctx)
		pause(ctx, time.Second)
	}
}

func (b *Bell) listen(ctx context.Context) {
	conn, err := ownConnection(ctx, b.pool)
	if err != nil {
		return
	}
	defer closeSoon(conn)
	if _, err := conn.Exec(ctx, "listen outbox"); err != nil {
		return
	}
	for err == nil {
		b.strike() // also at once: rows may have come while nobody listened
		_, err = conn.WaitForNotification(ctx)
	}
}

func (b *Bell) strike() {
	select {
	case b.ring <- struct{}{}:
	default: // one ring not yet heard says it all
	}
}

// OwnConnections are those that a process with a bell and a schedule opens beside its pool.
const OwnConnections = 2

// ownConnection takes a connection out of the pool for good, so that its session state is nobody else's.
func ownConnection(ctx context.Context, pool *pgxpool.Pool) (*pgx.Conn, error) {
	c, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	return c.Hijack(), nil
}

func closeSoon(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = conn.Close(ctx)
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
