package mail

import (
	"strings"

	"wherewithal/market"
	"wherewithal/wording"
)

// Message passes on what somebody of the other side wrote.
type Message struct {
	Group      string // the side that reads this mail
	OtherGroup string
	Writer     string
	Text       string   // as written: lines, empty lines between paragraphs
	LeftOut    []string // names of files that were not passed on
	Answers    bool     // an answer to this mail reaches the writer; otherwise they are answered on the page
	Ended      bool     // nobody can answer any more
	Link       string   // the conversation on the page
}

func (Message) Name() string { return string(market.MessageLetter) }

func (m Message) letter(w words) letter {
	data := map[string]any{"Group": m.Group, "Other": m.OtherGroup, "Writer": m.Writer, "Files": strings.Join(m.LeftOut, ", ")}
	l := w.new("message", data)
	l.Said = paragraphs(m.Text)
	if len(m.LeftOut) > 0 {
		l.Closing = append(l.Closing, w.say("message.left_out", data))
	}
	next := "message.answer_page"
	switch {
	case m.Ended:
		next = "message.ended"
	case m.Answers:
		next = "message.answer_mail"
	}
	l.Closing = append(l.Closing, w.say(next, data))
	l.Action = w.action("message.action", m.Link)
	return l
}

// paragraphs are lines between empty lines.
func paragraphs(text string) (all [][]string) {
	for part := range strings.SplitSeq(strings.ReplaceAll(text, "\r", "\n"), "\n\n") {
		var lines []string
		for line := range strings.SplitSeq(part, "\n") {
			if line = oneLine(line); line != "" {
				lines = append(lines, line)
			}
		}
		if len(lines) > 0 {
			all = append(all, lines)
		}
	}
	return all
}

// Via is what stands in From for the person with a name whose words we pass on.
func Via(lang, name string) string {
	return wording.Text(lang, "mail.via", map[string]any{"Name": name, "Home": wording.Text(lang, "site.name", nil)})
}
