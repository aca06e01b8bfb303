package store

import (
	"context"
	"time"

	"wherewithal/market"
)

// AddAlerts records that a listing is new to some searches: not to those that were told of it before, nor to those deleted or
// paused meanwhile. It gives the ids of those that want to be told at once and have nothing waiting yet: their mail is due now.
func (tx *Tx) AddAlerts(ctx context.Context, listing market.ID, searches []market.ID, now time.Time) (due []market.ID, err error) {
	err = tx.db.WithContext(ctx).Raw(`
		with wanted as (select id, pace, alert_due from saved_searches where id = any (?::uuid[]) and paused_at is null order by id for no key update),
		     fresh as (insert into alerts (search_id, listing_id, found_at) select id, ?, ? from wanted on conflict do nothing returning search_id)
		update saved_searches s set alert_due = ?
		  from wanted w join fresh f on f.search_id = w.id
		 where s.id = w.id and w.pace = 'at_once' and w.alert_due is null
		returning s.id`, idArray(searches), listing, now, now).Scan(&due).Error
	return due, translate(err)
}

// SeedAlerts records what a search found as it was saved, as told: it was there, and was not changed since.
func (s *Store) SeedAlerts(ctx context.Context, search market.SavedSearch, listings []market.ID) error {
	return translate(s.db.WithContext(ctx).Exec(`
		insert into alerts (search_id, listing_id, found_at, told_at)
		select s.id, l.id, s.created_at, s.created_at from saved_searches s, listings l
		 where s.id = ? and l.id = any (?::uuid[]) and l.updated_at <= s.created_at
		on conflict do nothing`, search.ID, idArray(listings)).Error)
}

// AlertsDue are the searches whose mail is due, the longest due first.
func (r reads) AlertsDue(ctx context.Context, now time.Time, limit int) (due []market.ID, err error) {
	err = r.db.WithContext(ctx).Raw(`select id from saved_searches where alert_due <= ? order by alert_due, id limit ?`, now, limit).Scan(&due).Error
	return due, translate(err)
}

// SetAlertDue says when a search's mail is due; nil: nothing waits to be told at once.
func (tx *Tx) SetAlertDue(ctx context.Context, search market.ID, due *time.Time) error {
	return translate(tx.db.WithContext(ctx).Model(&market.SavedSearch{}).Where("id = ?", search).Update("alert_due", due).Error)
}

// TellAlerts has a letter tell all that waits of some searches since a time.
func (tx *Tx) TellAlerts(ctx context.Context, letter market.ID, searches []market.ID, since, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Exec(`update alerts set told_at = ?, letter_id = ?
		where search_id = any (?::uuid[]) and told_at is null and found_at > ?`, now, letter, idArray(searches), since).Error)
}

// UntellAlerts has what a letter should have told wait again.
func (tx *Tx) UntellAlerts(ctx context.Context, letter market.ID) error {
	return translate(tx.db.WithContext(ctx).Exec(`update alerts set told_at = null, letter_id = null where letter_id = ?`, letter).Error)
}

// WaitingAlerts are the searches of a person that have something to tell since a time, those first that wait longest: none when
// the person stopped such mails.
func (r reads) WaitingAlerts(ctx context.Context, person market.ID, since time.Time) (searches []market.ID, err error) {
	err = r.db.WithContext(ctx).Raw(`select s.id from saved_searches s join alerts a on a.search_id = s.id and a.told_at is null and a.found_at > ?
		where s.person_id = ? and s.paused_at is null
		  and not exists (select 1 from mail_stops m where m.person_id = s.person_id and m.kind = ?)
		group by s.id order by min(a.found_at), s.created_at, s.id`, since, person, market.SavedSearchLetter).Scan(&searches).Error
	return searches, translate(err)
}

// AlertsOf a letter, search by search, what was found first first.
func (r reads) AlertsOf(ctx context.Context, letter market.ID) ([]market.Alert, error) {
	return many[market.Alert](r.db.WithContext(ctx).Joins("join saved_searches s on s.id = alerts.search_id").
		Where("alerts.letter_id = ?", letter).Order("s.created_at, s.id, alerts.found_at, alerts.listing_id"))
}

// AlertLetters are when a person's letters about saved searches were written since a time, the newest first, and when the newest
// about one search was; those that never went because they were overtaken left out.
func (r reads) AlertLetters(ctx context.Context, person, search market.ID, since time.Time) (all []time.Time, last *time.Time, err error) {
	var rows []struct {
		CreatedAt time.Time
		AboutID   market.ID
	}
	err = r.db.WithContext(ctx).Raw(`select created_at, about_id from letters where person_id = ? and kind = ? and created_at > ?
		and not (state = 'failed' and fault in ?) order by created_at desc, id desc`, person, market.SavedSearchLetter, since, market.Overtaken).Scan(&rows).Error
	for _, row := range rows {
		all = append(all, row.CreatedAt)
		if row.AboutID == search && last == nil {
			last = &row.CreatedAt
		}
	}
	return all, last, translate(err)
}

// DropWaiting forgets to tell what waits of a search.
func (tx *Tx) DropWaiting(ctx context.Context, search market.ID, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Exec(`update alerts set told_at = ? where search_id = ? and told_at is null`, now, search).Error)
}

// ForgetAlerts drops what a letter was to tell of a search and does not: it is new to the search when it fits again.
func (s *Store) ForgetAlerts(ctx context.Context, letter, search market.ID, listings []market.ID) error {
	if len(listings) == 0 {
		return nil
	}
	return translate(s.db.WithContext(ctx).Exec(`delete from alerts where letter_id = ? and search_id = ? and listing_id = any (?::uuid[])`,
		letter, search, idArray(listings)).Error)
}
