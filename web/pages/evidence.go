package pages

import (
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerEvidence is for a group's owners. Stating the same form twice states it once.
func (s *Site) registerEvidence() {
	s.get("/groups/:id/evidence", s.evidencePage)
	s.post("/groups/:id/evidence", s.stateEvidence)
	s.post("/groups/:id/evidence/:evidence/drop", s.dropEvidence)
	s.post("/groups/:id/checks", s.stateChecks)
}

type evidenceForm struct {
	Kind    string `form:"kind"`
	Dated   string `form:"dated"`
	Expires string `form:"expires"`
	Level   string `form:"level"`
}

const noLevel = "none" // the form's word for market.NoCheck, which is empty

// evidencePage is the owners'; a connector of the group's networks, or an operator, finds there what they have seen of it.
func (s *Site) evidencePage(c *Call) error {
	g, err := s.ownGroup(c)
	if errors.Is(err, market.ErrNotFound) {
		g, own, err := s.seeing(c)
		if err != nil {
			return err
		}
		return s.showSeen(c, g, own, seenForm{}, c.Blank())
	}
	if err != nil {
		return err
	}
	return s.showEvidence(c, g, evidenceForm{}, c.Blank())
}

func (s *Site) showEvidence(c *Call, g market.Group, f evidenceForm, form view.Form) error {
	all, err := s.Store.Evidence(c.Ctx, g.ID)
	if err != nil {
		return err
	}
	checks, err := s.Store.Checks(c.Ctx, g.ID)
	if err != nil {
		return err
	}
	p := view.EvidencePage{Page: c.PageOf(c.T("evidence_page.heading", "Name", g.Name)), Form: form, ID: string(g.ID), Name: g.Name,
		Kinds: options(c, "evidence_kind", market.EvidenceKinds, f.Kind), Dated: f.Dated, Expires: f.Expires, OnceChecks: c.Blank().Once,
		Levels: c.levels(checks.Level)}
	if checks.StatedOn != "" {
		p.StatedOn = c.T("evidence_page.stated_on", "Date", wording.LongDate(c.Lang, checks.StatedOn.Time(time.UTC)))
	}
	today := market.DateOf(c.Now.In(c.Zone()))
	for _, ev := range all {
		p.Evidence = append(p.Evidence, view.EvidenceLine{ID: string(ev.ID), Says: c.evidence(ev), Over: !ev.ValidOn(today), Once: c.Blank().Once})
	}
	return c.Show(form, view.Evidence(p))
}

// options are choices whose words stand in the catalogue, of any kind of word.
func options[T ~string](c *Call, set string, values []T, chosen string) []view.Option {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return view.Options(c.Ctx, set, all, chosen)
}

func (c *Call) levels(now market.CheckLevel) []view.Option {
	all := []string{noLevel}
	for _, l := range market.CheckLevels[1:] {
		all = append(all, string(l))
	}
	if now == market.NoCheck {
		now = noLevel
	}
	return view.Options(c.Ctx, "level_stated", all, string(now))
}

func evidencePath(group market.ID) string { return groupPath(group) + "/evidence" }

func (s *Site) stateEvidence(c *Call) error {
	g, err := s.ownGroup(c)
	if err != nil {
		return err
	}
	var f evidenceForm
	if err := c.Form(&f); err != nil {
		return err
	}
	if err := s.limitStatements(c); err != nil {
		return err
	}
	err = s.Accounts.StateEvidence(c.Ctx, c.Viewer, market.Evidence{GroupID: g.ID, Kind: market.EvidenceKind(f.Kind), Dated: market.Date(f.Dated),
		Expires: market.Date(f.Expires)}, c.Once, c.Now)
	if again, ok := c.Again(err); ok {
		return s.showEvidence(c, g, f, again)
	}
	return c.moved(evidencePath(g.ID), err, "done.evidence_stated")
}

// limitStatements bounds how often one person changes what their group states.
func (s *Site) limitStatements(c *Call) error {
	return s.Limits.Allow(c.Ctx, httpx.Rule{Name: "statements", Hour: statementsAnHour}, string(c.Viewer.Person))
}

func (s *Site) dropEvidence(c *Call) error {
	g, err := s.ownGroup(c)
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
	return c.moved(evidencePath(g.ID), s.Accounts.DropEvidence(c.Ctx, c.Viewer, g.ID, id, c.Now), "done.evidence_dropped")
}

func (s *Site) stateChecks(c *Call) error {
	g, err := s.ownGroup(c)
	if err != nil {
		return err
	}
	var f evidenceForm
	if err := c.Form(&f); err != nil {
		return err
	}
	if err := s.limitStatements(c); err != nil {
		return err
	}
	level := market.CheckLevel(or(f.Level, "unsaid")) // which is no choice
	if level == noLevel {
		level = market.NoCheck
	}
	err = s.Accounts.StateChecks(c.Ctx, c.Viewer, g.ID, level, c.Now)
	if again, ok := c.Again(err); ok {
		return s.showEvidence(c, g, f, again)
	}
	return c.moved(evidencePath(g.ID), err, "done.checks_stated")
}
