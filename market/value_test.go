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
	table, called, _ := strings.Cut(string(page), "\n| method | the offer says that it is |")
	if n := strings.Count(table, "\n| ") - 2; n != len(Methods) {
		t.Errorf("%d rows, %d methods", n, len(Methods))
	}
	for _, m := range Methods {
		row := fmt.Sprintf("\n| %s | %s |\n", m.Code, strings.Join(m.Called, ", "))
		if (len(m.Called) > 0) != strings.Contains(called, row) {
			t.Errorf("docs/value.md, what offers say: %s", row)
		}
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
	lent := func(what string, terms TermsKind) Snapshot {
		return Snapshot{Kind: Equipment, Terms: terms, Facts: Facts{"what": what}}
	}
	away := func(days int) []Slot { return []Slot{{From: evening, Until: evening.AddDate(0, 0, days)}} }
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	clocksBack := func(days int) []Slot { // summer time ends on 31 October 2027
		until := time.Date(2027, 11, 1, 9, 0, 0, 0, london)
		return []Slot{{From: until.AddDate(0, 0, -days), Until: until}}
	}
	heavy := lent("Gazebo", Loan)
	heavy.Facts["weight_kg"] = 18.0
	lastWeek := []Slot{{From: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC), Until: time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)}}
	for name, c := range map[string]struct {
		ex   Exchange
		want string
	}{
		"a gazebo lent for an evening":    {Exchange{Stage: Happened, Amount: 1, Slots: use(1), Snapshot: lent("  Pop-up  gazebo", Loan)}, "equipment_gazebo_2018 1 1800 1800 1800 both"},
		"two for two evenings":            {Exchange{Stage: OneYes, Amount: 2, Slots: use(2), Snapshot: lent("gazebos", Shared)}, "equipment_gazebo_2018 4 7200 7200 7200 one"},
		"chairs for a weekend":            {Exchange{Stage: Happened, Amount: 30, Slots: away(2), Snapshot: lent("stacking chairs", Loan)}, "equipment_chair_2019 60 780 780 6000 both"},
		"a minibus for a week":            {Exchange{Stage: Happened, Amount: 1, Slots: away(7), Snapshot: lent("minibus", Loan)}, "equipment_minibus_2018 4 16000 20000 24000 both"},
		"a minibus for longer":            {Exchange{Stage: Happened, Amount: 1, Slots: away(8), Snapshot: lent("minibus", Loan)}, ""},
		"two days, and clocks go back":    {Exchange{Stage: Happened, Amount: 1, Slots: clocksBack(2), Snapshot: lent("minibus", Loan)}, "equipment_minibus_2018 2 8000 10000 12000 both"},
		"a week in which clocks go back":  {Exchange{Stage: Happened, Amount: 1, Slots: clocksBack(7), Snapshot: lent("minibus", Loan)}, "equipment_minibus_2018 4 16000 20000 24000 both"},
		"a minibus for half an hour":      {Exchange{Stage: Happened, Amount: 1, Slots: []Slot{{From: evening, Until: evening.Add(30 * time.Minute)}}, Snapshot: lent("minibus", Loan)}, "equipment_minibus_2018 1 4000 5000 6000 both"},
		"a gazebo with its weight":        {Exchange{Stage: Happened, Amount: 1, Slots: use(1), Snapshot: heavy}, "equipment_gazebo_2018 1 1800 1800 1800 both, kilograms 18 0 0 0 both"},
		"the same before pounds were put": {Exchange{Stage: Happened, Amount: 1, Slots: lastWeek, Snapshot: heavy}, "kilograms 18 0 0 0 both"},
		"chairs that are given":           {Exchange{Stage: Happened, Amount: 30, Slots: use(1), Snapshot: lent("chairs", Gift)}, ""},
		"from before terms were kept":     {Exchange{Stage: Happened, Amount: 30, Slots: use(1), Snapshot: lent("chairs", "")}, ""},
		"what goes with a drill":          {Exchange{Stage: Happened, Amount: 1, Slots: use(1), Snapshot: lent("drill bits", Loan)}, ""},
		"more than a projector":           {Exchange{Stage: Happened, Amount: 1, Slots: use(1), Snapshot: lent("projector, screen and piano", Loan)}, ""},
		"a minibus nobody stated":         {Exchange{Stage: Happened, Amount: 1, Slots: use(1), Snapshot: lent("", Loan)}, ""},
		"a hall, both say so":             {Exchange{Stage: Happened, Slots: use(12), Snapshot: Snapshot{Kind: Room, Facts: Facts{"seated": 80.0}}}, "room_hall_2024 24 60000 79200 106320 both"},
		"a small room, one says so":       {Exchange{Stage: OneYes, Slots: use(1), Snapshot: Snapshot{Kind: Room, Facts: Facts{"seated": 12.0}}}, "room_small_2024 2 2500 3880 5800 one"},
		"a skill":                         {Exchange{Stage: Happened, Slots: use(2), Snapshot: Snapshot{Kind: Skill}}, "hours_2024 4 4576 7488 9600 both"},
		"things with a weight":            {Exchange{Stage: Happened, Amount: 30, Slots: use(1), Snapshot: Snapshot{Kind: Equipment, Facts: Facts{"weight_kg": 2.5}}}, "kilograms 75 0 0 0 both"},
		"things without":                  {Exchange{Stage: Happened, Amount: 30, Slots: use(1), Snapshot: Snapshot{Kind: Equipment}}, ""},
		"disputed":                        {Exchange{Stage: Disputed, Slots: use(1), Snapshot: Snapshot{Kind: Skill}}, ""},
		"silent":                          {Exchange{Stage: Silent, Slots: use(1), Snapshot: Snapshot{Kind: Skill}}, ""},
		"still to come":                   {Exchange{Stage: Agreed, Slots: use(1), Snapshot: Snapshot{Kind: Skill}}, ""},
	} {
		var said []string
		for _, w := range WorthOf(c.ex) {
			said = append(said, fmt.Sprintf("%s %g %d %d %d %s", w.Method.Code, w.Units, w.Low, w.Mid, w.High, w.Confidence))
		}
		if got := strings.Join(said, ", "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
