package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"wherewithal/market"
)

// The outbox: jobs written in the transaction of the change that causes them, and what became of them. Times in it
// are the machine's, never business time. Its methods speak pgx directly: they are the busiest statements of the house.

// pending is a row as Enqueue writes it.
type pending struct {
	Job      market.Job `gorm:"embedded"`
	DueAt    time.Time
	QueuedAt time.Time
}

// TableName is where jobs wait.
func (pending) TableName() string { return "outbox" }

// Enqueue writes jobs to be done once this transaction is committed, and never if it is not. now is machine time.
func (tx *Tx) Enqueue(ctx context.Context, now time.Time, jobs ...market.Job) (err error) {
	if len(jobs) == 0 {
		return nil
	}
	defer market.Wrap(&err, "Enqueue(%s, %s)", jobs[0].Kind, jobs[0].Subject)
	rows := make([]pending, len(jobs))
	for i, j := range jobs {
		rows[i] = pending{Job: j, DueAt: now, QueuedAt: now}
	}
	tx.queued = true
	return create(ctx, tx.db, &rows)
}

// Waits reports whether a job is to come already.
func (r reads) Waits(ctx context.Context, j market.Job) (waits bool, err error) {
	err = r.db.WithContext(ctx).Raw(`select exists (select from outbox where kind = ? and subject = ? and state = 'waiting')`, j.Kind, j.Subject).Scan(&waits).Error
	return waits, translate(err)
}

const queued = "o.id, o.kind, o.subject, o.other, o.attempt, o.failures, o.queued_at, o.sent_at"

// Claim takes up to limit waiting rows that are due, the longest due first, counts their attempt and marks them sent.
// A row is claimed by one caller only, however many call at once.
func (s *Store) Claim(ctx context.Context, now time.Time, limit int) (_ []market.Queued, err error) {
	defer market.Wrap(&err, "Claim")
	var rows []market.Queued
	err = pgx.BeginTxFunc(ctx, s.pool, alongTheIndex, func(tx pgx.Tx) (err error) {
		rows, err = queuedBy(ctx, tx, claim, now, limit)
		return err
	})
	return rows, translate(err)
}

// alongTheIndex has Postgres read rows in the order of an index, however few it believes there are. Most of the time next to
// nothing waits, and by that it would plan: when 100,000 rows came at once it read and sorted all of them for each claim.
var alongTheIndex = pgx.TxOptions{BeginQuery: "begin; set local enable_sort = off; set local enable_bitmapscan = off"}

const claim = `
		with due as (
			select id from outbox
			where state = 'waiting' and due_at <= $1
			order by due_at, id limit $2
			for update skip locked)
		update outbox o set state = 'sent', attempt = attempt + 1, sent_at = $1, beat_at = null
		from due where o.id = due.id
		returning ` + queued

// Begin says a worker starts on the attempt. False: the attempt is superseded, ended, or was begun before.
func (s *Store) Begin(ctx context.Context, id int64, attempt int, now time.Time) (_ bool, err error) {
	defer market.Wrap(&err, "Begin(%d, %d)", id, attempt)
	n, err := s.gathered.exec(ctx, `
		update outbox set beat_at = $3
		where id = $1 and attempt = $2 and state = 'sent' and beat_at is null`, id, attempt, now)
	return n == 1, err
}

// Beat says the worker on the attempt still lives; market.ErrConflict when it is no longer its attempt.
func (s *Store) Beat(ctx context.Context, id int64, attempt int, now time.Time) (err error) {
	defer market.Wrap(&err, "Beat(%d, %d)", id, attempt)
	return s.attempt(ctx, `
		update outbox set beat_at = $3
		where id = $1 and attempt = $2 and state = 'sent'`, id, attempt, now)
}

