package store

import (
	"context"
	"time"

	"wherewithal/market"
)

// KeepUnfinished keeps a form, over the one of its person and id that was kept before.
func (tx *Tx) KeepUnfinished(ctx context.Context, f market.UnfinishedForm) error {
	return create(ctx, tx.db.Clauses(over("person_id", "id")), &f)
}

// UnfinishedForms are those that a person kept since then, the last first. Of their fields there are the title and the language alone.
func (r reads) UnfinishedForms(ctx context.Context, person market.ID, since time.Time) ([]market.UnfinishedForm, error) {
	return many[market.UnfinishedForm](r.db.WithContext(ctx).
		Select("person_id, id, side, kept_at, jsonb_build_object('title', fields -> 'title', 'language', fields -> 'language') as fields").
		Where("person_id = ? and kept_at > ?", person, since).Order("kept_at desc, id desc"))
}

// UnfinishedForm is one that a person kept since then. market.ErrNotFound: there is none, it is too old, or it is another's.
func (r reads) UnfinishedForm(ctx context.Context, person, id market.ID, since time.Time) (market.UnfinishedForm, error) {
	return one[market.UnfinishedForm](r.db.WithContext(ctx).Where("person_id = ? and id = ? and kept_at > ?", person, id, since))
}

// DropUnfinished forgets a form of a person. market.ErrNotFound: there is none, or it is another's.
func (tx *Tx) DropUnfinished(ctx context.Context, person, id market.ID) error {
	res := tx.db.WithContext(ctx).Where("person_id = ? and id = ?", person, id).Delete(&market.UnfinishedForm{})
	if res.Error == nil && res.RowsAffected == 0 {
		return market.ErrNotFound
	}
	return translate(res.Error)
}
