package safety

import (
	"context"
	"time"

	"wherewithal/market"
)

// Thing is what was reported.
type Thing struct {
	Subject string
	ID      market.ID
	Group   market.Group   // whose it is; zero for the site and for a network
	Network market.Network // that was reported itself
	Title   string         // of a listing, or of the one that a photo belongs to; a network's name
	Text    string         // of a listing or message; words of a group; what is said about a photo
	Lang    string         // of Title, and of a listing's Text
	Listing market.ID      // to which a photo belongs
	Writer  market.ID      // of a message
	Gone    bool           // since it was decided about: Group is all there is
	life    market.Life
}

// thing of a subject. market.ErrNotFound: it is not there.
func (sf *Safety) thing(ctx context.Context, subject string, id market.ID) (Thing, error) {
	return sf.decidedOn(ctx, market.Decision{Subject: subject, SubjectID: id})
}

// decidedOn is what was decided about; Gone, with its group, when that took it away since or was erased.
func (sf *Safety) decidedOn(ctx context.Context, d market.Decision) (Thing, error) {
	all, err := sf.things(ctx, []market.Decision{d})
	if err != nil {
		return Thing{}, err
	}
	if all[0].Gone && all[0].Group.ID == "" {
		err = market.ErrNotFound
	}
	return all[0], err
}

// things are decidedOn of each, however many with as many questions.
func (sf *Safety) things(ctx context.Context, all []market.Decision) ([]Thing, error) {
	about, err := sf.about(ctx, all)
	if err != nil {
		return nil, err
	}
	things := make([]Thing, len(all))
	for i, d := range all {
		things[i] = about.thing(d)
	}
	return things, nil
}

// abouts are what some decisions are about, by their ids.
type abouts struct {
	photos   map[market.ID]market.Photo
	messages map[market.ID]market.Message
	networks map[market.ID]market.Network
	listings map[market.ID]market.Entry
	groups   map[market.ID]market.Group
}

// about reads what decisions are about: of each kind of thing all at once.
func (sf *Safety) about(ctx context.Context, all []market.Decision) (a abouts, err error) {
	ids := map[string][]market.ID{}
	for _, d := range all {
		ids[d.Subject] = append(ids[d.Subject], d.SubjectID)
		if d.GroupID != "" {
			ids["group"] = append(ids["group"], d.GroupID)
		}
	}
	if a.photos, err = byID(ctx, ids["photo"], sf.store.PhotosByID, func(p market.Photo) market.ID { return p.ID }); err != nil {
		return a, err
	}
	for _, p := range a.photos {
		ids["listing"] = append(ids["listing"], p.ListingID)
	}
	if a.messages, err = byID(ctx, ids["message"], sf.store.MessagesByID, func(m market.Message) market.ID { return m.ID }); err != nil {
		return a, err
	}
	for _, m := range a.messages {
		ids["group"] = append(ids["group"], m.GroupID)
	}
	if a.networks, err = byID(ctx, ids["network"], sf.store.NetworksByID, func(n market.Network) market.ID { return n.ID }); err != nil {
		return a, err
	}
	if a.listings, err = byID(ctx, ids["listing"], sf.entries, func(e market.Entry) market.ID { return e.Listing.ID }); err != nil {
		return a, err
	}
	for _, e := range a.listings {
		ids["group"] = append(ids["group"], e.Listing.GroupID)
	}
	a.groups, err = byID(ctx, ids["group"], sf.store.Groups, func(g market.Group) market.ID { return g.ID })
	return a, err
}

func (sf *Safety) entries(ctx context.Context, ids []market.ID) ([]market.Entry, error) {
	return sf.store.EntriesFor(ctx, market.System, ids, time.Time{})
}

// byID reads things, if there are any, by their ids.
func byID[T any](ctx context.Context, ids []market.ID, read func(context.Context, []market.ID) ([]T, error), id func(T) market.ID) (map[market.ID]T, error) {
	by := map[market.ID]T{}
	if len(ids) == 0 {
		return by, nil
	}
	all, err := read(ctx, ids)
	for _, one := range all {
		by[id(one)] = one
	}
	return by, err
}

// thing that a decision is about.
func (a abouts) thing(d market.Decision) Thing {
	t := Thing{Subject: d.Subject, ID: d.SubjectID}
	owner, there := d.SubjectID, true
	switch d.Subject {
	case "site":
		return t
	case "network":
		t.Network, there = a.networks[d.SubjectID]
		t.Title, t.Text, t.Gone = t.Network.Name, t.Network.About, !there
		return t
	case "photo":
		p := a.photos[d.SubjectID]
		var e market.Entry
		if e, there = a.listings[p.ListingID]; there {
			t.Title, t.Text, t.Lang, t.Listing, owner = e.Listing.Title, p.Alt, e.Listing.Language, p.ListingID, e.Listing.GroupID
		}
	case "listing":
		var e market.Entry
		if e, there = a.listings[d.SubjectID]; there {
			t, owner = t.ofListing(e), e.Listing.GroupID
		}
	case "message":
		var m market.Message
		m, there = a.messages[d.SubjectID]
		t.Text, t.Writer, owner = m.Text, m.PersonID, m.GroupID
	}
	return t.of(a.groups[owner], a.groups[d.GroupID], there)
}

// of whose it is, or, of what is gone, was.
func (t Thing) of(owner, was market.Group, there bool) Thing {
	if t.Group = owner; !there || owner.ID == "" {
		return Thing{Subject: t.Subject, ID: t.ID, Gone: true, Group: was}
	}
	if t.Subject == "group" {
		t.Text = t.Group.Does
	}
	return t
}

func (t Thing) ofListing(e market.Entry) Thing {
	t.Title, t.Text, t.Lang, t.life = e.Listing.Title, e.Listing.Description, e.Listing.Language, e.Listing.Life
	return t
}
