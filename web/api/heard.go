package api

import (
	"sync"

	"wherewithal/geocode"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/search"
)

// Heard is one thing that was read out of the words of a search. Only the members of its fact are there.
type Heard struct {
	Fact   string   `json:"fact" enum:"place,within,when,people,step_free,accessible_toilet,hearing_loop,quiet_room,parking,baby_changing" doc:"Its name; in off it stays words."`
	Place  string   `json:"place,omitempty" required:"false" doc:"As it was named. Only those built in are known: outcodes, districts and boroughs of London."`
	Lat    *float64 `json:"lat,omitempty" required:"false" doc:"Where that is, about; missing when it is not known, and distances are then not looked at."`
	Lng    *float64 `json:"lng,omitempty" required:"false"`
	KM     float64  `json:"km,omitempty" required:"false"`
	Day    string   `json:"day,omitempty" required:"false" format:"date" doc:"On that day, at the hours of window, or at some time of it."`
	From   string   `json:"from,omitempty" required:"false" format:"date" doc:"From that day on."`
	Until  string   `json:"until,omitempty" required:"false" format:"date" doc:"Until that day, which is one of them."`
	Window *Window  `json:"window,omitempty" required:"false" doc:"Every week at that time, or on each of the days at those hours; of a part of a day an hour of it is asked for."`
	AllDay bool     `json:"allDay,omitempty" required:"false" doc:"No hours were said: some time of such a day is asked for."`
	People int      `json:"people,omitempty" required:"false"`
}

// hear reads the words of a search, but for what its parameters say themselves.
func (a *API) hear(c *call, in *searching, q search.Query) (search.Query, []Heard, error) {
	if !in.Read {
		return q, nil, nil
	}
	h := listing.Hear(q, market.DateOf(c.now.In(market.When{}.Location())), in.Off)
	at, err := a.hearPlace(c, in, h)
	if err != nil {
		return q, nil, err
	}
	h.When()
	if in.Seated == 0 {
		h.People()
	}
	h.Features()
	out := []Heard{}
	for _, f := range h.Facts {
		out = append(out, heardOf(f, at))
	}
	return h.Query, out, nil
}

func (a *API) hearPlace(c *call, in *searching, h *listing.Heard) (at *market.Point, err error) {
	if in.placed {
		return at, nil
	}
	name := h.Place()
	if name == "" {
		return at, nil
	}
	places, err := builtIn()
	if err != nil {
		return at, err
	}
	if found, err := places.Locate(c.ctx, c.now, name); err == nil {
		at = &found.Point
		h.Query.Near = at
	}
	if in.RadiusKM == 0 {
		h.Within()
	}
	return at, nil
}

// builtIn knows the places that come with the program; it asks nobody outside.
var builtIn = sync.OnceValues(func() (*geocode.Chain, error) { return geocode.New(geocode.Config{}) })

func heardOf(f listing.Fact, at *market.Point) Heard {
	out := Heard{Fact: f.Name, Place: f.Place, KM: f.KM, Day: string(f.Day), From: string(f.From), Until: string(f.Until), AllDay: f.AllDay, People: f.People}
	if f.Place != "" && at != nil {
		out.Lat, out.Lng = &at.Lat, &at.Lng
	}
	if f.Window != nil {
		w := windowOf(*f.Window)
		out.Window = &w
	}
	return out
}
