package storetest

import (
	"strings"
	"sync"
)

// Text may be written, as by a log, while a test reads it.
type Text struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *Text) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *Text) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
