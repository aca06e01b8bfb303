package network

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Seen is what a tie between two networks makes seen, or its end hides: so many listings that their groups keep to their
// networks, by so many groups. What a group sees either way is not counted, nor is a group that has closed.
type Seen struct{ Listings, Groups int }

// Reach works out what lying below another means for circles: before it is so, and before it ends.
func (ns *Networks) Reach(ctx context.Context, child, parent market.ID) (_ Seen, err error) {
	defer market.Wrap(&err, "Reach(%s, %s)", child, parent)
	nesting, err := ns.store.Nesting(ctx)
	if err != nil {
		return Seen{}, err
	}
	var above, below []market.ID
	for a, list := range nesting.Reach(child, parent) {
		above, below = append(above, a), append(below, list...)
	}
	groups, err := ns.store.JoinedIn(ctx, slices.Concat(above, below))
	return gained(whoJoined(groups, above), whoJoined(groups, below), nesting.With(child, parent, false), nesting.With(child, parent, true)), err
}

// whoJoined any of the networks.
func whoJoined(groups []store.Joined, networks []market.ID) (some []store.Joined) {
	for _, g := range groups {
		if slices.ContainsFunc(g.Networks, func(id market.ID) bool { return slices.Contains(networks, id) }) {
			some = append(some, g)
		}
	}
	return some
}

// gained is what some groups may read of what others keep under one nesting and not under another.
func gained(keepers, readers []store.Joined, without, with market.Nesting) (seen Seen) {
	viewers := make([]market.Viewer, len(readers))
	for i, g := range readers {
		viewers[i] = market.Viewer{Roles: map[market.ID]market.Role{g.GroupID: market.Reader}, Networks: g.Networks}
	}
	gain := map[market.ID]bool{}
	for _, k := range keepers {
		if k.Kept == 0 {
			continue
		}
		was, is, more := kept(k, without), kept(k, with), false
		for i, v := range viewers {
			if is.ReadableBy(v) && !was.ReadableBy(v) {
				gain[readers[i].GroupID], more = true, true
			}
		}
		if more {
			seen.Listings += k.Kept
		}
	}
	seen.Groups = len(gain)
	return seen
}

// kept is any listing that a group keeps to its networks.
func kept(by store.Joined, n market.Nesting) market.Entry {
	e := market.Entry{Listing: market.Listing{GroupID: by.GroupID, Circle: market.MyNetworks, Life: market.Open, OpenedAt: &time.Time{}},
		Group: market.Standing{ID: by.GroupID, Blocked: by.Blocked}}
	for _, joined := range by.Networks {
		e.Networks = slices.AppendSeq(e.Networks, maps.Keys(n.Below(joined)))
	}
	slices.Sort(e.Networks)
	e.Networks = slices.Compact(e.Networks)
	return e
}

// Tie asks that one network lie below another, or agrees to it: whoever looks after the child asks, whoever looks after
// the parent invites, and both together are agreed, which whoever asked first is told. A tie that would close a cycle is market.Invalid. market.ErrRepeated:
// that side said so already. market.ErrNotFound: either is market.Unshown.
func (ns *Networks) Tie(ctx context.Context, v market.Viewer, child, parent market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Tie(%s, %s)", child, parent)
	asks, invites := v.Looks(child), v.Looks(parent)
	if err := eitherLooks(v, child, parent); err != nil {
		return err
	}
	return ns.both(ctx, child, parent, func(tx *store.Tx) error {
		if err := bothShown(ctx, tx, child, parent); err != nil {
			return err
		}
		t, err := tx.Tie(ctx, child, parent)
		if errors.Is(err, market.ErrNotFound) {
			t, err = market.NetworkParent{ChildID: child, ParentID: parent}, nil
		}
		if err != nil {
			return err
		}
		if t.AgreedAt != nil || asks && t.AskedAt != nil && !invites || invites && t.InvitedAt != nil && !asks {
			return market.ErrRepeated
		}
		asked, invited := t.AskedAt != nil, t.InvitedAt != nil // before
		if asks {
			t.AskedAt = &now
		}
		if invites {
			t.InvitedAt = &now
		}
		if t.AskedAt != nil && t.InvitedAt != nil {
			err := ns.tied(ctx, tx, v, t, now)
			switch {
			case asked:
				err = errors.Join(err, tellTie(ctx, tx, v, market.NewsYes, child, parent, now))
			case invited:
				err = errors.Join(err, tellTie(ctx, tx, v, market.NewsYes, parent, child, now))
			}
			return err
		}
		other, own := parent, child
		if invites {
			other, own = child, parent
		}
		return errors.Join(tx.Nest(ctx, t), tellConnectors(ctx, tx, other, own, now), noteTie(ctx, tx, v, t, "network.tie_asked", now))
	})
}

