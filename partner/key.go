package partner

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// A key reads "wh_live_", 26 letters and digits of chance (130 bits) and 7 that check them, so that a slip of the pen is
// told without looking anywhere, and scanners for secrets left in public know ours for certain.
const (
	livePrefix = "wh_live_"
	testPrefix = "wh_test_"
	randomSize = 26
	checkSize  = 7 // base32 of the 32 bits of a CRC
	shownSize  = len(livePrefix) + 4
)

var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

func check(s string) string {
	var sum [4]byte
	binary.BigEndian.PutUint32(sum[:], crc32.ChecksumIEEE([]byte(s)))
	return letters.EncodeToString(sum[:])
}

// NewKey is the text of a fresh key.
func NewKey(test bool) string {
	s := livePrefix
	if test {
		s = testPrefix
	}
	s += strings.ToLower(rand.Text()) // 26 letters of base32
	return s + check(s)
}

// IsKey reports whether a text looks like a key of ours, right or wrong.
func IsKey(text string) bool {
	return strings.HasPrefix(text, livePrefix) || strings.HasPrefix(text, testPrefix)
}

// whole reports whether a text is a key as we write them, its check included.
func whole(text string) bool {
	body := len(livePrefix) + randomSize
	return IsKey(text) && len(text) == body+checkSize && check(text[:body]) == text[body:]
}

func hash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

// never is the end of keys: they last until somebody ends them.
var never = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// MakeKey makes a key of a partner of the viewer's. Its text comes back this once and is never stored. Two of a sort count
// at once, so that one can be put in the other's place without a gap. A test key wants nobody's yes, since it sees
// invented things only. market.ErrRepeated: the form with this once-only id was sent before.
func (ps *Partners) MakeKey(ctx context.Context, v market.Viewer, id market.ID, test bool, once string, now time.Time) (_ market.Token, text string, err error) {
	defer market.Wrap(&err, "MakeKey(%s)", id)
	text = NewKey(test)
	t := market.Token{ID: market.NewID(), PersonID: v.Person, PartnerID: id, Hash: hash(text), Prefix: text[:shownSize], Test: test,
		CreatedAt: now, ExpiresAt: never}
	err = ps.own(ctx, v, id, func(tx *store.Tx, p market.Partner) error {
		t.Name = p.Name
		if err := ps.mayHave(ctx, tx, p, test); err != nil {
			return err
		}
		if err := tx.Remember(ctx, store.Once{ID: once, Person: v.Person, Answer: string(t.ID), At: now}); err != nil {
			return err
		}
		if test {
			if err := ps.sandbox(ctx, tx, now); err != nil {
				return err
			}
		}
		return errors.Join(tx.KeepToken(ctx, t), note(ctx, tx, v, "", "partner.key_made", p.ID, t.ID, now))
	})
	if err != nil {
		return market.Token{}, "", err
	}
	return t, text, nil
}

// mayHave refuses a third key of a sort, and a live one before anything is granted.
func (ps *Partners) mayHave(ctx context.Context, tx *store.Tx, p market.Partner, test bool) error {
	keys, err := tx.KeysOf(ctx, p.ID)
	if err != nil {
		return err
	}
	n := 0
	for _, k := range keys {
		if k.Test == test {
			n++
		}
	}
	if n >= market.LiveKeys {
		return market.Refuse("kind", "keys_many", "Max", market.LiveKeys)
	}
	if test {
		return nil
	}
	grants, err := tx.GrantsOf(ctx, p.ID)
	if err == nil && len(market.ReachOf(grants).Scopes) == 0 {
		err = market.Refuse("kind", "key_ungranted")
	}
	return err
}

// EndKey ends a key, from now on. market.ErrNotFound: there is no such one of a partner of the viewer's.
func (ps *Partners) EndKey(ctx context.Context, v market.Viewer, id, key market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "EndKey(%s)", id)
	return ps.own(ctx, v, id, func(tx *store.Tx, p market.Partner) error {
		return errors.Join(tx.EndKey(ctx, p.ID, key, now), note(ctx, tx, v, "", "partner.key_ended", p.ID, key, now))
	})
}

