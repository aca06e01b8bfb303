package store

import (
	"context"
	"time"

	"wherewithal/market"
)

// KeepPasskey keeps a new passkey. market.ErrConflict: the same one is known already.
func (tx *Tx) KeepPasskey(ctx context.Context, p market.Passkey) error { return create(ctx, tx.db, &p) }

// Passkeys of a person, the oldest first.
func (r reads) Passkeys(ctx context.Context, person market.ID) ([]market.Passkey, error) {
	return many[market.Passkey](r.db.WithContext(ctx).Where("person_id = ?", person).Order("created_at, id"))
}

// UsePasskey writes down that a passkey was used, and what its record is from then on. market.ErrNotFound: it is gone.
func (tx *Tx) UsePasskey(ctx context.Context, id market.ID, record string, now time.Time) error {
	return found(tx.db.WithContext(ctx).Model(&market.Passkey{}).Where("id = ?", id).Updates(map[string]any{"record": record, "seen_at": now}))
}

// DoubtPasskey writes down that a passkey may have been copied.
func (tx *Tx) DoubtPasskey(ctx context.Context, id market.ID, now time.Time) error {
	return found(tx.db.WithContext(ctx).Model(&market.Passkey{}).Where("id = ?", id).Update("doubted_at", now))
}

// DropPasskey of a person. market.ErrNotFound: there is no such one.
func (tx *Tx) DropPasskey(ctx context.Context, person, id market.ID) error {
	return found(tx.db.WithContext(ctx).Where("id = ? and person_id = ?", id, person).Delete(&market.Passkey{}))
}

// DropPasskeys drops all that a person has.
func (tx *Tx) DropPasskeys(ctx context.Context, person market.ID) error {
	return translate(tx.db.WithContext(ctx).Where("person_id = ?", person).Delete(&market.Passkey{}).Error)
}

// KeepChallenge keeps a question until it is answered.
func (tx *Tx) KeepChallenge(ctx context.Context, c market.PasskeyChallenge) error {
	return create(ctx, tx.db, &c)
}

// TakeChallenge takes a question out, for the one answer that it may have: of this person, or, when there is none, of the
// browser with this hash. market.ErrGone: it was answered, ran out, or is somebody else's.
func (tx *Tx) TakeChallenge(ctx context.Context, id, person market.ID, browser []byte, now time.Time) (market.PasskeyChallenge, error) {
	taken, err := many[market.PasskeyChallenge](tx.db.WithContext(ctx).Raw(`delete from passkey_challenges
		where id = ? and person_id is not distinct from ? and browser_hash = ? returning *`, id, person, browser))
	if err == nil && (len(taken) == 0 || !now.Before(taken[0].ExpiresAt)) {
		err = market.ErrGone
	}
	if err != nil {
		return market.PasskeyChallenge{}, err
	}
	return taken[0], nil
}
