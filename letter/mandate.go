package letter

import (
	"context"
	"time"

	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/wording"
)

// mandate makes sense while the question stands. To an address that wants nothing, as to invitations, it does not go.
func (ls *Letters) mandate(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	m, err := ls.store.Mandate(ctx, l.AboutID)
	if err != nil {
		return nil, err
	}
	if l.PersonID == "" {
		if err := ls.welcome(ctx, l, now); err != nil {
			return nil, err
		}
	}
	p, err := ls.store.Partner(ctx, m.PartnerID)
	if err != nil {
		return nil, err
	}
	if m.State != market.MandateAsked || !now.Before(m.LapsesAt) || p.EndedAt != nil || m.Address != l.Address {
		return nil, errMoot
	}
	name := m.About.Name
	if m.GroupID != "" {
		g, err := ls.store.Group(ctx, market.System, m.GroupID)
		if err != nil {
			return nil, err
		}
		name = g.Name
	}
	return mail.Notice{Kind: l.Kind, Said: p.Purpose, Link: ls.PublicURL + "/may-post/" + ls.MandateLink(m, l.PersonID),
		Facts: []mail.NoticeFact{{Label: "who", Value: p.Name}, {Label: "site", Value: p.Site}},
		Data:  map[string]any{"Partner": p.Name, "Group": name, "Until": wording.Date(ls.lang, ls.local(m.LapsesAt))}}, nil
}

// feed tells either side that nothing comes from a partner any more. It is moot once something has come.
func (ls *Letters) feed(ctx context.Context, l market.Letter) (mail.Kind, error) {
	p, err := ls.store.Partner(ctx, l.AboutID)
	if err != nil {
		return nil, err
	}
	if p.FedAt == nil || p.WarnedAt == nil {
		return nil, errMoot
	}
	data := map[string]any{"Partner": p.Name, "Since": wording.Date(ls.lang, ls.local(*p.FedAt)), "When": wording.Date(ls.lang, ls.local(p.FedAt.Add(market.StoppedAfter)))}
	if l.GroupID == "" {
		return mail.Notice{Kind: l.Kind, Link: ls.PublicURL + "/account/partners/" + string(p.ID), Data: data}, nil
	}
	g, err := ls.store.Group(ctx, market.System, l.GroupID)
	if err != nil {
		return nil, err
	}
	data["Group"] = g.Name
	return mail.Notice{Kind: l.Kind, Variant: "group", Link: ls.PublicURL + "/groups/" + string(g.ID) + "/partners", Data: data}, nil
}
