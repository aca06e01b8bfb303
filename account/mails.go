package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// MailLinks make and read the secret part of the links under which a person says which mails they want: bound to that
// person, good for that alone, and working signed out.
type MailLinks struct{ Secret []byte }

// Token of a person.
func (ml MailLinks) Token(person market.ID) string {
	raw, _ := hex.DecodeString(strings.ReplaceAll(string(person), "-", "")) // ids are canonical UUIDs
	return base64.RawURLEncoding.EncodeToString(append(raw, ml.mac(raw)...))
}

// Read checks a token. market.ErrNotFound: it is not one of ours.
func (ml MailLinks) Read(token string) (market.ID, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != 32 || !hmac.Equal(raw[16:], ml.mac(raw[:16])) {
		return "", market.ErrNotFound
	}
	return market.IDFrom([16]byte(raw[:16])), nil
}

func (ml MailLinks) mac(raw []byte) []byte {
	m := hmac.New(sha256.New, ml.Secret)
	m.Write([]byte("mails:"))
	m.Write(raw)
	return m.Sum(nil)[:16]
}

// ChooseMails has mails of the wanted kinds sent to a person and all other optional ones stopped, and keeps how often a
// digest is wanted and which caps are lowered. A digest that is due, and not written yet, stays so. Safe to repeat. A *market.Invalid names what cannot be:
// caps are never raised.
func (a *Accounts) ChooseMails(ctx context.Context, person market.ID, w market.MailWishes, now time.Time) (err error) {
	defer market.Wrap(&err, "ChooseMails(%s)", person)
	if err := w.Validate(a.Caps); err != nil {
		return err
	}
	var stop []market.LetterKind
	for _, k := range market.OptionalKinds {
		if !slices.Contains(w.Kinds, k) {
			stop = append(stop, k)
		}
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		p, err := held(ctx, tx, person)
		if err != nil {
			return err
		}
		stopped, err := tx.StoppedMails(ctx, person)
		if err != nil {
			return err
		}
		p.Digest, w.Lowered = w.Digest, w.Over(p.Lowered, a.Caps)
		due := p.NextDigest(now)
		if p.DigestWaits(now) && !slices.Contains(stopped, market.DigestLetter) { // else it has been due since they stopped it
			due = *p.DigestDue
		}
		return errors.Join(tx.WishMails(ctx, person, w, due), tx.ResumeMails(ctx, person, w.Kinds), tx.StopMails(ctx, person, stop, now), tx.Note(ctx, mailsEvent(person, "mails.chosen", now)))
	})
}

// held is a person whose digest is not written until the transaction ends.
func held(ctx context.Context, tx *store.Tx, person market.ID) (market.Person, error) {
	if err := tx.LockPerson(ctx, person); err != nil {
		return market.Person{}, err
	}
	return tx.Person(ctx, person)
}

// StopMail ends mails of a kind to a person. market.ErrNotFound: that kind cannot be stopped. Safe to repeat.
func (a *Accounts) StopMail(ctx context.Context, person market.ID, kind market.LetterKind, now time.Time) (err error) {
	defer market.Wrap(&err, "StopMail(%s, %s)", person, kind)
	if !kind.Optional() {
		return market.ErrNotFound
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		return errors.Join(tx.StopMails(ctx, person, []market.LetterKind{kind}, now), tx.Note(ctx, mailsEvent(person, "mails.stopped", now)))
	})
}

// TryAddress has mail sent again to an address from which it came back.
func (a *Accounts) TryAddress(ctx context.Context, person market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "TryAddress(%s)", person)
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		return errors.Join(tx.MarkBounced(ctx, person, false), tx.ForgetBounces(ctx, person), tx.Note(ctx, mailsEvent(person, "mails.tried", now)))
	})
}

func mailsEvent(person market.ID, verb string, now time.Time) market.Event {
	return market.Event{At: now, Actor: person, Verb: verb, Subject: "person", SubjectID: person}
}
