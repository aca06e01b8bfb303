package pages

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"net/http"
	"strconv"
	"time"

	"wherewithal/ical"
	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerExchanges is for the two sides of a connected introduction, signed in or by the link of a letter. The same
// suggestion or confirmation again changes nothing.
func (s *Site) registerExchanges() {
	for _, at := range []string{"/introductions/:id", "/i/:token"} {
		s.post(at+"/suggest", s.suggest)
		s.post(at+"/confirm", s.confirm)
		s.post(at+"/keep", s.keep)
		s.post(at+"/end", s.endEarly)
		s.get(at+"/calendar.ics", s.calendarFile)
	}
}

// exchange is the part of an introduction's page about how much and when. form is what was typed, nil at first.
func (s *Site) exchange(c *Call, st standpoint, typed *suggestForm, form view.Form) (*view.Exchange, error) {
	if st.in.State != market.Connected {
		return nil, nil
	}
	ex, err := s.Store.Exchange(c.Ctx, st.in.ID)
	if err != nil {
		return nil, err
	}
	may := st.v.Roles[st.mine().Listing.GroupID].CanPost()
	p := &view.Exchange{Form: form, Base: st.path, When: wording.Slots(c.Lang, ex.Slots, st.zone()), Says: c.exchangeSays(st, ex),
		Sequence: strconv.Itoa(ex.Sequence), OnceConfirm: c.Blank().Once}
	if p.Form.Once == "" {
		p.Form.Once = c.Blank().Once
	}
	p.Amount = st.amount(c, ex.Amount)
	p.Agreed = ex.Stage == market.Agreed || ex.Changing()
	if ex.Changing() {
		p.Holds = wording.Use(c.Lang, wording.Slots(c.Lang, st.in.Slots, st.zone()), st.amount(c, st.in.Amount))
		p.When, p.Amount = wording.Use(c.Lang, p.When, p.Amount), ""
		if may {
			p.OnceKeep = c.Blank().Once
		}
	}
	p.Table, p.Begun = ex.Stage != market.Arranging, ex.Begun(c.Now)
	p.CanConfirm = may && ex.Stage == market.Suggested && s.confirms(st, ex)
	p.CanSuggest = may && (ex.Stage == market.Arranging || ex.Stage == market.Suggested || ex.Stage == market.Agreed && !ex.Begun(c.Now))
	if may && ex.Stage == market.Agreed && p.Begun && ex.Remaining(c.Now) > 0 {
		p.OnceEnd = c.Blank().Once
	}
	if err := s.outcomePart(c, st, ex, p); err != nil {
		return nil, err
	}
	for _, worth := range market.WorthOf(ex) {
		p.Worth = append(p.Worth, view.Worth{Says: wording.Worth(c.Lang, worth),
			Source: c.T("worth.source", "Source", worth.Method.Source, "Method", worth.Method.Code)})
	}
	var said saidForm
	if typed != nil {
		said = typed.said()
	}
	if p.Said, err = s.saidFields(c, st, said, form, ""); err != nil {
		return nil, err
	}
	for before, said := range map[string]**view.Said{"confirm_": &p.SaidConfirm, "keep_": &p.SaidKeep, "end_": &p.SaidEnd} {
		if *said, err = s.saidFields(c, st, saidForm{}, c.Blank(), before); err != nil {
			return nil, err
		}
	}
	if p.CanSuggest {
		s.suggestFields(c, st, ex, typed, p)
	}
	return p, nil
}

// confirms reports whether the viewer may confirm what is suggested: of those who act for both groups, the other side.
func (s *Site) confirms(st standpoint, ex market.Exchange) bool {
	group := st.in.NeedGroupID
	if ex.ProposedSide == market.Need {
		group = st.in.OfferGroupID
	}
	return st.v.Roles[group].CanPost()
}

func (st standpoint) zone() *time.Location {
	return market.VenueZone(st.offer.Listing, st.need.Listing)
}

// counted things have an amount to agree on.
func (st standpoint) counted() bool { return st.need.Listing.Kind == market.Equipment }

