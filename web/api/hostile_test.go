package api_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/photo/phototest"
	"wherewithal/web/api"
	"wherewithal/web/developers"
)

// siege is a house that is sent what no honest program sends, by whoever each operation lets in.
type siege struct {
	*workshop
	document document
	live     *program
	network  string
	client   *http.Client
	sent     int
}

// attempt is one request, as it goes over the wire.
type attempt struct {
	*program
	op           operation
	what         string // is wrong with it
	method, path string // below Prefix, escaped
	query        string // escaped
	header       http.Header
	body         string
	chunked      bool
}

// Whatever is sent to an operation by whom it lets in, in the body, the path, the query and the headers, is answered as the document says,
// by a problem where it is refused, and at once; afterwards the house is as well as before.
func TestNothingThatIsSentToAnOperationIsAFaultOfOurs(t *testing.T) {
	s := besiege(t)
	for _, tag := range s.guide.Tags {
		for _, o := range tag.Operations {
			good := s.good(o)
			if a := s.send(good); a.status/100 != 2 {
				t.Fatalf("%s: when all is well: %d %s", o.ID, a.status, a.text)
			}
			good.header.Del("Idempotency-Key") // else what comes under it again is refused for that
			s.bodies(o, good)
			s.parameters(o, good)
			s.headers(o, good)
			if o.ID == "create-webhook" {
				s.roomForWebhooks()
			}
			if o.ID == "save-search" {
				s.roomForSearches()
			}
		}
	}
	if s.sent < 2000 {
		t.Errorf("%d requests: this test is not looking at the document", s.sent)
	}
	if found := read[api.Found](s.public().ask("GET", "/search?q=hall", "").want(200)); len(found.Items) == 0 {
		t.Error("the search finds nothing any more")
	}
	s.client.CloseIdleConnections()
	closed := make(chan struct{})
	go func() { s.server.Close(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(5 * time.Second):
		t.Error("somebody is still being answered")
	}
}

func besiege(t *testing.T) *siege {
	s := &siege{workshop: openWorkshop(t), client: &http.Client{Transport: &http.Transport{}, Timeout: 10 * time.Second}}
	s.document = s.house.document()
	live, theirs := s.partnerIn(s.person)
	_, err := s.store.Pool().Exec(s.ctx, `update partner_grants set per_minute = 1000000, per_day = 1000000`)
	s.must(err)
	live.ask("PUT", "/partner/groups/marsh-lane", marshLane).want(200)
	s.saysYes(theirs, "marsh-lane")
	live.ask("PUT", "/partner/listings/chairs-1", write(chairs("marsh-lane"))).want(200)
	s.live, s.key, s.network = live, live, "home"
	s.networkOf(s.network, s.person.group.ID)
	return s
}

// roomForWebhooks takes away those that there are: ten are the most.
func (s *siege) roomForWebhooks() {
	for _, w := range read[api.All[api.Webhook]](s.live.ask("GET", "/webhooks", "").want(200)).Items {
		s.live.ask("DELETE", "/webhooks/"+w.ID, "").want(204)
	}
}

const aSearch = `{"name":"Halls","pace":"digest","asks":{"side":"offer","q":"hall","kind":["room"],"tags":["dance"],"requires":["step_free"],"terms":["shared"],"place":"SE10","lat":51.4834,"lng":0.0123,"radiusKm":3,"days":["th"],"from":"18:00","until":"20:00","seated":40}}`

const marshLane = `{"contact":"hello@marshlane.test","name":"Marsh Lane Menders","does":"Mends.","postcode":"SE10","languages":["en"],"legalForm":"informal","size":12,"link":"https://marshlane.test/"}`

// roomForSearches takes away all but one: twenty are the most.
func (s *siege) roomForSearches() {
	_, err := s.store.Pool().Exec(s.ctx, `delete from saved_searches where id not in (select id from saved_searches order by id limit 1)`)
	s.must(err)
}

// queries are what is asked for when all is well, where that is not nothing.
var queries = map[string]string{"search": "lat=51.48&lng=0.01&radiusKm=3&q=hall&facets=true&read=true&days=th&from=18:00&until=20:00", "suggest": "q=hal", "search-parties": "q=hal&type=group"}

// good is a request that an operation answers by 2xx, with all that it may be told.
func (s *siege) good(o developers.Operation) attempt {
	s.t.Helper()
	g := s.wanted(o)
	a := attempt{program: s.person.program, method: o.Method, path: strings.TrimPrefix(o.Path, api.Prefix), query: queries[o.ID], header: http.Header{}}
	if o.Access.Token == "" && !o.Access.Anyone {
		a.program = s.live
	}
	a.op = s.document.Paths[o.Path][strings.ToLower(o.Method)]
	for name, value := range g {
		a.path = strings.ReplaceAll(a.path, "{"+name+"}", url.PathEscape(value))
	}
	if strings.Contains(a.path, "{") {
		s.t.Fatalf("%s: nothing is given for %s", o.ID, a.path)
	}
	for _, p := range o.Parameters {
		if p.In == "header" {
			a.header.Set(p.Name, g[p.Name])
		}
	}
	if o.Body != nil {
		a.body = s.text(o, g)
		a.header.Set("Content-Type", o.Body.Kinds[0])
		if a.body == string(phototest.Phone) {
			a.header.Set("Content-Type", "image/jpeg")
		}
	}
	return a
}

// wanted are the values of a good request, of things of the asker's.
func (s *siege) wanted(o developers.Operation) developers.Given {
	if o.ID == "list-partner-groups" {
		return nil
	}
	g := s.given(o, developers.Languages[0])
	if o.ID == "put-partner-group" {
		g["reference"] = "other-lane" // nobody has answered for it: what is said of it counts
	}
	if o.ID == "begin-introduction" { // of the other need the introduction was declined by then
		g["id"] = read[api.Listing](s.person.ask("POST", "/listings", write(choir(s.person))).want(201)).ID
	}
	if !o.Access.Anyone {
		return g
	}
	g["slug"] = s.network
	switch {
	case strings.Contains(o.Path, "/groups/"):
		g["id"] = string(s.person.group.ID)
	case strings.Contains(o.Path, "/photos/{id}"):
		_, g["id"] = s.hallWithPhoto()
	case strings.Contains(o.Path, "/listings/"):
		g["id"], _ = s.hallWithPhoto()
	}
	return g
}

func (s *siege) text(o developers.Operation, g developers.Given) string {
	draft := hall(s.person)
	said := with(draft, "description", "A level hall.", "tags", []string{"dance"}, "language", "en-GB", "asks", map[string]any{"activity": "", "insurance": true})
	delete(said, "groupId")
	row := with(chairs("marsh-lane"), "reference", "chairs-2", "postcode", "SE10")
	all := map[string]any{
		"create-listing": with(said, "groupId", s.person.group.ID), "edit-listing": said, "preview-listing": choir(s.person),
		"save-search":   json.RawMessage(aSearch),
		"pause-listing": map[string]any{"until": g["until"]}, "close-listing": map[string]any{"as": "fulfilled"}, "copy-listing": map[string]any{"photos": false},
		"arrange-photos":      map[string]any{"items": []any{map[string]any{"id": g["photo"], "alt": "The hall"}}},
		"answer-introduction": map[string]any{"answer": "no", "reason": "too_far"},
		"answer-ring":         map[string]any{"group": s.person.group.ID, "answer": "no"},
		"put-partner-group":   json.RawMessage(marshLane), "put-partner-listing": chairs("marsh-lane"), "send-partner-listings": map[string]any{"items": []any{row}},
		"close-partner-listing": map[string]any{"as": "fulfilled"}, "do-import": map[string]any{"sha256": g["sha256"]},
		"read-import":    map[string]any{"contents": []any{map[string]any{"id": "mending-1", "organization_id": "marsh-lane", "name": "Mending of clothes", "status": "active"}}},
		"create-webhook": json.RawMessage(hookDraft), "edit-webhook": json.RawMessage(hookDraft), "replay-webhook": map[string]any{"failedSince": g["since"]},
	}
	switch body := all[o.ID]; {
	case o.ID == "add-photo":
		return string(phototest.Phone)
	case body == nil:
		s.t.Fatalf("%s: say here what it is sent when all is well", o.ID)
		return ""
	default:
		return write(body)
	}
}

// with is the same request with something wrong with it.
func (a attempt) with(what string, change func(*attempt)) attempt {
	a.what, a.header = what, a.header.Clone()
	change(&a)
	return a
}

// send asks, and sees to what holds of every answer.
func (s *siege) send(a attempt) answer {
	s.t.Helper()
	address := s.server.URL + api.Prefix + a.path
	if a.query != "" {
		address += "?" + a.query
	}
	var body io.Reader = strings.NewReader(a.body)
	if a.chunked {
		body = io.MultiReader(body) // whose length nobody knows
	}
	r, err := http.NewRequestWithContext(s.ctx, a.method, address, body)
	if err != nil {
		s.t.Fatalf("%s %s, %s: %v", a.method, a.path, a.what, err)
	}
	r.Header = a.header.Clone()
	if a.token != "" {
		r.Header.Set("Authorization", "Bearer "+a.token)
	}
	res, err := s.client.Do(r)
	if err != nil {
		s.t.Fatalf("%s, %s: %v", a.op.OperationID, a.what, err)
	}
	return s.heardOf(a, res)
}

// mark stands in what is sent, and nowhere in what is answered. evaluated is what a template engine would make of sum.
const (
	mark      = "sesame"
	sum       = "{{1337*7331}}${1337*7331}<%=1337*7331%>#{1337*7331}%s%n"
	evaluated = "9801547"
)

func (s *siege) heardOf(a attempt, res *http.Response) answer {
	s.t.Helper()
	s.sent++
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatalf("%s, %s: %v", a.op.OperationID, a.what, err)
	}
	got := answer{a.program, res.StatusCode, res.Header, string(text)}
	strays := strings.HasPrefix(a.what, "path") && (got.status == 404 || got.status == 405) // it is another address
	if !strays {
		answersAs(s.t, a.what, a.op, got)
	}
	for name, values := range got.header {
		if strings.Contains(strings.ToLower(name+strings.Join(values, " ")), mark) {
			s.t.Errorf("%s, %s: what was sent stands in %s: %q", a.op.OperationID, a.what, name, values)
		}
	}
	if strings.Contains(got.text, evaluated) {
		s.t.Errorf("%s, %s: a text was run: %s", a.op.OperationID, a.what, got.text)
	}
	if got.status >= 400 {
		s.isProblem(a, got)
	}
	return got
}

