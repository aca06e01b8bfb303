package queue

import (
	"context"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/queue/embedded"
)

// onEmbedded puts the house on the Redis that lives in the process.
func onEmbedded(h *house) {
	h.t.Helper()
	r, addr, err := embedded.Start()
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(r.Close)
	h.redis = h.dial(addr)
}

func TestJobsAreDoneOnTheEmbeddedRedis(t *testing.T) {
	h := newHouse(t)
	onEmbedded(h)
	h.serve(func(context.Context, market.Job) error { return nil })
	h.run(h.relay(NewBell(h.store.Pool())).Run)
	for _, kind := range []string{market.IndexJob, market.MatchJob, market.LetterJob} {
		h.enqueue(kind, 30)
	}
	for range 90 {
		if l := h.heard(); l.Outcome != "done" || l.Attempt != 1 {
			t.Errorf("line %+v", l)
		}
	}
}

// A hub that was killed starts with an empty Redis.
func TestEmbeddedRedisLostWithItsProcessLosesNothing(t *testing.T) {
	h := newHouse(t)
	onEmbedded(h)
	h.enqueue(market.MatchJob, 40)
	h.drain()
	onEmbedded(h)
	if err := h.sweeper().Inherit(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	h.serve(func(context.Context, market.Job) error { return nil })
	h.drain()
	for range 40 {
		if l := h.heard(); l.Outcome != "done" || l.Attempt != 2 {
			t.Errorf("line %+v", l)
		}
	}
}
