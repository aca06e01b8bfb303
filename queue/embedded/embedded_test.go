package embedded

import (
	"context"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func TestWhatHasATimeToLiveDiesInTime(t *testing.T) {
	r, addr, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	c := redis.NewClient(&redis.Options{Addr: addr})
	defer c.Close()
	if err := c.Set(t.Context(), "limit", "1", 300*time.Millisecond).Err(); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for c.Exists(ctx, "limit").Val() == 1 {
		if ctx.Err() != nil {
			t.Fatal("still there after 10 s")
		}
	}
	if lived := time.Since(start); lived < 150*time.Millisecond {
		t.Errorf("lived %v, want about 300ms", lived)
	}
}

func TestCloseEndsTheServer(t *testing.T) {
	r, addr, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	c := redis.NewClient(&redis.Options{Addr: addr, MaxRetries: -1})
	defer c.Close()
	if c.Ping(t.Context()).Err() == nil {
		t.Error("it still answers")
	}
}
