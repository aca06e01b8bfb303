package partner

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/webhook"
)

// Sender tells webhooks; *webhook.Sender is one.
type Sender interface {
	CheckURL(address string) error
	Send(ctx context.Context, m webhook.Message) (webhook.Answer, error)
}

// key is what a webhook signs with under a secret's id. As with links in mails nothing of it is kept: it is worked out of the id
// and the site's own secret, so that whoever reads the database, or a backup of it, can sign nothing. A secret is replaced by
// giving it another id.
func (ps *Partners) key(secret market.ID) []byte {
	mac := hmac.New(sha256.New, ps.TokenSecret)
	mac.Write([]byte("webhook secret:" + string(secret)))
	return mac.Sum(nil)
}

// keys are those that sign now: the new one, and beside it the one before for as long as that counts.
func (ps *Partners) keys(w market.Webhook, now time.Time) [][]byte {
	all := [][]byte{ps.key(w.SecretID)}
	if w.OldUntil != nil && now.Before(*w.OldUntil) {
		all = append(all, ps.key(w.OldSecretID))
	}
	return all
}

// held is own for a person who looks after the partner, and for the partner's keys, whose door asks about their scope.
func (ps *Partners) held(ctx context.Context, v market.Viewer, id market.ID, do func(*store.Tx, market.Partner) error) error {
	if v.Partner == "" {
		return ps.own(ctx, v, id, do)
	}
	return ps.store.InTx(ctx, func(tx *store.Tx) error {
		p, err := tx.LockedPartner(ctx, id)
		if err == nil && p.ID != v.Partner {
			err = market.ErrNotFound
		}
		if err != nil {
			return err
		}
		return do(tx, p)
	})
}

// looks reports whether the viewer may see and change a webhook: a key sees those of its own sort.
func looks(v market.Viewer, partner market.ID, w market.Webhook) bool {
	return w.PartnerID == partner && (v.Partner == "" || v.Sandbox == w.Test)
}

// hook holds a webhook of a partner of the viewer's, and writes it back when do has changed it, with a note of the verb.
// market.ErrNotFound: there is no such one.
func (ps *Partners) hook(ctx context.Context, v market.Viewer, partner, id market.ID, verb string, now time.Time, do func(*store.Tx, *market.Webhook) error) error {
	return ps.held(ctx, v, partner, func(tx *store.Tx, p market.Partner) error {
		w, err := tx.LockedWebhook(ctx, id)
		if err == nil && !looks(v, p.ID, w) {
			err = market.ErrNotFound
		}
		if err == nil {
			err = do(tx, &w)
		}
		if err != nil {
			return err
		}
		return errors.Join(tx.ChangeWebhook(ctx, w), note(ctx, tx, v, "", verb, p.ID, w.ID, now))
	})
}

// AddWebhook keeps an address of a partner's, and gives its secret, which is shown this once. A key's webhook is of the key's own
// sort. market.ErrRepeated: the form with this once-only id was sent before. market.ErrReused: with something else.
func (ps *Partners) AddWebhook(ctx context.Context, v market.Viewer, partner market.ID, w market.Webhook, once market.OnceOnly, now time.Time) (_ market.Webhook, secret string, err error) {
	defer market.Wrap(&err, "AddWebhook(%s)", partner)
	w = market.Webhook{ID: market.NewID(), PartnerID: partner, Test: w.Test, URL: strings.TrimSpace(w.URL), Types: tidyTypes(w.Types), CreatedAt: now,
		SecretID: market.NewID(), State: market.WebhookLive}
	if v.Partner != "" {
		w.Test = v.Sandbox
	}
	if err := ps.valid(w); err != nil {
		return w, "", err
	}
	err = ps.held(ctx, v, partner, func(tx *store.Tx, p market.Partner) error {
		if err := tx.Remember(ctx, store.Once{ID: once.ID, Person: v.Person, Partner: v.Partner, Answer: string(w.ID), At: now, Digest: once.Digest}); err != nil {
			return err
		}
		if err := roomFor(ctx, tx, w); err != nil {
			return err
		}
		if w.Test {
			if err := ps.sandbox(ctx, tx, now); err != nil {
				return err
			}
		}
		return errors.Join(tx.AddWebhook(ctx, w), note(ctx, tx, v, "", "partner.webhook_made", p.ID, w.ID, now))
	})
	if err != nil {
		return w, "", err
	}
	return w, ps.Secret(w.SecretID), nil
}

// Secret is what a webhook's messages are signed with, by the id of it that is kept.
func (ps *Partners) Secret(id market.ID) string { return webhook.SecretText(ps.key(id)) }

