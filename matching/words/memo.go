package words

import (
	"strings"
	"sync"

	"github.com/kljensen/snowball/english"
)

// memo remembers stems, which cost more than all else about a word. It changes no answer. Safe for concurrent use.
type memo struct {
	mu    sync.RWMutex
	stems map[string]string
}

// What is remembered: the words of a language and most of their slips, none of which is long. Some 5 MB at most; then it
// begins anew.
const (
	mostStems   = 50_000
	longestWord = 24 // bytes
)

var stemmed = memo{stems: map[string]string{}}

func (m *memo) stem(word string) string {
	m.mu.RLock()
	s, ok := m.stems[word]
	m.mu.RUnlock()
	if ok {
		return s
	}
	s = english.Stem(fold(word), true)
	if len(word) > longestWord {
		return s
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.stems) >= mostStems {
		clear(m.stems)
	}
	m.stems[strings.Clone(word)] = strings.Clone(s) // or they would hold on to the whole text
	return s
}
