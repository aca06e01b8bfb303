package pages

import (
	"net/http"

	"wherewithal/market"
	"wherewithal/web/pages/view"
)

// tied is where another network stands to one's own: above it (parent), below (child) or beside (peer).
type tied struct {
	as                   string
	ours, theirs, agreed bool // who has said so
}

func (s *Site) tiesOf(c *Call, own market.ID) (map[market.ID]tied, error) {
	all := map[market.ID]tied{}
	ties, err := s.Store.Ties(c.Ctx, own)
	if err != nil {
		return nil, err
	}
	for _, t := range ties {
		if t.ChildID == own {
			all[t.ParentID] = tied{"parent", t.AskedAt != nil, t.InvitedAt != nil, t.AgreedAt != nil}
		} else {
			all[t.ChildID] = tied{"child", t.InvitedAt != nil, t.AskedAt != nil, t.AgreedAt != nil}
		}
	}
	peers, err := s.Store.Peers(c.Ctx, own)
	for _, p := range peers {
		all[otherPeer(p, own)] = tied{"peer", p.AskedBy == own, p.AskedBy != own, p.AgreedAt != nil}
	}
	return all, err
}

type tieForm struct {
	With string `form:"with"`
	As   string `form:"as"`
	Do   string `form:"do"`
}

// tieOf are one's own network, the other, and where that stands. Where either is not shown there is only what stands, to be ended.
func (s *Site) tieOf(c *Call, f tieForm) (own, other market.Network, t tied, err error) {
	if own, err = s.ownNetwork(c); err != nil {
		return own, other, t, err
	}
	if f.As != "parent" && f.As != "child" && f.As != "peer" || len(f.With) > 80 {
		return own, other, t, market.ErrNotFound
	}
	if other, err = s.with(c, f.With); err != nil {
		return own, other, t, err
	}
	ties, err := s.tiesOf(c, own.ID)
	t = ties[other.ID]
	if err == nil && (other.ID == own.ID || endsOnly(own, other) && t.as != f.As) {
		err = market.ErrNotFound
	}
	return own, other, t, err
}

// with is the other network by its address name; by its id where that is not shown, since what it is called stands in it.
func (s *Site) with(c *Call, text string) (market.Network, error) {
	if id, err := market.ParseID(text); err == nil {
		n, err := s.Store.NetworkByID(c.Ctx, id)
		if err == nil && !n.Unshown() {
			err = market.ErrNotFound
		}
		return n, err
	}
	return s.Store.NetworkFor(c.Ctx, market.Public, text)
}

func endsOnly(own, other market.Network) bool { return own.Unshown() || other.Unshown() }

// tie shows what would change, before anything does.
func (s *Site) tie(c *Call) error {
	f := tieForm{With: c.Gin.Query("with"), As: c.Gin.Query("as")}
	own, other, t, err := s.tieOf(c, f)
	if err != nil {
		return err
	}
	other.Name = c.networkName(other)
	heading := c.T("tie.heading_"+f.As, "Own", own.Name, "Other", other.Name)
	p := view.TiePage{Page: c.PageOf(heading), Path: networkPath(own), Own: own.Name, Heading: heading, With: f.With, As: f.As, Once: c.Blank().Once}
	if p.Means, err = s.means(c, own, other, f.As); err != nil {
		return err
	}
	c.tieStands(&p, t, other.Name, f.As)
	if endsOnly(own, other) {
		p.Yes = ""
	}
	return c.Render(http.StatusOK, view.Tie(p))
}

// tieStands says who has said what, and which buttons there are.
func (c *Call) tieStands(p *view.TiePage, t tied, other, as string) {
	switch {
	case t.as != as: // it stands nowhere, or elsewhere
		p.Yes = c.T("tie.ask", "Other", other)
	case t.agreed:
		p.Stands, p.No = c.T("tie.now_yes"), c.T("tie.end")
	case t.ours:
		p.Stands, p.No = c.T("tie.waits_them", "Other", other), c.T("tie.end")
	default:
		p.Stands, p.Yes, p.No = c.T("tie.waits_you", "Other", other), c.T("tie.yes"), c.T("tie.no")
	}
}

// means says what the tie does to circles.
func (s *Site) means(c *Call, own, other market.Network, as string) ([]string, error) {
	child, parent := own, other
	switch as {
	case "peer":
		return []string{c.T("tie.peer")}, nil
	case "child":
		child, parent = other, own
	}
	seen, err := s.Networks.Reach(c.Ctx, child.ID, parent.ID)
	gain := c.T("tie.gain_none")
	if seen.Listings > 0 && seen.Groups > 0 {
		gain = c.T("tie.gain", "Count", seen.Listings, "Whom", c.T("tie.whom", "Count", seen.Groups))
	}
	return []string{c.T("tie.up", "Below", child.Name, "Above", parent.Name), gain, c.T("tie.lose")}, err
}

func (s *Site) changeTie(c *Call) error {
	if _, err := s.ownNetwork(c); err != nil {
		return err
	}
	var f tieForm
	if err := c.Form(&f); err != nil {
		return err
	}
	own, other, _, err := s.tieOf(c, f)
	if err == nil && f.Do != "end" && endsOnly(own, other) {
		err = market.ErrNotFound
	}
	if err != nil {
		return err
	}
	path := networkPath(own) + "/members"
	if f.Do == "end" {
		return c.moved(path, s.endTie(c, own, other, f.As), "done.tie_ended")
	}
	switch f.As {
	case "peer":
		err = s.Networks.Befriend(c.Ctx, c.Viewer, own.ID, other.ID, c.Now)
	case "child":
		err = s.Networks.Tie(c.Ctx, c.Viewer, other.ID, own.ID, c.Now)
	default:
		err = s.Networks.Tie(c.Ctx, c.Viewer, own.ID, other.ID, c.Now)
	}
	if again, ok := c.Again(err); ok {
		return s.showDesk(c, own, deskForm{}, again)
	}
	ties, found := s.tiesOf(c, own.ID)
	if found == nil && ties[other.ID].agreed {
		return c.moved(path, err, "done.tie_done")
	}
	return c.moved(path, err, "done.tie_asked")
}

func (s *Site) endTie(c *Call, own, other market.Network, as string) error {
	switch as {
	case "peer":
		return s.Networks.Unfriend(c.Ctx, c.Viewer, own.ID, other.ID, c.Now)
	case "child":
		return s.Networks.Untie(c.Ctx, c.Viewer, other.ID, own.ID, c.Now)
	}
	return s.Networks.Untie(c.Ctx, c.Viewer, own.ID, other.ID, c.Now)
}

func otherPeer(p market.NetworkPeer, own market.ID) market.ID {
	if p.NetworkID == own {
		return p.PeerID
	}
	return p.NetworkID
}
