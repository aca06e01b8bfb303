package geocode

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
)

// postcodesLink asks a service that speaks as postcodes.io does.
type postcodesLink struct{ *fetcher }

// postcodesAnswer and outcodesAnswer are the parts of its answers that are used. A postcode without a grid
// reference has null for both degrees.
type postcodesAnswer struct {
	Result struct {
		Latitude  *float64 `json:"latitude"`
		Longitude *float64 `json:"longitude"`
		District  string   `json:"admin_district"`
	} `json:"result"`
}

type outcodesAnswer struct {
	Result struct {
		Latitude  *float64 `json:"latitude"`
		Longitude *float64 `json:"longitude"`
		Districts []string `json:"admin_district"`
	} `json:"result"`
}

func (l postcodesLink) locate(ctx context.Context, now time.Time, q query) (Answer, error) {
	if q.postcode != "" {
		a, err := l.postcode(ctx, now, q.postcode)
		if !errors.Is(err, market.ErrNotFound) {
			return a, err
		}
	}
	if _, ours := Outcode(q.outcode); ours || !q.whole {
		return Answer{}, market.ErrNotFound // of a postcode whose outcode the built-in table has
	}
	return l.outcode(ctx, now, q.outcode)
}

func (l postcodesLink) postcode(ctx context.Context, now time.Time, pc Postcode) (Answer, error) {
	var got postcodesAnswer
	if err := l.into(ctx, now, &got, nil, "postcodes", string(pc)); err != nil {
		return Answer{}, err
	}
	p, err := point(got.Result.Latitude, got.Result.Longitude)
	return Answer{Point: p, Precision: market.ByPostcode, Borough: got.Result.District, Label: string(pc),
		Outcode: pc.Outcode(), Source: "postcodes"}, err
}

func (l postcodesLink) outcode(ctx context.Context, now time.Time, code string) (Answer, error) {
	var got outcodesAnswer
	if err := l.into(ctx, now, &got, nil, "outcodes", code); err != nil {
		return Answer{}, err
	}
	p, err := point(got.Result.Latitude, got.Result.Longitude)
	a := Answer{Point: p, Precision: market.ByOutcode, Label: code, Outcode: code, Source: "postcodes"}
	if len(got.Result.Districts) == 1 { // an outcode over several districts belongs to none of them
		a.Borough = got.Result.Districts[0]
	}
	return a, err
}

// point checks what a service said: the British Isles, and nothing else, are believed.
func point(lat, lng *float64) (market.Point, error) {
	if lat == nil || lng == nil {
		return market.Point{}, market.ErrNotFound
	}
	p := market.Point{Lat: *lat, Lng: *lng}
	if !inBritain(p) {
		return market.Point{}, errors.New("answered a point outside the British Isles")
	}
	return p, nil
}

func inBritain(p market.Point) bool {
	return p.Lat > 49 && p.Lat < 61 && p.Lng > -9 && p.Lng < 2.5
}
