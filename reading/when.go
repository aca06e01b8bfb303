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
	// what follows the short name of a day, which may be a word of its own
	afterShort = regexp.MustCompile(`^\s*(?:$|[\d,;./&)+-]|(?:and|or|to|from|at|mornings?|afternoons?|evenings?|nights?|daytime|only)\b)`)
	oneDay     = regexp.MustCompile(`\b` + dayName + `\b`)
	// days on which it is not: "any day except Tuesdays"
	deniedDays = regexp.MustCompile(`\b(?:not|never|except(?: for)?|no|closed|excluding|apart from)\s+(?:on |any )*(?:mon|tues|wednes|thurs|fri|satur|sun)days?(?:\s*(?:,|or|and|&|nor|to|-|until|till)\s*(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)days?)*\b`)
	denied     = regexp.MustCompile(`^(?:not|never|except|closed|shut|away)\b`)
	weekdays   = regexp.MustCompile(`\bweekdays?\b`)
	weekends   = regexp.MustCompile(`\bweekends?\b`)
	everyDay   = regexp.MustCompile(`\b(?:every|each) ` + dayName + `\b`)
	// parts of the day on their own are meant of every day; but not "coffee mornings", which are a thing to do
	parts   = regexp.MustCompile(`(?:^|[,.;:(]\s*|\b(?:in the|the|free|most|only|and|or|available|weekly|daily)\s+)(?:mornings|afternoons|evenings)\b`)
	other   = regexp.MustCompile(`\bevery (?:other|second|two) (?:weeks?|` + dayName + `)\b|\b(?:fortnightly|every fortnight|once a fortnight|bi-?weekly)\b|\balternate (?:weeks?|` + dayName + `)\b`)
	anyDay  = regexp.MustCompile(`\b(?:any|every) (?:day|morning|afternoon|evening)s?\b|\bmost evenings\b`)
	repeats = []struct {
		is    market.Repeat
		words *regexp.Regexp
	}{
		{market.Weekly, regexp.MustCompile(`\bweekly\b|\b(?:every|each|a) week\b|\bonce a week\b`)},
		{market.Monthly, regexp.MustCompile(`\bmonthly\b|\b(?:every|each|a) month\b`)},
		{market.Daily, regexp.MustCompile(`\bdaily\b|\bevery day\b`)},
	}
	moreOften = regexp.MustCompile(`\b(?:twice|(?:\d+|two|three|four|five|six) (?:times|days|nights|evenings|mornings|afternoons|sessions)) (?:a|per|each|every) (?:day|week|month)\b`)
	dayParts  = []struct {
		words      *regexp.Regexp
		start, end market.Minute
	}{
		{regexp.MustCompile(`\bmornings?\b`), 9 * 60, 12 * 60},
		{regexp.MustCompile(`\bafternoons?\b`), 12 * 60, 17 * 60},
		{regexp.MustCompile(`\bevenings?\b|\bnights?\b`), 18 * 60, 22 * 60},
	}
	hours    = regexp.MustCompile(`\b(\d{1,2})(?:[:.](\d\d))?\s*(am|pm)?\s*(?:-|to|until|till)\s*(\d{1,2})(?:[:.](\d\d))?\s*(am|pm)?\b`)
	lasting  = regexp.MustCompile(`\b(?:for |lasting )?(\d{1,2}(?:\.5)?|an|one|two|three|four|five|six|half an|a half|half)[- ]?(and a half )?h(?:ou)?rs?( and a half)?\b`)
	lastsMin = regexp.MustCompile(`\b(?:for|lasting) (\d{2,3})[- ]?min(?:ute)?s?\b|\b(\d{2,3})[- ]?min(?:ute)?s? (?:slot|session|class|lesson|workshop|meeting|talk|rehearsal)s?\b`)
	allDay   = regexp.MustCompile(`\b(?:all|whole|full|entire)[- ]day\b|\bday[- ]long\b|\bfor (?:a|the|one) day\b|\bday (?:trip|out)s?\b`)
	series   = regexp.MustCompile(`\b(\d{1,3})\s+(weeks|times|sessions|weekly sessions|months)\b`)
	// what makes of weeks a distance or an age: "every 6 weeks", "6 weeks old"; and of times how often in a week
	noSeries   = regexp.MustCompile(`\b(?:every|each|in|within|next|last|past|than|after|under|over|aged)\s+$`)
	noSeriesOf = regexp.MustCompile(`^(?:'|\s+(?:old|ago|time|notice|later|before|after|(?:a|per|each|every) (?:day|week|month|year))\b)`)
	dated      = regexp.MustCompile(`\b(?:(?:not|never|except|closed|shut|away)\s+)?(?:(from|starting|until|till|to|by|before|on)\s+)?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?(?:the\s+)?(?:` + dayNumber + `\s+(?:of\s+)?` + monthName + `|` + monthName + `\s+` + dayNumber + `|` + monthName + `)(?:,?\s+(20\d\d))?\b`)
	termTime   = regexp.MustCompile(`\bterm[- ]time\b|\bin term\b`)
	holidays   = regexp.MustCompile(`\bnot (?:on )?bank holidays\b|\bexcept bank holidays\b`)
)

