package store_test

import (
	"errors"
	"testing"

	"wherewithal/market"
	"wherewithal/store"
)

// photo keeps one of a listing; its prints say which it is.
func (s *stage) photo(t *testing.T, listing market.ID, position int) market.Photo {
	t.Helper()
	p := market.Photo{ID: market.NewID(), ListingID: listing, Position: position, Alt: "A hall", Width: 4, Height: 3, SmallWidth: 2, CreatedAt: noon}
	s.change(t, func(tx *store.Tx) error {
		return tx.AddPhoto(t.Context(), p, market.Prints{Large: []byte("large " + p.ID), Small: []byte("small " + p.ID)})
	})
	return p
}

func TestHiddenPhotosAreForTheirOwnGroupAndOthersStayWhenOnesGo(t *testing.T) {
	s := newStage(t, 1)
	ctx := t.Context()
	second, first, theirs := s.photo(t, s.offer.ID, 2), s.photo(t, s.offer.ID, 1), s.photo(t, s.need.ID, 0)
	at := noon
	s.change(t, func(tx *store.Tx) error { return tx.HidePhoto(ctx, second.ID, &at) })
	if shown, err := s.PhotosOf(ctx, s.offer.ID); err != nil || len(shown) != 1 || shown[0] != first {
		t.Errorf("%+v, %v", shown, err)
	}
	if cards, err := s.FirstPhotos(ctx, []market.ID{s.offer.ID, s.need.ID}); err != nil || len(cards) != 2 || cards[s.offer.ID] != first || cards[s.need.ID] != theirs {
		t.Errorf("%+v, %v", cards, err)
	}
	all, err := s.AllPhotosOf(ctx, s.offer.ID)
	if err != nil || len(all) != 2 || all[0].ID != first.ID || all[1].HiddenAt == nil {
		t.Errorf("%+v, %v", all, err)
	}
	if print, err := s.Print(ctx, second.ID, market.SmallPhoto); err != nil || string(print) != "small "+string(second.ID) {
		t.Errorf("%q, %v", print, err)
	}
	if _, err := s.Print(ctx, first.ID, "huge"); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("a size there is none of: %v", err)
	}
	s.change(t, func(tx *store.Tx) error {
		return errors.Join(tx.DropPhoto(ctx, s.offer.ID, first.ID), tx.DropPhoto(ctx, s.offer.ID, second.ID))
	})
	if all, err := s.AllPhotosOf(ctx, s.offer.ID); err != nil || len(all) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
	if all, err := s.AllPhotosOf(ctx, s.need.ID); err != nil || len(all) != 1 || all[0].ID != theirs.ID {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestPhotosAreCopiedOnceAndStandOnTheirOwn(t *testing.T) {
	s := newStage(t, 1)
	ctx := t.Context()
	p, hidden := s.photo(t, s.offer.ID, 0), s.photo(t, s.offer.ID, 1)
	at := noon
	s.change(t, func(tx *store.Tx) error { return tx.HidePhoto(ctx, hidden.ID, &at) })
	for range 2 {
		s.change(t, func(tx *store.Tx) error { return tx.CopyPhotos(ctx, s.offer.ID, s.need.ID, noon) })
	}
	copies, err := s.AllPhotosOf(ctx, s.need.ID)
	if err != nil || len(copies) != 1 || copies[0].ID == p.ID || copies[0].Alt != p.Alt {
		t.Fatalf("%+v, %v", copies, err)
	}
	s.change(t, func(tx *store.Tx) error { return tx.DropPhoto(ctx, s.offer.ID, p.ID) })
	if print, err := s.Print(ctx, copies[0].ID, market.LargePhoto); err != nil || string(print) != "large "+string(p.ID) {
		t.Errorf("%q, %v", print, err)
	}
}

// What moderation hid is kept as long as an appeal may bring it back, and no longer.
func TestAHiddenPhotoIsForgottenWhenNoAppealCanBringItBack(t *testing.T) {
	s := newStage(t, 1)
	ctx := t.Context()
	hidden, appealed, shown := s.photo(t, s.offer.ID, 0), s.photo(t, s.offer.ID, 1), s.photo(t, s.offer.ID, 2)
	at := noon
	s.change(t, func(tx *store.Tx) error {
		d := market.Decision{ID: market.NewID(), Subject: "photo", SubjectID: appealed.ID, GroupID: s.giver.ID, Act: market.Hidden, Reason: "wrong", Words: "No.",
			DecidedBy: s.guest.ID, CreatedAt: noon, Appeal: "Look again", AppealedAt: &at, AppealedBy: s.host.ID}
		return errors.Join(tx.HidePhoto(ctx, hidden.ID, &at), tx.HidePhoto(ctx, appealed.ID, &at), tx.KeepDecision(ctx, d))
	})
	for _, step := range []struct{ day, left int }{{-1, 3}, {1, 2}} {
		if err := s.Forget(ctx, noon.Add(market.AppealWithin).AddDate(0, 0, step.day)); err != nil {
			t.Fatal(err)
		}
		if all, err := s.AllPhotosOf(ctx, s.offer.ID); err != nil || len(all) != step.left {
			t.Errorf("on day %d of the end: %d photos, %v, want %d", step.day, len(all), err, step.left)
		}
	}
	all, err := s.AllPhotosOf(ctx, s.offer.ID)
	if err != nil || len(all) != 2 || all[0].ID != appealed.ID || all[1].ID != shown.ID {
		t.Errorf("%+v, %v", all, err)
	}
}
