package queue

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
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

// Whoever asks for a link to sign in waits for it: where no more letters wait together than there are tasks, none stands behind another.
func TestFewLettersGoInATaskEach(t *testing.T) {
	h := newHouse(t)
	few := Kinds[market.LetterJob].Tasks
	if _, err := h.store.Pool().Exec(t.Context(), fmt.Sprintf(`alter table outbox alter id set increment by %d`, few)); err != nil {
		t.Fatal(err)
	}
	h.enqueue(market.MatchJob, 3) // of another kind: not counted
	h.enqueue(market.LetterJob, few)
	h.drain()
	list, err := asynq.NewInspectorFromRedisClient(h.redis).ListPendingTasks("letter", asynq.PageSize(2*few))
	if err != nil || len(list) != few {
		t.Errorf("%d tasks, want %d (%v)", len(list), few, err)
	}
	for _, one := range list {
		if rows, err := opened(one.Type, one.Payload); err != nil || len(rows) != 1 || one.ID != attemptID(rows[0]) { // as the release before looks for it
			t.Errorf("task %s holds %+v (%v)", one.ID, rows, err)
		}
	}
	if err := h.sweeper().Sweep(t.Context(), time.Now().Add(unbegun+time.Second)); err != nil || h.count("state = 'sent' and attempt = 1") != few+3 {
		t.Errorf("they were driven again (%v)", err)
	}
}

// No task is longer than it must be, and each may take as long as all in it may.
func TestManyLettersAreSpreadEvenly(t *testing.T) {
	k, sent := Kinds[market.LetterJob], time.Now()
	var rows []market.Queued
	for i := range 2*k.Tasks + 1 {
		rows = append(rows, market.Queued{ID: int64(k.Tasks * i), Attempt: 1, Sent: sent, Job: market.Job{Kind: market.LetterJob}})
	}
	all := parcels(rows, Kinds)
	if len(all) != k.Tasks {
		t.Errorf("%d tasks, want %d", len(all), k.Tasks)
	}
	for i, p := range all {
		if want := 2 + (len(all)-i)/len(all); len(p.rows) != want {
			t.Errorf("%d letters in task %d, want %d", len(p.rows), i, want)
		}
	}
}

func TestATaskMayTakeAsLongAsAllInIt(t *testing.T) {
	h := newHouse(t)
	h.aParcel()
	list, err := asynq.NewInspectorFromRedisClient(h.redis).ListPendingTasks("letter")
	if want := 4 * (Kinds[market.LetterJob].Timeout + slack); err != nil || len(list) != 1 || list[0].Timeout != want {
		t.Errorf("tasks %+v, %v, want one that may take %v", list, err, want)
	}
}

// Two relays that claim at the very same time name their parcels alike: what the second could not hand over waits again at once.
func TestTwoClaimsOfTheSameMomentAreTwo(t *testing.T) {
	h := newHouse(t)
	const each = 30
	h.enqueue(market.LetterJob, 2*each)
	r, now := h.relay(nil), time.Now()
	for i, want := range []int{0, each} {
		rows, err := h.store.Claim(t.Context(), now, each)
		if err != nil || len(rows) != each {
			t.Fatal(rows, err)
		}
		for range 2 { // a repeat changes nothing
			if left := r.handOver(t.Context(), rows); len(left) != want {
				t.Errorf("claim %d: %d letters are not in Redis, want %d", i, len(left), want)
			}
		}
	}
	if r.breaker.wait != 0 {
		t.Error("Redis is taken for away")
	}
	h.sweep(h.sweeper()) // had the relay died before it gave them back
	if n := h.count("state = 'waiting'"); n != each || h.count("state = 'sent' and attempt = 1") != each {
		t.Errorf("%d letters wait again, want %d", n, each)
	}
}

