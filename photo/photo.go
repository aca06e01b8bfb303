// Package photo develops a picture file that somebody sent: what comes out is drawn anew, pixel by pixel, and holds nothing
// else of what came in.
//
// It promises JPEGs without metadata, the right way up, in two sizes; that what is no picture, or more than a picture, is
// refused with a fault that a person can act on; that nothing is unpacked whose size was not looked at first; and that
// many at once take no more memory than one large one. It knows no listing and keeps nothing.
package photo

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"runtime"

	"golang.org/x/sync/semaphore"

	"wherewithal/market"
)

// What may come in.
const (
	MaxBytes  = 10 << 20   // of a file: a phone's photo has 2 to 6 MB
	MaxPixels = 40_000_000 // the largest that cameras of phones make by default
)

// What comes out: the longest side in pixels, and how well it is drawn.
const (
	large, largeQuality = 1600, 82 // fills a laptop's screen
	small, smallQuality = 640, 76  // a card, on a screen with two pixels to the point
)

// space is the memory that pictures may take while they are unpacked, all together: 40 megapixels with four bytes each.
const space = 192 << 20

// Print is a JPEG.
type Print struct {
	Width, Height int
	JPEG          []byte
}

// Developed is a photo in both its sizes.
type Developed struct{ Large, Small Print }

// Darkroom is where photos are developed. Safe for concurrent use: who finds it full waits.
type Darkroom struct{ space *semaphore.Weighted }

// NewDarkroom makes an empty one. A process has one: its bound is for all photos together.
func NewDarkroom() *Darkroom { return &Darkroom{semaphore.NewWeighted(space)} }

// Develop makes both sizes of a JPEG, PNG, WebP or GIF file; of one that moves, the first picture. *market.Invalid says
// what is wrong with it; market.ErrUnavailable: it waited in vain for others.
func (d *Darkroom) Develop(ctx context.Context, file []byte) (Developed, error) {
	k, err := kindOf(file)
	if err != nil {
		return Developed{}, err
	}
	need, err := k.memory(file)
	if err != nil {
		return Developed{}, err
	}
	need = max(need, space/int64(runtime.GOMAXPROCS(0))) // no more at once than there are cores
	if err := d.space.Acquire(ctx, need); err != nil {
		return Developed{}, errors.Join(market.ErrUnavailable, err)
	}
	defer d.space.Release(need)
	return k.develop(file)
}

func (k kind) develop(file []byte) (Developed, error) {
	raw, err := k.decode(bytes.NewReader(file))
	if err != nil {
		return Developed{}, market.Refuse("photo", "photo_broken")
	}
	if err := checkSides(raw.Bounds().Dx(), raw.Bounds().Dy()); err != nil { // the first of one that moves may be a part of what its header says
		return Developed{}, err
	}
	seen := upright(shrunk(raw, large), k.orientation(file))
	big, err := printed(seen, largeQuality)
	if err != nil {
		return Developed{}, err
	}
	little, err := printed(shrunk(seen, small), smallQuality)
	return Developed{Large: big, Small: little}, err
}

func printed(m *image.RGBA, quality int) (Print, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality})
	return Print{Width: m.Rect.Dx(), Height: m.Rect.Dy(), JPEG: b.Bytes()}, err
}
