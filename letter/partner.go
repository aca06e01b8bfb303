package letter

import (
	"context"
	"net/url"
	"slices"
	"time"

	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/wording"
)

// partnersNamed in one letter: more would be no letter that anybody reads, and the page it leads to has all.
const partnersNamed = 50

// partnerAsks names the partners that wait for an answer of the reader's; none is no letter.
func (ls *Letters) partnerAsks(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	p, err := ls.store.Person(ctx, l.PersonID)
	if err != nil {
		return nil, err
	}
	v, err := ls.store.ViewerFor(ctx, p, now)
	if err != nil {
		return nil, err
	}
	waiting, err := ls.store.GrantsFor(ctx, v, market.GrantAsked, "", partnersNamed)
	if err != nil {
		return nil, err
	}
	var asking []market.ID
	for _, g := range waiting {
		if !slices.Contains(asking, g.PartnerID) {
			asking = append(asking, g.PartnerID)
		}
	}
	partners, err := ls.store.Partners(ctx, asking)
	if err != nil {
		return nil, err
	}
	var facts []mail.NoticeFact
	for _, id := range asking {
		facts = append(facts, mail.NoticeFact{Label: "asks", Value: partners[id].Name})
	}
	if len(facts) == 0 {
		return nil, errMoot
	}
	return mail.Notice{Kind: l.Kind, Link: ls.PublicURL + "/partners", Facts: facts, Data: map[string]any{"Count": len(facts)}}, nil
}

// partnerAnswer makes sense while what it tells is how things stand. The words of a network that is not shown are not mailed on, nor its name.
func (ls *Letters) partnerAnswer(ctx context.Context, l market.Letter) (mail.Kind, error) {
	g, err := ls.store.Grant(ctx, l.AboutID)
	if err != nil {
		return nil, err
	}
	p, err := ls.store.Partner(ctx, g.PartnerID)
	if err != nil {
		return nil, err
	}
	if g.State == market.GrantAsked || p.EndedAt != nil {
		return nil, errMoot
	}
	where, said := wording.Text(ls.lang, "partner.everywhere", nil), g.Reason
	if g.NetworkID != "" {
		n, err := ls.store.NetworkByID(ctx, g.NetworkID)
		if err != nil {
			return nil, err
		}
		if where = n.Name; n.Unshown() {
			where, said = wording.Text(ls.lang, "partner.unshown", nil), ""
		}
	}
	return mail.Notice{Kind: l.Kind, Variant: string(g.State), Said: said, Link: ls.PublicURL + "/account/partners/" + string(p.ID),
		Data: map[string]any{"Partner": p.Name, "Where": where}}, nil
}

// webhookOff makes sense while the webhook is disabled.
func (ls *Letters) webhookOff(ctx context.Context, l market.Letter) (mail.Kind, error) {
	w, err := ls.store.Webhook(ctx, l.AboutID)
	if err != nil {
		return nil, err
	}
	p, err := ls.store.Partner(ctx, w.PartnerID)
	if err != nil {
		return nil, err
	}
	if w.Live() || p.EndedAt != nil {
		return nil, errMoot
	}
	u, err := url.Parse(w.URL)
	if err != nil {
		return nil, err
	}
	return mail.Notice{Kind: l.Kind, Variant: w.Why, Link: ls.PublicURL + "/account/partners/" + string(p.ID) + "/webhooks/" + string(w.ID),
		Data: map[string]any{"Partner": p.Name, "Host": u.Host}}, nil // the path of an address may hold a secret of theirs
}
