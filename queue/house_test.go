package queue

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// patience is how long a test waits for what should come at once.
const patience = 2 * time.Minute

// house is a store, a Redis and the log of the queue, of one test. They are real.
type house struct {
	t       testing.TB
	address string
	store   *store.Store
	redis   *redis.Client
	log     *slog.Logger
	lines   chan line
}

// line is what a job says at its end.
type line struct {
	Msg     string    `json:"msg"`
	Job     int64     `json:"job"`
	Kind    string    `json:"kind"`
	Subject market.ID `json:"subject"`
	Attempt int       `json:"attempt"`
	Outcome string    `json:"outcome"`
	Fault   string    `json:"fault"`
	Error   string    `json:"error"`
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, address: storetest.Address(t), lines: make(chan line, 10_000)}
	h.store = h.open(h.address)
	h.redis = h.dial(storetest.Redis(t))
	h.log = h.listenTo()
	return h
}

func (h *house) open(address string) *store.Store {
	s, err := store.Open(context.Background(), address)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(s.Close)
	return s
}

func (h *house) dial(address string) *redis.Client {
	c := redis.NewClient(&redis.Options{Addr: address, MaxRetries: 1, PoolSize: 40})
	h.t.Cleanup(func() { c.Close() })
	return c
}

// listenTo is a log whose lines about jobs arrive in h.lines.
func (h *house) listenTo() *slog.Logger {
	r, w := io.Pipe()
	h.t.Cleanup(func() { w.Close() })
	go func() {
		for in := bufio.NewScanner(r); in.Scan(); {
			var l line
			if json.Unmarshal(in.Bytes(), &l) == nil && l.Msg == "job" {
				h.lines <- l
			} else if testing.Verbose() {
				os.Stderr.WriteString(in.Text() + "\n")
			}
		}
	}()
	return slog.New(slog.NewJSONHandler(w, nil))
}

// heard is the next line of a job.
func (h *house) heard() line {
	h.t.Helper()
	return receive(h.t, h.lines)
}

func receive[T any](t testing.TB, ch <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-ch:
	case <-time.After(patience):
		t.Fatal("nothing came")
	}
	return v
}

// enqueue writes n jobs of a kind, now.
func (h *house) enqueue(kind string, n int) []market.Job {
	h.t.Helper()
	jobs := make([]market.Job, n)
	for i := range jobs {
		jobs[i] = market.Job{Kind: kind, Subject: market.NewID()}
	}
	h.enqueueAt(time.Now(), jobs...)
	return jobs
}

func (h *house) enqueueAt(now time.Time, jobs ...market.Job) {
	h.t.Helper()
	for some := range slices.Chunk(jobs, 1000) {
		err := h.store.InTx(context.Background(), func(tx *store.Tx) error {
			return tx.Enqueue(context.Background(), now, some...)
		})
		if err != nil {
			h.t.Fatal(err)
		}
	}
}

func (h *house) relay(bell *Bell) *Relay {
	return NewRelay(h.store, h.redis, Kinds, bell, h.log, nil)
}

func (h *house) sweeper() *Sweeper { return NewSweeper(h.store, h.redis, Kinds, h.log, nil) }

// drain relays what is due.
func (h *house) drain() {
	h.t.Helper()
	if err := h.relay(nil).drain(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// serve starts a server that does all kinds by do. It is stopped at the end of the test unless before.
func (h *house) serve(do Handler, configs ...Config) *Server {
	h.t.Helper()
	config := Config{Log: h.log}
	for _, c := range configs {
		config = c
		config.Log = h.log
	}
	s := NewServer(h.store, h.redis, config)
	for kind := range s.Kinds {
		s.Handle(kind, do)
	}
	if err := s.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(sync.OnceFunc(func() { stopNow(s) }))
	return s
}

// stopNow cuts running jobs short.
func stopNow(s *Server) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s.Stop(ctx)
}

// run runs a loop until the test ends.
func (h *house) run(loop func(context.Context)) {
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { loop(ctx) })
	h.t.Cleanup(func() { cancel(); done.Wait() })
}

// record is a row of the outbox.
type record struct {
	State    string
	Attempt  int
	Failures int
	Fault    string
	Due      time.Time
}

func (h *house) record(id int64) (r record) {
	h.t.Helper()
	err := h.store.Pool().QueryRow(context.Background(),
		`select state, attempt, failures, fault, due_at from outbox where id = $1`, id).
		Scan(&r.State, &r.Attempt, &r.Failures, &r.Fault, &r.Due)
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// count is how many rows meet a condition.
func (h *house) count(where string) (n int) {
	h.t.Helper()
	err := h.store.Pool().QueryRow(context.Background(), `select count(*) from outbox where `+where).Scan(&n)
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// until waits for n rows to meet a condition. Other processes and loops change them, so it looks again and again.
func (h *house) until(where string, n int) {
	h.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); h.count(where) != n; <-tick.C {
		if time.Now().After(end) {
			h.t.Fatalf("%d rows are %s, want %d", h.count(where), where, n)
		}
	}
}

// inRedis is how many tasks a queue holds that did not run yet.
func (h *house) inRedis(queue string) int {
	h.t.Helper()
	info, err := asynq.NewInspectorFromRedisClient(h.redis).GetQueueInfo(queue)
	if err != nil {
		h.t.Fatal(err)
	}
	return info.Pending + info.Active
}

// endConnection ends the connection to the test's database that meets a condition, as a network would.
func (h *house) endConnection(where string) {
	h.t.Helper()
	var n int
	err := h.store.Pool().QueryRow(context.Background(), `select count(pg_terminate_backend(pid)) from pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid() and `+where).Scan(&n)
	if err != nil || n != 1 {
		h.t.Fatalf("ended %d connections, %v", n, err)
	}
}

// wire is a connection between us and Redis that can be cut.
type wire struct {
	to   string
	in   net.Listener
	mu   sync.Mutex
	cut  bool
	ends []net.Conn
}

func newWire(t testing.TB, to string) (*wire, string) {
	t.Helper()
	in, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{to: to, in: in}
	t.Cleanup(func() { in.Close(); w.Cut(true) })
	go w.accept()
	return w, in.Addr().String()
}

func (w *wire) accept() {
	for {
		near, err := w.in.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", w.to)
		if err != nil || !w.keep(near, far) {
			near.Close()
			continue
		}
		go func() { _, _ = io.Copy(far, near); far.Close() }()
		go func() { _, _ = io.Copy(near, far); near.Close() }()
	}
}

func (w *wire) keep(ends ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ends = append(w.ends, ends...)
	return !w.cut
}

// Cut ends all connections and refuses new ones, until Cut(false).
func (w *wire) Cut(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	for _, c := range w.ends {
		c.Close()
	}
	w.ends = nil
}
