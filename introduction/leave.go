package introduction

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Leave ends a person's membership of a group: their own, or, by one of its owners, another's, who is told. What the person looked
// after for the group passes to its longest-standing owner (or poster, where there is no other owner), and both groups of
// a connected introduction are told whom they now talk to.
//
// The only owner names an heir among the members, who becomes owner in the same transaction and is told: market.Invalid without one.
// A closed group needs none.
// market.ErrNotFound: the group, or the person in it, is not the viewer's to know. market.ErrForbidden: only owners remove
// others.
func (is *Introductions) Leave(ctx context.Context, v market.Viewer, group, person, heir market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Leave(%s)", group)
	switch {
	case !v.In(group):
		return market.ErrNotFound
	case person != v.Person && v.Roles[group] != market.Owner:
		return market.ErrForbidden
	}
	return is.store.InTx(ctx, func(tx *store.Tx) error { return is.leave(ctx, tx, v, group, person, heir, now) })
}

func (is *Introductions) leave(ctx context.Context, tx *store.Tx, v market.Viewer, group, person, heir market.ID, now time.Time) error {
	g, err := tx.LockedGroup(ctx, group)
	if err != nil {
		return err
	}
	ms, err := tx.Members(ctx, group, now)
	if err != nil {
		return err
	}
	m, in := ms.Of(person)
	if !in {
		return market.ErrNotFound
	}
	if ms.OnlyOwner(person) && g.ClosedAt == nil { // a closed group needs nobody
		if err := handOver(ctx, tx, ms, group, person, heir, now); err != nil {
			return err
		}
		if ms, err = tx.Members(ctx, group, now); err != nil {
			return err
		}
	}
	if err := tx.EndMembership(ctx, m.ID, now); err != nil {
		return err
	}
	if err := noteLeft(ctx, tx, v.Person, group, person, now); err != nil {
		return err
	}
	if err := is.askOthers(ctx, tx, group, person, now); err != nil {
		return err
	}
	return is.passOn(ctx, tx, v.Person, group, person, ms.Heir(person), now)
}

// LeaveAll ends all memberships of a person, as Leave does, in a transaction of the caller's: they are about to be erased.
// market.Invalid: somebody else is to be owner of an open group first.
func (is *Introductions) LeaveAll(ctx context.Context, tx *store.Tx, person market.ID, now time.Time) error {
	memberships, err := tx.Memberships(ctx, person, now)
	if err != nil {
		return err
	}
	for _, m := range memberships {
		if err := is.leave(ctx, tx, market.Viewer{Person: person}, m.GroupID, person, "", now); err != nil {
			return err
		}
	}
	return nil
}

// SetRole gives a member another role, of which they are told. What somebody looked after who may no longer answer passes on as in Leave. The only
// owner stays one: market.Invalid. market.ErrRepeated: the role is theirs. market.ErrNotFound: the group, or the person in
// it, is not the viewer's to know. market.ErrForbidden: only owners may.
func (is *Introductions) SetRole(ctx context.Context, v market.Viewer, group, person market.ID, role market.Role, now time.Time) (err error) {
	defer market.Wrap(&err, "SetRole(%s)", group)
	switch {
	case !v.SignedIn():
		return market.ErrSignedOut
	case !v.In(group):
		return market.ErrNotFound
	case v.Roles[group] != market.Owner:
		return market.ErrForbidden
	}
	if err := market.ValidateRole(role); err != nil {
		return err
	}
	return is.store.InTx(ctx, func(tx *store.Tx) error { return is.setRole(ctx, tx, v, group, person, role, now) })
}

