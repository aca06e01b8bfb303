package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"wherewithal/market"
)

// postedSQL takes a form that is posted from those that are not finished. It writes nothing where the form was posted before.
const postedSQL = `
	with gone as (delete from unfinished_forms where person_id = cast(@person as uuid) and id = cast(@id as uuid))
	insert into posted_forms (person_id, id, listing_id, posted_at)
	values (cast(@person as uuid), cast(@id as uuid), cast(@listing as uuid), @at)
	on conflict do nothing`

// became keeps of a form that it is posted, over the version of it that it says. market.ErrConflict: it was kept anew since, or became a
// listing before. The form is kept first, even when it never was: so whoever keeps it meanwhile waits for this, or this for them.
func became(ctx context.Context, tx pgx.Tx, f market.UnfinishedForm, listing market.ID) error {
	args, err := unfinishedArgs(ctx, f)
	if err != nil {
		return err
	}
	args["listing"] = string(listing)
	for _, sql := range []string{unfinishedSQL, postedSQL} {
		tag, err := tx.Exec(ctx, sql, args)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return market.ErrConflict
		}
	}
	return nil
}

// FinishForm keeps of a form that it became a listing, over the version of it that it says. market.ErrConflict: it was kept anew since, or
// became a listing before.
func (tx *Tx) FinishForm(ctx context.Context, f market.UnfinishedForm, listing market.ID) error {
	if err := tx.KeepUnfinished(ctx, f); err != nil {
		return err
	}
	return changed(tx.db.WithContext(ctx).Exec(postedSQL, map[string]any{"person": string(f.PersonID), "id": string(f.ID), "listing": string(listing), "at": f.KeptAt}))
}

// PostedForm is what a form of a person became. market.ErrNotFound: it is none that was posted, or another's.
func (r reads) PostedForm(ctx context.Context, person, id market.ID) (market.PostedForm, error) {
	return one[market.PostedForm](r.db.WithContext(ctx).Where("person_id = ? and id = ?", person, id))
}
