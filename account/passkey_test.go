package account_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/google/uuid"

	"wherewithal/account"
	"wherewithal/market"
)

var site = virtualwebauthn.RelyingParty{Name: "Wherewithal", ID: "hub.example", Origin: "https://hub.example"}

// device holds one passkey, or is about to.
type device struct {
	*hub
	holds virtualwebauthn.Authenticator
	key   virtualwebauthn.Credential
}

func (h *hub) device(p market.Person) *device {
	id := uuid.MustParse(string(p.ID))
	return &device{h, virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: id[:]}),
		virtualwebauthn.NewCredentialWithImportedKey(virtualwebauthn.KeyTypeEC2, h.keyPair())}
}

// keyPair is one whose coordinates take all of their 32 bytes. Of others, one in 128, the library leaves out the noughts in front,
// which RFC 9053 forbids and no device does.
func (h *hub) keyPair() []byte {
	h.t.Helper()
	for {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		h.must(err)
		if len(key.X.Bytes()) < 32 || len(key.Y.Bytes()) < 32 {
			continue
		}
		der, err := x509.MarshalPKCS8PrivateKey(key)
		h.must(err)
		return der
	}
}

// makes what a device answers when it is asked for a key pair.
func (d *device) makes(ask account.PasskeyAsk, at virtualwebauthn.RelyingParty) string {
	d.t.Helper()
	o, err := virtualwebauthn.ParseAttestationOptions(string(ask.Options))
	d.must(err)
	return virtualwebauthn.CreateAttestationResponse(at, d.holds, d.key, *o)
}

// answers a question of the sign-in page.
func (d *device) answers(ask account.PasskeyAsk) string {
	d.t.Helper()
	o, err := virtualwebauthn.ParseAssertionOptions(string(ask.Options))
	d.must(err)
	return virtualwebauthn.CreateAssertionResponse(site, d.holds, d.key, *o)
}

func (d *device) added(p market.Person, name string) {
	d.t.Helper()
	ask, err := d.accounts.NewPasskey(d.ctx, d.viewer(p), d.now)
	d.must(err)
	d.must(d.accounts.AddPasskey(d.ctx, d.viewer(p), name, string(ask.ID), d.makes(ask, site), d.now))
}

// enters with the passkey, from a browser of its own.
func (d *device) enters() (account.Entered, error) {
	d.t.Helper()
	browser := account.NewSecret()
	ask, err := d.accounts.AskPasskey(d.ctx, browser, d.now)
	d.must(err)
	return d.accounts.UsePasskey(d.ctx, browser, string(ask.ID), d.answers(ask), "Firefox on Linux", "/mine", d.now)
}

func (h *hub) somebody() market.Person {
	_, people := h.owners("ama@choir.example")
	return people[0]
}

func TestAPasskeySignsInAndItsPersonIsTold(t *testing.T) {
	h := open(t)
	p := h.somebody()
	d := h.device(p)
	d.added(p, "my phone")
	h.now = h.now.Add(time.Hour)
	e, err := d.enters()
	if err != nil || e.Person.ID != p.ID || e.Next != "/mine" {
		t.Fatalf("entered as %s, on to %s: %v", e.Person.ID, e.Next, err)
	}
	if who, err := h.accounts.Who(h.ctx, e.Token, h.now); err != nil || who.Person.ID != p.ID {
		t.Errorf("the session is %s's: %v", who.Person.ID, err)
	}
	keys, err := h.accounts.Passkeys(h.ctx, h.viewer(p))
	h.must(err)
	if len(keys) != 1 || keys[0].Name != "my phone" || keys[0].SeenAt == nil || !keys[0].SeenAt.Equal(h.now) {
		t.Fatalf("passkeys: %+v", keys)
	}
	h.must(h.accounts.RemovePasskey(h.ctx, h.viewer(p), keys[0].ID, h.now))
	if _, err := d.enters(); !refused(err, "passkey_failed") {
		t.Errorf("with a removed one: %v", err)
	}
	went := h.delivers()
	for _, kind := range []market.LetterKind{market.PasskeyAdded, market.PasskeyRemoved} {
		if len(went[kind]) != 1 || went[kind][0] != p.Address {
			t.Errorf("%s went to %q", kind, went[kind])
		}
	}
}

func TestAQuestionIsAnsweredOnceInTimeAndByWhomItWasPutTo(t *testing.T) {
	h := open(t)
	p := h.somebody()
	d := h.device(p)
	d.added(p, "my phone")
	browser := account.NewSecret()
	use := func(by account.Secret, challenge market.ID, answer string) error {
		_, err := h.accounts.UsePasskey(h.ctx, by, string(challenge), answer, "", "/", h.now)
		return err
	}
	ask := func() (account.PasskeyAsk, string) {
		a, err := h.accounts.AskPasskey(h.ctx, browser, h.now)
		h.must(err)
		return a, d.answers(a)
	}
	a, answer := ask()
	if err := use(account.NewSecret(), a.ID, answer); !errors.Is(err, market.ErrGone) {
		t.Errorf("from another browser: %v", err)
	}
	h.must(use(browser, a.ID, answer))
	if err := use(browser, a.ID, answer); !errors.Is(err, market.ErrGone) {
		t.Errorf("twice: %v", err)
	}
	b, _ := ask()
	if err := use(browser, b.ID, answer); !refused(err, "passkey_failed") {
		t.Errorf("the answer to another question: %v", err)
	}
	if err := use(browser, b.ID, answer); !errors.Is(err, market.ErrGone) {
		t.Errorf("a second try after a wrong answer: %v", err)
	}
	c, late := ask()
	h.now = h.now.Add(market.PasskeyLasts)
	if err := use(browser, c.ID, late); !errors.Is(err, market.ErrGone) {
		t.Errorf("too late: %v", err)
	}
	for _, junk := range []string{"", "{}", "[]", `{"id":"x"}`, strings.Repeat("[", 100_000), "\x00"} {
		j, _ := ask()
		if err := use(browser, j.ID, junk); !refused(err, "passkey_failed") {
			t.Errorf("%.20q: %v", junk, err)
		}
	}
	h.must(h.store.Forget(h.ctx, h.now.Add(time.Hour)))
	if n := h.count(`select count(*) from passkey_challenges`); n != 0 {
		t.Errorf("%d old questions are kept", n)
	}
}

