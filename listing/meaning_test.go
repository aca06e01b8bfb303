package listing_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/matching/meaning"
	"wherewithal/photo"
	"wherewithal/search"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

var noon = time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC)

// counter reads every text as the same thing, and counts.
type counter struct {
	reads atomic.Int64
	hold  chan struct{} // nil: reads at once
}

func (c *counter) Read(market.Listing) market.Meaning {
	c.reads.Add(1)
	if c.hold != nil {
		<-c.hold
	}
	v := make([]byte, market.VectorBytes)
	v[0] = 127
	return market.Meaning{Model: meaning.Model, Vectors: v, Things: []uint32{meaning.First | 7}}
}

func (c *counter) open() (listing.Reader, error) { return c, nil }

// helper is a group that posts online skills, so that it needs no place.
type helper struct {
	t        *testing.T
	store    *store.Store
	listings *listing.Listings
	viewer   market.Viewer
	group    market.ID
}

func newHelper(t *testing.T, s *store.Store, address string) *helper {
	h := &helper{t: t, store: s, listings: listing.New(s, photo.NewDarkroom()), group: market.NewID()}
	ctx, person := t.Context(), market.Person{}
	h.must(s.InTx(ctx, func(tx *store.Tx) (err error) {
		if err := tx.AddGroup(ctx, market.Group{ID: h.group, Name: address, LegalForm: market.Informal, CreatedAt: noon}); err != nil {
			return err
		}
		if person, err = tx.Welcome(ctx, address, noon); err != nil {
			return err
		}
		return tx.Join(ctx, market.Membership{ID: market.NewID(), GroupID: h.group, PersonID: person.ID, Role: market.Owner, Since: noon})
	}))
	v, err := s.ViewerFor(ctx, person, noon)
	h.must(err)
	h.viewer = v
	return h
}

func (h *helper) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *helper) skill(side market.Side, title string) market.Listing {
	return market.Listing{GroupID: h.group, Side: side, Kind: market.Skill, Title: title, Quantity: 1, Where: market.Online,
		Circle: market.Anyone, Terms: market.Terms{Kind: market.Gift}, Facts: market.Facts{}}
}

func (h *helper) post(side market.Side, title string) market.Listing {
	h.t.Helper()
	l, err := h.listings.Publish(h.t.Context(), h.viewer, h.skill(side, title), market.OnceOnly{ID: string(market.NewID())}, noon)
	h.must(err)
	return l
}

func (h *helper) entry(id market.ID) market.Entry {
	h.t.Helper()
	entries, err := h.store.Entries(h.t.Context(), []market.ID{id}, noon)
	h.must(err)
	if len(entries) != 1 {
		h.t.Fatalf("%d entries", len(entries))
	}
	return entries[0]
}

// vectorJobs about a listing that were written.
func (h *helper) vectorJobs(id market.ID) (n int) {
	h.t.Helper()
	h.must(h.store.Pool().QueryRow(h.t.Context(), `select count(*) from outbox where kind = 'vector' and subject = $1`, id).Scan(&n))
	return n
}

func TestATextIsReadOnceAndAgainWhenItChanges(t *testing.T) {
	h, c := newHelper(t, storetest.Open(t), "a@hall.example"), &counter{}
	m := listing.NewMeaningsBy(h.store, c.open)
	l := h.post(market.Offer, "Ledgers")
	if n := h.vectorJobs(l.ID); n != 1 {
		t.Errorf("posting wrote %d jobs", n)
	}
	for range 2 {
		h.must(m.Keep(t.Context(), l.ID, noon))
	}
	if e := h.entry(l.ID); c.reads.Load() != 1 || !e.Meaning.Known() || len(e.Meaning.Things) != 1 {
		t.Errorf("read %d times: %+v", c.reads.Load(), e.Meaning)
	}
	l.Quantity = 2
	h.must(h.listings.Edit(t.Context(), h.viewer, l, string(market.NewID()), noon))
	if e := h.entry(l.ID); h.vectorJobs(l.ID) != 1 || !e.Meaning.Known() {
		t.Error("what was read is forgotten, though the text stands")
	}
	l = h.entry(l.ID).Listing
	l.Description = "Up to the last penny."
	h.must(h.listings.Edit(t.Context(), h.viewer, l, string(market.NewID()), noon))
	if e := h.entry(l.ID); h.vectorJobs(l.ID) != 2 || e.Meaning.Known() {
		t.Error("what was read of another text still counts")
	}
	h.must(m.Keep(t.Context(), l.ID, noon))
	if e := h.entry(l.ID); c.reads.Load() != 2 || !e.Meaning.Known() {
		t.Errorf("the new text was read %d times", c.reads.Load()-1)
	}
}

