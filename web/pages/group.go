package pages

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
	"wherewithal/wording/tongue"
)

// registerGroups is for everybody to read, and for a group's owners to change. Founding twice with one form gives one
// group; every other change is the same when it is repeated. What a group says is not saved by a form that is older than it.
func (s *Site) registerGroups() {
	s.get("/groups/new", s.newGroup)
	s.post("/groups", s.foundGroup)
	s.get("/groups/:id", s.group)
	s.get("/groups/:id/edit", s.editGroup)
	s.post("/groups/:id/edit", s.saveGroup)
	s.get("/groups/:id/places", s.groupPlaces)
	s.post("/groups/:id/places", s.addPlace)
	s.post("/groups/:id/places/:place/remove", s.removePlace)
	s.get("/groups/:id/pause", s.groupPause)
	s.post("/groups/:id/pause", s.pauseGroup)
	s.post("/groups/:id/block", s.block)
	s.post("/groups/:id/unblock", s.unblock)
	s.get("/blocks", s.blocks)
}

func groupPath(id market.ID) string { return "/groups/" + string(id) }

// ownGroup is a group that the caller may change: strangers do not learn that it is there.
func (s *Site) ownGroup(c *Call) (market.Group, error) {
	v, err := c.SignedIn()
	if err != nil {
		return market.Group{}, err
	}
	id, err := c.Param("id")
	if err != nil {
		return market.Group{}, err
	}
	switch {
	case !v.In(id):
		return market.Group{}, market.ErrNotFound
	case v.Roles[id] != market.Owner:
		return market.Group{}, market.ErrForbidden
	}
	return s.Store.Group(c.Ctx, v, id)
}

func (s *Site) group(c *Call) error {
	id, err := c.Param("id")
	if err != nil {
		return err
	}
	g, err := s.Store.GroupFor(c.Ctx, c.Viewer, id)
	if err != nil {
		return err
	}
	page, err := s.groupPage(c, g)
	if err != nil {
		return err
	}
	return c.Render(http.StatusOK, view.Group(page))
}

func (s *Site) groupPage(c *Call, g market.Group) (view.GroupPage, error) {
	name := g.NameFor(c.Viewer)
	p := view.GroupPage{Page: c.Public(c.PageOf(name), summary(g.Does)), ID: string(g.ID), Name: name,
		Alias: g.NameHidden && name == g.Alias, About: paragraphs(g.Does), AboutLang: tongue.Of(g.Does, g.Languages...), Sample: g.Sample,
		Own: c.Viewer.Roles[g.ID] == market.Owner, Member: c.Viewer.In(g.ID),
		Posts: c.Viewer.Roles[g.ID].CanPost() && g.RemovedAt == nil && g.ClosedAt == nil, ReportHref: "/report?about=group:" + string(g.ID)}
	p.Page.Alternates = append(c.alternates(groupPath(g.ID), nil), append(c.embeds(groupPath(g.ID)), c.calendars(groupPath(g.ID)))...)
	unseen := g.HeldAt != nil || g.RemovedAt != nil || g.ClosedAt != nil // by strangers
	if !unseen {
		p.Copy = p.Page.Canonical
	}
	if unseen || g.NameHidden {
		p.Page.NoIndex = true
	} else {
		p.QR = qrOf(p.Page.Canonical)
		if !g.Sample {
			p.Page.Linked = c.linkedGroup(g)
		}
	}
	if !p.Alias {
		p.Link = g.Link
	}
	p.Paused = c.pausedUntil(g)
	for _, fill := range []func(*Call, market.Group, *view.GroupPage) error{s.groupWaits, s.groupFacts, s.groupStanding, s.groupCards, s.groupBlock} {
		if err := fill(c, g, &p); err != nil {
			return p, err
		}
	}
	return p, nil
}

func (c *Call) pausedUntil(g market.Group) string {
	if g.PausedUntil == nil || !g.PausedUntil.After(c.Now) {
		return ""
	}
	return c.T("worded.paused_until", "Date", wording.LongDate(c.Lang, g.PausedUntil.In(c.Zone())))
}

