package queue

import (
	"context"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"
)

// breaker keeps the relay from claiming rows that it could not hand over, and says once that Redis is away and once
// that it is back. It is used by one goroutine.
type breaker struct {
	redis   redis.UniversalClient
	log     *slog.Logger
	metrics *Metrics
	away    bool
	wait    time.Duration
	until   time.Time
}

// longest is the wait between two looks at a Redis that is away: jobs catch up at most that long after it is back.
const longest = 5 * time.Second

// closed says that rows may be handed over. After a failure it asks Redis first.
func (b *breaker) closed(ctx context.Context, now time.Time) bool {
	if !b.away {
		return true
	}
	if now.Before(b.until) {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if err := b.redis.Ping(ctx).Err(); err != nil {
		b.failed(now, err)
		return false
	}
	b.away, b.wait = false, 0
	b.metrics.redisUp(true)
	b.log.Info("redis is back: jobs are handed over again")
	return true
}

func (b *breaker) failed(now time.Time, err error) {
	if !b.away {
		b.log.Warn("redis is away: jobs wait in the outbox", "error", told(err))
	}
	b.away = true
	b.metrics.redisUp(false)
	b.wait = min(max(2*b.wait, 500*time.Millisecond), longest)
	b.until = now.Add(b.wait)
}