// shelf is an index that keeps the last document of all, and does something in the midst of the first writing.
type shelf struct {
	listing.Engine
	last  search.Document
	meets func()
}

func (s *shelf) Put(_ context.Context, docs []search.Document) error {
	if meets := s.meets; meets != nil {
		s.meets = nil
		meets()
	}
	s.last = docs[0]
	return nil
}

// TestAJobThatLoadedTheTextUnreadUndoesNoReading that came to another worker while it wrote, though the version is the same.
func TestAJobThatLoadedTheTextUnreadUndoesNoReading(t *testing.T) {
	h := newHelper(t, storetest.Open(t), "a@hall.example")
	m, l := listing.NewMeaningsBy(h.store, (&counter{}).open), h.post(market.Offer, "Ledgers")
	index := &shelf{}
	jobs := listing.NewIndexer(h.store, index)
	index.meets = func() {
		h.must(m.Keep(t.Context(), l.ID, noon))
		h.must(listing.NewIndexer(h.store, index).Index(t.Context(), l.ID, noon))
	}
	h.must(jobs.Index(t.Context(), l.ID, noon))
	if !index.last.Meaning.Known() || index.last.Version != h.entry(l.ID).Listing.Version {
		t.Errorf("the index has %d of version %d", len(index.last.Meaning.Vectors), index.last.Version)
	}
}

func TestWhatWasReadIsIndexedByAJobOfItsOwn(t *testing.T) {
	h := newHelper(t, storetest.Open(t), "a@hall.example")
	id := h.post(market.Offer, "Ledgers").ID
	waiting := func() (n int) {
		h.must(h.store.Pool().QueryRow(t.Context(), `select count(*) from outbox where kind = 'index' and subject = $1`, id).Scan(&n))
		return n
	}
	before, jobs := waiting(), listing.NewIndexer(h.store, &shelf{})
	h.must(jobs.Later(t.Context(), id))
	h.must(jobs.Later(t.Context(), id))
	if got := waiting() - before; got != 2 {
		t.Errorf("%d jobs, want one each time", got)
	}
}

func TestWhatWasReadGoesWithTheListing(t *testing.T) {
	h := newHelper(t, storetest.Open(t), "a@hall.example")
	m := listing.NewMeaningsBy(h.store, (&counter{}).open)
	l := h.post(market.Offer, "Ledgers")
	h.must(m.Keep(t.Context(), l.ID, noon))
	_, err := h.store.Pool().Exec(t.Context(), `delete from listings where id = $1`, l.ID)
	h.must(err)
	var n int
	h.must(h.store.Pool().QueryRow(t.Context(), `select count(*) from meanings`).Scan(&n))
	if n != 0 {
		t.Errorf("%d readings are left", n)
	}
	h.must(m.Keep(t.Context(), l.ID, noon)) // a job that comes too late
	if err := h.store.KeepMeaning(t.Context(), l, market.Meaning{}, noon); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("kept for a listing that is gone: %v", err)
	}
}

// TestAReadingThatComesAfterAnEditIsNotKept, and the sweep finds the listing though the job of the edit is lost.
func TestAReadingThatComesAfterAnEditIsNotKept(t *testing.T) {
	h, c := newHelper(t, storetest.Open(t), "a@hall.example"), &counter{}
	m := listing.NewMeaningsBy(h.store, c.open)
	was := h.post(market.Offer, "Ledgers")
	h.must(m.Keep(t.Context(), was.ID, noon))
	l := h.entry(was.ID).Listing
	l.Title = "Sums"
	h.must(h.listings.Edit(t.Context(), h.viewer, l, string(market.NewID()), noon))
	_, err := h.store.Pool().Exec(t.Context(), `update outbox set state = 'failed', ended_at = now()`)
	h.must(err)
	unread := func() int {
		ids, err := h.store.Unread(t.Context(), meaning.Model, 10)
		h.must(err)
		return len(ids)
	}
	if n := unread(); n != 1 {
		t.Errorf("after the edit %d listings are unread, want 1", n)
	}
	h.must(h.store.KeepMeaning(t.Context(), was, c.Read(was), noon)) // by a slow worker
	if n := unread(); n != 1 {
		t.Errorf("after a reading of the old text %d listings are unread, want 1", n)
	}
	h.must(m.Keep(t.Context(), was.ID, noon))
	h.must(h.store.KeepMeaning(t.Context(), was, c.Read(was), noon))
	if e := h.entry(was.ID); !e.Meaning.Known() || unread() != 0 {
		t.Error("the reading of the new text is gone")
	}
}

