package search

import "slices"

// maxMends is how many words one typo may stand for.
const maxMends = 5

// known is a word that some listing has, with the stem under which it is indexed.
type known struct{ word, stem string }

// mends are the stems of those candidates that word may be a slip of, the closest first.
func mends(word string, candidates []known) []string {
	type near struct {
		stem string
		far  int
	}
	var found []near
	for _, c := range candidates {
		if far := slips(word, c.word); far > 0 && far <= allowedSlips(word) {
			found = append(found, near{c.stem, far})
		}
	}
	slices.SortStableFunc(found, func(a, b near) int { return a.far - b.far })
	var stems []string
	for _, n := range found {
		if !slices.Contains(stems, n.stem) && len(stems) < maxMends {
			stems = append(stems, n.stem)
		}
	}
	return stems
}

// allowedSlips by length: a slip in a short word makes another word ("hall", "hill"), so that it is only mended where
// nothing is found as it stands.
func allowedSlips(word string) int {
	switch n := len([]rune(word)); {
	case n < 4 || number(word):
		return 0
	case n < 8:
		return 1
	}
	return 2
}

// slips counts the letters put in, left out, mistaken or swapped with their neighbour between a and b
// (the optimal string alignment distance).
func slips(a, b string) int {
	s, t := []rune(a), []rune(b)
	older, old, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range old {
		old[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row[0] = i
		for j := 1; j <= len(t); j++ {
			row[j] = min(old[j]+1, row[j-1]+1, old[j-1]+differ(s[i-1], t[j-1]))
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], older[j-2]+1)
			}
		}
		older, old, row = old, row, older
	}
	return old[len(t)]
}

func differ(a, b rune) int {
	if a == b {
		return 0
	}
	return 1
}
