package network

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Ask has a group ask to join a network. Where the network had invited it, it belongs to it from now on.
// market.ErrRepeated: it asked, or belongs to it, already.
func (ns *Networks) Ask(ctx context.Context, v market.Viewer, network, group market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Ask(%s, %s)", network, group)
	if err := v.MustOwn(group); err != nil {
		return err
	}
	return ns.member(ctx, network, group, func(tx *store.Tx, m market.NetworkMember) error {
		if m.AgreedAt != nil || m.AskedAt != nil {
			return market.ErrRepeated
		}
		m.AskedAt = &now
		if m.InvitedAt != nil {
			return errors.Join(tellInvited(ctx, tx, v, market.NewsYes, m, now), ns.agree(ctx, tx, v, m, now))
		}
		return errors.Join(tx.KeepMember(ctx, m), tellConnectors(ctx, tx, network, group, now), note(ctx, tx, v, network, group, group, "network.asked", now))
	})
}

// Invite has a network ask a group to join. Where the group had asked, it belongs to it from now on. market.ErrRepeated:
// it is invited, or belongs to it, already. market.ErrNotFound: no group that the viewer may see. market.ErrInvolved: as of Answer.
func (ns *Networks) Invite(ctx context.Context, v market.Viewer, network, group market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Invite(%s, %s)", network, group)
	if err := ns.outside(ctx, v, network, group, now); err != nil {
		return err
	}
	if _, err := ns.store.GroupFor(ctx, v, group); err != nil {
		return err
	}
	n, err := ns.store.NetworkByID(ctx, network)
	if err != nil {
		return err
	}
	if n.Unshown() { // its name would be mailed on
		return market.Refuse("group", "network_looked_at")
	}
	return ns.member(ctx, network, group, func(tx *store.Tx, m market.NetworkMember) error {
		if m.AgreedAt != nil || m.InvitedAt != nil {
			return market.ErrRepeated
		}
		m.InvitedAt = &now
		if m.AskedAt != nil {
			return errors.Join(tellGroup(ctx, tx, market.NetworkAnswer, group, network, "", now), ns.agree(ctx, tx, v, m, now))
		}
		once := "network_invitation:" + string(network) + ":" + string(group) + now.Format(":2006-01") // whoever declined is not nagged
		if err := tellGroup(ctx, tx, market.NetworkInvitation, group, network, once, now); err != nil {
			return err
		}
		return errors.Join(tx.KeepMember(ctx, m), note(ctx, tx, v, network, "", group, "network.invited", now))
	})
}

// member holds a network and hands out where a group stands with it.
func (ns *Networks) member(ctx context.Context, network, group market.ID, do func(*store.Tx, market.NetworkMember) error) error {
	return ns.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockNetwork(ctx, network); err != nil {
			return err
		}
		m, err := tx.NetworkMember(ctx, network, group)
		if errors.Is(err, market.ErrNotFound) {
			m, err = market.NetworkMember{NetworkID: network, GroupID: group}, nil
		}
		if err != nil {
			return err
		}
		return do(tx, m)
	})
}

// agree makes a group belong to a network. Who has posted before posts on without a look.
func (ns *Networks) agree(ctx context.Context, tx *store.Tx, v market.Viewer, m market.NetworkMember, now time.Time) error {
	posted, err := tx.HasPosted(ctx, m.GroupID)
	if err != nil {
		return err
	}
	if posted {
		m.ClearedAt = &now
	}
	m.AgreedAt = &now
	return errors.Join(tx.KeepMember(ctx, m), tx.Reindex(ctx, []market.ID{m.GroupID}), tx.PostFor(ctx, []market.ID{m.GroupID}), note(ctx, tx, v, m.NetworkID, "", m.GroupID, "network.joined", now))
}

// Involved reports whether it is for another connector of a network to say whether a group belongs to it, as the viewer is one of its
// members. Who looks after a network alone may let their own group in, or it would wait for nobody: who founds a network mostly begins
// it with their group.
func (ns *Networks) Involved(ctx context.Context, v market.Viewer, network, group market.ID, now time.Time) (bool, error) {
	if !v.In(group) {
		return false, nil
	}
	others, err := ns.store.ConnectorsOutside(ctx, network, group, now)
	return len(others) > 0, err
}

// outside refuses whoever does not look after the network, or is Involved.
func (ns *Networks) outside(ctx context.Context, v market.Viewer, network, group market.ID, now time.Time) error {
	if err := looksAfter(v, network); err != nil {
		return err
	}
	involved, err := ns.Involved(ctx, v, network, group, now)
	if err == nil && involved {
		err = market.ErrInvolved
	}
	return err
}

// Answer takes a network's yes or no to a group that asked, which is told. words go with a no, and may be empty. market.ErrGone: it
// does not ask any more. market.ErrInvolved: the viewer is a member of it, and another connector is not.
func (ns *Networks) Answer(ctx context.Context, v market.Viewer, network, group market.ID, yes bool, words string, now time.Time) (err error) {
	defer market.Wrap(&err, "Answer(%s, %s)", network, group)
	if err := ns.outside(ctx, v, network, group, now); err != nil {
		return err
	}
	r := market.NetworkRefusal{ID: market.NewID(), NetworkID: network, GroupID: group, Words: market.Tidy(words), RefusedBy: v.Person, CreatedAt: now}
	if err := r.Validate(); err != nil {
		return err
	}
	return ns.member(ctx, network, group, func(tx *store.Tx, m market.NetworkMember) error {
		switch {
		case m.AgreedAt != nil && yes:
			return market.ErrRepeated
		case m.AskedAt == nil || m.AgreedAt != nil:
			return market.ErrGone
		case !yes:
			if err := errors.Join(tx.DropMember(ctx, network, group), tx.KeepRefusal(ctx, r)); err != nil {
				return err
			}
			return errors.Join(tellGroup(ctx, tx, market.NetworkNo, group, r.ID, "", now), note(ctx, tx, v, network, "", group, "network.refused", now))
		}
		m.InvitedAt = &now
		if err := tellGroup(ctx, tx, market.NetworkAnswer, group, network, "", now); err != nil {
			return err
		}
		return ns.agree(ctx, tx, v, m, now)
	})
}

