package api

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// LeastNotice is how long an operation goes on after it was said that it will be gone.
const LeastNotice = 180 * 24 * time.Hour

// EndingPage says which operations will be gone, when, and what to use in their place.
const EndingPage = "/developers/changes"

// ending says that an operation will be gone: since when that is known, and from when on it may be gone. Programs learn it from
// each of its answers, by RFC 9745 (Deprecation) and RFC 8594 (Sunset).
type ending struct {
	since, sunset time.Time
}

const endingKey = "ending"

// mark tells it in the document. Too short a notice would break what we promise, and so the program does not start.
func (e *ending) mark(op *huma.Operation) {
	if e.sunset.Sub(e.since) < LeastNotice {
		panic("api: " + op.OperationID + " ends too soon after that was said")
	}
	op.Deprecated = true
	op.Metadata = map[string]any{endingKey: e}
	op.Extensions = map[string]any{"x-deprecated-since": e.since.UTC().Format(time.DateOnly), "x-sunset": e.sunset.UTC().Format(time.DateOnly)}
}

// announce tells with an answer of an operation that it will be gone. Twice is once.
func announce(h http.Header, op *huma.Operation) {
	e, ok := op.Metadata[endingKey].(*ending)
	if !ok {
		return
	}
	h.Set("Deprecation", "@"+strconv.FormatInt(e.since.Unix(), 10))
	h.Set("Sunset", e.sunset.UTC().Format(http.TimeFormat))
	for _, rel := range []string{"deprecation", "sunset"} {
		if link := "<" + EndingPage + `>; rel="` + rel + `"; type="text/html"`; !slices.Contains(h.Values("Link"), link) {
			h.Add("Link", link)
		}
	}
}
