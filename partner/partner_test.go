package partner_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/sample"
	"wherewithal/store"
	"wherewithal/store/storetest"
	"wherewithal/wording"
)

// town has a network with a connector, one below it, and somebody who wants a key.
type town struct {
	testing.TB
	ctx                     context.Context
	now                     time.Time
	store                   *store.Store
	partners                *partner.Partners
	asker, connector, oper  market.Viewer
	above, below, elsewhere market.ID
	theirs                  market.Partner
}

func open(t testing.TB) *town {
	w := &town{TB: t, ctx: t.Context(), now: time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC), store: storetest.Open(t)}
	w.partners = partner.New(w.store, partner.Options{PlaceSecret: []byte(strings.Repeat("p", 32))})
	w.above, w.below, w.elsewhere = market.NewID(), market.NewID(), market.NewID()
	w.must(w.store.InTx(w.ctx, func(tx *store.Tx) error {
		for _, p := range []struct {
			address string
			as      *market.Viewer
		}{{"asker@site.test", &w.asker}, {"connector@network.test", &w.connector}, {"operator@house.test", &w.oper}} {
			person, err := tx.Welcome(w.ctx, p.address, w.now)
			if err != nil {
				return err
			}
			p.as.Person = person.ID
		}
		for slug, id := range map[string]market.ID{"above": w.above, "below": w.below, "elsewhere": w.elsewhere} {
			if err := tx.AddNetwork(w.ctx, market.Network{ID: id, Slug: slug, Name: slug, Level: market.Interest, CreatedAt: w.now}); err != nil {
				return err
			}
		}
		return errors.Join(tx.Nest(w.ctx, market.NetworkParent{ChildID: w.below, ParentID: w.above, AgreedAt: &w.now}), tx.MakeOperator(w.ctx, w.oper.Person),
			tx.MakeConnector(w.ctx, market.Connector{NetworkID: w.above, PersonID: w.connector.Person, Since: w.now}))
	}))
	w.oper.Operator, w.connector.Connects = true, []market.ID{w.above}
	var err error
	w.theirs, err = w.partners.Ask(w.ctx, w.asker, market.Partner{Name: "Directory", Site: "https://directory.test", Purpose: "Shows what is on."},
		[]market.ID{w.above, w.elsewhere}, market.PartnerScopes, "ask", w.now)
	w.must(err)
	return w
}

func (w *town) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *town) wants(what string, want, got error) {
	w.Helper()
	if !errors.Is(got, want) {
		w.Errorf("%s: %v, want %v", what, got, want)
	}
}

// wish is what was asked for in a network.
func (w *town) wish(network market.ID) market.Grant {
	w.Helper()
	all, err := w.store.GrantsOf(w.ctx, w.theirs.ID)
	w.must(err)
	for _, g := range all {
		if g.NetworkID == network {
			return g
		}
	}
	w.Fatalf("nothing was asked for in %q", network)
	return market.Grant{}
}

var yes = partner.Decision{Yes: true, Scopes: market.PartnerScopes, PerMinute: 60, PerDay: 1000}

func (w *town) key(test bool) (market.Token, string) {
	w.Helper()
	k, text, err := w.partners.MakeKey(w.ctx, w.asker, w.theirs.ID, test, string(market.NewID()), w.now)
	w.must(err)
	return k, text
}

func TestOnlyThoseWhoLookAfterANetworkLetAPartnerIn(t *testing.T) {
	w := open(t)
	asked := w.wish(w.above)
	w.wants("the asker themselves", market.ErrNotFound, w.partners.Decide(w.ctx, w.asker, asked.ID, yes, w.now))
	w.wants("a connector of another network", market.ErrNotFound, w.partners.Decide(w.ctx, w.connector, w.wish(w.elsewhere).ID, yes, w.now))
	_, _, err := w.partners.MakeKey(w.ctx, w.asker, w.theirs.ID, false, "early", w.now)
	var invalid *market.Invalid
	if !errors.As(err, &invalid) {
		t.Errorf("a live key before anything is granted: %v", err)
	}
	w.must(w.partners.Decide(w.ctx, w.connector, asked.ID, yes, w.now))
	w.wants("once more", market.ErrGone, w.partners.Decide(w.ctx, w.connector, asked.ID, yes, w.now))
	w.must(w.partners.AskMore(w.ctx, w.asker, w.theirs.ID, nil, market.PartnerScopes, w.now))
	w.wants("all of the site, by a connector", market.ErrNotFound, w.partners.Decide(w.ctx, w.connector, w.wish("").ID, yes, w.now))
	w.must(w.partners.Decide(w.ctx, w.oper, w.wish("").ID, yes, w.now))
	if got := w.count(`select count(*) from letters where kind = 'partner_answer'`); got != 2 {
		t.Errorf("%d mails about two decisions", got)
	}
	if got := w.count(`select count(*) from events where subject = 'partner' and verb in ('partner.granted', 'partner.asked', 'partner.grant_asked')`); got != 6 {
		t.Errorf("%d events", got)
	}
}

