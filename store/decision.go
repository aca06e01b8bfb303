package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// QueuePage is which part of a list of what waits is read, the oldest first.
type QueuePage struct {
	At    time.Time // when the last of the page before came, and
	After market.ID // which it was; "": from the oldest
	Limit int
}

// of a list with these columns. The last of the page before need not wait any more.
func (p QueuePage) of(db *gorm.DB, at, id string) *gorm.DB {
	if p.After != "" {
		db = db.Where("("+at+", "+id+") > (?::timestamptz, ?::uuid)", p.At, p.After)
	}
	return db.Order(at + ", " + id).Limit(p.Limit)
}

// OpenReports are the reports that nobody has dealt with, oldest first, on what is still there. groups: about these and what is
// theirs; nil: all.
func (r reads) OpenReports(ctx context.Context, groups []market.ID, p QueuePage) ([]market.Report, error) {
	db := p.of(r.db.WithContext(ctx).Where(`handled_at is null and case subject
		when 'listing' then exists (select from listings where id = subject_id) when 'photo' then exists (select from photos where id = subject_id)
		when 'group' then exists (select from groups where id = subject_id) when 'message' then exists (select from messages where id = subject_id)
		else true end`), "created_at", "id")
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

// HandleReports marks all open reports on a thing as dealt with, and gives them.
func (tx *Tx) HandleReports(ctx context.Context, subject market.ID, now time.Time) ([]market.Report, error) {
	return many[market.Report](tx.db.WithContext(ctx).Raw(`update reports set handled_at = ? where subject_id = ? and handled_at is null returning *`, now, subject))
}

// Acknowledged reports whether a letter acknowledged a report, or would be forgotten by now if one had.
func (r reads) Acknowledged(ctx context.Context, report market.Report, now time.Time) (is bool, err error) {
	err = r.db.WithContext(ctx).Raw(`select ?::timestamptz < ?::timestamptz or exists (select from letters where about_id = ? and kind = ?)`,
		report.CreatedAt, now.Add(-keepLetters), report.ID, market.ReportReceived).Scan(&is).Error
	return is, translate(err)
}

// DecidedOn is what was decided when a report was dealt with; market.ErrNotFound: it was not.
func (r reads) DecidedOn(ctx context.Context, report market.Report) (market.Decision, error) {
	return one[market.Decision](r.db.WithContext(ctx).Where("subject_id = ? and created_at = ?", report.SubjectID, report.HandledAt))
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

// LogPage is which part of the log of decisions is read, the newest first.
type LogPage struct {
	Act   market.Act // only these; "": all
	At    time.Time  // when the last of the page before was made, and
	After market.ID  // which it was, though it is gone since; "": from the newest
	Limit int
}

// Decisions are the newest first: the log of what was hidden, refused and kept. groups: about theirs; nil: all.
func (r reads) Decisions(ctx context.Context, groups []market.ID, p LogPage) ([]market.Decision, error) {
	db := r.db.WithContext(ctx).Order("created_at desc, id desc").Limit(p.Limit)
	if p.Act != "" {
		db = db.Where("act = ?", p.Act)
	}
	if p.After != "" {
		db = db.Where("(created_at, id) < (?::timestamptz, ?::uuid)", p.At, p.After)
	}
	if groups != nil {
		db = db.Where("group_id = any (?::uuid[])", idArray(groups))
	}
	return many[market.Decision](db)
}

// Appeals that wait for an answer, oldest first.
func (r reads) Appeals(ctx context.Context, p QueuePage) ([]market.Decision, error) {
	return many[market.Decision](p.of(r.db.WithContext(ctx).Where("appealed_at is not null and answered_at is null"), "appealed_at", "id"))
}

// nameWaits of a group: a name that was refused waits no more, another of the same group does.
const nameWaits = `groups.held_at is not null and groups.removed_at is null and groups.closed_at is null and not exists (select from decisions d
	where d.subject_id = groups.id and d.act = 'refused' and d.outcome <> 'restored' and d.created_at >= groups.held_at)`

// networkWaits of a network, as nameWaits of a group.
const networkWaits = `networks.held_at is not null and networks.removed_at is null and not exists (select from decisions d
	where d.subject_id = networks.id and d.act = 'refused' and d.outcome <> 'restored' and d.created_at >= networks.held_at)`

// HeldNetworks are those whose names wait for a look, oldest first.
func (r reads) HeldNetworks(ctx context.Context, p QueuePage) ([]market.Network, error) {
	return many[market.Network](p.of(r.db.WithContext(ctx).Where(networkWaits), "held_at", "id"))
}

// HeldGroups are those whose names wait for a look, oldest first.
func (r reads) HeldGroups(ctx context.Context, p QueuePage) ([]market.Group, error) {
	return many[market.Group](p.of(r.db.WithContext(ctx).Where(nameWaits), "held_at", "id"))
}

// HideMessage drops a message's words from its conversation; they come back to be kept with the decision. Its files are shown to nobody, and
// stay while an appeal may give them back: ShowMessage shows them again.
func (tx *Tx) HideMessage(ctx context.Context, id market.ID, now time.Time) (string, error) {
	m, err := one[market.Message](tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id))
	if err != nil {
		return "", err
	}
	err = tx.db.WithContext(ctx).Exec(`update messages set text = '', purged_at = ? where id = ?`, now, id).Error
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

// HeldListings that wait for a viewer's look, oldest first: as a connector of a network that holds them, or as an operator where
// such a network has nobody for it. Those that their group withdrew meanwhile are left out.
func (r reads) HeldListings(ctx context.Context, v market.Viewer, now time.Time, p QueuePage) ([]market.HeldListing, error) {
	db := r.db.WithContext(ctx).Where(`exists (select from listings l where l.id = listing_id and l.life = 'draft')
		and exists (select `+looking+` and (w.id = any (cast(@networks as uuid[])) or @operator and `+nobodyLooks+`))`,
		map[string]any{"networks": idArray(v.Connects), "operator": v.Operator, "now": now})
	return many[market.HeldListing](p.of(db, "created_at", "listing_id"))
}

// HeldOf are the listings of a group that wait for a look, whoever's, the oldest first.
func (r reads) HeldOf(ctx context.Context, group market.ID) ([]market.Listing, error) {
	return many[market.Listing](r.db.WithContext(ctx).Where(`life = 'draft' and exists (select from held_listings h
		where h.listing_id = listings.id and h.group_id = ?)`, group).Order("created_at, id"))
}

// OldestHeld is the listing that has waited longest of those of a group at which a network looks; market.ErrNotFound: none does.
func (r reads) OldestHeld(ctx context.Context, network, group market.ID) (market.ID, error) {
	h, err := one[market.HeldListing](r.db.WithContext(ctx).Where(`group_id = ? and exists (select from listings l where l.id = listing_id and l.life = 'draft')
		and exists (select `+looking+` and n.network_id = ?)`, group, network).Order("created_at, listing_id"))
	return h.ListingID, err
}

// UnholdListing ends that a listing waits. False: it did not.
func (tx *Tx) UnholdListing(ctx context.Context, id market.ID) (bool, error) {
	res := tx.db.WithContext(ctx).Exec(`delete from held_listings where listing_id = ?`, id)
	return res.RowsAffected == 1, translate(res.Error)
}

// LetThrough ends that what a group posts waits in a network.
func (tx *Tx) LetThrough(ctx context.Context, network, group market.ID, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Exec(`update network_members set cleared_at = ? where network_id = ? and group_id = ?`, now, network, group).Error)
}

// UnholdListings ends that those of groups wait at which no network looks any more, and gives them, the oldest first; not those that
// were withdrawn meanwhile.
func (tx *Tx) UnholdListings(ctx context.Context, groups ...market.ID) ([]market.Listing, error) {
	return many[market.Listing](tx.db.WithContext(ctx).Raw(`with freed as (delete from held_listings where group_id = any (?::uuid[]) and not exists (select `+looking+`)
			and not exists (select from supplied s join mandates m on m.id = s.mandate_id where s.listing_id = held_listings.listing_id and (m.state <> 'given' or s.stopped_at is not null))
			returning listing_id)
		select l.* from listings l join freed on freed.listing_id = l.id where l.life = 'draft' order by l.created_at, l.id`, idArray(groups)))
}

// OpenUnheld opens some that waited. market.ErrConflict: one was changed since it was read.
func (tx *Tx) OpenUnheld(ctx context.Context, now time.Time, all ...market.Listing) error {
	if len(all) == 0 {
		return nil
	}
	jobs, read := make([]market.Job, 0, 2*len(all)), make([][]any, len(all))
	for i, l := range all {
		read[i] = []any{l.ID, l.Version}
		jobs = append(jobs, market.Job{Kind: market.IndexJob, Subject: l.ID}, market.Job{Kind: market.MatchJob, Subject: l.ID})
	}
	res := tx.db.WithContext(ctx).Exec(`update listings set life = 'open', opened_at = @now, expires_at = @ends, updated_at = @now, version = version + 1
		where (id, version) in @read`, map[string]any{"now": now, "ends": now.Add(market.OpenFor), "read": read})
	if res.Error == nil && int(res.RowsAffected) != len(all) {
		return market.ErrConflict
	}
	return errors.Join(translate(res.Error), tx.Enqueue(ctx, time.Now(), jobs...))
}

// holding are the networks that hold what groups post.
const holding = `from network_members n join networks w on w.id = n.network_id and w.holds where n.agreed_at is not null and n.cleared_at is null`

// looking are the networks that look at a listing of held_listings: those that hold it, but for one whose no to it was taken back upon
// an appeal, and which has been asked.
const looking = holding + ` and n.group_id = held_listings.group_id and not exists (select from decisions d where d.subject_id = held_listings.listing_id
	and d.network_id = n.network_id and d.act = 'refused' and d.outcome = 'restored')`

// LookingAt are the networks that look at a listing that waits; none: it does not.
func (r reads) LookingAt(ctx context.Context, listing market.ID) (ids []market.ID, err error) {
	err = r.db.WithContext(ctx).Raw(`select l.network_id from held_listings cross join lateral (select n.network_id `+looking+`) l
		where held_listings.listing_id = ? order by l.network_id`, listing).Scan(&ids).Error
	return ids, translate(err)
}

// HoldingFor are the networks that hold what a group posts.
func (r reads) HoldingFor(ctx context.Context, group market.ID) (ids []market.ID, err error) {
	err = r.db.WithContext(ctx).Raw(`select n.network_id `+holding+` and n.group_id = ? order by n.network_id`, group).Scan(&ids).Error
	return ids, translate(err)
}
