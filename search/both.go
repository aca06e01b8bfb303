package search

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"

	"wherewithal/market"
)

// Both is the index twice: in Meilisearch, which answers, and in Postgres, which answers whenever that does not: when it
// is away, slow, at fault, wiped or half filled. Both are written to, and both are mended from the truth. It is safe for
// concurrent use.
type Both struct {
	engine   *Meili
	steady   *Postgres
	answers  *gobreaker.CircuitBreaker[Page]
	writes   *gobreaker.CircuitBreaker[struct{}]
	whole    atomic.Bool  // the engine's index was complete when we last looked
	missed   atomic.Bool  // it did not take a change since it was last built: what it has may be old in ways that no version shows
	excused  atomic.Int64 // until then, in Unix nanoseconds, no write is tried, as one was excused; 0: none was since one went through
	patience patience
	metrics  *Metrics
}

// BothOptions are the bounds of waiting for the engine.
type BothOptions struct {
	Budget  time.Duration // for the engine to answer a question, or others meanwhile (see patience); then Postgres does. 0 means 300 ms
	Rest    time.Duration // how long the engine is left alone after faults, before one question tries it again. 0 means 5 s
	Metrics *Metrics      // nil: nothing is measured
}

// faultsInARow open the breaker: one may be chance.
const faultsInARow = 3

// NewBoth ties the two together. Until Look has found the engine's index whole, Postgres answers.
func NewBoth(engine *Meili, steady *Postgres, o BothOptions) *Both {
	if o.Budget == 0 {
		o.Budget = 300 * time.Millisecond
	}
	if o.Rest == 0 {
		o.Rest = 5 * time.Second
	}
	return &Both{engine: engine, steady: steady, patience: patience{budget: o.Budget}, metrics: o.Metrics,
		answers: breaker[Page]("answers", o.Rest), writes: breaker[struct{}]("writes", o.Rest)}
}

func breaker[T any](name string, rest time.Duration) *gobreaker.CircuitBreaker[T] {
	return gobreaker.NewCircuitBreaker[T](gobreaker.Settings{Name: name, MaxRequests: 1, Timeout: rest, IsSuccessful: notItsFault,
		ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= faultsInARow },
		OnStateChange: func(name string, _, to gobreaker.State) {
			slog.Warn("search: Meilisearch's breaker", "of", name, "is", to.String())
		}})
}

// notItsFault reports whether the engine did well: what is wrong with a question is wrong in any engine.
func notItsFault(err error) bool {
	return err == nil || errors.Is(err, ErrCursor) || errors.As(err, new(*market.Invalid)) || errors.As(err, new(*Refused)) ||
		errors.Is(err, errOtherShape) || errors.Is(err, errCompacts) || errors.Is(err, context.Canceled) || locked(err)
}

// locked reports whether the engine opens for no key of ours: it never will until an operator gives one.
func locked(err error) bool {
	var e *engineError
	return errors.As(err, &e) && (e.status == http.StatusUnauthorized || e.status == http.StatusForbidden)
}

// Query answers a question for a viewer. Errors: *market.Invalid, ErrCursor, market.ErrUnavailable.
func (b *Both) Query(ctx context.Context, viewer market.Viewer, q Query) (Page, error) {
	if err := q.Check(); err != nil {
		return Page{}, err
	}
	if _, err := b.engine.seal.read(q.For(viewer)); err != nil || !b.whole.Load() {
		return b.fallBack(ctx, viewer, q, "not_ready") // a page of Postgres' is turned by Postgres
	}
	if q.Text != "" && q.Sort != "" && q.Sort != ByRelevance {
		return b.fallBack(ctx, viewer, q, "order") // for which the engine would have to be asked for all hits, thousand by thousand
	}
	page, err := b.answers.Execute(func() (Page, error) {
		return b.patience.ask(ctx, func(ctx context.Context) (Page, error) { return b.engine.Query(ctx, viewer, q) })
	})
	switch {
	case err == nil && len(q.Seek) > 0 && !page.partiesKnown:
		return b.fallBack(ctx, viewer, q, "not_ready")
	case err == nil:
		b.metrics.answered("meilisearch", "")
		b.metrics.filledUp(page.meant)
		if q.asksForParties() && !page.partiesKnown {
			page.Parties, err = b.steady.parties(ctx, viewer, q)
		}
		return page, away(ctx, err)
	case errors.Is(err, ErrCursor) || errors.As(err, new(*market.Invalid)) || ctx.Err() != nil:
		return Page{}, err
	case errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests):
		return b.fallBack(ctx, viewer, q, "resting")
	case errors.Is(err, context.DeadlineExceeded):
		return b.fallBack(ctx, viewer, q, "slow")
	}
	slog.Warn("search: Postgres answers", "because", err)
	return b.fallBack(ctx, viewer, q, "fault")
}

