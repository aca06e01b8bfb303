// Package e2e starts the real programs and a real browser, and walks what the README promises.
package e2e

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"wherewithal/store/embedded/tether"
)

// programs are where TestMain puts them, built with a clock that tests can move: the same place each time, so that what is there
// already is not linked anew. The soak has the same.
const programs = "../.tools/testclock"

// bin is that place from anywhere; kept is what tests share, and goes with them.
var bin, kept string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		err := build()
		if err == nil {
			kept, err = os.MkdirTemp("", "wherewithal-e2e-kept")
		}
		if err == nil {
			defer os.RemoveAll(kept)
			err = os.Chmod(kept, 0o755) // the hub runs its database as another user
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return m.Run()
	}())
}

func build() (err error) {
	if bin, err = filepath.Abs(programs); err != nil {
		return err
	}
	cmd := exec.Command("go", "build", "-tags", "testclock", "-ldflags=-s -w", "-o", bin+"/", "wherewithal/cmd/...")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

// patience is how long a test waits for what should come at once. Compilers and other tests have the machine meanwhile: it is far above
// what anything takes, and no promise.
const patience = 3 * time.Minute

// process is a program of ours that runs, and never longer than these tests do.
type process struct {
	*tether.Child
	name  string
	base  string
	log   *os.File
	began time.Time
}

// start runs a program with these settings and nothing else of ours.
func start(t *testing.T, program string, env ...string) *process {
	t.Helper()
	return startFrom(t, bin, program, env...)
}

// startFrom is start for a program that lies elsewhere.
func startFrom(t *testing.T, dir, program string, env ...string) *process {
	t.Helper()
	log, err := os.CreateTemp(t.TempDir(), program)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(dir, program))
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = log, log
	began := time.Now()
	child, err := tether.Start(cmd, syscall.SIGKILL)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{Child: child, name: program, log: log, began: began}
	t.Cleanup(func() {
		p.stop(t)
		if t.Failed() {
			t.Logf("%s said:\n%s", program, worthReading(log.Name()))
		}
		log.Close()
	})
	return p
}

// worthReading is a log without the lines that say that all went well.
func worthReading(file string) string {
	text, _ := os.ReadFile(file)
	var out []string
	for _, line := range strings.Split(string(text), "\n") {
		if !strings.Contains(line, "status=200") && !strings.Contains(line, "status=303") && (!strings.Contains(line, "outcome=done") || strings.Contains(line, "kind=match")) &&
			!strings.Contains(line, "not following") {
			out = append(out, line)
		}
	}
	return strings.Join(out[max(0, len(out)-30):], "\n")
}

// kill is kill -9.
func (p *process) kill() {
	p.Signal(syscall.SIGKILL)
	<-p.Done()
}

// stop ends it as an operator does, within the 20 seconds that are promised.
func (p *process) stop(t *testing.T) {
	p.Signal(syscall.SIGTERM)
	select {
	case <-p.Done():
	case <-time.After(25 * time.Second):
		t.Errorf("%s did not stop within 20 s", p.name)
		p.kill()
	}
}

// ready waits until the program says it is, and returns how long that took from its start.
func (p *process) ready(t *testing.T) time.Duration {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		if status(ctx, p.base+"/readyz") == http.StatusOK {
			return time.Since(p.began)
		}
		select {
		case <-tick.C:
		case <-p.Done():
			text, _ := os.ReadFile(p.log.Name())
			t.Fatalf("%s ended: %s", p.name, text)
		case <-ctx.Done():
			t.Fatalf("%s is not ready", p.name)
		}
	}
}

// status of a GET; 0 when nobody answers.
func status(ctx context.Context, url string) int {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0
	}
	answer.Body.Close()
	return answer.StatusCode
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// hub is one on a data folder, which a later one may take over at the same address.
type hub struct {
	t    *testing.T
	env  []string
	addr string
	data string
	mail devMail
	*process
}

