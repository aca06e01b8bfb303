package search

import (
	"context"
	"sync/atomic"
	"time"
)

// patience is how long a question waits for the engine. It waits a budget for one that answers nobody meanwhile: that one is away, or hangs.
// One that answers others is busy, and gets a few budgets: Postgres takes many times the work for the same question (docs/benchmarks.md), so that
// whoever turned to it because much is asked would keep the machine busy, and everybody after them waiting.
type patience struct {
	budget   time.Duration
	answered atomic.Int64 // when the engine last answered, in Unix nanoseconds
}

// mostBudgets bound the wait for an engine that answers others.
const mostBudgets = 4

// ask waits for an answer. Who waited in vain gets an error that is context.DeadlineExceeded.
func (p *patience) ask(ctx context.Context, do func(context.Context) (Page, error)) (Page, error) {
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	stop := p.watch(time.Now(), func() { giveUp(context.DeadlineExceeded) })
	defer stop()
	page, err := do(ctx)
	if err == nil {
		p.answered.Store(time.Now().UnixNano())
	}
	return page, err
}

// watch gives up when a question that began then has waited long enough, unless it is stopped before.
func (p *patience) watch(began time.Time, giveUp func()) (stop func()) {
	done := make(chan struct{})
	go func() {
		for wait := p.budget; wait > 0; wait = p.left(began) {
			select {
			case <-done:
				return
			case <-time.After(wait):
			}
		}
		giveUp()
	}()
	return func() { close(done) }
}

// left is how much longer a question that began then waits: until the engine has answered nobody for a budget.
func (p *patience) left(began time.Time) time.Duration {
	most := time.Until(began.Add(mostBudgets * p.budget))
	return min(most, time.Until(time.Unix(0, p.answered.Load()).Add(p.budget)))
}
