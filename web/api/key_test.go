package api_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"wherewithal/config"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/store"
	"wherewithal/web/api"
)

// partnerIn is a program with a live key that some networks let in; without any, all of the site.
func (h *house) partnerIn(n neighbour, networks ...market.ID) (p *program, theirs market.Partner) {
	h.t.Helper()
	theirs, err := h.partners.Ask(h.ctx, n.viewer, market.Partner{Name: "Directory", Site: "https://directory.test", Purpose: "Lists halls for tenants."},
		networks, market.PartnerScopes, string(market.NewID()), h.now)
	h.must(err)
	grants, err := h.store.GrantsOf(h.ctx, theirs.ID)
	h.must(err)
	v := n.viewer
	v.Operator = true
	for _, g := range grants {
		h.must(h.partners.Decide(h.ctx, v, g.ID, partner.Decision{Yes: true, Scopes: market.PartnerScopes, PerMinute: 1000, PerDay: 100_000}, h.now))
	}
	return h.keyOf(n, theirs, false), theirs
}

func (h *house) keyOf(n neighbour, theirs market.Partner, test bool) *program {
	h.t.Helper()
	_, key, err := h.partners.MakeKey(h.ctx, n.viewer, theirs.ID, test, string(market.NewID()), h.now)
	h.must(err)
	return &program{h, key}
}

// networkOf is a network that a group belongs to.
func (h *house) networkOf(slug string, groups ...market.ID) market.ID {
	h.t.Helper()
	id := market.NewID()
	h.must(h.store.InTx(h.ctx, func(tx *store.Tx) error {
		err := tx.AddNetwork(h.ctx, market.Network{ID: id, Slug: slug, Name: slug, Level: market.Interest, CreatedAt: h.now})
		for _, g := range groups {
			if err == nil {
				err = tx.KeepMember(h.ctx, market.NetworkMember{NetworkID: id, GroupID: g, AskedAt: &h.now, InvitedAt: &h.now, AgreedAt: &h.now})
			}
		}
		return err
	}))
	return id
}

func (h *house) indexed() {
	h.t.Helper()
	h.must(listing.NewMirror(h.store, h.search).Rebuild(h.ctx, h.now))
}

// findsBeside says what kinds of parties a search finds, each with why.
func (h *house) findsBeside(who *program, words string, want ...string) {
	h.t.Helper()
	var got []string
	for _, p := range read[api.Found](who.ask("GET", "/search?parties=5&q="+words, "").want(200)).Parties {
		got = append(got, p.Type+" by "+p.Found)
	}
	if !slices.Equal(got, want) {
		h.t.Errorf("%s finds beside %v, want %v", words, got, want)
	}
}

// seeks says what groups and networks are found by themselves.
func (h *house) seeks(who *program, asked string, want ...string) {
	h.t.Helper()
	var got []string
	for _, p := range read[api.List[api.Party]](who.ask("GET", "/search/parties?"+asked, "").want(200)).Items {
		got = append(got, p.Name)
	}
	if !slices.Equal(got, want) {
		h.t.Errorf("%s finds %v, want %v", asked, got, want)
	}
}

func TestAKeySeesWhatIsForAnyoneInItsNetworks(t *testing.T) {
	h := open(t)
	n, other := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	home := h.networkOf("home", n.group.ID)
	shown := n.posts(hall(n))
	kept := n.posts(with(hall(n), "title", "Kept hall", "circle", "city"))
	theirs := other.posts(with(hall(other), "title", "Other hall"))
	h.indexed()
	key, _ := h.partnerIn(n, home)
	found := read[api.Found](key.ask("GET", "/search", "").want(200))
	if len(found.Items) != 1 || found.Items[0].Listing.ID != shown.ID || found.Total != 1 {
		t.Errorf("a key of one network finds %d, %+v", found.Total, found.Items)
	}
	key.ask("GET", "/listings/"+shown.ID, "").want(200)
	for _, id := range []string{kept.ID, theirs.ID} {
		key.ask("GET", "/listings/"+id, "").want(404)
	}
	whole, _ := h.partnerIn(other)
	if found := read[api.Found](whole.ask("GET", "/search", "").want(200)); found.Total != 2 {
		t.Errorf("a key of all of the site finds %d", found.Total)
	}
	whole.ask("GET", "/listings/"+kept.ID, "").want(404)
	h.findsBeside(key, "yard")
	h.findsBeside(key, "larkhollow", "group by name")
	h.findsBeside(whole, "yard", "group by name")
	h.findsBeside(whole, "home", "network by name")
	next := other.group
	next.NameHidden, next.Alias = true, "A choir in the yard"
	h.must(h.accounts.Edit(h.ctx, other.viewer, next, "", h.now))
	h.indexed()
	h.findsBeside(whole, "yard") // partners are shown those that show their names
	h.findsBeside(h.public(), "yard", "group by name")
	h.findsBeside(h.public(), "tansy")
	h.public().ask("GET", "/search?q=yard&parties=11", "").want(422, `"parties"`)
	h.seeks(h.public(), "q=yard", "A choir in the yard")
	h.seeks(whole, "q=yard")
	h.seeks(whole, "q=home", "home")
	h.seeks(whole, "q=home&type=group")
	h.seeks(key, "q=larkhollow&type=group&limit=1", "Larkhollow Hall")
	h.public().ask("GET", "/search/parties", "").want(422, `"name":"q"`)
	h.public().ask("GET", "/search/parties?q=yard&type=person", "").want(422, `"name":"type[0]"`)
	h.public().ask("GET", "/search/parties?q=yard&cursor=x", "").want(400, `"cursor"`)
	next = n.group
	next.NameHidden, next.Alias = true, "A quiet hall"
	h.must(h.accounts.Edit(h.ctx, n.viewer, next, "", h.now))
	h.indexed()
	for who, want := range map[*program]int{key: 0, whole: 2} { // which network an alias is in would say where it is
		if found := read[api.Found](who.ask("GET", "/search?facets=true", "").want(200)); found.Total != want || len(found.Facets.Network) > 0 {
			t.Errorf("with aliases a key finds %d of %d, in %v", found.Total, want, found.Facets.Network)
		}
	}
	key.ask("GET", "/listings/"+shown.ID, "").want(404)
	whole.ask("GET", "/listings/"+shown.ID, "").want(200)
	for _, path := range []string{"/me", "/groups", "/introductions", "/listings"} {
		whole.ask("GET", path, "").want(403, `"forbidden"`)
	}
	whole.ask("POST", "/listings", write(hall(n))).want(403)
}

