// Package scripts holds no program of its own: these are tests of its shell scripts.
package scripts

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// machine is a folder of programs that stands for all of a machine's: those that the script itself calls, and more.
func machine(t *testing.T, more map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"id", "mktemp", "rm", "tail", "env", "cat", "chmod"} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range more {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func need(dir string, programs ...string) (string, error) {
	cmd := exec.Command("/bin/sh", append([]string{"need.sh"}, programs...)...)
	cmd.Env = []string{"PATH=" + dir}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestWhatIsMissingIsInstalledOrNamed(t *testing.T) {
	bare := machine(t, map[string]string{"redis-server": "exit 0"})
	said, err := need(bare, "redis-server", "chromium", "gcc")
	if err == nil || !strings.HasPrefix(said, "missing on this machine: chromium gcc - install it") || strings.Count(said, "\n") != 1 {
		t.Errorf("without apt: %v\n%s", err, said)
	}
	if said, err := need(bare, "redis-server"); err != nil || said != "" {
		t.Errorf("with all that is needed: %v\n%s", err, said)
	}

	const installs = `[ "$1" = install ] || exit 0
		echo "$*" > "${0%/*}/asked"
		for name in chromium gcc; do printf '#!/bin/sh\nexit 0\n' > "${0%/*}/$name"; chmod +x "${0%/*}/$name"; done`
	apt := machine(t, map[string]string{"apt-get": installs, "sudo": `[ "$1" = -n ] && shift; exec "$@"`})
	if said, err := need(apt, "chromium", "gcc"); err != nil || said != "installing chromium gcc\n" {
		t.Errorf("with apt: %v\n%s", err, said)
	}
	asked, err := os.ReadFile(filepath.Join(apt, "asked"))
	if err != nil || !strings.Contains(string(asked), "chromium gcc") {
		t.Errorf("apt-get was asked %q, %v", asked, err)
	}

	const lacksTheShell = `case "$*" in *chromium-headless-shell*) echo E: Unable to locate package; exit 100;; esac
		[ "$1" = install ] || exit 0
		for name in chromium gcc; do printf '#!/bin/sh\nexit 0\n' > "${0%/*}/$name"; chmod +x "${0%/*}/$name"; done`
	elsewhere := machine(t, map[string]string{"apt-get": lacksTheShell, "sudo": `[ "$1" = -n ] && shift; exec "$@"`})
	said, err = need(elsewhere, "chromium-headless-shell", "gcc")
	if err != nil || said != "installing chromium-headless-shell gcc\ninstalling chromium gcc\n" {
		t.Errorf("where the shell is no package: %v\n%s", err, said)
	}
	other := machine(t, map[string]string{"google-chrome": "exit 0"})
	if said, err := need(other, "chromium-headless-shell"); err != nil || said != "" {
		t.Errorf("with another browser, and no right to install: %v\n%s", err, said)
	}

	broken := machine(t, map[string]string{"apt-get": "echo E: no such package; exit 100", "sudo": `[ "$1" = -n ] && shift; exec "$@"`})
	said, err = need(broken, "chromium")
	if err == nil || !strings.Contains(said, "could not install chromium: install it by hand") {
		t.Errorf("with an apt that fails: %v\n%s", err, said)
	}
}

// git keeps whether a file may be run, and the Makefile calls scripts by their paths.
func TestScriptsCanBeRun(t *testing.T) {
	scripts, err := filepath.Glob("*.sh")
	if err != nil || len(scripts) == 0 {
		t.Fatal(scripts, err)
	}
	for _, name := range scripts {
		if info, err := os.Stat(name); err != nil || info.Mode()&0o111 == 0 {
			t.Errorf("%s may not be run: %v", name, err)
		}
	}
}
