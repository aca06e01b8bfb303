package photo

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"wherewithal/market"
	"wherewithal/photo/phototest"
)

func file(t testing.TB, name string) []byte {
	t.Helper()
	if name == "turned.jpg" {
		return slices.Clone(phototest.Phone)
	}
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// corners names the colours of a picture's four quarters, row by row.
func corners(t *testing.T, p Print) string {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(p.JPEG))
	if err != nil {
		t.Fatal(err)
	}
	b := m.Bounds()
	if b.Dx() != p.Width || b.Dy() != p.Height {
		t.Errorf("it is %v, and said to be %d × %d", b, p.Width, p.Height)
	}
	said := ""
	for _, at := range []image.Point{{b.Dx() / 4, b.Dy() / 4}, {b.Dx() * 3 / 4, b.Dy() / 4}, {b.Dx() / 4, b.Dy() * 3 / 4}, {b.Dx() * 3 / 4, b.Dy() * 3 / 4}} {
		r, g, bl, _ := m.At(at.X, at.Y).RGBA()
		said += map[[3]bool]string{{true, false, false}: "r", {false, true, false}: "g", {false, false, true}: "b", {true, true, false}: "y", {true, true, true}: "w"}[[3]bool{r > 0x7fff, g > 0x7fff, bl > 0x7fff}]
	}
	return said
}

// All files show red and green above blue and yellow, some lying on their side, some see-through on the left.
func TestEachKindOfFileIsDevelopedTheRightWayUp(t *testing.T) {
	for name, want := range map[string]string{"turned.jpg": "bryg", "progressive.jpg": "rgby", "cmyk.jpg": "rgby", "lossy.webp": "bryg",
		"clear.webp": "wgwy", "clear-lossy.webp": "wgwy", "turned.png": "bryg", "moving.gif": "rgby"} {
		d, err := NewDarkroom().Develop(t.Context(), file(t, name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, p := range []Print{d.Large, d.Small} {
			if got := corners(t, p); got != want {
				t.Errorf("%s: %s, want %s", name, got, want)
			}
		}
	}
}

func TestEachOrientationIsTurnedUpright(t *testing.T) {
	src := image.NewRGBA(image.Rect(0, 0, 3, 2))
	for i := range 6 {
		src.SetRGBA(i%3, i/3, color.RGBA{R: byte(i), A: 255}) // 0 1 2 / 3 4 5
	}
	for way, want := range map[int][]byte{1: {0, 1, 2, 3, 4, 5}, 2: {2, 1, 0, 5, 4, 3}, 3: {5, 4, 3, 2, 1, 0}, 4: {3, 4, 5, 0, 1, 2},
		5: {0, 3, 1, 4, 2, 5}, 6: {3, 0, 4, 1, 5, 2}, 7: {5, 2, 4, 1, 3, 0}, 8: {2, 5, 1, 4, 0, 3}, 9: {0, 1, 2, 3, 4, 5}} {
		out := upright(src, way)
		var got []byte
		for i := 0; i < len(out.Pix); i += 4 {
			got = append(got, out.Pix[i])
		}
		if !slices.Equal(got, want) || way >= 5 && way <= 8 && out.Rect.Dx() != 2 {
			t.Errorf("%d: %v, want %v", way, got, want)
		}
	}
}

func TestNothingButPixelsComesOut(t *testing.T) {
	sent := append(file(t, "turned.jpg"), "\x00\x00\x00\x18ftypmp42planted-film"...) // as phones add a film to a photo
	for _, planted := range append(slices.Clone(phototest.Planted), "planted-film") {
		if !bytes.Contains(sent, []byte(planted)) {
			t.Fatalf("the file that is sent holds no %q", planted)
		}
	}
	d, err := NewDarkroom().Develop(t.Context(), sent)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []Print{d.Large, d.Small} {
		for _, planted := range []string{"Secret", "planted", "Exif", "GPS", "ftyp"} {
			if bytes.Contains(p.JPEG, []byte(planted)) {
				t.Errorf("it holds %q", planted)
			}
		}
		for at := 2; p.JPEG[at+1] != 0xda; at += 2 + int(binary.BigEndian.Uint16(p.JPEG[at+2:])) {
			if m := p.JPEG[at+1]; m >= 0xe0 && m <= 0xef || m == 0xfe {
				t.Errorf("it has a segment of metadata, %x", m)
			}
		}
	}
}

func TestALargePhotoIsMadeSmallerAndASmallOneIsNotMadeLarger(t *testing.T) {
	for sent, want := range map[image.Point][4]int{{4000, 3000}: {1600, 1200, 640, 480}, {1201, 2402}: {800, 1600, 320, 640}, {300, 200}: {300, 200, 300, 200},
		{9000, 450}: {1600, 80, 640, 32}, {1, 1}: {1, 1, 1, 1}} {
		d, err := NewDarkroom().Develop(t.Context(), plain(t, sent))
		if err != nil {
			t.Errorf("%v: %v", sent, err)
			continue
		}
		if got := [4]int{d.Large.Width, d.Large.Height, d.Small.Width, d.Small.Height}; got != want {
			t.Errorf("%v: %v, want %v", sent, got, want)
		}
	}
}

// plain is a JPEG of one colour.
func plain(t testing.TB, size image.Point) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewYCbCr(image.Rectangle{Max: size}, image.YCbCrSubsampleRatio420), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A fine pattern seen from afar is grey, and shows no stripes that were not there.
func TestAFinePatternBecomesGrey(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 3200, 3200))
	for i := range m.Pix {
		if (i%3200+i/3200)%2 == 0 {
			m.Pix[i] = 255
		}
	}
	out := shrunk(m, large)
	for i, v := range out.Pix {
		if i%4 != 3 && (v < 126 || v > 129) {
			t.Fatalf("a pixel of %d", v)
		}
	}
}

