package safety

import (
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// heldAt is since when the name of a group or network waits; nil: it does not.
func (t Thing) heldAt() *time.Time {
	if t.Subject == "network" {
		return t.Network.HeldAt
	}
	return t.Group.HeldAt
}

// name is what has one: a "group" or a "network".
func (sf *Safety) name(ctx context.Context, v market.Viewer, subject string, id market.ID, now time.Time) (t Thing, err error) {
	if !v.Operator {
		return t, market.ErrNotFound
	}
	if t, err = sf.thing(ctx, subject, id); err != nil {
		return t, err
	}
	return t, sf.apart(ctx, v, t, now)
}

// locked is a thing that has a name, as it is until the transaction ends.
func (t Thing) locked(ctx context.Context, tx *store.Tx) (_ Thing, err error) {
	if t.Subject == "network" {
		if err := tx.LockNetwork(ctx, t.ID); err != nil {
			return t, err
		}
		t.Network, err = tx.NetworkByID(ctx, t.ID)
		return t, err
	}
	t.Group, err = tx.LockedGroup(ctx, t.ID)
	return t, err
}

// ReleaseName lets a group or network be shown whose name was much like another's. For operators; market.ErrNotFound for others.
// market.ErrRepeated: it is shown. market.ErrInvolved: it is theirs, and another operator's to look at. seen is what the viewer has read;
// market.ErrConflict: it waits under another name.
func (sf *Safety) ReleaseName(ctx context.Context, v market.Viewer, subject string, id market.ID, seen Seen, now time.Time) (err error) {
	defer market.Wrap(&err, "ReleaseName(%s)", id)
	t, err := sf.name(ctx, v, subject, id, now)
	if err != nil {
		return err
	}
	return sf.store.InTx(ctx, func(tx *store.Tx) error {
		t, err := t.locked(ctx, tx)
		if err != nil {
			return err
		}
		if t.heldAt() == nil {
			return market.ErrRepeated
		}
		if err := seen.holdsName(t); err != nil {
			return err
		}
		return release(ctx, tx, v, t, now)
	})
}

func release(ctx context.Context, tx *store.Tx, v market.Viewer, t Thing, now time.Time) (err error) {
	if t.Subject == "network" {
		t.Network.HeldAt = nil
		err = tx.ChangeNetwork(ctx, t.Network)
	} else {
		t.Group.HeldAt = nil
		err = errors.Join(tx.EditGroup(ctx, t.Group), tx.Reindex(ctx, []market.ID{t.ID}))
	}
	return errors.Join(err, tx.Note(ctx, market.Event{At: now, Actor: v.Person, Verb: t.Subject + ".released", Subject: t.Subject, SubjectID: t.ID}))
}

// HeldName is a group or network whose name waits for a look. For operators; market.ErrNotFound for others, and of one that does not
// wait. market.ErrInvolved: as of ReleaseName.
func (sf *Safety) HeldName(ctx context.Context, v market.Viewer, subject string, id market.ID, now time.Time) (_ Thing, err error) {
	defer market.Wrap(&err, "HeldName(%s)", id)
	t, err := sf.name(ctx, v, subject, id, now)
	if t.heldAt() == nil && (err == nil || errors.Is(err, market.ErrInvolved)) {
		err = market.ErrNotFound
	}
	return t, err
}

// RefuseName says no to a name that is much like another's: nobody else sees the group or network until it has another name, or an
// appeal was granted. Its people are told why. For operators; market.ErrNotFound for others. market.ErrRepeated: it is shown, or refused already.
// market.ErrInvolved, market.ErrConflict: as of ReleaseName.
func (sf *Safety) RefuseName(ctx context.Context, v market.Viewer, subject string, id market.ID, seen Seen, words string, now time.Time) (err error) {
	defer market.Wrap(&err, "RefuseName(%s)", id)
	t, err := sf.name(ctx, v, subject, id, now)
	if err != nil {
		return err
	}
	d := refusal(v, subject, id, t.Group.ID, market.Alike, words, now)
	if err := d.Validate(); err != nil {
		return err
	}
	return sf.store.InTx(ctx, func(tx *store.Tx) error {
		t, err := t.locked(ctx, tx)
		if err != nil {
			return err
		}
		last, err := tx.HidBy(ctx, id)
		if err != nil && !errors.Is(err, market.ErrNotFound) {
			return err
		}
		if t.heldAt() == nil || last.Refuses(id, t.heldAt()) {
			return market.ErrRepeated
		}
		if err := seen.holdsName(t); err != nil {
			return err
		}
		return sf.decide(ctx, tx, t, d, now)
	})
}

func refusal(v market.Viewer, subject string, id, group market.ID, reason, words string, now time.Time) market.Decision {
	return market.Decision{ID: market.NewID(), Subject: subject, SubjectID: id, GroupID: group, Act: market.RefusedHeld, Reason: reason,
		Words: market.Tidy(words), DecidedBy: v.Person, CreatedAt: now}
}

// holding is a first listing that waits, and the networks for which the viewer looks at it: their own, and for an operator those
// that have no connector but the group's own members. market.ErrNotFound: there is none. market.ErrInvolved: it is of a group of theirs.
func (sf *Safety) holding(ctx context.Context, v market.Viewer, listing market.ID, now time.Time) (h market.HeldListing, own []market.ID, err error) {
	if !v.SignedIn() {
		return h, nil, market.ErrSignedOut
	}
	if h, err = sf.store.HeldListing(ctx, listing); err != nil {
		return h, nil, err
	}
	holding, err := sf.store.LookingAt(ctx, listing)
	if err != nil {
		return h, nil, err
	}
	var nobodys []market.ID
	if v.Operator {
		if nobodys, err = sf.store.NobodyLooks(ctx, h.GroupID, now); err != nil {
			return h, nil, err
		}
	}
	own = slices.DeleteFunc(holding, func(n market.ID) bool { return !v.Looks(n) && !slices.Contains(nobodys, n) })
	if len(own) == 0 {
		return h, nil, market.ErrNotFound
	}
	return h, own, sf.outside(ctx, v, h.GroupID, now)
}

// HeldListing is a new group's listing that waits for a look of the viewer's. market.ErrNotFound: there is none for them.
// market.ErrInvolved: it is of a group of theirs, and somebody else's to look at.
func (sf *Safety) HeldListing(ctx context.Context, v market.Viewer, listing market.ID, now time.Time) (_ Thing, err error) {
	defer market.Wrap(&err, "HeldListing(%s)", listing)
	if _, _, err := sf.holding(ctx, v, listing, now); err != nil {
		return Thing{}, err
	}
	return sf.thing(ctx, "listing", listing)
}

// RefuseListing says no to a new group's first listing, as a connector of a network that looks at those: it is taken away for
// all networks, and its group told why. What else the group has waiting goes on to. market.ErrNotFound: none of the viewer's networks
// holds it. market.ErrRepeated: the viewer said so already, or it was let through meanwhile. market.ErrInvolved: as of HeldListing.
// An operator may where a network has nobody else for it.
func (sf *Safety) RefuseListing(ctx context.Context, v market.Viewer, listing market.ID, reason, words string, now time.Time) (err error) {
	defer market.Wrap(&err, "RefuseListing(%s)", listing)
	h, own, err := sf.holding(ctx, v, listing, now)
	if errors.Is(err, market.ErrNotFound) {
		if last, found := sf.store.HidBy(ctx, listing); found == nil && last.Act == market.RefusedHeld && last.DecidedBy == v.Person {
			err = market.ErrRepeated
		}
	}
	if err != nil {
		return err
	}
	d := refusal(v, "listing", listing, h.GroupID, reason, words, now)
	d.NetworkID = own[0]
	if err := d.Validate(); err != nil {
		return err
	}
	t, err := sf.thing(ctx, d.Subject, listing)
	if err != nil {
		return err
	}
	return sf.store.InTx(ctx, func(tx *store.Tx) error {
		waits, err := tx.UnholdListing(ctx, listing)
		if err != nil {
			return err
		}
		if !waits {
			return market.ErrRepeated
		}
		return sf.decide(ctx, tx, t, d, now)
	})
}

// refuse has what waits not be seen: a listing goes, a name goes on being held, and waits for nobody's look any more.
func refuse(ctx context.Context, tx *store.Tx, t Thing, now time.Time) error {
	if t.Subject == "listing" {
		return setLife(ctx, tx, t.ID, market.Removed, now)
	}
	return nil
}

// admit takes back that something was refused: a name is shown, as long as it is the one that was refused; a listing is let
// through by the network that had refused it, and opens when no other looks at it. What else its group has waiting waits on: nobody
// has read that.
func admit(ctx context.Context, tx *store.Tx, v market.Viewer, d market.Decision, now time.Time) error {
	if d.Subject != "listing" {
		t, err := Thing{Subject: d.Subject, ID: d.SubjectID}.locked(ctx, tx)
		if err != nil || !d.Refuses(t.ID, t.heldAt()) {
			return err
		}
		return release(ctx, tx, v, t, now)
	}
	switch err := tx.KeepOpen(ctx, d.GroupID); {
	case errors.Is(err, market.ErrForbidden):
		return setLife(ctx, tx, d.SubjectID, market.Withdrawn, now) // of a group that closed nothing opens
	case err != nil:
		return err
	}
	err := errors.Join(setLife(ctx, tx, d.SubjectID, market.Draft, now),
		tx.HoldListing(ctx, market.HeldListing{ListingID: d.SubjectID, GroupID: d.GroupID, CreatedAt: now}))
	if err != nil {
		return err
	}
	looks, err := tx.LookingAt(ctx, d.SubjectID)
	if err != nil {
		return err
	}
	if len(looks) == 0 {
		if err := unhold(ctx, tx, d.SubjectID, now); err != nil {
			return err
		}
	}
	return noteThrough(ctx, tx, v, []market.ID{d.NetworkID}, d.GroupID, []market.ID{d.SubjectID}, now)
}

// unhold opens one listing that waits.
func unhold(ctx context.Context, tx *store.Tx, id market.ID, now time.Time) error {
	if _, err := tx.UnholdListing(ctx, id); err != nil {
		return err
	}
	l, err := tx.Listing(ctx, id)
	if err != nil {
		return err
	}
	return tx.OpenUnheld(ctx, now, l)
}

// LetThrough opens a new group's first listings, as far as the viewer's networks hold them, and lets it post on without a
// look. seen is what the viewer has read. market.ErrNotFound: none of theirs holds it. market.ErrInvolved: as of HeldListing.
// market.ErrConflict: something that would be let through was not read as it is now.
func (sf *Safety) LetThrough(ctx context.Context, v market.Viewer, listing market.ID, seen Seen, now time.Time) (err error) {
	defer market.Wrap(&err, "LetThrough(%s)", listing)
	h, own, err := sf.holding(ctx, v, listing, now)
	if err != nil {
		return err
	}
	return sf.store.InTx(ctx, func(tx *store.Tx) error { return through(ctx, tx, v, own, h.GroupID, listing, seen, now) })
}

// through ends that networks hold what a group posts, and opens what waits and no other looks at. seen is what was read.
func through(ctx context.Context, tx *store.Tx, v market.Viewer, networks []market.ID, group, listing market.ID, seen Seen, now time.Time) error {
	if err := allSeen(ctx, tx, group, seen); err != nil {
		return err
	}
	for _, n := range networks {
		if err := tx.LetThrough(ctx, n, group, now); err != nil {
			return err
		}
	}
	opened, err := openHeld(ctx, tx, group, seen, now)
	if err != nil {
		return err
	}
	others := slices.DeleteFunc(opened, func(id market.ID) bool { return id == listing })
	return noteThrough(ctx, tx, v, networks, group, append([]market.ID{listing}, others...), now)
}

// noteThrough tells it of each listing, in each network that let it through.
func noteThrough(ctx context.Context, tx *store.Tx, v market.Viewer, networks []market.ID, group market.ID, listings []market.ID, now time.Time) error {
	var events []market.Event
	for _, n := range networks {
		for _, id := range listings {
			events = append(events, market.Event{At: now, Actor: v.Person, NetworkID: n, Verb: "listing.let_through", Subject: "listing", SubjectID: id, OtherID: group})
		}
	}
	return tx.Note(ctx, events...)
}

// allSeen is asked though another network looks on: what was read for this one is what it lets through.
func allSeen(ctx context.Context, tx *store.Tx, group market.ID, seen Seen) error {
	held, err := tx.HeldOf(ctx, group)
	if err != nil {
		return err
	}
	return seenWhole(ctx, tx, held, seen)
}

// seenWhole is market.ErrConflict where one of some listings was not read as it is, with its photos, which are read at once.
func seenWhole(ctx context.Context, tx *store.Tx, all []market.Listing, seen Seen) error {
	ids := make([]market.ID, len(all))
	for i, l := range all {
		ids[i] = l.ID
	}
	photos, err := tx.PhotosOfAll(ctx, ids)
	for _, l := range all {
		err = errors.Join(err, seen.holds(l, photos[l.ID]))
	}
	return err
}

// openHeld opens what a group has waiting and no network looks at any more, and says which those were. What was written since allSeen looked is not opened unread.
func openHeld(ctx context.Context, tx *store.Tx, group market.ID, seen Seen, now time.Time) (opened []market.ID, err error) {
	freed, err := tx.UnholdListings(ctx, group)
	if err == nil {
		err = seenWhole(ctx, tx, freed, seen)
	}
	if err == nil {
		err = tx.OpenUnheld(ctx, now, freed...)
	}
	for _, l := range freed {
		opened = append(opened, l.ID)
	}
	return opened, err
}
