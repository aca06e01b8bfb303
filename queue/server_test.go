package queue

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hibiken/asynq"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/telemetry"
)

var errMailServer = errors.New("550 no such user ama@hall.example")

// one enqueues a job, hands it over and is the line it ends with.
func (h *house) one(kind string) line {
	h.t.Helper()
	h.enqueue(kind, 1)
	h.drain()
	return h.heard()
}

func TestJobReachesItsHandlerAndIsDone(t *testing.T) {
	h := newHouse(t)
	got := make(chan market.Job, 1)
	h.serve(func(_ context.Context, job market.Job) error { got <- job; return nil })
	want := market.Job{Kind: market.LetterJob, Subject: market.NewID(), Other: market.NewID()}
	h.enqueueAt(time.Now(), want)
	h.drain()
	if diff := cmp.Diff(want, receive(t, got)); diff != "" {
		t.Error(diff)
	}
	if l := h.heard(); l.Outcome != "done" || l.Subject != want.Subject || l.Kind != want.Kind {
		t.Errorf("line %+v", l)
	}
	if r := h.record(1); r.State != "done" || r.Attempt != 1 {
		t.Errorf("record %+v", r)
	}
}

func TestFaultIsRetriedByTheDelaysOfItsKind(t *testing.T) {
	h := newHouse(t)
	var once sync.Once
	h.serve(func(context.Context, market.Job) (err error) {
		once.Do(func() { err = errMailServer })
		return err
	})
	start := time.Now()
	if l := h.one(market.LetterJob); l.Outcome != "retry" || l.Fault != "error" {
		t.Errorf("line %+v", l)
	}
	r := h.record(1)
	wait := r.Due.Sub(start)
	if r.State != "waiting" || r.Failures != 1 || r.Fault != "error" || wait < 4*time.Second || wait > 7*time.Second {
		t.Errorf("record %+v, waits %v, want 5 s give or take a fifth", r, wait)
	}
	h.drain()
	for end := time.Now().Add(5 * time.Second); h.inRedis("letter") != 0; time.Sleep(10 * time.Millisecond) { // the first is put away after its outcome is kept
		if time.Now().After(end) {
			t.Fatal("a task was handed over before it was due")
		}
	}
	rows, err := h.store.Claim(t.Context(), r.Due, 1)
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	h.relay(nil).handOver(t.Context(), rows)
	if l := h.heard(); l.Outcome != "done" || l.Attempt != 2 {
		t.Errorf("second line %+v", l)
	}
}

func TestNoAddressReachesTheLog(t *testing.T) {
	h := newHouse(t)
	h.serve(func(context.Context, market.Job) error { return errMailServer })
	if l := h.one(market.LetterJob); l.Error != "550 no such user (address)" {
		t.Errorf("said %q", l.Error)
	}
}

func TestWhatWillNotMendIsNotTriedAgain(t *testing.T) {
	judge := func(err error) (string, bool) {
		if errors.Is(err, market.ErrNotFound) {
			return "not found", true
		}
		return "", false
	}
	for fault, err := range map[string]error{
		"permanent": fmt.Errorf("letter: %w", Permanent(errMailServer)),
		"not found": fmt.Errorf("load: %w", market.ErrNotFound),
	} {
		t.Run(fault, func(t *testing.T) {
			h := newHouse(t)
			m := NewMetrics(telemetry.NewMetrics())
			h.serve(func(context.Context, market.Job) error { return err }, Config{Judge: judge, Metrics: m})
			if l := h.one(market.LetterJob); l.Outcome != "failed" || l.Fault != fault {
				t.Errorf("line %+v", l)
			}
			if r := h.record(1); r.State != "failed" || r.Fault != fault || r.Failures != 1 {
				t.Errorf("record %+v", r)
			}
			if letters, others := givenUp(t, m); letters != 1 || others != 0 {
				t.Errorf("given up are %v letters and %v others", letters, others)
			}
		})
	}
}

