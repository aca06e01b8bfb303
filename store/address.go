package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// KeepAddressChange keeps a wish for another address. One that waited is replaced by it.
func (tx *Tx) KeepAddressChange(ctx context.Context, a market.AddressChange) error {
	err := tx.db.WithContext(ctx).Exec(`update address_changes set ended_at = ?, outcome = 'replaced' where person_id = ? and ended_at is null`,
		a.CreatedAt, a.PersonID).Error
	if err != nil {
		return translate(err)
	}
	return create(ctx, tx.db, &a)
}

// AddressChange by id.
func (r reads) AddressChange(ctx context.Context, id market.ID) (market.AddressChange, error) {
	return one[market.AddressChange](r.db.WithContext(ctx).Where("id = ?", id))
}

// LockAddressChange reads a change of address for answering it.
func (tx *Tx) LockAddressChange(ctx context.Context, id market.ID) (market.AddressChange, error) {
	return one[market.AddressChange](tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id))
}

// AddressWaiting is the change of address that a person has asked for and not confirmed. market.ErrNotFound: none.
func (r reads) AddressWaiting(ctx context.Context, person market.ID, now time.Time) (market.AddressChange, error) {
	return one[market.AddressChange](r.db.WithContext(ctx).
		Where("person_id = ? and ended_at is null and expires_at > ?", person, now).Order("created_at desc"))
}

// AddressLeftBy is who had an address until a change confirmed since then, which may still be taken back; none when that
// is nobody.
func (r reads) AddressLeftBy(ctx context.Context, address string, since time.Time) (person market.ID, err error) {
	err = r.db.WithContext(ctx).Raw(`select person_id from address_changes where was = ? and outcome = 'confirmed' and ended_at > ?
		order by ended_at desc limit 1`, address, since).Scan(&person).Error
	return person, translate(err)
}

// MoveAddress has a person written to at another address. What was known of the old one, mail coming back say, is not
// known of the new one, and links for signing in that either has asked for are void. market.ErrConflict: it is somebody
// else's.
func (tx *Tx) MoveAddress(ctx context.Context, person market.ID, from, to string, now time.Time) error {
	err := changed(tx.db.WithContext(ctx).Model(&market.Person{}).Where("id = ?", person).
		Updates(map[string]any{"address": to, "address_since": now, "bounced": false}))
	if err != nil {
		return err
	}
	if err := tx.ForgetBounces(ctx, person); err != nil {
		return err
	}
	return translate(tx.db.WithContext(ctx).Exec(`delete from sign_ins where address in (?, ?) and used_at is null`, from, to).Error)
}

// EndAddressChange says what became of a change of address.
func (tx *Tx) EndAddressChange(ctx context.Context, id market.ID, outcome market.AddressOutcome, now time.Time) error {
	return changed(tx.db.WithContext(ctx).Model(&market.AddressChange{}).Where("id = ?", id).
		Updates(map[string]any{"ended_at": now, "outcome": outcome}))
}

// DisownAddressChanges ends a change of address and all that the person asked for after it: those that wait are stopped,
// those that were confirmed count as taken back.
func (tx *Tx) DisownAddressChanges(ctx context.Context, first market.AddressChange, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Exec(`
		update address_changes set outcome = case when ended_at is null then 'stopped' else 'taken_back' end, ended_at = ?
		 where person_id = ? and created_at >= ? and (ended_at is null or outcome = 'confirmed')`,
		now, first.PersonID, first.CreatedAt).Error)
}

// EndSessionsBut ends all sessions of a person but one; all, when that is none.
func (tx *Tx) EndSessionsBut(ctx context.Context, person, but market.ID, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Exec(`update sessions set ended_at = ?
		where person_id = ? and ended_at is null and id is distinct from ?::uuid`, now, person, but).Error)
}

// EndTokens ends all tokens of a person.
func (tx *Tx) EndTokens(ctx context.Context, person market.ID, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Exec(`update tokens set ended_at = ? where person_id = ? and ended_at is null`, now, person).Error)
}
