package pages

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerByHand is for connectors, about groups of their networks that are not online. Everybody else finds nothing here.
// The same form sent twice records once.
func (s *Site) registerByHand() {
	s.get("/by-hand", s.byHand)
	s.get("/by-hand/:id", s.byHandQuestion)
	s.post("/by-hand/:id", s.byHandAnswer)
}

// byHandShown is how many questions one page holds.
const byHandShown = 50

func (s *Site) byHand(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	looks, err := s.Store.LooksAfter(c.Ctx, v.Person, c.Now)
	if err == nil && !looks {
		err = market.ErrNotFound
	}
	if err != nil {
		return err
	}
	after, err := market.ParseID(c.Gin.Query("after"))
	if c.Gin.Query("after") != "" && err != nil {
		return err
	}
	all, err := s.Store.ByHand(c.Ctx, v.Person, after, c.Now, byHandShown+1)
	if err != nil {
		return err
	}
	next := ""
	if len(all) > byHandShown {
		all = all[:byHandShown]
		next = string(all[byHandShown-1].ID)
	}
	p := view.ByHandPage{Page: c.Page("by_hand.heading"), Empty: view.Empty{Title: c.T("by_hand.empty"), Text: c.T("by_hand.empty_text")},
		More: pager("/by-hand", "after", c.Gin.Request.URL.Query(), next)}
	p.More.Label = c.T("introductions.more")
	for _, in := range all {
		st, err := s.standByHand(c, in)
		if err != nil {
			return err
		}
		c.quotes(st.offer.Listing, st.need.Listing)
		p.Lines = append(p.Lines, view.IntroductionLine{Href: st.path, Title: c.T("by_hand.ask", "Group", st.mine().Group.Name),
			Other: c.T("market.title_with", "Offer", st.offer.Listing.Title, "Need", st.need.Listing.Title), Side: view.Side(st.side),
			State: c.T("by_hand.side_" + string(st.side)), When: c.T("worded.since", "Date", wording.ShortDate(c.Lang, in.ProposedAt.In(c.Zone())))})
	}
	return c.Render(http.StatusOK, view.ByHand(p))
}

// standByHand is an introduction from the side that waits.
func (s *Site) standByHand(c *Call, in market.Introduction) (standpoint, error) {
	st, err := s.standAs(c, "/by-hand/"+string(in.ID), func() (market.Introduction, market.Viewer, error) { return in, c.Viewer, nil })
	st.side = market.Need
	if in.State == market.Asked {
		st.side = market.Offer
	}
	return st, err
}

// inPath is who asks, and the introduction in the path.
func (s *Site) inPath(c *Call) (v market.Viewer, in market.Introduction, err error) {
	if v, err = c.SignedIn(); err != nil {
		return v, in, err
	}
	id, err := c.Param("id")
	if err == nil {
		in, err = s.Store.Introduction(c.Ctx, market.System, id)
	}
	return v, in, err
}

// askedByHand is the introduction in the path, and the network as whose connector the caller may answer it.
func (s *Site) askedByHand(c *Call) (st standpoint, network market.Network, err error) {
	v, in, err := s.inPath(c)
	if err != nil {
		return st, network, err
	}
	if st, err = s.standByHand(c, in); err != nil {
		return st, network, err
	}
	waits := st.side
	for _, st.side = range []market.Side{waits, waits.Other()} { // what was answered already leads to a page that says so
		network, err = s.handsOf(c, v.Person, in, st.side)
		if !errors.Is(err, market.ErrNotFound) {
			break
		}
	}
	return st, network, err
}

// handsOf is the network as whose connector a person is asked for a side, or answered for it. market.ErrNotFound: neither.
func (s *Site) handsOf(c *Call, person market.ID, in market.Introduction, side market.Side) (market.Network, error) {
	group := in.GroupOf(side)
	network, err := s.Store.NetworkToActIn(c.Ctx, person, group, c.Now)
	if err != nil {
		return network, err
	}
	if acts, err := s.Store.ActsByHand(c.Ctx, person, in.ID, group, c.Now); err != nil || acts {
		return network, err
	}
	offline, err := s.Store.Offline(c.Ctx, group, c.Now)
	if err == nil && !(offline && in.WaitsFor(side)) {
		err = market.ErrNotFound
	}
	return network, err
}

// answeredByHand is the introduction in the path from the side of the group for which the form was opened, whatever it waits
// for by now.
func (s *Site) answeredByHand(c *Call, group market.ID) (st standpoint, network market.Network, err error) {
	v, in, err := s.inPath(c)
	if err != nil {
		return st, network, err
	}
	if in.SideOf(group) == "" { // no form of ours says so: one of long ago, or made by hand
		if _, _, err := s.askedByHand(c); err != nil {
			return st, network, err
		}
		return st, network, market.ErrConflict
	}
	if network, err = s.Store.NetworkToActIn(c.Ctx, v.Person, group, c.Now); err != nil {
		return st, network, err
	}
	st, err = s.standByHand(c, in)
	st.side = in.SideOf(group)
	return st, network, err
}

type byHandForm struct {
	Group  string `form:"group"`
	Answer string `form:"answer"`
	SaidBy string `form:"said_by"`
	SaidOn string `form:"said_on"`
	Way    string `form:"way"`
}

// saidForm is who of a group that is not online said what a connector does for it, on which day and how.
type saidForm struct {
	SaidBy, SaidOn, Way string
}

