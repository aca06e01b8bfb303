// Package embedded runs a Postgres 17 of our own below a data folder, for the one-command start and for tests.
//
// It promises that every committed row is there after any number of kill -9, that two processes never open one
// cluster, that it never wipes or upgrades a cluster by itself, and that a start which cannot succeed says in one
// sentence what to do (see Fault). It works as root, by running the server under an unprivileged user, and as anyone
// else. The server listens on 127.0.0.1 only, has no unix socket, and asks for a password (scram).
//
// It knows nothing of tables: it hands out a URL. A program that imports this package may be started again by it
// under another user to do the first initialisation (see child.go).
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// Major is the version of Postgres this package runs, and the only one whose clusters it opens.
const Major = "17"

const (
	role     = "wherewithal"
	database = "wherewithal"
)

// Options say where and how the server runs. The zero value of every field but DataDir is usable.
type Options struct {
	DataDir     string            // the cluster is kept in DataDir/postgres; created when absent
	BinariesDir string            // keeps downloaded binaries between clones; empty: the user's cache folder
	Port        int               // on 127.0.0.1; 0 takes a free one
	Parameters  map[string]string // further server settings ("fsync": "off"), passed with -c
	Logger      *slog.Logger      // nil: slog.Default()
}

// Server is a running Postgres. Its methods are safe from several goroutines.
type Server struct {
	home    home
	options Options // with the port that was found
	bin     string
	lock    *os.File
	url     string

	mu         sync.Mutex
	postmaster *postmaster // the last one: Run starts another after a full disk
}

// Start opens the cluster below o.DataDir, making it first where there is none, and returns once it takes
// connections. The first start on a machine may download the binaries (about 15 MB). Errors that a person can mend
// are of type *Fault. ctx bounds the start only.
func Start(ctx context.Context, o Options) (_ *Server, err error) {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	h, err := openHome(ctx, o)
	if err != nil {
		return nil, err
	}
	lock, err := h.lock()
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			lock.Close()
		}
	}()
	s, err := h.start(ctx, o)
	if err != nil {
		return nil, err
	}
	s.lock = lock
	return s, nil
}

// start does what needs the lock: make the cluster if absent, clear what a kill left, run the server.
func (h home) start(ctx context.Context, o Options) (*Server, error) {
	if err := h.checkVersion(); err != nil {
		return nil, err
	}
	if err := h.clearLeftovers(ctx, o.Logger); err != nil {
		return nil, err
	}
	password, err := h.password()
	if err != nil {
		return nil, err
	}
	bin, err := h.prepare(ctx, o, password)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	pm, port, err := h.run(ctx, bin, o)
	if err != nil {
		return nil, err
	}
	o.Logger.Info("postgres ready", "port", port, "pid", pm.child.Pid(), "cluster", h.data(), "took", time.Since(began).Round(time.Millisecond))
	o.Port = port
	return &Server{home: h, options: o, bin: bin, url: address(port, password), postmaster: pm}, nil
}

func address(port int, password string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(role, password),
		Host:     "127.0.0.1:" + strconv.Itoa(port),
		Path:     database,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// URL is postgres://wherewithal:<password>@127.0.0.1:<port>/wherewithal. It holds the password: do not log it.
func (s *Server) URL() string { return s.url }

// Done is closed when the server that runs now has ended, by Stop or by itself.
func (s *Server) Done() <-chan struct{} { return s.current().child.Done() }

func (s *Server) current() *postmaster {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.postmaster
}

// Stop ends the server cleanly and frees the data folder. Sessions are closed and open transactions rolled back.
// When ctx ends first the server is stopped without its last checkpoint; committed rows are kept either way.
// A second call does nothing.
func (s *Server) Stop(ctx context.Context) error {
	defer s.lock.Close()
	if err := s.current().stop(ctx); err != nil {
		return fmt.Errorf("embedded.Stop: %w", err)
	}
	return nil
}

// stopLimit is how long Run lets the last checkpoint take, well within the 20 s a program has to stop.
const stopLimit = 10 * time.Second

// Run waits until ctx ends and then stops the server. Where the server ends because its disk is full, which it does at its
// next checkpoint, Run starts it again as soon as there is room. It fails when the server ends by itself for another reason.
func (s *Server) Run(ctx context.Context) error {
	for {
		select {
		case <-s.Done():
			if err := s.waitForRoom(ctx); err != nil {
				return err
			}
			if ctx.Err() != nil {
				return nil // there is none to stop
			}
		case <-ctx.Done():
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopLimit)
			defer cancel()
			return s.Stop(ctx)
		}
	}
}

// roomEvery is how often a server that a full disk has ended is started anew: it says within milliseconds that there is no room.
const roomEvery = 2 * time.Second

// waitForRoom returns when the server runs again, or ctx ends first.
func (s *Server) waitForRoom(ctx context.Context) error {
	why := explain(s.current().words.last(), s.home.dir, s.options.Port)
	for tick := time.NewTicker(roomEvery); ; {
		if !errors.Is(why, ErrDiskFull) {
			return errors.Join(errors.New("postgres ended by itself"), why, s.Stop(ctx))
		}
		s.options.Logger.Error("postgres waits for room: the disk is full. Nothing that was saved is lost", "cluster", s.home.data())
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if why = s.revive(ctx); why == nil || ctx.Err() != nil {
			return nil
		}
	}
}

// revive starts the server anew, where and as it was.
func (s *Server) revive(ctx context.Context) error {
	if err := s.home.clearLeftovers(ctx, s.options.Logger); err != nil {
		return err
	}
	pm, err := s.home.runOn(ctx, s.bin, s.options.Port, s.options)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.postmaster = pm
	s.options.Logger.Info("postgres is back", "port", s.options.Port)
	return nil
}

// checkVersion refuses a cluster of another major version: opening one would need an upgrade, and starting afresh
// would lose it.
func (h home) checkVersion() error {
	have, err := os.ReadFile(filepath.Join(h.data(), "PG_VERSION"))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the cluster's version: %w", err)
	}
	if v := firstLine(have); v != Major {
		return otherVersion(h.data(), v)
	}
	return nil
}
