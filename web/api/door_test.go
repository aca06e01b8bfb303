package api_test

import (
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/account"
	"wherewithal/config"
	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/web/api"
	"wherewithal/web/httpx"
)

var update = flag.Bool("update", false, "write openapi.json anew")

// Programs are written against the document: what changes in it is looked at here first.
func TestTheDocumentIsTheOneThatWasReviewed(t *testing.T) {
	got := open(t).public().ask("GET", "/openapi.json", "").want(200).text
	const file = "testdata/openapi.json"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the document changed (go test ./web/api -update writes it):\n%s", diff)
	}
}

// document is what the tests need of it.
type document struct {
	OpenAPI    string
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]schema }
}

type operation struct {
	OperationID string
	Responses   map[string]struct{ Content map[string]any }
	Security    []map[string][]string
	Parameters  []struct{ Name string }
	RequestBody *struct{ Required bool }
}

type schema struct {
	Properties map[string]schema
	Items      *schema
	Enum       []any
}

func (h *house) document() document {
	return read[document](h.public().ask("GET", "/openapi.json", "").want(200))
}

// A word of the house that is missing in the document could not be sent, and one too many would be refused.
func TestTheChoicesOfTheDocumentAreTheMarkets(t *testing.T) {
	d := open(t).document()
	if d.OpenAPI[:3] != "3.1" {
		t.Errorf("OpenAPI %s", d.OpenAPI)
	}
	said, terms := d.Components.Schemas["Draft"].Properties, d.Components.Schemas["Terms"].Properties
	for field, want := range map[string][]string{"has": list(market.Features), "requires": list(market.Features), "welcomes": list(market.Uses),
		"notAllowed": list(market.Uses), "involves": list(market.Uses)} {
		if diff := cmp.Diff(want, words(said[field].Items.Enum)); diff != "" {
			t.Errorf("%s: %s", field, diff)
		}
	}
	for field, want := range map[string][]string{"circle": list(market.Circles), "where": list(market.Wheres), "side": {"offer", "need"}} {
		if diff := cmp.Diff(want, words(said[field].Enum)); diff != "" {
			t.Errorf("%s: %s", field, diff)
		}
	}
	if diff := cmp.Diff(list(market.TermsKinds), words(terms["kind"].Enum)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(list(market.EndCauses), words(d.Components.Schemas["Introduction"].Properties["ended"].Enum)); diff != "" {
		t.Errorf("ended: %s", diff)
	}
	for name, s := range d.Components.Schemas {
		if reason, ok := s.Properties["reason"]; ok && len(reason.Enum) > 0 {
			if diff := cmp.Diff(market.DeclineReasons, words(reason.Enum)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
}

func list[T ~string](all []T) (out []string) {
	for _, v := range all {
		out = append(out, string(v))
	}
	return out
}

func words(all []any) (out []string) {
	for _, v := range all {
		out = append(out, v.(string))
	}
	return out
}

// Every operation, as everybody who might call it, answers with what the document says of it. Each begins with all its allowances: what
// is refused for having asked too often was not looked at.
func TestEveryOperationAnswersAsItsDocumentSays(t *testing.T) {
	h := openWith(t, func(c *config.Config) { c.APIPublicPerHour = 1_000_000 })
	owner, stranger := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	l := owner.posts(hall(owner))
	stranger.posts(choir(stranger))
	in, err := h.store.IntroductionsAfter(h.ctx, stranger.viewer, "", "", 1)
	h.must(err)
	key, _ := h.partnerIn(owner)
	operator, connector := h.neighbour("Ropery Lane Office", "op@site.test"), h.neighbour("Tideway Forum", "link@forum.test")
	network := h.networkOf("tideway", owner.group.ID, stranger.group.ID)
	h.must(h.store.InTx(h.ctx, func(tx *store.Tx) error {
		return errors.Join(tx.MakeOperator(h.ctx, operator.person.ID),
			tx.MakeConnector(h.ctx, market.Connector{NetworkID: network, PersonID: connector.person.ID, Since: h.now}))
	}))
	roles := map[string]*program{"key": key, "owner": owner.program, "stranger": stranger.program, "nobody": h.public(), "operator": operator.program,
		"connector": connector.program, "reader": h.program(owner.viewer, market.MayRead)}
	bodies := map[string]string{"create-listing": write(hall(owner)), "preview-listing": write(choir(stranger)), "answer-introduction": `{"answer":"no"}`, "save-search": aSearch}
	ids := []string{l.ID, string(in[0].ID), string(owner.group.ID), "tideway", string(market.NewID()), "nonsense"}
	seen, document := 0, h.document()
	for _, at := range byHarm(document) {
		op := document.Paths[at.path][at.method]
		for _, role := range []string{"nobody", "stranger", "reader", "connector", "key", "operator", "owner"} { // who may end things last
			p := roles[role]
			h.api.Limits = httpx.NewLimiter(nil, []byte(strings.Repeat("s", 32)))
			for _, path := range at.filled(ids) {
				for _, body := range []string{bodies[op.OperationID], "", `{"what":1}`, "[", `{"title":"\u0000"}`} {
					a := p.ask(strings.ToUpper(at.method), path, body)
					if answersAs(t, role, op, a); a.status == http.StatusTooManyRequests {
						t.Errorf("%s as %s was not looked at: %s", op.OperationID, role, a.text)
					}
					seen++
				}
			}
		}
	}
	if seen < 5000 {
		t.Errorf("%d calls: this test is not looking at the document", seen)
	}
}

// door is where an operation is asked for, and how much it takes away from others.
type door struct {
	harm         int
	path, method string
}

// byHarm are all operations, those that end something last: what the others ask of is there then.
func byHarm(d document) (all []door) {
	order := []string{"get", "put", "post", "patch", "delete"}
	for path, operations := range d.Paths {
		for method, op := range operations {
			harm := slices.Index(order, method)
			if strings.HasPrefix(op.OperationID, "close-") {
				harm = slices.Index(order, "delete")
			}
			all = append(all, door{harm, path, method})
		}
	}
	slices.SortFunc(all, func(a, b door) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return all
}

// filled is the path with each of the ids, once where it has none.
func (d door) filled(ids []string) (paths []string) {
	for _, id := range ids {
		paths = append(paths, strings.NewReplacer("{id}", id, "{slug}", id, "{photo}", id, "{other}", id, "{size}", "small", "{reference}", id, api.Prefix, "").Replace(d.path))
	}
	return slices.Compact(paths)
}

func answersAs(t *testing.T, role string, op operation, a answer) {
	t.Helper()
	if a.status >= 500 {
		t.Fatalf("%s as %s: %d %s", op.OperationID, role, a.status, a.text)
	}
	documented, ok := op.Responses[strconv.Itoa(a.status)]
	if !ok {
		t.Errorf("%s as %s: %d is not in the document: %s", op.OperationID, role, a.status, a.text)
	}
	kind, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	if _, ok := documented.Content[kind]; !ok && (kind != "" || len(documented.Content) > 0) {
		t.Errorf("%s as %s: %d as %q is not in the document", op.OperationID, role, a.status, a.header.Get("Content-Type"))
	}
	if role == "nobody" && a.status < 300 && len(op.Security) > 0 && len(op.Security[0]) > 0 {
		t.Errorf("%s wants a token and answers %d without", op.OperationID, a.status)
	}
}

func TestATokenGoesAsFarAsItsScopeAndItsTime(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	reader := h.program(n.viewer, market.MayRead)
	reader.ask("GET", "/me", "").want(200, string(n.person.ID))
	reader.ask("POST", "/listings", write(hall(n))).want(403, `"forbidden"`)
	if a := h.program(n.viewer, market.MayWrite).ask("GET", "/me", "").want(200); a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("what one person sees may be kept: %q", a.header.Get("Cache-Control"))
	}
	all, err := h.accounts.Tokens(h.ctx, n.viewer, h.now)
	h.must(err)
	for _, one := range all {
		h.must(h.accounts.EndToken(h.ctx, n.viewer, one.ID, h.now))
	}
	a := reader.ask("GET", "/me", "").want(401, `"signed_out"`)
	if a.header.Get("WWW-Authenticate") == "" {
		t.Error("a 401 does not say what it wants")
	}
	late := h.program(n.viewer, market.MayRead)
	h.now = h.now.AddDate(0, 0, 31)
	late.ask("GET", "/me", "").want(401)
}

func TestWhatIsNoTokenIsNobody(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	for _, sent := range []string{"", "Bearer", "Bearer ", "Bearer nonsense", "Basic " + n.token, n.token, "Bearer " + n.token + "x", "Bearer " + strings.ToUpper(n.token)} {
		h.public().ask("GET", "/kinds", "", "Authorization", sent).want(401)
	}
	h.public().ask("GET", "/me", "").want(401)
	h.public().ask("GET", "/kinds", "").want(200)
}

func TestSomebodyErasedHasNoProgramAnyMore(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	_, err := h.store.Pool().Exec(h.ctx, `update people set erased_at = $1 where id = $2`, h.now, n.person.ID)
	h.must(err)
	n.ask("GET", "/me", "").want(401)
}

func TestAnOperatorsTokenSeesNoMoreThanTheirGroups(t *testing.T) {
	h := open(t)
	n, operator := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	h.must(h.store.InTx(h.ctx, func(tx *store.Tx) error { return tx.MakeOperator(h.ctx, operator.person.ID) }))
	hidden := read[api.Listing](n.ask("POST", "/listings", write(with(hall(n), "circle", "networks"))).want(201))
	operator.ask("GET", "/listings/"+hidden.ID, "").want(404)
	saved := read[api.SavedSearch](n.ask("POST", "/searches", aSearch).want(201))
	operator.ask("GET", "/searches/"+saved.ID, "").want(404)
	operator.ask("DELETE", "/searches/"+saved.ID, "").want(404)
	n.posts(hall(n))
	asker := h.neighbour("Quay Singers", "quay@choir.test")
	asker.posts(choir(asker))
	in, err := h.store.IntroductionsAfter(h.ctx, asker.viewer, "", "", 1)
	h.must(err)
	asker.ask("GET", "/introductions/"+string(in[0].ID), "").want(200)
	operator.ask("GET", "/introductions/"+string(in[0].ID), "").want(404)
	operator.ask("POST", "/introductions/"+string(in[0].ID)+"/answer", `{"answer":"yes"}`).want(404)
}

func TestEveryErrorIsAProblem(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	deep := strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)
	for _, c := range []struct {
		method, path, body string
		status             int
		code               string
		headers            []string
	}{
		{"GET", "/nothing", "", 404, "no_route", nil},
		{"GET", "/listings/", "", 404, "no_route", nil},
		{"DELETE", "/listings", "", 405, "no_method", nil},
		{"GET", "/search?colour=red", "", 422, "invalid", nil},
		{"GET", "/search?side=", "", 422, "invalid", nil},
		{"POST", "/listings", write(with(hall(n), "unit", nil)), 400, "malformed", nil},
		{"GET", "/search?q=%ff", "", 400, "broken_text", nil},
		{"GET", "/search?q=%00", "", 400, "broken_text", nil},
		{"POST", "/listings", "{", 400, "malformed", nil},
		{"POST", "/listings", "", 400, "malformed", nil},
		{"POST", "/listings", `{"title":"a","title":"b"}`, 400, "malformed", nil},
		{"POST", "/listings", `{"title":"a","Title":"b"}`, 400, "malformed", nil},
		{"POST", "/listings", deep, 400, "malformed", nil},
		{"POST", "/listings", "{\"title\":\"\xff\"}", 400, "malformed", nil},
		{"POST", "/listings", `{"title":"\u0000"}`, 400, "malformed", nil},
		{"POST", "/listings", `{"title":"\ud83d"}`, 400, "malformed", nil},
		{"POST", "/listings", write(with(hall(n), "wings", 2)), 422, "invalid", nil},
		{"POST", "/listings", write(with(hall(n), "Urgent", true)), 422, "invalid", nil},
		{"GET", "/search?lat=51.5", "", 422, "invalid", nil},
		{"GET", "/search?radiusKm=5", "", 422, "invalid", nil},
		{"POST", "/listings", strings.Repeat(" ", 2<<20), 413, "too_big", nil},
		{"POST", "/listings", write(hall(n)), 415, "media_type", []string{"Content-Type", "text/plain"}},
	} {
		a := n.ask(c.method, c.path, c.body, c.headers...).want(c.status, `"`+c.code+`"`)
		p := read[api.Problem](a)
		if p.Status != c.status || p.Detail == "" || p.Title == "" || strings.Contains(a.text, "⟦") {
			t.Errorf("%s %s: %s", c.method, c.path, a.text)
		}
	}
}

// What was sent does not come back: it may be somebody's, and it may be markup.
func TestProblemsDoNotEchoWhatWasSent(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	for _, body := range []string{write(with(hall(n), "quantity", "sesame")), `{"sesame`, write(with(hall(n), "side", "sesame"))} {
		if text := n.ask("POST", "/listings", body).text; strings.Contains(text, "sesame") {
			t.Errorf("%s", text)
		}
	}
}

func TestTooManyRequestsAreToldWhenToComeBack(t *testing.T) {
	h := openWith(t, func(c *config.Config) { c.APIPerHour, c.APIPublicPerHour = 3, 2 })
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	for range 3 {
		n.ask("GET", "/me", "").want(200)
	}
	if a := n.ask("GET", "/me", "").want(429, `"too_many"`); a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	h.public().ask("GET", "/kinds", "").want(200)
	h.public().ask("GET", "/kinds", "", "Authorization", "Bearer guessed").want(401)
	h.public().ask("GET", "/kinds", "", "Authorization", "Bearer guessed again").want(429)
}

func TestADatabaseAwayIsA503(t *testing.T) {
	away, err := store.Open(t.Context(), "postgres://nobody@127.0.0.1:1/nowhere?connect_timeout=1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(away.Close)
	h := openOn(t, away, func(*config.Config) {})
	a := h.public().ask("GET", "/kinds", "").want(503, `"unavailable"`)
	if a.header.Get("Retry-After") == "" || strings.Contains(a.text, "127.0.0.1") {
		t.Errorf("Retry-After %q: %s", a.header.Get("Retry-After"), a.text)
	}
	h.public().ask("GET", "/me", "", "Authorization", "Bearer "+account.TokenText(account.NewSecret())).want(503)
}

// The catalogue of our APIs names the foot of the door itself: whoever asks there is a program too.
func TestTheFootOfTheDoorIsToldAsAProblem(t *testing.T) {
	open(t).public().ask("GET", "", "").want(404)
}
