package queue

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"wherewithal/market"
)

// Relay hands outbox rows that are due to Redis. Any number may run, in one process or several: each row is claimed
// by one of them. A relay that dies between claim and handing over leaves rows for the Sweeper.
type Relay struct {
	Every time.Duration // how late a missed ring or a due retry is seen; 1 s when zero. Set before Run

	outbox  Outbox
	redis   redis.UniversalClient
	tasks   *asynq.Inspector
	kinds   Table
	bell    *Bell // nil: the clock alone
	log     *slog.Logger
	metrics *Metrics
	breaker breaker
}

// NewRelay makes a relay. bell may be nil: then rows are seen within a second. metrics may be nil.
func NewRelay(outbox Outbox, client redis.UniversalClient, kinds Table, bell *Bell, log *slog.Logger, metrics *Metrics) *Relay {
	metrics.redisUp(true)
	return &Relay{outbox: outbox, redis: client, tasks: asynq.NewInspectorFromRedisClient(client), kinds: kinds, bell: bell, log: log, metrics: metrics,
		breaker: breaker{redis: client, log: log, metrics: metrics}}
}

const (
	batch  = 200             // rows a claim: one round trip to Postgres for as many to Redis as they are tasks, 24 if all are letters
	hands  = 8               // at once to Redis; more gained nothing on two cores
	look   = time.Second     // how late a missed ring or a due retry is seen
	again  = time.Second     // wait of rows that could not be handed over
	absent = 1 * time.Minute // wait of rows whose kind this process does not know: a newer release may
)

// Run relays until ctx ends. Faults of Postgres and Redis are logged and outlived.
func (r *Relay) Run(ctx context.Context) {
	tick := time.NewTicker(cmp.Or(r.Every, look))
	defer tick.Stop()
	var ring chan struct{} // nil never rings
	if r.bell != nil {
		ring = r.bell.ring
		go r.bell.Run(ctx)
	}
	faults := faultLog{log: r.log, doing: "relay outbox rows"}
	for ctx.Err() == nil {
		faults.note(ctx, r.drain(ctx))
		select {
		case <-ctx.Done():
		case <-ring:
		case <-tick.C:
		}
	}
}

// drain relays until nothing is due, Redis is away, or Postgres fails.
func (r *Relay) drain(ctx context.Context) error {
	for r.breaker.closed(ctx, time.Now()) {
		n, err := r.once(ctx)
		if err != nil || n < batch {
			return err
		}
	}
	return nil
}

// once claims and hands over one batch, and says how many rows were claimed.
func (r *Relay) once(ctx context.Context) (int, error) {
	rows, err := r.outbox.Claim(ctx, time.Now(), batch)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	known, unknown := r.sort(rows)
	left := r.handOver(ctx, known)
	// What was claimed is given back even when ctx has just ended.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	now := time.Now()
	return len(rows), errors.Join(r.giveBack(ctx, now.Add(again), left), r.giveBack(ctx, now.Add(absent), unknown))
}

func (r *Relay) giveBack(ctx context.Context, due time.Time, rows []market.Queued) error {
	if len(rows) == 0 {
		return nil
	}
	return r.outbox.Return(ctx, due, rows...)
}

func (r *Relay) sort(rows []market.Queued) (known, unknown []market.Queued) {
	for _, q := range rows {
		if _, ok := r.kinds[q.Job.Kind]; ok {
			known = append(known, q)
		} else {
			unknown = append(unknown, q)
			r.log.Warn("a job of a kind unknown here waits", "job", q.ID, "kind", q.Job.Kind)
		}
	}
	return known, unknown
}

// handOver enqueues the rows and answers those that could not be.
func (r *Relay) handOver(ctx context.Context, rows []market.Queued) (left []market.Queued) {
	// A client announces each queue once in its life, and Redis may have been emptied since: so a new one each time.
	client := asynq.NewClientFromRedisClient(r.redis)
	all := parcels(rows, r.kinds)
	handed := make([]bool, len(all))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(hands)
	for i, p := range all {
		g.Go(func() (err error) {
			handed[i], err = r.enqueue(gctx, client, p)
			return err
		})
	}
	err := g.Wait() // the first error stopped the rest
	for i, p := range all {
		if !handed[i] {
			left = append(left, p.rows...)
		}
	}
	r.metrics.handedOver(len(rows) - len(left))
	if err != nil && ctx.Err() == nil {
		r.breaker.failed(time.Now(), err)
	}
	return left
}

// enqueue is safe to repeat: the name of a task is taken once. False without an error: another relay has claimed at the very same
// time, and its parcel has the name.
func (r *Relay) enqueue(ctx context.Context, client *asynq.Client, p parcel) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	k := r.kinds[p.rows[0].Job.Kind]
	t, err := p.task(k)
	if err != nil {
		return false, err
	}
	_, err = client.EnqueueContext(ctx, t)
	if errors.Is(err, asynq.ErrTaskIDConflict) {
		there, err := r.tasks.GetTaskInfo(k.queue(p.rows[0].Job), p.id)
		return err == nil && bytes.Equal(there.Payload, t.Payload()), nil
	}
	return err == nil, err
}
