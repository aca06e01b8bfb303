package pages

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/web/pages/view"
)

// registerTimelines is for the members of a listing's group.
func (s *Site) registerTimelines() { s.get("/listings/:id/timeline", s.timeline) }

// told are the events that a listing's group is told of. Who reported it, who looked at it and what was decided in its favour
// are not among them.
var told = []string{"listing.published", "listing.held", "listing.let_through", "listing.unheld", "listing.edited", "listing.open", "listing.paused", "listing.fulfilled",
	"listing.withdrawn", "listing.expired", "listing.returned", "listing.turned", "listing.renewed", "listing.widened", "listing.reopened", "listing.removed",
	"photo.added", "photo.arranged", "photo.removed", "photo.copied", "decision.hidden", "decision.refused", "decision.appealed", "decision.upheld", "decision.restored"}

// moment is one line of a timeline.
type moment struct {
	at   time.Time
	line view.Moment
}

func (s *Site) timeline(c *Call) error {
	v, err := c.SignedIn()
	if err != nil {
		return err
	}
	id, err := c.Param("id")
	if err != nil {
		return err
	}
	e, err := s.Store.OwnEntry(c.Ctx, v, id, c.Now)
	if err != nil {
		return err
	}
	events, err := s.happened(c, e.Listing)
	if err != nil {
		return err
	}
	introduced, err := s.introducedBy(c, e.Listing)
	if err != nil {
		return err
	}
	all := append(introduced, events...) // of one moment: it was posted before it was proposed
	slices.SortStableFunc(all, func(a, b moment) int { return b.at.Compare(a.at) })
	p := view.TimelinePage{Page: c.Page("timeline.heading"), Listing: view.Link{Href: listingPath(id), Text: e.Listing.Title}, Lang: e.Listing.Language}
	for _, m := range all {
		m.line.When, m.line.At = c.When(m.at), m.at.UTC().Format(time.RFC3339)
		p.Moments = append(p.Moments, m.line)
	}
	return c.Render(http.StatusOK, view.Timeline(p))
}

// happened are the listing's own events, the newest first, with the name of whoever acted for its group.
func (s *Site) happened(c *Call, l market.Listing) (all []moment, err error) {
	events, err := s.Store.Events(c.Ctx, l.ID)
	if err != nil {
		return nil, err
	}
	names := map[market.ID]string{}
	for _, e := range slices.Backward(events) {
		if !slices.Contains(told, e.Verb) {
			continue
		}
		m := moment{at: e.At, line: view.Moment{Says: c.T("timeline." + strings.ReplaceAll(e.Verb, ".", "_"))}}
		if e.OnBehalf == l.GroupID && e.NetworkID == "" && e.Actor != "" {
			if m.line.Who, err = s.nameOf(c, e.Actor, names); err != nil {
				return nil, err
			}
		}
		if n := len(all); n > 0 && all[n-1].line.Says == m.line.Says && all[n-1].line.Who == m.line.Who && all[n-1].at.Sub(m.at) < time.Hour {
			continue // six photos, or a word mended three times, are one thing that happened
		}
		all = append(all, m)
	}
	return all, nil
}

// nameOf is what a person of the group is called; empty for one who was erased.
func (s *Site) nameOf(c *Call, id market.ID, names map[market.ID]string) (string, error) {
	if name, ok := names[id]; ok {
		return name, nil
	}
	p, err := s.Store.Person(c.Ctx, id)
	names[id] = p.Name
	return p.Name, err
}

// endedAs is what is told of the end of an introduction that was connected: what moderation or the closing of a group ended was stopped by
// nobody of that group.
func endedAs(in market.Introduction, side market.Side) string {
	switch e := in.EndSeen(side); {
	case e.Cause == market.EndRemoved, e.Cause == market.EndGroupClosed && e.Side == side:
		return "ended_with_group"
	case e.Cause == market.EndGroupClosed:
		return "ended_with_theirs"
	}
	return "stopped"
}

// introducedBy are the introductions that this side knows of: when it was asked, when both had said yes, what they agreed and what
// came of it. How one ended that was never connected is not told by its hour.
func (s *Site) introducedBy(c *Call, l market.Listing) (all []moment, err error) {
	intros, err := s.Store.IntroductionsFor(c.Ctx, l.ID)
	if err != nil {
		return nil, err
	}
	var others []market.ID
	for _, in := range intros {
		others = append(others, other(in, l.ID))
	}
	entries, err := s.Store.EntriesFor(c.Ctx, market.System, others, c.Now)
	groups := map[market.ID]string{}
	for _, e := range entries {
		groups[e.Listing.ID] = e.Group.Name
	}
	if err != nil {
		return nil, err
	}
	var ids []market.ID
	for _, in := range intros {
		ids = append(ids, in.ID)
	}
	exchanges, err := s.Store.ExchangesOf(c.Ctx, ids)
	for _, in := range intros {
		if !in.KnownTo(c.Viewer) {
			continue
		}
		add := func(at *time.Time, key string) {
			if at != nil {
				all = append(all, moment{*at, view.Moment{Says: c.T("timeline."+key, "Group", groups[other(in, l.ID)]), Href: introPath(in.ID)}})
			}
		}
		if ex := exchanges[in.ID]; in.ConnectedAt != nil {
			add(ex.AgreedAt, "agreed")
			add(ex.EndedEarlyAt, "ended_early")
			add(ex.ClosedAt, "came_"+string(ex.Stage))
		}
		if l.Side == market.Need {
			add(&in.ProposedAt, "proposed")
		}
		add(in.AskedAt, "asked_"+string(l.Side))
		add(in.ConnectedAt, "connected")
		if in.ConnectedAt != nil && in.SettledAt != nil {
			add(in.EndedAt, endedAs(in, l.Side))
		}
	}
	return all, err
}
