package pages

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"wherewithal/market"
	"wherewithal/reading"
	"wherewithal/telemetry"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerPosting is for people with a group; anyone may look at the form. Reading and previewing keep nothing. Posting
// twice with one form posts once.
func (s *Site) registerPosting() {
	for _, side := range []market.Side{market.Need, market.Offer} {
		path := postPath(side)
		s.get(path, func(c *Call) error { return s.newPost(c, side) })
		s.post(path, func(c *Call) error { return s.postListing(c, side) })
		s.post(path+"/could-help", func(c *Call) error { return s.couldHelp(c, side) })
		s.post(path+"/afresh", func(c *Call) error { return s.startAfresh(c, side) })
	}
	s.registerUnfinished()
	s.registerEditing()
	s.registerTimelines()
}

func postPath(side market.Side) string {
	if side == market.Need {
		return "/ask"
	}
	return "/offer"
}

// previews is how many groups the form names before anything is posted.
const previews = 5

func (s *Site) newPost(c *Call, side market.Side) error {
	begun := c.Gin.Request.URL.Query()
	if waiting := s.unsent(c, side); waiting != nil && !begun.Has("text") {
		return s.showUnsent(c, side, waiting)
	}
	p := s.newPoster(c, side, httpx.Form(url.Values{"description": {begun.Get("text")}, "group": {begun.Get("group")}}))
	kept, err := s.Accounts.UnfinishedForms(c.Ctx, c.Viewer, c.Now)
	telemetry.Fail(c.Ctx, err) // one can write without
	page := p.page(c.Blank(), false)
	page.Drafts = len(kept)
	return c.Render(http.StatusOK, view.Post(page))
}

// couldHelp answers while one types: what was read, and who could help. It keeps nothing.
func (s *Site) couldHelp(c *Call, side market.Side) error {
	f, err := httpx.ReadForm(c.Gin)
	if err != nil {
		return err
	}
	p := s.newPoster(c, side, f)
	p.read()
	return p.couldHelp()
}

// couldHelp is the part of the page that says who could help. Whoever asked before, on words, and waits for the text to
// be read hears nothing until it is.
func (p *poster) couldHelp() error {
	p.preview()
	if p.help.Again != "" && p.c.Gin.Query("waits") != "" {
		p.c.Gin.Status(http.StatusNoContent)
		return nil
	}
	return p.c.Render(http.StatusOK, view.CouldHelpPanel(view.Side(p.side), p.help))
}

// postListing shows what was read (do=read), or posts.
func (s *Site) postListing(c *Call, side market.Side) error {
	f, err := c.fields()
	if err != nil {
		return err
	}
	p := s.newPoster(c, side, f)
	posts := f.String("do") == "post" || f.String("do") == "draft"
	if !posts || f.String("title") == "" {
		p.read() // a form that was read already has a title: what was taken off it since stays off
	}
	if !posts {
		p.preview()
		return c.Render(http.StatusOK, view.Post(p.page(c.Blank(), true)))
	}
	if done, err := p.ready(); done || err != nil {
		return err
	}
	return p.publish()
}

// poster is one form of a listing on its way: what was typed, what was read, and whose it will be.
type poster struct {
	s      *Site
	c      *Call
	side   market.Side
	f      httpx.Form
	groups []market.Group
	group  market.ID
	places []market.Place
	said   reading.Sentence
	help   view.CouldHelp
	edit   *market.Listing // the listing that is changed; nil for a new one
	stale  *view.Stale     // it changed since the form was made, or its draft did
	agreed []view.Link     // what is agreed with others about the listing that is changed
	spot   *spot           // where the typed place lies, once it was looked up
}

func (s *Site) newPoster(c *Call, side market.Side, f httpx.Form) *poster {
	p := &poster{s: s, c: c, side: side, f: f}
	for _, g := range c.Caller.Groups {
		if c.Viewer.Roles[g.ID].CanPost() {
			p.groups = append(p.groups, g)
		}
		if string(g.ID) == f.String("group") && c.Viewer.Roles[g.ID].CanPost() {
			p.group = g.ID
		}
	}
	if p.group == "" && len(p.groups) > 0 {
		p.group = p.groups[0].ID
	}
	for _, at := range c.Caller.Places {
		if at.GroupID == p.group {
			p.places = append(p.places, at)
		}
	}
	return p
}

// ready leads whoever has no account or no group there, and back. What was written waits for them; a draft of somebody signed in needs no
// group yet.
func (p *poster) ready() (done bool, err error) {
	switch {
	case !p.c.Viewer.SignedIn():
		return true, p.leadOn("/sign-in?"+url.Values{"next": {postPath(p.side)}}.Encode(), "note.sign_in_first")
	case len(p.groups) == 0 && p.f.String("do") == "draft":
		return true, p.keep()
	case len(p.groups) == 0:
		return true, p.leadOn("/groups/new", "note.group_first")
	}
	return false, nil
}

