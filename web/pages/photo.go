package pages

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"wherewithal/market"
	"wherewithal/photo"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
)

// registerPhotos is for those who post for a listing's group; a photo itself is for all who may see its listing. Sending one
// form twice keeps its photos once.
func (s *Site) registerPhotos() {
	s.get("/listings/:id/photos", s.photos)
	s.post("/listings/:id/photos", s.changePhotos)
	s.engine.Roomy("/listings/:id/photos", market.MaxPhotos*photo.MaxBytes)
	s.get("/photos/:id/:size", s.print)
}

// print gives a photo to whoever may see its listing. A print never changes under its address; the hour is how long somebody
// may still see one, who saw it before, after it was taken away.
func (s *Site) print(c *Call) error {
	id, err := c.Param("id")
	if err != nil {
		return err
	}
	p, e, err := s.Store.PhotoFor(c.Ctx, c.Viewer, id, c.Now)
	if err != nil {
		return err
	}
	if e.Listing.Circle == market.Anyone && e.Listing.Life == market.Open {
		c.anyOrigin() // feeds name it
	}
	c.Gin.Writer.Header().Set("Cache-Control", c.keeping(e.Listing))
	size, _ := strings.CutSuffix(c.Gin.Param("size"), ".jpg")
	return s.showPrint(c, p, market.PhotoSize(size))
}

// keeping is how long a print may be kept, and by whom: what is not for anyone stays on no machine that others use after.
func (c *Call) keeping(l market.Listing) string {
	switch {
	case l.Circle != market.Anyone || l.Life != market.Open:
		return "no-store"
	case c.Viewer.SignedIn():
		return "private, max-age=3600, immutable"
	}
	return "public, max-age=3600, immutable"
}

func (s *Site) showPrint(c *Call, p market.Photo, size market.PhotoSize) error {
	h := c.Gin.Writer.Header()
	tag := `"` + string(size) + `"`
	h.Set("ETag", tag)
	if c.Gin.GetHeader("If-None-Match") == tag {
		c.Gin.Status(http.StatusNotModified)
		return nil
	}
	jpeg, err := s.Store.Print(c.Ctx, p.ID, size)
	if err != nil {
		return err
	}
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	httpx.Write(c.Gin, http.StatusOK, "image/jpeg", jpeg)
	return nil
}

// shown is a photo as pages draw it. What nobody has said in words is called a photo of its listing.
func (c *Call) shown(p market.Photo, title string) view.Photo {
	v := view.Photo{ID: string(p.ID), Alt: p.Alt, Width: p.Width, Height: p.Height, SmallWidth: p.SmallWidth}
	if p.Alt == "" && !p.Decorative {
		v.Alt = c.T("photo.of", "Title", title)
	}
	return v
}

// pictured gives cards the first photo of their listing. Beside its title a photo that nobody has said in words is silent.
func (s *Site) pictured(c *Call, cards ...*view.Card) error {
	var ids []market.ID
	for _, card := range cards {
		ids = append(ids, market.ID(card.ID))
	}
	first, err := s.Store.FirstPhotos(c.Ctx, ids)
	for _, card := range cards {
		if p, ok := first[market.ID(card.ID)]; ok {
			shown := c.shown(p, card.Title)
			shown.Alt = p.Alt
			card.Photo = &shown
		}
	}
	return err
}

func pointers(lists ...[]view.Card) (all []*view.Card) {
	for _, cards := range lists {
		for i := range cards {
			all = append(all, &cards[i])
		}
	}
	return all
}

func (s *Site) photos(c *Call) error {
	l, err := s.ownListing(c)
	if err != nil {
		return err
	}
	return s.showPhotos(c, l, nil, c.Blank())
}

// showPhotos shows the photos with what was typed about them, when f is not nil.
func (s *Site) showPhotos(c *Call, l market.Listing, f httpx.Form, form view.Form) error {
	all, err := s.Store.AllPhotosOf(c.Ctx, l.ID)
	if err != nil {
		return err
	}
	p := view.PhotosPage{Page: c.Page("photo.heading"), Form: form, Path: listingPath(l.ID) + "/photos", Listing: view.Link{Href: listingPath(l.ID), Text: l.Title}, Lang: l.Language,
		Left: market.MaxPhotos - len(all), Max: market.MaxPhotos, MB: photo.MaxBytes >> 20}
	for _, one := range all {
		line := view.PhotoLine{Photo: c.shown(one, l.Title), Said: one.Alt, Decorative: one.Decorative}
		if f.Has("alt_" + line.ID) {
			line.Said, line.Decorative = f.String("alt_"+line.ID), f.On("decorative_"+line.ID)
		}
		if one.HiddenAt != nil {
			line.Hidden = c.T("photo.hidden")
			if d, err := s.Store.HidBy(c.Ctx, one.ID); err == nil {
				line.Decision = decisionPath(d.ID)
			} else if !errors.Is(err, market.ErrNotFound) {
				return err
			}
		}
		if line.Said == "" && !line.Decorative {
			p.Wordless++
		}
		p.Photos = append(p.Photos, line)
	}
	return c.Show(form, view.Photos(p))
}

