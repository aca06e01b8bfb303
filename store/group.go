package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// groupRow is a group with the folded form of its name beside it.
type groupRow struct {
	market.Group
	Likeness string
}

func (groupRow) TableName() string { return "groups" }

// Group by id, for anyone: doors show PublicName of it. Removed groups are not found but for their members.
func (r reads) Group(ctx context.Context, v market.Viewer, id market.ID) (market.Group, error) {
	g, err := one[market.Group](r.db.WithContext(ctx).Where("id = ?", id))
	if err == nil && g.RemovedAt != nil && !v.In(id) && !v.Operator && !v.System {
		return market.Group{}, market.ErrNotFound
	}
	return g, err
}

// GroupFor is a group as the viewer may see its page: its members and operators always; others not while its name waits,
// after it closed, or when it has blocked them.
func (r reads) GroupFor(ctx context.Context, v market.Viewer, id market.ID) (market.Group, error) {
	g, err := r.Group(ctx, v, id)
	if err != nil || v.In(id) || v.Operator {
		return g, err
	}
	if g.HeldAt != nil || g.ClosedAt != nil {
		return market.Group{}, market.ErrNotFound
	}
	boxed, err := r.sandboxed(ctx, g)
	if err == nil && boxed != v.Sandbox {
		err = market.ErrNotFound
	}
	if err != nil {
		return market.Group{}, err
	}
	blocks, err := r.Blocks(ctx, id)
	if slices.ContainsFunc(blocks, func(b market.Block) bool { return v.In(b.BlockedID) }) {
		return market.Group{}, market.ErrNotFound
	}
	return g, err
}

// sandboxed reports whether a group is one of those that test keys see, and nobody else.
func (r reads) sandboxed(ctx context.Context, g market.Group) (boxed bool, err error) {
	if !g.Sample {
		return false, nil
	}
	err = r.db.WithContext(ctx).Raw(`select exists (select 1 from network_members m join networks n on n.id = m.network_id and n.sandbox
		where m.group_id = ?)`, g.ID).Scan(&boxed).Error
	return boxed, translate(err)
}

// Groups by their ids, in the order of their names.
func (r reads) Groups(ctx context.Context, ids []market.ID) ([]market.Group, error) {
	return many[market.Group](r.db.WithContext(ctx).Where("id = any (?::uuid[])", idArray(ids)).Order("name, id"))
}

// HidingNames are the groups that hide their names and of whose listings an index may not know it yet: jobs that would tell
// it are still to be done. It is asked with every search by words, so that it begins with the groups, which are few, and not with
// the jobs; the kind stands in it as it does in the index.
func (r reads) HidingNames(ctx context.Context) (ids []market.ID, err error) {
	err = r.db.WithContext(ctx).Raw(`select g.id from groups g cross join lateral (select from listings l
			join outbox o on o.subject = l.id and o.kind = 'index' and o.state in ('waiting', 'sent') where l.group_id = g.id limit 1) untold
		where g.name_hidden`).Scan(&ids).Error
	return ids, translate(err)
}

// LikeNamed is another group whose name is alike (market.NamesAlike, or NamesEqual) this one's, or the alias it goes by; market.ErrNotFound when
// there is none. A name that is hidden is nothing a reader knows, and that one like it waits would say that it is here. Those that could be are
// found by an index: names one slip apart have a key, or a key with a letter left out, in common.
func (r reads) LikeNamed(ctx context.Context, g market.Group, alike func(a, b string) bool) (market.Group, error) {
	all, err := many[market.Group](r.db.WithContext(ctx).Where("likeness_slips(likeness) && (likeness_slips(?) || likeness_slips(?)) and id <> ? and closed_at is null and not name_hidden",
		market.LikenessKey(g.Name), market.LikenessKey(g.PublicName()), g.ID).Order("created_at, id"))
	if err != nil {
		return market.Group{}, err
	}
	for _, name := range []string{g.Name, g.PublicName()} {
		for _, other := range all {
			if alike(name, other.Name) {
				return other, nil
			}
		}
	}
	return market.Group{}, market.ErrNotFound
}

// NameHeld is now where find finds another thing of this subject, a "group" or a "network", that a name is like, and nil where it says
// market.ErrNotFound. It holds others up who would name such a thing too, until the transaction ends: of two that are alike and come at
// once, the second finds the first. Nothing that others wait for is locked after it but what has the name.
func (tx *Tx) NameHeld(ctx context.Context, subject string, find func() error, now time.Time) (*time.Time, error) {
	if err := tx.db.WithContext(ctx).Exec(`select pg_advisory_xact_lock(hashtext(?))`, subject+" names").Error; err != nil {
		return nil, translate(err)
	}
	err := find()
	if errors.Is(err, market.ErrNotFound) {
		return nil, nil
	}
	return &now, err
}