func TestAnotherModelReadsEverythingAnew(t *testing.T) {
	h, c := newHelper(t, storetest.Open(t), "a@hall.example"), &counter{}
	m := listing.NewMeaningsBy(h.store, c.open)
	never, old := h.post(market.Offer, "Ledgers"), h.post(market.Offer, "Sums")
	read := c.Read(old)
	read.Model = "an older one"
	h.must(h.store.KeepMeaning(t.Context(), old, read, noon))
	done := func() {
		_, err := h.store.Pool().Exec(t.Context(), `update outbox set state = 'done', ended_at = now()`)
		h.must(err)
	}
	h.must(m.Sweep(t.Context()))
	if a, b := h.vectorJobs(never.ID), h.vectorJobs(old.ID); a != 1 || b != 1 {
		t.Errorf("swept while their jobs wait: %d and %d jobs", a, b)
	}
	done()
	for range 2 {
		h.must(m.Sweep(t.Context()))
	}
	if a, b := h.vectorJobs(never.ID), h.vectorJobs(old.ID); a != 2 || b != 2 {
		t.Errorf("swept twice: %d and %d jobs, want one more each", a, b)
	}
	for _, l := range []market.Listing{never, old} {
		h.must(m.Keep(t.Context(), l.ID, noon))
	}
	done()
	h.must(m.Sweep(t.Context()))
	if e := h.entry(old.ID); e.Meaning.Model != meaning.Model || h.vectorJobs(old.ID) != 2 {
		t.Errorf("%q, %d jobs", e.Meaning.Model, h.vectorJobs(old.ID))
	}
}

// TestAPreviewAnswersOnWordsAndBetterWhenTheTextIsRead, and never waits.
func TestAPreviewAnswersOnWordsAndBetterWhenTheTextIsRead(t *testing.T) {
	s := storetest.Open(t)
	giver, taker := newHelper(t, s, "a@hall.example"), newHelper(t, s, "b@choir.example")
	offer := giver.post(market.Offer, "Ledgers")
	giver.must(listing.NewMeaningsBy(s, (&counter{}).open).Keep(t.Context(), offer.ID, noon))
	c := &counter{hold: make(chan struct{})}
	pool := listing.NewPool(s, func() time.Time { return noon })
	pool.Meanings = listing.NewMeaningsBy(s, c.open)
	giver.must(pool.CatchUp(t.Context()))
	need := taker.skill(market.Need, "Sums")
	ask := func() int {
		r, err := pool.Preview(t.Context(), taker.viewer, need, nil, 5)
		taker.must(err)
		return len(r.Matches)
	}
	if n := ask(); n != 0 || !pool.Pending(need) {
		t.Errorf("before it is read: %d matches, pending %v", n, pool.Pending(need))
	}
	close(c.hold)
	_, err := pool.Meanings.Of(t.Context(), need)
	taker.must(err)
	if n := ask(); n != 1 || pool.Pending(need) || c.reads.Load() != 1 {
		t.Errorf("when it is read: %d matches, pending %v, read %d times", n, pool.Pending(need), c.reads.Load())
	}
}

func TestThePoolTakesAMeaningWhenItComes(t *testing.T) {
	s := storetest.Open(t)
	giver, taker := newHelper(t, s, "a@hall.example"), newHelper(t, s, "b@choir.example")
	offer, need := giver.post(market.Offer, "Ledgers"), taker.post(market.Need, "Sums")
	pools := []*listing.Pool{listing.NewPool(s, time.Now), listing.NewPool(s, time.Now)} // of two workers
	m := listing.NewMeaningsBy(s, (&counter{}).open)
	found := func(p *listing.Pool) int {
		giver.must(p.CatchUp(t.Context()))
		return len(ranked(t, p, m.Complete(t.Context(), taker.entry(need.ID), noon)))
	}
	for _, p := range pools {
		if n := found(p); n != 0 {
			t.Errorf("%d found by words that share nothing", n)
		}
	}
	giver.must(m.Keep(t.Context(), offer.ID, noon))
	for _, p := range pools {
		if n := found(p); n != 1 {
			t.Errorf("%d found when the offer was read", n)
		}
	}
}

