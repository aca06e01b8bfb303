package store

import (
	"context"
	"encoding/json"
	"time"

	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// AddPartner keeps a new partner.
func (tx *Tx) AddPartner(ctx context.Context, p market.Partner) error { return create(ctx, tx.db, &p) }

// Partner by id, ended ones too.
func (r reads) Partner(ctx context.Context, id market.ID) (market.Partner, error) {
	return one[market.Partner](r.db.WithContext(ctx).Where("id = ?", id))
}

// Partners by their ids, ended ones too.
func (r reads) Partners(ctx context.Context, ids []market.ID) (map[market.ID]market.Partner, error) {
	all, err := many[market.Partner](r.db.WithContext(ctx).Where("id = any (?::uuid[])", idArray(ids)))
	by := map[market.ID]market.Partner{}
	for _, p := range all {
		by[p.ID] = p
	}
	return by, err
}

// LockedPartner is a partner that nobody else changes until the transaction ends. market.ErrGone: it has ended.
func (tx *Tx) LockedPartner(ctx context.Context, id market.ID) (market.Partner, error) {
	p, err := one[market.Partner](tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", id))
	if err == nil && p.EndedAt != nil {
		err = market.ErrGone
	}
	return p, err
}

// PartnersOf a person that have not ended, the oldest first.
func (r reads) PartnersOf(ctx context.Context, person market.ID) ([]market.Partner, error) {
	return many[market.Partner](r.db.WithContext(ctx).Where("person_id = ? and ended_at is null", person).Order("created_at, id"))
}

// SetOrigins writes whose pages may call with a partner's keys.
func (tx *Tx) SetOrigins(ctx context.Context, p market.Partner) error {
	return changed(tx.db.WithContext(ctx).Model(&p).Where("id = ? and ended_at is null", p.ID).Select("Origins").Updates(&p))
}

// EndPartner ends a partner with its keys and grants. market.ErrRepeated: it had ended.
func (tx *Tx) EndPartner(ctx context.Context, id market.ID, now time.Time) error {
	db := tx.db.WithContext(ctx)
	res := db.Model(&market.Partner{}).Where("id = ? and ended_at is null", id).Update("ended_at", now)
	if res.Error == nil && res.RowsAffected == 0 {
		return market.ErrRepeated
	}
	if res.Error == nil {
		res = db.Model(&market.Token{}).Where("partner_id = ? and ended_at is null", id).Update("ended_at", now)
	}
	if res.Error == nil {
		res = db.Exec(`update partner_grants set state = 'ended', decided_at = ? where partner_id = ? and state in ('asked', 'granted')`, now, id)
	}
	return translate(res.Error)
}

// AddGrant keeps what a partner asks for. market.ErrConflict: it asks for it, or has it, already.
func (tx *Tx) AddGrant(ctx context.Context, g market.Grant) error { return create(ctx, tx.db, &g) }

// Grant by id.
func (r reads) Grant(ctx context.Context, id market.ID) (market.Grant, error) {
	return one[market.Grant](r.db.WithContext(ctx).Where("id = ?", id))
}

// GrantsOf a partner, the newest first.
func (r reads) GrantsOf(ctx context.Context, partner market.ID) ([]market.Grant, error) {
	return many[market.Grant](r.db.WithContext(ctx).Where("partner_id = ?", partner).Order("asked_at desc, id desc"))
}

// GrantsFor those who decide about them: of the networks that the viewer looks after, of all for an operator; in one state,
// the oldest first, so many behind one of them. after "" begins at the start, and so does one that is not there.
func (r reads) GrantsFor(ctx context.Context, v market.Viewer, state market.GrantState, after market.ID, limit int) ([]market.Grant, error) {
	db := r.db.WithContext(ctx).Where("state = ?", state)
	if after != "" {
		db = db.Where("(asked_at, id) > (select a.asked_at, a.id from partner_grants a where a.id = ?) or not exists (select from partner_grants a where a.id = ?)", after, after)
	}
	if !v.Operator {
		db = db.Where("network_id = any (?::uuid[])", idArray(v.Connects))
	}
	return many[market.Grant](db.Order("asked_at, id").Limit(limit))
}

// DecideGrant writes a decision over a grant that is in a state still. market.ErrConflict: it has moved on.
func (tx *Tx) DecideGrant(ctx context.Context, g market.Grant, was market.GrantState) error {
	return changed(tx.db.WithContext(ctx).Model(&g).Where("id = ? and state = ?", g.ID, was).
		Select("Scopes", "PerMinute", "PerDay", "State", "Reason", "DecidedAt", "DecidedBy").Updates(&g))
}

// KeysOf a partner that count, the newest first.
func (r reads) KeysOf(ctx context.Context, partner market.ID) ([]market.Token, error) {
	return many[market.Token](r.db.WithContext(ctx).Where("partner_id = ? and ended_at is null", partner).Order("created_at desc, id desc"))
}

// EndKey ends one key of a partner. market.ErrNotFound: there is no such one.
func (tx *Tx) EndKey(ctx context.Context, partner, id market.ID, now time.Time) error {
	res := tx.db.WithContext(ctx).Model(&market.Token{}).Where("id = ? and partner_id = ? and ended_at is null", id, partner).Update("ended_at", now)
	if res.Error == nil && res.RowsAffected == 0 {
		return market.ErrNotFound
	}
	return translate(res.Error)
}

// OriginKnown reports whether pages of an origin may call with some key: what a browser asks before it sends one.
func (r reads) OriginKnown(ctx context.Context, origin string) (known bool, err error) {
	text, err := json.Marshal([]string{origin})
	if err != nil {
		return false, err
	}
	err = r.db.WithContext(ctx).Raw(`select exists (select 1 from partners where ended_at is null and origins @> ?::jsonb)`, string(text)).Scan(&known).Error
	return known, translate(err)
}

// Sandbox is the network of invented listings that test keys see. market.ErrNotFound: nobody has made a test key yet.
func (r reads) Sandbox(ctx context.Context) (market.Network, error) {
	return one[market.Network](r.db.WithContext(ctx).Where("sandbox"))
}

// LockSandbox holds others up who would make the sandbox too.
func (tx *Tx) LockSandbox(ctx context.Context) error {
	return translate(tx.db.WithContext(ctx).Exec(`select pg_advisory_xact_lock(hashtext('partner sandbox'))`).Error)
}

// DirectoryAfter are groups that show their names and that a partner may be shown: those of the networks it is bound to, by
// their ids, from after one on.
func (r reads) DirectoryAfter(ctx context.Context, v market.Viewer, after market.ID, limit int) (ids []market.ID, err error) {
	db := r.db.WithContext(ctx).Table("groups g").Where(`not g.name_hidden and g.held_at is null and g.removed_at is null and g.closed_at is null
		and (?::uuid is null or g.id > ?::uuid)`, after, after)
	if v.Within != nil {
		db = db.Where(`exists (select 1 from network_members m where m.group_id = g.id and m.agreed_at is not null and m.network_id = any (?::uuid[]))`, idArray(v.Within))
	} else {
		db = db.Where(`not exists (select 1 from network_members m join networks n on n.id = m.network_id and n.sandbox where m.group_id = g.id)`)
	}
	err = db.Order("g.id").Limit(limit).Pluck("g.id", &ids).Error
	return ids, translate(err)
}
