package geocode

import (
	"errors"
	"testing"

	"wherewithal/market"
)

func TestPostcodesAreReadHoweverTyped(t *testing.T) {
	for typed, want := range map[string]Postcode{
		"se10 9jf": "SE10 9JF", "SE109JF": "SE10 9JF", "  Se10-9jf ": "SE10 9JF", "s e 1 0 9 j f": "SE10 9JF",
		"ec1a1bb": "EC1A 1BB", "w1a 0ax": "W1A 0AX", "M1 1AE": "M1 1AE", "e1w 3uz": "E1W 3UZ", "se10 OJF": "SE10 0JF",
		"n1c\u00a04ag": "N1C 4AG",
	} {
		got, err := ParsePostcode(typed)
		if err != nil || got != want {
			t.Errorf("ParsePostcode(%q) = %q, %v; want %q", typed, got, err, want)
		}
	}
	pc := Postcode("SE10 9JF")
	if pc.Outcode() != "SE10" || pc.Incode() != "9JF" {
		t.Errorf("halves %q and %q", pc.Outcode(), pc.Incode())
	}
}

func TestNonsensePostcodesAreRefusedBesideTheirField(t *testing.T) {
	for _, typed := range []string{"", "SE10", "hello", "QE10 9JF", "SE10 9CF", "SE10 99F", "SE100 9JF", "SE10 9JF x",
		"12345", "SE10 9J", string(make([]byte, 10_000)), "SE1\x00 9JF", "ＳＥ10 9JF"} {
		_, err := ParsePostcode(typed)
		var invalid *market.Invalid
		if !errors.As(err, &invalid) || invalid.Faults[0].Field != "postcode" {
			t.Errorf("ParsePostcode(%.20q) = %v", typed, err)
		}
	}
}

func FuzzPostcodeReadTwiceIsTheSame(f *testing.F) {
	f.Add("se10 9jf")
	f.Add("w1a0ax")
	f.Fuzz(func(t *testing.T, typed string) {
		once, err := ParsePostcode(typed)
		if err != nil {
			return
		}
		if twice, err := ParsePostcode(string(once)); err != nil || twice != once {
			t.Errorf("%q gave %q, then %q, %v", typed, once, twice, err)
		}
	})
}
