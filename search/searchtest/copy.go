package searchtest

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/search"
)

func putReplacesAndDeleteTakes(b *bench) {
	e := b.entry(titled("Wheelbarrow"))
	other := b.put(titled("Lawn mower"))
	b.putAll(e)
	b.finds("as first put", search.Query{Text: "wheelbarrow"}, e.Listing.ID)

	e.Listing.Title, e.Listing.Version = "Handcart", 2
	b.putAll(e)
	b.finds("the old words", search.Query{Text: "wheelbarrow"})
	b.finds("the new words", search.Query{Text: "handcart"}, e.Listing.ID)

	e.Group.Name = "Peacock Allotments" // no new version of the listing
	b.putAll(e, e)
	b.finds("the group's new name", search.Query{Text: "peacock"}, e.Listing.ID)

	for range 2 {
		if err := b.engine.Delete(b.Context(), []market.ID{e.Listing.ID, b.id()}); err != nil {
			b.Fatal(err)
		}
		b.finds("after delete", search.Query{}, other)
	}
	for _, none := range []func() error{
		func() error { return b.engine.Put(b.Context(), nil) },
		func() error { return b.engine.Delete(b.Context(), nil) },
	} {
		if err := none(); err != nil {
			b.Error(err)
		}
	}
}

func anOlderVersionNeverWins(b *bench) {
	e := b.entry(titled("Handcart"))
	e.Listing.Version = 7
	b.putAll(e)
	e.Listing.Version, e.Listing.Title = 6, "Wheelbarrow"
	b.putAll(e)
	b.finds("the newer", search.Query{Text: "handcart"}, e.Listing.ID)
	b.finds("the older", search.Query{Text: "wheelbarrow"})
}

// stream is documents as Rebuild reads them; before each one, first is called with its number.
func stream(entries []market.Entry, first func(i int)) iter.Seq2[search.Document, error] {
	return func(yield func(search.Document, error) bool) {
		for i, e := range entries {
			d := search.From(e)
			if first(i); !yield(d, nil) {
				return
			}
		}
	}
}

func (b *bench) versions() map[market.ID]int64 {
	b.Helper()
	got := map[market.ID]int64{}
	for v, err := range b.engine.Versions(b.Context()) {
		if err != nil {
			b.Fatal(err)
		}
		got[v.ID] = v.Version
	}
	return got
}

func rebuildForgetsWhatIsGone(b *bench) {
	b.put(titled("Relic"))
	stays := []market.Entry{b.entry(titled("Kiln")), b.entry(titled("Wheel"))}
	for range 2 {
		if err := b.engine.Rebuild(b.Context(), stream(stays, func(int) {})); err != nil {
			b.Fatal(err)
		}
		b.finds("after the rebuild", search.Query{}, stays[0].Listing.ID, stays[1].Listing.ID)
	}
	b.finds("in words", search.Query{Text: "kiln"}, stays[0].Listing.ID)
	b.finds("a slip for a word that is gone", search.Query{Text: "rellic"})
}

// What is put or deleted while a rebuild reads older documents is there, or gone, when it has swapped.
func rebuildLosesNoChange(b *bench) {
	var entries []market.Entry
	for range 450 {
		entries = append(entries, b.entry(titled("Easel")))
	}
	b.putAll(entries...)
	changed, deleted, reopened := entries[300], entries[310], entries[320]
	early, late, added := entries[5], entries[440], b.entry(titled("Kiln"))
	act := map[int]func(){
		0: func() { b.rename(changed, "Loom"); b.remove(deleted, reopened); b.rename(late, "Loom") },
		250: func() {
			b.putAll(added)
			b.rename(early, "Loom")
			b.rename(reopened, "Loom")
		},
		449: func() { b.remove(entries[1]) },
	}
	err := b.engine.Rebuild(b.Context(), stream(entries, func(i int) {
		if f := act[i]; f != nil {
			f()
		}
	}))
	if err != nil {
		b.Fatal(err)
	}
	want := map[market.ID]int64{added.Listing.ID: 1}
	for _, e := range entries {
		want[e.Listing.ID] = 1
	}
	delete(want, deleted.Listing.ID)
	delete(want, entries[1].Listing.ID)
	for _, e := range []market.Entry{changed, early, late, reopened} {
		want[e.Listing.ID] = 2
	}
	if diff := cmp.Diff(want, b.versions()); diff != "" {
		b.Errorf("after the rebuild (-want +got):\n%s", diff)
	}
	b.finds("what was renamed", search.Query{Text: "loom"}, changed.Listing.ID, early.Listing.ID, late.Listing.ID, reopened.Listing.ID)
}

func (b *bench) rename(e market.Entry, title string) {
	b.Helper()
	e.Listing.Title, e.Listing.Version = title, 2
	b.putAll(e)
}

func (b *bench) remove(entries ...market.Entry) {
	b.Helper()
	for _, e := range entries {
		if err := b.engine.Delete(b.Context(), []market.ID{e.Listing.ID}); err != nil {
			b.Fatal(err)
		}
	}
}

