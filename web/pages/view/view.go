// Package view draws the site's pages. Each file is one noun: its view model, a plain struct, and the templ
// components that render it. A component is a pure function of its struct and of the language in its context.
//
// It promises that every page reads and works with JavaScript off, carries no inline script or style, and
// takes its own words from the catalogue (wording/en-GB/pages.toml). It knows no request, no database and no
// rule of the market: what comes from data arrives already worded, and whether a button is shown arrives as a
// bool. The handlers in web/pages fill the structs; the URLs the forms post to are listed in routes.go.
package view

import (
	"context"
	"strings"

	"wherewithal/wording"
)

type langKey struct{}

// WithLang gives ctx the language in which components rendered with it speak.
func WithLang(ctx context.Context, lang string) context.Context {
	return context.WithValue(ctx, langKey{}, lang)
}

// Lang is the language of ctx, wording.Default when none was given.
func Lang(ctx context.Context) string {
	if lang, ok := ctx.Value(langKey{}).(string); ok && lang != "" {
		return lang
	}
	return wording.Default
}

// T says the sentence of key in the language of ctx. Pairs fill its placeholders: T(ctx, "find.found",
// "Count", 12). A name without a value is ignored.
func T(ctx context.Context, key string, pairs ...any) string {
	return wording.Text(Lang(ctx), key, placeholders(pairs))
}

func placeholders(pairs []any) map[string]any {
	data := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			data[name] = pairs[i+1]
		}
	}
	return data
}

// Option is one choice of a select, a radio group or a set of checkboxes.
type Option struct {
	Value string
	Label string // already worded; Options fills it from the catalogue
	Hint  string // a second line, or empty
	Count int    // how many results it would leave; drawn only by facets
	On    bool
	Lang  string // of Label, where it is not the page's
}

// Options makes the choices of a set whose words stand in the catalogue as "set.value": Options(ctx, "kind",
// []string{"room", "skill"}, "room"). Chosen ones are On.
func Options(ctx context.Context, set string, values []string, chosen ...string) []Option {
	on := map[string]bool{}
	for _, v := range chosen {
		on[v] = true
	}
	options := make([]Option, 0, len(values))
	for _, v := range values {
		options = append(options, Option{Value: v, Label: T(ctx, set+"."+v), On: on[v]})
	}
	return options
}

// Link is words that lead somewhere.
type Link struct {
	Href string
	Text string
}

// Side says which side of the market something is on.
type Side string

// The two sides: an offer is drawn solid, a need as a gap.
const (
	Offer Side = "offer"
	Need  Side = "need"
)

// piece is a run of a heading: plain, or one of the words that the two sides underline.
type piece struct {
	Text string
	Side Side
}

// pieces reads a catalogue heading in which +word+ belongs to offers and ~word~ to needs, so that a translator
// can put them in any order.
func pieces(heading string) []piece {
	var out []piece
	for heading != "" {
		at := strings.IndexAny(heading, "+~")
		if at < 0 {
			return append(out, piece{Text: heading})
		}
		mark := heading[at : at+1]
		word, rest, closed := strings.Cut(heading[at+1:], mark)
		if !closed {
			return append(out, piece{Text: heading})
		}
		if at > 0 {
			out = append(out, piece{Text: heading[:at]})
		}
		out = append(out, piece{Text: word, Side: sideOfMark[mark]})
		heading = rest
	}
	return out
}

var sideOfMark = map[string]Side{"+": Offer, "~": Need}
