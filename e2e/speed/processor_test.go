package speed

import (
	"context"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// used is the processor time so far of each of some processes. What all of them used together says more than how long they
// took where other programs want the cores.
type used map[int]time.Duration

// since an earlier look at them; who came meanwhile did all it did since.
func (u used) since(before used) (all time.Duration) {
	for pid, took := range u {
		all += took - before[pid]
	}
	return all
}

// usedHere is what this process used, and the mail server in it.
func usedHere(b *testing.B) used {
	b.Helper()
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		b.Fatal(err)
	}
	return used{os.Getpid(): time.Duration(own.Utime.Nano() + own.Stime.Nano())}
}

// usedBy is what some processes used.
func usedBy(pids ...int) used {
	u := used{}
	for _, pid := range pids {
		u[pid] = processorTime(pid)
	}
	return u
}

// processorTime of a process, in hundredths of a second; 0 where there is no /proc.
func processorTime(pid int) time.Duration {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:])) // the name may hold spaces
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / 100
}

// redisPid is the process of the server at an address.
func redisPid(b *testing.B, address string) int {
	b.Helper()
	c := redis.NewClient(&redis.Options{Addr: address})
	defer c.Close()
	text, err := c.Info(context.Background(), "server").Result()
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(text, "process_id:")
	pid, _ := strconv.Atoi(strings.Fields(rest + " 0")[0])
	return pid
}
