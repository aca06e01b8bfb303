package store

import (
	"context"
	"slices"
	"time"

	"wherewithal/market"
)

// connecting are the connectors, at a time given twice, of the networks that a group has joined.
const connecting = `from connectors c join network_members m on m.network_id = c.network_id and m.agreed_at is not null
	where c.since <= ? and (c.until is null or c.until > ?)`

// NetworkToActIn is the network as whose connector a person may act for a group now. market.ErrNotFound: none.
func (r reads) NetworkToActIn(ctx context.Context, person, group market.ID, now time.Time) (market.Network, error) {
	return one[market.Network](r.db.WithContext(ctx).Where(`id in (select c.network_id `+connecting+` and c.person_id = ? and m.group_id = ?)`,
		now, now, person, group).Order("name, id"))
}

// ConnectorsOf are the people who look after the networks of a group.
func (r reads) ConnectorsOf(ctx context.Context, group market.ID, now time.Time) ([]market.Person, error) {
	return many[market.Person](r.db.WithContext(ctx).Raw(`select * from people where erased_at is null and id in (select c.person_id `+connecting+`
		and m.group_id = ?) order by id`, now, now, group))
}

// Offline reports whether nobody of a group can be reached by mail: it comes back, or is stopped as far as it can be.
func (r reads) Offline(ctx context.Context, group market.ID, now time.Time) (bool, error) {
	people, err := r.Answerers(ctx, group, now)
	for _, p := range people {
		if p.Bounced {
			continue
		}
		stopped, err := r.StoppedMails(ctx, p.ID)
		if err != nil || len(stopped) < len(market.OptionalKinds) {
			return false, err
		}
	}
	return true, err
}

// LooksAfter reports whether a person is a connector of any network now.
func (r reads) LooksAfter(ctx context.Context, person market.ID, now time.Time) (bool, error) {
	var n int
	err := r.db.WithContext(ctx).Raw(`select count(*) from connectors where person_id = ? and since <= ? and (until is null or until > ?)`, person, now, now).Scan(&n).Error
	return n > 0, translate(err)
}

// ByHand are the introductions that wait for a group which is not online, in the networks a person looks after; the longest
// waiting first. after is the last of those before, "" for the first.
func (r reads) ByHand(ctx context.Context, person, after market.ID, now time.Time, limit int) ([]market.Introduction, error) {
	return many[market.Introduction](r.db.WithContext(ctx).Raw(`select i.* from introductions i
		cross join lateral (select case i.state when 'asked' then i.offer_group_id else i.need_group_id end as id) g
		where ((i.state = 'proposed' and i.need_answer = '') or (i.state = 'asked' and i.offer_answer = '' and i.offer_told_at is not null))
		  and exists (select 1 `+connecting+` and c.person_id = ? and m.group_id = g.id)
		  and not exists (select 1 from memberships o join people p on p.id = o.person_id where o.group_id = g.id and o.role in ('owner', 'poster')
		      and o.since <= ? and (o.until is null or o.until > ?) and p.erased_at is null and not p.bounced
		      and (select count(*) from mail_stops s where s.person_id = p.id) < ?)
		  and (?::uuid is null or i.id > ?::uuid)
		order by i.id limit ?`, now, now, person, now, now, len(market.OptionalKinds), after, after, limit))
}

// AddConsent keeps on whose word a connector answered.
func (tx *Tx) AddConsent(ctx context.Context, c market.Consent) error { return create(ctx, tx.db, &c) }

// Consents of an introduction for one of its groups, oldest first.
func (r reads) Consents(ctx context.Context, introduction, group market.ID) ([]market.Consent, error) {
	return many[market.Consent](r.db.WithContext(ctx).Where("introduction_id = ? and group_id = ?", introduction, group).Order("created_at, id"))
}

// acting are the groups of an introduction for which a connector gave the answer that stands, at a time given twice, as long
// as they look after a network of the group.
const acting = `select distinct k.group_id from consents k join introductions i on i.id = k.introduction_id
	where k.connector_id = ? and k.introduction_id = ?
	  and (k.group_id = i.need_group_id and i.need_by = k.connector_id or k.group_id = i.offer_group_id and i.offer_by = k.connector_id)
	  and exists (select 1 ` + connecting + ` and c.person_id = k.connector_id and m.group_id = k.group_id)`

// ActsByHand reports whether the answer of one group of an introduction is one that a person gave as a connector, and still
// is one of a network of that group.
func (r reads) ActsByHand(ctx context.Context, person, introduction, group market.ID, now time.Time) (bool, error) {
	groups, err := r.actingFor(ctx, person, introduction, now)
	return slices.Contains(groups, group), err
}

func (r reads) actingFor(ctx context.Context, person, introduction market.ID, now time.Time) ([]market.ID, error) {
	if person == "" {
		return nil, nil
	}
	var groups []market.ID
	err := r.db.WithContext(ctx).Raw(acting, person, introduction, now, now).Scan(&groups).Error
	return groups, translate(err)
}

// lookingBack are the closed groups of an introduction that was connected for which a person acted at a time given twice.
const lookingBack = `select m.group_id from memberships m join groups g on g.id = m.group_id
	join introductions i on m.group_id in (i.need_group_id, i.offer_group_id)
	where m.person_id = ? and i.id = ? and i.connected_at is not null and g.closed_at is not null
	  and m.role in ('owner', 'poster') and m.since <= ? and (m.until is null or m.until > ?)`

// WithHands is a viewer who may also act in one introduction for the group that they answered it for as a connector, and for one
// of theirs that has closed since it was connected: what had begun goes on, and they are asked whether it happened. So all may of
// whom Speakers says that they answer for it.
func (r reads) WithHands(ctx context.Context, v market.Viewer, introduction market.ID, now time.Time) (market.Viewer, error) {
	groups, err := r.actingFor(ctx, v.Person, introduction, now)
	if err != nil || v.Person == "" {
		return v, err
	}
	var closed []market.ID
	if err := r.db.WithContext(ctx).Raw(lookingBack, v.Person, introduction, now, now).Scan(&closed).Error; err != nil {
		return v, translate(err)
	}
	if groups = append(groups, closed...); len(groups) == 0 {
		return v, err
	}
	roles := map[market.ID]market.Role{}
	for id, role := range v.Roles {
		roles[id] = role
	}
	for _, id := range groups {
		if !roles[id].CanPost() {
			roles[id] = market.Poster
		}
	}
	v.Roles = roles
	return v, nil
}

// Speakers are who may answer for a group in an introduction: its own people first, then the connector who answered for it.
func (r reads) Speakers(ctx context.Context, in market.Introduction, side market.Side, now time.Time) ([]market.Person, error) {
	group, contact := in.GroupOf(side), in.ContactOf(side)
	people, err := r.Answerers(ctx, group, now)
	if err != nil || contact == "" {
		return people, err
	}
	for _, p := range people {
		if p.ID == contact {
			return people, nil
		}
	}
	byHand, err := r.ActsByHand(ctx, contact, in.ID, group, now)
	if err != nil || !byHand {
		return people, err
	}
	p, err := r.Person(ctx, contact)
	return append(people, p), err
}

// SpokenTo are those who read a letter of a kind for a side: the person who said yes for it alone; where that one may not act any more, or
// such mail does not reach them, all who speak for it.
func (r reads) SpokenTo(ctx context.Context, in market.Introduction, side market.Side, kind market.LetterKind, now time.Time) ([]market.Person, error) {
	people, err := r.Speakers(ctx, in, side, now)
	if err != nil {
		return nil, err
	}
	return r.Readers(ctx, people, in.ContactOf(side), kind)
}
