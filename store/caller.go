package store

import (
	"context"
	"errors"
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
// begins with it, so it is one way to the database and back, past gorm. market.ErrNotFound: nobody.
func (s *Store) CallerByHash(ctx context.Context, hash []byte, now time.Time) (Caller, error) {
	var c Caller
	b := &pgx.Batch{}
	b.Queue(`
		select s.id, s.person_id, s.hash, s.device, s.created_at, s.seen_at, s.ended_at,
		       p.id, p.address, p.name, p.language, p.zone, p.operator, p.bounced, p.created_at, p.erased_at
		  from sessions s join people p on p.id = s.person_id
		 where s.hash = $1`, hash).QueryRow(c.readPerson)
	b.Queue(`
		select m.role, array(select n.network_id from network_members n where n.group_id = g.id and n.agreed_at is not null),
		       g.id, g.name, g.alias, g.name_hidden, g.does, g.legal_form, g.size, g.link, g.languages, g.paused_until,
		       g.held_at, g.removed_at, g.closed_at, g.sample, g.created_at
		  from memberships m join groups g on g.id = m.group_id
		 where m.person_id = (select person_id from sessions where hash = $1)
		   and m.since <= $2 and (m.until is null or m.until > $2)
		 order by g.name, g.id`, hash, now).Query(c.readGroups)
	b.Queue(`
		select p.id, p.group_id, p.label, p.postcode, p.outcode, p.borough, p.region, p.precision,
		       p.exact_lat, p.exact_lng, p.public_lat, p.public_lng, p.zone, p.created_at
		  from memberships m join places p on p.group_id = m.group_id
		 where m.person_id = (select person_id from sessions where hash = $1)
		   and m.since <= $2 and (m.until is null or m.until > $2)
		 order by p.created_at, p.id`, hash, now).Query(c.readPlaces)
	err := s.pool.SendBatch(ctx, b).Close()
	if errors.Is(err, pgx.ErrNoRows) {
		return Caller{}, market.ErrNotFound
	}
	return c, translate(err)
}

func (c *Caller) readPerson(row pgx.Row) error {
	s, p := &c.Session, &c.Person
	err := row.Scan(&s.ID, &s.PersonID, &s.Hash, &s.Device, &s.CreatedAt, &s.SeenAt, &s.EndedAt,
		&p.ID, &p.Address, &p.Name, &p.Language, &p.Zone, &p.Operator, &p.Bounced, &p.CreatedAt, &p.ErasedAt)
	c.Viewer = market.Viewer{Person: p.ID, Roles: map[market.ID]market.Role{}, Operator: p.Operator}
	return err
}

func (c *Caller) readGroups(rows pgx.Rows) error {
	for rows.Next() {
		var role market.Role
		var joined []market.ID
		var g market.Group
		if err := rows.Scan(&role, &joined, &g.ID, &g.Name, &g.Alias, &g.NameHidden, &g.Does, &g.LegalForm, &g.Size, &g.Link,
			&g.Languages, &g.PausedUntil, &g.HeldAt, &g.RemovedAt, &g.ClosedAt, &g.Sample, &g.CreatedAt); err != nil {
			return err
		}
		c.Groups = append(c.Groups, g)
		c.Viewer.Roles[g.ID] = role
		for _, n := range joined {
			if !slices.Contains(c.Viewer.Networks, n) {
				c.Viewer.Networks = append(c.Viewer.Networks, n)
			}
		}
	}
	return rows.Err()
}

func (c *Caller) readPlaces(rows pgx.Rows) error {
	for rows.Next() {
		var p market.Place
		if err := rows.Scan(&p.ID, &p.GroupID, &p.Label, &p.Postcode, &p.Outcode, &p.Borough, &p.Region, &p.Precision,
			&p.Exact.Lat, &p.Exact.Lng, &p.Public.Lat, &p.Public.Lng, &p.Zone, &p.CreatedAt); err != nil {
			return err
		}
		c.Places = append(c.Places, p)
		c.Viewer.Boroughs, c.Viewer.Regions = append(c.Viewer.Boroughs, p.Borough), append(c.Viewer.Regions, p.Region)
	}
	return rows.Err()
}
