package pages

import (
	"math"
	"net/http"

	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/outline"
	"wherewithal/web/pages/view"
)

func (s *Site) boundary(c *Call) error {
	n, err := s.atNetwork(c)
	if err != nil {
		return err
	}
	if len(n.Boundary) == 0 {
		return market.ErrNotFound
	}
	httpx.Write(c.Gin, http.StatusOK, "application/geo+json", market.GeoJSON(n.Boundary))
	return nil
}

// boundaryOf draws a network's boundary with the networks directly within it; nil when it has none.
func (c *Call) boundaryOf(n market.Network, within []market.Network) *view.Boundary {
	if len(n.Boundary) == 0 {
		return nil
	}
	var inner []outline.Area
	for _, o := range within {
		inner = append(inner, outline.Area{o.Boundary})
	}
	d := outline.Draw(outline.Area{n.Boundary}, inner)
	return &view.Boundary{Href: networkPath(n) + "/boundary.geojson", Title: c.T("network.boundary_of", "Name", n.Name),
		Says:  c.T("network.boundary_spans", "Wide", c.long(d.WideKM*1000), "High", c.long(d.HighKM*1000)),
		Width: outline.Width, Height: d.Height, Map: d.Map, Area: d.Area, Within: d.Within,
		Bar: d.Bar.Path, BarX: d.Bar.X, BarY: d.Bar.Y, Scale: c.long(float64(d.Bar.Metres))}
}

// long is a length in whole kilometres, and one below a kilometre in metres, to the nearest ten.
func (c *Call) long(metres float64) string {
	if tens := math.Round(metres/10) * 10; tens < 1000 {
		return c.T("network.metres", "Count", int(tens))
	}
	return c.T("network.kilometres", "Count", int(math.Round(metres/1000)))
}
