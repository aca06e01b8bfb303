package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// LockGroup holds a group so that changes of its members come one after the other.
func (tx *Tx) LockGroup(ctx context.Context, id market.ID) error {
	_, err := tx.LockedGroup(ctx, id)
	return err
}

// LockedGroup is LockGroup, and the group as it is then.
func (tx *Tx) LockedGroup(ctx context.Context, id market.ID) (market.Group, error) {
	return one[market.Group](tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", id))
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

// standing are the invitations that can still be taken: they wait, whoever sent them is an owner of the group still, and the group is
// open and not looked at.
const standing = ` invitations i
	  join groups g on g.id = i.group_id and g.closed_at is null and g.held_at is null and g.removed_at is null
	  join memberships m on m.group_id = i.group_id and m.person_id = i.invited_by and m.role = 'owner'
	   and m.since <= @now and (m.until is null or m.until > @now)
	 where i.ended_at is null and i.expires_at > @now `

// InvitationStands reports whether an invitation can still be taken.
func (r reads) InvitationStands(ctx context.Context, id market.ID, now time.Time) (stands bool, err error) {
	err = r.db.WithContext(ctx).Raw(`select exists (select from`+standing+`and i.id = @id)`,
		map[string]any{"id": id, "now": now}).Scan(&stands).Error
	return stands, translate(err)
}

// InvitationTo is the newest invitation of a mail address that can still be taken. market.ErrNotFound: none.
func (r reads) InvitationTo(ctx context.Context, address string, now time.Time) (market.Invitation, error) {
	return one[market.Invitation](r.db.WithContext(ctx).Raw(`select i.* from`+standing+`and i.address = @address order by i.created_at desc, i.id limit 1`,
		map[string]any{"address": address, "now": now}))
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

// EndInvitation says what became of an invitation and drops its address. no is what remembers who declined, if they did.
// market.ErrConflict: it had ended.
func (tx *Tx) EndInvitation(ctx context.Context, id market.ID, outcome market.InvitationOutcome, no []byte, now time.Time) error {
	return changed(tx.db.WithContext(ctx).Model(&market.Invitation{}).Where("id = ? and ended_at is null", id).
		Updates(map[string]any{"ended_at": now, "outcome": outcome, "address": "", "declined_hash": no}))
}

// DeclinedSince reports whether an address of that hash declined an invitation of the group since a time.
func (r reads) DeclinedSince(ctx context.Context, group market.ID, hash []byte, since time.Time) (declined bool, err error) {
	err = r.db.WithContext(ctx).Raw(`select exists (select from invitations where group_id = ? and declined_hash = ? and ended_at > ?)`,
		group, hash, since).Scan(&declined).Error
	return declined, translate(err)
}

// ExpireInvitations of a group that ran out; of all groups, when it is empty.
func (tx *Tx) ExpireInvitations(ctx context.Context, group market.ID, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Exec(`update invitations set ended_at = ?, outcome = 'expired', address = ''
		where (?::uuid is null or group_id = ?::uuid) and ended_at is null and expires_at <= ?`, now, group, group, now).Error)
}

// BlankInvitationLetters drops the addresses of letters that invited somebody and ended before a time, or whose invitation
// has ended.
func (tx *Tx) BlankInvitationLetters(ctx context.Context, before time.Time) error {
	return translate(tx.db.WithContext(ctx).Exec(`update letters l set address = ''
		where l.kind = 'group_invitation' and l.address <> '' and l.state <> 'waiting' and (l.ended_at < ? or not exists
		      (select from invitations i where i.id = l.about_id and i.ended_at is null))`, before).Error)
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
