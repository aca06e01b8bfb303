package pages

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerNetworks is for everybody to read, for owners of groups to ask and leave, and for a network's connectors to
// change. What is said twice is done once; a form that is older than what the network says is not saved.
func (s *Site) registerNetworks() {
	s.get("/networks", s.networks)
	s.get("/networks/new", s.newNetwork)
	s.post("/networks/new", s.foundNetwork)
	s.get("/networks/:slug", s.network)
	s.get("/networks/:slug/boundary.geojson", s.boundary)
	s.get("/networks/:slug/edit", s.editNetwork)
	s.post("/networks/:slug/edit", s.saveNetwork)
	s.get("/networks/:slug/words", s.networkWords)
	s.post("/networks/:slug/words", s.saveWords)
	s.get("/networks/:slug/members", s.networkDesk)
	s.post("/networks/:slug/members", s.answerMember)
	s.post("/networks/:slug/connectors", s.changeConnectors)
	s.post("/networks/:slug/share-out", s.askShareOut)
	s.get("/networks/:slug/tie", s.tie)
	s.post("/networks/:slug/tie", s.changeTie)
	s.post("/networks/:slug/ask", s.askNetwork)
	s.post("/networks/:slug/leave", s.leaveNetwork)
	s.get("/groups/:id/networks", s.groupNetworks)
	s.post("/groups/:id/networks", s.answerNetwork)
}

func networkPath(n market.Network) string { return "/networks/" + n.Slug }

func networkLink(n market.Network) view.Link { return view.Link{Href: networkPath(n), Text: n.Name} }

// atNetwork is the network in the path.
func (s *Site) atNetwork(c *Call) (market.Network, error) {
	return s.Store.NetworkFor(c.Ctx, c.Viewer, c.Gin.Param("slug"))
}

// ownNetwork is the network in the path, which the caller looks after; to others its pages for connectors are not there.
func (s *Site) ownNetwork(c *Call) (market.Network, error) {
	v, err := c.SignedIn()
	if err != nil {
		return market.Network{}, err
	}
	n, err := s.atNetwork(c)
	if err == nil && !v.Looks(n.ID) {
		err = market.ErrNotFound
	}
	return n, err
}

func (s *Site) networks(c *Call) error {
	all, err := s.Store.Networks(c.Ctx)
	if err != nil {
		return err
	}
	p := view.NetworksPage{Page: c.Public(c.Page("network.all"), c.T("network.all_about")), CanNew: c.Viewer.SignedIn()}
	for _, level := range market.Levels {
		l := view.NetworkLevel{Name: c.T("level." + string(level))}
		for _, n := range all {
			if n.Level == level {
				l.Networks = append(l.Networks, networkLink(n))
			}
		}
		if len(l.Networks) > 0 {
			p.Levels = append(p.Levels, l)
		}
	}
	return c.Render(http.StatusOK, view.Networks(p))
}

func (s *Site) network(c *Call) error {
	n, err := s.atNetwork(c)
	if err != nil {
		return err
	}
	p := view.NetworkPage{Page: c.Public(c.PageOf(n.Name), summary(n.About)), Path: networkPath(n), Name: n.Name, About: paragraphs(n.About),
		ReportHref: "/report?about=network:" + string(n.ID), Level: c.T("level." + string(n.Level)), Sample: n.Sample, Looks: c.Viewer.Looks(n.ID), Desk: c.Viewer.Operator}
	p.Page.NoIndex = n.Sample || n.Unshown()
	p.Page.Alternates = append(c.alternates(networkPath(n), nil), c.embeds(networkPath(n))...)
	for _, fill := range []func(*Call, market.Network, *view.NetworkPage) error{s.networkPeople, s.networkGroups, s.networkAround, s.networkCards} {
		if err := fill(c, n, &p); err != nil {
			return err
		}
	}
	if err := s.networkUnshown(c, n, &p); err != nil {
		return err
	}
	if !n.Sample && !n.Unshown() {
		p.Page.Linked = c.linkedNetwork(n, p.Above)
	}
	return c.Render(http.StatusOK, view.Network(p))
}

// networkUnshown says to who sees a network alone that it was hidden, or its name waits for a look or was refused, and where to appeal.
func (s *Site) networkUnshown(c *Call, n market.Network, p *view.NetworkPage) error {
	if !n.Unshown() {
		return nil
	}
	p.ReportHref = ""
	d, err := s.Store.HidBy(c.Ctx, n.ID)
	switch {
	case n.RemovedAt != nil:
		p.Unshown, p.WhyHref = c.T("worded.network_hidden"), decisionPath(d.ID)
		return err
	case errors.Is(err, market.ErrNotFound):
		err = nil
	case err == nil && d.Refuses(n.ID, n.HeldAt):
		p.Unshown, p.WhyHref = c.T("worded.network_refused"), decisionPath(d.ID)
		return nil
	}
	p.Unshown = c.T("worded.network_waiting")
	return err
}

