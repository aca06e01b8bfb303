package corpus

import (
	"strings"
	"unicode"

	"wherewithal/matching/words"
)

// Phrases are the runs of up to most words of a text that could name a thing: none crosses a punctuation mark, and none
// begins or ends with a word that says nothing alone. Each comes once, in the order of the text.
func Phrases(text string, most int) []string {
	var out []string
	seen := map[string]bool{}
	for _, clause := range clauses(text) {
		for i := range clause {
			for j := i + 1; j <= min(i+most, len(clause)); j++ {
				phrase := strings.Join(clause[i:j], " ")
				if says(clause[i]) && says(clause[j-1]) && !seen[phrase] {
					seen[phrase] = true
					out = append(out, phrase)
				}
			}
		}
	}
	return out
}

func says(word string) bool { return len(words.Stems(word)) > 0 }

// clauses are the words between punctuation marks. A mark inside a word ("C#", "part-time", "o'clock") belongs to it.
func clauses(text string) (out [][]string) {
	var clause []string
	end := func() {
		if len(clause) > 0 {
			out = append(out, clause)
		}
		clause = nil
	}
	for _, word := range strings.Fields(parting.Replace(text)) {
		bare := strings.TrimFunc(word, closing)
		if bare == "" || closing([]rune(word)[0]) {
			end()
		}
		if bare != "" {
			clause = append(clause, bare)
		}
		if last := []rune(word); closing(last[len(last)-1]) {
			end()
		}
	}
	end()
	return out
}

// parting marks stand between words without a space.
var parting = strings.NewReplacer("/", " / ", "(", " ( ", ")", " ) ", ";", " ; ", "…", " … ", "|", " | ")

// closing marks end a phrase where they end a word.
func closing(r rune) bool {
	return (unicode.IsPunct(r) || unicode.IsSymbol(r)) && r != '#' && r != '+'
}
