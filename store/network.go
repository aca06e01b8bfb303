package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// networkRow is a network with the folded form of its name beside it.
type networkRow struct {
	market.Network
	Likeness string
}

func (networkRow) TableName() string { return "networks" }

func rowOf(n market.Network) networkRow { return networkRow{n, market.LikenessKey(n.Name)} }

// Network by its address name, shown or not. The sandbox of partners is none.
func (r reads) Network(ctx context.Context, slug string) (market.Network, error) {
	return one[market.Network](r.db.WithContext(ctx).Where("slug = ? and not sandbox", slug))
}

// NetworkFor is a network by its address name, as the viewer may read of it: market.ErrNotFound for others while it is market.Unshown.
func (r reads) NetworkFor(ctx context.Context, v market.Viewer, slug string) (market.Network, error) {
	n, err := r.Network(ctx, slug)
	return shownNetwork(n, v, err)
}

// NetworkShown is NetworkFor, by its id.
func (r reads) NetworkShown(ctx context.Context, v market.Viewer, id market.ID) (market.Network, error) {
	n, err := one[market.Network](r.db.WithContext(ctx).Where("id = ? and not sandbox", id))
	return shownNetwork(n, v, err)
}

func shownNetwork(n market.Network, v market.Viewer, err error) (market.Network, error) {
	if err == nil && !n.ShownTo(v) {
		return market.Network{}, market.ErrNotFound
	}
	return n, err
}

// NetworkByID is a network by its id.
func (r reads) NetworkByID(ctx context.Context, id market.ID) (market.Network, error) {
	return one[market.Network](r.db.WithContext(ctx).Where("id = ?", id))
}

// NetworksByID, hidden or not; what is none is left out.
func (r reads) NetworksByID(ctx context.Context, ids []market.ID) ([]market.Network, error) {
	return many[market.Network](r.db.WithContext(ctx).Where("id = any (?::uuid[])", idArray(ids)))
}

// NetworksNamed are those with these ids, by their names; what is none, or is market.Unshown, is left out.
func (r reads) NetworksNamed(ctx context.Context, ids []market.ID) ([]market.Network, error) {
	return many[market.Network](r.db.WithContext(ctx).Where("id = any (?::uuid[]) and not sandbox and removed_at is null and held_at is null", idArray(ids)).Order("name, id"))
}

// NetworkNames are what networks are called; ids of none, and of those that the viewer is not shown, are left out.
func (r reads) NetworkNames(ctx context.Context, v market.Viewer, ids []market.ID) (map[market.ID]string, error) {
	all, err := many[market.Network](r.db.WithContext(ctx).Select("id", "name", "removed_at", "held_at").Where("id = any (?::uuid[])", idArray(ids)))
	names := map[market.ID]string{}
	for _, n := range all {
		if n.ShownTo(v) {
			names[n.ID] = n.Name
		}
	}
	return names, err
}

// Networks, all of them but the sandbox of partners and those that are market.Unshown, by their names.
func (r reads) Networks(ctx context.Context) ([]market.Network, error) {
	return many[market.Network](r.db.WithContext(ctx).Where("not sandbox and removed_at is null and held_at is null").Order("name, id"))
}

// NetworksAfter are those with larger ids than one, in their order, at most so many; not the sandbox, nor those that are market.Unshown.
func (r reads) NetworksAfter(ctx context.Context, after market.ID, limit int) ([]market.Network, error) {
	return many[market.Network](r.db.WithContext(ctx).Where("not sandbox and removed_at is null and held_at is null and (?::uuid is null or id > ?::uuid)", after, after).Order("id").Limit(limit))
}

// NetworksCalled are those of whose names a word begins so, by their names, at most so many; not the sandbox, nor those that are market.Unshown.
func (r reads) NetworksCalled(ctx context.Context, begins string, limit int) ([]market.Network, error) {
	return many[market.Network](r.db.WithContext(ctx).Where("not sandbox and removed_at is null and held_at is null and position(' ' || lower(?) in ' ' || lower(name)) > 0", begins).Order("name, id").Limit(limit))
}

// NetworksOf are the networks a group has joined, but for those that are market.Unshown.
func (r reads) NetworksOf(ctx context.Context, group market.ID) ([]market.Network, error) {
	return many[market.Network](r.db.WithContext(ctx).Raw(`select n.* from networks n
		join network_members m on m.network_id = n.id where m.group_id = ? and m.agreed_at is not null and not n.sandbox and n.removed_at is null and n.held_at is null order by n.name`, group))
}