// networkPeople names who looks after it, to those who are signed in, and says where the viewer's groups stand.
func (s *Site) networkPeople(c *Call, n market.Network, p *view.NetworkPage) error {
	if !c.Viewer.SignedIn() {
		return nil
	}
	people, err := s.Store.Connectors(c.Ctx, n.ID, c.Now)
	if err != nil {
		return err
	}
	var names []string
	for _, person := range people {
		names = append(names, c.nameOr(person.Name))
	}
	if len(names) > 0 {
		p.Connectors = c.T("network.looked_after", "Names", wording.List(c.Lang, names))
	}
	return nil
}

func (s *Site) networkGroups(c *Call, n market.Network, p *view.NetworkPage) error {
	members, err := s.Store.MembersAmong(c.Ctx, n.ID, c.Viewer.Groups())
	if err != nil {
		return err
	}
	stands := map[market.ID]market.NetworkMember{}
	for _, m := range members {
		stands[m.GroupID] = m
	}
	c.standing(stands, p)
	groups, err := s.groupsTold(c, n, p)
	if err != nil {
		return err
	}
	for _, g := range groups {
		p.Groups = append(p.Groups, view.Link{Href: groupPath(g.ID), Text: g.NameFor(c.Viewer)})
	}
	aliases, err := s.Store.AliasesIn(c.Ctx, c.Viewer, n.ID)
	p.Hidden = int(aliases)
	return err
}

// groupsOfNetwork is how many groups a network's page names at once.
const groupsOfNetwork = 100

// groupsTold are a page of the groups that a network names.
func (s *Site) groupsTold(c *Call, n market.Network, p *view.NetworkPage) ([]market.Group, error) {
	values := c.Gin.Request.URL.Query()
	after, err := market.ParseID(values.Get("groups"))
	if values.Has("groups") && err != nil {
		return nil, err
	}
	groups, err := s.Store.GroupsTold(c.Ctx, c.Viewer, n.ID, after, groupsOfNetwork+1)
	next := ""
	if len(groups) > groupsOfNetwork {
		groups = groups[:groupsOfNetwork]
		next = string(groups[groupsOfNetwork-1].ID)
	}
	p.MoreGroups = pager(p.Path, "groups", values, next)
	p.MoreGroups.Label = c.T("network.groups")
	return groups, err
}

// standing says where each of the viewer's groups stands with a network.
func (c *Call) standing(stands map[market.ID]market.NetworkMember, p *view.NetworkPage) {
	p.OnceAsk = c.Blank().Once
	for _, g := range c.Caller.Groups {
		m, owner := stands[g.ID], c.Viewer.Roles[g.ID] == market.Owner
		switch {
		case m.AgreedAt != nil:
			line := view.NetworkGroup{ID: string(g.ID), Says: c.T("network.joined", "Group", g.Name), Once: c.Blank().Once}
			if owner {
				line.Leave = c.T("network.leave", "Group", g.Name)
			}
			p.Joined = append(p.Joined, line)
		case m.AskedAt != nil:
			p.Asked = append(p.Asked, c.T("network.asked", "Group", g.Name))
		case owner:
			p.CanAsk = append(p.CanAsk, view.Option{Value: string(g.ID), Label: g.Name})
		}
	}
}

func (s *Site) networkAround(c *Call, n market.Network, p *view.NetworkPage) error {
	around, err := s.Store.Around(c.Ctx, n.ID)
	p.Above, p.Below, p.Beside = networkLinks(around.Above), networkLinks(around.Below), networkLinks(around.Beside)
	p.Boundary = c.boundaryOf(n, around.Below)
	return err
}

func networkLinks(all []market.Network) (links []view.Link) {
	for _, n := range all {
		links = append(links, networkLink(n))
	}
	return links
}

const (
	networkShown = 60                 // of the newest listings of a network's groups: more is what searching is for, to which the page leads
	unmetAfter   = 7 * 24 * time.Hour // an offer is found within days or not by itself
	unmetRead    = 200                // of the needs that have waited longest, whoever may see them
	unmetShown   = 30                 // of those that the viewer may see: more than anybody goes through in a meeting
)

