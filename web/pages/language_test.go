package pages

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"wherewithal/account"
	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/wording/wordingtest"
)

const frenchNeed = "Salle pour chanter"

// unsaid are the places where a page does not say which language the words of a group are in. Elements that hold text alone
// have no way to.
func (p page) unsaid() (texts []string) {
	for n := range p.root.Descendants() {
		if n.Type != html.TextNode || slices.Contains([]string{"title", "option", "textarea", "script"}, n.Parent.Data) {
			continue
		}
		for text, lang := range map[string]string{arabicHall: "ar", urduAbout: "ur", persianWords: "fa", frenchNeed: "fr"} {
			if strings.Contains(n.Data, text) && wordingtest.In(n) != lang {
				texts = append(texts, n.Data)
			}
		}
	}
	return texts
}

const (
	urduAbout    = "ہم ہر جمعرات کو گاتے ہیں"
	persianWords = "پنجشنبه ها همه با هم"
)

// openAbroad is a street on which everything has happened that pages tell of, and whose groups say things in Arabic and French. Kit is a
// connector and an operator.
func openAbroad(t *testing.T) (s *street, kit *browser) {
	s = openStreet(t)
	s.abroad.typed.Add(frenchNeed, "quiet street", "loud street", "Not.", "xyz", "Urdu", "Persian", "piano", "postcode")
	kit, _ = s.lookedAfter(map[string][]market.ID{"quiet": {s.choir, s.hall}})
	path := s.connected()
	s.change(`update people set operator = true where address = 'kit@quiet.example'`)
	s.change(`update listings set title = $1, description = $1, language = 'ar', tags = '["قاعة"]', circle = 'anyone' where id = $2`, arabicHall, s.offer)
	s.change(`update listings set title = $1, description = $1, language = 'fr', tags = '[]' where side = 'need'`, frenchNeed)
	s.change(`update groups set does = $1, languages = '["English", "Urdu"]' where id = $2`, urduAbout, s.hall)
	s.change(`update groups set languages = '["Persian"]' where id = $1`, s.choir)
	s.taker.get(path).fill(path+"/write", "text", persianWords)
	s.taker.get(path).fill(path + "/suggest").want(200)
	desk := kit.asksForAKey(string(s.networkID("/networks/quiet"))) + "/webhooks"
	kit.get(desk).fill(desk, "url", "https://directory.example/hooks", "test", "yes").want(200)
	s.change(`with file as (insert into imports (id, partner_id, test, format, sums_all, state, sha256, created_at) select gen_random_uuid(), id, true, 'csv', true, 'shown', '', $1 from partners returning id)
		insert into import_rows (import_id, position, reference, closed, digest, act, faults, notes) select id, 2, 'xyz', false, '', 'refused', $2, $2 from file`,
		s.now, `[{"Field": "postcode", "Code": "file_number"}]`)
	kit.get("/account/searches/new?q=piano&side=offer").fill("/account/searches").want(200)
	kit.get("/ask").fill("/ask", "do", "draft", "description", frenchNeed, "title", frenchNeed, "language", "fr").want(200)
	kit.get("/report?about=listing:"+string(s.offer)).fill("/report", "reason", "wrong", "words", "Shut.").want(200)
	s.change(`insert into decisions (id, subject, subject_id, act, reason, words, created_at, appeal, appealed_at)
		select gen_random_uuid(), 'listing', $1, 'hidden', 'wrong', '', $2, 'Not.', $2`, s.offer, s.now)
	s.change(`with ring as (insert into rings (id, state, worth, proposed_at) values (gen_random_uuid(), 'proposed', 1, $1) returning id)
		insert into ring_members (ring_id, position, group_id, offer_id, need_id, amount, fit, live)
		select ring.id, m.position, m.of, $2, $3, 1, 1, true from ring, (values (0, $4::uuid), (1, $5::uuid)) m (position, of)`,
		s.now, s.offer, s.only().NeedID, s.hall, s.choir)
	s.change(`insert into networks (id, slug, name, level, created_at, held_at) values (gen_random_uuid(), 'still', 'quiet street', 'neighbourhood', $1, $1)`, s.now)
	return s, kit
}

func (s *street) change(sql string, args ...any) {
	s.t.Helper()
	_, err := s.store.Pool().Exec(s.t.Context(), sql, args...)
	s.must(err)
}

