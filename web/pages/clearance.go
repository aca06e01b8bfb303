package pages

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerClearances is for those who post for a group that must part with many things. Checking a sheet keeps nothing;
// posting one twice posts it once; putting a plan to the needs again proposes nothing twice.
func (s *Site) registerClearances() {
	s.get("/groups/:id/clearance", s.clearance)
	s.post("/groups/:id/clearance", s.postSheet)
	s.get("/groups/:id/clearance/plan", s.clearancePlan)
	s.post("/groups/:id/clearance/plan", s.putPlan)
	s.get("/groups/:id/clearance/plan.csv", s.clearanceCSV)
}

func clearancePath(group market.ID) string { return groupPath(group) + "/clearance" }

// clearing is a group the caller may post for.
func (s *Site) clearing(c *Call) (market.Group, error) {
	v, err := c.SignedIn()
	if err != nil {
		return market.Group{}, err
	}
	id, err := c.Param("id")
	switch {
	case err != nil:
		return market.Group{}, err
	case !v.In(id):
		return market.Group{}, market.ErrNotFound
	case !v.Roles[id].CanPost():
		return market.Group{}, market.ErrForbidden
	}
	return s.Store.Group(c.Ctx, v, id)
}

// sheet is what was sent of a clearance: the lines as text, and what all of them share.
type sheet struct {
	Text   string
	Place  string `form:"place"`
	Until  string `form:"until"`
	Circle string `form:"circle"`
	Do     string `form:"do"`
}

func (s *Site) clearance(c *Call) error {
	g, err := s.clearing(c)
	if err != nil {
		return err
	}
	return s.showSheet(c, g, sheet{Circle: string(market.InCity)}, c.Blank(), nil)
}

func (s *Site) showSheet(c *Call, g market.Group, in sheet, form view.Form, lines []listing.Line) error {
	p := view.ClearancePage{Page: c.Page("clearance.heading"), Form: form, Name: g.Name, Action: clearancePath(g.ID), PlanHref: clearancePath(g.ID) + "/plan",
		Text: in.Text, Until: in.Until, Max: listing.MaxLines}
	for _, at := range c.Caller.Places {
		if at.GroupID == g.ID {
			p.Places = append(p.Places, view.Option{Value: string(at.ID), Label: or(at.Label, or(at.Postcode, at.Outcode)), On: string(at.ID) == in.Place})
		}
	}
	for _, circle := range market.Circles {
		p.Circles = append(p.Circles, view.Option{Value: string(circle), Label: c.T("circle." + string(circle)), On: string(circle) == in.Circle})
	}
	p.PlacesHref = groupPath(g.ID) + "/places"
	p.Fine = len(lines) > 0 && len(form.Errors) == 0
	for _, l := range lines {
		line := view.SheetLine{Row: l.Row, Title: l.Listing.Title, Amount: wording.Amount(c.Lang, l.Listing.Quantity, l.Listing.Unit)}
		for _, f := range l.Faults {
			line.Faults = append(line.Faults, view.FieldError{Field: f.Field, Sentence: httpx.Sentence(c.Lang, f)})
			p.Fine = false
		}
		p.Lines = append(p.Lines, line)
	}
	if len(lines) > 0 && !p.Fine {
		return c.Render(http.StatusUnprocessableEntity, view.Clearance(p))
	}
	return c.Show(form, view.Clearance(p))
}

// postSheet shows what each line says and what is wrong (do=check), or posts all lines when nothing is.
func (s *Site) postSheet(c *Call) error {
	g, err := s.clearing(c)
	if err != nil {
		return err
	}
	in, text, err := c.sheet()
	if err != nil {
		return err
	}
	if _, err := s.Store.AnswerOf(c.Ctx, c.Once, c.Viewer.Person); err == nil {
		return c.Done(clearancePath(g.ID)+"/plan", "note.done_before")
	}
	lines, err := s.readSheet(c, g, in, text)
	if form, ok := c.Again(err); ok {
		return s.showSheet(c, g, in, form, nil)
	}
	if err != nil {
		return err
	}
	fine, err := s.Listings.CheckSheet(c.Ctx, lines)
	if err != nil {
		return err
	}
	if !fine || in.Do != "post" {
		return s.showSheet(c, g, in, c.Blank(), lines)
	}
	return s.publishSheet(c, g, in, lines)
}

// sheetsPerDay of one person: a school closes once, and puts right what it got wrong.
const sheetsPerDay = 5

func (s *Site) publishSheet(c *Call, g market.Group, in sheet, lines []listing.Line) error {
	if err := s.Limits.Allow(c.Ctx, httpx.Rule{Name: "sheet", Day: sheetsPerDay}, string(c.Viewer.Person)); err != nil {
		return err
	}
	err := s.Listings.PublishSheet(c.Ctx, c.Viewer, g.ID, lines, c.Once, c.Now)
	if form, ok := c.Again(err); ok {
		return s.showSheet(c, g, in, form, lines)
	}
	return c.moved(clearancePath(g.ID)+"/plan", err, "done.sheet_posted")
}

// sheet reads what was sent: a chosen file goes before what stands in the box. The text is for showing again; bytes that are
// none are marked in it.
func (c *Call) sheet() (in sheet, text []byte, err error) {
	f, file, err := httpx.ReadUpload(c.Gin, "file")
	if err != nil {
		return in, nil, err
	}
	c.taken(f)
	f.Into(&in)
	if text = file; len(text) == 0 {
		text = []byte(f.String("lines"))
	}
	in.Text = strings.ToValidUTF8(strings.ReplaceAll(string(text), "\x00", "�"), "�")
	return in, text, nil
}