// amount in words; "" of what is not counted.
func (st standpoint) amount(c *Call, n int) string {
	if !st.counted() {
		return ""
	}
	return wording.Amount(c.Lang, n, st.offer.Listing.Unit)
}

func (c *Call) exchangeSays(st standpoint, ex market.Exchange) string {
	other := []any{"Other", st.other().Group.Name}
	switch {
	case ex.Changing() && c.site.confirms(st, ex):
		return c.T("exchange.says_changing_other", other...)
	case ex.Changing():
		return c.T("exchange.says_changing_own", other...)
	case ex.Stage == market.Suggested && c.site.confirms(st, ex):
		return c.T("exchange.says_suggested_other", other...)
	case ex.Stage == market.Suggested:
		return c.T("exchange.says_suggested_own", other...)
	}
	return c.T("exchange.says_"+string(ex.Stage), other...)
}

// ways is how many regular times are suggested.
const ways = 4

func (s *Site) suggestFields(c *Call, st standpoint, ex market.Exchange, typed *suggestForm, p *view.Exchange) {
	f := suggestForm{Amount: strconv.Itoa(ex.Amount), Repeat: string(market.Once), Times: "1"}
	if typed != nil {
		f = *typed
	}
	for _, slots := range s.waysOf(c, st, ex.Amount) {
		value := slotsKey(slots)
		p.Ways = append(p.Ways, view.Option{Value: value, Label: wording.Slots(c.Lang, slots, st.zone()), On: value == f.When})
	}
	if typed == nil && len(p.Ways) > 0 {
		p.Ways[0].On = true
	}
	if len(p.Ways) > 0 {
		p.Ways = append(p.Ways, view.Option{Value: ownTimes, Label: c.T("exchange.own_times"), On: f.When == ownTimes})
	}
	field := func(name, kind, value string) view.Field {
		return view.Field{Name: name, Label: c.T("exchange." + name), Type: kind, Value: value, Error: p.Error(name), Narrow: true}
	}
	if st.counted() {
		amount := field("amount", "number", f.Amount)
		p.AmountField = &amount
		back := field("back_on", "date", f.BackOn)
		back.Hint = c.T("exchange.back_on_hint")
		p.BackOn = &back
	}
	p.WhenError = p.Error("when")
	p.On, p.Start, p.End = field("on", "date", f.On), field("start", "time", f.Start), field("end", "time", f.End)
	p.Repeat = field("repeat", "", "")
	p.Repeats = view.Options(c.Ctx, "exchange.repeats", []string{string(market.Once), string(market.Daily), string(market.Weekly), string(market.Monthly)}, f.Repeat)
	p.Times = field("times", "number", f.Times)
}

// waysOf are times that both calendars have, worked out now.
func (s *Site) waysOf(c *Call, st standpoint, amount int) [][]market.Slot {
	return matching.Ways(st.offer, st.need, st.in.ID, amount, c.Now, ways)
}

// ownTimes is the choice of times that a person writes.
const ownTimes = "own"

// slotsKey names a choice of times in a form, short whatever their number.
func slotsKey(slots []market.Slot) string {
	h := sha256.New()
	for _, s := range slots {
		_ = binary.Write(h, binary.BigEndian, []int64{s.From.Unix(), s.Until.Unix()})
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:12])
}

type suggestForm struct {
	Amount string `form:"amount"`
	When   string `form:"when"`
	On     string `form:"on"`
	Start  string `form:"start"`
	End    string `form:"end"`
	BackOn string `form:"back_on"`
	Repeat string `form:"repeat"`
	Times  string `form:"times"`
	SaidBy string `form:"said_by"`
	SaidOn string `form:"said_on"`
	Way    string `form:"way"`
}

func (f suggestForm) said() saidForm { return saidForm{f.SaidBy, f.SaidOn, f.Way} }

// slots that were chosen or written.
func (s *Site) slotsOf(c *Call, st standpoint, f suggestForm, amount int) ([]market.Slot, error) {
	if f.When == "" || f.When == ownTimes {
		return f.own(st.zone())
	}
	for _, slots := range s.waysOf(c, st, amount) {
		if slotsKey(slots) == f.When {
			return slots, nil
		}
	}
	return nil, market.Refuse("when", "slot_taken")
}

