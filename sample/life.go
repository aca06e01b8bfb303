package sample

import (
	"sort"
	"strings"
	"time"

	"wherewithal/market"
)

// ends are how many listings that nobody was introduced about have left the pool, or not entered it.
var ends = []struct {
	life  market.Life
	times int
}{
	{market.Expired, 10}, {market.Withdrawn, 8}, {market.Paused, 9}, {market.Fulfilled, 5}, {market.Draft, 3},
}

func (m *maker) lives() {
	busy := m.introduced()
	posts := shuffled(m, m.posts)
	for _, e := range ends {
		for n := 0; n < e.times; posts = posts[1:] {
			if p := posts[0]; !busy[p.listing.ID] && !p.story {
				m.leave(p, e.life)
				n++
			}
		}
	}
}

// introduced are the listings with an introduction, and those that a need was made for: they stay.
func (m *maker) introduced() map[market.ID]bool {
	busy := map[market.ID]bool{}
	for _, p := range m.pairs {
		busy[p.offer.listing.ID] = true
	}
	for _, in := range m.w.Introductions {
		busy[in.NeedID] = true
	}
	return busy
}

func (m *maker) leave(p *post, life market.Life) {
	l := &p.listing
	switch life {
	case market.Draft:
		l.Life, l.OpenedAt, l.ExpiresAt = life, nil, nil
	case market.Paused:
		l.Life, l.PausedUntil = life, ptr(m.day.AddDays(m.between(7, 40)).Time(m.zone).UTC())
	case market.Expired:
		opened := m.ago(m.between(95, 140))
		l.CreatedAt, l.OpenedAt, l.ExpiresAt = opened.Add(-time.Hour), ptr(opened), ptr(opened.Add(market.OpenFor))
		p.close(m, life, *l.ExpiresAt)
	default:
		p.close(m, life, l.OpenedAt.Add(time.Duration(m.between(20, 120))*time.Minute))
	}
}

func (p *post) close(m *maker, life market.Life, at time.Time) {
	l := &p.listing
	l.Life, l.ClosedAt, l.UpdatedAt = life, &at, at
	l.Version++
	m.event(at, l.PostedBy, "listing."+string(life), "listing", l.ID)
}

// publications puts the finished listings into the world with the events of their opening, and all events in order.
func (m *maker) publications() {
	for _, p := range m.posts {
		l := p.listing
		m.w.Listings = append(m.w.Listings, l)
		if l.OpenedAt != nil {
			m.event(*l.OpenedAt, l.PostedBy, "listing.published", "listing", l.ID)
		}
	}
	for _, g := range m.w.Groups {
		m.event(g.CreatedAt, "", "group.created", "group", g.ID)
	}
	m.onBehalf()
	sort.SliceStable(m.w.Events, func(i, j int) bool { return m.w.Events[i].At.Before(m.w.Events[j].At) })
}

func (m *maker) event(at time.Time, actor market.ID, verb, subject string, id market.ID) {
	m.w.Events = append(m.w.Events, market.Event{At: at, Actor: actor, Verb: verb, Subject: subject, SubjectID: id})
}

// onBehalf fills in for which group each actor acted, and who founded the groups.
func (m *maker) onBehalf() {
	group, owner := map[market.ID]market.ID{}, map[market.ID]market.ID{}
	for _, ms := range m.w.Memberships {
		group[ms.PersonID] = ms.GroupID
		if ms.Role == market.Owner {
			owner[ms.GroupID] = ms.PersonID
		}
	}
	for i := range m.w.Events {
		e := &m.w.Events[i]
		if strings.HasPrefix(e.Verb, "group.") {
			e.Actor = owner[e.SubjectID]
		}
		e.OnBehalf = group[e.Actor]
	}
}
