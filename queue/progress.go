package queue

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/hibiken/asynq"

	"wherewithal/market"
)

// progress is how many jobs of a task nobody had begun, and since when it is so many.
type progress struct {
	left  int
	since time.Time
}

// sweepStalled looks at the tasks that workers have taken: what nobody began in one that does not move on lies behind a slow job,
// or its worker died.
func (s *Sweeper) sweepStalled(ctx context.Context, now time.Time) error {
	tasks, err := s.active()
	if err != nil {
		return err
	}
	left, err := s.outbox.NotBegun(ctx, slices.Concat(slices.Collect(maps.Values(tasks))...)...)
	if err != nil {
		return err
	}
	waits := map[string]bool{}
	for _, q := range left {
		waits[attemptID(q)] = true
	}
	before, behind := s.taken, []market.Queued(nil)
	s.taken = map[string]progress{}
	for id, rows := range tasks {
		rows = slices.DeleteFunc(rows, func(q market.Queued) bool { return !waits[attemptID(q)] })
		p, known := before[id]
		if !known || len(rows) < p.left {
			p = progress{len(rows), now}
		}
		if s.taken[id] = p; now.Sub(p.since) >= stalled {
			behind = append(behind, rows...)
		}
	}
	return s.again(ctx, now, behind, "behind", "jobs wait behind a slow one, or with a worker that died: they are handed over again")
}

// active is what lies in the tasks that workers have taken from Redis and not put away, by the tasks' names.
func (s *Sweeper) active() (map[string][]market.Queued, error) {
	tasks := map[string][]market.Queued{}
	for name := range s.kinds.queues() {
		list, err := s.tasks.ListActiveTasks(name, asynq.PageSize(walk))
		if err != nil && !errors.Is(err, asynq.ErrQueueNotFound) {
			return nil, err
		}
		for _, t := range list {
			if rows, err := opened(t.Type, t.Payload); err == nil { // else nobody can do it, as its worker says
				tasks[t.ID] = rows
			}
		}
	}
	return tasks, nil
}
