// Package tongue marks, in HTML that is ready to be sent, the words that are in another language than the page around them, so
// that they are read aloud, broken and set as that language is (WCAG 2.2, 3.1.2). People bring such words: what they call a
// listing stands in sentences of ours, in lists, and in mails.
//
// It promises that nothing is changed but that such words stand in a span with lang and dir: not in attributes, and not in elements
// that hold text alone (title, option, textarea, script). It marks what it is told of, and any other run of words whose
// script is none of the page's language, which is then taken for the language that CLDR finds likeliest for the script. Words
// that nobody told it of are left alone where they are in the page's own script: which language those are in, no script says.
package tongue

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"wherewithal/wording"
)

// Words are somebody's own, in the language that they said (BCP 47).
type Words struct{ Text, Lang string }

// Mark is a page, or a part of one, in lang with every word of another language marked; told are those whose language is known.
// Elements that say already that they are in another language are left as they are.
func Mark(page []byte, lang string, told ...Words) []byte {
	m := newMarker(lang, told)
	if len(m.told) == 0 && !m.foreign(page) {
		return page
	}
	var out bytes.Buffer
	t := html.NewTokenizer(bytes.NewReader(page))
	for kind := t.Next(); kind != html.ErrorToken; kind = t.Next() {
		raw := t.Raw()
		if kind == html.TextToken && !m.deaf() {
			m.write(&out, raw)
			continue
		}
		out.Write(raw)
		m.pass(kind, t)
	}
	return out.Bytes()
}

// marker goes through a page.
type marker struct {
	lang    string
	own     []string // scripts of lang
	told    []Words  // those that are not in lang, the longest first
	within  []element
	scripts map[string]string // language of what is told, by its script
}

// element is one that was begun and has not ended. Of a deaf one the text stays as it is.
type element struct {
	name string
	deaf bool
}

func newMarker(lang string, told []Words) *marker {
	m := &marker{lang: lang, own: scriptsOf(lang), scripts: map[string]string{}}
	for _, w := range told {
		if w.Text == "" || !wording.IsLanguage(w.Lang) || wording.SameLanguage(w.Lang, lang) {
			continue
		}
		m.told = append(m.told, w)
		for _, s := range scriptsOf(w.Lang) {
			m.scripts[s] = w.Lang
		}
	}
	slices.SortStableFunc(m.told, func(a, b Words) int { return len(b.Text) - len(a.Text) })
	return m
}

func (m *marker) deaf() bool { return len(m.within) > 0 && m.within[len(m.within)-1].deaf }

var (
	void     = strings.Fields("area base br col embed hr img input link meta source track wbr")
	textOnly = strings.Fields("script style title textarea option noscript svg")
)

// pass follows the beginnings and ends of elements.
func (m *marker) pass(kind html.TokenType, t *html.Tokenizer) {
	name, more := t.TagName()
	e := element{name: string(name)}
	switch kind {
	case html.StartTagToken:
		if slices.Contains(void, e.name) {
			return
		}
		e.deaf = m.deaf() || slices.Contains(textOnly, e.name)
		for more {
			var key, value []byte
			key, value, more = t.TagAttr()
			e.deaf = e.deaf || string(key) == "lang" && !wording.SameLanguage(string(value), m.lang)
		}
		m.within = append(m.within, e)
	case html.EndTagToken:
		for i, open := range slices.Backward(m.within) {
			if open.name == e.name {
				m.within = m.within[:i]
				return
			}
		}
	}
}

// write writes a text, as it stands in a page, with what is to be marked in it.
func (m *marker) write(out *bytes.Buffer, raw []byte) {
	pieces := m.pieces(html.UnescapeString(string(raw)))
	if len(pieces) == 1 && pieces[0].Lang == "" {
		out.Write(raw)
		return
	}
	for _, p := range pieces {
		text := html.EscapeString(p.Text)
		if p.Lang != "" {
			text = `<span lang="` + p.Lang + `" dir="` + wording.Direction(p.Lang) + `">` + text + `</span>`
		}
		out.WriteString(text)
	}
}

// pieces takes a text apart: what is in no other language has no Lang.
func (m *marker) pieces(text string) []Words {
	at, w := m.first(text)
	if w.Text == "" {
		return m.runs(text)
	}
	var all []Words
	if at > 0 {
		all = m.runs(text[:at])
	}
	all = append(all, w)
	if rest := text[at+len(w.Text):]; rest != "" {
		all = append(all, m.pieces(rest)...)
	}
	return all
}

// first finds what was told that stands first in a text, as words and not within one; of two at one place the longer.
func (m *marker) first(text string) (at int, found Words) {
	at = len(text)
	for _, w := range m.told {
		for from := 0; from < at; {
			i := strings.Index(text[from:], w.Text)
			if i < 0 || from+i >= at {
				break
			}
			if from += i; alone(text, from, from+len(w.Text)) {
				at, found = from, w
				break
			}
			from++
		}
	}
	return at, found
}
