package api

import (
	"errors"
	"math/bits"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/wording"
)

// registerSavedSearches is for the person of a token, about the searches they keep, as on their page. A creation repeated with its
// Idempotency-Key gets the first answer again; pausing, resuming and deleting can be sent again.
func (a *API) registerSavedSearches() {
	const tag = "saved searches"
	missing := []int{http.StatusNotFound}
	register(a, operation{id: "list-saved-searches", method: http.MethodGet, path: "/searches", for_: reads, tag: tag,
		summary: "The searches that the person keeps", about: "The newest first; twenty are the most."}, a.listSavedSearches)
	register(a, operation{id: "save-search", method: http.MethodPost, path: "/searches", for_: writes, tag: tag, status: http.StatusCreated,
		summary: "Keep a search, and be told of what is new in it", errors: []int{http.StatusNotFound, http.StatusConflict},
		about: "By mail, at once or in the digest. What it finds now counts as seen. A place is kept as an area of a kilometre or so, and of a postcode its first half."}, once(a, a.saveSearch))
	register(a, operation{id: "get-saved-search", method: http.MethodGet, path: "/searches/{id}", for_: reads, tag: tag, summary: "Read a saved search", errors: missing}, a.getSavedSearch)
	register(a, operation{id: "pause-saved-search", method: http.MethodPost, path: "/searches/{id}/pause", for_: writes, tag: tag,
		summary: "Be told nothing of it for now", about: "What waits is not told either.", errors: missing}, a.pauseSavedSearch)
	register(a, operation{id: "resume-saved-search", method: http.MethodPost, path: "/searches/{id}/resume", for_: writes, tag: tag,
		summary: "Be told again, of what is new from now on", errors: missing}, a.resumeSavedSearch)
	register(a, operation{id: "delete-saved-search", method: http.MethodDelete, path: "/searches/{id}", for_: writes, tag: tag, status: http.StatusNoContent,
		summary: "Keep a search no longer", errors: missing}, a.deleteSavedSearch)
}

// Asked is what a saved search asks, in the words of /search: values within a field are alternatives, but for tags and requires; fields add up.
type Asked struct {
	Q         string   `json:"q,omitempty" required:"false" maxLength:"300"`
	Side      string   `json:"side" enum:"offer,need" doc:"What is looked for."`
	Kind      []string `json:"kind,omitempty" required:"false" nullable:"false" maxItems:"20" doc:"Codes of /kinds."`
	Tags      []string `json:"tags,omitempty" required:"false" nullable:"false" maxItems:"12"`
	Borough   []string `json:"borough,omitempty" required:"false" nullable:"false" maxItems:"40"`
	Network   []string `json:"network,omitempty" required:"false" nullable:"false" format:"uuid" maxItems:"20" doc:"Ids of networks that it is shown in."`
	Requires  []string `json:"requires,omitempty" required:"false" nullable:"false" enum:"step_free,accessible_toilet,hearing_loop,quiet_room,parking,baby_changing" maxItems:"6"`
	Terms     []string `json:"terms,omitempty" required:"false" nullable:"false" enum:"gift,loan,shared,at_cost,swap" maxItems:"5"`
	Place     string   `json:"place,omitempty" required:"false" maxLength:"60" doc:"What the place is called in mails, where lat and lng say where it is."`
	Lat       *float64 `json:"lat,omitempty" required:"false" minimum:"-90" maximum:"90" doc:"With lng: near where."`
	Lng       *float64 `json:"lng,omitempty" required:"false" minimum:"-180" maximum:"180"`
	RadiusKM  float64  `json:"radiusKm,omitempty" required:"false" minimum:"0.5" maximum:"100"`
	FreeFrom  string   `json:"freeFrom,omitempty" required:"false" format:"date"`
	FreeUntil string   `json:"freeUntil,omitempty" required:"false" format:"date"`
	Days      []string `json:"days,omitempty" required:"false" nullable:"false" enum:"mo,tu,we,th,fr,sa,su" maxItems:"7" doc:"Free on one of these days, at some time, or from and until then."`
	From      string   `json:"from,omitempty" required:"false" pattern:"^([01][0-9]|2[0-3]):(00|30)$" example:"18:00"`
	Until     string   `json:"until,omitempty" required:"false" pattern:"^((([01][0-9]|2[0-3]):(00|30))|24:00)$" example:"20:00"`
	Seated    int      `json:"seated,omitempty" required:"false" minimum:"0" maximum:"10000"`
}