// set fills a field that was left empty.
func (p *poster) set(name, value string) {
	if value != "" && p.f.String(name) == "" {
		url.Values(p.f).Set(name, value)
	}
}

func (p *poster) setAll(name string, values []string) {
	if len(p.f.Strings(name)) == 0 && len(values) > 0 {
		url.Values(p.f)[name] = values
	}
}

// read fills what was left empty from the words, and says what it read as chips that lead to the fields.
func (p *poster) read() {
	p.forgetRead()
	p.said = reading.Read(p.f.String("description"), p.side, p.today())
	said := p.said
	p.set("title", said.Title)
	p.set("kind", said.Kind)
	p.chip("kind", said.Kind != "", "kind."+said.Kind)
	if said.People > 0 {
		p.set("fact_room_seated", strconv.Itoa(said.People))
		p.chipText("fact_room_seated", p.c.T("market.people", "Count", said.People))
	}
	if said.Quantity > 0 {
		p.set("quantity", strconv.Itoa(said.Quantity))
		p.set("unit", said.Unit)
		p.chipText("quantity", wording.Amount(p.c.Lang, said.Quantity, said.Unit))
	}
	p.readTimes()
	p.readWhere()
	for _, f := range said.Features {
		p.chip("features", true, "feature."+string(f))
	}
	p.setAll("features", texts(said.Features))
	for _, flag := range said.Flags {
		p.set("fact_room_"+flag, "yes")
		p.chip("fact_room_"+flag, true, "fact."+flag)
	}
	p.readTerms()
	if said.Urgent && p.side == market.Need {
		p.set("urgent", "yes")
	}
	p.set("terms", string(market.Shared))
	p.set("where", string(market.AtPlace))
	url.Values(p.f).Set("read_text", p.f.String("description"))
}

