package pages

import (
	"errors"
	"strconv"
	"strings"

	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/web/pages/view"
)

// registerPartners is for whoever looks after an outside site, and for those who decide about one. Asking twice with one
// form asks once; a key asked for twice with one form is made once, and its text is shown by the first answer alone;
// ending what has ended changes nothing; a decision that somebody else took meanwhile stays.
func (s *Site) registerPartners() {
	s.get("/account/partners", s.partners)
	s.post("/account/partners", s.askPartner)
	s.get("/account/partners/:id", s.partner)
	s.post("/account/partners/:id/ask", s.askMore)
	s.post("/account/partners/:id/origins", s.setOrigins)
	s.post("/account/partners/:id/keys", s.makeKey)
	s.post("/account/partners/:id/keys/:key/end", s.endKey)
	s.post("/account/partners/:id/end", s.endPartner)
	s.get("/partners", s.partnerDesk)
	s.get("/partners/:id", s.partnerAsk)
	s.post("/partners/:id", s.decidePartner)
}

type wishForm struct {
	Scopes   []string `form:"scopes"`
	Networks []string `form:"networks"`
	Whole    bool     `form:"whole"`
}

// wishes are what was ticked. Whoever wants all of the site names no network.
func (f wishForm) wishes() (networks []market.ID, scopes []market.Scope, err error) {
	for _, s := range f.Scopes {
		scopes = append(scopes, market.Scope(s))
	}
	if f.Whole {
		return nil, scopes, nil
	}
	for _, text := range f.Networks {
		id, err := market.ParseID(text)
		if err != nil {
			return nil, nil, market.Refuse("networks", "choice")
		}
		networks = append(networks, id)
	}
	if len(networks) == 0 {
		return nil, nil, market.Refuse("networks", "partner_where")
	}
	return networks, scopes, nil
}

type partnerForm struct {
	wishForm
	Name    string `form:"name"`
	Site    string `form:"site"`
	Purpose string `form:"purpose"`
}

func (s *Site) partners(c *Call) error {
	return s.showPartners(c, partnerForm{wishForm: wishForm{Scopes: texts(market.PartnerScopes)}}, c.Blank())
}

func (s *Site) showPartners(c *Call, f partnerForm, form view.Form) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	own, err := s.Store.PartnersOf(c.Ctx, v.Person)
	if err != nil {
		return err
	}
	p := view.PartnersPage{Page: c.Page("partner.heading"), Form: form, Name: f.Name, Site: f.Site, Purpose: f.Purpose, Whole: f.Whole,
		Scopes: view.Options(c.Ctx, "partner_scope", texts(market.PartnerScopes), f.Scopes...), Docs: "/developers"}
	for _, one := range own {
		p.Partners = append(p.Partners, view.QueueLine{Href: partnerPath(one.ID), Title: one.Name, Says: one.Site})
	}
	if p.Networks, err = s.networkOptions(c, nil, f.Networks); err != nil {
		return err
	}
	return c.Show(form, view.Partners(p))
}

func partnerPath(id market.ID) string { return "/account/partners/" + string(id) }

// networkOptions are the networks that were not asked for yet.
func (s *Site) networkOptions(c *Call, asked map[market.ID]bool, chosen []string) (options []view.Option, err error) {
	all, err := s.Store.Networks(c.Ctx)
	for _, n := range all {
		if asked[n.ID] {
			continue
		}
		o := view.Option{Value: string(n.ID), Label: n.Name}
		for _, id := range chosen {
			o.On = o.On || id == o.Value
		}
		options = append(options, o)
	}
	return options, err
}

func (s *Site) askPartner(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	var f partnerForm
	fields, err := c.fields()
	if err != nil {
		return err
	}
	fields.Into(&f)
	fields.Into(&f.wishForm)
	networks, scopes, err := f.wishes()
	var made market.Partner
	if err == nil {
		made, err = s.Partners.Ask(c.Ctx, v, market.Partner{Name: f.Name, Site: f.Site, Purpose: f.Purpose}, networks, scopes, c.Once, c.Now)
	}
	if again, ok := c.Again(err); ok {
		return s.showPartners(c, f, again)
	}
	if errors.Is(err, market.ErrRepeated) {
		return c.Done("/account/partners", "note.done_before")
	}
	if err != nil {
		return err
	}
	return c.Done(partnerPath(made.ID), "done.partner_asked")
}

