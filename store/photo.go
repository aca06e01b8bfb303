package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"wherewithal/market"
)

// photoColumns are all but the prints, which are read one at a time when somebody looks at one.
const photoColumns = "id, listing_id, position, alt, decorative, width, height, small_width, created_at, hidden_at"

func (r reads) photos(ctx context.Context) *gorm.DB {
	return r.db.WithContext(ctx).Model(&market.Photo{}).Select(photoColumns)
}

// PhotosOf a listing in their order, without those that moderation hid. Whether the listing may be seen is asked before.
func (r reads) PhotosOf(ctx context.Context, listing market.ID) ([]market.Photo, error) {
	return many[market.Photo](r.photos(ctx).Where("listing_id = ? and hidden_at is null", listing).Order("position, id"))
}

// AllPhotosOf a listing in their order, hidden ones too: for its own group.
func (r reads) AllPhotosOf(ctx context.Context, listing market.ID) ([]market.Photo, error) {
	return many[market.Photo](r.photos(ctx).Where("listing_id = ?", listing).Order("position, id"))
}

// PhotosOfAll are those of several listings, by listing, as PhotosOf has them.
func (r reads) PhotosOfAll(ctx context.Context, listings []market.ID) (map[market.ID][]market.Photo, error) {
	by := map[market.ID][]market.Photo{}
	if len(listings) == 0 {
		return by, nil
	}
	all, err := many[market.Photo](r.photos(ctx).Where("listing_id = any (?::uuid[]) and hidden_at is null", idArray(listings)).Order("listing_id, position, id"))
	for _, p := range all {
		by[p.ListingID] = append(by[p.ListingID], p)
	}
	return by, err
}

// FirstPhotos are the first photo of each of the listings that has one, by listing.
func (r reads) FirstPhotos(ctx context.Context, listings []market.ID) (map[market.ID]market.Photo, error) {
	first := map[market.ID]market.Photo{}
	if len(listings) == 0 {
		return first, nil
	}
	all, err := many[market.Photo](r.db.WithContext(ctx).Raw(`select distinct on (listing_id) `+photoColumns+` from photos
		where listing_id = any (?::uuid[]) and hidden_at is null order by listing_id, position, id`, idArray(listings)))
	for _, p := range all {
		first[p.ListingID] = p
	}
	return first, err
}

// Photo by id, hidden or not.
func (r reads) Photo(ctx context.Context, id market.ID) (market.Photo, error) {
	return one[market.Photo](r.photos(ctx).Where("id = ?", id))
}

// PhotosByID, hidden or not; what is none is left out.
func (r reads) PhotosByID(ctx context.Context, ids []market.ID) ([]market.Photo, error) {
	return many[market.Photo](r.photos(ctx).Where("id = any (?::uuid[])", idArray(ids)))
}

// PhotoFor a viewer who may see its listing, with that. market.ErrNotFound for everybody else; one that moderation hid is for
// operators alone.
func (r reads) PhotoFor(ctx context.Context, v market.Viewer, id market.ID, now time.Time) (market.Photo, market.Entry, error) {
	p, err := r.Photo(ctx, id)
	if err == nil && p.HiddenAt != nil && !v.Operator && !v.System {
		err = market.ErrNotFound
	}
	if err != nil {
		return market.Photo{}, market.Entry{}, err
	}
	e, err := r.EntryFor(ctx, v, p.ListingID, now)
	return p, e, err
}

// Print of a photo in one of its sizes, a JPEG. market.ErrNotFound: there is none.
func (r reads) Print(ctx context.Context, photo market.ID, size market.PhotoSize) ([]byte, error) {
	column := map[market.PhotoSize]string{market.LargePhoto: "large", market.SmallPhoto: "small"}[size]
	if column == "" {
		return nil, market.ErrNotFound
	}
	var prints [][]byte
	err := r.db.WithContext(ctx).Raw(`select `+column+` from photos where id = ?`, photo).Scan(&prints).Error
	if err == nil && len(prints) == 0 {
		return nil, market.ErrNotFound
	}
	if err != nil {
		return nil, translate(err)
	}
	return prints[0], nil
}

// photoRow is a photo with what is seen of it.
type photoRow struct {
	market.Photo
	Large, Small []byte
}

func (photoRow) TableName() string { return "photos" }

// AddPhoto keeps a photo behind those that its listing has.
func (tx *Tx) AddPhoto(ctx context.Context, p market.Photo, prints market.Prints) error {
	return create(ctx, tx.db, &photoRow{Photo: p, Large: prints.Large, Small: prints.Small})
}

// ArrangePhoto writes where a photo stands and what is said about it.
func (tx *Tx) ArrangePhoto(ctx context.Context, p market.Photo) error {
	return changed(tx.db.WithContext(ctx).Model(&market.Photo{}).Where("id = ? and listing_id = ?", p.ID, p.ListingID).
		Select("position", "alt", "decorative").Updates(&p))
}

// HidePhoto takes a photo out of sight, or shows it again when at is nil.
func (tx *Tx) HidePhoto(ctx context.Context, id market.ID, at *time.Time) error {
	return translate(tx.db.WithContext(ctx).Exec(`update photos set hidden_at = ? where id = ?`, at, id).Error)
}

// DropPhoto deletes a photo of a listing for good. market.ErrNotFound: it is not there.
func (tx *Tx) DropPhoto(ctx context.Context, listing, id market.ID) error {
	res := tx.db.WithContext(ctx).Exec(`delete from photos where id = ? and listing_id = ?`, id, listing)
	if res.Error == nil && res.RowsAffected == 0 {
		return market.ErrNotFound
	}
	return translate(res.Error)
}

// CopyPhotos gives a listing without photos those of another that may be seen; one that has some is left alone, so that
// repeating it changes nothing.
func (tx *Tx) CopyPhotos(ctx context.Context, from, to market.ID, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Exec(`
		insert into photos (id, listing_id, position, alt, decorative, width, height, small_width, created_at, large, small)
		select gen_random_uuid(), ?, position, alt, decorative, width, height, small_width, ?, large, small
		  from photos where listing_id = ? and hidden_at is null
		   and not exists (select from photos where listing_id = ?)`, to, now, from, to).Error)
}