func (s *siege) isProblem(a attempt, got answer) {
	s.t.Helper()
	var p api.Problem
	err := json.Unmarshal([]byte(got.text), &p)
	known := slices.ContainsFunc(api.ProblemKinds(), func(k api.ProblemKind) bool { return k.Code == p.Code && slices.Contains(k.Statuses, p.Status) })
	if err != nil || got.header.Get("Content-Type") != "application/problem+json" || p.Status != got.status || !known || p.Detail == "" || strings.Contains(got.text, "⟦") {
		s.t.Errorf("%s, %s: %d as %q: %s", a.op.OperationID, a.what, got.status, got.header.Get("Content-Type"), got.text)
	}
	if strings.Contains(got.text, mark) {
		s.t.Errorf("%s, %s: what was sent comes back: %s", a.op.OperationID, a.what, got.text)
	}
}

// refused has a request be answered by one of some statuses.
func (s *siege) refused(a attempt, statuses ...int) {
	s.t.Helper()
	if got := s.send(a); !slices.Contains(statuses, got.status) {
		s.t.Errorf("%s, %s: %d, want one of %d: %.300s", a.op.OperationID, a.what, got.status, statuses, got.text)
	}
}

// bodies are what comes in place of a good one. Whoever takes a file says of the file what is wrong with it.
func (s *siege) bodies(o developers.Operation, good attempt) {
	if o.Body == nil {
		s.send(good.with("a body where none is read", func(a *attempt) { a.body = "[" + mark }))
		return
	}
	s.sizes(o, good)
	s.kinds(o, good)
	s.send(good.with("no body", func(a *attempt) { a.body = "" }))
	bad := []int{400, 422}
	sub := func(what, body string, statuses ...int) {
		s.refused(good.with(what, func(a *attempt) { a.body = body }), statuses...)
	}
	for what, body := range map[string]string{"a broken object": `{"a":`, "half a body": good.body[:len(good.body)/2], "a broken array": "[", "a broken word": "nul", "no JSON": mark, "nested deep": strings.Repeat("[", 100_000),
		"nested deep in objects": strings.Repeat(`{"a":`, 100_000), "NUL": "\x00", "a text": `"` + mark + `"`, "a number": "1", "null": "null", "true": "true"} {
		sub(what, body, bad...)
	}
	if o.Body.Shape == "" && o.Body.Kinds[0] != "application/json" || o.ID == "read-import" {
		return
	}
	sub("an array", "[]", 422)
	sub("more behind it", good.body+"}", bad...)
	sub("an unknown field", `{"unknown":1,`+good.body[1:], 422)
	first, _, _ := strings.Cut(good.body[1:], ":")
	sub("a name twice", `{`+first+`:1,`+good.body[1:], 400)
	for i, spot := range spots(s.t, good.body) {
		for what, value := range unreadable {
			if i == 0 {
				sub(what, strings.ReplaceAll(spot, hole, value), 400)
			}
		}
		for _, value := range odd {
			if o.ID == "edit-listing" {
				break // its version has moved on, and what it says is as that of create-listing
			}
			s.send(good.with(fmt.Sprintf("%.40s in %.2000s", value, spot), func(a *attempt) { a.body = strings.ReplaceAll(spot, hole, value) }))
		}
	}
}

