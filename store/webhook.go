package store

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// AddWebhook keeps a new webhook.
func (tx *Tx) AddWebhook(ctx context.Context, w market.Webhook) error { return create(ctx, tx.db, &w) }

// Webhook by id. market.ErrNotFound: there is none.
func (r reads) Webhook(ctx context.Context, id market.ID) (market.Webhook, error) {
	return one[market.Webhook](r.db.WithContext(ctx).Where("id = ?", id))
}

// LockedWebhook is a webhook that nobody else changes until the transaction ends.
func (tx *Tx) LockedWebhook(ctx context.Context, id market.ID) (market.Webhook, error) {
	return one[market.Webhook](tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", id))
}

// WebhooksOf a partner, the oldest first.
func (r reads) WebhooksOf(ctx context.Context, partner market.ID) ([]market.Webhook, error) {
	return many[market.Webhook](r.db.WithContext(ctx).Where("partner_id = ?", partner).Order("created_at, id"))
}

// Webhooks of all partners that have not ended, disabled ones too, one partner's beside each other.
func (r reads) Webhooks(ctx context.Context) ([]market.Webhook, error) {
	return many[market.Webhook](r.db.WithContext(ctx).Where("partner_id in (select id from partners where ended_at is null)").Order("partner_id, test, id"))
}

// ChangeWebhook writes all of a webhook that can change, but for whose turn it is.
func (tx *Tx) ChangeWebhook(ctx context.Context, w market.Webhook) error {
	return changed(tx.db.WithContext(ctx).Model(&w).Where("id = ?", w.ID).Select("URL", "Types", "SecretID", "OldSecretID", "OldUntil",
		"State", "Why", "DisabledAt", "FailingSince", "Failures", "RestUntil").Updates(&w))
}

// DeleteWebhook takes a webhook away, with its log.
func (tx *Tx) DeleteWebhook(ctx context.Context, id market.ID) error {
	return found(tx.db.WithContext(ctx).Where("id = ?", id).Delete(&market.Webhook{}))
}

// WebhookMark is how far the changes were read for webhooks, and in which database.
type WebhookMark struct {
	Era    string
	Cursor `gorm:"embedded"`
}

// LockWebhookMark is the mark, if nobody else is at it: false when somebody is. market.ErrNotFound: nothing was read yet. No row
// is locked, so that a look that finds nothing new writes nothing.
func (tx *Tx) LockWebhookMark(ctx context.Context) (m WebhookMark, mine bool, err error) {
	db := tx.db.WithContext(ctx)
	if err := db.Raw(`select pg_try_advisory_xact_lock(hashtext('webhook mark'))`).Scan(&mine).Error; err != nil || !mine {
		return m, false, translate(err)
	}
	var rows []WebhookMark
	err = db.Raw(`select era, xid::text::bigint as xid, seq from webhook_mark`).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		return m, true, market.ErrNotFound
	}
	if err == nil {
		m = rows[0]
	}
	return m, true, translate(err)
}

// SetWebhookMark writes how far the changes were read.
func (tx *Tx) SetWebhookMark(ctx context.Context, m WebhookMark) error {
	return translate(tx.db.WithContext(ctx).Exec(`insert into webhook_mark (era, xid, seq) values (?, ?::text::xid8, ?)
		on conflict (one) do update set era = excluded.era, xid = excluded.xid, seq = excluded.seq`, m.Era, strconv.FormatUint(m.XID, 10), m.Seq).Error)
}

