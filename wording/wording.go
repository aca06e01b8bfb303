// Package wording holds every sentence that pages and mails say, in one catalogue of TOML files which a
// translator can edit: one folder a language, one file a subject.
//
// It promises that a key stands in exactly one file, that a sentence whose placeholders are not all filled is
// never shown half empty, and that looking a sentence up costs no parsing. It returns plain text: whoever puts
// it into HTML escapes it. It does not know who reads, nor which language they prefer; the doors do.
package wording

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

// Default is the language of a reader who asked for none that we have.
const Default = "en-GB"

//go:embed en-GB/*.toml
var files embed.FS

var (
	words   = mustLoad(files)
	missing atomic.Int64
)

// strict refuses a sentence with an unfilled placeholder; text/template would write "<no value>" into a mail.
var strict = quick{&template.TextParser{Option: "missingkey=error"}}

type catalogue struct {
	localizers map[string]*i18n.Localizer // by language, filled once: safe to read concurrently
	figures    map[string]*figures        // by language, too
	plain      map[string]*sync.Map       // by language, too: sentences that nothing is filled in of, by key, once they were said
	keys       []string                   // of the default language, sorted
}

func mustLoad(fsys fs.FS) *catalogue {
	c, err := load(fsys)
	if err != nil {
		panic("wording: " + err.Error()) // embedded, so this can only happen to whoever edits a file
	}
	return c
}

func load(fsys fs.FS) (*catalogue, error) {
	names, err := fs.Glob(fsys, "*/*.toml")
	if err != nil {
		return nil, err
	}
	bundle := i18n.NewBundle(language.MustParse(Default))
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	home := map[string]string{} // "language key" to the file it stands in
	c := &catalogue{localizers: map[string]*i18n.Localizer{}, figures: map[string]*figures{}, plain: map[string]*sync.Map{}}
	for _, name := range names {
		if err := c.add(bundle, fsys, name, home); err != nil {
			return nil, err
		}
	}
	slices.Sort(c.keys)
	for lang := range c.localizers {
		if c.figures[lang], err = c.figuresOf(lang); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// add loads one file. The library reads the language from the file's name, where we keep it in the folder's:
// "en-GB/mails.toml" goes in as "mails.en-GB.toml".
func (c *catalogue) add(bundle *i18n.Bundle, fsys fs.FS, name string, home map[string]string) error {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	lang := path.Dir(name)
	base := path.Base(name)
	file, err := bundle.ParseMessageFileBytes(text, base[:len(base)-len(".toml")]+"."+lang+".toml")
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, m := range file.Messages {
		if other, taken := home[lang+" "+m.ID]; taken {
			return fmt.Errorf("%s: key %q stands in %s already", name, m.ID, other)
		}
		home[lang+" "+m.ID] = name
		if lang == Default {
			c.keys = append(c.keys, m.ID)
		}
	}
	c.localizers[lang], c.plain[lang] = i18n.NewLocalizer(bundle, lang), &sync.Map{}
	return nil
}

// Text says the sentence of key in lang, or in Default when lang has no such sentence. Data fills its
// placeholders, numbers as the language writes them; data["Count"], any whole number, chooses singular or plural. A key that does not exist, or a
// placeholder that data does not fill, gives "⟦key⟧" and is counted by Missing. Safe to call concurrently.
func Text(lang, key string, data map[string]any) string {
	said, _ := words.say(lang, key, data) // an error with words is a fallback: another language, or the plural
	if said == "" {
		missing.Add(1)
		return "⟦" + key + "⟧"
	}
	return said
}

func (c *catalogue) say(lang, key string, data map[string]any) (string, error) {
	if c.localizers[lang] == nil {
		lang = Default
	}
	if len(data) > 0 {
		return c.fill(lang, key, data)
	}
	if said, ok := c.plain[lang].Load(key); ok {
		return said.(string), nil
	}
	said, err := c.fill(lang, key, nil)
	if err == nil {
		c.plain[lang].Store(key, said)
	}
	return said, err
}

func (c *catalogue) fill(lang, key string, data map[string]any) (string, error) {
	return c.localizers[lang].Localize(&i18n.LocalizeConfig{
		MessageID: key, TemplateData: c.figured(lang, data), PluralCount: data["Count"], TemplateParser: strict,
	})
}

// Has tells whether the catalogue holds key.
func Has(key string) bool {
	_, found := slices.BinarySearch(words.keys, key)
	return found
}

// Keys lists every key of the default language, sorted.
func Keys() []string { return slices.Clone(words.keys) }

// Missing is how often Text had to answer with a key in brackets since the program started. A test that walks
// the pages asserts that it is zero.
func Missing() int64 { return missing.Load() }
