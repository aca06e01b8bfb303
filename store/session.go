package store

import (
	"context"
	"time"

	"wherewithal/market"
)

// KeepSignIn keeps a request for a sign-in link.
func (tx *Tx) KeepSignIn(ctx context.Context, s market.SignIn) error { return create(ctx, tx.db, &s) }

// SignIn by id.
func (r reads) SignIn(ctx context.Context, id market.ID) (market.SignIn, error) {
	return one[market.SignIn](r.db.WithContext(ctx).Where("id = ?", id))
}

// SignInByLink finds the request by the hash of its link's secret.
func (r reads) SignInByLink(ctx context.Context, hash []byte) (market.SignIn, error) {
	return one[market.SignIn](r.db.WithContext(ctx).Where("link_hash = ?", hash))
}

// SignInOfBrowser is the newest request that a browser made.
func (r reads) SignInOfBrowser(ctx context.Context, hash []byte) (market.SignIn, error) {
	return one[market.SignIn](r.db.WithContext(ctx).Where("browser_hash = ?", hash).Order("created_at desc"))
}

// UseSignIn marks the link as used. market.ErrConflict: somebody was quicker, or it ran out.
func (tx *Tx) UseSignIn(ctx context.Context, id market.ID, now time.Time) error {
	return changed(tx.db.WithContext(ctx).Model(&market.SignIn{}).
		Where("id = ? and used_at is null and expires_at > ?", id, now).Update("used_at", now))
}

// CountTry counts a typed code before it is compared, so that racing guesses cannot exceed the limit.
// market.ErrConflict: the tries are used up, or the link was used or ran out.
func (tx *Tx) CountTry(ctx context.Context, id market.ID, now time.Time) error {
	return changed(tx.db.WithContext(ctx).Exec(`update sign_ins set tries = tries + 1
		where id = ? and tries < ? and used_at is null and expires_at > ?`, id, market.CodeTries, now))
}

// StartSession keeps a new session.
func (tx *Tx) StartSession(ctx context.Context, s market.Session) error {
	return create(ctx, tx.db, &s)
}

// Sessions of a person that have not been ended, newest first.
func (r reads) Sessions(ctx context.Context, person market.ID) ([]market.Session, error) {
	return many[market.Session](r.db.WithContext(ctx).Where("person_id = ? and ended_at is null", person).Order("seen_at desc"))
}

// SeeSession notes that a session was used.
func (tx *Tx) SeeSession(ctx context.Context, id market.ID, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Model(&market.Session{}).Where("id = ?", id).Update("seen_at", now).Error)
}

// EndSession ends one session of a person. market.ErrNotFound: there is no such one.
func (tx *Tx) EndSession(ctx context.Context, person, id market.ID, now time.Time) error {
	res := tx.db.WithContext(ctx).Model(&market.Session{}).
		Where("id = ? and person_id = ? and ended_at is null", id, person).Update("ended_at", now)
	if res.Error == nil && res.RowsAffected == 0 {
		return market.ErrNotFound
	}
	return translate(res.Error)
}
