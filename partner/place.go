package partner

import (
	"context"
	"errors"
	"sync"
	"time"

	"wherewithal/geocode"
	"wherewithal/market"
	"wherewithal/store"
)

// builtIn knows the places that come with the program; it asks nobody outside.
var builtIn = sync.OnceValues(func() (*geocode.Chain, error) { return geocode.New(geocode.Config{}) })

// Where is the place that a postcode, the first half of one, or a district means. market.Invalid: it is not known.
func (ps *Partners) Where(ctx context.Context, text string, now time.Time) (p market.Place, err error) {
	defer market.Wrap(&err, "Where")
	if ps.Places != nil {
		return where(ctx, ps.Places, text, now)
	}
	return whereBuiltIn(ctx, text, now)
}

// whereBuiltIn is Where by the places that come with the program.
func whereBuiltIn(ctx context.Context, text string, now time.Time) (market.Place, error) {
	places, err := builtIn()
	if err != nil {
		return market.Place{}, err
	}
	return where(ctx, places, text, now)
}

func where(ctx context.Context, places geocode.Geocoder, text string, now time.Time) (p market.Place, err error) {
	a, err := places.Locate(ctx, now, text)
	var bad *market.Invalid
	if errors.As(err, &bad) {
		err = market.Refuse("postcode", "postcode_unknown", "Given", text)
	}
	if err != nil {
		return p, err
	}
	p = market.Place{Outcode: a.Outcode, Borough: a.Borough, Region: "London", Precision: a.Precision, Exact: a.Point, Zone: market.DefaultZone}
	if postcode, err := geocode.ParsePostcode(text); err == nil {
		p.Postcode = string(postcode)
	}
	return p, nil
}

// placeOf is the place of a listing: that of its postcode, which the group gets if it has none there, or the group's first.
// at is where the postcode lies; nil when none was sent.
func (ps *Partners) placeOf(ctx context.Context, tx *store.Tx, group market.ID, at *market.Place, l market.Listing, now time.Time) (market.ID, error) {
	if at != nil {
		p, err := tx.PlaceIn(ctx, group, at.Postcode, at.Outcode)
		if !errors.Is(err, market.ErrNotFound) {
			return p.ID, err
		}
		p = *at
		p.ID, p.GroupID, p.CreatedAt = market.NewID(), group, now
		p, err = tx.AddPlaceOfOthers(ctx, p, market.Blur(ps.PlaceSecret, p.Exact))
		return p.ID, err
	}
	places, err := tx.Places(ctx, group)
	switch {
	case err != nil:
		return "", err
	case len(places) > 0:
		return places[0].ID, nil
	case l.Where == market.Online:
		return "", nil
	}
	return "", market.Refuse("postcode", "place_missing")
}
