package api

import (
	"context"
	"net/http"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"wherewithal/market"
	"wherewithal/web/httpx"
)

// access says who may call an operation.
type access string

const (
	anyone access = ""                       // signed out too: sees what everybody sees; a key that may search
	reads  access = access(market.MayRead)   // a token
	writes access = access(market.MayWrite)  // a token
	keyed  access = access(market.MaySearch) // a key
	hears  access = access(market.MayHear)   // a key
	posts  access = access(market.MayPost)   // a key that may post for groups
)

// operation is one line of the door's table.
type operation struct {
	id, method, path string // path below Prefix
	for_             access
	tag, summary     string
	about            string
	handbook         string                // where the handbook says more of it: an id there; "" for nowhere
	status           int                   // of success; 0: 200
	errors           []int                 // beside those that every operation can give
	tune             func(*huma.Operation) // what is other than with all others; nil: nothing
	ends             *ending               // it will be gone; nil: it stays
}

// everyOperation can be refused for its text, its token or its frequency, and can meet a house that is not well.
var everyOperation = []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotAcceptable, http.StatusUnprocessableEntity,
	http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable}

// withBody can be refused for what was sent.
var withBody = []int{http.StatusRequestTimeout, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType}

func (o operation) huma() huma.Operation {
	op := huma.Operation{OperationID: o.id, Method: o.method, Path: Prefix + o.path, Tags: []string{o.tag}, Summary: o.summary,
		Description: o.about, DefaultStatus: o.status, MaxBodyBytes: httpx.MaxBody, Errors: slices.Clone(everyOperation)}
	op.Errors = append(op.Errors, o.errors...)
	switch o.for_ {
	case anyone:
		op.Security = []map[string][]string{{}, {tokenScheme: {string(market.MayRead)}}, {keyScheme: {string(market.MaySearch)}}}
	case reads, writes:
		op.Security = []map[string][]string{{tokenScheme: {string(o.for_)}}}
	default:
		op.Security = []map[string][]string{{keyScheme: {string(o.for_)}}}
	}
	op.Errors = append(op.Errors, http.StatusForbidden)
	if o.method != http.MethodGet && o.method != http.MethodDelete {
		op.Errors = append(op.Errors, withBody...)
	}
	if o.tune != nil {
		o.tune(&op)
	}
	if o.method == http.MethodGet {
		if op.Responses == nil {
			op.Responses = map[string]*huma.Response{}
		}
		op.Responses["304"] = &huma.Response{Description: "What If-None-Match names is what there is."}
	}
	if o.ends != nil {
		o.ends.mark(&op)
	}
	return op
}

// register puts an operation on the door: who and what are read before do is called, and its errors are told as problems.
func register[I, O any](a *API, o operation, do func(*call, *I) (*O, error)) {
	op := o.huma()
	if o.handbook != "" {
		op.ExternalDocs = &huma.ExternalDocs{URL: a.Config.Link("/developers/handbook#" + o.handbook), Description: "The handbook for partners"}
	}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(callOf(ctx), in)
		if err != nil {
			return nil, failure(ctx, a.missed(callOf(ctx), err))
		}
		return out, nil
	})
	a.narrow(o)
	if o.method == http.MethodGet {
		a.asTables(o.path, reflect.TypeFor[O]())
	}
}

// narrow has the document say what said refuses: a parameter without a value, where that is no choice.
func (a *API) narrow(o operation) {
	item := a.huma.OpenAPI().Paths[Prefix+o.path]
	for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Delete} {
		if op == nil {
			continue
		}
		for _, p := range op.Parameters {
			s := p.Schema
			if s.Items != nil {
				s = s.Items
			}
			if p.In == "query" && p.Name != "q" && s.Type == huma.TypeString && s.MinLength == nil && len(s.Enum) == 0 && s.Format == "" && s.Pattern == "" {
				one := 1
				s.MinLength = &one
				s.PrecomputeMessages()
			}
		}
	}
}

// body is an answer with nothing but a body.
type body[T any] struct{ Body T }

// ByID is what an operation on one thing is asked with.
type ByID struct {
	ID string `path:"id" format:"uuid" doc:"The id of it."`
}

func (in ByID) id() (market.ID, error) { return market.ParseID(in.ID) }
