package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"wherewithal/market"
)

// helpedWithin is how far back "helped lately" looks; see docs/matching.md.
const helpedWithin = 30 * 24 * time.Hour

// EntryFor is a listing as the viewer may see it, with what is public about its group and place.
// market.ErrNotFound: missing, never open, removed, or not for this viewer. market.ErrGone: it has closed, and was for this viewer.
func (r reads) EntryFor(ctx context.Context, v market.Viewer, id market.ID, now time.Time) (market.Entry, error) {
	found, err := r.Entries(ctx, []market.ID{id}, now)
	if err != nil {
		return market.Entry{}, err
	}
	if len(found) == 0 || !found[0].ReadableBy(v) {
		return market.Entry{}, market.ErrNotFound
	}
	if found, err = r.stillThere(ctx, v, found); err == nil && len(found) == 0 {
		err = market.ErrGone
	}
	if err != nil {
		return market.Entry{}, err
	}
	return found[0], nil
}

// OwnEntry is a listing of one of the viewer's groups. market.ErrNotFound: it is another's, whether the viewer may see it or not.
func (r reads) OwnEntry(ctx context.Context, v market.Viewer, id market.ID, now time.Time) (market.Entry, error) {
	found, err := r.Entries(ctx, []market.ID{id}, now)
	if err == nil && (len(found) == 0 || !v.In(found[0].Listing.GroupID)) {
		err = market.ErrNotFound
	}
	if err != nil {
		return market.Entry{}, err
	}
	return found[0], nil
}

// stillThere leaves out what has closed, but for those whom it goes on concerning: its group, those it was introduced to, and the
// connectors of its networks and operators, who are asked about what was reported.
func (r reads) stillThere(ctx context.Context, v market.Viewer, entries []market.Entry) ([]market.Entry, error) {
	var closed, groups []market.ID
	for _, e := range entries {
		if e.Listing.Life.Closed() && !v.System && !v.Operator && !v.In(e.Listing.GroupID) {
			closed = append(closed, e.Listing.ID)
		}
	}
	if len(closed) == 0 {
		return entries, nil
	}
	known, err := r.introducedTo(ctx, v, closed)
	if err == nil && len(v.Connects) > 0 {
		groups, err = r.GroupsIn(ctx, v.Connects)
	}
	return slices.DeleteFunc(entries, func(e market.Entry) bool {
		return slices.Contains(closed, e.Listing.ID) && !known[e.Listing.ID] && !slices.Contains(groups, e.Listing.GroupID)
	}), err
}

// introducedTo are those of the listings to which a group of the viewer's was introduced, as far as they know of it.
func (r reads) introducedTo(ctx context.Context, v market.Viewer, listings []market.ID) (map[market.ID]bool, error) {
	known := map[market.ID]bool{}
	if len(v.Roles) == 0 {
		return known, nil
	}
	ids, own := idArray(listings), idArray(v.Groups())
	all, err := many[market.Introduction](r.db.WithContext(ctx).Where(`offer_id = any (?::uuid[]) and need_group_id = any (?::uuid[])
		or need_id = any (?::uuid[]) and offer_group_id = any (?::uuid[])`, ids, own, ids, own))
	for _, in := range all {
		if in.KnownTo(v) {
			known[in.OfferID], known[in.NeedID] = true, true
		}
	}
	return known, err
}

// EntriesFor are those of the listings that the viewer may see, in the order asked for.
func (r reads) EntriesFor(ctx context.Context, v market.Viewer, ids []market.ID, now time.Time) ([]market.Entry, error) {
	found, err := r.Entries(ctx, ids, now)
	if err != nil {
		return nil, err
	}
	return r.readable(ctx, v, ids, found)
}

