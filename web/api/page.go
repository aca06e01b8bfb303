package api

import "wherewithal/market"

// Page is what a list is asked with.
type Page struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20"`
	Cursor string `query:"cursor" maxLength:"2000" doc:"next of the page before."`
}

// LongPage is what a list of short things is asked with.
type LongPage struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"100"`
	Cursor string `query:"cursor" maxLength:"2000" doc:"next of the page before."`
}

// LongestPage is what a list is asked with of which a partner may have very many.
type LongestPage struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
	Cursor string `query:"cursor" maxLength:"2000" doc:"next of the page before."`
}

// List is a page of things.
type List[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  string `json:"next,omitempty" doc:"The cursor of the next page; missing on the last."`

	only map[string]bool // of what was picked, the fields that are told; nil: all
}

func (l List[T]) behind() string { return l.Next }

// All is a list that is short enough to come whole.
type All[T any] struct {
	Items []T `json:"items" nullable:"false"`
}

// paged is a page, with where the next one is.
type paged[T any] struct {
	Link string `header:"Link" doc:"rel=next: the page behind this one."`
	Body List[T]
}

// behind reads a cursor of the list that is asked: what the last row of the page before is known by there, the zero value for the first
// page. errCursor for what this list did not write.
func behind[K any](a *API, c *call, cursor string) (last K, err error) {
	if cursor != "" && a.unsealed(c.url.Path, cursor, &last) != nil {
		err = errCursor
	}
	return last, err
}

// turned cuts rows, of which one too many was read to see whether there are more, to a page, and begins it: with where the next one
// is, behind what its last row is known by, and without any item yet.
func turned[T, R, K any](a *API, c *call, rows []R, limit int, known func(R) K) ([]R, *paged[T], error) {
	out := &paged[T]{Body: List[T]{Items: []T{}}}
	if len(rows) <= limit {
		return rows, out, nil
	}
	rows = rows[:limit]
	next, err := a.sealed(c.url.Path, known(rows[limit-1]))
	out.Body.Next, out.Link = next, c.next(next)
	return rows, out, err
}

// itself is what an id is known by.
func itself(id market.ID) market.ID { return id }