func (b *Both) fallBack(ctx context.Context, viewer market.Viewer, q Query, why string) (Page, error) {
	b.metrics.answered("postgres", why)
	return b.steady.Query(ctx, viewer, b.handOver(viewer, q))
}

// handOver makes a cursor of the engine's one of Postgres', where both have the same order. How well words fit they
// judge each in their own way: there the first page is the way on.
func (b *Both) handOver(viewer market.Viewer, q Query) Query {
	at, err := b.engine.seal.read(q.For(viewer))
	if err != nil || at == nil || at.Relaxed != 0 || q.order(reading{terms: read(q.Text, calling(q.Words))}) == ByRelevance {
		return q
	}
	at.Skip = 0
	q.Cursor = b.steady.seal.write(*at)
	return q
}

// Put writes documents to both. What the engine refuses is reported; it is found through Postgres when that answers.
func (b *Both) Put(ctx context.Context, docs []Document) error {
	if err := b.steady.Put(ctx, docs); err != nil {
		return err
	}
	return b.write(func() error { return b.engine.Put(ctx, docs) })
}

// Delete takes listings out of both.
func (b *Both) Delete(ctx context.Context, ids []market.ID) error {
	if err := b.steady.Delete(ctx, ids); err != nil {
		return err
	}
	return b.write(func() error { return b.engine.Delete(ctx, ids) })
}

// write writes to the engine, unless it is left alone. An index that is not built, or that an older release has, or that no key
// opens yet, needs no change: whoever builds it reads the truth, where the change is already.
func (b *Both) write(do func() error) error {
	err := b.try(func() error { return b.report(do()) })
	if err != nil && !errors.Is(err, errCompacts) {
		b.missed.Store(true)
	}
	return untouched(err)
}

// excusedFor is how long no write is tried after one was excused.
const excusedFor = 5 * time.Second

// try has the engine do something. While it writes its index anew one at a time waits for it, and all others hear at once that it has no time.
func (b *Both) try(do func() error) error {
	until, now := b.excused.Load(), time.Now()
	if until != 0 && (now.UnixNano() < until || !b.excused.CompareAndSwap(until, now.Add(b.engine.wait).UnixNano())) {
		return errors.Join(market.ErrUnavailable, errCompacts)
	}
	_, err := b.writes.Execute(func() (struct{}, error) { return struct{}{}, b.excuse(do()) })
	if errors.Is(err, errCompacts) {
		b.excused.Store(time.Now().Add(excusedFor).UnixNano())
	} else {
		b.excused.Store(0)
	}
	return err
}

// errCompacts is why a write was waited for in vain while the engine writes its index anew: it comes to it after that, and whoever wrote tries again.
var errCompacts = errors.New("the index is being written anew")

// excuse finds no fault with an engine that had no time for a write as it writes its index anew.
func (b *Both) excuse(err error) error {
	if errors.Is(err, context.DeadlineExceeded) && b.engine.compacts() {
		return fmt.Errorf("%w: meilisearch: %w: %w", market.ErrUnavailable, errCompacts, err)
	}
	return err
}

// untouched is what an error says to whoever wrote.
func untouched(err error) error {
	switch {
	case errors.Is(err, errOtherShape) || locked(err):
		return nil
	case errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests):
		return errors.Join(market.ErrUnavailable, err)
	}
	return err
}

// KeepParties writes groups and networks to both. What the engine misses, ReconcileParties finds.
func (b *Both) KeepParties(ctx context.Context, ids []market.ID, load LoadParties) error {
	if err := b.steady.KeepParties(ctx, ids, load); err != nil {
		return err
	}
	return b.writeParties(func() error { return b.engine.KeepParties(ctx, ids, load) })
}

