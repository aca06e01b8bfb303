// Package queue carries jobs from the outbox in Postgres to the functions that do them.
//
// It promises that a job written to the outbox is done at least once: it is tried, by one worker at a time, until it
// succeeds, will not mend, or is too old, whatever becomes of the processes and of Redis on the way: Postgres is the truth, and
// Redis (through asynq) only says who does what next and may be emptied at any moment. Attempts, retry delays, age
// and outcome are kept in the outbox row; asynq itself never retries a job. A job holds ids only.
//
// It does not know what a job does, nor what its errors mean: handlers and their judge come from the worker. All
// times here are the machine's, never business time.
//
//	waiting --claim--> sent --begin, beat--> done
//	   ^                 |  \--will not mend, too old--> failed
//	   \--fault, lost, cut short, Redis away--/
package queue

import (
	"context"
	"fmt"
	"time"

	"wherewithal/market"
)

// Outbox is the record of jobs. Every method that names an attempt changes the row only while that attempt is the
// newest and the row is in state "sent", and answers market.ErrConflict otherwise: whoever is superseded can do no
// harm. All are safe to call concurrently and from several processes.
type Outbox interface {
	// Claim takes up to limit waiting rows that are due, oldest first, counts the attempt and marks them sent.
	Claim(ctx context.Context, now time.Time, limit int) ([]market.Queued, error)
	// Begin says a worker starts on the attempt. False: superseded, ended, or begun before.
	Begin(ctx context.Context, id int64, attempt int, now time.Time) (bool, error)
	// Beat says the worker still lives.
	Beat(ctx context.Context, id int64, attempt int, now time.Time) error
	// Finish says the job is done.
	Finish(ctx context.Context, id int64, attempt int, now time.Time) error
	// Retry counts a failure of class fault and lets the job wait until due.
	Retry(ctx context.Context, id int64, attempt int, due time.Time, fault string) error
	// GiveUp counts a failure and ends the job for good.
	GiveUp(ctx context.Context, id int64, attempt int, now time.Time, fault string) error
	// Release lets a begun job wait again until due without counting a failure.
	Release(ctx context.Context, id int64, attempt int, due time.Time) error
	// Return does so for rows that nobody began. Rows begun or superseded meanwhile are left alone.
	Return(ctx context.Context, due time.Time, rows ...market.Queued) error
	// Silent lists attempts that were begun and gave no sign of life since before.
	Silent(ctx context.Context, before time.Time, limit int) ([]market.Queued, error)
	// Unbegun lists attempts that were sent before and not begun, by id, after the id given.
	Unbegun(ctx context.Context, before time.Time, after int64, limit int) ([]market.Queued, error)
	// NotBegun answers those of the rows that were sent and not begun.
	NotBegun(ctx context.Context, rows ...market.Queued) ([]market.Queued, error)
	// Depth is how many rows wait and are sent, and since when the oldest waiting one is due (zero: none).
	Depth(ctx context.Context) (waiting, sent int64, oldest time.Time, err error)
	// Unindexed is when the oldest change that the search index has not taken in was queued (zero: it has all).
	Unindexed(ctx context.Context, now time.Time) (time.Time, error)
}

// attemptID names one attempt, and in Redis the task that holds it alone: what asynq remembers of an old attempt never stands in
// the way of a new one, and whoever reads the row knows the name.
func attemptID(q market.Queued) string { return fmt.Sprintf("%d:%d", q.ID, q.Attempt) }

// partID names in Redis a part of the jobs of a kind that were claimed with this one: whoever reads the row knows all the names
// that its part may have.
func partID(q market.Queued, part int) string {
	return fmt.Sprintf("%s:%d:%d", q.Job.Kind, q.Sent.UnixMicro(), part)
}
