// Package leaks plants addresses, phone numbers, names and exact places, and looks for them wherever they must not be: in
// every answer of every route of the site and the API to everybody who may ask, in the log, in the jobs as Redis holds them,
// in the search index and in mails. It holds tests only.
package leaks

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"wherewithal/account"
	"wherewithal/alert"
	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/photo/phototest"
	"wherewithal/queue"
	"wherewithal/store"
	"wherewithal/store/storetest"
	"wherewithal/web/api"
)

// planted is something that only some may read.
type planted struct {
	text string
	for_ []string // roles
}

// street is a world in which a giver is connected with a taker, and an asker waits for the giver's answer; a host is asked whether
// what a singer had of it has happened, and is connected with elders for whom the connector speaks; and three are asked about a ring.
type street struct {
	*world
	cast    map[string]*neighbour
	known   map[string][]string // real values of a route's parameters, by the route's first part
	planted []planted
}

func openStreet(t *testing.T) *street {
	s := &street{world: open(t), cast: map[string]*neighbour{}}
	over := s.finished()
	lats := map[string]float64{"giver": 51.482637, "taker": 51.479123, "asker": 51.476891, "stranger": 51.473457, "elder": 51.481379,
		"baker": 51.478246, "potter": 51.477531, "weaver": 51.475713}
	for _, name := range slices.Sorted(maps.Keys(lats)) {
		s.cast[name] = s.neighbour(name, lats[name])
	}
	giver, taker, asker := s.cast["giver"], s.cast["taker"], s.cast["asker"]
	s.network(giver, taker, asker, s.cast["elder"])
	s.report()
	offer := s.posts(giver, market.Offer)
	_, err := s.listings.AddPhoto(s.ctx, giver.viewer, market.Photo{ListingID: offer.ID, Alt: "A quiet room"}, phototest.Phone, market.OnceOnly{ID: "photo"}, s.now)
	s.must(err)
	first, second := s.posts(taker, market.Need), s.posts(asker, market.Need)
	s.sends()
	connected, asked := s.between(offer, first), s.between(offer, second)
	s.answers(taker, connected, market.Yes)
	s.answers(asker, asked, market.Yes)
	s.sends()
	s.answers(giver, connected, market.Yes)
	s.sends()
	for _, n := range []*neighbour{giver, taker} {
		_, _, err := s.talks.Write(s.ctx, n.viewer, connected.ID, "Ring me: 020 7946 0"+phone[n.name], string(market.NewID()), s.now)
		s.must(err)
	}
	s.sends()
	s.agree(taker, giver, connected)
	s.sends()
	byHand := s.byHand()
	ring := s.ring()
	s.partner()
	s.knows(offer, first, second, connected, asked, over, byHand)
	s.knowsRing(ring)
	s.plants()
	return s
}

// agree has two who are connected agree on what they were introduced for.
func (s *street) agree(a, b *neighbour, in market.Introduction) {
	ex, err := s.store.Exchange(s.ctx, in.ID)
	s.must(err)
	ex, err = s.intros.Suggest(s.ctx, a.viewer, in.ID, 1, ex.Slots, string(market.NewID()), s.now)
	s.must(err)
	_, err = s.intros.Confirm(s.ctx, b.viewer, in.ID, ex.Sequence, string(market.NewID()), s.now)
	s.must(err)
}

// partner sites, one with a key for all of the site and one with a key for the network, and what their pages are asked with.
func (s *street) partner() {
	s.site("partner", "Borough directory")
	net, err := s.store.Network(s.ctx, "quiet-streets")
	s.must(err)
	s.site("bound", "Street directory", net.ID)
}

// site with a key for some networks, or for all of the site.
func (s *street) site(role, name string, networks ...market.ID) {
	looks := s.cast["connector"]
	v := looks.viewer
	v.Operator = true
	p, err := s.partners.Ask(s.ctx, looks.viewer, market.Partner{Name: name, Site: "https://directory.test", Purpose: "Shows what is on."}, networks,
		market.PartnerScopes, "ask "+role, s.now)
	s.must(err)
	grants, err := s.store.GrantsOf(s.ctx, p.ID)
	s.must(err)
	s.must(s.partners.Decide(s.ctx, v, grants[0].ID, partner.Decision{Yes: true, Scopes: market.PartnerScopes, PerMinute: 1000, PerDay: 100_000}, s.now))
	_, key, err := s.partners.MakeKey(s.ctx, looks.viewer, p.ID, false, "key "+role, s.now)
	s.must(err)
	s.cast[role] = &neighbour{name: role, token: key}
}

