// Package calendar works out when an offer and a need meet: windows against windows in local civil time, with
// exceptions, bank holidays, school terms, notice, turn-round and what is already lent.
//
// It promises exact answers in whole minutes, the same for the same arguments: it reads no clock, keeps no state
// between calls and never looks further than Horizon. It knows nothing of places, texts or people.
package calendar

// Bounds of every search.
const (
	Horizon        = 366 // days ahead: a year, so that yearly things are found once
	MaxOccurrences = 366 // of a series
	OpenEndedDays  = 90  // of a series without end or number: offers are renewed every 90 days, so no promise reaches further
	LeastShare     = 0.6 // of a series that must fit to count as a match; a one-off must fit whole
	unsaidMinutes  = 60  // length of one time in a series that states neither windows nor a duration
)

// Why an occurrence cannot be used.
const (
	TooSoon     = "too_soon"     // inside the notice the offer asks for, or past
	OutOfDates  = "out_of_dates" // before the offer's first day or after its last
	Excepted    = "excepted"     // the offer names the day as an exception
	BankHoliday = "bank_holiday"
	OutOfTerm   = "out_of_term"
	NotOpen     = "not_open" // the offer has no window at that time
	Taken       = "taken"    // lent already, or used by the same series before, turn-round included
)

// span is a stretch of time in minutes, the end left out: of a day on the wall clock, or since 1970 in UTC.
type span struct{ from, to int64 }

// forever is later than any minute a calendar holds.
const forever = int64(1) << 50
