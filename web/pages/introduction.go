package pages

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"wherewithal/introduction"
	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerIntroductions is for the members of the two groups, signed in; and, under /i, for whoever holds the link of a
// letter, signed out. Looking changes nothing; the same answer again changes nothing, and nor does one to what a colleague has answered
// otherwise since the page was made.
func (s *Site) registerIntroductions() {
	s.get("/introductions", s.introductions)
	s.get("/introductions/:id", s.introduction)
	s.get("/i/:token", s.introduction)
	for _, at := range []string{"/introductions/:id", "/i/:token"} {
		s.post(at+"/yes", func(c *Call) error { return s.answerFirst(c, market.Yes) })
		s.post(at+"/no", func(c *Call) error { return s.answerFirst(c, market.No) })
		s.post(at+"/take-back", s.takeBack)
		s.post(at+"/stop", s.stopIntroduction)
	}
}

func introPath(id market.ID) string { return "/introductions/" + string(id) }

// standpoint is one introduction as one of its sides looks at it.
type standpoint struct {
	in          market.Introduction
	v           market.Viewer
	side        market.Side
	offer, need market.Entry
	path        string
	past        bool // the two have nothing to do with each other any more: of the other's listing only its title is shown
	apart       bool // and one keeps the other apart, or moderation took it away
}

func (st standpoint) mine() market.Entry {
	if st.side == market.Offer {
		return st.offer
	}
	return st.need
}

func (st standpoint) other() market.Entry {
	if st.side == market.Offer {
		return st.need
	}
	return st.offer
}

// stand finds the introduction and the side from which it is looked at, by session or by the link of a letter.
func (s *Site) stand(c *Call) (standpoint, error) {
	token := c.Gin.Param("token")
	if token == "" {
		st, err := s.standSignedIn(c)
		if err != nil {
			return st, err
		}
		return s.standNow(c, st.path, func() (market.Introduction, market.Viewer, error) { return st.in, st.v, nil })
	}
	return s.standNow(c, "/i/"+token, func() (market.Introduction, market.Viewer, error) {
		return s.byLink(c, token)
	})
}

// standNow is standAs, and the other's listing as it may still be shown.
func (s *Site) standNow(c *Call, path string, who func() (market.Introduction, market.Viewer, error)) (standpoint, error) {
	st, err := s.standAs(c, path, who)
	if err != nil || st.in.State.Open() {
		return st, err
	}
	dealings, err := s.Store.DealingsOf(c.Ctx, []market.ID{st.in.ID})
	if err != nil {
		return st, err
	}
	far := &st.offer
	if st.side == market.Offer {
		far = &st.need
	}
	st.apart = dealings[st.in.ID].Apart
	st.past = c.titleTold(st.in, dealings[st.in.ID], &far.Listing)
	return st, nil
}

// titleTold has the other's listing called as this side may be told, and reports whether the two have nothing to do with each other any more.
func (c *Call) titleTold(in market.Introduction, d market.Dealings, far *market.Listing) (past bool) {
	title, past := d.TitleTold(in, *far, c.Now)
	if past {
		far.Title = or(title, c.T("introduction.title_gone"))
	}
	return past
}

// byLink is the introduction that the link of a letter is about, and whom the letter was to.
func (s *Site) byLink(c *Call, token string) (market.Introduction, market.Viewer, error) {
	return introduction.ByLink(c.Ctx, s.Store, introduction.Links{Secret: []byte(s.Config.TokenSecret)}, token, c.Now)
}

func (s *Site) standAs(c *Call, path string, who func() (market.Introduction, market.Viewer, error)) (standpoint, error) {
	st := standpoint{path: path}
	var err error
	if st.in, st.v, err = who(); err != nil {
		return st, err
	}
	st.side = st.in.SideOfViewer(st.v)
	entries, err := s.Store.EntriesFor(c.Ctx, market.System, []market.ID{st.in.OfferID, st.in.NeedID}, c.Now)
	if err != nil {
		return st, err
	}
	if len(entries) != 2 {
		return st, market.ErrNotFound
	}
	st.offer, st.need = entries[0], entries[1]
	return st, nil
}