func TestATestKeySeesTheSandboxOnly(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	_, theirs := h.partnerIn(n)
	real := n.posts(hall(n))
	key := h.keyOf(n, theirs, true)
	h.indexed()
	found := read[api.Found](key.ask("GET", "/search?limit=100", "").want(200))
	if found.Total < 10 {
		t.Fatalf("%d invented listings", found.Total)
	}
	for _, hit := range found.Items {
		if !hit.Listing.Sample || !strings.HasSuffix(hit.Listing.Group.Name, "(sandbox)") {
			t.Errorf("a real listing in the sandbox: %+v", hit.Listing)
		}
		h.public().ask("GET", "/listings/"+hit.Listing.ID, "").want(404)
		n.ask("GET", "/groups/"+hit.Listing.Group.ID, "").want(404)
		key.ask("GET", "/groups/"+hit.Listing.Group.ID, "").want(200)
	}
	key.ask("GET", "/listings/"+real.ID, "").want(404)
	key.ask("GET", "/groups/"+string(n.group.ID), "").want(404)
	if got := read[api.All[api.NetworkName]](key.ask("GET", "/networks", "").want(200)); len(got.Items) != 1 {
		t.Errorf("a test key sees %d networks", len(got.Items))
	}
	if got := read[api.Found](h.public().ask("GET", "/search", "").want(200)); got.Total != 1 {
		t.Errorf("the public finds %d", got.Total)
	}
	h.findsBeside(h.public(), "sandbox")
	h.findsBeside(key, "larkhollow")
	if beside := read[api.Found](key.ask("GET", "/search?q=sandbox&parties=10", "").want(200)).Parties; len(beside) == 0 || !beside[0].Sample {
		t.Errorf("a test key finds beside %+v", beside)
	}
}

func TestAKeyInAnAddressIsRefusedAndSaidSo(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	key, _ := h.partnerIn(n)
	for _, query := range []string{"key=" + key.token, "q=" + key.token, "access_token=nonsense", "Api_Key=1", key.token + "=1", "q=" + n.token} {
		h.public().ask("GET", "/search?"+query, "").want(400, `"key_in_url"`)
		key.ask("GET", "/search?"+query, "").want(400, `"key_in_url"`)
	}
	if strings.Contains(h.log.String(), key.token) {
		t.Error("the log holds a key")
	}
	key.ask("GET", "/kinds", "").want(200)
}

func TestARevokedKeyIsNobodys(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	key, theirs := h.partnerIn(n)
	key.ask("GET", "/search", "").want(200)
	keys, err := h.store.KeysOf(h.ctx, theirs.ID)
	h.must(err)
	h.must(h.partners.EndKey(h.ctx, n.viewer, theirs.ID, keys[0].ID, h.now))
	key.ask("GET", "/search", "").want(401, `"signed_out"`)
	second := h.keyOf(n, theirs, false)
	grants, err := h.store.GrantsOf(h.ctx, theirs.ID)
	h.must(err)
	v := n.viewer
	v.Operator = true
	h.must(h.partners.End(h.ctx, v, grants[0].ID, "", h.now))
	second.ask("GET", "/search", "").want(403, `"forbidden"`)
}

// Guesses count against the network they come from, as those of tokens do.
func TestGuessedKeysAreLimited(t *testing.T) {
	h := openWith(t, func(c *config.Config) { c.APIPublicPerHour = 2 })
	for _, want := range []int{http.StatusUnauthorized, http.StatusUnauthorized, http.StatusTooManyRequests} {
		h.public().ask("GET", "/kinds", "", "Authorization", "Bearer "+partner.NewKey(false)).want(want)
	}
}

// Two at once are counted one after the other: nobody has more tokens than they may.
func TestTokensMadeTogetherAreBoundedAllTheSame(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test") // who has one
	var all sync.WaitGroup
	for range market.MaxTokens + 8 {
		all.Go(func() {
			_, _, _ = h.accounts.MakeToken(h.ctx, n.viewer, "at once", []market.Scope{market.MayRead}, 30, string(market.NewID()), h.now)
		})
	}
	all.Wait()
	live, err := h.accounts.Tokens(h.ctx, n.viewer, h.now)
	if err != nil || len(live) != market.MaxTokens {
		t.Errorf("%d tokens are live, %d are the most: %v", len(live), market.MaxTokens, err)
	}
}
