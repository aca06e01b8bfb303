package market

import "time"

// PostedForm says which listing a form became, kept before or not, so that it is not kept anew by a form that is sent late. It stays so when
// the listing goes, for UnfinishedLasts.
type PostedForm struct {
	PersonID  ID `gorm:"primaryKey"`
	ID        ID `gorm:"primaryKey"` // the unfinished form's
	ListingID ID
	PostedAt  time.Time
}