func (s *Site) standSignedIn(c *Call) (standpoint, error) {
	v, err := c.SignedIn()
	if err != nil {
		return standpoint{}, err
	}
	id, err := c.Param("id")
	if err != nil {
		return standpoint{}, err
	}
	if v, err = s.Store.WithHands(c.Ctx, v, id, c.Now); err != nil {
		return standpoint{}, err
	}
	in, err := s.Store.Introduction(c.Ctx, v, id)
	if err == nil && !in.KnownTo(v) {
		err = market.ErrNotFound
	}
	own := market.Viewer{Person: v.Person, Roles: map[market.ID]market.Role{}}
	for _, g := range []market.ID{in.NeedGroupID, in.OfferGroupID} {
		if role, ok := v.Roles[g]; ok {
			own.Roles[g] = role
		}
	}
	return standpoint{in: in, v: own, path: introPath(in.ID)}, err
}

func (s *Site) introduction(c *Call) error {
	st, err := s.stand(c)
	if err != nil {
		return err
	}
	p, err := s.introductionPage(c, st)
	if err != nil {
		return err
	}
	return c.Render(http.StatusOK, view.Introduction(p))
}

func (s *Site) introductionPage(c *Call, st standpoint) (view.IntroductionPage, error) {
	in, form := st.in, c.Blank()
	title, lang := st.other().Listing.Title, st.other().Listing.Language
	p := view.IntroductionPage{Page: c.PageOf(title), Form: form, ID: string(in.ID), Base: st.path, Title: title, Lang: lang, Side: view.Side(st.side), Steps: c.steps(st),
		Need: c.half(st, st.need), Offer: c.half(st, st.offer), Reasons: c.reasonLines(st.side, in.Reasons), Week: c.meet(st), Says: c.says(st),
		OnceNo: c.Blank().Once, OnceBack: c.Blank().Once, OnceStop: c.Blank().Once,
		NoReasons:  view.Options(c.Ctx, "decline", market.DeclineReasons),
		ReportHref: "/report?about=listing:" + string(st.other().Listing.ID)}
	may := st.v.Roles[st.mine().Listing.GroupID].CanPost()
	mineSaid := in.AnswerOf(st.side)
	p.CanYes = may && in.State.Open() && mineSaid == market.NoAnswer
	p.CanNo = p.CanYes
	p.CanTakeBack, p.TakeBack, p.TakeBackTo = c.takeBackOf(st, may)
	p.CanStop = may && !p.CanTakeBack && mineSaid == market.Yes && (in.State.Open() || in.State == market.Connected)
	if err := s.contact(c, st, &p); err != nil {
		return p, err
	}
	if st.side == market.Need && in.State == market.Lapsed {
		stopped, err := s.stopped(c, st.v, st.need.Listing)
		if err != nil {
			return p, err
		}
		if stopped[in.NeedID] != nil {
			p.Says = c.T("says.lapsed_stopped")
		}
	}
	var err error
	if p.Consents, err = s.consents(c, st); err != nil {
		return p, err
	}
	p.Exchange, err = s.exchange(c, st, nil, c.Blank())
	if err != nil {
		return p, err
	}
	p.CanStop = p.CanStop && (p.Exchange == nil || !p.Exchange.Begun)
	if p.SaidBack, err = s.saidFields(c, st, saidForm{}, c.Blank(), "back_"); err != nil {
		return p, err
	}
	p.SaidStop, err = s.saidFields(c, st, saidForm{}, c.Blank(), "stop_")
	return p, err
}

// takeBackOf is whether a mind can still be changed, what the button says, and what it changes the answer to.
func (c *Call) takeBackOf(st standpoint, may bool) (can bool, label, to string) {
	back := opposite(st.in.AnswerOf(st.side))
	if !may || st.in.AnswerOf(st.side) == market.NoAnswer || st.in.State == market.Connected {
		return false, "", ""
	}
	if _, err := st.in.Reply(st.side, back, st.v.Person, c.Now); err != nil {
		return false, "", ""
	}
	return true, c.T("back." + string(st.in.AnswerOf(st.side))), string(back)
}

func opposite(a market.Answer) market.Answer {
	if a == market.No {
		return market.Yes
	}
	return market.No
}