// onWordOf is a viewer with what a form says; of people who act for their own group nothing is asked.
func (f saidForm) onWordOf(v market.Viewer) market.Viewer {
	v.Said = &market.Consent{SaidBy: f.SaidBy, SaidOn: market.Date(f.SaidOn), Way: market.ConsentWay(f.Way)}
	return v
}

// unsaid reports whether somebody was refused who acts by hand and did not say on whose word.
func unsaid(err error) bool {
	invalid := (*market.Invalid)(nil)
	return errors.As(err, &invalid) && slices.ContainsFunc(invalid.Faults, func(f market.Fault) bool {
		return f.Field == "said_by" || f.Field == "said_on" || f.Field == "way"
	})
}

// saidFields ask a connector who acts by hand in an introduction on whose word; nil for everybody else. before is what the names
// of the fields begin with.
func (s *Site) saidFields(c *Call, st standpoint, f saidForm, form view.Form, before string) (*view.Said, error) {
	byHand, err := s.Store.ActsByHand(c.Ctx, st.v.Person, st.in.ID, st.in.GroupOf(st.side), c.Now)
	if err != nil || !byHand {
		return nil, err
	}
	return c.askSaid(f, form, st.mine().Group.Name, before), nil
}

func (c *Call) askSaid(f saidForm, form view.Form, group, before string) *view.Said {
	p := &view.Said{Group: group, Way: view.Field{Name: before + "way", Label: c.T("by_hand.way"), Error: form.Error("way")},
		By: view.Field{Name: before + "said_by", Label: c.T("by_hand.said_by"), Hint: c.T("by_hand.said_by_hint"), Value: f.SaidBy, Error: form.Error("said_by"), MaxLength: 80},
		On: view.Field{Name: before + "said_on", Label: c.T("by_hand.said_on"), Type: "date", Value: or(f.SaidOn, string(market.DateOf(c.Now.In(c.Zone())))), Error: form.Error("said_on"), Narrow: true}}
	for _, way := range market.ConsentWays {
		p.Ways = append(p.Ways, view.Option{Value: string(way), Label: c.T("by_hand.way_" + string(way)), On: string(way) == f.Way})
	}
	return p
}

func (s *Site) byHandQuestion(c *Call) error {
	st, network, err := s.askedByHand(c)
	if err != nil {
		return err
	}
	return s.showByHand(c, st, network, byHandForm{}, c.Blank())
}

func (s *Site) showByHand(c *Call, st standpoint, network market.Network, f byHandForm, form view.Form) error {
	p := view.ByHandAnswerPage{Page: c.Page("by_hand.heading"), Form: form, Action: st.path, GroupID: string(st.in.GroupOf(st.side)), Group: st.mine().Group.Name, Network: network.Name,
		Need: c.half(st, st.need), Offer: c.half(st, st.offer), Reasons: c.reasonLines(st.side, st.in.Reasons),
		Said: *c.askSaid(saidForm{f.SaidBy, f.SaidOn, f.Way}, form, st.mine().Group.Name, "")}
	if !st.in.WaitsFor(st.side) {
		p.Says = c.T("by_hand.over")
	}
	return c.Show(form, view.ByHandAnswer(p))
}

func (s *Site) byHandAnswer(c *Call) error {
	var f byHandForm
	if err := c.Form(&f); err != nil {
		return err
	}
	st, network, err := s.answeredByHand(c, market.ID(f.Group))
	if err != nil {
		return err
	}
	consent := market.Consent{IntroductionID: st.in.ID, GroupID: st.in.GroupOf(st.side), Answer: market.Answer(f.Answer), SaidBy: f.SaidBy,
		SaidOn: market.Date(f.SaidOn), Way: market.ConsentWay(f.Way)}
	in, err := s.Introductions.AnswerFor(c.Ctx, c.Viewer, consent, "", c.Once, c.Now)
	if form, ok := c.Again(err); ok {
		return s.showByHand(c, st, network, f, form)
	}
	if err == nil && in.State == market.Connected {
		return c.Done(introPath(in.ID), "done.connected")
	}
	return c.moved("/by-hand", err, "done.recorded")
}

// consents are the answers that connectors gave for the group whose side this is.
func (s *Site) consents(c *Call, st standpoint) ([]view.Row, error) {
	all, err := s.Store.Consents(c.Ctx, st.in.ID, st.in.GroupOf(st.side))
	if err != nil || len(all) == 0 {
		return nil, err
	}
	var ids []market.ID
	for _, k := range all {
		ids = append(ids, k.ConnectorID)
	}
	names, err := s.Store.PersonNames(c.Ctx, ids)
	if err != nil {
		return nil, err
	}
	rows := make([]view.Row, len(all))
	for i, k := range all {
		network, err := s.Store.NetworkByID(c.Ctx, k.NetworkID)
		if err != nil {
			return nil, err
		}
		rows[i] = view.Row{Term: c.T("by_hand." + string(k.About) + "_" + string(k.Answer)), Value: c.T("by_hand.record_line", "Who", or(k.SaidBy, c.T("by_hand.somebody")), "Way", c.T("by_hand.by_"+string(k.Way)),
			"Date", wording.LongDate(c.Lang, k.SaidOn.Time(time.UTC)), "Connector", or(names[k.ConnectorID], c.T("by_hand.a_connector")), "Network", c.networkName(network))}
	}
	return rows, nil
}
