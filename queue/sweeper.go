package queue

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"wherewithal/market"
)

// Sweeper drives again what Postgres does not show as done and nobody works on: attempts whose worker fell silent,
// attempts that never began and are no longer in Redis, and those in a parcel that a worker took and that does not move on.
// What still waits its turn in Redis is left alone, however long the line, so a backlog is never made longer by sweeping it,
// and so is a parcel that moves. Any number may run.
type Sweeper struct {
	Every time.Duration // between two sweeps; 10 s when zero. Set before Run

	outbox  Outbox
	tasks   *asynq.Inspector
	kinds   Table
	log     *slog.Logger
	metrics *Metrics

	after int64               // where the walk over unbegun rows goes on
	taken map[string]progress // of each task that a worker had taken at the last sweep
}

// NewSweeper makes a sweeper. metrics may be nil.
func NewSweeper(outbox Outbox, client redis.UniversalClient, kinds Table, log *slog.Logger, metrics *Metrics) *Sweeper {
	return &Sweeper{outbox: outbox, tasks: asynq.NewInspectorFromRedisClient(client), kinds: kinds, log: log, metrics: metrics}
}

// A worker killed in a job: silent after 20 s, seen within 10 s, claimed within 1 s. What lies behind that job in its parcel: seen
// within 10 s, stalled at the second sweep from then, claimed within 1 s. Well under 60 s, both. Whoever takes it up from there
// may be at others first.
const (
	sweeps  = 10 * time.Second
	silence = 20 * time.Second // four beats missed
	unbegun = 10 * time.Second // a relay needs less to hand over what it claimed
	stalled = 15 * time.Second // a letter waits 4 s for its turn and is soon sent; one whose server is slow to answer takes up to 10 minutes
	walk    = 2000             // rows asked about in Redis each time: under half a second
)

