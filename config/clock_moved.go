//go:build testclock

package config

import (
	"os"
	"strings"
	"sync"
	"time"
)

// ClockTurn is how often the schedule looks at the business clock: often, where tests move it.
const ClockTurn = time.Second / 2

// moved is how far the clock of a test build is from the machine's. The file named by WHEREWITHAL_CLOCK_FILE holds
// either a Go duration ("73h") to add, or an RFC 3339 time that it was when the file was written; time runs on from
// there, alike in all processes that read the file. No file: no change. What cannot be read, as a file half
// written, changes nothing.
var moved struct {
	sync.Mutex
	at     time.Time // the file's modification time
	offset time.Duration
}

func systemNow() time.Time { return time.Now().Add(offset(os.Getenv("WHEREWITHAL_CLOCK_FILE"))) }

func offset(file string) time.Duration {
	moved.Lock()
	defer moved.Unlock()
	info, err := os.Stat(file)
	if err != nil {
		return 0
	}
	if info.ModTime().Equal(moved.at) {
		return moved.offset
	}
	if b, err := os.ReadFile(file); err == nil {
		if d, err := parseOffset(strings.TrimSpace(string(b)), info.ModTime()); err == nil {
			moved.at, moved.offset = info.ModTime(), d
		}
	}
	return moved.offset
}

func parseOffset(s string, written time.Time) (time.Duration, error) {
	if d, err := time.ParseDuration(s); err == nil {
		return d, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	return t.Sub(written), err
}
