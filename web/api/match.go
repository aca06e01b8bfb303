package api

import (
	"errors"
	"net/http"
	"time"

	"wherewithal/market"
	"wherewithal/wording"
)

// registerMatches is for those who belong to the listing's group. Reading changes nothing.
func (a *API) registerMatches() {
	register(a, operation{id: "list-matches", method: http.MethodGet, path: "/listings/{id}/matches", for_: reads, tag: "matches",
		summary: "Who could help, or be helped", about: "The matches of a listing of one's own that still hold, the best first, with the reasons as data and in words. A page may hold fewer than limit, when some may no longer be seen; only a missing next is the end.",
		errors: []int{http.StatusNotFound}}, a.listMatches)
	register(a, operation{id: "begin-introduction", method: http.MethodPost, path: "/listings/{id}/matches/{other}", for_: writes, tag: "matches",
		summary: "Act first on a match", about: "Says yes for the side of a listing of one's own before anybody asked: an offer is put to the need's side, a need to the offer's, and an introduction of the two that is open already is answered. Who is asked hears of it as their mails allow. The same again changes nothing, while it stands. 409 with the code wrong_state: it cannot be put to them now.",
		errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusGone}}, once(a, a.beginIntroduction))
}

// registerPreview is for those who post for the group of the draft. Nothing is kept.
func (a *API) registerPreview() {
	register(a, operation{id: "preview-listing", method: http.MethodPost, path: "/previews", for_: reads, tag: "matches",
		summary: "Who could help, before anything is posted", about: "Keeps nothing. Near misses fail on one thing only, and say what would do.",
		errors: []int{http.StatusNotFound}}, a.previewListing)
}

// Reason is one thing that speaks for a match, or, with against, a caution: a code with its numbers, and the same in
// words. What does not belong to the code is missing.
type Reason struct {
	Code    string   `json:"code" example:"times"`
	Text    string   `json:"text" doc:"The same in words."`
	Against bool     `json:"against,omitempty"`
	KM      int      `json:"km,omitempty" doc:"Whole kilometres, at least 1."`
	Borough string   `json:"borough,omitempty"`
	Fits    int      `json:"fits,omitempty" doc:"How many of the wanted times can be."`
	Of      int      `json:"of,omitempty"`
	Day     string   `json:"day,omitempty" enum:"mo,tu,we,th,fr,sa,su" doc:"Missing for several days."`
	From    string   `json:"from,omitempty" example:"18:00"`
	Until   string   `json:"until,omitempty" example:"20:00"`
	Dates   []string `json:"dates,omitempty" format:"date"`
	Key     string   `json:"key,omitempty" doc:"The fact, feature, use, terms or evidence it speaks of."`
	Have    float64  `json:"have,omitempty"`
	Want    float64  `json:"want,omitempty"`
	Unit    string   `json:"unit,omitempty"`
	Pence   int      `json:"pence,omitempty"`
	Per     string   `json:"per,omitempty"`
	Words   []string `json:"words,omitempty"`
	ShownTo string   `json:"shownTo,omitempty" doc:"Of evidence: the network one of whose connectors has seen it. Missing, with shownOn: it is not told of an alias. Missing without: the group states it. Either way, check for yourselves before you meet."`
	ShownOn string   `json:"shownOn,omitempty" format:"date" doc:"When they saw it."`
}

// Match is a counterpart, how well it fits, and why.
type Match struct {
	Listing Listing    `json:"listing" doc:"The other side's."`
	Fit     float64    `json:"fit" minimum:"0" maximum:"1" doc:"How well it fits; not a probability."`
	Weights string     `json:"weights" doc:"The version of the weights that made the fit."`
	Reasons []Reason   `json:"reasons" nullable:"false"`
	Slots   []Slot     `json:"slots" nullable:"false" doc:"The times that would be used; empty when neither side says any."`
	FoundAt *time.Time `json:"foundAt,omitempty" doc:"Missing in a preview."`
}

// NearMiss is a counterpart that fails on one thing.
type NearMiss struct {
	Listing Listing `json:"listing"`
	Rule    string  `json:"rule" enum:"kind,time,distance,quantity,terms,eligibility" doc:"The one thing that does not fit."`
	By      string  `json:"by" enum:"offer,need" doc:"The side that would change."`
	Change  Reason  `json:"change" doc:"The smallest change that would do, by the fields of a reason, and in words."`
}

func reasonsOf(c *call, reader market.Side, list []market.Reason) []Reason {
	out := make([]Reason, len(list))
	for i, r := range list {
		out[i] = reasonOf(r, wording.ReasonTo(c.lang, reader, r))
	}
	return out
}

func reasonOf(r market.Reason, text string) Reason {
	out := Reason{Code: r.Code, Text: text, Against: r.Against, KM: r.KM, Borough: r.Borough, Fits: r.Fits, Of: r.Of, Dates: texts(r.Dates),
		Key: r.Key, Have: r.Have, Want: r.Want, Unit: r.Unit, Pence: r.Pence, Per: r.Per, Words: r.Words,
		ShownTo: r.ShownTo, ShownOn: string(r.ShownOn)}
	if r.Day >= 1 && r.Day <= len(weekdays) {
		out.Day = weekdays[r.Day-1]
	}
	if r.End > 0 {
		out.From, out.Until = r.Start.Clock(), r.End.Clock()
	}
	return out
}

type matchesQuery struct {
	ByID
	Page
}

