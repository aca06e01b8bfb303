package partner

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"wherewithal/intake"
	"wherewithal/market"
	"wherewithal/store"
)

const (
	lookAtOnce = 1 << 20 // bytes of a file that is looked at while its sender waits: some thousand rows, which take seconds
	partSize   = 1 << 20
)

// takeIn looks at a file as it comes or, where it is longer than that takes seconds, keeps it for a job. What is wrong with it before its
// first row is told at once in any case.
func (ps *Partners) takeIn(ctx context.Context, who Bearer, i *market.Import, sent Sending, now time.Time) error {
	start, err := io.ReadAll(io.LimitReader(sent.File, lookAtOnce+1))
	if err != nil {
		return err
	}
	if len(start) > lookAtOnce {
		more, err := opens(i.Format, start, sent.File)
		if err != nil {
			return err
		}
		return ps.keepFile(ctx, i, sent.Once, io.MultiReader(bytes.NewReader(start), more, sent.File), now)
	}
	if _, err := ps.readRows(ctx, who, i, bytes.NewReader(start), now); err != nil {
		return err
	}
	i.State = market.ImportShown
	return ps.here(ctx, market.ImportReading, i, sent.Once, now, func(tx *store.Tx) error { return plan(ctx, tx, i, now) })
}

var errOpens = errors.New("a row was read")

// opens is what is wrong with a file as far as that shows before the end of its first row, and what was read of it for that beyond its
// start; how much that is at most is for its reader to say.
func opens(format string, start []byte, rest io.Reader) (*bytes.Buffer, error) {
	more := new(bytes.Buffer)
	err := readers[format](io.MultiReader(bytes.NewReader(start), io.TeeReader(rest, more)), func(intake.Row) error { return errOpens })
	if errors.Is(err, errOpens) {
		err = nil
	}
	return more, err
}

// keepFile keeps a file as it comes, piece by piece, and has a job look at it once it is here whole.
func (ps *Partners) keepFile(ctx context.Context, i *market.Import, once string, file io.Reader, now time.Time) error {
	sum := sha256.New()
	for position := 0; ; position++ {
		part, err := io.ReadAll(io.LimitReader(file, partSize)) // which tells a file that breaks off from one that ends
		if err != nil {
			return err
		}
		if len(part) == 0 {
			break
		}
		if i.Size += int64(len(part)); i.Size > intake.MaxBytes {
			return intake.ErrBig
		}
		sum.Write(part)
		if err := ps.store.KeepPart(ctx, i.ID, position, part); err != nil {
			return err
		}
	}
	i.SHA256, i.State = sum.Sum(nil), market.ImportLooking
	return ps.here(ctx, market.ImportReading, i, once, now, func(tx *store.Tx) error {
		return tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.LookJob, Subject: i.ID, Other: i.PartnerID})
	})
}

// parts read a file that was kept.
type parts struct {
	ctx  context.Context
	from *store.Store
	id   market.ID
	next int
	here []byte
	left int64 // bytes
}

func (p *parts) Read(to []byte) (int, error) {
	if len(p.here) == 0 {
		part, err := p.from.ImportPart(p.ctx, p.id, p.next)
		if err != nil {
			return 0, err
		}
		switch {
		case len(part) == 0 && p.left > 0:
			return 0, market.ErrNotFound // somebody else is done with it: that is no end of the file
		case len(part) == 0:
			return 0, io.EOF
		}
		p.here, p.next, p.left = part, p.next+1, p.left-int64(len(part))
	}
	n := copy(to, p.here)
	p.here = p.here[n:]
	return n, nil
}

// LookImport looks at a file that was kept, and works out what it would change; or says what is wrong with all of it, and forgets the
// rest. One that is cut off begins anew. Safe to repeat, and to run twice at once.
func (ps *Partners) LookImport(ctx context.Context, id, partner market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "LookImport(%s)", id)
	who, i, err := ps.lookable(ctx, id, partner)
	if err == nil {
		err = ps.lookAt(ctx, who, i, now)
	}
	if errors.Is(err, market.ErrNotFound) {
		return nil // another file came in its place, or it was looked at
	}
	return err
}

