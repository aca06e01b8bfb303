package words

import (
	"slices"
	"strings"
)

// Text is what a listing says, read once.
type Text struct {
	About []Token // what the thing is: the head of the title, the tags, what it is stated to be
	Said  []Token // everything else: what it is for, the description
	keys  []string
	head  []string // keys of About
}

// Read a listing's words: its title, what its facts say it is, its tags, its description.
func Read(title, what string, tags []string, description string) Text {
	head, rest := cut(title)
	var t Text
	t.About = distinct(append(read(head), read(what+". "+strings.Join(tags, ". "))...))
	t.Said = distinct(append(read(rest), read(description)...))
	t.head = headOf(t.About)
	t.keys = keysOf(append(slices.Clip(t.About), t.Said...))
	return t
}

// leads are ways to begin a title that say nothing of the thing.
var leads = []string{"looking for", "in need of", "in search of", "we need", "we are looking for", "needed", "wanted",
	"help with", "help needed with", "someone to", "somebody to", "someone who can", "volunteer to", "volunteers to",
	"people to", "use of", "loan of", "a", "an", "some", "free", "our", "the"}

// purposes are words after which a title goes on to say for what, where or with whom.
var purposes = set("for to in at near with during on every around so while who that")

// marks stand apart, so that they end a phrase.
var marks = strings.NewReplacer(",", " , ", "(", " ( ", ":", " : ")

// cut a title into what the thing is and the rest: "Gazebo for our summer fair" is about a gazebo.
func cut(title string) (head, rest string) {
	words := strings.Fields(marks.Replace(title))
	words = words[leading(words):]
	for i := 1; i < len(words); i++ {
		if purposes[strings.ToLower(words[i])] && hasThing(words[:i]) {
			return strings.Join(words[:i], " "), strings.Join(words[i:], " ")
		}
	}
	return strings.Join(words, " "), ""
}

// Head is the part of a title that says what the thing is.
func Head(title string) string {
	head, _ := cut(title)
	return head
}

// leading is how many words at the start say nothing.
func leading(words []string) int {
	for n := 0; ; {
		step := 0
		for _, lead := range leads {
			if k := len(strings.Fields(lead)); k > step && n+k <= len(words) &&
				strings.EqualFold(strings.Join(words[n:n+k], " "), lead) {
				step = k
			}
		}
		if step == 0 {
			return n
		}
		n += step
	}
}

func hasThing(words []string) bool {
	for _, t := range read(strings.Join(words, " ")) {
		if !t.Weak {
			return true
		}
	}
	return false
}

func distinct(list []Token) []Token {
	var out []Token
	for _, t := range list {
		if !slices.ContainsFunc(out, func(o Token) bool { return o.Key == t.Key }) {
			out = append(out, t)
		}
	}
	return out
}

// headOf are the keys by which a listing can be what is wanted: a wider sort only where its things stand in for each other.
func headOf(list []Token) []string {
	plain := slices.Clone(list)
	for i := range plain {
		if plain[i].Apart {
			plain[i].Broader = ""
		}
	}
	return keysOf(plain)
}

func keysOf(list []Token) []string {
	var keys []string
	for _, t := range list {
		keys = append(keys, t.Key)
		if t.Broader != "" {
			keys = append(keys, t.Broader)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