func (f suggestForm) own(loc *time.Location) ([]market.Slot, error) {
	e := &market.Invalid{}
	p := market.Plan{On: market.Date(f.On), BackOn: market.Date(f.BackOn), Repeat: market.Repeat(f.Repeat), Times: number(e, "times", or(f.Times, "1"))}
	if p.Repeat == "" || p.Repeat == market.Once {
		p.Repeat, p.Times = market.Once, 1
	}
	p.Start, p.End = minute(e, "start", f.Start), minute(e, "end", f.End)
	slots, err := p.Uses(loc)
	var invalid *market.Invalid
	if errors.As(err, &invalid) {
		for _, fault := range invalid.Faults {
			if !named(e, fault.Field) {
				e.Faults = append(e.Faults, fault)
			}
		}
	}
	return slots, e.OrNil()
}

func named(e *market.Invalid, field string) bool {
	for _, f := range e.Faults {
		if f.Field == field || f.Field == "start" && field == "end" {
			return true
		}
	}
	return false
}

func minute(e *market.Invalid, field, s string) market.Minute {
	m, err := market.ParseMinute(s)
	if err != nil {
		e.Add(field, "time")
	}
	return m
}

func number(e *market.Invalid, field, s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		e.Add(field, "number")
	}
	return n
}

func (s *Site) suggest(c *Call) error {
	st, err := s.stand(c)
	if err != nil {
		return err
	}
	var f suggestForm
	if err := c.Form(&f); err != nil {
		return err
	}
	ex, err := s.suggested(c, st, f)
	if errors.Is(err, market.ErrTaken) {
		err = market.Refuse("when", "slot_taken")
	}
	if form, ok := c.Again(err); ok {
		return s.showAgain(c, st, f, form)
	}
	if ex.Stage == market.Agreed {
		return c.moved(st.path, err, "done.agreed")
	}
	return c.moved(st.path, err, "done.suggested")
}

// suggestionsPerHour of one person: each is a mail to the other side, and what needs more of them is better written out.
const suggestionsPerHour = 20

func (s *Site) suggested(c *Call, st standpoint, f suggestForm) (market.Exchange, error) {
	e := &market.Invalid{}
	amount := 1
	if st.counted() {
		amount = number(e, "amount", f.Amount)
	}
	slots, err := s.slotsOf(c, st, f, max(1, amount))
	var invalid *market.Invalid
	if errors.As(err, &invalid) {
		e.Faults = append(e.Faults, invalid.Faults...)
	}
	if err := e.OrNil(); err != nil {
		return market.Exchange{}, err
	}
	if err := s.Limits.Allow(c.Ctx, httpx.Rule{Name: "suggest", Hour: suggestionsPerHour}, string(st.v.Person)); err != nil {
		return market.Exchange{}, err
	}
	return s.Introductions.Suggest(c.Ctx, f.said().onWordOf(st.v), st.in.ID, amount, slots, c.Once, c.Now)
}

// showAgain is the page with what was typed and what is wrong with it.
func (s *Site) showAgain(c *Call, st standpoint, f suggestForm, form view.Form) error {
	p, err := s.introductionPage(c, st)
	if err != nil {
		return err
	}
	if p.Exchange, err = s.exchange(c, st, &f, form); err != nil {
		return err
	}
	return c.Render(http.StatusUnprocessableEntity, view.Introduction(p))
}

func (s *Site) confirm(c *Call) error {
	st, err := s.stand(c)
	if err != nil {
		return err
	}
	var f struct {
		Sequence string `form:"sequence"`
		SaidBy   string `form:"confirm_said_by"`
		SaidOn   string `form:"confirm_said_on"`
		Way      string `form:"confirm_way"`
	}
	if err := c.Form(&f); err != nil {
		return err
	}
	sequence, err := strconv.Atoi(f.Sequence)
	if err != nil {
		return httpx.ErrBroken
	}
	_, err = s.Introductions.Confirm(c.Ctx, saidForm{f.SaidBy, f.SaidOn, f.Way}.onWordOf(st.v), st.in.ID, sequence, c.Once, c.Now)
	var invalid *market.Invalid
	switch {
	case errors.Is(err, market.ErrConflict):
		return c.Done(st.path, "note.changed_meanwhile")
	case errors.Is(err, market.ErrTaken):
		return c.Done(st.path, "note.times_gone")
	case errors.As(err, &invalid) && !named(invalid, "when"):
		return c.Done(st.path, "note.say_who")
	case errors.As(err, &invalid):
		return c.Done(st.path, "note.times_past")
	}
	return c.moved(st.path, err, "done.agreed")
}