// Finish says the job is done; market.ErrConflict when it is no longer this attempt's.
func (s *Store) Finish(ctx context.Context, id int64, attempt int, now time.Time) (err error) {
	defer market.Wrap(&err, "Finish(%d, %d)", id, attempt)
	return s.attempt(ctx, `
		update outbox set state = 'done', fault = '', ended_at = $3
		where id = $1 and attempt = $2 and state = 'sent'`, id, attempt, now)
}

// Retry counts a failure of class fault and lets the job wait until due; market.ErrConflict when it is no longer
// this attempt's.
func (s *Store) Retry(ctx context.Context, id int64, attempt int, due time.Time, fault string) (err error) {
	defer market.Wrap(&err, "Retry(%d, %d)", id, attempt)
	return s.attempt(ctx, `
		update outbox set state = 'waiting', failures = failures + 1, fault = $4, due_at = $3, sent_at = null, beat_at = null
		where id = $1 and attempt = $2 and state = 'sent'`, id, attempt, due, fault)
}

// GiveUp counts a failure of class fault and ends the job for good; market.ErrConflict when it is no longer this
// attempt's.
func (s *Store) GiveUp(ctx context.Context, id int64, attempt int, now time.Time, fault string) (err error) {
	defer market.Wrap(&err, "GiveUp(%d, %d)", id, attempt)
	return s.attempt(ctx, `
		update outbox set state = 'failed', failures = failures + 1, fault = $4, ended_at = $3
		where id = $1 and attempt = $2 and state = 'sent'`, id, attempt, now, fault)
}

// Release lets a begun job wait again until due without counting a failure; market.ErrConflict when it is no longer
// this attempt's.
func (s *Store) Release(ctx context.Context, id int64, attempt int, due time.Time) (err error) {
	defer market.Wrap(&err, "Release(%d, %d)", id, attempt)
	return s.attempt(ctx, `
		update outbox set state = 'waiting', due_at = $3, sent_at = null, beat_at = null
		where id = $1 and attempt = $2 and state = 'sent'`, id, attempt, due)
}

// Return lets rows that nobody began wait again until due without counting a failure. Those begun, superseded or
// ended meanwhile are left as they are: a relay that got no answer from Redis cannot know whether a worker did.
func (s *Store) Return(ctx context.Context, due time.Time, rows ...market.Queued) (err error) {
	defer market.Wrap(&err, "Return(%d rows)", len(rows))
	ids, attempts := attemptsOf(rows)
	_, err = s.exec(ctx, `
		update outbox o set state = 'waiting', due_at = $1, sent_at = null, beat_at = null
		from unnest($2::bigint[], $3::int[]) as r (id, attempt)
		where o.id = r.id and o.attempt = r.attempt and o.state = 'sent' and o.beat_at is null`, due, ids, attempts)
	return err
}

// Silent lists attempts that were begun and gave no sign of life since before.
func (s *Store) Silent(ctx context.Context, before time.Time, limit int) (_ []market.Queued, err error) {
	defer market.Wrap(&err, "Silent")
	return s.queued(ctx, `
		select `+queued+` from outbox o
		where o.state = 'sent' and o.beat_at < $1
		order by o.sent_at limit $2`, before, limit)
}

// Unbegun lists attempts that were sent before and not begun, by id, after the id given.
func (s *Store) Unbegun(ctx context.Context, before time.Time, after int64, limit int) (_ []market.Queued, err error) {
	defer market.Wrap(&err, "Unbegun")
	return s.queued(ctx, `
		select `+queued+` from outbox o
		where o.state = 'sent' and o.beat_at is null and o.sent_at < $1 and o.id > $2
		order by o.id limit $3`, before, after, limit)
}

// NotBegun answers those of the rows whose attempt is still the newest, was sent and not begun, by id.
func (s *Store) NotBegun(ctx context.Context, rows ...market.Queued) (_ []market.Queued, err error) {
	defer market.Wrap(&err, "NotBegun(%d rows)", len(rows))
	ids, attempts := attemptsOf(rows)
	return s.queued(ctx, `
		select `+queued+` from outbox o join unnest($1::bigint[], $2::int[]) as r (id, attempt) using (id, attempt)
		where o.state = 'sent' and o.beat_at is null
		order by o.id`, ids, attempts)
}