// ShownFor are EntriesFor with no more than a list shows of them: neither what is lent or asked for, nor what was read out of
// the text, nor what a group proved, gave and kept; how much of a need is filled only where a part may be. Of the networks only those are known by which the viewer may see more.
// It is for lists alone; what rules decide on comes from EntriesFor.
func (r reads) ShownFor(ctx context.Context, v market.Viewer, ids []market.ID, now time.Time) ([]market.Entry, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	listings, err := r.listingsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	groups, places := groupsAndPlaces(listings)
	a, db := &assembly{}, r.db.WithContext(ctx)
	loads := []func() error{
		func() error { return a.loadNames(db, groups, now) },
		func() error { return a.loadPlaces(db, places) },
	}
	if len(v.Roles) > 0 {
		loads = append(loads, func() error { return a.loadBlocks(db, groups) })
	}
	if len(v.Networks) > 0 || v.Within != nil {
		loads = append(loads, func() error { return a.loadNetworks(ctx, r, groups) })
	}
	if needs := inParts(listings); len(needs) > 0 {
		loads = append(loads, func() (err error) { a.taken, err = r.TakenOf(ctx, needs); return err })
	}
	found, err := a.assembled(listings, loads)
	if err != nil {
		return nil, err
	}
	return r.readable(ctx, v, ids, found)
}

// inParts are the needs that may be filled in parts.
func inParts(listings []market.Listing) (ids []market.ID) {
	for _, l := range listings {
		if l.Side == market.Need && l.Splittable && l.Quantity > 1 {
			ids = append(ids, l.ID)
		}
	}
	return ids
}

// readable are the entries that a viewer may see, in the order of the ids.
func (r reads) readable(ctx context.Context, v market.Viewer, ids []market.ID, found []market.Entry) ([]market.Entry, error) {
	byID := map[market.ID]market.Entry{}
	for _, e := range found {
		byID[e.Listing.ID] = e
	}
	var seen []market.Entry
	for _, id := range ids {
		if e, ok := byID[id]; ok && e.ReadableBy(v) {
			seen = append(seen, e)
		}
	}
	return r.stillThere(ctx, v, seen)
}

// Entries are listings by id, whatever their life, as the pool knows them. For our own jobs.
func (r reads) Entries(ctx context.Context, ids []market.ID, now time.Time) ([]market.Entry, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	listings, err := r.listingsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	return r.assemble(ctx, listings, now)
}

func (r reads) listingsByID(ctx context.Context, ids []market.ID) ([]market.Listing, error) {
	return many[market.Listing](r.db.WithContext(ctx).Where("id = any (?::uuid[])", idArray(ids)))
}

// EachOpen calls do with the open and paused listings, a batch at a time, until it returns an error.
func (r reads) EachOpen(ctx context.Context, now time.Time, do func([]market.Entry) error) error {
	for after := market.ID(""); ; {
		listings, err := many[market.Listing](r.db.WithContext(ctx).
			Where("life in ('open', 'paused') and (?::uuid is null or id > ?::uuid)", after, after).Order("id").Limit(500))
		if err != nil || len(listings) == 0 {
			return err
		}
		batch, err := r.assemble(ctx, listings, now)
		if err == nil {
			err = do(batch)
		}
		if err != nil {
			return err
		}
		after = listings[len(listings)-1].ID
	}
}

// OpenMoreThan reports whether more than n listings are open or paused. It reads no more than that.
func (r reads) OpenMoreThan(ctx context.Context, n int) (more bool, err error) {
	err = r.db.WithContext(ctx).Raw(`select count(*) > ? from (select 1 from listings where life in ('open', 'paused') limit ?) l`, n, n+1).Scan(&more).Error
	return more, translate(err)
}

// DraftEntry is a listing that is not kept yet, as the pool would know it: for "who could help" before posting.
func (r reads) DraftEntry(ctx context.Context, l market.Listing, now time.Time) (market.Entry, error) {
	entries, err := r.assemble(ctx, []market.Listing{l}, now)
	if err != nil {
		return market.Entry{}, err
	}
	return entries[0], nil
}

// assembly holds what was loaded for a batch of listings.
type assembly struct {
	groups   map[market.ID]*market.Standing
	places   map[market.ID]market.Place
	lent     map[market.ID][]market.Allocation
	asked    map[market.ID]int
	taken    map[market.ID]int
	networks map[market.ID][]market.ID
	meanings map[market.ID]meaningRow
}

