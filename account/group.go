package account

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Found makes a new group whose owner is the viewer, with its first place if there is one. A name that a reader would
// confuse with another group's is held until an operator has looked. once is the form's once-only id: the same id twice
// gives the first group again.
func (a *Accounts) Found(ctx context.Context, v market.Viewer, g market.Group, place *market.Place, once string, now time.Time) (_ market.Group, err error) {
	defer market.Wrap(&err, "Found")
	if !v.SignedIn() {
		return g, market.ErrSignedOut
	}
	tidyGroup(&g)
	g.ID, g.CreatedAt, g.HeldAt, g.Sample = market.NewID(), now, nil, false
	if err := g.Validate(); err != nil {
		return g, err
	}
	err = a.store.InTx(ctx, func(tx *store.Tx) error { return a.found(ctx, tx, v, &g, place, once, now) })
	if errors.Is(err, market.ErrRepeated) {
		return a.foundBefore(ctx, v, once)
	}
	return g, err
}

func (a *Accounts) found(ctx context.Context, tx *store.Tx, v market.Viewer, g *market.Group, place *market.Place, once string, now time.Time) error {
	if err := tx.Remember(ctx, store.Once{ID: once, Person: v.Person, Answer: string(g.ID), At: now}); err != nil {
		return err
	}
	return a.add(ctx, tx, v, g, place, now)
}

// FoundIn is Found inside a transaction of the caller's, who sees to it that a repeat founds nothing twice.
func (a *Accounts) FoundIn(ctx context.Context, tx *store.Tx, v market.Viewer, g market.Group, place *market.Place, now time.Time) (_ market.Group, err error) {
	defer market.Wrap(&err, "FoundIn")
	tidyGroup(&g)
	g.ID, g.CreatedAt, g.HeldAt, g.Sample = market.NewID(), now, nil, false
	if err := g.Validate(); err != nil {
		return g, err
	}
	err = a.add(ctx, tx, v, &g, place, now)
	return g, err
}

func (a *Accounts) add(ctx context.Context, tx *store.Tx, v market.Viewer, g *market.Group, place *market.Place, now time.Time) error {
	if err := hold(ctx, tx, g, now); err != nil {
		return err
	}
	if err := tx.AddGroup(ctx, *g); err != nil {
		return err
	}
	m := market.Membership{ID: market.NewID(), GroupID: g.ID, PersonID: v.Person, Role: market.Owner, Since: now}
	if err := tx.Join(ctx, m); err != nil {
		return err
	}
	if place != nil {
		if _, err := a.place(ctx, tx, g.ID, *place, now); err != nil {
			return err
		}
	}
	return tx.Note(ctx, event(v, g.ID, "group.founded", "group", g.ID, now))
}

func (a *Accounts) foundBefore(ctx context.Context, v market.Viewer, once string) (market.Group, error) {
	answer, err := a.store.AnswerOf(ctx, once, v.Person)
	if err != nil {
		return market.Group{}, err
	}
	return a.store.Group(ctx, market.System, market.ID(answer))
}

// hold marks a group whose name, or the alias it goes by, is confusingly like another's. One that waited under a name and took
// another waits for that, or not at all.
func hold(ctx context.Context, tx *store.Tx, g *market.Group, now time.Time) (err error) {
	g.HeldAt, err = likeAnother(ctx, tx, *g, market.NamesAlike, now)
	return err
}

// likeAnother is now where a name is like another's, by the measure that is given, nil where it is not.
func likeAnother(ctx context.Context, tx *store.Tx, g market.Group, like func(a, b string) bool, now time.Time) (*time.Time, error) {
	find := func() error {
		_, err := tx.LikeNamed(ctx, g, like)
		return err
	}
	return tx.NameHeld(ctx, "group", find, now)
}

// holdSpelling marks one whose name was let through beside an equal one and is now spelled another way: it may be spelled as that one is.
func holdSpelling(ctx context.Context, tx *store.Tx, g *market.Group, now time.Time) error {
	held, err := likeAnother(ctx, tx, *g, market.NamesEqual, now)
	if held != nil {
		g.HeldAt = held
	}
	return err
}

func tidyGroup(g *market.Group) {
	for _, s := range []*string{&g.Name, &g.Alias, &g.Does, &g.Link} {
		*s = market.Tidy(*s)
	}
}

// Edit changes what a group says of itself: name, alias, words, form, size, link, languages. seen is the Key of the group as the viewer saw
// it, "" when it does not matter. market.ErrConflict: somebody changed it meanwhile.
func (a *Accounts) Edit(ctx context.Context, v market.Viewer, next market.Group, seen string, now time.Time) (err error) {
	defer market.Wrap(&err, "Edit(%s)", next.ID)
	tidyGroup(&next)
	if err := v.MustOwn(next.ID); err != nil {
		return err
	}
	if err := next.Validate(); err != nil {
		return err
	}
	return a.change(ctx, v, next.ID, "group.edited", now, func(tx *store.Tx, g *market.Group) error {
		if err := market.Unread(seen, *g, next); err != nil {
			return err
		}
		renamed := !market.NamesEqual(g.Name, next.Name) || !market.NamesEqual(g.PublicName(), next.PublicName())
		respelled := g.Name != next.Name || g.PublicName() != next.PublicName()
		if next.NameHidden && !g.NameHidden { // what others read of its evidence names networks
			for _, kind := range market.EvidenceKinds {
				if err := tx.Unsay(ctx, g.ID, kind); err != nil {
					return err
				}
			}
		}
		g.Name, g.Alias, g.NameHidden, g.Does = next.Name, next.Alias, next.NameHidden, next.Does
		g.LegalForm, g.Size, g.Link, g.Languages = next.LegalForm, next.Size, next.Link, next.Languages
		waited := g.HeldAt != nil
		switch {
		case !renamed && respelled && !waited:
			return holdSpelling(ctx, tx, g, now)
		case !renamed:
			return nil
		}
		if err := hold(ctx, tx, g, now); err != nil || !waited || g.HeldAt != nil {
			return err
		}
		return rematch(ctx, tx, g.ID)
	})
}

