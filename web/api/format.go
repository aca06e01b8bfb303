package api

import (
	"maps"
	"mime"
	"net/http"
	"reflect"
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
)

// asTables has the operation that reads a path give the pages of its list for spreadsheets as well, and for maps where they are of what
// is somewhere. answer is what the operation answers, and has nothing done to it when that is no page.
func (a *API) asTables(path string, answer reflect.Type) {
	body, has := answer.FieldByName("Body")
	if !has || !body.Type.Implements(reflect.TypeFor[table]()) {
		return
	}
	text := &huma.Schema{Type: huma.TypeString}
	content := a.huma.OpenAPI().Paths[Prefix+path].Get.Responses["200"].Content
	content[formatCSV] = &huma.MediaType{Schema: text}
	items, _ := body.Type.FieldByName("Items")
	if !items.Type.Elem().Implements(reflect.TypeFor[located]()) {
		return
	}
	feature := &huma.Schema{Type: huma.TypeObject, Description: "A listing: its public point, or null, and the rest as properties."}
	content[formatGeo] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeObject, Required: []string{"type", "features"}, Properties: map[string]*huma.Schema{
		"type":     {Type: huma.TypeString, Enum: []any{"FeatureCollection"}},
		"features": {Type: huma.TypeArray, Items: feature},
		"total":    {Type: huma.TypeInteger, Description: "Of a search: of all pages."},
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
