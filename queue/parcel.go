package queue

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/hibiken/asynq"

	"wherewithal/market"
)

// parcel is what goes to Redis as one task: one attempt, or several of the same kind and claim, which are done one after the other.
type parcel struct {
	id   string // of the task
	rows []market.Queued
}

// payload is a parcel as it lies in Redis. The release before reads the first attempt alone.
type payload struct {
	market.Queued
	More []market.Queued `json:",omitempty"`
}

// parcels makes parcels of the rows of a claim. Where it has few of a kind none waits behind another, and one that is pressing never does.
func parcels(rows []market.Queued, kinds Table) (all []parcel) {
	many, met, place := map[string]int{}, map[string]int{}, map[string]int{}
	for _, q := range rows {
		if !q.Job.Pressing() {
			many[q.Job.Kind]++
		}
	}
	for _, q := range rows {
		id := attemptID(q)
		if kind, tasks := q.Job.Kind, kinds[q.Job.Kind].Tasks; 0 < tasks && tasks < many[kind] && !q.Job.Pressing() {
			id = partID(q, met[kind]%tasks)
			met[kind]++
		}
		at, ok := place[id]
		if !ok {
			at = len(all)
			place[id], all = at, append(all, parcel{id: id})
		}
		all[at].rows = append(all[at].rows, q)
	}
	return all
}

// keep is how long asynq remembers a task that ran. Redis clients repeat a command whose answer was lost; while the
// name is remembered such a repeat adds nothing.
const keep = time.Minute

// slack is how much later than the job's own time-out asynq would step in. Its time-out walks away from a running
// handler, so it must never be the first.
const slack = time.Minute

// task is the parcel for asynq, which gives it as long as all of it may take.
func (p parcel) task(k Kind) (*asynq.Task, error) {
	content, err := json.Marshal(payload{p.rows[0], p.rows[1:]})
	if err != nil {
		return nil, err
	}
	return asynq.NewTask(p.rows[0].Job.Kind, content,
		asynq.TaskID(p.id), asynq.Queue(k.queue(p.rows[0].Job)), asynq.Timeout(time.Duration(len(p.rows))*(k.Timeout+slack)),
		asynq.MaxRetry(1), asynq.Retention(keep)), nil
}

// opened is what lies in a parcel.
func opened(kind string, content []byte) ([]market.Queued, error) {
	var p payload
	if err := json.Unmarshal(content, &p); err != nil {
		return nil, fmt.Errorf("payload of a %s task: %w", kind, err)
	}
	return append([]market.Queued{p.Queued}, p.More...), nil
}
