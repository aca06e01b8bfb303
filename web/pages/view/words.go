package view

import (
	"context"

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
