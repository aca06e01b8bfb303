package wording

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func adds(t *testing.T, files map[string]string) {
	t.Helper()
	before := words
	t.Cleanup(func() { words = before })
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	if err := Add(fsys); err != nil {
		t.Fatal(err)
	}
}

func TestAnOperatorsLanguageIsSpokenAndLeansOnTheDefault(t *testing.T) {
	adds(t, map[string]string{
		"cy/site.toml": "[site]\nsign_in = \"Mewngofnodi\"\n[site.waiting]\nzero=\"dim\"\none=\"{{.Count}} un\"\ntwo=\"{{.Count}} dau\"\nfew=\"{{.Count}} ychydig\"\nmany=\"{{.Count}} llawer\"\nother=\"{{.Count}} arall\"\n",
		"ar/site.toml": "[site]\nsign_in = \"دخول\"\n",
	})
	if diff := cmp.Diff([]string{"en-GB", "ar", "cy"}, Languages()); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct{ wanted, lang, said, dir string }{
		{"cy-GB, en;q=0.5", "cy", "Mewngofnodi", "ltr"},
		{"ar-EG", "ar", "دخول", "rtl"},
		{"fr, en-US;q=0.9", "en-GB", "Sign in", "ltr"},
		{"", "en-GB", "Sign in", "ltr"},
		{"*;q=x,,-", "en-GB", "Sign in", "ltr"},
	} {
		lang := Best(c.wanted)
		if lang != c.lang || Text(lang, "site.sign_in", nil) != c.said || Direction(lang) != c.dir {
			t.Errorf("%q: %s %q %s", c.wanted, lang, Text(lang, "site.sign_in", nil), Direction(lang))
		}
	}
	if got := Text("cy", "site.sign_out", nil); got != "Sign out" {
		t.Errorf("a sentence that Welsh lacks: %q", got)
	}
	var plurals []string
	for _, n := range []int{0, 1, 2, 3, 6, 7} {
		plurals = append(plurals, Text("cy", "site.waiting", map[string]any{"Count": n}))
	}
	if diff := cmp.Diff([]string{"dim", "1 un", "2 dau", "3 ychydig", "6 llawer", "7 arall"}, plurals); diff != "" {
		t.Errorf("Welsh has six plurals: %s", diff)
	}
}

func TestAFolderWithoutALanguageIsRefused(t *testing.T) {
	for _, fsys := range []fs.FS{fstest.MapFS{}, os.DirFS("no/such/folder"), fstest.MapFS{"pages.toml": {Data: []byte("a = \"b\"")}}} {
		if err := Add(fsys); !errors.Is(err, ErrNoLanguage) {
			t.Errorf("err = %v", err)
		}
	}
}

func TestABrokenLanguageIsNamedAndNothingIsTakenIn(t *testing.T) {
	err := Add(fstest.MapFS{"cy/site.toml": {Data: []byte("[site")}})
	if err == nil || !strings.Contains(err.Error(), "cy/site.toml") {
		t.Errorf("err = %v", err)
	}
	if diff := cmp.Diff([]string{Default}, Languages()); diff != "" {
		t.Error(diff)
	}
}

func TestEveryLanguageToChooseHasANameOfItsOwn(t *testing.T) {
	adds(t, map[string]string{"fr-CA/site.toml": "[site]\nsign_in = \"Connexion\"\n"})
	of, rtl := map[string]string{}, []string{}
	for _, tag := range Spoken() {
		name := NameOf(tag)
		if !IsLanguage(tag) || of[name] != "" {
			t.Errorf("%s is %q, as is %q", tag, name, of[name])
		}
		of[name] = tag
		if Direction(tag) == "rtl" {
			rtl = append(rtl, tag)
		}
	}
	if of["français"] != "fr" || of["français canadien"] != "fr-CA" {
		t.Error("a language of the pages cannot be chosen", of)
	}
	if diff := cmp.Diff([]string{"yi", "he", "ur", "ar", "ps", "fa", "ckb"}, rtl); diff != "" {
		t.Error("from right to left", diff)
	}
	for _, tag := range []string{"", "und", "und-Arab", "xx", "mul", "zxx", "x-mine", "English", "klingon", "en_GB", "en_!", "en-x-abcdefgh-abcdefgh", "<b>"} {
		if IsLanguage(tag) {
			t.Errorf("%q is no language", tag)
		}
	}
	for tag, name := range map[string]string{"EN-gb": "British English", "kri": "Krio", "syl": "syl", "nv": "Navajo", "klingon": "klingon", "": ""} {
		if NameOf(tag) != name || IsLanguage(tag) == (tag == "klingon" || tag == "") {
			t.Errorf("%q is %q", tag, NameOf(tag))
		}
	}
	for _, c := range []struct {
		a, b string
		same bool
	}{{"en-GB", "en-US", true}, {"en-XA", "en", true}, {"zh-Hans", "zh-Hant", false}, {"zh", "zh-Hans", true}, {"ar", "fa", false}, {"az", "az-Arab", false}} {
		if SameLanguage(c.a, c.b) != c.same {
			t.Errorf("%s and %s", c.a, c.b)
		}
	}
}
