package queue

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/hibiken/asynq"

	"wherewithal/market"
)

// parcel is what a task holds: one attempt, and more where its kind has several in a task. The release before reads the first
// alone; a sweeper finds the others in no worker's hands.
type parcel struct {
	market.Queued
	More []market.Queued `json:",omitempty"`
}

// parcels are the rows that go in one task, for each task.
func parcels(rows []market.Queued, kinds Table) (all [][]market.Queued) {
	place := map[string]int{}
	for _, q := range rows {
		id := taskID(q, kinds[q.Job.Kind])
		at, ok := place[id]
		if !ok {
			at = len(all)
			place[id], all = at, append(all, nil)
		}
		all[at] = append(all[at], q)
	}
	return all
}

// keep is how long asynq remembers a task that ran. Redis clients repeat a command whose answer was lost; while the
// name is remembered such a repeat adds nothing.
const keep = time.Minute

// slack is how much later than the job's own time-out asynq would step in. Its time-out walks away from a running
// handler, so it must never be the first.
const slack = time.Minute

// task holds attempts whose names for it are the same.
func task(rows []market.Queued, k Kind) (*asynq.Task, error) {
	payload, err := json.Marshal(parcel{rows[0], rows[1:]})
	if err != nil {
		return nil, err
	}
	return asynq.NewTask(rows[0].Job.Kind, payload,
		asynq.TaskID(taskID(rows[0], k)), asynq.Queue(k.Queue), asynq.Timeout(time.Duration(len(rows))*k.Timeout+slack),
		asynq.MaxRetry(1), asynq.Retention(keep)), nil
}

func opened(t *asynq.Task) ([]market.Queued, error) {
	var p parcel
	if err := json.Unmarshal(t.Payload(), &p); err != nil {
		return nil, fmt.Errorf("payload of a %s task: %w", t.Type(), err)
	}
	return append([]market.Queued{p.Queued}, p.More...), nil
}