// AddDeliveries puts deliveries behind those that are there, in their order, each about another thing or for another webhook. One
// that says nothing new is left out: one like it waits and was not begun, or told already that the thing is gone, or lies among
// what a disabled webhook was not told. That a thing is gone is told anew where nothing tells the webhook of its coming back. What waits about
// the same thing after an attempt that failed is passed over for the new one.
func (tx *Tx) AddDeliveries(ctx context.Context, all []market.Delivery) error {
	if len(all) == 0 {
		return nil
	}
	type row struct {
		ID, Webhook, Subject market.ID
		Type                 market.Announced
		State                market.DeliveryState
		Fault                string
	}
	var rows []row
	for _, d := range all {
		rows = append(rows, row{d.ID, d.WebhookID, d.SubjectID, d.Type, d.State, d.Fault})
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	return translate(tx.db.WithContext(ctx).Exec(`
		with fresh as (
			select * from rows from (jsonb_to_recordset(cast(@rows as jsonb)) as ("ID" uuid, "Webhook" uuid, "Subject" uuid, "Type" text, "State" text, "Fault" text))
			    with ordinality as f (id, webhook_id, subject_id, type, state, fault, place)),
		newest as (
			select f.id as fresh, d.id, d.type, d.state, d.fault, d.begun_at from fresh f
			 cross join lateral (select * from deliveries d where d.webhook_id = f.webhook_id and d.subject_id = f.subject_id
				and d.type <> 'introduction.opened' order by d.seq desc limit 1) d),
		added as (
			insert into deliveries (id, webhook_id, type, subject_id, at, state, fault, due_at, ended_at)
			select f.id, f.webhook_id, f.type, f.subject_id, cast(@at as timestamptz), f.state, f.fault, cast(@at as timestamptz), case when f.state = 'failed' then cast(@at as timestamptz) end
			  from fresh f join webhooks w on w.id = f.webhook_id left join newest n on n.fresh = f.id
			 where f.type = 'webhook.test' or n.id is null or n.type <> f.type
			    or not (n.state = 'waiting' and n.begun_at is null or n.state = 'done' and f.type = 'listing.gone' and jsonb_exists(w.types, 'listing.changed')
			         or n.fault = 'disabled' and n.begun_at is null and f.state = 'failed')
			 order by f.place
			returning id, webhook_id, subject_id)
		update deliveries d set state = 'passed', ended_at = @at
		  from added a where d.webhook_id = a.webhook_id and d.subject_id = a.subject_id and d.state = 'waiting'
		   and d.type not in ('webhook.test', 'introduction.opened')`,
		map[string]any{"rows": string(text), "at": all[0].At}).Error)
}

// ClaimWebhooks takes webhooks for which something is due, those first that were served longest ago, and gives each to the courier
// for so long. Of webhooks that somebody else is at none is taken. now is business time, clock the machine's.
func (s *Store) ClaimWebhooks(ctx context.Context, courier market.ID, now, clock time.Time, lease time.Duration, limit int) (claimed []market.Webhook, err error) {
	defer market.Wrap(&err, "ClaimWebhooks")
	err = s.db.WithContext(ctx).Raw(`
		with able as (
			select id from webhooks w
			 where state = 'live' and (lease_until is null or lease_until < @clock) and (rest_until is null or rest_until <= @now)
			   and exists (select from deliveries d where d.webhook_id = w.id and d.state = 'waiting' and d.due_at <= @now)
			 order by lease_until nulls first, id limit @limit for no key update skip locked)
		update webhooks w set lease = @courier, lease_until = @until from able where w.id = able.id returning w.*`,
		map[string]any{"clock": clock, "now": now, "limit": limit, "courier": courier, "until": clock.Add(lease)}).Scan(&claimed).Error
	return claimed, translate(err)
}

// NextDelivery begins the first delivery of a webhook that is due; a test, for which somebody waits, before all others. market.ErrNotFound: there is none, or the webhook is no longer
// the courier's.
func (s *Store) NextDelivery(ctx context.Context, webhook, courier market.ID, now time.Time) (market.Delivery, error) {
	var rows []market.Delivery
	err := s.db.WithContext(ctx).Raw(`
		update deliveries set begun_at = coalesce(begun_at, @now) where id = (
			select d.id from deliveries d join webhooks w on w.id = d.webhook_id
			 where w.id = @webhook and w.lease = @courier and w.state = 'live' and d.state = 'waiting' and d.due_at <= @now order by d.type <> 'webhook.test', d.seq limit 1)
		returning *`, map[string]any{"now": now, "webhook": webhook, "courier": courier}).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		return market.Delivery{}, market.ErrNotFound
	}
	if err != nil {
		return market.Delivery{}, translate(err)
	}
	return rows[0], nil
}

// KeepLease lets the courier go on for so long. market.ErrConflict: another has taken over.
func (tx *Tx) KeepLease(ctx context.Context, webhook, courier market.ID, until time.Time) error {
	return changed(tx.db.WithContext(ctx).Model(&market.Webhook{}).Where("id = ? and lease = ?", webhook, courier).Update("lease_until", until))
}

// EndLease gives a webhook back, as served at that time.
func (s *Store) EndLease(ctx context.Context, webhook, courier market.ID, clock time.Time) error {
	return translate(s.db.WithContext(ctx).Exec(`update webhooks set lease = null, lease_until = ? where id = ? and lease = ?`, clock, webhook, courier).Error)
}

// SettleDelivery writes what became of an attempt. Where something newer took the delivery's place meanwhile, a failure changes
// nothing of that.
func (tx *Tx) SettleDelivery(ctx context.Context, d market.Delivery) error {
	db := tx.db.WithContext(ctx).Model(&d).Where("id = ?", d.ID)
	if d.State == market.DeliveryDone {
		db = db.Where("state in ('waiting', 'passed')")
	} else {
		db = db.Where("state = 'waiting'")
	}
	return translate(db.Select("State", "Attempts", "DueAt", "Until", "TriedAt", "EndedAt", "Status", "Fault", "Excerpt").Updates(&d).Error)
}

// StopDeliveries gives up all that waits for a webhook.
func (tx *Tx) StopDeliveries(ctx context.Context, webhook market.ID, fault string, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Exec(`update deliveries set state = 'failed', ended_at = ?, fault = ? where webhook_id = ? and state = 'waiting'`,
		now, fault, webhook).Error)
}