func (r reads) assemble(ctx context.Context, listings []market.Listing, now time.Time) ([]market.Entry, error) {
	ids := make([]market.ID, len(listings))
	for i, l := range listings {
		ids[i] = l.ID
	}
	groups, places := groupsAndPlaces(listings)
	db := r.db.WithContext(ctx)
	a := &assembly{}
	return a.assembled(listings, []func() error{
		func() error { return a.loadNames(db, groups, now) },
		func() error { return a.loadEvidence(db, groups, now) },
		func() error { return a.loadBlocks(db, groups) },
		func() error { return a.loadPlaces(db, places) },
		func() error { return a.loadCapacity(db, ids, now) },
		func() (err error) { a.taken, err = r.TakenOf(ctx, ids); return err },
		func() error { return a.loadNetworks(ctx, r, groups) },
		func() error { return a.loadMeanings(db, ids) },
	})
}

// groupsAndPlaces of some listings, each once.
func groupsAndPlaces(listings []market.Listing) (groups, places []market.ID) {
	for _, l := range listings {
		groups = append(groups, l.GroupID)
		if l.PlaceID != "" {
			places = append(places, l.PlaceID)
		}
	}
	slices.Sort(groups)
	slices.Sort(places)
	return slices.Compact(groups), slices.Compact(places)
}

// assembled loads what is wanted, and makes the entries of it.
func (a *assembly) assembled(listings []market.Listing, loads []func() error) ([]market.Entry, error) {
	for _, load := range loads {
		if err := load(); err != nil {
			return nil, translate(err)
		}
	}
	entries := make([]market.Entry, len(listings))
	for i, l := range listings {
		entries[i] = a.entry(l)
	}
	return entries, nil
}

func (a *assembly) entry(l market.Listing) market.Entry {
	e := market.Entry{Listing: l, Lent: a.lent[l.ID], Asked: a.asked[l.ID], Taken: a.taken[l.ID], Networks: a.networks[l.GroupID], Meaning: a.meaning(l)}
	if g := a.groups[l.GroupID]; g != nil {
		e.Group = *g
	}
	if p, ok := a.places[l.PlaceID]; ok {
		e.Point, e.Outcode, e.Borough, e.Region = p.Public, p.Outcode, p.Borough, p.Region
	}
	return e
}

func (a *assembly) loadNames(db *gorm.DB, ids []market.ID, now time.Time) error {
	a.groups = map[market.ID]*market.Standing{}
	groups, err := many[market.Group](db.Where("id = any (?::uuid[])", idArray(ids)))
	if err != nil {
		return err
	}
	for _, g := range groups {
		a.groups[g.ID] = &market.Standing{ID: g.ID, Name: g.PublicName(), Alias: g.NameHidden, LegalForm: g.LegalForm, Languages: g.Languages,
			Active: g.Active(now), Hidden: g.RemovedAt != nil || g.HeldAt != nil || g.ClosedAt != nil, Sample: g.Sample}
	}
	return nil
}

func (a *assembly) loadEvidence(db *gorm.DB, ids []market.ID, now time.Time) error {
	evidence, err := many[market.Evidence](db.Raw(evidenceRows+` where v.group_id = any (?::uuid[])`, idArray(ids)))
	for _, ev := range evidence {
		g := a.groups[ev.GroupID]
		if g.Alias {
			ev = ev.Unplaced()
		}
		g.Evidence = append(g.Evidence, ev)
	}
	if err != nil {
		return err
	}
	return a.loadStanding(db, ids, now)
}

func (a *assembly) loadStanding(db *gorm.DB, ids []market.ID, now time.Time) error {
	checks, err := many[market.CheckStatement](db.Where("group_id = any (?::uuid[])", idArray(ids)))
	for _, c := range checks {
		a.groups[c.GroupID].Checked = c.Level
	}
	if err != nil {
		return err
	}
	var helped []struct {
		ID market.ID
		N  int
	}
	err = db.Raw(`select need_group_id as id, count(*) as n from introductions
		where need_group_id = any (?::uuid[]) and state = 'connected' and connected_at > ? and not exists
		      (select 1 from exchanges e where e.introduction_id = introductions.id and e.stage = 'not_done') group by 1`, idArray(ids), now.Add(-helpedWithin)).
		Scan(&helped).Error
	for _, h := range helped {
		a.groups[h.ID].Helped = h.N
	}
	if err != nil {
		return err
	}
	return a.loadOutcomes(db, ids)
}

