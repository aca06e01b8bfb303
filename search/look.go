package search

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/sony/gobreaker/v2"
)

// lookEvery is how often a process looks whether the engine's index is whole. A wiped one answers with an error at
// once; this finds one that answers with too little.
const lookEvery = 10 * time.Second

// Of missing listings so many, and such a share, are no sign of an index that is half filled: changes on their way.
const (
	fewMissing   = 20
	shareMissing = 0.02
)

// Watch looks again and again until the context ends.
func (b *Both) Watch(ctx context.Context) {
	turn := time.NewTicker(lookEvery)
	defer turn.Stop()
	for {
		ctxOnce, cancel := context.WithTimeout(ctx, lookEvery)
		if err := b.Look(ctxOnce); err != nil && ctx.Err() == nil {
			slog.Warn("search: looking at Meilisearch", "error", err)
		}
		cancel()
		select {
		case <-ctx.Done():
			return
		case <-turn.C:
		}
	}
}

// Look finds out whether the engine's index is built and has about as many listings as Postgres': only then it answers
// questions. An engine that does not answer keeps its good name: the breaker knows about that.
func (b *Both) Look(ctx context.Context) error {
	whole, err := b.isWhole(ctx)
	if err != nil {
		return err
	}
	if b.whole.Swap(whole) != whole {
		slog.Info("search: Meilisearch's index", "whole", whole)
	}
	b.metrics.isWhole(whole)
	return nil
}

// Ready says why Postgres answers, or nil.
func (b *Both) Ready() error {
	switch {
	case !b.whole.Load():
		return errors.New("its index is not whole: Postgres answers")
	case b.answers.State() == gobreaker.StateOpen:
		return errors.New("it does not answer: Postgres does")
	}
	return nil
}

func (b *Both) isWhole(ctx context.Context) (bool, error) {
	built, _, err := b.engine.Built(ctx)
	if err != nil || !built {
		return false, err
	}
	has, err := b.engine.Count(ctx)
	if err != nil {
		return false, err
	}
	should, err := b.steady.Count(ctx)
	if err != nil {
		return false, err
	}
	should = min(should, maxFound)
	differ := max(should-has, has-should)
	return differ <= max(fewMissing, int(shareMissing*float64(should))), nil
}