// Around are the networks that lie about one, as agreed, each list by names; none that is market.Unshown.
type Around struct {
	Above, Below, Beside []market.Network
}

// Around a network is what its page shows about it.
func (r reads) Around(ctx context.Context, network market.ID) (a Around, err error) {
	db := r.db.WithContext(ctx)
	const by = ` and not n.sandbox and n.removed_at is null and n.held_at is null order by n.name, n.id`
	if a.Above, err = many[market.Network](db.Raw(`select n.* from networks n join network_parents p on p.parent_id = n.id
		where p.child_id = ? and p.agreed_at is not null`+by, network)); err != nil {
		return a, err
	}
	if a.Below, err = many[market.Network](db.Raw(`select n.* from networks n join network_parents p on p.child_id = n.id
		where p.parent_id = ? and p.agreed_at is not null`+by, network)); err != nil {
		return a, err
	}
	a.Beside, err = many[market.Network](db.Raw(`select n.* from networks n join network_peers p on p.agreed_at is not null
		and (p.network_id = @id and p.peer_id = n.id or p.peer_id = @id and p.network_id = n.id) where true`+by, map[string]any{"id": network}))
	return a, err
}

// joined are the groups of a network that everybody may see, those that hide their names among them.
func (r reads) joined(ctx context.Context, network market.ID) *gorm.DB {
	return r.db.WithContext(ctx).Model(&market.Group{}).Where(`held_at is null and removed_at is null and closed_at is null
		and exists (select from network_members m where m.group_id = groups.id and m.network_id = ? and m.agreed_at is not null)`, network)
}

// tellsNetwork is market.Group.TellsNetwork in SQL, of a viewer's groups and whether all of the network is told; a test holds the two together.
const tellsNetwork = `(not name_hidden or id = any (?::uuid[]) or ?)`

func toldAll(v market.Viewer, network market.ID) bool {
	return v.Operator || v.System || v.Looks(network)
}

// toldIn are those of a network's groups that a viewer may be told of.
func (r reads) toldIn(ctx context.Context, v market.Viewer, network market.ID) *gorm.DB {
	return r.joined(ctx, network).Where(tellsNetwork, idArray(v.Groups()), toldAll(v, network))
}

// GroupsTold are those of a network that its page names to a viewer, by the names that everybody reads, at most so many that come after
// one of them; "" or one that is not there: the first.
func (r reads) GroupsTold(ctx context.Context, v market.Viewer, network, after market.ID, limit int) ([]market.Group, error) {
	const public = `case when name_hidden then alias else name end`
	return many[market.Group](r.toldIn(ctx, v, network).Where(`coalesce((`+public+`, id) > (select `+public+`, id from groups where id = ?::uuid), true)`, after).
		Order(public + ", id").Limit(limit))
}

// GroupsToldAfter are those of them with larger ids than one, in their order, at most so many.
func (r reads) GroupsToldAfter(ctx context.Context, v market.Viewer, network, after market.ID, limit int) ([]market.Group, error) {
	return many[market.Group](r.toldIn(ctx, v, network).Where("(?::uuid is null or id > ?::uuid)", after, after).Order("id").Limit(limit))
}

// AliasesIn a network are counted, and not told, to a viewer.
func (r reads) AliasesIn(ctx context.Context, v market.Viewer, network market.ID) (n int64, err error) {
	err = r.joined(ctx, network).Where("not "+tellsNetwork, idArray(v.Groups()), toldAll(v, network)).Count(&n).Error
	return n, translate(err)
}

// AddNetwork keeps a new network.
func (tx *Tx) AddNetwork(ctx context.Context, n market.Network) error {
	row := rowOf(n)
	return errors.Join(create(ctx, tx.db, &row), tx.partyChanged(ctx, n.ID))
}

// Nest puts a network below another. A nesting that would close a cycle is refused.
func (tx *Tx) Nest(ctx context.Context, p market.NetworkParent) error {
	return create(ctx, tx.db.Clauses(over("child_id", "parent_id")), &p)
}

// KeepMember writes where a group stands with a network: asked, invited, agreed.
func (tx *Tx) KeepMember(ctx context.Context, m market.NetworkMember) error {
	return errors.Join(create(ctx, tx.db.Clauses(over("network_id", "group_id")), &m), tx.partyChanged(ctx, m.GroupID))
}

