package pages

import (
	"cmp"
	"net/http"
	"slices"

	"wherewithal/market"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// asSeen is the key under which a form saw what it writes over. A form that names none has seen nothing, unless it was drawn by a release that
// had no such field: that one writes over what is there now, unless that opens or lifts what it did not know of. Forms have the field since
// 2026-11-28, so that this can go with the next release.
func (c *Call) asSeen(key string, now market.Keyed, opens bool) string {
	if !c.Gin.Request.PostForm.Has("seen") && !opens {
		return now.Key()
	}
	return cmp.Or(key, "nothing")
}

// stale says that somebody else was quicker, and how the thing stands now where that is not what was typed.
func (c *Call) stale(now []view.Row, href, see string) *view.Stale {
	return &view.Stale{Title: c.T("post.stale"), Text: c.T("post.stale_text"), Now: now, Link: view.Link{Href: href, Text: c.T(see)}}
}

// otherwise are the rows of one thing that are not so in another.
func otherwise(one, another []view.Row) []view.Row {
	return slices.DeleteFunc(one, func(row view.Row) bool { return slices.Contains(another, row) })
}

// saysRow is what a form says in a field.
func (c *Call) saysRow(label, value string) view.Row {
	return view.Row{Term: c.T(label), Value: cmp.Or(value, c.T("market.nothing_said"))}
}

func (c *Call) yesOrNo(yes bool) string {
	if yes {
		return c.T("market.yes")
	}
	return c.T("market.no")
}

// showStaleGroup gives the form back with what was typed, beside what the group says now. Saving it once more is a decision, but not one to
// show a name: that was hidden by somebody whom the form did not know of.
func (s *Site) showStaleGroup(c *Call, f groupForm, typed market.Group) error {
	g, err := s.ownGroup(c)
	if err != nil {
		return err
	}
	f.Seen = g.Key()
	if g.NameHidden && !f.HideName {
		f.HideName, f.Alias = true, g.Alias
	}
	p := s.groupEditPage(c, g.ID, f, "", c.Blank())
	p.Stale = c.stale(otherwise(c.groupSays(g), c.groupSays(typed)), groupPath(g.ID), "group.stale_link")
	return c.Render(http.StatusConflict, view.GroupEdit(p))
}

// groupSays is all that a group's form says, a row a field.
func (c *Call) groupSays(g market.Group) []view.Row {
	size := ""
	if g.Size > 0 {
		size = wording.Number(c.Lang, g.Size)
	}
	return []view.Row{c.saysRow("group.name", g.Name), c.saysRow("group.does", g.Does), c.saysRow("group.legal_form", c.T("legal_form."+string(g.LegalForm))),
		c.saysRow("group.size", size), c.saysRow("group.languages", wording.List(c.Lang, g.Languages)), c.saysRow("group.link", g.Link),
		c.saysRow("group.hide_name", c.yesOrNo(g.NameHidden)), c.saysRow("group.alias", g.Alias)}
}

// showStaleNetwork is showStaleGroup for a network: what began to wait meanwhile waits on, unless that is decided.
func (s *Site) showStaleNetwork(c *Call, heading string, f networkForm, typed market.Network) error {
	n, err := s.ownNetwork(c)
	if err != nil {
		return err
	}
	f.Seen, f.Holds = n.Key(), f.Holds || n.Holds
	now := otherwise(s.networkSays(c, n), s.networkSays(c, typed))
	for i, row := range now {
		if row.Term == c.T("network.boundary") && len(n.Boundary) > 0 {
			now[i].Value = c.boundaryOf(n, nil).Says
		}
	}
	p := s.networkEditPage(c, networkPath(n)+"/edit", heading, f, c.Blank())
	p.Stale = c.stale(now, networkPath(n), "network.stale_link")
	return c.Render(http.StatusConflict, view.NetworkEdit(p))
}

// networkSays is all that a network's form says, a row a field.
func (s *Site) networkSays(c *Call, n market.Network) []view.Row {
	boundary := ""
	if len(n.Boundary) > 0 {
		boundary = string(market.GeoJSON(n.Boundary))
	}
	rows := []view.Row{c.saysRow("network.name", n.Name), c.saysRow("network.about", n.About), c.saysRow("network.level", c.T("level."+string(n.Level))),
		c.saysRow("network.boundary", boundary), c.saysRow("network.holds", c.yesOrNo(n.Holds))}
	for _, lowered := range s.lowered(c, "network", n.Lowered) {
		for _, o := range lowered.Options {
			if o.On {
				rows = append(rows, view.Row{Term: lowered.Label, Value: o.Label})
			}
		}
	}
	return rows
}