// SearchDraft is what a program says of a search that is to be kept.
type SearchDraft struct {
	Name string `json:"name,omitempty" required:"false" maxLength:"80" doc:"Left out, it is named by what it asks for."`
	Pace string `json:"pace" enum:"at_once,digest" doc:"When its person is told."`
	Asks Asked  `json:"asks"`
}

// SavedSearch is one that is kept.
type SavedSearch struct {
	ID        string     `json:"id" format:"uuid"`
	Name      string     `json:"name" doc:"The person's own, or what it asks for in words."`
	Pace      string     `json:"pace" enum:"at_once,digest"`
	Asks      Asked      `json:"asks"`
	PausedAt  *time.Time `json:"pausedAt,omitempty" doc:"Its person is told of nothing since."`
	CreatedAt time.Time  `json:"createdAt"`
}

// searchFields are where the faults of a search stand in a body.
var searchFields = map[string]string{"name": inBody + "/name", "pace": inBody + "/pace", "q": inBody + "/asks/q", "side": inBody + "/asks/side", "kind": inBody + "/asks/kind", "tag": inBody + "/asks/tags",
	"borough": inBody + "/asks/borough", "network": inBody + "/asks/network", "requires": inBody + "/asks/requires", "terms": inBody + "/asks/terms", "near": inBody + "/asks/lat",
	"radius": inBody + "/asks/radiusKm", "free_from": inBody + "/asks/freeFrom", "free_until": inBody + "/asks/freeUntil", "weekly": inBody + "/asks/days", "at_least": inBody + "/asks/seated"}

// question is what is asked, as it is kept.
func (in Asked) question() (market.Question, error) {
	q := market.Question{Words: in.Q, Sides: []market.Side{market.Side(in.Side)}, Kinds: in.Kind, Tags: in.Tags, Boroughs: in.Borough, Networks: typed[market.ID](in.Network),
		Requires: typed[market.Feature](in.Requires), Terms: typed[market.TermsKind](in.Terms), Place: in.Place, RadiusKM: in.RadiusKM,
		FreeFrom: market.Date(in.FreeFrom), FreeUntil: market.Date(in.FreeUntil), Days: setOf(in.Days)}
	if (in.Lat == nil) != (in.Lng == nil) {
		return q, market.Refuse("near", "place_missing")
	}
	if in.Lat != nil {
		q.Near = &market.Point{Lat: *in.Lat, Lng: *in.Lng}
	}
	if in.Seated > 0 {
		q.AtLeast = map[string]float64{"seated": float64(in.Seated)}
	}
	if (in.From != "" || in.Until != "") && (in.From == "" || in.Until == "" || len(in.Days) == 0) {
		return q, market.Refuse("weekly", "window_days")
	}
	if in.From != "" {
		w := Window{From: in.From, Until: in.Until}.market()
		if q.Start, q.End = w.Start, w.End; q.End <= q.Start {
			return q, market.Refuse("weekly", "window_order")
		}
	}
	q.Said = in.said().Encode()
	return q, nil
}

// said are the parameters of the site's search page that come closest, for the way there.
func (in Asked) said() url.Values {
	v := url.Values{"side": {in.Side}, "kind": in.Kind, "tags": in.Tags, "borough": in.Borough, "network": in.Network, "features": in.Requires, "terms": in.Terms}
	if in.Q != "" {
		v.Set("q", in.Q)
	}
	if in.Lat != nil && in.Place != "" {
		v.Set("near", in.Place)
		if in.RadiusKM > 0 {
			v.Set("within", strconv.FormatFloat(in.RadiusKM, 'f', -1, 64))
		}
	}
	for name, value := range map[string]string{"from": in.FreeFrom, "until": in.FreeUntil} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if in.Seated > 0 {
		v.Set("people", strconv.Itoa(in.Seated))
	}
	if days := setOf(in.Days); days.Count() == 1 {
		v.Set("day", strconv.Itoa(bits.TrailingZeros8(uint8(days))))
	}
	return v
}

