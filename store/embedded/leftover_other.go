//go:build !linux

package embedded

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// serversOf lists the postmaster of dir if it runs. Its pid stands in postmaster.pid; that the process is really a
// Postgres on dir is read from its command line.
func serversOf(dir string) []int {
	b, err := os.ReadFile(filepath.Join(dir, "postmaster.pid"))
	if err != nil {
		return nil
	}
	pid, err := strconv.Atoi(firstLine(b))
	if err != nil || pid <= 1 {
		return nil
	}
	out, err := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	if err != nil || !strings.Contains(string(out), "postgres") || !strings.Contains(string(out), dir) {
		return nil
	}
	return []int{pid}
}
