package httpx

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"wherewithal/market"
)

// What a door finds wrong before any use case is asked.
var (
	ErrBroken     = errors.New("text that cannot be read")         // NUL, invalid UTF-8, a broken encoding
	ErrManyFields = errors.New("too many fields")                  // over MaxFields, or nested too deep
	ErrTooBig     = errors.New("too big")                          // over MaxBody
	ErrMediaType  = errors.New("a content type we do not read")    // not a form
	ErrOrigin     = errors.New("sent from a page of another site") // http.CrossOriginProtection
	ErrFormat     = errors.New("no format that is wanted")         // by the Accept of whoever asks
	ErrKeyInURL   = errors.New("a key in an address")              // which logs and histories keep
	ErrOriginKey  = errors.New("a key used on another's pages")    // whose origin its partner did not name
	errNoRoute    = errors.New("no such address")
	errNoMethod   = errors.New("no such method here")
)

// StatusGone is what the log says of a request whose browser went away: nobody reads the answer.
const StatusGone = 499

// Problem is an error as HTTP says it.
type Problem struct {
	Status  int
	Kind    string          // a short name, for logs and for the type of RFC 9457: "not_found"
	Retry   time.Duration   // after which trying again may work; 0: not said
	Invalid *market.Invalid // the faults, when Status is 422
	Err     error           // for the log, never for the reader
}

// retryLater is told to those who came while something was away: short, because a restart takes seconds.
const retryLater = 10 * time.Second

// fullFor is told while there is no room for anything new: somebody has to make some.
const fullFor = 5 * time.Minute

// table is the one place where errors become answers; the first that fits counts.
var table = []struct {
	err    error
	status int
	kind   string
	retry  time.Duration
}{
	{market.ErrNotFound, http.StatusNotFound, "not_found", 0},
	{market.ErrSignedOut, http.StatusUnauthorized, "signed_out", 0}, // pages lead to sign-in instead
	{market.ErrUnproved, http.StatusForbidden, "unproved", 0},       // pages lead to signing in again instead
	{market.ErrForbidden, http.StatusForbidden, "forbidden", 0},
	{market.ErrInvolved, http.StatusForbidden, "involved", 0},
	{market.ErrConflict, http.StatusConflict, "conflict", 0},
	{market.ErrWrongState, http.StatusConflict, "wrong_state", 0},
	{market.ErrTaken, http.StatusConflict, "taken", 0},
	{market.ErrRepeated, http.StatusConflict, "repeated", 0}, // pages redirect to where the first handling led
	{market.ErrReused, http.StatusConflict, "reused", 0},
	{market.ErrGone, http.StatusGone, "gone", 0},
	{market.ErrTooMany, http.StatusTooManyRequests, "too_many", time.Minute},
	{market.ErrWrongCode, http.StatusUnprocessableEntity, "wrong_code", 0},
	{market.ErrWrongBrowser, http.StatusForbidden, "wrong_browser", 0},
	{market.ErrFull, http.StatusServiceUnavailable, "full", fullFor},
	{market.ErrUnavailable, http.StatusServiceUnavailable, "unavailable", retryLater},
	{context.Canceled, StatusGone, "went_away", 0},
	{context.DeadlineExceeded, http.StatusServiceUnavailable, "too_slow", retryLater},
	{ErrBroken, http.StatusBadRequest, "broken_text", 0},
	{ErrManyFields, http.StatusBadRequest, "many_fields", 0},
	{ErrTooBig, http.StatusRequestEntityTooLarge, "too_big", 0},
	{ErrMediaType, http.StatusBadRequest, "media_type", 0},
	{ErrOrigin, http.StatusForbidden, "cross_origin", 0},
	{ErrFormat, http.StatusNotAcceptable, "not_acceptable", 0},
	{ErrKeyInURL, http.StatusBadRequest, "key_in_url", 0},
	{ErrOriginKey, http.StatusForbidden, "key_origin", 0},
	{errNoRoute, http.StatusNotFound, "no_route", 0},
	{errNoMethod, http.StatusMethodNotAllowed, "no_method", 0},
}

// Kinds are the short names of all problems.
func Kinds() []string {
	all := []string{"invalid", "fault"}
	for _, row := range table {
		all = append(all, row.kind)
	}
	return all
}

// ProblemOf finds what an error means. What stands in no table is a fault of ours: 500.
func ProblemOf(err error) Problem {
	var invalid *market.Invalid
	if errors.As(err, &invalid) {
		return Problem{Status: http.StatusUnprocessableEntity, Kind: "invalid", Invalid: invalid, Err: err}
	}
	for _, row := range table {
		if errors.Is(err, row.err) {
			return Problem{Status: row.status, Kind: row.kind, Retry: retryOf(err, row.retry), Err: err}
		}
	}
	return Problem{Status: http.StatusInternalServerError, Kind: "fault", Err: err}
}

func retryOf(err error, usual time.Duration) time.Duration {
	var limited *Limited
	if errors.As(err, &limited) {
		return limited.After
	}
	return usual
}

// Headers that go with the answer: when to try again, and that nobody keeps it.
func (p Problem) Headers(h http.Header) {
	if p.Retry > 0 {
		h.Set("Retry-After", strconv.Itoa(max(1, int(p.Retry.Round(time.Second).Seconds()))))
	}
	h.Set("Cache-Control", "no-store")
}
