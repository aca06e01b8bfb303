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
func (p Picked) MarshalJSON() ([]byte, error) {
	text, err := json.Marshal(p.Listing)
	if err != nil || p.only == nil {
		return text, err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	for name := range all {
		if name != "id" && !p.only[name] {
			delete(all, name)
		}
	}
	return json.Marshal(all)
}

// Schema is a listing's, of which nothing but the id must be there.
func (Picked) Schema(r huma.Registry) *huma.Schema {
	whole := r.Schema(reflect.TypeFor[Listing](), true, "")
	part := *r.SchemaFromRef(whole.Ref)
	part.Required = []string{"id"}
	return &part
}

// fieldNames are what a listing's fields are called.
var fieldNames = names(reflect.TypeFor[Listing]())

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
func picking(fields []string) (map[string]bool, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	only := map[string]bool{}
	for _, f := range fields {
		if !fieldNames[f] {
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