func (ps *Partners) valid(w market.Webhook) error {
	if err := w.Validate(); err != nil || ps.Sender == nil {
		return err
	}
	return ps.Sender.CheckURL(w.URL)
}

func tidyTypes(types []market.Announced) []market.Announced {
	types = slices.Clone(types)
	slices.Sort(types)
	return slices.Compact(types)
}

// roomFor refuses one too many, and a live one before anything is granted.
func roomFor(ctx context.Context, tx *store.Tx, w market.Webhook) error {
	all, err := tx.WebhooksOf(ctx, w.PartnerID)
	if err != nil {
		return err
	}
	if len(all) >= market.MaxWebhooks {
		return market.Refuse("url", "webhooks_many", "Max", market.MaxWebhooks)
	}
	if w.Test {
		return nil
	}
	grants, err := tx.GrantsOf(ctx, w.PartnerID)
	if err == nil && !slices.Contains(market.ReachOf(grants).Scopes, market.MayHear) {
		err = market.Refuse("test", "webhook_ungranted")
	}
	return err
}

// EditWebhook changes where something is told, and of what. What waits goes to the new address.
func (ps *Partners) EditWebhook(ctx context.Context, v market.Viewer, partner, id market.ID, address string, types []market.Announced, now time.Time) (err error) {
	defer market.Wrap(&err, "EditWebhook(%s)", id)
	return ps.hook(ctx, v, partner, id, "partner.webhook_changed", now, func(_ *store.Tx, w *market.Webhook) error {
		address = strings.TrimSpace(address)
		if address != w.URL { // another server, of which nothing is known yet
			w.RestUntil, w.Failures, w.FailingSince = nil, 0, nil
		}
		w.URL, w.Types = address, tidyTypes(types)
		return ps.valid(*w)
	})
}

// RotateSecret gives a webhook a new secret, which is shown this once. The one before signs beside it for market.SecretOverlap. Until
// that is over a further new one takes the place of the new one, whose answer may have been lost, and not of the one in use.
// market.ErrRepeated: it was asked for before under the once-only id.
func (ps *Partners) RotateSecret(ctx context.Context, v market.Viewer, partner, id market.ID, once market.OnceOnly, now time.Time) (secret market.ID, err error) {
	defer market.Wrap(&err, "RotateSecret(%s)", id)
	err = ps.hook(ctx, v, partner, id, "partner.webhook_rotated", now, func(tx *store.Tx, w *market.Webhook) error {
		if err := tx.Remember(ctx, store.Once{ID: once.ID, Person: v.Person, Partner: v.Partner, Answer: string(w.ID), At: now, Digest: once.Digest}); err != nil {
			return err
		}
		if w.OldUntil == nil || !now.Before(*w.OldUntil) {
			until := now.Add(market.SecretOverlap)
			w.OldSecretID, w.OldUntil = w.SecretID, &until
		}
		w.SecretID = market.NewID()
		secret = w.SecretID
		return nil
	})
	return secret, err
}

// EnableWebhook has a disabled webhook told again what happens from now on. Of what it missed Replay tells. market.ErrRepeated: it
// is not disabled.
func (ps *Partners) EnableWebhook(ctx context.Context, v market.Viewer, partner, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "EnableWebhook(%s)", id)
	return ps.hook(ctx, v, partner, id, "partner.webhook_enabled", now, func(_ *store.Tx, w *market.Webhook) error {
		if w.Live() {
			return market.ErrRepeated
		}
		w.State, w.Why, w.DisabledAt, w.FailingSince, w.Failures, w.RestUntil = market.WebhookLive, "", nil, nil, 0, nil
		return nil
	})
}

// RemoveWebhook takes a webhook away, with its log. What is under way to it may still arrive.
func (ps *Partners) RemoveWebhook(ctx context.Context, v market.Viewer, partner, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "RemoveWebhook(%s)", id)
	return ps.held(ctx, v, partner, func(tx *store.Tx, p market.Partner) error {
		w, err := tx.LockedWebhook(ctx, id)
		if err == nil && !looks(v, p.ID, w) {
			err = market.ErrNotFound
		}
		if err != nil {
			return err
		}
		return errors.Join(tx.DeleteWebhook(ctx, id), note(ctx, tx, v, "", "partner.webhook_removed", p.ID, id, now))
	})
}

