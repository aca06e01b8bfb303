package listing_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/photo"
	"wherewithal/photo/phototest"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// album is a listing with its group's photos.
type album struct {
	*helper
	listings *listing.Listings
	listing  market.ID
}

func newAlbum(t *testing.T, h *helper) album {
	return album{h, listing.New(h.store, photo.NewDarkroom()), h.post(market.Offer, "Bookkeeping").ID}
}

func (a album) add(v market.Viewer, once string) (market.Photo, error) {
	return a.listings.AddPhoto(a.t.Context(), v, market.Photo{ListingID: a.listing, Alt: "Our desk"}, phototest.Phone, market.OnceOnly{ID: once}, noon)
}

func (a album) shown() (ids []market.ID) {
	a.t.Helper()
	all, err := a.store.PhotosOf(a.t.Context(), a.listing)
	a.must(err)
	for i, p := range all {
		if i > 0 && p.Position <= all[i-1].Position {
			a.t.Errorf("%d after %d", p.Position, all[i-1].Position)
		}
		ids = append(ids, p.ID)
	}
	return ids
}

func TestPhotosAreKeptInTheirOrderAndDroppedForGood(t *testing.T) {
	a := newAlbum(t, newHelper(t, storetest.Open(t), "a@hall.example"))
	ctx := t.Context()
	var ids []market.ID
	for _, once := range []string{"one", "two", "three", "three"} { // the last is a second click
		p, err := a.add(a.viewer, once)
		a.must(err)
		if !slices.Contains(ids, p.ID) {
			ids = append(ids, p.ID)
		}
	}
	if diff := cmp.Diff(ids, a.shown()); diff != "" || len(ids) != 3 {
		t.Errorf("%d photos: %s", len(ids), diff)
	}
	if _, err := a.listings.AddPhoto(ctx, a.viewer, market.Photo{ListingID: a.listing}, phototest.Phone, market.OnceOnly{ID: "one", Digest: []byte("other")}, noon); !errors.Is(err, market.ErrReused) {
		t.Errorf("another file under the id of the first: %v", err)
	}
	p, err := a.store.Photo(ctx, ids[0])
	a.must(err)
	if p.Alt != "Our desk" || p.Width != 64 || p.Height != 96 || p.SmallWidth != 64 {
		t.Errorf("%+v", p)
	}
	for _, size := range []market.PhotoSize{market.LargePhoto, market.SmallPhoto} {
		print, err := a.store.Print(ctx, p.ID, size)
		a.must(err)
		if !strings.HasPrefix(string(print), "\xff\xd8\xff") {
			t.Errorf("%s is no JPEG", size)
		}
	}

	a.must(a.listings.ArrangePhotos(ctx, a.viewer, a.listing, []market.Photo{{ID: ids[2], Alt: "The door"}, {ID: ids[0], Decorative: true}, {ID: ids[1]}}, noon))
	if diff := cmp.Diff([]market.ID{ids[2], ids[0], ids[1]}, a.shown()); diff != "" {
		t.Error(diff)
	}
	for what, photos := range map[string][]market.Photo{"one too few": {{ID: ids[0]}, {ID: ids[1]}}, "one twice": {{ID: ids[0]}, {ID: ids[1]}, {ID: ids[1]}},
		"a stranger": {{ID: ids[0]}, {ID: ids[1]}, {ID: market.NewID()}}} {
		if err := a.listings.ArrangePhotos(ctx, a.viewer, a.listing, photos, noon); !errors.Is(err, market.ErrConflict) {
			t.Errorf("%s: %v", what, err)
		}
	}
	at := noon
	a.must(a.store.InTx(ctx, func(tx *store.Tx) error { return tx.HidePhoto(ctx, ids[1], &at) }))
	a.must(a.listings.ArrangePhotos(ctx, a.viewer, a.listing, []market.Photo{{ID: ids[2], Alt: "The door"}, {ID: ids[0], Decorative: true}}, noon))
	a.must(a.store.InTx(ctx, func(tx *store.Tx) error { return tx.HidePhoto(ctx, ids[1], nil) }))
	if diff := cmp.Diff([]market.ID{ids[2], ids[0], ids[1]}, a.shown()); diff != "" {
		t.Errorf("with one hidden meanwhile: %s", diff)
	}
	a.must(a.listings.DropPhoto(ctx, a.viewer, a.listing, ids[2], noon))
	if err := a.listings.DropPhoto(ctx, a.viewer, a.listing, ids[2], noon); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("dropped twice: %v", err)
	}
	if _, err := a.store.Print(ctx, ids[2], market.LargePhoto); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("a dropped photo's print: %v", err)
	}
	if _, err := a.add(a.viewer, "three"); !errors.Is(err, market.ErrGone) {
		t.Errorf("sent again after it was dropped: %v", err)
	}
	events, err := a.store.Events(ctx, a.listing)
	a.must(err)
	var verbs []string
	for _, e := range events {
		verbs = append(verbs, e.Verb)
	}
	if diff := cmp.Diff([]string{"listing.published", "photo.added", "photo.added", "photo.added", "photo.arranged", "photo.arranged", "photo.removed"}, verbs); diff != "" {
		t.Error(diff)
	}
}

func TestOnlyThoseWhoPostForAListingTouchItsPhotos(t *testing.T) {
	s := storetest.Open(t)
	a, stranger := newAlbum(t, newHelper(t, s, "a@hall.example")), newHelper(t, s, "b@choir.example")
	theirs := newAlbum(t, stranger)
	p, err := a.add(a.viewer, "one")
	a.must(err)
	other, err := theirs.add(stranger.viewer, "theirs")
	a.must(err)
	reader := market.Viewer{Person: stranger.viewer.Person, Roles: map[market.ID]market.Role{a.group: market.Reader}}
	for _, who := range []struct {
		name string
		v    market.Viewer
		want error
	}{{"a stranger", stranger.viewer, market.ErrNotFound}, {"a reader", reader, market.ErrForbidden}, {"nobody", market.Public, market.ErrSignedOut}} {
		_, err := a.add(who.v, "x"+who.name)
		for what, err := range map[string]error{"adds": err,
			"arranges": a.listings.ArrangePhotos(t.Context(), who.v, a.listing, []market.Photo{{ID: p.ID}}, noon),
			"drops":    a.listings.DropPhoto(t.Context(), who.v, a.listing, p.ID, noon)} {
			if !errors.Is(err, who.want) {
				t.Errorf("%s %s: %v, want %v", who.name, what, err, who.want)
			}
		}
	}
	if err := a.listings.DropPhoto(t.Context(), a.viewer, a.listing, other.ID, noon); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("another listing's photo: %v", err)
	}
	if len(a.shown()) != 1 || len(theirs.shown()) != 1 {
		t.Error("something was dropped")
	}
}

func TestOfManySentAtOnceNoMoreAreKeptThanThereIsRoomFor(t *testing.T) {
	a := newAlbum(t, newHelper(t, storetest.Open(t), "a@hall.example"))
	var wg sync.WaitGroup
	var kept, refused [market.MaxPhotos + 3]bool
	for i := range kept {
		wg.Go(func() {
			_, err := a.add(a.viewer, "n"+string(rune('a'+i)))
			var bad *market.Invalid
			kept[i], refused[i] = err == nil, errors.As(err, &bad) && bad.Faults[0].Code == "photo_many"
			if !kept[i] && !refused[i] {
				t.Errorf("%v", err)
			}
		})
	}
	wg.Wait()
	if n := len(a.shown()); n != market.MaxPhotos {
		t.Errorf("%d photos are kept", n)
	}
}
