package account

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"wherewithal/market"
	"wherewithal/store"
)

// keysOf is what asks devices of a site and reads their answers. nil where there can be no passkeys: they belong to a host
// with a name, and browsers give none to a bare number.
func keysOf(publicURL string) *webauthn.WebAuthn {
	u, err := url.Parse(publicURL)
	if err != nil || u.Hostname() == "" || net.ParseIP(u.Hostname()) != nil {
		return nil
	}
	must := true
	w, err := webauthn.New(&webauthn.Config{RPID: u.Hostname(), RPDisplayName: "Wherewithal", RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation, AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: &must, // so that nobody has to say who they are
			UserVerification: protocol.VerificationRequired}}) // it is all there is to signing in
	if err != nil {
		return nil
	}
	return w
}

// HasPasskeys reports whether people can sign in by passkeys here.
func (a *Accounts) HasPasskeys() bool { return a.passkeys != nil }

// PasskeyAsk is a question for a device: Options are what navigator.credentials wants, in WebAuthn's own JSON. It is
// answered once, within market.PasskeyLasts.
type PasskeyAsk struct {
	ID      market.ID       `json:"challenge"`
	Options json.RawMessage `json:"options"`
}

// keyHolder is a person as the library sees one.
type keyHolder struct {
	market.Person
	keys []market.Passkey
}

func (h keyHolder) WebAuthnID() []byte {
	id := uuid.MustParse(string(h.ID)) // tells nobody anything
	return id[:]
}

func (h keyHolder) WebAuthnName() string { return h.Address }

func (h keyHolder) WebAuthnDisplayName() string { return h.Name }

func (h keyHolder) WebAuthnCredentials() (all []webauthn.Credential) {
	for _, k := range h.keys {
		var c webauthn.Credential
		if json.Unmarshal([]byte(k.Record), &c) == nil {
			all = append(all, c)
		}
	}
	return all
}

func (h keyHolder) with(credential []byte) market.Passkey {
	for _, k := range h.keys {
		if string(k.CredentialID) == string(credential) {
			return k
		}
	}
	return market.Passkey{}
}

func (a *Accounts) keyHolder(ctx context.Context, person market.ID) (keyHolder, error) {
	p, err := a.store.Person(ctx, person)
	if err == nil && p.ErasedAt != nil {
		err = market.ErrNotFound
	}
	if err != nil {
		return keyHolder{}, err
	}
	keys, err := a.store.Passkeys(ctx, person)
	return keyHolder{p, keys}, err
}

// Passkeys of the viewer, the oldest first.
func (a *Accounts) Passkeys(ctx context.Context, v market.Viewer) ([]market.Passkey, error) {
	return a.store.Passkeys(ctx, v.Person)
}

// NewPasskey asks the viewer's device for a key pair. market.Invalid: there can be none here, or they have
// market.MaxPasskeys.
func (a *Accounts) NewPasskey(ctx context.Context, v market.Viewer, now time.Time) (_ PasskeyAsk, err error) {
	defer market.Wrap(&err, "NewPasskey")
	if a.passkeys == nil {
		return PasskeyAsk{}, market.Refuse("passkey", "passkeys_not_here")
	}
	h, err := a.keyHolder(ctx, v.Person)
	if err != nil {
		return PasskeyAsk{}, err
	}
	if len(h.keys) >= market.MaxPasskeys {
		return PasskeyAsk{}, market.Refuse("passkey", "passkeys_many", "Max", market.MaxPasskeys)
	}
	creation, state, err := a.passkeys.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return PasskeyAsk{}, err
	}
	return a.ask(ctx, market.PasskeyChallenge{PersonID: v.Person, BrowserHash: []byte{}}, creation.Response, state, now)
}

