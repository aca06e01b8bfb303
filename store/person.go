package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// Person by id.
func (r reads) Person(ctx context.Context, id market.ID) (market.Person, error) {
	return one[market.Person](r.db.WithContext(ctx).Where("id = ?", id))
}

// PersonNames are the names of people, by their ids.
func (r reads) PersonNames(ctx context.Context, ids []market.ID) (map[market.ID]string, error) {
	people, err := many[market.Person](r.db.WithContext(ctx).Select("id", "name").Where("id = any (?::uuid[])", idArray(ids)))
	names := make(map[market.ID]string, len(people))
	for _, p := range people {
		names[p.ID] = p.Name
	}
	return names, err
}

// PersonAt is the person with a mail address (as market.NormalAddress writes it).
func (r reads) PersonAt(ctx context.Context, address string) (market.Person, error) {
	return one[market.Person](r.db.WithContext(ctx).Where("address = ?", address))
}

// Welcome is the person with the address, made if there is none. Safe to race.
func (tx *Tx) Welcome(ctx context.Context, address string, now time.Time) (market.Person, error) {
	p := market.Person{ID: market.NewID(), Address: address, Language: "en-GB", Zone: market.DefaultZone, CreatedAt: now}
	if err := create(ctx, tx.db.Clauses(clause.OnConflict{DoNothing: true}), &p); err != nil {
		return p, err
	}
	return tx.PersonAt(ctx, address)
}

// NamePerson sets the name a person is known by once connected, and the language we speak to them.
func (tx *Tx) NamePerson(ctx context.Context, id market.ID, name, language string) error {
	return changed(tx.db.WithContext(ctx).Model(&market.Person{}).Where("id = ?", id).
		Updates(map[string]any{"name": name, "language": language}))
}

// SetZone sets the time zone in which a person is told times, and when their digest is due in it, nil: that is not worked out yet.
func (tx *Tx) SetZone(ctx context.Context, id market.ID, zone string, due *time.Time) error {
	return changed(tx.db.WithContext(ctx).Model(&market.Person{}).Where("id = ?", id).Updates(map[string]any{"zone": zone, "digest_due": due}))
}

// MakeOperator lets a person look after the whole site.
func (tx *Tx) MakeOperator(ctx context.Context, id market.ID) error {
	return changed(tx.db.WithContext(ctx).Model(&market.Person{}).Where("id = ?", id).Update("operator", true))
}

// UnmakeOperator ends that somebody looks after the whole site. market.ErrNotFound: they do not. market.ErrConflict: nobody else does, which
// is done only when it is said to be the last. Two at once come one after the other.
func (tx *Tx) UnmakeOperator(ctx context.Context, id market.ID, last bool) error {
	all, err := many[market.Person](tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("operator").Order("id"))
	switch {
	case err != nil:
		return err
	case !slices.ContainsFunc(all, func(p market.Person) bool { return p.ID == id }):
		return market.ErrNotFound
	case len(all) == 1 && !last:
		return market.ErrConflict
	}
	return changed(tx.db.WithContext(ctx).Model(&market.Person{}).Where("id = ?", id).Update("operator", false))
}

// ViewerFor is a person as the reads see them: groups and roles, the networks joined, where their places are.
func (r reads) ViewerFor(ctx context.Context, person market.Person, now time.Time) (market.Viewer, error) {
	v := market.Viewer{Person: person.ID, Roles: map[market.ID]market.Role{}, Operator: person.Operator}
	db := r.db.WithContext(ctx)
	err := db.Raw(`select network_id from connectors where person_id = ? and since <= ? and (until is null or until > ?) order by network_id`,
		person.ID, now, now).Scan(&v.Connects).Error
	if err != nil {
		return v, translate(err)
	}
	v.Networks = slices.Clone(v.Connects)
	members, err := r.Memberships(ctx, person.ID, now)
	if err != nil || len(members) == 0 {
		return v, err
	}
	for _, m := range members {
		v.Roles[m.GroupID] = m.Role
	}
	var joined []market.ID
	err = db.Raw(`select distinct network_id from network_members where agreed_at is not null and group_id in ?`, v.Groups()).Scan(&joined).Error
	if err == nil {
		err = db.Raw(`select distinct n.group_id `+holding+` and n.group_id in ?`, v.Groups()).Scan(&v.Held).Error
	}
	if err != nil {
		return v, translate(err)
	}
	for _, id := range joined {
		if !slices.Contains(v.Networks, id) {
			v.Networks = append(v.Networks, id)
		}
	}
	places, err := many[market.Place](db.Where("group_id in ?", v.Groups()))
	for _, p := range places {
		v.Boroughs = append(v.Boroughs, p.Borough)
		v.Regions = append(v.Regions, p.Region)
	}
	return v, err
}