// toldOnce has do tell a webhook something, unless that was asked for before under the once-only id (empty: it stands alone), and gives
// what it came to, then or now. market.ErrReused: something else was asked for under it. market.ErrWrongState: the webhook is disabled.
func (ps *Partners) toldOnce(ctx context.Context, v market.Viewer, partner, id market.ID, verb string, once market.OnceOnly, now time.Time, do func(*store.Tx) (string, error)) (came string, err error) {
	err = ps.hook(ctx, v, partner, id, verb, now, func(tx *store.Tx, w *market.Webhook) error {
		if was, err := tx.OnceOf(ctx, once.ID, v.Person); !errors.Is(err, market.ErrNotFound) {
			if err == nil && !bytes.Equal(was.Digest, once.Digest) {
				err = market.ErrReused
			}
			came = was.Answer
			return cmp.Or(err, market.ErrRepeated)
		}
		if !w.Live() {
			return market.ErrWrongState
		}
		w.RestUntil = nil
		if came, err = do(tx); err != nil || once.ID == "" {
			return err
		}
		return tx.Remember(ctx, store.Once{ID: once.ID, Person: v.Person, Partner: v.Partner, Answer: came, At: now, Digest: once.Digest})
	})
	if errors.Is(err, market.ErrRepeated) {
		err = nil
	}
	return came, err
}

// TestWebhook has a webhook told at once that it is tested; it is tried once. Asked again under a once-only id, it is the test of the
// first time. market.ErrWrongState: it is disabled.
func (ps *Partners) TestWebhook(ctx context.Context, v market.Viewer, partner, id market.ID, once market.OnceOnly, now time.Time) (d market.Delivery, err error) {
	defer market.Wrap(&err, "TestWebhook(%s)", id)
	made, err := ps.toldOnce(ctx, v, partner, id, "partner.webhook_tested", once, now, func(tx *store.Tx) (string, error) {
		d := market.Delivery{ID: market.NewID(), WebhookID: id, Type: market.WebhookTest, SubjectID: id, At: now, DueAt: now, State: market.DeliveryWaits}
		return string(d.ID), tx.AddDeliveries(ctx, []market.Delivery{d})
	})
	if err != nil {
		return d, err
	}
	return ps.store.Delivery(ctx, id, market.ID(made))
}

// Replay has one delivery go once more, under the id it has; asked again under a once-only id, not yet another time. market.ErrConflict:
// it waits, or is a test, which is pressed anew and counted. market.ErrWrongState: the webhook is disabled.
func (ps *Partners) Replay(ctx context.Context, v market.Viewer, partner, id, delivery market.ID, once market.OnceOnly, now time.Time) (err error) {
	defer market.Wrap(&err, "Replay(%s)", delivery)
	_, err = ps.toldOnce(ctx, v, partner, id, "partner.webhook_replayed", once, now, func(tx *store.Tx) (string, error) {
		d, err := tx.Delivery(ctx, id, delivery)
		if err == nil && d.Type == market.WebhookTest {
			err = market.ErrConflict
		}
		if err != nil {
			return "", err
		}
		return string(delivery), tx.Replay(ctx, id, delivery, now)
	})
	return err
}

// ReplayFailed has all that failed since a time go once more, and counts it: what a webhook that was disabled missed too, as far
// as the log reaches back. Asked again under a once-only id, it is the count of the first time.
func (ps *Partners) ReplayFailed(ctx context.Context, v market.Viewer, partner, id market.ID, since time.Time, once market.OnceOnly, now time.Time) (n int, err error) {
	defer market.Wrap(&err, "ReplayFailed(%s)", id)
	count, err := ps.toldOnce(ctx, v, partner, id, "partner.webhook_replayed", once, now, func(tx *store.Tx) (string, error) {
		n, err := tx.ReplayFailed(ctx, id, since, now)
		return strconv.Itoa(n), err
	})
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(count)
}

// WebhooksOf are those of a partner of the viewer's that the viewer may see, the oldest first.
func (ps *Partners) WebhooksOf(ctx context.Context, v market.Viewer, partner market.ID) (seen []market.Webhook, err error) {
	defer market.Wrap(&err, "WebhooksOf(%s)", partner)
	if v.Partner != partner {
		p, err := ps.store.Partner(ctx, partner)
		if err == nil && (p.PersonID != v.Person || !v.SignedIn() || p.EndedAt != nil) {
			err = market.ErrNotFound
		}
		if err != nil {
			return nil, err
		}
	}
	all, err := ps.store.WebhooksOf(ctx, partner)
	for _, w := range all {
		if looks(v, partner, w) {
			seen = append(seen, w)
		}
	}
	return seen, err
}

// WebhookOf is one of them. market.ErrNotFound: there is no such one.
func (ps *Partners) WebhookOf(ctx context.Context, v market.Viewer, partner, id market.ID) (market.Webhook, error) {
	all, err := ps.WebhooksOf(ctx, v, partner)
	for _, w := range all {
		if w.ID == id {
			return w, nil
		}
	}
	if err == nil {
		err = market.ErrNotFound
	}
	return market.Webhook{}, err
}
