package store

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/jackc/pgx/v5"

	"wherewithal/market"
)

// Posting is a new listing with all that is kept together with it.
type Posting struct {
	Once    Once
	Listing market.Listing
	Jobs    []market.Job // about the listing
	Event   market.Event
	Queued  time.Time             // machine time, for the jobs
	Form    market.UnfinishedForm // that the listing was, over the version it says; zero: it was none
}

// Post keeps a new listing with its once-only id, its jobs and its event: all of it or nothing, because one statement
// is one transaction. It is the busiest change of the house, which is why it goes past gorm.
//
// market.ErrRepeated: the once-only id was there, and AnswerOf says where it led; a second click that comes while the
// first is under way waits for it here. market.ErrNotFound: the listing's place is not one of its group's.
// market.ErrForbidden: the group closed. market.ErrConflict: the form was kept anew since, or became a listing before.
func (s *Store) Post(ctx context.Context, p Posting) error {
	args, err := p.args(ctx)
	if err != nil {
		return err
	}
	n, err := s.postAll(ctx, p.Form, p.Listing.ID, args)
	if err == nil && n == 1 {
		s.waker.wake()
	}
	if err != nil || n == 1 {
		return err
	}
	var there, closed bool
	err = s.pool.QueryRow(ctx, `select exists (select from once where id = $1),
		exists (select from groups where id = $2::uuid and closed_at is not null)`, p.Once.ID, string(p.Listing.GroupID)).Scan(&there, &closed)
	switch {
	case err != nil:
		return translate(err)
	case there:
		return market.ErrRepeated
	case closed:
		return market.ErrForbidden
	}
	return market.ErrNotFound
}

// postAll keeps a posting, and says of the form that it is posted: that takes a transaction of its own.
func (s *Store) postAll(ctx context.Context, f market.UnfinishedForm, listing market.ID, args []any) (n int64, err error) {
	if f.ID == "" {
		return s.exec(ctx, postSQL, args...)
	}
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, postSQL, args...)
		if n = tag.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return became(ctx, tx, f, listing)
	})
	return n, translate(err)
}

// postSQL keeps the id unless it was there, the place is wrong, or the group closed or is just closing, and the rest only where the id was kept.
const postSQL = `
	with remembered as (
		insert into once (id, person, answer, at, digest)
		select $1::text, $2::uuid, $3::uuid, $4::timestamptz, $48::bytea
		 where ($5::uuid is null or exists (select from places where id = $5 and group_id = $6::uuid))
		   and exists (select from groups where id = $6 and closed_at is null for share)
		on conflict do nothing
		returning id
	), posted as (
		insert into listings (id, place_id, group_id, version, posted_by, side, kind, title, description, language, tags, facts,
		       quantity, unit, splittable, smallest_part, times, way, reach_km,
		       terms, has, requires, asks, welcomes, not_allowed, involves,
		       circle, widens, widened_at, urgent, life, paused_until, opened_at, expires_at, closed_at, created_at, updated_at)
		select $3, $5, $6, $7, $8::uuid, $9, $10, $11, $12, $13, $14, $15,
		       $16, $17, $18, $19, $20, $21, $22,
		       $23, $24, $25, $26, $27, $28, $29,
		       $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40
		  from remembered
		returning id
	), jobs as (
		insert into outbox (kind, subject, due_at, queued_at)
		select kind, id, $41::timestamptz, $41 from posted, unnest($42::text[]) kind
	)
	insert into events (at, actor, on_behalf, verb, subject, subject_id)
	select $43, $44::uuid, $45::uuid, $46, $47, id from posted`

func (p Posting) args(ctx context.Context) ([]any, error) {
	l, e := p.Listing, p.Event
	kinds := make([]string, len(p.Jobs))
	for i, j := range p.Jobs {
		kinds[i] = j.Kind
		if j.Subject != l.ID || j.Other != "" {
			return nil, errors.New("store: a job of a posting is about its listing alone")
		}
	}
	var err error
	asJSON := func(v any) string {
		text, fault := jsonColumn{}.Value(ctx, nil, reflect.Value{}, v)
		err = errors.Join(err, fault)
		written, _ := text.(string)
		return written
	}
	// Only what pgx writes without a second look: texts as string, an id or moment that is none as nil.
	args := []any{
		p.Once.ID, idOrNil(p.Once.Person), string(l.ID), p.Once.At,
		idOrNil(l.PlaceID), string(l.GroupID), l.Version, idOrNil(l.PostedBy), string(l.Side), l.Kind, l.Title, l.Description, l.Language,
		asJSON(l.Tags), asJSON(l.Facts), int32(l.Quantity), l.Unit, l.Splittable, int32(l.SmallestPart), asJSON(l.When), string(l.Where), l.ReachKM,
		asJSON(l.Terms), asJSON(l.Has), asJSON(l.Requires), asJSON(l.Asks), asJSON(l.Welcomes), asJSON(l.NotAllowed), asJSON(l.Involves),
		string(l.Circle), l.Widens, timeOrNil(l.WidenedAt), l.Urgent, string(l.Life), timeOrNil(l.PausedUntil), timeOrNil(l.OpenedAt),
		timeOrNil(l.ExpiresAt), timeOrNil(l.ClosedAt), l.CreatedAt, l.UpdatedAt,
		p.Queued, kinds,
		e.At, idOrNil(e.Actor), idOrNil(e.OnBehalf), e.Verb, e.Subject, p.Once.Digest,
	}
	return args, err
}

func idOrNil(id market.ID) any {
	if id == "" {
		return nil
	}
	return string(id)
}

func timeOrNil(t *time.Time) any {
	if t == nil {
		return nil
	}
	return *t
}
