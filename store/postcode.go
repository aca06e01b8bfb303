package store

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Postcode is one imported postcode with its point.
type Postcode struct {
	Postcode string
	Lat, Lng float64
	Borough  string
}

// KeepPostcodes writes postcodes over those that were imported before. One transaction: all or none of rows.
func (s *Store) KeepPostcodes(ctx context.Context, rows []Postcode) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `create temporary table fresh (like postcodes) on commit drop`); err != nil {
			return err
		}
		source := pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
			r := rows[i]
			return []any{r.Postcode, r.Lat, r.Lng, r.Borough}, nil
		})
		if _, err := tx.CopyFrom(ctx, pgx.Identifier{"fresh"}, []string{"postcode", "lat", "lng", "borough"}, source); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into postcodes select distinct on (postcode) * from fresh
			on conflict (postcode) do update set lat = excluded.lat, lng = excluded.lng, borough = excluded.borough`)
		return err
	})
	return translate(err)
}
