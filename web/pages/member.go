package pages

import (
	"errors"
	"net/http"
	"net/url"

	"wherewithal/market"
	"wherewithal/web/httpx"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerMembers is for those who belong to a group to read, and for its owners to change; the pages of an invitation are
// for whoever holds its link. What is done twice is done once.
func (s *Site) registerMembers() {
	s.get("/groups/:id/members", s.members)
	s.post("/groups/:id/invite", s.invite)
	s.post("/groups/:id/invitations/:invitation/revoke", s.revoke)
	s.post("/groups/:id/members/:person/role", s.setRole)
	s.post("/groups/:id/members/:person/remove", s.removeMember)
	s.get("/groups/:id/leave", s.leaving)
	s.post("/groups/:id/leave", s.leave)
	s.get("/groups/:id/close", s.closing)
	s.post("/groups/:id/close", s.closeGroup)
	s.get("/join/:token", s.joining)
	s.post("/join/:token", s.join)
	s.post("/join/:token/no", s.refuseToJoin)
}

// memberOf is a group that the caller belongs to: strangers do not learn that it is there.
func (s *Site) memberOf(c *Call) (market.Group, error) {
	v, err := c.SignedIn()
	if err != nil {
		return market.Group{}, err
	}
	id, err := c.Param("id")
	if err == nil && !v.In(id) {
		err = market.ErrNotFound
	}
	if err != nil {
		return market.Group{}, err
	}
	return s.Store.Group(c.Ctx, v, id)
}

type inviteForm struct {
	Address string `form:"address"`
	Role    string `form:"role"`
}

func (s *Site) members(c *Call) error {
	g, err := s.memberOf(c)
	if err != nil {
		return err
	}
	return s.showMembers(c, g, inviteForm{Role: string(market.Poster)}, c.Blank())
}

func (s *Site) showMembers(c *Call, g market.Group, f inviteForm, form view.Form) error {
	ms, names, err := s.Accounts.Members(c.Ctx, c.Viewer, g.ID, c.Now)
	if err != nil {
		return err
	}
	p := view.MembersPage{Page: c.PageOf(c.T("member.heading", "Name", g.Name)), Form: form, ID: string(g.ID), Name: g.Name,
		Owner: c.Viewer.Roles[g.ID] == market.Owner, Address: f.Address, Roles: c.roles(market.Role(f.Role))}
	for _, m := range ms {
		p.Members = append(p.Members, c.memberLine(m, names))
	}
	if !p.Owner {
		return c.Show(form, view.Members(p))
	}
	waiting, err := s.Accounts.Invitations(c.Ctx, c.Viewer, g.ID, c.Now)
	for _, i := range waiting {
		p.Invited = append(p.Invited, view.Invited{ID: string(i.ID), Address: i.Address, Once: c.Blank().Once, Undelivered: i.Undelivered,
			Says: c.T("member.waiting_line", "Role", c.T("role."+string(i.Role)), "Date", wording.LongDate(c.Lang, i.ExpiresAt.In(c.Zone())))})
	}
	if err != nil {
		return err
	}
	return c.Show(form, view.Members(p))
}

func (c *Call) memberLine(m market.Membership, names map[market.ID]string) view.Member {
	return view.Member{ID: string(m.PersonID), Name: c.nameOr(names[m.PersonID]), You: m.PersonID == c.Viewer.Person, Role: c.T("role." + string(m.Role)),
		Since: c.T("member.since", "Date", wording.LongDate(c.Lang, m.Since.In(c.Zone()))), Roles: c.roles(m.Role), Once: c.Blank().Once}
}

func (c *Call) nameOr(name string) string {
	if name == "" {
		return c.T("member.unnamed")
	}
	return name
}

func (c *Call) roles(chosen market.Role) []view.Option {
	var all []string
	for _, r := range market.Roles {
		all = append(all, string(r))
	}
	return view.Options(c.Ctx, "role", all, string(chosen))
}

const (
	invitesPerHour   = 30 // of one person: enough for a committee, too few to write to strangers with
	invitedPerDay    = 3  // to one address, whoever asks: taking back and asking again floods nobody
	statementsAnHour = 60 // of one person, about what their group has: each has its listings matched anew
)

func (s *Site) invite(c *Call) error {
	g, err := s.ownGroup(c)
	if err != nil {
		return err
	}
	var f inviteForm
	if err := c.Form(&f); err != nil {
		return err
	}
	if err := s.Limits.Allow(c.Ctx, httpx.Rule{Name: "invite", Hour: invitesPerHour}, string(c.Viewer.Person)); err != nil {
		return err
	}
	may := func(address string) error {
		return s.Limits.Allow(c.Ctx, httpx.Rule{Name: "invited", Day: invitedPerDay}, address)
	}
	err = s.Accounts.Invite(c.Ctx, c.Viewer, g.ID, f.Address, market.Role(f.Role), may, c.Once, c.Now)
	if again, ok := c.Again(err); ok {
		return s.showMembers(c, g, f, again)
	}
	return c.moved(membersPath(g.ID), err, "done.invited")
}

func membersPath(group market.ID) string { return groupPath(group) + "/members" }

func (s *Site) revoke(c *Call) error {
	g, err := s.ownGroup(c)
	if err != nil {
		return err
	}
	id, err := c.Param("invitation")
	if err != nil {
		return err
	}
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	return c.moved(membersPath(g.ID), s.Accounts.Revoke(c.Ctx, c.Viewer, g.ID, id, c.Now), "done.revoked")
}

// memberForm is a group of the caller's, one of its members, and what was said about them.
func (s *Site) memberForm(c *Call, into any) (market.Group, market.ID, error) {
	g, err := s.ownGroup(c)
	if err != nil {
		return g, "", err
	}
	person, err := c.Param("person")
	if err != nil {
		return g, "", err
	}
	return g, person, c.Form(into)
}

func (s *Site) setRole(c *Call) error {
	var f struct {
		Role string `form:"role"`
	}
	g, person, err := s.memberForm(c, &f)
	if err != nil {
		return err
	}
	err = s.Introductions.SetRole(c.Ctx, c.Viewer, g.ID, person, market.Role(f.Role), c.Now)
	if again, ok := c.Again(err); ok {
		return s.showMembers(c, g, inviteForm{Role: string(market.Poster)}, again)
	}
	return c.moved(membersPath(g.ID), err, "done.role_changed")
}

func (s *Site) removeMember(c *Call) error {
	g, person, err := s.memberForm(c, &struct{}{})
	if err != nil {
		return err
	}
	err = s.Introductions.Leave(c.Ctx, c.Viewer, g.ID, person, "", c.Now)
	if again, ok := c.Again(err); ok {
		return s.showMembers(c, g, inviteForm{Role: string(market.Poster)}, again)
	}
	return c.moved(membersPath(g.ID), err, "done.member_removed")
}

type leaveForm struct {
	Heir string `form:"heir"`
}

func (s *Site) leaving(c *Call) error {
	g, err := s.memberOf(c)
	if err != nil {
		return err
	}
	return s.showLeave(c, g, leaveForm{}, c.Blank())
}

func (s *Site) showLeave(c *Call, g market.Group, f leaveForm, form view.Form) error {
	me := c.Viewer.Person
	ms, names, err := s.Accounts.Members(c.Ctx, c.Viewer, g.ID, c.Now)
	if err != nil {
		return err
	}
	p := view.LeavePage{Page: c.PageOf(c.T("leave.heading", "Name", g.Name)), Form: form, ID: string(g.ID), Name: g.Name,
		CanClose: c.Viewer.Roles[g.ID] == market.Owner, Says: c.T("leave.about_nobody")}
	if heir := ms.Heir(me); heir != "" && c.Viewer.Roles[g.ID].CanPost() {
		p.Says = c.T("leave.about", "Heir", c.nameOr(names[heir]))
	}
	if ms.OnlyOwner(me) && g.ClosedAt == nil {
		p.Alone = len(ms) == 1
		p.Says = c.T("leave.about_nobody")
		for _, m := range ms {
			if m.PersonID != me {
				p.Heirs = append(p.Heirs, view.Option{Value: string(m.PersonID), Label: c.nameOr(names[m.PersonID]), On: f.Heir == string(m.PersonID)})
			}
		}
	}
	return c.Show(form, view.Leave(p))
}

func (s *Site) leave(c *Call) error {
	g, err := s.memberOf(c)
	if err != nil {
		return err
	}
	var f leaveForm
	if err := c.Form(&f); err != nil {
		return err
	}
	err = s.Introductions.Leave(c.Ctx, c.Viewer, g.ID, c.Viewer.Person, market.ID(f.Heir), c.Now)
	if again, ok := c.Again(err); ok {
		return s.showLeave(c, g, f, again)
	}
	if err != nil {
		return err
	}
	return c.Done("/mine", "done.left_group")
}

func (s *Site) closing(c *Call) error {
	g, err := s.ownGroup(c)
	if err != nil {
		return err
	}
	return s.showClosing(c, g, c.Blank())
}

func (s *Site) showClosing(c *Call, g market.Group, form view.Form) error {
	return c.Show(form, view.CloseGroup(view.CloseGroupPage{Page: c.PageOf(c.T("close_group.heading", "Name", g.Name)), Form: form,
		ID: string(g.ID), Name: g.Name}))
}

func (s *Site) closeGroup(c *Call) error {
	g, err := s.ownGroup(c)
	if err != nil {
		return err
	}
	var f struct {
		Confirm bool `form:"confirm"`
	}
	if err := c.Form(&f); err != nil {
		return err
	}
	if !f.Confirm {
		again, _ := c.Again(market.Refuse("confirm", "close_confirm"))
		return s.showClosing(c, g, again)
	}
	return c.moved("/mine", s.Introductions.CloseGroup(c.Ctx, c.Viewer, g.ID, c.Now), "done.group_closed")
}

func (s *Site) joining(c *Call) error {
	i, g, err := s.Accounts.ByJoinLink(c.Ctx, c.Gin.Param("token"), c.Now)
	gone := errors.Is(err, market.ErrGone)
	if err != nil && !gone {
		return err
	}
	if gone {
		return c.Render(http.StatusGone, view.Join(view.JoinPage{Page: c.Page("join.gone_heading"), Gone: true}))
	}
	by, err := s.Store.PersonNames(c.Ctx, []market.ID{i.InvitedBy})
	if err != nil {
		return err
	}
	path, name := c.Gin.Request.URL.Path, g.NameFor(c.Viewer)
	inviter := by[i.InvitedBy]
	if inviter == "" {
		inviter = name
	}
	p := view.JoinPage{Page: c.PageOf(c.T("join.heading", "Name", name)), Name: name, Path: path, OnceYes: c.Blank().Once,
		OnceNo: c.Blank().Once, Says: c.T("join.about_"+string(i.Role), "By", inviter), SignIn: "/sign-in?" + url.Values{"next": {path}}.Encode(),
		Until: c.T("join.until", "Date", wording.LongDate(c.Lang, i.ExpiresAt.In(c.Zone())))}
	p.Can = c.Viewer.SignedIn() && c.Caller.Person.Address == i.Address
	p.Other = c.Viewer.SignedIn() && !p.Can
	return c.Render(http.StatusOK, view.Join(p))
}

func (s *Site) join(c *Call) error {
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	group, err := s.Accounts.Accept(c.Ctx, c.Viewer, c.Caller.Person, c.Gin.Param("token"), c.Now)
	if errors.Is(err, market.ErrGone) || errors.Is(err, market.ErrForbidden) || errors.Is(err, market.ErrRepeated) {
		return c.Done(c.Gin.Request.URL.Path, "") // which says why
	}
	if err != nil {
		return err
	}
	return c.Done(groupPath(group), "done.joined")
}

func (s *Site) refuseToJoin(c *Call) error {
	if err := c.Form(&struct{}{}); err != nil {
		return err
	}
	err := s.Accounts.Refuse(c.Ctx, c.Viewer, c.Gin.Param("token"), c.Now)
	return c.moved("/", err, "done.join_refused")
}
