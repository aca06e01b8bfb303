package e2e

import (
	"bytes"
	"hash/crc32"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"golang.org/x/net/html"
)

// absurd are values that no field wants, with the statuses that one may give: what cannot be text is refused, whatever
// the field; the rest is refused with a sentence, or taken where a text is wanted, and never makes a fault of ours.
var absurd = map[string]struct {
	value  string
	refuse bool
}{
	"a NUL":           {"a\x00b", true},
	"broken UTF-8":    {"a\xff\xfeb", true},
	"half a rune":     {"\xe2\x82", true},
	"nothing":         {"", false},
	"a long text":     {strings.Repeat("long ", 20_000), false},
	"deep nesting":    {strings.Repeat("[{\"a\":", 10_000), false},
	"more than int64": {"99999999999999999999999999", false},
	"less than int64": {"-99999999999999999999999999", false},
	"more than int32": {"4294967296", false},
	"a huge float":    {"1e309", false},
	"no number":       {"NaN", false},
	"a far day":       {"999999-12-31", false},
	"a day before":    {"-0001-00-00", false},
	"right to left":   {"\u202e\u0000"[:3] + "\ufffe\U0010ffff", false},
	"SQL and markup":  {"=zq'; drop table listings; --\"'><zq onclick=a()><img src=zq>{{7777777*3}}${7777777*3}<%= 7777777*3 %>", false},
	"a header":        {"zq\r\nX-Zq: 1\r\nLocation: https://zq.test\r\n\r\n<zq>\x1b[31m", false},
}

// walker sends forms as a browser does that ama is signed in with.
type walker struct {
	t       *testing.T
	base    string
	cookies string
}

func (p person) walker() walker {
	p.t.Helper()
	return walker{p.t, p.site.at(), strings.Join(p.do(order{Do: "cookies"}).List, "; ")}
}

func (w walker) send(path, kind string, body io.Reader) (status int, said string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.base+path, body)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Cookie", w.cookies)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := http.DefaultTransport.RoundTrip(r) // which follows no redirect
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	if strings.Contains(string(text), "<zq") || strings.Contains(string(text), "23333331") || answer.Header.Get("X-Zq") != "" ||
		strings.Contains(answer.Header.Get("Location"), "://") && !strings.HasPrefix(answer.Header.Get("Location"), w.base) {
		w.t.Errorf("%s: what was typed became more than text: %v\n%.2000s", path, answer.Header, text)
	}
	return answer.StatusCode, string(text)
}

const form = "application/x-www-form-urlencoded"

// walk opens the pages at these paths as somebody with these cookies, and adds the fields of every form to those known, by
// where it is sent: on pressing a button, or while one types.
func (f forms) walk(w walker, paths []string) {
	w.t.Helper()
	for _, path := range paths {
		r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.base+path, nil)
		if err != nil {
			w.t.Fatal(err)
		}
		r.Header.Set("Cookie", w.cookies)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			w.t.Fatal(err)
		}
		root, err := html.Parse(answer.Body)
		answer.Body.Close()
		if err != nil {
			w.t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Data == "form" && attribute(n, "method") == "post" {
				f.add(n)
			}
		}
	}
}

// forms are the fields of the forms that were seen, by where they are sent.
type forms map[string]url.Values

func (f forms) add(form *html.Node) {
	to := []string{attribute(form, "action")}
	for n := range form.Descendants() {
		if path := attribute(n, "hx-post"); path != "" {
			to = append(to, path)
		}
	}
	for _, path := range to {
		if f[path] == nil {
			f[path] = url.Values{}
		}
		fields(form, f[path])
	}
}