// noteTie notes it in the network that the viewer looks after; the child, for one who looks after both.
func noteTie(ctx context.Context, tx *store.Tx, v market.Viewer, t market.NetworkParent, verb string, now time.Time) error {
	own, other := t.ChildID, t.ParentID
	if !v.Looks(own) {
		own, other = other, own
	}
	return note(ctx, tx, v, own, "", other, verb, now)
}

func eitherLooks(v market.Viewer, a, b market.ID) error {
	switch {
	case !v.SignedIn():
		return market.ErrSignedOut
	case a == b:
		return market.Refuse("with", "network_itself")
	case !v.Looks(a) && !v.Looks(b):
		return market.ErrNotFound
	}
	return nil
}

// both holds two networks, the smaller id first.
func (ns *Networks) both(ctx context.Context, a, b market.ID, do func(*store.Tx) error) error {
	return ns.store.InTx(ctx, func(tx *store.Tx) error {
		for _, id := range []market.ID{min(a, b), max(a, b)} {
			if err := tx.LockNetwork(ctx, id); err != nil {
				return err
			}
		}
		return do(tx)
	})
}

func bothShown(ctx context.Context, tx *store.Tx, a, b market.ID) error {
	for _, id := range []market.ID{a, b} {
		n, err := tx.NetworkByID(ctx, id)
		if err != nil {
			return err
		}
		if n.Unshown() {
			return market.ErrNotFound
		}
	}
	return nil
}

func (ns *Networks) tied(ctx context.Context, tx *store.Tx, v market.Viewer, t market.NetworkParent, now time.Time) error {
	t.AgreedAt = &now
	if err := tx.Nest(ctx, t); err != nil {
		return err
	}
	return errors.Join(ns.follow(ctx, tx, t.ChildID, t.ParentID), postBelow(ctx, tx, t.ChildID), noteTie(ctx, tx, v, t, "network.tied", now))
}

// postBelow has what partners sent for groups in a network, and in those below it, posted by those whom a network above lets.
func postBelow(ctx context.Context, tx *store.Tx, child market.ID) error {
	nesting, err := tx.Nesting(ctx)
	if err != nil {
		return err
	}
	groups, err := tx.GroupsIn(ctx, slices.Sorted(maps.Keys(nesting.Below(child))))
	if err != nil {
		return err
	}
	return tx.PostFor(ctx, groups)
}

// follow has the listings whose audience a tie changes indexed and matched again.
func (ns *Networks) follow(ctx context.Context, tx *store.Tx, child, parent market.ID) error {
	nesting, err := tx.Nesting(ctx)
	if err != nil {
		return err
	}
	above := slices.Sorted(maps.Keys(nesting.Reach(child, parent)))
	groups, err := tx.GroupsIn(ctx, above)
	if err != nil {
		return err
	}
	return tx.Reindex(ctx, groups)
}