// givenUp is how many jobs were counted as given up: of letters, and of all other kinds. Each kind is there from the start.
func givenUp(t *testing.T, m *Metrics) (letters, others float64) {
	t.Helper()
	families, err := m.process.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	kinds := 0
	for _, f := range families {
		if f.GetName() != "wherewithal_jobs_given_up_total" {
			continue
		}
		for _, one := range f.GetMetric() {
			if kinds++; one.GetLabel()[0].GetValue() == market.LetterJob {
				letters += one.GetCounter().GetValue()
			} else {
				others += one.GetCounter().GetValue()
			}
		}
	}
	if kinds != len(Kinds) {
		t.Errorf("%d kinds are counted, of %d", kinds, len(Kinds))
	}
	return letters, others
}

func TestPanicIsAFaultLikeOthers(t *testing.T) {
	h := newHouse(t)
	h.serve(func(context.Context, market.Job) error { panic("ama@hall.example") })
	l := h.one(market.MatchJob)
	if l.Outcome != "retry" || l.Fault != "panic" || strings.Contains(l.Error, "ama") {
		t.Errorf("line %+v", l)
	}
	if r := h.record(1); r.State != "waiting" || r.Failures != 1 {
		t.Errorf("record %+v", r)
	}
}

func TestJobTooOldFailsForGood(t *testing.T) {
	h := newHouse(t)
	h.serve(func(context.Context, market.Job) error { return errMailServer })
	almost := time.Now().Add(-Kinds[market.LetterJob].Deadline + time.Second)
	h.enqueueAt(almost, market.Job{Kind: market.LetterJob, Subject: market.NewID()})
	h.drain()
	if l := h.heard(); l.Outcome != "failed" || l.Fault != "error" {
		t.Errorf("line %+v", l)
	}
}

// brief is the table with a short time-out.
func brief(d time.Duration) Table {
	t := maps.Clone(Kinds)
	k := t[market.MatchJob]
	k.Timeout = d
	t[market.MatchJob] = k
	return t
}

func TestJobThatTakesTooLongIsStoppedAndRetried(t *testing.T) {
	for name, do := range map[string]Handler{
		"it heeds":         func(ctx context.Context, _ market.Job) error { <-ctx.Done(); return ctx.Err() },
		"it does not heed": func(context.Context, market.Job) error { select {} },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.serve(do, Config{Kinds: brief(50 * time.Millisecond)})
			if l := h.one(market.MatchJob); l.Outcome != "retry" || l.Fault != "timeout" {
				t.Errorf("line %+v", l)
			}
		})
	}
}

// Whatever brings a job for the night by day, a retry, a worker that was down or an operator, it waits for its hours; and what fails in
// them is tried in the next.
func TestAJobOutsideItsHoursWaitsForThem(t *testing.T) {
	for name, opens := range map[string]time.Duration{"outside": 3 * time.Hour, "within": 0} {
		t.Run(name, func(t *testing.T) {
			h, kinds, now := newHouse(t), maps.Clone(Kinds), time.Now()
			kind, night := kinds[market.CompactJob], now.Add(30*time.Hour).Truncate(time.Second)
			kind.Hours = func(at time.Time) time.Time {
				if at.Before(now.Add(time.Hour)) {
					return at.Add(opens)
				}
				return night
			}
			kinds[market.CompactJob] = kind
			h.serve(func(context.Context, market.Job) error { return errMailServer }, Config{Kinds: kinds})
			h.enqueue(market.CompactJob, 1)
			h.drain()
			h.until("state = 'waiting' and due_at > now()", 1)
			r := h.record(1)
			if opens > 0 && (r.Failures != 0 || time.Until(r.Due) > opens) || opens == 0 && (r.Failures != 1 || !r.Due.Equal(night)) {
				t.Errorf("record %+v", r)
			}
		})
	}
}

