package pages

import (
	"errors"

	"wherewithal/introduction"
	"wherewithal/market"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerOutcomes is for both sides of an exchange that is over: signed in, and under /o for whoever holds the link of
// the letter that asks. The link of another letter does not do: each is good for its own purpose. Looking changes
// nothing; the same answer again changes nothing.
func (s *Site) registerOutcomes() {
	for _, path := range []string{"/introductions/:id/outcome", "/o/:token"} {
		s.get(path, s.outcome)
		s.post(path, s.tell)
	}
}

// standForOutcome is where one stands who may be asked, and the exchange.
func (s *Site) standForOutcome(c *Call) (standpoint, market.Exchange, error) {
	stand := s.stand
	if c.Gin.FullPath() == "/o/:token" {
		stand = s.standToTell
	}
	st, err := stand(c)
	if err != nil {
		return st, market.Exchange{}, err
	}
	if st.in.State != market.Connected {
		return st, market.Exchange{}, market.ErrGone
	}
	ex, err := s.Store.Exchange(c.Ctx, st.in.ID)
	st.side = introduction.TellingSide(st.v, st.in, ex)
	return st, ex, err
}

// standToTell is stand for the link that is good for telling alone.
func (s *Site) standToTell(c *Call) (standpoint, error) {
	token := c.Gin.Param("token")
	return s.standAs(c, "/o/"+token, func() (market.Introduction, market.Viewer, error) {
		return introduction.ByOutcomeLink(c.Ctx, s.Store, introduction.Links{Secret: []byte(s.Config.TokenSecret)}, token, c.Now)
	})
}

type tellForm struct {
	Answer string `form:"answer"`
	Word   string `form:"word"`
	Worked string `form:"worked"`
	SaidBy string `form:"said_by"`
	SaidOn string `form:"said_on"`
	Way    string `form:"way"`
	Seen   string `form:"seen"` // what a colleague may have said meanwhile is not written over unread
}

func (f tellForm) said() saidForm { return saidForm{f.SaidBy, f.SaidOn, f.Way} }

func (s *Site) outcome(c *Call) error {
	st, ex, err := s.standForOutcome(c)
	if err != nil {
		return err
	}
	told := ex.ToldBy(st.side)
	return s.showOutcome(c, st, ex, tellForm{Word: told.Word, Worked: told.Worked}, c.Blank())
}

func (s *Site) showOutcome(c *Call, st standpoint, ex market.Exchange, f tellForm, form view.Form) error {
	group, err := s.Store.Group(c.Ctx, market.System, st.other().Listing.GroupID)
	if err != nil {
		return err
	}
	when, told := wording.Slots(c.Lang, ex.Slots, st.zone()), ex.ToldBy(st.side)
	p := view.OutcomePage{Page: c.Page("outcome.title"), Form: form, Action: c.Gin.Request.URL.Path, Title: st.offer.Listing.Title, Lang: st.offer.Listing.Language, Seen: told.Key(),
		About: c.T("outcome.about", "When", when, "Other", group.Name)}
	switch {
	case ex.Stage == market.WasItDone && st.v.Roles[st.mine().Listing.GroupID].CanPost():
		p.Open = true
		if told.Answer != market.NoAnswer {
			p.Says = c.T("outcome.said_" + string(told.Answer))
		}
	case ex.ClosedAt == nil:
		p.Says = c.T("outcome.not_yet")
	case told.Answer != market.NoAnswer:
		p.Says = c.T("outcome.closed_" + string(told.Answer))
	default:
		p.Says = c.T("outcome.closed")
	}
	p.Word = view.Field{Name: "word", Label: c.T("outcome.word", "Other", group.Name), Hint: c.T("outcome.word_hint"), Value: f.Word,
		Error: p.Error("word"), Rows: 3}
	p.Worked = view.Field{Name: "worked", Label: c.T("outcome.worked"), Hint: c.T("outcome.worked_hint"), Value: f.Worked,
		Error: p.Error("worked"), Rows: 3}
	if p.Said, err = s.saidFields(c, st, f.said(), form, ""); err != nil {
		return err
	}
	if c.Viewer.SignedIn() {
		p.Back = introPath(st.in.ID)
	}
	return c.Show(form, view.Outcome(p))
}

func (s *Site) tell(c *Call) error {
	st, ex, err := s.standForOutcome(c)
	if err != nil {
		return err
	}
	var f tellForm
	if err := c.Form(&f); err != nil {
		return err
	}
	_, err = s.Introductions.Tell(c.Ctx, f.said().onWordOf(st.v), st.in.ID, market.Told{Answer: market.Answer(f.Answer), Word: f.Word, Worked: f.Worked}, or(f.Seen, "none"), c.Once, c.Now)
	if errors.Is(err, market.ErrConflict) {
		return c.Done(c.Gin.Request.URL.Path, "note.colleague_said")
	}
	if form, ok := c.Again(err); ok {
		return s.showOutcome(c, st, ex, f, form)
	}
	path := c.Gin.Request.URL.Path
	return c.moved(path, err, "done.told")
}

// othersShown is how many others' words on what worked are shown.
const othersShown = 3

// outcomePart is what an introduction's page shows of an exchange that is over: whether it is asked, kind words and what
// worked; and, while the two are still to agree, what worked for those before them.
func (s *Site) outcomePart(c *Call, st standpoint, ex market.Exchange, p *view.Exchange) error {
	if ex.Stage == market.WasItDone && ex.ToldBy(introduction.TellingSide(st.v, st.in, ex)).Answer == market.NoAnswer {
		p.AskHref = introPath(st.in.ID) + "/outcome" // by the link of another letter, one signs in first
	}
	if word := ex.ToldBy(st.side.Other()).Word; word != "" {
		p.Words = append(p.Words, view.Row{Term: c.T("outcome.word_from", "Other", st.other().Group.Name), Value: word})
	}
	if word := ex.ToldBy(st.side).Word; word != "" {
		p.Words = append(p.Words, view.Row{Term: c.T("outcome.word_own"), Value: word})
	}
	if worked := ex.ToldBy(st.side.Other()).Worked; worked != "" {
		p.Words = append(p.Words, view.Row{Term: c.T("exchange.worked_other", "Other", st.other().Group.Name), Value: worked})
	}
	if worked := ex.ToldBy(st.side).Worked; worked != "" {
		p.Words = append(p.Words, view.Row{Term: c.T("exchange.worked_own"), Value: worked})
	}
	if ex.ClosedAt != nil || ex.Stage == market.WasItDone {
		return nil
	}
	return s.othersWorked(c, st, p)
}

// othersWorked is what worked for others: with the same offer first, then with something like it.
func (s *Site) othersWorked(c *Call, st standpoint, p *view.Exchange) error {
	here, err := s.Introductions.WorkedBefore(c.Ctx, st.offer.Listing, othersShown)
	if err != nil {
		return err
	}
	alike, err := s.Introductions.WorkedAlike(c.Ctx, c.Viewer, st.offer.Listing, othersShown-len(here), c.Now)
	for _, worked := range here {
		p.Words = append(p.Words, view.Row{Term: c.T("exchange.worked_before"), Value: worked})
	}
	for _, worked := range alike {
		p.Words = append(p.Words, view.Row{Term: c.T("exchange.worked_alike"), Value: worked})
	}
	return err
}