// ask keeps what an answer will be held to.
func (a *Accounts) ask(ctx context.Context, c market.PasskeyChallenge, options any, state *webauthn.SessionData, now time.Time) (PasskeyAsk, error) {
	kept, err := json.Marshal(state)
	if err != nil {
		return PasskeyAsk{}, err
	}
	c.ID, c.State, c.CreatedAt, c.ExpiresAt = market.NewID(), string(kept), now, now.Add(market.PasskeyLasts)
	asked := PasskeyAsk{ID: c.ID}
	if asked.Options, err = json.Marshal(options); err != nil {
		return PasskeyAsk{}, err
	}
	return asked, a.store.InTx(ctx, func(tx *store.Tx) error { return tx.KeepChallenge(ctx, c) })
}

// take is what an answer is held to. It is taken out whatever becomes of the answer: a wrong one is no reason for another try.
func (a *Accounts) take(ctx context.Context, challenge string, person market.ID, browser []byte, now time.Time) (state webauthn.SessionData, err error) {
	id, err := market.ParseID(challenge)
	if err != nil {
		return state, market.ErrGone
	}
	var c market.PasskeyChallenge
	err = a.store.InTx(ctx, func(tx *store.Tx) (err error) {
		c, err = tx.TakeChallenge(ctx, id, person, browser, now)
		return err
	})
	if err == nil {
		err = json.Unmarshal([]byte(c.State), &state)
	}
	return state, err
}

// AddPasskey keeps the passkey that a device made, under a name, and tells its person by mail. market.Invalid: the name is
// none, or the answer is not one to the question. market.ErrGone: the question was answered or ran out.
func (a *Accounts) AddPasskey(ctx context.Context, v market.Viewer, name, challenge, answer string, now time.Time) (err error) {
	defer market.Wrap(&err, "AddPasskey")
	k := market.Passkey{ID: market.NewID(), PersonID: v.Person, Name: market.Tidy(name), CreatedAt: now}
	if err := k.ValidateName(); err != nil {
		return err
	}
	made, err := a.made(ctx, v, challenge, answer, now)
	if err != nil {
		return err
	}
	record, err := json.Marshal(made)
	if err != nil {
		return err
	}
	k.CredentialID, k.Record = made.ID, string(record)
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockPerson(ctx, v.Person); err != nil {
			return err
		}
		all, err := tx.Passkeys(ctx, v.Person)
		if err == nil && len(all) >= market.MaxPasskeys {
			err = market.Refuse("passkey", "passkeys_many", "Max", market.MaxPasskeys)
		}
		if err != nil {
			return err
		}
		return errors.Join(tx.KeepPasskey(ctx, k), tell(ctx, tx, market.PasskeyAdded, k, now),
			tx.Note(ctx, event(v, "", "passkey.added", "passkey", k.ID, now)))
	})
	if errors.Is(err, market.ErrConflict) {
		err = market.Refuse("passkey", "passkey_failed")
	}
	return err
}

// made is the passkey in an answer, if it is one to the question.
func (a *Accounts) made(ctx context.Context, v market.Viewer, challenge, answer string, now time.Time) (*webauthn.Credential, error) {
	if a.passkeys == nil {
		return nil, market.Refuse("passkey", "passkeys_not_here")
	}
	state, err := a.take(ctx, challenge, v.Person, []byte{}, now)
	if err != nil {
		return nil, err
	}
	h, err := a.keyHolder(ctx, v.Person)
	if err != nil {
		return nil, err
	}
	said, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil || len(answer) > market.PasskeyAnswerSize {
		return nil, market.Refuse("passkey", "passkey_failed")
	}
	made, err := a.passkeys.CreateCredential(h, state, said)
	if err != nil {
		return nil, market.Refuse("passkey", "passkey_failed")
	}
	return made, nil
}

func tell(ctx context.Context, tx *store.Tx, kind market.LetterKind, k market.Passkey, now time.Time) error {
	_, err := tx.Send(ctx, market.Letter{Kind: kind, PersonID: k.PersonID, AboutID: k.ID}, "", now)
	return err
}

