package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"wherewithal/store/embedded"
)

// keeperName as argument zero marks a process as the keeper.
const keeperName = "wherewithal-test-postgres"

// idle is how long the server waits for another user: long enough for one package's tests to compile after another's.
const idle = time.Minute

// look is how often the keeper looks whether there are users.
const look = time.Second

// parameters trade safety for speed: a test database need not outlive a crash. Many packages test at once. The write-ahead log is
// recycled and not made anew: nobody minds how much of the disk it takes.
var parameters = map[string]string{
	"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
	"max_connections": "300", "max_wal_size": "1GB", "wal_recycle": "on", "wal_init_zero": "off", "checkpoint_timeout": "1h", "autovacuum_naptime": "5min",
}

// init turns a test binary into the keeper when it was started as one.
func init() {
	if len(os.Args) != 2 || os.Args[0] != keeperName {
		return
	}
	if err := keep(os.Args[1], idle, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// keep runs the server in dir, says its URL on out, and stops it once nobody has used it for the time given. Whoever
// started us holds the gate until we have spoken.
func keep(dir string, idle time.Duration, out io.Writer) error {
	var gate *os.File
	defer func() { gate.Close() }()                                  // last of all: whoever comes meanwhile waits until nothing of us is left
	me, err := lock(filepath.Join(dir, keeperFile), syscall.LOCK_EX) // the one before us may still be putting things away
	if err != nil {
		return err
	}
	defer me.Close()
	defer sweep(dir)
	s, err := fresh(dir)
	if err != nil {
		return say(out, word{Fault: err.Error()})
	}
	defer s.Stop(context.Background())
	if err := me.Truncate(0); err != nil {
		return err
	}
	if _, err := me.WriteAt([]byte(s.URL()), 0); err != nil {
		return err
	}
	if err := say(out, word{URL: s.URL()}); err != nil {
		return err
	}
	gate = untilUnused(dir, idle, s.Done())
	return me.Truncate(0)
}

func say(out io.Writer, w word) error { return json.NewEncoder(out).Encode(w) }

// fresh starts a server on a new cluster. A crash with fsync off may have spoiled an old one.
func fresh(dir string) (*embedded.Server, error) {
	sweep(dir)
	run, err := os.MkdirTemp(dir, "run-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(run, 0o755); err != nil { // the server's user passes through
		return nil, err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	return embedded.Start(context.Background(), embedded.Options{DataDir: run, Parameters: parameters, Logger: log})
}

// sweep removes clusters of servers that are no more. What cannot be removed only takes room.
func sweep(dir string) {
	old, _ := filepath.Glob(filepath.Join(dir, "run-*"))
	for _, o := range old {
		_ = os.RemoveAll(o)
	}
}

// untilUnused waits until nobody has held users for the time given, or the server has ended, and returns holding
// the gate, so that nobody joins a server that is about to go.
func untilUnused(dir string, idle time.Duration, ended <-chan struct{}) (gate *os.File) {
	tick := time.NewTicker(min(look, idle))
	defer tick.Stop()
	for last := time.Now(); ; {
		select {
		case <-tick.C:
		case <-ended:
			return nil
		}
		if used(dir) {
			last = time.Now()
			continue
		}
		if time.Since(last) < idle {
			continue
		}
		if gate, err := lock(filepath.Join(dir, gateFile), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
			if !used(dir) {
				return gate
			}
			gate.Close()
		}
	}
}

// used reports whether any process uses the server.
func used(dir string) bool {
	f, err := lock(filepath.Join(dir, usersFile), syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		return true
	}
	f.Close()
	return false
}