func (s *Site) partner(c *Call) error { return s.showPartner(c, nil, wishForm{}, c.Blank(), "") }

// showPartner shows one; origins are what was typed, nil for those that are kept.
func (s *Site) showPartner(c *Call, origins *string, f wishForm, form view.Form, fresh string) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	id, err := c.Param("id")
	if err != nil {
		return err
	}
	one, grants, keys, err := s.Partners.Of(c.Ctx, v, id)
	if err != nil {
		return err
	}
	p := view.PartnerPage{Page: c.PageOf(one.Name), Form: form, Path: partnerPath(id), Name: one.Name, Fresh: fresh, Origins: strings.Join(one.Origins, "\n"),
		OnceLive: c.Blank().Once, OnceTest: c.Blank().Once, OnceMore: c.Blank().Once, OnceEnd: c.Blank().Once, Whole: f.Whole,
		Scopes: view.Options(c.Ctx, "partner_scope", texts(market.PartnerScopes), texts(market.PartnerScopes)...)}
	if origins != nil {
		p.Origins = *origins
	}
	c.partnerKeys(&p, keys, len(market.ReachOf(grants).Scopes) > 0)
	where, err := s.grantsWhere(c, grants...)
	if err != nil {
		return err
	}
	asked := map[market.ID]bool{}
	for _, g := range grants {
		p.Grants = append(p.Grants, c.grantLine(g, where[g.NetworkID]))
		asked[g.NetworkID] = asked[g.NetworkID] || g.State == market.GrantAsked || g.State == market.GrantGiven
	}
	if p.Networks, err = s.networkOptions(c, asked, f.Networks); err != nil {
		return err
	}
	p.CanMore = len(p.Networks) > 0 || !asked[""]
	return c.Show(form, view.Partner(p))
}

// partnerKeys lists them, and says which sorts have room for one more.
func (c *Call) partnerKeys(p *view.PartnerPage, keys []market.Token, granted bool) {
	n := map[bool]int{}
	for _, k := range keys {
		n[k.Test]++
		kind := "partner.kind_live"
		if k.Test {
			kind = "partner.kind_test"
		}
		line := view.PartnerKey{ID: string(k.ID), Prefix: k.Prefix, Kind: c.T(kind), Made: c.T("partner.made", "When", c.When(k.CreatedAt)), Seen: c.T("tokens.unused"), Once: c.Blank().Once}
		if k.SeenAt != nil {
			line.Seen = c.T("worded.seen", "When", c.When(*k.SeenAt))
		}
		p.Keys = append(p.Keys, line)
	}
	p.CanLive, p.CanTest = granted && n[false] < market.LiveKeys, n[true] < market.LiveKeys
}

func (c *Call) grantLine(g market.Grant, where string) view.PartnerGrant {
	line := view.PartnerGrant{Where: where, Says: c.T("partner_state." + string(g.State)), Reason: g.Reason}
	if g.State == market.GrantGiven {
		line.Limits = c.T("partner.limits", "Minute", g.PerMinute, "Day", g.PerDay)
	}
	return line
}

// grantsWhere says in which network each grant is asked for, by its id; under no id that it is in all of the site.
func (s *Site) grantsWhere(c *Call, grants ...market.Grant) (map[market.ID]string, error) {
	all, err := s.Store.Networks(c.Ctx)
	where := map[market.ID]string{"": c.T("partner.everywhere")}
	for _, n := range all {
		where[n.ID] = n.Name
	}
	for _, g := range grants {
		if where[g.NetworkID] != "" || err != nil {
			continue
		}
		var n market.Network // that was hidden, or waits
		n, err = s.Store.NetworkByID(c.Ctx, g.NetworkID)
		where[g.NetworkID] = c.networkName(n)
	}
	return where, err
}

