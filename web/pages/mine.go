package pages

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerMine is for people with groups, about their own.
//
// Whoever posts for a listing's group may act first on what fits it; pressing twice does it once.
func (s *Site) registerMine() {
	s.get("/mine", s.mine)
	s.post("/listings/:id/matches/:other", s.begin)
}

// minePath leads to a listing among one's own, on whichever page it stands.
func minePath(id market.ID) string { return "/mine?at=" + string(id) + "#l-" + string(id) }

func beginPath(own, other market.ID) string { return listingPath(own) + "/matches/" + string(other) }

// begin says yes to a match before anybody asked. Why it cannot be, it does not say: that may be a no of the other side.
func (s *Site) begin(c *Call) error {
	id, err := c.Param("id")
	if err != nil {
		return err
	}
	other, err := c.Param("other")
	if err != nil {
		return err
	}
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	in, err := s.Introductions.Begin(c.Ctx, v, id, other, c.Now)
	if errors.Is(err, market.ErrWrongState) || errors.Is(err, market.ErrGone) {
		return c.Done(minePath(id), "note.not_now")
	}
	if in.ID == "" {
		return err
	}
	done := "done.begun_" + string(market.Need)
	switch {
	case in.State == market.Connected:
		done = "done.connected"
	case in.OfferID == id:
		done = "done.begun_" + string(market.Offer)
	}
	return c.moved(introPath(in.ID), err, done)
}

func (s *Site) mine(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	p := view.MinePage{Page: c.Page("mine.heading"), DraftDays: int(market.UnfinishedLasts.Hours() / 24), Empty: view.Empty{Title: c.T("market.mine_empty"), Text: c.T("market.mine_empty_text"),
		Links: []view.Link{{Href: "/ask", Text: c.T("market.ask")}, {Href: "/offer", Text: c.T("market.offer")}}}}
	ids, more, err := s.ownPage(c, v)
	if err != nil {
		return err
	}
	if len(ids) == 0 && more.First != "" { // all that stood behind the cursor has moved on
		return c.Done(more.First, "")
	}
	own, err := s.own(c, ids)
	if err != nil {
		return err
	}
	p.Pager = more
	if more.First == "" {
		if p.Drafts, err = s.unfinished(c); err != nil {
			return err
		}
	}
	for _, e := range own.listings {
		p.Listings = append(p.Listings, own.line(e))
	}
	var cards []*view.Card
	for i := range p.Listings {
		cards = append(cards, &p.Listings[i].Card)
	}
	if err := s.pictured(c, cards...); err != nil {
		return err
	}
	return c.Render(http.StatusOK, view.Mine(p))
}

// ownShown is how many listings a page of one's own holds: what nearly fits each open one is ranked whenever the page is read.
const ownShown = 20

// ownPage is what stands on the page of the list that the address names.
func (s *Site) ownPage(c *Call, v market.Viewer) (ids []market.ID, more view.Pager, err error) {
	all, err := s.ownRows(c, v)
	if err != nil {
		return nil, more, err
	}
	more.Label = c.T("mine.list")
	if c.Gin.Request.URL.Query().Has("after") || len(all) > 0 && all[0].Before > 0 {
		more.First = "/mine"
	}
	if len(all) > ownShown {
		all = all[:ownShown]
		more.Next = "/mine?after=" + ownCursor(all[ownShown-1])
	}
	for _, o := range all {
		ids = append(ids, o.ID)
	}
	return ids, more, nil
}

// ownRows are those of a page and one more: with the listing that a link leads to, or behind the cursor.
func (s *Site) ownRows(c *Call, v market.Viewer) ([]store.Own, error) {
	values := c.Gin.Request.URL.Query()
	if values.Has("at") {
		at, err := market.ParseID(values.Get("at"))
		if err != nil {
			return nil, err
		}
		return s.Store.OwnWith(c.Ctx, v.Groups(), at, ownShown)
	}
	var after store.Own
	if values.Has("after") {
		var err error
		if after, err = ownFrom(values.Get("after")); err != nil {
			return nil, err
		}
	}
	return s.Store.OwnAfter(c.Ctx, v.Groups(), after, ownShown+1)
}

func ownCursor(o store.Own) string { return fmt.Sprintf("%d-%d-%s", o.Shelf, o.At.UnixMicro(), o.ID) }

// ownFrom reads what ownCursor wrote; market.ErrNotFound for anything else.
func ownFrom(text string) (o store.Own, err error) {
	shelf, rest, _ := strings.Cut(text, "-")
	if o.Shelf, err = strconv.Atoi(shelf); err != nil || o.Shelf < 0 || o.Shelf > 9 {
		return o, market.ErrNotFound
	}
	micros, id, _ := strings.Cut(rest, "-")
	at, err := strconv.ParseInt(micros, 10, 64)
	if o.At = time.UnixMicro(at); err != nil || o.At.Year() > 9999 {
		return o, market.ErrNotFound
	}
	o.ID, err = market.ParseID(id)
	return o, err
}

// own is all that the page says of some of the viewer's listings, each kind of thing read once for all of them.
type own struct {
	s        *Site
	c        *Call
	listings []market.Entry
	matches  map[market.ID][]market.Match
	nears    map[market.ID][]market.NearMiss
	intros   map[market.ID][]market.Introduction // by listing, newest first, of which the viewer knows
	met      map[market.ID][]market.ID           // by listing: those that it is not introduced to again
	others   map[market.ID]market.Entry          // what the viewer may see of the other sides
	stopped  map[market.ID]*view.GoOnButton
}

// The most that is said of one listing.
const (
	matchesShown = 10
	nearsShown   = 3
)

