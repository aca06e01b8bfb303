package account

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// AskAddress mails a link to the address that the viewer would like to have, and tells the one they have. Nothing changes
// until the link is used. The answer is the same whether or not somebody has the address already: only whoever reads mail
// there is told. may, if not nil, is asked last whether the address may be written to; its error comes back.
// market.Invalid: it is no address, or theirs. market.ErrRepeated: the form with this once-only id was sent before.
func (a *Accounts) AskAddress(ctx context.Context, v market.Viewer, address string, may func(address string) error, once string, now time.Time) (err error) {
	defer market.Wrap(&err, "AskAddress")
	if address, err = market.NormalAddress(address); err != nil {
		return err
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockPerson(ctx, v.Person); err != nil {
			return err
		}
		p, err := tx.Person(ctx, v.Person)
		if err != nil {
			return err
		}
		if p.Address == address {
			return market.Refuse("address", "address_same")
		}
		c := market.AddressChange{ID: market.NewID(), PersonID: p.ID, Was: p.Address, Address: address, CreatedAt: now,
			ExpiresAt: now.Add(market.AddressChangeLasts)}
		if err := tx.Remember(ctx, store.Once{ID: once, Person: p.ID, Answer: string(c.ID), At: now}); err != nil {
			return err
		}
		if may != nil {
			if err := may(address); err != nil {
				return err
			}
		}
		if err := tx.KeepAddressChange(ctx, c); err != nil {
			return err
		}
		if err := sendTo(ctx, tx, c, market.AddressConfirm, c.Address, now); err != nil {
			return err
		}
		if err := sendTo(ctx, tx, c, market.AddressAsked, c.Was, now); err != nil {
			return err
		}
		return tx.Note(ctx, event(v, "", "address.asked", "person", p.ID, now))
	})
}

// sendTo writes to an address, and not to its person: it may be another's by the time that the letter goes.
func sendTo(ctx context.Context, tx *store.Tx, c market.AddressChange, kind market.LetterKind, address string, now time.Time) error {
	_, err := tx.Send(ctx, market.Letter{Kind: kind, Address: address, AboutID: c.ID}, "", now)
	return err
}

// AddressWaiting is the change that the viewer has asked for. market.ErrNotFound: none.
func (a *Accounts) AddressWaiting(ctx context.Context, v market.Viewer, now time.Time) (market.AddressChange, error) {
	return a.store.AddressWaiting(ctx, v.Person, now)
}

// ByAddressLink is the change behind the link that went to the new address. It changes nothing. market.ErrGone: it is too
// old, or was dealt with.
func (a *Accounts) ByAddressLink(ctx context.Context, token string, now time.Time) (_ market.AddressChange, err error) {
	defer market.Wrap(&err, "ByAddressLink")
	c, err := a.addressChange(ctx, market.ToConfirmAddress, token)
	if err == nil && !c.Waits(now) {
		err = market.ErrGone
	}
	return c, err
}

// addressChange behind a link. One whose record is gone has ended long ago.
func (a *Accounts) addressChange(ctx context.Context, purpose, token string) (market.AddressChange, error) {
	id, person, err := market.ReadLinkToken(a.TokenSecret, purpose, token)
	if err != nil {
		return market.AddressChange{}, err
	}
	c, err := a.store.AddressChange(ctx, id)
	if errors.Is(err, market.ErrNotFound) || err == nil && c.PersonID != person {
		err = market.ErrGone
	}
	return c, err
}

// ConfirmAddress gives the viewer the address that they asked for. It wants whoever asked, signed in: the link alone,
// which went to an address that may have been mistyped, must not hand an account to a stranger. All their other sessions
// end, and both addresses are told. market.ErrForbidden: somebody else asked. market.ErrGone as ByAddressLink.
// market.Invalid: the address has become somebody else's.
func (a *Accounts) ConfirmAddress(ctx context.Context, v market.Viewer, session market.ID, token string, now time.Time) (err error) {
	defer market.Wrap(&err, "ConfirmAddress")
	c, err := a.ByAddressLink(ctx, token, now)
	switch {
	case err != nil:
		return err
	case !v.SignedIn():
		return market.ErrSignedOut
	case v.Person != c.PersonID:
		return market.ErrForbidden
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockPerson(ctx, v.Person); err != nil {
			return err
		}
		if c, err = tx.LockAddressChange(ctx, c.ID); err != nil {
			return err
		}
		if !c.Waits(now) {
			return market.ErrGone
		}
		return a.moveAddress(ctx, tx, v, session, c, now)
	})
}

