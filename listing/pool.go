package listing

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/store"
)

// Pool is this process's copy of the engine's index: built from Postgres when Run starts, then following its changes.
// It can be thrown away and rebuilt at any time. Safe for concurrent use.
type Pool struct {
	Meanings *Meanings // reads what it is asked about; nil: words alone. Set before use
	Search   Finder    // candidates while the pool is not built; nil: none. Set before use

	store *store.Store
	clock func() time.Time
	index atomic.Pointer[matching.Index]
	ready atomic.Bool

	mu       sync.Mutex // one follower at a time
	cursor   store.Cursor
	ahead    map[store.Cursor]bool // behind the cursor, and read already
	behind   bool                  // changes wait for the end of a transaction
	began    time.Time             // machine time at which the last reading began that came to its end
	followed time.Time             // and at which it ended
}

// NewPool makes an empty pool; Run fills it.
func NewPool(s *store.Store, clock func() time.Time) *Pool {
	p := &Pool{store: s, clock: clock}
	p.index.Store(matching.New(matching.Options{}))
	return p
}

// Ready reports whether the pool holds what Postgres held when Run started.
func (p *Pool) Ready() bool { return p.ready.Load() }

// Rank ranks the open listings against one; see matching.Index.Rank.
func (p *Pool) Rank(subject market.Entry, now time.Time, limit int) matching.Ranking {
	return p.index.Load().Rank(subject, now, limit)
}

// Complete is an entry with what its text means, read now if it was not; see Meanings.Complete.
func (p *Pool) Complete(ctx context.Context, e market.Entry, now time.Time) market.Entry {
	return p.Meanings.Complete(ctx, e, now)
}

// followEvery is how often a pool looks for changes; a job asks for them itself, by CatchUp.
const followEvery = 500 * time.Millisecond

