package store

import (
	"context"
	"encoding/binary"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// meaningRow is a market.Meaning as it is kept: numbers of things in four bytes each, little-endian.
type meaningRow struct {
	ListingID market.ID
	Digest    []byte
	Model     string
	Vectors   []byte
	Things    []byte
	ReadAt    time.Time
}

func (meaningRow) TableName() string { return "meanings" }

func (r meaningRow) meaning() market.Meaning {
	m := market.Meaning{Model: r.Model, Vectors: r.Vectors}
	for b := r.Things; len(b) >= 4; b = b[4:] {
		m.Things = append(m.Things, binary.LittleEndian.Uint32(b))
	}
	return m
}

// KeepMeaning of a listing's text as it was read, and tells who follows the changes. When the listing says something
// else by now the reading is dropped: whoever changed the text has it read again. Safe to repeat. market.ErrNotFound: the
// listing is gone.
func (s *Store) KeepMeaning(ctx context.Context, l market.Listing, m market.Meaning, now time.Time) (err error) {
	defer market.Wrap(&err, "KeepMeaning(%s)", l.ID)
	digest := l.TextDigest()
	row := meaningRow{ListingID: l.ID, Digest: digest[:], Model: m.Model, Vectors: m.Vectors, Things: []byte{}, ReadAt: now}
	for _, n := range m.Things {
		row.Things = binary.LittleEndian.AppendUint32(row.Things, n)
	}
	return s.InTx(ctx, func(tx *Tx) error {
		db := tx.db.WithContext(ctx)
		// held, so that it neither goes nor changes before we are done
		there, err := one[market.Listing](db.Clauses(clause.Locking{Strength: "SHARE"}).Where("id = ?", l.ID))
		if err != nil || there.TextDigest() != digest {
			return err
		}
		if err := db.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "listing_id"}}, UpdateAll: true}).Create(&row).Error; err != nil {
			return translate(err)
		}
		return translate(db.Exec(`insert into changes (listing_id, inward) values (?, true)`, l.ID).Error)
	})
}

// ForgetMeaning of a listing whose text changed, so that it counts as unread until it is read again.
func (tx *Tx) ForgetMeaning(ctx context.Context, id market.ID) error {
	return translate(tx.db.WithContext(ctx).Exec(`delete from meanings where listing_id = ?`, id).Error)
}

// WereRead are those of some listings whose text, as it stands, a model has read.
func (r reads) WereRead(ctx context.Context, ids []market.ID) (read []market.ID, err error) {
	err = r.db.WithContext(ctx).Raw(`select listing_id from meanings where listing_id in ?`, ids).Scan(&read).Error
	return read, translate(err)
}

// Unread are open and paused listings that were never read by a model and wait for no job that would.
func (r reads) Unread(ctx context.Context, model string, limit int) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select l.id from listings l
		where l.life in ('open', 'paused') and not exists (select from meanings m where m.listing_id = l.id and m.model = ?)
		  and not exists (select from outbox o where o.subject = l.id and o.kind = ? and o.state in ('waiting', 'sent'))
		order by l.id limit ?`, model, market.VectorJob, limit).Scan(&ids).Error
	return ids, translate(err)
}

// loadMeanings of listings, whatever text they were read from.
func (a *assembly) loadMeanings(db *gorm.DB, ids []market.ID) error {
	a.meanings = map[market.ID]meaningRow{}
	rows, err := many[meaningRow](db.Where("listing_id = any (?::uuid[])", idArray(ids)))
	for _, row := range rows {
		a.meanings[row.ListingID] = row
	}
	return err
}

// meaning of a listing, if it is that of the text as it stands.
func (a *assembly) meaning(l market.Listing) market.Meaning {
	row, ok := a.meanings[l.ID]
	if digest := l.TextDigest(); !ok || string(row.Digest) != string(digest[:]) {
		return market.Meaning{}
	}
	return row.meaning()
}
