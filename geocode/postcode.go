package geocode

import (
	"regexp"
	"strings"

	"wherewithal/market"
)

// Postcode is a full UK postcode as it is written: "SE10 9JF".
type Postcode string

// Outcode is the first half, "SE10".
func (p Postcode) Outcode() string { out, _, _ := strings.Cut(string(p), " "); return out }

// Incode is the second half, "9JF".
func (p Postcode) Incode() string { _, in, _ := strings.Cut(string(p), " "); return in }

// The shapes of A9, A99, AA9, AA99, A9A and AA9A, and of the 9AA that follows. Q, V and X never come first; I, J
// and Z never second; C, I, K, M, O and V never stand in the second half.
const (
	outcodeShape = `(?:[A-PR-UWYZ][0-9]{1,2}|[A-PR-UWYZ][A-HK-Y][0-9]{1,2}|[A-PR-UWYZ][0-9][A-HJKMNPR-Y]|[A-PR-UWYZ][A-HK-Y][0-9][ABEHMNPRV-Y])`
	incodeShape  = `[0-9][ABD-HJLNP-UW-Z]{2}`
)

var (
	outcodePattern    = regexp.MustCompile(`^` + outcodeShape + `$`)
	postcodePattern   = regexp.MustCompile(`^(` + outcodeShape + `)(` + incodeShape + `)$`)
	postcodeInside    = regexp.MustCompile(`\b(` + outcodeShape + `) ?(` + incodeShape + `)\b`)
	outcodeInside     = regexp.MustCompile(`\b` + outcodeShape + `\b`)
	postcodeSeparator = strings.NewReplacer(" ", "", "\t", "", "-", "", "\u00a0", "")
)

// ParsePostcode reads a full postcode however it was typed: "se10 9jf", "SE109JF". A letter O or I where only a
// digit can stand is taken for 0 or 1. Anything else is refused with a fault on "postcode".
func ParsePostcode(s string) (Postcode, error) {
	if len(s) > 32 {
		return "", market.Refuse("postcode", "postcode")
	}
	tight := postcodeSeparator.Replace(strings.ToUpper(strings.TrimSpace(s)))
	m := postcodePattern.FindStringSubmatch(tight)
	if m == nil {
		m = postcodePattern.FindStringSubmatch(digitForLetter(tight))
	}
	if m == nil {
		return "", market.Refuse("postcode", "postcode", "Given", s)
	}
	return Postcode(m[1] + " " + m[2]), nil
}

// digitForLetter mends the commonest slip: the third character from the end is always a digit.
func digitForLetter(tight string) string {
	i := len(tight) - 3
	if i < 2 {
		return tight
	}
	digit := strings.NewReplacer("O", "0", "I", "1").Replace(tight[i : i+1])
	return tight[:i] + digit + tight[i+1:]
}

// ParseOutcode reads the first half of a postcode, "se10" as "SE10".
func ParseOutcode(s string) (string, error) {
	if len(s) > 32 {
		return "", market.Refuse("postcode", "outcode")
	}
	tight := postcodeSeparator.Replace(strings.ToUpper(strings.TrimSpace(s)))
	if !outcodePattern.MatchString(tight) {
		return "", market.Refuse("postcode", "outcode", "Given", s)
	}
	return tight, nil
}

// postcodeIn finds a full postcode anywhere in a text: "12 Tansy Yard, London SE10 9JF".
func postcodeIn(text string) (Postcode, bool) {
	m := postcodeInside.FindStringSubmatch(strings.ToUpper(text))
	if m == nil {
		return "", false
	}
	return Postcode(m[1] + " " + m[2]), true
}

// outcodeIn finds an outcode anywhere in a text: "Deptford, SE8". It wants to know it from the table, because
// "B12" in a text is as likely a room as Birmingham.
func outcodeIn(text string) string {
	for _, code := range outcodeInside.FindAllString(strings.ToUpper(text), -1) {
		if _, ok := Outcode(code); ok {
			return code
		}
	}
	return ""
}
