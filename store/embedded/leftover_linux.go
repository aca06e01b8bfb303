package embedded

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// serversOf lists the processes to tell when the Postgres of dir is to stop: its postmaster, or, when that is gone
// already, the processes it left. A postmaster and all its children work in the data folder, which no other
// program does; the file postmaster.pid may be stale and name a stranger.
func serversOf(dir string) []int {
	parents := map[int]int{}
	procs, _ := filepath.Glob("/proc/[0-9]*")
	for _, proc := range procs {
		if cwd, err := os.Readlink(proc + "/cwd"); err != nil || cwd != dir {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(proc))
		if name, parent := status(proc); strings.HasPrefix(name, "postgres") {
			parents[pid] = parent
		}
	}
	var heads []int
	for pid, parent := range parents {
		if _, ok := parents[parent]; !ok {
			heads = append(heads, pid)
		}
	}
	return heads
}

// status reads the name and the parent out of "pid (name) state parent …".
func status(proc string) (name string, parent int) {
	b, _ := os.ReadFile(proc + "/stat")
	from, to := strings.IndexByte(string(b), '('), strings.LastIndexByte(string(b), ')')
	if from < 0 || to < from {
		return "", 0
	}
	if rest := strings.Fields(string(b[to+1:])); len(rest) > 1 {
		parent, _ = strconv.Atoi(rest[1])
	}
	return string(b[from+1 : to]), parent
}