// Bearer is a program that came with a key.
type Bearer struct {
	Key     market.Token
	Partner market.Partner
	Reach   market.Reach
	Viewer  market.Viewer
}

// May reports whether the key is good for something.
func (b Bearer) May(s market.Scope) bool {
	return slices.Contains(b.Reach.Scopes, s)
}

// seenEvery bounds how often a key's last use is written down.
const seenEvery = 10 * time.Minute

// WhoBears finds whose key a text is, and what it may see. Everything is read from the database each time, so that what
// was ended anywhere counts no more. market.ErrSignedOut: nobody's, or no longer.
func (ps *Partners) WhoBears(ctx context.Context, text string, now time.Time) (_ Bearer, err error) {
	defer market.Wrap(&err, "WhoBears")
	if !whole(text) {
		return Bearer{}, market.ErrSignedOut
	}
	t, err := ps.store.TokenByHash(ctx, hash(text))
	if errors.Is(err, market.ErrNotFound) || err == nil && (!t.Live(now) || t.PartnerID == "") {
		return Bearer{}, market.ErrSignedOut
	}
	if err != nil {
		return Bearer{}, err
	}
	b := Bearer{Key: t}
	if b.Partner, err = ps.store.Partner(ctx, t.PartnerID); err != nil {
		return Bearer{}, err
	}
	person, err := ps.store.Person(ctx, b.Partner.PersonID)
	if err != nil {
		return Bearer{}, err
	}
	if b.Partner.EndedAt != nil || person.ErasedAt != nil {
		return Bearer{}, market.ErrSignedOut
	}
	if err := ps.look(ctx, &b); err != nil {
		return Bearer{}, err
	}
	return b, ps.seen(ctx, t, now)
}

// look works out what a key may do and see.
func (ps *Partners) look(ctx context.Context, b *Bearer) error {
	b.Viewer = market.Viewer{Partner: b.Partner.ID}
	if b.Key.Test {
		box, err := ps.store.Sandbox(ctx)
		b.Viewer.Networks, b.Viewer.Within, b.Viewer.Sandbox = []market.ID{box.ID}, []market.ID{box.ID}, true
		b.Reach = market.Reach{Scopes: market.PartnerScopes, PerMinute: market.TestPerMinute, PerDay: market.TestPerDay}
		return err
	}
	grants, err := ps.store.GrantsOf(ctx, b.Partner.ID)
	if err != nil {
		return err
	}
	b.Reach = market.ReachOf(grants)
	b.Viewer.Within, err = ps.within(ctx, b.Reach, market.MaySearch)
	return err
}

// within are the networks in which a scope is good, with those below them; nil: in all of the site.
func (ps *Partners) within(ctx context.Context, r market.Reach, s market.Scope) ([]market.ID, error) {
	return networksOf(ctx, ps.store, r, s)
}

// nests reads how networks nest, inside a transaction or outside.
type nests interface {
	Nesting(ctx context.Context) (market.Nesting, error)
}

func networksOf(ctx context.Context, from nests, r market.Reach, s market.Scope) ([]market.ID, error) {
	networks, bound := r.Networks[s]
	if !bound {
		return nil, nil
	}
	nesting, err := from.Nesting(ctx)
	all := []market.ID{}
	for _, n := range networks {
		for id := range nesting.Below(n) {
			if !slices.Contains(all, id) {
				all = append(all, id)
			}
		}
	}
	slices.Sort(all)
	return all, err
}

func (ps *Partners) seen(ctx context.Context, t market.Token, now time.Time) error {
	if t.SeenAt != nil && now.Sub(*t.SeenAt) < seenEvery {
		return nil
	}
	return ps.store.InTx(ctx, func(tx *store.Tx) error { return tx.SeeToken(ctx, t.ID, now) })
}
