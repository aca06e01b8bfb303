package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// Once is a once-only id of a form, and where its first handling led.
type Once struct {
	ID     string
	Person market.ID
	Answer string
	At     time.Time
	Digest []byte // of what was asked under the id, where that can differ; nil where it cannot

	Partner market.ID // whose program asked; empty: a person, or theirs
	Said    []byte    // the first answer to it, as KeepAnswer got it; nil: none is kept; empty: none is to be
}

// Remember keeps a form's once-only id inside the change it caused. market.ErrRepeated: the form was handled before,
// and AnswerOf says where that led. A second click that comes while the first is under way waits for it here.
func (tx *Tx) Remember(ctx context.Context, o Once) error {
	res := tx.db.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&o)
	if res.Error == nil && res.RowsAffected == 0 {
		return market.ErrRepeated
	}
	return translate(res.Error)
}

// AnswerOf is where the first handling of a once-only id of that person led; market.ErrNotFound when there was none.
func (r reads) AnswerOf(ctx context.Context, id string, person market.ID) (string, error) {
	o, err := r.OnceOf(ctx, id, person)
	return o.Answer, err
}

// OnceOf is a once-only id of that person as it was kept; market.ErrNotFound when there is none.
func (r reads) OnceOf(ctx context.Context, id string, person market.ID) (Once, error) {
	return one[Once](r.db.WithContext(ctx).Where("id = ? and person is not distinct from ?", id, person))
}

// KeepAnswer keeps what is answered to what Remember kept, unless an answer is kept, and gives what there is then: whoever asks under
// the id is told that, but where it is empty, which is of something that was erased meanwhile. market.ErrNotFound: the id is not there any more, and nothing is kept.
func (s *Store) KeepAnswer(ctx context.Context, o Once) (kept Once, err error) {
	defer market.Wrap(&err, "KeepAnswer")
	res := s.db.WithContext(ctx).Model(&kept).Clauses(clause.Returning{}).Where("id = ? and person is not distinct from ?", o.ID, o.Person).
		Updates(map[string]any{"said": gorm.Expr("coalesce(said, ?)", o.Said), "partner": gorm.Expr("coalesce(partner, ?)", o.Partner)})
	if res.Error == nil && res.RowsAffected == 0 {
		return kept, market.ErrNotFound
	}
	return kept, translate(res.Error)
}
