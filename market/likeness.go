package market

import (
	"slices"
	"strings"
	"unicode"
)

// LikenessKey folds a name so that names a reader would confuse become equal: case, marks, spaces, common
// look-alike characters and filler words are gone.
func LikenessKey(name string) string {
	var b strings.Builder
	for _, w := range nameWords(name) {
		switch w {
		case "the", "of", "and", "for", "a":
			continue
		}
		b.WriteString(w)
	}
	return lookalikes.Replace(b.String())
}

func nameWords(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

var lookalikes = strings.NewReplacer("0", "o", "1", "l", "i", "l", "5", "s", "3", "e", "rn", "m", "vv", "w",
	"а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "х", "x", "у", "y", "é", "e", "è", "e", "ö", "o", "ü", "u", "á", "a")

// slipLetters is how long the key of a name is in which one letter more, less, another or swapped goes unread. In a shorter one it makes
// another word: "Arts" and "Acts".
const slipLetters = 6

// NamesEqual reports whether two names have one LikenessKey.
func NamesEqual(a, b string) bool { return LikenessKey(a) == LikenessKey(b) }

// NamesAlike reports whether a reader would confuse two names: their LikenessKeys are equal, or one slip of the pen apart. Names that number
// or letter what they name are told apart by that: "1st Scouts" and "2nd Scouts", "Block C" and "Block D".
func NamesAlike(a, b string) bool {
	if NamesEqual(a, b) {
		return true
	}
	x, y := []rune(LikenessKey(a)), []rune(LikenessKey(b))
	return min(len(x), len(y)) >= slipLetters && oneSlip(x, y) && slices.Equal(numbersIn(a), numbersIn(b)) && !lettered(a, b)
}

// oneSlip reports whether one letter more, less or another, or two neighbours swapped, makes one of the other.
func oneSlip(x, y []rune) bool {
	if len(x) > len(y) {
		x, y = y, x
	}
	at := 0
	for at < len(x) && x[at] == y[at] {
		at++
	}
	x, y = x[at:], y[at:]
	switch len(y) - len(x) {
	case 1:
		return slices.Equal(x, y[1:])
	case 0:
		swapped := len(x) > 1 && x[0] == y[1] && x[1] == y[0] && slices.Equal(x[2:], y[2:])
		return len(x) > 0 && slices.Equal(x[1:], y[1:]) || swapped
	}
	return false
}

// numbersIn are the numbers in a name, in their order. A digit that stands between two letters of a word and looks like a letter is none:
// "Creeks1de".
func numbersIn(name string) (all []string) {
	for _, w := range nameWords(name) {
		word := []rune(w)
		for from := 0; from < len(word); from++ {
			to := from
			for to < len(word) && unicode.IsDigit(word[to]) {
				to++
			}
			posing := to == from+1 && from > 0 && to < len(word) && strings.ContainsRune("0135", word[from])
			if to > from && !posing {
				all = append(all, string(word[from:to]))
			}
			from = max(from, to-1)
		}
	}
	return all
}

// lettered reports whether both names have words of one letter, and other ones.
func lettered(a, b string) bool {
	x, y := letterWords(a), letterWords(b)
	return len(x) > 0 && len(x) == len(y) && !slices.Equal(x, y)
}

func letterWords(name string) []string {
	return slices.DeleteFunc(nameWords(name), func(w string) bool { return len([]rune(w)) > 1 })
}
