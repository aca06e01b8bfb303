package alert

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/search/reverse"
	"wherewithal/store"
)

// Copy is this process's copy of the saved searches that want alerts, upside down: built from Postgres and following its
// changes. It can be thrown away and rebuilt at any time, while it is asked. Safe for concurrent use.
type Copy struct {
	store *store.Store
	held  atomic.Pointer[held]

	mu       sync.Mutex // one follower at a time
	cursor   store.Cursor
	followed time.Time // machine time at which it last was up to date
}

// held is what is swapped when a copy is built anew.
type held struct {
	index *reverse.Index
	mu    sync.RWMutex
	owner map[market.ID]market.ID // of a search
}

// NewCopy makes an empty copy; the first CatchUp fills it.
func NewCopy(s *store.Store) *Copy { return &Copy{store: s} }

// followEvery is how often a copy follows that nobody asks: often enough not to start anew. Whoever looks a listing up asks for
// the changes itself, by CatchUp.
const followEvery = 10 * time.Second

// Run builds the copy and follows the changes until ctx ends. While Postgres is away it keeps what it has and tries again.
func (c *Copy) Run(ctx context.Context) error {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for lost := false; ; {
		err := c.CatchUp(ctx)
		if err != nil && !lost && ctx.Err() == nil { // once an outage
			slog.Warn("saved searches: not following", "error", err)
		}
		lost = err != nil
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Len is how many searches it holds.
func (c *Copy) Len() int {
	if h := c.held.Load(); h != nil {
		return h.index.Len()
	}
	return 0
}

// KeepChanges is how long changes are kept for followers. A copy that was cut off for half of that starts anew.
const KeepChanges = 2 * time.Hour

// CatchUp brings the copy up to every change that was committed before the call, those among them that were made beside a
// transaction which is still open: they are read again later. The first call builds the copy.
func (c *Copy) CatchUp(ctx context.Context) (err error) {
	defer market.Wrap(&err, "CatchUp")
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held.Load() == nil || time.Since(c.followed) > KeepChanges/2 {
		if err := c.build(ctx); err != nil {
			return err
		}
	}
	settled, _, err := c.store.Frontier(ctx)
	if err != nil {
		return err
	}
	if c.cursor, err = c.read(ctx, c.cursor, settled); err == nil {
		_, err = c.read(ctx, c.cursor, 0)
	}
	if err == nil {
		c.followed = time.Now()
	}
	return err
}

// changesAtOnce bounds one reading of changes.
const changesAtOnce = 1000

// read takes in the changes after a cursor, up to a transaction or all of them, and says how far it came.
func (c *Copy) read(ctx context.Context, from store.Cursor, before uint64) (store.Cursor, error) {
	for {
		ids, next, err := c.store.SearchChanges(ctx, from, before, changesAtOnce)
		if err != nil || len(ids) == 0 {
			return from, err
		}
		live, err := c.store.LiveSearches(ctx, ids)
		if err != nil {
			return from, err
		}
		own, err := c.words(ctx, live)
		if err != nil {
			return from, err
		}
		c.held.Load().take(ids, live, own)
		from = next
	}
}

// ownWords are what networks call things, by the network.
type ownWords map[market.ID][]market.NetworkWord

// words of the networks that some searches name. When they change, so have the searches.
func (c *Copy) words(ctx context.Context, searches []market.SavedSearch) (ownWords, error) {
	var networks []market.ID
	for _, s := range searches {
		networks = append(networks, s.Question.Networks...)
	}
	own := ownWords{}
	if len(networks) == 0 {
		return own, nil
	}
	slices.Sort(networks)
	all, err := c.store.NetworkWords(ctx, slices.Compact(networks)...)
	for _, w := range all {
		own[w.NetworkID] = append(own[w.NetworkID], w)
	}
	return own, err
}

// of the networks that a question names.
func (o ownWords) of(q market.Question) (words []market.NetworkWord) {
	for _, network := range q.Networks {
		words = append(words, o[network]...)
	}
	return words
}

// take puts in those of the ids that are live, and takes out the others.
func (h *held) take(ids []market.ID, live []market.SavedSearch, own ownWords) {
	gone := map[market.ID]bool{}
	for _, id := range ids {
		gone[id] = true
	}
	for _, s := range live {
		delete(gone, s.ID)
		h.mu.Lock()
		h.owner[s.ID] = s.PersonID
		h.mu.Unlock()
		h.index.Put(s.ID, search.StandSaved(s.Question, own.of(s.Question)))
	}
	for id := range gone {
		h.index.Delete(id)
	}
	h.mu.Lock()
	maps.DeleteFunc(h.owner, func(id, _ market.ID) bool { return gone[id] })
	h.mu.Unlock()
}

// build fills a fresh copy beside the one in use, and swaps.
func (c *Copy) build(ctx context.Context) error {
	edge, err := c.store.Edge(ctx)
	if err != nil {
		return err
	}
	fresh, began := &held{index: reverse.New(), owner: map[market.ID]market.ID{}}, time.Now()
	err = c.store.EachLiveSearch(ctx, func(batch []market.SavedSearch) error {
		own, err := c.words(ctx, batch)
		if err == nil {
			fresh.take(nil, batch, own)
		}
		return err
	})
	if err != nil {
		return err
	}
	c.held.Store(fresh)
	c.cursor = edge
	slog.Info("saved searches: built", "searches", fresh.index.Len(), "took", time.Since(began).Round(time.Millisecond))
	return nil
}

// match are the searches that find a listing, by their owners.
func (c *Copy) match(listing *search.Candidate) map[market.ID][]market.ID {
	h := c.held.Load()
	by := map[market.ID][]market.ID{}
	found := h.index.Match(listing)
	slices.Sort(found)
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, id := range found {
		if owner, there := h.owner[id]; there {
			by[owner] = append(by[owner], id)
		}
	}
	return by
}
