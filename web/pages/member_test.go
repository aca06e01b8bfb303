package pages

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/account"
	"wherewithal/introduction"
	"wherewithal/letter"
	"wherewithal/listing"
	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/partner"
)

// joinLink is the path of the link that was mailed with the newest invitation to an address.
func (h *house) joinLink(address string) string {
	h.t.Helper()
	var id, group string
	err := h.store.Pool().QueryRow(h.t.Context(), `select about_id::text, group_id::text from letters where kind = 'group_invitation' and address = $1
		order by created_at desc, id desc limit 1`, address).Scan(&id, &group)
	if err != nil {
		h.t.Fatal(err)
	}
	return "/join/" + market.LinkToken(h.accounts.TokenSecret, market.ToJoin, market.ID(id), market.ID(group))
}

// delivered are the mails of a kind, as they would be sent now.
func (h *house) delivered(kind market.LetterKind) (out []mail.Outgoing) {
	h.t.Helper()
	link := func(purpose string, thing, other market.ID) string {
		return market.LinkToken(h.accounts.TokenSecret, purpose, thing, other)
	}
	links := introduction.Links{Secret: h.accounts.TokenSecret}
	letters := letter.New(h.store, sender(func(o mail.Outgoing) { out = append(out, h.readsMail(kind, o)) }), letter.Options{PublicURL: "https://hub.example", MailDomain: "hub.example",
		PersonsLink: func(in, person market.ID) string { return link("introduction", in, person) }, PurposeLink: link,
		OutcomeLink: links.OutcomeToken, RingLink: links.RingToken, RenewLink: listing.Links{Secret: links.Secret}.RenewToken,
		SignInLink: func(id market.ID) string { return h.accounts.LinkSecret(id).String() }, StopLink: account.MailLinks{Secret: links.Secret}.Token,
		UnwantedLink: func(address string) string { return market.UnwantedToken(links.Secret, address) },
		MandateLink: func(m market.Mandate, owner market.ID) string {
			return partner.MandateToken(h.accounts.TokenSecret, m, owner)
		}})
	rows, err := h.store.Pool().Query(h.t.Context(), `select id::text from letters where kind = $1 and state = 'waiting' order by created_at, id`, kind)
	if err != nil {
		h.t.Fatal(err)
	}
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			h.t.Fatal(err)
		}
		ids = append(ids, id)
	}
	for _, id := range ids {
		if err := letters.Send(h.t.Context(), market.ID(id), h.now); err != nil {
			h.t.Fatal(err)
		}
	}
	return out
}

// events are the verbs about a thing, oldest first.
func (h *house) events(subject market.ID) (verbs []string) {
	h.t.Helper()
	all, err := h.store.Events(h.t.Context(), subject)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, e := range all {
		verbs = append(verbs, e.Verb)
	}
	return verbs
}

func (h *house) person(address string) market.ID {
	h.t.Helper()
	p, err := h.store.PersonAt(h.t.Context(), address)
	if err != nil {
		h.t.Fatal(err)
	}
	return p.ID
}

// joins goes the whole way from an owner's invitation to membership.
func (h *house) joins(owner, guest *browser, group market.ID, address, name, role string) {
	h.t.Helper()
	members := "/groups/" + string(group) + "/members"
	owner.get(members).want(200).fill("/groups/"+string(group)+"/invite", "address", address, "role", role).want(200, "Invited.", address)
	guest.signIn(address, name)
	link := h.joinLink(address)
	guest.get(link).want(200, "Join the group").fill(link).want(200, "Welcome. You belong to the group now.")
}

