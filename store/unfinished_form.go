package store

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/jackc/pgx/v5"

	"wherewithal/market"
)

// unfinishedSQL keeps a form as the version after the one that it was made from. It writes nothing where the form was kept anew since. One
// that was thrown away meanwhile goes on from its version, so that what is made from an older one stays older.
const unfinishedSQL = `
	insert into unfinished_forms as f (person_id, id, side, fields, kept_at, version)
	values (cast(@person as uuid), cast(@id as uuid), @side, cast(@fields as jsonb), @at, cast(@version as bigint) + 1)
	on conflict (person_id, id) do update
	   set side = excluded.side, fields = excluded.fields, kept_at = excluded.kept_at, version = f.version + 1
	 where f.version = @version or f.kept_at < @since`

// notPosted is true of forms that did not become listings. The release before may have kept one after it did.
const notPosted = "not exists (select from posted_forms p where p.person_id = unfinished_forms.person_id and p.id = unfinished_forms.id)"

func unfinishedArgs(ctx context.Context, f market.UnfinishedForm) (pgx.NamedArgs, error) {
	fields, err := jsonColumn{}.Value(ctx, nil, reflect.Value{}, f.Fields)
	return pgx.NamedArgs{"person": string(f.PersonID), "id": string(f.ID), "side": string(f.Side), "fields": fields, "at": f.KeptAt,
		"version": f.Version, "since": f.KeptAt.Add(-market.UnfinishedLasts)}, err
}

// KeepUnfinished keeps a form over the version of it that it says. market.ErrConflict: it was kept anew since, or became a listing.
func (tx *Tx) KeepUnfinished(ctx context.Context, f market.UnfinishedForm) error {
	args, err := unfinishedArgs(ctx, f)
	if err != nil {
		return err
	}
	if err := changed(tx.db.WithContext(ctx).Exec(unfinishedSQL, map[string]any(args))); err != nil {
		return err
	}
	_, err = tx.PostedForm(ctx, f.PersonID, f.ID) // asked after who posts it was waited for
	switch {
	case errors.Is(err, market.ErrNotFound):
		return nil
	case err == nil:
		return market.ErrConflict
	}
	return err
}

// UnfinishedForms are those that a person kept since then, the last first, but for those that became listings. Of their fields there are
// the title and the language alone.
func (r reads) UnfinishedForms(ctx context.Context, person market.ID, since time.Time) ([]market.UnfinishedForm, error) {
	return many[market.UnfinishedForm](r.db.WithContext(ctx).
		Select("person_id, id, side, kept_at, version, jsonb_build_object('title', fields -> 'title', 'language', fields -> 'language') as fields").
		Where("person_id = ? and kept_at > ? and "+notPosted, person, since).Order("kept_at desc, id desc"))
}

// UnfinishedForm is one that a person kept since then. market.ErrNotFound: there is none, it is too old, it became a listing, or it is
// another's.
func (r reads) UnfinishedForm(ctx context.Context, person, id market.ID, since time.Time) (market.UnfinishedForm, error) {
	return one[market.UnfinishedForm](r.db.WithContext(ctx).Where("person_id = ? and id = ? and kept_at > ? and "+notPosted, person, id, since))
}

// DropUnfinished forgets a form of a person. market.ErrNotFound: there is none, it became a listing, or it is another's.
func (tx *Tx) DropUnfinished(ctx context.Context, person, id market.ID) error {
	res := tx.db.WithContext(ctx).Where("person_id = ? and id = ?", person, id).Delete(&market.UnfinishedForm{})
	if res.Error == nil && res.RowsAffected == 0 {
		return market.ErrNotFound
	}
	return translate(res.Error)
}
