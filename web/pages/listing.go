package pages

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerListings is for everybody to read, and for those who post for the group to change. Repeating a change is alike.
func (s *Site) registerListings() {
	s.get("/listings/:id", s.listing)
	s.post("/listings/:id/pause", func(c *Call) error { return s.moveListing(c, market.Paused, "done.listing_paused") })
	s.post("/listings/:id/reopen", func(c *Call) error { return s.moveListing(c, market.Open, "done.reopened") })
	s.post("/listings/:id/close", func(c *Call) error { return s.moveListing(c, market.Withdrawn, "done.closed") })
}

func (s *Site) moveListing(c *Call, to market.Life, done string) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	id, err := c.Param("id")
	if err != nil {
		return err
	}
	var f pauseForm
	if err := c.Form(&f); err != nil {
		return err
	}
	var until *time.Time
	if to == market.Paused && f.Until != "" { // empty: until it is opened again by hand
		if until, err = c.day("until", f); err != nil {
			return err
		}
	}
	err = s.Listings.Move(c.Ctx, v, id, to, until, c.Now)
	if errors.Is(err, market.ErrWrongState) {
		err = s.movedBefore(c, id, to, err)
	}
	if err != nil {
		return err
	}
	if to == market.Open {
		if e, err := s.Store.EntryFor(c.Ctx, v, id, c.Now); err != nil || e.Listing.Life == market.Draft {
			return errors.Join(err, c.Done(listingPath(id), "note.held_first"))
		}
	}
	return c.Done(listingPath(id), done)
}

// movedBefore forgives a button that was pressed twice.
func (s *Site) movedBefore(c *Call, id market.ID, to market.Life, refused error) error {
	e, err := s.Store.EntryFor(c.Ctx, c.Viewer, id, c.Now)
	if err == nil && e.Listing.Life != to {
		return refused
	}
	return err
}

func (s *Site) listing(c *Call) error {
	id, err := c.Param("id")
	if err != nil {
		return err
	}
	e, err := s.Store.EntryFor(c.Ctx, c.Viewer, id, c.Now)
	if err != nil {
		return err
	}
	p, err := s.listingPage(c, e)
	if err != nil {
		return err
	}
	return c.Render(http.StatusOK, view.Listing(p))
}

func (s *Site) listingPage(c *Call, e market.Entry) (view.ListingPage, error) {
	l := e.Listing
	c.quotes(l)
	p := view.ListingPage{Page: c.Public(c.PageOf(l.Title), summary(l.Description)), ID: string(l.ID), Side: view.Side(l.Side), Title: l.Title, Lang: l.Language,
		Urgent: l.Urgent, Description: paragraphs(l.Description), Week: week(l), When: c.when(l), HasPoint: !e.Point.IsZero(),
		Lat: e.Point.Lat, Lng: e.Point.Lng, Tiles: s.Config.MapTileURL, Credit: s.Config.MapAttribution, Group: e.Group.Name,
		GroupHref: groupPath(l.GroupID), GroupAbout: c.T("legal_form." + string(e.Group.LegalForm)), Terms: c.terms(l.Terms),
		Posted: c.posted(l), Sample: e.Group.Sample, ReportHref: "/report?about=listing:" + string(l.ID)}
	p.Page.NoIndex = l.Circle != market.Anyone || l.Life != market.Open
	if !p.Page.NoIndex {
		p.QR = qrOf(p.Page.Canonical)
		p.Page.Alternates = c.listingAlternates(e)
	}
	if l.Life == market.Open {
		p.PrintNote = c.T("listing.print_" + map[bool]string{true: "poster", false: "plain"}[l.Circle == market.Anyone])
	}
	if l.Life != market.Open {
		p.State = c.T("life." + string(l.Life))
	}
	if l.Life == market.Paused && l.PausedUntil != nil {
		p.State = c.T("pause.paused_until", "Date", wording.LongDate(c.Lang, l.PausedUntil.In(c.Zone())))
	}
	if e.Borough != "" {
		p.Where = c.T("market.roughly", "Borough", e.Borough, "Outcode", e.Outcode)
	}
	if l.Where != market.AtPlace {
		p.WhereHow = c.T("where." + string(l.Where))
	}
	p.Facts = append(c.stillWanted(e), c.kindFacts(l)...)
	p.Has = c.each("feature", l.Has, l.Requires)
	p.Asks = c.asks(l.Asks)
	p.Welcome, p.NotAllowed = eachUse(c, l.Welcomes, l.Involves), eachUse(c, l.NotAllowed)
	for _, ev := range e.Group.Evidence {
		p.Evidence = append(p.Evidence, c.evidence(ev))
	}
	for _, tag := range l.Tags {
		p.Tags = append(p.Tags, view.Link{Text: tag, Href: "/find?" + url.Values{"tags": {tag}}.Encode()})
	}
	by, err := s.Store.PostersOf(c.Ctx, []market.ID{l.ID})
	if err != nil {
		return p, err
	}
	if one, ok := by[l.ID]; ok {
		p.PostedFor, p.PostedHref = c.T("listing.posted_for", "Group", e.Group.Name, "Partner", one.Partner), or(one.Link, one.Site)
	}
	photos, err := s.Store.PhotosOf(c.Ctx, l.ID)
	for _, photo := range photos {
		shown := c.shown(photo, l.Title)
		if !c.Viewer.In(l.GroupID) {
			shown.ReportHref = "/report?about=photo:" + shown.ID
		}
		p.Photos = append(p.Photos, shown)
	}
	if !p.Page.NoIndex && !e.Group.Sample { // programs do not read that it is invented
		p.Page.Linked, p.Page.Picture = c.linkedListing(e, photos), c.pictureOf(l, p.Photos)
	}
	return p, errors.Join(err, s.listingActions(c, e, &p))
}

