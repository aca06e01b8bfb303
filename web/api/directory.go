package api

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"wherewithal/market"
	"wherewithal/search"
)

// registerDirectory is for partners that show who there is, and help while one types.
func (a *API) registerDirectory() {
	register(a, operation{id: "list-directory", method: http.MethodGet, path: "/directory", for_: keyed, tag: "partners",
		summary: "Groups of the networks that let the key in", about: "Those that show their names, by their ids; of each what its page says. They are in no place but their boroughs, so there is no map of them."}, a.listDirectory)
	register(a, operation{id: "suggest", method: http.MethodGet, path: "/suggestions", for_: anyone, tag: "search",
		summary: "What a search may go on with, while one types"}, a.suggest)
}

type directoryQuery struct {
	Page
	Fields []string `query:"fields,explode" maxItems:"40" doc:"Of a group only these, by their names, and its id."`
}

func (a *API) listDirectory(c *call, in *directoryQuery) (*paged[PickedGroup], error) {
	only, err := picking(in.Fields, groupFields)
	if err != nil {
		return nil, err
	}
	after, err := behind[market.ID](a, c, in.Cursor)
	if err != nil {
		return nil, err
	}
	ids, err := a.Store.DirectoryAfter(c.ctx, c.viewer, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	ids, out, err := turned[PickedGroup](a, c, ids, in.Limit, itself)
	if err != nil {
		return nil, err
	}
	out.Body.only = only
	for _, id := range ids {
		g, err := a.publicGroup(c, id)
		if errors.Is(err, market.ErrNotFound) {
			continue // it closed meanwhile
		}
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, PickedGroup{g, only})
	}
	return out, a.handOut(c, len(out.Body.Items))
}

// Suggestion is a word or name that is there to be found.
type Suggestion struct {
	Text string `json:"text"`
	Type string `json:"type" enum:"listing,tag,borough,network" doc:"What it is the title or name of."`
}

type suggesting struct {
	Q     string `query:"q" required:"true" minLength:"2" maxLength:"100" doc:"What was typed so far."`
	Limit int    `query:"limit" minimum:"1" maximum:"20" default:"8"`
}

// looked is how many listings are looked at for words to go on with.
const looked = 20

// suggest looks at what the search finds first for what was typed, whose last word may be a beginning: nothing is suggested that the
// viewer could not find. It is asked at each letter, so nothing is counted over all that is found, and no listing is read further than
// its words. It takes nothing from the rows that a key may have of searches: in a request there are no more titles than its day's
// allowance has rows for it.
func (a *API) suggest(c *call, in *suggesting) (*body[All[Suggestion]], error) {
	found, err := a.Search.Query(c.ctx, c.viewer, search.Query{Text: in.Q, Now: c.now, Limit: looked, SkipFacets: true})
	if err != nil {
		return nil, renamed(err, searchNames)
	}
	listings, err := a.stillThere(c, found.Hits)
	if err != nil {
		return nil, err
	}
	s := suggestions{typed: strings.ToLower(strings.TrimSpace(in.Q))}
	tags, boroughs := map[string]int{}, map[string]int{}
	for _, e := range listings {
		for _, tag := range e.Listing.Tags {
			tags[tag]++
		}
		if e.Borough != "" {
			boroughs[e.Borough]++
		}
	}
	for _, tag := range frequent(tags) {
		s.beginning(tag, "tag")
	}
	for _, borough := range frequent(boroughs) {
		s.beginning(borough, "borough")
	}
	networks, err := a.networksCalled(c, s.typed, in.Limit)
	for _, n := range networks {
		s.beginning(n.Name, "network")
	}
	for _, e := range listings {
		s.add(e.Listing.Title, "listing")
	}
	return &body[All[Suggestion]]{Body: All[Suggestion]{Items: s.first(in.Limit)}}, err
}

// stillThere are the listings of hits, in their order, that the viewer still may see open.
func (a *API) stillThere(c *call, hits []search.Hit) (all []market.Entry, err error) {
	ids := make([]market.ID, len(hits))
	for i, h := range hits {
		ids[i] = h.ID
	}
	all, err = a.Store.ShownFor(c.ctx, c.viewer, ids, c.now)
	return slices.DeleteFunc(all, func(e market.Entry) bool { return e.Listing.Life != market.Open }), err
}

// networksCalled are some of which a word begins as was typed; to a test key there is one network.
func (a *API) networksCalled(c *call, typed string, limit int) ([]market.Network, error) {
	if c.viewer.Sandbox {
		box, err := a.Store.Sandbox(c.ctx)
		return []market.Network{box}, err
	}
	return a.Store.NetworksCalled(c.ctx, typed, limit)
}

type suggestions struct {
	typed string
	all   []Suggestion
}

// beginning adds a text of which a word begins as was typed.
func (s *suggestions) beginning(text, kind string) {
	low := strings.ToLower(text)
	if strings.HasPrefix(low, s.typed) || strings.Contains(low, " "+s.typed) {
		s.add(text, kind)
	}
}

func (s *suggestions) add(text, kind string) {
	if one := (Suggestion{Text: text, Type: kind}); !slices.Contains(s.all, one) {
		s.all = append(s.all, one)
	}
}

func (s *suggestions) first(n int) []Suggestion {
	return append([]Suggestion{}, s.all[:min(n, len(s.all))]...)
}

// frequent are the values that were counted, the most frequent first.
func frequent(counts map[string]int) (values []string) {
	for v := range counts {
		values = append(values, v)
	}
	slices.SortFunc(values, func(a, b string) int {
		if d := counts[b] - counts[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return values
}
