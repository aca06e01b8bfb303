package reading

import (
	"regexp"
	"strconv"
	"strings"

	"wherewithal/market"
)

const (
	hourWord  = `(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)`
	hourName  = `(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})`
	spanNames = `(?:hours?|hrs?|weeks?|days?|months?|years?|km|miles?|people|children)`
)

var (
	hourNames = map[string]int{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}
	dotted    = strings.NewReplacer("a.m.", "am", "p.m.", "pm", "a.m", "am", "p.m", "pm")
	nameHalf  = regexp.MustCompile(`\b` + hourWord + `\s*(am|pm)\b`)
	twoNames  = regexp.MustCompile(`\b` + hourWord + `(\s*(?:until|till)\s*)(?:` + hourWord + `|(\d{1,2}(?:\.\d\d|\s*(?:am|pm))))\b(\s*` + spanNames + `\b)?`)
	halfPast  = regexp.MustCompile(`\b(half|quarter|five|ten|twenty)[- ](past|to)[- ]` + hourName + `\b`)
	spanFrom  = regexp.MustCompile(`\b(?:from|between)\s+$`)
	clockThen = regexp.MustCompile(`^\s*(?:$|[^a-z\s]|(?:am|pm|in|at|on|and|or|to|until|till|for|every|each|this|next|o'?\s?clock|today|tonight|tomorrow|please|sharp|` + dayName + `)\b)`)
	untilThen = regexp.MustCompile(`^\s*(?:until|till)\b`)
	halfSix   = regexp.MustCompile(`\bhalf[- ]` + hourName + `\b`)
	oClock    = regexp.MustCompile(`\b` + hourName + `\s+o'?\s?clock\b`)
	midday    = regexp.MustCompile(`\b(?:12 )?(?:noon|midday)\b`)
	twoHours  = regexp.MustCompile(`\bbetween (\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm)?) and (\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm)?)\b`)
	tillLate  = regexp.MustCompile(`\b(?:from |at )?` + hourName + `(?:[:.](\d\d))?\s*(am|pm)?\s*(?:-|to|until|till|til)\s*late\b`)
	midnight  = regexp.MustCompile(`\b(?:12 )?midnight\b`)
	endName   = regexp.MustCompile(`(\d{1,2}\.\d\d(?:\s*pm)?\s*(?:-|to|until|till)\s*)` + hourWord + `\b(\s*` + spanNames + `\b)?`)
	inHalves  = strings.NewReplacer(" in the evening", " pm", " in the afternoon", " pm", " in the morning", " am", " at night", " pm")
	saidHour  = regexp.MustCompile(`(\d\.\d\d|\b\d{1,2})( in the (?:morning|afternoon|evening)| at night)\b`)
)

// clockWords writes times of day that are said in words as figures: "half past six" is "6.30", as is "half six" in
// Britain; "quarter to seven" is "6.45", "seven pm" is "7 pm", "noon" is "12.00 pm". "Half ten to twelve" begins at half past ten.
func clockWords(low string) string {
	low = dotted.Replace(low)
	low = halfSix.ReplaceAllStringFunc(low, func(said string) string {
		if hour := hourSaid(halfSix.FindStringSubmatch(said)[1]); hour >= 1 && hour <= 12 {
			return figures(hour, 30)
		}
		return said
	})
	low = nameHalf.ReplaceAllStringFunc(low, func(said string) string {
		m := nameHalf.FindStringSubmatch(said)
		return strconv.Itoa(hourSaid(m[1])) + " " + m[2]
	})
	low = minutesWords(low)
	low = oClock.ReplaceAllStringFunc(low, func(said string) string { return figures(hourSaid(oClock.FindStringSubmatch(said)[1]), 0) })
	low = midday.ReplaceAllString(low, "12.00 pm")
	low = twoHours.ReplaceAllStringFunc(low, func(said string) string {
		if m := twoHours.FindStringSubmatch(said); strings.ContainsAny(said, ".:") || strings.HasSuffix(m[1], "m") || strings.HasSuffix(m[2], "m") {
			return m[1] + " to " + m[2]
		}
		return said
	})
	low = midnight.ReplaceAllString(low, "24.00")
	low = tillLate.ReplaceAllStringFunc(low, untilLate)
	low = twoNames.ReplaceAllStringFunc(low, func(said string) string {
		m := twoNames.FindStringSubmatch(said)
		switch {
		case m[5] != "":
			return said
		case m[4] != "":
			return figures(hourSaid(m[1]), 0) + m[2] + m[4]
		}
		return figures(hourSaid(m[1]), 0) + m[2] + figures(hourSaid(m[3]), 0)
	})
	low = endName.ReplaceAllStringFunc(low, func(said string) string {
		m := endName.FindStringSubmatch(said)
		if m[3] != "" {
			return said
		}
		return m[1] + figures(hourSaid(m[2]), 0)
	})
	return saidHour.ReplaceAllStringFunc(low, inHalves.Replace)
}

// untilLate is the beginning of what goes on till late. "10 till late" may begin in the morning or at night: it stays.
func untilLate(said string) string {
	m := tillLate.FindStringSubmatch(said)
	hour, half := hourSaid(m[1]), m[3]
	minute, _ := strconv.Atoi("0" + m[2])
	switch {
	case half == "" && hour > 7 && hour < 12:
		return said
	case half == "" && hour <= 7:
		half = "pm"
	}
	return "at " + figures(hour, minute) + " " + half
}

