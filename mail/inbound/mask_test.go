package inbound_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"wherewithal/mail/inbound"
)

// An address that is to be hidden is hidden wherever it stands; others stay.
func TestHiddenAddressesGoWhereverTheyStand(t *testing.T) {
	for text, want := range map[string]string{
		"'ama@example.org', _Ama@Example.org_, -ama@example.org": "'***', _***_, -***",
		"ama@example.org.Thanks":                                 "***.Thanks",
		"?to=ama%40example.org&x":                                "?to=***&x",
		"ama+hall@example.org or ama%2Bhall%40example%2Eorg":     "*** or ***",
		"_ama (at) example (dot) org_":                           "_***_",
		"jo@example.org, ama@example.net, ama at example.org":    "jo@example.org, ama@example.net, ama at example.org",
		"amaXexampleYorg":                                        "amaXexampleYorg",
	} {
		if got := inbound.Hidden(text, "***", []string{"ama@example.org", "nonsense", "@"}); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestHidingInALongFileIsQuick(t *testing.T) {
	var all []string
	for i := range 50 {
		all = append(all, fmt.Sprintf("person.%d@example.org", i))
	}
	text, begun := strings.Repeat("nobody@example.net, some words of a file\n", 10<<20/41), time.Now()
	if got := inbound.Hidden(text, "***", all); got != text {
		t.Error("changed a text without any of the addresses")
	}
	if took := time.Since(begun); took > 3*time.Second {
		t.Errorf("took %v", took)
	}
}