func (w *town) count(sql string, args ...any) (n int) {
	w.Helper()
	w.must(w.store.Pool().QueryRow(w.ctx, sql, args...).Scan(&n))
	return n
}

func TestAKeySeesTheNetworksThatLetItInAndThoseBelow(t *testing.T) {
	w := open(t)
	w.must(w.partners.Decide(w.ctx, w.connector, w.wish(w.above).ID, yes, w.now))
	_, text := w.key(false)
	b, err := w.partners.WhoBears(w.ctx, text, w.now)
	w.must(err)
	for network, want := range map[market.ID]bool{w.above: true, w.below: true, w.elsewhere: false} {
		for circle, open := range map[market.Circle]bool{market.Anyone: true, market.InCity: false, market.MyNetworks: false} {
			a := market.Audience{Circle: circle, Networks: []market.ID{network}, Region: "London"}
			if b.Viewer.Sees(a) != (want && open) {
				t.Errorf("%s in %s: seen %v", circle, network, !want)
			}
		}
	}
	w.must(w.partners.AskMore(w.ctx, w.asker, w.theirs.ID, nil, market.PartnerScopes, w.now))
	w.must(w.partners.Decide(w.ctx, w.oper, w.wish("").ID, yes, w.now))
	b, err = w.partners.WhoBears(w.ctx, text, w.now)
	w.must(err)
	if !b.Viewer.Sees(market.Audience{Circle: market.Anyone}) {
		t.Error("all of the site was granted, and is not seen")
	}
}

// Another process holds nothing of a key, so that what one ends no other honours.
func TestWhatIsEndedCountsNoMoreInAnyProcess(t *testing.T) {
	for name, end := range map[string]func(w *town, k market.Token) error{
		"the key": func(w *town, k market.Token) error {
			return w.partners.EndKey(w.ctx, w.asker, w.theirs.ID, k.ID, w.now)
		},
		"the partner": func(w *town, _ market.Token) error { return w.partners.EndPartner(w.ctx, w.asker, w.theirs.ID, w.now) },
		"its person": func(w *town, _ market.Token) error {
			_, err := w.store.Pool().Exec(w.ctx, `update people set erased_at = $1 where id = $2`, w.now, w.asker.Person)
			return err
		},
	} {
		w := open(t)
		other := partner.New(w.store, partner.Options{})
		w.must(w.partners.Decide(w.ctx, w.connector, w.wish(w.above).ID, yes, w.now))
		k, text := w.key(false)
		_, err := other.WhoBears(w.ctx, text, w.now)
		w.must(err)
		w.must(end(w, k))
		_, err = other.WhoBears(w.ctx, text, w.now)
		w.wants(name, market.ErrSignedOut, err)
	}
	w := open(t)
	w.must(w.partners.Decide(w.ctx, w.connector, w.wish(w.above).ID, yes, w.now))
	_, text := w.key(false)
	w.must(w.partners.End(w.ctx, w.connector, w.wish(w.above).ID, "", w.now))
	b, err := w.partners.WhoBears(w.ctx, text, w.now)
	w.must(err)
	if b.May(market.MaySearch) || b.Reach.PerMinute != 0 {
		t.Errorf("what was taken back is still granted: %+v", b.Reach)
	}
}

func TestTwoKeysOfASortCountAtOnce(t *testing.T) {
	w := open(t)
	old, _ := w.key(true)
	w.key(true)
	_, _, err := w.partners.MakeKey(w.ctx, w.asker, w.theirs.ID, true, "third", w.now)
	var invalid *market.Invalid
	if !errors.As(err, &invalid) {
		t.Errorf("a third key: %v", err)
	}
	w.must(w.partners.EndKey(w.ctx, w.asker, w.theirs.ID, old.ID, w.now))
	w.key(true)
	w.wants("another's partner", market.ErrNotFound, w.partners.EndKey(w.ctx, w.connector, w.theirs.ID, old.ID, w.now))
}