// contact is shown once both have said yes, and never before. After the end the two can read what they wrote, and as long as they can
// write on, whom to.
func (s *Site) contact(c *Call, st standpoint, p *view.IntroductionPage) (err error) {
	p.Talk, err = s.talk(c, st)
	if err != nil || p.Talk == nil || st.apart || st.in.State != market.Connected && p.Talk.Closed != "" {
		return err
	}
	who, err := s.Store.Contact(c.Ctx, st.in, st.side.Other(), c.Now)
	if err != nil {
		return err
	}
	group, err := s.Store.Group(c.Ctx, market.System, st.other().Listing.GroupID)
	if err != nil {
		return err
	}
	p.Contact = &view.Contact{Name: or(who.Name, group.Name), Group: group.Name}
	if s.Config.ReplyDomain != "" {
		p.Contact.Address = st.in.MaskOf(st.side.Other()) + "@" + s.Config.ReplyDomain
	}
	if p.Talk.Closed != "" {
		p.Contact.Address = ""
	}
	if place := market.VenuePlace(st.offer.Listing, st.need.Listing); place != "" && st.side != market.VenueOf(st.offer.Listing, st.need.Listing) {
		at, err := s.Store.Place(c.Ctx, market.System, place)
		if err != nil {
			return err
		}
		p.Contact.Place = at.Said()
	}
	return nil
}

func (c *Call) half(st standpoint, e market.Entry) view.Half {
	c.quotes(e.Listing)
	h := view.Half{Title: e.Listing.Title, Lang: e.Listing.Language, Href: listingPath(e.Listing.ID), Group: e.Group.Name, Facts: c.cardFacts(e, 0)}
	switch {
	case e.Listing.ID == st.mine().Listing.ID:
		h.Group = c.T("market.you", "Group", e.Group.Name)
	case st.past:
		h.Facts = nil
	}
	if st.apart && e.Listing.ID != st.mine().Listing.ID {
		h.Href = ""
	}
	if !c.Viewer.SignedIn() && e.Listing.Circle != market.Anyone {
		h.Href = "" // by the link of a letter, signed out, its page would not be found
	}
	return h
}

func (c *Call) reasonLines(reader market.Side, list []market.Reason) []view.Reason {
	lines := make([]view.Reason, len(list))
	for i, r := range list {
		lead, rest := wording.ReasonParts(c.Lang, reader, r)
		lines[i] = view.Reason{Met: !r.Against, Lead: lead, Text: rest}
	}
	return lines
}

// meet lays the two weeks over each other.
func (c *Call) meet(st standpoint) *view.Week {
	both := weekOfBoth(st.offer.Listing, st.need.Listing)
	if both == nil || st.past {
		return nil
	}
	both.Large = true
	both.Text = wording.Slots(c.Lang, st.in.Slots, st.zone())
	return both
}

func (c *Call) steps(st standpoint) []view.Step {
	at := map[market.State]int{market.Proposed: 0, market.Asked: 1, market.Connected: 2}
	now, open := at[st.in.State]
	var steps []view.Step
	for i, label := range []string{"found", "asked", "connected"} {
		state := "next"
		switch {
		case open && i < now || i == 0 && !open:
			state = "done"
		case open && i == now:
			state = "now"
		}
		steps = append(steps, view.Step{Label: c.T("step." + label), State: state})
	}
	if !open {
		return append(steps[:1], view.Step{Label: c.endLine(st.in, st.side, "step."), State: "stopped"})
	}
	return steps
}

func (c *Call) says(st standpoint) string {
	return c.T(st.in.Says(st.side), "Other", st.other().Group.Name)
}

// stateLine says in a line where an introduction stands.
func (c *Call) stateLine(in market.Introduction, side market.Side, other string) string {
	if in.State.Open() {
		return c.T("state_line."+strings.TrimPrefix(in.Says(side), "says."), "Other", other)
	}
	return c.endLine(in, side, "state_line.")
}

// endLine says in a few words how an introduction stands that is not open: why it was withdrawn, as a side may know it, else the word
// for its state in a part of the catalogue.
func (c *Call) endLine(in market.Introduction, side market.Side, part string) string {
	if why := in.EndSeen(side).Cause; why != "" {
		return c.T("ended_line." + string(why))
	}
	return c.T(part + string(in.State))
}

