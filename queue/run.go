package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/hibiken/asynq"

	"wherewithal/market"
	"wherewithal/telemetry"
)

// stubborn is how long a job may go on after its context ended. Then it is left behind.
const stubborn = 2 * time.Second

// recording bounds each word to the outbox about a job, its context having perhaps ended.
const recording = 5 * time.Second

// work is called by asynq. It answers nil whatever the job's outcome, because the outcome is in the outbox: an error
// would make asynq retry by rules of its own, or keep the text of the error in Redis for months. Where the outbox
// could not be told, the Sweeper sees a row without an end.
func (s *Server) work(_ context.Context, t *asynq.Task) error {
	rows, err := opened(t.Type(), t.Payload())
	if err != nil {
		return errors.Join(asynq.SkipRetry, err)
	}
	var before sync.WaitGroup // the job before, until its outcome is written
	defer before.Wait()
	var h hand
	defer h.free()
	for i, q := range rows {
		if !s.enter() {
			s.record(q, "give back", func(ctx context.Context) error { return s.outbox.Return(ctx, time.Now(), rows[i:]...) })
			return nil
		}
		s.try(q, &h, &before)
	}
	return nil
}

// try does the job of an attempt, unless another worker does or did. What comes outside its hours waits for them. That it begins is
// written beside the outcome of the one before, since Postgres takes two such changes for little more than one; it does not run
// until both are.
func (s *Server) try(q market.Queued, h *hand, before *sync.WaitGroup) {
	now := time.Now()
	if at := s.Kinds[q.Job.Kind].opens(now); at.After(now) {
		defer s.running.Done()
		s.record(q, "put off", func(ctx context.Context) error { return s.outbox.Return(ctx, at, q) })
		return
	}
	begun := s.begin(q)
	before.Wait()
	if !begun {
		s.running.Done()
		return
	}
	a := s.run(q, h)
	before.Go(func() {
		defer s.running.Done()
		s.settle(q, a)
	})
}

// begin makes this worker the one that does the attempt.
func (s *Server) begin(q market.Queued) bool {
	begun, now := false, time.Now()
	s.record(q, "begin", func(ctx context.Context) (err error) {
		begun, err = s.outbox.Begin(ctx, q.ID, q.Attempt, now)
		return err
	})
	if begun {
		s.Metrics.began(q, now)
	}
	return begun
}

// attempt is what became of one run.
type attempt struct {
	ctx   context.Context // of the line, for what is added after the run
	wide  *telemetry.Wide
	err   error
	cause error // why its context ended, if it did
	start time.Time
	took  time.Duration
}

// run does the job and gives signs of life until it returns, or is left behind.
func (s *Server) run(q market.Queued, h *hand) attempt {
	start := time.Now()
	lined, wide := telemetry.With(s.jobs)
	ctx, cancel := context.WithTimeoutCause(lined, s.Kinds[q.Job.Kind].Timeout, errTimeout)
	defer cancel()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	done := make(chan error, 1)
	h.do(func() { done <- call(ctx, s.handlers[q.Job.Kind], q.Job) })
	go s.beat(ctx, stop, q)
	err := await(ctx, done)
	if errors.Is(err, errLeft) {
		h.free()
	}
	return attempt{ctx: lined, wide: wide, err: err, cause: context.Cause(ctx), start: start, took: time.Since(start)}
}

// errLeft: a job went on long after its context ended, and still does.
var errLeft = errors.New("left behind")

// await answers the handler's error, or why its context ended if the handler does not heed.
func await(ctx context.Context, done <-chan error) error {
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	left := time.NewTimer(stubborn)
	defer left.Stop()
	select {
	case err := <-done:
		return err
	case <-left.C:
		return fmt.Errorf("%w: %w", errLeft, context.Cause(ctx))
	}
}

// call turns a panic into an error.
func call(ctx context.Context, h Handler, job market.Job) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{kind: fmt.Sprintf("%T", v), stack: debug.Stack()}
		}
	}()
	return h(ctx, job)
}

// beat says until ctx ends that the job is alive. It stops the job when another attempt took over, and when it was
// not heard for so long that another may have.
func (s *Server) beat(ctx context.Context, stop context.CancelCauseFunc, q market.Queued) {
	tick := time.NewTicker(s.Beat)
	defer tick.Stop()
	for heard := time.Now(); ; {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			err := s.sign(ctx, q, now)
			switch {
			case err == nil:
				heard = now
			case errors.Is(err, market.ErrConflict), now.Sub(heard) > silence:
				stop(errSuperseded)
			}
		}
	}
}

// sign is one sign of life. A panic in it is one that was not heard.
func (s *Server) sign(ctx context.Context, q market.Queued, now time.Time) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = s.broke(q, "a sign of life broke", v)
		}
	}()
	return s.once(ctx, func(ctx context.Context) error { return s.outbox.Beat(ctx, q.ID, q.Attempt, now) })
}

