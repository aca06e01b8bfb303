package pages

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/reading"
	"wherewithal/telemetry"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// spans are the hours that a part of a day stands for when no hours were typed.
var spans = [3][2]market.Minute{{9 * 60, 12 * 60}, {12 * 60, 17 * 60}, {18 * 60, 22 * 60}}

// listing is the form as a listing, the place it names when that is not one of the group's own, and what cannot be read.
func (p *poster) listing() (market.Listing, *market.Place, *market.Invalid) {
	e := &market.Invalid{}
	f := p.f
	l := market.Listing{GroupID: p.group, Side: p.side, Kind: f.String("kind"), Title: f.String("title"), Description: f.String("description"),
		Language: or(f.String("language"), p.c.Lang), Tags: commaList(f.String("tags")), Quantity: p.atLeastOne(e, "quantity"), Unit: f.String("unit"),
		Splittable: f.On("splittable"), Where: market.Where(or(f.String("where"), string(market.AtPlace))), Circle: market.Circle(or(f.String("circle"), string(market.InCity))),
		Widens: f.On("widens"), Urgent: f.On("urgent") && p.side == market.Need, Facts: p.facts(e), When: p.times(e), Terms: p.terms(e)}
	if l.Splittable {
		l.SmallestPart = p.atLeastOne(e, "smallest_part")
	}
	l.ReachKM = p.decimal(e, "reach")
	features, uses := ticked(f, "features", market.Features), ticked(f, "uses", market.Uses)
	if p.side == market.Offer {
		l.Has, l.Welcomes, l.NotAllowed, l.Asks = features, uses, ticked(f, "not_allowed", market.Uses), p.asks()
	} else {
		l.Requires, l.Involves = features, uses
	}
	return l, p.where(e, &l), e
}

// languages are those to choose from, each in its own words, and the one that is chosen whatever it is.
func (p *poster) languages(chosen string) []view.Option {
	tags := wording.Spoken()
	if !slices.Contains(tags, chosen) {
		tags = append(tags, chosen)
	}
	var all []view.Option
	for _, tag := range tags {
		all = append(all, view.Option{Value: tag, Label: wording.NameOf(tag), Lang: tag, On: tag == chosen})
	}
	return all
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// ticked are the boxes of a set that were ticked, in the order of the form, and whatever else was sent after them.
func ticked[T ~string](f httpx.Form, name string, set []T) []T {
	var out, others []T
	for _, v := range f.Strings(name) {
		if !slices.Contains(set, T(v)) {
			others = append(others, T(v)) // the market refuses it
		}
	}
	for _, v := range set {
		if slices.Contains(f.Strings(name), string(v)) {
			out = append(out, v)
		}
	}
	return append(out, others...)
}

func (p *poster) number(e *market.Invalid, name string) int {
	text := p.f.String(name)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		e.Add(name, "number")
	}
	return n
}

// atLeastOne is a number that means one when it was left empty.
func (p *poster) atLeastOne(e *market.Invalid, name string) int {
	if p.f.String(name) == "" {
		return 1
	}
	return p.number(e, name)
}

