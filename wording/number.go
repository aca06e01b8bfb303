package wording

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"strconv"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// Number says a figure as the language writes it, by CLDR: "1,234", "2.5". A number is one of any of Go's kinds; of a float at
// most three decimals are said. Anything else is "". A sentence of the catalogue does so with every number that it is given,
// but for those that are names (ordinals). Safe to call concurrently.
func Number(lang string, n any) string { return words.figuresFor(lang).number(n) }

// Digits says a number that is a name rather than a count, a year or a line of a file: in the language's digits, ungrouped,
// with at least so many of them.
func Digits(lang string, n, least int) string {
	return words.figuresFor(lang).digits(n, least)
}

// pounds are without the pennies where there are none.
func pounds(lang string, pence int) string {
	if pence%100 == 0 {
		return Number(lang, pence/100)
	}
	f, amount := words.figuresFor(lang), float64(pence)/100
	return f.say(number.Decimal(amount, append(f.grouping(amount), number.Scale(2))...))
}

// figures is how one language writes numbers. Their grouping and decimal mark are CLDR's, but for what the catalogue says
// itself, because the library's CLDR is an older one.
type figures struct {
	printer *message.Printer
	least   float64 // from here on digits stand in groups
	plain   bool    // its digits are those of Go
}

// figuresOf reads what the catalogue says of numbers.
func (c *catalogue) figuresOf(lang string) (*figures, error) {
	system, _ := c.say(lang, "number.system", nil)
	from, _ := c.say(lang, "number.grouped_from", nil)
	tag, err := language.Make(lang).SetTypeForKey("nu", cmp.Or(system, "latn"))
	if err != nil {
		return nil, fmt.Errorf("%s: number.system %q: %w", lang, system, err)
	}
	f := &figures{printer: message.NewPrinter(tag)}
	if f.least, err = strconv.ParseFloat(cmp.Or(from, "1000"), 64); err != nil {
		return nil, fmt.Errorf("%s: number.grouped_from: %w", lang, err)
	}
	f.plain = f.say(number.Decimal(7)) == "7"
	return f, nil
}

// figuresFor a language that we have, or for Default.
func (c *catalogue) figuresFor(lang string) *figures {
	if f, ok := c.figures[lang]; ok {
		return f
	}
	return c.figures[Default]
}

func (f *figures) say(n number.Formatter) string { return f.printer.Sprint(n) }

func (f *figures) number(n any) string {
	switch v := reflect.ValueOf(n); {
	case v.CanInt():
		return f.whole(v.Int())
	case v.CanUint():
		return f.whole(int64(v.Uint()))
	case v.CanFloat():
		return f.say(number.Decimal(v.Float(), f.grouping(v.Float())...))
	}
	return ""
}

func (f *figures) digits(n, least int) string {
	if said := strconv.Itoa(n); f.plain && n >= 0 {
		return strings.Repeat("0", max(0, least-len(said))) + said
	}
	return f.say(number.Decimal(n, number.NoSeparator(), number.MinIntegerDigits(least)))
}

// ordinal says a number that is a name, of JSON too; anything else is "".
func (f *figures) ordinal(n any) string {
	switch v := reflect.ValueOf(n); {
	case v.CanInt():
		return f.digits(int(v.Int()), 1)
	case v.CanFloat():
		return f.digits(int(v.Float()), 1)
	}
	return ""
}

// whole is the way of nearly all numbers that are said, which are small.
func (f *figures) whole(n int64) string {
	if f.plain && n >= 0 && n < 1000 {
		return strconv.FormatInt(n, 10)
	}
	return f.say(number.Decimal(n, f.grouping(float64(n))...))
}

func (f *figures) grouping(n float64) []number.Option {
	if n < f.least && n > -f.least {
		return []number.Option{number.NoSeparator()}
	}
	return nil
}

// ordinals are placeholders for numbers that are names: which row, line and character it is, not how many.
var ordinals = map[string]bool{"Row": true, "Line": true, "Column": true}

// figured are a sentence's data with its numbers as the language writes them.
func (c *catalogue) figured(lang string, data map[string]any) map[string]any {
	var out map[string]any // a copy, when something in it changes
	for name, value := range data {
		if _, words := value.(string); words {
			continue
		}
		f := c.figuresFor(lang)
		said := f.number(value)
		if ordinals[name] {
			said = f.ordinal(value)
		}
		if said == "" {
			continue
		}
		if out == nil {
			out = maps.Clone(data)
		}
		out[name] = said
	}
	if out == nil {
		return data
	}
	return out
}
