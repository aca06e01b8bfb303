package api_test

import (
	"strings"
	"testing"

	"wherewithal/web/api"
)

// A fault of ours, met on the way of a real request: the program hears that there was one and its number in the log. What went
// wrong stands in the log, in which nothing stands that was sent.
func TestAFaultIsToldWithItsNumberAlone(t *testing.T) {
	h := open(t)
	choirs := h.neighbour("Tansy Yard Choir", "guest@choir.test")
	l, pool := choirs.posts(choir(choirs)), h.previews.Pool
	alter := func(sql string) func() {
		return func() {
			_, err := h.store.Pool().Exec(h.ctx, "alter table "+sql)
			h.must(err)
		}
	}
	sent := write(with(choir(choirs), "title", "Zqtitle for a choir", "description", "Zqwords that somebody wrote."))
	for name, c := range map[string]struct {
		breaks, mends      func()
		method, path, body string
		log                string
	}{
		"a panic while reading": {func() { h.previews.Pool = nil }, func() { h.previews.Pool = pool }, "POST", "/previews", sent, "panic: runtime error: invalid memory address"},
		"a table that is away":  {alter(`listings rename to away`), alter(`away rename to listings`), "GET", "/listings/" + l.ID + "?", "", `relation \"listings\" does not exist`},
		"a write into it":       {alter(`listings rename column description to away`), alter(`listings rename column away to description`), "POST", "/listings", sent, `does not exist`},
	} {
		c.breaks()
		began := len(h.log.String())
		a := choirs.ask(c.method, c.path, c.body).want(500)
		c.mends()
		p, said := read[api.Problem](a), h.log.String()[began:]
		if len(p.Request) < 12 || p.Code != "fault" || p.Type != "/developers/errors#fault" || p.Status != 500 || p.Title == "" || len(p.Errors) > 0 {
			t.Errorf("%s: %+v", name, p)
		}
		for _, inside := range []string{"panic", "runtime", "relation", "SQLSTATE", "listings", "Zq"} {
			if strings.Contains(a.text, inside) {
				t.Errorf("%s: the answer says %q: %s", name, inside, a.text)
			}
		}
		line := said[max(0, strings.Index(said, "request="+p.Request)):]
		line, _, _ = strings.Cut(line, "\n")
		if !strings.Contains(line, "status=500") || !strings.Contains(said, c.log) || strings.Contains(said, "Zq") || strings.Contains(said, choirs.token) {
			t.Errorf("%s: the log says %s", name, said)
		}
	}
	choirs.ask("POST", "/listings", sent).want(201)
}