// header is a file that says how large it is, and holds no picture.
func header(t *testing.T, kind string, w, h int) []byte {
	t.Helper()
	switch kind {
	case "png", "png16":
		ihdr := []byte("IHDR\x00\x00\x00\x00\x00\x00\x00\x00\x08\x02\x00\x00\x00")
		if kind == "png16" {
			ihdr[12] = 16
		}
		binary.BigEndian.PutUint32(ihdr[4:], uint32(w))
		binary.BigEndian.PutUint32(ihdr[8:], uint32(h))
		out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), ihdr...)
		return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(ihdr))
	case "gif":
		out := []byte("GIF89a\x00\x00\x00\x00\x00\x00\x00,")
		binary.LittleEndian.PutUint16(out[6:], uint16(w))
		binary.LittleEndian.PutUint16(out[8:], uint16(h))
		return out
	}
	out := file(t, kind)
	frame, _ := jpegFrame(out)
	at := bytes.Index(out, frame)
	binary.BigEndian.PutUint16(out[at+1:], uint16(h))
	binary.BigEndian.PutUint16(out[at+3:], uint16(w))
	return out
}

// webpOf is a WebP file whose header for further things says one size and whose picture has another: one colour without loss, which takes
// no bit a pixel, so that thirty bytes are a picture of any size. Without the first there is no such header.
func webpOf(says, is image.Point) []byte {
	chunk := func(id string, data []byte) []byte {
		return append(append(binary.LittleEndian.AppendUint32([]byte(id), uint32(len(data))), data...), make([]byte, len(data)%2)...)
	}
	var chunks []byte
	if says != (image.Point{}) {
		x := make([]byte, 4, 12) // no flag: it is not said to be see-through
		for _, side := range []int{says.X, says.Y} {
			x = append(x, byte(side-1), byte((side-1)>>8), byte((side-1)>>16))
		}
		chunks = chunk("VP8X", x)
	}
	picture := binary.LittleEndian.AppendUint32([]byte{0x2f}, uint32(is.X-1)|uint32(is.Y-1)<<14)
	chunks = append(chunks, chunk("VP8L", append(picture, 0x88, 0x88, 0x08))...) // no transform, no cache, five codes of one symbol each
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(4+len(chunks))), append([]byte("WEBP"), chunks...)...)
}