// minutesWords writes "half past six" and "five to seven". The latter is a span where something follows that there are five to seven of,
// and from five to seven.
func minutesWords(low string) string {
	var b strings.Builder
	read := 0
	for _, at := range halfPast.FindAllStringSubmatchIndex(low, -1) {
		part := func(i int) string { return low[at[2*i]:at[2*i+1]] }
		past := map[string]int{"half": 30, "quarter": 15, "five": 5, "ten": 10, "twenty": 20}[part(1)]
		hour := hourSaid(part(3))
		if part(2) == "to" {
			past, hour = 60-past, hour-1
			then := clockThen
			if spanFrom.MatchString(low[:at[0]]) {
				then = untilThen
			}
			if part(1) == "half" || part(1) != "quarter" && !then.MatchString(low[at[1]:]) {
				continue
			}
		}
		if hour < 1 || hour > 23 {
			continue
		}
		b.WriteString(low[read:at[0]] + figures(hour, past))
		read = at[1]
	}
	return b.String() + low[read:]
}

func hourSaid(word string) int {
	if n, ok := hourNames[word]; ok {
		return n
	}
	n, _ := strconv.Atoi(word)
	return n
}

func figures(hour, minute int) string {
	return strconv.Itoa(hour) + "." + strconv.Itoa(minute/10) + strconv.Itoa(minute%10)
}

var (
	late  = regexp.MustCompile(`\b(?:evenings?|nights?|tonight|afternoons?)\b`)
	early = regexp.MustCompile(`\b(?:mornings?|breakfasts?|before school)\b`)
)

// halfOf is the half of the day that a time without am or pm is in. What the sentence says of it counts; else one to
// seven are after noon, when most groups meet, and a nought in front, "07:30", is a clock of 24 hours.
func halfOf(hour, low string) string {
	h, _ := strconv.Atoi(hour)
	switch {
	case strings.HasPrefix(hour, "0") || h == 0 || h >= 12:
		return ""
	case early.MatchString(low) && !late.MatchString(low):
		return "am"
	case late.MatchString(low) && !early.MatchString(low), h <= 7:
		return "pm"
	}
	return ""
}

var (
	begins = regexp.MustCompile(`\b(?:at|from|after|starting(?: at)?|starts(?: at)?)\s+(?:(?:about|around|roughly)\s+)?(\d{1,2})(?:[:.](\d\d))?\s*(am|pm)?\b`)
	// what makes of "after" a time at which something is to be over: "not after 9 pm", "no music on Saturdays after 10 pm"
	over   = regexp.MustCompile(`\b(?:no|not|nothing|music|noise|quiet)\b`)
	endAt  = regexp.MustCompile(`\b(?:until|till|before|by|ends?|closes?|finish(?:es)?)\s+$`)
	clause = regexp.MustCompile(`[,;:]\s|\.(?:\s|$)`)
	// a time that is none but that, with what would make it an end before it
	alone = regexp.MustCompile(`(?:(\b(?:until|till|to|before|by|after|later than|ends?|closes?|finish(?:es)?)(?: (?:at|about|around|roughly))*\s+|-\s*|£)|\b)(?:(\d{1,2})(?:[:.](\d\d))?\s*(am|pm)|(\d\d):(\d\d))\b`)
)

// readStart reads a beginning without an end: "at 7 pm", "from half past six", "Thursday 7.30pm". Bare numbers could be anything.
func readStart(low string) (start market.Minute, ok bool) {
	from := 0
	for _, m := range begins.FindAllStringSubmatch(low, -1) {
		at := from + strings.Index(low[from:], m[0])
		from = at + len(m[0])
		if m[2] == "" && m[3] == "" || overThen(low[:at], m[0]) {
			continue
		}
		half := m[3]
		if half == "" {
			half = halfOf(m[1], low)
		}
		if start = clock(m[1], m[2], half); start < lastStart {
			return start, true
		}
	}
	for _, m := range alone.FindAllStringSubmatch(low, -1) {
		if !beginsThen(m) {
			continue
		}
		if start = clock(m[2]+m[5], m[3]+m[6], m[4]); start < lastStart {
			return start, true
		}
	}
	return 0, false
}

// overThen reports whether a match of begins, after what stands before it, says when something is over.
func overThen(before, begins string) bool {
	if strings.HasPrefix(begins, "at") {
		return endAt.MatchString(before)
	}
	clauses := clause.Split(before, -1)
	return strings.HasPrefix(begins, "after") && over.MatchString(clauses[len(clauses)-1])
}

// beginsThen reports whether a match of alone is a beginning, and neither an end nor a noon that was a word: "midday meals".
func beginsThen(m []string) bool { return m[1] == "" && (m[2] != "12" || m[3] != "00") }

const (
	usualStart market.Minute = 9 * 60
	usualEnd   market.Minute = 22 * 60 // when halls close
	lastStart  market.Minute = 23 * 60
)

// endOf is when something ends that is only known to begin: after the time that was said, else when halls close.
func endOf(start market.Minute, minutes int) market.Minute {
	switch {
	case minutes > 0:
		return min(start+market.Minute(minutes), 1440)
	case start < usualEnd-60:
		return usualEnd
	}
	return 1440
}
