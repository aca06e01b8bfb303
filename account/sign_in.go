package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Secret is 256 bits that only their holder knows.
type Secret []byte

// NewSecret is a fresh one.
func NewSecret() Secret {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return b
}

// String is the secret as it stands in links and cookies.
func (s Secret) String() string { return base64.RawURLEncoding.EncodeToString(s) }

// ParseSecret reads what String wrote; market.ErrNotFound for anything else.
func ParseSecret(text string) (Secret, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != 32 {
		return nil, market.ErrNotFound
	}
	return b, nil
}

// AskLink mails a sign-in link to the address, bound to the browser that asks. The answer is the same whether or not
// anybody has the address. Bad addresses are market.Invalid; market.ErrRepeated: the form with this once-only id was
// sent before, and its mail is on the way.
func (a *Accounts) AskLink(ctx context.Context, address string, browser Secret, device, next, once string, now time.Time) (err error) {
	defer market.Wrap(&err, "AskLink")
	address, err = market.NormalAddress(address)
	if err != nil {
		return err
	}
	id := market.NewID()
	s := market.SignIn{ID: id, Address: address, LinkHash: hash(a.derive("link", id)), BrowserHash: hash(browser),
		Device: short(device, 80), Next: LocalPath(next), CreatedAt: now, ExpiresAt: now.Add(market.LinkLasts)}
	letter := market.Letter{ID: market.NewID(), Kind: market.SignInLetter, Address: address, AboutID: id,
		State: market.Waiting, CreatedAt: now}
	letter.MessageID = string(letter.ID)
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Remember(ctx, store.Once{ID: once, Answer: string(id), At: now}); err != nil {
			return err
		}
		if err := tx.KeepSignIn(ctx, s); err != nil {
			return err
		}
		if err := tx.Write(ctx, letter); err != nil {
			return err
		}
		return tx.Enqueue(ctx, time.Now(), letter.Job())
	})
}

// Asked is what a browser waits for after asking for a link.
type Asked struct {
	Address string
	Left    int // codes it may still type
}

// AskedBy is what a browser asked for last. market.ErrGone: that was used or ran out; market.ErrNotFound: nothing.
func (a *Accounts) AskedBy(ctx context.Context, browser Secret, now time.Time) (_ Asked, err error) {
	defer market.Wrap(&err, "AskedBy")
	s, err := a.store.SignInOfBrowser(ctx, hash(browser))
	if err != nil {
		return Asked{}, err
	}
	if s.UsedAt != nil || !now.Before(s.ExpiresAt) {
		return Asked{}, market.ErrGone
	}
	return Asked{Address: s.Address, Left: max(0, market.CodeTries-s.Tries)}, nil
}

// LinkSecret is the secret of a sign-in request's link, for the mail that carries it.
func (a *Accounts) LinkSecret(id market.ID) Secret { return a.derive("link", id) }

// Opened is what a sign-in link shows before anything happens.
type Opened struct {
	Address     string // shown only in the browser that asked
	SameBrowser bool
	Code        string // in another browser: to type where sign-in began
	Device      string // that asked
	AskedAt     time.Time
	Next        string
}

// OpenLink looks at a link and changes nothing, so that mail scanners may follow it. market.ErrGone: used or too old.
func (a *Accounts) OpenLink(ctx context.Context, link, browser Secret, now time.Time) (_ Opened, err error) {
	defer market.Wrap(&err, "OpenLink")
	s, err := a.store.SignInByLink(ctx, hash(link))
	if err != nil {
		return Opened{}, err
	}
	if s.UsedAt != nil || !now.Before(s.ExpiresAt) {
		return Opened{}, market.ErrGone
	}
	o := Opened{Device: s.Device, AskedAt: s.CreatedAt, Next: s.Next, SameBrowser: boundTo(s, browser)}
	if o.SameBrowser {
		o.Address = s.Address
	} else {
		o.Code = a.code(s.ID)
	}
	return o, nil
}

func boundTo(s market.SignIn, browser Secret) bool {
	return len(browser) > 0 && subtle.ConstantTimeCompare(s.BrowserHash, hash(browser)) == 1
}

// code is six digits derived from the request, so that showing it stores nothing.
func (a *Accounts) code(id market.ID) string {
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(a.derive("code", id))%1_000_000)
}

// Entered is a fresh session.
type Entered struct {
	Token  Secret
	Person market.Person
	Next   string
}

