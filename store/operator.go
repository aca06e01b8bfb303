package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"wherewithal/market"
)

// FailedJob is a job that was given up.
type FailedJob struct {
	ID       int64
	Kind     string
	Subject  market.ID
	Fault    string // class of the last fault, no personal text
	Failures int
	EndedAt  time.Time // machine time
	Over     bool      // what it is about has ended, a letter or a file: trying again would do nothing
}

// jobOver is that of a job o whose letter was sent, failed, or was erased with its person, and of one whose file has ended or made room
// for another.
const jobOver = `(o.kind = 'letter' and not exists (select from letters l where l.id = o.subject and l.state = 'waiting')
	or o.kind in ('look', 'import') and not exists (select from imports i where i.id = o.subject and i.state = case o.kind when 'look' then 'looking' else 'doing' end))`

// FailedJobs, the newest first.
func (s *Store) FailedJobs(ctx context.Context, limit int) ([]FailedJob, error) {
	rows, err := s.pool.Query(ctx, `select o.id, o.kind, o.subject::text, o.fault, o.failures, o.ended_at, `+jobOver+`
		from outbox o where o.state = 'failed' order by o.ended_at desc, o.id limit $1`, limit)
	if err != nil {
		return nil, translate(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (j FailedJob, err error) {
		err = row.Scan(&j.ID, &j.Kind, (*string)(&j.Subject), &j.Fault, &j.Failures, &j.EndedAt, &j.Over)
		return j, err
	})
	return list, translate(err)
}

// RetryJob lets a job that was given up wait again, due at once, with its failures forgotten, and says which it was: its kind and
// subject. now is machine time. market.ErrRepeated: it is no failed one. market.ErrGone: its letter or file has ended.
func (tx *Tx) RetryJob(ctx context.Context, id int64, now time.Time) (j FailedJob, err error) {
	res := tx.db.WithContext(ctx).Raw(`select o.id, o.kind, o.subject::text, `+jobOver+` as over from outbox o where o.id = ? and o.state = 'failed'`, id).Scan(&j)
	if res.Error == nil && j.Over {
		return j, market.ErrGone
	}
	res = tx.db.WithContext(ctx).Raw(`update outbox set state = 'waiting', failures = 0, due_at = ?, queued_at = ?, sent_at = null, beat_at = null, ended_at = null
		where id = ? and state = 'failed' returning id, kind, subject::text`, now, now, id).Scan(&j)
	if res.Error == nil && res.RowsAffected == 0 {
		return j, market.ErrRepeated
	}
	tx.queued = true
	return j, translate(res.Error)
}

// Backlog is how far behind the house is. Zero times: nothing waits.
type Backlog struct {
	Letters        int64
	OldestLetter   time.Time // business time: since when the oldest that waits was written, or sent again
	OldestUnsearch time.Time // machine time: the oldest change that the search index has not taken in

	Untaken int64     // of the letters, those that the mail server was handed and did not take
	Refused int64     // letters of the last day that it refused for good
	Taken   time.Time // business time: when it took a letter last
}

const backlog = `select (select count(*) from letters where state = 'waiting'), (select min(coalesce(again_at, created_at)) from letters where state = 'waiting'),
		` + unindexed + `,
		(select count(*) from letters where state = 'waiting' and tries > 0),
		(select count(*) from letters where created_at > $2 and state = 'failed' and fault in ('refused', 'no_mailbox')),
		(select max(sent_at) from letters where state = 'sent')`

// Backlog at a time, which is business time; machine is what the machine has then.
func (s *Store) Backlog(ctx context.Context, now, machine time.Time) (b Backlog, err error) {
	defer market.Wrap(&err, "Backlog")
	var letter, search, taken *time.Time
	err = s.pool.QueryRow(ctx, backlog, machine.Add(-mended), now.AddDate(0, 0, -1)).
		Scan(&b.Letters, &letter, &search, &b.Untaken, &b.Refused, &taken)
	for at, found := range map[*time.Time]*time.Time{&b.OldestLetter: letter, &b.OldestUnsearch: search, &b.Taken: taken} {
		if found != nil {
			*at = *found
		}
	}
	return b, translate(err)
}
