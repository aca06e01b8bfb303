package view

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"wherewithal/wording"
)

// spoken are the attributes of an element that holds somebody's own words in lang: lang and dir, where that is not the language
// of the page. A tag that means nothing to a browser is left out.
func spoken(ctx context.Context, lang string) templ.Attributes {
	if !wording.IsLanguage(lang) || wording.SameLanguage(lang, Lang(ctx)) {
		return nil
	}
	return templ.Attributes{"lang": lang, "dir": wording.Direction(lang)}
}

// digits are those of the page's language, 0 to 9, for elements that count: none where they are those that a script has anyway.
func digits(ctx context.Context) templ.Attributes {
	var all strings.Builder
	for n := range 10 {
		all.WriteString(wording.Digits(Lang(ctx), n, 1))
	}
	if all.String() == "0123456789" {
		return nil
	}
	return templ.Attributes{"data-digits": all.String()}
}

// written are those of an element with words that say no language of their own: each stands as its first letters do, and lang, if
// it is not empty, is what their writer is taken to write in.
func written(ctx context.Context, lang string) templ.Attributes {
	said := spoken(ctx, lang)
	if said == nil {
		said = templ.Attributes{}
	}
	said["dir"] = "auto"
	return said
}
