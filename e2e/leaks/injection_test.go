package leaks

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"golang.org/x/net/html"

	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/web/api"
)

// ours are the columns of text in which no person's words stand: codes, addresses that were checked, and what is sealed.
var ours = strings.Fields(`
	address_changes.address address_changes.was bounces.status connectors.network_id consents.said_on check_statements.stated_on evidence.dated evidence.expires
	evidence.shown_on decisions.reason decisions.was events.subject events.verb groups.likeness introductions.decline_reason introductions.need_mask
	introductions.offer_mask invitations.address kinds.code letter_introductions.kind letters.address letters.answer letters.kind letters.message_id letters.once
	listings.kind listings.language mail_stops.kind matches.weights meanings.model message_files.type messages.mail_id network_words.code networks.likeness networks.slug once.answer once.id
	outbox.kind passkey_challenges.state passkeys.record people.address people.language people.zone places.zone postcodes.postcode public_points.cell
	reports.address reports.reason share_outs.kind share_outs.weights sign_ins.address sign_ins.next tokens.prefix partners.site groups.link
	mandates.address mandates.reference supplied.reference supplied.link webhooks.why deliveries.type deliveries.fault webhooks.url`)

// sly is what somebody hostile leaves in a field: a formula, an element, an attribute, templates, a header, a line of a log or a
// calendar, and colours of a terminal.
func sly(name string) string {
	return "=zq" + name + "\"'><zq onclick=a()><img src=zq>{{7777777*3}}${7777777*3}<%= 7777777*3 %>\r\nX-Zq: 1\r\nEND:VEVENT\r\ntime=zq \x1b[31m"
}

