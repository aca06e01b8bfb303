package wording

import (
	"slices"
	"strings"
	"testing"

	"wherewithal/market"
)

func TestWorthIsNeverBareMoney(t *testing.T) {
	for _, m := range market.Methods {
		said := Worth(Default, market.Worth{Method: m, Units: 24, Low: m.Low * 24, Mid: m.Mid * 24, High: m.High * 24, Confidence: market.ByOne})
		if strings.Contains(said, "⟦") || !strings.Contains(said, Text(Default, "worth.method."+m.Code, nil)) || !strings.Contains(said, "One of you says") {
			t.Errorf("%s: %s", m.Code, said)
		}
	}
	hall := market.Worth{Method: market.Methods[1], Units: 24, Low: 60000, Mid: 79200, High: 106320, Confidence: market.ByBoth}
	want := "Worth about £792 (£600 to £1,063): 24 hours at published prices of halls in London, 2024. Both of you say that it happened."
	if got := Worth(Default, hall); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for code, want := range map[string]string{
		"equipment_gazebo_2018": "Worth about £36 (one published price, so no range): 2 days of hire, counted for each thing at a published price of a gazebo, 2018. Both of you say that it happened.",
		"equipment_chair_2019":  "Worth about £0.26 (£0.26 to £2): 2 days of hire, counted for each thing at published prices of a chair, 2019. Both of you say that it happened.",
	} {
		m := market.Methods[slices.IndexFunc(market.Methods, func(m market.Method) bool { return m.Code == code })]
		if got := Worth(Default, market.Worth{Method: m, Units: 2, Low: 2 * m.Low, Mid: 2 * m.Mid, High: 2 * m.High, Confidence: market.ByBoth}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
