package letter_test

import (
	"errors"
	"strings"
	"testing"

	"wherewithal/letter"
	"wherewithal/market"
)

func TestALettersAddressesAreItsOwn(t *testing.T) {
	a := letter.Addresses{Domain: "reply.example.org", Secret: []byte("one")}
	id := market.NewID()
	for _, use := range []letter.Use{letter.Bounces, letter.Replies} {
		local, domain, _ := strings.Cut(a.At(use, id), "@")
		if len(local) > 64 || domain != "reply.example.org" {
			t.Errorf("%s@%s", local, domain)
		}
		for _, written := range []string{local, strings.ToUpper(local)} {
			if got, of, err := a.Read(written); err != nil || got != use || of != id {
				t.Errorf("%s: %s %s %v", written, got, of, err)
			}
		}
		if _, _, err := (letter.Addresses{Secret: []byte("two")}).Read(local); !errors.Is(err, market.ErrNotFound) {
			t.Errorf("of another house: %v", err)
		}
	}
	as := strings.Replace(a.At(letter.Bounces, id), "b-", "r-", 1)
	for _, local := range []string{"", "b", "b-", "x-y", "room-7k2q9x3456", as[:strings.Index(as, "@")], strings.Repeat("b-", 400)} {
		if _, _, err := a.Read(local); !errors.Is(err, market.ErrNotFound) {
			t.Errorf("%q is read: %v", local, err)
		}
	}
	if got := (letter.Addresses{}).At(letter.Bounces, id); got != "" {
		t.Errorf("an address where no mail comes in: %s", got)
	}
}