// fields adds every field of a form with a value that it offers.
func fields(n *html.Node, to url.Values) {
	for f := range n.Descendants() {
		name := attribute(f, "name")
		if name == "" || to.Get(name) != "" || !slices.Contains([]string{"input", "textarea", "select", "button"}, f.Data) {
			continue
		}
		value := attribute(f, "value")
		for o := range f.Descendants() {
			if o.Data == "option" && value == "" {
				value = attribute(o, "value")
			}
		}
		to.Set(name, value)
	}
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// unseen are the fields, beside the once-only id, of forms that stand on no page of this test; with what they hold, where it is no x.
var unseen = map[string][]string{
	"/groups/:id/places/:place/remove": nil,
	"/groups/:id/unblock":              nil,
	"/ask/afresh":                      nil,
	"/account/tokens/:id/end":          nil,
	"/account/passkeys/:id/remove":     nil,
	"/account/passkeys/challenge":      nil,
	"/account/passkeys":                {"name", "challenge", "answer"},
	"/sign-in/passkey":                 {"challenge", "answer", "next"},
	"/sign-in/passkey/challenge":       nil,
	"/i/:token/take-back":              nil,
	"/introductions/:id/take-back":     nil,
	"/offer/afresh":                    nil,
	"/i/:token/confirm":                {"sequence", "confirm_said_by", "confirm_said_on", "confirm_way"},
	"/introductions/:id/confirm":       {"sequence", "confirm_said_by", "confirm_said_on", "confirm_way"},
	"/i/:token/keep":                   {"sequence"},
	"/introductions/:id/keep":          {"sequence"},
	"/by-hand/:id":                     {"group", "said_by", "said_on", "way", "answer"},
	"/i/:token/end":                    nil,
	"/introductions/:id/end":           nil,
	"/ring/:token/yes":                 {"group"},
	"/ring/:token/no":                  {"group"},
	"/account/mails/try":               nil,
	"/listings/:id/nearly/:other":      {"version", "change"},
	"/listings/:id/matches/:other":     nil,
	"/listings/:id/go-on":              nil, // she has let nothing lie: there is no form
	"/groups/:id/clearance/plan":       nil,
	"/mails/:token/try":                nil,
	"/mails/:token/stop/:kind":         nil,
	"/unwanted/:token":                 nil,
	"/account/calendar/end":            nil,
	"/account/searches/:id":            {"name", "pace=digest"},
	"/account/searches/:id/pause":      nil,
	"/account/searches/:id/resume":     nil,
	"/account/searches/:id/delete":     nil,
	"/s/:token":                        nil,

	"/groups/:id/invitations/:invitation/revoke": nil,
	"/groups/:id/members/:person/role":           {"role"},
	"/groups/:id/members/:person/remove":         nil,
	"/groups/:id/leave":                          {"heir"},
	"/groups/:id/close":                          nil, // without its tick: the group is wanted further on
	"/groups/:id/evidence/:evidence/drop":        nil,
	"/groups/:id/seen":                           {"evidence", "network", "on"}, // for connectors who are no members
	"/groups/:id/seen/:evidence/undo":            nil,
	"/address/:token":                            nil,
	"/not-me/:token":                             nil,
	"/erase/:token":                              nil,
	"/account/erase":                             nil, // she owns a group: there is no form
	"/networks/:slug/leave":                      {"group"},
	"/operator/jobs/:job/retry":                  nil,
	"/operator/mails/again":                      {"within"},
	"/operator/mails/:letter/again":              nil,
	"/account/partners/:id/ask":                  {"scopes", "networks", "whole"},
	"/account/partners/:id/origins":              {"origins"},
	"/account/partners/:id/keys":                 {"kind"},
	"/account/partners/:id/keys/:key/end":        nil,
	"/account/partners/:id/end":                  nil,
	"/may-post/:token":                           {"answer", "which"},
	"/groups/:id/partners/:mandate":              {"answer"},
	"/partners/:id":                              {"do", "scopes", "per_minute", "per_day", "reason"},

	"/account/partners/:id/webhooks":              {"url", "types", "test"},
	"/account/partners/:id/webhooks/:hook":        {"url", "types"},
	"/account/partners/:id/webhooks/:hook/test":   nil,
	"/account/partners/:id/webhooks/:hook/rotate": nil,
	"/account/partners/:id/webhooks/:hook/enable": nil,
	"/account/partners/:id/webhooks/:hook/replay": {"delivery=", "since"},
	"/account/partners/:id/webhooks/:hook/remove": nil,

	"/account/partners/:id/imports":               {"test", "all"},
	"/account/partners/:id/imports/:import/apply": {"sha256"},
}

// stage is a site on which somebody has come as far as a connected introduction, with real paths for its routes and the
// forms that stood on its pages on the way.
type stage struct {
	*hub
	ama   person
	at    known
	forms forms

	ids    map[string]string // of the things that wait for an answer, by their names in answered
	direct *pgx.Conn         // sets them back

	met map[string]map[int]bool // with what statuses a route that has fields of its own answered absurd ones
}

// unheard are routes whose fields this test cannot have read: what they are about is not there, and why.
var unheard = map[string]string{
	"/networks/:slug/ask":   anID,
	"/networks/:slug/leave": anID,
	"/networks/:slug/tie":   "its fields name a network and how it stands to this one, and beside those that there are is none",
	"/groups/:id/networks":  anID,
	"/ring/:token/yes":      noLink,
	"/ring/:token/no":       noLink,
	"/may-post/:token":      noLink,
	"/by-hand/:id":          "nobody waits for an answer by hand",
}

const (
	anID   = "its field is an id, and of an absurd one there is nothing"
	noLink = "no mail with a link there was sent to this person"
)

// readsWhatIsSent sees that a route looked at the fields that it was sent: whoever is told that there is nothing here was not heard.
func (s *stage) readsWhatIsSent() {
	s.t.Helper()
	for route, statuses := range s.met {
		deaf := len(statuses) == 1 && statuses[http.StatusNotFound]
		if why := unheard[route]; deaf != (why != "") {
			s.t.Errorf("%s: answered absurd fields with %v alone, excused because %q", route, slices.Sorted(maps.Keys(statuses)), why)
		}
	}
	for route := range unheard {
		if s.met[route] == nil {
			s.t.Errorf("%s is excused and has no fields", route)
		}
	}
	if len(s.met) < 60 {
		s.t.Errorf("%d routes have fields: this test is not looking at them", len(s.met))
	}
}

// nobodys is an id that nothing has.
const nobodys = "00000000-0000-0000-0000-000000000000"

// look collects the forms of all pages as they are now.
func (s *stage) look(p person) {
	s.t.Helper()
	const stranger = "/groups/:id/block"
	pages := []string{strings.TrimSuffix(s.at[stranger], "/block")}
	for _, route := range routes(s.t, http.MethodGet) {
		if path, ok := s.at.fill(route); ok && noPages[route] == "" {
			pages = append(pages, path)
		}
	}
	s.forms.walk(p.walker(), pages)
}

func newStage(t *testing.T) *stage {
	t.Helper()
	h, b := newHub(t, "POSTS_PER_HOUR=100000", "SIGN_INS_PER_HOUR=100000"), newBrowser(t)
	s := &stage{hub: h, ama: b.person("ama", h, way{js: true}), forms: forms{}, met: map[string]map[int]bool{}}
	stranger := h.query(`select id::text from groups where sample order by id limit 1`)
	s.at = known{"/groups/:id/block": "/groups/" + stranger + "/block", "/groups/:id/unblock": "/groups/" + stranger + "/unblock",
		"/report":                  "/report?about=group:" + stranger,
		"/ring/:token":             "/ring/" + strings.Repeat("A", 64),
		"/mails/:token/stop/:kind": "/mails/" + strings.Repeat("A", 64) + "/stop/possible_match", // with a real one any body will do: RFC 8058
		"/account/tokens/:id":      "/account/tokens/" + nobodys, "/account/passkeys/:id": "/account/passkeys/" + nobodys, "/by-hand/:id": "/by-hand/" + nobodys,
		"/s/:token": "/s/" + strings.Repeat("A", 64), "/unwanted/:token": "/unwanted/" + strings.Repeat("A", 64), // as for mails
		"/address/:token": "/address/" + strings.Repeat("A", 64), "/not-me/:token": "/not-me/" + strings.Repeat("A", 64), "/erase/:token": "/erase/" + strings.Repeat("A", 64), "/may-post/:token": "/may-post/" + strings.Repeat("A", 64),
		"/operator/jobs/:job": "/operator/jobs/1", "/operator/mails/:letter": "/operator/mails/" + nobodys}
	s.asVisitor(b.person("visitor", h, way{js: true}))
	s.asAma()
	phone := b.person("ama's phone", h, way{})
	phone.signsIn(amas, "")
	s.at["/account/sessions/:id"] = "/account/sessions/" + h.query(`select id::text from sessions order by created_at desc limit 1`)
	s.look(s.ama)
	return s
}

// asVisitor sees the forms of those who are not signed in.
func (s *stage) asVisitor(p person) {
	s.t.Helper()
	p.opens("/sign-in")
	p.fills("Your e-mail address", "bea@band.test")
	p.presses("Send me the link")
	p.sees("Look in your mail")
	s.box().reads(p, "bea@band.test", "Your link to sign in")
	s.at["/sign-in/:token"] = strings.TrimPrefix(only(p.do(order{Do: "links"}).List, "/sign-in/")[0], s.base)
	s.look(p)
}

// asAma walks the story, and looks at each step.
func (s *stage) asAma() {
	s.t.Helper()
	s.ama.signsIn(amas, "Ama")
	s.ama.foundsGroup("Tuesday Lark Choir", "SE10")
	s.at["/groups/:id"] = s.ama.path()
	s.at["/groups/:id/places/:place"] = s.ama.path() + "/places/" +
		s.query(`select id::text from places where group_id = '`+strings.TrimPrefix(s.ama.path(), "/groups/")+`'`)
	for below, id := range map[string]string{"/invitations/:invitation": nobodys, "/evidence/:evidence": nobodys, "/seen/:evidence": nobodys, "/partners/:mandate": nobodys,
		"/members/:person": s.query(`select id::text from people where address = '` + amas + `'`)} {
		s.at["/groups/:id"+below] = s.ama.path() + below[:strings.Index(below, ":")] + id
	}
	s.ama.foundsNetwork(s.at)
	s.ama.asksForAKey(s.at)
	for _, ends := range []string{"/end", "/keys/:key"} { // the partner is wanted further on
		s.at["/account/partners/:id"+ends] = "/account/partners/" + nobodys + strings.ReplaceAll(ends, ":key", nobodys)
	}
	if status, said := s.ama.walker().send("/account/searches", form, strings.NewReader("search=q%3Dpiano&side=offer&name=Pianos&pace=digest&once=a-search")); status != http.StatusSeeOther {
		s.t.Fatalf("saving a search: %d %.1000s", status, said)
	}
	if status, said := s.ama.walker().send("/offer", form, strings.NewReader("description=hm&do=draft&once=a-draft")); status != http.StatusSeeOther {
		s.t.Fatalf("keeping a draft: %d %.1000s", status, said)
	}
	s.at["/drafts/:id"] = "/drafts/" + s.query(`select id::text from unfinished_forms`)
	s.at["/account/searches/:id"] = "/account/searches/" + s.query(`select id::text from saved_searches`)
	s.ama.asks(sentence)
	s.at["/listings/:id"] = s.ama.path()
	s.at["/listings/:id/nearly/:other"] = s.ama.path() + "/nearly/" + s.query(anOffer)
	s.at["/listings/:id/matches/:other"] = s.ama.path() + "/matches/" + s.query(anOffer)
	s.at["/mails/:token"] = s.ama.mailsPage("could help with")
	s.box().opens(s.ama, amas, "could help with", "/i/")
	s.at["/i/:token"] = s.ama.path()
	s.look(s.ama)
	s.ama.presses("Yes, introduce us")
	s.ama.sees("We have told them that you would like this")
	s.at["/introductions/:id"] = "/introductions/" + s.query(lastYes)
	s.at["/introductions/rings/:id"] = "/introductions/rings/" + s.query(aRing)
	for _, name := range []string{"/yes", "/no"} { // seen by the link of the mail: the introduction's own page had the same
		s.forms[s.at["/introductions/:id"]+name] = s.forms[s.at["/i/:token"]+name]
	}
	s.look(s.ama)
	endsTheStory(s.ama, way{js: true})
}

// Every field of every form, and every POST route as a whole, as somebody signed in who may do what it does.
func TestNoInputMakesAFaultOfOurs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	posts := routes(t, http.MethodPost)
	turn := func(route string) int { // answers change where others stand, an end leaves nothing to write to, and who has signed out may answer nothing
		switch {
		case route == "/sign-out":
			return 4
		case strings.HasPrefix(route, "/operator/"): // which she is from the first answer on
			return 3
		case answered[route]+stands[route] != "":
			return 2
		case strings.HasSuffix(route, "/end"), strings.HasSuffix(route, "/:hook/remove"):
			return 1
		}
		return 0
	}
	slices.SortStableFunc(posts, func(a, b string) int { return turn(a) - turn(b) })
	w, tried := s.ama.walker(), 0
	for _, route := range posts {
		if turn(route) == 2 && s.ids == nil {
			s.decides()
		}
		tried += s.tries(w, route)
	}
	s.readsWhatIsSent()
	t.Logf("%d absurd fields were sent", tried)
	if tried < 3000 {
		t.Errorf("only %d absurd fields were sent", tried)
	}
	if got := status(t.Context(), s.base+"/find?q=hall"); got != http.StatusOK {
		t.Errorf("after all that the search answers %d", got)
	}
}

