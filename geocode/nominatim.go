package geocode

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"wherewithal/market"
)

// nominatimLink asks a service that speaks as Nominatim does. It is the only link that reads street addresses.
type nominatimLink struct{ *fetcher }

// nominatimPlace is the part of one hit (format jsonv2) that is used.
type nominatimPlace struct {
	Lat     string `json:"lat"`
	Lon     string `json:"lon"`
	Rank    int    `json:"place_rank"`
	Name    string `json:"display_name"`
	Address struct {
		Borough  string `json:"borough"`
		District string `json:"city_district"`
		City     string `json:"city"`
		Postcode string `json:"postcode"`
	} `json:"address"`
}

func (l nominatimLink) locate(ctx context.Context, now time.Time, q query) (Answer, error) {
	if q.whole && q.postcode == "" {
		return Answer{}, market.ErrNotFound // an outcode: the others know it better
	}
	var got []nominatimPlace
	ask := url.Values{"q": {q.text}, "format": {"jsonv2"}, "addressdetails": {"1"}, "countrycodes": {"gb"}, "limit": {"1"}}
	if err := l.into(ctx, now, &got, ask, "search"); err != nil {
		return Answer{}, err
	}
	if len(got) == 0 {
		return Answer{}, market.ErrNotFound
	}
	return got[0].answer()
}

func (n nominatimPlace) answer() (Answer, error) {
	precision := rankPrecision(n.Rank)
	if precision == "" {
		return Answer{}, market.ErrNotFound
	}
	lat, lng := number(n.Lat), number(n.Lon)
	p, err := point(lat, lng)
	a := Answer{Point: p, Precision: precision, Label: n.Name, Borough: n.borough(), Source: "nominatim"}
	if pc, ok := postcodeIn(n.Address.Postcode); ok {
		a.Outcode = pc.Outcode()
	}
	return a, err
}

// rankPrecision reads Nominatim's address rank: 28 and above is a house or a venue, 21 to 27 a postcode or a street,
// 17 to 20 a quarter of a town. A whole town or county says too little to be a place, and is no answer.
func rankPrecision(rank int) market.Precision {
	switch {
	case rank >= 28:
		return market.ByPoint
	case rank >= 21:
		return market.ByPostcode
	case rank >= 17:
		return market.ByOutcode
	}
	return ""
}

// borough is the first of the fields that names one; which field holds it differs from borough to borough.
func (n nominatimPlace) borough() string {
	for _, name := range []string{n.Address.Borough, n.Address.District, n.Address.City} {
		if b, ok := BoroughNamed(name); ok {
			return b.Name
		}
	}
	return ""
}

func number(s string) *float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil
	}
	return &f
}
