package calendar

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
)

// monday 11 January 2027, nine in the morning in London.
var januaryMorning = time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC)

func weekly(days market.Weekdays, start, end market.Minute) market.Window {
	return market.Window{Repeat: market.Weekly, Days: days, Start: start, End: end}
}

const (
	mon = market.Weekdays(1)
	tue = market.Weekdays(2)
	wed = market.Weekdays(4)
	thu = market.Weekdays(8)
)

func meet(offer, need market.When, stock Stock, amount int, now time.Time) Meeting {
	a := NewAlmanac(now, nil)
	return a.Meet(a.Side(offer, "Greenwich"), a.Side(need, "Greenwich"), stock, amount)
}

func TestAnyEveningFindsTheBestRegularSlot(t *testing.T) {
	need := market.When{Windows: []market.Window{weekly(mon|tue|wed|thu, 1080, 1320)}, From: "2027-02-01",
		Every: market.Weekly, Times: 12, Duration: 120}
	offer := market.When{Windows: []market.Window{weekly(mon|thu, 1080, 1320)}, TermTimeOnly: true, NotBankHolidays: true, TurnRound: 30}
	stock := Stock{Quantity: 1, TurnRound: 30, Lent: []market.Allocation{
		lent("2027-02-08", 1080, 1320, 1), lent("2027-02-22", 1080, 1320, 1), lent("2027-02-04", 1080, 1140, 1)}}
	m := meet(offer, need, stock, 1, januaryMorning)
	if m.Fits != 9 || m.Of != 12 || m.Day != 4 {
		t.Fatalf("got %d of %d on day %d, want 9 of 12 on Thursdays", m.Fits, m.Of, m.Day)
	}
	if m.Start != 1170 || m.End != 1290 {
		t.Errorf("got %s to %s, want 19:30 to 21:30: half an hour after the use on 4 February", m.Start.Clock(), m.End.Clock())
	}
	want := []Missed{{"2027-02-18", OutOfTerm}, {"2027-04-01", OutOfTerm}, {"2027-04-08", OutOfTerm}}
	if diff := cmp.Diff(want, m.Missed); diff != "" {
		t.Error(diff)
	}
}

func lent(d market.Date, start, end market.Minute, amount int) market.Allocation {
	loc := market.When{}.Location()
	until := d.At(end, loc)
	return market.Allocation{From: d.At(start, loc), Until: &until, Amount: amount}
}