type answerForm struct {
	Side   string `form:"side"`   // for which it speaks, also once the other is asked that one may speak for too
	Answer string `form:"answer"` // where one is changed, into which
	Reason string `form:"reason"`
	SaidBy string `form:"back_said_by"` // with another answer of one who acts by hand
	SaidOn string `form:"back_said_on"`
	Way    string `form:"back_way"`
}

// answering is where who answers stands, on the side that the form names, and what it says.
func (s *Site) answering(c *Call) (st standpoint, f answerForm, err error) {
	if st, err = s.stand(c); err == nil {
		err = c.Form(&f)
	}
	if f.Side != "" {
		st.side = market.Side(f.Side)
	}
	return st, f, err
}

// answerFirst is a yes or a no of a side that had said nothing when the page was made.
func (s *Site) answerFirst(c *Call, a market.Answer) error {
	st, f, err := s.answering(c)
	if err != nil {
		return err
	}
	return s.answer(c, st, f, a, market.NoAnswer)
}

// answer takes what a side says that had said something, or nothing, when the page was made.
func (s *Site) answer(c *Call, st standpoint, f answerForm, a, had market.Answer) error {
	in, err := s.Introductions.AnswerTo(c.Ctx, saidForm{f.SaidBy, f.SaidOn, f.Way}.onWordOf(st.v), st.in.ID,
		introduction.Seen{Side: market.Side(f.Side), Had: &had}, a, f.Reason, c.Now)
	switch {
	case unsaid(err):
		return c.Done(st.path, "note.say_who")
	case errors.Is(err, market.ErrConflict):
		return c.Done(st.path, "note.answered_meanwhile")
	case errors.Is(err, market.ErrWrongState) && st.in.State.Open() && a == market.No:
		return c.Done(st.path, "note.yes_told")
	case errors.Is(err, market.ErrTaken) && st.side == market.Offer:
		return c.Done(st.path, "note.just_gone_offer")
	case errors.Is(err, market.ErrTaken) && had == market.No:
		return c.Done(st.path, "note.no_stays")
	}
	done := "done.answered_" + string(a)
	if in.State == market.Connected {
		done = "done.connected"
	}
	return c.moved(st.path, err, done)
}

// takeBack turns a yes into a no, or a no into a yes, as long as that is possible. The form says into which: a double tap
// must not turn it back again.
func (s *Site) takeBack(c *Call) error {
	st, f, err := s.answering(c)
	if err != nil {
		return err
	}
	to := market.Answer(f.Answer)
	if to != market.Yes && to != market.No {
		to = opposite(st.in.AnswerOf(st.side))
	}
	return s.answer(c, st, f, to, opposite(to))
}

// stopIntroduction is the way out once a mind can no longer simply be changed. It ends it for both; stopping again
// changes nothing.
func (s *Site) stopIntroduction(c *Call) error {
	st, err := s.stand(c)
	if err != nil {
		return err
	}
	var f struct {
		SaidBy string `form:"stop_said_by"`
		SaidOn string `form:"stop_said_on"`
		Way    string `form:"stop_way"`
	}
	if err := c.Form(&f); err != nil {
		return err
	}
	_, err = s.Introductions.Stop(c.Ctx, saidForm{f.SaidBy, f.SaidOn, f.Way}.onWordOf(st.v), st.in.ID, c.Now)
	if unsaid(err) {
		return c.Done(st.path, "note.say_who")
	}
	return c.moved(st.path, err, "done.stopped")
}

// introductionsShown is how many one page of the list holds.
const introductionsShown = 50

// introductions lists them: what waits for the reader first. Rings and what waits for groups that the reader looks after stand
// on its first page alone; further rings have pages of their own.
func (s *Site) introductions(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	if key := c.Gin.Query("rings"); key != "" {
		return s.furtherRings(c, v, key)
	}
	after, err := listedAfter(c.Gin.Query("after"))
	if err != nil {
		return err
	}
	all, err := s.Store.IntroductionsOf(c.Ctx, v, after, introductionsShown+1)
	if err != nil {
		return err
	}
	p := c.introductionsPage()
	next := ""
	if len(all) > introductionsShown {
		all = all[:introductionsShown]
		next = listedKey(all[len(all)-1])
	}
	p.More = pager("/introductions", "after", c.Gin.Request.URL.Query(), next)
	p.More.Label = c.T("introductions.more")
	if err := s.addIntroductions(c, all, &p); err != nil {
		return err
	}
	if after == nil {
		if err := s.addByHand(c, v, &p); err != nil {
			return err
		}
		if err := s.addRings(c, v, nil, &p); err != nil {
			return err
		}
	}
	return c.Render(http.StatusOK, view.Introductions(p))
}

