package conversation

import (
	"context"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// What one person may write, on pages and by mail together: a quick talk, and too little to make a nuisance of.
const (
	messagesAnHour = 60
	bytesADay      = 30 << 20 // of files: three mails as big as they may be
)

// mayWrite refuses a person who wrote as much as one may for now. It counts what was kept, so it holds for certain only while
// the person is held in a transaction: of two messages at once, the second counts the first. market.ErrTooMany: it passes
// with time.
func mayWrite(ctx context.Context, s reader, person market.ID, now time.Time) error {
	n, err := s.Written(ctx, person, now.Add(-time.Hour))
	if err == nil && n >= messagesAnHour {
		err = market.ErrTooMany
	}
	return err
}

// roomFor is how many bytes of files a person may still send along; it counts as mayWrite does.
func roomFor(ctx context.Context, s reader, person market.ID, now time.Time) (int, error) {
	sent, err := s.FileBytes(ctx, person, now.Add(-24*time.Hour))
	return bytesADay - int(sent), err
}

// fits refuses files for which a person who is held has no room.
func fits(ctx context.Context, tx *store.Tx, person market.ID, files []market.MessageFile, now time.Time) error {
	if len(files) == 0 {
		return nil
	}
	room, err := roomFor(ctx, tx, person, now)
	for _, f := range files {
		room -= f.Size
	}
	if err == nil && room < 0 {
		err = market.ErrTooMany
	}
	return err
}
