package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// tokenPrefix lets people, and scanners for secrets left in public, tell our tokens from other strings.
const tokenPrefix = "wherewithal_"

// IsToken reports whether a text looks like a token of ours, right or wrong.
func IsToken(text string) bool { return strings.HasPrefix(text, tokenPrefix) }

// TokenText is a token as a program sends it.
func TokenText(s Secret) string { return tokenPrefix + s.String() }

// MakeToken makes a credential for a program of the viewer's, good for these scopes and so many days. Its text comes
// back this once and is never stored. market.ErrRepeated: the form with this once-only id was sent before.
func (a *Accounts) MakeToken(ctx context.Context, v market.Viewer, name string, scopes []market.Scope, days int, once string, now time.Time) (_ market.Token, text string, err error) {
	defer market.Wrap(&err, "MakeToken")
	secret := NewSecret()
	t := market.Token{ID: market.NewID(), PersonID: v.Person, Name: market.Tidy(name), Hash: hash(secret), Scopes: scopes,
		CreatedAt: now, ExpiresAt: now.AddDate(0, 0, days)}
	if err := t.Validate(days); err != nil {
		return t, "", err
	}
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockPerson(ctx, v.Person); err != nil { // so that two at once are counted one after the other
			return err
		}
		live, err := tx.Tokens(ctx, v.Person, now)
		if err != nil {
			return err
		}
		if len(live) >= market.MaxTokens {
			return market.Refuse("name", "tokens_many", "Max", market.MaxTokens)
		}
		if err := tx.Remember(ctx, store.Once{ID: once, Person: v.Person, Answer: string(t.ID), At: now}); err != nil {
			return err
		}
		if err := tx.KeepToken(ctx, t); err != nil {
			return err
		}
		return tx.Note(ctx, event(v, "", "token.made", "token", t.ID, now))
	})
	return t, TokenText(secret), err
}

// Tokens of the viewer that still count, newest first.
func (a *Accounts) Tokens(ctx context.Context, v market.Viewer, now time.Time) ([]market.Token, error) {
	return a.store.Tokens(ctx, v.Person, now)
}

// EndToken ends one of the viewer's own tokens, at once. market.ErrNotFound: it is not theirs, or has ended.
func (a *Accounts) EndToken(ctx context.Context, v market.Viewer, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "EndToken(%s)", id)
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.EndToken(ctx, v.Person, id, now); err != nil {
			return err
		}
		return tx.Note(ctx, event(v, "", "token.ended", "token", id, now))
	})
}

// Bearer is a program that came with a token: its token, and the person it acts for.
type Bearer struct {
	Token  market.Token
	Person market.Person
	Viewer market.Viewer
}

// WhoBears finds whom a token's text acts for. market.ErrSignedOut: nobody, or no longer.
func (a *Accounts) WhoBears(ctx context.Context, text string, now time.Time) (_ Bearer, err error) {
	defer market.Wrap(&err, "WhoBears")
	rest, ours := strings.CutPrefix(text, tokenPrefix)
	secret, err := ParseSecret(rest)
	if err != nil || !ours {
		return Bearer{}, market.ErrSignedOut
	}
	t, err := a.store.TokenByHash(ctx, hash(secret))
	if errors.Is(err, market.ErrNotFound) || (err == nil && !t.Live(now)) {
		return Bearer{}, market.ErrSignedOut
	}
	if err != nil {
		return Bearer{}, err
	}
	b := Bearer{Token: t}
	if b.Person, err = a.store.Person(ctx, t.PersonID); err != nil {
		return b, err
	}
	if b.Person.ErasedAt != nil {
		return Bearer{}, market.ErrSignedOut
	}
	if b.Viewer, err = a.store.ViewerFor(ctx, b.Person, now); err != nil {
		return b, err
	}
	b.Viewer.Operator = false // what an operator may see and do is for the site, where a person looks at each step
	return b, a.seenToken(ctx, t, now)
}

func (a *Accounts) seenToken(ctx context.Context, t market.Token, now time.Time) error {
	if t.SeenAt != nil && now.Sub(*t.SeenAt) < seenEvery {
		return nil
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error { return tx.SeeToken(ctx, t.ID, now) })
}
