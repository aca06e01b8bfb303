package api

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"wherewithal/market"
)

// Picked is a listing of which only some fields are told.
type Picked struct {
	Listing
	only map[string]bool // names of fields beside the id; nil: all
}

func (p Picked) has(field string) bool { return p.only == nil || p.only[field] }

// MarshalJSON leaves out what was not asked for.
func (p Picked) MarshalJSON() ([]byte, error) { return pruned(p.Listing, p.only) }

// Schema is a listing's, of which nothing but the id must be there.
func (Picked) Schema(r huma.Registry) *huma.Schema { return partOf(r, reflect.TypeFor[Listing]()) }

// PickedGroup is a group of which only some fields are told.
type PickedGroup struct {
	Group
	only map[string]bool // as of Picked
}

// MarshalJSON leaves out what was not asked for.
func (p PickedGroup) MarshalJSON() ([]byte, error) { return pruned(p.Group, p.only) }

// Schema is a group's, of which nothing but the id must be there.
func (PickedGroup) Schema(r huma.Registry) *huma.Schema { return partOf(r, reflect.TypeFor[Group]()) }

// pruned is JSON of something with none but the fields that were asked for and its id; with all for nil.
func pruned(whole any, only map[string]bool) ([]byte, error) {
	text, err := json.Marshal(whole)
	if err != nil || only == nil {
		return text, err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	for name := range all {
		if name != "id" && !only[name] {
			delete(all, name)
		}
	}
	return json.Marshal(all)
}

// partOf is the schema of a thing of which nothing but the id must be there, under a name of its own.
func partOf(r huma.Registry, thing reflect.Type) *huma.Schema {
	part, name := *r.SchemaFromRef(r.Schema(thing, true, "").Ref), "PartOf"+thing.Name()
	part.Required = []string{"id"}
	r.Map()[name] = &part
	return &huma.Schema{Ref: "#/components/schemas/" + name}
}

// fieldNames and groupFields are what the fields of a listing and of a group are called.
var fieldNames, groupFields = names(reflect.TypeFor[Listing]()), names(reflect.TypeFor[Group]())

// Picking asks for some fields of listings.
type Picking struct {
	Fields []string `query:"fields,explode" maxItems:"40" doc:"Of a listing only these, by their names, and its id."`
}

func (p Picking) only() (map[string]bool, error) { return picking(p.Fields, fieldNames) }

func names(t reflect.Type) map[string]bool {
	out := map[string]bool{}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			for name := range names(f.Type) {
				out[name] = true
			}
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		out[name] = true
	}
	return out
}

// picking is the set of fields asked for; nil when none were.
func picking(fields []string, there map[string]bool) (map[string]bool, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	only := map[string]bool{}
	for _, f := range fields {
		if !there[f] {
			return nil, market.Refuse(inQuery+"fields", "choice")
		}
		only[f] = true
	}
	return only, nil
}

// moment is a time as JSON has it; "" for none.
func moment(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