// forgetRead empties the fields that hold what was read of an earlier text, and nothing else: who changes the words means
// the new ones, and what was written by hand stays.
func (p *poster) forgetRead() {
	before := p.f.String("read_text")
	if before == "" || before == p.f.String("description") {
		return
	}
	old := &poster{s: p.s, c: p.c, side: p.side, f: httpx.Form{"description": {before}}, groups: p.groups, group: p.group, places: p.places}
	old.read()
	for name, values := range old.f {
		if name != "description" && slices.Equal(p.f[name], values) {
			delete(p.f, name)
		}
	}
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

func (p *poster) chip(field string, ok bool, key string) {
	if ok {
		p.chipText(field, p.c.T(key))
	}
}

func (p *poster) chipText(field, text string) {
	p.help.Chips = append(p.help.Chips, view.Chip{Text: text, Href: "#f-" + field})
}

func (p *poster) readTimes() {
	w := p.said.When
	if len(w.Windows) > 0 && len(p.f.Strings("when")) == 0 && len(p.f.Strings("window")) == 0 {
		p.setWindows(w.Windows)
	}
	for _, win := range w.Windows {
		p.chipText("when", upperFirst(p.c.window(win)))
	}
	p.set("every", string(w.Every))
	if w.Times > 0 {
		p.set("times", strconv.Itoa(w.Times))
		p.chipText("times", p.c.T("market.times", "Count", w.Times))
	}
	if w.Duration > 0 {
		p.set("duration", strconv.Itoa(w.Duration))
		p.chipText("duration", upperFirst(p.c.T("market.for_hours", "Hours", float64(w.Duration)/60)))
	}
	for name, d := range map[string]market.Date{"from": w.From, "until": w.Until, "needed_by": w.NeededBy} {
		p.set(name, string(d))
	}
	for _, d := range []struct {
		field, key string
		date       market.Date
	}{{"from", "market.from", w.From}, {"until", "market.until", w.Until}, {"needed_by", "market.needed_by", w.NeededBy}} {
		if d.date != "" {
			p.chipText(d.field, p.c.T(d.key, "Date", p.c.day2(d.date)))
		}
	}
	if w.TermTimeOnly {
		p.set("term_time_only", "yes")
	}
	if w.NotBankHolidays {
		p.set("not_bank_holidays", "yes")
	}
}

// setWindows writes windows into the week strip and its hours, or beneath it one by one when the strip cannot show them
// as they are: the first Monday of the month, mornings on some days and other hours on others.
func (p *poster) setWindows(windows []market.Window) {
	strip := &poster{side: p.side, f: httpx.Form{}}
	strip.setStrip(windows)
	if !slices.Equal(plainly(windows), plainly(strip.times(&market.Invalid{}).Windows)) {
		p.setAll("window", windowValues(windows))
		return
	}
	for name, values := range strip.f {
		p.setAll(name, values)
	}
}

// setStrip writes windows as the strip can; a single day becomes the first and last day.
func (p *poster) setStrip(windows []market.Window) {
	var slots []string
	for _, w := range windows {
		days := w.Days
		if w.Repeat == market.Once {
			days = market.DayBit(w.On.Weekday())
			p.set("from", string(w.On))
			p.set("until", string(w.On))
			p.set("every", string(market.Once))
		}
		if w.Repeat == market.Daily {
			days = market.EveryDay
		}
		for day := range 7 {
			for part, span := range parts {
				if days&(1<<day) != 0 && w.Start < span[1] && w.End > span[0] {
					slots = append(slots, view.Slot(day, part))
				}
			}
		}
	}
	slices.Sort(slots)
	p.setAll("when", slices.Compact(slots))
	if len(windows) == 1 {
		p.set("hour_from", windows[0].Start.Clock())
		p.set("hour_until", strings.Replace(windows[0].End.Clock(), "24:00", "23:59", 1))
	}
}

func (p *poster) readWhere() {
	if p.said.ReachKM > 0 {
		p.set("reach", strconv.FormatFloat(p.said.ReachKM, 'f', -1, 64))
		p.chipText("reach", p.c.T("market.within", "Km", p.said.ReachKM))
	}
	if p.said.Online {
		p.set("where", string(market.Online))
		p.chip("where", true, "where.online")
	}
	if p.said.Place == "" {
		return
	}
	p.chipText("place", p.c.T("market.near", "Place", p.said.Place))
	for _, own := range p.places {
		if own.Postcode == p.said.Place || own.Outcode == p.said.Place {
			p.set("place_id", string(own.ID))
			return
		}
	}
	if p.f.String("place_id") == "" {
		p.set("place", p.said.Place)
	}
}

func (p *poster) readTerms() {
	t := p.said.Terms
	if t.Kind == "" {
		return
	}
	p.set("terms", string(t.Kind))
	if t.Pence > 0 && p.f.String("amount") == "" {
		p.set("amount", strconv.FormatFloat(float64(t.Pence)/100, 'f', -1, 64))
		url.Values(p.f).Set("per", t.Per) // the list beside it has a choice of its own
	}
	p.chipText("terms", p.c.termsShort(t))
}

// preview asks the engine who could help, as things stand; what cannot be said yet is left out and nothing is kept.
func (p *poster) preview() {
	if p.group == "" || p.f.String("kind") == "" || p.s.Preview == nil {
		return
	}
	l, at, _ := p.listing()
	if p.s.Preview.Pending(l) {
		p.help.Again = postPath(p.side) + "/could-help?waits=1"
	}
	ranking, err := p.s.Preview.Preview(p.c.Ctx, p.c.Viewer, l, at, previews)
	if err != nil {
		p.help.Error = p.c.T("market.no_answer")
		return
	}
	for _, m := range ranking.Matches {
		p.help.Fits = append(p.help.Fits, p.c.helper(m.Other, p.c.reasons(market.Side(p.side), m.Match.Reasons), ""))
	}
	near := map[market.ID]string{}
	var ids []market.ID
	for _, m := range ranking.NearMisses[:min(3, len(ranking.NearMisses))] {
		id := m.OfferID
		if p.side == market.Offer {
			id = m.NeedID
		}
		ids = append(ids, id)
		near[id] = nearMiss(p.c, m)
	}
	entries, err := p.s.Store.ShownFor(p.c.Ctx, p.c.Viewer, ids, p.c.Now)
	if err == nil {
		for _, e := range entries {
			p.help.Nears = append(p.help.Nears, p.c.helper(e, nil, near[e.Listing.ID]))
		}
	}
	p.help.Title = p.c.T(map[market.Side]string{market.Need: "market.could_help", market.Offer: "market.could_use"}[p.side], "Count", len(p.help.Fits))
	if len(p.help.Fits) == 0 {
		p.help.Title = p.c.T("market.nobody")
		p.help.Empty = view.Empty{Title: p.c.T("market.nobody"), Text: p.c.T("market.nobody_text")}
	}
}

func (c *Call) helper(e market.Entry, facts []string, but string) view.Helper {
	return view.Helper{Title: e.Listing.Title, Lang: e.Listing.Language, Href: listingPath(e.Listing.ID), Group: e.Group.Name, Facts: facts, But: but}
}

// publish keeps the listing, and first the place that it names. A draft that is not whole is kept as it was typed.
func (p *poster) publish() error {
	l, at, e := p.listing()
	err := everyFault(l, at, e)
	asDraft := p.f.String("do") == "draft"
	if err != nil && asDraft {
		return p.keep()
	}
	if err := p.s.Limits.Allow(p.c.Ctx, httpx.Rule{Name: "post", Hour: p.s.Config.PostsPerHour}, string(p.c.Viewer.Person)); err != nil {
		if asDraft && errors.Is(err, market.ErrTooMany) {
			return p.keep()
		}
		return err
	}
	if err == nil && at != nil {
		err = p.current()
	}
	if err == nil {
		err = p.place(&l, at)
	}
	if asDraft {
		l.Life = market.Draft
	}
	if err == nil {
		l, err = p.s.Listings.Finish(p.c.Ctx, p.c.Viewer, l, p.unfinished(), market.OnceOnly{ID: p.c.Once}, p.c.Now)
	}
	if errors.Is(err, market.ErrConflict) {
		return p.showMoved()
	}
	if err == nil {
		err = p.copyPhotos(l)
	}
	if again, ok := p.again(err, l.Kind); ok {
		if asDraft {
			return p.keep()
		}
		p.preview()
		return p.c.Show(again, view.Post(p.page(again, true)))
	}
	if err != nil {
		return err
	}
	p.dropWaiting()
	if asDraft {
		return p.c.Done(listingPath(l.ID), "done.kept_draft")
	}
	if l.Life == market.Draft { // a new group's, which its network looks at first
		return p.c.Done(listingPath(l.ID), "note.held_first")
	}
	return p.c.Done(listingPath(l.ID), "done.posted")
}

// current keeps a form that is older than its draft from adding the place that it names. Finish would refuse it too, after that.
// market.ErrConflict: it is older. One that is pressed twice is not.
func (p *poster) current() error {
	older, err := p.s.Accounts.Overtaken(p.c.Ctx, p.c.Viewer, p.unfinished(), p.c.Now)
	if err != nil || !older {
		return err
	}
	_, err = p.s.Store.AnswerOf(p.c.Ctx, p.c.Once, p.c.Viewer.Person)
	if errors.Is(err, market.ErrNotFound) {
		return market.ErrConflict
	}
	return err
}

// copyPhotos gives a copy the photos of what it was copied from, where that was wished and is still theirs.
func (p *poster) copyPhotos(l market.Listing) error {
	from, err := market.ParseID(p.f.String("photos_of"))
	if err != nil || !p.f.On("copy_photos") {
		return nil
	}
	err = p.s.Listings.CopyPhotos(p.c.Ctx, p.c.Viewer, from, l.ID, p.c.Now)
	if errors.Is(err, market.ErrNotFound) || errors.Is(err, market.ErrForbidden) {
		return nil
	}
	return err
}

// everyFault joins what the form could not read with what the market refuses, so that all of it is mended at once. A
// place that was typed is kept only after that.
func everyFault(l market.Listing, at *market.Place, e *market.Invalid) error {
	kind, ok := market.StandardKind(l.Kind)
	if !ok {
		e.Add("kind", "choice")
		return e
	}
	if at != nil || slices.ContainsFunc(e.Faults, func(f market.Fault) bool { return f.Field == "place" || f.Field == "postcode" }) {
		l.PlaceID = "typed"
	}
	gather(e, l.Validate(kind, wording.IsLanguage))
	return e.OrNil()
}

// place gives the listing the place that was typed: one of the group's own, or a new one.
func (p *poster) place(l *market.Listing, at *market.Place) error {
	if l.PlaceID != "" || at == nil {
		return nil
	}
	at.GroupID = l.GroupID
	kept, err := p.s.Accounts.AddPlace(p.c.Ctx, p.c.Viewer, *at, p.c.Once+"-place", p.c.Now)
	switch {
	case errors.Is(err, market.ErrForbidden):
		return market.Refuse("place", "place_missing")
	case errors.Is(err, market.ErrRepeated): // the same form again: the place is there, and so is the listing
		l.PlaceID, err = p.placeAt(l.GroupID, *at)
		return err
	}
	l.PlaceID = kept.ID
	return err
}

func (p *poster) placeAt(group market.ID, at market.Place) (market.ID, error) {
	places, err := p.s.Store.Places(p.c.Ctx, group)
	if err != nil {
		return "", err
	}
	for _, own := range places {
		if own.Postcode == at.Postcode && own.Outcode == at.Outcode {
			return own.ID, nil
		}
	}
	return "", market.ErrNotFound
}

// again gives the form back with the market's names of fields turned into the form's.
func (p *poster) again(err error, kind string) (view.Form, bool) {
	rename := []string{"place", "place", "pounds", "amount", "smallest_part", "smallest_part"}
	if k, ok := market.StandardKind(kind); ok {
		for _, f := range k.Facts {
			rename = append(rename, f.Key, factName(kind, f.Key))
		}
	}
	return p.c.Again(err, rename...)
}

func factName(kind, key string) string { return "fact_" + kind + "_" + key }