func TestJobCutByShutdownIsGivenBackAtOnce(t *testing.T) {
	h := newHouse(t)
	begun := make(chan struct{})
	s := h.serve(func(ctx context.Context, _ market.Job) error { close(begun); <-ctx.Done(); return ctx.Err() })
	h.enqueue(market.MatchJob, 1)
	h.drain()
	receive(t, begun)
	stopNow(s)
	if l := h.heard(); l.Outcome != "returned" || l.Fault != "" {
		t.Errorf("line %+v", l)
	}
	r := h.record(1)
	if r.State != "waiting" || r.Failures != 0 || r.Due.After(time.Now()) {
		t.Errorf("record %+v", r)
	}
}

// What may have been done already is left alone for as long as its fault says, also when the process stops.
func TestAJobIsLeftAloneForAsLongAsItsFaultSays(t *testing.T) {
	for name, stop := range map[string]bool{"it fails": false, "the process stops": true} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			begun := make(chan struct{})
			s := h.serve(func(ctx context.Context, _ market.Job) error {
				close(begun)
				if stop {
					<-ctx.Done()
				}
				return &market.Later{By: 2 * time.Hour, Err: errMailServer}
			})
			h.enqueue(market.MatchJob, 1)
			h.drain()
			receive(t, begun)
			if stop {
				stopNow(s)
			}
			h.until("state = 'waiting' and due_at > now() + interval '1 hour'", 1)
			if r := h.record(1); r.Failures != map[bool]int{false: 1}[stop] || time.Until(r.Due) > 2*time.Hour {
				t.Errorf("record %+v", r)
			}
		})
	}
}

// What is put off has not failed, and is done at its time, or at its last where that is sooner.
func TestAJobThatIsPutOffHasNotFailed(t *testing.T) {
	for name, queued := range map[string]time.Time{"new": time.Now(), "near its end": time.Now().Add(time.Hour - market.LetterLasts)} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.serve(func(context.Context, market.Job) error {
				return &market.Later{By: 2 * time.Hour, PutOff: true, Err: errMailServer}
			})
			h.enqueueAt(queued, market.Job{Kind: market.LetterJob, Subject: market.NewID()})
			h.drain()
			if l := h.heard(); l.Outcome != "put_off" {
				t.Errorf("line %+v", l)
			}
			want := 2 * time.Hour
			if name != "new" {
				want = time.Hour
			}
			if r := h.record(1); r.State != "waiting" || r.Failures != 0 || time.Until(r.Due) > want || time.Until(r.Due) < want-time.Minute {
				t.Errorf("record %+v", r)
			}
		})
	}
}

// A letter for which somebody waits at a page does not stand behind the others, however many and slow they are.
func TestAPressingLetterWaitsForNoOther(t *testing.T) {
	h := newHouse(t)
	link, sent, release := market.NewID(), make(chan struct{}), make(chan struct{})
	defer close(release)
	h.serve(func(ctx context.Context, j market.Job) error {
		if j.Subject == link {
			close(sent)
			return nil
		}
		select {
		case <-release:
		case <-ctx.Done():
		}
		return nil
	}, Config{Apart: map[string]int{"letter": 1, "pressing": 1}})
	h.enqueue(market.LetterJob, 60)
	h.drain()
	h.enqueueAt(time.Now(), market.Letter{ID: link, Kind: market.SignInLetter}.Job())
	h.drain()
	receive(t, sent)
	if n := h.sweeper(); n.Sweep(t.Context(), time.Now().Add(time.Minute)) != nil || h.count("attempt > 1 and subject = '"+string(link)+"'") != 0 {
		t.Error("it is taken for lost")
	}
}

func TestStopLetsRunningJobsFinish(t *testing.T) {
	h := newHouse(t)
	begun, finish := make(chan struct{}), make(chan struct{})
	s := h.serve(func(context.Context, market.Job) error { close(begun); <-finish; return nil })
	h.enqueue(market.MatchJob, 1)
	h.drain()
	receive(t, begun)
	stopped := make(chan struct{})
	go func() { s.Stop(context.Background()); close(stopped) }()
	close(finish)
	receive(t, stopped)
	if r := h.record(1); r.State != "done" {
		t.Errorf("record %+v", r)
	}
}