// whenText is the text of a sentence while times are read out of it. What one reader has read, the next does not see.
type whenText struct {
	when    *market.When
	low     string // all of it, times of day in figures
	rest    string // what nobody has read yet
	today   market.Date
	monthly []market.Window // weekdays of a month, without their hours
	dates   int             // days that were said by their dates
}

// take gives each match of a reader's pattern to it, and takes those that it has read out of the text.
func (w *whenText) take(pattern *regexp.Regexp, read func(m []string) bool) {
	w.rest = pattern.ReplaceAllStringFunc(w.rest, func(said string) string {
		if read(pattern.FindStringSubmatch(said)) {
			return " ; "
		}
		return said
	})
}

// addDay adds one day, at the hours or in the part of the day that were said.
func (w *whenText) addDay(day market.Date, night bool) {
	low := w.low
	if night && !late.MatchString(strings.ReplaceAll(low, "tonight", "")) {
		low += " evening"
	}
	if len(w.when.Windows) < market.MaxOfWhen {
		w.when.Windows = append(w.when.Windows, dayWindow(day, low))
	}
}

// readWhen reads times, and gives back the text without the dates that it read.
func (s *Sentence) readWhen(low string, side market.Side, today market.Date) (rest string) {
	low = clockWords(low)
	w := &whenText{when: &s.When, low: low, rest: low, today: today}
	s.When.TermTimeOnly, s.When.NotBankHolidays = termTime.MatchString(low), holidays.MatchString(low)
	w.readRelative()
	w.readMonths()
	w.readEvery(side)
	w.alternate(side)
	w.allOfThem()
	w.when.Duration = w.duration(s.Kind)
	if side == market.Offer {
		w.when.Every, w.when.Times, w.when.Duration, w.when.NeededBy = "", 0, 0, ""
	}
	return w.rest
}

// readEvery reads the days that come round, and how often and how many times.
func (w *whenText) readEvery(side market.Side) {
	w.readDates()
	days, plural := readDays(w.rest, len(w.when.Windows)+len(w.monthly) > 0)
	if len(w.when.Windows) > 0 && !plural {
		w.besides(days) // "12 June (Saturday)", "next Tuesday and Thursday": no day that comes round
		days = 0
	}
	once := moreOften.ReplaceAllString(w.rest, " ")
	for _, r := range repeats {
		if r.words.MatchString(once) && w.when.Every == "" {
			w.when.Every = r.is
		}
	}
	if len(w.monthly) > 0 {
		w.when.Every = market.Monthly
	}
	w.when.Times = w.timesSaid(days != 0)
	if w.when.Every == "" && (plural || w.when.Times > 1) && (days != 0 || len(w.when.Windows) == 0) {
		w.when.Every = market.Weekly
	}
	w.readWindows(days)
}

// besides adds the days that stand beside one that was not said by its date: "this Saturday and Sunday".
func (w *whenText) besides(days market.Weekdays) {
	if w.dates > 0 {
		return
	}
	first := w.when.Windows[0].On
	for _, win := range w.when.Windows {
		days &^= market.DayBit(win.On.Weekday())
	}
	for i := range 7 {
		if d := first.AddDays(i); first != "" && days&market.DayBit(d.Weekday()) != 0 {
			w.addDay(d, false)
		}
	}
}

// readDays is the set of weekdays a text names, and whether it speaks of them as coming round. Parts of the day stand for
// every day only where no dates were said.
func readDays(low string, dated bool) (days market.Weekdays, plural bool) {
	var without market.Weekdays
	low = deniedDays.ReplaceAllStringFunc(low, func(said string) string {
		without |= fromTo(said)
		for _, name := range oneDay.FindAllString(said, -1) {
			without |= market.DayBit(dayOf(name))
		}
		return " ; "
	})
	days = fromTo(low)
	for _, at := range oneDay.FindAllStringSubmatchIndex(low, -1) {
		name := low[at[0]:at[1]]
		if len(name) < len("friday") && !afterShort.MatchString(low[at[1]:]) {
			continue // "we sat in the sun"
		}
		days |= market.DayBit(dayOf(name))
		plural = plural || at[4] >= 0
	}
	plural = plural || days != 0 && everyDay.MatchString(low)
	switch {
	case weekdays.MatchString(low):
		days, plural = days|market.WorkDays, true
	case weekends.MatchString(low):
		days, plural = days|market.Weekend, true
	case days == 0 && !dated && (anyDay.MatchString(low) || parts.MatchString(low)):
		days, plural = market.EveryDay, true
	}
	return days &^ without, plural
}

