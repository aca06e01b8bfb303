package mail

import (
	"wherewithal/market"
	"wherewithal/wording"
)

// Notice is a letter of a few sentences and one link. The catalogue words its kind: subject, heading, opening, action,
// next and why; a variant of the kind says what stands there as "<sentence>_<variant>" instead.
type Notice struct {
	Kind    market.LetterKind
	Variant string
	Data    map[string]any // fills the sentences
	Said    string         // what a person wrote, in paragraphs; may be empty
	Facts   []NoticeFact
	Link    string
}

// NoticeFact is something to keep: Label is a sentence of the kind.
type NoticeFact struct{ Label, Value string }

func (m Notice) Name() string { return string(m.Kind) }

func (m Notice) letter(w words) letter {
	say := func(sentence string) string { return w.say(m.sentence(sentence), m.Data) }
	l := letter{Lang: w.lang, Home: w.home(), Subject: say("subject"), Heading: say("heading"), Why: say("why"),
		Opening: []string{say("opening")}, Action: &link{Label: say("action"), To: m.Link}, Closing: []string{say("next")}}
	if m.Said != "" {
		l.Said = paragraphs(m.Said)
	}
	for _, f := range m.Facts {
		l.Facts = append(l.Facts, fact{Label: say(f.Label), Value: f.Value})
	}
	return l
}

// sentence is the key of a sentence of the kind, in its variant where that has one of its own.
func (m Notice) sentence(name string) string {
	key := string(m.Kind) + "." + name
	if m.Variant != "" && wording.Has("mail."+key+"_"+m.Variant) {
		return key + "_" + m.Variant
	}
	return key
}
