package pages

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

func listingPath(id market.ID) string { return "/listings/" + string(id) }

// card is a listing as lists show it.
func (c *Call) card(e market.Entry) view.Card { return c.cardAt(e, 0) }

// cardAt is a card with the distance from where the reader is; 0 km says none.
func (c *Call) cardAt(e market.Entry, km int) view.Card {
	l := e.Listing
	c.quotes(l)
	card := view.Card{ID: string(l.ID), Href: listingPath(l.ID), Side: view.Side(l.Side), Title: l.Title, Lang: l.Language, Group: e.Group.Name,
		GroupHref: groupPath(l.GroupID), Week: week(l), Urgent: l.Urgent, HasPoint: !e.Point.IsZero(), Lat: e.Point.Lat, Lng: e.Point.Lng}
	if l.Life != market.Open {
		card.State = c.T("life." + string(l.Life))
	}
	if card.Week != nil {
		card.Week.Text = upperFirst(wording.List(c.Lang, c.windows(l)))
	}
	card.Facts = c.cardFacts(e, km)
	return card
}

func (c *Call) cardFacts(e market.Entry, km int) []string {
	l := e.Listing
	var facts []string
	add := func(text string) {
		if text != "" {
			facts = append(facts, text)
		}
	}
	if km > 0 {
		add(wording.Distance(c.Lang, float64(km)))
	}
	add(e.Borough)
	if n := l.Facts.Number("seated"); n > 0 {
		add(c.T("market.people", "Count", int(n)))
	}
	switch {
	case e.Partly():
		add(c.T("market.still_amount", "Amount", wording.Amount(c.Lang, e.Wanted(), l.Unit)))
	case l.Quantity > 1:
		add(wording.Amount(c.Lang, l.Quantity, l.Unit))
	}
	for _, f := range append(slices.Clone(l.Has), l.Requires...) {
		if f == market.StepFree {
			add(strings.ToLower(c.T("feature.step_free")))
		}
	}
	if l.Where == market.Online {
		add(c.T("where.online"))
	}
	add(c.termsOf(l))
	return facts
}

// termsOf are a listing's terms in a word or two: what a need would pay is the most it can.
func (c *Call) termsOf(l market.Listing) string {
	said := c.termsShort(l.Terms)
	if l.Side == market.Need && l.Terms.Kind == market.AtCost && l.Terms.Pence > 0 {
		return c.T("market.up_to", "Amount", said)
	}
	return said
}

// termsShort says the terms in a word or two.
func (c *Call) termsShort(t market.Terms) string {
	if t.Kind == market.AtCost {
		return wording.MoneyPer(c.Lang, t.Pence, t.Per)
	}
	return c.T("market.terms_" + string(t.Kind))
}

// windows says when a listing is free or wanted, a line a window.
func (c *Call) windows(l market.Listing) []string {
	lines := make([]string, 0, len(l.When.Windows))
	for _, w := range l.When.Windows {
		lines = append(lines, c.window(w))
	}
	return lines
}

func (c *Call) window(w market.Window) string {
	times := wording.Minutes(c.Lang, w.Start, w.End)
	switch w.Repeat {
	case market.Once:
		return c.T("market.window_once", "Date", wording.LongDate(c.Lang, w.On.Time(time.UTC)), "Times", times)
	case market.Daily:
		return c.T("market.window_daily", "Times", times)
	case market.Monthly:
		return c.T("market.window_monthly", "Nth", c.T("market.nth_"+strings.ReplaceAll(strconv.Itoa(w.Nth), "-1", "last")), "Day", c.days(w.Days, false), "Times", times)
	}
	return c.T("market.window_weekly", "Days", c.days(w.Days, true), "Times", times)
}

func (c *Call) days(set market.Weekdays, plural bool) string {
	switch set {
	case market.EveryDay:
		return c.T("market.every_day")
	case market.WorkDays:
		return c.T("market.weekdays")
	}
	var names []string
	for i := range 7 {
		day := time.Weekday((i + 1) % 7)
		switch {
		case !set.Has(day):
		case plural:
			names = append(names, wording.Weekdays(c.Lang, day))
		default:
			names = append(names, wording.Weekday(c.Lang, day))
		}
	}
	return wording.List(c.Lang, names)
}

// The parts of a day begin at 00:00, 12:00 and 17:00.
var parts = [3][2]market.Minute{{0, 12 * 60}, {12 * 60, 17 * 60}, {17 * 60, 24 * 60}}

// week is the strip of a listing's weekly windows; nil when it has none.
func week(l market.Listing) *view.Week {
	mark := view.Free
	if l.Side == market.Need {
		mark = view.Wanted
	}
	w, any := view.Week{}, false
	for _, win := range l.When.Windows {
		for day := range 7 {
			on := win.Repeat == market.Daily || win.Repeat == market.Weekly && win.Days.Has(time.Weekday((day+1)%7))
			for part, span := range parts {
				if on && win.Start < span[1] && win.End > span[0] {
					w.Times[day][part], any = mark, true
				}
			}
		}
	}
	if !any {
		return nil
	}
	return &w
}
