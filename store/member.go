package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// LockGroup holds a group so that changes of its members come one after the other.
func (tx *Tx) LockGroup(ctx context.Context, id market.ID) error {
	_, err := one[market.Group](tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", id))
	return err
}

// Members a group has now, the longest-standing first.
func (r reads) Members(ctx context.Context, group market.ID, now time.Time) (market.Members, error) {
	return many[market.Membership](r.db.WithContext(ctx).
		Where("group_id = ? and since <= ? and (until is null or until > ?)", group, now, now).Order("since, id"))
}

// EndMembership ends one; until when it lasted stays known. market.ErrConflict: it had ended.
func (tx *Tx) EndMembership(ctx context.Context, id market.ID, now time.Time) error {
	return changed(tx.db.WithContext(ctx).Model(&market.Membership{}).Where("id = ? and until is null", id).Update("until", now))
}

// KeepInvitation keeps a new invitation. market.ErrConflict: the address is invited already.
func (tx *Tx) KeepInvitation(ctx context.Context, i market.Invitation) error {
	return create(ctx, tx.db, &i)
}

// Invitation by id.
func (r reads) Invitation(ctx context.Context, id market.ID) (market.Invitation, error) {
	return one[market.Invitation](r.db.WithContext(ctx).Where("id = ?", id))
}

// LockInvitation reads an invitation for answering it.
func (tx *Tx) LockInvitation(ctx context.Context, id market.ID) (market.Invitation, error) {
	return one[market.Invitation](tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id))
}

// Invitations of a group that wait for an answer, newest first.
func (r reads) Invitations(ctx context.Context, group market.ID, now time.Time) ([]market.Invitation, error) {
	return many[market.Invitation](r.db.WithContext(ctx).
		Where("group_id = ? and ended_at is null and expires_at > ?", group, now).Order("created_at desc, id"))
}

// EndInvitation says what became of an invitation and drops its address. market.ErrConflict: it had ended.
func (tx *Tx) EndInvitation(ctx context.Context, id market.ID, outcome market.InvitationOutcome, now time.Time) error {
	return changed(tx.db.WithContext(ctx).Model(&market.Invitation{}).Where("id = ? and ended_at is null", id).
		Updates(map[string]any{"ended_at": now, "outcome": outcome, "address": ""}))
}

// ExpireInvitations of a group that ran out.
func (tx *Tx) ExpireInvitations(ctx context.Context, group market.ID, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Exec(`update invitations set ended_at = ?, outcome = 'expired', address = ''
		where group_id = ? and ended_at is null and expires_at <= ?`, now, group, now).Error)
}

// ContactOf are the introductions that a person looks after for a group and that have not ended.
func (r reads) ContactOf(ctx context.Context, group, person market.ID) ([]market.Introduction, error) {
	return many[market.Introduction](r.db.WithContext(ctx).Where(`state in ('proposed', 'asked', 'connected') and
		((need_group_id = ? and need_by = ?) or (offer_group_id = ? and offer_by = ?))`, group, person, group, person).Order("id"))
}

// LivingOf are the introductions of a group that have not ended.
func (r reads) LivingOf(ctx context.Context, group market.ID) ([]market.Introduction, error) {
	return many[market.Introduction](r.db.WithContext(ctx).Where(`state in ('proposed', 'asked', 'connected') and
		(need_group_id = ? or offer_group_id = ?)`, group, group).Order("id"))
}
