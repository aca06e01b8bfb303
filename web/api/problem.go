package api

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/search"
	"wherewithal/telemetry"
	"wherewithal/web/httpx"
	"wherewithal/wording"
)

// Problem is an error as RFC 9457 has it.
type Problem struct {
	Type   string  `json:"type" format:"uri-reference" doc:"What kind of problem it is: the page that says more of it. It ends in the code."`
	Title  string  `json:"title" doc:"The status in words."`
	Status int     `json:"status" doc:"The HTTP status."`
	Code   string  `json:"code" doc:"A short name that does not change, for programs to go by."`
	Detail string  `json:"detail" doc:"What to do, in a sentence for people."`
	Errors []Fault `json:"errors,omitempty" doc:"What is wrong with single fields."`

	Request string `json:"request,omitempty" doc:"Of a 500: what the log of the site calls this request. Quote it to whoever runs the site."`

	retry time.Duration
}

// Fault is what is wrong with one field.
type Fault struct {
	Pointer string `json:"pointer,omitempty" doc:"The field of the body, as RFC 6901 has it: #/title."`
	In      string `json:"in,omitempty" enum:"query,path,header" doc:"Where a parameter stands, when it is not the body's."`
	Name    string `json:"name,omitempty" doc:"The parameter's name."`
	Detail  string `json:"detail" doc:"What is wrong, in a sentence for people."`
}

func (p *Problem) Error() string  { return p.Detail }
func (p *Problem) GetStatus() int { return p.Status }

// ContentType makes it application/problem+json.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders tells when to try again.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{"Cache-Control": {"no-store"}}
	if p.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(max(1, int(p.retry.Round(time.Second).Seconds()))))
	}
	return h
}

// ProblemPage is where people read of a code, as a fragment.
const ProblemPage = "/developers/errors"

// newProblem is one of those that problemKinds has.
func newProblem(status int, code string) *Problem {
	status, code = kindOf(status, code)
	return &Problem{Type: ProblemPage + "#" + code, Title: http.StatusText(status), Status: status, Code: code, Detail: sentence(code)}
}

// ProblemOf a code as it is answered, with the first status that it has.
func ProblemOf(code string) Problem { return *newProblem(0, code) }

// useProblems has huma word its own refusals as ours. It is a setting of the library for the whole process.
var useProblems = sync.OnceFunc(func() {
	huma.ValidateStrictCasing = true // else NAME passes for name
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError { return refusal(status, msg, errs) }
})

// codes name huma's refusals. Whatever else it finds wrong with a request is malformed.
var codes = map[int]string{http.StatusUnprocessableEntity: "invalid", http.StatusRequestEntityTooLarge: "too_big",
	http.StatusUnsupportedMediaType: "media_type", http.StatusRequestTimeout: "too_slow", http.StatusNotAcceptable: "not_acceptable"}

func refusal(status int, msg string, errs []error) *Problem {
	if status == http.StatusInternalServerError && msg == cannotRead {
		status = http.StatusBadRequest // its sender went away or broke it
		if slices.ContainsFunc(errs, tooBig) {
			status, errs = http.StatusRequestEntityTooLarge, nil
		}
	}
	code := codes[status]
	switch {
	case code == "" && status < http.StatusInternalServerError:
		code = "malformed"
	case code == "":
		code = "fault"
	}
	p := newProblem(status, code)
	if code == "fault" {
		return p
	}
	for _, err := range errs {
		p.Errors = append(p.Errors, faultOf(err))
	}
	return p
}

// cannotRead is what huma says of a body that broke off.
const cannotRead = "cannot read request body"

// unread is why a body that we read ourselves broke off, as huma tells it of those that it reads.
func unread(err error) *Problem {
	var slow net.Error
	if errors.As(err, &slow) && slow.Timeout() {
		return refusal(http.StatusRequestTimeout, "", nil)
	}
	return refusal(http.StatusInternalServerError, cannotRead, []error{err})
}

func tooBig(err error) bool {
	var big *http.MaxBytesError
	return errors.As(err, &big)
}

// faultOf leaves out the value that was sent: it may be anything, and may be somebody's.
func faultOf(err error) Fault {
	var d *huma.ErrorDetail
	if !errors.As(err, &d) {
		return Fault{Detail: sentence("malformed")}
	}
	f := Fault{Detail: d.Message}
	where, path, _ := strings.Cut(d.Location, ".")
	if where == "body" {
		f.Pointer = "#"
		if path != "" {
			f.Pointer += "/" + strings.NewReplacer("~", "~0", "/", "~1", ".", "/", "[", "/", "]", "").Replace(path)
		}
		if path == "" {
			f.Detail = wholeBody(d.Message)
		}
		return f
	}
	f.In, f.Name = where, path
	return f
}

// wholeBody words what a reader of JSON said: its own words hold what was sent, and names of our code.
func wholeBody(said string) string {
	for _, own := range []error{errTwice, errNull, errDeep, errBroken} {
		if said == own.Error() {
			return said
		}
	}
	if strings.HasPrefix(said, "expected ") || strings.HasPrefix(said, "request body") {
		return said
	}
	return sentence("malformed")
}