// lossyWebP is a WebP file with loss that says how large it is, and holds no picture.
func lossyWebP(w, h int) []byte {
	frame := []byte{0x10, 0, 0, 0x9d, 0x01, 0x2a, byte(w), byte(w >> 8), byte(h), byte(h >> 8)}
	out := append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(12+len(frame))), "WEBPVP8 "...)
	return append(binary.LittleEndian.AppendUint32(out, uint32(len(frame))), frame...)
}

// What the next test refuses for its size is a photo where it is small: nothing else is wrong with it.
func TestAWebPOfOneColourIsAPhotoWhereItIsSmall(t *testing.T) {
	size := image.Pt(200, 100)
	for name, sent := range map[string][]byte{"plain": webpOf(image.Point{}, size), "with a header for further things": webpOf(size, size)} {
		d, err := NewDarkroom().Develop(t.Context(), sent)
		if err != nil || d.Large.Width != size.X || d.Large.Height != size.Y {
			t.Errorf("%s: %d by %d (%v)", name, d.Large.Width, d.Large.Height, err)
		}
	}
}

func code(err error) string {
	var bad *market.Invalid
	if !errors.As(err, &bad) {
		return ""
	}
	return bad.Faults[0].Field + " " + bad.Faults[0].Code
}

func TestWhatIsNoPhotoIsRefused(t *testing.T) {
	good := file(t, "turned.jpg")
	var archive bytes.Buffer
	archive.Write(good)
	z := zip.NewWriter(&archive)
	z.SetOffset(int64(len(good)))
	if _, err := z.Create("run.class"); err != nil || z.Close() != nil {
		t.Fatal("no archive")
	}
	for name, c := range map[string]struct {
		sent []byte
		code string
	}{
		"nothing":                          {nil, "photo_none"},
		"too many bytes":                   {append(slices.Clone(good), make([]byte, MaxBytes)...), "photo_big"},
		"a drawing in SVG":                 {[]byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "photo_double"},
		"a page":                           {[]byte("<!DOCTYPE html><title>hello</title>"), "photo_double"},
		"text":                             {[]byte("hello, this is a picture"), "photo_kind"},
		"a document":                       {[]byte("%PDF-1.7\n"), "photo_double"},
		"a program":                        {[]byte("MZ\x90\x00\x03\x00\x00\x00"), "photo_kind"},
		"a TIFF":                           {[]byte("II*\x00\x08\x00\x00\x00"), "photo_kind"},
		"a phone's HEIC":                   {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), "photo_heic"},
		"HEIC of a camera":                 {[]byte("\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1heixmiaf"), "photo_heic"},
		"AVIF":                             {[]byte("\x00\x00\x00\x18ftypavif\x00\x00\x00\x00avifmif1"), "photo_avif"},
		"AVIF under another name":          {[]byte("\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00avifmif1"), "photo_avif"},
		"boxes that end at once":           {[]byte("\x00\x00\x00\x00ftypheic\x00\x00\x00\x00mif1heic"), "photo_kind"},
		"boxes without an end":             {[]byte("\xff\xff\xff\xffftypmp42\x00\x00\x00\x00"), "photo_kind"},
		"a film":                           {[]byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"), "photo_kind"},
		"a script that is GIF":             {[]byte("GIF89a/*\x01\x00\x01\x00*/=1;alert(1)//"), "photo_thin"},
		"a page behind a photo":            {append(slices.Clone(good), "<ScRiPt>alert(1)</script>"...), "photo_double"},
		"a photo and an archive":           {archive.Bytes(), "photo_double"},
		"a photo and a document":           {append([]byte("\xff\xd8\xff\xfe\x00\x0c%PDF-1.7\n1"), good[2:]...), "photo_double"},
		"a PNG of 3.6 billion":             {header(t, "png", 60000, 60000), "photo_pixels"},
		"a PNG of 40 million, 16 bits":     {header(t, "png16", 8000, 5000), "photo_pixels"},
		"a GIF of 4 billion":               {header(t, "gif", 65535, 65535), "photo_pixels"},
		"a JPEG of 4 billion":              {header(t, "turned.jpg", 65535, 65535), "photo_pixels"},
		"a progressive JPEG of 36 million": {header(t, "progressive.jpg", 6000, 6000), "photo_pixels"},
		"a WebP of 268 million":            {webpOf(image.Point{}, image.Pt(16384, 16384)), "photo_pixels"},
		"a WebP of 40 million":             {webpOf(image.Point{}, image.Pt(8000, 5000)), "photo_pixels"},
		"one whose header is silent of it": {webpOf(image.Pt(8000, 5000), image.Pt(8000, 5000)), "photo_pixels"},
		"a WebP behind a smaller header":   {webpOf(image.Pt(20, 10), image.Pt(8000, 5000)), "photo_broken"},
		"a WebP behind a larger header":    {webpOf(image.Pt(2000, 1000), image.Pt(20, 10)), "photo_broken"},
		"a lossy WebP of 268 million":      {lossyWebP(16383, 16383), "photo_pixels"},
		"a lossy WebP of no height":        {lossyWebP(100, 0), "photo_broken"},
		"a JPEG of no width":               {header(t, "turned.jpg", 0, 100), "photo_broken"},
		"40 million that are not there":    {header(t, "png", 8000, 5000), "photo_broken"},
		"no file but its first bytes":      {[]byte("\xff\xd8\xff"), "photo_broken"},
		"RIFF and no picture":              {[]byte("RIFF\x20\x00\x00\x00WEBPVP8 \x10\x00\x00\x00"), "photo_broken"},
	} {
		d, err := NewDarkroom().Develop(t.Context(), c.sent)
		if got := code(err); got != "photo "+c.code {
			t.Errorf("%s: %q (%v, %d bytes), want %s", name, got, err, len(d.Large.JPEG), c.code)
		}
	}
}