func TestThursdaysAtSevenStayAtSevenOverBothClockChanges(t *testing.T) {
	for name, c := range map[string]struct {
		from market.Date
		want []string
	}{
		"spring": {"2027-03-18", []string{"2027-03-18T19:00:00Z", "2027-03-25T19:00:00Z", "2027-04-01T18:00:00Z"}},
		"autumn": {"2027-10-21", []string{"2027-10-21T18:00:00Z", "2027-10-28T18:00:00Z", "2027-11-04T19:00:00Z"}},
	} {
		t.Run(name, func(t *testing.T) {
			need := market.When{Windows: []market.Window{weekly(thu, 1140, 1260)}, From: c.from, Every: market.Weekly, Times: 3}
			m := meet(market.When{Windows: []market.Window{weekly(thu, 1080, 1320)}}, need, Stock{Quantity: 1}, 1, januaryMorning)
			var got []string
			for _, s := range m.Slots {
				got = append(got, s.From.UTC().Format(time.RFC3339))
				if s.Until.Sub(s.From) != 2*time.Hour {
					t.Errorf("%s lasts %s", s.From, s.Until.Sub(s.From))
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if m.Start != 1140 || m.End != 1260 {
				t.Errorf("got %s to %s", m.Start.Clock(), m.End.Clock())
			}
		})
	}
}

func TestMeetingsRuleByRule(t *testing.T) {
	thursdays := market.When{Windows: []market.Window{weekly(thu, 1080, 1320)}}
	once := market.When{Windows: []market.Window{{Repeat: market.Once, On: "2027-01-14", Start: 1140, End: 1260}}}
	series := market.When{Windows: thursdays.Windows, Every: market.Weekly, Times: 10}
	with := func(w market.When, change func(*market.When)) market.When { change(&w); return w }
	full := Stock{Quantity: 1}
	untimed := func(lent ...market.Allocation) Stock {
		return Stock{Quantity: 1, Untimed: market.AgreeWithin, Lent: lent}
	}
	whole := func(lent ...market.Allocation) Stock { s := untimed(lent...); s.Whole = true; return s }
	later := januaryMorning.Add(market.AgreeWithin)
	twoWeeks := untimed(market.Allocation{From: januaryMorning, Until: &later, Amount: 1})
	days := market.When{Windows: []market.Window{{Repeat: market.Daily, Start: 600, End: 960}}, Every: market.Daily, Times: 5}
	open := market.When{Windows: []market.Window{{Repeat: market.Daily, Start: 600, End: 960}}}
	long := market.When{Windows: []market.Window{{Repeat: market.Daily, Start: 600, End: 1200}}}
	dates := market.When{Times: 3, Duration: 360}
	for _, d := range []market.Date{"2027-01-18", "2027-01-19", "2027-01-20"} {
		dates.Windows = append(dates.Windows, market.Window{Repeat: market.Once, On: d, Start: 600, End: 1200})
	}
	for _, c := range []struct {
		name        string
		offer, need market.When
		stock       Stock
		amount      int
		fits, of    int
		why         string
	}{
		{"one evening", thursdays, once, full, 1, 1, 1, ""},
		{"a long notice", with(thursdays, func(w *market.When) { w.LeadTime = 96 }), once, full, 1, 0, 1, TooSoon},
		{"notice just given", with(thursdays, func(w *market.When) { w.LeadTime = 82 }), once, full, 1, 1, 1, ""},
		{"an exception", with(thursdays, func(w *market.When) { w.Exceptions = []market.Date{"2027-01-14"} }), once, full, 1, 0, 1, Excepted},
		{"before the first day", with(thursdays, func(w *market.When) { w.From = "2027-01-15" }), once, full, 1, 0, 1, OutOfDates},
		{"after the last day", with(thursdays, func(w *market.When) { w.Until = "2027-01-13" }), once, full, 1, 0, 1, OutOfDates},
		{"another day of the week", market.When{Windows: []market.Window{weekly(wed, 1080, 1320)}}, once, full, 1, 0, 1, NotOpen},
		{"half of the evening", market.When{Windows: []market.Window{weekly(thu, 1080, 1200)}}, once, full, 1, 0, 1, NotOpen},
		{"two windows that touch", market.When{Windows: []market.Window{weekly(thu, 1200, 1320), weekly(thu, 1080, 1200)}}, once, full, 1, 1, 1, ""},
		{"lent that evening", thursdays, once, Stock{Quantity: 1, Lent: []market.Allocation{lent("2027-01-14", 1200, 1260, 1)}}, 1, 0, 1, Taken},
		{"lent just before, without turn-round", thursdays, once, Stock{Quantity: 1, Lent: []market.Allocation{lent("2027-01-14", 1080, 1140, 1)}}, 1, 1, 1, ""},
		{"lent just before, with turn-round", thursdays, once, Stock{Quantity: 1, TurnRound: 30, Lent: []market.Allocation{lent("2027-01-14", 1080, 1140, 1)}}, 1, 0, 1, Taken},
		{"lent just after, with turn-round", thursdays, once, Stock{Quantity: 1, TurnRound: 30, Lent: []market.Allocation{lent("2027-01-14", 1260, 1320, 1)}}, 1, 0, 1, Taken},
		{"a day's turn-round in a daily series", open, days, Stock{Quantity: 1, TurnRound: 1440}, 1, 3, 5, Taken},
		{"and one that it just keeps", open, days, Stock{Quantity: 1, TurnRound: 1080}, 1, 5, 5, ""},
		{"while there are two", open, days, Stock{Quantity: 2, TurnRound: 1440}, 1, 5, 5, ""},
		{"but two are wanted", open, days, Stock{Quantity: 2, TurnRound: 1440}, 2, 3, 5, Taken},
		{"and the second is lent for a day", open, days, Stock{Quantity: 2, TurnRound: 1440, Lent: []market.Allocation{lent("2027-01-12", 900, 960, 1)}}, 1, 4, 5, Taken},
		{"a turn-round of two nights", open, days, Stock{Quantity: 1, TurnRound: 2880}, 1, 2, 5, Taken},
		{"a later start that keeps clear of what is lent", long, market.When{Windows: open.Windows, Every: market.Daily, Times: 4, Duration: 120, From: "2027-01-18"},
			Stock{Quantity: 2, TurnRound: 1440, Lent: []market.Allocation{lent("2027-01-18", 600, 720, 1)}}, 1, 4, 4, ""},
		{"two dates of its own that a later start keeps apart", long, with(dates, func(w *market.When) { w.Windows, w.Times = w.Windows[:2], 2 }),
			Stock{Quantity: 1, TurnRound: 1200}, 1, 2, 2, ""},
		{"three of them, that it does not", long, dates, Stock{Quantity: 1, TurnRound: 1260}, 1, 2, 3, Taken},
		{"enough left of twenty", thursdays, once, Stock{Quantity: 20, Lent: []market.Allocation{lent("2027-01-14", 1080, 1320, 12)}}, 8, 1, 1, ""},
		{"too few left of twenty", thursdays, once, Stock{Quantity: 20, Lent: []market.Allocation{lent("2027-01-14", 1080, 1320, 12)}}, 9, 0, 1, Taken},
		{"given away for good", thursdays, series, Stock{Quantity: 1, Lent: []market.Allocation{{From: januaryMorning.AddDate(0, 0, 24), Amount: 1}}}, 1, 3, 10, Taken},
		{"released again", thursdays, once, Stock{Quantity: 1, Lent: []market.Allocation{{From: januaryMorning, Amount: 1, ReleasedAt: &januaryMorning}}}, 1, 1, 1, ""},
		{"needed by a day before", thursdays, with(series, func(w *market.When) { w.NeededBy = "2027-01-20" }), full, 1, 1, 1, ""},
		{"a series without end looks 90 days ahead", thursdays, with(series, func(w *market.When) { w.Times = 0 }), full, 1, 13, 13, ""},
		{"the first Thursday of the month", market.When{Windows: []market.Window{{Repeat: market.Monthly, Days: thu, Nth: 1, Start: 1080, End: 1320}}},
			market.When{Windows: thursdays.Windows, Every: market.Monthly, Times: 3}, full, 1, 3, 3, ""},
		{"the last Thursdays, one of which is the fifth", with(thursdays, func(w *market.When) { w.Exceptions = []market.Date{"2027-04-29"} }),
			market.When{Windows: []market.Window{{Repeat: market.Monthly, Days: thu, Nth: -1, Start: 1080, End: 1320}}, Every: market.Monthly, Times: 5}, full, 1, 4, 5, Excepted},
		{"the last Thursday of the month, wanted weekly", market.When{Windows: []market.Window{{Repeat: market.Monthly, Days: thu, Nth: -1, Start: 1080, End: 1320}}},
			series, full, 1, 2, 10, NotOpen},
		{"no times on the offer's side", market.When{}, series, full, 1, 10, 10, ""},
		{"no times on the need's side", thursdays, market.When{}, full, 1, 1, 1, ""},
		{"no times on either side", market.When{}, market.When{}, full, 1, 1, 1, ""},
		{"no times, but too late", market.When{LeadTime: 96}, market.When{NeededBy: "2027-01-14"}, full, 1, 0, 1, TooSoon},
		{"no times, all lent", market.When{}, market.When{}, Stock{Quantity: 1, Lent: []market.Allocation{{From: januaryMorning, Amount: 1}}}, 1, 0, 1, Taken},
		{"no times, lent for two weeks: it can be had after that", market.When{}, market.When{}, twoWeeks, 1, 1, 1, ""},
		{"no times, lent for two weeks, needed before", market.When{}, market.When{NeededBy: "2027-01-20"}, twoWeeks, 1, 0, 1, Taken},
		{"no times, lent on a day next week: it can be had before", market.When{}, market.When{NeededBy: "2027-01-13"}, untimed(lent("2027-01-16", 0, 1439, 1)), 1, 1, 1, ""},
		{"no times, lent on a day next week, for two weeks or not at all", market.When{}, market.When{NeededBy: "2027-01-13"}, whole(lent("2027-01-16", 0, 1439, 1)), 1, 0, 1, Taken},
		{"no times, lent on a day, what is left is enough", market.When{}, market.When{NeededBy: "2027-01-13"}, untimed(lent("2027-01-16", 0, 1439, 0)), 1, 1, 1, ""},
		{"today, whatever the hour", market.When{Windows: []market.Window{weekly(mon, 1080, 1320)}}, market.When{NeededBy: "2027-01-11"}, full, 1, 1, 1, ""},
		{"three times, on whichever days", thursdays, market.When{Times: 3, Duration: 120}, full, 1, 3, 3, ""},
		{"two of three dates that would do", market.When{From: "2027-01-15", Windows: []market.Window{weekly(wed|thu, 600, 1320)}},
			market.When{Times: 2, Windows: []market.Window{{Repeat: market.Once, On: "2027-01-14", Start: 600, End: 720},
				{Repeat: market.Once, On: "2027-01-20", Start: 900, End: 1020}, {Repeat: market.Once, On: "2027-01-21", Start: 600, End: 720}}}, full, 1, 2, 2, ""},
		{"a need whose day is past", thursdays, market.When{Windows: []market.Window{{Repeat: market.Once, On: "2027-01-07", Start: 1140, End: 1260}}}, full, 1, 0, 0, ""},
		{"three dates of its own", market.When{Windows: []market.Window{weekly(wed|thu, 600, 1320)}},
			market.When{Times: 3, Windows: []market.Window{{Repeat: market.Once, On: "2027-01-14", Start: 600, End: 720},
				{Repeat: market.Once, On: "2027-01-20", Start: 900, End: 1020}, {Repeat: market.Once, On: "2027-01-22", Start: 600, End: 720}}}, full, 1, 2, 3, NotOpen},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := meet(c.offer, c.need, c.stock, c.amount, januaryMorning)
			if m.Fits != c.fits || m.Of != c.of || m.Why() != c.why {
				t.Errorf("got %d of %d %q, want %d of %d %q", m.Fits, m.Of, m.Why(), c.fits, c.of, c.why)
			}
		})
	}
}

