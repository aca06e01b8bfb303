package e2e

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// refused runs a program that cannot start as things are, and returns the one line that it says about that.
func refused(t *testing.T, cmd *exec.Cmd, env ...string) string {
	t.Helper()
	said, code := runs(t, cmd, env...)
	line, ours := strings.CutPrefix(said, "wherewithal: ")
	if code != 1 || !ours || strings.Contains(line, "\n") {
		t.Errorf("%v: exit code %d, want 1, and one line that says what to do:\n%s", cmd.Args, code, said)
	}
	return line
}

// runs a program to its end, and returns what it said and its exit code.
func runs(t *testing.T, cmd *exec.Cmd, env ...string) (said string, code int) {
	t.Helper()
	var out bytes.Buffer
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out.String())
	}
	return strings.TrimSpace(out.String()), cmd.ProcessState.ExitCode()
}

// program is one of ours, which is ended after patience.
func program(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return exec.CommandContext(ctx, filepath.Join(bin, name), args...)
}

func wants(t *testing.T, line string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(line, w) {
			t.Errorf("%q does not say %q", line, w)
		}
	}
}

// openDir is a folder that the hub's Postgres, another user, can reach.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "wherewithal-e2e")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// alone are the settings of a hub that uses nothing of this machine but a folder and a port.
func alone(addr, data string) []string {
	return []string{"HTTP_ADDR=" + addr, "ADMIN_ADDR=off", "DATA_DIR=" + data, "PUBLIC_URL=", "DATABASE_URL=", "REDIS_URL=",
		"SMTP_URL=", "LOG_LEVEL=", "LOG_FORMAT="}
}

func TestASecondHubAndAPortInUseAreToldInASentence(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	wants(t, refused(t, program(t, "hub"), alone(freeAddr(t), h.data)...),
		"another hub is already running on "+h.data, "stop it first", "DATA_DIR")
	other := filepath.Join(openDir(t), "data")
	wants(t, refused(t, program(t, "hub"), alone(h.addr, other)...),
		"cannot listen on "+h.addr, "stop what uses it", "HTTP_ADDR")
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	wants(t, refused(t, program(t, "hub"), append(alone(freeAddr(t), other), "ADMIN_ADDR="+taken.Addr().String())...),
		"cannot listen on "+taken.Addr().String(), "stop what uses it", "ADMIN_ADDR")
	if got := status(t.Context(), h.base+"/find"); got != 200 {
		t.Errorf("the first hub answers %d after that", got)
	}
}

func TestAFullDiskIsToldInASentence(t *testing.T) {
	t.Parallel()
	for _, megabytes := range []string{"1", "20"} {
		dir := small(t, megabytes)
		if megabytes == "1" {
			fill(t, dir)
		}
		wants(t, refused(t, program(t, "hub"), alone(freeAddr(t), filepath.Join(dir, "data"))...), "the disk", "is full", "free some space")
	}
}

func TestNoNetworkAtTheFirstStartIsToldInASentence(t *testing.T) {
	t.Parallel()
	env := append(alone(freeAddr(t), filepath.Join(openDir(t), "data")), "XDG_CACHE_HOME="+t.TempDir(), "NO_PROXY=", "no_proxy=")
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"} {
		env = append(env, name+"=http://127.0.0.1:9") // the discard port: nobody answers
	}
	wants(t, refused(t, withoutPostgres(t), env...), "could not be downloaded", "connect to the internet for the first start", "postgresql-17", "DATABASE_URL")
}

// withoutPostgres is a hub on a machine that has no Postgres 17: for root, whose cache is a folder of the machine, with an
// empty one in its place that only this hub sees.
func withoutPostgres(t *testing.T) *exec.Cmd {
	t.Helper()
	cmd := program(t, "hub")
	if os.Geteuid() != 0 {
		if _, err := os.Stat("/usr/lib/postgresql/17"); err == nil {
			t.Skip("only root can hide the Postgres 17 of this machine")
		}
		return cmd
	}
	const hidden = `for dir in /var/cache/wherewithal /usr/lib/postgresql; do
		if [ -d $dir ]; then mount -t tmpfs tmpfs $dir; fi
	done && exec "$0"`
	hub := cmd.Path
	apart := &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	if err := (&exec.Cmd{Path: "/bin/sh", Args: []string{"sh", "-c", "exit 0"}, SysProcAttr: apart}).Run(); err != nil {
		t.Skipf("hiding the Postgres of this machine wants the right to mount: %v", err)
	}
	cmd.Path, cmd.Args, cmd.SysProcAttr = "/bin/sh", []string{"sh", "-c", hidden, hub}, apart
	return cmd
}
