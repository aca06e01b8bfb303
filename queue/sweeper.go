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
// and attempts that never began and are no longer in Redis. What still waits its turn in Redis is left alone, however
// long the line, so a backlog is never made longer by sweeping it. Any number may run.
type Sweeper struct {
	Every time.Duration // between two sweeps; 10 s when zero. Set before Run

	outbox  Outbox
	tasks   *asynq.Inspector
	kinds   Table
	log     *slog.Logger
	metrics *Metrics

	after  int64               // where the walk over unbegun rows goes on
	active map[string]struct{} // attempts that were taken from Redis and not begun, at the last walk
	seen   map[string]struct{} // the same, of the walk under way
}

// NewSweeper makes a sweeper. metrics may be nil.
func NewSweeper(outbox Outbox, client redis.UniversalClient, kinds Table, log *slog.Logger, metrics *Metrics) *Sweeper {
	return &Sweeper{outbox: outbox, tasks: asynq.NewInspectorFromRedisClient(client), kinds: kinds, log: log,
		metrics: metrics, active: map[string]struct{}{}, seen: map[string]struct{}{}}
}

// A worker killed in a job: silent after 20 s, seen within 10 s, claimed within 1 s. Well under 60 s.
const (
	sweeps  = 10 * time.Second
	silence = 20 * time.Second // four beats missed
	unbegun = 10 * time.Second // a relay needs less to hand over what it claimed
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
	return errors.Join(s.measure(ctx, now), s.sweepSilent(ctx, now, heard), s.sweepUnbegun(ctx, now, handed))
}

func (s *Sweeper) measure(ctx context.Context, now time.Time) error {
	waiting, _, oldest, err := s.outbox.Depth(ctx)
	if err != nil {
		return err
	}
	s.metrics.depth(waiting, oldest, now)
	changed, err := s.outbox.Oldest(ctx, market.IndexJob)
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
	due, inTime := s.kinds[q.Job.Kind].next(q, now)
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
// the walk goes on at once.
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
		if len(missing) == 0 {
			return nil
		}
		if err := s.outbox.Return(ctx, now, missing...); err != nil {
			return err
		}
		s.metrics.sweptAgain("missing", len(missing))
		s.log.Warn("redis lost jobs: they are handed over again", "jobs", len(missing), "first", missing[0].ID)
	}
	return nil
}

// advance moves the walk on, or back to the start after the last row.
func (s *Sweeper) advance(rows []market.Queued) {
	if len(rows) == walk {
		s.after = rows[len(rows)-1].ID
		return
	}
	s.after = 0
	s.active, s.seen = s.seen, map[string]struct{}{}
}

func (s *Sweeper) missing(rows []market.Queued) (missing []market.Queued, err error) {
	for _, q := range rows {
		here, err := s.waits(q)
		if err != nil {
			return nil, err
		}
		if !here {
			missing = append(missing, q)
		}
	}
	return missing, nil
}

// waits says whether Redis still holds the attempt and it will run. One that is active but not begun is about to
// begin, or its worker died before it could, or is long at another in the same task: then it is so at two walks in a row.
func (s *Sweeper) waits(q market.Queued) (bool, error) {
	id := attemptID(q)
	info, err := s.find(q)
	switch {
	case errors.Is(err, asynq.ErrTaskNotFound), errors.Is(err, asynq.ErrQueueNotFound):
		return false, nil
	case err != nil:
		return false, err
	case info.State == asynq.TaskStateActive:
		s.seen[id] = struct{}{}
		_, before := s.active[id]
		return !before, nil
	}
	return info.State != asynq.TaskStateCompleted && info.State != asynq.TaskStateArchived, nil
}

// find looks for the task of an attempt. The release before handed over each attempt by itself.
func (s *Sweeper) find(q market.Queued) (*asynq.TaskInfo, error) {
	k := s.kinds[q.Job.Kind]
	info, err := s.tasks.GetTaskInfo(k.Queue, taskID(q, k))
	if k.Tasks > 0 && errors.Is(err, asynq.ErrTaskNotFound) {
		return s.tasks.GetTaskInfo(k.Queue, attemptID(q))
	}
	return info, err
}