func (is *Introductions) setRole(ctx context.Context, tx *store.Tx, v market.Viewer, group, person market.ID, role market.Role, now time.Time) error {
	if err := tx.LockGroup(ctx, group); err != nil {
		return err
	}
	ms, err := tx.Members(ctx, group, now)
	if err != nil {
		return err
	}
	m, in := ms.Of(person)
	switch {
	case !in:
		return market.ErrNotFound
	case m.Role == role:
		return market.ErrRepeated
	case ms.OnlyOwner(person):
		return market.Refuse("role", "only_owner")
	}
	made := market.Membership{ID: market.NewID(), GroupID: group, PersonID: person, Role: role, Since: now}
	err = errors.Join(tx.EndMembership(ctx, m.ID, now), tx.Join(ctx, made),
		noteMember(ctx, tx, v.Person, group, person, "member.made_"+string(role), now))
	if err == nil && person != v.Person {
		err = tellMember(ctx, tx, group, person, made.ID, now)
	}
	if err != nil || role.CanPost() {
		return err
	}
	if err := is.askOthers(ctx, tx, group, person, now); err != nil {
		return err
	}
	return is.passOn(ctx, tx, v.Person, group, person, ms.Heir(person), now)
}

// askOthers takes back what waits to be sent to somebody who may no longer answer for a group, and puts what nobody was told of
// by it to those who may.
func (is *Introductions) askOthers(ctx context.Context, tx *store.Tx, group, person market.ID, now time.Time) error {
	unheard, rings, err := tx.TakeBackLetters(ctx, group, person, now)
	if err != nil {
		return err
	}
	for _, id := range unheard {
		in, err := tx.Introduction(ctx, market.System, id)
		if err == nil {
			in, err = lock(ctx, tx, in)
		}
		if err == nil {
			err = errors.Join(is.askAnew(ctx, tx, in, group, now), startFailed(ctx, tx, in, now))
		}
		if err != nil {
			return err
		}
	}
	for _, id := range rings {
		r, err := tx.Ring(ctx, market.System, id)
		if err == nil {
			r, err = lockRing(ctx, tx, r)
		}
		if err == nil {
			err = is.hearRing(ctx, tx, r, now)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (is *Introductions) askAnew(ctx context.Context, tx *store.Tx, in market.Introduction, group market.ID, now time.Time) error {
	offer, need, err := pair(ctx, tx, in.OfferID, in.NeedID, now)
	switch {
	case err != nil:
		return err
	case in.SideOf(group) == market.Offer && in.State == market.Asked:
		return is.askNext(ctx, tx, offer.Listing, now)
	case in.SideOf(group) != market.Need || in.State != market.Proposed || in.NeedToldAt != nil:
		return nil
	}
	if asked, err := askConnectors(ctx, tx, group, market.ByHandNeed, now, in.ID); err != nil || asked {
		return err
	}
	past, err := tx.IntroductionsFor(ctx, in.NeedID)
	if err != nil {
		return err
	}
	readers, err := is.readers(ctx, tx, need, past, now) // whom the governor lets have none finds it in their digest
	if err != nil {
		return err
	}
	return tellReaders(ctx, tx, readers, need, past, now, in.ID)
}

// handOver makes the heir an owner, and tells them.
func handOver(ctx context.Context, tx *store.Tx, ms market.Members, group, from, heir market.ID, now time.Time) error {
	to, in := ms.Of(heir)
	if !in || heir == from {
		return market.Refuse("heir", "only_owner")
	}
	made := market.Membership{ID: market.NewID(), GroupID: group, PersonID: heir, Role: market.Owner, Since: now}
	return errors.Join(tx.EndMembership(ctx, to.ID, now), tx.Join(ctx, made),
		noteMember(ctx, tx, from, group, heir, "group.handed_over", now), tellMember(ctx, tx, group, heir, made.ID, now))
}

// noteLeft that somebody left a group. Who was taken out is told.
func noteLeft(ctx context.Context, tx *store.Tx, actor, group, person market.ID, now time.Time) error {
	if actor == person {
		return noteMember(ctx, tx, actor, group, person, "member.left", now)
	}
	return errors.Join(noteMember(ctx, tx, actor, group, person, "member.removed", now), tellMember(ctx, tx, group, person, group, now))
}

// tellMember what somebody else made of their membership: about is the new one, or the group that they do not belong to any more.
func tellMember(ctx context.Context, tx *store.Tx, group, person, about market.ID, now time.Time) error {
	_, err := tx.Send(ctx, market.Letter{Kind: market.MembershipChanged, PersonID: person, GroupID: group, AboutID: about}, "", now)
	return err
}

func noteMember(ctx context.Context, tx *store.Tx, actor, group, person market.ID, verb string, now time.Time) error {
	return tx.Note(ctx, market.Event{At: now, Actor: actor, OnBehalf: group, Verb: verb, Subject: "group", SubjectID: group, OtherID: person})
}

// passOn gives what a person looked after for a group to the heir.
func (is *Introductions) passOn(ctx context.Context, tx *store.Tx, actor, group, person, heir market.ID, now time.Time) error {
	ins, err := tx.ContactOf(ctx, group, person)
	if err != nil || heir == "" {
		return err
	}
	for _, in := range ins {
		if in, err = lock(ctx, tx, in); err != nil {
			return err
		}
		if err := is.passOne(ctx, tx, in, actor, group, person, heir, now); err != nil {
			return err
		}
	}
	return nil
}

func (is *Introductions) passOne(ctx context.Context, tx *store.Tx, in market.Introduction, actor, group, person, heir market.ID, now time.Time) error {
	if in.NeedGroupID == group && in.NeedBy == person {
		in.NeedBy = heir
	}
	if in.OfferGroupID == group && in.OfferBy == person {
		in.OfferBy = heir
	}
	if err := tx.ChangeIntroduction(ctx, in); err != nil {
		return err
	}
	if err := tx.Note(ctx, event(in, actor, group, "contact_changed", now)); err != nil {
		return err
	}
	if in.State != market.Connected {
		return nil
	}
	for _, side := range []market.Side{market.Need, market.Offer} {
		people, err := tx.SpokenTo(ctx, in, side, market.NewContact, now)
		for _, p := range people {
			_, wrote := tx.Send(ctx, market.Letter{Kind: market.NewContact, PersonID: p.ID, GroupID: in.GroupOf(side), AboutID: in.ID}, "", now)
			err = errors.Join(err, wrote)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// CloseGroup ends a group for good: what it has posted closes, its open introductions are withdrawn, and those connected
// are stopped unless what was agreed has begun. Its members may look back, and change nothing more. Only owners may.
// market.ErrRepeated: it was closed.
func (is *Introductions) CloseGroup(ctx context.Context, v market.Viewer, group market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "CloseGroup(%s)", group)
	switch {
	case !v.In(group):
		return market.ErrNotFound
	case v.Roles[group] != market.Owner:
		return market.ErrForbidden
	}
	return is.store.InTx(ctx, func(tx *store.Tx) error { return is.closeGroup(ctx, tx, v.Person, group, now) })
}

func (is *Introductions) closeGroup(ctx context.Context, tx *store.Tx, by, group market.ID, now time.Time) error {
	g, err := tx.LockedGroup(ctx, group)
	if err != nil {
		return err
	}
	if g.ClosedAt != nil {
		return market.ErrRepeated
	}
	if err := tx.CloseGroup(ctx, group, now); err != nil { // first: what is given back below opens nothing of its own again
		return err
	}
	if err := is.closeListings(ctx, tx, by, group, now); err != nil {
		return err
	}
	if err := is.endAll(ctx, tx, group, market.EndGroupClosed, by, now); err != nil {
		return err
	}
	return noteMember(ctx, tx, by, group, "", "group.closed", now)
}

func (is *Introductions) closeListings(ctx context.Context, tx *store.Tx, by, group market.ID, now time.Time) error {
	listings, err := tx.ListingsOf(ctx, group)
	if err != nil {
		return err
	}
	for _, l := range listings {
		if !l.Life.CanBecome(market.Withdrawn) {
			continue
		}
		if l, err = tx.Listing(ctx, l.ID); err != nil {
			return err
		}
		l.Life, l.ClosedAt, l.PausedUntil, l.UpdatedAt = market.Withdrawn, &now, nil, now
		if err := tx.ChangeListing(ctx, l); err != nil {
			return err
		}
		if err := tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.IndexJob, Subject: l.ID}, market.Job{Kind: market.MatchJob, Subject: l.ID}); err != nil {
			return err
		}
		if err := tx.Note(ctx, market.Event{At: now, Actor: by, OnBehalf: group, Verb: "listing.withdrawn", Subject: "listing", SubjectID: l.ID}); err != nil {
			return err
		}
	}
	return nil
}