func (p *poster) decimal(e *market.Invalid, name string) float64 {
	text := strings.TrimPrefix(strings.ReplaceAll(p.f.String(name), ",", ""), "£")
	if text == "" {
		return 0
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n != n || n > 1e9 {
		e.Add(name, "number")
		return 0
	}
	return n
}

func (p *poster) facts(e *market.Invalid) market.Facts {
	kind, _ := market.StandardKind(p.f.String("kind"))
	facts := market.Facts{}
	for _, field := range kind.Facts {
		name := factName(kind.Code, field.Key)
		text := p.f.String(name)
		switch {
		case text == "":
		case field.Type == market.FactNumber:
			facts[field.Key] = p.decimal(e, name)
		case field.Type == market.FactFlag:
			facts[field.Key] = true
		default:
			facts[field.Key] = text
		}
	}
	return facts
}

func (p *poster) times(e *market.Invalid) market.When {
	f := p.f
	w := market.When{From: p.date(e, "from"), Until: p.date(e, "until"), NeededBy: p.date(e, "needed_by"), Every: market.Repeat(f.String("every")),
		Times: p.number(e, "times"), Duration: p.number(e, "duration"), LeadTime: p.number(e, "lead_time"), TurnRound: p.number(e, "turn_round"),
		TermTimeOnly: f.On("term_time_only"), NotBankHolidays: f.On("not_bank_holidays")}
	for _, text := range commaList(f.String("exceptions")) {
		d, ok := reading.Day(text, p.today())
		if !ok {
			e.Add("exceptions", "date")
			break
		}
		w.Exceptions = append(w.Exceptions, d)
	}
	w.Windows = append(p.keptWindows(e), p.windows(e, w)...)
	if p.side == market.Offer {
		w.Every, w.Times, w.Duration, w.NeededBy = "", 0, 0, ""
	} else {
		w.LeadTime, w.TurnRound = 0, 0
	}
	return w
}

func (p *poster) today() market.Date { return market.DateOf(p.c.Now.In(p.c.Zone())) }

func (p *poster) groupName() string {
	for _, g := range p.c.Caller.Groups {
		if g.ID == p.group {
			return g.Name
		}
	}
	return ""
}

func (p *poster) date(e *market.Invalid, name string) market.Date {
	text := p.f.String(name)
	if text == "" {
		return ""
	}
	d, err := market.ParseDate(text)
	if err != nil {
		e.Add(name, "date")
	}
	return d
}

// windows are the ticked parts of the week, with their hours. One day that is also the first and the last is a date.
func (p *poster) windows(e *market.Invalid, w market.When) []market.Window {
	var days [3]market.Weekdays
	for _, slot := range p.f.Strings("when") {
		if day, part, ok := view.SlotOf(slot); ok {
			days[part] |= 1 << day
		}
	}
	start, end, exact := p.hours(e)
	var windows []market.Window
	add := func(set market.Weekdays, from, until market.Minute) {
		win := market.Window{Repeat: market.Weekly, Days: set, Start: from, End: until}
		if w.From != "" && w.From == w.Until && set.Has(w.From.Weekday()) {
			win = market.Window{Repeat: market.Once, On: w.From, Start: from, End: until}
		}
		windows = append(windows, win)
	}
	if all := days[0] | days[1] | days[2]; exact && all != 0 {
		add(all, start, end)
		return windows
	}
	for part, set := range days {
		if set != 0 {
			add(set, spans[part][0], spans[part][1])
		}
	}
	if len(windows) == 0 && w.From != "" && w.From == w.Until {
		windows = []market.Window{{Repeat: market.Once, On: w.From, Start: 9 * 60, End: 22 * 60}}
		if exact {
			windows[0].Start, windows[0].End = start, end
		}
	}
	return windows
}

const endOfDay market.Minute = 24 * 60

func (p *poster) hours(e *market.Invalid) (start, end market.Minute, ok bool) {
	from, until := p.f.String("hour_from"), p.f.String("hour_until")
	if from == "" && until == "" {
		return 0, 0, false
	}
	start, err1 := market.ParseMinute(or(from, "00:00"))
	end, err2 := market.ParseMinute(or(until, "24:00"))
	switch {
	case err1 != nil:
		e.Add("hour_from", "time")
	case err2 != nil || end <= start:
		e.Add("hour_until", "window_order")
	case end == endOfDay-1: // a browser's clock ends there
		return start, endOfDay, true
	default:
		return start, end, true
	}
	return 0, 0, false
}

func (p *poster) terms(e *market.Invalid) market.Terms {
	t := market.Terms{Kind: market.TermsKind(or(p.f.String("terms"), string(market.Shared)))}
	switch t.Kind {
	case market.AtCost:
		t.Pence, t.Per, t.For = int(p.decimal(e, "amount")*100+0.5), p.f.String("per"), p.f.String("terms_for")
	case market.Loan:
		t.LoanDays = p.number(e, "loan_days")
	case market.Swap:
		t.For = p.f.String("swap_for")
	}
	return t
}

func (p *poster) asks() market.Asks {
	a := market.Asks{Checked: market.CheckLevel(p.f.String("checked")), Activity: p.f.String("activity")}
	for _, v := range p.f.Strings("asks") {
		switch v {
		case "constituted":
			a.Constituted = true
		case "insurance":
			a.Insurance = true
		case "safeguarding":
			a.Safeguarding = true
		case "over18":
			a.Over18 = true
		}
	}
	return a
}

// where finds the place: one of the group's own, the one that was typed, or the group's first.
func (p *poster) where(e *market.Invalid, l *market.Listing) *market.Place {
	typed := p.f.String("place")
	if typed == "" {
		p.ownPlace(e, l)
		return nil
	}
	if own := p.named(typed); own != "" {
		l.PlaceID = own
		return nil
	}
	spot := p.lookUp(typed)
	switch {
	case spot.err != nil:
		gather(e, spot.err)
		return nil
	case !spot.sure:
		e.Add("place", "place_confirm")
	}
	if own := p.at(spot.place); own != "" {
		l.PlaceID = own
		return nil
	}
	return &spot.place
}

// ownPlace is the one chosen from the group's list, or its first.
func (p *poster) ownPlace(e *market.Invalid, l *market.Listing) {
	chosen := market.ID(p.f.String("place_id"))
	if slices.ContainsFunc(p.places, func(own market.Place) bool { return own.ID == chosen }) {
		l.PlaceID = chosen
		return
	}
	if chosen != "" && l.Where != market.Online {
		e.Add("place_id", "place_other") // the form was for another of one's groups
		return
	}
	if len(p.places) > 0 && l.Where != market.Online {
		l.PlaceID = p.places[0].ID
	}
}

// named is the group's own place with that postcode, or first half of one.
func (p *poster) named(typed string) market.ID {
	for _, own := range p.places {
		if strings.EqualFold(own.Postcode, typed) || strings.EqualFold(own.Outcode, typed) {
			return own.ID
		}
	}
	return ""
}

// at is the group's own place in the district that was named; none for a full postcode, which means one house.
func (p *poster) at(named market.Place) market.ID {
	for _, own := range p.places {
		if named.Postcode == "" && named.Outcode != "" && own.Outcode == named.Outcode {
			return own.ID
		}
	}
	return ""
}

// typed is a listing as its form would have it.
func typed(l market.Listing) httpx.Form {
	v := url.Values{"kind": {l.Kind}, "title": {l.Title}, "description": {l.Description}, "language": {l.Language}, "tags": {strings.Join(l.Tags, ", ")}, "unit": {l.Unit},
		"where": {string(l.Where)}, "circle": {string(l.Circle)}, "place_id": {string(l.PlaceID)}, "terms": {string(l.Terms.Kind)},
		"from": {string(l.When.From)}, "until": {string(l.When.Until)}, "needed_by": {string(l.When.NeededBy)}, "every": {string(l.When.Every)},
		"per": {l.Terms.Per}, "terms_for": {l.Terms.For}, "swap_for": {l.Terms.For}, "checked": {string(l.Asks.Checked)}, "activity": {l.Asks.Activity},
		"features": texts(l.Has), "uses": texts(l.Welcomes), "not_allowed": texts(l.NotAllowed), "group": {string(l.GroupID)}}
	if l.Side == market.Need {
		v["features"], v["uses"] = texts(l.Requires), texts(l.Involves)
	}
	for name, n := range map[string]int{"quantity": l.Quantity, "smallest_part": l.SmallestPart, "times": l.When.Times, "duration": l.When.Duration,
		"lead_time": l.When.LeadTime, "turn_round": l.When.TurnRound, "loan_days": l.Terms.LoanDays} {
		if n > 0 {
			v.Set(name, strconv.Itoa(n))
		}
	}
	for name, on := range map[string]bool{"splittable": l.Splittable, "widens": l.Widens, "urgent": l.Urgent, "term_time_only": l.When.TermTimeOnly,
		"not_bank_holidays": l.When.NotBankHolidays} {
		if on {
			v.Set(name, "yes")
		}
	}
	for name, on := range map[string]bool{"constituted": l.Asks.Constituted, "insurance": l.Asks.Insurance, "safeguarding": l.Asks.Safeguarding, "over18": l.Asks.Over18} {
		if on {
			v.Add("asks", name)
		}
	}
	if l.ReachKM > 0 {
		v.Set("reach", strconv.FormatFloat(l.ReachKM, 'f', -1, 64))
	}
	if l.Terms.Pence > 0 {
		v.Set("amount", strconv.FormatFloat(float64(l.Terms.Pence)/100, 'f', -1, 64))
	}
	for key, value := range l.Facts {
		v.Set(factName(l.Kind, key), factText(value))
	}
	var days []string
	for _, d := range l.When.Exceptions {
		days = append(days, wording.DayAndYear(wording.Default, d.Time(time.UTC)))
	}
	v.Set("exceptions", strings.Join(days, ", "))
	p := &poster{side: l.Side, f: httpx.Form(v)}
	p.setWindows(l.When.Windows)
	return p.f
}

func factText(value any) string {
	switch v := value.(type) {
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		if v {
			return "yes"
		}
		return ""
	case string:
		return v
	}
	return ""
}

func (c *Call) day2(d market.Date) string { return wording.ShortDate(c.Lang, d.Time(time.UTC)) }

// page is the form as it is shown: with everything that was typed, and what was read beside it.
func (p *poster) page(form view.Form, read bool) view.PostPage {
	c, f := p.c, p.f
	action, title := postPath(p.side), "post_title."+string(p.side)
	if p.edit != nil {
		action, title = listingPath(p.edit.ID)+"/edit", "post.edit"
	}
	pg := view.PostPage{Page: c.Page(title), Form: form, Side: view.Side(p.side), Action: action, Edit: p.edit != nil,
		SignIn: !c.Viewer.SignedIn(), ReadText: f.String("read_text"), Description: f.String("description"), Read: read, Help: p.help, Title: f.String("title"),
		Quantity: f.String("quantity"), Unit: f.String("unit"), Splittable: f.On("splittable"), SmallestPart: f.String("smallest_part"),
		HourFrom: f.String("hour_from"), HourUntil: f.String("hour_until"), From: f.String("from"), Until: f.String("until"), Exceptions: f.String("exceptions"),
		Duration: f.String("duration"), Times: f.String("times"), NeededBy: f.String("needed_by"), LeadTime: f.String("lead_time"), TurnRound: f.String("turn_round"),
		TermTimeOnly: f.On("term_time_only"), NotBankHolidays: f.On("not_bank_holidays"), Place: f.String("place"), Reach: f.String("reach"),
		Amount: f.String("amount"), TermsFor: or(f.String("terms_for"), f.String("swap_for")), LoanDays: f.String("loan_days"), Activity: f.String("activity"),
		Widens: f.On("widens"), Urgent: f.On("urgent"), Tags: f.String("tags"), Version: f.String("version"), Stale: p.stale}
	pg.PhotosOf, pg.CopyPhotos, pg.Draft = f.String("photos_of"), f.On("copy_photos"), string(p.draft())
	p.pageChoices(&pg)
	p.pageGroups(&pg)
	p.pagePlace(&pg, read)
	pg.Says = p.says(pg)
	if p.edit != nil {
		pg.Version, pg.Agreed = strconv.FormatInt(p.edit.Version, 10), p.agreed
	}
	return pg
}

func (p *poster) pageChoices(pg *view.PostPage) {
	c, f := p.c, p.f
	features, uses := texts(market.Features), texts(market.Uses)
	words := p.called()
	pg.Kinds, pg.TagsHint = p.kinds(words), p.tagsHint(words)
	pg.Languages = p.languages(or(f.String("language"), c.Lang))
	pg.Week = view.WeekChoice{Name: "when", Legend: c.T("market.week_legend"), Error: pg.Error("when"), Side: pg.Side}
	for _, slot := range f.Strings("when") {
		if day, part, ok := view.SlotOf(slot); ok {
			pg.Week.On[day][part] = true
		}
	}
	for _, value := range f.Strings("window") {
		if w, ok := windowOf(value); ok {
			pg.Windows = append(pg.Windows, view.Option{Value: value, Label: upperFirst(c.window(w)), On: true})
		}
	}
	pg.Every = append([]view.Option{{Label: c.T("market.no_matter")}}, view.Options(c.Ctx, "every", []string{"once", "daily", "weekly", "monthly"}, f.String("every"))...)
	pg.Wheres = view.Options(c.Ctx, "where", texts(market.Wheres), f.String("where"))
	pg.Terms = view.Options(c.Ctx, "terms", texts(market.TermsKinds), f.String("terms"))
	per := "hour"
	if f.Has("per") {
		per = f.String("per")
	}
	pg.Pers = append([]view.Option{{Label: c.T("market.in_all"), On: per == ""}}, view.Options(c.Ctx, "per", []string{"hour", "day", "use"}, per)...)
	pg.Features = view.Options(c.Ctx, "feature", features, f.Strings("features")...)
	pg.Uses = view.Options(c.Ctx, "use", uses, f.Strings("uses")...)
	pg.NotAllowed = view.Options(c.Ctx, "use", uses, f.Strings("not_allowed")...)
	pg.Asks = view.Options(c.Ctx, "asks", []string{"constituted", "insurance", "safeguarding", "over18"}, f.Strings("asks")...)
	pg.Checked = append([]view.Option{{Label: c.T("market.no_checks")}}, view.Options(c.Ctx, "check_level", []string{"basic", "standard", "enhanced"}, f.String("checked"))...)
	pg.Circles = view.Options(c.Ctx, "circle", texts(market.Circles), or(f.String("circle"), string(market.InCity)))
}

// called are what the networks of the group call kinds and tags. The form can be filled in without.
func (p *poster) called() []market.NetworkWord {
	if p.group == "" {
		return nil
	}
	words, err := p.s.Store.WordsFor(p.c.Ctx, p.group)
	if err != nil {
		telemetry.Fail(p.c.Ctx, err)
	}
	return words
}

// ownWords are the words for a kind or tag, once each.
func ownWords(words []market.NetworkWord, what, code string) (own []string) {
	for _, w := range words {
		if w.What == what && w.Code == code && !slices.Contains(own, w.Word) {
			own = append(own, w.Word)
		}
	}
	return own
}

func (p *poster) kinds(words []market.NetworkWord) []view.KindChoice {
	var choices []view.KindChoice
	for _, k := range market.StandardKinds() {
		choice := view.KindChoice{Option: view.Option{Value: k.Code, Label: p.c.T("kind." + k.Code), On: p.f.String("kind") == k.Code}}
		if own := ownWords(words, "kind", k.Code); len(own) > 0 {
			choice.Label = p.c.T("post.kind_called", "Kind", choice.Label, "Words", strings.Join(own, ", "))
		}
		for _, field := range k.Facts {
			choice.Facts = append(choice.Facts, p.fact(k.Code, field))
		}
		choices = append(choices, choice)
	}
	return choices
}

// tagsShown bounds how many tags are told of: more is no hint.
const tagsShown = 10

// tagsHint says which tags everybody knows by what the networks call otherwise.
func (p *poster) tagsHint(words []market.NetworkWord) string {
	var tags []string
	for _, w := range words {
		if w.What == "tag" && len(tags) < tagsShown {
			tags = append(tags, p.c.T("post.tag_called", "Tag", w.Code, "Word", w.Word))
		}
	}
	hint := p.c.T("post.tags_hint")
	if len(tags) > 0 {
		hint = p.c.T("post.tags_called", "Hint", hint, "Tags", wording.List(p.c.Lang, slices.Compact(tags)))
	}
	return hint
}

func (p *poster) fact(kind string, field market.FactField) view.Fact {
	name := factName(kind, field.Key)
	value := p.f.String(name)
	f := view.Fact{Name: name, Label: p.c.T("fact." + field.Key), Type: string(field.Type), Unit: p.c.unit(field), Value: value, On: value != "", Max: field.Max}
	if field.Type == market.FactChoice {
		f.Choices = append([]view.Option{{Label: p.c.T("market.no_matter")}}, view.Options(p.c.Ctx, "fact_choice", field.Choices, value)...)
	}
	return f
}

func (p *poster) pageGroups(pg *view.PostPage) {
	switch {
	case p.edit != nil:
		pg.PostedFor, pg.Group = p.groupName(), string(p.group)
	case len(p.groups) == 1:
		pg.Group = string(p.group)
	default:
		for _, g := range p.groups {
			pg.Groups = append(pg.Groups, view.Option{Value: string(g.ID), Label: g.Name, On: g.ID == p.group})
		}
	}
	if p.edit != nil && p.edit.PlaceID == "" && len(p.places) > 0 {
		pg.Places = []view.Option{{Label: p.c.T("market.no_place")}}
	}
	for _, place := range p.places {
		label := strings.Join(commaList(strings.Join([]string{place.Label, or(place.Postcode, place.Outcode), place.Borough}, ",")), ", ")
		pg.Places = append(pg.Places, view.Option{Value: string(place.ID), Label: label, On: p.f.String("place_id") == string(place.ID)})
	}
}
