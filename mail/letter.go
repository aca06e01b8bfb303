package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"wherewithal/wording"
)

// letter is what every kind of mail is made of; one layout writes it as HTML, another as text.
type letter struct {
	Lang    string
	Subject string
	Heading string     // what happened, in one line
	Opening []string   // who, what and why
	Said    [][]string // what a person wrote: paragraphs of lines
	Cards   []card     // the listings it is about
	Facts   []fact     // what to keep: a name, an address to answer to, a time
	Action  *link      // the next step
	Closing []string   // what happens then, what to do otherwise
	Why     string     // why this person gets this mail
	Stop    *link      // how to get no more of this kind; nil for kinds that cannot be stopped

	StopSays string // what its link says where it stops less than a kind
	Home     string // the site's name
}

// sheet is a letter with how its language is written, and the sides on which its lines begin and end. Mail programs know few of the
// CSS words for "where the line begins".
type sheet struct {
	letter
	Dir, Begin, End string
}

func (l letter) sheet() sheet {
	if dir := wording.Direction(l.Lang); dir == "rtl" {
		return sheet{l, dir, "right", "left"}
	}
	return sheet{l, "ltr", "left", "right"}
}

// card shows one listing: solid for what is offered, dashed for what is needed.
type card struct {
	Head    string // of the part that begins with it; mostly empty
	Offer   bool
	Side    string // "Offered", "Needed"
	Title   string
	By      string // the group, in words; may be empty
	Because string // heading of the reasons
	Reasons []string
	Note    string // one more line; may be empty
	Action  *link
	Stop    *link // how to get no more like it; mostly nil
	More    *link // beneath it: how many more there are, and where; mostly nil
}

type fact struct {
	Label, Value string
	Mail         bool // Value is a mail address to answer to
}

type link struct{ Label, To string }

// words says catalogue sentences in one language.
type words struct{ lang string }

func (w words) say(key string, data map[string]any) string {
	return wording.Text(w.lang, "mail."+key, data)
}

// new starts a letter of a kind: its subject, heading and reason to be sent, all filled from data.
func (w words) new(kind string, data map[string]any) letter {
	return letter{
		Lang:    w.lang,
		Subject: w.say(kind+".subject", data),
		Heading: w.say(kind+".heading", data),
		Why:     w.say(kind+".why", data),
		Home:    w.home(),
	}
}

func (w words) home() string { return wording.Text(w.lang, "site.name", nil) }

func (w words) offer(title, by string) card {
	return card{Offer: true, Side: w.say("side_offer", nil), Title: title, By: w.by(by)}
}

func (w words) need(title, by string) card {
	return card{Side: w.say("side_need", nil), Title: title, By: w.by(by)}
}

func (w words) by(group string) string {
	if group == "" {
		return ""
	}
	return w.say("by", map[string]any{"Group": group})
}

func (w words) because(c card, reasons []string) card {
	c.Because, c.Reasons = w.say("because", nil), reasons
	return c
}

func (w words) action(key, to string) *link {
	return &link{Label: w.say(key, nil), To: to}
}

// more says how many more there are, and leads to them.
func (w words) more(key string, count int, to string) *link {
	return &link{Label: w.say(key, map[string]any{"Count": count}), To: to}
}

// stop is the link that ends mails of an optional kind; none when there is no address for it.
func (w words) stop(to string) *link {
	if to == "" {
		return nil
	}
	return w.action("stop", to)
}

// tidy makes each string of the letter one plain line, so that a title with line ends in it cannot start a
// paragraph, a header field or a forged footer of its own.
func (l *letter) tidy() {
	lines := []*string{&l.Subject, &l.Heading, &l.Why}
	lines = append(lines, each(l.Opening)...)
	lines = append(lines, each(l.Closing)...)
	for i := range l.Cards {
		c := &l.Cards[i]
		lines = append(lines, &c.Head, &c.Title, &c.By, &c.Note)
		lines = append(lines, each(c.Reasons)...)
	}
	for i := range l.Facts {
		lines = append(lines, &l.Facts[i].Value)
	}
	for _, s := range lines {
		*s = oneLine(*s)
	}
}

func each(list []string) []*string {
	out := make([]*string, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

func (l *letter) checkLinks() error {
	links := []*link{l.Action, l.Stop}
	for _, c := range l.Cards {
		links = append(links, c.Action, c.Stop, c.More)
	}
	for _, to := range links {
		if to == nil {
			continue
		}
		if err := checkLink(to.To); err != nil {
			return err
		}
	}
	return nil
}

// oneLine drops what a line of text must not hold: control characters, line and paragraph separators, marks
// that turn the direction of what follows, bytes that are not UTF-8. Runs of space become one.
func oneLine(s string) string {
	if isOneLine(s) {
		return s
	}
	kept := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		case unicode.Is(unicode.Bidi_Control, r), r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(kept), " ")
}

// isOneLine says of most lines that they are one: plain letters with single spaces between the words.
func isOneLine(s string) bool {
	before := byte(' ')
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == ' ' && before == ' ' {
			return false
		}
		before = s[i]
	}
	return s == "" || before != ' '
}

// lineLength is what every reader of plain text shows without breaking (RFC 3676 says 78 or less).
const lineLength = 72

// wrap breaks s into lines, each begun by indent but the first; a word longer than a line, such as a link,
// stays whole.
func wrap(indent, s string) string {
	var out strings.Builder
	out.Grow(len(s) + len(s)/lineLength*(len(indent)+1))
	used := 0
	for word := range strings.FieldsSeq(s) {
		n := utf8.RuneCountInString(word)
		switch {
		case out.Len() == 0:
		case used+1+n > lineLength-len(indent):
			out.WriteString("\n" + indent)
			used = 0
		default:
			out.WriteByte(' ')
			used++
		}
		out.WriteString(word)
		used += n
	}
	return out.String()
}

// rule underlines a heading.
func rule(s string) string {
	return strings.Repeat("=", min(utf8.RuneCountInString(s), lineLength))
}