func TestStoppingServerLeavesWhatWaitsInRedisToOthers(t *testing.T) {
	h := newHouse(t)
	begun, finish := make(chan struct{}), make(chan struct{})
	s := h.serve(func(context.Context, market.Job) error { close(begun); <-finish; return nil })
	h.enqueue(market.MatchJob, 1)
	h.drain()
	receive(t, begun)
	s.cease(context.Background()) // the first thing Stop does
	h.enqueue(market.MatchJob, 20)
	h.drain()
	close(finish)
	s.Stop(context.Background())
	if n := h.inRedis("match"); n != 20 {
		t.Errorf("%d tasks wait in Redis, want 20", n)
	}
	if n := h.count("state = 'sent' and attempt = 1"); n != 20 {
		t.Errorf("%d rows were left alone, want 20", n)
	}
}

func TestSupersededAttemptIsSkipped(t *testing.T) {
	h := newHouse(t)
	h.enqueue(market.MatchJob, 1)
	h.drain()
	old, err := h.store.Unbegun(t.Context(), time.Now(), 0, 1)
	if err != nil || len(old) != 1 {
		t.Fatal(old, err)
	}
	if err := h.store.Return(t.Context(), time.Now(), old...); err != nil {
		t.Fatal(err)
	}
	h.drain() // both attempts lie in Redis now
	ran := make(chan struct{}, 2)
	s := h.serve(func(context.Context, market.Job) error { ran <- struct{}{}; return nil })
	if l := h.heard(); l.Attempt != 2 || l.Outcome != "done" {
		t.Errorf("line %+v", l)
	}
	s.Stop(context.Background())
	if n := len(ran); n != 1 {
		t.Errorf("ran %d times", n)
	}
}

func TestRunningJobGivesSignsOfLife(t *testing.T) {
	h := newHouse(t)
	begun, finish := make(chan struct{}), make(chan struct{})
	h.serve(func(context.Context, market.Job) error { close(begun); <-finish; return nil }, Config{Beat: 10 * time.Millisecond})
	defer close(finish)
	h.enqueue(market.MatchJob, 1)
	h.drain()
	receive(t, begun)
	h.until("beat_at > sent_at + interval '500 ms'", 1)
}

// stumbling is an outbox that breaks at the first sign of life, and says when the next came.
type stumbling struct {
	*store.Store
	signs atomic.Int64
	next  chan struct{}
}

func (o *stumbling) Beat(ctx context.Context, id int64, attempt int, now time.Time) error {
	switch o.signs.Add(1) {
	case 1:
		panic("ama@hall.example")
	case 2:
		close(o.next)
	}
	return o.Store.Beat(ctx, id, attempt, now)
}

