package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"wherewithal/market"
)

// Caller is who is behind a session, with all that nearly every page asks about them.
type Caller struct {
	Session market.Session
	Person  market.Person
	Viewer  market.Viewer  // as ViewerFor has it
	Groups  []market.Group // theirs, in the order of their names
	Places  []market.Place // of those groups, oldest first
}

// CallerByHash finds who is behind the hash of a session's secret, live or not. Each request of somebody signed in
// begins with it, so it is one statement, past gorm, of text and numbers that need no second look when they are read.
// market.ErrNotFound: nobody.
func (s *Store) CallerByHash(ctx context.Context, hash []byte, now time.Time) (Caller, error) {
	var c Caller
	rows, err := s.pool.Query(ctx, callerSQL, hash, now)
	if err != nil {
		return c, translate(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := c.read(rows); err != nil {
			return Caller{}, translate(err)
		}
	}
	if err := rows.Err(); err != nil {
		return Caller{}, translate(err)
	}
	if c.Person.ID == "" {
		return Caller{}, market.ErrNotFound
	}
	slices.SortStableFunc(c.Places, func(a, b market.Place) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	for _, l := range c.Places {
		c.Viewer.Boroughs, c.Viewer.Regions = append(c.Viewer.Boroughs, l.Borough), append(c.Viewer.Regions, l.Region)
	}
	return c, nil
}

// callerSQL (in which the members of a closed group may only look back) gives a row for each place of each of the caller's groups; a group without a place has one too, and so has a
// caller without a group.
const callerSQL = `
	select s.id::text, s.hash, s.device, s.created_at, s.seen_at, s.ended_at,
	       p.id::text, p.address, p.name, p.language, p.zone, p.operator, p.bounced, p.created_at, p.erased_at,
	       coalesce(case when g.closed_at is null then m.role else 'reader' end, ''), array(select n.network_id::text from network_members n where n.group_id = g.id and n.agreed_at is not null),
	       array(select n.network_id::text from connectors n where n.person_id = p.id and n.since <= $2 and (n.until is null or n.until > $2)),
	       exists (select ` + holding + ` and n.group_id = g.id),
	       coalesce(g.id::text, ''), coalesce(g.name, ''), coalesce(g.alias, ''), coalesce(g.name_hidden, false), coalesce(g.does, ''),
	       coalesce(g.legal_form, ''), coalesce(g.size, 0), coalesce(g.link, ''), coalesce(g.languages, '[]'), g.paused_until,
	       g.held_at, g.removed_at, g.closed_at, coalesce(g.sample, false), g.created_at,
	       coalesce(l.id::text, ''), coalesce(l.label, ''), coalesce(l.postcode, ''), coalesce(l.outcode, ''), coalesce(l.borough, ''),
	       coalesce(l.region, ''), coalesce(l.precision, ''), coalesce(l.exact_lat, 0), coalesce(l.exact_lng, 0),
	       coalesce(l.public_lat, 0), coalesce(l.public_lng, 0), coalesce(l.zone, ''), l.created_at
	  from sessions s
	  join people p on p.id = s.person_id
	  left join memberships m on m.person_id = p.id and m.since <= $2 and (m.until is null or m.until > $2)
	  left join groups g on g.id = m.group_id
	  left join places l on l.group_id = g.id
	 where s.hash = $1
	 order by g.name, g.id, m.since`

// read takes in a row: the person with the first, a group with its first, and its place.
func (c *Caller) read(row pgx.Row) error {
	s, p := &c.Session, &c.Person
	var g market.Group
	var l market.Place
	var role string
	var networks, connects []string
	var held bool
	var founded, placed *time.Time
	if err := row.Scan((*string)(&s.ID), &s.Hash, &s.Device, &s.CreatedAt, &s.SeenAt, &s.EndedAt,
		(*string)(&p.ID), &p.Address, &p.Name, &p.Language, &p.Zone, &p.Operator, &p.Bounced, &p.CreatedAt, &p.ErasedAt,
		&role, &networks, &connects, &held, (*string)(&g.ID), &g.Name, &g.Alias, &g.NameHidden, &g.Does,
		(*string)(&g.LegalForm), &g.Size, &g.Link, &g.Languages, &g.PausedUntil,
		&g.HeldAt, &g.RemovedAt, &g.ClosedAt, &g.Sample, &founded,
		(*string)(&l.ID), &l.Label, &l.Postcode, &l.Outcode, &l.Borough, &l.Region, (*string)(&l.Precision),
		&l.Exact.Lat, &l.Exact.Lng, &l.Public.Lat, &l.Public.Lng, &l.Zone, &placed); err != nil {
		return err
	}
	s.PersonID = p.ID
	if c.Viewer.Roles == nil {
		c.Viewer = market.Viewer{Person: p.ID, Roles: map[market.ID]market.Role{}, Operator: p.Operator}
		for _, id := range connects {
			c.Viewer.Connects = append(c.Viewer.Connects, market.ID(id))
		}
		c.Viewer.Networks = slices.Clone(c.Viewer.Connects)
	}
	if founded != nil {
		g.CreatedAt = *founded
		c.join(g, market.Role(role), networks)
		if held && !slices.Contains(c.Viewer.Held, g.ID) {
			c.Viewer.Held = append(c.Viewer.Held, g.ID)
		}
	}
	if placed != nil {
		l.GroupID, l.CreatedAt = g.ID, *placed
		c.put(l)
	}
	return nil
}

func (c *Caller) join(g market.Group, role market.Role, networks []string) {
	if _, there := c.Viewer.Roles[g.ID]; !there {
		c.Groups = append(c.Groups, g)
	}
	c.Viewer.Roles[g.ID] = role
	for _, n := range networks {
		if id := market.ID(n); !slices.Contains(c.Viewer.Networks, id) {
			c.Viewer.Networks = append(c.Viewer.Networks, id)
		}
	}
}

func (c *Caller) put(l market.Place) {
	if !slices.ContainsFunc(c.Places, func(there market.Place) bool { return there.ID == l.ID }) {
		c.Places = append(c.Places, l)
	}
}