func (a *Accounts) moveAddress(ctx context.Context, tx *store.Tx, v market.Viewer, session market.ID, c market.AddressChange, now time.Time) error {
	if err := free(ctx, tx, v.Person, c.Address, now); err != nil {
		return err
	}
	if err := tx.MoveAddress(ctx, v.Person, c.Was, c.Address, now); err != nil {
		return err
	}
	if err := tx.Unsuppress(ctx, market.SuppressHash(a.TokenSecret, c.Address)); err != nil { // the link arrived there
		return err
	}
	if err := tx.EndSessionsBut(ctx, v.Person, session, now); err != nil {
		return err
	}
	if err := tx.EndAddressChange(ctx, c.ID, market.AddressConfirmed, now); err != nil {
		return err
	}
	for _, address := range []string{c.Was, c.Address} {
		if err := sendTo(ctx, tx, c, market.AddressChanged, address, now); err != nil {
			return err
		}
	}
	return tx.Note(ctx, event(v, "", "address.changed", "person", v.Person, now))
}

// free refuses an address that is somebody's, or that somebody may still take back.
func free(ctx context.Context, tx *store.Tx, person market.ID, address string, now time.Time) error {
	_, err := tx.PersonAt(ctx, address)
	if err == nil {
		return market.Refuse("address", "address_taken")
	}
	if !errors.Is(err, market.ErrNotFound) {
		return err
	}
	left, err := tx.AddressLeftBy(ctx, address, now.Add(-market.TakeBackWithin))
	if err == nil && left != "" && left != person {
		err = market.Refuse("address", "address_taken")
	}
	return err
}

// ByDisownLink is the change behind the link that went to the old address. It changes nothing. market.ErrGone: it is too
// old, or was dealt with.
func (a *Accounts) ByDisownLink(ctx context.Context, token string, now time.Time) (_ market.AddressChange, err error) {
	defer market.Wrap(&err, "ByDisownLink")
	c, err := a.addressChange(ctx, market.ToDisown, token)
	if err == nil && !c.CanBeDisowned(now) {
		err = market.ErrGone
	}
	return c, err
}

// Disown is said by whoever reads the old address: that it was not them. A change that waits is stopped, one that was
// confirmed within market.TakeBackWithin is taken back with all after it, and whoever asked for it is shut out: every
// session, token, passkey and calendar address of the person ends. It works signed out. market.ErrGone as ByDisownLink.
func (a *Accounts) Disown(ctx context.Context, token string, now time.Time) (err error) {
	defer market.Wrap(&err, "Disown")
	c, err := a.ByDisownLink(ctx, token, now)
	if err != nil {
		return err
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockPerson(ctx, c.PersonID); err != nil {
			return err
		}
		if c, err = tx.LockAddressChange(ctx, c.ID); err != nil {
			return err
		}
		if !c.CanBeDisowned(now) {
			return market.ErrGone
		}
		if err := a.takeBack(ctx, tx, c, now); err != nil {
			return err
		}
		return errors.Join(tx.DisownAddressChanges(ctx, c, now), tx.EndSessionsBut(ctx, c.PersonID, "", now),
			tx.EndTokens(ctx, c.PersonID, now), tx.DropFeed(ctx, c.PersonID), tx.DropPasskeys(ctx, c.PersonID),
			tx.Note(ctx, market.Event{At: now, Actor: c.PersonID, Verb: "address.disowned", Subject: "person", SubjectID: c.PersonID}))
	})
}

// takeBack gives a person the address that they had before a change, if it was made. Nobody has taken it meanwhile: see
// free, and enter. Both addresses are told.
func (a *Accounts) takeBack(ctx context.Context, tx *store.Tx, c market.AddressChange, now time.Time) error {
	if c.Outcome != market.AddressConfirmed {
		return nil
	}
	p, err := tx.Person(ctx, c.PersonID)
	if err != nil {
		return err
	}
	if err := tx.MoveAddress(ctx, c.PersonID, p.Address, c.Was, now); err != nil {
		return err
	}
	return errors.Join(sendTo(ctx, tx, c, market.AddressChanged, p.Address, now), sendTo(ctx, tx, c, market.AddressChanged, c.Was, now))
}
