package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Members of a group with their names, for those who belong to it.
func (a *Accounts) Members(ctx context.Context, v market.Viewer, group market.ID, now time.Time) (_ market.Members, names map[market.ID]string, err error) {
	defer market.Wrap(&err, "Members(%s)", group)
	if !v.In(group) {
		return nil, nil, market.ErrNotFound
	}
	ms, err := a.store.Members(ctx, group, now)
	if err != nil {
		return nil, nil, err
	}
	ids := make([]market.ID, len(ms))
	for i, m := range ms {
		ids[i] = m.PersonID
	}
	names, err = a.store.PersonNames(ctx, ids)
	return ms, names, err
}

// Invite mails somebody an invitation to join a group. It is bound to the address: only who signs in with that one can
// take it. may, if not nil, is asked last whether the address may be written to once more; its error comes back.
// market.ErrRepeated: the form with this once-only id was sent before.
func (a *Accounts) Invite(ctx context.Context, v market.Viewer, group market.ID, address string, role market.Role, may func(address string) error, once string, now time.Time) (err error) {
	defer market.Wrap(&err, "Invite(%s)", group)
	if err := v.MustOwn(group); err != nil {
		return err
	}
	if err := market.ValidateRole(role); err != nil {
		return err
	}
	if address, err = market.NormalAddress(address); err != nil {
		return err
	}
	i := market.Invitation{ID: market.NewID(), GroupID: group, Address: address, Role: role, InvitedBy: v.Person, CreatedAt: now,
		ExpiresAt: now.Add(market.InvitationLasts)}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Remember(ctx, store.Once{ID: once, Person: v.Person, Answer: string(i.ID), At: now}); err != nil {
			return err
		}
		if err := a.room(ctx, tx, group, address, now); err != nil {
			return err
		}
		if may != nil {
			if err := may(address); err != nil {
				return err
			}
		}
		if err := tx.KeepInvitation(ctx, i); err != nil {
			return err
		}
		if _, err := tx.Send(ctx, market.Letter{Kind: market.InvitationLetter, Address: address, GroupID: group, AboutID: i.ID}, "", now); err != nil {
			return err
		}
		return tx.Note(ctx, event(v, group, "member.invited", "invitation", i.ID, now))
	})
}

// room refuses an address that belongs to a member, is invited already or declined lately, and more than a group may have.
// A group that is looked at writes to nobody: its name may be another's.
func (a *Accounts) room(ctx context.Context, tx *store.Tx, group market.ID, address string, now time.Time) error {
	g, err := tx.LockedGroup(ctx, group)
	switch {
	case err != nil:
		return err
	case g.ClosedAt != nil:
		return market.ErrForbidden
	case g.HeldAt != nil || g.RemovedAt != nil:
		return market.Refuse("address", "group_looked_at")
	}
	if err := tx.ExpireInvitations(ctx, group, now); err != nil {
		return err
	}
	open, err := tx.Invitations(ctx, group, now)
	if err != nil {
		return err
	}
	for _, i := range open {
		if i.Address == address {
			return market.Refuse("address", "invited_already")
		}
	}
	declined, err := tx.DeclinedSince(ctx, group, a.addressHash(address), now.Add(-market.DeclinedFor))
	if err != nil {
		return err
	}
	if declined {
		return market.Refuse("address", "declined_lately")
	}
	ms, err := tx.Members(ctx, group, now)
	if err != nil {
		return err
	}
	if len(open) >= market.MaxInvitations || len(ms)+len(open) >= market.MaxMembers {
		return market.Refuse("address", "members_many", "Max", market.MaxInvitations)
	}
	p, err := tx.PersonAt(ctx, address)
	if errors.Is(err, market.ErrNotFound) {
		return nil
	}
	if _, in := ms.Of(p.ID); in {
		return market.Refuse("address", "member_already")
	}
	return err
}

// Invitations of a group that wait, for its owners, with which of them did not arrive.
func (a *Accounts) Invitations(ctx context.Context, v market.Viewer, group market.ID, now time.Time) ([]market.Invitation, error) {
	if err := v.MustOwn(group); err != nil {
		return nil, err
	}
	all, err := a.store.Invitations(ctx, group, now)
	if err != nil || len(all) == 0 {
		return all, err
	}
	ids := make([]market.ID, len(all))
	for i, one := range all {
		ids[i] = one.ID
	}
	lost, err := a.store.Undelivered(ctx, market.InvitationLetter, ids)
	for i := range all {
		all[i].Undelivered = slices.Contains(lost, all[i].ID)
	}
	return all, err
}

