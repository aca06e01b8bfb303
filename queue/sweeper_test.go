package queue

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/telemetry"
)

// sweep sweeps as if all that was sent had been sent long enough ago.
func (h *house) sweep(s *Sweeper) {
	h.t.Helper()
	now := time.Now()
	if err := s.sweep(context.Background(), now, now.Add(-silence), now); err != nil {
		h.t.Fatal(err)
	}
}

// The names of the variables that turn this test binary into a worker.
const (
	workerStore = "QUEUE_TEST_STORE"
	workerRedis = "QUEUE_TEST_REDIS"
)

func TestMain(m *testing.M) {
	if address := os.Getenv(workerStore); address != "" {
		if err := hangingWorker(address, os.Getenv(workerRedis)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// hangingWorker takes one job, says so and never ends it. It goes with its parent.
func hangingWorker(address, redisAddress string) error {
	s, err := store.Open(context.Background(), address)
	if err != nil {
		return err
	}
	server := NewServer(s, redis.NewClient(&redis.Options{Addr: redisAddress}), Config{Log: slog.New(slog.DiscardHandler)})
	for kind := range server.Kinds {
		server.Handle(kind, func(context.Context, market.Job) error {
			fmt.Println("begun")
			select {}
		})
	}
	if err := server.Start(); err != nil {
		return err
	}
	_, err = os.Stdin.Read(make([]byte, 1))
	return err
}

// startHangingWorker returns the process, and a channel on which comes the first thing it says.
func startHangingWorker(h *house) (*exec.Cmd, <-chan string) {
	h.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), workerStore+"="+h.address, workerRedis+"="+h.redis.Options().Addr)
	cmd.Stderr = os.Stderr
	if _, err := cmd.StdinPipe(); err != nil { // held open until this process ends
		h.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	said := make(chan string, 1)
	go func() {
		word, _ := bufio.NewReader(out).ReadString('\n')
		said <- word
	}()
	return cmd, said
}

// Nothing is made faster here: it is the promise as users meet it.
func TestJobOfAKilledWorkerIsDoneByAnotherWithinAMinute(t *testing.T) {
	h := newHouse(t)
	worker, said := startHangingWorker(h)
	h.run(h.relay(NewBell(h.store.Pool())).Run)
	h.run(h.sweeper().Run)
	h.enqueue(market.LetterJob, 1)
	if word := receive(t, said); word != "begun\n" {
		t.Fatalf("the worker said %q", word)
	}
	if err := worker.Process.Kill(); err != nil { // SIGKILL: -9
		t.Fatal(err)
	}
	_ = worker.Wait()
	killed := time.Now()
	h.serve(func(context.Context, market.Job) error { return nil })
	select {
	case l := <-h.lines:
		if took := time.Since(killed); l.Outcome != "done" || l.Attempt != 2 || took > time.Minute {
			t.Errorf("after %v: %+v", took, l)
		}
	case <-time.After(time.Minute):
		t.Fatal("nobody did it within a minute")
	}
	if r := h.record(1); r.State != "done" || r.Failures != 1 {
		t.Errorf("record %+v", r)
	}
}

func TestRedisFlushedAtAnyMomentLosesNothing(t *testing.T) {
	h := newHouse(t)
	const jobs, flushes = 600, 4
	did := make(chan market.ID, 10*jobs)
	h.serve(func(_ context.Context, job market.Job) error { did <- job.Subject; return nil })
	h.run(h.relay(NewBell(h.store.Pool())).Run)
	left := map[market.ID]bool{}
	for i := range flushes {
		for _, j := range h.enqueue(market.IndexJob, jobs/flushes) {
			left[j.Subject] = true
		}
		for range 20 * (i + 1) { // somewhere in the middle
			delete(left, receive(t, did))
		}
		if err := h.redis.FlushAll(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
	}
	s, tick := h.sweeper(), time.NewTicker(100*time.Millisecond)
	defer tick.Stop()
	for end := time.After(patience); len(left) > 0; {
		select {
		case id := <-did:
			delete(left, id)
		case <-tick.C:
			h.sweep(s)
		case <-end:
			t.Fatalf("%d jobs are lost", len(left))
		}
	}
	h.until("state = 'done'", jobs)
	if n := h.count("failures > 0"); n != 0 {
		t.Errorf("%d jobs count a failure", n)
	}
}

func TestBacklogIsNeverSwept(t *testing.T) {
	h := newHouse(t)
	const jobs = walk + 300
	h.enqueue(market.IndexJob, jobs)
	h.drain()
	s := h.sweeper()
	for range 3 {
		h.sweep(s)
	}
	if n := h.count("state = 'sent' and attempt = 1"); n != jobs {
		t.Errorf("%d rows left alone, want %d", n, jobs)
	}
}

func TestBacklogHandedOverAfterAFlushIsNeverSwept(t *testing.T) {
	h := newHouse(t)
	r := h.relay(nil)
	h.enqueue(market.IndexJob, 5)
	if err := r.drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := h.redis.FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	s := h.sweeper()
	h.sweep(s)
	h.until("state = 'waiting'", 5)
	if err := r.drain(t.Context()); err != nil { // the same relay: it must announce the queues anew
		t.Fatal(err)
	}
	for range 3 {
		h.sweep(s)
	}
	if n := h.count("state = 'sent' and attempt = 2"); n != 5 {
		t.Errorf("%d rows left alone, want 5", n)
	}
}

func TestALongBacklogLostIsFoundInOneSweep(t *testing.T) {
	h := newHouse(t)
	const jobs = walk + 300
	h.enqueue(market.IndexJob, jobs)
	h.drain()
	if err := h.redis.FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	h.sweep(h.sweeper())
	if n := h.count("state = 'waiting' and failures = 0"); n != jobs {
		t.Errorf("%d rows wait again, want %d", n, jobs)
	}
}

func TestJobOfAWorkerThatDiedBeforeItBeganIsDrivenAgain(t *testing.T) {
	h := newHouse(t)
	h.enqueue(market.IndexJob, 1)
	h.drain()
	// A worker that takes the task from Redis and never says so.
	taken, end := make(chan struct{}), make(chan struct{})
	dead := asynq.NewServerFromRedisClient(h.redis, asynq.Config{Queues: Kinds.queues(), LogLevel: asynq.FatalLevel})
	err := dead.Start(asynq.HandlerFunc(func(context.Context, *asynq.Task) error { close(taken); <-end; return nil }))
	if err != nil {
		t.Fatal(err)
	}
	defer dead.Shutdown()
	defer close(end)
	receive(t, taken)
	s, now := h.sweeper(), time.Now()
	h.look(s, now)
	h.look(s, now.Add(stalled-time.Second))
	if r := h.record(1); r.State != "sent" {
		t.Errorf("driven again although it may be about to begin: %+v", r)
	}
	h.look(s, now.Add(stalled))
	if r := h.record(1); r.State != "waiting" {
		t.Errorf("record %+v", r)
	}
}

// asynq finds the task of a dead worker too, and would have it wait.
func TestJobThatAsynqTookFromADeadWorkerIsDrivenAgain(t *testing.T) {
	h := newHouse(t)
	h.enqueue(market.IndexJob, 1)
	h.drain()
	taken := make(chan struct{})
	dead := asynq.NewServerFromRedisClient(h.redis, asynq.Config{Queues: Kinds.queues(), LogLevel: asynq.FatalLevel})
	err := dead.Start(asynq.HandlerFunc(func(context.Context, *asynq.Task) error { close(taken); return errors.New("lease expired") }))
	if err != nil {
		t.Fatal(err)
	}
	receive(t, taken)
	dead.Shutdown()
	h.sweep(h.sweeper())
	if r := h.record(1); r.State != "waiting" {
		t.Errorf("record %+v", r)
	}
}

func TestJobThatKillsItsWorkersIsTriedMoreAndMoreSeldom(t *testing.T) {
	h := newHouse(t)
	h.enqueue(market.MatchJob, 1)
	s := h.sweeper()
	var waits []time.Duration
	for now := time.Now(); len(waits) < 3; {
		rows, err := h.store.Claim(t.Context(), now, 1)
		if err != nil || len(rows) != 1 {
			t.Fatal(rows, err)
		}
		if begun, err := h.store.Begin(t.Context(), rows[0].ID, rows[0].Attempt, now); !begun {
			t.Fatal(err)
		}
		now = now.Add(silence + time.Second)
		if err := s.Sweep(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		due := h.record(1).Due
		waits = append(waits, due.Sub(now).Round(time.Second))
		now = due.Add(time.Second)
	}
	if r := h.record(1); waits[0] != 0 || waits[1] < 8*time.Second || waits[2] < 48*time.Second || r.Fault != "lost" {
		t.Errorf("waits %v, record %+v", waits, r)
	}
	s.metrics = NewMetrics(telemetry.NewMetrics())
	now := time.Now().Add(Kinds[market.MatchJob].Deadline)
	rows, err := h.store.Claim(t.Context(), now, 1)
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	if begun, err := h.store.Begin(t.Context(), rows[0].ID, rows[0].Attempt, now.Add(-silence-time.Second)); !begun {
		t.Fatal(err)
	}
	if err := s.Sweep(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	letters, matches := givenUp(t, s.metrics)
	if r := h.record(1); r.State != "failed" || letters != 0 || matches != 1 {
		t.Errorf("past its deadline: record %+v, counted as given up are %v", r, matches)
	}
}

func TestProcessAloneInheritsWhatWasLeftAtOnce(t *testing.T) {
	h := newHouse(t)
	h.enqueue(market.MatchJob, 2)
	rows, err := h.store.Claim(t.Context(), time.Now(), 2)
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	if _, err := h.store.Begin(t.Context(), rows[0].ID, rows[0].Attempt, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := h.sweeper().Sweep(t.Context(), time.Now()); err != nil || h.count("state = 'sent'") != 2 {
		t.Fatalf("a plain sweep took from one that may still live (%v)", err)
	}
	if err := h.sweeper().Inherit(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	if n := h.count("state = 'waiting' and due_at <= now()"); n != 2 {
		t.Errorf("%d rows are due again, want 2", n)
	}
}

func TestSweeperDoesNothingWhileRedisIsAway(t *testing.T) {
	h := newHouse(t)
	h.enqueue(market.IndexJob, 3)
	h.drain()
	wire, addr := newWire(t, h.redis.Options().Addr)
	wire.Cut(true)
	away := NewSweeper(h.store, h.dial(addr), Kinds, h.log, nil)
	if err := away.Sweep(t.Context(), time.Now().Add(time.Hour)); err == nil {
		t.Error("no fault")
	}
	if n := h.count("state = 'sent' and attempt = 1"); n != 3 {
		t.Errorf("%d rows left alone, want 3", n)
	}
}
