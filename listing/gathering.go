package listing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"wherewithal/market"
)

// gathering does together what is asked for while it is at work: Meilisearch takes half a second for one document and hardly more for a
// hundred. The zero value with a do is ready; safe for concurrent use.
type gathering struct {
	do func(ctx context.Context, ids []market.ID, now time.Time) error // each id once

	mu      sync.Mutex
	turn    chan struct{} // holds a token while a round is served
	waiting *round        // for its turn; nil: nobody waits
}

// round is what is done together.
type round struct {
	ids   []market.ID
	now   time.Time // the latest that was given
	done  chan struct{}
	fails map[market.ID]error
}

// mostOfARound is how long a round may take, longer than any job waits for it.
const mostOfARound = 2 * time.Minute

// ask waits until a thing was done that began after it was asked for.
func (g *gathering) ask(ctx context.Context, id market.ID, now time.Time) error {
	r, first := g.join(id, now)
	if first {
		go g.serve(context.WithoutCancel(ctx)) // others wait for it too
	}
	select {
	case <-r.done:
		return r.fails[id]
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g *gathering) join(id market.ID, now time.Time) (r *round, first bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.turn == nil {
		g.turn = make(chan struct{}, 1)
	}
	if first = g.waiting == nil; first {
		g.waiting = &round{done: make(chan struct{})}
	}
	r = g.waiting
	if !slices.Contains(r.ids, id) {
		r.ids = append(r.ids, id)
	}
	if now.After(r.now) {
		r.now = now
	}
	return r, first
}

// serve waits for its turn, closes the door to those who come later, and does what was asked for.
func (g *gathering) serve(ctx context.Context) {
	g.turn <- struct{}{}
	defer func() { <-g.turn }()
	g.mu.Lock()
	r := g.waiting
	g.waiting = nil
	g.mu.Unlock()
	defer close(r.done)
	ctx, cancel := context.WithTimeout(ctx, mostOfARound)
	defer cancel()
	r.fails = map[market.ID]error{}
	g.halve(ctx, r, r.ids)
}

// halve finds whose fault it is that a round failed, by halves; an engine that is away is nobody's.
func (g *gathering) halve(ctx context.Context, r *round, ids []market.ID) {
	err := g.try(ctx, ids, r.now)
	if err == nil {
		return
	}
	if len(ids) == 1 || ctx.Err() != nil || errors.Is(err, market.ErrUnavailable) {
		for _, id := range ids {
			r.fails[id] = err
		}
		return
	}
	g.halve(ctx, r, ids[:len(ids)/2])
	g.halve(ctx, r, ids[len(ids)/2:])
}

// try turns a panic into an error: one thing must not stop the process.
func (g *gathering) try(ctx context.Context, ids []market.ID, now time.Time) (err error) {
	defer func() {
		if fault := recover(); fault != nil { // its words may quote a text
			slog.Error("index: what was gathered broke the work at it", "things", ids, "fault", fmt.Sprintf("%T", fault), "stack", string(debug.Stack()))
			err = fmt.Errorf("a panic of type %T", fault)
		}
	}()
	return g.do(ctx, ids, now)
}
