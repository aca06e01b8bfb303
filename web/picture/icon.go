package picture

import (
	"bytes"
	"image"
	"image/png"
)

// Icon is the mark on the board's green, size × size pixels, with room around it: home screens cut icons to shapes of
// their own, of which a circle over four fifths of the width stays whole (w3.org/TR/appmanifest, safe zone).
func Icon(size int) ([]byte, error) {
	c := canvas{image.NewRGBA(image.Rect(0, 0, size, size))}
	c.fill(c.Bounds(), board)
	scale := float32(size) * .58 / 40
	c.mark((size-int(40*scale))/2, (size-int(32*scale))/2, scale)
	var b bytes.Buffer
	err := png.Encode(&b, c.RGBA)
	return b.Bytes(), err
}
