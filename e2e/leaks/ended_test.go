package leaks

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/web/api"
)

// scene is a giver and a taker who were introduced, and how that ended. Each pair lives too far from the others to be introduced to them.
type scene struct {
	giver, taker string
	lat          float64
	end          func(s *street, giver, taker *neighbour, in market.Introduction)
	after        time.Duration // since it began
}

// scenes by how they ended.
var scenes = []scene{
	{giver: "mender", taker: "chooser", lat: 51.312637, end: func(s *street, _, taker *neighbour, in market.Introduction) {
		s.declines(taker, in)
	}},
	{giver: "refuser", taker: "seeker", lat: 51.402953, end: func(s *street, giver, taker *neighbour, in market.Introduction) {
		s.answers(taker, in, market.Yes)
		s.sends()
		s.declines(giver, in)
	}},
	{giver: "joiner", taker: "stopper", lat: 51.492781, end: func(s *street, giver, taker *neighbour, in market.Introduction) {
		s.connects(giver, taker, in)
		s.agree(taker, giver, in)
		s.sends()
		_, err := s.intros.Stop(s.ctx, taker.viewer, in.ID, s.now)
		s.must(err)
	}},
	{giver: "lender", taker: "dawdler", lat: 51.583149, after: 15 * 24 * time.Hour, end: func(s *street, giver, taker *neighbour, in market.Introduction) {
		s.connects(giver, taker, in)
	}},
	{giver: "keeper", taker: "pusher", lat: 51.673821, end: func(s *street, giver, taker *neighbour, in market.Introduction) {
		s.connects(giver, taker, in)
		s.must(s.intros.Block(s.ctx, giver.viewer, giver.group.ID, taker.group.ID, s.now))
	}},
}

// dials are the last digits of what the two of a scene write to each other while they may.
var dials = map[string]string{"joiner": "411", "stopper": "422", "lender": "433", "dawdler": "444", "keeper": "455", "pusher": "466"}

func (s *street) declines(n *neighbour, in market.Introduction) {
	s.t.Helper()
	_, err := s.intros.Answer(s.ctx, n.viewer, in.ID, market.No, "rather_not", s.now)
	s.must(err)
}

// connects two, who then ask each other to ring.
func (s *street) connects(giver, taker *neighbour, in market.Introduction) {
	s.t.Helper()
	for _, n := range []*neighbour{taker, giver} {
		s.answers(n, in, market.Yes)
		s.sends()
	}
	for _, n := range []*neighbour{taker, giver} {
		_, _, err := s.talks.Write(s.ctx, n.viewer, in.ID, "Ring me: 020 7946 0"+dials[n.name], string(market.NewID()), s.now)
		s.must(err)
	}
	s.sends()
	for reader, writer := range map[*neighbour]*neighbour{taker: giver, giver: taker} {
		if page := s.page(reader.name, "/introductions/"+string(in.ID)); !strings.Contains(page, "7946 0"+dials[writer.name]) || !strings.Contains(page, "Person planted"+writer.name) {
			s.t.Errorf("connected, the %s does not read the %s", reader.name, writer.name) // the search finds what there is
		}
	}
}

// openEnded is a world in which each introduction has ended, and no mind can change any more.
func openEnded(t *testing.T) (s *street, ins map[string]market.Introduction) {
	s = &street{world: open(t), cast: map[string]*neighbour{}}
	ins = map[string]market.Introduction{}
	start := s.now
	s.cast["stranger"] = s.neighbour("stranger", 51.223457)
	var all []market.Introduction
	var listings []market.Listing
	for i, sc := range scenes {
		postcodes[sc.giver], postcodes[sc.taker] = "SE2"+string(rune('0'+i))+" 1XA", "SE2"+string(rune('0'+i))+" 2XB"
		giver, taker := s.neighbour(sc.giver, sc.lat), s.neighbour(sc.taker, sc.lat+0.003113)
		s.cast[sc.giver], s.cast[sc.taker] = giver, taker
		offer, need := s.posts(giver, market.Offer), s.posts(taker, market.Need)
		listings = append(listings, offer, need)
		s.sends()
		ins[sc.taker] = s.between(offer, need)
		all = append(all, ins[sc.taker])
	}
	s.network(s.cast["joiner"], s.cast["stopper"], s.cast["refuser"], s.cast["seeker"])
	s.reader(s.cast["joiner"])
	for _, sc := range scenes {
		sc.end(s, s.cast[sc.giver], s.cast[sc.taker], ins[sc.taker])
		s.sends()
	}
	for _, day := range []int{0, 11, 15} {
		s.now = start.AddDate(0, 0, day).Add(time.Hour)
		s.must(s.intros.Turn(s.ctx, s.now))
		s.sends()
	}
	for _, n := range s.cast {
		s.signsIn(n)
	}
	s.partner()
	s.knows(listings[0], listings[1], listings[2], all...)
	return s, ins
}

