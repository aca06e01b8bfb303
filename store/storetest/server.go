// Package storetest gives tests a real Postgres 17 and a real Redis.
//
// It promises one Postgres for all test processes of a machine, a database of its own for every test, cloned from a
// template that is migrated once, and that nothing of it stays behind: the server goes a minute after its last user.
// It knows nothing of the tables; whoever calls New brings the migrations. For tests only: the server trades safety
// for speed.
package storetest

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// given is the variable that names a server to use instead of starting one: postgres://… of a role that may create
// databases and extensions.
const given = "WHEREWITHAL_TEST_PG"

var shared struct {
	once  sync.Once
	url   string
	err   error
	stays *os.File // our lock as a user; never closed, so that it ends with the process
}

// Server is the URL of the shared server, with a role that may create databases. The first test that asks, of all
// test processes, starts the server; this process then counts as its user until it ends.
func Server(t testing.TB) (adminURL string) {
	t.Helper()
	if u := os.Getenv(given); u != "" {
		return u
	}
	shared.once.Do(func() { shared.url, shared.err = join(ground()) })
	if shared.err != nil {
		t.Fatalf("storetest.Server: %v", shared.err)
	}
	return shared.url
}

// ground is where the shared server lives.
func ground() string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("wherewithal-test-pg-%d", os.Getuid()))
}

// Three files hold the agreement between test processes and the keeper of the server (keeper.go):
//
//	gate   locked by whoever starts the server, joins it or closes it: so these never overlap
//	users  locked, shared, by each process that uses the server, until it ends however it ends
//	keeper locked by the keeper as long as it lives; holds the URL once the server is ready
const (
	gateFile   = "gate"
	usersFile  = "users"
	keeperFile = "keeper"
)

// join makes this process a user of the server and starts a keeper if there is none.
func join(dir string) (url string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	gate, err := lock(filepath.Join(dir, gateFile), syscall.LOCK_EX)
	if err != nil {
		return "", err
	}
	defer gate.Close()
	if shared.stays, err = lock(filepath.Join(dir, usersFile), syscall.LOCK_SH); err != nil {
		return "", err
	}
	if url := kept(dir); url != "" {
		return url, nil
	}
	return startKeeper(dir)
}

// kept is the URL of a server whose keeper lives; empty when there is none.
func kept(dir string) string {
	path := filepath.Join(dir, keeperFile)
	f, err := lock(path, syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		f.Close()
		return ""
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return string(b)
}

// startKeeper starts this same binary once more as the keeper, cut loose from us, and waits for its word.
func startKeeper(dir string) (url string, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return "", err
	}
	defer log.Close()
	cmd := exec.Command(self)
	cmd.Args = []string{keeperName, dir}
	cmd.Dir, cmd.Stderr = "/", log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	go func() { _ = cmd.Wait() }()
	return hear(out)
}

// word is what the keeper says, once, on its standard output.
type word struct{ URL, Fault string }

func hear(out interface{ Read([]byte) (int, error) }) (string, error) {
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("the keeper of the test server ended without a word (see %s): %w", filepath.Join(ground(), "log"), err)
	}
	var w word
	if err := json.Unmarshal([]byte(strings.TrimSpace(line)), &w); err != nil {
		return "", err
	}
	if w.Fault != "" {
		return "", errors.New(w.Fault)
	}
	return w.URL, nil
}

// lock opens path, making it if absent, and locks it.
func lock(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), how); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return f, nil
}