func TestAShareOfASeriesIsEnoughButNotOfAOneOff(t *testing.T) {
	for _, c := range []struct {
		fits, of int
		want     bool
	}{{6, 10, true}, {5, 10, false}, {0, 1, false}, {1, 1, true}, {0, 0, false}, {3, 5, true}} {
		if got := (Meeting{Fits: c.fits, Of: c.of}).Enough(); got != c.want {
			t.Errorf("%d of %d: enough %v", c.fits, c.of, got)
		}
	}
}

func TestWindowsOfAnotherZoneMeetAsInstants(t *testing.T) {
	offer := market.When{Zone: "Europe/Paris", Windows: []market.Window{weekly(thu, 1200, 1320)}}
	need := market.When{Windows: []market.Window{{Repeat: market.Once, On: "2027-01-14", Start: 1080, End: 1320}}, Duration: 120}
	m := meet(offer, need, Stock{Quantity: 1}, 1, januaryMorning)
	if m.Fits != 1 || m.Start != 1140 {
		t.Errorf("got %d at %s, want 19:00 in London for 20:00 in Paris", m.Fits, m.Start.Clock())
	}
}

func TestWeeksThatNeverTouchAreToldApart(t *testing.T) {
	evening := MaskOf(market.When{Windows: []market.Window{weekly(thu, 1080, 1320)}})
	morning := MaskOf(market.When{Windows: []market.Window{weekly(thu, 540, 1080)}})
	overlap := MaskOf(market.When{Windows: []market.Window{{Repeat: market.Once, On: "2027-01-14", Start: 1075, End: 1085}}})
	if evening.Meets(&morning) || !evening.Meets(&overlap) || !morning.Meets(&overlap) || !evening.Meets(&AllWeek) {
		t.Error("masks are wrong")
	}
}

