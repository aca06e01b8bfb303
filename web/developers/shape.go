package developers

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// shapes are all objects of the document that have a name.
type shapes map[string]*huma.Schema

func shapesOf(d *huma.OpenAPI) shapes {
	if d.Components == nil || d.Components.Schemas == nil {
		return nil
	}
	return d.Components.Schemas.Map()
}

// of some operations: those that they name, and those that these name in turn.
func (s shapes) of(operations []Operation) (all []Shape) {
	seen := map[string]bool{}
	for _, o := range operations {
		if o.Body != nil {
			s.gather(o.Body.Shape, seen)
		}
		for _, a := range o.Answers {
			s.gather(a.Shape, seen)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		all = append(all, Shape{name, fieldsOf(s[name])})
	}
	return all
}

func (s shapes) gather(name string, seen map[string]bool) {
	if s[name] == nil || seen[name] {
		return
	}
	seen[name] = true
	for _, f := range fieldsOf(s[name]) {
		s.gather(f.Shape, seen)
	}
}

// fieldsOf a schema: those that must be there first.
func fieldsOf(s *huma.Schema) (all []Field) {
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		all = append(all, fieldOf(name, s.Properties[name], slices.Contains(s.Required, name)))
	}
	slices.SortStableFunc(all, func(a, b Field) int {
		if a.Required == b.Required {
			return 0
		}
		if a.Required {
			return -1
		}
		return 1
	})
	return all
}

func fieldOf(name string, s *huma.Schema, required bool) Field {
	f := Field{Name: name, Required: required}
	if s == nil {
		return f
	}
	f.About, f.Bounds = s.Description, boundsOf(s)
	f.Type, f.Shape = typeOf(s)
	return f
}

// typeOf a schema in the words of JSON, and the shape that it names.
func typeOf(s *huma.Schema) (kind, shape string) {
	switch {
	case s == nil:
		return "any", ""
	case s.Ref != "":
		shape = shapeName(s.Ref)
		return shape, shape
	case s.Type == huma.TypeArray:
		kind, shape = typeOf(s.Items)
		kind, format, _ := strings.Cut(kind, " ")
		return strings.TrimSpace(kind + "[] " + format), shape
	case s.Type == huma.TypeObject:
		if each, ok := s.AdditionalProperties.(*huma.Schema); ok {
			kind, shape = typeOf(each)
			return "{name: " + kind + "}", shape
		}
	}
	kind = cmp.Or(s.Type, "any")
	if s.Format != "" && s.Type == huma.TypeString {
		kind += " (" + s.Format + ")"
	}
	return kind, ""
}

func shapeName(ref string) string { return ref[strings.LastIndex(ref, "/")+1:] }

func boundsOf(s *huma.Schema) (all []Bound) {
	add := func(key, value string) { all = append(all, Bound{key, value}) }
	if len(s.Enum) > 0 {
		add("one_of", listed(s.Enum))
	}
	for key, n := range map[string]*float64{"min": s.Minimum, "max": s.Maximum} {
		if n != nil {
			add(key, strconv.FormatFloat(*n, 'f', -1, 64))
		}
	}
	for key, n := range map[string]*int{"min_length": s.MinLength, "max_length": s.MaxLength, "min_items": s.MinItems, "max_items": s.MaxItems} {
		if n != nil {
			add(key, strconv.Itoa(*n))
		}
	}
	slices.SortStableFunc(all, func(a, b Bound) int { return slices.Index(boundOrder, a.Key) - slices.Index(boundOrder, b.Key) })
	if s.Pattern != "" {
		add("pattern", s.Pattern)
	}
	if s.Default != nil {
		add("default", fmt.Sprint(s.Default))
	}
	if s.Type == huma.TypeArray && s.Items != nil {
		all = append(all, boundsOf(s.Items)...)
	}
	return all
}

var boundOrder = []string{"one_of", "min", "max", "min_length", "max_length", "min_items", "max_items"}

func listed(values []any) string {
	said := make([]string, len(values))
	for i, v := range values {
		said[i] = fmt.Sprint(v)
	}
	return strings.Join(said, ", ")
}
