package safety

import (
	"context"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// List of the queue.
type List string

// The lists of the queue.
const (
	Reports  List = "reports"
	Appeals  List = "appeals"  // for operators
	Names    List = "names"    // groups whose names wait, for operators
	Networks List = "networks" // whose names wait, for operators
	Listings List = "listings" // first ones, for connectors, and for operators where a network has nobody else for them
)

// Shown is how many of each list are on a page.
const Shown = 50

// Part is which part of the queue is read. Its zero value is the oldest of every list.
type Part struct {
	List  List // the only one; "": all
	At    time.Time
	After market.ID // the last of the page before, which came then; "": from the oldest
}

// Queue is what waits for the viewer, the oldest first.
type Queue struct {
	Reports  Page[market.Report]
	Appeals  Page[market.Decision]
	Names    Page[market.Group]
	Networks Page[market.Network]
	Listings Page[market.HeldListing]
}

// Page of a list.
type Page[T any] struct {
	Rows []Waiting[T]
	Next Part // the page after it; its After is "" on the last
}

// Waiting is one thing that does.
type Waiting[T any] struct {
	It       T
	Thing    Thing // what a report is about
	Involved bool  // it is about a group of the viewer's, and somebody else's to look at
}

// Queue of a connector or operator. market.ErrForbidden: for anybody else.
func (sf *Safety) Queue(ctx context.Context, v market.Viewer, p Part, now time.Time) (q Queue, err error) {
	defer market.Wrap(&err, "Queue")
	groups, err := sf.reach(ctx, v)
	if err != nil {
		return q, err
	}
	d := desk{sf, v, store.QueuePage{At: p.At, After: p.After, Limit: Shown + 1}, now}
	for _, l := range []struct {
		name List
		may  bool
		read func() error
	}{
		{Reports, true, func() (err error) { q.Reports, err = d.reports(ctx, groups); return err }},
		{Appeals, v.Operator, func() (err error) { q.Appeals, err = d.appeals(ctx); return err }},
		{Names, v.Operator, func() (err error) { q.Names, err = d.names(ctx); return err }},
		{Networks, v.Operator, func() (err error) { q.Networks, err = d.networks(ctx); return err }},
		{Listings, true, func() (err error) { q.Listings, err = d.listings(ctx); return err }},
	} {
		if !l.may || p.List != "" && p.List != l.name {
			continue
		}
		if err := l.read(); err != nil {
			return q, err
		}
	}
	return q, nil
}

// desk is at which somebody looks.
type desk struct {
	sf   *Safety
	v    market.Viewer
	page store.QueuePage
	now  time.Time
}

// mark is where a thing stands in its list, and whose it is.
type mark struct {
	at        time.Time
	id, group market.ID
}

func (d desk) reports(ctx context.Context, groups []market.ID) (p Page[market.Report], err error) {
	all, err := d.sf.store.OpenReports(ctx, groups, d.page)
	if err != nil {
		return p, err
	}
	if p, err = pageOf(ctx, d, Reports, all, func(r market.Report) mark { return mark{r.CreatedAt, r.ID, ""} }); err != nil {
		return p, err
	}
	on := make([]market.Decision, len(p.Rows))
	for i, w := range p.Rows {
		on[i] = market.Decision{Subject: w.It.Subject, SubjectID: w.It.SubjectID}
	}
	things, err := d.sf.things(ctx, on)
	if err != nil {
		return p, err
	}
	there := p.Rows[:0]
	for i, w := range p.Rows {
		if w.Thing = things[i]; w.Thing.Gone {
			continue // it went this moment
		}
		if w.Involved, err = d.sf.InvolvedIn(ctx, d.v, w.Thing, d.now); err != nil {
			return p, err
		}
		there = append(there, w)
	}
	p.Rows = there
	return p, err
}

func (d desk) appeals(ctx context.Context) (p Page[market.Decision], err error) {
	all, err := d.sf.store.Appeals(ctx, d.page)
	if err != nil {
		return p, err
	}
	p, err = pageOf(ctx, d, Appeals, all, func(a market.Decision) mark { return mark{*a.AppealedAt, a.ID, a.GroupID} })
	for i, w := range p.Rows {
		if w.It.Subject == "network" && err == nil {
			p.Rows[i].Involved, err = d.sf.InvolvedIn(ctx, d.v, Thing{Subject: "network", ID: w.It.SubjectID}, d.now)
		}
	}
	return p, err
}

func (d desk) names(ctx context.Context) (p Page[market.Group], err error) {
	all, err := d.sf.store.HeldGroups(ctx, d.page)
	if err != nil {
		return p, err
	}
	return pageOf(ctx, d, Names, all, func(g market.Group) mark { return mark{*g.HeldAt, g.ID, g.ID} })
}

func (d desk) networks(ctx context.Context) (p Page[market.Network], err error) {
	all, err := d.sf.store.HeldNetworks(ctx, d.page)
	if err != nil {
		return p, err
	}
	p, err = pageOf(ctx, d, Networks, all, func(n market.Network) mark { return mark{*n.HeldAt, n.ID, ""} })
	for i, w := range p.Rows {
		if err == nil {
			p.Rows[i].Involved, err = d.sf.InvolvedIn(ctx, d.v, Thing{Subject: "network", ID: w.It.ID}, d.now)
		}
	}
	return p, err
}

func (d desk) listings(ctx context.Context) (p Page[market.HeldListing], err error) {
	all, err := d.sf.store.HeldListings(ctx, d.v, d.now, d.page)
	if err != nil {
		return p, err
	}
	return pageOf(ctx, d, Listings, all, func(h market.HeldListing) mark { return mark{h.CreatedAt, h.ListingID, h.GroupID} })
}

// pageOf cuts what was read, one more than a page, to a page.
func pageOf[T any](ctx context.Context, d desk, l List, all []T, at func(T) mark) (p Page[T], err error) {
	if len(all) > Shown {
		all = all[:Shown]
		last := at(all[Shown-1])
		p.Next = Part{l, last.at, last.id}
	}
	for _, it := range all {
		w := Waiting[T]{It: it}
		if w.Involved, err = d.sf.Involved(ctx, d.v, at(it).group, d.now); err != nil {
			return p, err
		}
		p.Rows = append(p.Rows, w)
	}
	return p, nil
}