// Pause stops introductions for a group until a time; nil lets them go on.
func (a *Accounts) Pause(ctx context.Context, v market.Viewer, id market.ID, until *time.Time, now time.Time) (err error) {
	defer market.Wrap(&err, "Pause(%s)", id)
	if err := v.MustOwn(id); err != nil {
		return err
	}
	if until != nil && (until.Before(now) || until.After(now.AddDate(2, 0, 0))) {
		return market.Refuse("until", "pause_range")
	}
	return a.change(ctx, v, id, "group.paused", now, func(tx *store.Tx, g *market.Group) error {
		g.PausedUntil = until
		return rematch(ctx, tx, id)
	})
}

// rematch has what a group posted looked at again: a pause ends what is open, its end begins anew.
func rematch(ctx context.Context, tx *store.Tx, group market.ID) error {
	listings, err := tx.ListingsOf(ctx, group)
	if err != nil {
		return err
	}
	var jobs []market.Job
	for _, l := range listings {
		if l.Life == market.Open {
			jobs = append(jobs, market.Job{Kind: market.MatchJob, Subject: l.ID})
		}
	}
	return tx.Enqueue(ctx, time.Now(), jobs...)
}

// change edits a group, writes the event, and has its listings indexed again: their public name may have changed.
func (a *Accounts) change(ctx context.Context, v market.Viewer, id market.ID, verb string, now time.Time, edit func(*store.Tx, *market.Group) error) error {
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		g, err := tx.LockedGroup(ctx, id)
		if err == nil && g.ClosedAt != nil {
			err = market.ErrForbidden // closed meanwhile: its members may look back
		}
		if err != nil {
			return err
		}
		if err := edit(tx, &g); err != nil {
			return err
		}
		if err := tx.EditGroup(ctx, g); err != nil {
			return err
		}
		if err := tx.TouchListings(ctx, id, now); err != nil { // whoever keeps copies asks for what changed since, and what they say of the group did
			return err
		}
		if err := reindex(ctx, tx, id); err != nil {
			return err
		}
		return tx.Note(ctx, event(v, id, verb, "group", id, now))
	})
}

func reindex(ctx context.Context, tx *store.Tx, group market.ID) error {
	listings, err := tx.ListingsOf(ctx, group)
	if err != nil {
		return err
	}
	var jobs []market.Job
	for _, l := range listings {
		if l.Life == market.Open || l.Life == market.Paused {
			jobs = append(jobs, market.Job{Kind: market.IndexJob, Subject: l.ID})
		}
	}
	return tx.Enqueue(ctx, time.Now(), jobs...)
}

// AddPlace keeps a place of a group. Its exact position stays with the group; its public point is the one that this
// position always had. market.ErrRepeated: the form with this once-only id was sent before.
func (a *Accounts) AddPlace(ctx context.Context, v market.Viewer, p market.Place, once string, now time.Time) (_ market.Place, err error) {
	defer market.Wrap(&err, "AddPlace(%s)", p.GroupID)
	if err := v.MustOwn(p.GroupID); err != nil {
		return p, err
	}
	err = a.store.InTx(ctx, func(tx *store.Tx) (err error) {
		if err = tx.Remember(ctx, store.Once{ID: once, Person: v.Person, Answer: string(p.GroupID), At: now}); err != nil {
			return err
		}
		if p, err = a.place(ctx, tx, p.GroupID, p, now); err != nil {
			return err
		}
		return tx.Note(ctx, event(v, p.GroupID, "place.added", "place", p.ID, now))
	})
	return p, err
}

func (a *Accounts) place(ctx context.Context, tx *store.Tx, group market.ID, p market.Place, now time.Time) (market.Place, error) {
	p.ID, p.GroupID, p.CreatedAt, p.Label = market.NewID(), group, now, market.Tidy(p.Label)
	if p.Zone == "" {
		p.Zone = market.DefaultZone
	}
	if err := p.Validate(); err != nil {
		return p, err
	}
	return tx.AddPlace(ctx, p, market.Blur(a.PlaceSecret, p.Exact))
}

// RemovePlace takes away a place that no listing uses. market.ErrNotFound: the group has no such place, or not any more.
func (a *Accounts) RemovePlace(ctx context.Context, v market.Viewer, group, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "RemovePlace(%s)", id)
	if err := v.MustOwn(group); err != nil {
		return err
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		p, err := tx.Place(ctx, v, id)
		if err == nil && p.GroupID != group {
			err = market.ErrNotFound
		}
		if err != nil {
			return err
		}
		err = tx.RemovePlace(ctx, group, id)
		if errors.Is(err, market.ErrConflict) {
			return market.Refuse("place", "place_used")
		}
		if err != nil {
			return err
		}
		return tx.Note(ctx, event(v, group, "place.removed", "place", id, now))
	})
}

// Unblock lets two groups meet again, as far as this group is concerned.
func (a *Accounts) Unblock(ctx context.Context, v market.Viewer, group, blocked market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Unblock(%s)", blocked)
	if !v.Roles[group].CanPost() { // whoever may block may take it back
		return market.ErrForbidden
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Unblock(ctx, group, blocked); err != nil {
			return err
		}
		e := event(v, group, "group.unblocked", "group", group, now)
		e.OtherID = blocked
		return tx.Note(ctx, e)
	})
}
