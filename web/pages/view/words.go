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
