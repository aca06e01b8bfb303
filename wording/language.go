package wording

import (
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"slices"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// ErrNoLanguage says that a folder of translations holds none, or is not there.
var ErrNoLanguage = errors.New("no file such as cy/pages.toml is in it")

// Add takes in further languages from a folder of an operator: one folder a language in it, named by its BCP 47 tag, with
// files like those of en-GB. What such a language does not say is said in Default. Call it before anybody asks for
// words. An error names the file, and then nothing was taken in; ErrNoLanguage: there is none in the folder.
func Add(fsys fs.FS) error {
	if names, err := fs.Glob(fsys, "*/*.toml"); err != nil || len(names) == 0 {
		return errors.Join(ErrNoLanguage, err)
	}
	c, err := load(layers{files, fsys})
	if err == nil {
		words = c
	}
	return err
}

// layers is a file system over another: a file is looked for in the last first.
type layers []fs.FS

func (l layers) Open(name string) (fs.File, error) {
	var err error
	for _, fsys := range slices.Backward(l) {
		f, failed := fsys.Open(name)
		if failed == nil {
			return f, nil
		}
		err = failed
	}
	return nil, err
}

// Glob finds what any layer has.
func (l layers) Glob(pattern string) ([]string, error) {
	found := map[string]bool{}
	for _, fsys := range l {
		names, err := fs.Glob(fsys, pattern)
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			found[n] = true
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// Languages are those that pages and mails can be had in, Default first and then in the order of their tags.
func Languages() []string {
	all := slices.Sorted(maps.Keys(words.localizers))
	all = slices.DeleteFunc(all, func(l string) bool { return l == Default })
	return append([]string{Default}, all...)
}

// Best is the language of ours that suits somebody best who wants one of these, each a tag or the value of an
// Accept-Language header, the most wanted first (RFC 4647 by CLDR's table of what readers of one can read).
func Best(wanted ...string) string {
	ours := Languages()
	if len(ours) == 1 {
		return Default
	}
	tags := make([]language.Tag, len(ours))
	for i, l := range ours {
		tags[i] = language.Make(l)
	}
	_, at := language.MatchStrings(language.NewMatcher(tags), wanted...)
	return ours[at]
}

// NameOf is what speakers of a language call it, "Cymraeg"; where CLDR does not know that, its English name, "Krio"; and its
// tag where that has none either.
func NameOf(lang string) string {
	tag := language.Make(lang)
	base, sure := tag.Base()
	if sure != language.Exact {
		return lang
	}
	return cmp.Or(display.Self.Name(tag), display.English.Languages().Name(base), lang)
}

// Direction is how a language is written: "rtl" or "ltr".
func Direction(lang string) string {
	script, _ := language.Make(lang).Script()
	if slices.Contains(rightToLeft, script.String()) {
		return "rtl"
	}
	return "ltr"
}

// rightToLeft are the scripts of living languages that are (unicode.org/reports/tr9, CLDR's character order).
var rightToLeft = []string{"Adlm", "Arab", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"}