// failure is what an operation's error means, told to the log as well.
func failure(ctx context.Context, err error) error {
	var worded *Problem
	switch {
	case errors.As(err, &worded):
		return told(ctx, worded, err)
	case errors.Is(err, errVersion):
		return told(ctx, newProblem(http.StatusPreconditionFailed, "version"), err)
	case errors.Is(err, errNoVersion):
		return told(ctx, newProblem(http.StatusPreconditionRequired, "version_missing"), err)
	case errors.Is(err, errCursorOld):
		return told(ctx, newProblem(http.StatusBadRequest, "cursor_old"), err)
	case errors.Is(err, errCursorOther):
		return told(ctx, newProblem(http.StatusBadRequest, "cursor_other"), err)
	case errors.Is(err, search.ErrCursor), errors.Is(err, errCursor):
		return told(ctx, newProblem(http.StatusBadRequest, "cursor"), err)
	}
	for _, no := range refusals {
		if errors.Is(err, no.err) {
			return told(ctx, newProblem(no.status, no.code), err)
		}
	}
	return told(ctx, problemOf(httpx.ProblemOf(err)), err)
}

// refusals are what a partner hears that posts for groups.
var refusals = []struct {
	err    error
	status int
	code   string
}{
	{partner.ErrRefused, http.StatusForbidden, "mandate_refused"}, {partner.ErrWithdrawn, http.StatusForbidden, "mandate_withdrawn"},
	{partner.ErrOutside, http.StatusForbidden, "mandate_outside"},
	{partner.ErrLapsed, http.StatusForbidden, "mandate_lapsed"}, {partner.ErrClosedByGroup, http.StatusConflict, "closed_by_group"},
	{partner.ErrTakenDown, http.StatusConflict, "taken_down"}, {partner.ErrFile, http.StatusConflict, "import_file"},
}

func told(ctx context.Context, p *Problem, err error) *Problem {
	if p.Status >= http.StatusInternalServerError {
		telemetry.Fail(ctx, err)
	} else {
		telemetry.Add(ctx, "refused", p.Code)
	}
	return p.numbered(ctx)
}

// numbered says of a fault of ours how to find it in the log.
func (p *Problem) numbered(ctx context.Context) *Problem {
	if p.Status == http.StatusInternalServerError {
		p.Request = httpx.RequestID(ctx)
	}
	return p
}

func problemOf(p httpx.Problem) *Problem {
	out := newProblem(p.Status, p.Kind)
	if p.Status == httpx.StatusGone {
		out = newProblem(http.StatusBadRequest, "malformed") // whoever asked went away, and reads no answer
	}
	out.retry = p.Retry
	if p.Invalid != nil {
		for _, f := range p.Invalid.Faults {
			out.Errors = append(out.Errors, wordedFault(f))
		}
	}
	return out
}

func wordedFault(f market.Fault) Fault {
	said := httpx.Sentence(wording.Default, f)
	if at, ok := strings.CutPrefix(f.Field, inBody); ok {
		return Fault{Pointer: "#" + at, Detail: said}
	}
	if name, ok := strings.CutPrefix(f.Field, inQuery); ok {
		return Fault{In: "query", Name: name, Detail: said}
	}
	if name, ok := strings.CutPrefix(f.Field, inHeader); ok {
		return Fault{In: "header", Name: name, Detail: said}
	}
	return Fault{Pointer: pointer(f), Detail: said}
}

// problem answers for what never reached an operation: unknown addresses, wrong methods, broken text, a panic.
func (a *API) problem(c *gin.Context, p httpx.Problem) {
	said := problemOf(p).numbered(c.Request.Context())
	text, err := json.Marshal(said)
	if err != nil {
		telemetry.Fail(c.Request.Context(), err)
	}
	httpx.Write(c, said.Status, "application/problem+json", text)
}

// sentence of the catalogue for a code.
func sentence(code string) string { return wording.Text(wording.Default, "api."+code, nil) }

// pointers lead from the market's names of fields to where they stand in a body.
var pointers = map[string]string{"group": "/groupId", "reach": "/reachKm", "smallest_part": "/smallestPart", "place": "/placeId",
	"language": "/language", "features": "/requires", "uses": "/involves", "checked": "/asks/checked", "activity": "/asks/activity", "terms": "/terms/kind",
	"loan_days": "/terms/loanDays", "pounds": "/terms/pence", "per": "/terms/per", "terms_for": "/terms/for", "when": "/when/windows",
	"from": "/when/from", "until": "/when/until", "needed_by": "/when/neededBy", "exceptions": "/when/exceptions", "zone": "/when/zone",
	"times": "/when/times", "duration": "/when/durationMinutes", "lead_time": "/when/leadTimeHours", "turn_round": "/when/turnRoundMinutes",
	"every": "/when/every", "group_reference": "/groupReference", "legal_form": "/legalForm"}

// plain fields are called the same on both sides.
var plain = map[string]bool{"title": true, "description": true, "unit": true, "tags": true, "quantity": true, "side": true, "where": true,
	"circle": true, "kind": true, "reason": true, "reference": true, "postcode": true, "link": true, "address": true, "name": true, "does": true, "size": true}

func pointer(f market.Fault) string {
	if to := pointers[f.Field]; to != "" {
		return "#" + to
	}
	if plain[f.Field] {
		return "#/" + f.Field
	}
	return "#/facts/" + escaped(f.Field) // what is left is a fact of a kind
}

// longestName is as much of an unknown name as comes back.
const longestName = 60

// escaped writes a name as a part of a pointer, by RFC 6901.
func escaped(name string) string {
	if runes := []rune(name); len(runes) > longestName {
		name = string(runes[:longestName])
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

// renamed gives faults the names that a program knows.
func renamed(err error, names map[string]string) error {
	var invalid *market.Invalid
	if !errors.As(err, &invalid) {
		return err
	}
	out := &market.Invalid{}
	for _, f := range invalid.Faults {
		if to := names[f.Field]; to != "" {
			f.Field = to
		}
		out.Faults = append(out.Faults, f)
	}
	return out
}
