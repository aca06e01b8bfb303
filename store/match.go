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
	m.ID, m.Since = market.NewID(), m.FoundAt // a match that is known keeps the time it has
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

// MatchesAfter are the matches of a listing that still hold, best first, from behind one of them: whether that one still
// holds does not matter. after "" is the beginning; market.ErrNotFound: it never was one of the listing's.
func (r reads) MatchesAfter(ctx context.Context, listing, after market.ID, limit int) ([]market.Match, error) {
	q := r.db.WithContext(ctx).Where("(offer_id = ? or need_id = ?) and gone_at is null", listing, listing)
	if after != "" {
		last, err := one[market.Match](r.db.WithContext(ctx).Where("id = ? and (offer_id = ? or need_id = ?)", after, listing, listing))
		if err != nil {
			return nil, err
		}
		q = q.Where("(-fit, id) > (?, ?)", -last.Fit, last.ID)
	}
	return many[market.Match](q.Order("fit desc, id").Limit(limit))
}

// MatchesOfAll are the matches of several listings that still hold: by listing, the best first and at most limit of each.
func (r reads) MatchesOfAll(ctx context.Context, listings []market.ID, limit int) (map[market.ID][]market.Match, error) {
	type row struct {
		Match market.Match `gorm:"embedded"`
		Of    market.ID
	}
	rows, err := many[row](r.db.WithContext(ctx).Raw(`select m.*, l.id as of from unnest(?::uuid[]) with ordinality l (id, n), lateral
		(select * from matches where (offer_id = l.id or need_id = l.id) and gone_at is null order by fit desc, id limit ?) m
		order by l.n, m.fit desc, m.id`, idArray(listings), limit))
	all := map[market.ID][]market.Match{}
	for _, m := range rows {
		all[m.Of] = append(all[m.Of], m.Match)
	}
	return all, err
}
