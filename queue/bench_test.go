package queue

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hibiken/asynq"

	"wherewithal/market"
)

// BenchmarkRelay is jobs a second that do nothing: from rows in the outbox through relay, Redis and server until they
// are recorded as done, beside tasks of asynq alone on the same Redis with the same number of workers.
//
//	go test ./queue -run - -bench Relay -benchtime 10000x
func BenchmarkRelay(b *testing.B) {
	b.Run("outbox", func(b *testing.B) { relayed(b, market.MatchJob) })
	b.Run("indexing", func(b *testing.B) { relayed(b, market.IndexJob) })
	b.Run("indexing, without its index", func(b *testing.B) { relayed(b, market.IndexJob, "drop index outbox_indexing") })
	b.Run("asynq", func(b *testing.B) {
		h := newHouse(b)
		left := newCountdown(b.N)
		server := asynq.NewServerFromRedisClient(h.redis, asynq.Config{Concurrency: 8, Queues: Kinds.queues(),
			TaskCheckInterval: 50 * time.Millisecond, LogLevel: asynq.FatalLevel})
		b.ResetTimer()
		if err := server.Start(asynq.HandlerFunc(func(context.Context, *asynq.Task) error { left.one(); return nil })); err != nil {
			b.Fatal(err)
		}
		defer server.Shutdown()
		enqueueAlone(b, asynq.NewClientFromRedisClient(h.redis), b.N)
		<-left.none
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
	})
}

// relayed has jobs of a kind enqueued, a thousand in a transaction, and done, in a database that was changed so.
func relayed(b *testing.B, kind string, changed ...string) {
	h := newHouse(b)
	h.log = slog.New(slog.DiscardHandler)
	for _, sql := range changed {
		if _, err := h.store.Pool().Exec(b.Context(), sql); err != nil {
			b.Fatal(err)
		}
	}
	began := time.Now()
	h.enqueue(kind, b.N)
	took := time.Since(began)
	left := newCountdown(b.N)
	b.ResetTimer()
	h.serve(func(context.Context, market.Job) error { left.one(); return nil })
	h.run(h.relay(NewBell(h.store.Pool())).Run)
	<-left.none
	h.until("state = 'done'", b.N)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
	b.ReportMetric(float64(took.Microseconds())/float64(b.N), "µs/enqueued")
}

// enqueueAlone hands n tasks to asynq with as many hands as the relay has.
func enqueueAlone(b *testing.B, client *asynq.Client, n int) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range hands {
		all.Go(func() {
			for id := next.Add(1); id <= int64(n); id = next.Add(1) {
				t := asynq.NewTask("nothing", nil, asynq.Queue("match"), asynq.TaskID(fmt.Sprint(id)), asynq.Retention(keep))
				if _, err := client.Enqueue(t); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// countdown closes none when one was called n times.
type countdown struct {
	left atomic.Int64
	none chan struct{}
}

func newCountdown(n int) *countdown {
	c := &countdown{none: make(chan struct{})}
	c.left.Store(int64(n))
	return c
}

func (c *countdown) one() {
	if c.left.Add(-1) == 0 {
		close(c.none)
	}
}

// BenchmarkWait is the time of one job through an idle house: from its commit until it is recorded as done. Two in a
// row lie between a need and its first mail.
func BenchmarkWait(b *testing.B) {
	h := newHouse(b)
	h.serve(func(context.Context, market.Job) error { return nil })
	h.run(h.relay(NewBell(h.store.Pool())).Run)
	h.enqueue(market.MatchJob, 1)
	h.heard()
	took := make([]time.Duration, 0, b.N)
	for b.Loop() {
		start := time.Now()
		h.enqueue(market.MatchJob, 1)
		h.heard()
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds()*1000, "p50-ms")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "p99-ms")
}
