package store

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// waker tells the relays of all processes that jobs were written. It does so after their commit: a transaction that
// notifies holds a lock of the whole server until its commit has reached the disk, and commits would come one by one. A
// word that is lost, because the process ended just then, costs the second after which a relay looks by itself.
type waker struct {
	pool *pgxpool.Pool
	due  atomic.Bool
}

const (
	gather     = 3 * time.Millisecond // one word for all that commits meanwhile
	wakeWithin = 2 * time.Second
)

// wake has the relays told soon. It does not wait.
func (w *waker) wake() {
	if w.due.CompareAndSwap(false, true) {
		go w.tell()
	}
}

// tell is ready for the next call before it speaks: what is committed until then is covered, what comes later calls anew.
func (w *waker) tell() {
	time.Sleep(gather)
	w.due.Store(false)
	ctx, cancel := context.WithTimeout(context.Background(), wakeWithin)
	defer cancel()
	_, _ = w.pool.Exec(ctx, "notify outbox") // a relay that is not told looks by itself
}
