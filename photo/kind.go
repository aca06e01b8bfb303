package photo

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"slices"

	"github.com/bep/imagemeta"
	"golang.org/x/image/riff"
	"golang.org/x/image/webp"

	"wherewithal/market"
)

// kind is a sort of picture file that we read.
type kind struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	each   func(file []byte, c image.Config) float64 // bytes of memory that a pixel takes while it is unpacked
	meta   imagemeta.ImageFormat                     // how it says which way up it is; 0: it cannot
	longer func(file []byte) bool                    // whether it takes longer to unpack than any photo does; nil: what its bytes and pixels take at most
}

var (
	jpegs = kind{jpeg.DecodeConfig, jpeg.Decode, jpegMemory, imagemeta.JPEG, manyScans}
	pngs  = kind{png.DecodeConfig, png.Decode, pngMemory, imagemeta.PNG, nil}
	gifs  = kind{gif.DecodeConfig, gif.Decode, func([]byte, image.Config) float64 { return 1 }, 0, nil}
	webps = kind{webp.DecodeConfig, webp.Decode, webpMemory, imagemeta.WebP, nil}
)

// kindOf goes by the first bytes alone: a name or a type that was sent with a file proves nothing.
func kindOf(file []byte) (kind, error) {
	switch {
	case len(file) == 0:
		return kind{}, market.Refuse("photo", "photo_none")
	case len(file) > MaxBytes:
		return kind{}, market.Refuse("photo", "photo_big", "Max", MaxBytes>>20)
	case alsoSomethingElse(file):
		return kind{}, market.Refuse("photo", "photo_double")
	case bytes.HasPrefix(file, []byte("\xff\xd8\xff")):
		return jpegs, nil
	case bytes.HasPrefix(file, []byte("\x89PNG\r\n\x1a\n")):
		return pngs, nil
	case bytes.HasPrefix(file, []byte("GIF87a")), bytes.HasPrefix(file, []byte("GIF89a")):
		return gifs, nil
	case bytes.HasPrefix(file, []byte("RIFF")) && len(file) > 12 && string(file[8:12]) == "WEBP":
		return webps, nil
	}
	return kind{}, market.Refuse("photo", unread(file))
}

// unread says why a file is none that we read. Of those that phones and cameras make we know what there is to do instead
// (docs/adr/0011-photos-that-we-do-not-read.md).
func unread(file []byte) string {
	for _, brand := range brands(file) {
		switch {
		case slices.Contains([]string{"avif", "avis"}, brand):
			return "photo_avif"
		case slices.Contains([]string{"heic", "heix", "heim", "heis", "hevc", "hevx"}, brand):
			return "photo_heic"
		}
	}
	return "photo_kind"
}

// brands by which a file of boxes says what it is (ISO/IEC 14496-12, 4.3), the chief one first.
func brands(file []byte) (all []string) {
	if len(file) < 16 || string(file[4:8]) != "ftyp" {
		return nil
	}
	box := file[:min(len(file), int(binary.BigEndian.Uint32(file)), 256)] // more than twenty times what phones write
	for at := 8; at+4 <= len(box); at += 4 {
		if at != 12 { // the version of the chief one
			all = append(all, string(box[at:at+4]))
		}
	}
	return all
}

// lookedAt is how much of both ends is searched for marks: browsers look at less, and in a whole photo one of four letters
// would stand by chance now and then.
const lookedAt = 4 << 10

// marks are what pages and scripts begin with. No camera writes one.
var marks = [][]byte{[]byte("<script"), []byte("<!doctype"), []byte("<html"), []byte("<svg"), []byte("<?php")}

// alsoSomethingElse reports whether other programs would take the file for a page, a program's archive or a document.
// Nothing of it would be kept, but whoever made it meant no photo.
func alsoSomethingElse(file []byte) bool {
	ends := bytes.ToLower(slices.Concat(file[:min(len(file), lookedAt)], file[max(0, len(file)-lookedAt):]))
	if slices.ContainsFunc(marks, func(m []byte) bool { return bytes.Contains(ends, m) }) {
		return true
	}
	if bytes.Contains(file[:min(len(file), 1024)], []byte("%PDF-")) { // where readers of PDF look
		return true
	}
	return endsAsArchive(file)
}

