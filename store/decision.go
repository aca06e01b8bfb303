package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// OpenReports are the reports that nobody has dealt with, oldest first. groups: about these and what is theirs; nil: all.
func (r reads) OpenReports(ctx context.Context, groups []market.ID, limit int) ([]market.Report, error) {
	db := r.db.WithContext(ctx).Where("handled_at is null").Order("created_at, id").Limit(limit)
	if groups != nil {
		db = db.Where(`(subject = 'group' and subject_id = any (?::uuid[]))
			or (subject = 'listing' and subject_id in (select id from listings where group_id = any (?::uuid[])))
			or (subject = 'photo' and subject_id in (select p.id from photos p join listings l on l.id = p.listing_id where l.group_id = any (?::uuid[])))`,
			idArray(groups), idArray(groups), idArray(groups))
	}
	return many[market.Report](db)
}

// ReportsOn are all reports on one thing, oldest first.
func (r reads) ReportsOn(ctx context.Context, subject market.ID) ([]market.Report, error) {
	return many[market.Report](r.db.WithContext(ctx).Where("subject_id = ?", subject).Order("created_at, id"))
}

// HandleReports marks all open reports on a thing as dealt with, and says how many they were.
func (tx *Tx) HandleReports(ctx context.Context, subject market.ID, now time.Time) (int64, error) {
	res := tx.db.WithContext(ctx).Model(&market.Report{}).Where("subject_id = ? and handled_at is null", subject).Update("handled_at", now)
	return res.RowsAffected, translate(res.Error)
}

// KeepDecision keeps what was decided.
func (tx *Tx) KeepDecision(ctx context.Context, d market.Decision) error {
	return create(ctx, tx.db, &d)
}

// Decision by id.
func (r reads) Decision(ctx context.Context, id market.ID) (market.Decision, error) {
	return one[market.Decision](r.db.WithContext(ctx).Where("id = ?", id))
}

// HidBy is the decision that hid or refused a thing last; market.ErrNotFound: there is none.
func (r reads) HidBy(ctx context.Context, subject market.ID) (market.Decision, error) {
	return one[market.Decision](r.db.WithContext(ctx).Where("subject_id = ? and act in ('hidden', 'refused')", subject).Order("created_at desc, id desc").Limit(1))
}

// LockDecision reads a decision for an appeal or its answer.
func (tx *Tx) LockDecision(ctx context.Context, id market.ID) (market.Decision, error) {
	return one[market.Decision](tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id))
}

// ChangeDecision writes an appeal and its answer.
func (tx *Tx) ChangeDecision(ctx context.Context, d market.Decision) error {
	return changed(tx.db.WithContext(ctx).Model(&d).Where("id = ?", d.ID).
		Select("Was", "Appeal", "AppealedAt", "AppealedBy", "Outcome", "Answer", "AnsweredAt", "AnsweredBy").Updates(&d))
}

// LogPage is which part of the log of decisions is read.
type LogPage struct {
	Act   market.Act // only these; "": all
	After market.ID  // the last of the page before; "": from the newest
	Limit int
}

// Decisions are the newest first: the log of what was hidden, refused and kept. groups: about theirs; nil: all.
func (r reads) Decisions(ctx context.Context, groups []market.ID, p LogPage) ([]market.Decision, error) {
	db := r.db.WithContext(ctx).Order("created_at desc, id desc").Limit(p.Limit)
	if p.Act != "" {
		db = db.Where("act = ?", p.Act)
	}
	if p.After != "" {
		db = db.Where("(created_at, id) < (select a.created_at, a.id from decisions a where a.id = ?)", p.After)
	}
	if groups != nil {
		db = db.Where("group_id = any (?::uuid[])", idArray(groups))
	}
	return many[market.Decision](db)
}

// Appeals that wait for an answer, oldest first.
func (r reads) Appeals(ctx context.Context, limit int) ([]market.Decision, error) {
	return many[market.Decision](r.db.WithContext(ctx).Where("appealed_at is not null and answered_at is null").Order("appealed_at, id").Limit(limit))
}

