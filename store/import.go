package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// AddImport keeps a new file in place of those of its partner that were looked at and not done. market.ErrConflict: one is being
// done.
func (tx *Tx) AddImport(ctx context.Context, i market.Import) error {
	db := tx.db.WithContext(ctx)
	var doing bool
	if err := db.Raw(`select exists (select from imports where partner_id = ? and test = ? and state = 'doing')`, i.PartnerID, i.Test).Scan(&doing).Error; err != nil || doing {
		if doing {
			err = market.ErrConflict
		}
		return translate(err)
	}
	if err := db.Exec(`delete from imports where partner_id = ? and test = ? and state in ('reading', 'looking', 'shown', 'refused')`, i.PartnerID, i.Test).Error; err != nil {
		return translate(err)
	}
	return create(ctx, tx.db, &i)
}

// Import by id, of a partner.
func (r reads) Import(ctx context.Context, partner, id market.ID) (market.Import, error) {
	return one[market.Import](r.db.WithContext(ctx).Where("id = ? and partner_id = ?", id, partner))
}

// Imports of a partner that have come in, the newest first.
func (r reads) Imports(ctx context.Context, partner market.ID, limit int) ([]market.Import, error) {
	return many[market.Import](r.db.WithContext(ctx).Where("partner_id = ? and state <> ?", partner, market.ImportReading).Order("created_at desc, id").Limit(limit))
}

// LockImport reads a file for changing it.
func (tx *Tx) LockImport(ctx context.Context, id market.ID) (market.Import, error) {
	return one[market.Import](tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", id))
}

// ChangeImport writes one that was read by LockImport. market.ErrConflict: another of its partner is being done.
func (tx *Tx) ChangeImport(ctx context.Context, i market.Import) error {
	return changed(tx.db.WithContext(ctx).Model(&i).Where("id = ?", i.ID).Select("State", "SHA256", "Size", "BegunAt", "EndedAt", "Faults", "CountedAs", "Counts").Updates(&i))
}

// DropImport deletes a file that was not done.
func (tx *Tx) DropImport(ctx context.Context, id market.ID) error {
	return translate(tx.db.WithContext(ctx).Exec(`delete from imports where id = ? and state in ('reading', 'shown')`, id).Error)
}

// GivenUp are the files that wait to be looked at, or to be done, and whose job was given up; the oldest first, at most so many.
func (r reads) GivenUp(ctx context.Context, limit int) ([]market.Import, error) {
	return many[market.Import](r.db.WithContext(ctx).Where(`state in ('looking', 'doing') and not exists (select from outbox o
		where o.kind = case imports.state when 'looking' then 'look' else 'import' end and o.subject = imports.id and o.state in ('waiting', 'sent'))`).
		Order("created_at, id").Limit(limit))
}

// KeepPart keeps a piece of a file that a job will look at. market.ErrNotFound: another file has come in its place.
func (s *Store) KeepPart(ctx context.Context, id market.ID, position int, content []byte) error {
	err := s.db.WithContext(ctx).Exec(`insert into import_parts (import_id, position, content) values (?, ?, ?)`, id, position, content).Error
	if pgCode(err) == "23503" {
		return market.ErrNotFound
	}
	return translate(err)
}

// ImportPart is a piece of a file; nil after the last.
func (r reads) ImportPart(ctx context.Context, id market.ID, position int) (content []byte, err error) {
	err = r.db.WithContext(ctx).Raw(`select content from import_parts where import_id = ? and position = ?`, id, position).Row().Scan(&content)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return content, translate(err)
}

// DropParts forgets the pieces of a file, which was looked at.
func (tx *Tx) DropParts(ctx context.Context, id market.ID) error {
	return translate(tx.db.WithContext(ctx).Exec(`delete from import_parts where import_id = ?`, id).Error)
}

// DropRows forgets what was read of a file.
func (tx *Tx) DropRows(ctx context.Context, id market.ID) error {
	return translate(tx.db.WithContext(ctx).Exec(`delete from import_rows where import_id = ?`, id).Error)
}

// CopyRows keeps rows of a file, many at once. market.ErrNotFound: another file has come in its place.
func (s *Store) CopyRows(ctx context.Context, rows []market.ImportRow) error {
	_, err := s.pool.CopyFrom(ctx, pgx.Identifier{"import_rows"}, []string{"import_id", "position", "reference", "said", "closed", "digest", "act", "faults", "cut"},
		pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
			r := rows[i]
			said, err := json.Marshal(r.Said)
			faults, cut := []byte("[]"), []byte("[]")
			if err == nil && len(r.Faults) > 0 {
				faults, err = json.Marshal(r.Faults)
			}
			if err == nil && len(r.Cut) > 0 {
				cut, err = json.Marshal(r.Cut)
			}
			return []any{string(r.ImportID), int32(r.Position), r.Reference, said, r.Closed, r.Digest, r.Act, faults, cut}, err
		}))
	if pgCode(err) == "23503" {
		return market.ErrNotFound
	}
	return translate(err)
}