// listingActions are the owner's, or for a stranger the way to say "us too".
func (s *Site) listingActions(c *Call, e market.Entry, p *view.ListingPage) error {
	l := e.Listing
	if c.Viewer.In(l.GroupID) {
		p.TimelineHref = listingPath(l.ID) + "/timeline"
	}
	if !c.Viewer.Roles[l.GroupID].CanPost() {
		path, key := "/ask", "market.ask_like"
		if l.Side == market.Need {
			path, key = "/offer", "market.offer_like"
		}
		if l.Life == market.Open {
			p.AskHref, p.AskText, p.AskNote = path+"?"+url.Values{"text": {l.Title}}.Encode(), c.T(key), c.T(key+"_text")
		}
		return nil
	}
	p.Own, p.EditHref, p.PhotosHref, p.ReportHref = true, listingPath(l.ID)+"/edit", listingPath(l.ID)+"/photos", ""
	p.Circle = c.T("circle." + string(l.Circle))
	p.CanPause, p.CanReopen = l.Life == market.Open, l.Life != market.Open && l.Life.CanBecome(market.Open)
	p.CanClose, p.Draft = l.Life != market.Removed && l.Life.CanBecome(market.Withdrawn), l.Life == market.Draft
	p.CopyHref = listingPath(l.ID) + "/copy"
	if p.Draft {
		looks, err := s.Store.LookingAt(c.Ctx, l.ID)
		if err != nil {
			return err
		}
		p.CanReopen = len(looks) == 0
	}
	if l.Life == market.Removed {
		d, err := s.Store.HidBy(c.Ctx, l.ID)
		if err == nil {
			p.WhyHref = decisionPath(d.ID)
		} else if !errors.Is(err, market.ErrNotFound) {
			return err
		}
	}
	p.CanRenew = l.Life != market.Expired && listing.Renewable(l, c.Now) // one that has expired is opened again
	p.OncePause, p.OnceReopen, p.OnceClose, p.OnceRenew = c.Blank().Once, c.Blank().Once, c.Blank().Once, c.Blank().Once
	stopped, err := s.stopped(c, c.Viewer, l)
	if err != nil {
		return err
	}
	p.Stopped = stopped[l.ID]
	matches, err := s.Store.MatchesOf(c.Ctx, l.ID, 20)
	p.Matches, p.MatchHref = len(matches), minePath(l.ID)
	return err
}

func (c *Call) each(set string, lists ...[]market.Feature) []string {
	var said []string
	for _, list := range lists {
		for _, f := range list {
			if text := c.choice(set, string(f)); text != "" {
				said = append(said, text)
			}
		}
	}
	return said
}

// choice says one of a set; what is none of it, as only a form can hold that nobody was given, is said beside its field and "" here.
func (c *Call) choice(set, value string) string {
	if key := set + "." + value; wording.Has(key) {
		return c.T(key)
	}
	return ""
}

func eachUse(c *Call, lists ...[]market.Use) []string {
	var said []string
	for _, list := range lists {
		for _, u := range list {
			if text := c.choice("use", string(u)); text != "" {
				said = append(said, text)
			}
		}
	}
	return said
}

func (c *Call) asks(a market.Asks) []string {
	var said []string
	for _, ask := range []struct {
		key string
		on  bool
	}{{"constituted", a.Constituted}, {"insurance", a.Insurance}, {"safeguarding", a.Safeguarding}, {"over18", a.Over18}} {
		if ask.on {
			said = append(said, c.T("asks."+ask.key))
		}
	}
	if a.Checked != market.NoCheck {
		said = append(said, c.T("market.checked", "Level", c.T("check_level."+string(a.Checked)), "Activity", a.Activity))
	}
	return said
}