// RemovePasskey takes one of the viewer's own back, and tells them by mail. market.ErrNotFound: it is not theirs, or gone.
func (a *Accounts) RemovePasskey(ctx context.Context, v market.Viewer, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "RemovePasskey(%s)", id)
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.DropPasskey(ctx, v.Person, id); err != nil {
			return err
		}
		return errors.Join(tell(ctx, tx, market.PasskeyRemoved, market.Passkey{ID: id, PersonID: v.Person}, now),
			tx.Note(ctx, event(v, "", "passkey.removed", "passkey", id, now)))
	})
}

// AskPasskey asks any device for a passkey of this site, in one browser. market.Invalid: there are none here.
func (a *Accounts) AskPasskey(ctx context.Context, browser Secret, now time.Time) (_ PasskeyAsk, err error) {
	defer market.Wrap(&err, "AskPasskey")
	if a.passkeys == nil {
		return PasskeyAsk{}, market.Refuse("passkey", "passkeys_not_here")
	}
	assertion, state, err := a.passkeys.BeginDiscoverableLogin()
	if err != nil {
		return PasskeyAsk{}, err
	}
	return a.ask(ctx, market.PasskeyChallenge{BrowserHash: hash(browser)}, assertion.Response, state, now)
}

// UsePasskey signs in by a device's answer. market.ErrGone: the question was answered, ran out, or was put to another
// browser. market.Invalid: it is no answer to it, or of a passkey that is not known here; or the passkey may have been
// copied, which is written down.
func (a *Accounts) UsePasskey(ctx context.Context, browser Secret, challenge, answer, device, next string, now time.Time) (_ Entered, err error) {
	defer market.Wrap(&err, "UsePasskey")
	if a.passkeys == nil {
		return Entered{}, market.Refuse("passkey", "passkeys_not_here")
	}
	state, err := a.take(ctx, challenge, "", hash(browser), now)
	if err != nil {
		return Entered{}, err
	}
	h, used, err := a.answered(ctx, state, answer)
	if err != nil {
		return Entered{}, err
	}
	k := h.with(used.ID)
	if used.Authenticator.CloneWarning {
		return Entered{}, errors.Join(a.doubt(ctx, k, now), market.Refuse("passkey", "passkey_doubted"))
	}
	record, err := json.Marshal(used)
	if err != nil {
		return Entered{}, err
	}
	e := Entered{Token: NewSecret(), Person: h.Person, Next: LocalPath(next)}
	err = a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.UsePasskey(ctx, k.ID, string(record), now); err != nil {
			return err
		}
		return begin(ctx, tx, e, device, now)
	})
	if errors.Is(err, market.ErrNotFound) { // removed just now
		err = market.Refuse("passkey", "passkey_failed")
	}
	return e, err
}

// answered is whose passkey gave an answer, and the passkey as it is from then on.
func (a *Accounts) answered(ctx context.Context, state webauthn.SessionData, answer string) (h keyHolder, used *webauthn.Credential, err error) {
	said, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil || len(answer) > market.PasskeyAnswerSize {
		return h, nil, market.Refuse("passkey", "passkey_failed")
	}
	var away error
	holder := func(_, handle []byte) (webauthn.User, error) {
		id, err := uuid.FromBytes(handle)
		if err != nil {
			return nil, err
		}
		h, err = a.keyHolder(ctx, market.IDFrom(id))
		if err != nil && !errors.Is(err, market.ErrNotFound) {
			away = err
		}
		return h, err
	}
	used, err = a.passkeys.ValidateDiscoverableLogin(holder, state, said)
	if away != nil {
		return h, nil, away
	}
	if err != nil {
		return h, nil, market.Refuse("passkey", "passkey_failed")
	}
	return h, used, nil
}

func (a *Accounts) doubt(ctx context.Context, k market.Passkey, now time.Time) error {
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		return errors.Join(tx.DoubtPasskey(ctx, k.ID, now),
			tx.Note(ctx, market.Event{At: now, Actor: k.PersonID, Verb: "passkey.doubted", Subject: "passkey", SubjectID: k.ID}))
	})
}