// Untie ends that one network lies below another, or the wish for it; either side may, and the other is told. market.ErrRepeated: it does not.
func (ns *Networks) Untie(ctx context.Context, v market.Viewer, child, parent market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Untie(%s, %s)", child, parent)
	if err := eitherLooks(v, child, parent); err != nil {
		return err
	}
	return ns.both(ctx, child, parent, func(tx *store.Tx) error {
		t, err := tx.Tie(ctx, child, parent)
		if errors.Is(err, market.ErrNotFound) {
			return market.ErrRepeated
		}
		if err != nil {
			return err
		}
		if t.AgreedAt != nil {
			if err := ns.follow(ctx, tx, child, parent); err != nil {
				return err
			}
		}
		asker := child
		if t.AskedAt == nil {
			asker = parent
		}
		return errors.Join(tx.Untie(ctx, child, parent), noteTie(ctx, tx, v, t, "network.untied", now),
			tellEnd(ctx, tx, v, child, parent, asker, t.AgreedAt != nil, now))
	})
}

// tellEnd tells who looks after the other of two networks that their tie ended, or the one that asked for it that it is not to be.
func tellEnd(ctx context.Context, tx *store.Tx, v market.Viewer, a, b, asker market.ID, agreed bool, now time.Time) error {
	own, other := a, b
	if !v.Looks(own) {
		own, other = other, own
	}
	switch {
	case agreed:
		return tellTie(ctx, tx, v, market.NewsEnded, other, own, now)
	case asker == other:
		return tellTie(ctx, tx, v, market.NewsNo, other, own, now)
	}
	return nil // who asked has thought better of it
}

// Befriend asks that two networks stand beside each other, or agrees to it. Peers see each other's pages named and nothing
// else of it: circles go up and down only. market.ErrRepeated: that side said so already. market.ErrNotFound: either is market.Unshown.
func (ns *Networks) Befriend(ctx context.Context, v market.Viewer, own, other market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Befriend(%s, %s)", own, other)
	if err := looksAfter(v, own); err != nil {
		return err
	}
	if own == other {
		return market.Refuse("with", "network_itself")
	}
	return ns.both(ctx, own, other, func(tx *store.Tx) error {
		if err := bothShown(ctx, tx, own, other); err != nil {
			return err
		}
		p, err := peer(ctx, tx, own, other)
		if err != nil {
			return err
		}
		switch {
		case p.AgreedAt != nil || p.AskedBy == own && !v.Looks(other):
			return market.ErrRepeated
		case p.AskedBy == other || v.Looks(other):
			p.AgreedAt = &now
			err := errors.Join(tx.KeepPeer(ctx, p), note(ctx, tx, v, own, "", other, "network.befriended", now))
			if p.AskedBy == other {
				err = errors.Join(err, tellTie(ctx, tx, v, market.NewsYes, other, own, now))
			}
			return err
		}
		p.AskedAt, p.AskedBy = &now, own
		return errors.Join(tx.KeepPeer(ctx, p), tellConnectors(ctx, tx, other, own, now), note(ctx, tx, v, own, "", other, "network.peer_asked", now))
	})
}

// peer is where two networks stand beside each other; without times when nobody asked.
func peer(ctx context.Context, tx *store.Tx, a, b market.ID) (market.NetworkPeer, error) {
	all, err := tx.Peers(ctx, a)
	for _, p := range all {
		if p.NetworkID == b || p.PeerID == b {
			return p, err
		}
	}
	return market.NetworkPeer{NetworkID: min(a, b), PeerID: max(a, b)}, err
}

// Unfriend ends that two networks stand beside each other, or the wish for it; the other is told. Safe to repeat.
func (ns *Networks) Unfriend(ctx context.Context, v market.Viewer, own, other market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Unfriend(%s, %s)", own, other)
	if err := looksAfter(v, own); err != nil {
		return err
	}
	return ns.both(ctx, own, other, func(tx *store.Tx) error {
		p, err := peer(ctx, tx, own, other)
		if err != nil {
			return err
		}
		return errors.Join(tx.DropPeer(ctx, p), note(ctx, tx, v, own, "", other, "network.unfriended", now),
			tellEnd(ctx, tx, v, own, other, p.AskedBy, p.AgreedAt != nil, now))
	})
}
