package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// Bounced keeps what a server told of a letter; false when it was told before.
func (tx *Tx) Bounced(ctx context.Context, b market.Bounce) (bool, error) {
	res := tx.db.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&b)
	return res.RowsAffected > 0, translate(res.Error)
}

// SoftBounces of mails to a person since a time, but for refusals that speak of us or of the mail (RFC 3463: x.1.4 to x.1.9 but for
// x.1.6, x.5, x.6, x.7): of them nobody's mail box is at fault.
func (r reads) SoftBounces(ctx context.Context, person market.ID, since time.Time) (int, error) {
	var n int
	err := r.db.WithContext(ctx).Raw(`select count(*) from bounces where person_id = ? and fate = 'soft' and created_at > ?
		and status !~ '^[45]\.([567]\.|1\.([45789]|90)$)'`, person, since).Scan(&n).Error
	return n, translate(err)
}

// MarkBounced says whether mail to a person's address comes back.
func (tx *Tx) MarkBounced(ctx context.Context, person market.ID, bounced bool) error {
	return changed(tx.db.WithContext(ctx).Model(&market.Person{}).Where("id = ?", person).Update("bounced", bounced))
}

// ForgetBounces starts counting anew for a person.
func (tx *Tx) ForgetBounces(ctx context.Context, person market.ID) error {
	return translate(tx.db.WithContext(ctx).Exec(`delete from bounces where person_id = ? and fate <> 'complained'`, person).Error)
}

type mailStop struct {
	PersonID  market.ID
	Kind      market.LetterKind
	CreatedAt time.Time
}

func (mailStop) TableName() string { return "mail_stops" }

// StoppedMails are the kinds of mail a person wants no more of.
func (r reads) StoppedMails(ctx context.Context, person market.ID) ([]market.LetterKind, error) {
	var kinds []market.LetterKind
	err := r.db.WithContext(ctx).Raw(`select kind from mail_stops where person_id = ? order by kind`, person).Scan(&kinds).Error
	return kinds, translate(err)
}

// StopMails ends mails of kinds to a person. Safe to repeat.
func (tx *Tx) StopMails(ctx context.Context, person market.ID, kinds []market.LetterKind, now time.Time) error {
	for _, k := range kinds {
		row := mailStop{PersonID: person, Kind: k, CreatedAt: now}
		if err := create(ctx, tx.db.Clauses(clause.OnConflict{DoNothing: true}), &row); err != nil {
			return err
		}
	}
	return nil
}

// ResumeMails has mails of kinds sent to a person again. Safe to repeat.
func (tx *Tx) ResumeMails(ctx context.Context, person market.ID, kinds []market.LetterKind) error {
	if len(kinds) == 0 {
		return nil
	}
	return translate(tx.db.WithContext(ctx).Exec(`delete from mail_stops where person_id = ? and kind in ?`, person, kinds).Error)
}