// Revoke takes an invitation back. market.ErrNotFound: it is another group's. market.ErrRepeated: it had ended.
func (a *Accounts) Revoke(ctx context.Context, v market.Viewer, group, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Revoke(%s)", id)
	if err := v.MustOwn(group); err != nil {
		return err
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		i, err := tx.LockInvitation(ctx, id)
		if err == nil && i.GroupID != group {
			err = market.ErrNotFound
		}
		if err != nil {
			return err
		}
		return a.end(ctx, tx, v, i, market.Revoked, now)
	})
}

func (a *Accounts) end(ctx context.Context, tx *store.Tx, v market.Viewer, i market.Invitation, outcome market.InvitationOutcome, now time.Time) error {
	if i.EndedAt != nil {
		return market.ErrRepeated
	}
	var no []byte // remembers a no after the address is dropped
	if outcome == market.Refused {
		no = a.addressHash(i.Address)
	}
	if err := tx.EndInvitation(ctx, i.ID, outcome, no, now); err != nil {
		return err
	}
	return tx.Note(ctx, event(v, i.GroupID, "invitation."+string(outcome), "invitation", i.ID, now))
}

// addressHash tells whether an address is one that we knew; it does not tell the address.
func (a *Accounts) addressHash(address string) []byte {
	mac := hmac.New(sha256.New, a.TokenSecret)
	mac.Write([]byte("invited:" + address))
	return mac.Sum(nil)
}

// ByJoinLink is the invitation behind a mailed link. It works signed out and changes nothing. market.ErrGone: it ended, as
// it does once whoever sent it owns the group no longer, or while the group is looked at.
func (a *Accounts) ByJoinLink(ctx context.Context, token string, now time.Time) (_ market.Invitation, _ market.Group, err error) {
	defer market.Wrap(&err, "ByJoinLink")
	id, group, err := market.ReadLinkToken(a.TokenSecret, market.ToJoin, token)
	if err != nil {
		return market.Invitation{}, market.Group{}, err
	}
	i, err := a.store.Invitation(ctx, id)
	if err == nil && i.GroupID != group {
		err = market.ErrNotFound
	}
	if err != nil {
		return i, market.Group{}, err
	}
	g, err := a.store.Group(ctx, market.System, i.GroupID)
	if err != nil {
		return i, g, err
	}
	stands, err := a.store.InvitationStands(ctx, i.ID, now)
	return i, g, goneUnless(stands, err)
}

func goneUnless(stands bool, err error) error {
	if err == nil && !stands {
		return market.ErrGone
	}
	return err
}

// Accept makes the viewer a member. person is the viewer as stored: the invitation is for their address alone, and is
// market.ErrForbidden for another. market.ErrRepeated: they belong to the group already.
func (a *Accounts) Accept(ctx context.Context, v market.Viewer, person market.Person, token string, now time.Time) (_ market.ID, err error) {
	defer market.Wrap(&err, "Accept")
	i, _, err := a.ByJoinLink(ctx, token, now)
	if err != nil {
		return "", err
	}
	if !v.SignedIn() {
		return "", market.ErrSignedOut
	}
	if person.Address != i.Address {
		return "", market.ErrForbidden
	}
	return i.GroupID, a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockGroup(ctx, i.GroupID); err != nil {
			return err
		}
		if i, err = tx.LockInvitation(ctx, i.ID); err != nil {
			return err
		}
		if i.EndedAt != nil {
			return market.ErrRepeated
		}
		if err := goneUnless(tx.InvitationStands(ctx, i.ID, now)); err != nil {
			return err // whoever sent it was removed meanwhile, say
		}
		ms, err := tx.Members(ctx, i.GroupID, now)
		if err != nil {
			return err
		}
		if err := a.end(ctx, tx, v, i, market.Accepted, now); err != nil {
			return err
		}
		if _, in := ms.Of(v.Person); in {
			return nil
		}
		m := market.Membership{ID: market.NewID(), GroupID: i.GroupID, PersonID: v.Person, Role: i.Role, Since: now}
		if err := tx.Join(ctx, m); err != nil {
			return err
		}
		return tx.Note(ctx, event(v, i.GroupID, "member.joined", "group", i.GroupID, now))
	})
}

// Refuse declines an invitation, signed out too: who reads the mail may.
func (a *Accounts) Refuse(ctx context.Context, v market.Viewer, token string, now time.Time) (err error) {
	defer market.Wrap(&err, "Refuse")
	i, _, err := a.ByJoinLink(ctx, token, now)
	if err != nil {
		return err
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if i, err = tx.LockInvitation(ctx, i.ID); err != nil {
			return err
		}
		return a.end(ctx, tx, v, i, market.Refused, now)
	})
}
