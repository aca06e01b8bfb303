package market

import (
	"testing"
	"time"
)

// A name under which a letter was recorded says again what it was made of, and no name says what another kind's is made of.
func TestNamesOfLettersAreReadAsTheyWereWritten(t *testing.T) {
	at, to, from := time.Date(2027, 1, 14, 23, 59, 0, 0, time.UTC), NewID(), NewID()
	first := FirstListingName(from, to, at)
	if network := ReadFirstListingName(first); network != to {
		t.Errorf("%s is read as of network %q, want %s", first, network, to)
	}
	for _, kind := range []LetterKind{InvitationAnswered, TieAnswered} {
		for _, news := range []News{NewsYes, NewsNo, NewsEnded} {
			name := NewsName(kind, news, to, from, at)
			if what, network := ReadNewsName(name); what != news || network != to {
				t.Errorf("%s is read as %q to %q", name, what, network)
			}
			if network := ReadFirstListingName(name); network != "" {
				t.Errorf("%s is read as of a first listing of network %s", name, network)
			}
		}
	}
	for _, name := range []string{"", first, OnceName(WebhookOff, "x:"+at.Format(time.RFC3339)), OnceName(DigestLetter, "a:b:c:d")} {
		if what, network := ReadNewsName(name); what != "" || network != "" {
			t.Errorf("%q is read as news %q to %q", name, what, network)
		}
	}
	for _, name := range []string{"", OnceName(AgreedLetter, "1:2:3")} {
		if network := ReadFirstListingName(name); network != "" {
			t.Errorf("%q is read as of network %q", name, network)
		}
	}
}
