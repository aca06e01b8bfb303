package pages

import (
	"errors"
	"net/http"

	"wherewithal/introduction"
	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerRings is for the members of a ring's groups, signed in; and, under /ring, for whoever holds the link of a letter,
// signed out. Looking changes nothing; the same answer again changes nothing.
func (s *Site) registerRings() {
	for _, at := range []string{"/introductions/rings/:id", "/ring/:token"} {
		s.get(at, s.ring)
		s.post(at+"/yes", func(c *Call) error { return s.answerRing(c, market.Yes) })
		s.post(at+"/no", func(c *Call) error { return s.answerRing(c, market.No) })
	}
}

func ringPath(id market.ID) string { return "/introductions/rings/" + string(id) }

// inRing is a ring as one of its groups looks at it.
type inRing struct {
	ring                       market.Ring
	v                          market.Viewer
	place                      int // of the group that looks
	path                       string
	gets, needs, gives, theirs market.Entry // what it would get and for what, what it would give and for what
}

func (st inRing) group() market.ID { return st.ring.Members[st.place].GroupID }

// standInRing finds the ring and the group that looks at it.
func (s *Site) standInRing(c *Call) (st inRing, err error) {
	if token := c.Gin.Param("token"); token != "" {
		st.path = "/ring/" + token
		st.ring, st.v, err = introduction.ByRingLink(c.Ctx, s.Store, introduction.Links{Secret: []byte(s.Config.TokenSecret)}, token, c.Now)
	} else if st.v, err = c.SignedIn(); err == nil {
		var id market.ID
		if id, err = c.Param("id"); err == nil {
			st.ring, err = s.Store.Ring(c.Ctx, st.v, id)
		}
		st.path, st.v = ringPath(id), introduction.NarrowToRing(st.v, st.ring)
	}
	if err != nil {
		return st, err
	}
	st.place = st.ring.PlaceOf(st.v)
	return st, s.ringEntries(c, &st)
}

func (s *Site) ringEntries(c *Call, st *inRing) error {
	r, i := st.ring, st.place
	e, err := s.Store.EntriesFor(c.Ctx, market.System, []market.ID{r.Members[r.Before(i)].OfferID, r.Members[i].NeedID,
		r.Members[i].OfferID, r.Members[r.After(i)].NeedID}, c.Now)
	if err != nil {
		return err
	}
	if len(e) != 4 {
		return market.ErrNotFound
	}
	for _, one := range e {
		c.quotes(one.Listing)
	}
	st.gets, st.needs, st.gives, st.theirs = e[0], e[1], e[2], e[3]
	return nil
}

func (s *Site) ring(c *Call) error {
	st, err := s.standInRing(c)
	if err != nil {
		return err
	}
	r, mine, form := st.ring, st.ring.Members[st.place], c.Blank()
	title := c.T("ring.title", "Count", len(r.Members))
	p := view.RingPage{Page: c.PageOf(title), Form: form, Base: st.path, GroupID: string(st.group()), Title: title, Steps: c.ringSteps(r),
		Says: c.ringSays(st), Round: c.round(st), Had: hadSaid(mine.Answer), OnceNo: c.Blank().Once, YesWords: c.T("ring.yes"), NoWords: c.T("ring.no")}
	p.Gets = c.gift(st.gets, c.T("ring.from", "Group", st.gets.Group.Name, "Need", st.needs.Listing.Title), market.Need, r.Members[r.Before(st.place)].Reasons)
	p.Gives = c.gift(st.gives, c.T("ring.to", "Group", st.theirs.Group.Name, "Need", st.theirs.Listing.Title), market.Offer, mine.Reasons)
	if st.v.Roles[st.group()].CanPost() {
		_, yes := r.Reply(st.group(), market.Yes, st.v.Person, c.Now)
		_, no := r.Reply(st.group(), market.No, st.v.Person, c.Now)
		p.CanYes, p.CanNo = yes == nil, no == nil
		if mine.Answer == market.No {
			p.YesWords = c.T("back.no")
		} else if mine.Answer == market.Yes {
			p.NoWords = c.T("back.yes")
		}
	}
	if r.State == market.Connected && c.Viewer.SignedIn() {
		p.Connected = []view.Link{{Href: introPath(r.Members[r.Before(st.place)].IntroductionID), Text: c.T("ring.open_gets", "Title", st.gets.Listing.Title)},
			{Href: introPath(mine.IntroductionID), Text: c.T("ring.open_gives", "Title", st.gives.Listing.Title)}}
	}
	return c.Render(http.StatusOK, view.Ring(p))
}

// gift of a ring, with its page where that is for this reader.
func (c *Call) gift(e market.Entry, group string, reader market.Side, reasons []market.Reason) view.Gift {
	g := view.Gift{Title: e.Listing.Title, Lang: e.Listing.Language, Href: listingPath(e.Listing.ID), Group: group, Reasons: c.reasonLines(reader, reasons)}
	if !c.Viewer.SignedIn() && e.Listing.Circle != market.Anyone {
		g.Href = "" // by the link of a letter, signed out, its page would not be found
	}
	return g
}

// round is every gift in a line. The groups that the reader gives to and is given by are named as they are on their pages;
// of others, and of what they give each other, nothing is said.
func (c *Call) round(st inRing) []string {
	n := len(st.ring.Members)
	name := func(after int) string { // places after the reader's
		switch after % n {
		case 0:
			return c.T("ring.you")
		case 1:
			return st.theirs.Group.Name
		case n - 1:
			return st.gets.Group.Name
		}
		return c.T("ring.another")
	}
	lines := []string{c.T("ring.line_gets", "Group", st.gets.Group.Name, "Title", st.gets.Listing.Title),
		c.T("ring.line_gives", "Group", st.theirs.Group.Name, "Title", st.gives.Listing.Title)}
	for i := 1; i < n-1; i++ {
		lines = append(lines, c.T("ring.line_others", "From", name(i), "To", name(i+1)))
	}
	return lines
}

// ringSteps draw how far it is. How many said yes is told, who did is not.
func (c *Call) ringSteps(r market.Ring) []view.Step {
	steps := []view.Step{{Label: c.T("step.found"), State: "done"}}
	asked := c.T("ring.step_asked", "Yes", r.Yeses(), "Count", len(r.Members))
	switch r.State {
	case market.Proposed:
		return append(steps, view.Step{Label: asked, State: "now"}, view.Step{Label: c.T("step.connected"), State: "next"})
	case market.Connected:
		return append(steps, view.Step{Label: asked, State: "done"}, view.Step{Label: c.T("step.connected"), State: "now"})
	}
	return append(steps, view.Step{Label: c.T("step." + string(r.State)), State: "stopped"})
}

func (c *Call) ringSays(st inRing) string {
	return c.T(st.ring.Says(st.ring.Members[st.place].GroupID))
}

type ringForm struct {
	Group string `form:"group"`
	Had   string `form:"had"` // what that had said when the page was made
}

// saidNothing stands for no answer in a form: a page of before has no such field, and says nothing of it.
const saidNothing = "nothing"

func hadSaid(a market.Answer) string {
	if a == market.NoAnswer {
		return saidNothing
	}
	return string(a)
}

// had is what the group had said when the page was made; nil where the page did not tell.
func (f ringForm) had() (*market.Answer, error) {
	a := market.Answer(f.Had)
	switch {
	case f.Had == "":
		return nil, nil
	case f.Had == saidNothing:
		a = market.NoAnswer
	case a != market.Yes && a != market.No:
		return nil, market.Refuse("had", "choice")
	}
	return &a, nil
}

func (s *Site) answerRing(c *Call, a market.Answer) error {
	st, err := s.standInRing(c)
	if err != nil {
		return err
	}
	var f ringForm
	if err := c.Form(&f); err != nil {
		return err
	}
	group := st.group()
	if f.Group != "" {
		if group, err = market.ParseID(f.Group); err != nil {
			return err
		}
	}
	had, err := f.had()
	if err != nil {
		return err
	}
	r, err := s.Introductions.AnswerRingTo(c.Ctx, st.v, st.ring.ID, group, had, a, c.Now)
	switch {
	case errors.Is(err, market.ErrConflict):
		return c.Done(st.path, "note.answered_meanwhile")
	case errors.Is(err, market.ErrTaken):
		return c.Done(st.path, "note.ring_gone")
	case err == nil && r.State == market.Connected:
		return c.Done(st.path, "done.ring_connected")
	}
	return c.moved(st.path, err, "done.ring_"+string(a))
}

// ringLine is a ring in the list of introductions.
func (c *Call) ringLine(st inRing) (line view.IntroductionLine, waits bool) {
	r := st.ring
	group := r.WaitsFor(st.group())
	waits = group && st.v.Roles[st.group()].CanPost()
	var state string
	switch {
	case waits:
		state = c.T("ring.waits_you")
	case group:
		state = c.T("state_line.colleague")
	case r.State == market.Proposed:
		state = c.T("ring.waits_others", "Yes", r.Yeses(), "Count", len(r.Members))
	default:
		state = c.T("state_line." + string(r.State))
	}
	return view.IntroductionLine{Href: ringPath(r.ID), Title: c.T("ring.line", "Gets", st.gets.Listing.Title, "Gives", st.gives.Listing.Title),
		Other: c.T("ring.title", "Count", len(r.Members)), Side: view.Side(market.Need), State: state,
		When: c.T("worded.since", "Date", wording.ShortDate(c.Lang, r.ProposedAt.In(c.Zone())))}, waits
}

// ringsShown is how many the list of introductions has at once.
const ringsShown = 50

// ringKey names where a page of rings ends.
func ringKey(r market.Ring) string {
	part := market.OnItsWay
	if r.State != market.Proposed {
		part = market.Over
	}
	return listedKey(store.Listed{Part: part, Introduction: market.Introduction{ID: r.ID}})
}

// furtherRings are those after the one that a key names.
func (s *Site) furtherRings(c *Call, v market.Viewer, key string) error {
	at, err := listedAfter(key)
	if err != nil {
		return err
	}
	p := c.introductionsPage()
	if err := s.addRings(c, v, &store.ListedRing{Open: at.Part != market.Over, ID: at.ID}, &p); err != nil {
		return err
	}
	return c.Render(http.StatusOK, view.Introductions(p))
}

// addRings puts the rings of a viewer into the list of introductions.
func (s *Site) addRings(c *Call, v market.Viewer, after *store.ListedRing, p *view.IntroductionsPage) error {
	rings, err := s.Store.RingsOf(c.Ctx, v, after, ringsShown+1)
	if err != nil {
		return err
	}
	if len(rings) > ringsShown {
		rings = rings[:ringsShown]
		p.MoreRings = "/introductions?rings=" + ringKey(rings[ringsShown-1])
	}
	for _, r := range rings {
		for i, m := range r.Members {
			if !v.In(m.GroupID) {
				continue
			}
			st := inRing{ring: r, v: v, place: i}
			if err := s.ringEntries(c, &st); err != nil {
				return err
			}
			line, waits := c.ringLine(st)
			switch {
			case waits:
				p.Waiting = append(p.Waiting, line)
			case r.State == market.Proposed || r.State == market.Connected:
				p.Going = append(p.Going, line)
			default:
				p.Past = append(p.Past, line)
			}
		}
	}
	return nil
}