func (s *Site) askMore(c *Call) error {
	v, id, err := c.SignedInAt()
	if err != nil {
		return err
	}
	var f wishForm
	if err := c.Form(&f); err != nil {
		return err
	}
	networks, scopes, err := f.wishes()
	if err == nil {
		err = s.Partners.AskMore(c.Ctx, v, id, networks, scopes, c.Now)
	}
	if again, ok := c.Again(err); ok {
		return s.showPartner(c, nil, f, again, "")
	}
	return c.moved(partnerPath(id), err, "done.partner_asked")
}

func (s *Site) setOrigins(c *Call) error {
	v, id, err := c.SignedInAt()
	if err != nil {
		return err
	}
	var f struct {
		Origins string `form:"origins"`
	}
	if err := c.Form(&f); err != nil {
		return err
	}
	err = s.Partners.SetOrigins(c.Ctx, v, id, strings.Fields(f.Origins), c.Now)
	if again, ok := c.Again(err); ok {
		return s.showPartner(c, &f.Origins, wishForm{}, again, "")
	}
	return c.moved(partnerPath(id), err, "done.saved")
}

// makeKey answers with the page itself, not with a redirect: the key is shown this once and kept nowhere.
func (s *Site) makeKey(c *Call) error {
	v, id, err := c.SignedInAt()
	if err != nil {
		return err
	}
	var f struct {
		Kind string `form:"kind"`
	}
	if err := c.Form(&f); err != nil {
		return err
	}
	if _, err := c.Proved(); err != nil {
		return err
	}
	if f.Kind != "live" && f.Kind != "test" {
		err = market.Refuse("kind", "choice")
	}
	var text string
	if err == nil {
		_, text, err = s.Partners.MakeKey(c.Ctx, v, id, f.Kind == "test", c.Once, c.Now)
	}
	if again, ok := c.Again(err); ok {
		return s.showPartner(c, nil, wishForm{}, again, "")
	}
	if errors.Is(err, market.ErrRepeated) {
		return c.Done(partnerPath(id), "note.key_once")
	}
	if err != nil {
		return err
	}
	return s.showPartner(c, nil, wishForm{}, c.Blank(), text)
}

func (s *Site) endKey(c *Call) error {
	v, id, err := c.SignedInAt()
	if err != nil {
		return err
	}
	key, err := c.Param("key")
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	return c.moved(partnerPath(id), s.Partners.EndKey(c.Ctx, v, id, key, c.Now), "done.key_ended")
}

func (s *Site) endPartner(c *Call) error {
	v, id, err := c.SignedInAt()
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	return c.moved("/account/partners", s.Partners.EndPartner(c.Ctx, v, id, c.Now), "done.partner_ended")
}

func (s *Site) partnerDesk(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	p := view.PartnerDeskPage{Page: c.Page("partner_desk.heading")}
	if p.Waiting, p.MoreWaiting, err = s.deskGrants(c, v, market.GrantAsked, "waiting"); err != nil {
		return err
	}
	if p.Granted, p.MoreGranted, err = s.deskGrants(c, v, market.GrantGiven, "granted"); err != nil {
		return err
	}
	return c.Render(200, view.PartnerDesk(p))
}

// grantsShown of each list of the desk at once.
const grantsShown = 50

// deskGrants are a page of those in one state, behind the one that the list's own cursor names; the other list's cursor stays.
func (s *Site) deskGrants(c *Call, v market.Viewer, state market.GrantState, list string) (lines []view.QueueLine, more view.Pager, err error) {
	values := c.Gin.Request.URL.Query()
	var after market.ID
	if values.Has(list) {
		if after, err = market.ParseID(values.Get(list)); err != nil {
			return nil, more, err
		}
	}
	all, err := s.Store.GrantsFor(c.Ctx, v, state, after, grantsShown+1)
	if err != nil {
		return nil, more, err
	}
	next := ""
	if len(all) > grantsShown {
		all = all[:grantsShown]
		next = string(all[grantsShown-1].ID)
	}
	more = pager("/partners", list, values, next)
	more.Label = c.T("partner_desk.more_" + list)
	asking := make([]market.ID, len(all))
	for i, g := range all {
		asking[i] = g.PartnerID
	}
	partners, err := s.Store.Partners(c.Ctx, asking)
	if err != nil {
		return nil, more, err
	}
	where, err := s.grantsWhere(c, all...)
	for _, g := range all {
		one := partners[g.PartnerID]
		lines = append(lines, view.QueueLine{Href: "/partners/" + string(g.ID), Title: one.Name, Says: where[g.NetworkID] + " · " + one.Site})
	}
	return lines, more, err
}

