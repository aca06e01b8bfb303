package search

import (
	"context"
	"sync"
)

// Turns keep writers of a copy in order, those of other processes too. What do returns is returned.
type Turns interface {
	// Together lets many write at once, but one at a time for each listing. ids are in order, each once.
	Together(ctx context.Context, ids []string, do func(context.Context) error) error
	// Alone waits until nobody writes, and lets nobody write meanwhile.
	Alone(ctx context.Context, do func(context.Context) error) error
	// Rebuilding lets one rebuild at a time; others write meanwhile.
	Rebuilding(ctx context.Context, do func(context.Context) error) error
}

// ownTurns are those of one process: a copy that no other writes to.
type ownTurns struct {
	writes  sync.RWMutex
	rebuild sync.Mutex
	mu      sync.Mutex
	busy    map[string]chan struct{}
}

func (t *ownTurns) Together(ctx context.Context, ids []string, do func(context.Context) error) error {
	t.writes.RLock()
	defer t.writes.RUnlock()
	for _, id := range ids {
		if err := t.take(ctx, id); err != nil {
			return err
		}
		defer t.leave(id)
	}
	return do(ctx)
}

func (t *ownTurns) take(ctx context.Context, id string) error {
	for {
		t.mu.Lock()
		taken, ok := t.busy[id]
		if !ok {
			if t.busy == nil {
				t.busy = map[string]chan struct{}{}
			}
			t.busy[id] = make(chan struct{})
			t.mu.Unlock()
			return nil
		}
		t.mu.Unlock()
		select {
		case <-taken:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (t *ownTurns) leave(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.busy[id])
	delete(t.busy, id)
}

func (t *ownTurns) Alone(ctx context.Context, do func(context.Context) error) error {
	t.writes.Lock()
	defer t.writes.Unlock()
	return do(ctx)
}

func (t *ownTurns) Rebuilding(ctx context.Context, do func(context.Context) error) error {
	t.rebuild.Lock()
	defer t.rebuild.Unlock()
	return do(ctx)
}
