package letter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/wording"
)

// notice words the letters that are a few sentences and a link.
func (ls *Letters) notice(ctx context.Context, l market.Letter, out *mail.Outgoing, now time.Time) (mail.Kind, error) {
	switch l.Kind {
	case market.WelcomeLetter:
		return ls.newcomer(ctx, l, now)
	case market.InvitationLetter:
		return ls.invitation(ctx, l, now)
	case market.MembershipChanged:
		return ls.membershipChanged(ctx, l, now)
	case market.NewContact:
		return ls.newContact(ctx, l, out, now)
	case market.EvidenceEnding:
		return ls.evidenceEnding(ctx, l)
	case market.NetworkInvitation, market.NetworkAnswer:
		return ls.networkToGroup(ctx, l)
	case market.NetworkNo, market.NetworkOut:
		return ls.networkNo(ctx, l)
	case market.InvitationAnswered, market.TieAnswered:
		return ls.networkNews(ctx, l, now)
	case market.ConnectorRemoved:
		return ls.connectorRemoved(ctx, l, now)
	case market.ModerationNotice, market.AppealAnswered:
		return ls.moderation(ctx, l)
	case market.ReportAnswered:
		return ls.reportAnswered(ctx, l, now)
	case market.FirstListing:
		return ls.firstListing(ctx, l, now)
	case market.ReportsWaiting:
		return ls.reportsWaiting(ctx, l, now)
	case market.JoinRequest:
		return ls.joinRequest(ctx, l, now)
	case market.EraseConfirm:
		return ls.eraseConfirm(l, now)
	case market.ExportReady:
		return ls.exportReady(ctx, l, now)
	case market.AddressConfirm:
		return ls.addressConfirm(ctx, l, now)
	case market.AddressAsked, market.AddressChanged:
		return ls.addressTold(ctx, l, now)
	case market.PartnerAsks:
		return ls.partnerAsks(ctx, l, now)
	case market.PartnerAnswer:
		return ls.partnerAnswer(ctx, l)
	case market.WebhookOff:
		return ls.webhookOff(ctx, l)
	case market.MandateLetter:
		return ls.mandate(ctx, l, now)
	case market.FeedQuiet, market.FeedStopped:
		return ls.feed(ctx, l)
	case market.PasskeyAdded, market.PasskeyRemoved:
		return mail.Notice{Kind: l.Kind, Link: ls.PublicURL + "/account/passkeys"}, nil
	}
	return nil, fmt.Errorf("%w: unknown kind %q", errMoot, l.Kind)
}

// newcomer is told one thing to do: to answer the group that invited them, else to say what their own needs or could lend.
func (ls *Letters) newcomer(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	n := mail.Notice{Kind: l.Kind, Link: ls.PublicURL + "/", Data: map[string]any{"Name": ls.reader.Name}}
	i, err := ls.store.InvitationTo(ctx, ls.reader.Address, now)
	if errors.Is(err, market.ErrNotFound) {
		return n, nil
	}
	if err != nil {
		return nil, err
	}
	g, err := ls.store.Group(ctx, market.System, i.GroupID)
	if err != nil {
		return nil, err
	}
	n.Variant, n.Link, n.Data["Group"] = "invited", ls.PublicURL+"/join/"+ls.PurposeLink(market.ToJoin, i.ID, i.GroupID), g.PublicName()
	return n, nil
}

// invitation makes sense while it can be taken. Who has an alias is invited by it: the letter may go to a stranger.
func (ls *Letters) invitation(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	i, err := ls.store.Invitation(ctx, l.AboutID)
	if err != nil {
		return nil, err
	}
	if err := ls.welcome(ctx, l, now); err != nil {
		return nil, err
	}
	stands, err := ls.store.InvitationStands(ctx, i.ID, now)
	if err != nil {
		return nil, err
	}
	if !stands {
		return nil, errMoot
	}
	g, err := ls.store.Group(ctx, market.System, i.GroupID)
	if err != nil {
		return nil, err
	}
	by, err := ls.store.PersonNames(ctx, []market.ID{i.InvitedBy})
	if err != nil {
		return nil, err
	}
	n := mail.Notice{Kind: l.Kind, Variant: string(i.Role), Link: ls.PublicURL + "/join/" + ls.PurposeLink(market.ToJoin, i.ID, i.GroupID),
		Data: map[string]any{"Group": g.PublicName(), "Name": by[i.InvitedBy], "Until": wording.Date(ls.lang, ls.local(i.ExpiresAt))}}
	if by[i.InvitedBy] == "" {
		n.Data["Name"] = g.PublicName()
	}
	return n, nil
}

