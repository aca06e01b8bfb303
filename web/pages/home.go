package pages

import (
	"net/http"
	"net/url"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/web/pages/view"
)

// registerHome is for everybody.
func (s *Site) registerHome() { s.get("/", s.home) }

// homeCards is how many of each side the first page shows.
const homeCards = 4

// home shows what is really offered and needed: near a place when one is given, else everywhere the viewer may look.
func (s *Site) home(c *Call) error {
	near := c.Gin.Query("near")
	at := s.nearTo(c, near)
	p := view.HomePage{Page: c.Public(c.Page("home.title"), c.T("find.heading")), Near: near, Place: at.name,
		PlaceNote: at.note, Meant: at.meant, Everywhere: at.point == nil}
	var shown []search.Hit // of both sides, whose cards are read at once
	for _, side := range []market.Side{market.Offer, market.Need} {
		found, err := s.newest(c, side, at.point)
		if err != nil {
			return err
		}
		shown = append(shown, found.Hits...)
		href := "/find?" + url.Values{"side": {string(side)}, "near": {near}}.Encode()
		if side == market.Offer {
			p.AllOffers, p.OffersHref = c.counted("home.all_offers", found), href
		} else {
			p.AllNeeds, p.NeedsHref = c.counted("home.all_needs", found), href
		}
	}
	cards, err := s.cards(c, shown)
	if err != nil {
		return err
	}
	for _, card := range cards {
		if card.Side == view.Offer {
			p.Offers = append(p.Offers, card)
		} else {
			p.Needs = append(p.Needs, card)
		}
	}
	return c.Render(http.StatusOK, view.Home(p))
}

func (s *Site) newest(c *Call, side market.Side, at *market.Point) (search.Page, error) {
	q := search.Query{Sides: []market.Side{side}, Near: at, Now: c.Now, Limit: homeCards, Sort: search.ByNewest, SkipFacets: true}
	if at != nil {
		q.Sort = search.ByDistance
	}
	return s.Search.Query(c.Ctx, c.Viewer, q)
}

// cards are the hits as lists show them. What went away since the index was written is left out.
func (s *Site) cards(c *Call, hits []search.Hit) ([]view.Card, error) {
	ids, km := make([]market.ID, len(hits)), map[market.ID]int{}
	for i, h := range hits {
		ids[i] = h.ID
		km[h.ID] = h.KM
	}
	entries, err := s.Store.ShownFor(c.Ctx, c.Viewer, ids, c.Now)
	cards := make([]view.Card, 0, len(entries))
	for _, e := range entries {
		if e.Listing.Life == market.Open {
			cards = append(cards, c.cardAt(e, km[e.Listing.ID]))
		}
	}
	if err != nil {
		return nil, err
	}
	return cards, s.pictured(c, pointers(cards)...)
}
