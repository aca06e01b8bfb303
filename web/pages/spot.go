package pages

import (
	"slices"

	"wherewithal/market"
	"wherewithal/web/pages/view"
)

// spot is what a typed place of a form was taken for.
type spot struct {
	typed string
	place market.Place
	sure  bool // it says what it means, or the person chose it
	err   error
}

// lookUp finds a typed place, once a form. A choice counts only for the text it was offered for.
func (p *poster) lookUp(typed string) *spot {
	if p.spot != nil && p.spot.typed == typed {
		return p.spot
	}
	p.spot = &spot{typed: typed}
	chosen := p.f.String("place_is")
	if chosen == "" || p.f.String("place_asked") != typed {
		p.spot.place, p.spot.sure, p.spot.err = p.s.locate(p.c, typed)
		return p.spot
	}
	p.spot.place, _, p.spot.err = p.s.locate(p.c, chosen)
	p.spot.sure = true
	return p.spot
}

// pagePlace says what a typed place was taken for, and puts up what else it may mean where that is not sure.
func (p *poster) pagePlace(pg *view.PostPage, read bool) {
	typed := p.f.String("place")
	if typed == "" || !read || p.named(typed) != "" {
		return
	}
	spot := p.lookUp(typed)
	switch chosen := p.f.String("place_is"); {
	case spot.err == nil && spot.sure && chosen == "":
		pg.PlaceMeans = p.c.T("market.place_means", "Place", commaJoin(spot.place.Outcode, spot.place.Borough))
	case spot.err == nil && spot.sure:
		pg.PlaceAsked, pg.PlaceChoices = typed, p.c.choices(typed, chosen)
	default:
		pg.PlaceAsked, pg.PlaceChoices = typed, p.c.choices(typed, "")
		p.markFound(pg, spot)
	}
}

// choices are the places a text may mean.
func (c *Call) choices(typed, chosen string) []view.Option {
	var options []view.Option
	for _, s := range meant(typed) {
		label := c.suggested(s)
		if s.Outcode != "" && s.Label == s.Value {
			label = commaJoin(s.Label, s.Borough)
		}
		options = append(options, view.Option{Value: s.Value, Label: label, On: s.Value == chosen})
	}
	return options
}

// markFound marks what a text was taken for, so that one more press confirms it. What a service outside found stands
// in no list of ours: it is shown as found.
func (p *poster) markFound(pg *view.PostPage, spot *spot) {
	if spot.err != nil {
		return
	}
	at := slices.IndexFunc(pg.PlaceChoices, func(o view.Option) bool {
		a, err := p.s.Places.Locate(p.c.Ctx, p.c.Now, o.Value) // built in: nobody is asked
		return err == nil && a.Outcode == spot.place.Outcode && a.Borough == spot.place.Borough
	})
	if at >= 0 && !foundOutside(spot) {
		pg.PlaceChoices[at].On = true
		return
	}
	found := p.c.T("market.place_found", "Place", commaJoin(spot.place.Outcode, spot.place.Borough), "Typed", shortened(spot.typed))
	pg.PlaceChoices = slices.Insert(pg.PlaceChoices, 0, view.Option{Value: spot.typed, Label: found, On: true})
}

// foundOutside reports whether a place is finer than what is built in.
func foundOutside(s *spot) bool { return s.place.Precision != market.ByOutcode }
