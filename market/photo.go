package market

import "time"

// How many photos.
const (
	MaxPhotos     = 6   // of one listing
	PhotosPerHour = 120 // by one person, through whichever door: twenty listings with as many as they may have
)

// maxAlt is how many characters of words a photo may have: two sentences, which is what a screen reader reads at once.
const maxAlt = 300

// Photo is a picture of what a listing offers or needs, as it was developed from a file: without anything else that file held.
type Photo struct {
	ID         ID
	ListingID  ID
	Position   int    // from 0, in the order in which they are shown
	Alt        string // what it shows, for those who do not see it; empty until somebody says so
	Decorative bool   // it shows nothing that the listing does not say
	Width      int    // of the large print, in pixels
	Height     int
	SmallWidth int // of the small one
	CreatedAt  time.Time
	HiddenAt   *time.Time // by moderation
}

// PhotoSize is one of the prints that are kept of a photo.
type PhotoSize string

const (
	LargePhoto PhotoSize = "large"
	SmallPhoto PhotoSize = "small"
)

// Prints are JPEGs of one photo.
type Prints struct{ Large, Small []byte }

// Validate checks what a person says about a photo.
func (p Photo) Validate() error {
	e := &Invalid{}
	checkText(e, "alt", p.Alt, 0, maxAlt)
	checkNoContact(e, "alt", p.Alt)
	if p.Alt != "" && p.Decorative {
		e.Add("alt", "alt_decorative")
	}
	return e.OrNil()
}
