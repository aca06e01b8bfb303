package api

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"wherewithal/market"
	"wherewithal/web/httpx"
)

// The preconditions of a change.
var (
	errVersion   = errors.New("If-Match names another version")
	errNoVersion = errors.New("If-Match is missing")
	errCursor    = errors.New("a cursor that is not ours")
)

// registerListings: reading is for all, as far as each listing's circle goes; posting and changing is for those who post
// for its group. A creation repeated with its Idempotency-Key gets the first answer again; a change
// repeated with its If-Match is refused, because the version has moved on; a move to where a listing is already is alike.
func (a *API) registerListings() {
	const tag = "listings"
	register(a, operation{id: "list-listings", method: http.MethodGet, path: "/listings", for_: reads, tag: tag,
		summary: "My listings", about: "Those of all groups of the token's person, newest first, drafts and closed ones too.",
		errors: []int{http.StatusNotFound}}, a.listListings)
	register(a, operation{id: "create-listing", method: http.MethodPost, path: "/listings", for_: writes, tag: tag, status: http.StatusCreated,
		summary: "Post an offer or a need", errors: []int{http.StatusNotFound, http.StatusConflict},
		about: "It is open at once, unless draft is true: it is indexed, matched, and the first introductions are proposed by mail."}, once(a, a.createListing))
	register(a, operation{id: "get-listing", method: http.MethodGet, path: "/listings/{id}", for_: anyone, tag: tag,
		summary: "Read a listing", about: "One that has closed is for its own group and those it was introduced to; others are told 410 with the code gone.",
		errors: []int{http.StatusNotFound, http.StatusGone}}, a.getListing)
	register(a, operation{id: "edit-listing", method: http.MethodPut, path: "/listings/{id}", for_: writes, tag: tag,
		summary: "Change what a listing says", about: "If-Match holds the ETag that was read. Side and group stay as they are.",
		errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed, http.StatusPreconditionRequired}}, a.editListing)
	moves := []int{http.StatusNotFound, http.StatusConflict}
	register(a, operation{id: "pause-listing", method: http.MethodPost, path: "/listings/{id}/pause", for_: writes, tag: tag,
		summary: "Pause a listing, until a day if one is named", errors: moves}, a.pauseListing)
	register(a, operation{id: "open-listing", method: http.MethodPost, path: "/listings/{id}/open", for_: writes, tag: tag,
		summary: "Open a draft, a paused or a closed listing", about: "A draft of a group whose first listings are looked at stays one until that is done.", errors: moves}, a.openListing)
	register(a, operation{id: "close-listing", method: http.MethodPost, path: "/listings/{id}/close", for_: writes, tag: tag,
		summary: "Close a listing", errors: moves}, a.closeListing)
	register(a, operation{id: "renew-listing", method: http.MethodPost, path: "/listings/{id}/renew", for_: writes, tag: tag,
		summary: "Keep a listing open for as long again", about: "One that is about to expire, or has expired; one renewed just now is left as it is.",
		errors: moves}, a.renewListing)
	register(a, operation{id: "copy-listing", method: http.MethodPost, path: "/listings/{id}/copy", for_: writes, tag: tag, status: http.StatusCreated,
		summary: "Make a draft like a listing", about: "With all that it says but for days that are over and its haste, and with copies of its photos unless photos is false. Open it when it is right.",
		errors: moves}, once(a, a.copyListing))
}

type listingsQuery struct {
	Page
	Picking
	Group string `query:"group" format:"uuid" doc:"Only this group's."`
	Life  string `query:"life" enum:"draft,open,paused,fulfilled,withdrawn,expired,removed"`
}