// reader is a member of somebody's group who may look, and no more.
func (s *street) reader(of *neighbour) {
	n := &neighbour{name: "reader"}
	s.tx(func(tx *store.Tx) (err error) {
		if n.person, err = tx.Welcome(s.ctx, "me@planted-reader.test", s.now); err != nil {
			return err
		}
		members := []market.Membership{{ID: market.NewID(), GroupID: of.group.ID, PersonID: n.person.ID, Role: market.Reader, Since: s.now}}
		return tx.Plant(s.ctx, &members)
	})
	s.must(s.accounts.SetName(s.ctx, market.Viewer{Person: n.person.ID}, "Person plantedreader", "en-GB", s.now))
	var err error
	n.viewer, err = s.store.ViewerFor(s.ctx, n.person, s.now)
	s.must(err)
	s.cast["reader"] = n
}

// plantsEnded says who may still read what: each what is their own, what was written, and that it was at all, but for
// a giver who was never told of one that wanted nothing.
func (s *street) plantsEnded(ins map[string]market.Introduction) {
	s.plants()
	for _, sc := range scenes {
		both := []string{sc.giver, sc.taker}
		if sc.giver == "joiner" {
			both = append(both, "reader")
		}
		for _, name := range []string{sc.giver, sc.taker} {
			if dials[name] != "" {
				s.planted = append(s.planted, planted{"7946 0" + dials[name], both})
			}
		}
		if sc.taker == "chooser" {
			both = []string{"chooser"}
		}
		s.planted = append(s.planted, planted{string(ins[sc.taker].ID), both})
	}
	s.stays("lender", "dawdler", func(string) bool { return true }) // two who did not fill in a form lose each other only 90 days later
	s.stays("joiner", "stopper", func(text string) bool {           // the names over what they wrote
		return strings.HasPrefix(text, "Person ") || strings.HasPrefix(text, "planted")
	})
	for i, p := range s.planted { // their own group's, and themselves in its list
		if slices.Contains(p.for_, "joiner") {
			s.planted[i].for_ = append(slices.Clone(p.for_), "reader")
		}
		if strings.Contains(p.text, "plantedreader") {
			s.planted[i].for_ = []string{"reader", "joiner"}
		}
	}
}

// stays adds what two still read of each other: never an address, nor what is nobody else's business.
func (s *street) stays(a, b string, text func(string) bool) {
	for i, p := range s.planted {
		private := strings.HasPrefix(p.text, "planted-") || strings.Contains(p.text, "wish")
		if own := slices.Contains(p.for_, a) || slices.Contains(p.for_, b); own && !private && text(p.text) {
			s.planted[i].for_ = append(slices.Clone(p.for_), a, b)
		}
	}
}

func TestWhatHasEndedIsTheBusinessOfTheTwoAlone(t *testing.T) {
	s, ins := openEnded(t)
	s.plantsEnded(ins)
	seen := map[string]int{}
	ask := []string{visitor, "partner", "stranger", "connector", "reader"}
	for _, sc := range scenes {
		ask = append(ask, sc.giver, sc.taker)
	}
	for _, role := range ask {
		for _, a := range s.questions(role) {
			if a.method != http.MethodGet {
				continue
			}
			status, answer := s.ask(role, a)
			if status >= http.StatusInternalServerError {
				t.Errorf("%s as %s: %d", a.path, role, status)
			}
			for _, in := range ins { // an error, and the way to the door, name what was asked for
				if strings.Contains(a.path, string(in.ID)) && status >= http.StatusMultipleChoices {
					answer = strings.ReplaceAll(answer, string(in.ID), "")
				}
			}
			if leaks := s.found(withoutQuestion(answer, a.path), role); len(leaks) > 0 {
				t.Errorf("%s as %s (%d) holds %v", a.path, role, status, leaks)
			}
			seen[role]++
		}
	}
	t.Logf("answers: %v", seen)
	for _, role := range ask {
		if seen[role] < 100 {
			t.Errorf("%d answers to the %s were looked at", seen[role], role)
		}
	}
	if leaks := s.found(s.log.String(), visitor); slices.ContainsFunc(leaks, func(text string) bool { return strings.Contains(text, "planted") || strings.Contains(text, "7946") }) {
		t.Errorf("the log holds %v", leaks)
	}
}

// What went out while they were connected names the two to each other; nothing else does, and what tells of an end names nobody.
func TestMailsOfAnEndHoldNothingThatTheirReadersMayNotKnow(t *testing.T) {
	s, _ := openEnded(t)
	s.plants()
	for _, sc := range scenes {
		if dials[sc.giver] == "" {
			continue
		}
		for i, p := range s.planted {
			if slices.Contains(p.for_, sc.giver) || slices.Contains(p.for_, sc.taker) {
				s.planted[i].for_ = []string{sc.giver, sc.taker}
			}
		}
	}
	if s.mailsHoldNothing(); len(s.mails) < 25 {
		t.Errorf("%d mails were looked at", len(s.mails))
	}
	ends := 0
	for _, m := range s.mails {
		if strings.HasPrefix(m.Subject, "Not this time") {
			ends++
			if all := m.Subject + m.Text; strings.Contains(strings.ToLower(all), "rather not") || strings.Contains(all, "block") {
				t.Errorf("%q to %s says why", m.Subject, m.To)
			}
		}
	}
	if ends < 2 {
		t.Errorf("%d mails tell of an end", ends)
	}
}

