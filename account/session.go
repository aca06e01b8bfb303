package account

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Caller is who is behind a session.
type Caller = store.Caller

// seenEvery bounds how often a session's last use is written down.
const seenEvery = 10 * time.Minute

// Who is behind a session's token. market.ErrSignedOut: nobody, or no longer.
func (a *Accounts) Who(ctx context.Context, token Secret, now time.Time) (_ Caller, err error) {
	defer market.Wrap(&err, "Who")
	c, err := a.store.CallerByHash(ctx, hash(token), now)
	if errors.Is(err, market.ErrNotFound) || (err == nil && !c.Session.Live(now, a.Idle, a.Most)) {
		return Caller{}, market.ErrSignedOut
	}
	if err != nil {
		return Caller{}, err
	}
	return c, a.seen(ctx, c.Session, now)
}

func (a *Accounts) seen(ctx context.Context, s market.Session, now time.Time) error {
	if now.Sub(s.SeenAt) < seenEvery {
		return nil
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error { return tx.SeeSession(ctx, s.ID, now) })
}

// Sessions that a person has open.
func (a *Accounts) Sessions(ctx context.Context, v market.Viewer, now time.Time) ([]market.Session, error) {
	all, err := a.store.Sessions(ctx, v.Person)
	var live []market.Session
	for _, s := range all {
		if s.Live(now, a.Idle, a.Most) {
			live = append(live, s)
		}
	}
	return live, err
}

// EndSession signs out one of the viewer's own sessions.
func (a *Accounts) EndSession(ctx context.Context, v market.Viewer, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "EndSession(%s)", id)
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.EndSession(ctx, v.Person, id, now); err != nil {
			return err
		}
		return tx.Note(ctx, event(v, "", "session.ended", "session", id, now))
	})
}

// SetName sets what the other side calls the person once connected, and the language, one of wording's, that pages and
// mails speak to them. Whoever had no name is welcomed by a mail.
func (a *Accounts) SetName(ctx context.Context, v market.Viewer, name, language string, now time.Time) (err error) {
	defer market.Wrap(&err, "SetName")
	p := market.Person{Name: market.Tidy(name)}
	if err := p.ValidateName(); err != nil {
		return err
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error { return named(ctx, tx, v, p.Name, language, now) })
}

func named(ctx context.Context, tx *store.Tx, v market.Viewer, name, language string, now time.Time) error {
	p, err := tx.Person(ctx, v.Person)
	if err != nil {
		return err
	}
	err = errors.Join(tx.NamePerson(ctx, v.Person, name, language), tx.Note(ctx, event(v, "", "person.named", "person", v.Person, now)))
	if err != nil || p.Name != "" {
		return err
	}
	_, err = tx.Send(ctx, market.Letter{Kind: market.WelcomeLetter, PersonID: v.Person, AboutID: v.Person}, string(market.WelcomeLetter), now)
	return err
}

// SetAbout is SetName, and the time zone, one of market.Zones, in which the person is told times and by whose clock their next digest comes.
func (a *Accounts) SetAbout(ctx context.Context, v market.Viewer, name, language, zone string, now time.Time) (err error) {
	defer market.Wrap(&err, "SetAbout")
	p, e := market.Person{Name: market.Tidy(name)}, &market.Invalid{}
	for _, err := range []error{p.ValidateName(), market.ValidateZone(zone)} {
		var faults *market.Invalid
		if errors.As(err, &faults) {
			e.Faults = append(e.Faults, faults.Faults...)
		}
	}
	if err := e.OrNil(); err != nil {
		return err
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		was, err := held(ctx, tx, v.Person)
		if err != nil {
			return err
		}
		return errors.Join(named(ctx, tx, v, p.Name, language, now), tx.SetZone(ctx, v.Person, zone, was.DigestDueIn(zone, now)))
	})
}