var phone = map[string]string{"giver": "321", "taker": "654"}

// network of them all, with a connector, whose own group is none.
func (s *street) network(members ...*neighbour) {
	net := []market.Network{{ID: market.NewID(), Slug: "quiet-streets", Name: "Quiet Streets", Level: market.Neighbourhood, CreatedAt: s.now}}
	c := &neighbour{name: "connector"}
	s.tx(func(tx *store.Tx) (err error) {
		c.person, err = tx.Welcome(s.ctx, "me@planted-connector.test", s.now)
		return err
	})
	var joined []market.NetworkMember
	for _, n := range members {
		joined = append(joined, market.NetworkMember{NetworkID: net[0].ID, GroupID: n.group.ID, AskedAt: &s.now, AgreedAt: &s.now})
	}
	connectors := []market.Connector{{NetworkID: net[0].ID, PersonID: c.person.ID, Since: s.now}}
	s.tx(func(tx *store.Tx) error {
		for _, rows := range []any{&net, &joined, &connectors} {
			if err := tx.Plant(s.ctx, rows); err != nil {
				return err
			}
		}
		return nil
	})
	var err error
	c.viewer, err = s.store.ViewerFor(s.ctx, c.person, s.now)
	s.must(err)
	s.signsIn(c)
	s.cast["connector"] = c
}

// report of somebody signed out, who left an address.
func (s *street) report() {
	s.must(s.accounts.Report(s.ctx, market.Public, market.Report{Subject: "group", SubjectID: s.cast["stranger"].group.ID, Reason: "wrong",
		Words: "Words plantedreport", Address: "me@planted-report.test"}, false, "report", s.now))
}

// knows are the values with which routes are asked.
func (s *street) knows(offer, first, second market.Listing, ins ...market.Introduction) {
	connected, over := ins[0], ins[2]
	s.known = map[string][]string{"/listings": {string(offer.ID), string(first.ID), string(second.ID)}, "/networks": {"quiet-streets"}, "": {"nonsense", string(market.NewID())}}
	for _, n := range s.cast {
		if n.group.ID != "" {
			s.known["/groups"] = append(s.known["/groups"], string(n.group.ID))
		}
	}
	for _, in := range ins {
		s.known["/introductions"] = append(s.known["/introductions"], string(in.ID))
	}
	s.known["/by-hand"] = s.known["/introductions"]
	for _, table := range []string{"places", "people", "messages", "photos"} {
		rows, err := s.store.Pool().Query(s.ctx, "select id::text from "+table)
		s.must(err)
		for rows.Next() {
			var id string
			s.must(rows.Scan(&id))
			s.known["/"+table] = append(s.known["/"+table], id)
		}
		s.must(rows.Err())
	}
	secret := []byte(strings.Repeat("s", 32))
	for _, n := range s.cast { // what is in the links of somebody's mails is asked as them, and as nobody else
		if n.person.ID == "" {
			continue // a partner is a site
		}
		links := introduction.Links{Secret: secret}
		for _, in := range ins {
			s.known["/i "+n.name] = append(s.known["/i "+n.name], links.Token(in.ID, n.person.ID))
		}
		s.known["/o "+n.name] = []string{links.OutcomeToken(connected.ID, n.person.ID), links.OutcomeToken(over.ID, n.person.ID)}
		s.known["/r "+n.name] = []string{listing.Links{Secret: secret}.RenewToken(offer.ID, n.person.ID, *offer.ExpiresAt)}
		s.must(s.accounts.MakeFeed(s.ctx, n.viewer, s.now))
		feed, _, err := s.accounts.Feed(s.ctx, n.viewer)
		s.must(err)
		s.known["/calendar "+n.name] = []string{feed.String() + ".ics"}
		wish, err := alert.New(s.store, s.search, nil).Save(s.ctx, n.viewer, market.SavedSearch{Name: "secretwish" + n.name, Pace: market.InDigest,
			Question: market.Question{Words: "wishes" + n.name, Sides: []market.Side{market.Offer}, Said: "q=wishes" + n.name}}, market.OnceOnly{ID: "wish-" + n.name}, s.now)
		s.must(err)
		s.known["/account/searches"] = append(s.known["/account/searches"], string(wish.ID))
		s.known["/searches"] = s.known["/account/searches"]
		s.known["/s "+n.name] = []string{market.LinkToken(secret, market.StopSearch, wish.ID, n.person.ID)}
		s.known["/mails "+n.name] = []string{account.MailLinks{Secret: secret}.Token(n.person.ID)}
	}
}

