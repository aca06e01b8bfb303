// Package embedded is a Redis inside the process, for the start with one command and nothing installed.
//
// It promises the commands that the house uses, on a loopback address of its own, and that what has a time to live
// dies in time. It keeps nothing over a restart: whoever uses it must be able to lose it, as with any Redis here.
package embedded

import (
	"fmt"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// step is between two looks at the clock: what lives for a time lives at most that much longer.
const step = 100 * time.Millisecond

// Redis runs until Close.
type Redis struct {
	server *miniredis.Miniredis
	stop   chan struct{}
	done   sync.WaitGroup
}

// Start starts an empty Redis on a free port of 127.0.0.1 and says its address, host:port.
func Start() (*Redis, string, error) {
	r := &Redis{server: miniredis.NewMiniRedis(), stop: make(chan struct{})}
	if err := r.server.StartAddr("127.0.0.1:0"); err != nil {
		return nil, "", fmt.Errorf("start the embedded Redis: %w", err)
	}
	r.done.Go(r.tick)
	return r, r.server.Addr(), nil
}

// tick moves the clock of the server, which stands still by itself: without it nothing in it would ever expire.
func (r *Redis) tick() {
	t := time.NewTicker(step)
	defer t.Stop()
	for last := time.Now(); ; {
		select {
		case <-r.stop:
			return
		case <-t.C:
			now := time.Now() // a tick may come late, and monotonic time does not pass while a laptop sleeps
			r.server.FastForward(now.Sub(last))
			last = now
		}
	}
}

// Close ends it and all connections to it. Once.
func (r *Redis) Close() {
	close(r.stop)
	r.done.Wait()
	r.server.Close()
}