func TestAKeyIsKeptAsAHashAndChecksItself(t *testing.T) {
	w := open(t)
	k, text := w.key(true)
	if !strings.HasPrefix(text, "wh_test_") || !strings.HasPrefix(text, k.Prefix) || len(k.Prefix) != 12 {
		t.Errorf("the key %q has the prefix %q", text, k.Prefix)
	}
	var rows string
	w.must(w.store.Pool().QueryRow(w.ctx, `select string_agg(to_jsonb(t)::text, ' ') from tokens t`).Scan(&rows))
	if strings.Contains(rows, text[len(k.Prefix):]) {
		t.Error("the key itself is kept")
	}
	for _, wrong := range []string{"", "wh_test_", text + "a", text[:len(text)-1], strings.ToUpper(text), strings.Replace(text, "wh_test_", "wh_live_", 1),
		swapped(text), partner.NewKey(true), partner.NewKey(false)} {
		_, err := w.partners.WhoBears(w.ctx, wrong, w.now)
		w.wants(wrong, market.ErrSignedOut, err)
	}
	seen := func() *time.Time { keys, err := w.store.KeysOf(w.ctx, w.theirs.ID); w.must(err); return keys[0].SeenAt }
	if seen() != nil {
		t.Error("a key nobody used was used")
	}
	_, err := w.partners.WhoBears(w.ctx, text, w.now)
	w.must(err)
	if at := seen(); at == nil || !at.Equal(w.now) {
		t.Errorf("last used at %v", at)
	}
}

// swapped has two letters of a key the other way round: the commonest slip.
func swapped(text string) string {
	b := []byte(text)
	for i := 10; i+1 < len(b); i++ {
		if b[i] != b[i+1] {
			b[i], b[i+1] = b[i+1], b[i]
			break
		}
	}
	return string(b)
}

func TestATestKeySeesTheSandboxAndNobodyElseDoes(t *testing.T) {
	w := open(t)
	_, text := w.key(true)
	w.key(true) // which makes no second sandbox
	b, err := w.partners.WhoBears(w.ctx, text, w.now)
	w.must(err)
	world, _ := sample.Sandbox(w.now)
	var ids []market.ID
	for _, l := range world.Listings {
		ids = append(ids, l.ID)
	}
	seen, err := w.store.EntriesFor(w.ctx, b.Viewer, ids, w.now)
	w.must(err)
	if len(seen) != len(ids) || len(ids) < 10 {
		t.Errorf("a test key sees %d of %d invented listings", len(seen), len(ids))
	}
	person := market.Viewer{Person: market.NewID(), Regions: []string{"London"}, Boroughs: []string{"Greenwich"}, Networks: []market.ID{w.above}}
	for name, v := range map[string]market.Viewer{"the public": market.Public, "a neighbour": person, "a live key": {Partner: w.theirs.ID}} {
		if seen, err := w.store.EntriesFor(w.ctx, v, ids, w.now); err != nil || len(seen) > 0 {
			t.Errorf("%s sees %d invented listings, %v", name, len(seen), err)
		}
		if _, err := w.store.GroupFor(w.ctx, v, world.Groups[0].ID); !errors.Is(err, market.ErrNotFound) {
			t.Errorf("%s sees an invented group: %v", name, err)
		}
	}
	if b.Viewer.Sees(market.Audience{Circle: market.Anyone, Networks: []market.ID{w.above}}) {
		t.Error("a test key sees a real listing")
	}
	networks, err := w.store.Networks(w.ctx)
	w.must(err)
	if len(networks) != 3 {
		t.Errorf("%d networks: the sandbox stands among them", len(networks))
	}
	w.wants("its page", market.ErrNotFound, func() error { _, err := w.store.Network(w.ctx, "partner-sandbox"); return err }())
}

func TestTheSandboxIsAsGoodAsWhatPeoplePost(t *testing.T) {
	w := open(t)
	kinds, err := w.store.Kinds(w.ctx)
	w.must(err)
	byCode := map[string]market.Kind{}
	for _, k := range kinds {
		byCode[k.Code] = k
	}
	world, blocks := sample.Sandbox(w.now)
	again, _ := sample.Sandbox(w.now)
	if diff := cmp.Diff(world, again); diff != "" {
		t.Errorf("another each time: %s", diff)
	}
	for _, l := range world.Listings {
		if err := l.Validate(byCode[l.Kind], wording.IsLanguage); err != nil {
			t.Errorf("%s: %v", l.Title, err)
		}
	}
	if n := len(world.Groups); len(blocks) != n*(n-1)/2 {
		t.Errorf("%d blocks among %d groups", len(blocks), n)
	}
}

// Two partners that ask on one day are two letters; one that asks for more is not another.
func TestEachPartnerThatAsksIsToldOfOnceADay(t *testing.T) {
	w := open(t)
	letters := func() int { return w.count(`select count(*) from letters where kind = 'partner_asks'`) }
	before := letters()
	_, err := w.partners.Ask(w.ctx, w.asker, market.Partner{Name: "Other directory", Site: "https://other.test", Purpose: "Shows what is on."},
		[]market.ID{w.above}, market.PartnerScopes, "other", w.now)
	w.must(err)
	w.must(w.partners.AskMore(w.ctx, w.asker, w.theirs.ID, []market.ID{w.below}, market.PartnerScopes, w.now))
	if before != 1 || letters() != 2 {
		t.Errorf("%d letters, then %d, want 1 and 2", before, letters())
	}
}
