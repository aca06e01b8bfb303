package queue

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// faultLog says a fault of a loop when it appears and when it is over, and not every second in between.
type faultLog struct {
	log    *slog.Logger
	doing  string
	broken bool
}

func (f *faultLog) note(ctx context.Context, err error) {
	switch {
	case err != nil && ctx.Err() != nil: // the process stops: no fault
	case err != nil && !f.broken:
		f.broken = true
		f.log.Warn("cannot "+f.doing+" for now", "error", told(err))
	case err == nil && f.broken:
		f.broken = false
		f.log.Info("can " + f.doing + " again")
	}
}

// asynqLog lets asynq speak through slog, at most one line in ten seconds: with Redis away it repeats itself many
// times a second.
type asynqLog struct {
	log    *slog.Logger
	mu     sync.Mutex
	last   time.Time
	hidden int
}

const quiet = 10 * time.Second

func (l *asynqLog) Debug(...any)      {}
func (l *asynqLog) Info(...any)       {}
func (l *asynqLog) Warn(args ...any)  { l.say(args) }
func (l *asynqLog) Error(args ...any) { l.say(args) }
func (l *asynqLog) Fatal(args ...any) { l.say(args) }

func (l *asynqLog) say(args []any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Since(l.last) < quiet {
		l.hidden++
		return
	}
	l.log.Warn("asynq", "said", told(fmt.Errorf("%s", fmt.Sprint(args...))), "not_shown", l.hidden)
	l.last, l.hidden = time.Now(), 0
}