// networkCards are what the network's groups, and those of all networks in it, offer and need, as far as the viewer may
// see it: the needs that have waited longest, and the newest of the rest.
func (s *Site) networkCards(c *Call, n market.Network, p *view.NetworkPage) error {
	below, err := s.below(c, n)
	if err != nil {
		return err
	}
	unmet, err := s.Store.Unmet(c.Ctx, below, c.Now.Add(-unmetAfter), unmetRead)
	if err != nil {
		return err
	}
	// Which network an alias is in would say where it is: its cards are for who looks after that network.
	untold := func(e market.Entry) bool { return !e.TellsNetworks(c.Viewer, below...) }
	missing, err := s.firstShown(c, unmet, unmetShown, untold)
	if err != nil {
		return err
	}
	newest, err := s.Store.OpenIn(c.Ctx, below, networkShown)
	if err != nil {
		return err
	}
	for _, e := range missing {
		newest = slices.DeleteFunc(newest, func(id market.ID) bool { return id == e.Listing.ID })
	}
	rest, err := s.Store.ShownFor(c.Ctx, c.Viewer, newest, c.Now)
	if err != nil {
		return err
	}
	p.AllOffers, p.AllNeeds = searchIn(below, market.Offer), searchIn(below, market.Need)
	return s.sortCards(c, n, missing, slices.DeleteFunc(rest, untold), p)
}

// firstShown are the first so many of the listings that the viewer may see, but for some. Mostly those are the first there are: no more than
// are wanted is read at a time.
func (s *Site) firstShown(c *Call, ids []market.ID, most int, but func(market.Entry) bool) (shown []market.Entry, err error) {
	for len(ids) > 0 && len(shown) < most && err == nil {
		next := ids[:min(most, len(ids))]
		ids = ids[len(next):]
		var some []market.Entry
		some, err = s.Store.ShownFor(c.Ctx, c.Viewer, next, c.Now)
		shown = append(shown, slices.DeleteFunc(some, but)...)
	}
	return shown[:min(len(shown), most)], err
}

// searchIn is where all of a side that the networks show is found; empty for more networks than one search takes.
func searchIn(networks []market.ID, side market.Side) string {
	if len(networks) > search.MaxValues {
		return ""
	}
	asks := url.Values{"side": {string(side)}}
	for _, id := range networks {
		asks.Add("network", string(id))
	}
	return "/find?" + asks.Encode()
}

// below are a network and all that lie below it.
func (s *Site) below(c *Call, n market.Network) (ids []market.ID, err error) {
	nesting, err := s.Store.Nesting(c.Ctx)
	if err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(nesting.Below(n.ID))), nil
}

func (s *Site) sortCards(c *Call, n market.Network, missing, rest []market.Entry, p *view.NetworkPage) error {
	words, err := s.Store.NetworkWords(c.Ctx, n.ID)
	if err != nil {
		return err
	}
	kinds, tags := map[string]int{}, []string{}
	for i, e := range slices.Concat(missing, rest) {
		kinds[e.Listing.Kind]++
		tags = append(tags, e.Listing.Tags...)
		card := c.card(e)
		switch {
		case i < len(missing):
			p.Missing = append(p.Missing, card)
		case e.Listing.Side == market.Offer:
			p.Offers = append(p.Offers, card)
		default:
			p.Needs = append(p.Needs, card)
		}
	}
	c.calls(words, kinds, tags, p)
	return s.pictured(c, pointers(p.Missing, p.Offers, p.Needs)...)
}

// calls names kinds and tags with the network's own words.
func (c *Call) calls(words []market.NetworkWord, kinds map[string]int, tags []string, p *view.NetworkPage) {
	own := func(what, code, ours string) string {
		for _, w := range words {
			if w.What == what && strings.EqualFold(w.Code, code) { // tags are as somebody typed them
				return w.Word
			}
		}
		return ours
	}
	for _, k := range market.StandardKinds() {
		if kinds[k.Code] > 0 {
			p.Calls = append(p.Calls, c.T("network.kind_count", "Word", own("kind", k.Code, c.T("kind."+k.Code)), "Count", kinds[k.Code]))
		}
	}
	slices.SortFunc(tags, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a), strings.ToLower(b)), cmp.Compare(a, b))
	})
	for _, t := range slices.CompactFunc(tags, strings.EqualFold) { // a search folds them too
		if len(p.Tags) < 20 {
			p.Tags = append(p.Tags, view.Link{Text: own("tag", t, t), Href: "/find?" + url.Values{"tags": {t}}.Encode()})
		}
	}
}

