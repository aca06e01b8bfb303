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
	About    string  `json:"about,omitempty"`
	Boundary []Point `json:"boundary" nullable:"false" doc:"A polygon; empty for a network without one."`
	Sample   bool    `json:"sample,omitempty" doc:"Invented, to look at."`
}

// Point on the map, WGS 84.
type Point struct {
	Lat float64 `json:"lat"`
	Lng float64 `json:"lng"`
}

func networkName(n market.Network) NetworkName {
	return NetworkName{ID: string(n.ID), Slug: n.Slug, Name: n.Name, Level: string(n.Level)}
}

func (a *API) listNetworks(c *call, in *LongPage) (*body[List[NetworkName]], error) {
	after, err := in.page().after()
	if err != nil {
		return nil, err
	}
	all, err := a.networksAfter(c, after, in.Limit+1)
	out := &body[List[NetworkName]]{Body: List[NetworkName]{Items: []NetworkName{}}}
	if len(all) > in.Limit {
		all, out.Body.Next = all[:in.Limit], string(all[in.Limit-1].ID)
	}
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

// networks are all there are; to a test key there is one.
func (a *API) networks(c *call) ([]market.Network, error) {
	if c.viewer.Sandbox {
		box, err := a.Store.Sandbox(c.ctx)
		return []market.Network{box}, err
	}
	return a.Store.Networks(c.ctx)
}

func (a *API) network(c *call, slug string) (market.Network, error) {
	if !c.viewer.Sandbox {
		return a.Store.Network(c.ctx, slug)
	}
	box, err := a.Store.Sandbox(c.ctx)
	if err == nil && box.Slug != slug {
		err = market.ErrNotFound
	}
	return box, err
}

type bySlug struct {
	Slug string `path:"slug" maxLength:"80"`
}

func (a *API) getNetwork(c *call, in *bySlug) (*body[Network], error) {
	n, err := a.network(c, in.Slug)
	if err != nil {
		return nil, err
	}
	out := Network{NetworkName: networkName(n), About: n.About, Boundary: []Point{}, Sample: n.Sample}
	for _, p := range n.Boundary {
		out.Boundary = append(out.Boundary, Point{Lat: p.Lat, Lng: p.Lng})
	}
	return &body[Network]{Body: out}, nil
}