// MakeConnector lets a person look after a network.
func (tx *Tx) MakeConnector(ctx context.Context, c market.Connector) error {
	return create(ctx, tx.db.Clauses(over("network_id", "person_id")), &c)
}

// below maps each of the networks to itself and all that lies below it.
func (r reads) below(ctx context.Context, networks []market.ID) (map[market.ID][]market.ID, error) {
	if len(networks) == 0 {
		return nil, nil
	}
	var rows []struct{ Above, Below market.ID }
	err := r.db.WithContext(ctx).Raw(`
		with recursive tree (above, below) as (
		    select id, id from networks where id = any (?::uuid[])
		    union
		    select t.above, p.child_id from tree t join network_parents p on p.parent_id = t.below and p.agreed_at is not null
		) select above, below from tree order by above, below`, idArray(networks)).Scan(&rows).Error
	reach := map[market.ID][]market.ID{}
	for _, row := range rows {
		reach[row.Above] = append(reach[row.Above], row.Below)
	}
	return reach, translate(err)
}

// NetworkLike is another network whose name is alike (market.NamesAlike, or NamesEqual) this one's, found as LikeNamed finds groups; market.ErrNotFound
// when there is none.
func (r reads) NetworkLike(ctx context.Context, n market.Network, alike func(a, b string) bool) (market.Network, error) {
	all, err := many[market.Network](r.db.WithContext(ctx).Where("likeness_slips(likeness) && likeness_slips(?) and id <> ? and not sandbox",
		market.LikenessKey(n.Name), n.ID).Order("created_at, id"))
	if err != nil {
		return market.Network{}, err
	}
	for _, other := range all {
		if alike(n.Name, other.Name) {
			return other, nil
		}
	}
	return market.Network{}, market.ErrNotFound
}

// ChangeNetwork writes what its connectors can edit, and whether its name is held.
func (tx *Tx) ChangeNetwork(ctx context.Context, n market.Network) error {
	row := rowOf(n)
	if err := changed(tx.db.WithContext(ctx).Model(&row).Where("id = ?", n.ID).Select("Name", "Likeness", "HeldAt", "About", "Level", "Boundary", "Holds", "MailsADay", "MailsAWeek", "OpenRequests").Updates(&row)); err != nil {
		return err
	}
	return tx.partyChanged(ctx, n.ID)
}

// SetNetworkRemoved takes a network away by moderation, or gives it back.
func (tx *Tx) SetNetworkRemoved(ctx context.Context, id market.ID, at *time.Time) error {
	if err := changed(tx.db.WithContext(ctx).Model(&market.Network{}).Where("id = ?", id).Update("removed_at", at)); err != nil {
		return err
	}
	return tx.partyChanged(ctx, id)
}

