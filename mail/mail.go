// Package mail composes the letters Wherewithal writes and hands them to an SMTP server.
//
// It promises that a letter is readable as plain text and without images, that nothing a person typed can break
// out of the sentence it stands in (line ends, markup, header fields), that every link is an absolute web
// address, and that a failure to send is either worth another try (ErrTemporary) or not (ErrPermanent). All
// words come from the catalogue. It does not know who should get a mail or when, keeps no record of what was
// sent, and never retries: that is the business of the job that calls it.
package mail

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"net/url"
	"strings"
	"sync"
	texttemplate "text/template"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"wherewithal/wording/tongue"
)

// Rendered is a letter in words: one line of subject, and twice the same content.
type Rendered struct {
	Subject string
	Text    string // plain text, lines of at most 72 characters but for links
	HTML    string // a whole document
}

// Kind is one of the letters: SignIn, PossibleMatch, SomeoneWouldLike, Connected, AnswerHere, Message, NotThisTime, Agreed and so on.
type Kind interface {
	// Name is the kind as market.LetterKind has it, "possible_match".
	Name() string
	letter(w words) letter
}

//go:embed layout.html layout.txt
var layouts embed.FS

var (
	htmlLayout = htmltemplate.Must(htmltemplate.ParseFS(layouts, "layout.html"))
	textLayout = texttemplate.Must(texttemplate.New("layout.txt").
			Funcs(texttemplate.FuncMap{"wrap": wrap, "upper": strings.ToUpper, "rule": rule}).
			ParseFS(layouts, "layout.txt"))
)

// mostBytes of a letter on the wire, its two forms together: above about 102 kB a large reader cuts mails short, and the header comes
// on top.
const mostBytes = 97_500

// Render writes the letter in lang. Words in other languages are marked in the HTML, as those that are quoted say. What would
// make it longer than mailboxes bear is left out at the end of its list, and it says so. It fails when a link of it is not an
// absolute http or https address.
func Render(lang string, kind Kind, quoted ...tongue.Words) (Rendered, error) {
	l := kind.letter(words{lang})
	l.tidy()
	if err := l.checkLinks(); err != nil {
		return Rendered{}, fmt.Errorf("mail %s: %w", kind.Name(), err)
	}
	r, err := l.render(lang, quoted)
	for first := true; err == nil && len(l.Cards) > 1 && r.bytes() > mostBytes; first = false {
		if first {
			l.Closing = append([]string{words{lang}.say("rest", nil)}, l.Closing...)
		}
		l.Cards = l.Cards[:min(len(l.Cards)-1, max(1, len(l.Cards)*mostBytes/r.bytes()))]
		r, err = l.render(lang, quoted)
	}
	if err != nil {
		return Rendered{}, fmt.Errorf("mail %s: %w", kind.Name(), err)
	}
	return r, nil
}

// draft is what a letter is written on; it is used again, since one takes more memory than all else that is needed to write it.
type draft struct{ html, text bytes.Buffer }

var drafts = sync.Pool{New: func() any { return new(draft) }}

func (l letter) render(lang string, quoted []tongue.Words) (Rendered, error) {
	d := drafts.Get().(*draft)
	defer drafts.Put(d)
	html, text := &d.html, &d.text
	html.Reset()
	text.Reset()
	if err := htmlLayout.Execute(html, l.sheet()); err != nil {
		return Rendered{}, err
	}
	if err := textLayout.Execute(text, l); err != nil {
		return Rendered{}, err
	}
	return Rendered{Subject: l.Subject, Text: text.String(), HTML: string(tongue.Mark(html.Bytes(), lang, quoted...))}, nil
}

// bytes on the wire.
func (r Rendered) bytes() int {
	_, html := encoding(r.HTML)
	_, text := encoding(r.Text)
	return html + text
}

// encoding is the shorter of the two that take any text over the wire (RFC 2045, 6.7 and 6.8), and how long a text is in it: what is not
// in Latin letters takes three times its length in the one, four thirds in the other.
func encoding(text string) (gomail.Encoding, int) {
	const line, end = 75, 2 // characters, and what ends them
	quoted, column := 0, 0
	for i := range len(text) {
		each := 1
		switch b := text[i]; {
		case b == '\n':
			quoted, column = quoted+end, 0
			continue
		case b == '=' || b >= utf8.RuneSelf:
			each = 3
		}
		if column += each; column > line {
			quoted, column = quoted+1+end, each // "=" says that the line goes on
		}
		quoted += each
	}
	if binary := (len(text) + 2) / 3 * 4; binary+binary/line*end < quoted {
		return gomail.EncodingB64, binary + binary/line*end
	}
	return gomail.EncodingQP, quoted
}

// checkLink refuses what must never stand behind a button: scripts, relative addresses, addresses that carry
// a name or password.
func checkLink(link string) error {
	u, err := url.Parse(link)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		return fmt.Errorf("not a web address to link to: %.80q", link)
	}
	return nil
}
