package httpx

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/semaphore"

	"wherewithal/market"
)

// room is the memory that large bodies take, all together. Whoever sends slowly holds a part of it for minutes, so that one
// network gets no more than half beside its first: the rest is for others.
type room struct {
	all *semaphore.Weighted

	mu   sync.Mutex
	held map[string]int64 // by network
}

func newRoom() *room {
	return &room{all: semaphore.NewWeighted(MaxUploads), held: map[string]int64{}}
}

// take a part of it, until done is called. market.ErrUnavailable: it was waited for in vain, or its network has its share.
func (m *room) take(ctx context.Context, network string, part int64) (done func(), err error) {
	if !m.reserve(network, part) {
		return nil, market.ErrUnavailable
	}
	ctx, cancel := context.WithTimeout(ctx, uploadWait)
	defer cancel()
	if err := m.all.Acquire(ctx, part); err != nil {
		m.give(network, part)
		return nil, errors.Join(market.ErrUnavailable, err)
	}
	return func() {
		m.all.Release(part)
		m.give(network, part)
	}, nil
}

func (m *room) reserve(network string, part int64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if has := m.held[network]; has > 0 && has+part > MaxUploads/2 {
		return false
	}
	m.held[network] += part
	return true
}

func (m *room) give(network string, part int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.held[network] -= part; m.held[network] <= 0 {
		delete(m.held, network)
	}
}
