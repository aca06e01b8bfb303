package store

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// KeepSavedSearch keeps a new one.
func (tx *Tx) KeepSavedSearch(ctx context.Context, s market.SavedSearch) error {
	return create(ctx, tx.db, &s)
}

// SavedSearches of a person, newest first.
func (r reads) SavedSearches(ctx context.Context, person market.ID) ([]market.SavedSearch, error) {
	return many[market.SavedSearch](r.db.WithContext(ctx).Where("person_id = ?", person).Order("created_at desc, id desc"))
}

// SavedSearch of a person. market.ErrNotFound: there is none, or it is another's.
func (r reads) SavedSearch(ctx context.Context, person, id market.ID) (market.SavedSearch, error) {
	return one[market.SavedSearch](r.db.WithContext(ctx).Where("id = ? and person_id = ?", id, person))
}

// SavedSearchByID is anybody's, for our own jobs. market.ErrNotFound: it was deleted.
func (r reads) SavedSearchByID(ctx context.Context, id market.ID) (market.SavedSearch, error) {
	return one[market.SavedSearch](r.db.WithContext(ctx).Where("id = ?", id))
}

// LockSavedSearch reads a search of a person for changing it. market.ErrNotFound: there is none, or it is another's.
func (tx *Tx) LockSavedSearch(ctx context.Context, person, id market.ID) (market.SavedSearch, error) {
	return one[market.SavedSearch](tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ? and person_id = ?", id, person))
}

// ChangeSavedSearch writes its name, pace and pause.
func (tx *Tx) ChangeSavedSearch(ctx context.Context, s market.SavedSearch) error {
	return changed(tx.db.WithContext(ctx).Model(&market.SavedSearch{}).Where("id = ?", s.ID).Select("name", "pace", "paused_at").Updates(&s))
}

// DropSavedSearch deletes a search of a person with its alerts. market.ErrNotFound: there is none, or it is another's.
func (tx *Tx) DropSavedSearch(ctx context.Context, person, id market.ID) error {
	res := tx.db.WithContext(ctx).Where("id = ? and person_id = ?", id, person).Delete(&market.SavedSearch{})
	if res.Error == nil && res.RowsAffected == 0 {
		return market.ErrNotFound
	}
	return translate(res.Error)
}

// liveSearch is one whose person wants alerts: neither paused nor erased.
const liveSearch = `paused_at is null and exists (select 1 from people p where p.id = saved_searches.person_id and p.erased_at is null)`

// EachLiveSearch calls do with the searches that want alerts, a batch at a time, until it returns an error.
func (r reads) EachLiveSearch(ctx context.Context, do func([]market.SavedSearch) error) error {
	for after := market.ID(""); ; {
		batch, err := many[market.SavedSearch](r.db.WithContext(ctx).Where(liveSearch+" and (?::uuid is null or id > ?::uuid)", after, after).Order("id").Limit(2000))
		if err != nil || len(batch) == 0 {
			return err
		}
		if err := do(batch); err != nil {
			return err
		}
		after = batch[len(batch)-1].ID
	}
}

// LiveSearches are those of the ids that want alerts.
func (r reads) LiveSearches(ctx context.Context, ids []market.ID) ([]market.SavedSearch, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return many[market.SavedSearch](r.db.WithContext(ctx).Where(liveSearch+" and id = any (?::uuid[])", idArray(ids)))
}

// SearchChanges are saved searches that were changed after the cursor, and the cursor to go on from, as Changes has them for
// listings. Where before is 0, those are among them whose neighbours in time are still open: the cursor must not move by these.
func (r reads) SearchChanges(ctx context.Context, after Cursor, before uint64, limit int) ([]market.ID, Cursor, error) {
	var rows []struct {
		XID      uint64 `gorm:"column:xid"`
		Seq      int64
		SearchID market.ID
	}
	err := r.db.WithContext(ctx).Raw(`select xid::text::bigint as xid, seq, search_id from search_changes
		where (xid, seq) > (?::text::xid8, ?) and (? = 0 or xid < ?::text::xid8)
		order by xid, seq limit ?`, strconv.FormatUint(after.XID, 10), after.Seq, before, strconv.FormatUint(before, 10), limit).Scan(&rows).Error
	var ids []market.ID
	for _, row := range rows {
		after = Cursor{XID: row.XID, Seq: row.Seq}
		ids = append(ids, row.SearchID)
	}
	return ids, after, translate(err)
}

// ViewersFor are people as ViewerFor has them, by person, in one statement; their roles count as a reader's. Whoever was
// erased is missing.
func (s *Store) ViewersFor(ctx context.Context, people []market.ID, now time.Time) (map[market.ID]market.Viewer, error) {
	rows, err := s.pool.Query(ctx, `
		select p.id::text, p.operator,
		       array(select c.network_id::text from connectors c where c.person_id = p.id and c.since <= $2 and (c.until is null or c.until > $2)),
		       array_remove(array_agg(distinct m.group_id::text), null), array_remove(array_agg(distinct n.network_id::text), null),
		       array_remove(array_agg(distinct l.borough), null), array_remove(array_agg(distinct l.region), null)
		  from people p
		  left join memberships m on m.person_id = p.id and m.since <= $2 and (m.until is null or m.until > $2)
		  left join network_members n on n.group_id = m.group_id and n.agreed_at is not null
		  left join places l on l.group_id = m.group_id
		 where p.id = any ($1::uuid[]) and p.erased_at is null
		 group by p.id`, texts(people), now)
	if err != nil {
		return nil, translate(err)
	}
	found := map[market.ID]market.Viewer{}
	var person string
	var operator bool
	var connects, groups, networks, boroughs, regions []string
	_, err = pgx.ForEachRow(rows, []any{&person, &operator, &connects, &groups, &networks, &boroughs, &regions}, func() error {
		v := market.Viewer{Person: market.ID(person), Operator: operator, Connects: ids(connects), Networks: ids(append(connects, networks...)),
			Roles: map[market.ID]market.Role{}, Boroughs: slices.Clone(boroughs), Regions: slices.Clone(regions)}
		for _, g := range groups {
			v.Roles[market.ID(g)] = market.Reader
		}
		found[v.Person] = v
		return nil
	})
	return found, translate(err)
}

func texts(list []market.ID) []string {
	out := make([]string, len(list))
	for i, id := range list {
		out[i] = string(id)
	}
	return out
}

func ids(list []string) []market.ID {
	out := make([]market.ID, len(list))
	for i, id := range list {
		out[i] = market.ID(id)
	}
	return out
}
