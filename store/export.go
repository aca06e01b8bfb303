package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// Row of an export: a row of a table, as JSON, and the file beside it, where there is one.
type Row struct {
	Table string
	JSON  json.RawMessage
	File  []byte // nil: none
}

// Everything of a person, table after table in the order of store.Everything, as it is at one moment. Each table begins
// with a Row without JSON. The rows of a table are in the order of their columns.
func (s *Store) Everything(ctx context.Context, person market.ID, each func(Row) error) (err error) {
	defer market.Wrap(&err, "Everything(%s)", person)
	return pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		for _, k := range Everything {
			if k.Of == "" {
				continue
			}
			if err := each(Row{Table: k.Table}); err != nil {
				return err
			}
			if err := k.rows(ctx, tx, person, each); err != nil {
				return fmt.Errorf("%s: %w", k.Table, translate(err))
			}
		}
		return nil
	})
}

// rows reads the files one by one: together they may not fit into memory.
func (k Kept) rows(ctx context.Context, tx pgx.Tx, person market.ID, each func(Row) error) error {
	rows, err := tx.Query(ctx, k.exportSQL(), person)
	if err != nil {
		return err
	}
	all, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (row struct {
		json []byte
		id   *string
	}, err error) {
		return row, r.Scan(&row.json, &row.id)
	})
	if err != nil {
		return err
	}
	for _, one := range all {
		row := Row{Table: k.Table, JSON: one.json}
		if k.File != "" {
			if err := tx.QueryRow(ctx, "select "+k.File+" from "+k.Table+" where id = $1", one.id).Scan(&row.File); err != nil {
				return err
			}
		}
		if err := each(row); err != nil {
			return err
		}
	}
	return nil
}

// exportSQL gives each row as JSON, and its id where a file is to be read with it.
func (k Kept) exportSQL() string {
	var parts []string
	for _, f := range k.Fields {
		if f.Left != "" {
			continue
		}
		for _, c := range strings.Fields(f.Columns) {
			if c == k.File {
				continue
			}
			value := "t." + c
			if as, ok := k.As[c]; ok {
				value = as
			}
			parts = append(parts, "'"+c+"', "+value)
		}
	}
	id := "null::text"
	if k.File != "" {
		id = "t.id::text"
	}
	return "select j, id from (select jsonb_build_object(" + strings.Join(parts, ", ") + ") as j, " + id + " as id from " + k.Table +
		" t where " + k.Of + ") x order by j"
}

// AskExport keeps that a person would like an export; the one before is gone. market.ErrRepeated: it is being made.
func (tx *Tx) AskExport(ctx context.Context, e market.Export) error {
	err := tx.db.WithContext(ctx).Exec(`delete from exports where person_id = ? and (ready_at is not null or asked_at < ?)`,
		e.PersonID, e.AskedAt.Add(-market.ExportLasts)).Error
	if err != nil {
		return translate(err)
	}
	res := tx.db.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&e)
	if res.Error == nil && res.RowsAffected == 0 {
		return market.ErrRepeated
	}
	return translate(res.Error)
}

// Export by id.
func (r reads) Export(ctx context.Context, id market.ID) (market.Export, error) {
	return one[market.Export](r.db.WithContext(ctx).Where("id = ?", id))
}

// ExportOf a person, ready or not. market.ErrNotFound: none.
func (r reads) ExportOf(ctx context.Context, person market.ID) (market.Export, error) {
	return one[market.Export](r.db.WithContext(ctx).Where("person_id = ?", person))
}

// DropExportParts throws away what an attempt that did not come to its end has left.
func (s *Store) DropExportParts(ctx context.Context, export market.ID) error {
	return translate(s.db.WithContext(ctx).Exec(`delete from export_parts where export_id = ?`, export).Error)
}

// AddExportPart keeps the next part of an export's zip.
func (s *Store) AddExportPart(ctx context.Context, export market.ID, position int, content []byte) error {
	return translate(s.db.WithContext(ctx).Exec(`insert into export_parts (export_id, position, content) values (?, ?, ?)`, export, position, content).Error)
}

// FinishExport says that an export is whole. market.ErrConflict: it was asked for anew, or is ready.
func (tx *Tx) FinishExport(ctx context.Context, id market.ID, size int64, now time.Time) error {
	return changed(tx.db.WithContext(ctx).Model(&market.Export{}).Where("id = ? and ready_at is null", id).
		Updates(map[string]any{"ready_at": now, "size": size}))
}

// ExportPart is one part of an export's zip; nil after the last.
func (r reads) ExportPart(ctx context.Context, export market.ID, position int) (content []byte, err error) {
	err = r.db.WithContext(ctx).Raw(`select content from export_parts where export_id = ? and position = ?`, export, position).Row().Scan(&content)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return content, translate(err)
}

// DropExports throws away those that are older than they last, ready or not.
func (tx *Tx) DropExports(ctx context.Context, now time.Time) error {
	before := now.Add(-market.ExportLasts)
	return translate(tx.db.WithContext(ctx).Exec(`delete from exports where ready_at <= ? or ready_at is null and asked_at <= ?`,
		before, before).Error)
}
