package wording

import (
	"math"

	"wherewithal/market"
)

// Worth says what an exchange was worth, always with its method, its range and whose word it rests on: "Worth about £79
// (£60 to £106): 24 hours at published prices of halls in London, 2024. Both of you say that it happened." Pounds are whole:
// finer words would promise more than the method knows.
func Worth(lang string, w market.Worth) string {
	units := map[string]any{"N": math.Round(w.Units*10) / 10, "Count": 2}
	if w.Units == 1 {
		units["Count"] = 1
	}
	data := map[string]any{"Method": Text(lang, "worth.method."+w.Method.Code, nil), "Year": Digits(lang, w.Method.Year, 1),
		"Confidence": Text(lang, "worth.by_"+string(w.Confidence), nil)}
	if w.Method.Unit == "kg" {
		data["Units"] = Text(lang, "worth.kg", units)
		return Text(lang, "worth.weight", data)
	}
	data["Units"] = Text(lang, "worth."+w.Method.Unit+"s", units)
	for name, pence := range map[string]int{"Low": w.Low, "Mid": w.Mid, "High": w.High} {
		data[name] = Money(lang, whole(pence))
	}
	if w.Low == w.High {
		return Text(lang, "worth.money_one", data)
	}
	return Text(lang, "worth.money", data)
}

// whole pounds, of a pound and more: less than that would be nothing.
func whole(pence int) int {
	if pence < 100 {
		return pence
	}
	return int(math.Round(float64(pence)/100)) * 100
}
