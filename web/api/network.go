package api

import (
	"net/http"

	"wherewithal/market"
)

// registerNetworks is for everybody; networks are public.
func (a *API) registerNetworks() {
	register(a, operation{id: "list-networks", method: http.MethodGet, path: "/networks", for_: anyone, tag: "networks",
		summary: "All networks", about: "By their ids: new ones come last, so that none is missed or comes twice while networks come and go."}, a.listNetworks)
	register(a, operation{id: "get-network", method: http.MethodGet, path: "/networks/{slug}", for_: anyone, tag: "networks",
		summary: "Read a network", errors: []int{http.StatusNotFound}}, a.getNetwork)
	register(a, operation{id: "list-network-groups", method: http.MethodGet, path: "/networks/{slug}/groups", for_: anyone, tag: "networks",
		summary: "The groups of a network", about: "Those that show their names, and one's own, by their ids. Which network an alias is in would say where it is: that is told to who looks after the network " +
			"and to operators, and others have those counted with the network, as aliases. Groups of networks below it are theirs.", errors: []int{http.StatusNotFound}}, a.listNetworkGroups)
}

// NetworkName is a network in passing.
type NetworkName struct {
	ID    string `json:"id" format:"uuid"`
	Slug  string `json:"slug" doc:"Its name in addresses."`
	Name  string `json:"name"`
	Level string `json:"level" enum:"neighbourhood,borough,city_region,national,interest"`
}

// Network is groups joined by place or interest.
type Network struct {
	NetworkName
	About    string        `json:"about,omitempty"`
	Boundary []Point       `json:"boundary" nullable:"false" doc:"A polygon; empty for a network without one."`
	Parents  []NetworkName `json:"parents" nullable:"false" doc:"The networks that it lies directly below, as both sides agreed; by names."`
	Children []NetworkName `json:"children" nullable:"false" doc:"Those directly below it."`
	Peers    []NetworkName `json:"peers" nullable:"false" doc:"Those beside it."`
	Words    []NetworkWord `json:"words" nullable:"false" doc:"What it calls kinds and tags, where that is something of its own."`
	Aliases  int           `json:"aliases" minimum:"0" doc:"How many of its groups hide their names and are not told: to others than their own people, who looks after the network and operators."`
	Sample   bool          `json:"sample,omitempty" doc:"Invented, to look at."`
}

// NetworkWord is what a network calls a kind or a tag.
type NetworkWord struct {
	What string `json:"what" enum:"kind,tag"`
	Code string `json:"code" example:"room" doc:"The kind or the tag."`
	Word string `json:"word" example:"Space" doc:"What the network calls it."`
}

// Point on the map, WGS 84.
type Point struct {
	Lat float64 `json:"lat"`
	Lng float64 `json:"lng"`
}

func networkName(n market.Network) NetworkName {
	return NetworkName{ID: string(n.ID), Slug: n.Slug, Name: n.Name, Level: string(n.Level)}
}

func networkNames(all []market.Network) []NetworkName {
	names := []NetworkName{}
	for _, n := range all {
		names = append(names, networkName(n))
	}
	return names
}

func (a *API) listNetworks(c *call, in *LongPage) (*paged[NetworkName], error) {
	after, err := behind[market.ID](a, c, in.Cursor)
	if err != nil {
		return nil, err
	}
	all, err := a.networksAfter(c, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	all, out, err := turned[NetworkName](a, c, all, in.Limit, func(n market.Network) market.ID { return n.ID })
	for _, n := range all {
		out.Body.Items = append(out.Body.Items, networkName(n))
	}
	return out, err
}

// networksAfter are those with larger ids, at most so many; to a test key there is one.
func (a *API) networksAfter(c *call, after market.ID, limit int) ([]market.Network, error) {
	if !c.viewer.Sandbox {
		return a.Store.NetworksAfter(c.ctx, after, limit)
	}
	box, err := a.Store.Sandbox(c.ctx)
	if err != nil || box.ID <= after {
		return nil, err
	}
	return []market.Network{box}, nil
}

func (a *API) network(c *call, slug string) (market.Network, error) {
	if !c.viewer.Sandbox {
		return a.Store.NetworkFor(c.ctx, market.Public, slug)
	}
	box, err := a.Store.Sandbox(c.ctx)
	if err == nil && box.Slug != slug {
		err = market.ErrNotFound
	}
	return box, err
}

// BySlug names a network.
type BySlug struct {
	Slug string `path:"slug" maxLength:"80"`
}

func (a *API) getNetwork(c *call, in *BySlug) (*body[Network], error) {
	n, err := a.network(c, in.Slug)
	if err != nil {
		return nil, err
	}
	around, err := a.Store.Around(c.ctx, n.ID)
	if err != nil {
		return nil, err
	}
	words, err := a.Store.NetworkWords(c.ctx, n.ID)
	if err != nil {
		return nil, err
	}
	aliases, err := a.Store.AliasesIn(c.ctx, c.viewer, n.ID)
	if err != nil {
		return nil, err
	}
	out := Network{NetworkName: networkName(n), About: n.About, Boundary: []Point{}, Parents: networkNames(around.Above), Children: networkNames(around.Below),
		Peers: networkNames(around.Beside), Words: []NetworkWord{}, Aliases: int(aliases), Sample: n.Sample}
	for _, p := range n.Boundary {
		out.Boundary = append(out.Boundary, Point{Lat: p.Lat, Lng: p.Lng})
	}
	for _, w := range words {
		out.Words = append(out.Words, NetworkWord{What: w.What, Code: w.Code, Word: w.Word})
	}
	return &body[Network]{Body: out}, nil
}

type groupsOfNetwork struct {
	BySlug
	LongPage
}

func (a *API) listNetworkGroups(c *call, in *groupsOfNetwork) (*paged[GroupName], error) {
	after, err := behind[market.ID](a, c, in.Cursor)
	if err != nil {
		return nil, err
	}
	n, err := a.network(c, in.Slug)
	if err != nil {
		return nil, err
	}
	all, err := a.Store.GroupsToldAfter(c.ctx, c.viewer, n.ID, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	all, out, err := turned[GroupName](a, c, all, in.Limit, func(g market.Group) market.ID { return g.ID })
	if err != nil {
		return nil, err
	}
	for _, g := range all {
		out.Body.Items = append(out.Body.Items, GroupName{ID: string(g.ID), Name: g.NameFor(c.viewer)})
	}
	return out, a.handOut(c, len(out.Body.Items))
}