func (s *siege) sizes(o developers.Operation, good attempt) {
	most := map[string]int{"add-photo": 10 << 20, "send-partner-listings": 6 << 20, "read-import": 50<<20 + 1<<10}[o.ID]
	if most == 0 {
		most = 1 << 20
	}
	s.onTheWire(good.with("a size over the limit", func(*attempt) {}), fmt.Sprintf("Content-Length: %d\r\n\r\n", most+1), 413)
	s.onTheWire(good.with("a broken chunk", func(*attempt) {}), "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400)
	s.onTheWire(good.with("a body that breaks off", func(*attempt) {}), "Content-Length: 100\r\n\r\n{", 400)
	if o.ID == "read-import" { // of which no more is read than a row may have
		s.refused(good.with("one endless row", func(a *attempt) { a.chunked, a.body = true, strings.Repeat(" ", 2<<20) }), 400, 422)
		row := `{"id":"` + strings.Repeat("x", 200<<10) + `"},`
		s.refused(good.with("rows over the limit", func(a *attempt) { a.chunked, a.body = true, "["+strings.Repeat(row, most/len(row)+1) }), 413)
		return
	}
	s.refused(good.with("over the limit", func(a *attempt) { a.chunked, a.body = true, strings.Repeat(" ", most+1) }), 413)
	s.refused(good.with("over the limit of what has no type", func(a *attempt) {
		a.header.Del("Content-Type")
		a.chunked, a.body = true, strings.Repeat(" ", most+1)
	}), 413)
}

// onTheWire sends the rest of a request as it stands, and no more: the answer does not wait for what was promised.
func (s *siege) onTheWire(a attempt, rest string, status int) {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.server.Listener.Addr().String())
	s.must(err)
	defer conn.Close()
	s.must(conn.SetDeadline(time.Now().Add(3 * time.Second)))
	var head strings.Builder
	fmt.Fprintf(&head, "%s %s%s HTTP/1.1\r\nHost: hub.test\r\nAuthorization: Bearer %s\r\n", a.method, api.Prefix, a.path, a.token)
	s.must(a.header.Write(&head))
	_, err = io.WriteString(conn, head.String()+rest)
	s.must(err)
	if strings.HasSuffix(rest, "{") {
		s.must(conn.(*net.TCPConn).CloseWrite())
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		s.t.Errorf("%s, %s: no answer in time: %v", a.op.OperationID, a.what, err)
		return
	}
	if got := s.heardOf(a, res); got.status != status {
		s.t.Errorf("%s, %s: %d %s", a.op.OperationID, a.what, got.status, got.text)
	}
}