type networkForm struct {
	Name     string `form:"name"`
	About    string `form:"about"`
	Level    string `form:"level"`
	Boundary string `form:"boundary"`
	Holds    bool   `form:"holds"`
	ADay     string `form:"a_day"`
	AWeek    string `form:"a_week"`
	Requests string `form:"requests"`
	Seen     string `form:"seen"` // which words it was drawn over
}

func (f networkForm) caps() capsForm { return capsForm{f.ADay, f.AWeek, f.Requests} }

func (f networkForm) into(n *market.Network, house market.Caps) error {
	n.Name, n.About, n.Level, n.Holds = f.Name, market.Tidy(f.About), market.Level(f.Level), f.Holds
	e := &market.Invalid{}
	f.caps().into(e, &n.Lowered)
	gather(e, n.Validate(house))
	var err error
	n.Boundary, err = market.ReadBoundary(f.Boundary)
	gather(e, err)
	return e.OrNil()
}

func (s *Site) showNetworkForm(c *Call, path, heading string, f networkForm, form view.Form) error {
	return c.Show(form, view.NetworkEdit(s.networkEditPage(c, path, heading, f, form)))
}

func (s *Site) networkEditPage(c *Call, path, heading string, f networkForm, form view.Form) view.NetworkEditPage {
	var l market.Lowered
	f.caps().into(&market.Invalid{}, &l) // what cannot be read is said beside its field
	return view.NetworkEditPage{Page: c.PageOf(heading), Form: form, Path: path, Heading: heading,
		New: path == "/networks/new", Name: f.Name, About: f.About, Levels: options(c, "level", market.Levels, f.Level), Boundary: f.Boundary, Holds: f.Holds,
		Caps: s.lowered(c, "network", l), Seen: f.Seen}
}

func (s *Site) newNetwork(c *Call) error {
	if _, err := c.SignedIn(); err != nil {
		return err
	}
	return s.showNetworkForm(c, "/networks/new", c.T("network.new"), networkForm{}, c.Blank())
}

// networksADay that one person founds: nobody founds more in earnest.
const networksADay = 5

func (s *Site) foundNetwork(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	var f networkForm
	if err := c.Form(&f); err != nil {
		return err
	}
	var n market.Network
	if err = f.into(&n, s.Networks.Caps); err == nil {
		if err = s.Limits.Allow(c.Ctx, httpx.Rule{Name: "network", Day: networksADay}, string(v.Person)); err != nil {
			return err
		}
		n, err = s.Networks.Found(c.Ctx, v, n, c.Once, c.Now)
	}
	if again, ok := c.Again(err); ok {
		return s.showNetworkForm(c, "/networks/new", c.T("network.new"), f, again)
	}
	done := "done.network_founded"
	if n.HeldAt != nil {
		done = "note.network_held"
	}
	return c.moved(networkPath(n)+"/members", err, done)
}

func (s *Site) editNetwork(c *Call) error {
	n, err := s.ownNetwork(c)
	if err != nil {
		return err
	}
	f := networkForm{Name: n.Name, About: n.About, Level: string(n.Level), Holds: n.Holds, Seen: n.Key()}
	if len(n.Boundary) > 0 {
		f.Boundary = string(market.GeoJSON(n.Boundary))
	}
	caps := capsOf(n.Lowered)
	f.ADay, f.AWeek, f.Requests = caps.aDay, caps.aWeek, caps.requests
	return s.showNetworkForm(c, networkPath(n)+"/edit", c.T("network.edit_heading", "Name", n.Name), f, c.Blank())
}

func (s *Site) saveNetwork(c *Call) error {
	n, err := s.ownNetwork(c)
	if err != nil {
		return err
	}
	var f networkForm
	if err := c.Form(&f); err != nil {
		return err
	}
	lifts := n.Lowered.MailsADay != nil || n.Lowered.OpenRequests != nil // of which that release's form had no fields
	heading, seen := c.T("network.edit_heading", "Name", n.Name), c.asSeen(f.Seen, n, lifts || n.Holds && !f.Holds)
	if err = f.into(&n, s.Networks.Caps); err == nil {
		err = s.Networks.Edit(c.Ctx, c.Viewer, n, seen, c.Now)
	}
	if errors.Is(err, market.ErrConflict) {
		return s.showStaleNetwork(c, heading, f, n)
	}
	if again, ok := c.Again(err); ok {
		return s.showNetworkForm(c, networkPath(n)+"/edit", heading, f, again)
	}
	return c.moved(networkPath(n), err, "done.network_saved")
}