// groupWaits says that a group was hidden, or its name waits for a look or was refused, and where to appeal.
func (s *Site) groupWaits(c *Call, g market.Group, p *view.GroupPage) error {
	if g.HeldAt == nil && g.RemovedAt == nil {
		return nil
	}
	d, err := s.Store.HidBy(c.Ctx, g.ID)
	if err != nil && !errors.Is(err, market.ErrNotFound) {
		return err
	}
	switch {
	case g.RemovedAt != nil:
		p.Waiting = c.T("worded.group_hidden")
	case d.Refuses(g.ID, g.HeldAt):
		p.Waiting = c.T("worded.name_refused")
	default:
		p.Waiting = c.T("worded.waiting")
		return nil
	}
	if err == nil {
		p.WhyHref = decisionPath(d.ID)
	}
	return nil
}

func (s *Site) groupFacts(c *Call, g market.Group, p *view.GroupPage) error {
	add := func(term, value string) {
		if value != "" {
			p.Facts = append(p.Facts, view.Row{Term: c.T("row." + term), Value: value})
		}
	}
	add("legal_form", c.T("legal_form."+string(g.LegalForm)))
	if g.Size > 0 {
		add("size", c.T("worded.about_size", "Size", g.Size))
	}
	add("languages", wording.List(c.Lang, g.Languages))
	if p.Alias {
		return nil // an alias stands without a place
	}
	places, err := s.Store.Places(c.Ctx, g.ID)
	add("borough", wording.List(c.Lang, market.BoroughsOf(places)))
	return err
}

// groupStanding is what it states, and where it belongs.
func (s *Site) groupStanding(c *Call, g market.Group, p *view.GroupPage) error {
	evidence, err := s.Store.Evidence(c.Ctx, g.ID)
	if err != nil {
		return err
	}
	today := market.DateOf(c.Now.In(c.Zone()))
	for _, ev := range evidence {
		if ev.ValidOn(today) {
			p.Evidence = append(p.Evidence, c.evidence(g.EvidenceFor(c.Viewer, ev)))
		}
	}
	networks, err := s.Store.NetworksOf(c.Ctx, g.ID)
	for _, n := range networks {
		if g.TellsNetwork(c.Viewer, n.ID) {
			p.Networks = append(p.Networks, networkLink(n))
		}
		p.Sees = p.Sees || c.Viewer.Looks(n.ID) && !c.Viewer.In(g.ID)
	}
	return err
}

func (c *Call) evidence(ev market.Evidence) string {
	return wording.Evidence(c.Lang, ev)
}

func (s *Site) groupCards(c *Call, g market.Group, p *view.GroupPage) error {
	open, err := s.openOf(c, g, p)
	if err != nil {
		return err
	}
	entries, err := s.Store.ShownFor(c.Ctx, c.Viewer, open, c.Now)
	for _, e := range entries {
		card := c.card(e)
		card.Group, card.GroupHref = "", "" // whose page this is
		if e.Listing.Side == market.Offer {
			p.Offers = append(p.Offers, card)
		} else {
			p.Needs = append(p.Needs, card)
		}
	}
	return errors.Join(err, s.pictured(c, pointers(p.Offers, p.Needs)...))
}

// groupShown is how many listings of a group a page of it holds: a partner's group may have thousands.
const groupShown = 40

// openOf are a group's open listings, whoever may see them: those of the page of the list that the address names.
func (s *Site) openOf(c *Call, g market.Group, p *view.GroupPage) (open []market.ID, err error) {
	var after market.ID
	values, next := c.Gin.Request.URL.Query(), ""
	if values.Has("after") {
		if after, err = market.ParseID(values.Get("after")); err != nil {
			return nil, err
		}
	}
	open, err = s.Store.ListingIDs(c.Ctx, []market.ID{g.ID}, market.Open, after, groupShown+1)
	if len(open) > groupShown {
		open = open[:groupShown]
		next = string(open[groupShown-1])
	}
	p.Pager = pager(groupPath(g.ID), "after", url.Values{"after": values["after"]}, next)
	return open, err
}

func (s *Site) groupBlock(c *Call, g market.Group, p *view.GroupPage) error {
	if c.Viewer.In(g.ID) || len(c.Viewer.Posts()) == 0 {
		return nil
	}
	p.CanBlock, p.OnceBlock = true, c.Blank().Once
	by, err := s.blockedBy(c, g.ID)
	p.Blocked = len(by) > 0
	return err
}

