package api

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"wherewithal/web/httpx"
)

// formatCSV is one of the formats of format.go, named where tables are written: layers_test.go looks there for how.
const formatCSV = "text/csv"

// table is a page of a list, whose things are the rows of a table.
type table interface {
	rows() (all reflect.Value, only map[string]bool) // of what was picked, the fields that are told; nil: all
}

func (l List[T]) rows() (reflect.Value, map[string]bool) { return reflect.ValueOf(l.Items), l.only }

// column of a table: what stands in its cells, and the field of what was picked that it belongs to; "" for none.
type column struct {
	field, name string
	cell        func(row reflect.Value) string
}

// columnsOf a sort of row. One has columns of its own; any other has one for each field, and for each field of an object in it one
// beside them, so that name in group is groupName. What is a list of objects stands in its cell as JSON.
func columnsOf(row reflect.Type) []column {
	if row == reflect.TypeFor[Hit]() {
		return hitColumns
	}
	return stretch{at: func(row reflect.Value) reflect.Value { return row }}.columns(row)
}

// stretch is a part of a row.
type stretch struct {
	name, field string
	picked      bool // its fields are those that can be picked
	omits       bool // nothing stands for what it has not
	at          func(row reflect.Value) reflect.Value
}

func (s stretch) columns(t reflect.Type) (all []column) {
	if t.Kind() == reflect.Pointer {
		at := s.at
		s.at = func(row reflect.Value) reflect.Value { return reached(at(row), reflect.Value.Elem) }
		return s.columns(t.Elem())
	}
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() {
		return []column{{s.field, s.name, func(row reflect.Value) string { return cell(s.at(row), s.omits) }}}
	}
	s.picked = s.picked || t == reflect.TypeFor[Picked]() || t == reflect.TypeFor[PickedGroup]()
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() {
			all = append(all, s.within(i, f).columns(f.Type)...)
		}
	}
	return all
}

// within is a field of a stretch; one that is embedded stands for itself.
func (s stretch) within(i int, f reflect.StructField) stretch {
	at := s.at
	s.at = func(row reflect.Value) reflect.Value {
		return reached(at(row), func(v reflect.Value) reflect.Value { return v.Field(i) })
	}
	if f.Anonymous {
		return s
	}
	name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	if s.picked {
		s.field, s.picked = name, false
	}
	if s.name != "" {
		name = s.name + strings.ToUpper(name[:1]) + name[1:]
	}
	s.name, s.omits = name, strings.Contains(options, "omitempty")
	return s
}

// reached is what lies further in, of what is there.
func reached(v reflect.Value, further func(reflect.Value) reflect.Value) reflect.Value {
	if !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return reflect.Value{}
	}
	return further(v)
}

// cell is a value as a table has it.
func cell(v reflect.Value, omits bool) string {
	if !v.IsValid() || omits && v.IsZero() {
		return ""
	}
	switch said := v.Interface().(type) {
	case time.Time:
		return moment(&said)
	case []string:
		return strings.Join(said, "; ")
	case float64:
		return strconv.FormatFloat(said, 'f', -1, 64)
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		if v.Len() == 0 {
			return ""
		}
		text, err := json.Marshal(v.Interface())
		if err != nil {
			return ""
		}
		return string(text)
	}
	return fmt.Sprint(v.Interface())
}

// writeCSV writes a page of a list as RFC 4180 has tables, in UTF-8. The next page is in Link.
func writeCSV(out io.Writer, v any) error {
	t, ok := v.(table)
	if !ok {
		return fmt.Errorf("%T is nothing for a table", v)
	}
	rows, only := t.rows()
	shown := slices.Clone(columnsOf(rows.Type().Elem()))
	if only != nil {
		shown = slices.DeleteFunc(shown, func(c column) bool { return c.field != "" && c.field != "id" && !only[c.field] })
	}
	w := httpx.NewTable(out)
	cells := make([]string, len(shown))
	for i, c := range shown {
		cells[i] = c.name
	}
	w.Row(cells...)
	for n := range rows.Len() {
		for i, c := range shown {
			cells[i] = c.cell(rows.Index(n))
		}
		w.Row(cells...)
	}
	return w.Close()
}

// hitColumns are those of what a search finds: less than it is told in JSON, and what stands there as objects under names of their own.
var hitColumns = []column{
	hitColumn("id", "id", func(h Hit) string { return h.Listing.ID }),
	hitColumn("side", "side", func(h Hit) string { return h.Listing.Side }),
	hitColumn("kind", "kind", func(h Hit) string { return h.Listing.Kind }),
	hitColumn("title", "title", func(h Hit) string { return h.Listing.Title }),
	hitColumn("description", "description", func(h Hit) string { return h.Listing.Description }),
	hitColumn("tags", "tags", func(h Hit) string { return strings.Join(h.Listing.Tags, "; ") }),
	hitColumn("quantity", "quantity", func(h Hit) string { return strconv.Itoa(h.Listing.Quantity) }),
	hitColumn("unit", "unit", func(h Hit) string { return h.Listing.Unit }),
	hitColumn("where", "where", func(h Hit) string { return h.Listing.Where }),
	hitColumn("terms", "terms", func(h Hit) string { return h.Listing.Terms.Kind }),
	hitColumn("terms", "pence", func(h Hit) string { return number(h.Listing.Terms.Pence) }),
	hitColumn("group", "groupId", func(h Hit) string { return h.Listing.Group.ID }),
	hitColumn("group", "groupName", func(h Hit) string { return h.Listing.Group.Name }),
	hitColumn("place", "borough", func(h Hit) string { return spot(h).Borough }),
	hitColumn("place", "lat", func(h Hit) string { return degrees(h, spot(h).Lat) }),
	hitColumn("place", "lng", func(h Hit) string { return degrees(h, spot(h).Lng) }),
	hitColumn("id", "km", func(h Hit) string { return number(h.KM) }),
	hitColumn("openedAt", "openedAt", func(h Hit) string { return moment(h.Listing.OpenedAt) }),
	hitColumn("expiresAt", "expiresAt", func(h Hit) string { return moment(h.Listing.ExpiresAt) }),
	hitColumn("updatedAt", "updatedAt", func(h Hit) string { return moment(&h.Listing.UpdatedAt) }),
	hitColumn("url", "url", func(h Hit) string { return h.Listing.URL }),
	hitColumn("id", "meant", func(h Hit) string { return cell(reflect.ValueOf(h.Meant), true) }),
}

func hitColumn(field, name string, cell func(Hit) string) column {
	return column{field, name, func(row reflect.Value) string {
		hit, _ := row.Interface().(Hit)
		return cell(hit)
	}}
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