// aParcel is one task of four letters, handed over.
func (h *house) aParcel() {
	h.t.Helper()
	h.enqueue(market.LetterJob, 4)
	kinds := maps.Clone(Kinds)
	one := kinds[market.LetterJob]
	one.Tasks = 1
	kinds[market.LetterJob] = one
	if err := NewRelay(h.store, h.redis, kinds, nil, h.log, nil).drain(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
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
	s, later := h.sweeper(), time.Now().Add(stalled)
	h.look(s, later.Add(-stalled))
	h.look(s, later.Add(-time.Second))
	if n := h.count("state = 'sent'"); n != 4 {
		t.Errorf("%d letters are left alone, want 4", n)
	}
	h.look(s, later)
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

// look sweeps at some time, and takes nobody for silent.
func (h *house) look(s *Sweeper, now time.Time) {
	h.t.Helper()
	if err := s.sweep(h.t.Context(), now, now.Add(-time.Hour), now.Add(-unbegun)); err != nil {
		h.t.Fatal(err)
	}
}

// However often it is looked at meanwhile: Redis having lost another job is no reason to take letters from their worker.
func TestALostJobTakesNoLettersOutOfATaskUnderWay(t *testing.T) {
	h := newHouse(t)
	begun, finish := make(chan market.ID, 4), make(chan struct{})
	h.serve(func(_ context.Context, j market.Job) error { begun <- j.Subject; <-finish; return nil })
	defer close(finish)
	h.aParcel()
	receive(t, begun)
	h.enqueue(market.MatchJob, 1)
	if rows, err := h.store.Claim(t.Context(), time.Now(), 1); err != nil || len(rows) != 1 { // and never handed over
		t.Fatal(rows, err)
	}
	h.sweep(h.sweeper())
	if lost, letters := h.count("kind = 'match' and state = 'waiting'"), h.count("kind = 'letter' and state = 'sent' and attempt = 1"); lost != 1 || letters != 4 {
		t.Errorf("%d lost jobs are driven again and %d letters left alone, want 1 and 4", lost, letters)
	}
}

func TestATaskThatMovesIsLeftAlone(t *testing.T) {
	h := newHouse(t)
	begun, finish := make(chan market.ID, 4), make(chan struct{})
	h.serve(func(_ context.Context, j market.Job) error { begun <- j.Subject; <-finish; return nil })
	defer close(finish)
	h.aParcel()
	receive(t, begun)
	s, now := h.sweeper(), time.Now()
	h.look(s, now)
	finish <- struct{}{}
	receive(t, begun)
	h.look(s, now.Add(stalled))
	if n := h.count("state = 'sent' and attempt = 1 and beat_at is null"); n != 2 {
		t.Errorf("%d letters wait for their turn in it, want 2", n)
	}
	h.look(s, now.Add(2*stalled))
	h.until("state = 'waiting'", 2)
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

// pairing is an outbox that keeps nobody's end before it is let.
type pairing struct {
	Outbox
	begun chan int64
	let   chan struct{}
	ended atomic.Int32
}

func (p *pairing) Begin(ctx context.Context, id int64, attempt int, now time.Time) (bool, error) {
	p.begun <- id
	return p.Outbox.Begin(ctx, id, attempt, now)
}

func (p *pairing) Finish(ctx context.Context, id int64, attempt int, now time.Time) error {
	<-p.let
	p.ended.Add(1)
	return p.Outbox.Finish(ctx, id, attempt, now)
}

// Postgres takes both for little more than one.
func TestThatALetterBeginsIsWrittenBesideTheEndOfTheOneBefore(t *testing.T) {
	h := newHouse(t)
	h.aParcel()
	outbox, ran := &pairing{Outbox: h.store, begun: make(chan int64, 4), let: make(chan struct{})}, int32(0)
	s := NewServer(outbox, h.redis, Config{Log: h.log})
	for kind := range s.Kinds {
		s.Handle(kind, func(context.Context, market.Job) error { // of one task: one after the other
			if before := outbox.ended.Load(); before != ran {
				t.Errorf("letter %d runs when %d have ended", ran+1, before)
			}
			ran++
			return nil
		})
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stopNow(s) })
	first := receive(t, outbox.begun)
	if second := receive(t, outbox.begun); second == first || outbox.ended.Load() != 0 {
		t.Errorf("letter %d begins after %d, when %d have ended", second, first, outbox.ended.Load())
	}
	close(outbox.let)
	h.until("state = 'done' and attempt = 1", 4)
}

// A letter that heeds no end is left behind, and keeps those behind it in the task no longer.
func TestALetterThatIsLeftBehindKeepsNoneOfItsTask(t *testing.T) {
	h := newHouse(t)
	h.aParcel()
	kinds := maps.Clone(Kinds)
	short := kinds[market.LetterJob]
	short.Timeout = 50 * time.Millisecond
	kinds[market.LetterJob] = short
	first, let := make(chan struct{}, 1), make(chan struct{})
	defer close(let)
	first <- struct{}{}
	h.serve(func(context.Context, market.Job) error {
		select {
		case <-first:
			<-let
		default:
		}
		return nil
	}, Config{Kinds: kinds})
	h.until("state = 'waiting' and failures = 1 and fault = 'timeout'", 1)
	h.until("state = 'done' and attempt = 1", 3)
}
