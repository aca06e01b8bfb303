package embedded

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// release is the build that is downloaded where the machine has none of its own. Raise it for fixes within Major.
const release = "17.11.0"

// machineBin is where Debian and Ubuntu keep Postgres 17, with its contributed extensions.
var machineBin = "/usr/lib/postgresql/17"

// prepareLimit bounds the download and first initialisation: 15 MB over a slow line, and initdb on a slow disk.
const prepareLimit = 10 * time.Minute

// hba lets only our role in, only from this machine, only with its password.
const hba = "host all " + role + " 127.0.0.1/32 scram-sha-256\n"

// prepare sees that there are binaries and a cluster, and returns the folder of the binaries. What is made is made
// beside and renamed when whole, so that a kill at any moment leaves either nothing or all of it.
func (h home) prepare(ctx context.Context, o Options, password string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, prepareLimit)
	defer cancel()
	cache, err := h.cache(o.BinariesDir)
	if err != nil {
		return "", err
	}
	unlock, err := waitLock(ctx, filepath.Join(cache, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	bin, have := binaries(cache)
	if have && h.initialised() {
		return bin, nil
	}
	o.Logger.Info("making a database for the first time", "cluster", h.data(), "download", !have)
	return bin, h.make(ctx, cache, bin, have, password)
}

// binaries is the folder above bin/ to use: the machine's, or ours in the cache, which may have yet to be filled.
func binaries(cache string) (dir string, have bool) {
	if out, err := exec.Command(filepath.Join(machineBin, "bin", "postgres"), "--version").Output(); err == nil &&
		strings.Contains(string(out), "(PostgreSQL) "+Major+".") {
		return machineBin, true
	}
	dir = filepath.Join(cache, fmt.Sprintf("%s-%s-%s", release, runtime.GOOS, runtime.GOARCH))
	return dir, exists(filepath.Join(dir, "bin", "postgres"))
}

// make has the child fetch and initialise. The library cannot do one without the other, so when only the binaries
// were missing the new cluster is thrown away.
func (h home) make(ctx context.Context, cache, bin string, have bool, password string) error {
	into := bin
	if !have {
		into = bin + ".new"
	}
	if err := h.sweep(cache, into, have); err != nil {
		return err
	}
	if err := h.mkdir("tmp"); err != nil {
		return err
	}
	said, err := h.child(ctx, order{"prepare", h.dataNew(), h.scratch(), into, cache, password})
	if err != nil {
		return h.whyNot(said, err)
	}
	if !have {
		if err := os.Rename(into, bin); err != nil {
			return fmt.Errorf("keep the binaries: %w", err)
		}
	}
	if err := h.adopt(); err != nil {
		return err
	}
	return h.sweep(cache, into, true)
}

// sweep removes what a making that was killed has left. We hold the cache's lock, so nobody is at work there.
func (h home) sweep(cache, into string, have bool) error {
	left, err := filepath.Glob(filepath.Join(cache, "temp_*"))
	if err != nil {
		return err
	}
	if !have {
		left = append(left, into)
	}
	for _, path := range append(left, h.dataNew(), h.scratch(), h.path("tmp")) {
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("clear what a killed start has left: %w", err)
		}
	}
	return nil
}

func (h home) mkdir(name string) error {
	if err := os.Mkdir(h.path(name), 0o700); err != nil {
		return made(h.dir, err)
	}
	return h.owner.own(h.path(name))
}

func (h home) whyNot(said string, err error) error {
	if f := explain(said, h.dir, 0); f != nil {
		return f
	}
	return fmt.Errorf("prepare Postgres: %w: %s", err, strings.TrimSpace(said))
}

// adopt closes the new cluster to all but us and makes it the cluster, unless there is one already.
func (h home) adopt() error {
	if h.initialised() {
		return nil
	}
	if err := h.write(filepath.Join("data.new", "pg_hba.conf"), hba); err != nil {
		return err
	}
	if err := os.Rename(h.dataNew(), h.data()); err != nil {
		return fmt.Errorf("put the new cluster in place: %w", err)
	}
	return syncDir(h.dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// cache is the folder that keeps binaries: the one asked for; root's, which the server's user must reach, under
// /var/cache; anyone else's in their own cache folder.
func (h home) cache(asked string) (string, error) {
	dir, err := filepath.Abs(asked)
	if err != nil {
		return "", err
	}
	if asked == "" {
		dir = h.defaultCache()
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", made(dir, err)
	}
	return dir, h.owner.own(dir)
}

func (h home) defaultCache() string {
	if !h.owner.same {
		return "/var/cache/wherewithal/postgres"
	}
	if dir, err := os.UserCacheDir(); err == nil {
		return filepath.Join(dir, "wherewithal", "postgres")
	}
	return h.path("cache")
}

// waitLock holds file against other processes that want the same cache, and waits for its turn.
func waitLock(ctx context.Context, file string) (unlock func(), err error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, made(filepath.Dir(file), err)
	}
	got := make(chan error, 1)
	go func() { got <- syscall.Flock(int(f.Fd()), syscall.LOCK_EX) }()
	select {
	case err = <-got:
	case <-ctx.Done():
		go func() { <-got; f.Close() }()
		return nil, ctx.Err()
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", file, err)
	}
	return func() { f.Close() }, nil
}
