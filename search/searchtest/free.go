package searchtest

import (
	"time"

	"wherewithal/market"
	"wherewithal/search"
)

// free gives an entry its windows.
func free(windows ...market.Window) func(*market.Entry) {
	return func(e *market.Entry) { e.Listing.When.Windows = windows }
}

func weekly(day time.Weekday, from, until int) market.Window {
	return market.Window{Repeat: market.Weekly, Days: market.DayBit(day), Start: market.Minute(from * 60), End: market.Minute(until * 60)}
}

func on(day time.Weekday, from, until int) *search.Weekly {
	w := weekly(day, from, until)
	return &search.Weekly{Days: w.Days, Start: w.Start, End: w.End}
}

func freeInTheWeek(b *bench) {
	thursdays := b.put(free(weekly(time.Thursday, 18, 22)))
	always := b.put()
	days := b.put(free(market.Window{Repeat: market.Daily, Start: 9 * 60, End: 17 * 60}))
	need := b.put(free(weekly(time.Thursday, 19, 21)), func(e *market.Entry) { e.Listing.Side = market.Need })

	b.finds("Thursday 18 to 20", search.Query{Weekly: on(time.Thursday, 18, 20)}, thursdays, always, need)
	b.finds("Thursday 17 to 20: an offer must have it all", search.Query{Weekly: on(time.Thursday, 17, 20)}, always, need)
	b.finds("Thursday 18 to 19: nothing the need wants", search.Query{Weekly: on(time.Thursday, 18, 19)}, thursdays, always)
	b.finds("Monday 10 to 12", search.Query{Weekly: on(time.Monday, 10, 12)}, always, days)
	either := on(time.Thursday, 18, 20)
	either.Days |= market.DayBit(time.Friday)
	b.finds("Thursday or Friday", search.Query{Weekly: either}, thursdays, always, need)
	b.finds("some time of a Thursday", search.Query{Weekly: search.SomeTimeOn(market.DayBit(time.Thursday))}, thursdays, always, days, need)
	b.finds("some time of a Tuesday or Friday", search.Query{Weekly: search.SomeTimeOn(market.DayBit(time.Tuesday) | market.DayBit(time.Friday))}, always, days)
	b.finds("some of Thursday 17 to 19", search.Query{Weekly: &search.Weekly{Days: market.DayBit(time.Thursday), Start: 17 * 60, End: 18 * 60, Some: true}}, always)
	b.finds("with words", search.Query{Text: "useful", Weekly: on(time.Monday, 10, 12)}, always, days)
}

func freeOnDates(b *bench) {
	spring := b.put(free(weekly(time.Thursday, 18, 22)), func(e *market.Entry) {
		e.Listing.When.From, e.Listing.When.Until = "2027-02-01", "2027-04-30"
		e.Listing.When.Exceptions = []market.Date{"2027-02-11"}
	})
	single := b.put(free(market.Window{Repeat: market.Once, On: "2027-02-13", Start: 600, End: 1200}))
	first := b.put(free(market.Window{Repeat: market.Monthly, Days: market.DayBit(time.Monday), Nth: 1, Start: 600, End: 720}))
	last := b.put(free(market.Window{Repeat: market.Monthly, Days: market.DayBit(time.Sunday), Nth: -1, Start: 600, End: 720}))

	ask := func(what string, from, until market.Date, w *search.Weekly, want ...market.ID) {
		b.Helper()
		b.finds(what, search.Query{FreeFrom: from, FreeUntil: until, Weekly: w}, want...)
	}
	ask("in February", "2027-02-02", "2027-02-28", nil, spring, single, last)
	ask("on a Thursday", "2027-02-04", "2027-02-04", nil, spring)
	ask("on a Wednesday", "2027-02-03", "2027-02-03", nil)
	ask("on a day out", "2027-02-11", "2027-02-11", nil)
	ask("on a day out, at the hour", "2027-02-11", "2027-02-11", on(time.Thursday, 18, 20))
	ask("before it begins", "2027-01-21", "2027-01-28", nil)
	ask("after it ends", "2027-05-01", "2027-05-29", nil, first)
	ask("on the single day", "2027-02-13", "2027-02-13", nil, single)
	ask("on the single day at the hour", "2027-02-13", "2027-02-13", on(time.Saturday, 10, 12), single)
	ask("on the Saturday after", "2027-02-20", "2027-02-20", nil)
	ask("on the first Monday", "2027-03-01", "2027-03-01", on(time.Monday, 10, 12), first)
	ask("on the second Monday", "2027-03-08", "2027-03-08", on(time.Monday, 10, 12))
	ask("on the last Sunday", "2027-02-28", "2027-02-28", nil, last)
	ask("some time of a Thursday that is no day out", "2027-02-09", "2027-02-20", search.SomeTimeOn(market.DayBit(time.Thursday)), spring)
	ask("some time of a Thursday that is one", "2027-02-09", "2027-02-15", search.SomeTimeOn(market.DayBit(time.Thursday)))
	ask("some time of a Saturday", "2027-02-09", "2027-02-20", search.SomeTimeOn(market.DayBit(time.Saturday)), single)
	ask("from a day on", "2027-05-02", "", nil, first, last)
	ask("until a day", "", "2027-01-31", nil, last)
}

