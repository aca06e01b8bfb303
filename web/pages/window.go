package pages

import (
	"encoding/json"
	"slices"
	"unicode"
	"unicode/utf8"

	"wherewithal/market"
)

// windowValues are windows as the values of checkboxes: each holds one, whole.
func windowValues(windows []market.Window) []string {
	var values []string
	for _, w := range windows {
		text, err := json.Marshal(w)
		if err == nil { // numbers and texts always can be
			values = append(values, string(text))
		}
	}
	return values
}

// windowOf reads a value of windowValues back. Whether it makes sense is the market's to say.
func windowOf(value string) (w market.Window, ok bool) {
	return w, json.Unmarshal([]byte(value), &w) == nil
}

// keptWindows are the times that stand in the form one by one and were not unticked.
func (p *poster) keptWindows(e *market.Invalid) (windows []market.Window) {
	for _, value := range p.f.Strings("window") {
		w, ok := windowOf(value)
		if !ok {
			e.Add("window", "choice")
			return nil
		}
		windows = append(windows, w)
	}
	return windows
}

// plainly writes windows in the one way of several that mean the same: every day is a week of seven days.
func plainly(windows []market.Window) []market.Window {
	windows = slices.Clone(windows)
	for i := range windows {
		if windows[i].Repeat == market.Daily {
			windows[i].Repeat, windows[i].Days = market.Weekly, market.EveryDay
		}
	}
	return windows
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
