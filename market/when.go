package market

import (
	"cmp"
	"sync"
	"time"
)

// Repeat is how often something comes round.
type Repeat string

const (
	Once    Repeat = "once"
	Daily   Repeat = "daily"
	Weekly  Repeat = "weekly"
	Monthly Repeat = "monthly"
)

// Weekdays is a set of days, bit 0 Monday to bit 6 Sunday.
type Weekdays uint8

// DayBit is the bit of a weekday.
func DayBit(d time.Weekday) Weekdays { return 1 << ((int(d) + 6) % 7) }

// Has reports whether the day is in the set.
func (w Weekdays) Has(d time.Weekday) bool { return w&DayBit(d) != 0 }

// Count is the number of days in the set.
func (w Weekdays) Count() int {
	n := 0
	for ; w > 0; w &= w - 1 {
		n++
	}
	return n
}

// Common sets of days.
const (
	EveryDay  Weekdays = 0x7f
	WorkDays  Weekdays = 0x1f
	Weekend   Weekdays = 0x60
	MaxOfWhen          = 24  // windows in one listing: three a day for a week, and three one-off dates
	MaxDates           = 120 // exceptions in one listing
)

// Window is one stretch of a day that comes round: "Thursdays 18:00 to 22:00", "the first Monday, all day".
type Window struct {
	Repeat Repeat   `json:"repeat"`
	Days   Weekdays `json:"days,omitempty"` // weekly: which days; monthly: the weekday that is counted
	Nth    int      `json:"nth,omitempty"`  // monthly: 1 to 4, or -1 for the last
	On     Date     `json:"on,omitempty"`   // once: the day
	Start  Minute   `json:"start"`          // wall clock in the place's zone
	End    Minute   `json:"end"`            // after Start, at most 1440
}

// When says at what times an offer can be used, or a need is wanted. Without windows: whenever suits both.
// For a need, Every, Times and Duration say how much of those windows it wants: "2 hours, weekly, any evening
// Monday to Thursday, for 12 weeks" is Windows {weekly Mo–Th 18:00–22:00}, Duration 120, Every weekly, Times 12.
type When struct {
	Windows         []Window `json:"windows,omitempty"`
	From            Date     `json:"from,omitempty"`  // first day; none: from now on
	Until           Date     `json:"until,omitempty"` // last day; none: no end
	Exceptions      []Date   `json:"exceptions,omitempty"`
	TermTimeOnly    bool     `json:"termTimeOnly,omitempty"`
	NotBankHolidays bool     `json:"notBankHolidays,omitempty"`
	Every           Repeat   `json:"every,omitempty"`     // need: how often; none means once
	Times           int      `json:"times,omitempty"`     // need: how many times in all; 0: as many as From..Until hold
	Duration        int      `json:"duration,omitempty"`  // need: minutes each time; 0: the whole window
	LeadTime        int      `json:"leadTime,omitempty"`  // offer: hours of notice it wants
	TurnRound       int      `json:"turnRound,omitempty"` // offer: minutes kept free between two uses
	NeededBy        Date     `json:"neededBy,omitempty"`  // need: the last day on which help is still help
	Zone            string   `json:"zone,omitempty"`      // IANA name; none means Europe/London
}

// DefaultZone is the zone of a place that says nothing else.
const DefaultZone = "Europe/London"

// Location is the time zone in which the windows are meant. With an unknown name it is UTC.
func (w When) Location() *time.Location {
	name := cmp.Or(w.Zone, DefaultZone)
	if loc, ok := zones.Load(name); ok {
		return loc.(*time.Location)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	zones.Store(name, loc)
	return loc
}

// zones are the *time.Location of names that were asked for: to read one from its file takes longer than what most want of it.
var zones sync.Map

// LastDay is the last day on which the When can still be used, "" when it has no end.
func (w When) LastDay() Date {
	last := w.Until
	if w.NeededBy != "" && (last == "" || w.NeededBy < last) {
		last = w.NeededBy
	}
	if last != "" || len(w.Windows) == 0 {
		return last
	}
	for _, win := range w.Windows {
		if win.Repeat != Once {
			return ""
		}
		last = max(last, win.On)
	}
	return last
}

func (w When) validate(e *Invalid, side Side) {
	if len(w.Windows) > MaxOfWhen {
		e.Add("when", "when_many", "Max", MaxOfWhen)
		return
	}
	for _, win := range w.Windows {
		win.validate(e)
	}
	w.validateDates(e)
	w.validateAmounts(e, side)
}

func (w When) validateDates(e *Invalid) {
	for field, d := range map[string]Date{"from": w.From, "until": w.Until, "needed_by": w.NeededBy} {
		if d != "" && !d.Valid() {
			e.Add(field, "date")
		}
	}
	if w.From != "" && w.Until != "" && w.Until < w.From {
		e.Add("until", "until_before_from")
	}
	if len(w.Exceptions) > MaxDates {
		e.Add("exceptions", "exceptions_many", "Max", MaxDates)
	}
	for _, d := range w.Exceptions {
		if !d.Valid() {
			e.Add("exceptions", "date")
			return
		}
	}
	if _, err := time.LoadLocation(w.Zone); err != nil {
		e.Add("zone", "zone")
	}
}

func (w When) validateAmounts(e *Invalid, side Side) {
	inRange(e, "times", w.Times, 0, 366)
	inRange(e, "duration", w.Duration, 0, 1440)
	inRange(e, "lead_time", w.LeadTime, 0, 24*90)
	inRange(e, "turn_round", w.TurnRound, 0, 1440)
	switch w.Every {
	case "", Once, Daily, Weekly, Monthly:
	default:
		e.Add("every", "choice")
	}
	if side == Offer && w.Times > 0 {
		e.Add("times", "times_of_offer")
	}
	for _, win := range w.Windows {
		if w.Duration > int(win.End-win.Start) {
			e.Add("duration", "duration_long")
			return
		}
	}
}

func (w Window) validate(e *Invalid) {
	if w.Start < 0 || w.End > 1440 || w.End <= w.Start {
		e.Add("when", "window_order")
	}
	switch w.Repeat {
	case Once:
		if !w.On.Valid() {
			e.Add("when", "date")
		}
	case Daily:
	case Weekly:
		if w.Days == 0 || w.Days > EveryDay {
			e.Add("when", "window_days")
		}
	case Monthly:
		if w.Days.Count() != 1 || w.Nth == 0 || w.Nth > 4 || w.Nth < -1 {
			e.Add("when", "window_month")
		}
	default:
		e.Add("when", "choice")
	}
}

func inRange(e *Invalid, field string, n, min, max int) {
	if n < min || n > max {
		e.Add(field, "number_range", "Min", min, "Max", max)
	}
}
