package pages

import (
	"slices"

	"wherewithal/market"
	"wherewithal/web/pages/view"
)

// registerEvidenceSeen is for connectors of a group's networks; operators take back. Saying the same twice says it once.
func (s *Site) registerEvidenceSeen() {
	s.post("/groups/:id/seen", s.seeEvidence)
	s.post("/groups/:id/seen/:evidence/undo", s.unseeEvidence)
}

type seenForm struct {
	Evidence string `form:"evidence"`
	Network  string `form:"network"`
	On       string `form:"on"`
}

// seeing is a group that the caller does not belong to, and its networks that they look after. Whoever looks after none and is
// no operator does not learn of the page.
func (s *Site) seeing(c *Call) (market.Group, []market.Network, error) {
	v, err := c.SignedIn()
	if err != nil {
		return market.Group{}, nil, err
	}
	id, err := c.Param("id")
	if err != nil {
		return market.Group{}, nil, err
	}
	g, err := s.Store.GroupFor(c.Ctx, v, id)
	if err != nil {
		return g, nil, err
	}
	own, err := s.lookedAfterOf(c, id)
	switch {
	case err != nil:
	case v.In(id):
		err = market.ErrForbidden
	case len(own) == 0 && !v.Operator:
		err = market.ErrNotFound
	}
	return g, own, err
}

// lookedAfterOf are the networks of a group that the viewer looks after.
func (s *Site) lookedAfterOf(c *Call, group market.ID) ([]market.Network, error) {
	if len(c.Viewer.Connects) == 0 {
		return nil, nil
	}
	networks, err := s.Store.NetworksOf(c.Ctx, group)
	return slices.DeleteFunc(networks, func(n market.Network) bool { return !c.Viewer.Looks(n.ID) }), err
}

func (s *Site) showSeen(c *Call, g market.Group, own []market.Network, f seenForm, form view.Form) error {
	all, err := s.Store.Evidence(c.Ctx, g.ID)
	if err != nil {
		return err
	}
	name, today := g.NameFor(c.Viewer), market.DateOf(c.Now.In(c.Zone()))
	p := view.EvidenceSeenPage{Page: c.PageOf(c.T("evidence_seen.heading", "Name", name)), Form: form, ID: string(g.ID), Name: name,
		On: or(f.On, string(today))}
	for _, ev := range all {
		line := view.EvidenceLine{ID: string(ev.ID), Says: c.evidence(ev), Over: !ev.ValidOn(today)}
		if ev.Shown() && (c.Viewer.Operator || c.Viewer.Looks(ev.ShownIn)) {
			line.Once = c.Blank().Once
		}
		p.Evidence = append(p.Evidence, line)
		if !line.Over && len(own) > 0 {
			p.Kinds = append(p.Kinds, view.Option{Value: line.ID, Label: line.Says, On: f.Evidence == line.ID})
		}
	}
	for _, n := range own {
		p.Networks = append(p.Networks, view.Option{Value: string(n.ID), Label: n.Name, On: f.Network == string(n.ID)})
	}
	return c.Show(form, view.EvidenceSeen(p))
}

func (s *Site) seeEvidence(c *Call) error {
	g, own, err := s.seeing(c)
	if err != nil {
		return err
	}
	var f seenForm
	if err := c.Form(&f); err != nil {
		return err
	}
	if err := s.limitStatements(c); err != nil {
		return err
	}
	err = s.seen(c, g.ID, own, f)
	if again, ok := c.Again(err); ok {
		return s.showSeen(c, g, own, f, again)
	}
	return c.moved(evidencePath(g.ID), err, "done.evidence_seen")
}

// seen reads the choices of the form, which are among those that it offers.
func (s *Site) seen(c *Call, group market.ID, own []market.Network, f seenForm) error {
	id, err := market.ParseID(f.Evidence)
	if err != nil {
		return market.Refuse("evidence", "choice")
	}
	network := market.ID(f.Network)
	if !slices.ContainsFunc(own, func(n market.Network) bool { return n.ID == network }) {
		return market.Refuse("network", "choice")
	}
	return s.Accounts.SeeEvidence(c.Ctx, c.Viewer, network, group, id, market.Date(f.On), c.Now)
}

func (s *Site) unseeEvidence(c *Call) error {
	g, _, err := s.seeing(c)
	if err != nil {
		return err
	}
	id, err := c.Param("evidence")
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	if err := s.limitStatements(c); err != nil {
		return err
	}
	return c.moved(evidencePath(g.ID), s.Accounts.UnseeEvidence(c.Ctx, c.Viewer, g.ID, id, c.Now), "done.evidence_unseen")
}