// newHub is one whose first day is over: it has planted and matched the sample, and has nothing left to do.
func newHub(t *testing.T, env ...string) *hub {
	t.Helper()
	h := hubIn(t, filepath.Join(openDir(t), "data"), env...)
	copyDir(t, dayOld(t), h.data)
	h.again()
	return h
}

// firstHub is one on an empty folder.
func firstHub(t *testing.T, env ...string) *hub {
	t.Helper()
	h := hubIn(t, filepath.Join(openDir(t), "data"), env...)
	h.again()
	return h
}

// newHubByName is a hub that is reached by a name, and not by a number.
func newHubByName(t *testing.T) *hub {
	t.Helper()
	h := hubIn(t, filepath.Join(openDir(t), "data"))
	name := "http://localhost" + h.addr[strings.LastIndex(h.addr, ":"):]
	h.env = append(h.env, "PUBLIC_URL="+name)
	copyDir(t, dayOld(t), h.data)
	h.again()
	h.base = name
	return h
}

func hubIn(t *testing.T, data string, env ...string) *hub {
	t.Helper()
	h := &hub{t: t, addr: freeAddr(t), data: data, mail: devMail{map[string]bool{}}}
	h.env = append(append(alone(h.addr, h.data), "LOG_LEVEL=info"), env...)
	return h
}

var firstDay sync.Mutex

// dayOld is the data folder of a hub that was started and stopped when nothing was left to do, which is done once: it costs
// more than most of what tests do with a hub.
func dayOld(t *testing.T) string {
	t.Helper()
	firstDay.Lock()
	defer firstDay.Unlock()
	data := filepath.Join(kept, "day-old")
	if _, err := os.Stat(data); err == nil {
		return data
	}
	h := hubIn(t, data+".new")
	h.again()
	h.becomes(`select count(*)::text from outbox where state = 'sent' or state = 'waiting' and due_at <= now()`, "0")
	h.stop(t)
	if err := os.Rename(h.data, data); err != nil {
		t.Fatal(err)
	}
	return data
}

// copyDir keeps who owns what: the database runs as another user.
func copyDir(t *testing.T, from, to string) {
	t.Helper()
	if out, err := exec.Command("cp", "-a", from, to).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

func (h *hub) at() string { return h.base }

func (h *hub) box() inbox { return h.mail }

// query asks the hub's own Postgres.
func (h *hub) query(sql string) string { h.t.Helper(); return query(h.t, h.database(), sql) }

// database is the address of the hub's own, with the password and the port that lie beside its cluster.
func (h *hub) database() string {
	h.t.Helper()
	password, err := os.ReadFile(filepath.Join(h.data, "postgres", "password"))
	if err != nil {
		h.t.Fatal(err)
	}
	return fmt.Sprintf("postgres://wherewithal:%s@127.0.0.1:%s/wherewithal", strings.TrimSpace(string(password)), h.postmaster()[3])
}

// postmaster is the hub's Postgres in its own words: the process in the first line, the port in the fourth.
func (h *hub) postmaster() []string {
	h.t.Helper()
	said, err := os.ReadFile(filepath.Join(h.data, "postgres", "data", "postmaster.pid"))
	if err != nil {
		h.t.Fatal(err)
	}
	return strings.Split(string(said), "\n")
}

// killPostgres is kill -9 for the hub's Postgres.
func (h *hub) killPostgres() {
	h.t.Helper()
	pid, err := strconv.Atoi(h.postmaster()[0])
	if err != nil {
		h.t.Fatal(err)
	}
	_ = syscall.Kill(pid, syscall.SIGKILL)
}

// query is the one text that a database answers.
func query(t *testing.T, address, sql string) (answer string) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	if err := c.QueryRow(t.Context(), sql).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// again starts it, or starts it once more, and says how long until it was ready.
func (h *hub) again() time.Duration {
	h.t.Helper()
	h.process = start(h.t, "hub", h.env...)
	h.base = "http://" + h.addr
	return h.ready(h.t)
}

func only(list []string, part string) (out []string) {
	for _, l := range list {
		if strings.Contains(l, part) {
			out = append(out, l)
		}
	}
	return out
}
