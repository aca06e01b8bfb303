package pages

import (
	"strconv"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/web/pages/view"
)

// card is a listing as lists show it.
func (c *Call) card(e market.Entry) view.Card {
	l := e.Listing
	card := view.Card{Href: "/listings/" + string(l.ID), Side: view.Side(l.Side), Title: l.Title, Group: e.Group.Name,
		GroupHref: groupPath(l.GroupID), Week: week(l), Urgent: l.Urgent, HasPoint: !e.Point.IsZero(), Lat: e.Point.Lat, Lng: e.Point.Lng}
	if e.Borough != "" {
		card.Facts = append(card.Facts, e.Borough)
	}
	if l.Quantity > 1 {
		card.Facts = append(card.Facts, strings.TrimSpace(strconv.Itoa(l.Quantity)+" "+l.Unit))
	}
	return card
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