// tries sends a route what it does not want, and counts the fields.
func (s *stage) tries(w walker, route string) (tried int) {
	s.t.Helper()
	path, ok := s.at.fill(route)
	if !ok {
		s.t.Errorf("%s: this test does not know a real path for it", route)
		return 0
	}
	path, _, _ = strings.Cut(path, "?") // which page of it was read
	fields := s.fieldsOf(route, path)
	w.whole(route, path)
	s.taken(w, route, path, fields)
	if fields.Has("do") { // what its other button does is tried first
		tried += s.each(w, route, path, fields)
		fields.Set("do", "post")
	}
	return tried + s.each(w, route, path, fields)
}

func (s *stage) fieldsOf(route, path string) url.Values {
	s.t.Helper()
	names, ok := unseen[route]
	if ok {
		fields := url.Values{"once": {"x"}}
		for _, name := range names {
			name, value, said := strings.Cut(name, "=")
			if !said {
				value = "x"
			}
			fields.Set(name, value)
		}
		return fields
	}
	if len(s.forms[path]) == 0 {
		s.t.Errorf("%s: no page that this test visits has a form for it: visit one, or name its fields", route)
	}
	return s.forms[path]
}

// whole sends bodies that are no form of ours.
func (w walker) whole(route, path string) {
	w.t.Helper()
	many := url.Values{}
	for i := range 2000 {
		many.Add("a["+strings.Repeat("b][", i%50)+"]", "1")
	}
	for name, c := range map[string]struct {
		kind string
		body string
	}{
		"10 MB":          {form, "description=" + strings.Repeat("x", 10<<20)},
		"10 MB of parts": {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\n" + strings.Repeat("x", 10<<20) + "\r\n--b--\r\n"},
		"half a part":    {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nxx"},
		"no boundary":    {"multipart/form-data", "x"},
		"deep JSON":      {"application/json", strings.Repeat("[", 100_000)},
		"no form":        {"text/plain", "hello"},
		"bad escapes":    {form, "name=%zz&%=%"},
		"many fields":    {form, many.Encode()},
		"a NUL":          {form, "name=%00"},
		"a broken name":  {form, "%ff=1"},
	} {
		status, said := w.send(path, c.kind, strings.NewReader(c.body))
		if status == 0 { // who is refused while still sending may miss the answer; twice in a row is us
			status, said = w.send(path, c.kind, strings.NewReader(c.body))
		}
		if status < 400 || status >= 500 {
			w.t.Errorf("%s with %s: status %d, want 4xx\n%.300s", route, name, status, said)
		}
	}
}

// drawn is what every field meets, which Postgres cannot keep or which something may take for more than text, and an eighth
// of the rest, another eighth for each field: all of it together meets every kind of field.
func drawn(route, field, what string) bool {
	return slices.Contains([]string{"a NUL", "SQL and markup", "a header"}, what) || crc32.ChecksumIEEE([]byte(route+" "+field+" "+what))%8 == 0
}

// each sends the form for every field with the values that are drawn for it.
func (s *stage) each(w walker, route, path string, fields url.Values) (tried int) {
	s.t.Helper()
	for name := range fields {
		for what, a := range absurd {
			if !drawn(route, name, what) {
				continue
			}
			sent := url.Values{}
			for other, values := range fields {
				sent[other] = values
			}
			sent.Set(name, a.value)
			sent.Del("once")
			if name == "once" {
				sent.Set("once", a.value)
			}
			s.again(route)
			if fields.Has("seen") && name != "seen" { // what was taken before has made the form older than its thing
				now := forms{}
				now.walk(w, []string{path})
				sent.Set("seen", now[path].Get("seen"))
			}
			status, said := w.send(path, form, bytes.NewReader([]byte(sent.Encode())))
			tried++
			if name != "once" && name != "do" && !a.refuse { // that is refused before anything is looked for
				if s.met[route] == nil {
					s.met[route] = map[int]bool{}
				}
				s.met[route][status] = true
			}
			if status == 0 || status >= 500 || a.refuse && (status < 400 || status >= 500) {
				w.t.Errorf("%s with %s in %q: status %d\n%.300s", route, what, name, status, said)
			}
		}
	}
	return tried
}
