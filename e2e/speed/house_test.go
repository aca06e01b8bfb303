// Package speed measures the real programs, built as they are released and run beside each other on a Postgres that waits
// for the disk, a Redis and a mail server: what docs/benchmarks.md says of them. It holds benchmarks only; make bench runs
// them.
package speed

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"wherewithal/store/embedded/tether"
)

var built struct {
	once sync.Once
	dir  string
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if built.dir != "" {
		os.RemoveAll(built.dir)
	}
	os.Exit(code)
}

// programs builds the programs once, and says in which folder they are.
func programs(b *testing.B) string {
	b.Helper()
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "wherewithal-speed"); built.err != nil {
			return
		}
		build := exec.Command("go", "build", "-o", built.dir+"/", "wherewithal/cmd/...")
		build.Stderr = os.Stderr
		if built.err = build.Run(); built.err == nil {
			built.err = os.Chmod(built.dir, 0o755) // the hub runs its database as another user
		}
	})
	if built.err != nil {
		b.Fatal(built.err)
	}
	return built.dir
}

// process is a program of ours that runs.
type process struct {
	*tether.Child // which ends with us
	name          string
	base          string // where it answers /readyz
	began         time.Time
}

// start runs a program with these settings; base is where it will answer.
func start(b *testing.B, program, base string, env ...string) *process {
	b.Helper()
	cmd := exec.Command(filepath.Join(programs(b), program))
	cmd.Env, cmd.Stderr = append(os.Environ(), env...), os.Stderr
	if name := os.Getenv("SPEED_LOG"); name != "" { // to look into what is slow
		file, err := os.Create(name + "." + program)
		if err != nil {
			b.Fatal(err)
		}
		defer file.Close()
		cmd.Stderr, cmd.Env = file, append(cmd.Env, "LOG_LEVEL=info")
	}
	began := time.Now()
	child, err := tether.Start(cmd, syscall.SIGTERM)
	if err != nil {
		b.Fatal(err)
	}
	p := &process{child, program, base, began}
	b.Cleanup(p.stop)
	return p
}

func (p *process) stop() {
	p.Signal(syscall.SIGTERM)
	select {
	case <-p.Done():
	case <-time.After(25 * time.Second):
		p.Signal(syscall.SIGKILL)
		<-p.Done()
	}
}

// ready waits until the program answers requests with all it needs, and then until its pool is built; it says how long
// each took from its start.
func (p *process) ready(b *testing.B) (serves, full time.Duration) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), 3*time.Minute)
	defer cancel()
	for tick := time.NewTicker(5 * time.Millisecond); full == 0; {
		select {
		case <-tick.C:
		case <-p.Done():
			b.Fatalf("%s ended", p.name)
		case <-ctx.Done():
			b.Fatalf("%s is not ready", p.name)
		}
		ok, pool := probe(ctx, p.base+"/readyz")
		if ok && serves == 0 {
			serves = time.Since(p.began)
		}
		if ok && pool {
			full = time.Since(p.began)
		}
	}
	return serves, full
}

func probe(ctx context.Context, address string) (ok, pool bool) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return false, false
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return false, false
	}
	defer res.Body.Close()
	var said struct {
		Ready        bool
		Dependencies []struct{ Name, State string }
	}
	_ = json.NewDecoder(res.Body).Decode(&said)
	for _, d := range said.Dependencies {
		pool = pool || d.Name == "pool" && d.State == "up"
	}
	return said.Ready, pool
}

// memory is what the process holds in RAM, in MiB, as the system counts it; 0 where there is no /proc.
func (p *process) memory() float64 {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(p.Pid()) + "/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	kb, _ := strconv.ParseFloat(strings.Fields(rest + " 0")[0], 64)
	return kb / 1024
}

func freeAddr(b *testing.B) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// at is the time that a share of the sorted times did not exceed; 1 ns where there are none.
func at(times []time.Duration, share float64) time.Duration {
	if len(times) == 0 {
		return 1
	}
	return max(1, times[int(share*float64(len(times)-1))])
}

// report says what half and what all but one in a hundred of the times were.
func report(b *testing.B, times []time.Duration) {
	b.Helper()
	b.ReportMetric(0, "ns/op")
	if len(times) == 0 {
		return
	}
	slices.Sort(times)
	for _, share := range []float64{0.5, 0.99} {
		b.ReportMetric(float64(at(times, share).Microseconds())/1000, "p"+strconv.Itoa(int(100*share))+"-ms")
	}
}
