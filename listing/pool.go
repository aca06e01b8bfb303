package listing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/store"
)

// Pool is this process's copy of the engine's index: built from Postgres when Run starts, then following its changes.
// It can be thrown away and rebuilt at any time. Safe for concurrent use.
type Pool struct {
	Meanings *Meanings // reads what it is asked about; nil: words alone. Set before use
	Search   Finder    // candidates while there is no index; nil: none, and whoever catches up first builds it. Set before use
	Most     int       // listings that the index may hold, open and paused; 0: any number. Set before use

	store    *store.Store
	clock    func() time.Time
	index    atomic.Pointer[matching.Index] // nil: there is none
	over     atomic.Bool                    // there is none because it would hold too much
	patience time.Duration                  // for the first build

	turn     *semaphore.Weighted // one follower at a time
	counted  time.Time           // machine time at which there was last found to be too much
	cursor   store.Cursor
	ahead    map[store.Cursor]bool // behind the cursor, and read already
	behind   bool                  // changes wait for the end of a transaction
	began    time.Time             // machine time at which the last reading began that came to its end
	followed time.Time             // and at which it ended
}

// NewPool makes an empty pool; Run fills it.
func NewPool(s *store.Store, clock func() time.Time) *Pool {
	return &Pool{store: s, clock: clock, patience: buildPatience, turn: semaphore.NewWeighted(1)}
}

var (
	errUnbuilt = fmt.Errorf("not built yet: %w", market.ErrUnavailable)
	errOver    = fmt.Errorf("%w: %w", market.ErrOverBound, market.ErrUnavailable)
)

// Ready is nil when the pool has an index. market.ErrUnavailable: it is not built yet, or, with market.ErrOverBound, it may not hold what
// is open.
func (p *Pool) Ready() error {
	switch {
	case p.index.Load() != nil:
		return nil
	case p.over.Load():
		return errOver
	}
	return errUnbuilt
}

// Rank ranks the open listings against one, see matching.Index.Rank: those of the index, or, while there is none, those that a search
// finds. Errors: as Ready, when there is neither; those of the search.
func (p *Pool) Rank(ctx context.Context, subject market.Entry, now time.Time, limit int) (_ matching.Ranking, err error) {
	defer market.Wrap(&err, "Rank(%s)", subject.Listing.ID)
	if index := p.index.Load(); index != nil {
		return index.Rank(subject, now, limit), nil
	}
	if p.Search == nil {
		return matching.Ranking{}, p.Ready()
	}
	return p.rankFound(ctx, subject, now, limit)
}

// Complete is an entry with what its text means, read now if it was not; see Meanings.Complete.
func (p *Pool) Complete(ctx context.Context, e market.Entry, now time.Time) market.Entry {
	return p.Meanings.Complete(ctx, e, now)
}

// followEvery is how often a pool looks for changes; a job asks for them itself, by CatchUp.
const followEvery = 500 * time.Millisecond

// Run builds the pool and follows the changes until ctx ends. While Postgres is away it keeps what it has and tries
// again. While more is open than the pool may hold it looks now and then whether that has changed.
func (p *Pool) Run(ctx context.Context) error {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for lost := false; ; {
		err := p.Refresh(ctx)
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

// buildPatience is how long a caller waits for a pool that is being built: few have so many listings that it takes longer.
const buildPatience = 5 * time.Second

// CatchUp brings the pool up to every change that was committed before the call, those among them that were made beside a
// transaction which is still open: what is settled by then is read from the cursor, which never passes such a transaction. (Where
// one stays open while more than mostAhead changes, what comes after waits for its end.) Whoever calls while another reads shares the
// reading after that. While there is no index it waits a little for one that is being built, and else has nothing to do: Rank goes by
// what a search finds. market.ErrUnavailable: it was cut off for so long that it must be built anew, as Run does.
func (p *Pool) CatchUp(ctx context.Context) (err error) {
	defer market.Wrap(&err, "CatchUp")
	called, wait := time.Now(), ctx
	if p.Ready() != nil && p.Search != nil {
		short, stop := context.WithTimeout(ctx, p.patience)
		defer stop()
		wait = short
	}
	if p.turn.Acquire(wait, 1) != nil {
		return ctx.Err() // nil: it is still being built
	}
	defer p.turn.Release(1)
	switch {
	case p.began.After(called), p.Ready() != nil && p.Search != nil:
		return nil
	case p.Ready() == nil && p.cutOff() && p.Search != nil:
		return fmt.Errorf("cut off for long: %w", market.ErrUnavailable)
	}
	return p.advance(ctx)
}

// Refresh brings the pool up to every change so far. The first call builds it, and so does one after it was cut off for long. Run does
// this all the time; a program that does one thing and ends does it once. That more is open than the pool may hold is no error: Ready
// says it.
func (p *Pool) Refresh(ctx context.Context) (err error) {
	defer market.Wrap(&err, "Refresh")
	if err := p.turn.Acquire(ctx, 1); err != nil {
		return err
	}
	defer p.turn.Release(1)
	return p.advance(ctx)
}

// cutOff reports whether changes may be lost that the pool has not read.
func (p *Pool) cutOff() bool { return time.Since(p.followed) > KeepChanges/2 }

func (p *Pool) advance(ctx context.Context) (err error) {
	began := time.Now()
	switch {
	case p.Ready() == nil && !p.cutOff():
		err = p.follow(ctx)
	case p.over.Load() && time.Since(p.counted) < countEvery:
		return nil
	default:
		err = p.build(ctx)
	}
	if err != nil {
		return err
	}
	p.began, p.followed = began, time.Now()
	if index := p.index.Load(); index != nil && p.Most > 0 && index.Len() > p.Most {
		p.giveUp()
	}
	return nil
}

// countEvery is how often it is looked whether a pool that held too much may be built by now.
const countEvery = 10 * time.Minute

// giveUp lets go of the index, which would hold more than it may.
func (p *Pool) giveUp() {
	p.counted = time.Now()
	p.index.Store(nil)
	if !p.over.Swap(true) {
		slog.Warn("pool: more listings are open than INDEX_MOST_LISTINGS lets it hold, so it is not built: candidates come from a search", "most", p.Most)
	}
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

// build fills a fresh index beside the one in use, and swaps; or gives up when there is too much for it.
func (p *Pool) build(ctx context.Context) error {
	if p.Most > 0 {
		if over, err := p.store.OpenMoreThan(ctx, p.Most); err != nil || over {
			if over {
				p.giveUp()
			}
			return err
		}
	}
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
	p.over.Store(false)
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
	if p.Ready() != nil && p.Search == nil {
		return matching.Ranking{}, p.Ready()
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
	return p.Rank(ctx, e, now, limit)
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
