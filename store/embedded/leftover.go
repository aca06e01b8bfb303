package embedded

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// quitAfter is how long a server left behind may take for its last checkpoint before it is stopped without one.
const quitAfter = 5 * time.Second

// giveUpAfter is how long it may take altogether; Postgres answers SIGQUIT at once unless the disk hangs.
const giveUpAfter = 30 * time.Second

// clearLeftovers stops a server that a kill -9 left on our folder, or on one that was being made, and only then
// removes the file by which a server says that it runs. We hold the lock, so no living hub owns it.
func (h home) clearLeftovers(ctx context.Context, log *slog.Logger) error {
	for _, dir := range []string{h.data(), h.dataNew()} {
		if err := stopLeftover(ctx, dir, log); err != nil {
			return err
		}
		if err := os.Remove(filepath.Join(dir, "postmaster.pid")); err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("remove a stale postmaster.pid: %w", err)
		}
	}
	return nil
}

// stopLeftover ends the servers of dir and waits till the last of their processes is gone.
func stopLeftover(ctx context.Context, dir string, log *slog.Logger) error {
	left := serversOf(dir)
	if len(left) == 0 {
		return nil
	}
	log.Warn("stopping a Postgres that was left running on our folder", "cluster", dir, "pids", left)
	signal(left, syscall.SIGINT)
	began, quit := time.Now(), false
	for tick := time.NewTicker(20 * time.Millisecond); len(left) > 0; left = serversOf(dir) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		if !quit && time.Since(began) > quitAfter {
			signal(left, syscall.SIGQUIT)
			quit = true
		}
		if time.Since(began) > giveUpAfter {
			return inUse(dir, fmt.Errorf("processes %v do not stop", left))
		}
	}
	return nil
}

func signal(pids []int, s syscall.Signal) {
	for _, pid := range pids {
		_ = syscall.Kill(pid, s)
	}
}
