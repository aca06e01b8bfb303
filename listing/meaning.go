package listing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"wherewithal/market"
	"wherewithal/matching/meaning"
	"wherewithal/store"
)

// Reader reads what a text means; *meaning.Reader is one. It keeps a core busy meanwhile.
type Reader interface {
	Read(l market.Listing) market.Meaning
}

// Meanings reads what listings mean, each text once: at most one at a time on each core, and of those that wait no more
// than mostWaiting. The model is opened when it is first needed. Where it is missing all listings stay unread, which is
// said once, and the engine compares words. Safe for concurrent use; nil reads nothing.
type Meanings struct {
	store *store.Store
	open  func() (Reader, error) // once; nil: there is no model
	cores chan struct{}
	said  sync.Once // why it cannot be opened

	missing string // the file of the model that is not there

	mu      sync.Mutex
	texts   map[[32]byte]*text // read lately, or being read
	order   [][32]byte         // of texts, the oldest first
	waiting int                // texts that are not read yet
	broken  map[[32]byte]*text // at which the reader broke: not tried again by this process
}

// text that is read once for all who ask.
type text struct {
	done    chan struct{} // closed when it is read
	meaning market.Meaning
	broken  bool // the reader broke at it
}

// errUnreadable is a text at which the reader breaks.
var errUnreadable = fmt.Errorf("%w: the reader breaks at this text", market.ErrUnavailable)

const (
	mostWaiting = 64   // texts: a few seconds of one core
	mostAsked   = 8    // texts that may wait before a question does: an answer has no time for more
	remembered  = 1000 // texts, some 1 MB
)

// NewMeanings reads by the model in a folder.
func NewMeanings(s *store.Store, model fs.FS) *Meanings {
	for _, file := range meaning.Files {
		if _, err := fs.Stat(model, file); err != nil {
			m := NewMeaningsBy(s, nil)
			m.missing = file
			return m
		}
	}
	return NewMeaningsBy(s, func() (Reader, error) { return meaning.Open(model) })
}

// NewMeaningsBy reads by what open makes, which is called once, when the first text comes; nil: there is no model.
func NewMeaningsBy(s *store.Store, open func() (Reader, error)) *Meanings {
	m := &Meanings{store: s, cores: make(chan struct{}, max(1, runtime.GOMAXPROCS(0))),
		texts: map[[32]byte]*text{}, broken: map[[32]byte]*text{}}
	if open != nil {
		m.open = sync.OnceValues(open)
	}
	return m
}

// Able reports whether there is a model to read by.
func (m *Meanings) Able() bool {
	if m != nil && m.missing != "" { // said when it is first wanted: a program that ends at once has better things to say
		m.said.Do(func() {
			slog.Warn("texts are compared by their words alone: the model is missing. `make model` fetches it, MODEL_DIR says where it lies", "missing", m.missing)
		})
	}
	return m != nil && m.open != nil
}

// Of is what a listing means. It waits for the reading; market.ErrUnavailable when too many wait, or there is no model.
func (m *Meanings) Of(ctx context.Context, l market.Listing) (market.Meaning, error) {
	return m.wait(ctx, l, mostWaiting)
}

// Question is what the words of a search mean, as Of. Whoever cannot wait for it finds it read the next time.
func (m *Meanings) Question(ctx context.Context, text string) (market.Meaning, error) {
	return m.wait(ctx, market.Listing{Title: text}, mostAsked)
}

func (m *Meanings) wait(ctx context.Context, l market.Listing, most int) (market.Meaning, error) {
	t := m.begin(l, most)
	if t == nil {
		return market.Meaning{}, market.ErrUnavailable
	}
	select {
	case <-t.done:
	case <-ctx.Done():
		return market.Meaning{}, ctx.Err()
	}
	if t.broken {
		return t.meaning, errUnreadable
	}
	if !t.meaning.Known() {
		return t.meaning, market.ErrUnavailable
	}
	return t.meaning, nil
}

// Soon is what a listing means if that is known, without waiting. If not, reading has begun, and asking again is worth
// while when pending.
func (m *Meanings) Soon(l market.Listing) (_ market.Meaning, pending bool) {
	t := m.begin(l, mostWaiting)
	if t == nil {
		return market.Meaning{}, false
	}
	select {
	case <-t.done:
		return t.meaning, false
	default:
		return market.Meaning{}, true
	}
}

