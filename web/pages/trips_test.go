package pages

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/safety"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// However many listings and introductions somebody has, the pages about them ask the database equally often.
func TestListsOfOnesOwnAskNoMoreOftenTheLongerTheyAre(t *testing.T) {
	s := openStreet(t)
	s.worked(s.offer)
	address, trips := storetest.CountTrips(t, s.store.Pool().Config().ConnString())
	counted, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(counted.Close)
	again := openOn(t, counted)
	again.site.Preview = s.site.Preview
	visits := func(path string) int64 {
		b := &browser{house: again, client: s.taker.client}
		for range 3 { // until every connection has prepared its statements
			b.get(path).want(200)
		}
		before := trips.Count()
		b.get(path).want(200)
		return trips.Count() - before
	}
	ask := func(n int) {
		for i := range n {
			id := s.taker.says("/ask", fmt.Sprintf("Room for %d, weekly, Thursday evenings, step-free, within 3 km of SE10, from 1 February for 12 weeks", 20+i))
			s.worked(id)
		}
		if err := s.site.Preview.(*listing.Pool).CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	ask(1)
	few := map[string]int64{"/mine": visits("/mine"), "/introductions": visits("/introductions")}
	ask(6)
	if n := s.count("introductions"); n < 5 {
		t.Fatalf("only %d introductions: nothing is shown", n)
	}
	for path, n := range few {
		if more := visits(path); n == 0 || more != n {
			t.Errorf("%s asks %d times for one listing, and %d times for seven", path, n, more)
		} else {
			t.Logf("%s asks %d times", path, n)
		}
	}
	readsThemAll(t, s)
}

// However many decisions the log has, what they are about, who took them and for which network is read at once.
func TestTheLogOfDecisionsAsksForNamesTogether(t *testing.T) {
	h := openStreet(t)
	op := h.browser()
	op.signIn("op@site.example", "Op")
	h.operates("op@site.example")
	op.founds("Maze Hill Together")
	h.connected()
	address, trips := storetest.CountTrips(t, h.store.Pool().Config().ConnString())
	counted, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(counted.Close)
	log := func(decisions int) int64 {
		t.Helper()
		h.exec(`with own as (insert into listings select (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid()))).*
				from listings l, generate_series(1, $1) where l.id = $2 returning id, group_id),
			gone as (select gen_random_uuid() id, group_id from own),
			pictures as (insert into photos (id, listing_id, position, alt, width, height, small_width, created_at, large, small)
				select gen_random_uuid(), $2, n + (select count(*) from photos), 'The hall', 4, 3, 2, now(), '', '' from generate_series(1, $1) n returning id),
			talk as (insert into messages (id, introduction_id, side, person_id, group_id, text, way, created_at)
				select gen_random_uuid(), i.id, 'offer', p.id, i.offer_group_id, 'Come at six.', 'page', now() from introductions i, people p, generate_series(1, $1)
				where p.operator returning id, group_id)
			insert into decisions (id, subject, subject_id, group_id, act, reason, network_id, decided_by, created_at)
			select gen_random_uuid(), a.subject, a.id, a.group_id, 'kept', 'wrong', n.id, p.id, now() from networks n, people p,
				(select 'listing' subject, * from own union all select 'listing', * from gone union all select 'group', group_id, group_id from own
				union all select 'photo', id, $3::uuid from pictures union all select 'message', id, group_id from talk
				union all select 'network', m.id, null from own, networks m where m.name = 'Maze Hill Together' union all select 'site', gen_random_uuid(), null from own) a
			where n.name = 'Maze Hill Together' and p.operator`, decisions, h.offer, h.hall)
		sf := safety.New(counted, nil)
		var before int64
		for range 2 { // until its statements are prepared
			before = trips.Count()
			all, err := sf.Log(t.Context(), market.Viewer{Person: h.person("op@site.example"), Operator: true}, store.LogPage{Limit: 50})
			if err != nil || len(all) == 0 || all[0].By != (safety.By{Person: "Op", Network: "Maze Hill Together"}) {
				t.Fatalf("%+v (%v)", all, err)
			}
			for _, l := range all {
				about := l.Thing
				is := map[string]bool{"listing": about.Gone != (about.Title == "Church hall for 80"), "group": !about.Gone, "site": true, "network": about.Title == "Maze Hill Together",
					"photo": about.Title == "Church hall for 80" && about.Text == "The hall" && about.Listing == h.offer, "message": about.Text == "Come at six." && about.Writer != ""}
				if l.Decision.GroupID != "" && about.Group.ID != h.hall || !is[l.Decision.Subject] {
					t.Errorf("%+v", about)
				}
			}
		}
		return trips.Count() - before
	}
	if one, seven := log(1), log(6); one == 0 || one != seven {
		t.Errorf("it asks %d times for one decision, and %d times for seven", one, seven)
	}
}

// ranked counts what is ranked.
type ranked struct {
	Previewer
	n int
}

func (r *ranked) Rank(ctx context.Context, subject market.Entry, now time.Time, limit int) (matching.Ranking, error) {
	r.n++
	return r.Previewer.Rank(ctx, subject, now, limit)
}

// readsThemAll goes through the pages of one's own listings: each stands on one of them, open ones before all others, though one
// goes or closes meanwhile; and no more is ranked than is shown.
func readsThemAll(t *testing.T, s *street) {
	s.change(`insert into listings select (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(), 'created_at', l.created_at - n * interval '1 minute',
		'life', case when n % 9 = 0 then 'withdrawn' else 'open' end))).*
		from listings l, generate_series(1, 40) n where l.id = (select id from listings where group_id = $1 order by id limit 1)`, s.choir)
	var want, read []string
	s.must(s.store.Pool().QueryRow(t.Context(), `select array_agg(id::text order by life <> 'open', created_at desc, id desc) from listings where group_id = $1`, s.choir).Scan(&want))
	counted := &ranked{Previewer: s.site.Preview}
	s.site.Preview = counted
	t.Cleanup(func() { s.site.Preview = counted.Previewer })
	row, next := regexp.MustCompile(`id="l-([^"]+)"`), regexp.MustCompile(`href="(/mine\?after=[^"]+)" rel="next"`)
	for path := "/mine"; path != ""; {
		counted.n = 0
		p := s.taker.get(path).want(200)
		shown := row.FindAllStringSubmatch(p.text, -1)
		for _, m := range shown {
			if !slices.Contains(read, m[1]) { // which one that has closed since is, once more
				read = append(read, m[1])
			}
		}
		if len(shown) > ownShown || counted.n > len(shown) {
			t.Fatalf("%s shows %d and ranks %d", path, len(shown), counted.n)
		}
		here := path
		path = ""
		if m := next.FindStringSubmatch(p.text); m != nil {
			sql := `update listings set life = 'withdrawn' where id = $1`
			if here == "/mine" {
				sql = `delete from listings where id = $1`
			}
			path = m[1]
			s.change(sql, read[len(read)-1])
		}
	}
	if diff := cmp.Diff(want, read); diff != "" {
		t.Error(diff)
	}
	s.taker.get(minePath(market.ID(want[30]))).want(200, `id="l-`+want[30]+`"`, `href="/mine" rel="first"`)
	s.taker.get(minePath(s.offer)).want(200, `id="l-`+want[0]+`"`).without(`rel="first"`) // another's
	for _, wrong := range []string{"after=nonsense", "after=9-x", "after=9-x-" + want[0], "after=9-" + want[0], "at=x"} {
		s.taker.get("/mine?" + wrong).want(404)
	}
}

// However many first listings of a group wait together, their page reads the photos of all at once.
func TestALookAtFirstListingsAsksNoMoreOftenTheMoreThereAre(t *testing.T) {
	s := openStreet(t)
	kit := s.browser()
	kit.signIn("kit@network.example", "Kit")
	l := &looked{street: s, kit: kit, second: kit.founds("Maze Hill Together", "holds", "yes")}
	ids := l.twoWait("kay@hall.example", "Larkhollow Hall")
	address, trips := storetest.CountTrips(t, s.store.Pool().Config().ConnString())
	counted, err := store.Open(t.Context(), address)
	s.must(err)
	t.Cleanup(counted.Close)
	b := &browser{house: openOn(t, counted), client: kit.client}
	visits := func() int64 {
		for range 3 { // until every connection has prepared its statements
			b.get("/held/listings/" + string(ids[0])).want(200)
		}
		before := trips.Count()
		b.get("/held/listings/" + string(ids[0])).want(200)
		return trips.Count() - before
	}
	two := visits()
	s.exec(`delete from held_listings where listing_id = $1`, ids[1])
	if one := visits(); one != two {
		t.Errorf("%d questions for one listing, %d for two", one, two)
	}
}
