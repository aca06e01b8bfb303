package listing

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"wherewithal/market"
	"wherewithal/reading"
	"wherewithal/search"
)

// Fact is one thing that was read out of a search's words. Only the fields of its name say something.
type Fact struct {
	Name   string         // place, within, when, people, or the code of a feature; in off it is taken for words again
	Place  string         // an outcode, a postcode or the name of a district
	KM     float64        // within so many
	Day    market.Date    // when: at some time of that day
	Window *market.Window // when: every week, on those days
	AllDay bool           // no hours were said
	People int
}

// Heard is a search whose words are being read. It is for one question.
type Heard struct {
	Query search.Query // with what was read taken out of its words and put into its filters
	Facts []Fact
	Days  market.Weekdays // on some time of one of which it is to be free, by SomeTimeOn

	said  reading.Sentence
	today market.Date
	off   []string
}

// Hear begins to read a search's words. Facts named in off were taken off and stay words.
func Hear(q search.Query, today market.Date, off []string) *Heard {
	return &Heard{Query: q, said: reading.Read(q.Text, market.Need, today), today: today, off: off}
}

// take notes a fact, unless it was taken off.
func (h *Heard) take(f Fact) bool {
	if slices.Contains(h.off, f.Name) {
		return false
	}
	h.Facts = append(h.Facts, f)
	return true
}

// placeWords are the little words that lead to a place and say nothing about what is looked for.
var placeWords = strings.NewReplacer(" near ", " ", " in ", " ", " around ", " ")

// Place is the place that was named, "" for none. Whoever asks knows where it is.
func (h *Heard) Place() string {
	name := h.said.Place
	if name == "" || !h.take(Fact{Name: "place", Place: name}) {
		return ""
	}
	h.Query.Text = strings.TrimSpace(placeWords.Replace(cutFold(" "+h.Query.Text+" ", name)))
	return name
}

// PlaceSaid is the place that was named, whether it was taken off or not.
func (h *Heard) PlaceSaid() string { return h.said.Place }

// Within keeps to the distance that was said, once the question is near something.
func (h *Heard) Within() {
	if km := h.said.ReachKM; km > 0 && h.Query.Near != nil && h.take(Fact{Name: "within", KM: km}) {
		h.Query.RadiusKM = min(max(km, search.MinRadius), search.MaxRadius)
	}
}

// cutFold takes the first occurrence of word out of a text, whatever its case.
func cutFold(text, word string) string {
	at := regexp.MustCompile("(?i)" + regexp.QuoteMeta(word)).FindStringIndex(text) // lower case may be longer: Ⱥ
	if at == nil {
		return text
	}
	return text[:at[0]] + text[at[1]:]
}

// What reading makes of a day without hours, and of a part of one.
var (
	wholeDay = [2]market.Minute{9 * 60, 22 * 60}
	partsOf  = [][2]market.Minute{{9 * 60, 12 * 60}, {12 * 60, 17 * 60}, {18 * 60, 22 * 60}}
)

// When keeps to the time that was said: one day, or one that comes round every week.
func (h *Heard) When() {
	if len(h.said.When.Windows) != 1 {
		return
	}
	switch w := h.said.When.Windows[0]; w.Repeat {
	case market.Once:
		if h.take(Fact{Name: "when", Day: w.On}) {
			h.Query.FreeFrom, h.Query.FreeUntil = w.On, w.On
		}
	case market.Weekly:
		h.everyWeek(w)
	}
}

func (h *Heard) everyWeek(w market.Window) {
	allDay := [2]market.Minute{w.Start, w.End} == wholeDay
	if !h.take(Fact{Name: "when", Window: &w, AllDay: allDay}) {
		return
	}
	if allDay {
		h.SomeTimeOn(w.Days)
		return
	}
	h.Query.Weekly = &search.Weekly{Days: w.Days, Start: w.Start, End: w.End}
	if slices.Contains(partsOf, [2]market.Minute{w.Start, w.End}) { // "evening" does not ask for all of it
		h.Query.Weekly.Start, h.Query.Weekly.End = w.Start+60, w.Start+120
	}
}

// SomeTimeOn asks for what is free at some time of the next such day; of several days nothing is asked.
func (h *Heard) SomeTimeOn(days market.Weekdays) {
	h.Days = days
	if days.Count() != 1 {
		return
	}
	day := h.today.AddDays(1)
	for !days.Has(day.Weekday()) {
		day = day.AddDays(1)
	}
	h.Query.FreeFrom, h.Query.FreeUntil = day, day
}

// People asks for room for as many as were said.
func (h *Heard) People() {
	n := h.said.People
	if n > 1 && h.take(Fact{Name: "people", People: n}) {
		h.Query.AtLeast = map[string]float64{"seated": float64(n)}
		h.Query.Text = strings.TrimSpace(cutFold(strings.Replace(" "+h.Query.Text+" ", " for ", " ", 1), strconv.Itoa(n)))
	}
}

// Features asks for what was said to be needed.
func (h *Heard) Features() {
	for _, f := range h.said.Features {
		if h.take(Fact{Name: string(f)}) {
			h.Query.Requires = append(h.Query.Requires, f)
			h.Query.Text = strings.TrimSpace(cutFold(cutFold(h.Query.Text, "step-free"), "step free"))
		}
	}
}