// broke logs a panic beside asynq, whose recover does not see it: it must not end all other jobs. Its words may hold anything.
func (s *Server) broke(q market.Queued, what string, v any) error {
	p := &panicked{kind: fmt.Sprintf("%T", v), stack: debug.Stack()}
	s.Log.Error(what, "job", q.ID, "attempt", q.Attempt, "kind", q.Job.Kind, "fault", p.kind, "stack", string(p.stack))
	return p
}

// failed is the outcome of a job that is not tried again.
const failed = "failed"

// settle writes the outcome of an attempt into the outbox and one line into the log. What a panic left unwritten the Sweeper finds
// without an end.
func (s *Server) settle(q market.Queued, a attempt) {
	defer func() {
		if v := recover(); v != nil {
			_ = s.broke(q, "the end of a job broke", v)
		}
	}()
	outcome, fault, write := s.outcome(q, a)
	if write != nil && !s.record(q, outcome, write) {
		outcome = "unrecorded"
	}
	s.Metrics.ended(q.Job.Kind, outcome, a.took)
	if outcome == failed {
		s.Metrics.gaveUp(q.Job.Kind)
	}
	s.line(q, a, outcome, fault)
}

// outcome decides. A job that succeeded is done even if its context ended meanwhile, and one that will not mend has
// failed even while the process stops.
func (s *Server) outcome(q market.Queued, a attempt) (outcome, fault string, write func(context.Context) error) {
	now := time.Now()
	if a.err == nil {
		return "done", "", func(ctx context.Context) error { return s.outbox.Finish(ctx, q.ID, q.Attempt, now) }
	}
	fault, lasting := sorted(a.err, s.Judge)
	if errors.Is(a.cause, errTimeout) && !lasting {
		fault = "timeout"
	}
	k, later := s.Kinds[q.Job.Kind], laterOf(a.err)
	earliest := now.Add(later.By)
	due, inTime := k.next(q, now, earliest)
	switch {
	case errors.Is(a.cause, errSuperseded):
		return "superseded", fault, nil
	case later.PutOff && !lasting:
		return "put_off", fault, func(ctx context.Context) error {
			return s.outbox.Release(ctx, q.ID, q.Attempt, k.capped(q, now, earliest))
		}
	case lasting:
		return failed, fault, func(ctx context.Context) error { return s.outbox.GiveUp(ctx, q.ID, q.Attempt, now, fault) }
	case errors.Is(a.cause, errStopping):
		return "returned", "", func(ctx context.Context) error { return s.outbox.Release(ctx, q.ID, q.Attempt, earliest) }
	case !inTime:
		return failed, fault, func(ctx context.Context) error { return s.outbox.GiveUp(ctx, q.ID, q.Attempt, now, fault) }
	}
	return "retry", fault, func(ctx context.Context) error { return s.outbox.Retry(ctx, q.ID, q.Attempt, due, fault) }
}

// laterOf is what a fault says of when the job is to be tried again; zero: nothing.
func laterOf(err error) market.Later {
	if l := (*market.Later)(nil); errors.As(err, &l) {
		return *l
	}
	return market.Later{}
}

// record tells the outbox something, and says whether it was heard. Being superseded is no fault.
func (s *Server) record(q market.Queued, what string, write func(context.Context) error) bool {
	err := s.once(context.Background(), write)
	if err != nil && !errors.Is(err, market.ErrConflict) {
		s.Log.Warn("the outbox could not be told", "job", q.ID, "attempt", q.Attempt, "what", what, "error", told(err))
	}
	return err == nil
}

func (s *Server) once(ctx context.Context, write func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, recording)
	defer cancel()
	return write(ctx)
}

// line is the one wide line of a job: ids, figures and classes, and what the handler added.
func (s *Server) line(q market.Queued, a attempt, outcome, fault string) {
	for _, f := range []slog.Attr{
		slog.Int64("job", q.ID), slog.String("kind", q.Job.Kind), slog.Any("subject", q.Job.Subject),
		slog.Any("other", q.Job.Other), slog.Int("attempt", q.Attempt), slog.Int("failures", q.Failures),
		slog.String("outcome", outcome), slog.Int64("waited_ms", a.start.Sub(q.Queued).Milliseconds()),
	} {
		telemetry.Add(a.ctx, f.Key, f.Value)
	}
	if fault != "" {
		telemetry.Add(a.ctx, "fault", fault)
		telemetry.Fail(a.ctx, errors.New(told(a.err)))
	}
	if p := (*panicked)(nil); errors.As(a.err, &p) {
		telemetry.Add(a.ctx, "stack", string(p.stack))
	}
	a.wide.Log(s.Log, "job")
}