// LockNetwork holds a network so that answers about it come one after the other.
func (tx *Tx) LockNetwork(ctx context.Context, id market.ID) error {
	_, err := one[market.Network](tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", id))
	return err
}

// Nesting is which networks lie below which, as agreed.
func (r reads) Nesting(ctx context.Context) (market.Nesting, error) {
	rows, err := many[market.NetworkParent](r.db.WithContext(ctx).Where("agreed_at is not null").Order("parent_id, child_id"))
	n := market.Nesting{}
	for _, p := range rows {
		n[p.ParentID] = append(n[p.ParentID], p.ChildID)
	}
	return n, err
}

// Ties of a network are the networks above and below it, agreed or asked for.
func (r reads) Ties(ctx context.Context, network market.ID) ([]market.NetworkParent, error) {
	return many[market.NetworkParent](r.db.WithContext(ctx).Where("child_id = ? or parent_id = ?", network, network).Order("parent_id, child_id"))
}

// Tie is the row of two networks; market.ErrNotFound when there is none.
func (r reads) Tie(ctx context.Context, child, parent market.ID) (market.NetworkParent, error) {
	return one[market.NetworkParent](r.db.WithContext(ctx).Where("child_id = ? and parent_id = ?", child, parent))
}

// Untie takes two networks out of each other.
func (tx *Tx) Untie(ctx context.Context, child, parent market.ID) error {
	return translate(tx.db.WithContext(ctx).Exec(`delete from network_parents where child_id = ? and parent_id = ?`, child, parent).Error)
}

// Peers of a network, agreed or asked for.
func (r reads) Peers(ctx context.Context, network market.ID) ([]market.NetworkPeer, error) {
	return many[market.NetworkPeer](r.db.WithContext(ctx).Where("network_id = ? or peer_id = ?", network, network).Order("network_id, peer_id"))
}

// KeepPeer writes where two networks stand beside each other.
func (tx *Tx) KeepPeer(ctx context.Context, p market.NetworkPeer) error {
	return create(ctx, tx.db.Clauses(over("network_id", "peer_id")), &p)
}

// DropPeer ends it.
func (tx *Tx) DropPeer(ctx context.Context, p market.NetworkPeer) error {
	return translate(tx.db.WithContext(ctx).Exec(`delete from network_peers where network_id = ? and peer_id = ?`, p.NetworkID, p.PeerID).Error)
}

// NetworkMembers are the groups of a network, agreed, asked for and invited, the oldest first.
func (r reads) NetworkMembers(ctx context.Context, network market.ID) ([]market.NetworkMember, error) {
	return many[market.NetworkMember](r.db.WithContext(ctx).Where("network_id = ?", network).
		Order("coalesce(agreed_at, asked_at, invited_at), group_id"))
}

// MembersAmong are those of some groups that belong to a network, asked to join or are invited.
func (r reads) MembersAmong(ctx context.Context, network market.ID, groups []market.ID) ([]market.NetworkMember, error) {
	return many[market.NetworkMember](r.db.WithContext(ctx).Where("network_id = ? and group_id = any (?::uuid[])", network, idArray(groups)))
}

// NetworkMember is where a group stands with a network; market.ErrNotFound: nowhere.
func (r reads) NetworkMember(ctx context.Context, network, group market.ID) (market.NetworkMember, error) {
	return one[market.NetworkMember](r.db.WithContext(ctx).Where("network_id = ? and group_id = ?", network, group))
}

// NetworksFor a group are all it belongs to, asked to join or is invited to.
func (r reads) NetworksFor(ctx context.Context, group market.ID) ([]market.NetworkMember, error) {
	return many[market.NetworkMember](r.db.WithContext(ctx).Where("group_id = ?", group).Order("coalesce(agreed_at, asked_at, invited_at), network_id"))
}

// DropMember ends where a group stands with a network.
func (tx *Tx) DropMember(ctx context.Context, network, group market.ID) error {
	if err := tx.db.WithContext(ctx).Exec(`delete from network_members where network_id = ? and group_id = ?`, network, group).Error; err != nil {
		return translate(err)
	}
	return tx.partyChanged(ctx, group)
}

// KeepRefusal keeps that a network did not let a group in.
func (tx *Tx) KeepRefusal(ctx context.Context, r market.NetworkRefusal) error {
	return create(ctx, tx.db, &r)
}

// Refusal by id.
func (r reads) Refusal(ctx context.Context, id market.ID) (market.NetworkRefusal, error) {
	return one[market.NetworkRefusal](r.db.WithContext(ctx).Where("id = ?", id))
}

// NearestAbove is that of the networks which a group belongs to, or below which it lies by the fewest steps; of several so near the
// first as they are given. market.ErrNotFound: none.
func (r reads) NearestAbove(ctx context.Context, networks []market.ID, group market.ID) (market.ID, error) {
	n, err := one[market.Network](r.db.WithContext(ctx).Raw(`with recursive above (id, step) as (
			select network_id, 0 from network_members where group_id = ? and agreed_at is not null
			union select p.parent_id, a.step + 1 from above a join network_parents p on p.child_id = a.id and p.agreed_at is not null)
		select n.* from above a join networks n on n.id = a.id where a.id = any (?::uuid[]) order by a.step, array_position(?::uuid[], a.id) limit 1`,
		group, idArray(networks), idArray(networks)))
	return n.ID, err
}

// HasPosted reports whether a group ever had a listing that was open.
func (r reads) HasPosted(ctx context.Context, group market.ID) (there bool, err error) {
	err = r.db.WithContext(ctx).Raw(`select exists (select 1 from listings where group_id = ? and opened_at is not null and life <> 'draft')`, group).Scan(&there).Error
	return there, translate(err)
}

// ClearPosted lets the groups of a network that have posted before post without a look.
func (tx *Tx) ClearPosted(ctx context.Context, network market.ID, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Exec(`update network_members m set cleared_at = ? where m.network_id = ? and m.cleared_at is null
		and exists (select 1 from listings l where l.group_id = m.group_id and l.opened_at is not null and l.life <> 'draft')`, now, network).Error)
}