// plants says who may read what.
func (s *street) plants() {
	for name, n := range s.cast {
		s.planted = append(s.planted, planted{"planted-" + name, []string{name}})
		friends := append(slices.Clone(met[name]), name)
		if phone[name] != "" {
			s.planted = append(s.planted, planted{"7946 0" + phone[name], friends}, planted{"79460" + phone[name], friends})
		}
		s.planted = append(s.planted, planted{"secretwish" + name, []string{name}}, planted{"wishes" + name, []string{name}})
		if n.group.ID != "" {
			for _, text := range []string{"Person planted" + name, "Group planted" + name, "Hall planted" + name, "planted" + name, postcodes[name],
				strings.ReplaceAll(postcodes[name], " ", ""), fmt.Sprintf("%.4f", n.place.Exact.Lat), fmt.Sprintf("%.5f", n.place.Exact.Lat)} {
				s.planted = append(s.planted, planted{text, friends})
			}
		}
	}
	s.planted = append(s.planted, planted{"Kindword", []string{"host", "singer"}}, planted{"saidbyelder", []string{"elder", "connector"}},
		planted{"The sidedoor sticks", []string{"host", "singer", "giver", "taker", "elder", "connector"}}) // the next who are connected read it too
	for _, text := range phototest.Planted { // where and with what the photo was taken, which its group told nobody
		s.planted = append(s.planted, planted{text, nil})
	}
	s.planted = append(s.planted, planted{"planted-report", nil}, planted{"plantedreport", nil})
}

// found are the things in a text that a role may not read.
func (s *street) found(text, role string) (out []string) {
	for _, p := range s.planted {
		if !slices.Contains(p.for_, role) && strings.Contains(text, p.text) {
			out = append(out, p.text)
		}
	}
	return out
}

// roles in the order in which they ask.
var roles = []string{"visitor", "partner", "bound", "stranger", "connector", "asker", "taker", "giver", "singer", "host", "elder", "baker"}

// visitor is whoever is signed out and has no link.
const visitor = "visitor"

func TestNothingPlantedIsFoundWhereItMayNotBe(t *testing.T) {
	s := openStreet(t)
	s.meets()
	seen := map[string]int{}
	for _, role := range roles {
		for _, a := range s.questions(role) {
			status, answer := s.ask(role, a)
			if status >= http.StatusInternalServerError {
				t.Errorf("%s %s as %s: %d", a.method, a.path, role, status)
			}
			if leaks := s.found(withoutQuestion(answer, a.path), role); len(leaks) > 0 {
				t.Errorf("%s %s as %s holds %v", a.method, a.path, role, leaks)
			}
			seen[role]++
			for _, p := range s.planted {
				if slices.Contains(p.for_, role) && strings.Contains(answer, p.text) {
					seen[role+" reads"]++
				}
			}
		}
	}
	t.Logf("answers: %v", seen)
	for _, role := range roles {
		if seen[role] < 150 || role != visitor && role != "partner" && role != "bound" && seen[role+" reads"] == 0 {
			t.Errorf("%d answers to the %s were looked at, own things found in %d", seen[role], role, seen[role+" reads"])
		}
	}
	for _, name := range []string{"giver", "taker"} { // the connected read each other: the search finds what there is
		if own := s.found(s.page(name, "/introductions/"+s.known["/introductions"][0]), visitor); len(own) < 4 {
			t.Errorf("the %s reads only %v", name, own)
		}
		for _, calendar := range []string{"/introductions/" + s.known["/introductions"][0] + "/calendar.ics", "/calendar/" + s.known["/calendar "+name][0]} {
			if own := s.found(s.page(name, calendar), visitor); len(own) < 2 {
				t.Errorf("the %s reads only %v in %s", name, own, calendar)
			}
		}
	}
	if leaks := s.found(s.log.String(), visitor); len(leaks) > 0 {
		t.Errorf("the log holds %v", leaks)
	}
	if !strings.Contains(s.log.String(), "status=200") {
		t.Error("the log that was looked at is empty")
	}
}

