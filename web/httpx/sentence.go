package httpx

import (
	"wherewithal/market"
	"wherewithal/wording"
)

// Sentence says what is wrong with a field and what to do.
func Sentence(lang string, f market.Fault) string {
	if key := "fault." + f.Code; wording.Has(key) {
		return wording.Text(lang, key, f.Data)
	}
	return wording.Text(lang, "fault.unknown", nil)
}
