package api_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"wherewithal/web/api"
	"wherewithal/web/httpx"
	"wherewithal/wording"
)

// onPages are problems of forms and browsers, which no program meets, that of acts that want a fresh sign-in, and that of who went away and reads no answer.
var onPages = []string{"wrong_code", "wrong_browser", "cross_origin", "went_away", "unproved", "involved"}

func TestEveryCodeThatCanBeAnsweredIsInTheTable(t *testing.T) {
	codes := map[string]bool{}
	for _, k := range api.ProblemKinds() {
		if codes[k.Code] {
			t.Errorf("%s stands in the table twice", k.Code)
		}
		codes[k.Code] = true
	}
	for _, code := range append(httpx.Kinds(), api.Refusals()...) {
		if !codes[code] && !slices.Contains(onPages, code) {
			t.Errorf("%s can be answered, and is not in the table", code)
		}
	}
	if p := api.Unlisted(); p.Code != "fault" || p.Status != 500 {
		t.Errorf("a code that nobody can look up is answered: %+v", p)
	}
	for code := range codes {
		for _, key := range []string{"api." + code, "code." + code + "_when", "code." + code + "_do"} {
			if !wording.Has(key) {
				t.Errorf("no words for %s", key)
			}
		}
	}
	said := regexp.MustCompile(`^(?:api|code)\.(.+?)(?:_when|_do)?$`)
	for _, key := range wording.Keys() {
		if m := said.FindStringSubmatch(key); m != nil && !codes[m[1]] {
			t.Errorf("%s are words for a code that is never answered", key)
		}
	}
}

func TestAProblemLeadsToThePageThatSaysMoreOfIt(t *testing.T) {
	h := open(t)
	for path, code := range map[string]string{"/nowhere": "no_route", "/search?limit=0": "invalid", "/me": "signed_out"} {
		p := read[api.Problem](h.public().ask("GET", path, ""))
		if p.Code != code || p.Type != "/developers/errors#"+code || !strings.Contains(p.Detail, " ") {
			t.Errorf("%s: %+v", path, p)
		}
	}
}
