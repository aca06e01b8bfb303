package api

import (
	"net/http"
	"time"

	"wherewithal/market"
)

// RegisterEnding puts an operation on the door that will be gone: none of ours will be yet.
func (a *API) RegisterEnding(path string, since, sunset time.Time) {
	register(a, operation{id: "ending" + path[1:], method: http.MethodGet, path: path, for_: anyone, tag: "endings",
		summary: "What will be gone", ends: &ending{since, sunset}}, func(c *call, in *struct {
		Missing bool `query:"missing"`
	}) (*foundAnswer, error) {
		if in.Missing {
			return nil, market.ErrNotFound
		}
		return &foundAnswer{Link: `</next>; rel="next"`, Body: Found{List: List[Hit]{Items: []Hit{}}}}, nil
	})
}

// CursorOf is a cursor as a list makes them.
func (a *API) CursorOf(list string, last any) string {
	text, err := a.sealed(list, last)
	if err != nil {
		panic(err)
	}
	return text
}

// Unlisted is a problem with a code that the table does not have.
func Unlisted() *Problem { return newProblem(http.StatusTeapot, "teapot") }

// Refusals are the codes that partners hear who post for groups.
func Refusals() (codes []string) {
	for _, no := range refusals {
		codes = append(codes, no.code)
	}
	return codes
}