// lookable is a file that waits to be looked at, without what an earlier try has left, and who sent it. market.ErrNotFound: there is none.
func (ps *Partners) lookable(ctx context.Context, id, partner market.ID) (who Bearer, i market.Import, err error) {
	err = ps.store.InTx(ctx, func(tx *store.Tx) error {
		if i, err = tx.LockImport(ctx, id); err != nil {
			return err
		}
		if i.State != market.ImportLooking {
			return market.ErrNotFound
		}
		return tx.DropRows(ctx, id)
	})
	if err != nil {
		return who, i, err
	}
	who.Key = market.Token{PartnerID: partner, Test: i.Test}
	if who.Partner, err = ps.store.Partner(ctx, partner); err != nil {
		return who, i, err
	}
	return who, i, ps.look(ctx, &who)
}

func (ps *Partners) lookAt(ctx context.Context, who Bearer, i market.Import, now time.Time) error {
	read := i
	n, err := ps.readRows(ctx, who, &read, &parts{ctx: ctx, from: ps.store, id: i.ID, left: i.Size}, now)
	var bad *market.Invalid
	if errors.As(err, &bad) {
		i.State, i.Faults, i.EndedAt = market.ImportRefused, bad.Faults, &now
		return ps.here(ctx, market.ImportLooking, &i, "", now, func(tx *store.Tx) error { return errors.Join(tx.DropRows(ctx, i.ID), tx.DropParts(ctx, i.ID)) })
	}
	if err != nil {
		return err
	}
	i.State = market.ImportShown
	return ps.here(ctx, market.ImportLooking, &i, "", now, func(tx *store.Tx) error {
		c, err := tx.CountRows(ctx, i.ID)
		if err == nil && (c.Rows != n || !bytes.Equal(read.SHA256, i.SHA256)) { // somebody else has begun anew meanwhile
			err = fmt.Errorf("%w: %d rows are there of %d", market.ErrConflict, c.Rows, n)
		}
		if err != nil {
			return err
		}
		return errors.Join(tx.DropParts(ctx, i.ID), plan(ctx, tx, &i, now))
	})
}

// giveUp ends files whose job was given up: nobody goes on with them, and who sent them is told to do so again.
func (ps *Partners) giveUp(ctx context.Context, now time.Time) error {
	all, err := ps.store.GivenUp(ctx, turnBatch)
	for _, was := range all {
		err = errors.Join(err, ps.store.InTx(ctx, func(tx *store.Tx) error {
			i, err := tx.LockImport(ctx, was.ID)
			if errors.Is(err, market.ErrNotFound) || err == nil && i.State != was.State {
				return nil
			}
			if err != nil {
				return err
			}
			if i.State == market.ImportDoing {
				return ps.leave(ctx, tx, i, now)
			}
			i.State, i.Faults, i.EndedAt = market.ImportRefused, ours("file", "file_unlooked"), &now
			return errors.Join(tx.DropRows(ctx, i.ID), tx.DropParts(ctx, i.ID), tx.ChangeImport(ctx, i))
		}))
	}
	return err
}

// leave ends a file that is done in part: what was done stays, and the rest says that it was not.
func (ps *Partners) leave(ctx context.Context, tx *store.Tx, i market.Import, now time.Time) error {
	p, err := tx.Partner(ctx, i.PartnerID)
	if err == nil {
		err = tx.LeaveRows(ctx, i.ID, ours("reference", "row_undone"))
	}
	if err != nil {
		return err
	}
	i.Faults = append(i.Faults, ours("file", "file_undone")...)
	return ps.ends(ctx, tx, p, i, now)
}

// ours is a fault of this site's, not of who sent something.
func ours(field, code string) []market.Fault {
	e := &market.Invalid{}
	e.Add(field, code)
	return e.Faults
}
