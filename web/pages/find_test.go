package pages

import (
	"context"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/search"
)

// partiesIndexed does what the worker does for the groups and networks that have changed.
func (h *house) partiesIndexed() {
	h.t.Helper()
	rows, err := h.store.Pool().Query(h.t.Context(), `delete from outbox where kind = $1 returning subject::text`, market.PartyJob)
	if err != nil {
		h.t.Fatal(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[market.ID])
	if err != nil || len(ids) == 0 {
		h.t.Fatalf("%d groups and networks have changed; %v", len(ids), err)
	}
	for _, id := range ids {
		if err := listing.NewIndexer(h.store, indexOf(h.site)).IndexParty(h.t.Context(), id); err != nil {
			h.t.Fatal(err)
		}
	}
}

// crowded is a search that found more than it counts.
type crowded struct{ Finder }

func (f crowded) Query(ctx context.Context, v market.Viewer, q search.Query) (search.Page, error) {
	page, err := f.Finder.Query(ctx, v, q)
	page.Total, page.More = search.MaxCount, true
	return page, err
}

// likely is a search whose words find nothing, and that is asked for what means nearly the same.
type likely struct{ Finder }

func (f likely) Query(ctx context.Context, v market.Viewer, q search.Query) (search.Page, error) {
	page, err := f.Finder.Query(ctx, v, q)
	for i := range page.Hits {
		page.Hits[i].Meant = q.Meant
	}
	return page, err
}

// What is hidden, held, kept apart, taken away or closed is not found, and while the index lags not either.
func TestGroupsAndNetworksAreFoundBesideListings(t *testing.T) {
	h := open(t)
	if err := indexOf(h.site).Setup(t.Context()); err != nil {
		t.Fatal(err)
	}
	ama, jo := h.browser(), h.browser()
	ama.signIn("ama@choir.example", "Ama")
	jo.signIn("jo@hall.example", "Jo")
	choir := ama.found("Creekside Choir", "does", "We sing & hum on Thursdays.")
	jo.found("Tansy at Maze Hill", "does", "Pokoje nad ścieżką.", "languages", "Polish")
	hall := jo.found("Maze Hill Rooms", "does", "Rooms above the <b>creekside</b> path.")
	held := ama.found("Tansy at Maze Hi11")
	ama.get("/networks/new").fill("/networks/new", "name", "Creekside Together", "about", "Neighbours.", "level", "neighbourhood").want(200)
	ama.get("/groups/"+string(held)).want(200, "Until somebody has looked at it")
	find := func(b *browser, words string, want ...string) page {
		t.Helper()
		p := b.get("/find?q="+words).want(200, want...)
		if len(want) == 0 {
			p.without("Groups and networks")
		}
		return p
	}
	link := func(id market.ID) string { return `href="/groups/` + string(id) + `"` }
	find(h.browser(), "creekside")
	h.partiesIndexed()
	find(h.browser(), "creekside", "Groups and networks", link(choir), "Its name has the words", link(hall), "It says of itself: “Rooms above the &lt;b&gt;", "Creekside Together")
	find(h.browser(), "tansy", "Tansy at Maze Hill").without(string(held))
	find(h.browser(), "pokoje", `<span lang="pl" dir="ltr">Pokoje nad ścieżką.</span>`)
	find(h.browser(), "choir+greenwich", link(choir), "In Greenwich")
	find(h.browser(), "creekside+thursday&side=offer", link(choir))
	find(h.browser(), "")
	h.browser().get("/find?kind=room").want(200).without("Groups and networks")
	find(h.browser(), "creekside", `href="/find/groups?q=creekside"`, "See all groups and networks with these words")
	seek := func(b *browser, asked string, want ...string) page {
		t.Helper()
		return b.get("/find/groups?"+asked).want(200, want...)
	}
	seek(h.browser(), "q=creekside", link(choir), "Its name has the words", link(hall), "Creekside Together")
	seek(h.browser(), "q=creekside&type=group", link(choir), link(hall)).without("Creekside Together")
	seek(h.browser(), "q=creekside&type=network", "Creekside Together").without(link(choir), link(hall))
	seek(h.browser(), "", "Type a word or two of a name").without("with these words")
	seek(h.browser(), "q=zzzzzz", "No group or network has these words")
	h.browser().get("/find/groups?q="+strings.Repeat("a", 4001)).want(422, "This search cannot be done as it stands", "Please shorten this by 1:")
	for range 21 {
		if _, err := h.store.Pool().Exec(t.Context(), `insert into search.party_2 (id, kind, print, sandbox, networks, name, says)
			select $1, kind, 1, false, '{}', name, says from search.party_2 where id = $2`, market.NewID(), choir); err != nil {
			t.Fatal(err)
		}
	}
	second := regexp.MustCompile(`/find/groups\?cursor=[^"]+`).FindString(seek(h.browser(), "q=creekside+choir", "Show more").text)
	h.browser().get(html.UnescapeString(second)).want(200, "Back to the start").without("Show more")
	if _, err := h.store.Pool().Exec(t.Context(), `delete from search.party_2 where print = 1`); err != nil {
		t.Fatal(err)
	}
	h.browser().get("/find/groups?q=other&cursor="+url.QueryEscape("x")).want(200, "No group or network has these words")

	edit := "/groups/" + string(choir) + "/edit"
	ama.get(edit).fill(edit, "hide_name", "yes", "alias", "Singers of the east").want(200)
	find(h.browser(), "choir").without("Singers of the east", link(choir)) // the index has the name still
	h.partiesIndexed()
	find(h.browser(), "choir")
	find(h.browser(), "singers+east", link(choir), "Singers of the east").without("In Greenwich")
	find(h.browser(), "singers+greenwich")

	find(jo, "singers+east", link(choir))
	jo.get("/groups/" + string(choir)).fill("/groups/" + string(choir) + "/block").want(200)
	find(jo, "singers+east")
	find(ama, "rooms+maze")
	find(h.browser(), "rooms+maze", link(hall))

	for _, after := range []func(){func() {}, h.partiesIndexed} {
		if _, err := h.store.Pool().Exec(t.Context(), `update groups set removed_at = $1 where id = $2`, h.now, hall); err != nil {
			t.Fatal(err)
		}
		if _, err := h.store.Pool().Exec(t.Context(), `insert into outbox (kind, subject, due_at, queued_at) values ('party', $1, now(), now())`, hall); err != nil {
			t.Fatal(err)
		}
		after()
		find(h.browser(), "rooms+maze")
	}
	if n := h.count(`search.party_2 where name like '%rooms%'`); n != 0 {
		t.Errorf("%d of what was taken away are in the index", n)
	}
	find(h.browser(), "creekside", "Creekside Together").without("invented ·")
	h.site.Search = crowded{h.site.Search}
	find(h.browser(), "nothing", "More than 1,000 listings")
}
