package api

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/wording"
	"wherewithal/wording/tongue"
)

// registerMe is for whoever holds a token.
func (a *API) registerMe() {
	register(a, operation{id: "get-me", method: http.MethodGet, path: "/me", for_: reads, tag: "groups",
		summary: "For whom the token acts"}, a.me)
}

// registerGroups: one's own with what posting needs; any other as everybody sees it.
func (a *API) registerGroups() {
	register(a, operation{id: "list-groups", method: http.MethodGet, path: "/groups", for_: reads, tag: "groups",
		summary: "My groups, with their places", about: "By their ids."}, a.listGroups)
	register(a, operation{id: "get-group", method: http.MethodGet, path: "/groups/{id}", for_: anyone, tag: "groups",
		summary: "Read a group", errors: []int{http.StatusNotFound}}, a.getGroup)
}

// Me is the person for whom a token acts.
type Me struct {
	ID       string `json:"id" format:"uuid"`
	Name     string `json:"name"`
	Language string `json:"language"`
	Zone     string `json:"zone"`
}

func (a *API) me(c *call, _ *struct{}) (*body[Me], error) {
	p := c.person
	return &body[Me]{Body: Me{ID: string(p.ID), Name: p.Name, Language: p.Language, Zone: p.Zone}}, nil
}

// OwnPlace is a place of one's own group.
type OwnPlace struct {
	ID       string `json:"id" format:"uuid"`
	Label    string `json:"label,omitempty"`
	Postcode string `json:"postcode,omitempty" doc:"Read by its own group only."`
	Public   Spot   `json:"public" doc:"What others see of it."`
}

// OwnGroup is a group that the token's person belongs to.
type OwnGroup struct {
	ID     string     `json:"id" format:"uuid"`
	Name   string     `json:"name"`
	Role   string     `json:"role" enum:"owner,poster,reader"`
	Places []OwnPlace `json:"places" nullable:"false"`
}

func (a *API) listGroups(c *call, in *LongPage) (*paged[OwnGroup], error) {
	after, err := behind[market.ID](a, c, in.Cursor)
	if err != nil {
		return nil, err
	}
	ids := slices.DeleteFunc(slices.Sorted(maps.Keys(c.viewer.Roles)), func(id market.ID) bool { return id <= after })
	ids, out, err := turned[OwnGroup](a, c, ids, in.Limit, itself)
	if err != nil {
		return nil, err
	}
	groups, err := a.Store.Groups(c.ctx, ids)
	if err != nil {
		return nil, err
	}
	places, err := a.Store.PlacesOf(c.ctx, ids)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(groups, func(a, b market.Group) int { return cmp.Compare(a.ID, b.ID) })
	for _, g := range groups {
		own := OwnGroup{ID: string(g.ID), Name: g.Name, Role: string(c.viewer.Roles[g.ID]), Places: []OwnPlace{}}
		for _, p := range places[g.ID] {
			postcode := p.Postcode
			if postcode == "" {
				postcode = p.Outcode
			}
			own.Places = append(own.Places, OwnPlace{ID: string(p.ID), Label: p.Label, Postcode: postcode,
				Public: Spot{Borough: p.Borough, Lat: p.Public.Lat, Lng: p.Public.Lng}})
		}
		out.Body.Items = append(out.Body.Items, own)
	}
	return out, nil
}

// Evidence is what a group states that it has, of which a connector of its networks may have seen the document.
type Evidence struct {
	Kind    string `json:"kind" enum:"insurance,safeguarding"`
	Text    string `json:"text" example:"Public liability insurance, from Sunday 1 March 2026, shown to Maze Hill Together on Friday 3 April 2026. Check for yourselves before you meet." doc:"The same in words. Whoever shows this shows that readers are to check for themselves."`
	Dated   string `json:"dated" format:"date" doc:"Since when."`
	Expires string `json:"expires,omitempty" format:"date" doc:"The last day on which it holds. Missing: it has no end."`
	ShownTo string `json:"shownTo,omitempty" doc:"The network one of whose connectors has seen it. Missing, with shownOn: it is not told of an alias. Missing without: the group states it, and nobody has looked."`
	ShownOn string `json:"shownOn,omitempty" format:"date" doc:"When they saw it."`
}

// Group is what its page says of a group.
type Group struct {
	ID          string        `json:"id" format:"uuid"`
	URL         string        `json:"url" format:"uri"`
	Name        string        `json:"name" doc:"An alias where the name is only told after both say yes."`
	Does        string        `json:"does,omitempty" doc:"In its own words."`
	DoesIn      string        `json:"doesLanguage,omitempty" doc:"The language of does, a tag of BCP 47: the one of languages that is written in its letters. Missing where these do not tell."`
	LegalForm   string        `json:"legalForm" enum:"informal,constituted,cic,charity"`
	Size        int           `json:"size,omitempty" doc:"People in it, roughly. Missing: it does not say."`
	Languages   []string      `json:"languages" nullable:"false"`
	Boroughs    []string      `json:"boroughs" nullable:"false" doc:"In which its places are. None of an alias, which stands without a place."`
	Link        string        `json:"link,omitempty"`
	PausedUntil *time.Time    `json:"pausedUntil,omitempty" doc:"It is not introduced to anybody before."`
	Networks    []NetworkName `json:"networks" nullable:"false" doc:"None of an alias: they would say where it is."`
	Evidence    []Evidence    `json:"evidence" nullable:"false" doc:"What it states, or has shown to a connector, and holds today. Check for yourselves before you meet."`
	Sample      bool          `json:"sample,omitempty" doc:"Invented, to look at."`
}

