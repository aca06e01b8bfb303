package searchtest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/search/relevance"
)

// town is a truth of groups and networks.
type town []market.Party

func (t town) load(_ context.Context, ids []market.ID) (some []market.Party, err error) {
	for _, p := range t {
		if slices.Contains(ids, p.ID) {
			some = append(some, p)
		}
	}
	return some, nil
}

func (t town) each(_ context.Context, do func([]market.Party) error) error { return do(t) }

func (t town) ids() (ids []market.ID) {
	for _, p := range t {
		ids = append(ids, p.ID)
	}
	return ids
}

// beside are the parties that a question finds and that are still what was asked for, each with why.
func (t town) beside(b *bench, v market.Viewer, text string) (list []string) {
	b.Helper()
	found := b.askAs(v, search.Query{Text: text, Parties: 5})
	for _, id := range found.Parties {
		at := slices.IndexFunc(t, func(p market.Party) bool { return p.ID == id })
		if at < 0 {
			list = append(list, "gone")
		} else if why, ok := search.WhyFound(text, t[at]); ok {
			list = append(list, t[at].Name+" by "+string(why))
		}
	}
	return list
}

// partyScripts plays the scripts with groups and networks, one after the other in the same engine.
func partyScripts(b *bench) {
	scripts, err := relevance.All()
	if err != nil {
		b.Fatal(err)
	}
	played := 0
	for _, s := range scripts {
		if len(s.Parties) == 0 {
			continue
		}
		played++
		b.Run(s.Name, func(t *testing.T) { playParties(&bench{T: t, engine: b.engine}, s) })
	}
	if played == 0 {
		b.Error("no script has a group or a network")
	}
}

func playParties(b *bench, s relevance.Script) {
	var all town
	called := map[string]string{}
	for _, p := range s.Parties {
		all, called[p.Party.Name] = append(all, p.Party), p.Name
	}
	if _, err := b.engine.ReconcileParties(b.Context(), all.each, all.load); err != nil {
		b.Fatal(err)
	}
	play(b, s, false)
	for _, q := range s.Searches {
		var found []string
		for _, one := range all.beside(b, q.Viewer, q.Text) {
			name, why, _ := strings.Cut(one, " by ")
			if name = called[name]; slices.Contains(q.Never, name) {
				b.Errorf("line %d: %q found %s, never", q.Line, q.Text, name)
			}
			found = append(found, name+" by "+why)
		}
		if diff := gocmp.Diff(q.Beside, found); diff != "" {
			b.Errorf("line %d: %q found beside (-want +got):\n%s", q.Line, q.Text, diff)
		}
	}
}

