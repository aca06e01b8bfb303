package queue

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Periodic is something done again and again by one process of all.
type Periodic struct {
	Name  string
	Every time.Duration                   // from the start of one to the start of the next; a slow one skips turns
	Do    func(ctx context.Context) error // must be safe to repeat, and return when ctx ends
}

// Schedule runs periodic work in one process at a time: the leader, which holds an advisory lock of Postgres for as
// long as its connection lives. When the leader or its connection dies another takes over within seconds. Work that
// ignores its context may overlap with the first turn of the next leader.
type Schedule struct {
	pool    *pgxpool.Pool
	works   []Periodic
	log     *slog.Logger
	metrics *Metrics
	key     int64
}

// leadership names the advisory lock: "wherewit" in ASCII, so that it is nobody else's.
const leadership int64 = 0x7768657265776974

const (
	candidacy = time.Second     // between two tries to become leader
	checkup   = time.Second     // between two looks at the leader's connection
	unheard   = 3 * time.Second // a connection that answers later than this is lost
)

// NewSchedule makes a schedule. All processes that share a database should hold the same works. metrics may be nil.
func NewSchedule(pool *pgxpool.Pool, log *slog.Logger, metrics *Metrics, works ...Periodic) *Schedule {
	return &Schedule{pool: pool, works: works, log: log, metrics: metrics, key: leadership}
}

// Run stands for leader, leads while elected, and stands again, until ctx ends.
func (s *Schedule) Run(ctx context.Context) {
	faults := faultLog{log: s.log, doing: "stand for leader of the schedule"}
	for ctx.Err() == nil {
		faults.note(ctx, s.stand(ctx))
		pause(ctx, candidacy)
	}
}

// stand waits on a connection of its own to be elected, and leads. It returns when the connection is lost.
func (s *Schedule) stand(ctx context.Context) error {
	conn, err := ownConnection(ctx, s.pool)
	if err != nil {
		return err
	}
	defer closeSoon(conn)
	// A waiting pg_advisory_lock would be a statement open for days, and hold back vacuum all that time.
	for elected := false; !elected; {
		if err := conn.QueryRow(ctx, "select pg_try_advisory_lock($1)", s.key).Scan(&elected); err != nil {
			return err
		}
		if !elected {
			pause(ctx, candidacy)
		}
	}
	if _, err := conn.Exec(ctx, "select set_config('application_name', $1, false)", leads+me()); err != nil {
		return err // whoever asks Postgres who leads is told
	}
	s.lead(ctx, conn)
	return nil
}

// lead runs the works until the connection is lost or ctx ends, and waits for them to return.
func (s *Schedule) lead(ctx context.Context, conn *pgx.Conn) {
	s.log.Info("this process leads the schedule")
	s.metrics.leads(true)
	ctx, cancel := context.WithCancel(ctx)
	var works sync.WaitGroup
	for _, p := range s.works {
		works.Go(func() { s.turns(ctx, p) })
	}
	for ctx.Err() == nil && answers(ctx, conn) {
	}
	cancel()
	works.Wait()
	s.metrics.leads(false)
	s.log.Info("this process no longer leads the schedule")
}

// answers waits a while for the server to end the connection, which is noticed at once, and then asks whether it
// still answers: a network that is gone says nothing.
func answers(ctx context.Context, conn *pgx.Conn) bool {
	wait, cancel := context.WithTimeout(ctx, checkup)
	defer cancel()
	if _, err := conn.WaitForNotification(wait); err != nil && wait.Err() == nil {
		return false
	}
	ask, cancel := context.WithTimeout(ctx, unheard)
	defer cancel()
	return conn.Ping(ask) == nil
}

func (s *Schedule) turns(ctx context.Context, p Periodic) {
	tick := time.NewTicker(p.Every)
	defer tick.Stop()
	faults := faultLog{log: s.log, doing: "do " + p.Name}
	for ctx.Err() == nil {
		err := turn(ctx, p)
		s.metrics.turnEnded(p.Name, err)
		faults.note(ctx, err)
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

func turn(ctx context.Context, p Periodic) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic with a %T", v)
		}
	}()
	return p.Do(ctx)
}