func TestAMemberIsInvitedByMailAndJoins(t *testing.T) {
	h := open(t)
	ama, jo := h.browser(), h.browser()
	ama.signIn("ama@choir.example", "Ama")
	id := ama.found("Creekside Choir")
	path := "/groups/" + string(id)
	form := ama.get(path).want(200, "Members").browser.get(path+"/members").want(200, "Ama", "Owner", "Invite somebody")
	form.fill(path+"/invite", "address", "nobody").want(422, "does not look like an e-mail address", `value="nobody"`)
	form.fill(path+"/invite", "address", "Jo@Choir.example", "role", "boss").want(422, "Please choose one of these")
	for range 2 {
		form.fill(path+"/invite", "address", "Jo@Choir.example", "role", "poster").want(200, "jo@choir.example", "Invited, not answered yet")
	}
	ama.get(path+"/members").fill(path+"/invite", "address", "jo@choir.example").want(422, "invited already")
	sent := h.delivered(market.InvitationLetter)
	link := h.joinLink("jo@choir.example")
	if len(sent) != 1 || sent[0].To != "jo@choir.example" || !strings.Contains(sent[0].Text, "https://hub.example"+link) || !strings.Contains(sent[0].Text, "Ama asks you") {
		t.Fatalf("mails: %+v", sent)
	}

	out := jo.get(link).want(200, "Ama invites you to join as a poster", "Sign in to join").without("jo@choir.example")
	out.post(link, url.Values{}).want(200, "Sign in") // nobody joins signed out
	other := h.browser()
	other.signIn("kit@else.example", "Kit")
	other.get(link).want(200, "for another address").post(link, url.Values{}).want(200, "for another address")
	if n := len(h.members(id)); n != 1 {
		t.Fatalf("%d members", n)
	}
	jo.signIn("jo@choir.example", "Jo")
	yes := jo.get(link)
	yes.fill(link).want(200, "Welcome. You belong to the group now.", "Creekside Choir")
	yes.fill(link).want(410, "This invitation has ended")
	jo.get(path+"/members").want(200, "Ama", "Jo", "Poster").without("Invite somebody", "Remove")
	jo.get(path + "/edit").want(403)
	if diff := cmp.Diff([]string{"group.founded", "member.joined"}, h.events(id)); diff != "" {
		t.Error(diff)
	}
	var kept int
	if err := h.store.Pool().QueryRow(t.Context(), `select count(*) from invitations where address <> ''`).Scan(&kept); err != nil || kept != 0 {
		t.Errorf("%d addresses kept, %v", kept, err)
	}
}

func (h *house) members(group market.ID) market.Members {
	h.t.Helper()
	ms, err := h.store.Members(h.t.Context(), group, h.now)
	if err != nil {
		h.t.Fatal(err)
	}
	return ms
}

// Whoever mistyped an address sees that nothing arrives there.
func TestAnInvitationThatDidNotArriveIsToldOf(t *testing.T) {
	h := open(t)
	ama := h.browser()
	ama.signIn("ama@choir.example", "Ama")
	path := "/groups/" + string(ama.found("Creekside Choir"))
	for _, address := range []string{"jo@choir.example", "kit@chior.example"} {
		ama.get(path+"/members").fill(path+"/invite", "address", address).want(200, "Invited.").without("did not arrive")
	}
	if _, err := h.store.Pool().Exec(t.Context(), `update letters set state = 'failed', fault = 'no_mailbox', ended_at = created_at where address = 'kit@chior.example'`); err != nil {
		t.Fatal(err)
	}
	if page := ama.get(path+"/members").want(200, "The mail did not arrive."); strings.Count(page.text, "did not arrive") != 1 {
		t.Error("of which it is told is not clear")
	}
}

func TestAnInvitationIsTakenBackRefusedOrRunsOut(t *testing.T) {
	h := open(t)
	ama := h.browser()
	ama.signIn("ama@choir.example", "Ama")
	id := ama.found("Creekside Choir")
	path := "/groups/" + string(id)
	invites := func(address string) string {
		ama.get(path+"/members").fill(path+"/invite", "address", address).want(200, "Invited.")
		return h.joinLink(address)
	}
	link := invites("jo@choir.example")
	var revoke string
	page := ama.get(path + "/members")
	for n := range page.root.Descendants() {
		if a := attribute(n, "action"); strings.HasSuffix(a, "/revoke") {
			revoke = a
		}
	}
	page.fill(revoke).want(200, "Taken back.").without("jo@choir.example")
	page.fill(revoke).want(200, "Nothing was done twice")
	h.browser().get(link).want(410, "This invitation has ended")

	link = invites("jo@choir.example")
	no := h.browser().get(link)
	no.fill(link+"/no").want(200, "They are not told why.")
	no.fill(link+"/no").want(200, "no longer possible")
	link = invites("kit@choir.example")
	h.now = h.now.Add(market.InvitationLasts)
	h.browser().get(link).want(410, "over two weeks old")
	invites("kit@choir.example") // and may be asked again
	h.browser().get("/join/" + strings.Repeat("A", 64)).want(404)
	wrong := market.LinkToken(h.accounts.TokenSecret, "other", id, id)
	h.browser().get("/join/" + wrong).want(404)
}

