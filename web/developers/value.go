package developers

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"wherewithal/sample"
)

// Given are the values that stand in an example for what the document names: a path parameter or a header by its name, ids in
// bodies by the name of their field.
type Given map[string]string

// anID stands for ids of things that whoever reads must have first.
const anID = "0199b3a4-7c1e-7d52-9a3b-5f2e8c6d1a07"

// sketch is what an example says that the document leaves open: which optional parameters it sends, and its body.
type sketch struct {
	query []string // pairs
	body  string   // JSON; {name} is filled from Given
}

const aHall = `"side": "offer",
  "kind": "room",
  "title": "Parish hall with a kitchen",
  "description": "A level hall for dances, meetings and meals.",
  "facts": {"seated": 80, "kitchen": true},
  "when": {"windows": [{"repeat": "weekly", "days": ["tu", "th"], "from": "18:00", "until": "22:00"}]},
  "where": "at_place",
  "placeId": "{placeId}",
  "terms": {"kind": "at_cost", "pence": 1500, "per": "hour", "for": "Heating"},
  "has": ["step_free"],
  "circle": "anyone"`

const aWebhook = `{"url": "https://directory.example/hooks", "types": ["listing.changed", "listing.gone"]}`

const aService = `{"contents": [{
  "id": "mending-1",
  "organization_id": "marsh-lane",
  "name": "Mending of clothes",
  "description": "Bring what is torn; we show you how.",
  "status": "active"
}]}`

const someChairs = `
  "groupReference": "marsh-lane",
  "side": "offer",
  "kind": "equipment",
  "title": "Forty folding chairs",
  "quantity": 40,
  "unit": "chairs",
  "where": "collected",
  "terms": {"kind": "loan", "loanDays": 7},
  "circle": "anyone"`

// sketches by operation. One that has none says what its document needs, with values made of the schema.
var sketches = map[string]sketch{
	"search":                {query: []string{"q", "hall near SE10", "read", "true", "limit", "5"}},
	"search-parties":        {query: []string{"q", "choir", "type", "group"}},
	"suggest":               {query: []string{"q", "hal"}},
	"list-changes":          {query: []string{"limit", "100"}},
	"list-directory":        {query: []string{"limit", "20"}},
	"list-listings":         {query: []string{"life", "open"}},
	"create-listing":        {body: "{\n  \"groupId\": \"{groupId}\",\n  " + aHall + "\n}"},
	"edit-listing":          {body: "{\n  " + aHall + "\n}"},
	"pause-listing":         {body: `{"until": "{until}"}`},
	"close-listing":         {body: `{"as": "fulfilled"}`},
	"copy-listing":          {body: `{"photos": false}`},
	"preview-listing":       {body: "{\n  \"groupId\": \"{groupId}\",\n  " + aHall + "\n}"},
	"answer-introduction":   {body: `{"answer": "yes"}`},
	"answer-ring":           {body: `{"group": "{groupId}", "answer": "yes"}`},
	"add-photo":             {query: []string{"alt", "The hall from the stage, with its chairs in rows"}},
	"create-webhook":        {body: aWebhook},
	"edit-webhook":          {body: aWebhook},
	"replay-webhook":        {body: `{"failedSince": "{since}"}`},
	"put-partner-group":     {body: `{"contact": "hello@marshlane.example", "name": "Marsh Lane Menders", "does": "Mends what others throw away.", "postcode": "SE10"}`},
	"put-partner-listing":   {body: "{" + someChairs + "\n}"},
	"send-partner-listings": {body: "{\n  \"items\": [{\n  \"reference\": \"chairs-1\"," + someChairs + "\n  }]\n}"},
	"close-partner-listing": {body: `{"as": "fulfilled"}`},
	"read-import":           {body: aService},
	"do-import":             {body: `{"sha256": "{sha256}"}`},
	"save-search":           {body: `{"pace": "digest", "asks": {"side": "offer", "q": "hall", "days": ["th"], "from": "18:00", "until": "20:00", "seated": 40}}`},
	"arrange-photos":        {body: `{"items": [{"id": "{photo}", "alt": "The hall from the stage"}]}`},
}

// Shown are the values on pages: of the sandbox, where a test key sees the thing, so that an example runs as it stands. now is
// the day on which it does.
func (o Operation) Shown(now time.Time) Given {
	g := Given{"id": anID, "groupId": anID, "placeId": anID, "photo": anID, "other": anID, "size": "small", "Idempotency-Key": "parish-hall-1", "sha256": strings.Repeat("0", 64), "If-Match": `"1"`,
		"until": now.AddDate(0, 1, 0).Format(time.DateOnly), "since": now.AddDate(0, 0, -1).UTC().Truncate(24 * time.Hour).Format(time.RFC3339)}
	if o.Access.Key == "" {
		return g
	}
	box, _ := sample.Sandbox(now)
	g["slug"] = box.Networks[0].Slug
	switch {
	case strings.Contains(o.Path, "/partner/groups/"):
		g["reference"] = "marsh-lane"
	case strings.Contains(o.Path, "/partner/listings/"):
		g["reference"] = "chairs-1"
	case strings.Contains(o.Path, "/listings/"):
		g["id"] = string(box.Listings[0].ID)
	case strings.Contains(o.Path, "/groups/"):
		g["id"] = string(box.Groups[0].ID)
	}
	return g
}

func (g Given) fill(text string) string {
	pairs := []string{}
	for name, value := range g {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// value of a parameter: one that is given, else one that its schema takes.
func (g Given) value(p *huma.Param) string {
	if v := g[p.Name]; v != "" {
		return v
	}
	if s, ok := made(p.Schema, nil, 0).(string); ok {
		return s
	}
	text, _ := json.Marshal(made(p.Schema, nil, 0))
	return string(text)
}

// body is a JSON text that a schema takes: what must be there, and what has an example.
func (s shapes) body(schema *huma.Schema) string {
	text, err := json.MarshalIndent(made(schema, s, 0), "", "  ")
	if err != nil {
		return "{}"
	}
	return string(text)
}

// deepest is how far an example nests: ours nest four deep.
const deepest = 6

func made(s *huma.Schema, named shapes, depth int) any {
	if s != nil && s.Ref != "" {
		s = named[shapeName(s.Ref)]
	}
	switch {
	case s == nil || depth > deepest:
		return nil
	case len(s.Examples) > 0:
		return s.Examples[0]
	case s.Default != nil:
		return s.Default
	case len(s.Enum) > 0:
		return s.Enum[0]
	}
	switch s.Type {
	case huma.TypeObject:
		out := map[string]any{}
		for name, p := range s.Properties {
			if slices.Contains(s.Required, name) || len(p.Examples) > 0 {
				out[name] = made(p, named, depth+1)
			}
		}
		return out
	case huma.TypeArray:
		return []any{made(s.Items, named, depth+1)}
	case huma.TypeBoolean:
		return true
	case huma.TypeInteger, huma.TypeNumber:
		if s.Minimum != nil && *s.Minimum > 1 {
			return *s.Minimum
		}
		return 1
	}
	return textFor(s)
}

func textFor(s *huma.Schema) string {
	switch s.Format {
	case "uuid":
		return anID
	case "date":
		return "2027-03-01"
	case "date-time":
		return "2027-03-01T18:00:00Z"
	case "uri":
		return "https://directory.example/"
	}
	said := "example"
	for s.MinLength != nil && len(said) < *s.MinLength {
		said += "-example"
	}
	if s.MaxLength != nil && len(said) > *s.MaxLength {
		said = said[:*s.MaxLength]
	}
	return said
}