func rebuildThatFailsLeavesAll(b *bench) {
	id := b.put(titled("Kiln"))
	broken := errors.New("the truth went away")
	err := b.engine.Rebuild(b.Context(), func(yield func(search.Document, error) bool) {
		if yield(search.From(b.entry()), nil) {
			yield(search.Document{}, broken)
		}
	})
	if !errors.Is(err, broken) {
		b.Errorf("error %v", err)
	}
	b.finds("what was there", search.Query{}, id)
	b.put()
	if err := b.engine.Rebuild(b.Context(), stream(nil, func(int) {})); err != nil {
		b.Fatal(err)
	}
	b.finds("after a rebuild from nothing", search.Query{})
}

// What is asked between the steps of a rebuild is answered from what was there before.
func questionsBetweenTheSteps(b *bench) {
	var entries []market.Entry
	for range 5 {
		entries = append(entries, b.entry(titled("Easel")))
	}
	b.putAll(entries[:4]...)
	asked := 0
	err := b.engine.Rebuild(b.Context(), stream(entries, func(int) {
		asked++
		if page := b.ask(search.Query{Text: "easel"}); page.Total != 4 {
			b.Errorf("before document %d: %d found", asked, page.Total)
		}
	}))
	if err != nil || asked != 5 {
		b.Fatalf("asked %d times, %v", asked, err)
	}
	if page := b.ask(search.Query{Text: "easel"}); page.Total != 5 {
		b.Errorf("after the rebuild: %d found", page.Total)
	}
}

// Nobody who asks sees an empty or half-filled index while it is rebuilt, again and again.
func questionsDuringRebuild(b *bench) {
	var entries []market.Entry
	for range 50 {
		entries = append(entries, b.entry(titled("Easel")))
	}
	b.putAll(entries...)
	ctx, stop := context.WithCancel(b.Context())
	var asking sync.WaitGroup
	for range 3 {
		asking.Go(func() {
			for ctx.Err() == nil {
				page, err := b.engine.Query(b.Context(), market.Public, search.Query{Text: "easel", Now: now})
				if err != nil || page.Total != len(entries) {
					b.Errorf("during a rebuild: %d found, error %v", page.Total, err)
					return
				}
			}
		})
	}
	for range 5 {
		if err := b.engine.Rebuild(b.Context(), stream(entries, func(int) {})); err != nil {
			b.Error(err)
		}
	}
	stop()
	asking.Wait()
}

// truth is what the database would say.
type truth map[market.ID]market.Entry

func (tr truth) versions() iter.Seq2[search.Version, error] {
	return func(yield func(search.Version, error) bool) {
		for id, e := range tr {
			if !yield(search.Version{ID: id, Version: e.Listing.Version}, nil) {
				return
			}
		}
	}
}

func (tr truth) load(_ context.Context, ids []market.ID) ([]search.Document, error) {
	var docs []search.Document
	for _, id := range ids {
		if e, ok := tr[id]; ok {
			docs = append(docs, search.From(e))
		}
	}
	return docs, nil
}

func reconcileMendsBothWays(b *bench) {
	missing, stale, ahead, same := b.entry(), b.entry(), b.entry(), b.entry()
	left := b.put()
	b.putAll(stale, same)
	early := ahead
	early.Listing.Version = 9
	b.putAll(early)
	stale.Listing.Version, stale.Listing.Title = 4, "Kiln"
	tr := truth{missing.Listing.ID: missing, stale.Listing.ID: stale, ahead.Listing.ID: ahead, same.Listing.ID: same}

	got, err := b.engine.Reconcile(b.Context(), tr.versions(), tr.load)
	if err != nil {
		b.Fatal(err)
	}
	if want := (search.Mended{Put: 3, Deleted: 1}); got != want {
		b.Errorf("mended %+v, want %+v", got, want)
	}
	want := map[market.ID]int64{missing.Listing.ID: 1, stale.Listing.ID: 4, ahead.Listing.ID: 1, same.Listing.ID: 1}
	if diff := cmp.Diff(want, b.versions()); diff != "" {
		b.Errorf("after (-want +got):\n%s", diff)
	}
	b.finds("the stale one's words", search.Query{Text: "kiln"}, stale.Listing.ID)
	if slices.Contains(idsOf(b.ask(search.Query{})), left) {
		b.Error("what the truth does not have is still found")
	}
	if got, err = b.engine.Reconcile(b.Context(), tr.versions(), tr.load); err != nil || got != (search.Mended{}) {
		b.Errorf("a second time: %+v, %v", got, err)
	}
}

// The two sets are read at different moments: what came or went between is decided by a fresh look at the truth.
func reconcileLooksBeforeActing(b *bench) {
	came, went := b.entry(), b.entry()
	b.putAll(came)
	tr := truth{came.Listing.ID: came}
	before := truth{went.Listing.ID: went}
	if _, err := b.engine.Reconcile(b.Context(), before.versions(), tr.load); err != nil {
		b.Fatal(err)
	}
	b.finds("what came stays, what went stays out", search.Query{}, came.Listing.ID)
}
