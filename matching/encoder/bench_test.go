package encoder

import (
	"strings"
	"testing"
)

func BenchmarkEncode(b *testing.B) {
	e := opened(b)
	if e == nil {
		return
	}
	for _, c := range []struct {
		name string
		text string
	}{
		{"18", strings.Repeat("hall ", 16)},
		{"100", strings.Repeat("hall ", 98)},
	} {
		if n := len(e.pieces.of(c.text, longest)); n != 18 && n != 100 {
			b.Fatalf("%s is %d pieces", c.name, n)
		}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				e.Encode(c.text)
			}
		})
	}
}
