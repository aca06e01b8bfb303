package letter

import (
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/mail"
	"wherewithal/market"
)

// networkToGroup is what a network says to a group, unless it was hidden: that it is invited, while it is so, or that it belongs to it now.
func (ls *Letters) networkToGroup(ctx context.Context, l market.Letter) (mail.Kind, error) {
	n, err := ls.store.NetworkByID(ctx, l.AboutID)
	if err != nil {
		return nil, err
	}
	g, err := ls.store.Group(ctx, market.System, l.GroupID)
	if err != nil {
		return nil, err
	}
	m, err := ls.store.NetworkMember(ctx, n.ID, g.ID)
	if errors.Is(err, market.ErrNotFound) || err == nil && (m.AgreedAt == nil) != (l.Kind == market.NetworkInvitation) || n.Unshown() {
		return nil, errMoot
	}
	link := ls.PublicURL + "/networks/" + n.Slug
	if l.Kind == market.NetworkInvitation {
		link = ls.PublicURL + "/groups/" + string(g.ID) + "/networks"
	}
	return mail.Notice{Kind: l.Kind, Link: link, Data: map[string]any{"Group": g.Name, "Network": n.Name}}, err
}

// networkNo tells a group that a network did not let it in, or took it out, unless it belongs to it meanwhile. The words of a network
// that was hidden are not mailed on.
func (ls *Letters) networkNo(ctx context.Context, l market.Letter) (mail.Kind, error) {
	r, err := ls.store.Refusal(ctx, l.AboutID)
	if err != nil {
		return nil, err
	}
	m, err := ls.store.NetworkMember(ctx, r.NetworkID, r.GroupID)
	if err == nil && m.AgreedAt != nil {
		return nil, errMoot
	}
	if err != nil && !errors.Is(err, market.ErrNotFound) {
		return nil, err
	}
	n, err := ls.store.NetworkByID(ctx, r.NetworkID)
	if err != nil {
		return nil, err
	}
	if n.Unshown() {
		return nil, errMoot
	}
	g, err := ls.store.Group(ctx, market.System, r.GroupID)
	if err != nil {
		return nil, err
	}
	notice := mail.Notice{Kind: l.Kind, Said: r.Words, Link: ls.PublicURL + "/networks/" + n.Slug, Data: map[string]any{"Group": g.Name, "Network": n.Name}}
	if r.Words == "" {
		notice.Variant = "wordless"
	}
	return notice, nil
}

// networkNews tells who looks after a network what a group that it invited, or another network, answered it or ended; not of one that
// was hidden, nor who looks after it no more.
func (ls *Letters) networkNews(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	name, err := ls.store.OnceNameOf(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	what, to := market.ReadNewsName(name)
	if to == "" {
		return nil, errMoot
	}
	n, err := ls.store.NetworkByID(ctx, to)
	if err != nil {
		return nil, err
	}
	still, err := ls.looksAfter(ctx, n.ID, l.PersonID, now)
	if err == nil && !still {
		err = errMoot
	}
	if err != nil {
		return nil, err
	}
	other, err := ls.newsFrom(ctx, l)
	return mail.Notice{Kind: l.Kind, Variant: string(what), Link: ls.PublicURL + "/networks/" + n.Slug + "/members",
		Data: map[string]any{"Network": n.Name, "Other": other}}, err
}

// newsFrom is what a group or network is called to whoever looks after another.
func (ls *Letters) newsFrom(ctx context.Context, l market.Letter) (string, error) {
	if l.Kind == market.InvitationAnswered {
		g, err := ls.store.Group(ctx, market.System, l.GroupID)
		return g.PublicName(), err
	}
	o, err := ls.store.NetworkByID(ctx, l.AboutID)
	if err == nil && o.Unshown() {
		err = errMoot
	}
	return o.Name, err
}

func (ls *Letters) looksAfter(ctx context.Context, network, person market.ID, now time.Time) (bool, error) {
	people, err := ls.store.Connectors(ctx, network, now)
	return among(people, person), err
}

func among(people []market.Person, person market.ID) bool {
	return slices.ContainsFunc(people, func(p market.Person) bool { return p.ID == person })
}

// connectorRemoved tells somebody that a network is not theirs to look after any more, unless it is again.
func (ls *Letters) connectorRemoved(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	c, err := ls.store.Connector(ctx, l.AboutID, l.PersonID)
	if err != nil {
		return nil, err
	}
	if c.Until == nil || c.Until.After(now) || c.Words == "" {
		return nil, errMoot
	}
	n, err := ls.store.NetworkByID(ctx, l.AboutID)
	return mail.Notice{Kind: l.Kind, Said: c.Words, Link: ls.PublicURL + "/networks/" + n.Slug, Data: map[string]any{"Network": n.Name}}, err
}

// joinRequest names all that wait for a network's answer, to who looks after it, or to an operator while nobody does; none is no letter.
func (ls *Letters) joinRequest(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	n, err := ls.store.NetworkByID(ctx, l.AboutID)
	if err != nil {
		return nil, err
	}
	people, err := ls.store.Connectors(ctx, n.ID, now)
	if err != nil {
		return nil, err
	}
	variant, still := "", among(people, l.PersonID)
	if len(people) == 0 {
		variant, still = "nobody", ls.reader.Operator
	}
	facts, err := ls.waitFor(ctx, n.ID)
	if err != nil {
		return nil, err
	}
	if !still || len(facts) == 0 {
		return nil, errMoot
	}
	return mail.Notice{Kind: l.Kind, Variant: variant, Link: ls.PublicURL + "/networks/" + n.Slug + "/members", Facts: facts,
		Data: map[string]any{"Network": n.Name, "Count": len(facts)}}, nil
}

// waitFor are the groups and networks that wait for a network's answer. A group with an alias is named by it.
func (ls *Letters) waitFor(ctx context.Context, network market.ID) (facts []mail.NoticeFact, err error) {
	members, err := ls.store.NetworkMembers(ctx, network)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		if m.AgreedAt != nil || m.AskedAt == nil {
			continue
		}
		g, err := ls.store.Group(ctx, market.System, m.GroupID)
		if err != nil {
			return nil, err
		}
		facts = append(facts, mail.NoticeFact{Label: "asks_group", Value: g.PublicName()})
	}
	others, err := ls.askingNetworks(ctx, network)
	for _, id := range others {
		o, err := ls.store.NetworkByID(ctx, id)
		if err != nil {
			return nil, err
		}
		if !o.Unshown() {
			facts = append(facts, mail.NoticeFact{Label: "asks_network", Value: o.Name})
		}
	}
	return facts, err
}

func (ls *Letters) askingNetworks(ctx context.Context, network market.ID) (ids []market.ID, err error) {
	ties, err := ls.store.Ties(ctx, network)
	if err != nil {
		return nil, err
	}
	for _, t := range ties {
		switch {
		case t.AgreedAt != nil:
		case t.ParentID == network && t.AskedAt != nil:
			ids = append(ids, t.ChildID)
		case t.ChildID == network && t.InvitedAt != nil:
			ids = append(ids, t.ParentID)
		}
	}
	peers, err := ls.store.Peers(ctx, network)
	for _, p := range peers {
		if p.AgreedAt == nil && p.AskedBy != network {
			ids = append(ids, p.AskedBy)
		}
	}
	return ids, err
}