func attemptsOf(rows []market.Queued) (ids []int64, attempts []int32) {
	for _, q := range rows {
		ids, attempts = append(ids, q.ID), append(attempts, int32(q.Attempt))
	}
	return ids, attempts
}

// Purge deletes up to limit rows that ended before, and says how many it deleted: fewer than limit means all.
func (s *Store) Purge(ctx context.Context, before time.Time, limit int) (_ int64, err error) {
	defer market.Wrap(&err, "Purge")
	return s.exec(ctx, `
		delete from outbox where id in (
			select id from outbox where state in ('done', 'failed') and ended_at < $1
			order by ended_at limit $2)`, before, limit)
}

// Depth is how many rows wait, how many are sent and not ended, and since when the oldest waiting row is due (zero
// when none waits). It reads the two partial indexes, which hold unfinished rows only.
func (s *Store) Depth(ctx context.Context) (waiting, sent int64, oldest time.Time, err error) {
	defer market.Wrap(&err, "Depth")
	var due *time.Time
	err = s.pool.QueryRow(ctx, `
		select (select count(*) from outbox where state = 'waiting'),
		       (select count(*) from outbox where state = 'sent'),
		       (select min(due_at) from outbox where state = 'waiting')`).Scan(&waiting, &sent, &due)
	if due != nil {
		oldest = *due
	}
	return waiting, sent, oldest, translate(err)
}

// mended is how long a job of the index that was given up counts: the index is compared with Postgres every ten minutes, and what it lacks
// put in, so that such a turn has begun since.
const mended = 15 * time.Minute

// unindexed is since when the oldest change of a listing, group or network waits that the search index has not taken in, given up after $1 or
// not. One question for each state, which have indexes of their own.
const unindexed = `least((select min(queued_at) from outbox where state = 'waiting' and kind in ('index', 'party')),
		(select min(queued_at) from outbox where state = 'sent' and kind in ('index', 'party')),
		(select min(queued_at) from outbox where state = 'failed' and kind in ('index', 'party') and ended_at > $1))`

// Unindexed is when the oldest change that the search index has not taken in was queued; zero when it has all. Both are machine time.
func (s *Store) Unindexed(ctx context.Context, now time.Time) (oldest time.Time, err error) {
	defer market.Wrap(&err, "Unindexed")
	var queued *time.Time
	err = s.pool.QueryRow(ctx, `select `+unindexed, now.Add(-mended)).Scan(&queued)
	if queued != nil {
		oldest = *queued
	}
	return oldest, translate(err)
}

func (s *Store) queued(ctx context.Context, sql string, args ...any) ([]market.Queued, error) {
	return queuedBy(ctx, s.pool, sql, args...)
}

// asker is a pool or a transaction.
type asker interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func queuedBy(ctx context.Context, in asker, sql string, args ...any) ([]market.Queued, error) {
	rows, err := in.Query(ctx, sql, args...)
	if err != nil {
		return nil, translate(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (q market.Queued, err error) {
		err = row.Scan(&q.ID, &q.Job.Kind, &q.Job.Subject, &q.Job.Other, &q.Attempt, &q.Failures, &q.Queued, &q.Sent)
		return q, err
	})
	return list, translate(err)
}

func (s *Store) exec(ctx context.Context, sql string, args ...any) (int64, error) {
	tag, err := s.pool.Exec(ctx, sql, args...)
	return tag.RowsAffected(), translate(err)
}

// attempt changes the row of one attempt: market.ErrConflict when there is none such any more.
func (s *Store) attempt(ctx context.Context, sql string, args ...any) error {
	n, err := s.gathered.exec(ctx, sql, args...)
	if err != nil {
		return err
	}
	if n != 1 {
		return fmt.Errorf("%w: the attempt is superseded or has ended", market.ErrConflict)
	}
	return nil
}