func TestAPanicAtASignOfLifeEndsNothing(t *testing.T) {
	h := newHouse(t)
	outbox := &stumbling{Store: h.store, next: make(chan struct{})}
	s := NewServer(outbox, h.redis, Config{Beat: 10 * time.Millisecond, Log: h.log})
	for kind := range s.Kinds {
		s.Handle(kind, func(context.Context, market.Job) error { <-outbox.next; return nil })
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	defer stopNow(s)
	h.enqueue(market.MatchJob, 1)
	h.drain()
	if l := h.heard(); l.Outcome != "done" || l.Attempt != 1 {
		t.Errorf("line %+v, want it done by the first attempt", l)
	}
}

func TestJobStopsWhenAnotherAttemptTookOver(t *testing.T) {
	h := newHouse(t)
	begun := make(chan struct{})
	h.serve(func(ctx context.Context, _ market.Job) error { close(begun); <-ctx.Done(); return ctx.Err() },
		Config{Beat: 10 * time.Millisecond})
	h.enqueue(market.MatchJob, 1)
	h.drain()
	receive(t, begun)
	if err := h.store.Retry(t.Context(), 1, 1, time.Now().Add(time.Hour), "lost"); err != nil {
		t.Fatal(err)
	}
	if l := h.heard(); l.Outcome != "superseded" {
		t.Errorf("line %+v", l)
	}
	if r := h.record(1); r.State != "waiting" || r.Failures != 1 || r.Fault != "lost" {
		t.Errorf("record %+v", r)
	}
}

// What breaks as the end of a job is written down ends no other job, and the sweeper finds the one without an end.
func TestAPanicAtTheEndOfAJobEndsNoOther(t *testing.T) {
	h, judged := newHouse(t), make(chan struct{})
	judge := func(error) (string, bool) {
		close(judged)
		panic("ama@hall.example")
	}
	s := h.serve(func(_ context.Context, job market.Job) error {
		if job.Kind == market.LetterJob {
			return errMailServer
		}
		return nil
	}, Config{Judge: judge})
	h.enqueue(market.LetterJob, 1)
	h.drain()
	receive(t, judged)
	if l := h.one(market.MatchJob); l.Outcome != "done" || l.Kind != market.MatchJob {
		t.Errorf("line %+v", l)
	}
	stopNow(s) // waits for both
	if r := h.record(1); r.State != "sent" {
		t.Errorf("record %+v, want one without an end", r)
	}
}

func TestEveryKindNeedsAHandler(t *testing.T) {
	h := newHouse(t)
	s := NewServer(h.store, h.redis, Config{})
	s.Handle(market.MatchJob, func(context.Context, market.Job) error { return nil })
	if err := s.Start(); err == nil {
		t.Error("it started")
	}
}

func TestAQueueApartThatIsNoKindsIsAMistake(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("nobody would ever do its jobs, and it was made")
		}
	}()
	NewServer(newHouse(t).store, nil, Config{Apart: map[string]int{"leter": 1}})
}

func TestAServerThatCannotStartTakesNothing(t *testing.T) {
	h := newHouse(t)
	s := NewServer(h.store, h.redis, Config{Apart: map[string]int{"letter": 1}, Log: h.log})
	for kind := range s.Kinds {
		s.Handle(kind, func(context.Context, market.Job) error { return nil })
	}
	letters, others := s.asynq[0], s.asynq[1]
	if err := others.Start(asynq.NotFoundHandler()); err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err == nil {
		t.Error("it started what runs")
	}
	if err := letters.Start(asynq.NotFoundHandler()); !errors.Is(err, asynq.ErrServerClosed) {
		t.Errorf("what began before the fault is %v, want closed", err)
	}
}

func TestMetricsCountJobs(t *testing.T) {
	h := newHouse(t)
	process := telemetry.NewMetrics()
	h.serve(func(context.Context, market.Job) error { return nil }, Config{Metrics: NewMetrics(process)})
	h.one(market.MatchJob)
	families, err := process.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]uint64{}
	for _, f := range families {
		if m := f.GetMetric()[0]; m.GetHistogram() != nil {
			found[f.GetName()] = m.GetHistogram().GetSampleCount()
		}
	}
	if found["wherewithal_job_seconds"] != 1 || found["wherewithal_job_wait_seconds"] != 1 {
		t.Errorf("counted %v", found)
	}
}

// A letter does not wait for a hand while all others are busy with what takes long.
func TestAQueueApartWaitsForNoOther(t *testing.T) {
	h := newHouse(t)
	matches, free := make(chan struct{}, 1), make(chan struct{})
	h.serve(func(_ context.Context, j market.Job) error {
		if j.Kind == market.MatchJob {
			matches <- struct{}{}
			<-free
		}
		return nil
	}, Config{Concurrency: 1, Apart: map[string]int{"letter": 1}})
	h.enqueue(market.MatchJob, 1)
	h.drain()
	receive(t, matches)
	h.enqueue(market.LetterJob, 1)
	h.drain()
	if l := h.heard(); l.Kind != market.LetterJob || l.Outcome != "done" {
		t.Errorf("%+v was done first, want the letter", l)
	}
	close(free)
	if l := h.heard(); l.Kind != market.MatchJob {
		t.Errorf("then %+v, want the match", l)
	}
}
