package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// SaveMatch keeps a match, or brings the one kept for the pair up to date; its ID comes back.
func (tx *Tx) SaveMatch(ctx context.Context, m market.Match) (market.ID, error) {
	db := tx.db.WithContext(ctx)
	m.ID = market.NewID()
	err := db.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "offer_id"}, {Name: "need_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"fit", "reasons", "weights", "slots", "offer_version", "need_version", "found_at", "gone_at"})},
		clause.Returning{Columns: []clause.Column{{Name: "id"}}}).Create(&m).Error
	return m.ID, translate(err)
}

// DropMatches marks the matches of a listing that a later look did not find again.
func (tx *Tx) DropMatches(ctx context.Context, listing market.ID, keep []market.ID, now time.Time) error {
	if keep == nil {
		keep = []market.ID{""}
	}
	return translate(tx.db.WithContext(ctx).Exec(`update matches set gone_at = ?
		where (offer_id = ? or need_id = ?) and gone_at is null and not (id = any (?::uuid[]))`, now, listing, listing, idArray(keep)).Error)
}

// MatchesOf a listing that still hold, best first.
func (r reads) MatchesOf(ctx context.Context, listing market.ID, limit int) ([]market.Match, error) {
	return many[market.Match](r.db.WithContext(ctx).Where("(offer_id = ? or need_id = ?) and gone_at is null", listing, listing).
		Order("fit desc, id").Limit(limit))
}