// begin to read a text, unless it is read or being read; nil when so many wait already.
func (m *Meanings) begin(l market.Listing, most int) *text {
	if !m.Able() {
		return nil
	}
	digest := l.TextDigest()
	m.mu.Lock()
	defer m.mu.Unlock()
	if t := cmp.Or(m.texts[digest], m.broken[digest]); t != nil {
		return t
	}
	if m.waiting >= most {
		return nil
	}
	t := &text{done: make(chan struct{})}
	m.waiting++
	m.texts[digest], m.order = t, append(m.order, digest)
	if len(m.order) > remembered {
		delete(m.texts, m.order[0])
		m.order = m.order[1:]
	}
	go m.read(t, l)
	return t
}

func (m *Meanings) read(t *text, l market.Listing) {
	m.cores <- struct{}{}
	defer func() {
		fault := recover() // one text must not stop the process
		<-m.cores
		m.mu.Lock()
		m.waiting--
		if fault != nil {
			t.broken, m.broken[l.TextDigest()] = true, t
		}
		m.mu.Unlock()
		if fault != nil { // its words may quote the text
			slog.Error("meaning: the reader broke at a text, which stays unread", "listing", l.ID, "fault", fmt.Sprintf("%T", fault), "stack", string(debug.Stack()))
		}
		close(t.done)
	}()
	reader, err := m.open()
	if err != nil {
		m.said.Do(func() {
			slog.Error("texts are compared by their words alone: the model cannot be opened", "error", err)
		})
		return
	}
	t.meaning = reader.Read(l)
}

// Keep reads a listing's text and keeps what it means, unless that is known; for the job. Safe to repeat. A listing that
// is gone or cannot be read, and a missing model, are no faults: the sweep comes back when there is one.
func (m *Meanings) Keep(ctx context.Context, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Keep(%s)", id)
	if !m.Able() {
		return nil
	}
	entries, err := m.store.Entries(ctx, []market.ID{id}, now)
	if err != nil || len(entries) == 0 {
		return err
	}
	if _, err = m.complete(ctx, entries[0], now); errors.Is(err, errUnreadable) {
		return nil
	}
	return err
}

// patience is how long a job that needs a meaning waits for it; then words must do.
const patience = 10 * time.Second

// Complete is the entry with its meaning, read and kept now if it was not. When it cannot be read in time the entry stays
// as it is: the words are compared, and the job that reads it will come.
func (m *Meanings) Complete(ctx context.Context, e market.Entry, now time.Time) market.Entry {
	waits, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	read, err := m.complete(waits, e, now)
	if err != nil && ctx.Err() == nil && !errors.Is(err, market.ErrNotFound) {
		slog.Warn("meaning: going on with words", "listing", e.Listing.ID, "error", err)
	}
	return read
}

func (m *Meanings) complete(ctx context.Context, e market.Entry, now time.Time) (market.Entry, error) {
	if !m.Able() || e.Meaning.Known() && e.Meaning.Model == meaning.Model {
		return e, nil
	}
	read, err := m.Of(ctx, e.Listing)
	if err != nil {
		return e, err
	}
	if err := m.store.KeepMeaning(ctx, e.Listing, read, now); err != nil {
		return e, err
	}
	e.Meaning = read
	return e, nil
}

// sweepBatch bounds what one sweep has read: some two minutes of one core.
const sweepBatch = 2000

// Sweep has all open listings read that never were, or by another model. Safe to repeat.
func (m *Meanings) Sweep(ctx context.Context) (err error) {
	defer market.Wrap(&err, "Sweep")
	if !m.Able() {
		return nil
	}
	ids, err := m.store.Unread(ctx, meaning.Model, sweepBatch)
	if err != nil || len(ids) == 0 {
		return err
	}
	jobs := make([]market.Job, len(ids))
	for i, id := range ids {
		jobs[i] = market.Job{Kind: market.VectorJob, Subject: id}
	}
	slog.Info("meaning: listings to be read", "listings", len(ids))
	return m.store.InTx(ctx, func(tx *store.Tx) error { return tx.Enqueue(ctx, time.Now(), jobs...) })
}
