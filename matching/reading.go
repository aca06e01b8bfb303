package matching

import (
	"wherewithal/market"
	"wherewithal/matching/calendar"
	"wherewithal/matching/words"
)

// reading is an entry with what comparisons would otherwise work out again. It belongs to one call.
type reading struct {
	market.Entry
	text     words.Text
	told     bool // text is read
	gist     words.Gist
	numbered bool // gist is known
	sense    sense
	week     calendar.Week
	lastDay  market.Date
	times    *calendar.Side // nil: not made ready yet
}

func read(e market.Entry) *reading {
	r := &reading{Entry: e, sense: senseOf(&e), week: calendar.MaskOf(e.Listing.When), lastDay: e.Listing.When.LastDay()}
	r.words()
	return r
}

// words of the entry, read when first asked for: they cost more than all else.
func (r *reading) words() words.Text {
	if !r.told {
		l := &r.Listing
		r.text, r.told = words.Read(l.Title, l.Facts.Text("what"), l.Tags, l.Description), true
	}
	return r.text
}

// read a card again, but for what a model read of its text, which the sense has.
func (c *card) read(in *shared) *reading {
	r := &reading{Entry: c.entry(in), gist: c.gist(new([]uint32)), numbered: true, sense: c.sense(&in.names), week: c.week.Week}
	r.lastDay = r.Listing.When.LastDay()
	return r
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
	return calendar.StockOf(r.Listing, r.Lent)
}

// smallest amount in which an offer can be had: all of it when it may not be split.
func (r *reading) smallest() int {
	if r.Listing.Splittable {
		return max(1, r.Listing.SmallestPart)
	}
	return max(1, r.Listing.Quantity)
}