// readSheet reads the lines as offers of the group that are given for good and collected.
func (s *Site) readSheet(c *Call, g market.Group, in sheet, text []byte) ([]listing.Line, error) {
	plain := market.Listing{GroupID: g.ID, Side: market.Offer, Kind: market.Equipment, Quantity: 1, Where: market.Collected, Language: c.Lang,
		Terms: market.Terms{Kind: market.Gift}, Circle: market.Circle(in.Circle), PlaceID: s.placeOf(c, g.ID, in.Place)}
	e := &market.Invalid{}
	if in.Until != "" {
		plain.When.Until = market.Date(in.Until)
		if !plain.When.Until.Valid() || plain.When.Until < market.DateOf(c.Now) {
			e.Add("until", "date")
		}
	}
	if plain.PlaceID == "" {
		e.Add("place", "place_missing")
	}
	if !known(market.Circles, plain.Circle) {
		e.Add("circle", "choice")
	}
	lines, err := listing.ReadSheet(text, plain)
	var bad *market.Invalid
	if errors.As(err, &bad) {
		e.Faults = append(e.Faults, bad.Faults...)
		err = nil
	}
	return lines, errors.Join(err, e.OrNil())
}

func known[T comparable](list []T, v T) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

// placeOf is the group's place that was chosen, its only one when none was; "" otherwise.
func (s *Site) placeOf(c *Call, group market.ID, chosen string) market.ID {
	var own []market.ID
	for _, at := range c.Caller.Places {
		if at.GroupID == group {
			own = append(own, at.ID)
		}
		if at.GroupID == group && string(at.ID) == chosen {
			return at.ID
		}
	}
	if len(own) == 1 && chosen == "" {
		return own[0]
	}
	return ""
}

func (s *Site) planOf(c *Call) (g market.Group, plan listing.Clearance, err error) {
	if g, err = s.clearing(c); err != nil {
		return g, plan, err
	}
	plan, err = s.Preview.Clear(c.Ctx, c.Viewer, g.ID, c.Now)
	return g, plan, err
}

func (s *Site) clearancePlan(c *Call) error {
	g, plan, err := s.planOf(c)
	if err != nil {
		return err
	}
	p := view.ClearancePlanPage{Page: c.Page("clearance.plan"), Name: g.Name, SheetHref: clearancePath(g.ID), Action: clearancePath(g.ID) + "/plan",
		CSVHref: clearancePath(g.ID) + "/plan.csv", Once: c.Blank().Once, Lines: plan.Lines, Least: plan.Least}
	for _, col := range plan.Collections {
		m := view.Manifest{Group: col.Name, Where: commaJoin(c.T("market.about_km", "Km", col.KM), col.Borough)}
		for _, t := range col.Takes {
			c.quotes(t.Offer, t.Need)
			m.Rows = append(m.Rows, view.ManifestRow{Amount: wording.Amount(c.Lang, t.Amount, t.Offer.Unit), Title: t.Offer.Title,
				Href: listingPath(t.Offer.ID), For: t.Need.Title, ForHref: listingPath(t.Need.ID), Size: t.Offer.Facts.Text("size")})
		}
		p.Manifests = append(p.Manifests, m)
	}
	for _, l := range plan.Left {
		c.quotes(l.Offer)
		p.Left = append(p.Left, view.ManifestRow{Amount: wording.Amount(c.Lang, l.Amount, l.Offer.Unit), Title: l.Offer.Title, Href: listingPath(l.Offer.ID)})
	}
	return c.Render(http.StatusOK, view.ClearancePlan(p))
}

// putPlan asks the needs of the plan as it is now, as every proposal does.
func (s *Site) putPlan(c *Call) error {
	g, plan, err := s.planOf(c)
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	asked, err := s.Introductions.Propose(c.Ctx, c.Viewer, g.ID, planned(plan), c.Now)
	if asked == 0 {
		return c.moved(clearancePath(g.ID)+"/plan", err, "note.plan_put_before")
	}
	return c.moved(clearancePath(g.ID)+"/plan", err, numbered("done.plan_put", asked, 0))
}

func planned(plan listing.Clearance) (list []introduction.Planned) {
	at := map[market.ID]int{}
	for _, col := range plan.Collections {
		for _, t := range col.Takes {
			i, known := at[t.Need.ID]
			if !known {
				i = len(list)
				at[t.Need.ID] = i
				list = append(list, introduction.Planned{Need: t.Need.ID})
			}
			list[i].Offers = append(list[i].Offers, t.Offer.ID)
		}
	}
	return list
}

// clearanceCSV is the plan for a spreadsheet.
func (s *Site) clearanceCSV(c *Call) error {
	_, plan, err := s.planOf(c)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	table := httpx.NewTable(&b)
	table.Row(c.T("clearance.collector"), c.T("clearance.amount"), c.T("clearance.unit"), c.T("clearance.line"), c.T("clearance.for"), c.T("clearance.km"))
	for _, col := range plan.Collections {
		for _, t := range col.Takes {
			table.Row(col.Name, strconv.Itoa(t.Amount), t.Offer.Unit, t.Offer.Title, t.Need.Title, strconv.Itoa(col.KM))
		}
	}
	for _, l := range plan.Left {
		table.Row("", strconv.Itoa(l.Amount), l.Offer.Unit, l.Offer.Title, "", "")
	}
	if err := table.Close(); err != nil {
		return err
	}
	h := c.Gin.Writer.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Disposition", `attachment; filename="clearance.csv"`)
	httpx.Write(c.Gin, http.StatusOK, "text/csv; charset=utf-8", append([]byte("\ufeff"), b.Bytes()...))
	return nil
}
