package safety

import (
	"context"
	"time"

	"wherewithal/market"
)

// Involved reports whether it is for somebody else to decide about a group, because the viewer is one of its members: for another
// connector or an operator. An operator may where all of them are members, as nobody stands above them. "": the site's, and for all.
func (sf *Safety) Involved(ctx context.Context, v market.Viewer, group market.ID, now time.Time) (bool, error) {
	if !v.In(group) {
		return false, nil
	}
	if !v.Operator {
		return true, nil
	}
	return sf.store.OperatorOutside(ctx, group, now)
}

// InvolvedIn is Involved of a thing. Of a network it is for an operator who does not look after it, while there is one.
func (sf *Safety) InvolvedIn(ctx context.Context, v market.Viewer, t Thing, now time.Time) (bool, error) {
	if t.Subject != "network" {
		return sf.Involved(ctx, v, t.Group.ID, now)
	}
	if !v.Looks(t.ID) {
		return false, nil
	}
	return sf.store.OperatorBeside(ctx, t.ID, now)
}

// apart refuses whoever is InvolvedIn it: market.ErrInvolved.
func (sf *Safety) apart(ctx context.Context, v market.Viewer, t Thing, now time.Time) error {
	involved, err := sf.InvolvedIn(ctx, v, t, now)
	if err == nil && involved {
		err = market.ErrInvolved
	}
	return err
}

// outside refuses whoever is Involved: market.ErrInvolved.
func (sf *Safety) outside(ctx context.Context, v market.Viewer, group market.ID, now time.Time) error {
	involved, err := sf.Involved(ctx, v, group, now)
	if err == nil && involved {
		err = market.ErrInvolved
	}
	return err
}
