//go:build testclock

package config

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestClockFileMovesTheClock(t *testing.T) {
	file := filepath.Join(t.TempDir(), "clock")
	t.Setenv("WHEREWITHAL_CLOCK_FILE", file)
	var clock Clock
	near := func(want time.Time) {
		t.Helper()
		if d := clock.Now().Sub(want).Abs(); d > time.Minute {
			t.Errorf("the clock says %v, want about %v", clock.Now(), want)
		}
	}
	written := time.Now()
	write := func(s string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
		written = written.Add(time.Second) // another time of writing, however fast the test
		if err := os.Chtimes(file, written, written); err != nil {
			t.Fatal(err)
		}
	}
	near(time.Now())
	write("73h\n")
	near(time.Now().Add(73 * time.Hour))
	autumn := time.Date(2027, 10, 31, 0, 59, 0, 0, time.UTC)
	write(autumn.Format(time.RFC3339))
	near(autumn)
	write("nonsense")
	near(autumn)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	near(time.Now())
}
