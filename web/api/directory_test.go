package api_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/web/api"
)

func TestTheDirectoryHasTheGroupsOfTheNetworksThatLetTheKeyIn(t *testing.T) {
	h := open(t)
	n, other, hidden := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test"), h.neighbour("Quiet House", "quiet@house.test")
	g := hidden.group
	g.NameHidden, g.Alias = true, "Friends of SE10"
	h.must(h.accounts.Edit(h.ctx, hidden.viewer, g, "", h.now))
	home := h.networkOf("home", n.group.ID, hidden.group.ID)
	key, theirs := h.partnerIn(n, home)
	whole, _ := h.partnerIn(other)
	test := h.keyOf(n, theirs, true)
	groups := func(p *program) (names []string) {
		t.Helper()
		for path := "/directory?limit=1"; path != ""; {
			a := p.ask("GET", path, "").want(200)
			for _, g := range read[api.List[api.Group]](a).Items {
				names = append(names, g.Name)
			}
			path = a.next()
		}
		return names
	}
	if diff := cmp.Diff([]string{"Larkhollow Hall"}, groups(key)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Larkhollow Hall", "Tansy Yard Choir"}, groups(whole)); diff != "" {
		t.Error(diff)
	}
	if got := groups(test); len(got) != 4 || got[0] != "Quillmarrow Hall (sandbox)" {
		t.Errorf("a test key reads %q", got)
	}
	key.ask("GET", "/directory?cursor=nonsense", "").want(400, `"cursor"`)
	n.ask("GET", "/directory", "").want(403)
	h.public().ask("GET", "/directory", "").want(401)
}

func TestSuggestionsHoldNothingThatIsNotFound(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	home := h.networkOf("Pianists", n.group.ID)
	n.posts(with(hall(n), "title", "Room with a piano", "tags", []string{"piano", "singing"}))
	n.posts(with(hall(n), "title", "Piano kept back", "tags", []string{"pianoforte"}, "circle", "networks"))
	h.indexed()
	key, theirs := h.partnerIn(n, home)
	for who, p := range map[string]*program{"the public": h.public(), "a key": key} {
		got := read[api.All[api.Suggestion]](p.ask("GET", "/suggestions?q=pian", "").want(200))
		want := []api.Suggestion{{Text: "piano", Type: "tag"}, {Text: "Pianists", Type: "network"}, {Text: "Room with a piano", Type: "listing"}}
		if diff := cmp.Diff(want, got.Items); diff != "" {
			t.Errorf("%s: %s", who, diff)
		}
	}
	if rows := h.figure("wherewithal_partner_rows_total", string(theirs.ID)); rows != 0 {
		t.Errorf("what is asked at each letter took %v rows of the day's", rows)
	}
	if got := read[api.All[api.Suggestion]](h.public().ask("GET", "/suggestions?q=pian&limit=1", "").want(200)); len(got.Items) != 1 {
		t.Errorf("%+v", got)
	}
	for _, wrong := range []string{"", "?q=p", "?q=piano&limit=21"} {
		h.public().ask("GET", "/suggestions"+wrong, "").want(422)
	}
	h.public().ask("GET", "/suggestions?q="+string(market.NewID()), "").want(200, `"items":[]`)
}

// Whoever reads a list page by page has had each thing that was there all along once, whatever came, went and was renamed meanwhile.
func TestListsGoOnWhereTheyWereWhileTheyChange(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	found := func(name string) {
		_, err := h.accounts.Found(h.ctx, n.viewer, market.Group{Name: name, LegalForm: market.Informal}, nil, "found-"+name, h.now)
		h.must(err)
	}
	ids := []market.ID{h.networkOf("b-street"), h.networkOf("a-street"), h.networkOf("c-street")}
	found("Harbour Kitchen")
	found("Bittern Players")
	for path, c := range map[string]struct {
		meanwhile func()
		want      string
	}{
		"/networks": {func() {
			_, err := h.store.Pool().Exec(h.ctx, `update networks set name = 'z-street' where id = $1`, string(ids[0]))
			h.must(err)
			_, err = h.store.Pool().Exec(h.ctx, `delete from networks where id = $1`, string(ids[2]))
			h.must(err)
			h.networkOf("d-street")
		}, "b-street a-street d-street"},
		"/groups": {func() { found("Alder Allotments") }, "Larkhollow Hall Harbour Kitchen Bittern Players Alder Allotments"},
	} {
		var names []string
		for at := path + "?limit=1"; at != ""; c.meanwhile = func() {} {
			a := n.ask("GET", at, "").want(200)
			for _, one := range read[api.List[api.NetworkName]](a).Items {
				names = append(names, one.Name)
			}
			c.meanwhile()
			at = a.next()
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%s: %s, want %s", path, got, c.want)
		}
		n.ask("GET", path+"?cursor=nonsense", "").want(400, `"cursor"`)
		n.ask("GET", path+"?limit=101", "").want(422, `"limit"`)
	}
}
