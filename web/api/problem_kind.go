package api

import (
	"net/http"
	"slices"
)

// ProblemKind is a code that an answer of the API can have, with the statuses it comes with.
type ProblemKind struct {
	Code     string
	Statuses []int
}

// problemKinds are all of them, in the order in which a request meets them. Problems are made of this table alone, and the
// pages for developers are too; the words of each stand in the catalogue, under api and under code.
var problemKinds = []ProblemKind{
	{"malformed", []int{http.StatusBadRequest}},
	{"broken_text", []int{http.StatusBadRequest}},
	{"many_fields", []int{http.StatusBadRequest}},
	{"key_in_url", []int{http.StatusBadRequest}},
	{"cursor", []int{http.StatusBadRequest}},
	{"cursor_old", []int{http.StatusBadRequest}},
	{"cursor_other", []int{http.StatusBadRequest}},
	{"signed_out", []int{http.StatusUnauthorized}},
	{"forbidden", []int{http.StatusForbidden}},
	{"key_origin", []int{http.StatusForbidden}},
	{"mandate_refused", []int{http.StatusForbidden}},
	{"mandate_withdrawn", []int{http.StatusForbidden}},
	{"mandate_lapsed", []int{http.StatusForbidden}},
	{"mandate_outside", []int{http.StatusForbidden}},
	{"not_found", []int{http.StatusNotFound}},
	{"no_route", []int{http.StatusNotFound}},
	{"no_method", []int{http.StatusMethodNotAllowed}},
	{"not_acceptable", []int{http.StatusNotAcceptable}},
	{"too_slow", []int{http.StatusRequestTimeout, http.StatusServiceUnavailable}},
	{"conflict", []int{http.StatusConflict}},
	{"wrong_state", []int{http.StatusConflict}},
	{"taken", []int{http.StatusConflict}},
	{"repeated", []int{http.StatusConflict}},
	{"reused", []int{http.StatusConflict}},
	{"closed_by_group", []int{http.StatusConflict}},
	{"import_file", []int{http.StatusConflict}},
	{"taken_down", []int{http.StatusConflict}},
	{"gone", []int{http.StatusGone}},
	{"version", []int{http.StatusPreconditionFailed}},
	{"too_big", []int{http.StatusRequestEntityTooLarge}},
	{"media_type", []int{http.StatusUnsupportedMediaType}},
	{"invalid", []int{http.StatusUnprocessableEntity}},
	{"version_missing", []int{http.StatusPreconditionRequired}},
	{"too_many", []int{http.StatusTooManyRequests}},
	{"fault", []int{http.StatusInternalServerError}},
	{"full", []int{http.StatusServiceUnavailable}},
	{"unavailable", []int{http.StatusServiceUnavailable}},
}

// ProblemKinds are the codes that the API can answer.
func ProblemKinds() []ProblemKind { return slices.Clone(problemKinds) }

// kindOf finds a code with a status that it has: that which is wanted, else its first. Nobody could look up a code that is not
// in the table, so it is told as a fault of ours.
func kindOf(status int, code string) (int, string) {
	at := slices.IndexFunc(problemKinds, func(k ProblemKind) bool { return k.Code == code })
	if at < 0 {
		return http.StatusInternalServerError, "fault"
	}
	if !slices.Contains(problemKinds[at].Statuses, status) {
		status = problemKinds[at].Statuses[0]
	}
	return status, code
}
