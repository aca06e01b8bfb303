package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"wherewithal/store/embedded/tether"
)

// startLimit bounds one start, crash recovery included. Postgres writes a checkpoint at least every five minutes, so
// there is never more than that to replay.
const startLimit = 5 * time.Minute

// readyLine is what the server says, in the C locale, when it takes connections.
const readyLine = "database system is ready to accept connections"

// postmaster is the server's first process.
type postmaster struct {
	child *tether.Child
	words *words
}

// run starts bin/postgres, not pg_ctl: so the server is our own child, ends with us and its output is ours. A free
// port can be lost to another program between finding and taking it, so that is tried a few times.
func (h home) run(ctx context.Context, bin string, o Options) (pm *postmaster, port int, err error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for range 5 {
		if port = o.Port; port == 0 {
			if port, err = freePort(); err != nil {
				return nil, 0, err
			}
		}
		pm, err = h.runOn(ctx, bin, port, o)
		if o.Port != 0 || !errors.Is(err, ErrPortInUse) {
			break
		}
	}
	return pm, port, err
}

func (h home) runOn(ctx context.Context, bin string, port int, o Options) (*postmaster, error) {
	w := &words{log: o.Logger, ready: make(chan struct{})}
	cmd := exec.Command(filepath.Join(bin, "bin", "postgres"), h.arguments(port, o.Parameters)...)
	cmd.Dir, cmd.Env = "/", childEnv(h)
	cmd.Stdout, cmd.Stderr = w, w
	cmd.SysProcAttr = h.owner.attr()
	child, err := tether.Start(cmd, syscall.SIGINT)
	if err != nil {
		return nil, fmt.Errorf("start postgres: %w", err)
	}
	pm := &postmaster{child, w}
	select {
	case <-w.ready:
		return pm, nil
	case <-child.Done():
		return nil, pm.whyNot(h, port)
	case <-ctx.Done():
		stopped, cancel := context.WithTimeout(context.WithoutCancel(ctx), quitAfter)
		defer cancel()
		return nil, errors.Join(ctx.Err(), pm.stop(stopped))
	}
}

// arguments keep the server on the loopback, free of the machine's locale and time zone, and its log free of what
// people wrote: log_min_messages=log leaves out errors of statements, which quote values.
func (h home) arguments(port int, more map[string]string) []string {
	args := []string{"-D", h.data(), "-p", strconv.Itoa(port)}
	settings := map[string]string{
		"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "password_encryption": "scram-sha-256",
		"logging_collector": "off", "log_destination": "stderr", "log_line_prefix": "", "lc_messages": "C",
		"log_min_messages": "log", "log_min_error_statement": "panic", "log_statement": "none",
		"timezone": "UTC", "log_timezone": "UTC",
		"wal_recycle": "off", // a log that is done with is deleted: kept for its room it would hold for months what was erased
	}
	for name, value := range more {
		settings[name] = value
	}
	for name, value := range settings {
		args = append(args, "-c", name+"="+value)
	}
	return args
}

func (p *postmaster) whyNot(h home, port int) error {
	said := p.words.last()
	if f := explain(said, h.dir, port); f != nil {
		return f
	}
	return fmt.Errorf("postgres did not start: %v: %s", p.child.Err(), said)
}

// stop asks for a fast shutdown, and for an immediate one when ctx ends before it.
func (p *postmaster) stop(ctx context.Context) error {
	p.child.Signal(syscall.SIGINT)
	select {
	case <-p.child.Done():
	case <-ctx.Done():
		p.child.Signal(syscall.SIGQUIT)
		<-p.child.Done()
	}
	return p.child.Err()
}

// words reads what the server says, line by line: to our log, to see that it is ready, and to explain an end.
type words struct {
	log   *slog.Logger
	ready chan struct{}

	mu    sync.Mutex
	part  []byte
	lines []string // the last few
	seen  bool
}

// keepLines is enough for the cause and what came of it.
const keepLines = 20

func (w *words) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.part = append(w.part, b...)
	for {
		line, rest, found := bytes.Cut(w.part, []byte("\n"))
		if !found {
			return len(b), nil
		}
		w.part = rest
		w.hear(string(line))
	}
}

func (w *words) hear(line string) {
	w.lines = append(w.lines, line)
	if len(w.lines) > keepLines {
		w.lines = w.lines[1:]
	}
	if !w.seen && strings.Contains(line, readyLine) {
		w.seen = true
		close(w.ready)
	}
	w.log.Log(context.Background(), w.level(line), "postgres: "+line)
}

// level is low for what a running server says about single connections, which end "FATAL" at every orderly stop, and for
// why a server does not start, which is told in a sentence of ours.
func (w *words) level(line string) slog.Level {
	switch {
	case has(line, "PANIC:") && w.seen:
		return slog.LevelWarn
	case has(line, "PANIC:", "FATAL:") && !w.seen:
		return slog.LevelInfo
	}
	return slog.LevelDebug
}

func (w *words) last() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.lines, "\n")
}
