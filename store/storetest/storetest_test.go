package storetest

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"wherewithal/store"
)

// joinName as argument zero turns this test binary into another test process that joins the server in a folder.
const joinName = "storetest-joiner"

func TestMain(m *testing.M) {
	if os.Args[0] == joinName {
		url, err := join(os.Args[1])
		if err != nil {
			url = err.Error()
		}
		os.Stdout.WriteString(url + "\n")
		os.Stdin.Read(make([]byte, 1)) // until told to go
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func query[T any](t *testing.T, url, sql string) (v T) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	if err := c.QueryRow(t.Context(), sql).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func fill(url string) error {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	_, err = c.Exec(ctx, "CREATE TABLE word (w text); INSERT INTO word VALUES ('gazebo')")
	return err
}

func TestEachTestHasItsOwnDatabaseFromOneTemplate(t *testing.T) {
	var times atomic.Int32
	migrate := func(url string) error { times.Add(1); return fill(url) }
	key := "own_" + strings.ToLower(filepath.Base(t.TempDir())) + "_" + time.Now().Format("150405")
	t.Run("tests", func(t *testing.T) {
		for range 4 {
			t.Run("one", func(t *testing.T) {
				t.Parallel()
				url := New(t, migrate, key)
				if n := query[int](t, url, "WITH d AS (DELETE FROM word RETURNING w) SELECT count(*) FROM d"); n != 1 {
					t.Errorf("%d rows at the start, want 1", n)
				}
			})
		}
	})
	if n := times.Load(); n != 1 {
		t.Errorf("migrated %d times, want once", n)
	}
	if n := query[int](t, Server(t), "SELECT count(*) FROM pg_database WHERE datname = 'tmpl_"+key+"_building'"); n != 0 {
		t.Errorf("an unfinished template is left")
	}
}

func TestDatabaseIsDroppedWithItsTest(t *testing.T) {
	var url string
	t.Run("inner", func(t *testing.T) { url = New(t, fill, "dropped") })
	name := url[strings.LastIndex(url, "/")+1:]
	name, _, _ = strings.Cut(name, "?")
	if n := query[int](t, Server(t), "SELECT count(*) FROM pg_database WHERE datname = '"+name+"'"); n != 0 {
		t.Errorf("%s is still there", name)
	}
}

func TestRedisIsEmptyAndNeverEvicts(t *testing.T) {
	c := redis.NewClient(&redis.Options{Addr: Redis(t)})
	defer c.Close()
	if err := c.Set(t.Context(), "left", "over", 0).Err(); err != nil {
		t.Fatal(err)
	}
	Redis(t)
	if n, err := c.DBSize(t.Context()).Result(); n != 0 || err != nil {
		t.Errorf("%d keys, %v", n, err)
	}
	got, err := c.ConfigGet(t.Context(), "maxmemory-policy").Result()
	if err != nil || got["maxmemory-policy"] != "noeviction" {
		t.Errorf("policy %v, %v", got, err)
	}
}

func TestARedisOfItsOwnEndsWithItsTest(t *testing.T) {
	var addr string
	t.Run("user", func(t *testing.T) {
		addr = OwnRedis(t)
		if addr == Redis(t) {
			t.Error("it is the shared one")
		}
	})
	c := redis.NewClient(&redis.Options{Addr: addr, MaxRetries: -1})
	defer c.Close()
	if err := c.Ping(t.Context()).Err(); err == nil {
		t.Errorf("%s still answers", addr)
	}
}

// joiner starts another test process that joins the server in dir; leave ends it with -9.
func joiner(t *testing.T, dir string) (url string, leave func()) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Args = []string{joinName, dir}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line), func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }
}

func TestServerOutlivesItsStarterAndGoesWithItsLastUser(t *testing.T) {
	dir, err := os.MkdirTemp("", "wherewithal-storetest")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	// The keeper runs in this process, with a shorter patience than a real one; the gate is free as after a start.
	mine, err := lock(filepath.Join(dir, usersFile), syscall.LOCK_SH)
	if err != nil {
		t.Fatal(err)
	}
	before, err := lock(filepath.Join(dir, keeperFile), syscall.LOCK_EX) // a keeper that is putting things away
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(100*time.Millisecond, func() { before.Close() })
	ended, out := make(chan error, 1), newLine()
	go func() { ended <- keep(dir, 200*time.Millisecond, out) }()
	want, err := hear(out)
	if err != nil {
		t.Fatal(err)
	}
	first, firstLeaves := joiner(t, dir)
	second, secondLeaves := joiner(t, dir)
	if first != want || second != want {
		t.Fatalf("%q and %q did not join %q", first, second, want)
	}
	mine.Close()
	firstLeaves()
	select {
	case err := <-ended:
		t.Fatalf("the server went while in use: %v", err)
	case <-time.After(time.Second): // five times its patience
	}
	if n := query[int](t, second, "SELECT 1"); n != 1 {
		t.Fatal("no answer")
	}
	secondLeaves()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if _, err := pgx.Connect(t.Context(), want); err == nil {
		t.Error("the server still answers")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "run-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// line is a pipe of which only the first line is read.
type line struct{ r, w *os.File }

func newLine() *line { r, w, _ := os.Pipe(); return &line{r, w} }

func (l *line) Read(b []byte) (int, error)  { return l.r.Read(b) }
func (l *line) Write(b []byte) (int, error) { return l.w.Write(b) }

func TestProcessesShareOneServer(t *testing.T) {
	if os.Getenv(given) != "" {
		return // everybody uses the one given
	}
	url, leave := joiner(t, ground())
	defer leave()
	if want := Server(t); url != want {
		t.Errorf("another process got %q, want %q", url, want)
	}
}

func TestWhatHappenedBeforeHappensOnceAndEachHasItsOwnCopy(t *testing.T) {
	plays := 0
	for range 2 {
		s, kept := After(t, "told", func(s *store.Store) string {
			plays++
			if _, err := s.Pool().Exec(t.Context(), `create table told as select 1 as n`); err != nil {
				t.Fatal(err)
			}
			return "kept"
		})
		tag, err := s.Pool().Exec(t.Context(), `delete from told`)
		if err != nil || tag.RowsAffected() != 1 || kept != "kept" || plays != 1 {
			t.Errorf("%d rows, %q after %d plays: %v", tag.RowsAffected(), kept, plays, err)
		}
	}
}