// However near its uses are to each other, so much can each of them take.
func TestWhatEachUseOfASeriesCanTake(t *testing.T) {
	use := func(d market.Date) market.Slot {
		return market.Slot{From: d.At(600, market.When{}.Location()), Until: d.At(960, market.When{}.Location())}
	}
	for _, c := range []struct {
		turn int
		lent []market.Allocation
		uses []market.Slot
		want int
	}{
		{0, nil, nil, 20},
		{0, nil, []market.Slot{use("2027-01-12"), use("2027-01-13")}, 20},
		{1440, nil, []market.Slot{use("2027-01-12"), use("2027-01-13")}, 10},
		{2880, nil, []market.Slot{use("2027-01-12"), use("2027-01-13"), use("2027-01-14")}, 6},
		{1440, nil, []market.Slot{use("2027-01-12"), use("2027-01-14")}, 20},
		{0, []market.Allocation{lent("2027-01-12", 0, 610, 12), lent("2027-01-12", 610, 700, 3)}, []market.Slot{use("2027-01-12")}, 8},
		{30, []market.Allocation{lent("2027-01-12", 960, 990, 4)}, []market.Slot{use("2027-01-12")}, 16},
		{1440, []market.Allocation{lent("2027-01-13", 620, 630, 5)}, []market.Slot{use("2027-01-12"), use("2027-01-13")}, 7},
	} {
		if got := (Stock{Quantity: 20, TurnRound: c.turn, Lent: c.lent}).Each(c.uses); got != c.want {
			t.Errorf("turn-round %d, lent %v, uses %v: %d, want %d", c.turn, c.lent, c.uses, got, c.want)
		}
	}
}