// fromTo are the weekdays of spans such as "Monday to Thursday".
func fromTo(low string) (days market.Weekdays) {
	for _, m := range dayRange.FindAllStringSubmatch(low, -1) {
		for d := dayOf(m[1]); ; d = (d + 1) % 7 {
			days |= market.DayBit(d)
			if d == dayOf(m[3]) {
				break
			}
		}
	}
	return days
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
func (w *whenText) readWindows(days market.Weekdays) {
	kinds := w.monthly
	if days != 0 {
		kinds = append(kinds, market.Window{Repeat: market.Weekly, Days: days})
	}
	for _, win := range kinds {
		for _, span := range hoursOf(w.low) {
			win.Start, win.End = span[0], span[1]
			w.when.Windows = append(w.when.Windows, win)
		}
	}
}

// hoursOf are the hours of a day that a text says: from and to, a beginning, parts of the day, or the whole of it.
func hoursOf(low string) (spans [][2]market.Minute) {
	if start, end, ok := readHours(low); ok {
		return [][2]market.Minute{{start, end}}
	}
	if start, ok := readStart(low); ok {
		return [][2]market.Minute{{start, endOf(start, minutesSaid(low))}}
	}
	for _, p := range dayParts {
		if p.words.MatchString(low) {
			spans = append(spans, [2]market.Minute{p.start, p.end})
		}
	}
	if len(spans) == 0 {
		spans = [][2]market.Minute{{usualStart, usualEnd}}
	}
	return spans
}

// readHours reads "6 to 10 pm", "18:00-20:00"; bare numbers could be anything and are left alone.
func readHours(low string) (start, end market.Minute, ok bool) {
	for _, m := range hours.FindAllStringSubmatch(low, -1) {
		if m[3] == "" && m[6] == "" && m[2] == "" && m[5] == "" {
			continue
		}
		from, until := m[3], m[6]
		if from == "" {
			from = until
		}
		if from == "" {
			from = halfOf(m[1], low)
			until = from
		}
		start, end = clock(m[1], m[2], from), clock(m[4], m[5], until)
		if m[3] == "" && start > end {
			start = clock(m[1], m[2], "am")
		}
		if start > end && m[6] == "" && end < 12*60 {
			end += 12 * 60 // "11.30 to 2.00", "10 am to 2"
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

var hoursSaid = map[string]int{"an": 60, "one": 60, "two": 120, "three": 180, "four": 240, "five": 300, "six": 360, "half an": 30, "a half": 30, "half": 30}

// minutesSaid is how long each time is said to be; 0 when it is not.
func minutesSaid(low string) int {
	low = money.ReplaceAllString(low, " ") // "£15 an hour"
	if m := lastsMin.FindStringSubmatch(low); m != nil {
		n, _ := strconv.Atoi(m[1] + m[2])
		return n
	}
	m := lasting.FindStringSubmatch(low)
	if m == nil {
		return 0
	}
	minutes, named := hoursSaid[m[1]]
	if !named {
		h, _ := strconv.ParseFloat(m[1], 64)
		minutes = int(h * 60)
	}
	if m[2]+m[3] != "" {
		minutes += 30
	}
	return minutes
}

// How long one time is where a day was said and no hours: as long as most meetings of a group are; of things as long as the shortest
// part of a day that can be offered, so that whoever has any of the day can help. It is shown, for the person to say otherwise.
const (
	usualMeeting = 120
	usualLending = 180
)

// duration is how long each time is to be: as was said, all of the hours that were said, or what is usual. A whole day without an
// hour left over is what hardly anybody has.
func (w *whenText) duration(kind string) int {
	wholeDays, shortest := len(w.when.Windows) > 0, usualEnd
	for _, win := range w.when.Windows {
		wholeDays = wholeDays && win.Start == usualStart && win.End == usualEnd
		shortest = min(shortest, win.End-win.Start)
	}
	switch minutes := minutesSaid(w.low); {
	case minutes > 0 && len(w.when.Windows) > 0 && minutes <= int(shortest):
		return minutes
	case minutes > 0 || !wholeDays || saysHours(w.low) || allDay.MatchString(w.low):
		return 0
	case kind == market.Equipment:
		return usualLending
	}
	return usualMeeting
}

// allOfThem has a need want each of several dates, where none is said to do for another.
func (w *whenText) allOfThem() {
	if w.when.Times == 0 && w.dates > 1 && w.dates == len(w.when.Windows) && !either.MatchString(w.low) {
		w.when.Times = w.dates
	}
}

var either = regexp.MustCompile(`\bor\b`)

// timesSaid is how many times in all: weeks of what is weekly, months of what is monthly; 0 when it is not said.
func (w *whenText) timesSaid(days bool) int {
	for _, at := range series.FindAllStringSubmatchIndex(w.rest, -1) {
		if noSeries.MatchString(w.rest[:at[0]]) || noSeriesOf.MatchString(w.rest[at[1]:]) {
			continue
		}
		m := submatches(w.rest, at)
		switch every := w.when.Every; {
		case m[2] == "weeks" && every != market.Weekly && !(every == "" && days),
			m[2] == "months" && every != market.Monthly:
			continue
		}
		n, _ := strconv.Atoi(m[1])
		return min(n, 366)
	}
	return 0
}

// alternate reads "every other week": as its days where the first and how many are said, and else as nothing that is
// weekly, for the person to say.
func (w *whenText) alternate(side market.Side) {
	if !other.MatchString(w.low) || len(w.monthly) > 0 {
		return
	}
	w.when.Every = ""
	if side != market.Need || w.when.From == "" || len(w.when.Windows) != 1 || w.when.Windows[0].Repeat != market.Weekly {
		w.when.Times = 0
		return
	}
	times := w.when.Times
	if inWeeks.MatchString(w.low) {
		times = (times + 1) / 2
	}
	win, day := w.when.Windows[0], w.when.From.Time(time.UTC)
	for !win.Days.Has(day.Weekday()) {
		day = day.AddDate(0, 0, 1)
	}
	var days []market.Window
	for len(days) < market.MaxOfWhen && (w.when.Until != "" && market.DateOf(day) <= w.when.Until || len(days) < times) {
		days = append(days, market.Window{Repeat: market.Once, On: market.DateOf(day), Start: win.Start, End: win.End})
		day = day.AddDate(0, 0, 14)
	}
	w.when.Times = 0
	if len(days) > 0 && win.Days.Count() == 1 {
		w.when.Windows, w.when.From, w.when.Until, w.when.Times = days, "", "", len(days)
	}
}

var inWeeks = regexp.MustCompile(`\b\d{1,3}\s+weeks\b`)

// readDates reads "from 1 February", "until 30 April", "on 4 May": the next such day on or after today.
func (w *whenText) readDates() {
	w.rest = clockBehind.ReplaceAllString(w.rest, "$1 ; $2")
	w.take(dated, func(m []string) bool {
		if !aDate(m, w.when.From != "") {
			return denied.MatchString(m[0])
		}
		d := nextDate(m[2]+m[5], monthCalled(m[3]+m[4]+m[6]), m[7], w.today)
		if d == "" {
			return false
		}
		switch m[1] {
		case "until", "till", "to":
			w.when.Until = d
		case "by", "before":
			w.when.NeededBy = d
		case "on", "":
			w.addDay(d, false)
			w.dates++
		default:
			w.when.From = d
		}
		return true
	})
	if w.when.From != "" && w.when.Until != "" && w.when.Until < w.when.From {
		w.when.Until = ""
	}
}

// clockBehind is a time of day behind the name of a month: "September 6-8pm" is no sixth of September.
var clockBehind = regexp.MustCompile(`\b` + monthName + `\s+(\d{1,2}\s*(?:-\s*\d|to\s+\d|:\d\d|\.\d\d|am\b|pm\b))`)

// aDate reports whether a match of dated is meant as one, and is no word of its own: "may", "to march", "to June". What has a first day
// may last to a month.
func aDate(m []string, begun bool) bool {
	lead, word := m[1], m[4] == "may" || m[6] == "may" || strings.HasPrefix(m[4]+m[6], "mar")
	switch {
	case denied.MatchString(m[0]), lead == "to" && word:
		return false
	case m[2] != "":
		return true
	case m[5] != "":
		return lead != "" || m[7] != ""
	case lead == "" || lead == "on":
		return false
	}
	return lead != "to" || begun || m[7] != ""
}

func dayWindow(d market.Date, low string) market.Window {
	span := hoursOf(low)[0]
	return market.Window{Repeat: market.Once, On: d, Start: span[0], End: span[1]}
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
