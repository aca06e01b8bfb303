package queue

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"wherewithal/market"
)

func TestRelayTwiceSendsOnce(t *testing.T) {
	h := newHouse(t)
	const jobs = 1000
	h.enqueue(market.IndexJob, jobs)
	ended := make(chan error, 2)
	for range 2 {
		r := h.relay(nil)
		go func() { ended <- r.drain(context.Background()) }()
	}
	for range 2 {
		if err := receive(t, ended); err != nil {
			t.Fatal(err)
		}
	}
	h.drain() // a relay stops when the last rows are locked by the other one; nothing may be left
	if n := h.inRedis("index"); n != jobs {
		t.Errorf("%d tasks in Redis, want %d", n, jobs)
	}
	if all, err := Inspect(t.Context(), h.redis); err != nil || !slices.Equal(all, []Queue{{Name: "index", Pending: jobs}}) {
		t.Errorf("an operator sees %+v (%v)", all, err)
	}
	if n := h.count("state = 'sent' and attempt = 1"); n != jobs {
		t.Errorf("%d rows sent at the first attempt, want %d", n, jobs)
	}
}

func TestSameAttemptTwiceInRedisIsOneTask(t *testing.T) {
	h := newHouse(t)
	h.enqueue(market.IndexJob, 1)
	rows, err := h.store.Claim(t.Context(), time.Now(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if left := h.relay(nil).handOver(t.Context(), rows); len(left) != 0 {
			t.Fatalf("not handed over: %v", left)
		}
	}
	if n := h.inRedis("index"); n != 1 {
		t.Errorf("%d tasks, want 1", n)
	}
}

func TestJobsWaitWhileRedisIsAwayAndCatchUp(t *testing.T) {
	h := newHouse(t)
	wire, addr := newWire(t, h.redis.Options().Addr)
	h.redis = h.dial(addr)
	r := h.relay(nil)
	wire.Cut(true)
	h.enqueue(market.LetterJob, 300)
	if err := r.drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := h.count("state = 'waiting' and failures = 0"); n != 300 {
		t.Errorf("%d rows wait, want all 300", n)
	}
	claims := h.count("attempt > 0")
	if err := r.drain(t.Context()); err != nil || h.count("attempt > 0") != claims {
		t.Errorf("rows were claimed although Redis is away (%v)", err)
	}
	wire.Cut(false)
	done := make(chan struct{}, 300)
	h.serve(func(context.Context, market.Job) error { done <- struct{}{}; return nil })
	h.run(r.Run)
	for range 300 {
		receive(t, done)
	}
}

func TestServerStartsWhileRedisIsAway(t *testing.T) {
	h := newHouse(t)
	wire, addr := newWire(t, h.redis.Options().Addr)
	h.redis = h.dial(addr)
	wire.Cut(true)
	h.serve(func(context.Context, market.Job) error { return nil })
	h.run(h.relay(nil).Run)
	h.enqueue(market.LetterJob, 1)
	wire.Cut(false)
	if l := h.heard(); l.Outcome != "done" {
		t.Errorf("outcome %s", l.Outcome)
	}
}

func TestJobOfAnUnknownKindWaitsForANewerRelease(t *testing.T) {
	h := newHouse(t)
	h.enqueue("of next year", 1)
	h.drain()
	r := h.record(1)
	if wait := time.Until(r.Due); r.State != "waiting" || wait < 30*time.Second {
		t.Errorf("state %s, due in %v", r.State, wait)
	}
}

func TestWriteRingsTheBell(t *testing.T) {
	h := newHouse(t)
	bell := NewBell(h.store.Pool())
	h.run(bell.Run)
	receive(t, bell.ring) // it listens
	h.enqueue(market.MatchJob, 1)
	receive(t, bell.ring)
}

func TestBellListensAgainWhenItsConnectionWasLost(t *testing.T) {
	h := newHouse(t)
	bell := NewBell(h.store.Pool())
	h.run(bell.Run)
	receive(t, bell.ring)
	h.endConnection("query = 'listen outbox'")
	receive(t, bell.ring) // it listens again
	h.enqueue(market.MatchJob, 1)
	receive(t, bell.ring)
}

func TestBreakerAsksAnAbsentRedisMoreAndMoreSeldom(t *testing.T) {
	h := newHouse(t)
	wire, addr := newWire(t, h.redis.Options().Addr)
	wire.Cut(true)
	b := breaker{redis: redis.NewClient(&redis.Options{Addr: addr, MaxRetries: -1}), log: h.log}
	now := time.Now()
	b.failed(now, context.DeadlineExceeded)
	if b.closed(t.Context(), now.Add(499*time.Millisecond)) || b.wait != 500*time.Millisecond {
		t.Errorf("asked too early, wait %v", b.wait)
	}
	for range 5 {
		now = now.Add(longest)
		b.closed(t.Context(), now)
	}
	if b.wait != longest {
		t.Errorf("waits %v, want %v", b.wait, longest)
	}
	wire.Cut(false)
	if !b.closed(t.Context(), now.Add(longest)) || !b.closed(t.Context(), now) {
		t.Error("still open although Redis is back")
	}
}
