package pages

import (
	"net/http"

	"wherewithal/market"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerMine is for people with groups, about their own.
func (s *Site) registerMine() { s.get("/mine", s.mine) }

func (s *Site) mine(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	p := view.MinePage{Page: c.Page("mine.heading"), Empty: view.Empty{Title: c.T("market.mine_empty"), Text: c.T("market.mine_empty_text"),
		Links: []view.Link{{Href: "/ask", Text: c.T("market.ask")}, {Href: "/offer", Text: c.T("market.offer")}}}}
	for _, group := range v.Groups() {
		listings, err := s.Store.ListingsOf(c.Ctx, group)
		if err != nil {
			return err
		}
		for _, l := range listings {
			line, err := s.mineLine(c, l)
			if err != nil {
				return err
			}
			p.Listings = append(p.Listings, line)
		}
	}
	return c.Render(http.StatusOK, view.Mine(p))
}

func (s *Site) mineLine(c *Call, l market.Listing) (view.MineListing, error) {
	e, err := s.Store.EntryFor(c.Ctx, c.Viewer, l.ID, c.Now)
	if err != nil {
		return view.MineListing{}, err
	}
	line := view.MineListing{ID: string(l.ID), Card: c.card(e)}
	if l.Life != market.Open {
		return line, nil
	}
	if line.Matches, err = s.matchLines(c, e); err != nil {
		return line, err
	}
	if len(line.Matches) == 0 {
		line.None = c.T("market.none_yet")
	}
	line.Nears, err = s.nearLines(c, l)
	return line, err
}

// matchLines are the matches that still hold, each with the introduction it led to.
func (s *Site) matchLines(c *Call, mine market.Entry) ([]view.MatchLine, error) {
	l := mine.Listing
	matches, err := s.Store.MatchesOf(c.Ctx, l.ID, 10)
	if err != nil {
		return nil, err
	}
	intros, err := s.Store.IntroductionsFor(c.Ctx, l.ID)
	if err != nil {
		return nil, err
	}
	byOther := map[market.ID]market.Introduction{}
	for _, in := range intros {
		if in.KnownTo(c.Viewer) {
			byOther[other(in, l.ID)] = in
		}
	}
	var ids []market.ID
	said := map[market.ID]market.Match{}
	for _, m := range matches {
		id := m.OfferID
		if l.Side == market.Offer {
			id = m.NeedID
		}
		ids, said[id] = append(ids, id), m
	}
	entries, err := s.Store.EntriesFor(c.Ctx, c.Viewer, ids, c.Now)
	var lines []view.MatchLine
	for _, e := range entries {
		line := view.MatchLine{Title: e.Listing.Title, Href: listingPath(e.Listing.ID), Group: e.Group.Name, Reasons: c.reasons(l.Side, said[e.Listing.ID].Reasons)}
		if in, ok := byOther[e.Listing.ID]; ok {
			line.Href, line.State = introPath(in.ID), c.stateLine(in, l.Side, e.Group.Name)
		}
		lines = append(lines, line)
	}
	return lines, err
}

func other(in market.Introduction, listing market.ID) market.ID {
	if in.NeedID == listing {
		return in.OfferID
	}
	return in.NeedID
}

func (s *Site) nearLines(c *Call, l market.Listing) ([]view.MatchLine, error) {
	if s.Preview == nil {
		return nil, nil
	}
	ranking, err := s.Preview.Preview(c.Ctx, c.Viewer, l, nil, 1)
	if err != nil {
		return nil, nil // the page matters more than what nearly fits
	}
	var lines []view.MatchLine
	for _, m := range ranking.NearMisses[:min(3, len(ranking.NearMisses))] {
		id := m.OfferID
		if l.Side == market.Offer {
			id = m.NeedID
		}
		e, err := s.Store.EntryFor(c.Ctx, c.Viewer, id, c.Now)
		if err != nil {
			continue
		}
		lines = append(lines, view.MatchLine{Title: e.Listing.Title, Href: listingPath(id), Group: e.Group.Name, But: nearMiss(c, m)})
	}
	return lines, nil
}

func (c *Call) reasons(reader market.Side, list []market.Reason) []string {
	return wording.Reasons(c.Lang, reader, list)
}

func nearMiss(c *Call, m market.NearMiss) string { return wording.NearMiss(c.Lang, m) }
