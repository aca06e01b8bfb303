package queue

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/redis/go-redis/v9"
)

// An operator is shown who works, who takes mail and who leads: nobody who is gone or silent, and the leader with Redis away too.
func TestWhoWorksBehindTheSiteIsSeen(t *testing.T) {
	h := newHouse(t)
	ctx, away := t.Context(), redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1, DialerRetries: 1})
	defer away.Close()
	sees := func(when string, want Crew) {
		t.Helper()
		got, err := Muster(ctx, h.redis, h.store.Pool())
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Errorf("%s: %v %s", when, err, diff)
		}
	}
	sees("before anybody", Crew{})
	leader := h.candidate()
	receive(t, leader.leads)
	works, takes := NewPresence(h.redis, Works, h.log), NewPresence(h.redis, TakesIn, h.log)
	now, err := h.redis.Time(ctx).Result()
	if err == nil {
		err = h.redis.ZAdd(ctx, presence+Works, redis.Z{Score: float64(now.Add(-unseen - time.Second).UnixMilli()), Member: "killed/1"}).Err()
	}
	if err != nil {
		t.Fatal(err)
	}
	sees("one that is silent", Crew{Leader: me()})
	for _, p := range []*Presence{works, takes} {
		if err := p.show(ctx); err != nil {
			t.Fatal(err)
		}
	}
	sees("all", Crew{Workers: []string{me()}, Letterboxes: []string{me()}, Leader: me()})
	if n := h.redis.ZCard(ctx, presence+Works).Val(); n != 1 {
		t.Errorf("%d are kept, with one that was silent", n)
	}
	if c, err := Muster(ctx, away, h.store.Pool()); err == nil || c.Leader != me() || c.Workers != nil {
		t.Errorf("with Redis away: %+v, %v", c, err)
	}
	stopped, stop := context.WithCancel(ctx)
	stop()
	works.Run(stopped)
	leader.resign()
	receive(t, leader.ended)
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) { // until its connection is closed
		if c, err := Muster(ctx, h.redis, h.store.Pool()); err != nil || c.Leader == "" || time.Now().After(end) {
			break
		}
	}
	sees("after a clean stop", Crew{Letterboxes: []string{me()}})
}
