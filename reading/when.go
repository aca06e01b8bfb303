package reading

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"wherewithal/market"
)

const dayName = `(mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|sun)(?:day|nesday|rsday|sday|urday)?(s)?`

var (
	dayRange = regexp.MustCompile(`\b` + dayName + `\s*(?:-|to|until|till)\s*` + dayName + `\b`)
	oneDay   = regexp.MustCompile(`\b` + dayName + `\b`)
	weekdays = regexp.MustCompile(`\bweekdays?\b`)
	weekends = regexp.MustCompile(`\bweekends?\b`)
	anyDay   = regexp.MustCompile(`\b(?:any|every) (?:day|morning|afternoon|evening)s?\b|\bmost evenings\b`)
	repeats  = []struct {
		is    market.Repeat
		words *regexp.Regexp
	}{
		{market.Weekly, regexp.MustCompile(`\bweekly\b|\b(?:every|each|a) week\b|\bonce a week\b`)},
		{market.Monthly, regexp.MustCompile(`\bmonthly\b|\b(?:every|each|a) month\b`)},
		{market.Daily, regexp.MustCompile(`\bdaily\b|\bevery day\b`)},
	}
	dayParts = []struct {
		words      *regexp.Regexp
		start, end market.Minute
	}{
		{regexp.MustCompile(`\bmornings?\b`), 9 * 60, 12 * 60},
		{regexp.MustCompile(`\bafternoons?\b`), 12 * 60, 17 * 60},
		{regexp.MustCompile(`\bevenings?\b|\bnights?\b`), 18 * 60, 22 * 60},
	}
	hours    = regexp.MustCompile(`\b(\d{1,2})(?:[:.](\d\d))?\s*(am|pm)?\s*(?:-|to|until|till)\s*(\d{1,2})(?:[:.](\d\d))?\s*(am|pm)?\b`)
	lasting  = regexp.MustCompile(`\b(?:for |lasting )?(\d{1,2}(?:\.5)?|an|one|two|three|half an|a half)[- ]?(?:and a half )?hours?\b`)
	series   = regexp.MustCompile(`\b(\d{1,3})\s+(?:weeks|times|sessions|weekly sessions|months)\b`)
	dated    = regexp.MustCompile(`\b(?:(from|starting|until|till|to|by|before|on)\s+)?(?:the\s+)?(?:(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)(?:\s+(20\d\d))?\b`)
	termTime = regexp.MustCompile(`\bterm[- ]time\b|\bin term\b`)
	holidays = regexp.MustCompile(`\bnot (?:on )?bank holidays\b|\bexcept bank holidays\b`)
)

func (s *Sentence) readWhen(low string, side market.Side, today market.Date) {
	w := &s.When
	w.TermTimeOnly, w.NotBankHolidays = termTime.MatchString(low), holidays.MatchString(low)
	days, plural := readDays(low)
	for _, r := range repeats {
		if r.words.MatchString(low) && w.Every == "" {
			w.Every = r.is
		}
	}
	readDates(w, low, today)
	if m := series.FindStringSubmatch(low); m != nil && side == market.Need {
		w.Times, _ = strconv.Atoi(m[1])
		w.Times = min(w.Times, 366)
	}
	if w.Every == "" && (plural || w.Times > 1) {
		w.Every = market.Weekly
	}
	readWindows(w, low, days)
	readDuration(w, low, side)
	if side == market.Offer {
		w.Every, w.Times, w.Duration = "", 0, 0
	}
}

// readDays is the set of weekdays a text names, and whether it speaks of them as coming round.
func readDays(low string) (days market.Weekdays, plural bool) {
	for _, m := range dayRange.FindAllStringSubmatch(low, -1) {
		for d := dayOf(m[1]); ; d = (d + 1) % 7 {
			days |= market.DayBit(d)
			if d == dayOf(m[3]) {
				break
			}
		}
	}
	for _, m := range oneDay.FindAllStringSubmatch(low, -1) {
		days |= market.DayBit(dayOf(m[1]))
		plural = plural || m[2] != ""
	}
	switch {
	case weekdays.MatchString(low):
		days, plural = days|market.WorkDays, true
	case weekends.MatchString(low):
		days, plural = days|market.Weekend, true
	case days == 0 && anyDay.MatchString(low):
		days, plural = market.EveryDay, true
	}
	return days, plural
}

