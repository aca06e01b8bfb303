package listing

import (
	"context"
	"time"
)

// Drop makes the pool cut off: the next look builds it anew beside what it holds, which answers until then.
func (p *Pool) Drop() {
	_ = p.turn.Acquire(context.Background(), 1) // which never ends
	defer p.turn.Release(1)
	p.followed = time.Time{}
}

// Impatient has nobody wait for the first build.
func (p *Pool) Impatient() { p.patience = 0 }