// Run sweeps again and again until ctx ends.
func (s *Sweeper) Run(ctx context.Context) {
	tick := time.NewTicker(cmp.Or(s.Every, sweeps))
	defer tick.Stop()
	faults := faultLog{log: s.log, doing: "sweep the outbox"}
	for {
		faults.note(ctx, s.Sweep(ctx, time.Now()))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Sweep looks once. Redis being away is a fault: it cannot be known then what still waits there.
func (s *Sweeper) Sweep(ctx context.Context, now time.Time) error {
	return s.sweep(ctx, now, now.Add(-silence), now.Add(-unbegun))
}

// Inherit drives at once whatever an earlier process left behind. It is for a process that has just started and knows
// that no other works on this outbox: nothing that was begun before now still runs.
func (s *Sweeper) Inherit(ctx context.Context, now time.Time) error {
	return s.sweep(ctx, now, now, now)
}

// sweep takes for dead what gave no sign of life since heard, and looks in Redis for what was sent before handed.
func (s *Sweeper) sweep(ctx context.Context, now, heard, handed time.Time) error {
	return errors.Join(s.measure(ctx, now), s.sweepSilent(ctx, now, heard), s.sweepStalled(ctx, now), s.sweepUnbegun(ctx, now, handed))
}

func (s *Sweeper) measure(ctx context.Context, now time.Time) error {
	waiting, _, oldest, err := s.outbox.Depth(ctx)
	if err != nil {
		return err
	}
	s.metrics.depth(waiting, oldest, now)
	changed, err := s.outbox.Unindexed(ctx, now)
	if err == nil {
		s.metrics.unindexedSince(changed, now)
	}
	return err
}

func (s *Sweeper) sweepSilent(ctx context.Context, now, heard time.Time) error {
	rows, err := s.outbox.Silent(ctx, heard, walk)
	if err != nil {
		return err
	}
	var faults []error
	for _, q := range rows {
		if err := s.lost(ctx, q, now); err != nil && !errors.Is(err, market.ErrConflict) {
			faults = append(faults, err)
		}
	}
	s.metrics.sweptAgain("silent", len(rows))
	return errors.Join(faults...)
}

// lost counts a failure: a job that kills its worker must not do so for ever. The first time it is tried again at
// once, later after the delays of its kind.
func (s *Sweeper) lost(ctx context.Context, q market.Queued, now time.Time) error {
	due, inTime := s.kinds[q.Job.Kind].next(q, now, now)
	if q.Failures == 0 {
		due = now
	}
	s.log.Warn("a worker fell silent in a job", "job", q.ID, "kind", q.Job.Kind, "attempt", q.Attempt, "again", inTime)
	if !inTime {
		err := s.outbox.GiveUp(ctx, q.ID, q.Attempt, now, "lost")
		if err == nil {
			s.metrics.gaveUp(q.Job.Kind)
		}
		return err
	}
	return s.outbox.Retry(ctx, q.ID, q.Attempt, due, "lost")
}

// sweepUnbegun walks over the unbegun rows, a stretch each time. Where Redis has lost some it has lost many, so then
// the walk goes on at once, to its end.
func (s *Sweeper) sweepUnbegun(ctx context.Context, now, handed time.Time) error {
	for ctx.Err() == nil {
		rows, err := s.outbox.Unbegun(ctx, handed, s.after, walk)
		if err != nil {
			return err
		}
		missing, err := s.missing(rows)
		if err != nil {
			return err
		}
		s.advance(rows)
		if err := s.again(ctx, now, missing, "missing", "jobs are not in Redis: they are handed over again"); err != nil {
			return err
		}
		if len(missing) == 0 || s.after == 0 {
			return nil
		}
	}
	return nil
}

// again lets jobs that nobody began wait for a relay.
func (s *Sweeper) again(ctx context.Context, now time.Time, rows []market.Queued, why, says string) error {
	if len(rows) == 0 {
		return nil
	}
	if err := s.outbox.Return(ctx, now, rows...); err != nil {
		return err
	}
	s.metrics.sweptAgain(why, len(rows))
	s.log.Warn(says, "jobs", len(rows), "first", rows[0].ID)
	return nil
}

// advance moves the walk on, or back to the start after the last row.
func (s *Sweeper) advance(rows []market.Queued) {
	s.after = 0
	if len(rows) == walk {
		s.after = rows[len(rows)-1].ID
	}
}

// missing are those of the rows that are not in Redis, and will not run.
func (s *Sweeper) missing(rows []market.Queued) (missing []market.Queued, err error) {
	parts := map[string]map[string]bool{}
	for _, q := range rows {
		here, err := s.waits(q, parts)
		if err != nil {
			return nil, err
		}
		if !here {
			missing = append(missing, q)
		}
	}
	return missing, nil
}

// waits says whether Redis holds the attempt, by itself or in a parcel of its claim, and it will run. parts are the attempts in the
// parcels of each claim that was asked for, by the name of its first part.
func (s *Sweeper) waits(q market.Queued, parts map[string]map[string]bool) (bool, error) {
	k, id, claim := s.kinds[q.Job.Kind], attemptID(q), partID(q, 0)
	if parts[claim][id] {
		return true, nil
	}
	alone, err := s.find(k.queue(q.Job), id)
	if alone != nil || err != nil || k.Tasks == 0 {
		return alone != nil, err
	}
	if parts[claim] == nil {
		if parts[claim], err = s.parts(q, k); err != nil {
			return false, err
		}
	}
	return parts[claim][id], nil
}

// parts are the attempts that lie in the parcels of a claim.
func (s *Sweeper) parts(q market.Queued, k Kind) (map[string]bool, error) {
	all := map[string]bool{}
	for part := range k.Tasks {
		t, err := s.find(k.Queue, partID(q, part))
		if err != nil {
			return nil, err
		}
		if t == nil {
			continue
		}
		rows, err := opened(t.Type, t.Payload)
		if err != nil {
			continue // nobody can do it, as its worker says
		}
		for _, in := range rows {
			all[attemptID(in)] = true
		}
	}
	return all, nil
}

// find is a task that waits for a worker or that one has taken; nil: there is none. One that asynq would try again by itself was
// with a worker that died.
func (s *Sweeper) find(queue, id string) (*asynq.TaskInfo, error) {
	t, err := s.tasks.GetTaskInfo(queue, id)
	switch {
	case errors.Is(err, asynq.ErrTaskNotFound), errors.Is(err, asynq.ErrQueueNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case t.State != asynq.TaskStatePending && t.State != asynq.TaskStateActive:
		return nil, nil
	}
	return t, nil
}
