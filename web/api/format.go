package api

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"wherewithal/web/httpx"
)

// The formats of answers. What an operation can give stands in its description.
const (
	formatJSON = "application/json"
	formatGeo  = "application/geo+json"
	formatCSV  = "text/csv"
)

// asTables has the operation that reads a path give what it found for maps and spreadsheets as well.
func (a *API) asTables(path string) {
	text := &huma.Schema{Type: huma.TypeString}
	content := a.huma.OpenAPI().Paths[Prefix+path].Get.Responses["200"].Content
	content[formatCSV] = &huma.MediaType{Schema: text}
	feature := &huma.Schema{Type: huma.TypeObject, Description: "A listing: its public point, or null, and the rest as properties."}
	content[formatGeo] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeObject, Required: []string{"type", "features"}, Properties: map[string]*huma.Schema{
		"type":     {Type: huma.TypeString, Enum: []any{"FeatureCollection"}},
		"features": {Type: huma.TypeArray, Items: feature},
		"total":    {Type: huma.TypeInteger},
		"next":     text,
	}}}
}

// negotiate chooses the format that whoever asks likes best of what the operation has, the one that stands first above for
// equals, and writes it over what was asked. httpx.ErrFormat: it has none of those that were asked for.
func negotiate(r *http.Request, op *huma.Operation) error {
	offers := offered(op)
	if len(offers) == 0 {
		return nil
	}
	best, most := "", 0.0
	asked := ranges(strings.Join(r.Header.Values("Accept"), ","))
	for _, offer := range offers {
		if q := asked.of(offer); q > most {
			best, most = offer, q
		}
	}
	if best == "" {
		return httpx.ErrFormat
	}
	r.Header.Set("Accept", best)
	return nil
}

// offered are the formats of an operation's good answers, JSON first.
func offered(op *huma.Operation) (all []string) {
	for status, answer := range op.Responses {
		if !strings.HasPrefix(status, "2") {
			continue
		}
		for kind := range maps.Keys(answer.Content) {
			all = append(all, kind)
		}
	}
	order := []string{formatJSON, formatGeo, formatCSV}
	slices.SortFunc(all, func(a, b string) int {
		return (slices.Index(order, a)+len(order)+1)%(len(order)+1) - (slices.Index(order, b)+len(order)+1)%(len(order)+1)
	})
	return slices.Compact(all)
}

// accepted are the ranges of an Accept header with their weights.
type accepted map[string]float64

func ranges(header string) accepted {
	out := accepted{}
	for _, part := range strings.Split(header, ",") {
		kind, params, err := mime.ParseMediaType(strings.TrimSpace(part))
		if err != nil {
			continue
		}
		q, err := strconv.ParseFloat(params["q"], 64)
		if params["q"] == "" {
			q, err = 1, nil
		}
		if err == nil && q >= 0 && q <= 1 {
			out[kind] = q
		}
	}
	if strings.TrimSpace(header) == "" {
		out["*/*"] = 1
	}
	return out
}

// of is the weight of a format: what names it most closely counts.
func (a accepted) of(kind string) float64 {
	family, _, _ := strings.Cut(kind, "/")
	for _, name := range []string{kind, family + "/*", "*/*"} {
		if q, ok := a[name]; ok {
			return q
		}
	}
	return 0
}

// feature is a listing for a map, as RFC 7946 has it.
type feature struct {
	Type       string         `json:"type"`
	ID         string         `json:"id"`
	Geometry   any            `json:"geometry"` // null without a place
	Properties map[string]any `json:"properties"`
}

// writeGeo writes what was found for a map.
func writeGeo(w io.Writer, v any) error {
	found, ok := v.(Found)
	if !ok {
		return fmt.Errorf("%T is nothing for a map", v)
	}
	features := make([]feature, len(found.Items))
	for i, hit := range found.Items {
		f := feature{Type: "Feature", ID: hit.Listing.ID}
		if p := hit.Listing.Place; p != nil && hit.Listing.has("place") {
			f.Geometry = map[string]any{"type": "Point", "coordinates": []float64{p.Lng, p.Lat}}
		}
		text, err := json.Marshal(hit.Listing)
		if err == nil {
			err = json.Unmarshal(text, &f.Properties)
		}
		if err != nil {
			return err
		}
		if hit.KM > 0 {
			f.Properties["km"] = hit.KM
		}
		if hit.Meant {
			f.Properties["meant"] = true
		}
		features[i] = f
	}
	out := map[string]any{"type": "FeatureCollection", "features": features, "total": found.Total}
	if found.Next != "" {
		out["next"] = found.Next
	}
	return json.NewEncoder(w).Encode(out)
}

// column of a table: the field of a listing that it belongs to, and what stands in its cells.
type column struct {
	field, name string
	cell        func(Hit) string
}

var columns = []column{
	{"id", "id", func(h Hit) string { return h.Listing.ID }},
	{"side", "side", func(h Hit) string { return h.Listing.Side }},
	{"kind", "kind", func(h Hit) string { return h.Listing.Kind }},
	{"title", "title", func(h Hit) string { return h.Listing.Title }},
	{"description", "description", func(h Hit) string { return h.Listing.Description }},
	{"tags", "tags", func(h Hit) string { return strings.Join(h.Listing.Tags, "; ") }},
	{"quantity", "quantity", func(h Hit) string { return strconv.Itoa(h.Listing.Quantity) }},
	{"unit", "unit", func(h Hit) string { return h.Listing.Unit }},
	{"where", "where", func(h Hit) string { return h.Listing.Where }},
	{"terms", "terms", func(h Hit) string { return h.Listing.Terms.Kind }},
	{"terms", "pence", func(h Hit) string { return number(h.Listing.Terms.Pence) }},
	{"group", "groupId", func(h Hit) string { return h.Listing.Group.ID }},
	{"group", "groupName", func(h Hit) string { return h.Listing.Group.Name }},
	{"place", "borough", func(h Hit) string { return spot(h).Borough }},
	{"place", "lat", func(h Hit) string { return degrees(h, spot(h).Lat) }},
	{"place", "lng", func(h Hit) string { return degrees(h, spot(h).Lng) }},
	{"id", "km", func(h Hit) string { return number(h.KM) }},
	{"openedAt", "openedAt", func(h Hit) string { return moment(h.Listing.OpenedAt) }},
	{"expiresAt", "expiresAt", func(h Hit) string { return moment(h.Listing.ExpiresAt) }},
	{"updatedAt", "updatedAt", func(h Hit) string { return moment(&h.Listing.UpdatedAt) }},
	{"url", "url", func(h Hit) string { return h.Listing.URL }},
}

func spot(h Hit) Spot {
	if h.Listing.Place == nil {
		return Spot{}
	}
	return *h.Listing.Place
}

func degrees(h Hit, n float64) string {
	if h.Listing.Place == nil {
		return ""
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// writeCSV writes what was found as RFC 4180 has tables, in UTF-8. The next page is in Link.
func writeCSV(out io.Writer, v any) error {
	found, ok := v.(Found)
	if !ok {
		return fmt.Errorf("%T is nothing for a table", v)
	}
	shown := columns
	if len(found.only) > 0 {
		shown = slices.DeleteFunc(slices.Clone(columns), func(c column) bool { return c.field != "id" && !found.only[c.field] })
	}
	w := httpx.NewTable(out)
	cells := make([]string, len(shown))
	for i, c := range shown {
		cells[i] = c.name
	}
	w.Row(cells...)
	for _, hit := range found.Items {
		for i, c := range shown {
			cells[i] = c.cell(hit)
		}
		w.Row(cells...)
	}
	return w.Close()
}