func (c *Call) introductionsPage() view.IntroductionsPage {
	return view.IntroductionsPage{Page: c.Page("introductions.heading"), Empty: view.Empty{Title: c.T("market.introductions_empty"),
		Text: c.T("market.introductions_empty_text"), Links: []view.Link{{Href: "/ask", Text: c.T("market.ask")}}}}
}

// listedKey names where a page of the list ends.
func listedKey(l store.Listed) string { return strconv.Itoa(int(l.Part)) + "." + string(l.ID) }

// listedAfter reads what listedKey wrote; nil for the start.
func listedAfter(key string) (*store.Listed, error) {
	if key == "" {
		return nil, nil
	}
	part, id, _ := strings.Cut(key, ".")
	n, err := strconv.Atoi(part)
	if err != nil || n < int(market.WaitsForViewer) || n > int(market.Over) {
		return nil, market.ErrNotFound
	}
	l := &store.Listed{Part: market.ListPart(n)}
	l.ID, err = market.ParseID(id)
	return l, err
}

// addByHand says how much waits for groups that a connector looks after.
func (s *Site) addByHand(c *Call, v market.Viewer, p *view.IntroductionsPage) error {
	byHand, err := s.Store.ByHand(c.Ctx, v.Person, "", c.Now, 100)
	if err == nil && len(byHand) > 0 {
		p.ByHand = c.T("by_hand.some", "Count", len(byHand))
	}
	return err
}

func (s *Site) addIntroductions(c *Call, all []store.Listed, p *view.IntroductionsPage) error {
	var ids, listed []market.ID
	for _, in := range all {
		ids, listed = append(ids, in.OfferID, in.NeedID), append(listed, in.ID)
	}
	dealings, err := s.Store.DealingsOf(c.Ctx, listed)
	if err != nil {
		return err
	}
	entries, err := s.Store.EntriesFor(c.Ctx, market.System, ids, c.Now)
	if err != nil {
		return err
	}
	byID := map[market.ID]market.Entry{}
	for _, e := range entries {
		byID[e.Listing.ID] = e
	}
	for _, in := range all {
		offer, need := byID[in.OfferID], byID[in.NeedID]
		if offer.Listing.ID == "" || need.Listing.ID == "" {
			return market.ErrNotFound
		}
		line := c.introductionLine(in, dealings[in.ID], offer, need)
		switch in.Part {
		case market.WaitsForViewer:
			p.Waiting = append(p.Waiting, line)
		case market.OnItsWay:
			p.Going = append(p.Going, line)
		default:
			p.Past = append(p.Past, line)
		}
	}
	return nil
}

func (c *Call) introductionLine(in store.Listed, d market.Dealings, offer, need market.Entry) view.IntroductionLine {
	c.quotes(offer.Listing, need.Listing)
	side, waits := in.SideOfViewer(c.Viewer), in.Part == market.WaitsForViewer
	if waits && !in.WaitsFor(side) && !d.Exchange.WaitsFor(side) {
		side = side.Other() // of one who answers for both
	}
	far := &need
	if side == market.Need {
		far = &offer
	}
	facts := c.cardFacts(*far, 0)
	if c.titleTold(in.Introduction, d, &far.Listing) {
		facts = nil
	}
	state := c.stateLine(in.Introduction, side, far.Group.Name)
	switch {
	case waits && in.State == market.Connected:
		state = c.T("state_line."+string(d.Exchange.Stage), "Other", far.Group.Name)
	case !waits && in.WaitsFor(side):
		state = c.T("state_line.colleague")
	}
	return view.IntroductionLine{Href: introPath(in.ID), Title: c.T("market.title_with", "Offer", offer.Listing.Title, "Need", need.Listing.Title),
		Other: far.Group.Name, Side: view.Side(side), State: state,
		When: c.T("worded.since", "Date", wording.ShortDate(c.Lang, in.ProposedAt.In(c.Zone()))), Facts: facts}
}
