package partner

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/webhook"
)

// How webhooks are told. One at a time of each, so that what comes later never overtakes; many webhooks at once, so that a slow one
// keeps nobody waiting.
const (
	courierSlots = 16               // webhooks served at a time by a process
	runSends     = 50               // deliveries of one turn of a webhook; then others have theirs
	runWithin    = 15 * time.Second // no further delivery of a turn begins after it
	leaseLasts   = 30 * time.Second // longer than an attempt and what is written after it; after a kill another courier waits so long
	lookEvery    = time.Second

	// Waits after a failure, both with full jitter: any length up to a bound that grows with each failure in a row. A delivery is
	// tried some twenty times in its three days; a webhook rests shortly, so that whether it is back is found out soon.
	retryFirst = 30 * time.Second
	retryMost  = 8 * time.Hour
	restFirst  = 2 * time.Second
	restMost   = 5 * time.Minute
)

// Metrics counts what becomes of attempts; *telemetry.Metrics is one.
type Metrics interface {
	Webhook(outcome string, took time.Duration)
	WebhooksLate(oldest time.Duration)
}

// Courier tells webhooks what they are to be told. Any number may run, in any processes. What it is at when it dies is told by
// another, under the same id: a webhook may hear something twice.
type Courier struct {
	Partners *Partners
	Clock    func() time.Time // business time
	Metrics  Metrics
	Log      *slog.Logger
}

// Run tells until ctx ends, and waits for what is under way.
func (c *Courier) Run(ctx context.Context) {
	var works sync.WaitGroup
	defer works.Wait()
	slots := make(chan struct{}, courierSlots)
	free := make(chan struct{}, 1)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	lost := false
	for ctx.Err() == nil {
		hooks, err := c.claim(ctx, courierSlots-len(slots))
		if err != nil && !lost && ctx.Err() == nil { // once an outage
			c.Log.Warn("webhooks: nothing is told", "error", err)
		}
		lost = err != nil
		for _, w := range hooks {
			slots <- struct{}{}
			works.Go(func() {
				defer func() {
					<-slots
					select {
					case free <- struct{}{}:
					default:
					}
				}()
				c.serve(ctx, w)
			})
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-free:
		}
	}
}

// Turn serves what is due once, webhook after webhook, and returns; for tests.
func (c *Courier) Turn(ctx context.Context) error {
	for {
		hooks, err := c.claim(ctx, courierSlots)
		if err != nil || len(hooks) == 0 {
			return err
		}
		for _, w := range hooks {
			c.serve(ctx, w)
		}
	}
}

func (c *Courier) claim(ctx context.Context, free int) ([]market.Webhook, error) {
	now := c.Clock()
	since, err := c.Partners.store.UnsentDeliveries(ctx, now)
	if err != nil {
		return nil, err
	}
	var late time.Duration
	if since != nil {
		late = now.Sub(*since)
	}
	if c.Metrics != nil {
		c.Metrics.WebhooksLate(late)
	}
	if free == 0 {
		return nil, nil
	}
	return c.Partners.store.ClaimWebhooks(ctx, market.NewID(), now, time.Now(), leaseLasts, free)
}