func TestInvitingOneAddressAgainAndAgainIsBounded(t *testing.T) {
	h := open(t)
	ama, jo := h.browser(), h.browser()
	ama.signIn("ama@choir.example", "Ama")
	jo.signIn("jo@hall.example", "Jo")
	choir, hall := "/groups/"+string(ama.found("Creekside Choir")), "/groups/"+string(jo.found("Maze Hill Rooms"))
	for range 3 {
		ama.get(choir+"/members").fill(choir+"/invite", "address", "kit@choir.example").want(200, "Invited.")
		if _, err := h.store.Pool().Exec(t.Context(), `update invitations set ended_at = $1, outcome = 'revoked', address = ''`, h.now); err != nil {
			t.Fatal(err)
		}
	}
	jo.get(hall+"/members").fill(hall+"/invite", "address", "Kit@choir.example").want(429)
	jo.get(hall+"/members").fill(hall+"/invite", "address", "lee@choir.example").want(200, "Invited.")
	link := h.joinLink("kit@choir.example")
	h.browser().get(link).want(410, "This invitation has ended").without("Creekside Choir")
}

func TestStatementsAreBounded(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("host@hall.example", "Joan")
	path := "/groups/" + string(b.found("Maze Hill Rooms"))
	for range statementsAnHour {
		b.post(path+"/checks", url.Values{"level": {"basic"}}).want(200)
	}
	b.post(path+"/checks", url.Values{"level": {"basic"}}).want(429)
	b.post(path+"/evidence", url.Values{"kind": {"insurance"}, "dated": {"2026-03-01"}}).want(429)
	b.post(path+"/evidence/"+string(market.NewID())+"/drop", url.Values{}).want(429)
}

// returns is signIn for somebody whose name is known.
func (b *browser) returns(address string) {
	b.t.Helper()
	b.get("/sign-in").want(200).fill("/sign-in", "email", address).want(200, "Look in your mail")
	link := b.link(address)
	b.get(link).want(200).fill(link).want(200)
}

func TestTheOnlyOwnerHandsOverBeforeLeaving(t *testing.T) {
	h := open(t)
	ama, jo := h.browser(), h.browser()
	ama.signIn("ama@choir.example", "Ama")
	id := ama.found("Creekside Choir")
	path := "/groups/" + string(id)
	ama.get(path+"/leave").want(200, "You are its only member").without(`name="heir"`)
	ama.post(path+"/leave", url.Values{}).want(422)
	h.joins(ama, jo, id, "jo@choir.example", "Jo", "reader")
	joID, amaID := h.person("jo@choir.example"), h.person("ama@choir.example")

	// Nobody but an owner changes anything, and the last owner stays one.
	jo.post(path+"/members/"+string(amaID)+"/remove", url.Values{}).want(403)
	jo.post(path+"/members/"+string(joID)+"/role", url.Values{"role": {"owner"}}).want(403)
	jo.post(path+"/invite", url.Values{"address": {"x@y.example"}, "role": {"owner"}}).want(403)
	ama.post(path+"/members/"+string(amaID)+"/role", url.Values{"role": {"reader"}}).want(422, "Make somebody else an owner first")
	ama.get(path+"/leave").want(200, "Jo", "You are its only owner").fill(path+"/leave").want(422, "A group needs an owner")
	ama.post(path+"/leave", url.Values{"heir": {string(market.NewID())}}).want(422)
	ama.get(path+"/leave").fill(path+"/leave", "heir", string(joID)).want(200, "You have left the group.")
	ama.get(path + "/members").want(404)
	jo.get(path+"/members").want(200, "Jo", "Owner").without("Ama")
	if diff := cmp.Diff([]string{"group.founded", "member.joined", "group.handed_over", "member.left"}, h.events(id)); diff != "" {
		t.Error(diff)
	}
	var rows []string // of which each keeps from when until when
	if err := h.store.Pool().QueryRow(t.Context(), `select array_agg(role || ' ' || (until is null) order by since, id) from memberships where group_id = $1`, id).Scan(&rows); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"owner false", "reader false", "owner true"}, rows); diff != "" {
		t.Error(diff)
	}
}

// changesIn are the events of a group about one of its people: what was done, by whom and to whom.
func (h *house) changesIn(group market.ID) (all [][]string) {
	h.t.Helper()
	events, err := h.store.Events(h.t.Context(), group)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, e := range events {
		if e.OtherID != "" {
			all = append(all, []string{e.Verb, string(e.Actor), string(e.OtherID)})
		}
	}
	return all
}

