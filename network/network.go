// Package network is about groups joined by place or interest: founding a network, who looks after it, which groups and
// networks belong to it, and what it calls things.
//
// It promises that nothing is joined unless both sides said so, that networks never lie below themselves, that what a
// change makes seen is worked out by the same rule that shows it before, and that listings whose audience changed are
// indexed and matched again.
package network

import (
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Networks are the use cases. Safe for concurrent use.
type Networks struct {
	store *store.Store
	Caps  market.Caps // the house's, which networks may lower
}

// New makes the use cases on a store.
func New(s *store.Store) *Networks { return &Networks{store: s} }

// looksAfter refuses whoever is not a connector of the network. To anybody else what only connectors do is not there: their
// market.ErrNotFound is that of a network that is none.
func looksAfter(v market.Viewer, network market.ID) error {
	switch {
	case !v.SignedIn():
		return market.ErrSignedOut
	case !v.Looks(network):
		return market.ErrNotFound
	}
	return nil
}

func note(ctx context.Context, tx *store.Tx, v market.Viewer, network, group, other market.ID, verb string, now time.Time) error {
	return tx.Note(ctx, market.Event{At: now, Actor: v.Person, OnBehalf: group, NetworkID: network, Verb: verb, Subject: "network",
		SubjectID: network, OtherID: other})
}

// Found makes a network, which the viewer looks after. A name that a reader would confuse with another network's is held until an
// operator has looked. market.ErrRepeated: the form with this once-only id was sent
// before.
func (ns *Networks) Found(ctx context.Context, v market.Viewer, n market.Network, once string, now time.Time) (_ market.Network, err error) {
	defer market.Wrap(&err, "Found")
	if !v.SignedIn() {
		return n, market.ErrSignedOut
	}
	tidy(&n)
	n.ID, n.Slug, n.CreatedAt, n.HeldAt, n.Sample = market.NewID(), market.Slug(n.Name), now, nil, false
	if err := n.Validate(ns.Caps); err != nil {
		return n, err
	}
	if n.Slug == "" || n.Slug == "new" {
		return n, market.Refuse("name", "network_name")
	}
	err = ns.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Remember(ctx, store.Once{ID: once, Person: v.Person, Answer: string(n.ID), At: now}); err != nil {
			return err
		}
		if _, err := tx.Network(ctx, n.Slug); !errors.Is(err, market.ErrNotFound) {
			return errors.Join(err, market.Refuse("name", "network_named"))
		}
		if err := holdName(ctx, tx, &n, now); err != nil {
			return err
		}
		if err := tx.AddNetwork(ctx, n); err != nil {
			return err
		}
		if err := tx.MakeConnector(ctx, market.Connector{NetworkID: n.ID, PersonID: v.Person, Since: now}); err != nil {
			return err
		}
		return note(ctx, tx, v, n.ID, "", "", "network.founded", now)
	})
	return n, err
}

// holdName marks a network whose name is confusingly like another's. One that waited under a name and took another waits for that, or not
// at all.
func holdName(ctx context.Context, tx *store.Tx, n *market.Network, now time.Time) (err error) {
	n.HeldAt, err = likeAnother(ctx, tx, *n, market.NamesAlike, now)
	return err
}

// likeAnother is now where a name is like another's, by the measure that is given, nil where it is not.
func likeAnother(ctx context.Context, tx *store.Tx, n market.Network, like func(a, b string) bool, now time.Time) (*time.Time, error) {
	find := func() error {
		_, err := tx.NetworkLike(ctx, n, like)
		return err
	}
	return tx.NameHeld(ctx, "network", find, now)
}

// holdSpelling marks one whose name was let through beside an equal one and is now spelled another way: it may be spelled as that one is.
func holdSpelling(ctx context.Context, tx *store.Tx, n *market.Network, now time.Time) error {
	held, err := likeAnother(ctx, tx, *n, market.NamesEqual, now)
	if held != nil {
		n.HeldAt = held
	}
	return err
}

func tidy(n *market.Network) { n.Name, n.About = market.Tidy(n.Name), market.Tidy(n.About) }

// Edit changes what a network says of itself, its boundary, which caps it lowers, and whether it holds new groups' first listings. Groups that
// have posted before do not wait when it begins to; what waits when it ceases to is opened, unless another network looks at it.
// Another name is held as in Found. seen is the Key of the network as the viewer saw it, "" when it does not matter. market.ErrConflict:
// somebody changed it meanwhile.
func (ns *Networks) Edit(ctx context.Context, v market.Viewer, next market.Network, seen string, now time.Time) (err error) {
	defer market.Wrap(&err, "Edit(%s)", next.ID)
	if err := looksAfter(v, next.ID); err != nil {
		return err
	}
	tidy(&next)
	if err := next.Validate(ns.Caps); err != nil {
		return err
	}
	return ns.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockNetwork(ctx, next.ID); err != nil {
			return err
		}
		was, err := tx.NetworkByID(ctx, next.ID)
		if err != nil {
			return err
		}
		next.Lowered, next.HeldAt = next.Over(was.Lowered, ns.Caps), was.HeldAt
		if err := market.Unread(seen, was, next); err != nil {
			return err
		}
		switch {
		case !market.NamesEqual(was.Name, next.Name):
			err = holdName(ctx, tx, &next, now)
		case was.Name != next.Name && was.HeldAt == nil:
			err = holdSpelling(ctx, tx, &next, now)
		}
		if err != nil {
			return err
		}
		if err := errors.Join(tx.ChangeNetwork(ctx, next), note(ctx, tx, v, next.ID, "", "", "network.edited", now)); err != nil {
			return err
		}
		return looksOrNot(ctx, tx, v, was, next, now)
	})
}