// changePhotos adds what was chosen, and does what the button says with those that are there, with all that was typed.
func (s *Site) changePhotos(c *Call) error {
	l, err := s.ownListing(c)
	if err != nil {
		return err
	}
	httpx.TakeTime(c.Gin)
	f, files, err := httpx.ReadUploads(c.Gin, "photo", photo.MaxBytes)
	if err != nil {
		return err
	}
	c.taken(f)
	if len(files) == 0 && !f.Has("id") {
		return s.refusePhotos(c, l, f, market.Refuse("photo", "photo_none"))
	}
	bad := &market.Invalid{}
	for _, do := range []func() error{func() error { return s.arrange(c, l, f) }, func() error { return s.addPhotos(c, l, files) }} {
		var more *market.Invalid
		if err := do(); errors.As(err, &more) {
			gather(bad, more)
		} else if err != nil {
			return err
		}
	}
	if len(bad.Faults) > 0 {
		return s.refusePhotos(c, l, f, bad)
	}
	done := "done.photos_saved"
	if len(files) > 0 {
		done = "done.photos_added"
	}
	return c.Done(listingPath(l.ID)+"/photos", done)
}

func (s *Site) refusePhotos(c *Call, l market.Listing, f httpx.Form, bad error) error {
	again, _ := c.Again(bad)
	return s.showPhotos(c, l, f, again)
}

// arrange takes away the photo that the button names, or moves it, and keeps what was typed about the others.
func (s *Site) arrange(c *Call, l market.Listing, f httpx.Form) error {
	do, which, _ := strings.Cut(f.String("do"), ":")
	if do == "remove" {
		id, err := market.ParseID(which)
		if err == nil {
			err = s.Listings.DropPhoto(c.Ctx, c.Viewer, l.ID, id, c.Now)
		}
		if err != nil && !errors.Is(err, market.ErrNotFound) { // pressed twice: it is gone
			return err
		}
	}
	photos, err := s.typedPhotos(c, l, f)
	if err != nil || len(photos) == 0 {
		return err
	}
	swap(photos, which, map[string]int{"up": -1, "down": 1}[do])
	return s.Listings.ArrangePhotos(c.Ctx, c.Viewer, l.ID, photos, c.Now)
}

// typedPhotos are those that are there, with what was typed about each, in the order of the form; behind them those that
// came since it was made.
func (s *Site) typedPhotos(c *Call, l market.Listing, f httpx.Form) ([]market.Photo, error) {
	photos, err := s.Store.AllPhotosOf(c.Ctx, l.ID)
	order, e := f.Strings("id"), &market.Invalid{}
	at := func(p market.Photo) int {
		if i := slices.Index(order, string(p.ID)); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortStableFunc(photos, func(a, b market.Photo) int { return at(a) - at(b) })
	for i := range photos {
		p := &photos[i]
		if id := string(p.ID); f.Has("alt_" + id) {
			p.Alt, p.Decorative = f.String("alt_"+id), f.On("decorative_"+id)
			gather(e, renamedAlt(p.Validate(), id))
		}
	}
	return photos, errors.Join(err, e.OrNil())
}

func renamedAlt(err error, id string) error {
	var bad *market.Invalid
	if !errors.As(err, &bad) {
		return err
	}
	for i := range bad.Faults {
		bad.Faults[i].Field += "_" + id
	}
	return bad
}

// swap has a photo change places with the one so many before or behind it, where there is one.
func swap(photos []market.Photo, which string, by int) {
	i := slices.IndexFunc(photos, func(p market.Photo) bool { return string(p.ID) == which })
	if to := i + by; i >= 0 && to >= 0 && to < len(photos) {
		photos[i], photos[to] = photos[to], photos[i]
	}
}

// addPhotos keeps those files that are photos, and says of each other one what is wrong with it.
func (s *Site) addPhotos(c *Call, l market.Listing, files []httpx.File) error {
	e := &market.Invalid{}
	for i, f := range files {
		err := s.Limits.Allow(c.Ctx, httpx.Rule{Name: "photo", Hour: market.PhotosPerHour}, string(c.Viewer.Person))
		switch {
		case err != nil:
		case f.TooBig:
			err = market.Refuse("photo", "photo_big", "Max", photo.MaxBytes>>20)
		default:
			once := market.OnceOnly{ID: c.Once + "-photo" + string(rune('a'+min(i, 25)))}
			_, err = s.Listings.AddPhoto(c.Ctx, c.Viewer, market.Photo{ListingID: l.ID}, f.Bytes, once, c.Now)
		}
		var bad *market.Invalid
		if errors.As(err, &bad) {
			for _, fault := range bad.Faults {
				e.Add(fault.Field, "photo_named", "Name", shortName(f.Name), "Says", httpx.Sentence(c.Lang, fault))
			}
			continue
		}
		if err != nil && !errors.Is(err, market.ErrGone) { // sent twice, and taken away between
			return err
		}
	}
	return e.OrNil()
}

// shortName is what a file was called, as far as it tells one from another.
func shortName(name string) string {
	name = market.Plain(name)
	if utf8.RuneCountInString(name) > 60 {
		return string([]rune(name)[:59]) + "…"
	}
	return name
}
