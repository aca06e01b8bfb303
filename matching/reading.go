package matching

import (
	"wherewithal/market"
	"wherewithal/matching/calendar"
	"wherewithal/matching/words"
)

// reading is an entry read once: what every comparison would otherwise work out again. It never changes.
type reading struct {
	market.Entry
	viewer   market.Viewer
	audience market.Audience
	text     words.Text
	week     calendar.Week
	lastDay  market.Date
}

func read(e market.Entry) *reading {
	l := &e.Listing
	return &reading{
		Entry:    e,
		viewer:   e.AsViewer(),
		audience: e.Audience(),
		text:     words.Read(l.Title, l.Facts.Text("what"), l.Tags, l.Description),
		week:     calendar.MaskOf(l.When),
		lastDay:  l.When.LastDay(),
	}
}

// preview reads a subject; one that has no id yet is looked at as if it were posted.
func preview(e market.Entry) *reading {
	if e.Listing.ID == "" {
		e.Listing.Life = market.Open
		e.Group.Active = true
	}
	return read(e)
}

func (r *reading) id() market.ID { return r.Listing.ID }

// stock of an offer.
func (r *reading) stock() calendar.Stock {
	return calendar.Stock{Quantity: r.Listing.Quantity, TurnRound: r.Listing.When.TurnRound, Lent: r.Lent}
}

// smallest amount in which an offer can be had: all of it when it may not be split.
func (r *reading) smallest() int {
	if r.Listing.Splittable {
		return max(1, r.Listing.SmallestPart)
	}
	return max(1, r.Listing.Quantity)
}
