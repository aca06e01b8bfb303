package inbound_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/mail/inbound"
)

func own(t *testing.T, cases map[string]string) {
	t.Helper()
	for text, want := range cases {
		if diff := cmp.Diff(want, inbound.Own(text)); diff != "" {
			t.Errorf("of %q:\n%s", text, diff)
		}
	}
}

// Nothing of an answer may be lost because some of it stands above the quote.
func TestAnswersBetweenQuotesAreKeptWithWhatStandsAbove(t *testing.T) {
	const said = "On Tue, 3 Mar 2026 at 10:02, Jo wrote:\n"
	own(t, map[string]string{
		"My answers are below.\n\n" + said + "> When?\n\nThursday at six.\n\n> How many chairs?\n\nForty.":                       "My answers are below.\n\nThursday at six.\n\nForty.",
		"Yes please\n\n" + said + "> Would you like the hall?\n\nBut only if it is free.":                                        "Yes please\n\nBut only if it is free.",
		"Hi\n-- \nAma\n" + said + "\n> When?\nAt six.\n-- \nAma":                                                                 "Hi\n\nAt six.",
		"Hi\n\n-----Original Message-----\nFrom: Jo <jo@b.example>\nSent: 3 March\n\n> When?\n\nAt six.":                         "Hi\n\nAt six.",
		"See below\n\n" + said + "> When?\nAt six.\n\nOn Mon, 2 Mar 2026 at 10:02, Ama wrote:\n> Where?\nIn the hall.":           "See below\n\nAt six.\n\nIn the hall.",
		"Yes please\n\n" + said + "Would you like it?\n\nOn Mon, 2 Mar 2026 at 9:00, Ama wrote:\n> A hall?":                      "Yes please",
		"Yes please\n\nFrom: Jo <jo@b.example>\nSent: 3 March\nTo: Ama\n\nWould you like it?\n> A hall?\nOurs is free on Monday": "Yes please",
	})
	if got := inbound.Said(inbound.Own("Yes please\n\n" + said + "> Would you like the hall?\n\nBut only if it is free.")); got != inbound.Unclear {
		t.Errorf("a yes with a condition under the quote is %v", got)
	}
}

func TestManyHeadingsAreReadQuickly(t *testing.T) {
	long := strings.Repeat("On Tue, 3 Mar 2026 at 10:02, Jo wrote:\n> When?\nx\n", 15_000)
	if got := inbound.Own(long); strings.Count(got, "x") != 15_000 {
		t.Errorf("kept %d answers", strings.Count(got, "x"))
	}
}