// Connectors of a network now.
func (r reads) Connectors(ctx context.Context, network market.ID, now time.Time) ([]market.Person, error) {
	return many[market.Person](r.db.WithContext(ctx).Raw(`select p.* from people p join connectors c on c.person_id = p.id
		where c.network_id = ? and c.since <= ? and (c.until is null or c.until > ?) and p.erased_at is null order by c.since, p.id`, network, now, now))
}

// EndConnector ends a person's looking after a network. market.ErrNotFound: they do not.
func (tx *Tx) EndConnector(ctx context.Context, network, person market.ID, now time.Time) error {
	res := tx.db.WithContext(ctx).Model(&market.Connector{}).
		Where("network_id = ? and person_id = ? and (until is null or until > ?)", network, person, now).Update("until", now)
	if res.Error == nil && res.RowsAffected == 0 {
		return market.ErrNotFound
	}
	return translate(res.Error)
}

// Connector is whether a person looks, or looked, after a network; market.ErrNotFound: they never did.
func (r reads) Connector(ctx context.Context, network, person market.ID) (market.Connector, error) {
	return one[market.Connector](r.db.WithContext(ctx).Where("network_id = ? and person_id = ?", network, person))
}

// NetworkWords are what networks call kinds and tags.
func (r reads) NetworkWords(ctx context.Context, networks ...market.ID) ([]market.NetworkWord, error) {
	return many[market.NetworkWord](r.db.WithContext(ctx).Where("network_id = any (?::uuid[])", idArray(networks)).Order("what, code, network_id"))
}

// WordsFor are what the networks that a group has joined call kinds and tags.
func (r reads) WordsFor(ctx context.Context, group market.ID) ([]market.NetworkWord, error) {
	return many[market.NetworkWord](r.db.WithContext(ctx).Where(`network_id in (select network_id from network_members where group_id = ? and agreed_at is not null)`, group).
		Order("what, code, network_id"))
}

// SetNetworkWords puts words in the place of all earlier ones. Saved searches that name the network count as changed, since they are
// understood in its words.
func (tx *Tx) SetNetworkWords(ctx context.Context, network market.ID, words []market.NetworkWord) error {
	if err := tx.db.WithContext(ctx).Exec(`insert into search_changes (search_id) select id from saved_searches where jsonb_exists(question -> 'networks', ?)`, string(network)).Error; err != nil {
		return translate(err)
	}
	if err := tx.db.WithContext(ctx).Exec(`delete from network_words where network_id = ?`, network).Error; err != nil || len(words) == 0 {
		return translate(err)
	}
	return create(ctx, tx.db, &words)
}

// OpenIn are the open listings of groups in any of these networks, newest first.
func (r reads) OpenIn(ctx context.Context, networks []market.ID, limit int) (ids []market.ID, err error) {
	err = r.db.WithContext(ctx).Raw(`select l.id from listings l where l.life = 'open' and l.group_id in
		(select m.group_id from network_members m where m.network_id = any (?::uuid[]) and m.agreed_at is not null)
		order by l.opened_at desc, l.id limit ?`, idArray(networks), limit).Scan(&ids).Error
	return ids, translate(err)
}

// Unmet are the needs of groups in any of these networks that have been open since before a time and want more than Taken, the
// oldest first. Pieces of equipment add up, anything else is one. What was taken is added up in the order of the answer, until there
// are enough.
func (r reads) Unmet(ctx context.Context, networks []market.ID, since time.Time, limit int) (ids []market.ID, err error) {
	err = r.db.WithContext(ctx).Raw(`select l.id from (select l.id, l.opened_at, l.kind, l.quantity from listings l
			where l.life = 'open' and l.side = 'need' and l.opened_at <= ? and l.group_id in
			(select m.group_id from network_members m where m.network_id = any (?::uuid[]) and m.agreed_at is not null)
			order by l.opened_at, l.id offset 0) l
		where (select coalesce(sum(i.amount), 0) from introductions i where i.need_id = l.id and `+fills+`) < case l.kind when 'equipment' then l.quantity else 1 end
		order by l.opened_at, l.id limit ?`, since, idArray(networks), limit).Scan(&ids).Error
	return ids, translate(err)
}