// All groups here hide their names, and some are in the network. A key that the network let in is told of none of them, nor that something of
// theirs is gone, in whatever way it asks: everybody reads their listings, and would know by that where they are.
func TestAKeyOfANetworkIsToldOfNoAliasInIt(t *testing.T) {
	s := openStreet(t)
	giver := s.cast["giver"]
	cursors := map[string]string{"partner": s.copied("partner", ""), "bound": s.copied("bound", "")}
	offer := market.ID(s.known["/listings"][0])
	s.must(s.listings.Move(s.ctx, giver.viewer, offer, market.Paused, nil, s.now))
	if text := s.page("bound", api.Prefix+"/changes?cursor="+cursors["bound"]); strings.Contains(text, string(offer)) {
		t.Errorf("it is told that what an alias in its network has paused is gone: %s", text)
	}
	if text := s.page("partner", api.Prefix+"/changes?cursor="+cursors["partner"]); !strings.Contains(text, string(offer)) {
		t.Errorf("one for all of the site is not told: %s", text)
	}
	s.must(s.listings.Move(s.ctx, giver.viewer, offer, market.Open, nil, s.now))
	s.must(listing.NewIndexer(s.store, s.search).Index(s.ctx, offer, s.now))
	if status, text := s.ask(visitor, question{http.MethodGet, api.Prefix + "/listings/" + string(offer)}); status != http.StatusOK {
		t.Fatalf("nobody else reads it: %d %s", status, text)
	}
	var theirs []string
	for _, name := range []string{"giver", "taker", "asker", "elder"} {
		theirs = append(theirs, string(s.cast[name].group.ID))
	}
	theirs = append(theirs, s.known["/listings"]...)
	asked := 0
	for _, q := range append(s.questions("bound"), question{http.MethodGet, api.Prefix + "/changes?cursor=" + cursors["bound"]}) {
		if !strings.HasPrefix(q.path, api.Prefix) || q.method != http.MethodGet {
			continue
		}
		status, text := s.ask("bound", q)
		asked++
		for _, id := range theirs {
			if status < http.StatusBadRequest && strings.Contains(text, id) && !strings.HasPrefix(q.path, api.Prefix+"/groups/"+id) { // a group's page is there for whoever has its address
				t.Errorf("%s (%d) holds %s: %.300s", q.path, status, id, text)
			}
		}
	}
	if asked < 30 {
		t.Errorf("%d answers were looked at", asked)
	}
}

// copied reads all changes from a cursor on, and gives the next.
func (s *street) copied(role, cursor string) string {
	s.t.Helper()
	for {
		path := api.Prefix + "/changes"
		if cursor != "" {
			path += "?cursor=" + cursor
		}
		status, text := s.ask(role, question{http.MethodGet, path})
		_, body, _ := strings.Cut(text, "\n{")
		var page api.Changes
		if err := json.Unmarshal([]byte("{"+body), &page); err != nil || status != http.StatusOK {
			s.t.Fatalf("%d %v %s", status, err, text)
		}
		if cursor = page.Next; !page.More {
			return cursor
		}
	}
}

// meets sees that who asks comes upon each of the scenes.
func (s *street) meets() {
	s.t.Helper()
	for _, read := range []struct{ role, path, holds string }{
		{"singer", "/o/" + s.known["/o singer"][1], "Did it happen"}, {"host", "/introductions/" + s.known["/introductions"][2], "Kindword"},
		{"elder", "/introductions/" + s.known["/introductions"][3], "saidbyelder"}, {"connector", "/introductions/" + s.known["/introductions"][3], "Person plantedhost"},
		{"baker", "/introductions/rings/" + s.known["/rings"][0], "Quiet potter people"}, {"baker", "/ring/" + s.known["/ring baker"][0], "Quiet potter people"},
		{"baker", api.Prefix + "/rings/" + s.known["/rings"][0], "Quiet potter people"},
	} {
		if text := s.page(read.role, read.path); !strings.Contains(text, read.holds) {
			s.t.Errorf("the %s does not read %q in %s:\n%.3000s", read.role, read.holds, read.path, text)
		}
	}
}

// withoutQuestion leaves out what somebody searched for, which the page shows again to the same person.
func withoutQuestion(answer, path string) string {
	u, err := url.Parse(path)
	if err != nil || u.Query().Get("q") == "" {
		return answer
	}
	asked := u.Query().Get("q")
	for _, written := range []string{asked, url.QueryEscape(asked), strings.ReplaceAll(url.QueryEscape(asked), "+", "%20"), url.PathEscape(asked)} {
		answer = strings.ReplaceAll(answer, written, "")
	}
	return answer
}

func (s *street) page(role, path string) string {
	_, text := s.ask(role, question{method: http.MethodGet, path: path})
	return text
}