// StopDeliveriesOf gives up all that waits for the webhooks of a partner.
func (tx *Tx) StopDeliveriesOf(ctx context.Context, partner market.ID, fault string, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Exec(`update deliveries set state = 'failed', ended_at = ?, fault = ? where state = 'waiting'
		and webhook_id in (select id from webhooks where partner_id = ?)`, now, fault, partner).Error)
}

// DeliveriesWait reports whether anything waits for a webhook, but for tests.
func (r reads) DeliveriesWait(ctx context.Context, webhook market.ID) (waits bool, err error) {
	err = r.db.WithContext(ctx).Raw(`select exists (select from deliveries where webhook_id = ? and state = 'waiting' and type <> 'webhook.test')`, webhook).Scan(&waits).Error
	return waits, translate(err)
}

// Replay has a delivery that ended go once more. market.ErrConflict: it waits.
func (tx *Tx) Replay(ctx context.Context, webhook, delivery market.ID, now time.Time) error {
	return changed(tx.db.WithContext(ctx).Exec(replay+` and id = ? and state <> 'waiting'`, now, webhook, delivery))
}

// ReplayFailed has all that failed since a time go once more, and counts it.
func (tx *Tx) ReplayFailed(ctx context.Context, webhook market.ID, since, now time.Time) (int, error) {
	res := tx.db.WithContext(ctx).Exec(replay+` and state = 'failed' and type <> 'webhook.test' and at >= ?`, now, webhook, since)
	return int(res.RowsAffected), translate(res.Error)
}

const replay = `update deliveries set state = 'waiting', attempts = 0, due_at = ?, until = null, ended_at = null where webhook_id = ?`

// Delivery of a webhook by id.
func (r reads) Delivery(ctx context.Context, webhook, id market.ID) (market.Delivery, error) {
	return one[market.Delivery](r.db.WithContext(ctx).Where("webhook_id = ? and id = ?", webhook, id))
}

// Deliveries of a webhook, the newest first, those before a place in their order; 0: from the newest on. state may be none.
func (r reads) Deliveries(ctx context.Context, webhook market.ID, state market.DeliveryState, before int64, limit int) ([]market.Delivery, error) {
	db := r.db.WithContext(ctx).Where("webhook_id = ?", webhook)
	if state != "" {
		db = db.Where("state = ?", state)
	}
	if before > 0 {
		db = db.Where("seq < ?", before)
	}
	return many[market.Delivery](db.Order("seq desc").Limit(limit))
}

// UnsentDeliveries says since when the delivery is due that has been due longest at webhooks which are well: how late we are, not
// they. nil: none is.
func (r reads) UnsentDeliveries(ctx context.Context, now time.Time) (since *time.Time, err error) {
	var rows []time.Time
	err = r.db.WithContext(ctx).Raw(`select d.due_at from deliveries d join webhooks w on w.id = d.webhook_id
		where d.state = 'waiting' and d.due_at <= ? and w.state = 'live' and w.rest_until is null order by d.due_at limit 1`, now).Scan(&rows).Error
	if len(rows) > 0 {
		since = &rows[0]
	}
	return since, translate(err)
}

// announceAsked has webhooks told of an introduction once the side that gives is asked, for it knows of none before. It is called
// before that is written.
func (tx *Tx) announceAsked(ctx context.Context, in market.Introduction) error {
	if in.AskedAt == nil {
		return nil
	}
	before, err := one[market.Introduction](tx.db.WithContext(ctx).Where("id = ?", in.ID))
	if err != nil || before.AskedAt != nil {
		return err
	}
	return tx.announceOpened(ctx, in.OfferID, *in.AskedAt)
}

// announceOpened has the webhooks of the partner that posted a listing, if one did and its group's yes stands, told that there is an
// introduction for it: in the transaction that opens it, and by the listing's id, since the introduction's would show two partners that
// their groups have to do with each other.
func (tx *Tx) announceOpened(ctx context.Context, listing market.ID, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Exec(`
		insert into deliveries (id, webhook_id, type, subject_id, at, due_at, state, fault, ended_at)
		select gen_random_uuid(), w.id, @type, s.listing_id, cast(@now as timestamptz), cast(@now as timestamptz), case when w.state = 'live' then 'waiting' else 'failed' end,
		       case when w.state = 'live' then '' else 'disabled' end, case when w.state = 'live' then null else cast(@now as timestamptz) end
		  from supplied s join mandates m on m.id = s.mandate_id and m.state = 'given'
		  join webhooks w on w.partner_id = s.partner_id and w.test = s.test and jsonb_exists(w.types, @type)
		 where s.listing_id = @listing and s.closed_at is null and s.stopped_at is null`,
		map[string]any{"type": market.IntroductionOpened, "listing": listing, "now": now}).Error)
}
