package api_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/web/api"
)

// A program reads of a network what its page shows: what lies about it as agreed, its own words, and who is in it, but for those whose
// alias would be placed by it, which are counted.
func TestANetworkIsReadWithWhatLiesAboutItAndWhoIsInIt(t *testing.T) {
	h := open(t)
	n, other, hidden, gone := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test"), h.neighbour("Quiet House", "quiet@house.test"),
		h.neighbour("Closed Club", "closed@club.test")
	g := hidden.group
	g.NameHidden, g.Alias = true, "Friends of SE10"
	h.must(h.accounts.Edit(h.ctx, hidden.viewer, g, "", h.now))
	_, err := h.store.Pool().Exec(h.ctx, `update groups set closed_at = $1 where id = $2`, h.now, gone.group.ID)
	h.must(err)
	_, theirs := h.partnerIn(n)
	home := h.networkOf("home", n.group.ID, other.group.ID, hidden.group.ID, gone.group.ID)
	h.lies(home, h.networkOf("above"), h.networkOf("below"), h.networkOf("beside"), h.networkOf("asked"))
	got := read[api.Network](h.public().ask("GET", "/networks/home", "").want(200))
	for _, c := range []struct {
		want string
		got  []api.NetworkName
	}{{"above", got.Parents}, {"below", got.Children}, {"beside", got.Peers}} {
		if len(c.got) != 1 || c.got[0].Slug != c.want {
			t.Errorf("%+v, want %s", c.got, c.want)
		}
	}
	if diff := cmp.Diff([]api.NetworkWord{{What: "kind", Code: "room", Word: "Space"}, {What: "tag", Code: "piano", Word: "Joanna"}}, got.Words); diff != "" {
		t.Error(diff)
	}
	for who, c := range map[string]struct {
		*program
		aliases int
		groups  []string
	}{
		"the public":      {h.public(), 1, []string{"Larkhollow Hall", "Tansy Yard Choir"}},
		"its own people":  {hidden.program, 0, []string{"Larkhollow Hall", "Tansy Yard Choir", "Quiet House"}},
		"another program": {other.program, 1, []string{"Larkhollow Hall", "Tansy Yard Choir"}},
	} {
		if n := read[api.Network](c.ask("GET", "/networks/home", "").want(200)).Aliases; n != c.aliases {
			t.Errorf("%s: %d aliases", who, n)
		}
		if diff := cmp.Diff(c.groups, c.namesOf("/networks/home/groups")); diff != "" {
			t.Errorf("%s: %s", who, diff)
		}
	}
	h.public().ask("GET", "/networks/nowhere/groups", "").want(404)
	h.keyOf(n, theirs, true).ask("GET", "/networks/home/groups", "").want(404)
	n.posts(hall(n))
	h.hides("above")
	if got := read[api.Network](h.public().ask("GET", "/networks/home", "").want(200)); len(got.Parents) != 0 || len(got.Children) != 1 {
		t.Errorf("hidden, it is named as one above: %+v, and below: %+v", got.Parents, got.Children)
	}
	for _, path := range []string{"/networks", "/groups/" + string(n.group.ID), "/search?facets=true", "/suggestions?q=home", "/networks/home"} {
		for _, hidden := range []bool{false, true} {
			if hidden {
				h.hides("home")
			} else {
				h.shows("home")
			}
			a := n.ask("GET", path, "")
			if named := strings.Contains(a.text, `"home"`) || strings.Contains(a.text, string(home)); named == hidden {
				t.Errorf("%s, hidden %v: %s", path, hidden, a.text)
			}
		}
	}
	h.public().ask("GET", "/networks/home/groups", "").want(404)
	h.shows("home")
	h.waits("home")
	h.public().ask("GET", "/networks/home/groups", "").want(404)
	for _, path := range []string{"/networks", "/groups/" + string(n.group.ID), "/search?facets=true", "/suggestions?q=home", "/networks/home"} {
		if a := n.ask("GET", path, ""); strings.Contains(a.text, `"home"`) || strings.Contains(a.text, string(home)) {
			t.Errorf("%s, while its name waits: %s", path, a.text)
		}
	}
	h.waits("home")
	h.public().ask("GET", "/networks/home/groups?cursor=nonsense", "").want(400, `"cursor"`)
}

// hides takes a network away as moderation does; shows gives it back.
func (h *house) hides(slug string) { h.setRemoved(slug, &h.now) }
func (h *house) shows(slug string) { h.setRemoved(slug, nil) }

// waits has the name of a network wait for a look; the next time it waits no more.
func (h *house) waits(slug string) {
	h.t.Helper()
	n, err := h.store.Network(h.ctx, slug)
	h.must(err)
	if n.HeldAt != nil {
		n.HeldAt = nil
	} else {
		n.HeldAt = &h.now
	}
	h.must(h.store.InTx(h.ctx, func(tx *store.Tx) error { return tx.ChangeNetwork(h.ctx, n) }))
	h.indexed()
}

func (h *house) setRemoved(slug string, at *time.Time) {
	h.t.Helper()
	n, err := h.store.Network(h.ctx, slug)
	h.must(err)
	h.must(h.store.InTx(h.ctx, func(tx *store.Tx) error { return tx.SetNetworkRemoved(h.ctx, n.ID, at) }))
	h.indexed()
}

// lies puts a network below, above and beside others, and has one more ask for both.
func (h *house) lies(home, above, below, beside, asked market.ID) {
	h.t.Helper()
	peers := func(a, b market.ID) market.NetworkPeer {
		return market.NetworkPeer{NetworkID: min(a, b), PeerID: max(a, b), AskedBy: b, AskedAt: &h.now}
	}
	agreed := peers(home, beside)
	agreed.AgreedAt = &h.now
	h.must(h.store.InTx(h.ctx, func(tx *store.Tx) error {
		return errors.Join(tx.Nest(h.ctx, market.NetworkParent{ChildID: home, ParentID: above, AskedAt: &h.now, InvitedAt: &h.now, AgreedAt: &h.now}),
			tx.Nest(h.ctx, market.NetworkParent{ChildID: below, ParentID: home, AskedAt: &h.now, InvitedAt: &h.now, AgreedAt: &h.now}),
			tx.Nest(h.ctx, market.NetworkParent{ChildID: asked, ParentID: home, AskedAt: &h.now}),
			tx.KeepPeer(h.ctx, agreed), tx.KeepPeer(h.ctx, peers(home, asked)),
			tx.SetNetworkWords(h.ctx, home, []market.NetworkWord{{NetworkID: home, What: "kind", Code: "room", Word: "Space"}, {NetworkID: home, What: "tag", Code: "piano", Word: "Joanna"}}))
	}))
}

// namesOf a list, read a thing at a time.
func (p *program) namesOf(path string) (names []string) {
	p.t.Helper()
	for cursor := ""; ; {
		page := read[api.List[api.GroupName]](p.ask("GET", path+"?limit=1"+cursor, "").want(200))
		for _, g := range page.Items {
			names = append(names, g.Name)
		}
		if page.Next == "" {
			return names
		}
		cursor = "&cursor=" + page.Next
	}
}
