package inbound_test

import (
	"testing"

	"wherewithal/mail/inbound"
)

func TestOnlyAnUnmistakableAnswerCounts(t *testing.T) {
	for text, want := range map[string]inbound.Answer{
		"Yes": inbound.Yes, "yes please": inbound.Yes, "YES!": inbound.Yes, "Yes please, thank you!": inbound.Yes, "Yep, happy to help.": inbound.Yes,
		"Hi Jo,\n\nYes please, that would be lovely.\n\nKind regards,\nAma Boateng": inbound.Yes, "We'd love to!": inbound.Yes, "We’d love to": inbound.Yes,
		"Ie os gwelwch yn dda": inbound.Yes, "Yes 👍": inbound.Yes, "We accept. Thanks, Ama": inbound.Yes, "Yes - thanks": inbound.Yes,

		"No": inbound.No, "no thanks": inbound.No, "No, sorry.": inbound.No, "Hello\nSorry, we can't this time.\nBest wishes\nAma": inbound.No,
		"Not this time, thank you": inbound.No, "Dim diolch": inbound.No, "No thank you very much": inbound.No, "We'd rather not": inbound.No,

		"": inbound.Unclear, "not in August": inbound.Unclear, "Yes, but not in August": inbound.Unclear, "yes?": inbound.Unclear,
		"No problem": inbound.Unclear, "No problem, happy to help": inbound.Unclear, "No worries": inbound.Unclear, "ok": inbound.Unclear,
		"Yes if it is free": inbound.Unclear, "Yes on Thursday": inbound.Unclear, "yes and no": inbound.Unclear, "Yes. No.": inbound.Unclear,
		"Yes, we have no chairs": inbound.Unclear, "I would say yes": inbound.Unclear, "Who are you": inbound.Unclear,
		"yes we can't": inbound.Unclear, "Can you call me on Monday? Yes": inbound.Unclear, "Maybe": inbound.Unclear, "Thanks": inbound.Unclear,
		"Yesterday": inbound.Unclear, "no one asked us\nyes please": inbound.Unclear, "Unless you mind, yes": inbound.Unclear,
		"Yes please. Is it step-free": inbound.Unclear, "sure": inbound.Unclear, "Not yes": inbound.Unclear, "да": inbound.Unclear, "是": inbound.Unclear,
		"yes\nnot": inbound.Unclear, "Yes please\nThanks\nnot in August though at all": inbound.Unclear,

		"Yes thanks, but only on Mondays": inbound.Unclear, "Yes please, thanks, but not in August": inbound.Unclear, "No thanks, maybe in September": inbound.Unclear,
		"Yes thanks, But Only Mondays": inbound.Unclear, "Yes thanks\nonly mornings": inbound.Unclear, "Yes, thanks, Mondays": inbound.Unclear,
		"Yes please\nThanks\nunless it rains": inbound.Unclear, "Yes thanks, after easter": inbound.Unclear, "No thanks, until June": inbound.Unclear,
		"Yes thanks, Ama, if free": inbound.Unclear, "Yes please. Best, weekends are best": inbound.Unclear, "Yes, thanks, perhaps": inbound.Unclear,
		"Yes, good evening slots only": inbound.Unclear, "Good evening only please. Yes": inbound.Unclear, "Yes thanks, ama boateng": inbound.Yes,
		"Yes\nThanks\nдля школы": inbound.Unclear, "Yes\nThanks\nНет": inbound.Unclear, "Yes\nThanks\nprovisionally": inbound.Unclear, "Yes please, thanks, except the kitchen": inbound.Unclear,
		"Yes please.\nThanks\nfortnightly": inbound.Unclear, "Yes please.\nThanks\nFortnightly": inbound.Unclear, "Yes please\nThanks\nama": inbound.Yes,
		"Yes please\nThanks\nnägemist": inbound.Unclear, "Yes please\nRegards\nDaily": inbound.Unclear, "Yes please\nThanks\nTermly": inbound.Unclear, "Yes please\nThanks\nConditions Apply": inbound.Unclear,
		"We'd love to, sorry!": inbound.Unclear, "We would love to help. So sorry.": inbound.Unclear, "Sorry, yes please": inbound.Unclear, "Yes. Sorry": inbound.Unclear,
		"Yes please\nThanks, so sorry": inbound.Unclear, "So sorry. No": inbound.No,
		"Yes thanks, Ama": inbound.Yes, "Yes please\nThanks\nAma": inbound.Yes, "Good morning Jo,\nNo thank you.\nBest wishes,\nAma B.": inbound.No,
		"Yes please. Thanks, Ama and Kofi": inbound.Unclear,
	} {
		if got := inbound.Said(text, "Ama Boateng"); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// Phones begin each sentence with a capital, so that a capital makes no name: a name is one that From has.
func TestANameUnderThanksIsOneThatIsKnown(t *testing.T) {
	for text, want := range map[string]inbound.Answer{
		"Yes please. Thanks. Upstairs": inbound.Unclear, "Yes please. Thanks. Delivered": inbound.Unclear, "Yes please. Thanks\nDonation": inbound.Unclear,
		"Yes please. Thanks\nDeposit Required": inbound.Unclear, "Yes. Thanks. Declined": inbound.Unclear, "Yes. Thanks. Ama B. Boateng": inbound.Unclear,
		"Yes. Thanks from Ama": inbound.Unclear, "Yes. Thanks. Ama B": inbound.Yes, "Yes. Thanks\nfrom AMA": inbound.Yes,
	} {
		if got := inbound.Said(text, "Ama Boateng"); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	for by, want := range map[string]inbound.Answer{"Ama Boateng": inbound.Yes, "ama": inbound.Yes, "Kofi": inbound.Unclear, "": inbound.Unclear, "May": inbound.Unclear} {
		if got := inbound.Said("Yes\nThanks\nAma", by); got != want {
			t.Errorf("by %q: %v, want %v", by, got, want)
		}
	}
	if got := inbound.Said("Yes\nThanks\nMay", "May Lee"); got != inbound.Unclear {
		t.Errorf("a month: %v", got)
	}
}

func TestTheWriterIsCalledAsFromSays(t *testing.T) {
	for from, want := range map[string]string{
		`"Boateng, Ama" <Ama.B@southside.example>`: "Boateng, Ama ama.b", "ama@southside.example": "ama", "Ama <ama@b.example>, Kofi <kofi@b.example>": "",
	} {
		if m := read(t, "From: "+from+"\n\nHello\n"); m.By != want {
			t.Errorf("%s: %q", from, m.By)
		}
	}
}