// serve tells one webhook what is due, in order, until something fails or its turn is over.
func (c *Courier) serve(ctx context.Context, w market.Webhook) {
	begun := time.Now()
	var err error
	for n := 0; n < runSends && time.Since(begun) < runWithin && err == nil && ctx.Err() == nil; n++ {
		err = c.one(ctx, w)
	}
	if err != nil && !errors.Is(err, market.ErrNotFound) && !errors.Is(err, errRests) && ctx.Err() == nil {
		c.Log.Warn("webhooks: one was not served", "webhook", w.ID, "error", err)
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	_ = c.Partners.store.EndLease(last, w.ID, w.Lease, time.Now()) // else it ends by itself
}

// errRests ends a webhook's turn after a failure.
var errRests = errors.New("the webhook rests")

// one tells the next thing. market.ErrNotFound: there is nothing more.
func (c *Courier) one(ctx context.Context, w market.Webhook) error {
	ps, now := c.Partners, c.Clock()
	d, err := ps.store.NextDelivery(ctx, w.ID, w.Lease, now)
	if err != nil {
		return err
	}
	fresh, err := ps.store.Webhook(ctx, w.ID) // its address, or a secret, may have changed since it was claimed
	if err != nil {
		return err
	}
	stands, err := ps.stands(ctx, fresh, d, now)
	if err != nil {
		return err
	}
	if stands != "" {
		d.State, d.EndedAt = stands, &now
		if stands == market.DeliveryFailed {
			d.Fault = market.FaultEnded
		}
		return ps.pass(ctx, c, w, d)
	}
	began := time.Now()
	a, err := ps.Sender.Send(ctx, webhook.Message{URL: fresh.URL, ID: string(d.ID), At: now, Body: webhook.Body(d), Keys: ps.keys(fresh, now)})
	if err != nil {
		return err
	}
	if c.Metrics != nil {
		c.Metrics.Webhook(outcome(a), time.Since(began))
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second) // what was said is kept, though the house closes
	defer cancel()
	fresh.Lease = w.Lease
	return ps.settle(last, c, fresh, d, a, c.Clock())
}

func outcome(a webhook.Answer) string {
	if a.Fault == "" {
		return "done"
	}
	return a.Fault
}

// stands says whether a delivery is still to be told: what the partner may no longer see, or see gone, is not. Empty: it is.
func (ps *Partners) stands(ctx context.Context, w market.Webhook, d market.Delivery, now time.Time) (market.DeliveryState, error) {
	if d.Type == market.WebhookTest {
		p, err := ps.store.Partner(ctx, w.PartnerID)
		if err == nil && p.EndedAt != nil {
			return market.DeliveryFailed, nil
		}
		return "", err
	}
	who := audience{w.PartnerID, w.Test}
	if d.Type == market.IntroductionOpened { // of a listing of its own
		b := Bearer{Partner: market.Partner{ID: who.partner}, Key: market.Token{Test: who.test}}
		if err := ps.look(ctx, &b); err != nil || !b.May(market.MayHear) {
			return market.DeliveryFailed, err
		}
		by, err := ps.store.PostersOf(ctx, []market.ID{d.SubjectID})
		if err == nil && by[d.SubjectID].PartnerID != w.PartnerID { // its group has taken its yes back
			return market.DeliveryPassed, nil
		}
		return "", err
	}
	_, ok, err := ps.hearer(ctx, who)
	if err != nil || !ok {
		return market.DeliveryFailed, err
	}
	is, err := ps.became(ctx, who, []market.ID{d.SubjectID}, store.Cursor{}, now)
	over := is[d.SubjectID] != d.Type
	if d.Type == market.ListingGone { // what it was told of once, it may be told is gone, for as long as that is kept
		over = is[d.SubjectID] == market.ListingChanged
	}
	if err == nil && over {
		return market.DeliveryPassed, nil
	}
	return "", err
}

// pass ends a delivery that is not told. Where it was the last that waited, the webhook is failing at nothing any more.
func (ps *Partners) pass(ctx context.Context, c *Courier, w market.Webhook, d market.Delivery) error {
	return ps.store.InTx(ctx, func(tx *store.Tx) error {
		now, err := tx.LockedWebhook(ctx, w.ID)
		if err == nil {
			err = c.settled(ctx, tx, w, d)
		}
		if err != nil || now.FailingSince == nil {
			return err
		}
		waits, err := tx.DeliveriesWait(ctx, w.ID)
		if err != nil || waits {
			return err
		}
		now.Failures, now.FailingSince, now.RestUntil = 0, nil, nil
		return tx.ChangeWebhook(ctx, now)
	})
}

func (c *Courier) settled(ctx context.Context, tx *store.Tx, w market.Webhook, d market.Delivery) error {
	return errors.Join(tx.KeepLease(ctx, w.ID, w.Lease, time.Now().Add(leaseLasts)), tx.SettleDelivery(ctx, d))
}

// settle writes down what an answer means for the delivery and its webhook as it was called.
func (ps *Partners) settle(ctx context.Context, c *Courier, called market.Webhook, d market.Delivery, a webhook.Answer, now time.Time) error {
	d.Attempts++
	d.TriedAt, d.Status, d.Fault, d.Excerpt = &now, a.Status, a.Fault, a.Excerpt
	err := ps.store.InTx(ctx, func(tx *store.Tx) error {
		w, err := tx.LockedWebhook(ctx, called.ID)
		if err != nil {
			return err
		}
		if w.URL != called.URL || w.SecretID != called.SecretID { // of which this answer says nothing
			d.DueAt = now
			if a.Fault == "" {
				d.State, d.EndedAt = market.DeliveryDone, &now
			}
			return c.settled(ctx, tx, called, d)
		}
		if a.Fault == "" {
			d.State, d.EndedAt = market.DeliveryDone, &now
			w.Failures, w.FailingSince, w.RestUntil = 0, nil, nil
		} else {
			failed(&w, &d, a, now)
		}
		if err := errors.Join(c.settled(ctx, tx, called, d), tx.ChangeWebhook(ctx, w)); err != nil {
			return err
		}
		return ps.disable(ctx, tx, w, a, now)
	})
	if err == nil && a.Fault != "" {
		err = errRests
	}
	return err
}

// failed says when a delivery is tried again, and how long its webhook is left alone. A test is tried once, maybe before there is a
// server, and says nothing of the webhook.
func failed(w *market.Webhook, d *market.Delivery, a webhook.Answer, now time.Time) {
	if d.Until == nil {
		until := now.Add(market.WebhookPatience)
		d.Until = &until
	}
	if d.Type == market.WebhookTest || !now.Before(*d.Until) {
		d.State, d.EndedAt = market.DeliveryFailed, &now
	}
	d.DueAt = now.Add(max(jitter(retryFirst, retryMost, d.Attempts), a.Retry))
	if d.DueAt.After(*d.Until) {
		d.DueAt = *d.Until // a last time
	}
	if d.Type == market.WebhookTest {
		return
	}
	w.Failures++
	if w.FailingSince == nil {
		w.FailingSince = &now
	}
	rest := now.Add(max(jitter(restFirst, restMost, w.Failures), a.Retry))
	w.RestUntil = &rest
}

// jitter is a wait of any length up to a bound that doubles with each failure: those that failed together do not come back so.
func jitter(first, most time.Duration, failures int) time.Duration {
	bound := most
	if shift := failures - 1; shift < 20 && first<<shift < most {
		bound = first << shift
	}
	return time.Second + rand.N(bound)
}

const statusGone = 410

// disable ends a webhook that said it is gone, or that has taken nothing for as long as we are patient, and writes to whoever
// looks after it.
func (ps *Partners) disable(ctx context.Context, tx *store.Tx, w market.Webhook, a webhook.Answer, now time.Time) error {
	switch {
	case !w.Live() || a.Fault == "":
		return nil
	case a.Status == statusGone:
		w.Why = market.WebhookGone
	case w.FailingSince != nil && now.Sub(*w.FailingSince) >= market.WebhookPatience:
		w.Why = market.WebhookFailing
	default:
		return nil
	}
	w.State, w.DisabledAt = market.WebhookDisabled, &now
	p, err := tx.Partner(ctx, w.PartnerID)
	if err != nil {
		return err
	}
	_, err = tx.Send(ctx, market.Letter{Kind: market.WebhookOff, PersonID: p.PersonID, AboutID: w.ID},
		market.OnceName(market.WebhookOff, string(w.ID)+":"+now.Format(time.RFC3339)), now)
	return errors.Join(err, tx.ChangeWebhook(ctx, w), tx.StopDeliveries(ctx, w.ID, market.FaultDisabled, now),
		note(ctx, tx, market.System, "", "partner.webhook_disabled", p.ID, w.ID, now))
}
