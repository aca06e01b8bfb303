package pages

import (
	"fmt"
	"slices"
	"time"

	"wherewithal/ical"
	"wherewithal/market"
	"wherewithal/matching/calendar"
	"wherewithal/web/pages/view"
)

// registerSlots is for calendar programs: when a room can still be had, of one offer and of all that a group offers.
func (s *Site) registerSlots() {
	s.open("/listings/:id/slots.ics", func(c *Call) (document, error) {
		if _, err := c.parameters(); err != nil {
			return document{}, err
		}
		e, err := s.toldOne(c)
		if err != nil {
			return document{}, err
		}
		if !isRoom(e) {
			return document{}, market.ErrNotFound
		}
		return c.slots(c.titleOf(e), []market.Entry{e}), nil
	})
	s.open("/groups/:id/slots.ics", func(c *Call) (document, error) {
		st, err := s.groupStream(c)
		if err != nil {
			return document{}, err
		}
		return c.slots(st.title, slices.DeleteFunc(st.entries, func(e market.Entry) bool { return !isRoom(e) })), nil
	})
}

func isRoom(e market.Entry) bool {
	return e.Listing.Side == market.Offer && e.Listing.Kind == market.Room
}

// What a calendar of open slots holds.
const (
	slotDays   = calendar.OpenEndedDays // an offer promises no more
	mostSlots  = 300                    // of a file: three a day and more
	leastSlot  = 30 * time.Minute       // as fine as times are said here
	eachAmount = 1                      // a slot is open while one of them is to be had
)

// slots is a calendar of when rooms can still be had, the first that come. A group that is paused has none.
func (c *Call) slots(name string, rooms []market.Entry) document {
	almanac := calendar.NewAlmanac(c.Now, nil)
	var events []ical.Event
	for _, e := range rooms {
		if !e.Group.Active {
			continue
		}
		l := e.Listing
		side := almanac.Side(l.When, e.Borough).In(calendar.NationOf(e.Outcode))
		stock := calendar.StockOf(l, e.Lent)
		for _, slot := range almanac.Open(side, stock, eachAmount, slotDays, mostSlots, leastSlot) {
			events = append(events, c.slot(e, slot))
		}
	}
	slices.SortStableFunc(events, func(a, b ical.Event) int { return a.From.Compare(b.From) })
	events = events[:min(len(events), mostSlots)]
	return document{ical.Type, ical.File(c.T("open.slots_of", "What", name), market.When{}.Location(), events)}
}

// slot keeps its UID as long as it begins when it does.
func (c *Call) slot(e market.Entry, at market.Slot) ical.Event {
	event := ical.Event{UID: fmt.Sprintf("%s-%s@%s", e.Listing.ID, at.From.UTC().Format("20060102T1504"), c.site.Config.MailDomain()), From: at.From, Until: at.Until,
		Stamp: e.Listing.UpdatedAt, Summary: c.T("open.slot", "Title", c.titleOf(e)), Text: c.T("open.slot_text"), TextIn: c.Lang, URL: c.site.Config.Link(listingPath(e.Listing.ID)), Free: true}
	if e.Borough != "" {
		event.Place = commaJoin(e.Outcode, e.Borough)
	}
	return event
}

// calendars is where calendar programs read a page's open slots.
func (c *Call) calendars(path string) view.Alternate {
	return view.Alternate{Type: "text/calendar", Title: c.T("open.slots"), Href: c.site.Config.Link(path + "/slots.ics")}
}