func TestAnOwnerGivesAMemberAnotherRoleAndRemovesThem(t *testing.T) {
	h := open(t)
	ama, jo := h.browser(), h.browser()
	ama.signIn("ama@choir.example", "Ama")
	id := ama.found("Creekside Choir")
	members := "/groups/" + string(id) + "/members"
	h.joins(ama, jo, id, "jo@choir.example", "Jo", "poster")
	amaID, joID := string(h.person("ama@choir.example")), string(h.person("jo@choir.example"))
	her := members + "/" + joID

	ama.get(members).without("Reader ·").fill(her+"/role", "role", "reader").want(200, "Changed.", "Reader ·")
	ama.get(members).fill(her+"/role", "role", "reader").want(200, "Nothing was done twice")
	jo.get(members).want(200, "Ama", "Jo", "Reader ·")
	page := ama.get(members)
	page.fill(her+"/remove").want(200, "Removed. They no longer act for the group.").without(her)
	page.fill(her + "/remove").want(404)
	jo.get(members).want(404)
	ama.get(members).want(200, "Ama", "Owner ·")

	var rows []string // of which each keeps from when until when
	if err := h.store.Pool().QueryRow(t.Context(), `select array_agg(person_id || ' ' || role || ' ' || (until is null) order by since, id) from memberships
		where group_id = $1`, id).Scan(&rows); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{amaID + " owner true", joID + " poster false", joID + " reader false"}, rows); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]string{{"member.made_reader", amaID, joID}, {"member.removed", amaID, joID}}, h.changesIn(id)); diff != "" {
		t.Error(diff)
	}
}

func TestWhoLeavesIsReplacedAsContact(t *testing.T) {
	s := openStreet(t)
	path := s.connected()
	kit := s.browser()
	s.joins(s.giver, kit, s.hall, "kit@hall.example", "Kit", "owner")
	leave := "/groups/" + string(s.hall) + "/leave"
	s.taker.get(path).want(200, "Joan")
	s.giver.get(leave).want(200, "passes to Kit").fill(leave).want(200, "You have left the group.")
	if in := s.only(); in.OfferBy != s.person("kit@hall.example") {
		t.Errorf("the contact is %s", in.OfferBy)
	}
	s.taker.get(path).want(200, "Kit").without("Joan")
	s.giver.get(path).want(404)
	sent := s.delivered(market.NewContact)
	slices.SortFunc(sent, func(a, b mail.Outgoing) int { return strings.Compare(a.To, b.To) }) // both were written at once
	var to []string
	for _, o := range sent {
		to = append(to, o.To)
	}
	if diff := cmp.Diff([]string{"guest@choir.example", "kit@hall.example"}, to); diff != "" {
		t.Fatal(diff)
	}
	if !strings.Contains(sent[0].Text, "Your contact at the other group: Kit") || strings.Contains(sent[0].Text, "Joan") {
		t.Errorf("the other side reads\n%s", sent[0].Text)
	}
	if !strings.Contains(strings.Join(s.events(s.only().ID), " "), "introduction.contact_changed") {
		t.Errorf("events: %v", s.events(s.only().ID))
	}
}

func TestAClosedGroupEndsWhatIsOpenAndShowsNothingMore(t *testing.T) {
	s := openStreet(t)
	path := s.connected()
	closing := "/groups/" + string(s.hall) + "/close"
	s.taker.get("/groups/" + string(s.hall) + "/close").want(404)
	form := s.giver.get(closing).want(200, "This cannot be taken back.")
	form.fill(closing).want(422, "Please tick the box")
	form.fill(closing, "confirm", "yes").want(200, "The group is closed.")
	form.fill(closing, "confirm", "yes").want(403) // a reader now, who may look back
	if in := s.only(); in.State != market.Undone {
		t.Errorf("the introduction is %s", in.State)
	}
	if l := s.kept(s.offer); l.Life != market.Withdrawn {
		t.Errorf("the listing is %s", l.Life)
	}
	s.taker.get("/groups/" + string(s.hall)).want(404)
	s.taker.get(path).want(200)
	s.giver.get("/groups/" + string(s.hall)).want(200)
	s.giver.post("/listings/"+string(s.offer)+"/reopen", url.Values{}).want(403)
}