// loadOutcomes counts what the groups kept and broke: what both sides say happened, and what both say did not. One
// side's word alone, or one person's for both, counts for nothing and against nobody.
func (a *assembly) loadOutcomes(db *gorm.DB, ids []market.ID) error {
	var outcomes []struct {
		ID           market.ID
		Kept, Broken int
	}
	list := idArray(ids)
	err := db.Raw(`select g.id, count(*) filter (where e.stage = 'happened') as kept, count(*) filter (where e.stage = 'not_done') as broken
		from introductions i join exchanges e on e.introduction_id = i.id
		cross join lateral (values (i.need_group_id), (i.offer_group_id)) g (id)
		where (i.need_group_id = any (?::uuid[]) or i.offer_group_id = any (?::uuid[])) and g.id = any (?::uuid[])
		  and (e.stage = 'happened' or e.stage = 'not_done' and e.offer_says = 'no' and e.need_says = 'no' and not coalesce(
		       (select v.actor from events v where v.subject_id = e.id and v.verb like 'exchange.told\_%' and v.on_behalf = i.need_group_id order by v.id desc limit 1)
		     = (select v.actor from events v where v.subject_id = e.id and v.verb like 'exchange.told\_%' and v.on_behalf = i.offer_group_id order by v.id desc limit 1), false))
		group by 1`, list, list, list).Scan(&outcomes).Error
	for _, o := range outcomes {
		a.groups[o.ID].Kept, a.groups[o.ID].Broken = o.Kept, o.Broken
	}
	return err
}

func (a *assembly) loadBlocks(db *gorm.DB, ids []market.ID) error {
	blocks, err := many[market.Block](db.Where("group_id = any (?::uuid[]) or blocked_id = any (?::uuid[])", idArray(ids), idArray(ids)))
	for _, b := range blocks {
		if g := a.groups[b.GroupID]; g != nil {
			g.Blocked = append(g.Blocked, b.BlockedID)
		}
		if g := a.groups[b.BlockedID]; g != nil {
			g.Blocked = append(g.Blocked, b.GroupID)
		}
	}
	return err
}

func (a *assembly) loadPlaces(db *gorm.DB, ids []market.ID) error {
	a.places = map[market.ID]market.Place{}
	if len(ids) == 0 {
		return nil
	}
	places, err := many[market.Place](db.Where("id = any (?::uuid[])", idArray(ids)))
	for _, p := range places {
		a.places[p.ID] = p
	}
	return err
}

func (a *assembly) loadCapacity(db *gorm.DB, ids []market.ID, now time.Time) error {
	a.lent, a.asked = map[market.ID][]market.Allocation{}, map[market.ID]int{}
	lent, err := many[market.Allocation](db.Where("offer_id = any (?::uuid[]) and released_at is null and (ends_at is null or ends_at > ?)",
		idArray(ids), now.Add(-24*time.Hour)).Order("starts_at, id")) // a day back: turn-round time still counts after the end
	for _, l := range lent {
		a.lent[l.OfferID] = append(a.lent[l.OfferID], l)
	}
	if err != nil {
		return err
	}
	var asked []struct {
		ID market.ID
		N  int
	}
	err = db.Raw(`select offer_id as id, count(*) as n from introductions where offer_id = any (?::uuid[]) and state = 'asked' group by 1
		union all
		select need_id, count(*) from introductions where need_id = any (?::uuid[]) and state in ('proposed', 'asked') group by 1`, idArray(ids), idArray(ids)).
		Scan(&asked).Error
	for _, row := range asked {
		a.asked[row.ID] = row.N
	}
	return err
}

func (a *assembly) loadNetworks(ctx context.Context, r reads, ids []market.ID) error {
	members, err := many[market.NetworkMember](r.db.WithContext(ctx).
		Where("group_id = any (?::uuid[]) and agreed_at is not null", idArray(ids)).Order("network_id"))
	if err != nil {
		return err
	}
	joined := make([]market.ID, len(members))
	for i, m := range members {
		joined[i] = m.NetworkID
	}
	below, err := r.below(ctx, joined)
	if err != nil {
		return err
	}
	a.networks = map[market.ID][]market.ID{}
	for _, m := range members {
		if g := a.groups[m.GroupID]; g != nil {
			g.Joined = append(g.Joined, m.NetworkID)
		}
		for _, id := range below[m.NetworkID] {
			if !slices.Contains(a.networks[m.GroupID], id) {
				a.networks[m.GroupID] = append(a.networks[m.GroupID], id)
			}
		}
	}
	return nil
}