type decidePartnerForm struct {
	Scopes    []string `form:"scopes"`
	PerMinute string   `form:"per_minute"`
	PerDay    string   `form:"per_day"`
	Reason    string   `form:"reason"`
	Do        string   `form:"do"`
}

func (s *Site) partnerAsk(c *Call) error {
	g, err := s.decidable(c)
	if err != nil {
		return err
	}
	f := decidePartnerForm{Scopes: texts(g.Scopes), PerMinute: strconv.Itoa(g.PerMinute), PerDay: strconv.Itoa(g.PerDay)}
	return s.showPartnerAsk(c, g, f, c.Blank())
}

// decidable is a wish that the viewer decides about.
func (s *Site) decidable(c *Call) (market.Grant, error) {
	v, err := c.SignedIn()
	if err != nil {
		return market.Grant{}, err
	}
	id, err := c.Param("id")
	if err != nil {
		return market.Grant{}, err
	}
	g, err := s.Store.Grant(c.Ctx, id)
	if err == nil && !v.MayDecide(g) {
		err = market.ErrNotFound
	}
	return g, err
}

func (s *Site) showPartnerAsk(c *Call, g market.Grant, f decidePartnerForm, form view.Form) error {
	one, err := s.Store.Partner(c.Ctx, g.PartnerID)
	if err != nil {
		return err
	}
	where, err := s.grantsWhere(c, g)
	if err != nil {
		return err
	}
	return c.Show(form, view.PartnerAsk(view.PartnerAskPage{Page: c.PageOf(one.Name), Form: form, Path: "/partners/" + string(g.ID), Name: one.Name, Where: where[g.NetworkID],
		Site: one.Site, Purpose: one.Purpose, Says: c.T("partner_state." + string(g.State)), Asked: g.State == market.GrantAsked, Given: g.State == market.GrantGiven,
		Scopes: view.Options(c.Ctx, "partner_scope", texts(g.Scopes), f.Scopes...), PerMinute: f.PerMinute, PerDay: f.PerDay, Reason: f.Reason}))
}

func (s *Site) decidePartner(c *Call) error {
	g, err := s.decidable(c)
	if err != nil {
		return err
	}
	var f decidePartnerForm
	if err := c.Form(&f); err != nil {
		return err
	}
	done := "done.partner_refused"
	switch f.Do {
	case "grant":
		done = "done.partner_granted"
		err = s.grantPartner(c, g, f)
	case "refuse":
		err = s.Partners.Decide(c.Ctx, c.Viewer, g.ID, partner.Decision{Reason: f.Reason}, c.Now)
	case "end":
		done = "done.partner_taken_back"
		err = s.Partners.End(c.Ctx, c.Viewer, g.ID, f.Reason, c.Now)
	default:
		err = market.Refuse("", "choice")
	}
	if again, ok := c.Again(err); ok {
		return s.showPartnerAsk(c, g, f, again)
	}
	return c.moved("/partners", err, done)
}

func (s *Site) grantPartner(c *Call, g market.Grant, f decidePartnerForm) error {
	d := partner.Decision{Yes: true, Reason: f.Reason}
	for _, scope := range f.Scopes {
		d.Scopes = append(d.Scopes, market.Scope(scope))
	}
	d.PerMinute, _ = strconv.Atoi(f.PerMinute) // what is no number is out of range
	d.PerDay, _ = strconv.Atoi(f.PerDay)
	return s.Partners.Decide(c.Ctx, c.Viewer, g.ID, d, c.Now)
}
