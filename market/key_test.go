package market_test

import (
	"errors"
	"testing"

	"wherewithal/market"
)

func TestAKeyKnowsEveryFieldThatItsFormWrites(t *testing.T) {
	g := market.Group{Name: "Creekside Choir", LegalForm: market.Informal}
	keys := map[string]string{g.Key(): "as it was"}
	for field, change := range map[string]func(*market.Group){
		"name": func(g *market.Group) { g.Name = "Creekside Singers" }, "alias": func(g *market.Group) { g.Alias = "A choir" }, "hide_name": func(g *market.Group) { g.NameHidden = true },
		"does": func(g *market.Group) { g.Does = "A choir" }, "legal_form": func(g *market.Group) { g.LegalForm = market.CIC }, "size": func(g *market.Group) { g.Size = 40 },
		"link": func(g *market.Group) { g.Link = "https://choir.example/" }, "languages": func(g *market.Group) { g.Languages = []string{"Welsh"} },
	} {
		next := g
		change(&next)
		if other := keys[next.Key()]; other != "" {
			t.Errorf("%s gives the key of %s", field, other)
		}
		keys[next.Key()] = field
	}
	same := g
	same.Languages, same.HeldAt = []string{}, &same.CreatedAt
	if same.Key() != g.Key() {
		t.Error("the key says more than the form")
	}
}

func TestTheKeyOfANetworkKnowsEveryFieldThatItsFormWrites(t *testing.T) {
	n, two := market.Network{Name: "Maze Hill Together", Level: market.Borough}, 2
	keys := map[string]string{n.Key(): "as it was"}
	for field, change := range map[string]func(*market.Network){
		"name": func(n *market.Network) { n.Name = "Maze Hill" }, "about": func(n *market.Network) { n.About = "Neighbours" }, "level": func(n *market.Network) { n.Level = market.Interest },
		"boundary": func(n *market.Network) { n.Boundary = []market.Point{{Lat: 51}} }, "holds": func(n *market.Network) { n.Holds = true },
		"a_day": func(n *market.Network) { n.MailsADay = &two }, "a_week": func(n *market.Network) { n.MailsAWeek = &two }, "requests": func(n *market.Network) { n.OpenRequests = &two },
	} {
		next := n
		change(&next)
		if other := keys[next.Key()]; other != "" {
			t.Errorf("%s gives the key of %s", field, other)
		}
		keys[next.Key()] = field
	}
	same, again := n, 2
	same.Boundary, same.HeldAt, same.MailsADay = []market.Point{}, &same.CreatedAt, &again
	n.MailsADay = &two
	if same.Key() != n.Key() {
		t.Error("the key says more than the form")
	}
}

func TestTheKeyOfANetworksWordsKnowsEachAndNoOrder(t *testing.T) {
	hall, piano := market.NetworkWord{What: "kind", Code: "room", Word: "Halls"}, market.NetworkWord{What: "tag", Code: "piano", Word: "Joanna"}
	is := market.NetworkWords{hall, piano}.Key()
	if is != (market.NetworkWords{piano, hall}).Key() {
		t.Error("it depends on the order")
	}
	for _, change := range []func(*market.NetworkWord){
		func(w *market.NetworkWord) { w.What = "kind" }, func(w *market.NetworkWord) { w.Code = "upright" }, func(w *market.NetworkWord) { w.Word = "Grand" },
	} {
		other := piano
		change(&other)
		if is == (market.NetworkWords{hall, other}).Key() {
			t.Errorf("%+v gives the same", other)
		}
	}
	if is == (market.NetworkWords{hall}).Key() {
		t.Error("one less gives the same")
	}
}

func TestAFormSaysOverAgainWhatIsThere(t *testing.T) {
	old, now := market.Group{Name: "Choir"}, market.Group{Name: "Band"}
	for seen, want := range map[string]error{"": nil, now.Key(): nil, old.Key(): market.ErrConflict, "nothing": market.ErrConflict} {
		if err := market.Unread(seen, now, old); !errors.Is(err, want) {
			t.Errorf("seen %q: %v, want %v", seen, err, want)
		}
		if err := market.Unread(seen, now, now); err != nil {
			t.Errorf("seen %q, and the same again: %v", seen, err)
		}
	}
}