// AddGroup keeps a new group.
func (tx *Tx) AddGroup(ctx context.Context, g market.Group) error {
	return errors.Join(create(ctx, tx.db, &groupRow{Group: g, Likeness: market.LikenessKey(g.Name)}), tx.partyChanged(ctx, g.ID))
}

// EditGroup writes what a group says of itself, its pause, and whether its name is held. It was read by LockedGroup in the
// same transaction.
func (tx *Tx) EditGroup(ctx context.Context, g market.Group) error {
	row := groupRow{Group: g, Likeness: market.LikenessKey(g.Name)}
	if err := changed(tx.db.WithContext(ctx).Model(&row).Where("id = ?", g.ID).
		Select("Name", "Likeness", "Alias", "NameHidden", "Does", "LegalForm", "Size", "Link", "Languages", "PausedUntil", "HeldAt").Updates(&row)); err != nil {
		return err
	}
	return tx.partyChanged(ctx, g.ID)
}

// EndPauses ends the pauses that are over, at most so many, and says whose: nothing else changes when a day begins, and who
// follows the changes would not see that their listings are back.
func (tx *Tx) EndPauses(ctx context.Context, now time.Time, most int) (ids []market.ID, err error) {
	err = tx.db.WithContext(ctx).Raw(`update groups set paused_until = null where id in (select id from groups where paused_until <= ?
		order by id limit ? for update skip locked) returning id`, now, most).Scan(&ids).Error
	return ids, translate(err)
}

// CloseGroup ends a group for good. market.ErrConflict: it was closed.
func (tx *Tx) CloseGroup(ctx context.Context, id market.ID, now time.Time) error {
	if err := changed(tx.db.WithContext(ctx).Model(&market.Group{}).Where("id = ? and closed_at is null", id).Update("closed_at", now)); err != nil {
		return err
	}
	return tx.partyChanged(ctx, id)
}

// SetGroupRemoved takes a group away by moderation, or gives it back.
func (tx *Tx) SetGroupRemoved(ctx context.Context, id market.ID, at *time.Time) error {
	if err := changed(tx.db.WithContext(ctx).Model(&market.Group{}).Where("id = ?", id).Update("removed_at", at)); err != nil {
		return err
	}
	return tx.partyChanged(ctx, id)
}

// KeepOpen has a group stay open until the transaction ends. market.ErrForbidden: it closed.
func (tx *Tx) KeepOpen(ctx context.Context, id market.ID) error {
	g, err := one[market.Group](tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "SHARE"}).Where("id = ?", id))
	if err == nil && g.ClosedAt != nil {
		err = market.ErrForbidden
	}
	return err
}

// Join makes a person a member of a group.
func (tx *Tx) Join(ctx context.Context, m market.Membership) error { return create(ctx, tx.db, &m) }

// TouchListings says that what a group's open listings say of it changed now.
func (tx *Tx) TouchListings(ctx context.Context, group market.ID, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Exec(`update listings set updated_at = ? where group_id = ? and life = 'open'`, now, group).Error)
}

// AddPlace keeps a place that a group says it is at. Its public point is the one under which the group was already shown
// there (market.PublicAgain), else the one its exact place always had; public is used when the place is new to the site.
func (tx *Tx) AddPlace(ctx context.Context, p market.Place, public market.Point) (_ market.Place, err error) {
	if err := tx.LockGroup(ctx, p.GroupID); err != nil { // two at once would not see each other's traces
		return p, err
	}
	traces, err := many[market.Trace](tx.db.WithContext(ctx).Where("group_id = ?", p.GroupID).Order("cell"))
	if err != nil {
		return p, err
	}
	if again, ok := market.PublicAgain(p.Exact, traces); ok {
		public = again
	}
	if p, err = tx.AddPlaceOfOthers(ctx, p, public); err != nil {
		return p, err
	}
	return p, translate(tx.db.WithContext(ctx).Exec(`insert into traces (group_id, cell, public_lat, public_lng) values (?, ?, ?, ?)
		on conflict do nothing`, p.GroupID, market.BlurCell(p.Exact), p.Public.Lat, p.Public.Lng).Error)
}

