package storetest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"wherewithal/store/embedded/tether"
)

// redisLimit bounds the start of a Redis, which takes some 20 ms on an idle machine.
const redisLimit = 30 * time.Second

var ownRedis struct {
	once sync.Once
	addr string
	err  error
}

var errNoRedis = errors.New("redis-server is not on this machine: install it (apt-get install redis-server)")

// Redis is the address (host:port) of an empty Redis, started once for each test binary and ending with it. It is
// emptied at each call, so tests of one binary that use it must not run in parallel. Without redis-server the test
// is skipped, or fails where the variable CI is set.
func Redis(t testing.TB) (addr string) {
	t.Helper()
	ownRedis.once.Do(func() { ownRedis.addr, ownRedis.err = startRedis() })
	if errors.Is(ownRedis.err, errNoRedis) && os.Getenv("CI") == "" {
		t.Skip(ownRedis.err)
	}
	if ownRedis.err != nil {
		t.Fatalf("storetest.Redis: %v", ownRedis.err)
	}
	c := redis.NewClient(&redis.Options{Addr: ownRedis.addr})
	defer c.Close()
	if err := c.FlushAll(t.Context()).Err(); err != nil {
		t.Fatalf("storetest.Redis: empty it: %v", err)
	}
	return ownRedis.addr
}

// startRedis tries a few ports, since a free one may be lost before Redis takes it.
func startRedis() (addr string, err error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return "", errNoRedis
	}
	for range 5 {
		if addr, err = startRedisOn(path); err == nil {
			return addr, nil
		}
	}
	return "", err
}

func startRedisOn(path string) (addr string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	cmd := exec.Command(path, "--port", strconv.Itoa(port), "--bind", "127.0.0.1",
		"--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction", "--dir", os.TempDir())
	child, err := tether.Start(cmd, syscall.SIGKILL)
	if err != nil {
		return "", err
	}
	addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	return addr, answering(addr, child)
}

// answering waits until the server at addr answers and is really the one we started.
func answering(addr string, child *tether.Child) error {
	ctx, cancel := context.WithTimeout(context.Background(), redisLimit)
	defer cancel()
	c := redis.NewClient(&redis.Options{Addr: addr, MaxRetries: -1})
	defer c.Close()
	for tick := time.NewTicker(5 * time.Millisecond); ; {
		if c.Ping(ctx).Err() == nil && child.Err() == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-child.Done():
			return fmt.Errorf("redis-server ended at once: %w", child.Err())
		case <-ctx.Done():
			child.Signal(syscall.SIGKILL)
			return fmt.Errorf("redis-server does not answer: %w", ctx.Err())
		}
	}
}
