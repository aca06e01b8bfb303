package pages

import (
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerEditing is for those who post for a listing's group. Saving one form twice saves it once; saving a form that
// is older than the listing saves nothing and says what changed.
func (s *Site) registerEditing() {
	s.get("/listings/:id/edit", s.editListing)
	s.post("/listings/:id/edit", s.saveListing)
	s.get("/listings/:id/copy", s.copyListing)
	s.post("/listings/:id/edit/could-help", s.couldHelpEdit)
}

func (s *Site) couldHelpEdit(c *Call) error {
	f, err := httpx.ReadForm(c.Gin)
	if err != nil {
		return err
	}
	return s.couldHelp(c, market.Side(f.String("side")))
}

func (s *Site) ownListing(c *Call) (market.Listing, error) {
	v, err := c.SignedIn()
	if err != nil {
		return market.Listing{}, err
	}
	id, err := c.Param("id")
	if err != nil {
		return market.Listing{}, err
	}
	e, err := s.Store.OwnEntry(c.Ctx, v, id, c.Now)
	switch {
	case err != nil:
		return e.Listing, err
	case !v.Roles[e.Listing.GroupID].CanPost():
		return e.Listing, market.ErrForbidden
	}
	return e.Listing, nil
}

func (s *Site) editListing(c *Call) error {
	l, err := s.ownListing(c)
	if err != nil {
		return err
	}
	p := s.editor(c, l, typed(l))
	if p.agreed, err = s.agreedAbout(c, l); err != nil {
		return err
	}
	return c.Render(http.StatusOK, view.Post(p.page(c.Blank(), true)))
}

// copyListing is the form of a new listing, filled in from one of the same group. Nothing is kept yet.
func (s *Site) copyListing(c *Call) error {
	l, err := s.ownListing(c)
	if err != nil {
		return err
	}
	f := typed(listing.Copied(l, c.Now))
	photos, err := s.Store.PhotosOf(c.Ctx, l.ID)
	if err != nil {
		return err
	}
	if len(photos) > 0 {
		url.Values(f).Set("photos_of", string(l.ID))
		url.Values(f).Set("copy_photos", "yes")
	}
	page := s.newPoster(c, l.Side, f).page(c.Blank(), true)
	c.quotes(l)
	page.Copied = c.T("post.copied", "Title", l.Title)
	return c.Render(http.StatusOK, view.Post(page))
}

// editor is the form of a listing that is there. It stays with its group, whatever the form says.
func (s *Site) editor(c *Call, l market.Listing, f httpx.Form) *poster {
	url.Values(f).Set("group", string(l.GroupID))
	p := s.newPoster(c, l.Side, f)
	p.edit = &l
	return p
}

// agreedAbout is what is agreed with others about a listing and is still to come, with whom and when.
func (s *Site) agreedAbout(c *Call, l market.Listing) (lines []view.Link, err error) {
	all, err := s.Store.IntroductionsFor(c.Ctx, l.ID)
	if err != nil {
		return nil, err
	}
	var ids, others []market.ID
	for _, in := range all {
		if in.State == market.Connected {
			ids, others = append(ids, in.ID), append(others, other(in, l.ID))
		}
	}
	exchanges, err := s.Store.ExchangesOf(c.Ctx, ids)
	if err != nil {
		return nil, err
	}
	entries, err := s.Store.EntriesFor(c.Ctx, market.System, others, c.Now)
	if err != nil {
		return nil, err
	}
	for _, in := range all {
		i := slices.IndexFunc(entries, func(e market.Entry) bool { return e.Listing.ID == other(in, l.ID) })
		ahead := slices.DeleteFunc(slices.Clone(exchanges[in.ID].Agreement(in)), func(u market.Slot) bool { return !u.Until.After(c.Now) })
		if i < 0 || len(ahead) == 0 {
			continue
		}
		offer, need := l, entries[i].Listing
		if l.Side == market.Need {
			offer, need = need, offer
		}
		lines = append(lines, view.Link{Href: introPath(in.ID), Text: c.T("post.agreed_line", "Group", entries[i].Group.Name,
			"When", wording.Slots(c.Lang, ahead, market.VenueZone(offer, need)))})
	}
	return lines, nil
}

// saveListing changes a listing over the version that the form was made from.
func (s *Site) saveListing(c *Call) error {
	was, err := s.ownListing(c)
	if err != nil {
		return err
	}
	var none struct{}
	if err := c.Form(&none); err != nil {
		return err
	}
	f, err := httpx.ReadForm(c.Gin)
	if err != nil {
		return err
	}
	if _, err := s.Store.AnswerOf(c.Ctx, c.Once, c.Viewer.Person); err == nil {
		return c.Done(listingPath(was.ID), "done.saved") // pressed twice
	}
	p := s.editor(c, was, f)
	if p.agreed, err = s.agreedAbout(c, was); err != nil {
		return err
	}
	next, at, e := p.edited()
	if f.String("version") != strconv.FormatInt(was.Version, 10) {
		return p.showStale(next, e)
	}
	if err = everyFault(next, at, e); err == nil {
		err = p.place(&next, at)
	}
	if err == nil {
		err = s.Listings.Edit(c.Ctx, c.Viewer, next, c.Once, c.Now)
	}
	return p.saved(next, err)
}

func (p *poster) saved(next market.Listing, err error) error {
	c := p.c
	if again, ok := p.again(err, next.Kind); ok {
		return c.Show(again, view.Post(p.page(again, true)))
	}
	switch {
	case errors.Is(err, market.ErrConflict): // it changed in the moment between
		now, err := p.s.ownListing(c)
		if err != nil {
			return err
		}
		p.edit = &now
		return p.showStale(next, &market.Invalid{}) // of which all was read
	case err != nil && !errors.Is(err, market.ErrRepeated):
		return err
	}
	return c.Done(listingPath(next.ID), "done.saved")
}

// edited is the listing as the form would have it. What came back as it was sent out stays exactly as it is kept: the
// form shows less of some things than a listing may hold.
func (p *poster) edited() (market.Listing, *market.Place, *market.Invalid) {
	next, at, e := p.listing()
	sent := &poster{s: p.s, c: p.c, side: p.side, f: typed(*p.edit), group: p.group, places: p.places}
	shown, _, _ := sent.listing()
	keepUntouched(reflect.ValueOf(&next.When).Elem(), reflect.ValueOf(shown.When), reflect.ValueOf(p.edit.When))
	shown.When = next.When
	was := *p.edit
	was.When = next.When
	keepUntouched(reflect.ValueOf(&next).Elem(), reflect.ValueOf(shown), reflect.ValueOf(was))
	return next, at, e
}

// keepUntouched sets each field of next that is as it was shown to what it was.
func keepUntouched(next, shown, was reflect.Value) {
	for i := range next.NumField() {
		if reflect.DeepEqual(next.Field(i).Interface(), shown.Field(i).Interface()) {
			next.Field(i).Set(was.Field(i))
		}
	}
}

// showStale gives the form back with what was typed, beside how the listing stands now. Its version is the present
// one, so that saving it once more is a decision.
func (p *poster) showStale(next market.Listing, e *market.Invalid) error {
	c := p.c
	was := p.s.editor(c, *p.edit, typed(*p.edit))
	p.stale = c.stale(otherwise(was.stands(*p.edit, &market.Invalid{}), p.stands(next, e)), listingPath(next.ID), "post.stale_link")
	return c.Render(http.StatusConflict, view.Post(p.page(c.Blank(), true)))
}

// stands is all that a form says: the listing that it makes, where that is, and the fields that could not be read, as they were typed.
func (p *poster) stands(l market.Listing, e *market.Invalid) []view.Row {
	place := p.f.String("place")
	if i := slices.IndexFunc(p.places, func(own market.Place) bool { return own.ID == l.PlaceID }); i >= 0 {
		place = p.places[i].Said()
	}
	rows := append(p.c.described(l), p.c.saysRow("group.place", place), p.c.saysRow("post.group", p.groupName()))
	for _, f := range e.Faults {
		if label := p.label(f.Field); label != "" {
			unread := p.c.saysRow(label, p.f.String(f.Field))
			rows = append(slices.DeleteFunc(rows, func(r view.Row) bool { return r.Term == unread.Term }), unread)
		}
	}
	return rows
}

// label is the key of what stands over a field of the form; none where it has none of its own.
func (p *poster) label(field string) string {
	keys := []string{"post." + field, "post." + field + "_" + string(p.side)}
	if fact, ok := strings.CutPrefix(field, factName(p.f.String("kind"), "")); ok {
		keys = append(keys, "fact."+fact)
	}
	if i := slices.IndexFunc(keys, wording.Has); i >= 0 {
		return keys[i]
	}
	return ""
}

// described is all that a listing says, a row a thing.
func (c *Call) described(l market.Listing) []view.Row {
	row := func(key string, said ...string) view.Row {
		return view.Row{Term: c.T(key), Value: or(wording.List(c.Lang, said), c.T("market.nothing_said"))}
	}
	side, reach, split := string(l.Side), "", c.T("market.no")
	if l.ReachKM > 0 {
		reach = c.T("market.within", "Km", l.ReachKM)
	}
	if l.Splittable {
		split = c.T("market.split_least", "Least", wording.Amount(c.Lang, l.SmallestPart, l.Unit))
	}
	rows := []view.Row{row("post.title", l.Title), row("post.say", market.Tidy(l.Description)), row("post.kind", c.choice("kind", l.Kind)),
		{Term: c.T("post.when"), Value: strings.Join(c.when(l), " · ")}, row("post.where", c.choice("where", string(l.Where))),
		row("post.terms", c.terms(l.Terms)), row("post.features_"+side, c.each("feature", l.Has, l.Requires)...),
		row("post.uses_"+side, eachUse(c, l.Welcomes, l.Involves)...), row("post.language", wording.NameOf(l.Language)), row("post.tags", l.Tags...), row("post.circle", c.choice("circle", string(l.Circle))),
		c.saysRow("post.reach", reach), row("post.widens", c.yesOrNo(l.Widens)), row("post.quantity_"+side, wording.Amount(c.Lang, l.Quantity, l.Unit)),
		row("market.split", split)}
	if l.Side == market.Need {
		rows = append(rows, row("post.urgent", c.yesOrNo(l.Urgent)))
	}
	if l.Side == market.Offer {
		rows = append(rows, row("post.not_allowed", eachUse(c, l.NotAllowed)...), row("post.asks", c.asks(l.Asks)...))
	}
	kind, _ := market.StandardKind(l.Kind)
	for _, f := range kind.Facts {
		rows = append(rows, c.saysRow("fact."+f.Key, c.factValue(f, l.Facts)))
	}
	return rows
}