// welcome refuses a letter to an address that its reader did not ask for: where mail comes back, or is not wanted. Whoever invites
// them is told nothing of the second.
func (ls *Letters) welcome(ctx context.Context, l market.Letter, now time.Time) error {
	p, err := ls.store.PersonAt(ctx, l.Address)
	if errors.Is(err, market.ErrNotFound) {
		return ls.unsuppressed(ctx, l.Address)
	}
	if err != nil {
		return err
	}
	if !l.Kind.Optional() { // which the reader of an account cannot stop, but whoever has the address can
		if err := ls.unsuppressed(ctx, l.Address); err != nil {
			return err
		}
	}
	return ls.wanted(ctx, l, p, now)
}

// unsuppressed refuses a letter to an address of which it is kept that none is to go there.
func (ls *Letters) unsuppressed(ctx context.Context, address string) error {
	if ls.Suppress == nil {
		return nil
	}
	switch why, err := ls.store.Suppressed(ctx, ls.Suppress(address)); {
	case err != nil || why == "":
		return err
	case why == market.CameBack:
		return errBounced
	}
	return errStopped
}

// membershipChanged makes sense while what it tells is how things stand: it is about the membership that was made, or about the group
// that its reader was taken out of.
func (ls *Letters) membershipChanged(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	g, err := ls.store.Group(ctx, market.System, l.GroupID)
	if err != nil {
		return nil, err
	}
	if l.CreatedAt.After(now) { // by the clock of whoever wrote it
		now = l.CreatedAt
	}
	ms, err := ls.store.Members(ctx, g.ID, now)
	if err != nil {
		return nil, err
	}
	n := mail.Notice{Kind: l.Kind, Link: ls.PublicURL + "/groups/" + string(g.ID), Data: map[string]any{"Group": g.Name}}
	m, in := ms.Of(l.PersonID)
	switch {
	case !in && l.AboutID == g.ID:
		n.Variant, n.Link = "removed", ls.PublicURL+"/mine"
	case !in || l.AboutID != m.ID, g.ClosedAt != nil: // in what has closed a role is good for nothing
		return nil, errMoot
	case m.Role == market.Owner && ms.OnlyOwner(m.PersonID):
		n.Variant = "only_owner"
	default:
		n.Variant = string(m.Role)
	}
	return n, nil
}

// newContact tells either side of a connected introduction who looks after it now: the new contact themselves, and the
// other group.
func (ls *Letters) newContact(ctx context.Context, l market.Letter, out *mail.Outgoing, now time.Time) (mail.Kind, error) {
	s, err := ls.scene(ctx, l.AboutID, l.GroupID, now)
	if err != nil {
		return nil, err
	}
	reads, err := ls.mayAnswer(ctx, l, now)
	if err != nil {
		return nil, err
	}
	apart, err := ls.store.Apart(ctx, s.in.OfferGroupID, s.in.NeedGroupID)
	if err != nil {
		return nil, err
	}
	if s.in.State != market.Connected || !reads || apart {
		return nil, errMoot
	}
	mine, other, err := ls.groups(ctx, s)
	if err != nil {
		return nil, err
	}
	far := s.other.Listing.Side
	person, err := ls.store.Person(ctx, s.in.ContactOf(far))
	if err != nil {
		return nil, err
	}
	out.ReplyTo = ls.masked(s.in, far)
	return mail.Notice{Kind: l.Kind, Link: ls.link(s.in.ID, l.PersonID),
		Data:  map[string]any{"Group": mine, "Other": other, "Contact": nameOf(person, other), "Title": s.mine.Listing.Title},
		Facts: []mail.NoticeFact{{Label: "contact", Value: nameOf(person, other)}}}, nil
}

// evidenceEnding makes sense while the group states nothing later.
func (ls *Letters) evidenceEnding(ctx context.Context, l market.Letter) (mail.Kind, error) {
	ev, err := ls.store.EvidenceByID(ctx, l.AboutID)
	if err != nil {
		return nil, err
	}
	all, err := ls.store.Evidence(ctx, ev.GroupID)
	if err != nil {
		return nil, err
	}
	later := func(o market.Evidence) bool {
		return o.Kind == ev.Kind && o.ID != ev.ID && (o.Expires == "" || o.Expires > ev.Expires)
	}
	if slices.ContainsFunc(all, later) {
		return nil, errMoot
	}
	g, err := ls.store.Group(ctx, market.System, ev.GroupID)
	if err != nil {
		return nil, err
	}
	return mail.Notice{Kind: l.Kind, Link: ls.PublicURL + "/groups/" + string(g.ID) + "/evidence", Data: map[string]any{"Group": g.Name,
		"What": wording.Text(ls.lang, "evidence."+string(ev.Kind), nil), "Until": wording.Date(ls.lang, ev.Expires.Time(time.UTC))}}, nil
}