// AnswerInvitation takes a group's yes or no to a network that invited it; who looks after that is told. market.ErrGone: it does not any more.
func (ns *Networks) AnswerInvitation(ctx context.Context, v market.Viewer, network, group market.ID, yes bool, now time.Time) (err error) {
	defer market.Wrap(&err, "AnswerInvitation(%s, %s)", network, group)
	if err := v.MustOwn(group); err != nil {
		return err
	}
	return ns.member(ctx, network, group, func(tx *store.Tx, m market.NetworkMember) error {
		switch {
		case m.AgreedAt != nil && yes:
			return market.ErrRepeated
		case m.InvitedAt == nil || m.AgreedAt != nil:
			return market.ErrGone
		case !yes:
			return errors.Join(tx.DropMember(ctx, network, group), tellInvited(ctx, tx, v, market.NewsNo, m, now),
				note(ctx, tx, v, network, group, group, "network.declined", now))
		}
		m.AskedAt = &now
		return errors.Join(tellInvited(ctx, tx, v, market.NewsYes, m, now), ns.agree(ctx, tx, v, m, now))
	})
}

// Part ends that a group belongs to a network, or its wish to, by its owner. What waited for that network's look alone is opened. Safe to
// repeat.
func (ns *Networks) Part(ctx context.Context, v market.Viewer, network, group market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Part(%s, %s)", network, group)
	if err := v.MustOwn(group); err != nil {
		return err
	}
	return ns.member(ctx, network, group, func(tx *store.Tx, m market.NetworkMember) error { return part(ctx, tx, v, m, now) })
}

// TakeOut is Part by who looks after the network, and takes back that it invited a group. A group that belonged to it, or had asked
// to, is told; words go with that, and may be empty.
func (ns *Networks) TakeOut(ctx context.Context, v market.Viewer, network, group market.ID, words string, now time.Time) (err error) {
	defer market.Wrap(&err, "TakeOut(%s, %s)", network, group)
	if err := looksAfter(v, network); err != nil {
		return err
	}
	r := market.NetworkRefusal{ID: market.NewID(), NetworkID: network, GroupID: group, Words: market.Tidy(words), RefusedBy: v.Person, CreatedAt: now}
	if err := r.Validate(); err != nil {
		return err
	}
	return ns.member(ctx, network, group, func(tx *store.Tx, m market.NetworkMember) error {
		if err := part(ctx, tx, v, m, now); err != nil || m.AgreedAt == nil && m.AskedAt == nil {
			return err
		}
		kind := market.NetworkOut
		if m.AgreedAt == nil {
			kind = market.NetworkNo
		}
		return errors.Join(tx.KeepRefusal(ctx, r), tellGroup(ctx, tx, kind, group, r.ID, "", now))
	})
}

func part(ctx context.Context, tx *store.Tx, v market.Viewer, m market.NetworkMember, now time.Time) error {
	if m.AskedAt == nil && m.InvitedAt == nil && m.AgreedAt == nil {
		return market.ErrRepeated
	}
	return errors.Join(tx.DropMember(ctx, m.NetworkID, m.GroupID), release(ctx, tx, v, m.NetworkID, []market.ID{m.GroupID}, now),
		tx.Reindex(ctx, []market.ID{m.GroupID}), note(ctx, tx, v, m.NetworkID, "", m.GroupID, "network.parted", now))
}

// tellConnectors writes that somebody waits for their answer, to those who may give it; to each once a day, however often the same
// one asks. Where nobody looks after the network, operators are to find somebody.
func tellConnectors(ctx context.Context, tx *store.Tx, network, asker market.ID, now time.Time) error {
	people, err := tx.ConnectorsOutside(ctx, network, asker, now)
	if err == nil && len(people) == 0 {
		people, err = tx.Connectors(ctx, network, now)
	}
	if err == nil && len(people) == 0 {
		people, err = tx.Operators(ctx)
	}
	for _, p := range people {
		_, wrote := tx.Send(ctx, market.Letter{Kind: market.JoinRequest, PersonID: p.ID, AboutID: network},
			"join_request:"+string(network)+":"+string(asker)+":"+now.Format(time.DateOnly), now)
		err = errors.Join(err, wrote)
	}
	return err
}

func tellGroup(ctx context.Context, tx *store.Tx, kind market.LetterKind, group, about market.ID, once string, now time.Time) error {
	readers := tx.Answerers
	if kind == market.NetworkInvitation { // the yes is an owner's to give
		readers = tx.Owners
	}
	people, err := readers(ctx, group, now)
	for _, p := range people {
		_, wrote := tx.Send(ctx, market.Letter{Kind: kind, PersonID: p.ID, GroupID: group, AboutID: about}, once, now)
		err = errors.Join(err, wrote)
	}
	return err
}