// KeepCounts counts the rows of a file in the state that it goes on to, in which they change no more.
func (tx *Tx) KeepCounts(ctx context.Context, i *market.Import) (err error) {
	i.CountedAs = i.State
	i.Counts, err = tx.CountRows(ctx, i.ID)
	return err
}

// Barred are those of some groups that have closed, and those that belong to none of some networks; nil: to be in none is nothing
// against a group.
func (r reads) Barred(ctx context.Context, groups, networks []market.ID) (closed, outside map[market.ID]bool, err error) {
	var rows []struct {
		ID              market.ID
		Closed, Outside bool
	}
	err = r.db.WithContext(ctx).Raw(`select g.id, g.closed_at is not null as closed, ? and not exists (select from network_members m
		where m.group_id = g.id and m.agreed_at is not null and m.network_id = any (?::uuid[])) as outside from groups g where g.id = any (?::uuid[])`,
		networks != nil, idArray(networks), idArray(groups)).Scan(&rows).Error
	closed, outside = map[market.ID]bool{}, map[market.ID]bool{}
	for _, row := range rows {
		closed[row.ID], outside[row.ID] = row.Closed, row.Outside
	}
	return closed, outside, translate(err)
}

// CountImport says how many rows of a file do what: as was kept with it, or by counting.
func (r reads) CountImport(ctx context.Context, i market.Import) (market.ImportCounts, error) {
	if i.CountedAs == i.State {
		return i.Counts, nil
	}
	return r.CountRows(ctx, i.ID)
}

// CountRows counts the rows of a file, whatever state it is in.
func (r reads) CountRows(ctx context.Context, id market.ID) (c market.ImportCounts, err error) {
	err = r.db.WithContext(ctx).Raw(`select count(*) filter (where position <= ?) as rows, count(*) filter (where act = 'add') as added, count(*) filter (where act = 'add' and notes <> '[]') as waiting, count(*) filter (where act = 'change') as changed,
		count(*) filter (where act = 'close') as closed, count(*) filter (where act in ('unchanged', 'keep')) as unchanged, count(*) filter (where act = 'refused') as refused,
		count(*) filter (where result = 'done') as done, count(*) filter (where result not in ('', 'done')) as failed
		from import_rows where import_id = ?`, market.PositionAbsent, id).Scan(&c).Error
	return c, translate(err)
}

// ImportRows of a file from after a position on; quiet ones, which change nothing and have nothing wrong, only when all are wanted.
func (r reads) ImportRows(ctx context.Context, id market.ID, after, limit int, all bool) ([]market.ImportRow, error) {
	db := r.db.WithContext(ctx).Where("import_id = ? and position > ?", id, after)
	if !all {
		db = db.Where("(act not in ('unchanged', 'keep') or cut <> '[]' or result not in ('', 'done'))")
	}
	return many[market.ImportRow](db.Order("position").Limit(limit))
}

const openRow = `result = '' and act in ('add', 'change', 'keep', 'close')`

// OpenRows are the next rows of a file that are to be done.
func (r reads) OpenRows(ctx context.Context, id market.ID, limit int) ([]market.ImportRow, error) {
	return many[market.ImportRow](r.db.WithContext(ctx).Where("import_id = ? and "+openRow, id).Order("position").Limit(limit))
}

// LeaveRows has the rows of a file that are still to be done never be, and says why.
func (tx *Tx) LeaveRows(ctx context.Context, id market.ID, why []market.Fault) error {
	return translate(tx.db.WithContext(ctx).Model(&market.ImportRow{}).Where("import_id = ? and "+openRow, id).
		Select("Result", "Said", "Faults").Updates(&market.ImportRow{Result: market.ResultRefused, Faults: why}).Error)
}

// RowDone writes what became of a row, and forgets what was sent.
func (tx *Tx) RowDone(ctx context.Context, row market.ImportRow) error {
	return changed(tx.db.WithContext(ctx).Model(&market.ImportRow{}).Where("import_id = ? and position = ?", row.ImportID, row.Position).
		Select("Result", "Said", "Faults").Updates(&market.ImportRow{Result: row.Result, Faults: row.Faults}))
}

// Within runs do so that what it changed is undone when it fails, and the rest of the transaction is not.
func (tx *Tx) Within(ctx context.Context, do func(*Tx) error) error {
	if err := tx.db.WithContext(ctx).SavePoint("within").Error; err != nil {
		return translate(err)
	}
	err := do(tx)
	if err == nil {
		return nil
	}
	if back := tx.db.WithContext(ctx).RollbackTo("within").Error; back != nil {
		return translate(back)
	}
	return err
}

// SeeSupplied notes that listings came again unchanged in a file.
func (tx *Tx) SeeSupplied(ctx context.Context, i market.Import, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Exec(`update supplied s set sent_at = ? from import_rows r where r.import_id = ? and r.act in ('unchanged', 'keep') and not r.closed
		and s.partner_id = ? and s.test = ? and s.reference = r.reference`, now, i.ID, i.PartnerID, i.Test).Error)
}
