package pages

import (
	"strings"

	"wherewithal/market"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// says is what each part of the form holds, in a line: to be read over before posting.
func (p *poster) says(pg view.PostPage) view.PostSays {
	l, _, _ := p.listing()
	line := func(facts ...string) string {
		var said []string
		for _, f := range facts {
			if f != "" {
				said = append(said, f)
			}
		}
		return or(strings.Join(said, " · "), p.c.T("market.nothing_said"))
	}
	c, f := p.c, p.f
	uses := eachUse(c, l.Welcomes, l.Involves)
	return view.PostSays{
		What:  line(append([]string{f.String("title")}, p.saysWhat(l)...)...),
		When:  line(append([]string{p.saysEvery(l)}, c.when(l)...)...),
		Where: line(c.choice("where", string(l.Where)), p.saysPlace(pg, l), p.saysReach(l)),
		Terms: line(append(append([]string{c.terms(l.Terms)}, c.each("feature", l.Has, l.Requires)...), uses...)...),
		Who:   line(p.groupName(), c.choice("circle_short", string(l.Circle)), map[bool]string{true: c.T("card.urgent")}[l.Urgent]),
	}
}

func (p *poster) saysWhat(l market.Listing) (said []string) {
	kind, ok := market.StandardKind(l.Kind)
	name, another := wording.NameOf(l.Language), !wording.SameLanguage(l.Language, p.c.Lang)
	if another {
		p.c.quotes(market.Listing{Title: l.Title, Language: l.Language}, market.Listing{Title: name, Language: l.Language})
	}
	if !ok {
		return nil
	}
	said = append(said, p.c.T("kind."+l.Kind))
	if another {
		said = append(said, name)
	}
	if l.Quantity > 1 {
		said = append(said, strings.TrimSpace(p.f.String("quantity")+" "+l.Unit))
	}
	for _, fact := range kind.Facts {
		switch value := p.c.factValue(fact, l.Facts); {
		case value == "":
		case fact.Type == market.FactFlag:
			said = append(said, p.c.T("fact."+fact.Key))
		case fact.Type == market.FactNumber && fact.Unit == "people":
			said = append(said, value)
		default:
			said = append(said, p.c.T("fact."+fact.Key)+": "+value)
		}
	}
	return said
}

func (p *poster) saysEvery(l market.Listing) string {
	if l.When.Every == "" || l.When.Every == market.Once {
		return ""
	}
	return p.c.choice("every", string(l.When.Every))
}

// saysPlace is the place as it was typed, or the name of the group's own.
func (p *poster) saysPlace(pg view.PostPage, l market.Listing) string {
	if l.Where == market.Online {
		return ""
	}
	if typed := p.f.String("place"); typed != "" {
		return typed
	}
	for _, own := range pg.Places {
		if own.Value != "" && (own.Value == string(l.PlaceID)) {
			return own.Label
		}
	}
	return ""
}

func (p *poster) saysReach(l market.Listing) string {
	if l.ReachKM <= 0 {
		return ""
	}
	return p.c.T("market.within", "Km", l.ReachKM)
}