// AddPlaceOfOthers keeps a place that somebody else says a group is at. Where the group itself is or was has no part in its
// public point: whoever tried one place after the other would learn it.
func (tx *Tx) AddPlaceOfOthers(ctx context.Context, p market.Place, public market.Point) (_ market.Place, err error) {
	if p.Public, err = tx.publicPoint(ctx, market.BlurCell(p.Exact), public); err != nil {
		return p, err
	}
	if err := create(ctx, tx.db, &p); err != nil {
		return p, err
	}
	return p, tx.partyChanged(ctx, p.GroupID)
}

func (tx *Tx) publicPoint(ctx context.Context, cell string, fresh market.Point) (p market.Point, err error) {
	db := tx.db.WithContext(ctx)
	err = db.Exec(`insert into public_points (cell, lat, lng) values (?, ?, ?) on conflict do nothing`,
		cell, fresh.Lat, fresh.Lng).Error
	if err == nil {
		err = db.Raw(`select lat, lng from public_points where cell = ?`, cell).Scan(&p).Error
	}
	return p, translate(err)
}

// Place by id, for the members of its group (and for those connected, through their introduction).
func (r reads) Place(ctx context.Context, v market.Viewer, id market.ID) (market.Place, error) {
	p, err := one[market.Place](r.db.WithContext(ctx).Where("id = ?", id))
	if err == nil && !v.In(p.GroupID) && !v.System {
		return market.Place{}, market.ErrNotFound
	}
	return p, err
}

// Places of a group, oldest first. Only Public, Outcode and Borough of them may be shown to others.
func (r reads) Places(ctx context.Context, group market.ID) ([]market.Place, error) {
	return many[market.Place](r.db.WithContext(ctx).Where("group_id = ?", group).Order("created_at, id"))
}

// PlacesOf several groups, by the group; of each in the order of Places.
func (r reads) PlacesOf(ctx context.Context, groups []market.ID) (map[market.ID][]market.Place, error) {
	list, err := many[market.Place](r.db.WithContext(ctx).Where("group_id = any (?::uuid[])", idArray(groups)).Order("created_at, id"))
	all := map[market.ID][]market.Place{}
	for _, p := range list {
		all[p.GroupID] = append(all[p.GroupID], p)
	}
	return all, err
}

// RemovePlace takes away a place that no listing uses. market.ErrConflict: one does.
func (tx *Tx) RemovePlace(ctx context.Context, group, id market.ID) error {
	if err := changed(tx.db.WithContext(ctx).Exec(`delete from places where id = ? and group_id = ?
		and not exists (select 1 from listings where place_id = places.id)`, id, group)); err != nil {
		return err
	}
	return tx.partyChanged(ctx, group)
}

// Evidence of a group, newest first.
func (r reads) Evidence(ctx context.Context, group market.ID) ([]market.Evidence, error) {
	return many[market.Evidence](r.db.WithContext(ctx).Raw(evidenceRows+` where v.group_id = ? order by v.created_at desc`, group))
}

// AddEvidence keeps what a group states or showed.
func (tx *Tx) AddEvidence(ctx context.Context, ev market.Evidence) error {
	return create(ctx, tx.db, &ev)
}

// StateChecks keeps that a group says it has people checked at a level; of one that has none nothing is kept.
func (tx *Tx) StateChecks(ctx context.Context, st market.CheckStatement) error {
	if st.Level == market.NoCheck {
		return translate(tx.db.WithContext(ctx).Where("group_id = ?", st.GroupID).Delete(&market.CheckStatement{}).Error)
	}
	return create(ctx, tx.db.Clauses(over("group_id")), &st)
}

// Block keeps two groups apart; repeating it changes nothing.
func (tx *Tx) Block(ctx context.Context, b market.Block) error {
	return create(ctx, tx.db.Clauses(clause.OnConflict{DoNothing: true}), &b)
}

// Unblock ends a block.
func (tx *Tx) Unblock(ctx context.Context, group, blocked market.ID) error {
	return translate(tx.db.WithContext(ctx).Where("group_id = ? and blocked_id = ?", group, blocked).
		Delete(&market.Block{}).Error)
}

// Blocks that a group has set.
func (r reads) Blocks(ctx context.Context, group market.ID) ([]market.Block, error) {
	return many[market.Block](r.db.WithContext(ctx).Where("group_id = ?", group).Order("created_at"))
}

// LookupPostcode finds an imported postcode; false when it was not imported.
func (r reads) LookupPostcode(ctx context.Context, postcode string) (market.Point, string, bool, error) {
	var row struct {
		Lat, Lng float64
		Borough  string
	}
	res := r.db.WithContext(ctx).Raw(`select lat, lng, borough from postcodes where postcode = ?`, postcode).Scan(&row)
	return market.Point{Lat: row.Lat, Lng: row.Lng}, row.Borough, res.RowsAffected == 1, translate(res.Error)
}