// A counter that does not grow is one that a copy of the key has moved on.
func TestACopiedPasskeyIsRefusedAndDoubted(t *testing.T) {
	h := open(t)
	p := h.somebody()
	d := h.device(p)
	d.key.Counter = 5
	d.added(p, "a key")
	d.key.Counter = 9
	if _, err := d.enters(); err != nil {
		t.Fatal(err)
	}
	d.key.Counter = 7
	if _, err := d.enters(); !refused(err, "passkey_doubted") {
		t.Errorf("a copy: %v", err)
	}
	keys, err := h.accounts.Passkeys(h.ctx, h.viewer(p))
	h.must(err)
	if len(keys) != 1 || keys[0].DoubtedAt == nil {
		t.Errorf("nothing is written down: %+v", keys)
	}
}

func TestAPasskeyIsAddedByItsPersonForThisSiteOnly(t *testing.T) {
	h := open(t)
	_, people := h.owners("ama@choir.example", "bea@choir.example")
	ama, bea := people[0], people[1]
	d := h.device(ama)
	ask := func() account.PasskeyAsk {
		a, err := h.accounts.NewPasskey(h.ctx, h.viewer(ama), h.now)
		h.must(err)
		return a
	}
	add := func(who market.Person, a account.PasskeyAsk, name string, at virtualwebauthn.RelyingParty) error {
		return h.accounts.AddPasskey(h.ctx, h.viewer(who), name, string(a.ID), d.makes(a, at), h.now)
	}
	if err := add(bea, ask(), "hers", site); !errors.Is(err, market.ErrGone) {
		t.Errorf("another's question: %v", err)
	}
	if err := add(ama, ask(), "hers", virtualwebauthn.RelyingParty{Name: "Wherewithal", ID: "hub.example", Origin: "https://evil.example"}); !refused(err, "passkey_failed") {
		t.Errorf("made on another site: %v", err)
	}
	if err := add(ama, ask(), "hers", virtualwebauthn.RelyingParty{Name: "Wherewithal", ID: "evil.example", Origin: "https://hub.example"}); !refused(err, "passkey_failed") {
		t.Errorf("made for another site: %v", err)
	}
	if err := add(ama, ask(), " ", site); !refused(err, "text_missing") {
		t.Errorf("without a name: %v", err)
	}
	h.must(add(ama, ask(), "hers", site))
	if err := add(ama, ask(), "the same again", site); !refused(err, "passkey_failed") {
		t.Errorf("the same one twice: %v", err)
	}
	keys, err := h.accounts.Passkeys(h.ctx, h.viewer(ama))
	h.must(err)
	if err := h.accounts.RemovePasskey(h.ctx, h.viewer(bea), keys[0].ID, h.now); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("another removes it: %v", err)
	}
	for range market.MaxPasskeys - 1 {
		d = h.device(ama)
		h.must(add(ama, ask(), "one more", site))
	}
	if _, err := h.accounts.NewPasskey(h.ctx, h.viewer(ama), h.now); !refused(err, "passkeys_many") {
		t.Errorf("one too many: %v", err)
	}
}

func TestThereAreNoPasskeysWhereASiteHasNoName(t *testing.T) {
	h := open(t)
	p := h.somebody()
	for _, address := range []string{"", "http://127.0.0.1:8080", "http://[::1]:8080"} {
		accounts := account.New(h.store, account.Options{PublicURL: address})
		if _, err := accounts.NewPasskey(h.ctx, h.viewer(p), h.now); accounts.HasPasskeys() || !refused(err, "passkeys_not_here") {
			t.Errorf("%q: %v", address, err)
		}
	}
	if accounts := account.New(h.store, account.Options{PublicURL: "http://localhost:8080"}); !accounts.HasPasskeys() {
		t.Error("none on this machine")
	}
}

// Whoever took an account over may have added a passkey.
func TestATakeoverTakenBackLeavesNoPasskey(t *testing.T) {
	h := open(t)
	p := h.somebody()
	d := h.device(p)
	d.added(p, "somebody else's")
	_, _, disown := h.asks(p, "thief@street.example")
	h.must(h.accounts.Disown(h.ctx, disown, h.now))
	if _, err := d.enters(); !refused(err, "passkey_failed") {
		t.Errorf("the passkey still counts: %v", err)
	}
}
