package pages

import (
	"errors"
	"net/http"

	"wherewithal/market"
	"wherewithal/safety"
	"wherewithal/web/pages/view"
)

// registerHeld is for whoever looks first at what waits: connectors at the first listings of new groups, operators at names. To
// anybody else it is not there. Letting through twice does it once, and so does refusing.
func (s *Site) registerHeld() {
	for _, subject := range []string{"group", "network"} {
		s.get("/held/"+subject+"s/:id", s.heldName(subject))
		s.post("/held/"+subject+"s/:id", s.releaseName(subject))
		s.post("/held/"+subject+"s/:id/refuse", s.refuseName(subject))
	}
	s.get("/held/listings/:id", s.heldListing)
	s.get("/held/listings/:id/photos/:photo", s.heldPhoto)
	s.post("/held/listings/:id", s.letThrough)
	s.post("/held/listings/:id/refuse", s.refuseListing)
}

type refuseForm struct {
	Reason string `form:"reason"`
	Words  string `form:"words"`
	Seen   string `form:"seen"` // of a name

	renamed bool // it has another name since it was read
}

// showsHeld shows what waits, with the form to refuse it.
type showsHeld func(*Call, market.ID, refuseForm, view.Form) error

func (s *Site) heldName(subject string) func(*Call) error {
	return func(c *Call) error { return s.look(c, s.showHeldName(subject)) }
}

func (s *Site) heldListing(c *Call) error { return s.look(c, s.showHeldListing) }

func (s *Site) look(c *Call, show showsHeld) error {
	_, id, err := c.SignedInAt()
	if err != nil {
		return err
	}
	return show(c, id, refuseForm{}, c.Blank())
}

func (s *Site) showHeldName(subject string) showsHeld {
	return func(c *Call, id market.ID, f refuseForm, form view.Form) error {
		t, err := s.Safety.HeldName(c.Ctx, c.Viewer, subject, id, c.Now)
		if err != nil {
			return err
		}
		p := c.held(t, "/held/"+subject+"s/", f, form)
		seen := safety.Seen{}
		seen.SeeName(t)
		p.Seen = seen.String()
		p.Heading, p.Let, p.About = c.T("held.name"), c.T("reports.release"), c.T("held.refuse_"+subject)
		if p.Title = t.Group.Name; subject == "network" {
			p.Title, p.Group = t.Network.Name, networkLink(t.Network)
		}
		if t.Group.NameHidden {
			p.Facts = append(p.Facts, view.Row{Term: c.T("field.alias"), Value: t.Group.Alias})
		}
		like, err := s.likeName(c, t)
		if err == nil {
			p.Facts = append(p.Facts, view.Row{Term: c.T("held.like"), Value: like})
		} else if !errors.Is(err, market.ErrNotFound) {
			return err
		}
		if f.renamed {
			p.Changed = c.T("held.renamed")
			return c.Render(http.StatusConflict, view.Held(p))
		}
		return c.Show(form, view.Held(p))
	}
}

// likeName is that which the name of a thing is like; market.ErrNotFound: none any more.
func (s *Site) likeName(c *Call, t safety.Thing) (string, error) {
	if t.Subject == "network" {
		other, err := s.Store.NetworkLike(c.Ctx, t.Network, market.NamesAlike)
		return other.Name, err
	}
	other, err := s.Store.LikeNamed(c.Ctx, t.Group, market.NamesAlike)
	return other.NameFor(c.Viewer), err
}

func (s *Site) showHeldListing(c *Call, id market.ID, f refuseForm, form view.Form) error {
	p, err := s.heldPage(c, id, f, form)
	if err != nil {
		return err
	}
	return c.Show(form, view.Held(p))
}

// heldPage shows a listing with all that is let through with it.
func (s *Site) heldPage(c *Call, id market.ID, f refuseForm, form view.Form) (view.HeldPage, error) {
	t, err := s.Safety.HeldListing(c.Ctx, c.Viewer, id, c.Now)
	if err != nil {
		return view.HeldPage{}, err
	}
	p := c.held(t, "/held/listings/", f, form)
	p.Heading, p.Title, p.Lang, p.Let, p.About = c.T("held.listing"), t.Title, t.Lang, c.T("reports.let"), c.T("held.refuse_listing")
	p.Reasons = view.Options(c.Ctx, "report_reason", market.ReportReasons, f.Reason)
	all, err := s.Safety.Together(c.Ctx, t.Group.ID)
	if err != nil {
		return p, err
	}
	ids := make([]market.ID, len(all))
	for i, l := range all {
		ids[i] = l.ID
	}
	photosOf, err := s.Store.PhotosOfAll(c.Ctx, ids)
	if err != nil {
		return p, err
	}
	seen := safety.Seen{}
	for _, l := range all {
		photos := photosOf[l.ID]
		seen.See(l, photos...)
		if l.ID != t.ID {
			p.Others = append(p.Others, view.HeldOther{Title: l.Title, Lang: l.Language, Text: paragraphs(l.Description), Photos: c.heldPhotos(l, photos)})
			continue
		}
		p.Title, p.Lang, p.Text, p.Photos = l.Title, l.Language, paragraphs(l.Description), c.heldPhotos(l, photos) // of the version that is named as seen
	}
	p.Seen = seen.String()
	return p, nil
}