func TestOnlySoManyTextsWait(t *testing.T) {
	c := &counter{hold: make(chan struct{})}
	m := listing.NewMeaningsBy(nil, c.open)
	text := func(i int) market.Listing { return market.Listing{Title: fmt.Sprint("text ", i)} }
	took := 0
	for i := range 1000 {
		if _, pending := m.Soon(text(i)); pending {
			took++
		}
	}
	if took < 10 || took > 100 {
		t.Errorf("%d texts wait", took)
	}
	if _, err := m.Of(t.Context(), text(2000)); !errors.Is(err, market.ErrUnavailable) {
		t.Errorf("one more is not refused: %v", err)
	}
	if _, err := m.Question(t.Context(), "text 2000"); !errors.Is(err, market.ErrUnavailable) {
		t.Errorf("a question waits behind all of them: %v", err)
	}
	brief, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Of(brief, text(0)); !errors.Is(err, context.Canceled) {
		t.Errorf("whoever cannot wait: %v", err)
	}
	close(c.hold)
	if read, err := m.Question(t.Context(), "text 0"); err != nil || !read.Known() { // it was read already, or is now
		t.Errorf("a question that was read: %v", err)
	}
	for i := range took {
		if _, err := m.Of(t.Context(), text(i)); err != nil {
			t.Fatal(err)
		}
	}
	if n := c.reads.Load(); n != int64(took) {
		t.Errorf("%d readings of %d texts", n, took)
	}
}

// breaking is a reader that breaks at one title, with the text in what it says.
type breaking struct{ counter }

func (b *breaking) Read(l market.Listing) market.Meaning {
	read := b.counter.Read(l)
	if l.Title == "Ledgers" {
		panic("cannot read " + l.Title)
	}
	return read
}

// TestOneTextAtWhichTheReaderBreaksStopsNothing: it is said once, without the text, and not tried again.
func TestOneTextAtWhichTheReaderBreaksStopsNothing(t *testing.T) {
	var said bytes.Buffer
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&said, nil)))
	defer slog.SetDefault(was)
	h, b := newHelper(t, storetest.Open(t), "a@hall.example"), &breaking{}
	m := listing.NewMeaningsBy(h.store, func() (listing.Reader, error) { return b, nil })
	bad, good := h.post(market.Offer, "Ledgers"), h.post(market.Offer, "Sums")
	for range 2 {
		h.must(m.Keep(t.Context(), bad.ID, noon)) // a job that failed would be repeated
	}
	for i := range 1100 { // more than are remembered
		_, _ = m.Of(t.Context(), market.Listing{Title: fmt.Sprint("text ", i)})
	}
	before := b.reads.Load()
	if _, err := m.Of(t.Context(), bad); !errors.Is(err, market.ErrUnavailable) || b.reads.Load() != before {
		t.Errorf("tried again: %v", err)
	}
	h.must(m.Keep(t.Context(), good.ID, noon))
	if h.entry(bad.ID).Meaning.Known() || !h.entry(good.ID).Meaning.Known() {
		t.Error("the text that cannot be read is known, or the other is not")
	}
	if log := said.String(); strings.Count(log, "level=ERROR") != 1 || !strings.Contains(log, string(bad.ID)) || strings.Contains(log, "Ledgers") {
		t.Errorf("logged %q", log)
	}
}

func TestWithoutAModelEverythingGoesOn(t *testing.T) {
	h := newHelper(t, storetest.Open(t), "a@hall.example")
	l := h.post(market.Offer, "Ledgers")
	broken := listing.NewMeaningsBy(h.store, func() (listing.Reader, error) { return nil, errors.New("not whole") })
	for _, m := range []*listing.Meanings{nil, listing.NewMeanings(h.store, fstest.MapFS{}), broken} {
		if m.Able() != (m == broken) {
			t.Error("able")
		}
		if _, err := m.Of(t.Context(), l); !errors.Is(err, market.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
		if e := m.Complete(t.Context(), h.entry(l.ID), noon); e.Meaning.Known() {
			t.Error("read without a model")
		}
		if m != broken {
			h.must(m.Keep(t.Context(), l.ID, noon))
			h.must(m.Sweep(t.Context()))
		}
	}
}