// lent is one use of an offer, by the clock on London's walls.
func lent(amount int, from, until string) market.Allocation {
	instant := func(s string) time.Time {
		t, err := time.ParseInLocation("2006-01-02 15:04", s, market.When{}.Location())
		if err != nil {
			panic(err)
		}
		return t
	}
	end := instant(until)
	return market.Allocation{Amount: amount, From: instant(from), Until: &end}
}

func lentIsNotFree(b *bench) {
	hall := b.put(free(weekly(time.Thursday, 18, 22), weekly(time.Monday, 9, 12)), func(e *market.Entry) {
		e.Lent = []market.Allocation{lent(1, "2027-02-04 18:00", "2027-02-04 22:00"), lent(1, "2027-07-01 18:00", "2027-07-01 20:00")}
	})
	tents := b.put(func(e *market.Entry) {
		e.Listing.Quantity, e.Listing.Splittable, e.Listing.SmallestPart = 3, true, 1
		e.Lent = []market.Allocation{lent(2, "2027-02-04 00:00", "2027-02-06 00:00"), lent(1, "2027-02-05 00:00", "2027-02-07 00:00")}
	})
	b.put(func(e *market.Entry) {
		e.Lent = []market.Allocation{{Amount: 1, From: now}} // given away for good
	})
	ask := func(what string, from, until market.Date, w *search.Weekly, want ...market.ID) {
		b.Helper()
		b.finds(what, search.Query{FreeFrom: from, FreeUntil: until, Weekly: w}, want...)
	}
	ask("the Thursday it is lent", "2027-02-04", "2027-02-04", on(time.Thursday, 18, 20), tents)
	ask("the Thursday it is lent, all day", "2027-02-04", "2027-02-04", nil, tents)
	ask("the Thursday after", "2027-02-11", "2027-02-11", on(time.Thursday, 18, 20), hall, tents)
	ask("some time of the Thursday it is lent", "2027-02-03", "2027-02-05", search.SomeTimeOn(market.DayBit(time.Thursday)), tents)
	ask("the Monday after", "2027-02-08", "2027-02-08", nil, hall, tents)
	ask("some Thursday of the two", "2027-02-04", "2027-02-11", on(time.Thursday, 18, 20), hall, tents)
	ask("the day all tents are out", "2027-02-05", "2027-02-05", nil)
	ask("the day one tent is out", "2027-02-06", "2027-02-06", nil, tents)
	ask("in summer time, the hours lent", "2027-07-01", "2027-07-01", on(time.Thursday, 19, 20), tents)
	ask("in summer time, the hours left", "2027-07-01", "2027-07-01", on(time.Thursday, 20, 22), hall, tents)
}
