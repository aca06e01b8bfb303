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

var sharedRedis struct {
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
	sharedRedis.once.Do(func() { sharedRedis.addr, _, sharedRedis.err = startRedis() })
	if errors.Is(sharedRedis.err, errNoRedis) && os.Getenv("CI") == "" {
		t.Skip(sharedRedis.err)
	}
	if sharedRedis.err != nil {
		t.Fatalf("storetest.Redis: %v", sharedRedis.err)
	}
	c := redis.NewClient(&redis.Options{Addr: sharedRedis.addr})
	defer c.Close()
	if err := c.FlushAll(t.Context()).Err(); err != nil {
		t.Fatalf("storetest.Redis: empty it: %v", err)
	}
	return sharedRedis.addr
}

// OwnRedis is the address of a Redis for this test alone, for tests that run in parallel. It ends with the test.
func OwnRedis(t testing.TB) (addr string) {
	t.Helper()
	addr, child, err := startRedis()
	if errors.Is(err, errNoRedis) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatalf("storetest.OwnRedis: %v", err)
	}
	t.Cleanup(func() { child.Signal(syscall.SIGKILL); <-child.Done() })
	return addr
}

// startRedis tries a few ports, since a free one may be lost before Redis takes it.
func startRedis() (addr string, child *tether.Child, err error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return "", nil, errNoRedis
	}
	for range 5 {
		if addr, child, err = startRedisOn(path); err == nil {
			return addr, child, nil
		}
	}
	return "", nil, err
}

func startRedisOn(path string) (addr string, child *tether.Child, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	cmd := exec.Command(path, "--port", strconv.Itoa(port), "--bind", "127.0.0.1",
		"--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction", "--dir", os.TempDir())
	if child, err = tether.Start(cmd, syscall.SIGKILL); err != nil {
		return "", nil, err
	}
	addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	return addr, child, answering(addr, child)
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
