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

// mayWrite refuses a message that is more than its writer may send now. The writer is held until the transaction ends, so
// that of two at once the second counts the first. market.ErrTooMany: it passes with time.
func mayWrite(ctx context.Context, tx *store.Tx, m market.Message, files []market.MessageFile, now time.Time) error {
	if err := tx.LockPerson(ctx, m.PersonID); err != nil {
		return err
	}
	switch n, err := tx.Written(ctx, m.PersonID, now.Add(-time.Hour)); {
	case err != nil:
		return err
	case n >= messagesAnHour:
		return market.ErrTooMany
	}
	if len(files) == 0 {
		return nil
	}
	bytes, err := tx.FileBytes(ctx, m.PersonID, now.Add(-24*time.Hour))
	for _, f := range files {
		bytes += int64(f.Size)
	}
	if err == nil && bytes > bytesADay {
		err = market.ErrTooMany
	}
	return err
}
