// Package developers makes out of the OpenAPI document what people read who write programs against the API: operations by their
// tags, fields with their bounds, and examples that run as they stand.
//
// It promises that nothing here is typed twice: an operation that enters the document is on the pages, with examples. The words
// that it gives are the document's and the handbooks' own, which are English. It knows nothing of pages.
package developers

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Guide is the whole document as people read it.
type Guide struct {
	Server  string // "https://wherewithal.example", before every path
	Version string
	About   []string // paragraphs
	Tags    []Tag    // by their names
}

// Tag is what belongs together.
type Tag struct {
	Name       string
	Slug       string // of its page's address
	Operations []Operation
	Shapes     []Shape // that its operations send and answer, by their names
}

// Operation is one thing that a program can ask for.
type Operation struct {
	ID, Method, Path string
	Summary, About   string
	Docs             string // where more is said of it; "" for nowhere
	Access           Access
	Ends             *Ends // nil: it stays
	Parameters       []Field
	Body             *Body // nil: none is sent
	Answers          []Answer
	Refusals         []int // statuses of problems, ascending
	made             *huma.Operation
	shapes           shapes // all of the document
}

// Access says who may call an operation.
type Access struct {
	Anyone     bool   // without token and key too
	Token, Key string // the scope that one needs; "" for none that would do
}

// Ends says that an operation will be gone.
type Ends struct{ Since, Sunset string } // days

// Body is what is sent.
type Body struct {
	Kinds    []string // media types
	Shape    string   // of JSON; "" for a file
	Required bool
}

// Answer is what comes back when all is well.
type Answer struct {
	Status  int
	Kinds   []string // media types; none: nothing but a status
	Shape   string   // of JSON; "" for none
	Headers []Field
}

// Shape is a sort of JSON object.
type Shape struct {
	Name   string
	Fields []Field
}

// Field is a parameter, a header, or a field of a shape.
type Field struct {
	Name     string
	In       string // query, path or header; "" for a field of a shape
	Type     string // "string", "integer[]", "Listing"
	Shape    string // the shape that Type names; "" for none
	Required bool
	Bounds   []Bound
	About    string
}

// Bound is a limit on a field: a key of the catalogue and what it is filled with.
type Bound struct{ Key, Value string }

// Read makes a guide of a document.
func Read(d *huma.OpenAPI) *Guide {
	g := &Guide{Version: d.Info.Version, About: strings.Split(d.Info.Description, "\n\n")}
	if len(d.Servers) > 0 {
		g.Server = d.Servers[0].URL
	}
	shapes := shapesOf(d)
	byTag := map[string][]Operation{}
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for _, op := range operationsAt(d.Paths[path]) {
			if len(op.Tags) > 0 {
				byTag[op.Tags[0]] = append(byTag[op.Tags[0]], operationOf(op, shapes, g.Server))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(byTag)) {
		g.Tags = append(g.Tags, Tag{Name: name, Slug: slug(name), Operations: byTag[name], Shapes: shapes.of(byTag[name])})
	}
	return g
}

func slug(name string) string { return strings.ReplaceAll(strings.ToLower(name), " ", "-") }

// Tag of a slug; false when there is none.
func (g *Guide) Tag(slug string) (Tag, bool) {
	i := slices.IndexFunc(g.Tags, func(t Tag) bool { return t.Slug == slug })
	if i < 0 {
		return Tag{}, false
	}
	return g.Tags[i], true
}

// operationsAt a path, those that read first.
func operationsAt(p *huma.PathItem) (all []*huma.Operation) {
	for _, op := range []*huma.Operation{p.Get, p.Post, p.Put, p.Patch, p.Delete} {
		if op != nil && !op.Hidden {
			all = append(all, op)
		}
	}
	return all
}

func operationOf(op *huma.Operation, all shapes, server string) Operation {
	o := Operation{ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary, About: op.Description,
		Access: accessOf(op.Security), made: op, shapes: all}
	if op.ExternalDocs != nil {
		o.Docs = strings.TrimPrefix(op.ExternalDocs.URL, server)
	}
	if op.Deprecated {
		o.Ends = &Ends{text(op.Extensions["x-deprecated-since"]), text(op.Extensions["x-sunset"])}
	}
	for _, p := range op.Parameters {
		f := fieldOf(p.Name, p.Schema, p.Required)
		f.In, f.About = p.In, cmp.Or(p.Description, f.About)
		o.Parameters = append(o.Parameters, f)
	}
	if b := op.RequestBody; b != nil {
		o.Body = &Body{Kinds: kindsOf(b.Content), Shape: shapeIn(b.Content), Required: b.Required}
	}
	for _, code := range slices.Sorted(maps.Keys(op.Responses)) {
		status, err := strconv.Atoi(code)
		switch {
		case err != nil:
		case status >= 400:
			o.Refusals = append(o.Refusals, status)
		default:
			o.Answers = append(o.Answers, answerOf(status, op.Responses[code]))
		}
	}
	return o
}

func answerOf(status int, r *huma.Response) Answer {
	a := Answer{Status: status, Kinds: kindsOf(r.Content), Shape: shapeIn(r.Content)}
	for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
		f := fieldOf(name, r.Headers[name].Schema, false)
		f.In = "header"
		f.About = cmp.Or(r.Headers[name].Description, f.About)
		a.Headers = append(a.Headers, f)
	}
	return a
}

func accessOf(choices []map[string][]string) (a Access) {
	a.Anyone = len(choices) == 0
	for _, choice := range choices {
		a.Anyone = a.Anyone || len(choice) == 0
		for scheme, scopes := range choice {
			switch {
			case len(scopes) == 0:
			case scheme == "token":
				a.Token = scopes[0]
			case scheme == "key":
				a.Key = scopes[0]
			}
		}
	}
	return a
}

// kindsOf a content: JSON first.
func kindsOf(content map[string]*huma.MediaType) []string {
	kinds := slices.Sorted(maps.Keys(content))
	slices.SortStableFunc(kinds, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	return kinds
}

func rank(kind string) int {
	if kind == "application/json" {
		return 0
	}
	return 1
}

func shapeIn(content map[string]*huma.MediaType) string {
	if m := content["application/json"]; m != nil && m.Schema != nil {
		return shapeName(m.Schema.Ref)
	}
	return ""
}

func text(v any) string { s, _ := v.(string); return s }
