package api

import (
	"encoding/json"
	"fmt"
	"io"
)

// located is a thing of a list that may be somewhere.
type located interface {
	at() (id string, place *Spot) // nil: nowhere, or it was not asked where
	properties() any              // what a map tells of it, as JSON has it
}

func (p Picked) at() (string, *Spot) {
	if !p.has("place") {
		return p.ID, nil
	}
	return p.ID, p.Place
}

func (p Picked) properties() any { return p }

func (h Hit) at() (string, *Spot) { return h.Listing.at() }

func (h Hit) properties() any { return h.Listing }

func (s Supplied) at() (string, *Spot) {
	if s.Listing == nil {
		return s.Reference, nil
	}
	_, place := s.Listing.at()
	return s.Reference, place
}

func (s Supplied) properties() any { return s }

// feature is a thing on a map, as RFC 7946 has it.
type feature struct {
	Type       string         `json:"type"`
	ID         string         `json:"id"`
	Geometry   any            `json:"geometry"` // null without a place
	Properties map[string]any `json:"properties"`
}

// writeGeo writes a page of a list for a map.
func writeGeo(w io.Writer, v any) error {
	t, ok := v.(table)
	if !ok {
		return fmt.Errorf("%T is nothing for a map", v)
	}
	rows, _ := t.rows()
	features := make([]feature, rows.Len())
	for i := range features {
		thing, ok := rows.Index(i).Interface().(located)
		if !ok {
			return fmt.Errorf("%T is nowhere", v)
		}
		f, err := featureOf(thing)
		if err != nil {
			return err
		}
		features[i] = f
	}
	out := map[string]any{"type": "FeatureCollection", "features": features}
	if l, ok := v.(interface{ behind() string }); ok && l.behind() != "" {
		out["next"] = l.behind()
	}
	if found, ok := v.(Found); ok {
		out["total"] = found.Total
	}
	return json.NewEncoder(w).Encode(out)
}

func featureOf(thing located) (feature, error) {
	id, place := thing.at()
	f := feature{Type: "Feature", ID: id}
	if place != nil {
		f.Geometry = map[string]any{"type": "Point", "coordinates": []float64{place.Lng, place.Lat}}
	}
	text, err := json.Marshal(thing.properties())
	if err == nil {
		err = json.Unmarshal(text, &f.Properties)
	}
	if hit, ok := thing.(Hit); ok && err == nil {
		if hit.KM > 0 {
			f.Properties["km"] = hit.KM
		}
		if hit.Meant {
			f.Properties["meant"] = true
		}
	}
	return f, err
}