// ReconcileParties mends both.
func (b *Both) ReconcileParties(ctx context.Context, each EachParty, load LoadParties) (m Mended, err error) {
	if m, err = b.steady.ReconcileParties(ctx, each, load); err != nil {
		return m, err
	}
	return m, b.writeParties(func() error {
		n, err := b.engine.ReconcileParties(ctx, each, load)
		m.Put, m.Deleted = m.Put+n.Put, m.Deleted+n.Deleted
		return err
	})
}

func (b *Both) writeParties(do func() error) error {
	return untouched(b.try(do))
}

// report tells of documents that were refused, by their ids; nothing else is wrong then.
func (b *Both) report(err error) error {
	var refused *Refused
	if !errors.As(err, &refused) {
		return err
	}
	b.metrics.refuse(len(refused.IDs))
	slog.Error("search: Meilisearch refuses documents", "listings", refused.IDs, "because", refused.Cause)
	return nil
}

// Rebuild builds both anew, one after the other; an engine that no key opens yet is left alone.
func (b *Both) Rebuild(ctx context.Context, docs iter.Seq2[Document, error]) error {
	if err := b.steady.Rebuild(ctx, docs); err != nil {
		return err
	}
	err := b.report(b.engine.Rebuild(ctx, docs))
	if locked(err) {
		waitsForKey(err)
		return nil
	}
	if err != nil {
		return err
	}
	return b.Look(ctx)
}

// waitsForKey tells an operator who has not made the keys yet what that means.
func waitsForKey(err error) {
	slog.Warn("search: Postgres answers, for Meilisearch takes no key of ours", "because", err)
}

// Reconcile mends both, in both directions. An engine whose index is missing, of an older release, or missed a change, gets a
// new one beside it; one of a newer release is left alone, and so is one that no key opens yet.
func (b *Both) Reconcile(ctx context.Context, truth iter.Seq2[Version, error], load Load) (m Mended, err error) {
	if m, err = b.steady.Reconcile(ctx, truth, load); err != nil {
		return m, err
	}
	built, newer, err := b.engine.Built(ctx)
	if locked(err) {
		waitsForKey(err)
		return m, nil
	}
	if err != nil || newer {
		return m, err
	}
	switch missed := b.missed.Swap(false); {
	case !built || missed:
		slog.Info("search: Meilisearch's index is built")
		if err = b.report(b.engine.Rebuild(ctx, documentsOf(ctx, truth, load))); err != nil {
			b.missed.Store(true)
		}
	default:
		var n Mended
		n, err = b.engine.Reconcile(ctx, truth, load)
		m.Put, m.Deleted, err = m.Put+n.Put, m.Deleted+n.Deleted, b.report(err)
	}
	if err != nil {
		return m, err
	}
	return m, b.Look(ctx)
}

// Tidy is Postgres': it keeps a list of all words. Meilisearch keeps those of its documents.
func (b *Both) Tidy(ctx context.Context) error { return b.steady.Tidy(ctx) }

// Compact is Meilisearch's. One that opens for no key of ours, or for one made by an older release, which may not do so, is left as it is.
func (b *Both) Compact(ctx context.Context) error {
	err := b.engine.Compact(ctx)
	if locked(err) {
		slog.Warn("search: Meilisearch is not written anew: make its keys again", "because", err)
		return nil
	}
	return err
}

// documentsOf are all documents of the truth.
func documentsOf(ctx context.Context, truth iter.Seq2[Version, error], load Load) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		var part []market.ID
		give := func() bool {
			docs, err := load(ctx, part)
			part = part[:0]
			if err != nil {
				yield(Document{}, err)
				return false
			}
			for _, d := range docs {
				if !yield(d, nil) {
					return false
				}
			}
			return true
		}
		for v, err := range truth {
			if err != nil {
				yield(Document{}, err)
				return
			}
			if part = append(part, v.ID); len(part) == batch && !give() {
				return
			}
		}
		give()
	}
}

// Setup makes what Postgres needs. Filled says whether that is filled; the engine is filled by Reconcile.
func (b *Both) Setup(ctx context.Context) error { return b.steady.Setup(ctx) }

// Filled reports whether the index that always answers was filled.
func (b *Both) Filled(ctx context.Context) (bool, error) { return b.steady.Filled(ctx) }

// Versions is what Postgres has, by id.
func (b *Both) Versions(ctx context.Context) iter.Seq2[Version, error] { return b.steady.Versions(ctx) }
