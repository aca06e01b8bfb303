package introduction

import (
	"context"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Links make and read the secret part of the links in letters: bound to one introduction and one person, so that the
// page works signed out and a forwarded link answers for nobody else's introduction.
type Links struct{ Secret []byte }

// Token for a person's page of an introduction.
func (ls Links) Token(in, person market.ID) string {
	return market.LinkToken(ls.Secret, toAnswer, in, person)
}

// OutcomeToken for a person's page that asks whether what an introduction led to has happened. It is good for nothing
// else, and no other token is good for that.
func (ls Links) OutcomeToken(in, person market.ID) string {
	return market.LinkToken(ls.Secret, toTell, in, person)
}

// What a link is for.
const (
	toAnswer = "introduction"
	toTell   = "outcome"
	toRing   = "ring"
)

// RingToken for a person's page of a ring.
func (ls Links) RingToken(ring, person market.ID) string {
	return market.LinkToken(ls.Secret, toRing, ring, person)
}

// linkLasts is how long after the end of an introduction, or of what it led to, its links still show how it ended.
const linkLasts = 90 * 24 * time.Hour

// ByLink is who stands behind a link of a letter: a viewer that can see and answer this introduction and nothing else,
// as the person the letter went to, with the roles that person has now. It works signed out. market.ErrGone: it, or
// what it led to, ended long ago.
func ByLink(ctx context.Context, s *store.Store, ls Links, token string, now time.Time) (_ market.Introduction, _ market.Viewer, err error) {
	defer market.Wrap(&err, "ByLink")
	return byLink(ctx, s, ls, toAnswer, token, now)
}

// ByOutcomeLink is ByLink for the link of the letter that asks whether it happened.
func ByOutcomeLink(ctx context.Context, s *store.Store, ls Links, token string, now time.Time) (_ market.Introduction, _ market.Viewer, err error) {
	defer market.Wrap(&err, "ByOutcomeLink")
	return byLink(ctx, s, ls, toTell, token, now)
}

func byLink(ctx context.Context, s *store.Store, ls Links, purpose, token string, now time.Time) (market.Introduction, market.Viewer, error) {
	id, person, err := market.ReadLinkToken(ls.Secret, purpose, token)
	if err != nil {
		return market.Introduction{}, market.Viewer{}, err
	}
	p, err := s.Person(ctx, person)
	if err != nil {
		return market.Introduction{}, market.Viewer{}, err
	}
	full, err := s.ViewerFor(ctx, p, now)
	if err != nil {
		return market.Introduction{}, market.Viewer{}, err
	}
	if full, err = s.WithHands(ctx, full, id, now); err != nil {
		return market.Introduction{}, market.Viewer{}, err
	}
	in, err := s.Introduction(ctx, full, id)
	if err != nil {
		return in, market.Viewer{}, err
	}
	over, err := overSince(ctx, s, in)
	if err != nil {
		return in, market.Viewer{}, err
	}
	if !over.IsZero() && now.Sub(over) > linkLasts {
		return in, market.Viewer{}, market.ErrGone
	}
	return in, narrow(full, in), nil
}

// ByRingLink is ByLink for the link of a letter about a ring.
func ByRingLink(ctx context.Context, s *store.Store, ls Links, token string, now time.Time) (_ market.Ring, _ market.Viewer, err error) {
	defer market.Wrap(&err, "ByRingLink")
	id, person, err := market.ReadLinkToken(ls.Secret, toRing, token)
	if err != nil {
		return market.Ring{}, market.Viewer{}, err
	}
	p, err := s.Person(ctx, person)
	if err != nil {
		return market.Ring{}, market.Viewer{}, err
	}
	full, err := s.ViewerFor(ctx, p, now)
	if err != nil {
		return market.Ring{}, market.Viewer{}, err
	}
	r, err := s.Ring(ctx, full, id)
	if err != nil {
		return r, market.Viewer{}, err
	}
	over := r.EndedAt
	if over == nil {
		over = r.ConnectedAt
	}
	if over != nil && now.Sub(*over) > linkLasts {
		return r, market.Viewer{}, market.ErrGone
	}
	return r, NarrowToRing(full, r), nil
}

// NarrowToRing keeps of a viewer what belongs to one ring.
func NarrowToRing(v market.Viewer, r market.Ring) market.Viewer {
	roles := map[market.ID]market.Role{}
	for _, g := range r.Groups() {
		if role, ok := v.Roles[g]; ok {
			roles[g] = role
		}
	}
	return market.Viewer{Person: v.Person, Roles: roles}
}

// overSince is when an introduction ended, or what it led to: once closed, else with its last use, which may be to come.
// The zero time: it is open.
func overSince(ctx context.Context, s *store.Store, in market.Introduction) (time.Time, error) {
	if in.EndedAt != nil {
		return *in.EndedAt, nil
	}
	if in.State != market.Connected {
		return time.Time{}, nil
	}
	ex, err := s.Exchange(ctx, in.ID)
	if err != nil || ex.ClosedAt == nil {
		return ex.Ends(), err
	}
	return *ex.ClosedAt, nil
}

// narrow keeps of a viewer what belongs to one introduction.
func narrow(v market.Viewer, in market.Introduction) market.Viewer {
	roles := map[market.ID]market.Role{}
	for _, g := range []market.ID{in.NeedGroupID, in.OfferGroupID} {
		if role, ok := v.Roles[g]; ok {
			roles[g] = role
		}
	}
	return market.Viewer{Person: v.Person, Roles: roles}
}