// kinds are other types of content. What a photo is, its first bytes say.
func (s *siege) kinds(o developers.Operation, good attempt) {
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "application/jsonx", mark + "/" + mark, ";;;", "a/b\xff"} {
		a := good.with("the type "+kind, func(a *attempt) { a.header.Set("Content-Type", kind) })
		if o.ID == "add-photo" {
			s.send(a)
			continue
		}
		s.refused(a, 415)
	}
	s.send(good.with("no type", func(a *attempt) { a.header.Del("Content-Type") }))
}

// unreadable are JSON values that say nothing.
var unreadable = map[string]string{"an escaped NUL": `"a\u0000b"`, "broken UTF-8": "\"a\xffb\"", "an overlong slash": "\"\xc0\xaf\"", "half a pair": `"a\ud83db"`, "the other half": `"\ude00"`, "a pair the wrong way round": `"\ude00\ud83d"`,
	"a number that is none": "1e309", "null in it": "null"}

// odd are JSON values that can be read, and wanted nowhere.
var odd = []string{"9223372036854775808", "2147483648", "-1e308", `"9999-12-31"`, `"0000-01-01"`, `"0000-01-01T00:00:00Z"`, `"a\r\nX-` + mark + `: 1"`, `"` + sum + `"`,
	`"../../../../etc/passwd"`, `"` + strings.Repeat("a", 5000) + `"`, `""`, "[]", "{}", "true", `["` + mark + `"]`}