func (a *API) getGroup(c *call, in *ByID) (*body[Group], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	out, err := a.publicGroup(c, id)
	if err != nil {
		return nil, err
	}
	return &body[Group]{Body: out}, nil
}

// publicGroup is what everybody may read of a group that the viewer may see.
func (a *API) publicGroup(c *call, id market.ID) (out Group, err error) {
	g, err := a.Store.GroupFor(c.ctx, c.viewer, id)
	if err != nil {
		return out, err
	}
	networks, err := a.Store.NetworksOf(c.ctx, id)
	if err != nil {
		return out, err
	}
	out = Group{ID: string(id), URL: a.Config.Link("/groups/" + string(id)), Name: g.NameFor(c.viewer), Does: g.Does, DoesIn: tongue.Of(g.Does, g.Languages...), LegalForm: string(g.LegalForm),
		Size: g.Size, Languages: append([]string{}, g.Languages...), Boroughs: []string{}, Networks: []NetworkName{}, Evidence: []Evidence{}, Sample: g.Sample}
	if g.PausedUntil != nil && c.now.Before(*g.PausedUntil) {
		out.PausedUntil = utc(g.PausedUntil)
	}
	if err := a.placed(c, g, &out); err != nil {
		return out, err
	}
	for _, n := range networks {
		if g.TellsNetwork(c.viewer, n.ID) {
			out.Networks = append(out.Networks, networkName(n))
		}
	}
	evidence, err := a.Store.Evidence(c.ctx, id)
	today := market.DateOf(c.now.In(market.When{}.Location()))
	for _, ev := range evidence {
		if ev.ValidOn(today) {
			out.Evidence = append(out.Evidence, evidenceOf(c, g.EvidenceFor(c.viewer, ev)))
		}
	}
	return out, err
}

// placed says where a group is and where it is read about, which nobody is told of an alias: a hidden name stands in neither.
func (a *API) placed(c *call, g market.Group, out *Group) error {
	if g.NameHidden && out.Name == g.Alias {
		return nil
	}
	places, err := a.Store.Places(c.ctx, g.ID)
	out.Link, out.Boroughs = g.Link, append(out.Boroughs, market.BoroughsOf(places)...)
	return err
}

func evidenceOf(c *call, ev market.Evidence) Evidence {
	return Evidence{Kind: string(ev.Kind), Text: wording.Evidence(c.lang, ev) + ". " + wording.Text(c.lang, "evidence.check", nil),
		Dated: string(ev.Dated), Expires: string(ev.Expires), ShownTo: ev.ShownName, ShownOn: string(ev.ShownOn)}
}

// registerKinds is for everybody: the words that a listing is made of.
func (a *API) registerKinds() {
	register(a, operation{id: "list-kinds", method: http.MethodGet, path: "/kinds", for_: anyone, tag: "listings",
		summary: "The kinds of things, and the facts that each states"}, a.listKinds)
}

// Kind is a sort of resource.
type Kind struct {
	Code  string `json:"code" example:"room"`
	Facts []Fact `json:"facts" nullable:"false"`
}

// Fact is something that listings of a kind can state.
type Fact struct {
	Key     string   `json:"key" example:"seated"`
	Type    string   `json:"type" enum:"number,flag,text,choice"`
	Unit    string   `json:"unit,omitempty"`
	Choices []string `json:"choices,omitempty"`
	Max     int      `json:"max,omitempty" doc:"Of a number the largest; of a text the most characters."`
	AtLeast bool     `json:"atLeast,omitempty" doc:"An offer must have at least what a need states."`
	Needed  bool     `json:"needed,omitempty" doc:"What a need states must be true of the offer."`
}

func (a *API) listKinds(c *call, _ *struct{}) (*body[All[Kind]], error) {
	kinds, err := a.Store.Kinds(c.ctx)
	out := &body[All[Kind]]{Body: All[Kind]{Items: []Kind{}}}
	for _, k := range kinds {
		kind := Kind{Code: k.Code, Facts: []Fact{}}
		for _, f := range k.Facts {
			kind.Facts = append(kind.Facts, Fact{Key: f.Key, Type: string(f.Type), Unit: f.Unit, Choices: f.Choices, Max: f.Max, AtLeast: f.AtLeast, Needed: f.Needed})
		}
		out.Body.Items = append(out.Body.Items, kind)
	}
	return out, err
}