func asked(q market.Question) Asked {
	out := Asked{Q: q.Words, Kind: q.Kinds, Tags: q.Tags, Borough: q.Boroughs, Network: texts(q.Networks), Requires: texts(q.Requires), Terms: texts(q.Terms), Place: q.Place,
		RadiusKM: q.RadiusKM, FreeFrom: string(q.FreeFrom), FreeUntil: string(q.FreeUntil), Days: daysOf(q.Days), Seated: int(q.AtLeast["seated"])}
	if len(q.Sides) > 0 {
		out.Side = string(q.Sides[0])
	}
	if q.Near != nil {
		out.Lat, out.Lng = &q.Near.Lat, &q.Near.Lng
	}
	if q.End > 0 {
		out.From, out.Until = q.Start.Clock(), q.End.Clock()
	}
	return out
}

func savedSearch(c *call, s market.SavedSearch) SavedSearch {
	return SavedSearch{ID: string(s.ID), Name: wording.SearchName(c.lang, s), Pace: string(s.Pace), Asks: asked(s.Question), PausedAt: utc(s.PausedAt), CreatedAt: s.CreatedAt.UTC()}
}

func (a *API) listSavedSearches(c *call, _ *struct{}) (*body[All[SavedSearch]], error) {
	all, err := a.Store.SavedSearches(c.ctx, c.person.ID)
	out := &body[All[SavedSearch]]{Body: All[SavedSearch]{Items: []SavedSearch{}}}
	for _, s := range all {
		out.Body.Items = append(out.Body.Items, savedSearch(c, s))
	}
	return out, err
}

type savingSearch struct {
	Keyed
	Body SearchDraft
}

type savedAnswer struct {
	Location string `header:"Location" doc:"Where it can be read."`
	Body     SavedSearch
}

func (in savingSearch) once(c *call) (market.OnceOnly, error) { return onceOnly(c, in.Key, in.Body) }

func (a *API) saveSearch(c *call, in *savingSearch, once market.OnceOnly) (*savedAnswer, error) {
	if err := a.countOnce(c, once, httpx.Rule{Name: "save_search", Hour: market.SavesPerHour}); err != nil {
		return nil, err
	}
	q, err := in.Body.Asks.question()
	if err != nil {
		return nil, renamed(err, searchFields)
	}
	s, err := a.Alerts.Save(c.ctx, c.viewer, market.SavedSearch{Name: in.Body.Name, Pace: market.Pace(in.Body.Pace), Question: q}, once, c.now)
	if err != nil && !errors.Is(err, market.ErrRepeated) {
		return nil, renamed(err, searchFields)
	}
	return &savedAnswer{Location: Prefix + "/searches/" + string(s.ID), Body: savedSearch(c, s)}, nil
}

func (a *API) getSavedSearch(c *call, in *ByID) (*body[SavedSearch], error) {
	return a.changedSearch(c, in, func(market.ID) error { return nil })
}

func (a *API) pauseSavedSearch(c *call, in *ByID) (*body[SavedSearch], error) {
	return a.changedSearch(c, in, func(id market.ID) error { return a.Alerts.Pause(c.ctx, c.person.ID, id, c.now) })
}

func (a *API) resumeSavedSearch(c *call, in *ByID) (*body[SavedSearch], error) {
	return a.changedSearch(c, in, func(id market.ID) error { return a.Alerts.Resume(c.ctx, c.viewer, id, c.now) })
}

// changedSearch is a search of the person's, after do.
func (a *API) changedSearch(c *call, in *ByID, do func(market.ID) error) (*body[SavedSearch], error) {
	id, err := in.id()
	if err == nil {
		err = do(id)
	}
	if err != nil {
		return nil, err
	}
	s, err := a.Store.SavedSearch(c.ctx, c.person.ID, id)
	return &body[SavedSearch]{Body: savedSearch(c, s)}, err
}

func (a *API) deleteSavedSearch(c *call, in *ByID) (*struct{}, error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	return nil, a.Alerts.Delete(c.ctx, c.viewer, id, c.now)
}