func dayOf(word string) time.Weekday {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.HasPrefix(strings.ToLower(d.String()), word[:3]) {
			return d
		}
	}
	return time.Monday
}

// readWindows gives the days their hours: those that were said, or those of the part of the day.
func readWindows(w *market.When, low string, days market.Weekdays) {
	if days == 0 {
		return
	}
	add := func(start, end market.Minute) {
		w.Windows = append(w.Windows, market.Window{Repeat: market.Weekly, Days: days, Start: start, End: end})
	}
	if start, end, ok := readHours(low); ok {
		add(start, end)
		return
	}
	for _, p := range dayParts {
		if p.words.MatchString(low) {
			add(p.start, p.end)
		}
	}
	if len(w.Windows) == 0 {
		add(9*60, 22*60)
	}
}

// readHours reads "6 to 10 pm", "18:00-20:00"; bare numbers could be anything and are left alone.
func readHours(low string) (start, end market.Minute, ok bool) {
	for _, m := range hours.FindAllStringSubmatch(low, -1) {
		if m[3] == "" && m[6] == "" && m[2] == "" && m[5] == "" {
			continue
		}
		from := m[3]
		if from == "" {
			from = m[6]
		}
		start, end = clock(m[1], m[2], from), clock(m[4], m[5], m[6])
		if m[3] == "" && start > end {
			start = clock(m[1], m[2], "am")
		}
		if start < end && end <= 1440 {
			return start, end, true
		}
	}
	return 0, 0, false
}

func clock(hour, minute, half string) market.Minute {
	h, _ := strconv.Atoi(hour)
	m, _ := strconv.Atoi("0" + minute)
	switch {
	case half == "pm" && h < 12:
		h += 12
	case half == "am" && h == 12:
		h = 0
	}
	return market.Minute(h*60 + m)
}

var hoursSaid = map[string]int{"an": 60, "one": 60, "two": 120, "three": 180, "half an": 30, "a half": 30}

func readDuration(w *market.When, low string, side market.Side) {
	m := lasting.FindStringSubmatch(low)
	if m == nil || side != market.Need || len(w.Windows) == 0 || strings.Contains(low, "£") {
		return
	}
	minutes, ok := hoursSaid[m[1]]
	if !ok {
		h, _ := strconv.ParseFloat(m[1], 64)
		minutes = int(h * 60)
	}
	for _, win := range w.Windows {
		if minutes > int(win.End-win.Start) {
			return
		}
	}
	w.Duration = minutes
}

// readDates reads "from 1 February", "until the end …", "on 4 May": the next such day on or after today.
func readDates(w *market.When, low string, today market.Date) {
	for _, m := range dated.FindAllStringSubmatch(low, -1) {
		d := nextDate(m[2], months[m[3][:3]], m[4], today)
		if d == "" || (m[1] == "" && m[2] == "") {
			continue // "may" is also a word
		}
		switch m[1] {
		case "until", "till", "to":
			w.Until = d
		case "by", "before":
			w.NeededBy = d
		case "on", "":
			if len(w.Windows) == 0 {
				w.Windows = []market.Window{dayWindow(d, low)}
			}
		default:
			w.From = d
		}
	}
	if w.From != "" && w.Until != "" && w.Until < w.From {
		w.Until = ""
	}
}

func dayWindow(d market.Date, low string) market.Window {
	win := market.Window{Repeat: market.Once, On: d, Start: 9 * 60, End: 22 * 60}
	if start, end, ok := readHours(low); ok {
		win.Start, win.End = start, end
		return win
	}
	for _, p := range dayParts {
		if p.words.MatchString(low) {
			win.Start, win.End = p.start, p.end
			return win
		}
	}
	return win
}

func nextDate(day string, month time.Month, year string, today market.Date) market.Date {
	d, _ := strconv.Atoi(day)
	if day == "" {
		d = 1
	}
	y, _ := strconv.Atoi(year)
	if year == "" {
		y = today.Time(time.UTC).Year()
	}
	t := time.Date(y, month, d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d || month == 0 {
		return ""
	}
	if year == "" && market.DateOf(t) < today {
		t = t.AddDate(1, 0, 0)
	}
	return market.DateOf(t)
}