func (c *Call) heldPhotos(l market.Listing, photos []market.Photo) (all []view.HeldPhoto) {
	for _, one := range photos {
		all = append(all, view.HeldPhoto{Src: "/held/listings/" + string(l.ID) + "/photos/" + string(one.ID), Alt: c.shown(one, l.Title).Alt})
	}
	return all
}

// heldPhoto is for those who look at its listing, which is for nobody else yet.
func (s *Site) heldPhoto(c *Call) error {
	v, id, err := c.SignedInAt()
	if err != nil {
		return err
	}
	if _, err := s.Safety.HeldListing(c.Ctx, v, id, c.Now); err != nil {
		return err
	}
	photo, err := c.Param("photo")
	if err != nil {
		return err
	}
	p, err := s.Store.Photo(c.Ctx, photo)
	if err == nil && (p.ListingID != id || p.HiddenAt != nil) {
		err = market.ErrNotFound
	}
	if err != nil {
		return err
	}
	return s.lookedAt(c, photo)
}

func (c *Call) held(t safety.Thing, at string, f refuseForm, form view.Form) view.HeldPage {
	return view.HeldPage{Page: c.Page("held.heading"), Form: form, Path: at + string(t.ID), Text: paragraphs(t.Text), Words: f.Words,
		Group: view.Link{Href: groupPath(t.Group.ID), Text: t.Group.NameFor(c.Viewer)}, OnceLet: c.Blank().Once}
}

func (s *Site) refuseName(subject string) func(*Call) error {
	return func(c *Call) error {
		return s.refuse(c, s.showHeldName(subject), func(id market.ID, f refuseForm) error {
			return s.Safety.RefuseName(c.Ctx, c.Viewer, subject, id, safety.ReadSeen(f.Seen), f.Words, c.Now)
		})
	}
}

func (s *Site) refuseListing(c *Call) error {
	return s.refuse(c, s.showHeldListing, func(id market.ID, f refuseForm) error {
		return s.Safety.RefuseListing(c.Ctx, c.Viewer, id, f.Reason, f.Words, c.Now)
	})
}

func (s *Site) refuse(c *Call, show showsHeld, do func(market.ID, refuseForm) error) error {
	_, id, err := c.SignedInAt()
	if err != nil {
		return err
	}
	var f refuseForm
	if err := c.Form(&f); err != nil {
		return err
	}
	err = do(id, f)
	if errors.Is(err, market.ErrConflict) {
		f.renamed = true
		return show(c, id, f, c.Blank())
	}
	if again, ok := c.Again(err); ok {
		return show(c, id, f, again)
	}
	return c.moved("/reports", err, "done.refused")
}

func (s *Site) releaseName(subject string) func(*Call) error {
	return func(c *Call) error {
		v, id, err := c.SignedInAt()
		if err != nil {
			return err
		}
		var f letForm
		if err := c.Form(&f); err != nil {
			return err
		}
		err = s.Safety.ReleaseName(c.Ctx, v, subject, id, safety.ReadSeen(f.Seen), c.Now)
		if errors.Is(err, market.ErrConflict) {
			return s.showHeldName(subject)(c, id, refuseForm{renamed: true}, c.Blank())
		}
		return c.moved("/reports", err, "done."+subject+"_released")
	}
}

type letForm struct {
	Seen string `form:"seen"`
}

// letThrough opens what was read. What was changed since, or came since, is shown instead, to be read first.
func (s *Site) letThrough(c *Call) error {
	v, id, err := c.SignedInAt()
	if err != nil {
		return err
	}
	var f letForm
	if err := c.Form(&f); err != nil {
		return err
	}
	err = s.Safety.LetThrough(c.Ctx, v, id, safety.ReadSeen(f.Seen), c.Now)
	if errors.Is(err, market.ErrConflict) {
		return s.showChanged(c, id)
	}
	return c.moved("/reports", err, "done.let_through")
}

func (s *Site) showChanged(c *Call, id market.ID) error {
	p, err := s.heldPage(c, id, refuseForm{}, c.Blank())
	if err != nil {
		return err
	}
	p.Changed = c.T("held.changed")
	return c.Render(http.StatusConflict, view.Held(p))
}