// sows has every text of every row say sly things, whatever the doors would have refused. It tells into how many columns.
func (l *lane) sows() (sown []string) {
	rows, err := l.store.Pool().Query(l.ctx, `select c.table_name || '.' || c.column_name from information_schema.columns c join pg_tables t
		on t.schemaname = 'public' and t.tablename = c.table_name where c.table_schema = 'public' and c.data_type = 'text' and c.table_name not like 'goose%'
		order by 1`)
	l.must(err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	l.must(err)
	for _, name := range names {
		table, column, _ := strings.Cut(name, ".")
		var choices bool
		l.scan(&choices, `select exists (select 1 from pg_constraint where contype = 'c' and conrelid = $1::regclass and pg_get_constraintdef(oid) ~ ('\m' || $2 || '"? = ANY'))`, table, column)
		if choices || slices.Contains(ours, name) {
			continue
		}
		l.run("update "+pgx.Identifier{table}.Sanitize()+" set "+pgx.Identifier{column}.Sanitize()+" = $1", sly(strings.ReplaceAll(name, "_", "")))
		sown = append(sown, name)
	}
	l.run(`update listings set tags = jsonb_build_array($1::text), facts = facts || jsonb_build_object('hire_rules', $2::text), terms = terms || jsonb_build_object('for', $3::text, 'wants', $3::text)`,
		sly("listings.tags"), sly("listings.facts"), sly("listings.terms"))
	l.run(`update saved_searches set question = question || jsonb_build_object('words', $1::text)`, sly("savedsearches.question"))
	l.run(`update messages set left_out = jsonb_build_array($1::text)`, sly("messages.leftout"))
	for _, id := range l.known["/listings"] {
		l.must(listing.NewIndexer(l.store, l.search).Index(l.ctx, market.ID(id), l.now))
	}
	return sown
}

// What stands in a field becomes no element, no attribute, no line, no header and no formula, whatever it is and wherever it is
// shown: on every page, in every answer of the API, every table, calendar, feed and map of the site, and in the log.
func TestWhatIsTypedBecomesNothingMoreThanText(t *testing.T) {
	l := openLane(t)
	l.run(`update people set operator = true where id = $1`, l.cast["connector"].person.ID)
	sown := l.sows()
	if len(sown) < 35 {
		t.Errorf("only %d columns were sown: %v", len(sown), sown)
	}
	l.openLinks()
	seen, answers := map[string]bool{}, 0
	for _, role := range []string{"giver", "taker", "connector", visitor} {
		for _, r := range l.engine.Routes() {
			path, ok := l.fill(r.Path)
			if r.Method != http.MethodGet || !ok || strings.HasPrefix(path, "/dev/") || strings.HasPrefix(path, "/assets/") {
				continue
			}
			for _, q := range asked(l.named(path)) {
				answer, text := l.reads(role, q[0], q[1])
				answers++
				for _, fault := range unquiet(answer, text) {
					t.Errorf("%s as %s: %s", q[0], role, fault)
				}
				for _, m := range regexp.MustCompile(`zq([a-z.]+)`).FindAllStringSubmatch(strings.ReplaceAll(text, "\r\n ", ""), -1) {
					seen[m[1]] = true
				}
			}
		}
	}
	t.Logf("%d answers, %d columns sown, %d seen", answers, len(sown), len(seen))
	if answers < 400 || len(seen) < 25 {
		t.Errorf("%d answers showed %d of what was sown: %v", answers, len(seen), seen)
	}
	for _, line := range strings.Split(strings.TrimSpace(l.log.String()), "\n") {
		if !strings.HasPrefix(line, "time=20") || strings.ContainsAny(line, "\x1b\r") {
			t.Errorf("a line of the log begins otherwise: %.200q", line)
		}
	}
}

// openLinks has the paths that begin with a secret lead to what is theirs.
func (l *lane) openLinks() {
	secret := []byte(strings.Repeat("s", 32))
	giver, in := l.cast["giver"].person.ID, market.ID(l.ids["$connected"])
	links := introduction.Links{Secret: secret}
	for route, path := range map[string]string{"/i/:token": links.Token(in, giver), "/i/:token/files/:file": links.Token(in, giver) + "/files/$file",
		"/o/:token": l.known["/o giver"][0], "/r/:token": l.known["/r giver"][0], "/ring/:token": links.RingToken(market.ID(l.ids["$ring"]), giver),
		"/s/:token": l.known["/s giver"][0], "/mails/:token": l.known["/mails giver"][0], "/mails/:token/stop/:kind": l.known["/mails giver"][0] + "/stop/possible_match",
		"/unwanted/:token": market.UnwantedToken(secret, "guest@elsewhere.test"),
		"/may-post/:token": l.mayPost(), "/calendar/:secret": l.known["/calendar giver"][0], "/listings/:id": l.known["/listings"][0], "/groups/:id": string(l.cast["giver"].group.ID)} {
		l.hers[route] = path
	}
}

// asked is a path with what is asked of it, and the formats in which it answers.
func asked(path string) (all [][2]string) {
	all = append(all, [2]string{path, ""})
	question := url.QueryEscape(sly("query"))
	switch path {
	case "/find", "/find/groups", "/places", "/ask", "/offer", "/", "/sign-in", "/account/searches/new", "/report/thanks":
		all = append(all, [2]string{path + "?q=" + question + "&text=" + question + "&near=" + question + "&next=" + question + "&back=" + question, ""})
	case api.Prefix + "/search":
		all = append(all, [2]string{path + "?limit=100", "text/csv"}, [2]string{path + "?limit=1", "application/geo+json"}, [2]string{path + "?q=" + question, ""})
	case api.Prefix + "/suggestions", api.Prefix + "/search/parties":
		all = append(all, [2]string{path + "?q=zqlistings", ""}, [2]string{path + "?q=" + question, ""})
	}
	return all
}

func (l *lane) reads(role, path, accept string) (*http.Response, string) {
	l.t.Helper()
	q, err := http.NewRequestWithContext(l.ctx, http.MethodGet, l.server.URL+path, nil)
	l.must(err)
	for _, name := range []string{"User-Agent", "Referer", "X-Request-Id", "X-Forwarded-For", "HX-Source"} {
		q.Header.Set(name, strings.NewReplacer("\r\n", " ", "\x1b", "").Replace(sly("header")))
	}
	if accept != "" {
		q.Header.Set("Accept", accept)
	}
	if n := l.cast[role]; n != nil && strings.HasPrefix(path, api.Prefix) {
		q.Header.Set("Authorization", "Bearer "+n.token)
	} else if n != nil {
		q.Header.Set("Cookie", n.session)
	}
	answer, err := http.DefaultTransport.RoundTrip(q)
	l.must(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	l.must(err)
	return answer, string(text)
}

// unquiet says what became of sly text in an answer.
func unquiet(a *http.Response, text string) (faults []string) {
	if a.StatusCode >= 500 {
		faults = append(faults, a.Status)
	}
	for name, values := range a.Header {
		if all := name + strings.Join(values, " "); name == "X-Zq" || strings.ContainsAny(all, "\r\n\x1b\"<") && strings.Contains(all, "zq") {
			faults = append(faults, "header "+all)
		}
	}
	if strings.Contains(text, "23333331") {
		faults = append(faults, "a template was worked out")
	}
	kind, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";")
	switch {
	case kind == "text/html":
		return append(faults, inHTML(text)...)
	case kind == "text/calendar":
		return append(faults, inCalendar(text)...)
	case kind == "text/csv":
		return append(faults, inTable(text)...)
	case strings.HasSuffix(kind, "json") && !json.Valid([]byte(text)):
		return append(faults, "no JSON: "+text)
	case strings.HasSuffix(kind, "xml"):
		if err := xml.Unmarshal([]byte(text), new(struct{})); err != nil {
			faults = append(faults, "no XML: "+err.Error())
		}
	}
	return faults
}

func inHTML(text string) (faults []string) {
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return []string{err.Error()}
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "zq" {
			faults = append(faults, "an element was typed")
		}
		for _, a := range n.Attr {
			if a.Val == "zq" && a.Key == "src" || strings.HasPrefix(a.Key, "on") || a.Key == "style" ||
				(a.Key == "href" || a.Key == "action" || a.Key == "src") && !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "#") && !strings.HasPrefix(a.Val, "http") && !strings.HasPrefix(a.Val, "mailto:") {
				faults = append(faults, "an attribute was typed: "+n.Data+" "+a.Key+"="+a.Val)
			}
		}
		if n.Data == "script" && n.FirstChild != nil && !json.Valid([]byte(n.FirstChild.Data)) {
			faults = append(faults, "a script that is no data: "+n.FirstChild.Data)
		}
	}
	return faults
}

var property = regexp.MustCompile(`^[A-Z][A-Z0-9-]*[;:]`)

func inCalendar(text string) (faults []string) {
	ends := 0
	for _, line := range strings.Split(strings.TrimSuffix(unfolded(text), "\r\n"), "\r\n") {
		if !property.MatchString(line) || strings.HasPrefix(line, "X-ZQ") {
			faults = append(faults, "a line was typed: "+line)
		}
		if line == "BEGIN:VEVENT" {
			ends++
		}
		if line == "END:VEVENT" {
			ends--
		}
	}
	if ends != 0 {
		faults = append(faults, "an event was ended by what was typed")
	}
	return faults
}

func inTable(text string) (faults []string) {
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil || len(rows) == 0 {
		return []string{"no table: " + text}
	}
	for _, cell := range slices.Concat(rows...) {
		if strings.HasPrefix(cell, "=") {
			faults = append(faults, "a formula: "+cell)
		}
	}
	return faults
}
