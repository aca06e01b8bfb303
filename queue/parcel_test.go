package queue

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/hibiken/asynq"

	"wherewithal/market"
)

// Letters that wait together go to Redis in few tasks, each is done once, and what becomes of one is no matter of the others.
func TestLettersThatWaitTogetherGoInFewTasks(t *testing.T) {
	h := newHouse(t)
	jobs := h.enqueue(market.LetterJob, 100)
	h.drain()
	if n, want := h.inRedis("letter"), Kinds[market.LetterJob].Tasks; n != want {
		t.Errorf("%d tasks, want %d", n, want)
	}
	h.serve(func(_ context.Context, j market.Job) error {
		if j.Subject == jobs[30].Subject {
			return errMailServer
		}
		return nil
	})
	var done []market.ID
	for range jobs {
		if l := h.heard(); l.Outcome == "done" {
			done = append(done, l.Subject)
		} else if l.Subject != jobs[30].Subject || l.Outcome != "retry" {
			t.Errorf("line %+v", l)
		}
	}
	want := slices.DeleteFunc(slices.Clone(jobs), func(j market.Job) bool { return j == jobs[30] })
	for _, j := range want {
		if !slices.Contains(done, j.Subject) {
			t.Errorf("letter %s was not done", j.Subject)
		}
	}
	h.until("state = 'done' and failures = 0 and attempt = 1", 99)
	h.until("state = 'waiting' and failures = 1 and attempt = 1", 1)
}

// aParcel is one task of four letters, handed over.
func (h *house) aParcel() {
	h.t.Helper()
	h.enqueue(market.LetterJob, 3*Kinds[market.LetterJob].Tasks+1)
	if _, err := h.store.Pool().Exec(h.t.Context(), `delete from outbox where id % $1 <> 1`, Kinds[market.LetterJob].Tasks); err != nil {
		h.t.Fatal(err)
	}
	h.drain()
	if n := h.inRedis("letter"); n != 1 {
		h.t.Fatalf("%d tasks, want 1", n)
	}
}

func TestWhatIsLeftOfATaskIsGivenBackWhenTheServerStops(t *testing.T) {
	h := newHouse(t)
	begun, finish := make(chan struct{}), make(chan struct{})
	s := h.serve(func(context.Context, market.Job) error { close(begun); <-finish; return nil })
	h.aParcel()
	receive(t, begun)
	s.cease(context.Background())
	close(finish)
	s.Stop(context.Background())
	h.until("state = 'done'", 1)
	h.until("state = 'waiting' and failures = 0 and due_at <= now()", 3)
}

// A sweeper knows in which task a letter lies: what waits in Redis is left alone, and what Redis lost goes there again.
func TestLettersInOneTaskAreFoundInRedis(t *testing.T) {
	h := newHouse(t)
	h.aParcel()
	s := h.sweeper()
	later := time.Now().Add(unbegun + time.Second)
	if err := s.Sweep(t.Context(), later); err != nil || h.count("state = 'sent' and attempt = 1") != 4 {
		t.Fatalf("%d letters are left alone, want 4 (%v)", h.count("state = 'sent' and attempt = 1"), err)
	}
	if err := h.redis.FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	if err := s.Sweep(t.Context(), later); err != nil || h.count("state = 'waiting'") != 4 {
		t.Errorf("%d letters wait again, want 4 (%v)", h.count("state = 'waiting'"), err)
	}
}

// A worker that is long at the first letter of a task keeps the others from nobody: they are driven again, and it finds them begun.
func TestLettersBehindASlowOneAreDoneElsewhere(t *testing.T) {
	h := newHouse(t)
	begun, finish := make(chan market.ID, 4), make(chan struct{})
	slow := h.serve(func(_ context.Context, j market.Job) error { begun <- j.Subject; <-finish; return errors.New("away") })
	h.aParcel()
	first := receive(t, begun)
	s, later := h.sweeper(), time.Now().Add(unbegun+time.Second)
	for range 2 {
		if err := s.sweep(t.Context(), later, later.Add(-time.Hour), later.Add(-unbegun)); err != nil {
			t.Fatal(err)
		}
	}
	h.until("state = 'waiting'", 3)
	rows, err := h.store.Claim(t.Context(), later, 10)
	if err != nil || len(rows) != 3 {
		t.Fatal(rows, err)
	}
	for _, q := range rows { // another worker
		if ok, err := h.store.Begin(t.Context(), q.ID, q.Attempt, later); !ok || err != nil || q.Job.Subject == first {
			t.Errorf("letter %d: begun %v, %v", q.ID, ok, err)
		}
	}
	close(finish)
	h.until("state = 'waiting' and failures = 1", 1)
	slow.Stop(context.Background())
	if len(begun) != 0 {
		t.Errorf("%d letters were begun by two workers", len(begun))
	}
}

// While a worker of the release before hands letters over one by one, they are left alone too.
func TestLettersOfTheReleaseBeforeAreFoundInRedis(t *testing.T) {
	h := newHouse(t)
	h.enqueue(market.LetterJob, 1)
	rows, err := h.store.Claim(t.Context(), time.Now(), 1)
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	client := asynq.NewClientFromRedisClient(h.redis)
	if _, err := client.Enqueue(asynq.NewTask(market.LetterJob, nil, asynq.TaskID(attemptID(rows[0])), asynq.Queue("letter"))); err != nil {
		t.Fatal(err)
	}
	if err := h.sweeper().Sweep(t.Context(), time.Now().Add(unbegun+time.Second)); err != nil || h.count("state = 'sent' and attempt = 1") != 1 {
		t.Errorf("it was driven again (%v)", err)
	}
}