// endsAsArchive reports whether a ZIP archive ends with the file: whether the mark of its end is there (APPNOTE 4.3.16), with room for the
// comment that it names, and before it so much of a list of files as it says, or an end of the larger kind. The list itself is not read.
func endsAsArchive(file []byte) bool {
	const size, longest = 22, 1<<16 - 1 // without and of its comment
	for at := max(0, len(file)-size-longest); ; at++ {
		next := bytes.Index(file[at:], []byte("PK\x05\x06"))
		if next < 0 || at+next+size > len(file) {
			return false
		}
		at += next
		end := file[at:]
		if size+int(binary.LittleEndian.Uint16(end[20:])) > len(end) {
			continue
		}
		switch list := binary.LittleEndian.Uint32(end[12:]); {
		case list == 0, list == math.MaxUint32, bytes.HasSuffix(file[:max(0, at-16)], []byte("PK\x06\x07")): // none; said elsewhere, where 4.3.15 leads
			return true
		case int64(list) <= int64(at) && bytes.HasPrefix(file[at-int(list):], []byte("PK\x01\x02")):
			return true
		}
	}
}

// longestFor is how many times as long as wide a picture may be: wider panoramas than phones take. Of a longer one a card would
// show a line.
const longestFor = 20

// checkSides refuses a picture that has none, or is a line.
func checkSides(w, h int) error {
	switch {
	case w < 1 || h < 1:
		return market.Refuse("photo", "photo_broken")
	case max(w, h) > longestFor*min(w, h):
		return market.Refuse("photo", "photo_thin", "Max", longestFor)
	}
	return nil
}

// memory is what unpacking and drawing a file will take, in bytes. It unpacks nothing.
func (k kind) memory(file []byte) (int64, error) {
	c, err := k.config(bytes.NewReader(file))
	if err != nil || k.longer != nil && k.longer(file) {
		return 0, market.Refuse("photo", "photo_broken")
	}
	if err := checkSides(c.Width, c.Height); err != nil {
		return 0, err
	}
	pixels := float64(c.Width) * float64(c.Height)
	each, drawn := k.each(file, c), float64(drawing(c.Width, c.Height))
	if most := min(MaxPixels, (space-drawn)/each); pixels > most {
		return 0, market.Refuse("photo", "photo_pixels", "Max", int(most/1_000_000))
	}
	return int64(pixels*each + drawn), nil
}

func pngMemory(file []byte, c image.Config) float64 {
	each := 4.0
	switch c.ColorModel {
	case color.NRGBA64Model, color.RGBA64Model:
		each = 8
	case color.Gray16Model:
		each = 2
	}
	const interlaced = 28 // where the header says so (PNG, 11.2.2)
	if len(file) > interlaced && file[interlaced] != 0 {
		each *= 2 // each of its seven passes is a picture before it is put together
	}
	return each
}

func webpMemory(file []byte, c image.Config) float64 {
	if c.ColorModel == color.YCbCrModel && !lossless(file) {
		return 1.5
	}
	return 8 // what is without loss, or see-through, is unpacked twice
}

// lossless reports whether the picture of a WebP file is one without loss. A header for further things that stands before it does not
// say so: the first chunk with a picture does, and it alone is unpacked.
func lossless(file []byte) bool {
	_, chunks, err := riff.NewReader(bytes.NewReader(file))
	for err == nil {
		var id riff.FourCC
		switch id, _, _, err = chunks.Next(); string(id[:]) {
		case "VP8L":
			return true
		case "VP8 ":
			return false
		}
	}
	return false
}

// orientation is the Exif tag of that name, 1 to 8; 1 when the file does not say.
func (k kind) orientation(file []byte) int {
	way := 1
	if k.meta == 0 {
		return way
	}
	_, err := imagemeta.Decode(imagemeta.Options{R: bytes.NewReader(file), ImageFormat: k.meta, Sources: imagemeta.EXIF,
		ShouldHandleTag: func(t imagemeta.TagInfo) bool { return t.Tag == "Orientation" && t.Namespace == "IFD0" },
		HandleTag: func(t imagemeta.TagInfo) error {
			if n, ok := t.Value.(uint16); ok && n >= 1 && n <= 8 {
				way = int(n)
			}
			return imagemeta.ErrStopWalking
		}})
	if err != nil {
		return 1 // a picture on its side is better than none
	}
	return way
}