const hole = `"⟨hole⟩"`

// spots are a JSON text as often as it has values, each time with a hole in place of one of them.
func spots(t *testing.T, text string) (all []string) {
	var root any
	if err := json.Unmarshal([]byte(text), &root); err != nil {
		t.Fatal(err)
	}
	var walk func(v any, put func(any))
	walk = func(v any, put func(any)) {
		switch v := v.(type) {
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(v)) {
				walk(v[name], func(new any) { v[name] = new })
			}
			return
		case []any:
			for i := range v {
				walk(v[i], func(new any) { v[i] = new })
			}
			return
		}
		put(strings.Trim(hole, `"`))
		all = append(all, write(root))
		put(v)
	}
	walk(root, nil)
	return all
}

// parameters are what stands in the address in place of what is wanted there.
func (s *siege) parameters(o developers.Operation, good attempt) {
	for _, p := range o.Parameters {
		switch p.In {
		case "path":
			for _, value := range slices.Concat(unread, strange) {
				s.inPath(o, good, p.Name, value)
			}
		case "query":
			for _, value := range slices.Concat(unread, strange, numbers) {
				s.inQuery(good, p.Name, value)
			}
			if p.Name == "cursor" {
				s.forged(good)
			}
		}
	}
	for _, query := range []string{"unknown=1", "%zz", "%", "a;b", "%00=1", "%ff=1", "key=" + mark, strings.Repeat("a=1&", 400)} {
		s.refused(good.with("the query "+query[:min(9, len(query))], func(a *attempt) { a.query = query }), 400, 422)
	}
}

// forged are cursors that the list did not write: what its rows are known by, and one that is sealed for another list.
func (s *siege) forged(good attempt) {
	for what, value := range map[string]string{"an id": string(s.person.group.ID), "a number": "1", "a name": "marsh-lane", "another list's": s.api.CursorOf("/api/v1/elsewhere", s.person.group.ID),
		"a seal of zeros": base64.RawURLEncoding.EncodeToString(append(make([]byte, 16), `"marsh-lane"`...))} {
		got := s.send(good.with("the cursor of "+what, func(a *attempt) {
			rest, err := url.ParseQuery(a.query)
			s.must(err)
			rest.Set("cursor", value)
			a.query = rest.Encode()
		}))
		if got.status != 400 || read[api.Problem](got).Code != "cursor" {
			s.t.Errorf("%s takes a cursor that is %s: %d %.300s", good.op.OperationID, what, got.status, got.text)
		}
	}
}