func TestEvidenceIsStatedTakenBackAndRemindedOf(t *testing.T) {
	h := open(t)
	ama := h.browser()
	ama.signIn("ama@choir.example", "Ama")
	id := ama.found("Creekside Choir")
	path := "/groups/" + string(id) + "/evidence"
	form := ama.get(path).want(200, "Nothing is stated yet.")
	form.fill(path, "kind", "insurance", "dated", "2030-01-01").want(422, "This day is still to come")
	form.fill(path, "kind", "insurance", "dated", "2026-03-01", "expires", "2026-12-01").want(422, "This day is over")
	form.fill(path, "dated", "soon").want(422, "Please choose one of these", "could not read this day", `value="soon"`)
	for range 2 {
		form.fill(path, "kind", "insurance", "dated", "2026-03-01", "expires", "2027-02-28").want(200, "Public liability insurance, as the group states")
	}
	ama.get(path).fill("/groups/"+string(id)+"/checks", "level", "enhanced").want(200, "You last said so on Thursday 14 January 2027.")
	h.browser().get("/groups/"+string(id)).want(200, "good until Sunday 28 February 2027", "Check for yourselves")
	if n := h.countRows("evidence"); n != 1 {
		t.Fatalf("a double click stated %d", n)
	}

	h.browser().signIn("bo@choir.example", "Bo")
	h.is(market.Poster, id, h.person("bo@choir.example")) // who may not state it anew
	turn := func(to string) int {
		h.now, _ = time.Parse(time.DateOnly, to)
		for range 2 {
			if err := h.accounts.Turn(t.Context(), h.now); err != nil {
				t.Fatal(err)
			}
		}
		return len(h.delivered(market.EvidenceEnding))
	}
	for _, day := range []struct {
		day  string
		want int
	}{{"2027-01-20", 0}, {"2027-01-30", 1}, {"2027-02-10", 0}, {"2027-02-22", 1}, {"2027-03-02", 0}} {
		if got := turn(day.day); got != day.want {
			t.Errorf("%s: %d mails, want %d", day.day, got, day.want)
		}
	}
	ama.returns("ama@choir.example")
	var drop string
	page := ama.get(path).want(200, "over")
	for n := range page.root.Descendants() {
		if a := attribute(n, "action"); strings.HasSuffix(a, "/drop") {
			drop = a
		}
	}
	page.fill(drop).want(200, "Removed.", "Nothing is stated yet.")
	page.fill(drop).want(404)
}

func (h *house) countRows(table string) (n int) {
	h.t.Helper()
	if err := h.store.Pool().QueryRow(h.t.Context(), `select count(*) from `+table).Scan(&n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

// Every route of a group, with another group's ids, is not found for whoever does not belong to it.
func TestAnotherGroupsIdsAreNotFound(t *testing.T) {
	s := openStreet(t)
	kit := s.browser()
	s.joins(s.giver, kit, s.hall, "kit@hall.example", "Kit", "reader")
	mine, theirs := "/groups/"+string(s.choir), "/groups/"+string(s.hall)
	s.giver.get(theirs+"/members").fill(theirs+"/invite", "address", "lee@hall.example").want(200, "Invited.")
	s.giver.get(theirs+"/evidence").fill(theirs+"/evidence", "kind", "insurance", "dated", "2026-01-01").want(200)
	ids := map[string]string{}
	for name, sql := range map[string]string{"invitation": `select id::text from invitations where ended_at is null`, "evidence": `select id::text from evidence`} {
		var id string
		if err := s.store.Pool().QueryRow(t.Context(), sql).Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids[name] = id
	}
	reader := string(s.person("kit@hall.example"))
	before := s.rows()
	for _, path := range []string{theirs + "/members", theirs + "/leave", theirs + "/close", theirs + "/evidence"} {
		s.taker.get(path).want(404)
	}
	form := url.Values{"role": {"owner"}, "level": {"basic"}, "address": {"x@y.example"}, "confirm": {"yes"}}
	for _, path := range []string{theirs + "/invite", theirs + "/leave", theirs + "/close", theirs + "/evidence", theirs + "/checks",
		theirs + "/members/" + reader + "/role", theirs + "/members/" + reader + "/remove", mine + "/members/" + reader + "/role",
		mine + "/members/" + reader + "/remove", theirs + "/invitations/" + ids["invitation"] + "/revoke",
		mine + "/invitations/" + ids["invitation"] + "/revoke", theirs + "/evidence/" + ids["evidence"] + "/drop", mine + "/evidence/" + ids["evidence"] + "/drop"} {
		s.taker.post(path, form).want(404)
	}
	if diff := cmp.Diff(before, s.rows()); diff != "" {
		t.Error(diff)
	}
}

func TestWhoHasNobodyCheckedMaySaySo(t *testing.T) {
	h := open(t)
	b := h.browser()
	b.signIn("host@hall.example", "Joan")
	path := "/groups/" + string(b.found("Maze Hill Rooms"))
	form := b.get(path + "/evidence").want(200)
	form.fill(path+"/checks", "level", "enhanced").want(200)
	if got := b.count("check_statements"); got != 1 {
		t.Errorf("%d statements, want the one that was made", got)
	}
	form.fill(path+"/checks", "level", "none").want(200)
	if got := b.count("check_statements"); got != 0 {
		t.Errorf("%d statements of a group that has nobody checked", got)
	}
	b.post(path+"/checks", nil).want(422)
}
