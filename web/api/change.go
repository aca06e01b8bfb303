package api

import (
	"errors"
	"net/http"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/store"
)

// registerChanges is for partners that keep a copy. Asking again with the same cursor gives what changed since, again.
func (a *API) registerChanges() {
	register(a, operation{id: "list-changes", method: http.MethodGet, path: "/changes", for_: keyed, tag: "partners",
		summary: "What changed since a cursor",
		about: "For a copy of all that the key sees. Without a cursor it begins with what is there; go on with next, at once while more is true, " +
			"else after a while. Each listing comes as it is now; one that the key sees no more, or that is not open any more, comes as deleted, " +
			"as one may that the copy never had. JSON alone: what is gone is no row of a table and no point of a map. A listing can come more than once: the later one counts. A page may be empty. A cursor is good for 14 days."}, a.listChanges)
}

type changesQuery struct {
	LongestPage
	Picking
}

// Change is a listing as it is now, or that it is gone.
type Change struct {
	ID      string  `json:"id" format:"uuid"`
	Deleted bool    `json:"deleted,omitempty" doc:"Take it out of the copy, if it is there."`
	Listing *Picked `json:"listing,omitempty" doc:"Put it in the copy, over what is there."`
}

// Changes are a page of what changed.
type Changes struct {
	Items []Change `json:"items" nullable:"false"`
	Next  string   `json:"next" doc:"The cursor to go on from, now or later."`
	More  bool     `json:"more" doc:"There is more already."`
}

// changesAnswer is a page of changes, with where the next one is when it is there already.
type changesAnswer struct {
	Link string `header:"Link" doc:"rel=next: the page behind this one; missing while nothing more is there."`
	Body Changes
}

func (a *API) listChanges(c *call, in *changesQuery) (*changesAnswer, error) {
	only, err := in.only()
	if err != nil {
		return nil, err
	}
	era, err := a.Store.Era(c.ctx)
	if err != nil {
		return nil, err
	}
	at := place{Who: sight(c.viewer), Era: era, First: true}
	if in.Cursor != "" {
		at = place{}
		if err := a.unsealed("changes", in.Cursor, &at); err != nil {
			return nil, errCursor
		}
		if at.Era != era {
			return nil, errCursorOld
		}
		if at.Who != sight(c.viewer) {
			return nil, errCursorOther
		}
	}
	read := a.changesSince
	if at.First {
		read = a.allFrom
	}
	out, next, err := read(c, at, in.Limit)
	if err != nil {
		return nil, err
	}
	from, err := a.Store.ChangesFrom(c.ctx) // after reading: what was forgotten meanwhile is known by now
	if err != nil {
		return nil, err
	}
	if at.XID < from && in.Cursor != "" {
		return nil, errCursorOld
	}
	if out.Next, err = a.sealed("changes", next); err != nil {
		return nil, err
	}
	for _, change := range out.Items {
		if change.Listing != nil {
			change.Listing.only = only
		}
	}
	answer := &changesAnswer{Body: out}
	if out.More {
		answer.Link = c.next(out.Next)
	}
	return answer, nil
}

// allFrom reads what is there. Changes are read from before the first page was, so that nothing falls between.
func (a *API) allFrom(c *call, at place, limit int) (out Changes, next place, err error) {
	if at.XID == 0 {
		edge, err := a.Store.Edge(c.ctx)
		if err != nil {
			return out, at, err
		}
		at.XID, at.Seq = edge.XID, edge.Seq
	}
	ids, err := a.Store.OpenAfter(c.ctx, c.viewer, at.After, limit)
	if err != nil {
		return out, at, err
	}
	out = Changes{Items: []Change{}, More: true}
	if len(ids) == 0 {
		return out, place{Who: at.Who, Era: at.Era, XID: at.XID, Seq: at.Seq}, nil
	}
	at.After = ids[len(ids)-1]
	shown, err := a.shown(c, ids)
	for _, id := range ids {
		if l, ok := shown[id]; ok {
			out.Items = append(out.Items, Change{ID: string(id), Listing: &Picked{Listing: l}})
		}
	}
	return out, at, err
}

// changesSince never passes the oldest transaction that is still open. The listings are read after the changes, so each is at
// least as new as what is told of it.
func (a *API) changesSince(c *call, at place, limit int) (out Changes, next place, err error) {
	settled, ahead, err := a.Store.Frontier(c.ctx)
	if err != nil {
		return out, at, err
	}
	if at.XID > ahead { // made before the folder of the database was put back
		return out, at, errCursorOld
	}
	from := store.Cursor{XID: at.XID, Seq: at.Seq}
	ids, to, err := a.Store.OutwardChanges(c.ctx, from, settled, limit)
	if err != nil {
		return out, at, err
	}
	out = Changes{Items: []Change{}, More: to != from}
	at.XID, at.Seq = to.XID, to.Seq
	if !out.More { // it goes on by a mark a day, or it would be too old after a quiet fortnight; in between it stays, for who asks with If-None-Match
		mark, err := a.Store.ChangesMark(c.ctx, settled)
		if err != nil {
			return out, at, err
		}
		if mark > at.XID {
			at.XID, at.Seq = mark, -1
		}
	}
	shown, err := a.shown(c, ids)
	if err != nil {
		return out, at, err
	}
	gone, err := a.Store.Forgettable(c.ctx, c.viewer, ids, from)
	for _, id := range ids {
		if l, ok := shown[id]; ok {
			out.Items = append(out.Items, Change{ID: string(id), Listing: &Picked{Listing: l}})
		} else if gone[id] {
			out.Items = append(out.Items, Change{ID: string(id), Deleted: true})
		}
	}
	return out, at, err
}

// shown are those of the listings that a search of the viewer could find.
func (a *API) shown(c *call, ids []market.ID) (map[market.ID]Listing, error) {
	entries, photos, err := a.entries(c, ids)
	out, all := map[market.ID]Listing{}, []*Listing{}
	for id, e := range entries {
		if search.Wanted(e, c.now) {
			l := a.listing(c.viewer, e, photos[id])
			all = append(all, &l)
		}
	}
	err = errors.Join(err, a.credit(c, all...))
	for _, l := range all {
		out[market.ID(l.ID)] = *l
	}
	return out, err
}
