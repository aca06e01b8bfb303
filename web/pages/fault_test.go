package pages

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// A fault of ours, met on the way of a real request: the reader sees that there was one and its number in the log. What went wrong
// stands in the log, in which nothing stands that was typed.
func TestAFaultIsShownWithItsNumberAlone(t *testing.T) {
	h := open(t)
	b, found := h.browser(), h.site.Search
	exec := func(sql string) {
		t.Helper()
		if _, err := h.store.Pool().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	b.get("/sign-in").want(200)
	for name, c := range map[string]struct {
		breaks, mends func()
		asks          func() page
		log           string
	}{
		"a panic": {func() { h.site.Search = nil }, func() { h.site.Search = found },
			func() page { return b.get("/find?q=zqwords") }, "panic: runtime error: invalid memory address"},
		"a table that is away": {func() { exec(`alter table sign_ins rename to away`) }, func() { exec(`alter table away rename to sign_ins`) },
			func() page { return b.post("/sign-in", url.Values{"email": {"zq@zqwords.test"}}) }, `relation \"sign_ins\" does not exist`},
	} {
		c.breaks()
		began := h.log.Len()
		p := c.asks()
		c.mends()
		said := h.log.String()[began:]
		p.want(500, "Something broke on our side", `<html lang="en-GB"`)
		number := regexp.MustCompile(`give them this number: (\w{12})<`).FindStringSubmatch(p.text)
		if number == nil || !strings.Contains(said, "request="+number[1]) || !strings.Contains(said, "status=500") || !strings.Contains(said, c.log) {
			t.Errorf("%s: the page says %v, the log\n%s", name, number, said)
		}
		for _, inside := range []string{"panic", "runtime", "relation", "SQLSTATE", "zq"} {
			if strings.Contains(p.text, inside) {
				t.Errorf("%s: the page says %q:\n%s", name, inside, p.text)
			}
		}
		if strings.Contains(said, "zq") {
			t.Errorf("%s: the log says\n%s", name, said)
		}
	}
	b.get("/find?q=hall").want(200)
}
