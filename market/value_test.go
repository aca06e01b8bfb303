package market

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The table of docs/value.md is what people read; Methods is what runs.
func TestTheTableOfValueIsTheMethods(t *testing.T) {
	page, err := os.ReadFile("../docs/value.md")
	if err != nil {
		t.Fatal(err)
	}
	pounds := func(pence int) string {
		if pence == 0 {
			return "none"
		}
		return fmt.Sprintf("£%d.%02d", pence/100, pence%100)
	}
	for _, m := range Methods {
		year := "none"
		if m.Year > 0 {
			year = strconv.Itoa(m.Year)
		}
		row := fmt.Sprintf("| %s | %s | %s | %s | %s | %s | %s |", m.Code, m.Unit, year, pounds(m.Low), pounds(m.Mid), pounds(m.High), m.Source)
		if !strings.Contains(string(page), row) {
			t.Errorf("docs/value.md lacks\n%s", row)
		}
		if m.Low > m.Mid || m.Mid > m.High || !m.Since.Valid() {
			t.Errorf("%s: the range is %d, %d, %d since %s", m.Code, m.Low, m.Mid, m.High, m.Since)
		}
	}
	if n := strings.Count(string(page), "\n| ") - 2; n != len(Methods) {
		t.Errorf("%d rows, %d methods", n, len(Methods))
	}
}

func TestWorthIsSaidByMethodAndConfidenceOrNotAtAll(t *testing.T) {
	evening := time.Date(2027, 2, 4, 18, 0, 0, 0, time.UTC)
	use := func(n int) (slots []Slot) {
		for i := range n {
			from := evening.AddDate(0, 0, 7*i)
			slots = append(slots, Slot{From: from, Until: from.Add(2 * time.Hour)})
		}
		return slots
	}
	for name, c := range map[string]struct {
		ex   Exchange
		want string
	}{
		"a hall, both say so":       {Exchange{Stage: Happened, Slots: use(12), Snapshot: Snapshot{Kind: Room, Facts: Facts{"seated": 80.0}}}, "room_hall_2024 24 60000 79200 106320 both"},
		"a small room, one says so": {Exchange{Stage: OneYes, Slots: use(1), Snapshot: Snapshot{Kind: Room, Facts: Facts{"seated": 12.0}}}, "room_small_2024 2 2500 3880 5800 one"},
		"a skill":                   {Exchange{Stage: Happened, Slots: use(2), Snapshot: Snapshot{Kind: Skill}}, "hours_2024 4 4576 7488 9600 both"},
		"things with a weight":      {Exchange{Stage: Happened, Amount: 30, Slots: use(1), Snapshot: Snapshot{Kind: Equipment, Facts: Facts{"weight_kg": 2.5}}}, "kilograms 75 0 0 0 both"},
		"things without":            {Exchange{Stage: Happened, Amount: 30, Slots: use(1), Snapshot: Snapshot{Kind: Equipment}}, ""},
		"disputed":                  {Exchange{Stage: Disputed, Slots: use(1), Snapshot: Snapshot{Kind: Skill}}, ""},
		"silent":                    {Exchange{Stage: Silent, Slots: use(1), Snapshot: Snapshot{Kind: Skill}}, ""},
		"still to come":             {Exchange{Stage: Agreed, Slots: use(1), Snapshot: Snapshot{Kind: Skill}}, ""},
	} {
		got := ""
		if w, ok := WorthOf(c.ex); ok {
			got = fmt.Sprintf("%s %g %d %d %d %s", w.Method.Code, w.Units, w.Low, w.Mid, w.High, w.Confidence)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