// unread are values as an address has them, escaped, that no text is; strange are those that are wanted nowhere, and numbers of them
// those that mean something only where a number or a day is.
var (
	unread  = []string{"a%00b", "%ff"}
	strange = []string{strings.Repeat("a", 5000), "..%2f..%2fme", "../me", "-1", "99999999999999999999", "a%0d%0aX-" + mark + ":%20" + mark, url.QueryEscape(sum)}
	numbers = []string{"2147483648", "1e309", "NaN", "-Inf", "0000-01-01"}
)

func (s *siege) inPath(o developers.Operation, good attempt, name, value string) {
	a := good.with(fmt.Sprintf("path %s %.30s", name, value), func(a *attempt) {
		a.path = strings.Replace(strings.TrimPrefix(o.Path, api.Prefix), "{"+name+"}", value, 1)
		for other, given := range map[string]string{"id": string(market.NewID()), "photo": string(market.NewID()), "size": "small"} {
			a.path = strings.ReplaceAll(a.path, "{"+other+"}", given)
		}
	})
	if slices.Contains(unread, value) {
		s.refused(a, 400)
		return
	}
	if name == "reference" { // whatever a partner likes to call things
		s.send(a)
		return
	}
	s.refused(a, 404, 405, 422)
}

func (s *siege) inQuery(good attempt, name, value string) {
	a := good.with(fmt.Sprintf("query %s %.30s", name, value), func(a *attempt) {
		rest, err := url.ParseQuery(a.query)
		s.must(err)
		rest.Del(name)
		a.query = name + "=" + value + "&" + rest.Encode()
	})
	if slices.Contains(unread, value) {
		s.refused(a, 400)
		return
	}
	s.send(a)
}

// headers are what comes in those that an operation reads.
func (s *siege) headers(o developers.Operation, good attempt) {
	names := []string{"Accept"}
	if o.Method == http.MethodGet {
		names = append(names, "If-None-Match")
	}
	for _, p := range o.Parameters {
		if p.In == "header" {
			names = append(names, p.Name)
		}
	}
	for _, name := range names {
		for what, values := range map[string][]string{"garbage": {"\"';{}<\xff\xfe>,,=" + mark}, "10 kB": {strings.Repeat(mark, 10<<10/len(mark))}, "two": {"first-" + mark, "second-" + mark}, "nothing": {""}, "a star": {"*"},
			"100 of them": slices.Repeat([]string{`"` + mark + `"`}, 100)} {
			s.send(good.with("header "+name+" of "+what, func(a *attempt) { a.header[name] = values }))
		}
	}
}

// Escapes are characters, and what only looks like one is text.
func TestATextIsReadAsItWasSent(t *testing.T) {
	n := open(t).neighbour("Larkhollow Hall", "host@hall.test")
	draft := strings.Replace(write(hall(n)), `"Church hall"`, `"Hall \\u0000 \ud83d\ude00 \\\u00e9"`, 1)
	if l := read[api.Listing](n.ask("POST", "/listings", draft).want(201)); l.Title != `Hall \u0000 😀 \é` {
		t.Errorf("%q", l.Title)
	}
}

// A method that a path does not have is told so, with those that it has.
func TestAMethodThatAPathDoesNotHaveIsAProblem(t *testing.T) {
	h := open(t)
	id := string(market.NewID())
	for path, operations := range h.document().Paths {
		at := strings.NewReplacer("{id}", id, "{slug}", "home", "{photo}", id, "{other}", id, "{size}", "small", "{reference}", "chairs-1", api.Prefix, "").Replace(path)
		have := []string{}
		for method := range operations {
			have = append(have, strings.ToUpper(method))
		}
		slices.Sort(have)
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", mark} {
			if slices.Contains(have, method) {
				continue
			}
			a := h.public().ask(method, at, "").want(405)
			allowed := strings.Split(a.header.Get("Allow"), ", ")
			slices.Sort(allowed)
			if !slices.Equal(have, allowed) {
				t.Errorf("%s %s: Allow %q, and it has %q", method, path, allowed, have)
			}
			if method != "HEAD" && read[api.Problem](a).Code != "no_method" {
				t.Errorf("%s %s: %s", method, path, a.text)
			}
		}
	}
}
