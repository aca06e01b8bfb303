package worker

import (
	"context"
	"time"

	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/queue"
)

// Mirror keeps the search index in step with Postgres; Reconcile mends whatever differs.
type Mirror interface {
	Reconcile(ctx context.Context, now time.Time) error
	Tidy(ctx context.Context) error
	Compact(ctx context.Context) error
}

// Forgetter drops records that have done their work.
type Forgetter interface {
	Purge(ctx context.Context, endedBefore time.Time, limit int) (int64, error)
	Forget(ctx context.Context, now time.Time) error
	ForgetChanges(ctx context.Context, now time.Time, keep time.Duration) error
}

// keepDone is how long finished jobs stay in the outbox, for an operator to look at.
const keepDone = 7 * 24 * time.Hour

// seldom is for what nobody waits for: it finds what was left behind.
const seldom = 10 * time.Minute

// announceEvery is how soon a webhook can hear of a change.
const announceEvery = 2 * time.Second

// Periodics is what one process of all does again and again. turn is how often the clock is looked at; a minute in a
// real house, less in tests that move the clock.
func (d Door) Periodics(turn time.Duration, outbox Forgetter) []queue.Periodic {
	return []queue.Periodic{
		{Name: "listings", Every: turn, Do: func(ctx context.Context) error { return d.Listings.Turn(ctx, d.Clock()) }},
		{Name: "introductions", Every: turn, Do: func(ctx context.Context) error { return d.Introductions.Turn(ctx, d.Clock()) }},
		{Name: "share_out", Every: turn, Do: func(ctx context.Context) error { return d.Introductions.ShareNightly(ctx, d.Clock()) }},
		{Name: "digests", Every: turn, Do: func(ctx context.Context) error { return d.Introductions.Digests(ctx, d.Clock()) }},
		{Name: "alerts", Every: turn, Do: func(ctx context.Context) error { return d.Alerts.Turn(ctx, d.Clock()) }},
		{Name: "safety", Every: turn, Do: func(ctx context.Context) error { return d.Safety.Turn(ctx, d.Clock()) }},
		{Name: "announcements", Every: announceEvery, Do: func(ctx context.Context) error { return d.Partners.Announce(ctx, d.Clock()) }},
		{Name: "letters", Every: seldom, Do: func(ctx context.Context) error { return d.Letters.Turn(ctx, d.Clock()) }},
		{Name: "accounts", Every: seldom, Do: func(ctx context.Context) error { return d.Accounts.Turn(ctx, d.Clock()) }},
		{Name: "partners", Every: seldom, Do: func(ctx context.Context) error { return d.Partners.Turn(ctx, d.Clock()) }},
		{Name: "look_again", Every: seldom, Do: func(ctx context.Context) error { return d.Introductions.LookAgain(ctx, d.Clock()) }},
		{Name: "meanings", Every: 5 * time.Minute, Do: d.Meanings.Sweep},
		{Name: "reconcile", Every: 10 * time.Minute, Do: func(ctx context.Context) error { return d.Mirror.Reconcile(ctx, d.Clock()) }},
		{Name: "tidy", Every: time.Hour, Do: func(ctx context.Context) error { return d.Mirror.Tidy(ctx) }},
		{Name: "purge", Every: time.Hour, Do: func(ctx context.Context) error {
			return forget(ctx, outbox, time.Now().Add(-keepDone))
		}},
		{Name: "forget", Every: time.Hour, Do: func(ctx context.Context) error { return outbox.Forget(ctx, d.Clock()) }},
		{Name: "changes", Every: listing.KeepChanges, Do: func(ctx context.Context) error {
			return outbox.ForgetChanges(ctx, time.Now(), market.ChangesKept)
		}},
	}
}

// purgeBatch bounds one deletion: a second's work.
const purgeBatch = 10_000

// forget drops all that ended before, batch after batch: a busy hour ends more than one of them.
func forget(ctx context.Context, outbox Forgetter, before time.Time) error {
	for {
		n, err := outbox.Purge(ctx, before, purgeBatch)
		if err != nil || n < purgeBatch {
			return err
		}
	}
}