func (a *API) listListings(c *call, in *listingsQuery) (*paged[Picked], error) {
	only, err := in.only()
	if err != nil {
		return nil, err
	}
	after, err := behind[market.ID](a, c, in.Cursor)
	if err != nil {
		return nil, err
	}
	groups := c.viewer.Groups()
	if in.Group != "" {
		if !c.viewer.In(market.ID(in.Group)) {
			return nil, market.ErrNotFound
		}
		groups = []market.ID{market.ID(in.Group)}
	}
	ids, err := a.Store.ListingIDs(c.ctx, groups, market.Life(in.Life), after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	ids, out, err := turned[Picked](a, c, ids, in.Limit, itself)
	if err != nil || len(ids) == 0 {
		return out, err
	}
	out.Body.only = only
	all, err := a.listings(c, ids)
	for _, l := range all {
		out.Body.Items = append(out.Body.Items, Picked{l, only})
	}
	return out, err
}

func (a *API) listings(c *call, ids []market.ID) ([]Listing, error) {
	entries, photos, err := a.entries(c, ids)
	if err != nil {
		return nil, err
	}
	out, all := []Listing{}, []*Listing{}
	for _, id := range ids {
		if e, ok := entries[id]; ok {
			out = append(out, a.listing(c.viewer, e, photos[id]))
		}
	}
	for i := range out {
		all = append(all, &out[i])
	}
	return out, a.credit(c, all...)
}

// listingAnswer is a listing with the tag of its version.
type listingAnswer struct {
	Location string `header:"Location" doc:"Where it can be read."`
	ETag     string `header:"ETag" doc:"For If-None-Match, and, since it begins with the version, for If-Match."`
	Body     Listing
}

func (a *API) getListing(c *call, in *ByID) (*listingAnswer, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	return a.listingAt(c, id)
}

func (a *API) listingAt(c *call, id market.ID) (*listingAnswer, error) {
	e, err := a.Store.EntryFor(c.ctx, c.viewer, id, c.now)
	if err != nil {
		return nil, err
	}
	photos, err := a.Store.PhotosOf(c.ctx, id)
	if err != nil {
		return nil, err
	}
	out := &listingAnswer{Location: Prefix + "/listings/" + string(id), ETag: etag(e.Listing.Version), Body: a.listing(c.viewer, e, photos)}
	return out, a.credit(c, &out.Body)
}

func etag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

type creating struct {
	Keyed
	Body struct {
		Draft
		AsDraft bool `json:"draft,omitempty" required:"false" doc:"Keep it without opening it."`
	}
}

func (in creating) once(c *call) (market.OnceOnly, error) { return onceOnly(c, in.Key, in.Body) }

func (a *API) createListing(c *call, in *creating, once market.OnceOnly) (*listingAnswer, error) {
	l, err := in.Body.listing()
	if err != nil {
		return nil, err
	}
	if in.Body.AsDraft {
		l.Life = market.Draft
	}
	if err := a.countOnce(c, once, httpx.Rule{Name: "post", Hour: a.Config.PostsPerHour}); err != nil {
		return nil, err
	}
	kept, err := a.Listings.Publish(c.ctx, c.viewer, l, once, c.now)
	if err != nil {
		return nil, err
	}
	return a.listingAt(c, kept.ID)
}

// countOnce counts what is made against its person's limit, which is the site's too. What was made before counts no more: a
// program that lost an answer may ask again.
func (a *API) countOnce(c *call, once market.OnceOnly, rule httpx.Rule) error {
	if _, err := a.Store.OnceOf(c.ctx, once.ID, c.viewer.Person); !errors.Is(err, market.ErrNotFound) {
		return err
	}
	return a.Limits.Allow(c.ctx, rule, string(c.viewer.Person))
}

type editing struct {
	ByID
	IfMatch string `header:"If-Match" maxLength:"40" doc:"The ETag that was read."`
	Body    Said
}

func (a *API) editListing(c *call, in *editing) (*listingAnswer, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	e, err := a.Store.OwnEntry(c.ctx, c.viewer, id, c.now)
	if err != nil {
		return nil, err
	}
	switch {
	case in.IfMatch == "":
		return nil, errNoVersion
	case versionOf(in.IfMatch) != etag(e.Listing.Version):
		return nil, errVersion
	}
	next, err := in.Body.over(e.Listing)
	if err == nil {
		err = a.Listings.Edit(c.ctx, c.viewer, next, string(market.NewID()), c.now)
	}
	if errors.Is(err, market.ErrConflict) {
		return nil, errVersion // somebody was quicker between our reading and writing
	}
	if err != nil {
		return nil, err
	}
	return a.listingAt(c, id)
}

type pausing struct {
	ByID
	Body *struct {
		Until string `json:"until,omitempty" required:"false" format:"date" doc:"The day on which it opens again, on the calendar of its place."`
	} `required:"false"`
}

func (a *API) pauseListing(c *call, in *pausing) (*listingAnswer, error) {
	if in.Body == nil || in.Body.Until == "" {
		return a.move(c, in.ByID, market.Paused, "")
	}
	return a.move(c, in.ByID, market.Paused, market.Date(in.Body.Until))
}

func (a *API) openListing(c *call, in *ByID) (*listingAnswer, error) {
	return a.move(c, *in, market.Open, "")
}

func (a *API) renewListing(c *call, in *ByID) (*listingAnswer, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	if _, err := a.Store.OwnEntry(c.ctx, c.viewer, id, c.now); err != nil {
		return nil, err
	}
	if err := a.Listings.Renew(c.ctx, c.viewer, id, c.now); err != nil && !errors.Is(err, market.ErrRepeated) {
		return nil, err
	}
	return a.listingAt(c, id)
}

type copying struct {
	ByID
	Keyed
	Body *struct {
		Photos *bool `json:"photos,omitempty" required:"false" nullable:"false" doc:"Whether its photos are copied; they are when left out."`
	} `required:"false"`
}

func (in copying) photos() bool { return in.Body == nil || in.Body.Photos == nil || *in.Body.Photos }

func (in copying) once(c *call) (market.OnceOnly, error) {
	return onceOnly(c, in.Key, []any{"copy", in.ID, in.photos()})
}

func (a *API) copyListing(c *call, in *copying, once market.OnceOnly) (*listingAnswer, error) {
	id, err := in.id()
	if err == nil {
		err = a.countOnce(c, once, httpx.Rule{Name: "post", Hour: a.Config.PostsPerHour})
	}
	if err != nil {
		return nil, err
	}
	kept, err := a.Listings.Copy(c.ctx, c.viewer, id, in.photos(), once, c.now)
	if err != nil {
		return nil, err
	}
	return a.listingAt(c, kept.ID)
}

type closing struct {
	ByID
	Body *struct {
		As string `json:"as,omitempty" required:"false" enum:"withdrawn,fulfilled" doc:"Whether it was met; withdrawn when left out."`
	} `required:"false"`
}

func (a *API) closeListing(c *call, in *closing) (*listingAnswer, error) {
	if in.Body == nil || in.Body.As == "" {
		return a.move(c, in.ByID, market.Withdrawn, "")
	}
	return a.move(c, in.ByID, market.Life(in.Body.As), "")
}

// move changes a listing's life; until is the day on which a pause ends, "" for none. To where it is already is alike.
func (a *API) move(c *call, in ByID, to market.Life, until market.Date) (*listingAnswer, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	e, err := a.Store.OwnEntry(c.ctx, c.viewer, id, c.now)
	if err != nil {
		return nil, err
	}
	var day *time.Time
	if until != "" {
		at := until.Time(e.Listing.When.Location())
		day = &at
	}
	err = renamed(a.Listings.Move(c.ctx, c.viewer, id, to, day, c.now), map[string]string{"until": inBody + "/until"})
	if errors.Is(err, market.ErrWrongState) && e.Listing.Life == to {
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return a.listingAt(c, id)
}