// Joined is a group that has joined networks.
type Joined struct {
	GroupID  market.ID
	Networks []market.ID `gorm:"serializer:json"` // all that it has joined
	Blocked  []market.ID `gorm:"serializer:json"` // groups that are kept apart from it
	Kept     int         // listings that it keeps to those, and others may read
}

// JoinedIn are the groups in any of these networks, but for those that have closed.
func (r reads) JoinedIn(ctx context.Context, networks []market.ID) ([]Joined, error) {
	return many[Joined](r.db.WithContext(ctx).Raw(`select g.id as group_id,
		(select jsonb_agg(m.network_id order by m.network_id) from network_members m where m.group_id = g.id and m.agreed_at is not null) as networks,
		(select coalesce(jsonb_agg(case b.group_id when g.id then b.blocked_id else b.group_id end), '[]') from blocks b
			where g.id in (b.group_id, b.blocked_id)) as blocked,
		(select count(*) from listings l where l.group_id = g.id and l.life in ('open', 'paused') and l.circle = ?
			and g.held_at is null and g.removed_at is null) as kept
		from groups g where g.closed_at is null and g.id in
			(select m.group_id from network_members m where m.network_id = any (?::uuid[]) and m.agreed_at is not null) order by g.id`,
		market.MyNetworks, idArray(networks)))
}

// GroupsIn are the groups of any of these networks.
func (r reads) GroupsIn(ctx context.Context, networks []market.ID) (ids []market.ID, err error) {
	err = r.db.WithContext(ctx).Raw(`select distinct group_id from network_members where network_id = any (?::uuid[]) and agreed_at is not null
		order by group_id`, idArray(networks)).Scan(&ids).Error
	return ids, translate(err)
}

// Reindex has what groups posted indexed and matched again: who may see it has changed.
func (tx *Tx) Reindex(ctx context.Context, groups []market.ID) error {
	if len(groups) == 0 {
		return nil
	}
	listings, err := many[market.Listing](tx.db.WithContext(ctx).Select("id").Where("group_id in ? and life in ('open', 'paused')", groups).Order("id"))
	if err != nil {
		return err
	}
	var jobs []market.Job
	for _, l := range listings {
		jobs = append(jobs, market.Job{Kind: market.IndexJob, Subject: l.ID}, market.Job{Kind: market.MatchJob, Subject: l.ID})
	}
	return tx.Enqueue(ctx, time.Now(), jobs...)
}

// GroupNamed is a group that shows its name and whose name this is, whatever its case; market.ErrNotFound: none.
func (r reads) GroupNamed(ctx context.Context, name string) (market.Group, error) {
	return one[market.Group](r.db.WithContext(ctx).Where(`lower(name) = lower(?) and not name_hidden and held_at is null and removed_at is null
		and closed_at is null`, name).Order("created_at, id"))
}

// BelongsTo reports whether a group belongs to one of the networks.
func (r reads) BelongsTo(ctx context.Context, group market.ID, networks []market.ID) (in bool, err error) {
	err = r.db.WithContext(ctx).Raw(`select exists (select from network_members where group_id = ? and agreed_at is not null and network_id = any (?::uuid[]))`,
		group, idArray(networks)).Scan(&in).Error
	return in, translate(err)
}

// AloneAfter are the networks that nobody else looks after but a person.
func (r reads) AloneAfter(ctx context.Context, person market.ID, now time.Time) ([]market.Network, error) {
	const live = `c.since <= @now and (c.until is null or c.until > @now)`
	return many[market.Network](r.db.WithContext(ctx).Raw(`select n.* from networks n
		where exists (select from connectors c where c.network_id = n.id and c.person_id = @person and `+live+`)
		  and not exists (select from connectors c where c.network_id = n.id and c.person_id <> @person and `+live+`) order by n.name, n.id`,
		map[string]any{"person": person, "now": now}))
}

// LeftNetworks are the networks that nobody looks after, by their IDs, after one; the sandbox, which nobody ever does, is left out.
func (r reads) LeftNetworks(ctx context.Context, after market.ID, now time.Time, limit int) ([]market.Network, error) {
	return many[market.Network](r.db.WithContext(ctx).Raw(`select n.* from networks n where not n.sandbox and (@after = '' or n.id > cast(nullif(@after, '') as uuid))
		and not exists (select from connectors c where c.network_id = n.id and c.since <= @now and (c.until is null or c.until > @now)) order by n.id limit @limit`,
		map[string]any{"after": string(after), "now": now, "limit": limit}))
}
