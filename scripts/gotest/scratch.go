package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// memory is where Linux lets programs keep files in memory.
const memory = "/dev/shm"

// enough is how many bytes of it the tests may want at once: some twenty clusters of Postgres and what go test builds.
const enough = 6 << 30

// scratch is where tests keep their files: in memory, when there is enough of it, and empty, for go test's own choice,
// when there is not or the caller has chosen. Each test has a database of its own, of nearly 700 files: ext4 spent a
// third of the whole machine's time on finding inodes for them that were not deleted just before.
func scratch() string {
	if os.Getenv("TMPDIR") != "" || !roomy(memory) {
		return ""
	}
	dir := filepath.Join(memory, fmt.Sprintf("wherewithal-%d", os.Getuid()))
	if err := os.MkdirAll(dir, 0o755); err != nil { // 0755: the user that Postgres runs as passes through
		return ""
	}
	return dir
}

// roomy reports whether dir has room for the tests and lets programs run that are built there.
func roomy(dir string) bool {
	const noExec = 8 // ST_NOEXEC of statvfs(3)
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return false
	}
	return fs.Flags&noExec == 0 && fs.Bavail*uint64(fs.Bsize) >= enough && available() >= enough
}

// available is how many bytes of memory programs can still have (proc(5)); 0 when that cannot be read.
func available() uint64 {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0
	}
	defer f.Close()
	for {
		var name string
		var kilobytes uint64
		if _, err := fmt.Fscanf(f, "%s %d kB\n", &name, &kilobytes); err != nil {
			return 0
		}
		if name == "MemAvailable:" {
			return kilobytes << 10
		}
	}
}
