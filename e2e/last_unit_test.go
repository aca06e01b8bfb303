package e2e

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Ama and Bea both want the one Thursday evening of a hall, and both said yes. Jo answers Ama while Kit, of the same group,
// answers Bea.
func TestTwoAnswerForTheLastUnitAtOnceAndOneIsToldKindly(t *testing.T) {
	t.Parallel()
	w, b, another := newTown(t), newBrowser(t), newBrowser(t)
	jo := w.neighbour(b, "jo", "Maze Hill Rooms")
	jo.offers("Hall for 40, step-free, Thursdays 7 to 9 pm, at SE10")
	kit := another.person("kit", w, way{js: true})
	kit.signsIn(addressOf("kit"), "Kit")
	w.joins(addressOf("kit"), jos)
	for name, group := range map[string]string{"ama": "Tuesday Lark Choir", "bea": "Creek Road Band"} {
		taker := w.neighbour(b, name, group)
		taker.asks("Room for 25, weekly, Thursdays 7 to 9 pm, step-free, within 3 km of SE10, from 1 February for 12 weeks")
		w.box().opens(taker, addressOf(name), "could help with", "/i/")
		taker.presses("Yes, introduce us")
		taker.sees("We have told them that you would like this")
	}
	w.box().opens(jo, jos, "Tuesday Lark Choir would like your", "/i/")
	w.box().opens(kit, addressOf("kit"), "Creek Road Band would like your", "/i/")
	w.together(2, func(i int) { []person{jo, kit}[i].presses("Yes, introduce us") })

	_, jos := jo.page()
	_, kits := kit.page()
	winner, loser, told := "ama", "bea", kits
	if strings.Contains(kits, "You are connected") {
		winner, loser, told, jos = "bea", "ama", jos, kits
	}
	if !strings.Contains(jos, "You are connected") || strings.Contains(told, "You are connected") {
		t.Errorf("want one connected:\n%s\n--\n%s", jos, told)
	}
	if !strings.Contains(told, "One of the two has just found somebody else, so this goes no further.") {
		t.Errorf("the other is not told kindly:\n%s", told)
	}
	w.until("connected withdrawn", `select string_agg(state, ' ' order by state) from introductions`)
	if most := w.query(mostAtOnce); most != "1 of 1" {
		t.Errorf("taken at one instant: %s", most)
	}
	if n := w.query(`select count(*)::text from allocations where released_at is null`); n != "12" {
		t.Errorf("%s evenings are taken, want 12", n)
	}
	w.box().reads(b.person(winner, w, way{}), addressOf(winner), "You are introduced:")
	for _, m := range w.mails.Log() {
		if m.Rcpt == addressOf(loser) && strings.Contains(m.Subject, "introduced") {
			t.Errorf("%s was introduced too: %s", loser, m.Subject)
		}
	}
}

// mostAtOnce is the largest sum of what is taken of an offer at the moment that something begins, and what there is.
const mostAtOnce = `
	select max(taken) || ' of ' || max(quantity) from (
		select l.quantity, sum(o.amount) as taken
		from allocations a join allocations o on o.offer_id = a.offer_id
			and o.starts_at <= a.starts_at and coalesce(o.ends_at, 'infinity') > a.starts_at
			and o.released_at is null and a.released_at is null
		join listings l on l.id = a.offer_id
		group by a.id, l.quantity) each`

// joins makes the first a member of the second's group: there is no page for that yet.
func (w *town) joins(who, whose string) {
	w.t.Helper()
	w.query(`
		insert into memberships (id, group_id, person_id, role, since)
		select gen_random_uuid(), m.group_id, p.id, 'owner', m.since
		from people p, people o join memberships m on m.person_id = o.id
		where p.address = '` + who + `' and o.address = '` + whose + `'
		returning id::text`)
}

// together does n things at the same moment: it keeps all listings locked until n transactions wait for one, so that
// none can be over before another begins.
func (w *town) together(n int, do func(i int)) {
	w.t.Helper()
	ctx := w.t.Context()
	c, err := pgx.Connect(ctx, w.address)
	if err != nil {
		w.t.Fatal(err)
	}
	defer c.Close(context.Background())
	tx, err := c.Begin(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := tx.Exec(ctx, `select from listings for update`); err != nil {
		w.t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { do(i) })
	}
	w.until("true", `
		select (count(*) >= `+string(rune('0'+n))+`)::text from pg_stat_activity
		where datname = current_database() and wait_event_type = 'Lock' and query ilike '%listings%'`)
	if err := tx.Commit(ctx); err != nil {
		w.t.Fatal(err)
	}
	all.Wait()
}
