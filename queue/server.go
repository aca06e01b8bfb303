package queue

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"wherewithal/market"
)

// Handler does one job. It may be called more than once for the same job, also when an earlier call succeeded but
// could not say so. It must return soon after its context ends.
type Handler func(ctx context.Context, job market.Job) error

// Config of a Server. Zero values take what the field says.
type Config struct {
	Kinds       Table // Kinds
	Concurrency int   // jobs at a time, of all queues but those apart; 8
	// Apart are queues with so many jobs at a time of their own, so that they neither wait for the others nor keep them waiting.
	Apart   map[string]int
	Judge   Judge         // sorts errors; without it only Permanent errors are lasting
	Beat    time.Duration // between two signs of life of a running job; 5 s
	Log     *slog.Logger  // slog.Default
	Metrics *Metrics      // none
}

func (c Config) filled() Config {
	if c.Kinds == nil {
		c.Kinds = Kinds
	}
	if c.Concurrency == 0 {
		c.Concurrency = 8 // jobs wait on mail servers and Postgres more than they compute
	}
	if c.Beat == 0 {
		c.Beat = 5 * time.Second
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

// Server takes jobs from Redis and does them, keeping their outcome in the outbox. Register handlers, Start, Stop;
// once.
type Server struct {
	Config
	outbox   Outbox
	redis    redis.UniversalClient
	handlers map[string]Handler
	asynq    []*asynq.Server // one for each queue apart, one for all others

	jobs    context.Context // ends when running jobs must be cut short
	cut     context.CancelCauseFunc
	mu      sync.Mutex
	closing bool // no further job begins
	running sync.WaitGroup
}

// NewServer makes a server that does nothing until Start. A queue apart that no kind has is a mistake in the program: it panics.
func NewServer(outbox Outbox, client redis.UniversalClient, config Config) *Server {
	s := &Server{Config: config.filled(), outbox: outbox, redis: client, handlers: map[string]Handler{}}
	s.jobs, s.cut = context.WithCancelCause(context.Background())
	shared := s.Kinds.queues()
	for name, jobs := range s.Apart {
		if _, ok := shared[name]; !ok {
			panic(fmt.Sprintf("queue: no kind of jobs is in the queue %q", name))
		}
		s.asynq = append(s.asynq, s.takes(map[string]int{name: 1}, jobs))
		delete(shared, name)
	}
	s.asynq = append(s.asynq, s.takes(shared, s.Concurrency))
	return s
}

// takes is what takes tasks of some queues from Redis, so many at a time.
func (s *Server) takes(queues map[string]int, jobs int) *asynq.Server {
	return asynq.NewServerFromRedisClient(s.redis, asynq.Config{
		Concurrency: jobs,
		Queues:      queues,
		// The default polls an empty queue once a second: two jobs in a row would cost up to three.
		TaskCheckInterval: 50 * time.Millisecond,
		ShutdownTimeout:   time.Second, // by then no handler of ours runs
		Logger:            &asynqLog{log: s.Log},
		LogLevel:          asynq.WarnLevel,
	})
}

// Handle registers the handler of a kind, before Start. A kind that is not in the table, or registered twice, is a
// mistake in the program: it panics.
func (s *Server) Handle(kind string, h Handler) {
	if _, ok := s.Kinds[kind]; !ok || s.handlers[kind] != nil {
		panic(fmt.Sprintf("queue: a handler of %q cannot be registered", kind))
	}
	s.handlers[kind] = h
}

// Start begins to take jobs. It succeeds while Redis is away; jobs come once it is back. After an error nothing runs.
func (s *Server) Start() error {
	for kind := range s.Kinds {
		if s.handlers[kind] == nil {
			return fmt.Errorf("queue: jobs of kind %q have no handler", kind)
		}
	}
	for _, one := range s.asynq {
		if err := one.Start(asynq.HandlerFunc(s.work)); err != nil {
			ctx, cancel := context.WithTimeout(context.Background(), hanging)
			defer cancel()
			s.Stop(ctx) // the others
			return err
		}
	}
	return nil
}

// Stop takes no more jobs, waits for the running ones until ctx ends, then cuts the rest short and gives them back
// to the outbox, due at once. Jobs that do not heed are left behind after 2 s; they are given back too.
func (s *Server) Stop(ctx context.Context) {
	s.cease(ctx)
	idle := make(chan struct{})
	go func() { s.running.Wait(); close(idle) }()
	select {
	case <-idle:
	case <-ctx.Done():
		s.cut(errStopping)
		<-idle // bounded: run leaves a stubborn job behind
	}
	s.cut(errStopping)
	s.all(context.Background(), (*asynq.Server).Shutdown)
}

// all does something with each that takes tasks, at the same time, and waits for it no longer than hanging and ctx.
func (s *Server) all(ctx context.Context, do func(*asynq.Server)) {
	ctx, cancel := context.WithTimeout(ctx, hanging)
	defer cancel()
	within(ctx, func() {
		var each sync.WaitGroup
		for _, one := range s.asynq {
			each.Go(func() { do(one) })
		}
		each.Wait()
	})
}

// hanging is how long a Redis that does not answer may hold up the stop. Nothing of value is lost with it.
const hanging = 3 * time.Second

// cease takes no more tasks from Redis. What was taken meanwhile is given back.
func (s *Server) cease(ctx context.Context) {
	s.all(ctx, (*asynq.Server).Stop)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closing = true
}

// within waits for do to return, but no longer than ctx. False: it goes on.
func within(ctx context.Context, do func()) bool {
	done := make(chan struct{})
	go func() { do(); close(done) }()
	select {
	case <-done:
		return true
	case <-ctx.Done():
		return false
	}
}

// enter counts a job in. False: the server is closing.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.running.Add(1)
	return true
}
