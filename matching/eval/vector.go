package eval

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"

	"wherewithal/matching/encoder"
)

// vectorsOf texts, read from the folder where they were kept the last time if the texts and the model are the same.
func vectorsOf(e *encoder.Encoder, folder string, texts []string) ([]encoder.Vector, error) {
	file := filepath.Join(folder, fmt.Sprintf("%x.vectors", digest(texts)))
	out := make([]encoder.Vector, len(texts))
	if raw, err := os.ReadFile(file); err == nil {
		if n, err := binary.Decode(raw, binary.LittleEndian, out); err == nil && n == len(raw) {
			return out, nil
		}
	}
	inParallel(len(texts), func(i int) { out[i] = e.Encode(texts[i]) })
	raw, err := binary.Append(nil, binary.LittleEndian, out)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	return out, os.WriteFile(file, raw, 0o644)
}

func digest(texts []string) []byte {
	h := sha256.New()
	fmt.Fprintln(h, encoder.Model)
	for _, t := range texts {
		fmt.Fprintf(h, "%q\n", t)
	}
	return h.Sum(nil)[:8]
}
