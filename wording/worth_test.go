package wording

import (
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
}
