package listing

import (
	"cmp"
	"slices"
	"strings"

	"wherewithal/market"
	"wherewithal/reading"
	"wherewithal/search"
)

// Fact is one thing that was read out of a search's words. Only the fields of its name say something.
type Fact struct {
	Name        string         // place, within, when, people, or the code of a feature; in off it is taken for words again
	Place       string         // an outcode, a postcode or the name of a district
	KM          float64        // within so many
	Day         market.Date    // when: that day
	From, Until market.Date    // when: at some time from one to the other, both included; either may be open
	Window      *market.Window // when: at those hours of the day, or every week on those days
	AllDay      bool           // no hours were said
	People      int
}

// Heard is a search whose words are being read. It is for one question.
type Heard struct {
	Query search.Query // with what was read taken out of its words and put into its filters
	Facts []Fact

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

// cut leaves in the words what a reader of sentences makes of them; nothing where that says nothing any more: "on Thursdays".
func (h *Heard) cut(without func(text string) string) {
	h.Query.Text = strings.Join(strings.Fields(without(h.Query.Text)), " ")
	if !search.Means(h.Query.Text) {
		h.Query.Text = ""
	}
}

// Place is the place that was named, "" for none. Whoever asks knows where it is.
func (h *Heard) Place() string {
	name := h.said.Place
	if name == "" || !h.take(Fact{Name: "place", Place: name}) {
		return ""
	}
	h.cut(reading.WithoutPlace)
	return name
}

// PlaceSaid is the place that was named, whether it was taken off or not.
func (h *Heard) PlaceSaid() string { return h.said.Place }

// Within keeps to the distance that was said, once the question is near something.
func (h *Heard) Within() {
	if km := h.said.ReachKM; km > 0 && h.Query.Near != nil && h.take(Fact{Name: "within", KM: km}) {
		h.Query.RadiusKM = min(max(km, search.MinRadius), search.MaxRadius)
		h.cut(reading.WithoutReach)
	}
}

// What reading makes of a day without hours, and of a part of one.
var (
	wholeDay = [2]market.Minute{9 * 60, 22 * 60}
	partsOf  = [][2]market.Minute{{9 * 60, 12 * 60}, {12 * 60, 17 * 60}, {18 * 60, 22 * 60}}
)

// When keeps to the time that was said: some days, a day of the week that comes round, or all between two dates. Where the
// question has dates of its own, or days of the week, others that were said stay words.
func (h *Heard) When() {
	fact, ok := whenSaid(h.said.When, h.today, reading.SaysHours(h.Query.Text))
	dates := cmp.Or(fact.Day, fact.From, fact.Until) != ""
	asked := h.Query.FreeFrom != "" || h.Query.FreeUntil != ""
	if !ok || dates && asked || fact.Window != nil && h.Query.Weekly != nil || !h.take(fact) {
		return
	}
	if dates {
		h.Query.FreeFrom, h.Query.FreeUntil = cmp.Or(fact.Day, fact.From), cmp.Or(fact.Day, fact.Until)
	}
	if w := fact.Window; w != nil {
		h.Query.Weekly = weekly(*w, fact, reading.SaysHours(h.Query.Text))
	}
	h.cut(h.said.WithoutTimes)
}

// whenSaid is one fact of the times in a sentence; ok is false when there are none, or more than a search can ask.
func whenSaid(w market.When, today market.Date, hours bool) (f Fact, ok bool) {
	f = Fact{Name: "when", From: w.From, Until: w.Until}
	if w.NeededBy != "" && f.Until == "" {
		f.From, f.Until = cmp.Or(f.From, today), w.NeededBy
	}
	if f.From != "" && (f.Until == "" || f.Until >= today) { // it may be running
		f.From = max(f.From, today)
	}
	switch first := firstOf(w.Windows); {
	case f.From != "" && f.Until != "" && f.Until < f.From:
		return f, false
	case len(w.Windows) == 0:
		return f, f.From != "" || f.Until != ""
	case len(w.Windows) == 1 && first.Repeat == market.Weekly:
		f.Window = &first
	case len(w.Windows) == 1 && first.Repeat == market.Once:
		f.Day, f.From, f.Until, f.Window = first.On, "", "", &first
	case oneAfterTheOther(w.Windows):
		f.From, f.Until = first.On, w.Windows[len(w.Windows)-1].On
		f.Window = &first
	default:
		return f, false
	}
	f.AllDay = !hours && [2]market.Minute{f.Window.Start, f.Window.End} == wholeDay
	if f.AllDay && f.Window.Repeat == market.Once {
		f.Window = nil
	}
	return f, true
}

func firstOf(windows []market.Window) market.Window {
	if len(windows) == 0 {
		return market.Window{}
	}
	return windows[0]
}

// oneAfterTheOther reports whether single days, at the same hours, leave no day out between them: "this weekend".
func oneAfterTheOther(windows []market.Window) bool {
	for i, w := range windows {
		first := windows[0]
		if w.Repeat != market.Once || w.Start != first.Start || w.End != first.End || w.On != first.On.AddDays(i) {
			return false
		}
	}
	return true
}

// weekly is a window as a question asks for it. "Evening" does not ask for all of it.
func weekly(w market.Window, f Fact, hours bool) *search.Weekly {
	out := search.Weekly{Days: w.Days, Start: w.Start, End: w.End}
	switch {
	case f.AllDay:
		return search.SomeTimeOn(w.Days)
	case !hours && slices.Contains(partsOf, [2]market.Minute{w.Start, w.End}):
		out.Start, out.End = w.Start+60, w.Start+120
	}
	for day := cmp.Or(f.Day, f.From); w.Repeat == market.Once && day <= cmp.Or(f.Day, f.Until); day = day.AddDays(1) {
		out.Days |= market.DayBit(day.Weekday())
	}
	return &out
}

// People asks for room for as many as were said. Only rooms have seats: a trainer for 15 is no room, and neither is a lunch club for 60.
func (h *Heard) People() {
	n := h.said.People
	room := h.said.Kind == market.Room || h.said.Kind == "" && slices.Equal(h.Query.Kinds, []string{market.Room})
	if room && n > 1 && h.take(Fact{Name: "people", People: n}) {
		h.Query.AtLeast = map[string]float64{"seated": float64(n)}
		h.cut(h.said.WithoutPeople)
	}
}

// Features asks for what was said to be needed.
func (h *Heard) Features() {
	for _, f := range h.said.Features {
		if !h.sought(f) && h.take(Fact{Name: string(f)}) {
			h.Query.Requires = append(h.Query.Requires, f)
			h.cut(func(text string) string { return reading.WithoutFeature(text, f) })
		}
	}
}

// sought reports whether a feature is what is looked for itself, as "wheelchair to borrow", and no place that has it.
func (h *Heard) sought(f market.Feature) bool {
	thing := reading.SaysThing(h.Query.Text)
	return thing && (h.said.Kind == market.Equipment || h.said.Kind == "" && h.said.Terms.Kind != "" || !search.Means(reading.WithoutFeature(h.Query.Text, f)))
}