// keep drops the change that the page showed, so that what was agreed before stays.
func (s *Site) keep(c *Call) error {
	st, err := s.stand(c)
	if err != nil {
		return err
	}
	var f struct {
		Sequence string `form:"sequence"`
		SaidBy   string `form:"keep_said_by"`
		SaidOn   string `form:"keep_said_on"`
		Way      string `form:"keep_way"`
	}
	if err := c.Form(&f); err != nil {
		return err
	}
	sequence, err := strconv.Atoi(f.Sequence)
	if err != nil {
		return httpx.ErrBroken
	}
	_, err = s.Introductions.Drop(c.Ctx, saidForm{f.SaidBy, f.SaidOn, f.Way}.onWordOf(st.v), st.in.ID, sequence, c.Once, c.Now)
	var invalid *market.Invalid
	switch {
	case errors.Is(err, market.ErrConflict):
		return c.Done(st.path, "note.changed_meanwhile")
	case errors.As(err, &invalid):
		return c.Done(st.path, "note.say_who")
	}
	return c.moved(st.path, err, "done.kept")
}

// endEarly gives up the times of a series that are still to come.
func (s *Site) endEarly(c *Call) error {
	st, err := s.stand(c)
	if err != nil {
		return err
	}
	var f struct {
		SaidBy string `form:"end_said_by"`
		SaidOn string `form:"end_said_on"`
		Way    string `form:"end_way"`
	}
	if err := c.Form(&f); err != nil {
		return err
	}
	_, err = s.Introductions.EndEarly(c.Ctx, saidForm{f.SaidBy, f.SaidOn, f.Way}.onWordOf(st.v), st.in.ID, c.Once, c.Now)
	if invalid := (*market.Invalid)(nil); errors.As(err, &invalid) {
		return c.Done(st.path, "note.say_who")
	}
	return c.moved(st.path, err, "done.ended_early")
}

// calendarFile is what was agreed and holds, to be kept in a calendar.
func (s *Site) calendarFile(c *Call) error {
	st, err := s.stand(c)
	if err != nil {
		return err
	}
	ex, err := s.Store.Exchange(c.Ctx, st.in.ID)
	if err != nil {
		return err
	}
	if st.in.State != market.Connected || ex.AgreedAt == nil && !ex.Changing() {
		return market.ErrNotFound
	}
	about, err := s.about(c.Ctx, st)
	if err != nil {
		return err
	}
	h := c.Gin.Writer.Header()
	h.Set("Content-Disposition", `attachment; filename="wherewithal.ics"`)
	h.Set("Cache-Control", "no-store")
	httpx.Write(c.Gin, http.StatusOK, ical.Type, ical.File("", st.zone(), ical.Uses(ex.Held(st.in), about)))
	return nil
}

// about is what stands in a calendar beside the times. Both sides are connected, so names and place may be told.
func (s *Site) about(ctx context.Context, st standpoint) (ical.About, error) {
	groups, err := s.Store.Groups(ctx, []market.ID{st.in.OfferGroupID, st.in.NeedGroupID})
	if err != nil {
		return ical.About{}, err
	}
	a := ical.About{Summary: st.offer.Listing.Title, SummaryIn: st.offer.Listing.Language, URL: s.Config.Link(introPath(st.in.ID)), Domain: s.Config.MailDomain()}
	for i, g := range groups {
		if i > 0 {
			a.Text += " · "
		}
		a.Text += g.Name
	}
	if place := market.VenuePlace(st.offer.Listing, st.need.Listing); place != "" && !st.apart {
		at, err := s.Store.Place(ctx, market.System, place)
		if err != nil {
			return a, err
		}
		a.Place = at.Said()
	}
	return a, nil
}