// SetWords changes what a network calls kinds and tags; those with an empty word are left as everybody calls them. seen is the Key of the
// words as the viewer saw them, "" when it does not matter. market.ErrConflict: somebody changed them meanwhile.
func (ns *Networks) SetWords(ctx context.Context, v market.Viewer, network market.ID, words market.NetworkWords, seen string, now time.Time) (err error) {
	defer market.Wrap(&err, "SetWords(%s)", network)
	if err := looksAfter(v, network); err != nil {
		return err
	}
	var kept market.NetworkWords
	for _, w := range words {
		w.NetworkID, w.Code, w.Word = network, market.Tidy(w.Code), market.Tidy(w.Word)
		same := func(o market.NetworkWord) bool { return o.What == w.What && o.Code == w.Code }
		if w.Word != "" && !slices.ContainsFunc(kept, same) {
			kept = append(kept, w)
		}
	}
	if err := market.ValidateWords(kept); err != nil {
		return err
	}
	return ns.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockNetwork(ctx, network); err != nil {
			return err
		}
		was, err := tx.NetworkWords(ctx, network)
		if err != nil {
			return err
		}
		if err := market.Unread(seen, market.NetworkWords(was), kept); err != nil {
			return err
		}
		return errors.Join(tx.SetNetworkWords(ctx, network, kept), note(ctx, tx, v, network, "", "", "network.worded", now))
	})
}

// AddConnector lets somebody who belongs to a group of the network look after it too, named by their address.
func (ns *Networks) AddConnector(ctx context.Context, v market.Viewer, network market.ID, address string, now time.Time) (err error) {
	defer market.Wrap(&err, "AddConnector(%s)", network)
	if err := looksAfter(v, network); err != nil {
		return err
	}
	if address, err = market.NormalAddress(address); err != nil {
		return err
	}
	return ns.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockNetwork(ctx, network); err != nil {
			return err
		}
		p, err := memberAt(ctx, tx, network, address, now)
		if err != nil {
			return err
		}
		already, err := tx.Connectors(ctx, network, now)
		switch {
		case err != nil:
			return err
		case slices.ContainsFunc(already, func(c market.Person) bool { return c.ID == p.ID }):
			return market.ErrRepeated
		case len(already) >= market.MaxConnectors:
			return market.Refuse("address", "connectors_many", "Max", market.MaxConnectors)
		}
		return errors.Join(tx.MakeConnector(ctx, market.Connector{NetworkID: network, PersonID: p.ID, Since: now}),
			note(ctx, tx, v, network, "", p.ID, "connector.added", now))
	})
}

// RemoveConnector ends somebody's looking after a network, as an operator or whoever keeps the machine does, also where nobody else
// looks after it. They are told why. What they answered for groups stays. market.ErrNotFound: for anybody else, and of who never looked
// after it. market.ErrRepeated: they do not any more.
func (ns *Networks) RemoveConnector(ctx context.Context, v market.Viewer, network, person market.ID, words string, now time.Time) (err error) {
	defer market.Wrap(&err, "RemoveConnector(%s, %s)", network, person)
	if !v.Operator && !v.System {
		return market.ErrNotFound
	}
	return ns.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockNetwork(ctx, network); err != nil {
			return err
		}
		c, err := tx.Connector(ctx, network, person)
		if err != nil {
			return err
		}
		if c.Until != nil && !c.Until.After(now) {
			return market.ErrRepeated
		}
		if c, err = c.Removed(v.Person, words, now); err != nil {
			return err
		}
		_, wrote := tx.Send(ctx, market.Letter{Kind: market.ConnectorRemoved, PersonID: person, AboutID: network}, "", now)
		return errors.Join(wrote, tx.MakeConnector(ctx, c), note(ctx, tx, v, network, "", person, "connector.removed", now))
	})
}

// memberAt is the person at an address, if they belong to a group of the network. Whether the address is known to us at
// all is not told.
func memberAt(ctx context.Context, tx *store.Tx, network market.ID, address string, now time.Time) (market.Person, error) {
	unknown := market.Refuse("address", "connector_unknown")
	p, err := tx.PersonAt(ctx, address)
	if errors.Is(err, market.ErrNotFound) {
		return p, unknown
	}
	if err != nil {
		return p, err
	}
	groups, err := tx.GroupsIn(ctx, []market.ID{network})
	if err != nil {
		return p, err
	}
	ms, err := tx.Memberships(ctx, p.ID, now)
	if err == nil && !slices.ContainsFunc(ms, func(m market.Membership) bool { return slices.Contains(groups, m.GroupID) }) {
		err = unknown
	}
	return p, err
}

// StepDown ends the viewer's looking after a network. Somebody else must look after it.
func (ns *Networks) StepDown(ctx context.Context, v market.Viewer, network market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "StepDown(%s)", network)
	if err := looksAfter(v, network); err != nil {
		return err
	}
	return ns.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockNetwork(ctx, network); err != nil {
			return err
		}
		all, err := tx.Connectors(ctx, network, now)
		if err != nil {
			return err
		}
		if len(all) < 2 {
			return market.Refuse("address", "only_connector")
		}
		return errors.Join(tx.EndConnector(ctx, network, v.Person, now), note(ctx, tx, v, network, "", v.Person, "connector.left", now))
	})
}