func (a *API) listMatches(c *call, in *matchesQuery) (*paged[Match], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	after, err := behind[market.ID](a, c, in.Cursor)
	if err != nil {
		return nil, err
	}
	mine, err := a.Store.OwnEntry(c.ctx, c.viewer, id, c.now)
	if err != nil {
		return nil, err
	}
	matches, err := a.Store.MatchesAfter(c.ctx, id, after, in.Limit+1)
	if errors.Is(err, market.ErrNotFound) {
		return nil, errCursor
	}
	if err != nil {
		return nil, err
	}
	matches, out, err := turned[Match](a, c, matches, in.Limit, func(m market.Match) market.ID { return m.ID })
	if err != nil {
		return nil, err
	}
	side := mine.Listing.Side
	others := make([]market.ID, len(matches))
	for i, m := range matches {
		others[i] = m.Of(side.Other())
	}
	entries, photos, err := a.entries(c, others)
	for i, m := range matches {
		if e, ok := entries[others[i]]; ok {
			match := a.match(c, side, e, photos[others[i]], m)
			match.FoundAt = utc(&m.FoundAt)
			out.Body.Items = append(out.Body.Items, match)
		}
	}
	return out, err
}

type beginning struct {
	ByID
	Keyed
	Other string `path:"other" format:"uuid" doc:"The listing that it matches."`
}

func (in beginning) once(c *call) (market.OnceOnly, error) {
	return onceOnly(c, in.Key, []any{"begin", in.ID, in.Other})
}

func (a *API) beginIntroduction(c *call, in *beginning, once market.OnceOnly) (*body[Introduction], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	other, err := market.ParseID(in.Other)
	if err != nil {
		return nil, err
	}
	begun, err := a.Introductions.BeginOnce(c.ctx, c.viewer, id, other, once, c.now)
	if err != nil && !errors.Is(err, market.ErrRepeated) {
		return nil, err
	}
	return a.introductionAt(c, begun.ID)
}

func (a *API) match(c *call, reader market.Side, other market.Entry, photos []market.Photo, m market.Match) Match {
	return Match{Listing: a.listing(c.viewer, other, photos), Fit: m.Fit, Weights: m.Weights, Reasons: reasonsOf(c, reader, m.Reasons), Slots: slotsOf(m.Slots)}
}

// entries that the viewer may see, with their photos, by id.
func (a *API) entries(c *call, ids []market.ID) (map[market.ID]market.Entry, map[market.ID][]market.Photo, error) {
	found, err := a.Store.ShownFor(c.ctx, c.viewer, ids, c.now)
	if err != nil {
		return nil, nil, err
	}
	entries, seen := make(map[market.ID]market.Entry, len(found)), make([]market.ID, len(found))
	for i, e := range found {
		entries[e.Listing.ID], seen[i] = e, e.Listing.ID
	}
	photos, err := a.Store.PhotosOfAll(c.ctx, seen)
	return entries, photos, err
}

type previewing struct {
	Body Draft
}

// Preview is who could help.
type Preview struct {
	Matches    []Match    `json:"matches" nullable:"false"`
	NearMisses []NearMiss `json:"nearMisses" nullable:"false"`
	Compared   string     `json:"compared" enum:"meaning,words" doc:"By what the texts are compared: what they mean, or their words alone. With words and a Retry-After header, what the draft means is still being read: the same request, so many seconds later, may find more."`
}

// previewed is a preview with when to ask for a better one.
type previewed struct {
	Retry string `header:"Retry-After" doc:"Seconds; missing when this is the best there is."`
	Body  Preview
}

// rereadAfter is about how long a text takes to be read by the model.
const rereadAfter = "1"

// previews is how many of each a preview names.
const previews = 10

func (a *API) previewListing(c *call, in *previewing) (*previewed, error) {
	l, err := in.Body.listing()
	if err == nil {
		err = a.Listings.Check(c.ctx, l)
	}
	if err != nil {
		return nil, err
	}
	known, pending := a.Preview.Meant(l) // before: what is read meanwhile does no harm to say so
	ranking, err := a.Preview.Preview(c.ctx, c.viewer, l, nil, previews)
	if err != nil {
		return nil, err
	}
	out := &previewed{Body: Preview{Matches: []Match{}, NearMisses: []NearMiss{}, Compared: "words"}}
	switch {
	case pending:
		out.Retry = rereadAfter
	case known:
		out.Body.Compared = "meaning"
	}
	var ids []market.ID
	for _, m := range ranking.Matches {
		ids = append(ids, m.Other.Listing.ID)
	}
	for _, m := range ranking.NearMisses {
		ids = append(ids, m.Of(l.Side.Other()))
	}
	entries, photos, err := a.entries(c, ids)
	if err != nil {
		return nil, err
	}
	for _, m := range ranking.Matches {
		if e, ok := entries[m.Other.Listing.ID]; ok {
			out.Body.Matches = append(out.Body.Matches, a.match(c, l.Side, e, photos[m.Other.Listing.ID], m.Match))
		}
	}
	for _, m := range ranking.NearMisses[:min(previews, len(ranking.NearMisses))] {
		if e, ok := entries[m.Of(l.Side.Other())]; ok {
			out.Body.NearMisses = append(out.Body.NearMisses, NearMiss{Listing: a.listing(c.viewer, e, photos[e.Listing.ID]), Rule: m.Rule, By: string(m.By), Change: reasonOf(m.Change, wording.NearMiss(c.lang, m))})
		}
	}
	return out, nil
}
