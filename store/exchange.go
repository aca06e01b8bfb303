package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"wherewithal/market"
)

// AddExchange keeps what two connected groups are about to agree.
func (tx *Tx) AddExchange(ctx context.Context, ex market.Exchange) error {
	return create(ctx, tx.db, &ex)
}

// Exchange of an introduction. market.ErrNotFound: the two were never connected.
func (r reads) Exchange(ctx context.Context, introduction market.ID) (market.Exchange, error) {
	return one[market.Exchange](r.db.WithContext(ctx).Where("introduction_id = ?", introduction))
}

// ExchangesOf are those of several introductions, by introduction.
func (r reads) ExchangesOf(ctx context.Context, introductions []market.ID) (map[market.ID]market.Exchange, error) {
	rows, err := many[market.Exchange](r.db.WithContext(ctx).Where("introduction_id = any (?::uuid[])", idArray(introductions)))
	all := make(map[market.ID]market.Exchange, len(rows))
	for _, ex := range rows {
		all[ex.IntroductionID] = ex
	}
	return all, err
}

// ChangeExchange writes where an exchange stands. Whoever changes it holds its introduction. market.ErrConflict: from where it
// stood it cannot have come there, by market's table.
func (tx *Tx) ChangeExchange(ctx context.Context, ex market.Exchange) error {
	return changed(tx.db.WithContext(ctx).Model(&market.Exchange{}).Where("id = ? and stage in ?", ex.ID, ex.Stage.Before()).
		Select("*").Omit("id", "introduction_id", "snapshot", "created_at").Updates(&ex))
}

// ToldLast is the person who said last for a group whether an exchange happened; "": nobody did.
func (r reads) ToldLast(ctx context.Context, exchange, group market.ID) (market.ID, error) {
	var by []market.ID
	err := r.db.WithContext(ctx).Raw(`select actor from events where subject_id = ? and verb like 'exchange.told\_%' and on_behalf = ?
		and actor is not null order by id desc limit 1`, exchange, group).Scan(&by).Error
	if len(by) == 0 {
		return "", translate(err)
	}
	return by[0], translate(err)
}

// WorkedBefore is what both sides of earlier exchanges of an offer said had worked, the newest first. Only of those that
// happened as far as anybody said.
func (r reads) WorkedBefore(ctx context.Context, offer market.ID, limit int) ([]string, error) {
	var said []string
	err := r.db.WithContext(ctx).Raw(`select w.said from exchanges e join introductions i on i.id = e.introduction_id
		cross join lateral (values (e.need_worked), (e.offer_worked)) w (said)
		where i.offer_id = ? and e.stage in ('happened', 'one_yes') and w.said <> '' order by e.closed_at desc, e.id, w.said limit ?`,
		offer, limit).Scan(&said).Error
	return said, translate(err)
}

// WorkedElsewhere is what somebody said had worked with another offer.
type WorkedElsewhere struct {
	Said            string
	Title           string // of the offer, as it was then
	OfferID, NeedID market.ID
}

// WorkedWith is what was said to have worked with other offers of a kind, as WorkedBefore is of one, whoever may know of it.
func (r reads) WorkedWith(ctx context.Context, kind string, except market.ID, limit int) ([]WorkedElsewhere, error) {
	return many[WorkedElsewhere](r.db.WithContext(ctx).Raw(`select w.said, e.snapshot ->> 'offerTitle' as title, i.offer_id, i.need_id
		from exchanges e join introductions i on i.id = e.introduction_id
		cross join lateral (values (e.need_worked), (e.offer_worked)) w (said)
		where e.stage in ('happened', 'one_yes') and (e.need_worked <> '' or e.offer_worked <> '') and e.snapshot ->> 'kind' = ?
		  and i.offer_id <> ? and w.said <> '' order by e.closed_at desc, e.id, w.said limit ?`, kind, except, limit))
}

// AllocationsOf an introduction that are not given back.
func (r reads) AllocationsOf(ctx context.Context, introduction market.ID) ([]market.Allocation, error) {
	return many[market.Allocation](r.db.WithContext(ctx).Where("introduction_id = ? and released_at is null", introduction).
		Order("starts_at, id"))
}

// errTried ends a trial.
var errTried = errors.New("tried")

// Try does something inside the transaction and takes it back again, to learn whether the database would let it.
func (tx *Tx) Try(ctx context.Context, do func(*Tx) error) error {
	err := tx.db.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		if err := do(&Tx{reads: reads{db: db}}); err != nil {
			return err
		}
		return errTried
	})
	if errors.Is(err, errTried) {
		return nil
	}
	return translate(err)
}

// due are introductions whose exchanges a clause of the schedule picks, the longest waiting first.
func (r reads) due(ctx context.Context, where, order string, limit int, args ...any) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select introduction_id from exchanges where `+where+` order by `+order+`, id limit ?`,
		append(args, limit)...).Scan(&ids).Error
	return ids, translate(err)
}

// Unagreed are introductions connected, or agreed no more, since before a time; warned says whether both were told that
// their time is running out.
func (r reads) Unagreed(ctx context.Context, openBefore time.Time, warned bool, limit int) ([]market.ID, error) {
	return r.due(ctx, `stage in ('arranging', 'suggested') and open_since <= ? and (warned_at is not null) = ?`, "open_since", limit, openBefore, warned)
}

// LapsingChanges are introductions of which a change is still to be confirmed, and the first use agreed before has begun, or both were
// warned of a change that is older than a time.
func (r reads) LapsingChanges(ctx context.Context, now, openBefore time.Time, limit int) ([]market.ID, error) {
	return r.due(ctx, `stage = 'suggested' and published > 0 and exists (select from introductions i
		where i.id = introduction_id and i.state = 'connected' and ((i.slots->0->>'from')::timestamptz <= ?
		   or warned_at is not null and open_since <= ?))`, "open_since", limit, now, openBefore)
}

// ToRemind are introductions of which a reminder is due.
func (r reads) ToRemind(ctx context.Context, now time.Time, limit int) ([]market.ID, error) {
	return r.due(ctx, `stage in ('agreed', 'suggested') and remind_at <= ?`, "remind_at", limit, now)
}

// ToAsk are introductions whose last use is over.
func (r reads) ToAsk(ctx context.Context, now time.Time, limit int) ([]market.ID, error) {
	return r.due(ctx, `stage = 'agreed' and ask_at <= ?`, "ask_at", limit, now)
}

// Unanswered are introductions both sides of which were asked before a time whether it happened.
func (r reads) Unanswered(ctx context.Context, askedBefore time.Time, limit int) ([]market.ID, error) {
	return r.due(ctx, `stage = 'asked' and asked_at <= ?`, "asked_at", limit, askedBefore)
}
