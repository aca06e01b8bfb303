// Package account is about people and the groups they act for: signing in by a mailed link, sessions, founding and
// editing groups, their places, pauses, blocks and reports.
//
// It promises that secrets are kept as hashes only, that asking for a link gives the same answer whatever the address,
// and that every change leaves an event. It knows nothing of cookies and pages.
package account

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"wherewithal/market"
	"wherewithal/store"
)

// Options of New.
type Options struct {
	TokenSecret []byte        // derives link secrets and codes
	PlaceSecret []byte        // keys the blur of places
	Idle        time.Duration // a session not used for so long ends; 0: 30 days
	Most        time.Duration // a session ends after so long whatever happens; 0: 180 days
	PublicURL   string        // the address people use: passkeys belong to its host; where that is a bare number there are none
	Caps        market.Caps   // the house's, which people may lower
	Leaver      Leaver        // wanted by Erase alone
	Mailbox     Mailbox       // that Erase has forget; nil: mails are handed on
}

// Accounts are the use cases of people and groups. Safe for concurrent use.
type Accounts struct {
	store *store.Store
	Options
	passkeys *webauthn.WebAuthn // nil: none here
}

// New makes the use cases on a store.
func New(s *store.Store, o Options) *Accounts {
	if o.Idle == 0 {
		o.Idle = 30 * 24 * time.Hour
	}
	if o.Most == 0 {
		o.Most = 180 * 24 * time.Hour
	}
	return &Accounts{store: s, Options: o, passkeys: keysOf(o.PublicURL)}
}

// derive is a secret of our own made from an id: the mail that holds it is written by another process, later, which
// works it out again, so that it is never stored.
func (a *Accounts) derive(purpose string, id market.ID) []byte {
	mac := hmac.New(sha256.New, a.TokenSecret)
	mac.Write([]byte(purpose + ":" + string(id)))
	return mac.Sum(nil)
}

func hash(secret []byte) []byte {
	sum := sha256.Sum256(secret)
	return sum[:]
}

// event is what a person did for a group.
func event(v market.Viewer, group market.ID, verb, subject string, id market.ID, now time.Time) market.Event {
	return market.Event{At: now, Actor: v.Person, OnBehalf: group, Verb: verb, Subject: subject, SubjectID: id}
}

// Report keeps what somebody, signed in or not, told us is wrong, and acknowledges it by mail where there is an address
// to write to; not when quiet. market.ErrRepeated: the form with this once-only id was sent before.
func (a *Accounts) Report(ctx context.Context, v market.Viewer, r market.Report, quiet bool, once string, now time.Time) (err error) {
	defer market.Wrap(&err, "Report(%s)", r.SubjectID)
	r.ID, r.PersonID, r.CreatedAt = market.NewID(), v.Person, now
	r.Words = market.Tidy(r.Words)
	if v.SignedIn() {
		r.Address = "" // the person's own is known
	}
	if err := r.Validate(); err != nil {
		return err
	}
	if r.Address != "" {
		r.Address, _ = market.NormalAddress(r.Address) // which Validate has read
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Remember(ctx, store.Once{ID: once, Person: v.Person, Answer: string(r.ID), At: now}); err != nil {
			return err
		}
		if err := a.visible(ctx, tx, v, r, now); err != nil {
			return err
		}
		if err := tx.KeepReport(ctx, r); err != nil {
			return err
		}
		if !quiet {
			if err := acknowledge(ctx, tx, r, now); err != nil {
				return err
			}
		}
		return tx.Note(ctx, event(v, "", "report.made", r.Subject, r.SubjectID, now))
	})
}

// acknowledge writes to whoever made a report and can be written to.
func acknowledge(ctx context.Context, tx *store.Tx, r market.Report, now time.Time) error {
	if r.PersonID == "" && r.Address == "" {
		return nil
	}
	l := market.Letter{ID: market.NewID(), Kind: market.ReportReceived, PersonID: r.PersonID, Address: r.Address, AboutID: r.ID,
		State: market.Waiting, CreatedAt: now}
	l.MessageID = string(l.ID)
	if err := tx.Write(ctx, l); err != nil {
		return err
	}
	return tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.LetterJob, Subject: l.ID})
}

func (a *Accounts) visible(ctx context.Context, tx *store.Tx, v market.Viewer, r market.Report, now time.Time) error {
	var err error
	switch r.Subject {
	case "listing":
		_, err = tx.EntryFor(ctx, v, r.SubjectID, now)
	case "photo":
		_, _, err = tx.PhotoFor(ctx, v, r.SubjectID, now)
	case "group":
		_, err = tx.GroupFor(ctx, v, r.SubjectID)
	case "network":
		_, err = tx.NetworkShown(ctx, v, r.SubjectID)
	case "site":
	case "message":
		_, err = tx.MessageFor(ctx, v, r.SubjectID)
	default:
		err = market.ErrNotFound
	}
	if errors.Is(err, market.ErrGone) { // closed since it was seen: that takes nothing back
		return nil
	}
	return err
}

// Complain keeps what somebody, signed in or not, has to say about the site itself. It is a report and goes the way of one.
func (a *Accounts) Complain(ctx context.Context, v market.Viewer, words, address string, quiet bool, once string, now time.Time) error {
	if err := market.ValidateComplaint(words); err != nil {
		return err
	}
	return a.Report(ctx, v, market.Report{Subject: "site", SubjectID: market.NewID(), Reason: "another", Words: words, Address: address}, quiet, once, now)
}