type groupForm struct {
	Name      string `form:"name"`
	Does      string `form:"does"`
	LegalForm string `form:"legal_form"`
	Size      string `form:"size"`
	Link      string `form:"link"`
	Languages string `form:"languages"`
	Place     string `form:"place"`
	Confirm   bool   `form:"confirm"`
	HideName  bool   `form:"hide_name"`
	Alias     string `form:"alias"`
	Seen      string `form:"seen"` // which words it was drawn over
}

// renames are the fields that the market calls otherwise.
var groupRenames = []string{"postcode", "place", "name_hidden", "hide_name"}

func formOf(g market.Group) groupForm {
	f := groupForm{Name: g.Name, Does: g.Does, LegalForm: string(g.LegalForm), Link: g.Link,
		Languages: strings.Join(g.Languages, ", "), HideName: g.NameHidden, Alias: g.Alias, Seen: g.Key()}
	if g.Size > 0 {
		f.Size = strconv.Itoa(g.Size)
	}
	return f
}

const maxLanguages = 20 // more than any London school counts in one class

// into writes the form over a group; faults are what the market cannot see, because it gets numbers and lists.
func (f groupForm) into(g *market.Group) *market.Invalid {
	e := &market.Invalid{}
	g.Name, g.Does, g.Link = f.Name, market.Tidy(f.Does), f.Link
	g.LegalForm, g.NameHidden, g.Alias = market.LegalForm(f.LegalForm), f.HideName, f.Alias
	g.Languages = commaList(f.Languages)
	if len(g.Languages) > maxLanguages || len(f.Languages) > 400 {
		e.Add("languages", "languages_many", "Max", maxLanguages)
	}
	g.Size = 0
	if f.Size != "" {
		n, err := strconv.Atoi(f.Size)
		if err != nil {
			e.Add("size", "number")
		}
		g.Size = n
	}
	gather(e, g.Validate())
	return e
}

// gather adds the faults of err to those found so far.
func gather(e *market.Invalid, err error) {
	if more, ok := err.(*market.Invalid); ok {
		e.Faults = append(e.Faults, more.Faults...)
	}
}

// commaList reads "choir, carers".
func commaList(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" && !slices.Contains(out, part) {
			out = append(out, part)
		}
	}
	return out
}

func (s *Site) newGroup(c *Call) error {
	if _, err := c.SignedIn(); err != nil {
		return err
	}
	return s.showGroupForm(c, "", groupForm{LegalForm: string(market.Informal)}, "", c.Blank())
}

func (s *Site) showGroupForm(c *Call, id market.ID, f groupForm, confirm string, form view.Form) error {
	return c.Show(form, view.GroupEdit(s.groupEditPage(c, id, f, confirm, form)))
}

func (s *Site) groupEditPage(c *Call, id market.ID, f groupForm, confirm string, form view.Form) view.GroupEditPage {
	title := "group.new"
	if id != "" {
		title = "group.edit_title"
	}
	var forms []string
	for _, l := range market.LegalForms {
		forms = append(forms, string(l))
	}
	return view.GroupEditPage{Page: c.Page(title), Form: form, ID: string(id), Name: f.Name,
		Does: f.Does, LegalForms: view.Options(c.Ctx, "legal_form", forms, f.LegalForm), Size: f.Size, Link: f.Link,
		Languages: f.Languages, Place: f.Place, Confirm: confirm, HideName: f.HideName, Alias: f.Alias, Seen: f.Seen}
}

// groupsADay that one person founds: more than anybody sets up in earnest, few enough that a name can be looked at by somebody.
const groupsADay = 10

func (s *Site) foundGroup(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	var f groupForm
	if err := c.Form(&f); err != nil {
		return err
	}
	var g market.Group
	e := f.into(&g)
	place, confirm, err := s.firstPlace(c, f, e)
	if err == nil {
		err = e.OrNil()
	}
	if err == nil {
		if err := s.Limits.Allow(c.Ctx, httpx.Rule{Name: "group", Day: groupsADay}, string(v.Person)); err != nil {
			return err
		}
		g, err = s.Accounts.Found(c.Ctx, v, g, place, c.Once, c.Now)
	}
	if again, ok := c.Again(err, groupRenames...); ok {
		return s.showGroupForm(c, "", f, confirm, again)
	}
	if err != nil {
		return err
	}
	if side := s.waits(c); side != "" {
		key := "done.group_made_form_waits"
		if g.HeldAt != nil {
			key = madeKey(g)
		}
		return c.Done(postPath(side), key)
	}
	return c.Done(groupPath(g.ID), madeKey(g))
}

