//go:build !testclock

package config

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

func TestReleaseHasNoSwitchToMoveTheClock(t *testing.T) {
	file := filepath.Join(t.TempDir(), "clock")
	if err := os.WriteFile(file, []byte("1000h"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("WHEREWITHAL_CLOCK_FILE", file)
	if d := time.Until(SystemClock().Now()).Abs(); d > time.Minute {
		t.Errorf("the clock of a release was moved by %v", d)
	}
}

// The other build has its own test, which a plain run would leave out.
func TestTestBuildMovesTheClock(t *testing.T) {
	out, err := exec.Command("go", "test", "-tags", "testclock", "-run", "TestClockFileMovesTheClock", "-v", ".").CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
