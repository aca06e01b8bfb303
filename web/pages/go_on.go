package pages

import (
	"errors"

	"wherewithal/market"
	"wherewithal/web/pages/view"
)

// registerGoOn is for those who post for a need's group, which let so many proposals lie that it gets no more. Pressing twice does it
// once.
func (s *Site) registerGoOn() {
	s.post("/listings/:id/go-on", s.needGoesOn)
}

func (s *Site) needGoesOn(c *Call) error {
	v, id, err := c.Pressed()
	if err != nil {
		return err
	}
	err = s.Introductions.GoOn(c.Ctx, v, id, c.Now)
	switch {
	case errors.Is(err, market.ErrRepeated):
		return c.Done(listingPath(id), "note.done_before")
	case errors.Is(err, market.ErrWrongState):
		return c.Done(listingPath(id), "note.no_longer")
	case err != nil:
		return err
	}
	return c.Done(listingPath(id), "done.went_on")
}

// stopped are the buttons of those of the needs to which nothing more is proposed, of open ones that somebody may post for.
func (s *Site) stopped(c *Call, v market.Viewer, own ...market.Listing) (map[market.ID]*view.GoOnButton, error) {
	var needs []market.ID
	for _, l := range own {
		if l.Side == market.Need && l.Life == market.Open && v.Roles[l.GroupID].CanPost() {
			needs = append(needs, l.ID)
		}
	}
	if len(needs) == 0 {
		return nil, nil
	}
	ignored, err := s.Store.IgnoredOf(c.Ctx, needs)
	buttons := map[market.ID]*view.GoOnButton{}
	for _, l := range own {
		if ignored[l.ID] >= market.IgnoredInARow {
			buttons[l.ID] = &view.GoOnButton{Action: listingPath(l.ID) + "/go-on", Once: c.Blank().Once, Title: l.Title, Lang: l.Language}
		}
	}
	return buttons, err
}
