package words

import (
	_ "embed"
	"strings"
)

//go:embed field.txt
var fieldText string

// field is the table of things, read once from field.txt.
var field = readTable(fieldText)

// Name is one name of a thing of the field.
type Name struct {
	Thing int // which in the table, from 0
	Text  string
}

// Names of all things of the field, in the order of the table.
func Names() (out []Name) {
	thing := 0
	for line := range strings.Lines(fieldText) {
		name, names, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || strings.HasPrefix(name, "#") || strings.TrimSpace(name) == "weak" {
			continue
		}
		for _, n := range strings.Split(names, ",") {
			out = append(out, Name{thing, strings.TrimSpace(n)})
		}
		thing++
	}
	return out
}

// table knows things by phrases of one to a few words, and the weak words.
type table struct {
	byName  map[string]Token // as written, words joined by spaces: "gardens" is not "gardening"
	byStems map[string]Token // stems joined by spaces
	weak    map[string]bool
	begins  map[string]int // by first word, as written and as a stem: words of the longest phrase
}

// readTable reads the lines of field.txt; its format stands at its head.
func readTable(text string) *table {
	t := &table{byName: map[string]Token{}, byStems: map[string]Token{}, weak: map[string]bool{}, begins: map[string]int{}}
	for line := range strings.Lines(text) {
		name, names, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		if strings.TrimSpace(name) == "weak" {
			t.addWeak(names)
			continue
		}
		t.addThing(name, names)
	}
	return t
}

func (t *table) addWeak(names string) {
	for _, n := range strings.Split(names, ",") {
		t.weak[phraseKey(split(n))] = true
	}
}

func (t *table) addThing(name, names string) {
	name, broader, _ := strings.Cut(name, "<")
	thing := Token{Word: strings.TrimSpace(name)}
	thing.Key = thingKey(thing.Word)
	broader, thing.Apart = strings.CutPrefix(broader, "<")
	if broader = strings.TrimSpace(broader); broader != "" {
		thing.Broader = thingKey(broader)
	}
	for _, n := range strings.Split(names, ",") {
		raw := split(n)
		t.byName[strings.Join(raw, " ")] = thing
		if key := phraseKey(raw); t.byStems[key].Key == "" {
			t.byStems[key] = thing
		}
		for _, first := range []string{raw[0], stem(raw[0])} {
			t.begins[first] = max(t.begins[first], len(raw))
		}
	}
}

// thingKey cannot be a stem, so that a thing and a word never meet by accident.
func thingKey(name string) string { return "@" + name }

func phraseKey(raw []string) string {
	return strings.Join(stemsOf(raw), " ")
}

func stemsOf(raw []string) []string {
	stems := make([]string, len(raw))
	for i, w := range raw {
		stems[i] = stem(w)
	}
	return stems
}

// longest is the thing named by most of the words that come next, and how many they are; 0 when none is.
func (t *table) longest(raw, stem []string) (Token, int) {
	n := t.reach(raw[0], stem[0])
	if n = min(n, len(raw)); n == 0 {
		return Token{}, 0
	}
	name, stems := strings.Join(raw[:n], " "), strings.Join(stem[:n], " ")
	for ; n > 0; n-- {
		if thing, ok := t.byName[name]; ok {
			return thing, n
		}
		if thing, ok := t.byStems[stems]; ok {
			return thing, n
		}
		name, stems = shorter(name), shorter(stems)
	}
	return Token{}, 0
}

// reach is how many words the longest phrase has that begins so, 0 when none does.
func (t *table) reach(raw, stem string) int { return max(t.begins[raw], t.begins[stem]) }

// shorter is a phrase without its last word.
func shorter(phrase string) string { return phrase[:max(0, strings.LastIndexByte(phrase, ' '))] }
