package reading

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"wherewithal/market"
)

var (
	dayAndMonth = regexp.MustCompile(`^(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([a-z]{3,9})\.?,?(?:\s+(\d{4}))?$`)
	monthAndDay = regexp.MustCompile(`^([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?(?:\s+(\d{4}))?$`)
	slashed     = regexp.MustCompile(`^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$`)
	namedDay    = regexp.MustCompile(`^(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+`)
)

// Day reads one day as people write it: "9 April", "9th of April 2027", "April 9", "09/04/2027", "2027-04-09". Without a
// year it is the next such day on or after today. ok is false for anything else, and for a day that no month has.
func Day(text string, today market.Date) (day market.Date, ok bool) {
	low := namedDay.ReplaceAllString(strings.ToLower(strings.TrimSpace(text)), "")
	if d, err := market.ParseDate(low); err == nil {
		return d, d.Valid()
	}
	if m := dayAndMonth.FindStringSubmatch(low); m != nil {
		day = nextDate(m[1], monthOf(m[2]), m[3], today)
	} else if m := monthAndDay.FindStringSubmatch(low); m != nil {
		day = nextDate(m[2], monthOf(m[1]), m[3], today)
	} else if m := slashed.FindStringSubmatch(low); m != nil {
		day = nextDate(m[1], monthNumbered(m[2]), m[3], today)
	}
	return day, day.Valid()
}

// monthOf is the month of a whole name or its first letters, "sept"; 0 for other words.
func monthOf(word string) time.Month {
	for m := time.January; m <= time.December; m++ {
		if strings.HasPrefix(strings.ToLower(m.String()), word) {
			return m
		}
	}
	return 0
}

func monthNumbered(digits string) time.Month {
	n, _ := strconv.Atoi(digits)
	if n > 12 {
		return 0
	}
	return time.Month(n)
}
