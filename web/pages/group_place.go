package pages

import (
	"errors"

	"wherewithal/market"
	"wherewithal/web/pages/view"
)

type placeForm struct {
	Place   string `form:"place"`
	Label   string `form:"label"`
	Confirm bool   `form:"confirm"`
}

func (s *Site) groupPlaces(c *Call) error {
	g, err := s.ownGroup(c)
	if err != nil {
		return err
	}
	return s.showPlaces(c, g, placeForm{}, "", c.Blank())
}

func (s *Site) showPlaces(c *Call, g market.Group, f placeForm, confirm string, form view.Form) error {
	page := view.GroupPlacesPage{Page: c.Page("group.places"), Form: form, ID: string(g.ID), Name: g.Name,
		Place: f.Place, Label: f.Label, Confirm: confirm}
	places, err := s.Store.Places(c.Ctx, g.ID)
	if err != nil {
		return err
	}
	used, err := s.placesInUse(c, g.ID)
	if err != nil {
		return err
	}
	for _, p := range places {
		page.Places = append(page.Places, c.placeLine(p, used[p.ID]))
	}
	return c.Show(form, view.GroupPlaces(page))
}

// placesInUse are those at which a listing of the group is.
func (s *Site) placesInUse(c *Call, group market.ID) (map[market.ID]bool, error) {
	listings, err := s.Store.ListingsOf(c.Ctx, group)
	used := map[market.ID]bool{}
	for _, l := range listings {
		used[l.PlaceID] = true
	}
	return used, err
}

func (c *Call) placeLine(p market.Place, used bool) view.GroupPlace {
	exact := p.Postcode
	if exact == "" {
		exact = p.Outcode
	}
	line := view.GroupPlace{ID: string(p.ID), Label: p.Label, Exact: commaJoin(exact, p.Borough),
		Public: c.T("worded.public_point", "Borough", p.Borough), Once: c.Blank().Once, InUse: used}
	if line.Label == "" {
		line.Label, line.Exact = line.Exact, ""
	}
	return line
}

func commaJoin(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ", " + b
}

func (s *Site) addPlace(c *Call) error {
	g, err := s.ownGroup(c)
	if err != nil {
		return err
	}
	var f placeForm
	if err := c.Form(&f); err != nil {
		return err
	}
	confirm := ""
	p, sure, err := s.locate(c, f.Place)
	if err == nil && !sure && !f.Confirm {
		confirm, err = c.confirm(p), market.Refuse("place", "confirm")
	}
	if err == nil {
		p.GroupID, p.Label = g.ID, f.Label
		_, err = s.Accounts.AddPlace(c.Ctx, c.Viewer, p, c.Once, c.Now)
	}
	if again, ok := c.Again(err, "postcode", "place"); ok {
		return s.showPlaces(c, g, f, confirm, again)
	}
	if err != nil && !errors.Is(err, market.ErrRepeated) {
		return err
	}
	return c.Done(groupPath(g.ID)+"/places", "done.place_added")
}

// removePlace leads back with a sentence when a listing is there; one that is gone already changes nothing.
func (s *Site) removePlace(c *Call) error {
	g, err := s.ownGroup(c)
	if err != nil {
		return err
	}
	id, err := c.Param("place")
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	err = s.Accounts.RemovePlace(c.Ctx, c.Viewer, g.ID, id, c.Now)
	if again, ok := c.Again(err); ok {
		return s.showPlaces(c, g, placeForm{}, "", again)
	}
	if err != nil {
		return err
	}
	return c.Done(groupPath(g.ID)+"/places", "done.place_removed")
}
