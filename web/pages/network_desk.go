package pages

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

type deskForm struct {
	Group   string `form:"group"`
	Address string `form:"address"`
	Do      string `form:"do"`
	Words   string `form:"words"` // with a no, or of why a connector is removed
	Person  string `form:"person"`
}

// deskOf is the network in the path, whose connectors the caller may change: as one of them, or as an operator.
func (s *Site) deskOf(c *Call) (market.Network, error) {
	if c.Viewer.Operator {
		return s.atNetwork(c)
	}
	return s.ownNetwork(c)
}

func (s *Site) networkDesk(c *Call) error {
	n, err := s.deskOf(c)
	if err != nil {
		return err
	}
	return s.showDesk(c, n, deskForm{}, c.Blank())
}

func (s *Site) showDesk(c *Call, n market.Network, f deskForm, form view.Form) error {
	p := view.NetworkDeskPage{Page: c.PageOf(c.T("network_desk.heading", "Name", n.Name)), Form: form, Path: networkPath(n), Name: n.Name,
		Group: f.Group, Address: f.Address, OnceAdd: c.Blank().Once, OnceDown: c.Blank().Once}
	switch f.Do {
	case "no":
		p.Refusing, p.Words = f.Group, f.Words
	case "remove": // a group or a connector
		p.Refusing, p.Removing, p.Words = f.Group, f.Person, f.Words
	}
	fills := []func(*Call, market.Network, *view.NetworkDeskPage) error{s.deskPeople}
	if p.Looks = c.Viewer.Looks(n.ID); p.Looks {
		fills = append(fills, s.deskGroups, s.deskTies, s.deskShare)
	}
	for _, fill := range append(fills, s.deskNobody) {
		if err := fill(c, n, &p); err != nil {
			return err
		}
	}
	return c.Show(form, view.NetworkDesk(p))
}

func (s *Site) deskGroups(c *Call, n market.Network, p *view.NetworkDeskPage) error {
	members, err := s.Store.NetworkMembers(c.Ctx, n.ID)
	if err != nil {
		return err
	}
	ids := make([]market.ID, len(members))
	for i, m := range members {
		ids[i] = m.GroupID
	}
	groups, err := s.Store.Groups(c.Ctx, ids)
	by := map[market.ID]market.Group{}
	for _, g := range groups {
		by[g.ID] = g
	}
	for _, m := range members {
		g := by[m.GroupID]
		line := view.DeskGroup{ID: string(g.ID), Name: g.NameFor(c.Viewer), Href: groupPath(g.ID), Once: c.Blank().Once}
		if p.Refusing == line.ID {
			line.Words = p.Words
		}
		switch {
		case m.AgreedAt != nil:
			if !c.Viewer.In(g.ID) {
				line.Papers = evidencePath(g.ID)
			}
			p.Groups = append(p.Groups, line)
		case m.AskedAt != nil:
			if line.Involved, err = s.Networks.Involved(c.Ctx, c.Viewer, n.ID, g.ID, c.Now); err != nil {
				return err
			}
			p.Asking = append(p.Asking, line)
		default:
			line.Says = c.T("network_desk.invited")
			p.Invited = append(p.Invited, line)
		}
	}
	return err
}

