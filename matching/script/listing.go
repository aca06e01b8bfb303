package script

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"wherewithal/market"
)

// setters say what a line under a listing means: its key, and what its value does.
var setters = map[string]func(e *market.Entry, value string) error{
	"kind":          func(e *market.Entry, v string) error { e.Listing.Kind = v; return nil },
	"title":         func(e *market.Entry, v string) error { e.Listing.Title = v; return nil },
	"says":          func(e *market.Entry, v string) error { e.Listing.Description = v; return nil },
	"tags":          func(e *market.Entry, v string) error { e.Listing.Tags = split(v); return nil },
	"language":      func(e *market.Entry, v string) error { e.Listing.Language = v; return nil },
	"way":           func(e *market.Entry, v string) error { e.Listing.Where = market.Where(v); return nil },
	"circle":        func(e *market.Entry, v string) error { e.Listing.Circle = market.Circle(v); return nil },
	"life":          func(e *market.Entry, v string) error { e.Listing.Life = market.Life(v); return nil },
	"outcode":       func(e *market.Entry, v string) error { e.Outcode = v; return nil },
	"borough":       func(e *market.Entry, v string) error { e.Borough = v; return nil },
	"region":        func(e *market.Entry, v string) error { e.Region = v; return nil },
	"has":           func(e *market.Entry, v string) error { e.Listing.Has = list[market.Feature](v); return nil },
	"requires":      func(e *market.Entry, v string) error { e.Listing.Requires = list[market.Feature](v); return nil },
	"involves":      func(e *market.Entry, v string) error { e.Listing.Involves = list[market.Use](v); return nil },
	"welcomes":      func(e *market.Entry, v string) error { e.Listing.Welcomes = list[market.Use](v); return nil },
	"not allowed":   func(e *market.Entry, v string) error { e.Listing.NotAllowed = list[market.Use](v); return nil },
	"quantity":      number(func(e *market.Entry, n int) { e.Listing.Quantity = n }),
	"smallest part": number(func(e *market.Entry, n int) { e.Listing.Splittable, e.Listing.SmallestPart = true, n }),
	"reach":         number(func(e *market.Entry, n int) { e.Listing.ReachKM = float64(n) }),
	"north":         north,
	"facts":         facts,
	"terms":         terms,
	"opened":        opened,
	"paused until":  pausedUntil,
}

func set(e *market.Entry, key, value string) error {
	for _, table := range []map[string]func(*market.Entry, string) error{setters, groupSetters, timeSetters} {
		if do, ok := table[key]; ok {
			return do(e, value)
		}
	}
	return fmt.Errorf("nothing is called %q", key)
}

func number(do func(*market.Entry, int)) func(*market.Entry, string) error {
	return func(e *market.Entry, value string) error {
		n, err := strconv.Atoi(value)
		do(e, n)
		return err
	}
}

func split(s string) []string { return list[string](s) }

func list[T ~string](s string) (out []T) {
	for _, x := range strings.Split(s, ",") {
		out = append(out, T(strings.TrimSpace(x)))
	}
	return out
}

// north is how many km north of the middle of the story.
func north(e *market.Entry, value string) error {
	km, err := strconv.ParseFloat(value, 64)
	e.Point.Lat = 51.48 + km/111.195
	return err
}

// facts reads "seated 40, kitchen".
func facts(e *market.Entry, value string) error {
	for _, f := range split(value) {
		name, number, numbered := strings.Cut(f, " ")
		if !numbered {
			e.Listing.Facts[name] = true
			continue
		}
		n, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return err
		}
		e.Listing.Facts[name] = n
	}
	return nil
}

// terms reads "gift", "at_cost 2500", "at_cost 1500 hour" and "loan 14".
func terms(e *market.Entry, value string) (err error) {
	t, words, n := &e.Listing.Terms, strings.Fields(value), 0
	t.Kind = market.TermsKind(words[0])
	if len(words) > 1 {
		n, err = strconv.Atoi(words[1])
	}
	if len(words) > 2 {
		t.Per = words[2]
	}
	if t.Kind == market.Loan {
		t.LoanDays = n
	} else {
		t.Pence = n
	}
	return err
}

func opened(e *market.Entry, value string) error {
	at := market.Date(value).Time(time.UTC)
	e.Listing.OpenedAt = &at
	return nil
}

func pausedUntil(e *market.Entry, value string) error {
	at := market.Date(value).Time(time.UTC)
	e.Listing.PausedUntil = &at
	return nil
}