// question is a request.
type question struct{ method, path string }

var parameter = regexp.MustCompile(`[:*][a-z]+|\{[a-z]+\}`)

// questions are all routes of site and API with all values that a role may know. What changes something is sent as an
// empty form, and not by those whose it is.
func (s *street) questions(role string) (out []question) {
	for _, r := range s.engine.Routes() {
		if strings.HasPrefix(r.Path, "/dev/") || strings.HasPrefix(r.Path, "/assets/") || r.Method == http.MethodHead || r.Method == http.MethodOptions {
			continue // /dev shows an operator's own mails, on this machine only
		}
		if own := s.cast[role] != nil && s.cast[role].group.ID != "" && role != "stranger"; r.Method != http.MethodGet && own {
			continue
		}
		for _, path := range s.filled(role, r.Path) {
			out = append(out, question{r.Method, path})
			if path == "/find" || path == "/find/groups" || path == "/places" || path == api.Prefix+"/search" || path == api.Prefix+"/search/parties" || path == api.Prefix+"/places" {
				for _, q := range []string{"room", "plantedgiver", "SE10 9ZJ", "me@planted-giver.test"} {
					out = append(out, question{r.Method, path + "?q=" + url.QueryEscape(q)})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b question) int { return strings.Compare(a.leaves(), b.leaves()) })
	return out
}

// leaves is for what ends a session: it comes after all else.
func (q question) leaves() string {
	if q.path == "/sign-out" {
		return q.path
	}
	return ""
}

// filled is a route with each value of its parameters.
func (s *street) filled(role, route string) (paths []string) {
	names := parameter.FindAllString(route, -1)
	if len(names) == 0 {
		return []string{route}
	}
	paths = []string{route}
	for i, name := range names {
		var next []string
		for _, path := range paths {
			for _, value := range s.values(role, route, name, i) {
				next = append(next, strings.Replace(path, name, value, 1))
			}
		}
		paths = next
	}
	return paths
}

// values of a parameter of a route that a role may know.
func (s *street) values(role, route, name string, nth int) []string {
	first, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(route, api.Prefix), "/"), "/")
	switch {
	case strings.Contains(route, "/rings/"):
		return append(slices.Clone(s.known["/rings"]), s.known[""]...)
	case nth == 0 && s.known["/"+first+" "+role] != nil:
		return s.known["/"+first+" "+role]
	case nth == 0 && s.known["/"+first] != nil:
		return append(slices.Clone(s.known["/"+first]), s.known[""]...)
	case name == ":place":
		return s.known["/places"]
	case name == ":person":
		return s.known["/people"]
	case name == ":size":
		return []string{"small.jpg", "large.jpg", "large"}
	case name == ":photo":
		return s.known["/photos"]
	case name == ":kind":
		return []string{string(market.DidItHappen)}
	}
	return s.known[""]
}

// byLink are pages that the link of a mail opens, signed out.
var byLink = regexp.MustCompile(`^/(i|o|r|s|ring|mails|calendar)/`)