// Who declined, and why, is told to nobody else; nor that somebody keeps a group apart.
func TestTheOtherIsNotToldWhyNorThatTheyAreBlocked(t *testing.T) {
	s, ins := openEnded(t)
	for _, other := range []struct{ role, holds string }{{"seeker", "It is not to be this time"}, {"joiner", "It is not to be this time"}, {"pusher", "It is not to be this time"}} {
		taker := other.role
		for _, sc := range scenes {
			if sc.giver == other.role {
				taker = sc.taker
			}
		}
		page := s.page(other.role, "/introductions/"+string(ins[taker].ID))
		if !strings.Contains(page, other.holds) {
			t.Errorf("the %s does not read %q:\n%.2000s", other.role, other.holds, page)
		}
		for _, text := range []string{page, s.page(other.role, api.Prefix+"/introductions/"+string(ins[taker].ID)), s.page(other.role, "/introductions")} {
			for _, told := range []string{"rather_not", "rather not", "Rather not", "blocked you", "plantedkeeper", "plantedrefuser"} {
				if strings.Contains(text, told) {
					t.Errorf("the %s reads %q:\n%.2000s", other.role, told, text)
				}
			}
		}
	}
	for _, path := range []string{"/introductions/" + string(ins["chooser"].ID), api.Prefix + "/introductions/" + string(ins["chooser"].ID)} {
		if status, _ := s.ask("mender", question{http.MethodGet, path}); status != http.StatusNotFound {
			t.Errorf("a giver who was never told of it asks for %s: %d", path, status)
		}
	}
}

// Whatever others than its writer and whom they are connected with read takes no phone number.
func TestNoFieldThatOthersReadTakesAPhoneNumber(t *testing.T) {
	s := &street{world: open(t), cast: map[string]*neighbour{}}
	n := s.neighbour("giver", 51.482637)
	const rings = "Ring 020 7946 0999"
	list := func(change func(*market.Listing)) func() error {
		return func() error {
			l := market.Listing{GroupID: n.group.ID, PlaceID: n.place.ID, Side: market.Offer, Kind: market.Room, Title: "Hall", Quantity: 1, Facts: market.Facts{"seated": 30.0},
				Where: market.AtPlace, Terms: market.Terms{Kind: market.Shared}, Circle: market.Anyone}
			change(&l)
			_, err := s.listings.Publish(s.ctx, n.viewer, l, market.OnceOnly{ID: string(market.NewID())}, s.now)
			return err
		}
	}
	group := func(change func(*market.Group)) func() error {
		return func() error {
			g := n.group
			change(&g)
			return s.accounts.Edit(s.ctx, n.viewer, g, "", s.now)
		}
	}
	if err := list(func(*market.Listing) {})(); err != nil {
		t.Fatalf("without one: %v", err)
	}
	if err := group(func(*market.Group) {})(); err != nil {
		t.Fatalf("without one: %v", err)
	}
	for name, write := range map[string]func() error{
		"title":       list(func(l *market.Listing) { l.Title = rings }),
		"description": list(func(l *market.Listing) { l.Description = rings }),
		"unit":        list(func(l *market.Listing) { l.Unit = "02079460999" }),
		"tag":         list(func(l *market.Listing) { l.Tags = []string{"02079460999"} }),
		"what money is": list(func(l *market.Listing) {
			l.Terms = market.Terms{Kind: market.AtCost, Pence: 100, Per: "hour", For: rings}
		}),
		"hire rules":    list(func(l *market.Listing) { l.Facts["hire_rules"] = rings }),
		"group's name":  group(func(g *market.Group) { g.Name = rings }),
		"alias":         group(func(g *market.Group) { g.Alias = rings }),
		"does":          group(func(g *market.Group) { g.Does = rings }),
		"person's name": func() error { return s.accounts.SetName(s.ctx, n.viewer, rings, "en-GB", s.now) },
		"kind word":     func() error { return market.Told{Answer: market.Yes, Word: rings}.Validate() },
		"what worked":   func() error { return market.Told{Answer: market.Yes, Worked: rings}.Validate() },
		"place": func() error {
			_, err := s.accounts.Found(s.ctx, n.viewer, market.Group{Name: "Another", LegalForm: market.Informal},
				&market.Place{Label: rings, Outcode: "SE10", Borough: "Greenwich", Region: "London", Precision: market.ByPoint, Exact: market.Point{Lat: 51.5}}, "another", s.now)
			return err
		},
	} {
		if err := write(); !errors.As(err, new(*market.Invalid)) {
			t.Errorf("%s takes %q: %v", name, rings, err)
		}
	}
}