// UseLink signs in the browser that asked for the link. market.ErrWrongBrowser: it is another one; market.ErrGone:
// the link was used or ran out.
func (a *Accounts) UseLink(ctx context.Context, link, browser Secret, device string, now time.Time) (_ Entered, err error) {
	defer market.Wrap(&err, "UseLink")
	s, err := a.store.SignInByLink(ctx, hash(link))
	if err != nil {
		return Entered{}, err
	}
	if !boundTo(s, browser) {
		return Entered{}, market.ErrWrongBrowser
	}
	return a.enter(ctx, s, device, now)
}

// TypeCode signs in the browser that asked, by the code that its link showed elsewhere. Five tries.
func (a *Accounts) TypeCode(ctx context.Context, browser Secret, code, device string, now time.Time) (_ Entered, err error) {
	defer market.Wrap(&err, "TypeCode")
	s, err := a.store.SignInOfBrowser(ctx, hash(browser))
	if err != nil {
		return Entered{}, err
	}
	err = a.store.InTx(ctx, func(tx *store.Tx) error { return tx.CountTry(ctx, s.ID, now) })
	if errors.Is(err, market.ErrConflict) {
		return Entered{}, market.ErrGone
	}
	if err != nil {
		return Entered{}, err
	}
	if !hmac.Equal([]byte(strings.ReplaceAll(strings.TrimSpace(code), " ", "")), []byte(a.code(s.ID))) {
		return Entered{}, market.ErrWrongCode
	}
	return a.enter(ctx, s, device, now)
}

func (a *Accounts) enter(ctx context.Context, s market.SignIn, device string, now time.Time) (e Entered, err error) {
	e = Entered{Token: NewSecret(), Next: s.Next}
	err = a.store.InTx(ctx, func(tx *store.Tx) (err error) {
		if err = tx.UseSignIn(ctx, s.ID, now); err != nil {
			return err
		}
		if e.Person, err = a.welcome(ctx, tx, s.Address, now); err != nil {
			return err
		}
		if err = tx.Unsuppress(ctx, market.SuppressHash(a.TokenSecret, s.Address)); err != nil {
			return err
		}
		if e.Person.Bounced { // the mail with this link arrived
			if err = errors.Join(tx.MarkBounced(ctx, e.Person.ID, false), tx.ForgetBounces(ctx, e.Person.ID)); err != nil {
				return err
			}
		}
		return begin(ctx, tx, e, device, now)
	})
	if errors.Is(err, market.ErrConflict) {
		err = market.ErrGone
	}
	return e, err
}

// begin starts the session of who has entered.
func begin(ctx context.Context, tx *store.Tx, e Entered, device string, now time.Time) error {
	session := market.Session{ID: market.NewID(), PersonID: e.Person.ID, Hash: hash(e.Token), Device: short(device, 80),
		CreatedAt: now, SeenAt: now}
	if err := tx.StartSession(ctx, session); err != nil {
		return err
	}
	return tx.Note(ctx, market.Event{At: now, Actor: e.Person.ID, Verb: "session.started", Subject: "session", SubjectID: session.ID})
}

// welcome is the person with an address, made if there is none. market.Invalid: an account has left this address lately, and
// whoever reads mail there can still take that back; a second account would stand in the way.
func (a *Accounts) welcome(ctx context.Context, tx *store.Tx, address string, now time.Time) (market.Person, error) {
	p, err := tx.PersonAt(ctx, address)
	if !errors.Is(err, market.ErrNotFound) {
		return p, err
	}
	left, err := tx.AddressLeftBy(ctx, address, now.Add(-market.TakeBackWithin))
	if err == nil && left != "" {
		err = market.Refuse("address", "address_left")
	}
	if err != nil {
		return p, err
	}
	return tx.Welcome(ctx, address, now)
}

// longestPath leaves room for a search of 300 characters of any script, each written as nine.
const longestPath = 4000

// LocalPath keeps a path of our own site and drops everything else, so that signing in never leads elsewhere.
func LocalPath(s string) string {
	if !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsFunc(s, leadsAway) || len(s) > longestPath {
		return "/"
	}
	return s
}

// leadsAway tells the characters that browsers drop or turn into a slash: "/\t/evil.example" is another site to them.
func leadsAway(r rune) bool { return r == '\\' || r < ' ' || r == 0x7f }

func short(s string, n int) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
