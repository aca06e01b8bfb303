package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"wherewithal/store/embedded"
)

// hubName as argument zero turns this test binary into a small hub that writes rows until it is killed.
const hubName = "embedded-test-hub"

func TestMain(m *testing.M) {
	if os.Args[0] == hubName {
		hub(os.Args[1])
	}
	// A program built with -race rests for a second before it exits; the children are many.
	os.Setenv("GORACE", "atexit_sleep_ms=0")
	os.Exit(m.Run())
}

// hub starts a server on dir and prints the number of each row once it is committed.
func hub(dir string) {
	ctx := context.Background()
	s, err := embedded.Start(ctx, embedded.Options{DataDir: dir, Logger: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	conn, err := pgx.Connect(ctx, s.URL())
	if err == nil {
		_, err = conn.Exec(ctx, `CREATE TABLE IF NOT EXISTS kept (n bigserial PRIMARY KEY, at text)`)
	}
	for err == nil {
		var n int64
		if err = conn.QueryRow(ctx, `INSERT INTO kept (at) VALUES (repeat('x', 500)) RETURNING n`).Scan(&n); err == nil {
			fmt.Println(n)
		}
	}
	fmt.Println(err)
	os.Exit(1)
}

func start(t *testing.T, o embedded.Options) *embedded.Server {
	t.Helper()
	s, err := embedded.Start(t.Context(), o)
	if err != nil {
		t.Fatalf("Start: %v (%v)", err, errors.Unwrap(err))
	}
	t.Cleanup(func() { _ = s.Stop(context.Background()) })
	return s
}

func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// dataDir is a folder that an unprivileged user can reach, which t.TempDir promises to nobody.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "wherewithal-embedded")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func stop(t *testing.T, s *embedded.Server) {
	t.Helper()
	if err := s.Stop(t.Context()); err != nil {
		t.Fatalf("Stop: %v", err)
	}
}

func TestServerHasWhatTheSiteNeeds(t *testing.T) {
	s := start(t, embedded.Options{DataDir: dataDir(t)})
	conn := connect(t, s.URL())
	for _, ext := range []string{"pg_trgm", "btree_gist", "unaccent"} {
		if _, err := conn.Exec(t.Context(), "CREATE EXTENSION "+ext); err != nil {
			t.Errorf("extension %s: %v", ext, err)
		}
	}
	for setting, want := range map[string]string{"server_encoding": "UTF8", "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "on", "password_encryption": "scram-sha-256"} {
		var v string
		if err := conn.QueryRow(t.Context(), "SHOW "+setting).Scan(&v); err != nil {
			t.Fatal(err)
		}
		if v != want {
			t.Errorf("%s = %q, want %q", setting, v, want)
		}
	}
	var version int
	var lower string
	if err := conn.QueryRow(t.Context(), "SELECT current_setting('server_version_num')::int / 10000, lower('ÉCOLE')").Scan(&version, &lower); err != nil {
		t.Fatal(err)
	}
	if version != 17 || lower != "école" {
		t.Errorf("version %d, lower %q", version, lower)
	}
}

func TestOnlyThePasswordOpensTheServer(t *testing.T) {
	dir := dataDir(t)
	u, err := url.Parse(start(t, embedded.Options{DataDir: dir}).URL())
	if err != nil {
		t.Fatal(err)
	}
	for name, user := range map[string]*url.Userinfo{"none": url.User("wherewithal"), "wrong": url.UserPassword("wherewithal", "guess")} {
		bad := *u
		bad.User = user
		if conn, err := pgx.Connect(t.Context(), bad.String()); err == nil {
			conn.Close(t.Context())
			t.Errorf("password %s: let in", name)
		}
	}
	info, err := os.Stat(filepath.Join(dir, "postgres", "password"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("password file: %v %v", info.Mode(), err)
	}
}

func TestRowsAreThereAfterAStop(t *testing.T) {
	dir := dataDir(t)
	first := start(t, embedded.Options{DataDir: dir})
	conn := connect(t, first.URL())
	if _, err := conn.Exec(t.Context(), "CREATE TABLE kept AS SELECT 7 AS n"); err != nil {
		t.Fatal(err)
	}
	stop(t, first)
	stop(t, first)
	second := start(t, embedded.Options{DataDir: dir})
	var n int
	if err := connect(t, second.URL()).QueryRow(t.Context(), "SELECT n FROM kept").Scan(&n); err != nil || n != 7 {
		t.Errorf("n = %d, %v", n, err)
	}
}

func TestTwentyKillsKeepEveryCommittedRow(t *testing.T) {
	dir := dataDir(t)
	var committed []int64
	for round := range 20 {
		// Every third time the server is killed too, which leaves its postmaster.pid behind.
		committed = append(committed, killAfter(t, dir, 25, round%3 == 2)...)
	}
	s := start(t, embedded.Options{DataDir: dir})
	var kept int
	if err := connect(t, s.URL()).QueryRow(t.Context(), "SELECT count(*) FROM kept WHERE n = ANY ($1)", committed).Scan(&kept); err != nil {
		t.Fatal(err)
	}
	if kept != len(committed) || kept < 20*25 {
		t.Errorf("%d of %d committed rows are there", kept, len(committed))
	}
}

// killAfter runs a hub on dir until it has reported so many committed rows, kills it with -9 and returns the numbers of
// all it reported.
func killAfter(t *testing.T, dir string, rows int, serverToo bool) (committed []int64) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Args = []string{hubName, dir}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for len(committed) < rows && lines.Scan() {
		n, err := strconv.ParseInt(lines.Text(), 10, 64)
		if err != nil {
			t.Fatalf("hub said %q", lines.Text())
		}
		committed = append(committed, n)
	}
	if serverToo {
		_ = syscall.Kill(postmasterPid(t, dir), syscall.SIGKILL)
	}
	_ = cmd.Process.Kill()
	for lines.Scan() { // what it said up to its death
		if n, err := strconv.ParseInt(lines.Text(), 10, 64); err == nil {
			committed = append(committed, n)
		}
	}
	_ = cmd.Wait()
	return committed
}

func pidFile(dir string) string { return filepath.Join(dir, "postgres", "data", "postmaster.pid") }

func postmasterPid(t *testing.T, dir string) int {
	t.Helper()
	b, err := os.ReadFile(pidFile(dir))
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func TestSecondHubOnTheSameFolderIsRefused(t *testing.T) {
	dir := dataDir(t)
	start(t, embedded.Options{DataDir: dir})
	_, err := embedded.Start(t.Context(), embedded.Options{DataDir: dir})
	if !errors.Is(err, embedded.ErrInUse) || !strings.Contains(err.Error(), "another hub is already running on "+dir) {
		t.Errorf("err = %v", err)
	}
}

func TestStalePidOfAStrangerIsHealed(t *testing.T) {
	dir := dataDir(t)
	stop(t, start(t, embedded.Options{DataDir: dir}))
	// Our own pid: alive, and no Postgres. Postgres alone would refuse to start for it.
	stale := fmt.Sprintf("%d\n%s\n1700000000\n5432\n\n127.0.0.1\n 0 0\nready\n", os.Getpid(), filepath.Join(dir, "postgres", "data"))
	if err := os.WriteFile(pidFile(dir), []byte(stale), 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, embedded.Options{DataDir: dir})
}

func TestOtherMajorVersionIsRefusedAndUntouched(t *testing.T) {
	dir := dataDir(t)
	data := filepath.Join(dir, "postgres", "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(data, "PG_VERSION")
	if err := os.WriteFile(file, []byte("16\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := embedded.Start(t.Context(), embedded.Options{DataDir: dir})
	if !errors.Is(err, embedded.ErrOtherVersion) || !strings.Contains(err.Error(), "Postgres 16") {
		t.Errorf("err = %v", err)
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "16\n" {
		t.Errorf("the old cluster was touched: %q %v", b, err)
	}
}

func TestTakenPortIsNamed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	_, err = embedded.Start(t.Context(), embedded.Options{DataDir: dataDir(t), Port: port})
	if !errors.Is(err, embedded.ErrPortInUse) || !strings.Contains(err.Error(), fmt.Sprintf("port %d on 127.0.0.1 is taken", port)) {
		t.Errorf("err = %v", err)
	}
}

func TestNoNetworkAtFirstStartSaysWhatToDo(t *testing.T) {
	embedded.WithoutMachines(t) // a Postgres 17 of the machine would be used instead of a download
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "https_proxy"} {
		t.Setenv(name, "http://127.0.0.1:9") // the discard port: nobody answers
	}
	t.Setenv("NO_PROXY", "")
	t.Setenv("no_proxy", "")
	dir := dataDir(t)
	_, err := embedded.Start(t.Context(), embedded.Options{DataDir: dir, BinariesDir: filepath.Join(dir, "bin")})
	if !errors.Is(err, embedded.ErrNoBinaries) || !strings.Contains(err.Error(), "connect to the internet for the first start") {
		t.Errorf("err = %v", err)
	}
}

func TestKilledInitialisationIsStartedAfresh(t *testing.T) {
	dir := dataDir(t)
	half := filepath.Join(dir, "postgres", "data.new")
	if err := os.MkdirAll(half, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(half, "PG_VERSION"), []byte("17\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, embedded.Options{DataDir: dir})
	if _, err := os.Stat(half); !os.IsNotExist(err) {
		t.Errorf("data.new is still there: %v", err)
	}
}

func TestServerLogHoldsNothingPeopleWrote(t *testing.T) {
	var said strings.Builder
	r, w := io.Pipe()
	read := make(chan struct{})
	go func() { defer close(read); _, _ = io.Copy(&said, r) }()
	log := slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s := start(t, embedded.Options{DataDir: dataDir(t), Logger: log})
	if _, err := connect(t, s.URL()).Exec(t.Context(), "SELECT 'ama@stmary.example'::int"); err == nil {
		t.Fatal("the statement should fail")
	}
	stop(t, s)
	w.Close()
	<-read
	if strings.Contains(said.String(), "ama@") || !strings.Contains(said.String(), "postgres: LOG:") {
		t.Errorf("log: %s", said.String())
	}
}

func TestServerThatDiesIsReported(t *testing.T) {
	dir := dataDir(t)
	s := start(t, embedded.Options{DataDir: dir})
	ran := make(chan error, 1)
	go func() { ran <- s.Run(t.Context()) }()
	if err := syscall.Kill(postmasterPid(t, dir), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := <-ran; err == nil || !strings.Contains(err.Error(), "postgres ended by itself") {
		t.Errorf("err = %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := start(t, embedded.Options{DataDir: dir}).Run(ctx); err != nil {
		t.Errorf("an orderly end: %v", err)
	}
}