func (s *Site) deskTies(c *Call, n market.Network, p *view.NetworkDeskPage) error {
	all, err := s.Store.Networks(c.Ctx)
	if err != nil {
		return err
	}
	ties, err := s.tiesOf(c, n.ID)
	if err != nil {
		return err
	}
	for _, o := range all {
		if t, there := ties[o.ID]; there {
			p.Ties = append(p.Ties, c.deskTie(n, o.Name, o.Slug, t))
			delete(ties, o.ID)
		} else if o.ID != n.ID && !n.Unshown() {
			p.Others = append(p.Others, view.Option{Value: o.Slug, Label: o.Name})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(ties)) { // with those that were hidden, which can be ended
		o, err := s.Store.NetworkByID(c.Ctx, id)
		if err != nil {
			return err
		}
		p.Ties = append(p.Ties, c.deskTie(n, c.networkName(o), string(id), ties[id]))
	}
	if n.Unshown() { // what it has can be ended, and nothing is asked for it
		return nil
	}
	for _, as := range []string{"parent", "child", "peer"} {
		p.As = append(p.As, view.Option{Value: as, Label: c.T("tie_as."+as, "Own", n.Name), On: as == "parent"})
	}
	return nil
}

// deskTie is a line about a tie of a network with another, of that name, which is asked for as with.
func (c *Call) deskTie(n market.Network, name, with string, t tied) view.DeskTie {
	line := view.DeskTie{Name: name, Says: c.T("tie_is." + t.as), Look: c.T("network_desk.end"), Href: networkPath(n) + "/tie?with=" + with + "&as=" + t.as}
	switch {
	case t.agreed:
	case t.theirs && !t.ours:
		line.Says, line.Look = line.Says+", "+c.T("network_desk.waits_you"), c.T("network_desk.answer")
	default:
		line.Says += ", " + c.T("network_desk.waits_them")
	}
	return line
}

func (s *Site) deskPeople(c *Call, n market.Network, p *view.NetworkDeskPage) error {
	people, err := s.Store.Connectors(c.Ctx, n.ID, c.Now)
	for _, person := range people {
		line := view.DeskConnector{Name: c.nameOr(person.Name)}
		switch {
		case person.ID == c.Viewer.Person:
			line.Name += " (" + c.T("member.you") + ")"
		case c.Viewer.Operator:
			line.ID, line.Once = string(person.ID), c.Blank().Once
			if p.Removing == line.ID {
				line.Words = p.Words
			}
		}
		p.Connectors = append(p.Connectors, line)
	}
	return err
}

// deskNobody shows an operator what waits where nobody looks after the network.
func (s *Site) deskNobody(c *Call, n market.Network, p *view.NetworkDeskPage) error {
	if p.Nobody = !p.Looks && len(p.Connectors) == 0; !p.Nobody {
		return nil
	}
	return errors.Join(s.deskGroups(c, n, p), s.deskTies(c, n, p))
}

// deskShare says what the last sharing out that was asked for came to, and whether another is to come.
func (s *Site) deskShare(c *Call, n market.Network, p *view.NetworkDeskPage) error {
	waits, err := s.Store.NetworkShareWaits(c.Ctx, n.ID)
	if err != nil {
		return err
	}
	p.OnceShare = c.Blank().Once
	if waits {
		p.OnceShare, p.Shared = "", c.T("network_desk.share_waits")
		return nil
	}
	last, err := s.Store.LastShareOutOf(c.Ctx, n.ID)
	if errors.Is(err, market.ErrNotFound) {
		return nil
	}
	needs := map[market.ID]bool{}
	for _, part := range last.Parts {
		needs[part.NeedID] = true
	}
	p.Shared = c.T("network_desk.shared", "Date", wording.LongDate(c.Lang, last.At.In(c.Zone())), "Count", last.Needs, "Given", len(needs))
	return err
}

// sharesPerHour of one person: a sharing out takes up to a minute of a core.
const sharesPerHour = 6

func (s *Site) askShareOut(c *Call) error {
	n, err := s.ownNetwork(c)
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	if err := s.Limits.Allow(c.Ctx, httpx.Rule{Name: "share_out", Hour: sharesPerHour}, string(c.Viewer.Person)); err != nil {
		return err
	}
	return c.moved(networkPath(n)+"/members", s.Introductions.AskShareOut(c.Ctx, c.Viewer, n.ID, c.Now), "done.share_asked")
}

// groupBy reads what a connector typed: the address of a group's page, its id, or its name.
func (s *Site) groupBy(c *Call, text string) (market.ID, error) {
	text = strings.TrimSpace(text)
	last := text[strings.LastIndexByte(text, '/')+1:]
	if id, err := market.ParseID(last); err == nil {
		_, err = s.Store.GroupFor(c.Ctx, c.Viewer, id)
		return id, orUnknown(err, "group", "group_unknown")
	}
	g, err := s.Store.GroupNamed(c.Ctx, text)
	return g.ID, orUnknown(err, "group", "group_unknown")
}

// orUnknown makes "not found" a fault beside the field in which something was named.
func orUnknown(err error, field, code string) error {
	if errors.Is(err, market.ErrNotFound) {
		return market.Refuse(field, code)
	}
	return err
}

func (s *Site) answerMember(c *Call) error {
	n, err := s.ownNetwork(c)
	if err != nil {
		return err
	}
	var f deskForm
	if err := c.Form(&f); err != nil {
		return err
	}
	group := market.ID("")
	if f.Do == "invite" {
		group, err = s.groupBy(c, f.Group)
	} else {
		group, err = market.ParseID(f.Group)
	}
	done := map[string]string{"invite": "done.network_invited", "remove": "done.network_parted"}[f.Do]
	if done == "" {
		done = "done.network_answered"
	}
	if err == nil {
		err = s.doMember(c, n, group, f)
	}
	if again, ok := c.Again(err, "words", "words-"+f.Group); ok {
		return s.showDesk(c, n, f, again)
	}
	return c.moved(networkPath(n)+"/members", err, done)
}

func (s *Site) doMember(c *Call, n market.Network, group market.ID, f deskForm) error {
	switch f.Do {
	case "invite":
		if err := s.Limits.Allow(c.Ctx, httpx.Rule{Name: "invite", Hour: invitesPerHour}, string(c.Viewer.Person)); err != nil {
			return err
		}
		return s.Networks.Invite(c.Ctx, c.Viewer, n.ID, group, c.Now)
	case "yes", "no":
		return s.Networks.Answer(c.Ctx, c.Viewer, n.ID, group, f.Do == "yes", f.Words, c.Now)
	case "remove":
		return s.Networks.TakeOut(c.Ctx, c.Viewer, n.ID, group, f.Words, c.Now)
	}
	return market.Refuse("group", "choice")
}

func (s *Site) changeConnectors(c *Call) error {
	n, err := s.deskOf(c)
	if err != nil {
		return err
	}
	var f deskForm
	if err := c.Form(&f); err != nil {
		return err
	}
	path, done := networkPath(n)+"/members", "done.connector_added"
	switch f.Do {
	case "down":
		path, done = networkPath(n), "done.stepped_down"
		err = s.Networks.StepDown(c.Ctx, c.Viewer, n.ID, c.Now)
	case "remove":
		done = "done.connector_removed"
		err = s.removeConnector(c, n, f)
	default:
		err = s.Networks.AddConnector(c.Ctx, c.Viewer, n.ID, f.Address, c.Now)
	}
	if again, ok := c.Again(err, "words", "words-"+f.Person); ok {
		return s.showDesk(c, n, f, again)
	}
	return c.moved(path, err, done)
}

func (s *Site) removeConnector(c *Call, n market.Network, f deskForm) error {
	person, err := market.ParseID(f.Person)
	if err != nil {
		return err
	}
	return s.Networks.RemoveConnector(c.Ctx, c.Viewer, n.ID, person, f.Words, c.Now)
}

type groupAtForm struct {
	Group   string `form:"group"`
	Network string `form:"network"`
	Do      string `form:"do"`
}

// groupAt is a network and the group that was named in the form.
func (s *Site) groupAt(c *Call) (market.Network, market.ID, error) {
	if _, err := c.SignedIn(); err != nil {
		return market.Network{}, "", err
	}
	n, err := s.atNetwork(c)
	if err != nil {
		return n, "", err
	}
	var f groupAtForm
	if err := c.Form(&f); err != nil {
		return n, "", err
	}
	id, err := market.ParseID(f.Group)
	return n, id, err
}

// asksADay of one person, to let a group of theirs into a network: each network's connectors are mailed of each group.
const asksADay = 20

func (s *Site) askNetwork(c *Call) error {
	n, group, err := s.groupAt(c)
	if err != nil {
		return err
	}
	if err := s.Limits.Allow(c.Ctx, httpx.Rule{Name: "ask_network", Day: asksADay}, string(c.Viewer.Person)); err != nil {
		return err
	}
	return c.moved(networkPath(n), s.Networks.Ask(c.Ctx, c.Viewer, n.ID, group, c.Now), "done.network_asked")
}

// leaveNetwork is for the owners of a group; connectors take a group out at their desk.
func (s *Site) leaveNetwork(c *Call) error {
	n, group, err := s.groupAt(c)
	if err != nil {
		return err
	}
	return c.moved(networkPath(n), s.Networks.Part(c.Ctx, c.Viewer, n.ID, group, c.Now), "done.network_parted")
}

func (s *Site) groupNetworks(c *Call) error {
	g, err := s.ownGroup(c)
	if err != nil {
		return err
	}
	stands, err := s.Store.NetworksFor(c.Ctx, g.ID)
	if err != nil {
		return err
	}
	p := view.GroupNetworksPage{Page: c.PageOf(c.T("group_networks.heading", "Name", g.Name)), ID: string(g.ID), Name: g.Name}
	for _, m := range stands {
		n, err := s.Store.NetworkByID(c.Ctx, m.NetworkID)
		if err != nil {
			return err
		}
		p.Lines = append(p.Lines, c.groupNetwork(n, m))
	}
	return c.Show(view.Form{}, view.GroupNetworks(p))
}

// networkName is what a network is called, to whoever may read of it.
func (c *Call) networkName(n market.Network) string {
	switch {
	case n.ShownTo(c.Viewer):
		return n.Name
	case n.RemovedAt != nil:
		return c.T("group_networks.hidden")
	}
	return c.T("group_networks.waits")
}

func (c *Call) groupNetwork(n market.Network, m market.NetworkMember) view.GroupNetwork {
	line := view.GroupNetwork{ID: string(n.ID), Name: c.networkName(n), Once: c.Blank().Once, NoValue: "leave"}
	if n.ShownTo(c.Viewer) {
		line.Href = networkPath(n)
	}
	switch {
	case m.AgreedAt != nil:
		line.Says, line.No = c.T("group_networks.joined", "Date", wording.LongDate(c.Lang, m.AgreedAt.In(c.Zone()))), c.T("group_networks.leave")
	case m.AskedAt != nil:
		line.Says, line.No = c.T("group_networks.asked"), c.T("group_networks.withdraw")
	default:
		line.Says, line.No, line.NoValue = c.T("group_networks.invites"), c.T("group_networks.no"), "no"
		if n.ShownTo(c.Viewer) {
			line.Yes = c.T("group_networks.yes")
		}
	}
	return line
}

func (s *Site) answerNetwork(c *Call) error {
	g, err := s.ownGroup(c)
	if err != nil {
		return err
	}
	var f groupAtForm
	if err := c.Form(&f); err != nil {
		return err
	}
	network, err := market.ParseID(f.Network)
	if err != nil {
		return err
	}
	n, err := s.Store.NetworkByID(c.Ctx, network)
	if err == nil && f.Do == "yes" && !n.ShownTo(c.Viewer) {
		err = market.ErrNotFound
	}
	if err != nil {
		return err
	}
	path := groupPath(g.ID) + "/networks"
	if f.Do == "leave" {
		return c.moved(path, s.Networks.Part(c.Ctx, c.Viewer, network, g.ID, c.Now), "done.network_parted")
	}
	return c.moved(path, s.Networks.AnswerInvitation(c.Ctx, c.Viewer, network, g.ID, f.Do == "yes", c.Now), "done.network_answered")
}
