package api

import (
	"time"

	"wherewithal/market"
)

// weekdays name the bits of market.Weekdays, Monday first.
var weekdays = []string{"mo", "tu", "we", "th", "fr", "sa", "su"}

// Window is one stretch of a day that comes round.
type Window struct {
	Repeat string   `json:"repeat" enum:"once,daily,weekly,monthly"`
	Days   []string `json:"days,omitempty" required:"false" nullable:"false" enum:"mo,tu,we,th,fr,sa,su" uniqueItems:"true" doc:"Weekly: which days. Monthly: the one weekday that is counted."`
	Nth    int      `json:"nth,omitempty" required:"false" minimum:"-1" maximum:"4" doc:"Monthly: 1 to 4, or -1 for the last."`
	On     string   `json:"on,omitempty" required:"false" format:"date" doc:"Once: the day."`
	From   string   `json:"from" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$" example:"18:00" doc:"On the wall clock of the place."`
	Until  string   `json:"until" pattern:"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$" example:"22:00" doc:"After from; 24:00 is the end of the day."`
}

// When says at what times an offer can be used or a need is wanted. Without windows: whenever suits both.
type When struct {
	Windows          []Window `json:"windows,omitempty" required:"false" nullable:"false" maxItems:"24"`
	From             string   `json:"from,omitempty" required:"false" format:"date" doc:"First day."`
	Until            string   `json:"until,omitempty" required:"false" format:"date" doc:"Last day."`
	Exceptions       []string `json:"exceptions,omitempty" required:"false" nullable:"false" maxItems:"120" format:"date"`
	TermTimeOnly     bool     `json:"termTimeOnly,omitempty" required:"false"`
	NotBankHolidays  bool     `json:"notBankHolidays,omitempty" required:"false"`
	Every            string   `json:"every,omitempty" required:"false" enum:"once,daily,weekly,monthly" doc:"Need: how often; once when left out."`
	Times            int      `json:"times,omitempty" required:"false" minimum:"0" maximum:"366" doc:"Need: how many times in all; 0: as many as the days hold."`
	DurationMinutes  int      `json:"durationMinutes,omitempty" required:"false" minimum:"0" maximum:"1440" doc:"Need: how long each time; 0: the whole window."`
	LeadTimeHours    int      `json:"leadTimeHours,omitempty" required:"false" minimum:"0" maximum:"2160" doc:"Offer: the notice it wants."`
	TurnRoundMinutes int      `json:"turnRoundMinutes,omitempty" required:"false" minimum:"0" maximum:"1440" doc:"Offer: kept free between two uses."`
	NeededBy         string   `json:"neededBy,omitempty" required:"false" format:"date" doc:"Need: the last day on which help is still help."`
	Zone             string   `json:"zone,omitempty" required:"false" maxLength:"60" doc:"IANA name; Europe/London when left out."`
}

// Slot is one occurrence.
type Slot struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

func windowOf(w market.Window) Window {
	return Window{Repeat: string(w.Repeat), Days: daysOf(w.Days), Nth: w.Nth, On: string(w.On), From: w.Start.Clock(), Until: w.End.Clock()}
}

func daysOf(set market.Weekdays) (days []string) {
	for i, name := range weekdays {
		if set&(1<<i) != 0 {
			days = append(days, name)
		}
	}
	return days
}

func setOf(days []string) (set market.Weekdays) {
	for i, name := range weekdays {
		for _, day := range days {
			if day == name {
				set |= 1 << i
			}
		}
	}
	return set
}

// market reads a window; the schema has seen to its hours.
func (w Window) market() market.Window {
	start, _ := market.ParseMinute(w.From)
	end, _ := market.ParseMinute(w.Until)
	return market.Window{Repeat: market.Repeat(w.Repeat), Days: setOf(w.Days), Nth: w.Nth, On: market.Date(w.On), Start: start, End: end}
}

func whenOf(w market.When) When {
	out := When{From: string(w.From), Until: string(w.Until), Exceptions: texts(w.Exceptions), TermTimeOnly: w.TermTimeOnly,
		NotBankHolidays: w.NotBankHolidays, Every: string(w.Every), Times: w.Times, DurationMinutes: w.Duration,
		LeadTimeHours: w.LeadTime, TurnRoundMinutes: w.TurnRound, NeededBy: string(w.NeededBy), Zone: w.Zone}
	for _, win := range w.Windows {
		out.Windows = append(out.Windows, windowOf(win))
	}
	return out
}

func (w When) market() market.When {
	out := market.When{From: market.Date(w.From), Until: market.Date(w.Until), Exceptions: typed[market.Date](w.Exceptions),
		TermTimeOnly: w.TermTimeOnly, NotBankHolidays: w.NotBankHolidays, Every: market.Repeat(w.Every), Times: w.Times,
		Duration: w.DurationMinutes, LeadTime: w.LeadTimeHours, TurnRound: w.TurnRoundMinutes, NeededBy: market.Date(w.NeededBy), Zone: w.Zone}
	for _, win := range w.Windows {
		out.Windows = append(out.Windows, win.market())
	}
	return out
}

func slotsOf(list []market.Slot) []Slot {
	out := make([]Slot, len(list))
	for i, s := range list {
		out[i] = Slot{From: s.From.UTC(), Until: s.Until.UTC()}
	}
	return out
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

func typed[T ~string](list []string) []T {
	var out []T
	for _, v := range list {
		out = append(out, T(v))
	}
	return out
}