// readsAndSpoils looks at all pages, and at what they say to forms that are filled in badly.
func readsAndSpoils(t *testing.T) {
	s, kit := openAbroad(t)
	s.change(`update people set language = $1`, accented)
	s.worked(s.offer)
	found := s.browser().get("/widget/search.json?lang="+accented).want(200, `"lang":"`+accented+`"`, `"title":"`+arabicHall+`"`, `"lang":"ar","dir":"rtl"`)
	if own := regexp.MustCompile(`"words":\{.*\}`).FindString(found.text); own == "" || strings.Contains(own, "Search") {
		t.Errorf("the widget says of its own: %s", found.text)
	}
	everywhere := s.paths()
	s.browser().get("/find/feed.atom").want(200, `<entry xml:lang="ar">`, arabicHall)
	s.browser().get("/find/feed.json").want(200, `"language":"ar"`, arabicHall)
	s.browser().get("/listings/"+string(s.offer)).want(200, `"inLanguage":"ar"`)
	forms := map[string]spoiled{}
	for _, b := range []*browser{s.taker, s.giver, kit, s.browser()} {
		b.readsOn(t, everywhere, forms)
	}
	kinds := s.waiting()
	if len(kinds) < 4 {
		t.Errorf("only mails of %v", kinds)
	}
	for _, kind := range kinds {
		s.mailsSayNothingOfTheirOwn(kind)
	}
	for _, r := range s.engine.Routes() {
		if r.Method == http.MethodPost && !noLanguage.MatchString(r.Path) {
			s.abroad.routes = append(s.abroad.routes, r.Path)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(forms)) {
		forms[key].sends(s)
	}
}

// spoiled is a form to be filled in badly.
type spoiled struct {
	by     *browser
	action string
	form   *html.Node
}

// bad is what stands in no field with sense: in one that people write into, and in all others. Its letters have no accents.
var bad = []struct{ text, other string }{
	{"", ""},
	{"http://qqq.qq qq@qq.qq", "-1"},
	{strings.Repeat("qq ", 2000), "999999999"},
	{"qq", "0001-01-01"},
}

// sends the form with nothing, with what may not be said, with too much, and with nonsense.
func (f spoiled) sends(s *street) {
	for _, b := range bad {
		s.abroad.typed.Add(b.other)
		fields := fieldsOf(f.form)
		spoilt := false
		for n := range f.form.Descendants() {
			name, kind := attribute(n, "name"), attribute(n, "type")
			switch {
			case name == "" || kind == "hidden" || kind == "file":
			case n.Data == "textarea", n.Data == "input" && slices.Contains([]string{"", "text", "search", "url", "email"}, kind):
				fields.Set(name, b.text)
				spoilt = true
			case n.Data == "input", n.Data == "select":
				fields.Set(name, b.other)
				spoilt = true
			case n.Data == "button" && !fields.Has(name):
				fields.Set(name, attribute(n, "value"))
			}
		}
		if !spoilt {
			return
		}
		s.site.Limits = httpx.NewLimiter(nil, []byte("s"))
		f.by.post(f.action, fields)
	}
}

// waiting are the kinds of letters that wait.
func (h *house) waiting() (kinds []market.LetterKind) {
	h.t.Helper()
	rows, err := h.store.Pool().Query(h.t.Context(), `select distinct kind from letters where state = 'waiting' order by 1`)
	if err != nil {
		h.t.Fatal(err)
	}
	for rows.Next() {
		var kind market.LetterKind
		if err := rows.Scan((*string)(&kind)); err != nil {
			h.t.Fatal(err)
		}
		kinds = append(kinds, kind)
	}
	return kinds
}

// mailsSayNothingOfTheirOwn is the same for the mails of a kind that wait.
func (s *street) mailsSayNothingOfTheirOwn(kind market.LetterKind) {
	s.t.Helper()
	for _, m := range s.delivered(kind) { // none when what it speaks of has moved on
		root, err := html.Parse(strings.NewReader(m.HTML))
		s.must(err)
		if texts := (page{root: root}).unsaid(); len(texts) > 0 {
			s.t.Errorf("a mail of the kind %s does not say which language this is in: %q", kind, texts)
		}
	}
}

// noLanguage are the routes of what no person reads: files, and answers to programs, in no language or in that of their own.
var noLanguage = regexp.MustCompile(`^/(assets|dev|photos|sitemap|widget|\.well-known|open-referral|calendar|healthz|readyz|places|oembed)|\.(ico|svg|png|jpg|csv|ics|js|json|atom|geojson|xml|txt|webmanifest)$|/files/:file$|/photos/:photo$|/data/:id$`)

// paths are those of all pages, with what has happened in them; a link that nobody was given where s made none.
func (s *street) paths() (all []string) {
	s.t.Helper()
	in, links := s.only().ID, introduction.Links{Secret: s.accounts.TokenSecret}
	joan, err := s.store.PersonAt(s.t.Context(), "host@hall.example")
	s.must(err)
	offer, err := s.store.EntryFor(s.t.Context(), market.System, s.offer, s.now)
	s.must(err)
	one := func(sql string) string {
		s.t.Helper()
		var id string
		if err := s.store.Pool().QueryRow(s.t.Context(), sql).Scan(&id); err != nil {
			s.t.Fatalf("%s: %v", sql, err)
		}
		return id
	}
	ids := map[string]string{"groups": string(s.hall), "listings": string(s.offer), "drafts": one(`select id::text from unfinished_forms`), "introductions": string(in), "by-hand": string(in),
		"networks": one(`select id::text from networks where held_at is not null`),
		"reports":  one(`select id::text from reports`), "decisions": one(`select id::text from decisions`), "rings": one(`select id::text from rings`),
		"partners": one(`select id::text from partner_grants`), "account": one(`select id::text from partners`), ":hook": one(`select id::text from webhooks`), ":import": one(`select id::text from imports`),
		":other": string(s.only().NeedID), ":slug": "quiet", ":tag": "search"}
	tokens := map[string]string{"i": links.Token(in, joan.ID), "o": links.OutcomeToken(in, joan.ID), "ring": links.RingToken(market.ID(ids["rings"]), joan.ID),
		"r": listing.Links{Secret: links.Secret}.RenewToken(s.offer, joan.ID, *offer.Listing.ExpiresAt), "mails": account.MailLinks{Secret: links.Secret}.Token(joan.ID),
		"sign-in": strings.TrimPrefix(s.link("host@hall.example"), "/sign-in/")}
	for _, r := range s.engine.Routes() {
		if r.Method != http.MethodGet || noLanguage.MatchString(r.Path) {
			continue
		}
		parts := strings.Split(r.Path, "/")
		for i, part := range parts {
			of := part
			switch {
			case part == ":token":
				parts[i] = or(tokens[parts[i-1]], strings.Repeat("A", 64))
				continue
			case part == ":kind":
				parts[i] = "possible_match"
				continue
			case part == ":id" && parts[1] == "account":
				of = "account"
			case part == ":id":
				of = parts[i-1]
			case !strings.HasPrefix(part, ":"):
				continue
			}
			if parts[i] = ids[of]; parts[i] == "" {
				s.t.Errorf("%s: no page of it was made: say which %s, or that no person reads it", r.Path, part)
			}
		}
		all = append(all, strings.Join(parts, "/"))
	}
	return append(all, "/find?q=xyz", "/nowhere", "/report?about=listing:"+string(s.offer), "/networks/quiet/tie?as=parent&with=loud", "/account/searches/new?q=piano&side=offer")
}

// particular are the parts of an address that differ between pages alike.
var particular = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|\?.*|[A-Za-z0-9_-]{40,}`)

// readsOn follows links from some pages, at most three of a route, looks at every page it comes to, and notes the forms there, one of a route.
func (b *browser) readsOn(t *testing.T, queue []string, forms map[string]spoiled) {
	t.Helper()
	seen, of, pages := map[string]bool{}, map[string]int{}, 0
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		route := particular.ReplaceAllString(at, ":")
		if seen[at] || of[route] >= 3 || strings.HasPrefix(at, "/dev/") {
			continue
		}
		seen[at], pages = true, pages+1
		of[route]++
		p := b.get(at)
		if !strings.HasPrefix(p.header.Get("Content-Type"), "text/html") || p.status >= http.StatusInternalServerError {
			continue
		}
		if texts := p.unsaid(); len(texts) > 0 {
			t.Errorf("%s does not say which language this is in: %q", at, texts)
		}
		for n := range p.root.Descendants() {
			if to := attribute(n, "action"); n.Data == "form" && attribute(n, "method") == "post" {
				forms[particular.ReplaceAllString(to, ":")] = spoiled{b, to, n}
			}
			if href := attribute(n, "href"); (n.Data == "a" || n.Data == "link") && strings.HasPrefix(href, "/") {
				href, _, _ = strings.Cut(href, "#")
				queue = append(queue, href)
			}
		}
	}
	if pages < 10 {
		t.Errorf("only %d pages", pages)
	}
}