// HeldGroups are those whose names wait for a look, oldest first: a name that was refused waits no more, another of the same group does.
func (r reads) HeldGroups(ctx context.Context, limit int) ([]market.Group, error) {
	return many[market.Group](r.db.WithContext(ctx).Where(`held_at is not null and removed_at is null and closed_at is null and not exists (select from decisions d
		where d.subject_id = groups.id and d.act = 'refused' and d.outcome <> 'restored' and d.created_at >= groups.held_at)`).Order("held_at, id").Limit(limit))
}

// HideMessage drops a message's words and files from its conversation; they come back to be kept with the decision.
func (tx *Tx) HideMessage(ctx context.Context, id market.ID, now time.Time) (string, error) {
	m, err := one[market.Message](tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id))
	if err != nil {
		return "", err
	}
	err = tx.db.WithContext(ctx).Exec(`delete from message_files where message_id = ?`, id).Error
	if err == nil {
		err = tx.db.WithContext(ctx).Exec(`update messages set text = '', left_out = '[]', purged_at = ? where id = ?`, now, id).Error
	}
	return m.Text, translate(err)
}

// ShowMessage puts a hidden message's words back.
func (tx *Tx) ShowMessage(ctx context.Context, id market.ID, text string) error {
	return translate(tx.db.WithContext(ctx).Exec(`update messages set text = ?, purged_at = null where id = ?`, text, id).Error)
}

// HoldListing has a listing wait for a connector's look.
func (tx *Tx) HoldListing(ctx context.Context, h market.HeldListing) error {
	return create(ctx, tx.db, &h)
}

// HeldListing is whether a listing waits; market.ErrNotFound: it does not.
func (r reads) HeldListing(ctx context.Context, id market.ID) (market.HeldListing, error) {
	return one[market.HeldListing](r.db.WithContext(ctx).Where("listing_id = ?", id))
}

// HeldListings of these groups, oldest first; those that their group withdrew meanwhile left out.
func (r reads) HeldListings(ctx context.Context, groups []market.ID) ([]market.HeldListing, error) {
	return many[market.HeldListing](r.db.WithContext(ctx).Where(`group_id = any (?::uuid[])
		and exists (select from listings l where l.id = listing_id and l.life = 'draft')`, idArray(groups)).Order("created_at, listing_id"))
}

// UnholdListing ends that a listing waits. False: it did not.
func (tx *Tx) UnholdListing(ctx context.Context, id market.ID) (bool, error) {
	res := tx.db.WithContext(ctx).Exec(`delete from held_listings where listing_id = ?`, id)
	return res.RowsAffected == 1, translate(res.Error)
}

// LetThrough ends that what a group posts waits in a network. Left over: the networks in which it still does.
func (tx *Tx) LetThrough(ctx context.Context, network, group market.ID, now time.Time) (left int, err error) {
	db := tx.db.WithContext(ctx)
	if err = db.Exec(`update network_members set cleared_at = ? where network_id = ? and group_id = ?`, now, network, group).Error; err == nil {
		err = db.Raw(`select count(*) from network_members n join networks w on w.id = n.network_id and w.holds
			where n.group_id = ? and n.agreed_at is not null and n.cleared_at is null`, group).Scan(&left).Error
	}
	return left, translate(err)
}

// UnholdListings of a group, and says which they were.
func (tx *Tx) UnholdListings(ctx context.Context, group market.ID) (ids []market.ID, err error) {
	err = tx.db.WithContext(ctx).Raw(`delete from held_listings where group_id = ? returning listing_id`, group).Scan(&ids).Error
	return ids, translate(err)
}

// HoldingFor are the networks that hold what a group posts.
func (r reads) HoldingFor(ctx context.Context, group market.ID) (ids []market.ID, err error) {
	err = r.db.WithContext(ctx).Raw(`select n.network_id from network_members n join networks w on w.id = n.network_id and w.holds
		where n.group_id = ? and n.agreed_at is not null and n.cleared_at is null order by n.network_id`, group).Scan(&ids).Error
	return ids, translate(err)
}