// partiesForEachViewer: nobody is given what only a test key may see, and a key that is bound to networks nothing beyond.
func partiesForEachViewer(b *bench) {
	near, far, box := b.id(), b.id(), b.id()
	all := town{
		{ID: b.id(), Kind: market.AGroup, Name: "Quince Choir", Networks: []market.ID{near}},
		{ID: b.id(), Kind: market.AGroup, Name: "Quince Players", Networks: []market.ID{far}},
		{ID: near, Kind: market.ANetwork, Name: "Quince Lane", Networks: []market.ID{near}},
		{ID: b.id(), Kind: market.AGroup, Name: "Quince Try-out", Networks: []market.ID{box}, Sandbox: true},
		{ID: b.id(), Kind: market.AGroup, Name: "Nobody else"},
	}
	b.put(titled("Quince jam"))
	if _, err := b.engine.ReconcileParties(b.Context(), all.each, all.load); err != nil {
		b.Fatal(err)
	}
	for name, c := range map[string]struct {
		viewer market.Viewer
		want   []string
	}{
		"everybody":    {market.Public, []string{"Quince Choir", "Quince Lane", "Quince Players"}},
		"the program":  {market.System, []string{"Quince Choir", "Quince Lane", "Quince Players"}},
		"a bound key":  {market.Viewer{Within: []market.ID{near}}, []string{"Quince Choir", "Quince Lane"}},
		"bound to nil": {market.Viewer{Within: []market.ID{}}, nil},
		"a test key":   {market.Viewer{Within: []market.ID{box}, Sandbox: true}, []string{"Quince Try-out"}},
	} {
		var got []string
		for _, one := range all.beside(b, c.viewer, "quince") {
			got = append(got, strings.TrimSuffix(one, " by name"))
		}
		slices.Sort(got)
		if diff := gocmp.Diff(c.want, got); diff != "" {
			b.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for what, q := range map[string]search.Query{"none are asked for": {Text: "quince"}, "no words": {Parties: 5}} {
		if page := b.ask(q); len(page.Parties) > 0 || len(page.Hits) == 0 && q.Text != "" {
			b.Errorf("%s: %d parties, %d listings", what, len(page.Parties), len(page.Hits))
		}
	}
	if page := b.askAs(market.System, search.Query{}); page.Total != 1 {
		b.Errorf("%d listings: parties are none", page.Total)
	}
}

// partiesInPages: groups and networks are all found, each once, page after page; of one kind where that is asked; with a slip too; and what a
// viewer may not be shown is in no page.
func partiesInPages(b *bench) {
	var all town
	for i := range 25 {
		kind := market.AGroup
		if i%5 == 0 {
			kind = market.ANetwork
		}
		all = append(all, market.Party{ID: b.id(), Kind: kind, Name: fmt.Sprintf("Damson Circle %d", i)})
	}
	hidden := market.Party{ID: b.id(), Kind: market.AGroup, Name: "Damson Sandbox", Sandbox: true}
	all = append(all, hidden, market.Party{ID: b.id(), Kind: market.AGroup, Name: "Nobody else"})
	b.put(titled("Damson jam"))
	if _, err := b.engine.ReconcileParties(b.Context(), all.each, all.load); err != nil {
		b.Fatal(err)
	}
	both := []market.PartyKind{market.AGroup, market.ANetwork}
	for name, c := range map[string]struct {
		q    search.Query
		want int
	}{
		"both":           {search.Query{Text: "damson", Seek: both, Limit: 10}, 25},
		"groups":         {search.Query{Text: "damson circle", Seek: both[:1], Limit: 10}, 20},
		"networks":       {search.Query{Text: "damson", Seek: both[1:], Limit: 2}, 5},
		"with a slip":    {search.Query{Text: "dammson", Seek: both, Limit: 10}, 25},
		"just one page":  {search.Query{Text: "damson", Seek: both, Limit: 25}, 25},
		"nothing has it": {search.Query{Text: "zzzzzz", Seek: both}, 0},
		"no words":       {search.Query{Seek: both}, 0},
	} {
		found := map[market.ID]int{}
		for pages := 1; ; pages++ {
			page := b.ask(c.q)
			for _, id := range page.Parties {
				found[id]++
			}
			if len(page.Hits) > 0 || len(page.Parties) > cmp.Or(c.q.Limit, 20) {
				b.Errorf("%s: a page has %d listings and %d parties", name, len(page.Hits), len(page.Parties))
			}
			if c.q.Cursor = page.Next; page.Next == "" {
				break
			}
			if pages > 25 {
				b.Fatalf("%s: the pages do not end", name)
			}
		}
		if len(found) != c.want || found[hidden.ID] > 0 {
			b.Errorf("%s: %d found, want %d", name, len(found), c.want)
		}
		for id, times := range found {
			if times != 1 {
				b.Errorf("%s: %s is found %d times", name, id, times)
			}
		}
	}
	next := b.ask(search.Query{Text: "damson", Seek: both, Limit: 10}).Next
	for what, q := range map[string]search.Query{"listings": {Text: "damson"}, "groups alone": {Text: "damson", Seek: both[:1]}, "other words": {Text: "circle", Seek: both}} {
		q.Cursor, q.Now = next, now
		if _, err := b.engine.Query(b.Context(), market.Public, q); !errors.Is(err, search.ErrCursor) {
			b.Errorf("%s take a cursor of both: %v", what, err)
		}
	}
	if _, err := b.engine.Query(b.Context(), market.Public, search.Query{Text: "damson", Seek: []market.PartyKind{"person"}, Now: now}); !errors.As(err, new(*market.Invalid)) {
		b.Errorf("persons are looked for: %v", err)
	}
}

// partiesAreMendedBothWays: what changed, came and went is found by Reconcile, and KeepParties follows one.
func partiesAreMendedBothWays(b *bench) {
	all := town{{ID: b.id(), Kind: market.AGroup, Name: "Medlar Stitchers"}, {ID: b.id(), Kind: market.AGroup, Name: "Medlar Walkers"}, {ID: b.id(), Kind: market.ANetwork, Name: "Medlar Road"}}
	mend := func(want search.Mended) {
		b.Helper()
		if got, err := b.engine.ReconcileParties(b.Context(), all.each, all.load); err != nil || got != want {
			b.Errorf("mended %+v, want %+v; %v", got, want, err)
		}
	}
	expect := func(text string, want int) {
		b.Helper()
		if page := b.ask(search.Query{Text: text, Parties: 5}); len(page.Parties) != want {
			b.Errorf("%s: %d found, want %d", text, len(page.Parties), want)
		}
	}
	mend(search.Mended{Put: 3})
	mend(search.Mended{})
	expect("medlar", 3)
	all[0].Name = "The Hidden Ones"
	if err := b.engine.KeepParties(b.Context(), all[:1].ids(), all.load); err != nil {
		b.Fatal(err)
	}
	expect("stitchers", 0)
	expect("hidden", 1)
	gone := all[1].ID
	all = town{all[0], all[2]}
	if err := b.engine.KeepParties(b.Context(), []market.ID{gone}, all.load); err != nil {
		b.Fatal(err)
	}
	expect("walkers", 0)
	all = append(all[:1], market.Party{ID: b.id(), Kind: market.AGroup, Name: "Newcomers of Medlar"})
	mend(search.Mended{Put: 1, Deleted: 1})
	expect("medlar", 1)
}