// Run builds the pool and follows the changes until ctx ends. While Postgres is away it keeps what it has and tries
// again.
func (p *Pool) Run(ctx context.Context) error {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for lost := false; ; {
		err := p.CatchUp(ctx)
		if err != nil && !lost && ctx.Err() == nil { // once an outage, not twice a second
			slog.Warn("pool: not following", "error", err)
		}
		lost = err != nil
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// CatchUp brings the pool up to every change that was committed before the call, those among them that were made beside a
// transaction which is still open: what is settled by then is read from the cursor, which never passes such a transaction. (Where
// one stays open while more than mostAhead changes, what comes after waits for its end.) Whoever calls while another reads shares the
// reading after that. The first call builds the pool.
func (p *Pool) CatchUp(ctx context.Context) (err error) {
	defer market.Wrap(&err, "CatchUp")
	called := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.began.After(called) {
		return nil
	}
	began := time.Now()
	if !p.ready.Load() || time.Since(p.followed) > KeepChanges/2 {
		err = p.build(ctx)
	} else {
		err = p.follow(ctx)
	}
	if err == nil {
		p.began, p.followed = began, time.Now()
	}
	return err
}

const (
	changesAtOnce = 1000
	// mostAhead bounds what is read behind the cursor, all of which is looked through each time: beside a transaction that stays open
	// while so much changes, what comes after is read once it has ended.
	mostAhead = 10 * changesAtOnce
)

// follow reads all changes that can be seen and were not read before.
func (p *Pool) follow(ctx context.Context) error {
	settled, _, err := p.store.Frontier(ctx)
	if err != nil {
		return err
	}
	for at := p.cursor; len(p.ahead) < mostAhead || at.XID < settled; {
		changes, err := p.store.Seen(ctx, at, changesAtOnce)
		if err == nil {
			err = p.take(ctx, changes, settled)
		}
		if err != nil {
			return err
		}
		if len(changes) < changesAtOnce {
			p.behind = false
			return nil
		}
		at = changes[len(changes)-1].Cursor
	}
	if !p.behind { // once an outage, not twice a second
		slog.Warn("pool: a transaction has been open for so long that changes wait for its end", "read", len(p.ahead))
	}
	p.behind = true
	return nil
}

// take in some changes, and move the cursor past those that are settled.
func (p *Pool) take(ctx context.Context, changes []store.Change, settled uint64) error {
	var ids []market.ID
	for _, c := range changes {
		if !p.ahead[c.Cursor] {
			ids = append(ids, c.ListingID)
		}
	}
	slices.Sort(ids)
	if err := p.load(ctx, slices.Compact(ids)); err != nil {
		return err
	}
	for _, c := range changes {
		if p.ahead[c.Cursor] = true; c.XID < settled {
			p.cursor = c.Cursor
			delete(p.ahead, c.Cursor)
		}
	}
	return nil
}

// KeepChanges is how long changes are kept for followers at least. A pool that was cut off for half of that starts anew.
const KeepChanges = 2 * time.Hour

// sayEvery is how often a build that takes long says how far it is.
const sayEvery = 5 * time.Second

// build fills a fresh index beside the one in use, and swaps.
func (p *Pool) build(ctx context.Context) error {
	edge, err := p.store.Edge(ctx)
	if err != nil {
		return err
	}
	fresh, began, said, read := matching.New(matching.Options{}), time.Now(), time.Now(), 0
	err = p.store.EachOpen(ctx, p.clock(), func(entries []market.Entry) error {
		for _, e := range entries {
			fresh.Put(e)
			if e.Meaning.Known() {
				read++
			}
		}
		if time.Since(said) > sayEvery {
			said = time.Now()
			slog.Info("pool: building", "listings", fresh.Len())
		}
		return nil
	})
	if err != nil {
		return err
	}
	p.index.Store(fresh)
	p.cursor, p.ahead = edge, map[store.Cursor]bool{}
	p.ready.Store(true)
	slog.Info("pool: built", "listings", fresh.Len(), "read", read, "took", time.Since(began).Round(time.Millisecond))
	return nil
}

func (p *Pool) load(ctx context.Context, ids []market.ID) error {
	if len(ids) == 0 {
		return nil
	}
	entries, err := p.store.Entries(ctx, ids, p.clock())
	if err != nil {
		return err
	}
	found := map[market.ID]bool{}
	for _, e := range entries {
		if e.Listing.Life == market.Open || e.Listing.Life == market.Paused {
			found[e.Listing.ID] = true
			p.index.Load().Put(e)
		}
	}
	for _, id := range ids {
		if !found[id] {
			p.index.Load().Delete(id)
		}
	}
	return nil
}

// Preview is who could help with a listing that is not kept yet, or what it could help. A listing without a place of
// its own may say where it would be; the answer tells distances in whole kilometres as always. It never waits for a model:
// a text that was not read yet is compared by its words, and Pending says that a later answer may hold more.
func (p *Pool) Preview(ctx context.Context, v market.Viewer, l market.Listing, at *market.Place, limit int) (_ matching.Ranking, err error) {
	defer market.Wrap(&err, "Preview")
	now := p.clock()
	if err := v.MustPost(l.GroupID); err != nil {
		return matching.Ranking{}, err
	}
	if !p.Ready() && p.Search == nil {
		return matching.Ranking{}, market.ErrUnavailable
	}
	tidy(&l)
	open(&l, now)
	if l.PlaceID != "" {
		place, err := p.store.Place(ctx, v, l.PlaceID)
		if errors.Is(err, market.ErrNotFound) || (err == nil && place.GroupID != l.GroupID) {
			err = market.Refuse("place", "place_missing")
		}
		if err != nil {
			return matching.Ranking{}, err
		}
	}
	e, err := p.store.DraftEntry(ctx, l, now)
	if err != nil {
		return matching.Ranking{}, err
	}
	e.Meaning, _ = p.Meanings.Soon(l)
	if l.PlaceID == "" && at != nil {
		e.Point, e.Outcode, e.Borough, e.Region = at.Exact, at.Outcode, at.Borough, at.Region
	}
	if !p.Ready() {
		return p.rankFound(ctx, v, e, now, limit)
	}
	return p.Rank(e, now, limit), nil
}

// Pending reports whether a listing that was previewed is being read by the model.
func (p *Pool) Pending(l market.Listing) bool {
	_, pending := p.Meant(l)
	return pending
}

// Meant reports whether a preview asked for now compares what the listing means, or whether that is still being read; neither
// where there is no model, or too many texts wait.
func (p *Pool) Meant(l market.Listing) (known, pending bool) {
	tidy(&l)
	read, pending := p.Meanings.Soon(l)
	return read.Known(), pending
}
