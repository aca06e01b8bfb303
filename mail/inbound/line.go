package inbound

import "strings"

// line is one of a mail's own, sorted by who may have written it.
type line struct {
	text string
	is   origin
}

type origin int

const (
	said      origin = iota // by a person, for all we know
	blank                   //
	footer                  // of a phone or a program
	dash                    // a lone one
	rule                    // a row of dashes or stars
	plate                   // the number of a charity or a company
	fine                    // small print
	delimiter               // "-- "
)

// sorted tells the lines of a mail apart. Small print is told by its whole paragraph, which is looked at once: a mail may be
// made of a million lines that begin like it.
func sorted(texts []string, answer bool) []line {
	lines := make([]line, len(texts))
	for i := 0; i < len(texts); {
		is, end := kindOf(texts[i]), i+1
		if is == said && small.MatchString(texts[i]) {
			for end < len(texts) && kindOf(texts[end]) == said {
				end++
			}
			if legal(texts[i:end], answer) {
				is = fine
			}
		}
		for ; i < end; i++ {
			lines[i] = line{texts[i], is}
		}
	}
	return lines
}

func kindOf(text string) origin {
	switch {
	case !filledIn(text):
		return blank
	case delimits(text):
		return delimiter
	case lone(text):
		return dash
	case dashes.MatchString(text):
		return rule
	case sent(text):
		return footer
	case isPlate(text):
		return plate
	}
	return said
}

// adds says whether a line begins an afterthought.
func (l line) adds() bool { return postscript.MatchString(l.text) }

// words finds the first line that a person may have written; -1: none. Below "-- " only an afterthought is one.
func words(lines []line) int {
	for i, l := range lines {
		if l.is == delimiter {
			for n, below := range lines[i:] {
				if below.adds() {
					return i + n
				}
			}
			return -1
		}
		if l.is == said {
			return i
		}
	}
	return -1
}

func joined(lines []line) string {
	texts := make([]string, len(lines))
	for i, l := range lines {
		texts[i] = l.text
	}
	return strings.Join(texts, "\n")
}
