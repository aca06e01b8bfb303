// Package wordingtest has languages that nobody speaks, to be shown to pages and mails in tests.
package wordingtest

import (
	"bytes"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/BurntSushi/toml"
)

// Accented is a language that nobody speaks and everybody can read (CLDR calls it en-XA): each Latin letter that can carries an
// accent, so that a plain one did not come from the catalogue.
const Accented = "en-XA"

// Mirrored is the same from right to left, as Arabic is written (en-XB by CLDR; its script makes it so).
const Mirrored = "en-Arab-XB"

// digits, by CLDR's name, are wide ones (１２３), so that a plain one was not written by the language's rules.
const digits = "fullwide"

var plain, marked = "aceilnorsuyzACEINORSUYZ", []rune("åçéíļñôŕšûýžÅÇÉÎÑÖŔŠÛÝŽ")

var (
	template = regexp.MustCompile(`\{\{[^}]*\}\}`)
	// and the number of a report, an id, and the beginning of a key
	address = regexp.MustCompile(`\S*(?:://|@)\S*|\b[0-9A-F]{8}\b|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\bwh_(?:live|test)_\w*`)
	// a word of plain letters that has one of those which are accented
	unaccented = regexp.MustCompile(`[A-Za-z]*[aceilnorsuyzACEINORSUYZ][A-Za-z]*`)
)

// Plain are the words of a text that did not come from the catalogue; addresses are no words.
func Plain(text string) []string {
	return unaccented.FindAllString(address.ReplaceAllString(text, ""), -1)
}

// PlainFigures are the numbers of a text that were not written as the language writes them.
func PlainFigures(text string) []string {
	return figure.FindAllString(address.ReplaceAllString(text, ""), -1)
}

var figure = regexp.MustCompile(`[0-9]+(?:[.,:][0-9]+)*`)

// Catalogue is all of the catalogue, the folder of its default language, in lang.
func Catalogue(t testing.TB, english fs.FS, lang string) fs.FS {
	t.Helper()
	names, err := fs.Glob(english, "*.toml")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	out := fstest.MapFS{}
	for _, name := range names {
		said := map[string]any{}
		if _, err := toml.DecodeFS(english, name, &said); err != nil {
			t.Fatal(err)
		}
		accentAll(said)
		if figures, ok := said["number"].(map[string]any); ok {
			figures["system"], figures["grouped_from"] = digits, "1000"
		}
		var b bytes.Buffer
		if err := toml.NewEncoder(&b).Encode(said); err != nil {
			t.Fatal(err)
		}
		out[path.Join(lang, name)] = &fstest.MapFile{Data: b.Bytes()}
	}
	return out
}

func accentAll(said map[string]any) {
	for key, value := range said {
		switch v := value.(type) {
		case string:
			said[key] = Accent(v)
		case map[string]any:
			accentAll(v)
		}
	}
}

// Accent is how a sentence of the catalogue reads in that language.
func Accent(text string) string {
	var b strings.Builder
	at := 0
	write := func(s string) {
		for _, r := range s {
			if i := strings.IndexRune(plain, r); i >= 0 {
				r = marked[i]
			}
			if '0' <= r && r <= '9' {
				r += '０' - '0'
			}
			b.WriteRune(r)
		}
	}
	for _, hole := range template.FindAllStringIndex(text, -1) {
		write(text[at:hole[0]])
		b.WriteString(text[hole[0]:hole[1]])
		at = hole[1]
	}
	write(text[at:])
	return b.String()
}

// Unaccent is how a text of that language reads in plain letters and figures.
func Unaccent(text string) string {
	return strings.Map(func(r rune) rune {
		if i := slices.Index(marked, r); i >= 0 {
			return rune(plain[i])
		}
		if '０' <= r && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, text)
}
