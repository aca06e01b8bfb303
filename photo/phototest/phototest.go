// Package phototest has a photo for tests, as a phone takes it: lying on its side, with where and with what it was taken.
package phototest

import _ "embed"

// Phone is a JPEG of 96 × 64 pixels that stands 64 × 96 when it is upright.
//
//go:embed phone.jpg
var Phone []byte

// Planted is what stands in it besides pixels, and must not come out.
var Planted = []string{"SecretCamera", "planted-comment", "Exif"}
