package developers

import "strings"

// Change is an entry of the change log.
type Change struct {
	Date string   // 2026-11-26
	Said []string // each one thing, as Markdown with nothing but `code` in it
	Hash string   // of the operations that the document had
}

// Changes reads the change log: entries begin with "## ", what they say with "- ", the hash with "Operations: ".
func Changes(log string) (all []Change) {
	for _, line := range strings.Split(log, "\n") {
		if date, ok := strings.CutPrefix(line, "## "); ok {
			all = append(all, Change{Date: date})
			continue
		}
		if len(all) == 0 {
			continue
		}
		now := &all[len(all)-1]
		if said, ok := strings.CutPrefix(line, "- "); ok {
			now.Said = append(now.Said, said)
		} else if said, ok := strings.CutPrefix(line, "  "); ok && len(now.Said) > 0 {
			now.Said[len(now.Said)-1] += " " + said
		} else if hash, ok := strings.CutPrefix(line, "Operations: "); ok {
			now.Hash = strings.Trim(hash, "`")
		}
	}
	return all
}

// Pieces of a text: every second one is code.
func Pieces(text string) []string { return strings.Split(text, "`") }