// scans is a photo that is gone over so many times more than need be, each time to the same end. The scan that is repeated is the first of
// those that refine what one colour has.
func scans(t *testing.T, more int) []byte {
	t.Helper()
	whole := file(t, "progressive.jpg")
	from := bytes.Index(whole, []byte("\xff\xda\x00\x08"))
	until := from + 2
	for ; whole[until] != 0xff || whole[until+1] == 0; until++ {
	}
	if scan := whole[from:]; scan[7] == 0 || scan[9]>>4 != 0 {
		t.Fatalf("the scan % x cannot be repeated", scan[:10])
	}
	return slices.Concat(whole[:until], bytes.Repeat(whole[from:until], more), whole[until:])
}

// Each scan of a JPEG takes some bytes and the work of the whole picture: how many there are is looked at before that.
func TestAJPEGOfManyScansIsNotUnpacked(t *testing.T) {
	d, err := NewDarkroom().Develop(t.Context(), scans(t, 80))
	if err != nil || corners(t, d.Large) != "rgby" {
		t.Errorf("80 scans: %v", err)
	}
	dark := NewDarkroom()
	if !dark.space.TryAcquire(space) {
		t.Fatal("it is not empty")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // nothing can be unpacked in a full one, nor waits for that
	for _, more := range []int{101, 5000} {
		if _, err := dark.Develop(ctx, scans(t, more)); code(err) != "photo photo_broken" {
			t.Errorf("%d scans: %v", more, err)
		}
	}
}

func TestTheSegmentsOfAJPEGAreThoseThatAreUnpacked(t *testing.T) {
	said := func(file string) (markers []byte) {
		for marker, segment := range segments([]byte(file)) {
			if len(segment) == 0 || segment[0] != marker {
				t.Errorf("%x has %x", marker, segment)
			}
			markers = append(markers, marker)
		}
		return markers
	}
	for name, c := range map[string]struct{ file, want string }{
		"none":                          {"\xff\xd8", ""},
		"one within another":            {"\xff\xd8\xff\xe1\x00\x09\xe1\xff\xda\x00\x03\xda\x00\xff\xc0\x00\x03\xc0", "\xe1\xc0"},
		"coded, with numbers":           {"\xff\xd8\xff\xda\x00\x03\xda12\xff\x003\xff\xd04\xff\xd7\xff\x00\xff\xda\x00\x03\xda5\xff\xc4\x00\x03\xc4", "\xda\xda\xc4"},
		"filling":                       {"\xff\xd8\xff\xff\xff\xda\x00\x03\xda1\xff\xff\x002\xff\xff\xff\xda\x00\x03\xda\xff\xff", "\xda\xda"},
		"something between":             {"\xff\xd8hello\xff\xda\x00\x03\xda", "\xda"},
		"behind the end of the picture": {"\xff\xd8\xff\xda\x00\x03\xda1\xff\xd9\xff\xda\x00\x03\xda", "\xda"},
		"longer than the file":          {"\xff\xd8\xff\xc0\x00\x03\xc0\xff\xda\xff\xff\xff\xda\x00\x03\xda", "\xc0"},
		"shorter than its length":       {"\xff\xd8\xff\xc0\x00\x01\xff\xda\x00\x03\xda", ""},
		"cut off in its length":         {"\xff\xd8\xff\xc0\x00", ""},
		"nothing of it":                 {"\xff", ""},
	} {
		if got := said(c.file); string(got) != c.want {
			t.Errorf("%s: %x, want %x", name, got, c.want)
		}
	}
}

// What is told of the memory that a file takes is read where the decoder reads it: a number for starting again, before the frame, has no length.
func TestAFrameIsNotHiddenBehindANumber(t *testing.T) {
	photo := file(t, "progressive.jpg")
	fake := "\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00"
	sent := slices.Concat(photo[:2], []byte("\xff\xd0\x00\x06\xff\xe1\x00\x0f"+fake), photo[2:])
	if _, progressive := jpegFrame(sent); !progressive {
		t.Error("the frame is taken for that of a file that takes less")
	}
	if _, err := NewDarkroom().Develop(t.Context(), sent); err != nil {
		t.Errorf("it is a photo all the same: %v", err)
	}
}

// The first picture of a GIF may be smaller than its header says, and nothing at all.
func TestAGIFOfAPartIsRefusedByThatPart(t *testing.T) {
	screen := image.Config{ColorModel: color.Palette{color.Black, color.White}, Width: 400, Height: 400}
	part := func(w, h int) []byte {
		var b bytes.Buffer
		m := image.NewPaletted(image.Rect(0, 0, w, h), screen.ColorModel.(color.Palette))
		if err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{m}, Delay: []int{0}, Config: screen}); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	nothing := part(1, 1)
	at := bytes.Index(nothing, []byte(",\x00\x00\x00\x00\x01\x00\x01\x00"))
	nothing = append(nothing[:at:at], ",\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x01\x2c\x00;"...)
	for name, c := range map[string]struct {
		sent []byte
		code string
	}{"half": {part(400, 200), ""}, "a line": {part(400, 1), "photo photo_thin"}, "nothing": {nothing, "photo photo_broken"}} {
		if _, err := NewDarkroom().Develop(t.Context(), c.sent); code(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

// An archive is known by its end. Its list of files is not read: there may be as many as fit into the bytes.
func TestAnArchiveIsKnownByItsEndAlone(t *testing.T) {
	const files = 100_000
	entry := slices.Concat([]byte("PK\x01\x02"), make([]byte, 42))
	list := bytes.Repeat(entry, files)
	end := slices.Concat([]byte("PK\x05\x06"), make([]byte, 18))
	binary.LittleEndian.PutUint16(end[8:], files&0xffff)
	binary.LittleEndian.PutUint16(end[10:], files&0xffff)
	binary.LittleEndian.PutUint32(end[12:], uint32(len(list)))
	binary.LittleEndian.PutUint32(end[16:], 3)
	sent := slices.Concat([]byte("\xff\xd8\xff"), list, end)
	if took := testing.AllocsPerRun(1, func() {
		if _, err := kindOf(sent); code(err) != "photo photo_double" {
			t.Errorf("an archive of %d files: %v", files, err)
		}
	}); took > 100 {
		t.Errorf("looking at it takes memory %.0f times", took)
	}
	commented := func(says, has int) []byte {
		e := slices.Clone(end)
		binary.LittleEndian.PutUint16(e[20:], uint16(says))
		return slices.Concat([]byte("\xff\xd8\xff"), list[:len(entry)], make([]byte, len(list)-len(entry)), e, make([]byte, has))
	}
	short := func(size int) []byte {
		e := slices.Clone(end)
		binary.LittleEndian.PutUint32(e[12:], uint32(size))
		return slices.Concat([]byte("\xff\xd8\xff"), make([]byte, 50), e)
	}
	larger := slices.Concat([]byte("\xff\xd8\xff"), make([]byte, 50), []byte("PK\x06\x07"), make([]byte, 16), short(46)[53:])
	for name, c := range map[string]struct {
		sent []byte
		is   bool
	}{
		"with a comment":          {commented(1<<16-1, 1<<16-1), true},
		"of a comment cut off":    {commented(100, 99), false},
		"of no file":              {short(0), true},
		"of the larger kind":      {short(-1), true},
		"of it, its list said":    {larger, true},
		"whose list is elsewhere": {short(46), false},
		"larger than the file":    {short(1 << 20), false},
		"the mark alone":          {[]byte("\xff\xd8\xffPK\x05\x06"), false},
		"a mark before the end":   {append([]byte("\xff\xd8\xffPK\x05\x06"+strings.Repeat("\x00", 16)+"\xff\xff"), short(0)...), true},
		"nothing":                 {nil, false},
	} {
		if endsAsArchive(c.sent) != c.is {
			t.Errorf("an archive %s: want %v", name, c.is)
		}
	}
}

// Whoever is told how many pixels are the most can send a picture of so many.
func TestTheMostPixelsAreThoseOfItsKind(t *testing.T) {
	for name, c := range map[string]struct {
		of   func(w, h int) []byte
		most int
	}{
		"a PNG":               {func(w, h int) []byte { return header(t, "png", w, h) }, 40},
		"a WebP without loss": {func(w, h int) []byte { return webpOf(image.Point{}, image.Pt(w, h)) }, 22},
	} {
		var bad *market.Invalid
		_, err := NewDarkroom().Develop(t.Context(), c.of(8000, 5250))
		if !errors.As(err, &bad) || bad.Faults[0].Data["Max"] != c.most {
			t.Errorf("%s of 42 million: %v, want %d million at most", name, err, c.most)
		}
		if _, err := NewDarkroom().Develop(t.Context(), c.of(4000, c.most*250)); code(err) == "photo photo_pixels" {
			t.Errorf("%s of %d million has too many", name, c.most)
		}
	}
}

// A phone that lost its network half way sends half a file.
func TestHalfAFileIsRefused(t *testing.T) {
	for _, name := range []string{"turned.jpg", "progressive.jpg", "cmyk.jpg", "turned.png", "clear.webp", "clear-lossy.webp"} {
		whole := file(t, name)
		for _, part := range []float64{.05, .3, .6, .9, .97} {
			if _, err := NewDarkroom().Develop(t.Context(), whole[:int(float64(len(whole))*part)]); code(err) != "photo photo_broken" && part > .1 || err == nil {
				t.Errorf("%.0f %% of %s: %v", part*100, name, err)
			}
		}
	}
}

func TestAFullDarkroomIsWaitedForAndNotForEver(t *testing.T) {
	d := NewDarkroom()
	if !d.space.TryAcquire(space) {
		t.Fatal("it is not empty")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Develop(ctx, file(t, "turned.jpg")); !errors.Is(err, market.ErrUnavailable) {
		t.Errorf("%v", err)
	}
	done := make(chan error)
	go func() {
		_, err := d.Develop(t.Context(), file(t, "turned.jpg"))
		done <- err
	}()
	d.space.Release(space)
	if err := <-done; err != nil {
		t.Errorf("%v", err)
	}
	if !d.space.TryAcquire(space) {
		t.Error("somebody left something behind")
	}
}

// What a file will take is known before it is unpacked: the estimate is no less than what the decoder then asks for.
// A strip of a pixel's height would be drawn larger than it is: it is refused by its header.
func TestAStripIsNoPhoto(t *testing.T) {
	for _, size := range []image.Point{{30000, 1}, {1, 30000}, {2100, 100}} {
		if _, err := NewDarkroom().Develop(t.Context(), plain(t, size)); code(err) != "photo photo_thin" {
			t.Errorf("%v: %v", size, err)
		}
	}
}

func TestMemoryIsEstimatedBeforeUnpacking(t *testing.T) {
	m := image.NewNRGBA64(image.Rect(0, 0, 2000, 1500))
	var deep bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&deep, m); err != nil {
		t.Fatal(err)
	}
	for name, sent := range map[string][]byte{"jpeg": plain(t, image.Pt(3000, 2000)), "just too large": plain(t, image.Pt(3100, 3100)),
		"long": plain(t, image.Pt(20000, 1000)), "high": plain(t, image.Pt(1000, 20000)), "png16": deep.Bytes()} {
		k, err := kindOf(sent)
		if err != nil {
			t.Fatal(err)
		}
		need, err := k.memory(sent)
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err = k.develop(sent)
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Fatal(err)
		}
		took := int64(after.TotalAlloc - before.TotalAlloc)
		if took > need*5/4 || took < need/4 {
			t.Errorf("%s: %d bytes were taken, %d estimated", name, took, need)
		}
	}
}

func FuzzDevelop(f *testing.F) {
	for _, name := range []string{"turned.jpg", "progressive.jpg", "cmyk.jpg", "turned.png", "lossy.webp", "clear.webp", "clear-lossy.webp", "moving.gif"} {
		f.Add(file(f, name))
	}
	d := NewDarkroom()
	f.Fuzz(func(t *testing.T, sent []byte) {
		out, err := d.Develop(t.Context(), sent)
		if err != nil {
			if code(err) == "" {
				t.Errorf("%v", err)
			}
			return
		}
		if c, err := jpeg.DecodeConfig(bytes.NewReader(out.Large.JPEG)); err != nil || max(c.Width, c.Height) > large {
			t.Errorf("%+v, %v", c, err)
		}
	})
}

// The photo of a phone: 12 megapixels.
func BenchmarkDevelop(b *testing.B) {
	m := image.NewRGBA(image.Rect(0, 0, 4032, 3024))
	for i := range m.Pix {
		m.Pix[i] = byte(i * i / 977) // detail, as a photo has
	}
	var sent bytes.Buffer
	if err := jpeg.Encode(&sent, m, &jpeg.Options{Quality: 75}); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d bytes", sent.Len())
	d := NewDarkroom()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Develop(b.Context(), sent.Bytes()); err != nil {
			b.Fatal(err)
		}
	}
}
