package searchtest

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/search"
)

// finds holds that a question finds exactly these, in whatever order.
func (b *bench) finds(what string, q search.Query, want ...market.ID) {
	b.Helper()
	b.findsFor(market.Public, what, q, want...)
}

func (b *bench) findsFor(v market.Viewer, what string, q search.Query, want ...market.ID) {
	b.Helper()
	page := b.askAs(v, q)
	got := idsOf(page)
	slices.Sort(got)
	want = append([]market.ID{}, want...)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		b.Errorf("%s (-want +got):\n%s", what, diff)
	}
	if page.Total != len(want) {
		b.Errorf("%s: total %d, want %d", what, page.Total, len(want))
	}
}

// findsInOrder holds that a question finds exactly these, in this order.
func (b *bench) findsInOrder(what string, q search.Query, want ...market.ID) {
	b.Helper()
	if diff := cmp.Diff(want, idsOf(b.ask(q))); diff != "" {
		b.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func sideKindAndTags(b *bench) {
	room := b.put(func(e *market.Entry) { e.Listing.Tags = []string{"Music", "choir"} })
	need := b.put(func(e *market.Entry) { e.Listing.Side = market.Need; e.Listing.Tags = []string{"music"} })
	tent := b.put(func(e *market.Entry) { e.Listing.Kind = market.Equipment; e.Listing.Tags = []string{"Café"} })

	b.finds("everything", search.Query{}, room, need, tent)
	b.finds("needs", search.Query{Sides: []market.Side{market.Need}}, need)
	b.finds("both sides", search.Query{Sides: []market.Side{market.Need, market.Offer}}, room, need, tent)
	b.finds("equipment", search.Query{Kinds: []string{market.Equipment}}, tent)
	b.finds("a tag, whatever its case", search.Query{Tags: []string{"MUSIC"}}, room, need)
	b.finds("two tags", search.Query{Tags: []string{"music", "choir"}}, room)
	b.finds("a tag without its accent", search.Query{Tags: []string{"cafe"}}, tent)
	b.finds("words and filter", search.Query{Text: "useful", Kinds: []string{market.Room}, Sides: []market.Side{market.Offer}}, room)
	b.finds("nothing of that kind", search.Query{Kinds: []string{"boat"}})
}

func networksTermsAndBoroughs(b *bench) {
	harbour, faith := b.id(), b.id()
	one := b.put(func(e *market.Entry) {
		e.Networks, e.Borough, e.Listing.Terms.Kind = []market.ID{harbour, faith}, "Greenwich", market.Loan
	})
	two := b.put(func(e *market.Entry) { e.Networks, e.Borough = []market.ID{faith}, "Lewisham" })
	three := b.put()
	aliases := []market.ID{ // a filter or a count would say where they are
		b.put(func(e *market.Entry) { e.Group.Alias, e.Networks = true, []market.ID{harbour, faith} }),
		b.put(func(e *market.Entry) {
			e.Group.Alias, e.Networks, e.Listing.Circle = true, []market.ID{harbour, faith}, market.MyNetworks
		}),
	}
	sharing := market.Viewer{Person: b.id(), Networks: []market.ID{harbour}}

	b.findsFor(sharing, "what shares a network", search.Query{}, append(aliases, one, two, three)...)
	b.findsFor(sharing, "of those, what is told to be in another", search.Query{Networks: []market.ID{faith}}, one, two)
	if got := b.askAs(sharing, search.Query{Count: []search.Facet{search.CountNetworks}}).Facets.Networks; got[faith] != 2 || got[harbour] != 1 {
		b.Errorf("counted in networks: %v", got)
	}
	b.finds("a network", search.Query{Networks: []market.ID{harbour}}, one)
	b.finds("either network", search.Query{Networks: []market.ID{harbour, faith}}, one, two)
	b.finds("a borough", search.Query{Boroughs: []string{"Lewisham"}}, two)
	b.finds("gifts", search.Query{Terms: []market.TermsKind{market.Gift}}, two, three, aliases[0])
	b.finds("gifts or loans", search.Query{Terms: []market.TermsKind{market.Gift, market.Loan}}, one, two, three, aliases[0])
}

// notOfSomeGroups: of a group that is left out nothing is found, nor counted, whatever the index has of it.
func notOfSomeGroups(b *bench) {
	var out market.ID
	b.put(titled("Quince jam"), func(e *market.Entry) { out = e.Listing.GroupID })
	stays := b.put(titled("Quince jelly"))
	b.finds("one group is left out", search.Query{Text: "quince", NotOf: []market.ID{out}}, stays)
	if page := b.ask(search.Query{Text: "jam", NotOf: []market.ID{out, b.id()}}); page.Total != 0 || len(page.Hits) != 0 || len(page.Facets.Kinds) != 0 {
		b.Errorf("what is left out is told of: %+v", page)
	}
}

func eligibilityAndFacts(b *bench) {
	both := b.put(func(e *market.Entry) {
		e.Listing.Has = []market.Feature{market.StepFree, market.HearingLoop}
		e.Listing.Facts["seated"] = 60.0
	})
	step := b.put(func(e *market.Entry) {
		e.Listing.Has = []market.Feature{market.StepFree}
		e.Listing.Facts["seated"] = 25.0
		e.Listing.Quantity = 3
	})
	needs := b.put(func(e *market.Entry) {
		e.Listing.Side, e.Listing.Requires = market.Need, []market.Feature{market.StepFree}
	})
	b.put()

	b.finds("step-free", search.Query{Requires: []market.Feature{market.StepFree}}, both, step, needs)
	b.finds("step-free with a loop", search.Query{Requires: []market.Feature{market.HearingLoop, market.StepFree}}, both)
	b.finds("seats for 40", search.Query{AtLeast: map[string]float64{"seated": 40}}, both)
	b.finds("seats for 25", search.Query{AtLeast: map[string]float64{"seated": 25}}, both, step)
	b.finds("three of them", search.Query{AtLeast: map[string]float64{"quantity": 3}}, step)
}

// circle by viewer: the index must say exactly what market.Viewer.Sees says.
func eachCircleForEachViewer(b *bench) {
	home, near, far := b.id(), b.id(), b.id()
	audiences := []func(*market.Entry){
		func(e *market.Entry) { e.Networks, e.Borough, e.Region = []market.ID{home}, "Greenwich", "London" },
		func(e *market.Entry) { e.Networks, e.Borough, e.Region = []market.ID{near, far}, "Lewisham", "London" },
		func(e *market.Entry) { e.Borough, e.Region = "Salford", "Manchester" },
		func(e *market.Entry) {},
		func(e *market.Entry) {
			e.Group.Alias, e.Networks, e.Borough, e.Region = true, []market.ID{home, far}, "Camden", "London"
		},
	}
	var entries []market.Entry
	for _, circle := range market.Circles {
		for _, audience := range audiences {
			entries = append(entries, b.entry(audience, func(e *market.Entry) { e.Listing.Circle = circle }))
		}
	}
	b.putAll(entries...)
	for name, v := range b.viewers(home, near, far, entries[0].Listing.GroupID) {
		var want []market.ID
		for _, e := range entries {
			if v.Sees(e.Audience()) && (v.Within == nil || !e.Group.Alias) {
				want = append(want, e.Listing.ID)
			}
		}
		b.findsFor(v, name, search.Query{}, want...)
		b.findsFor(v, name+", in words", search.Query{Text: "useful"}, want...)
	}
}

func (b *bench) viewers(home, near, far, group market.ID) map[string]market.Viewer {
	person := b.id()
	return map[string]market.Viewer{
		"the public":               market.Public,
		"the system":               market.System,
		"an operator":              {Person: person, Operator: true},
		"a person without a group": {Person: person},
		"the poster's group":       {Person: person, Roles: map[market.ID]market.Role{group: market.Reader}},
		"a stranger's group":       {Person: person, Roles: map[market.ID]market.Role{b.id(): market.Owner}},
		"the same network":         {Person: person, Networks: []market.ID{home}},
		"two networks":             {Person: person, Networks: []market.ID{near, far}},
		"another network":          {Person: person, Networks: []market.ID{b.id()}},
		"Greenwich":                {Person: person, Boroughs: []string{"Greenwich"}, Regions: []string{"London"}},
		"London":                   {Person: person, Boroughs: []string{"Camden"}, Regions: []string{"London"}},
		"nowhere":                  {Person: person, Boroughs: []string{""}, Regions: []string{""}},
		"a partner of a network":   {Partner: person, Within: []market.ID{near}},
		"a partner of none":        {Partner: person, Within: []market.ID{}},
		"a test key":               {Partner: person, Networks: []market.ID{home}, Within: []market.ID{home}},
		"Salford and Greenwich":    {Person: person, Boroughs: []string{"Salford", "Greenwich"}, Regions: []string{"Manchester"}},
	}
}

func countsObeyTheViewer(b *bench) {
	b.put(func(e *market.Entry) { e.Listing.Tags, e.Borough = []string{"open"}, "Greenwich" })
	b.put(func(e *market.Entry) {
		e.Listing.Circle, e.Listing.Tags, e.Borough, e.Region = market.InCity, []string{"secret"}, "Lewisham", "London"
		e.Listing.Side, e.Listing.Kind, e.Listing.Terms.Kind = market.Need, market.Skill, market.Swap
		e.Listing.Requires = []market.Feature{market.StepFree}
	})
	want := search.Facets{
		Sides: map[market.Side]int{market.Offer: 1}, Kinds: map[string]int{market.Room: 1}, Tags: map[string]int{"open": 1},
		Boroughs: map[string]int{"Greenwich": 1}, Features: map[market.Feature]int{}, Terms: map[market.TermsKind]int{market.Gift: 1},
		Networks: map[market.ID]int{},
	}
	page := b.ask(search.Query{})
	if diff := cmp.Diff(want, page.Facets); diff != "" {
		b.Errorf("facets of the public (-want +got):\n%s", diff)
	}
	londoner := market.Viewer{Person: b.id(), Regions: []string{"London"}}
	if got := b.askAs(londoner, search.Query{}); got.Total != 2 || got.Facets.Tags["secret"] != 1 {
		b.Errorf("a Londoner counts %d with %v", got.Total, got.Facets.Tags)
	}
}

func facetsCount(b *bench) {
	home, other := b.id(), b.id()
	for i := range 5 {
		b.put(titled("Folding table"), func(e *market.Entry) {
			e.Listing.Kind, e.Listing.Tags, e.Borough = market.Equipment, []string{"table"}, "Greenwich"
			e.Listing.Has, e.Networks = []market.Feature{market.Parking}, []market.ID{home}
			if i < 2 {
				e.Listing.Tags = append(e.Listing.Tags, "wood")
				e.Listing.Terms.Kind, e.Networks = market.Loan, []market.ID{home, other}
				e.Listing.Has = append(e.Listing.Has, market.StepFree)
			}
		})
	}
	b.put(titled("A quiet room"))
	want := search.Facets{
		Sides: map[market.Side]int{market.Offer: 5}, Kinds: map[string]int{market.Equipment: 5},
		Tags: map[string]int{"table": 5, "wood": 2}, Boroughs: map[string]int{"Greenwich": 5},
		Features: map[market.Feature]int{market.Parking: 5, market.StepFree: 2},
		Terms:    map[market.TermsKind]int{market.Gift: 3, market.Loan: 2},
		Networks: map[market.ID]int{home: 5, other: 2},
	}
	page := b.ask(search.Query{Text: "table", Limit: 2})
	if diff := cmp.Diff(want, page.Facets); diff != "" {
		b.Errorf("of a page of two of five (-want +got):\n%s", diff)
	}
	if page.Total != 5 || page.More {
		b.Errorf("total %d, more %v; want 5", page.Total, page.More)
	}
	if page := b.ask(search.Query{Text: "table", SkipFacets: true}); page.Total != 5 || page.Facets.Kinds != nil {
		b.Errorf("without facets: total %d, kinds %v", page.Total, page.Facets.Kinds)
	}
	some := search.Facets{Sides: want.Sides, Kinds: want.Kinds, Features: want.Features,
		Tags: map[string]int{}, Boroughs: map[string]int{}, Terms: map[market.TermsKind]int{}, Networks: map[market.ID]int{}}
	shown := []search.Facet{search.CountSides, search.CountKinds, search.CountFeatures}
	page = b.ask(search.Query{Text: "table", Count: shown, Limit: 2})
	if diff := cmp.Diff(some, page.Facets); diff != "" || page.Total != 5 {
		b.Errorf("of those that are shown, of %d (-want +got):\n%s", page.Total, diff)
	}
	bound := b.askAs(market.Viewer{Partner: b.id(), Within: []market.ID{other}}, search.Query{Count: []search.Facet{search.CountNetworks}})
	if diff := cmp.Diff(map[market.ID]int{other: 2}, bound.Facets.Networks); diff != "" {
		b.Errorf("a partner of one network counts others (-want +got):\n%s", diff)
	}
	page = b.ask(search.Query{Text: "table", Count: []search.Facet{search.CountTags}})
	if page.Total != 5 || page.Facets.Tags["wood"] != 2 || len(page.Facets.Kinds) > 0 {
		b.Errorf("tags alone: %d, %+v", page.Total, page.Facets)
	}
	var invalid *market.Invalid
	if _, err := b.engine.Query(b.Context(), market.Public, search.Query{Now: now, Count: []search.Facet{"owners"}}); !errors.As(err, &invalid) {
		b.Errorf("a facet that there is not: %v", err)
	}
}

// The counts are those of the question, on whichever of its pages they are asked for.
func laterPagesCountTheSame(b *bench) {
	for i := range 5 {
		b.put(titled("Folding table"), func(e *market.Entry) {
			e.Listing.Kind, e.Listing.Tags, e.Borough = market.Equipment, []string{"table"}, "Greenwich"
			e.Listing.Has = []market.Feature{market.Parking}[:i%2]
		})
	}
	for _, q := range []search.Query{{}, {SkipFacets: true}, {Count: []search.Facet{search.CountSides, search.CountFeatures}},
		{Count: []search.Facet{search.CountTags, search.CountSides}}} {
		q.Limit = 2
		first := b.ask(q)
		second := q
		second.Cursor = first.Next
		page := b.ask(second)
		if diff := cmp.Diff(first.Facets, page.Facets); diff != "" || page.Total != 5 || page.More {
			b.Errorf("%v: %d of the second page (-first +second):\n%s", q.Count, page.Total, diff)
		}
		third := search.Query{Cursor: page.Next, Limit: 2, Count: []search.Facet{search.CountKinds}} // another wish on the way
		if page := b.ask(third); page.Facets.Kinds[market.Equipment] != 5 || page.Total != 5 {
			b.Errorf("%v: kinds of the third page: %v of %d", q.Count, page.Facets.Kinds, page.Total)
		}
	}
}

func totalStopsCounting(b *bench) {
	if testing.Short() {
		b.Skip("puts more than a thousand listings")
	}
	var entries []market.Entry
	for range search.MaxCount + 1 {
		entries = append(entries, b.entry())
	}
	b.putAll(entries...)
	for _, skip := range []bool{false, true} {
		if page := b.ask(search.Query{SkipFacets: skip}); page.Total != search.MaxCount || !page.More {
			b.Errorf("skip %v: total %d, more %v; want \"1,000+\"", skip, page.Total, page.More)
		}
	}
}

func expiryIsSeenAtOnce(b *bench) {
	ends := now.Add(90 * 60e9)
	id := b.put(func(e *market.Entry) { e.Listing.ExpiresAt = &ends })
	b.finds("an hour before", search.Query{Now: ends.Add(-60 * 60e9)}, id)
	b.finds("at the moment", search.Query{Now: ends})
	b.finds("in words, after", search.Query{Now: ends.Add(1), Text: "useful"})
}