// Memberships a person has now. The members of a closed group may only look back: their role is reader.
func (r reads) Memberships(ctx context.Context, person market.ID, now time.Time) ([]market.Membership, error) {
	return many[market.Membership](r.db.WithContext(ctx).Raw(`
		select m.id, m.group_id, m.person_id, case when g.closed_at is null then m.role else 'reader' end as role, m.since, m.until
		  from memberships m join groups g on g.id = m.group_id
		 where m.person_id = ? and m.since <= ? and (m.until is null or m.until > ?) order by m.since, m.id`, person, now, now))
}

// Operators are those who look after the site, the oldest first.
func (r reads) Operators(ctx context.Context) ([]market.Person, error) {
	return many[market.Person](r.db.WithContext(ctx).Where("operator and erased_at is null").Order("created_at, id"))
}

// Answerers are the members of a group who may answer for it now, owners first: those its mail goes to.
func (r reads) Answerers(ctx context.Context, group market.ID, now time.Time) ([]market.Person, error) {
	return many[market.Person](r.db.WithContext(ctx).Raw(`
		select p.* from people p join memberships m on m.person_id = p.id
		 where m.group_id = ? and m.role in ('owner', 'poster') and m.since <= ? and (m.until is null or m.until > ?)
		   and p.erased_at is null
		 order by m.role, m.since, p.id`, group, now, now))
}

// ReachedBy are those of some people whom mail of a kind reaches: it does not come back, and they have not stopped it.
func (r reads) ReachedBy(ctx context.Context, people []market.Person, kind market.LetterKind) (reached []market.Person, err error) {
	for _, p := range people {
		stopped, err := r.StoppedMails(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		if !p.Bounced && !slices.Contains(stopped, kind) {
			reached = append(reached, p)
		}
	}
	return reached, nil
}

// Readers of a letter of a kind are one of some people alone, as long as it reaches that one; else all of them.
func (r reads) Readers(ctx context.Context, people []market.Person, one market.ID, kind market.LetterKind) ([]market.Person, error) {
	i := slices.IndexFunc(people, func(p market.Person) bool { return p.ID == one })
	if i < 0 {
		return people, nil
	}
	alone := people[i : i+1]
	if reached, err := r.ReachedBy(ctx, alone, kind); err != nil || len(reached) > 0 {
		return alone, err
	}
	return people, nil
}

// Owners of a group now: those its mail goes to that asks for what only they may do.
func (r reads) Owners(ctx context.Context, group market.ID, now time.Time) ([]market.Person, error) {
	return many[market.Person](r.db.WithContext(ctx).Raw(`select p.* from people p join memberships m on m.person_id = p.id
		 where m.group_id = ? and m.role = 'owner' and m.since <= ? and (m.until is null or m.until > ?) and p.erased_at is null
		 order by m.since, p.id`, group, now, now))
}

// Contact is whom the other side of a connected introduction talks to: who said yes for a side, as long as they may
// answer for its group; else the first who may; the zero Person when there is nobody.
func (r reads) Contact(ctx context.Context, in market.Introduction, side market.Side, now time.Time) (market.Person, error) {
	people, err := r.Speakers(ctx, in, side, now)
	for _, p := range people {
		if p.ID == in.ContactOf(side) {
			return p, err
		}
	}
	if len(people) == 0 {
		return market.Person{}, err
	}
	return people[0], err
}

// KeepReport keeps a report for those who look after the site.
func (tx *Tx) KeepReport(ctx context.Context, r market.Report) error { return create(ctx, tx.db, &r) }

// Report by id, for the letter that acknowledges it.
func (s *Store) Report(ctx context.Context, id market.ID) (r market.Report, err error) {
	err = s.pool.QueryRow(ctx, `select id, subject, subject_id, reason, words, person_id, address, created_at, handled_at from reports where id = $1`, id).
		Scan(&r.ID, &r.Subject, &r.SubjectID, &r.Reason, &r.Words, &r.PersonID, &r.Address, &r.CreatedAt, &r.HandledAt)
	return r, none(err)
}