func (s *street) ask(role string, q question) (status int, text string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.ctx, q.method, s.server.URL+q.path, nil)
	s.must(err)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	program := strings.HasPrefix(q.path, api.Prefix)
	r.Header.Set("Content-Type", map[bool]string{true: "application/json", false: "application/x-www-form-urlencoded"}[program])
	if n := s.cast[role]; n != nil && program {
		r.Header.Set("Authorization", "Bearer "+n.token)
	} else if n != nil && !byLink.MatchString(q.path) {
		r.Header.Set("Cookie", n.session)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	s.must(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	s.must(err)
	if cookies := answer.Header.Values("Set-Cookie"); program && len(cookies) > 0 {
		s.t.Errorf("%s %s as %s sets %v", q.method, q.path, role, cookies)
	}
	headers := &strings.Builder{}
	s.must(answer.Header.Write(headers))
	return answer.StatusCode, headers.String() + unfolded(string(body))
}

// unfolded is a calendar file whose lines are whole again: RFC 5545 breaks them after 75 bytes, anywhere.
func unfolded(text string) string { return strings.ReplaceAll(text, "\r\n ", "") }

// A mail holds nothing that its reader may not know, and no address but its reader's: not even once connected.
func TestMailsHoldNothingThatTheirReadersMayNotKnow(t *testing.T) {
	s := openStreet(t)
	s.mailsHoldNothing()
	if len(s.mails) < 20 {
		t.Errorf("%d mails were looked at", len(s.mails))
	}
}

func (s *street) mailsHoldNothing() {
	s.t.Helper()
	for _, o := range s.mails {
		reader := ""
		for name, n := range s.cast {
			if n.person.Address == o.To {
				reader = name
			}
		}
		if o.To == "me@planted-report.test" {
			reader = "report"
		}
		all := unfolded(fmt.Sprintf("%+v", o))
		for _, f := range o.Files {
			all += unfolded(string(f.Content))
		}
		all = strings.ReplaceAll(all, o.To, "")
		if leaks := s.found(all, reader); len(leaks) > 0 {
			s.t.Errorf("%q to the %s holds %v", o.Subject, reader, leaks)
		}
		for name := range s.cast {
			if strings.Contains(all, "planted-"+name+".test") {
				s.t.Errorf("%q to the %s holds an address of the %s", o.Subject, reader, name)
			}
		}
	}
}

// What waits in Redis, and what can be searched, may be read by whoever gets at a copy of it.
func TestJobsAndTheSearchIndexHoldNothingPlanted(t *testing.T) {
	s := openStreet(t)
	client := redis.NewClient(&redis.Options{Addr: storetest.Redis(t)})
	defer client.Close()
	ctx, stop := context.WithCancel(s.ctx)
	defer stop()
	go queue.NewRelay(s.store, client, queue.Kinds, nil, slog.New(slog.DiscardHandler), nil).Run(ctx)
	keys := s.jobsIn(client)
	held := strings.Join(keys, "\n")
	for _, key := range keys {
		held += s.under(client, key)
	}
	if !strings.Contains(held, string(s.known["/listings"][0])) || len(keys) < 10 {
		t.Errorf("Redis does not hold the jobs: %d keys", len(keys))
	}
	if leaks := s.found(held, visitor); len(leaks) > 0 {
		t.Errorf("the jobs hold %v", leaks)
	}
	index := s.rows("search")
	if !strings.Contains(index, "quiet") {
		t.Error("the search index holds nothing")
	}
	if leaks := s.found(index, visitor); len(leaks) > 0 {
		t.Errorf("the search index holds %v", leaks)
	}
	events := ""
	s.must(s.store.Pool().QueryRow(ctx, `select string_agg(to_jsonb(e)::text, ' ') from events e`).Scan(&events))
	if leaks := s.found(events, visitor); len(leaks) > 0 {
		t.Errorf("the events hold %v", leaks)
	}
}

// jobsIn are the keys of Redis once the relay has brought it every job that waits: a row counts as sent just before it is.
func (s *street) jobsIn(client *redis.Client) (keys []string) {
	s.t.Helper()
	end := time.After(2 * time.Minute)
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		waiting, sent, _, err := s.store.Depth(s.ctx)
		s.must(err)
		keys, err = client.Keys(s.ctx, "*").Result()
		s.must(err)
		if waiting == 0 && s.jobsUnder(client, keys) >= int(sent) {
			return keys
		}
		select {
		case <-tick.C:
		case <-end:
			s.t.Fatalf("Redis holds %d of %d jobs, and %d wait", len(keys), sent, waiting)
		}
	}
}

// jobsUnder the keys of tasks, each of which holds one or several.
func (s *street) jobsUnder(client *redis.Client, keys []string) (n int) {
	for _, key := range keys {
		if strings.Contains(key, ":t:") {
			n += strings.Count(s.under(client, key), `"Attempt":`)
		}
	}
	return n
}

// under a key of Redis lies this. A hash is read, for what is dumped of a long one is squeezed.
func (s *street) under(client *redis.Client, key string) string {
	if fields, err := client.HGetAll(s.ctx, key).Result(); err == nil {
		return fmt.Sprint(fields)
	}
	dump, err := client.Dump(s.ctx, key).Result()
	s.must(err)
	return dump
}

// rows of all tables of a schema.
func (s *street) rows(schema string) (all string) {
	s.t.Helper()
	tables, err := s.store.Pool().Query(s.ctx, `select tablename from pg_tables where schemaname = $1`, schema)
	s.must(err)
	names, err := pgx.CollectRows(tables, pgx.RowTo[string])
	s.must(err)
	for _, name := range names {
		var text string
		s.must(s.store.Pool().QueryRow(s.ctx, `select coalesce(string_agg(to_jsonb(t)::text, ' '), '') from search.`+pgx.Identifier{name}.Sanitize()+` t`).Scan(&text))
		all += text
	}
	return all
}
