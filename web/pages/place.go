package pages

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"wherewithal/geocode"
	"wherewithal/market"
	"wherewithal/telemetry"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerPlaces is for the combobox: what was typed so far, without asking anybody outside.
func (s *Site) registerPlaces() { s.get("/places", s.suggestPlaces) }

const suggestions = 8 // as many lines as a phone shows above its keyboard

func (s *Site) suggestPlaces(c *Call) error {
	type line struct {
		Value string `json:"value"`
		Label string `json:"label"`
	}
	lines := []line{}
	typed := c.Gin.Query("q")
	if len(typed) > 100 {
		typed = ""
	}
	for _, p := range geocode.Suggest(typed, suggestions) {
		of := line{p.Value, c.suggested(p)}
		if p.Outcode == "" {
			of.Value = of.Label
		}
		lines = append(lines, of)
	}
	body, err := json.Marshal(lines)
	if err != nil {
		return err
	}
	c.Gin.Header("Cache-Control", "private, max-age=3600")
	httpx.Write(c.Gin, http.StatusOK, "application/json", body)
	return nil
}

// How often the services outside are asked where something lies: for one network more than a street of neighbours types
// in an hour, and for everybody together what a small service of one's own answers without noticing. What is kept or
// built in counts for neither.
const (
	placesPerHour    = 60
	allPlacesPerHour = 3000
)

// whereIs is where a typed text lies. Those who ask too often, and everybody while the services are away, are told what
// is built in; a text that is not is refused with a sentence.
func (s *Site) whereIs(c *Call, typed string) (geocode.Answer, error) {
	leave := func() error {
		if err := s.Limits.Allow(c.Ctx, httpx.Rule{Name: "places", Hour: placesPerHour}, httpx.Network(c.Gin.ClientIP())); err != nil {
			return err
		}
		return s.Limits.Allow(c.Ctx, httpx.Rule{Name: "places_all", Hour: allPlacesPerHour}, "")
	}
	a, err := s.Places.Locate(geocode.WithLeave(c.Ctx, leave), c.Now, inOurWords(typed))
	if a.Missed != nil {
		telemetry.Add(c.Ctx, "geocoder", "degraded")
	}
	switch {
	case errors.Is(err, market.ErrTooMany):
		return a, market.Refuse("place", "place_often")
	case errors.Is(err, market.ErrUnavailable):
		telemetry.Add(c.Ctx, "geocoder", "away")
		return a, market.Refuse("place", "place_later")
	}
	return a, err
}

// locate reads a place as typed. sure is false when the group should confirm what was found: words that are neither a
// postcode, nor the first half of one, nor one of our suggestions.
func (s *Site) locate(c *Call, typed string) (p market.Place, sure bool, err error) {
	a, err := s.whereIs(c, typed)
	if err != nil {
		return p, false, err
	}
	p = market.Place{Outcode: a.Outcode, Borough: a.Borough, Region: "London", Precision: a.Precision, Exact: a.Point}
	if postcode, err := geocode.ParsePostcode(typed); err == nil {
		p.Postcode = string(postcode)
	}
	return p, p.Postcode != "" || suggested(inOurWords(typed)), nil
}

// suggested reports whether the text is an outcode or a line of the combobox, which say what they mean.
func suggested(typed string) bool {
	if _, err := geocode.ParseOutcode(typed); err == nil {
		return true
	}
	name, _, _ := strings.Cut(typed, ",")
	for _, p := range geocode.Suggest(strings.TrimSuffix(name, " (borough)"), everySuggestion) {
		if strings.EqualFold(p.Value, typed) {
			return true
		}
	}
	return false
}

const everySuggestion = 50 // more than begin alike

// meantMost is how many places are put up for choice: more are not read.
const meantMost = 5

// inOurWords is a borough as the combobox suggested it, in any language, as the places know it; any other text as it is.
func inOurWords(typed string) string {
	name, _, ok := strings.Cut(typed, " (")
	if ok && slices.ContainsFunc(wording.Languages(), func(lang string) bool {
		return strings.EqualFold(typed, wording.Text(lang, "market.borough", map[string]any{"Name": name}))
	}) {
		return name + " (borough)"
	}
	return typed
}

// suggested is what to show of a place that may be meant.
func (c *Call) suggested(s geocode.Suggestion) string {
	if s.Outcode == "" {
		return c.T("market.borough", "Name", s.Borough)
	}
	return s.Label
}

// meant are the places that a text may mean: those that begin so, then those that are a slip away.
func meant(typed string) []geocode.Suggestion {
	found := geocode.Suggest(typed, meantMost)
	for _, near := range geocode.Near(typed, meantMost) {
		if !slices.ContainsFunc(found, func(f geocode.Suggestion) bool { return f.Value == near.Value }) {
			found = append(found, near)
		}
	}
	return found[:min(meantMost, len(found))]
}

// nearby is the place that a search is about.
type nearby struct {
	point *market.Point // nil: everywhere
	name  string
	note  string      // what is to be said about it: that it is not known, or was asked too often
	meant []view.Link // then, what may have been meant
}

// nearTo is where a typed place lies, and what to call it; everywhere, and why, for what is not known.
func (s *Site) nearTo(c *Call, typed string) nearby {
	at := nearby{name: c.T("market.everywhere")}
	if typed == "" || s.Places == nil {
		return at
	}
	a, err := s.whereIs(c, typed)
	if err != nil {
		at.note, at.meant = c.T("find.place_unknown", "Place", shortened(typed)), c.meantLinks(typed)
		if invalid := (*market.Invalid)(nil); errors.As(err, &invalid) && strings.HasPrefix(invalid.Faults[0].Code, "place_") && invalid.Faults[0].Code != "place_unknown" {
			at.note = httpx.Sentence(c.Lang, invalid.Faults[0])
		}
		return at
	}
	at.point, at.name = &a.Point, a.Borough
	if _, err := geocode.ParseOutcode(typed); err == nil || a.Borough == "" {
		at.name = or(a.Outcode, at.name)
	}
	return at
}

// meantLinks lead to the same page about a place that may have been meant.
func (c *Call) meantLinks(typed string) (links []view.Link) {
	for _, p := range meant(typed) {
		values := cloneValues(c.Gin.Request.URL.Query())
		values.Set("near", p.Value)
		values.Del("cursor")
		links = append(links, view.Link{Text: c.suggested(p), Href: c.Gin.Request.URL.Path + "?" + values.Encode()})
	}
	return links
}

// shortened is a text as a sentence can hold it.
func shortened(text string) string {
	const most = 40 // characters: longer than any place's name
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}