func madeKey(g market.Group) string {
	if g.HeldAt != nil {
		return "note.held"
	}
	return "done.group_made"
}

// firstPlace is the place of a new group, if it named one; its faults join the others. confirm is the question to put
// when we are unsure.
func (s *Site) firstPlace(c *Call, f groupForm, e *market.Invalid) (place *market.Place, confirm string, err error) {
	if f.Place == "" {
		return nil, "", nil
	}
	p, sure, err := s.locate(c, f.Place)
	if bad, ok := err.(*market.Invalid); ok {
		gather(e, bad)
		return nil, "", nil
	}
	if err == nil && !sure && !f.Confirm {
		e.Add("place", "confirm")
		confirm = c.confirm(p)
	}
	return &p, confirm, err
}

func (c *Call) confirm(p market.Place) string {
	return c.T("worded.confirm_place", "Borough", p.Borough, "Outcode", p.Outcode)
}

func (s *Site) editGroup(c *Call) error {
	g, err := s.ownGroup(c)
	if err != nil {
		return err
	}
	return s.showGroupForm(c, g.ID, formOf(g), "", c.Blank())
}

func (s *Site) saveGroup(c *Call) error {
	g, err := s.ownGroup(c)
	if err != nil {
		return err
	}
	var f groupForm
	if err := c.Form(&f); err != nil {
		return err
	}
	seen := c.asSeen(f.Seen, g, g.NameHidden && !f.HideName)
	if err = f.into(&g).OrNil(); err == nil {
		err = s.Accounts.Edit(c.Ctx, c.Viewer, g, seen, c.Now)
	}
	if errors.Is(err, market.ErrConflict) {
		return s.showStaleGroup(c, f, g)
	}
	if again, ok := c.Again(err, groupRenames...); ok {
		return s.showGroupForm(c, g.ID, f, "", again)
	}
	if err != nil {
		return err
	}
	return c.Done(groupPath(g.ID), "done.group_saved")
}

type pauseForm struct {
	Until string `form:"until"`
	Do    string `form:"do"`
}

func (s *Site) groupPause(c *Call) error {
	g, err := s.ownGroup(c)
	if err != nil {
		return err
	}
	return s.showPause(c, g, pauseForm{}, c.Blank())
}

func (s *Site) showPause(c *Call, g market.Group, f pauseForm, form view.Form) error {
	return c.Show(form, view.GroupPause(view.GroupPausePage{Page: c.Page("group.pause"), Form: form, ID: string(g.ID),
		Name: g.Name, Until: f.Until, Paused: c.pausedUntil(g)}))
}

func (s *Site) pauseGroup(c *Call) error {
	g, err := s.ownGroup(c)
	if err != nil {
		return err
	}
	var f pauseForm
	if err := c.Form(&f); err != nil {
		return err
	}
	until, err := c.day("until", f)
	if err == nil {
		err = s.Accounts.Pause(c.Ctx, c.Viewer, g.ID, until, c.Now)
	}
	if again, ok := c.Again(err); ok {
		return s.showPause(c, g, f, again)
	}
	if err != nil {
		return err
	}
	if until == nil {
		return c.Done(groupPath(g.ID), "done.resumed")
	}
	return c.Done(groupPath(g.ID), "done.paused")
}

// day is the beginning of the day on which a pause ends, where the reader lives; nil to end it now.
func (c *Call) day(field string, f pauseForm) (*time.Time, error) {
	if f.Do == "end" {
		return nil, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, f.Until, c.Zone())
	if err != nil {
		return nil, market.Refuse(field, "date")
	}
	t = t.UTC()
	return &t, nil
}

// paragraphs cuts a text at its empty lines.
func paragraphs(text string) []string {
	var out []string
	for part := range strings.SplitSeq(market.Tidy(text), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// summary is the beginning of a text, as search engines show it.
func summary(text string) string {
	const shown = 155 // characters; engines cut about there
	r := []rune(strings.Join(strings.Fields(text), " "))
	if len(r) > shown {
		return string(r[:shown-1]) + "…"
	}
	return string(r)
}
