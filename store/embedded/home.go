package embedded

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// refuge is where the cluster of a hub run by root is kept when the unprivileged user cannot reach DATA_DIR.
// A variable so that tests need not write there.
var refuge = "/var/lib/wherewithal"

// home is the folder that holds one cluster and what belongs to it. It is 0700 and owned by the user the server
// runs under: data (the cluster), data.new (a cluster being made), password, lock; run and tmp (scratch) only
// while a cluster is made.
type home struct {
	dir   string // absolute, free of symbolic links: it is compared with /proc/PID/cwd
	owner owner
}

func (h home) data() string         { return filepath.Join(h.dir, "data") }
func (h home) dataNew() string      { return filepath.Join(h.dir, "data.new") }
func (h home) scratch() string      { return filepath.Join(h.dir, "run") }
func (h home) path(n string) string { return filepath.Join(h.dir, n) }
func (h home) initialised() bool    { return exists(filepath.Join(h.data(), "PG_VERSION")) }

// openHome finds or makes the folder: DataDir/postgres, or below refuge where the server's user cannot get there.
func openHome(ctx context.Context, o Options) (home, error) {
	base, err := filepath.Abs(o.DataDir)
	if err != nil {
		return home{}, fmt.Errorf("data folder %q: %w", o.DataDir, err)
	}
	if err := os.MkdirAll(base, 0o755); err != nil {
		return home{}, made(base, err)
	}
	if base, err = filepath.EvalSymlinks(base); err != nil {
		return home{}, fmt.Errorf("data folder %q: %w", o.DataDir, err)
	}
	h, err := makeHome(filepath.Join(base, "postgres"))
	if err != nil || h.owner.same || h.reachable(ctx) {
		return h, err
	}
	return h.flee(ctx, base, o.Logger)
}

// makeHome makes dir if absent and sees that its owner can be served.
func makeHome(dir string) (home, error) {
	who, err := ownerOf(dir)
	if err != nil {
		return home{}, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return home{}, made(dir, err)
	}
	if who.same {
		return home{dir, who}, nil
	}
	return home{dir, who}, os.Chown(dir, who.uid, who.gid)
}

// made explains why a folder could not be made.
func made(dir string, err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return diskFull(dir, err)
	}
	return fmt.Errorf("make the data folder: %w", err)
}

// reachable asks as the server's user, because modes, ACLs and mounts all have a say in it.
func (h home) reachable(ctx context.Context) bool {
	_, err := h.child(ctx, order{Do: "reach", Data: h.dir})
	return err == nil
}

// flee moves a cluster that is yet to be made to refuge. The folder's name comes from DATA_DIR, so that two sites on
// one machine never share a cluster.
func (h home) flee(ctx context.Context, base string, log *slog.Logger) (home, error) {
	if h.initialised() {
		return home{}, unreachable(h)
	}
	if err := os.Remove(h.dir); err != nil {
		return home{}, fmt.Errorf("remove the unused folder %s: %w", h.dir, err)
	}
	sum := fnv.New32a()
	sum.Write([]byte(base))
	dir := filepath.Join(refuge, fmt.Sprintf("%s-%08x", filepath.Base(base), sum.Sum32()))
	log.Warn("user "+h.owner.name+" cannot reach DATA_DIR, so the database is kept elsewhere", "data_dir", base, "database", dir)
	if err := os.MkdirAll(refuge, 0o755); err != nil {
		return home{}, made(refuge, err)
	}
	there, err := makeHome(dir)
	if err == nil && !there.reachable(ctx) {
		err = unreachable(there)
	}
	return there, err
}

func unreachable(h home) error {
	return &Fault{ErrUnreachable, fmt.Sprintf("user %s, who runs Postgres, cannot reach %s: let others pass through the folders above it (chmod o+x), or set DATABASE_URL to a server of your own", h.owner.name, h.dir), nil}
}

// lock holds the folder until the file is closed or the process dies.
func (h home) lock() (*os.File, error) {
	f, err := os.OpenFile(h.path("lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if errors.Is(err, os.ErrPermission) {
		return nil, &Fault{ErrUnreachable, fmt.Sprintf("%s belongs to another user: start the hub as that user or give it another DATA_DIR", h.dir), err}
	}
	if err != nil {
		return nil, made(h.dir, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, inUse(h.dir, err)
	}
	return f, nil
}

// password reads the server's password, or makes one for a cluster that is yet to be. It is written before the
// cluster, so that a kill in between leaves one that fits.
func (h home) password() (string, error) {
	file := h.path("password")
	b, err := os.ReadFile(file)
	if err == nil && len(b) > 0 {
		return firstLine(b), nil
	}
	if h.initialised() {
		return "", &Fault{ErrUnreachable, fmt.Sprintf("%s is missing or empty, and without it the database cannot be opened: put it back from a copy", file), err}
	}
	word := rand.Text()
	return word, h.write("password", word+"\n")
}

// write puts a file, readable by the server's user alone, in place as one step.
func (h home) write(name, text string) error {
	tmp := h.path(name + ".new")
	if err := os.WriteFile(tmp, []byte(text), 0o600); err != nil {
		return made(h.dir, err)
	}
	if err := h.owner.own(tmp); err != nil {
		return err
	}
	return os.Rename(tmp, h.path(name))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func firstLine(b []byte) string {
	line, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimSpace(line)
}
