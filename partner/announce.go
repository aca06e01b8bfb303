package partner

import (
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/store"
)

// announceAtOnce bounds how many changes one transaction reads.
const announceAtOnce = 500

// Announce writes down what webhooks are to be told of the changes that settled since it was called last, in their order. What is
// written and how far was read are one transaction, so that a process which dies leaves nothing out and tells nothing twice. Safe
// to run twice at once: one of the two does nothing.
func (ps *Partners) Announce(ctx context.Context, now time.Time) (err error) {
	defer market.Wrap(&err, "Announce")
	for more := true; more && err == nil; {
		err = ps.store.InTx(ctx, func(tx *store.Tx) error {
			more, err = ps.announceSome(ctx, tx, now)
			return err
		})
	}
	return err
}

func (ps *Partners) announceSome(ctx context.Context, tx *store.Tx, now time.Time) (more bool, err error) {
	mark, mine, err := tx.LockWebhookMark(ctx)
	if err != nil && !errors.Is(err, market.ErrNotFound) || !mine {
		return false, err
	}
	begin := err != nil
	settled, ahead, err := tx.Frontier(ctx)
	if err != nil {
		return false, err
	}
	era, err := tx.Era(ctx)
	if err != nil {
		return false, err
	}
	if begin || mark.Era != era || mark.XID > ahead { // never read, or the database was put back from a backup
		return false, tx.SetWebhookMark(ctx, store.WebhookMark{Era: era, Cursor: store.Cursor{XID: settled, Seq: -1}})
	}
	ids, to, err := tx.OutwardChanges(ctx, mark.Cursor, settled, announceAtOnce)
	if err != nil || to == mark.Cursor {
		return false, err
	}
	deliveries, err := ps.announcements(ctx, tx, ids, mark.Cursor, now)
	if err == nil {
		err = tx.AddDeliveries(ctx, deliveries)
	}
	if err != nil {
		return false, err
	}
	return true, tx.SetWebhookMark(ctx, store.WebhookMark{Era: era, Cursor: to})
}

// announcements are what each webhook is to be told of some listings that changed since a cursor, as it sees them now.
func (ps *Partners) announcements(ctx context.Context, tx *store.Tx, ids []market.ID, since store.Cursor, now time.Time) (all []market.Delivery, err error) {
	hooks, err := tx.Webhooks(ctx)
	if err != nil {
		return nil, err
	}
	seen := map[audience]map[market.ID]market.Announced{}
	told := map[market.ID]map[market.ID]market.Announced{} // by webhook
	for _, w := range hooks {
		who := audience{w.PartnerID, w.Test}
		if _, known := seen[who]; !known {
			if seen[who], err = ps.became(ctx, who, ids, since, now); err != nil {
				return nil, err
			}
		}
		told[w.ID] = seen[who]
	}
	for _, id := range ids {
		for _, w := range hooks {
			if t, ok := told[w.ID][id]; ok && w.Wants(t) {
				all = append(all, announcement(w, t, id, now))
			}
		}
	}
	return all, nil
}

// announcement is something for a webhook. A disabled one has it in its log, to be replayed.
func announcement(w market.Webhook, t market.Announced, subject market.ID, now time.Time) market.Delivery {
	d := market.Delivery{ID: market.NewID(), WebhookID: w.ID, Type: t, SubjectID: subject, At: now, DueAt: now, State: market.DeliveryWaits}
	if !w.Live() {
		d.State, d.Fault = market.DeliveryFailed, market.FaultDisabled
	}
	return d
}

// audience is whose webhooks see the same.
type audience struct {
	partner market.ID
	test    bool
}

// hearer is as whom a partner's webhooks see: as its keys do, and no further than the networks that let its webhooks be told. ok is
// false where they may not be told of what they could not read either.
func (ps *Partners) hearer(ctx context.Context, who audience) (v market.Viewer, ok bool, err error) {
	b := Bearer{Key: market.Token{Test: who.test}}
	if b.Partner, err = ps.store.Partner(ctx, who.partner); err != nil || b.Partner.EndedAt != nil {
		return v, false, err
	}
	if err := ps.look(ctx, &b); err != nil || !b.May(market.MayHear) || !b.May(market.MaySearch) {
		return v, false, err
	}
	if who.test {
		return b.Viewer, true, nil
	}
	hear, err := ps.within(ctx, b.Reach, market.MayHear)
	switch {
	case b.Viewer.Within == nil:
		b.Viewer.Within = hear
	case hear != nil:
		b.Viewer.Within = slices.DeleteFunc(b.Viewer.Within, func(id market.ID) bool { return !slices.Contains(hear, id) })
	}
	return b.Viewer, true, err
}

// became says what a partner is to be told of some listings that changed since a cursor: of those that it sees that they changed, of those
// that it could have seen that they are gone. Nothing, where it may not be told anything.
func (ps *Partners) became(ctx context.Context, who audience, ids []market.ID, since store.Cursor, now time.Time) (map[market.ID]market.Announced, error) {
	v, ok, err := ps.hearer(ctx, who)
	if err != nil || !ok {
		return nil, err
	}
	// What may be told as gone is read first: a listing that goes in between is then told of again, by its own change.
	gone, err := ps.store.Forgettable(ctx, v, ids, since)
	if err != nil {
		return nil, err
	}
	out := map[market.ID]market.Announced{}
	for id := range gone {
		out[id] = market.ListingGone
	}
	entries, err := ps.store.EntriesFor(ctx, v, ids, now)
	for _, e := range entries {
		if search.Wanted(e, now) {
			out[e.Listing.ID] = market.ListingChanged
		}
	}
	return out, err
}
