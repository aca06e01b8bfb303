package pages

import (
	"encoding/json"
	"net/http"

	"wherewithal/geocode"
	"wherewithal/market"
	"wherewithal/telemetry"
	"wherewithal/web/httpx"
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
		lines = append(lines, line{p.Value, p.Label})
	}
	body, err := json.Marshal(lines)
	if err != nil {
		return err
	}
	c.Gin.Header("Cache-Control", "public, max-age=86400")
	httpx.Write(c.Gin, http.StatusOK, "application/json", body)
	return nil
}

// locate reads a place as typed. sure is false when the group should confirm what was found: words that are neither a
// postcode, nor the first half of one, nor one of our suggestions.
func (s *Site) locate(c *Call, typed string) (p market.Place, sure bool, err error) {
	a, err := s.Places.Locate(c.Ctx, c.Now, typed)
	if err != nil {
		return p, false, err
	}
	if a.Missed != nil {
		telemetry.Add(c.Ctx, "geocoder", "degraded")
	}
	p = market.Place{Outcode: a.Outcode, Borough: a.Borough, Region: "London", Precision: a.Precision, Exact: a.Point}
	if postcode, err := geocode.ParsePostcode(typed); err == nil {
		p.Postcode = string(postcode)
	}
	return p, p.Postcode != "" || suggested(typed), nil
}

// suggested reports whether the text is an outcode or a line of the combobox, which say what they mean.
func suggested(typed string) bool {
	if _, err := geocode.ParseOutcode(typed); err == nil {
		return true
	}
	for _, p := range geocode.Suggest(typed, suggestions) {
		if p.Value == typed {
			return true
		}
	}
	return false
}