func (s *Site) own(c *Call, ids []market.ID) (o *own, err error) {
	o = &own{s: s, c: c, nears: map[market.ID][]market.NearMiss{}, intros: map[market.ID][]market.Introduction{}, met: map[market.ID][]market.ID{}, others: map[market.ID]market.Entry{}}
	if o.listings, err = s.Store.EntriesFor(c.Ctx, c.Viewer, ids, c.Now); err != nil {
		return nil, err
	}
	var open []market.ID
	var standing []market.Listing
	for _, e := range o.listings {
		if e.Listing.Life == market.Open {
			open, standing = append(open, e.Listing.ID), append(standing, e.Listing)
		}
	}
	if len(open) == 0 {
		return o, nil
	}
	if o.matches, err = s.Store.MatchesOfAll(c.Ctx, open, matchesShown); err != nil {
		return nil, err
	}
	if o.stopped, err = s.stopped(c, c.Viewer, standing...); err != nil {
		return nil, err
	}
	return o, errors.Join(o.introduced(open), o.look())
}

func (o *own) introduced(open []market.ID) error {
	all, err := o.s.Store.IntroductionsForAll(o.c.Ctx, open)
	for _, in := range all {
		if in.KnownTo(o.c.Viewer) {
			o.intros[in.NeedID] = append(o.intros[in.NeedID], in)
			o.intros[in.OfferID] = append(o.intros[in.OfferID], in)
		}
		if !in.Undecided() {
			o.met[in.NeedID] = append(o.met[in.NeedID], in.OfferID)
			o.met[in.OfferID] = append(o.met[in.OfferID], in.NeedID)
		}
	}
	return err
}

// look finds what nearly fits and could still be introduced, and reads all other sides.
func (o *own) look() error {
	var ids []market.ID
	for _, e := range o.listings {
		l := e.Listing
		if l.Life == market.Open && o.s.Preview != nil && o.c.Viewer.Roles[l.GroupID].CanPost() {
			ranking, err := o.s.Preview.Rank(o.c.Ctx, e, o.c.Now, nearsShown+len(o.met[l.ID]))
			if err != nil && !errors.Is(err, market.ErrUnavailable) {
				return err
			}
			near := ranking.NearMisses
			near = slices.DeleteFunc(near, func(m market.NearMiss) bool { return slices.Contains(o.met[l.ID], far(l, m.OfferID, m.NeedID)) })
			o.nears[l.ID] = near[:min(nearsShown, len(near))]
		}
		for _, m := range o.matches[l.ID] {
			ids = append(ids, far(l, m.OfferID, m.NeedID))
		}
		for _, m := range o.nears[l.ID] {
			ids = append(ids, far(l, m.OfferID, m.NeedID))
		}
	}
	entries, err := o.s.Store.ShownFor(o.c.Ctx, o.c.Viewer, ids, o.c.Now)
	for _, e := range entries {
		o.others[e.Listing.ID] = e
	}
	return err
}

// far is the listing at the other end of a pair.
func far(l market.Listing, offer, need market.ID) market.ID {
	if l.Side == market.Offer {
		return need
	}
	return offer
}

func (o *own) line(e market.Entry) view.MineListing {
	line := view.MineListing{ID: string(e.Listing.ID), Card: o.c.card(e)}
	if e.Listing.Life != market.Open {
		return line
	}
	line.Stopped = o.stopped[e.Listing.ID]
	if line.Matches = o.matchLines(e.Listing); len(line.Matches) == 0 && line.Stopped == nil {
		line.None = o.c.T("market.none_yet")
	}
	line.Nears = o.nearLines(e.Listing)
	return line
}

// matchLines are the matches that still hold, each with the introduction it led to.
func (o *own) matchLines(l market.Listing) (lines []view.MatchLine) {
	led := map[market.ID]market.Introduction{}
	for _, in := range o.intros[l.ID] {
		led[other(in, l.ID)] = in
	}
	for _, m := range o.matches[l.ID] {
		e, ok := o.others[far(l, m.OfferID, m.NeedID)]
		if !ok {
			continue
		}
		line := view.MatchLine{Title: e.Listing.Title, Lang: e.Listing.Language, Href: listingPath(e.Listing.ID), Group: e.Group.Name, Reasons: o.c.reasons(l.Side, m.Reasons),
			Week: weekOfBoth(l, e.Listing)}
		if in, ok := led[e.Listing.ID]; ok {
			line.Href, line.State = introPath(in.ID), o.c.stateLine(in, l.Side, e.Group.Name)
		} else if o.c.Viewer.Roles[l.GroupID].CanPost() {
			line.Begin = &view.BeginButton{Action: beginPath(l.ID, e.Listing.ID), Once: o.c.Blank().Once, Text: o.c.T("market.begin_" + string(l.Side))}
		}
		lines = append(lines, line)
	}
	return lines
}

func (o *own) nearLines(l market.Listing) (lines []view.MatchLine) {
	for _, m := range o.nears[l.ID] {
		e, ok := o.others[far(l, m.OfferID, m.NeedID)]
		if !ok {
			continue
		}
		line := view.MatchLine{Title: e.Listing.Title, Lang: e.Listing.Language, Href: listingPath(e.Listing.ID), Group: e.Group.Name, But: nearMiss(o.c, m),
			Week: weekOfBoth(l, e.Listing), Theirs: o.c.theirs(m, l.Side)}
		if line.Theirs == "" {
			line.Near = o.c.button(l, m)
		}
		lines = append(lines, line)
	}
	return lines
}

func other(in market.Introduction, listing market.ID) market.ID {
	if in.NeedID == listing {
		return in.OfferID
	}
	return in.NeedID
}

func (c *Call) reasons(reader market.Side, list []market.Reason) []string {
	return wording.Reasons(c.Lang, reader, list)
}

func nearMiss(c *Call, m market.NearMiss) string { return wording.NearMiss(c.Lang, m) }