// stillWanted says how much is left of a need that others fill in part.
func (c *Call) stillWanted(e market.Entry) []view.Row {
	if !e.Partly() {
		return nil
	}
	return []view.Row{{Term: c.T("market.still_wanted"), Value: wording.Amount(c.Lang, e.Wanted(), e.Listing.Unit)}}
}

// kindFacts are the facts of the listing's kind, in the kind's order.
func (c *Call) kindFacts(l market.Listing) []view.Row {
	var rows []view.Row
	if l.Quantity > 1 {
		rows = append(rows, view.Row{Term: c.T("market.quantity"), Value: wording.Amount(c.Lang, l.Quantity, l.Unit)})
	}
	if l.Splittable && l.Quantity > 1 {
		rows = append(rows, view.Row{Term: c.T("market.split"), Value: c.T("market.split_least", "Least", wording.Amount(c.Lang, l.SmallestPart, l.Unit))})
	}
	kind, _ := market.StandardKind(l.Kind)
	for _, f := range kind.Facts {
		if value := c.factValue(f, l.Facts); value != "" {
			rows = append(rows, view.Row{Term: c.T("fact." + f.Key), Value: value})
		}
	}
	return rows
}

// unit is what a fact is counted in; an abbreviation is the same in every language.
func (c *Call) unit(f market.FactField) string {
	if key := "unit." + f.Unit; wording.Has(key) {
		return c.T(key)
	}
	return f.Unit
}

func (c *Call) factValue(f market.FactField, facts market.Facts) string {
	switch f.Type {
	case market.FactNumber:
		n := facts.Number(f.Key)
		if n == 0 {
			return ""
		}
		if f.Unit == "£" {
			return wording.Money(c.Lang, int(n*100))
		}
		return wording.Amount(c.Lang, n, c.unit(f))
	case market.FactFlag:
		if facts.Flag(f.Key) {
			return c.T("market.yes")
		}
		return ""
	case market.FactChoice:
		if v := facts.Text(f.Key); v != "" {
			return c.T("fact_choice." + v)
		}
		return ""
	}
	return facts.Text(f.Key)
}

// when says everything about the times in words.
func (c *Call) when(l market.Listing) []string {
	w := l.When
	lines := c.windows(l)
	for i := range lines {
		lines[i] = upperFirst(lines[i])
	}
	if len(lines) == 0 {
		lines = append(lines, c.T("market.any_time"))
	}
	day := func(d market.Date) string { return wording.LongDate(c.Lang, d.Time(time.UTC)) }
	add := func(ok bool, key string, pairs ...any) {
		if ok {
			lines = append(lines, c.T("market."+key, pairs...))
		}
	}
	add(w.Duration > 0, "for_hours", "Hours", float64(w.Duration)/60)
	add(w.Times > 1, "times", "Count", w.Times)
	add(w.From != "", "from", "Date", day(w.From))
	add(w.Until != "", "until", "Date", day(w.Until))
	add(w.NeededBy != "", "needed_by", "Date", day(w.NeededBy))
	add(w.TermTimeOnly, "term_time")
	add(w.NotBankHolidays, "no_bank_holidays")
	add(w.LeadTime > 0, "notice", "Count", w.LeadTime)
	var not []string
	for _, d := range w.Exceptions {
		not = append(not, wording.ShortDate(c.Lang, d.Time(time.UTC)))
	}
	add(len(not) > 0, "not_on", "Dates", wording.List(c.Lang, not))
	return lines
}

func (c *Call) terms(t market.Terms) string {
	switch {
	case t.Kind == market.AtCost && t.For != "":
		return c.T("market.cost_for", "Amount", wording.MoneyPer(c.Lang, t.Pence, t.Per), "For", t.For)
	case t.Kind == market.AtCost:
		return wording.MoneyPer(c.Lang, t.Pence, t.Per)
	case t.Kind == market.Loan && t.LoanDays > 0:
		return c.T("market.loan_days", "Count", t.LoanDays)
	case t.Kind == market.Swap && t.For != "":
		return c.T("market.swap_for", "For", t.For)
	}
	return c.choice("terms", string(t.Kind))
}

func (c *Call) posted(l market.Listing) string {
	if l.OpenedAt == nil || l.ExpiresAt == nil {
		return ""
	}
	zone := c.Zone()
	return c.T("market.posted", "Date", wording.ShortDate(c.Lang, l.OpenedAt.In(zone)), "Until", wording.LongDate(c.Lang, l.ExpiresAt.In(zone)))
}
