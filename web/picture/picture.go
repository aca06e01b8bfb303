// Package picture draws what other programs show of a page that is linked there: a notice in our colours, with the
// words it is given. It knows no page and no listing.
//
// It promises a PNG of Width × Height whatever the words: what is too long is cut with an ellipsis, and a text in a
// script that the font (Go, by Bigelow & Holmes) has not is left out rather than drawn as boxes. Safe for concurrent use.
package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// Width and Height of every picture, in pixels: what the sites that show such pictures ask for (ogp.me, 1.91 : 1).
const (
	Width  = 1200
	Height = 630
)

// Look is how the tag is drawn: what there is solid, what is missing as a gap.
type Look int

// The looks of a tag.
const (
	Plain Look = iota
	Solid
	Gap
)

// Notice is the words of a picture. Empty ones are left out.
type Notice struct {
	Site  string // its name, beside the mark
	Tag   string // "Offered"
	Look  Look
	Title string
	Line  string // "Riverside Hall · Greenwich"
}

// The colours are those of the light scheme in frontend/src/styles/tokens.css.
var (
	paper   = color.RGBA{0xfb, 0xfb, 0xf8, 0xff}
	ink     = color.RGBA{0x16, 0x21, 0x1d, 0xff}
	soft    = color.RGBA{0x4c, 0x5a, 0x54, 0xff}
	board   = color.RGBA{0x14, 0x45, 0x3d, 0xff}
	onBoard = color.RGBA{0xf3, 0xf8, 0xf4, 0xff}
	offer   = color.RGBA{0x0b, 0x66, 0x50, 0xff}
	need    = color.RGBA{0xa8, 0x36, 0x1b, 0xff}
	fit     = color.RGBA{0xf2, 0xc2, 0x30, 0xff}
)

const (
	margin = 72
	band   = 118 // height of the frame's head
	lines  = 3   // of a title, at most
)

var bold, regular = parsed(gobold.TTF), parsed(goregular.TTF)

func parsed(ttf []byte) *opentype.Font {
	f, err := opentype.Parse(ttf)
	if err != nil {
		panic("picture: " + err.Error()) // compiled in: no build that was tested has a broken one
	}
	return f
}

// PNG draws a notice.
func PNG(n Notice) ([]byte, error) {
	c := canvas{image.NewRGBA(image.Rect(0, 0, Width, Height))}
	c.fill(c.Bounds(), paper)
	c.fill(image.Rect(0, 0, Width, band), board)
	c.fill(image.Rect(0, Height-16, Width, Height), fit)
	c.mark(margin, 30, 1.9)
	c.write(bold, 44, margin+100, 76, onBoard, n.Site)
	y := c.tag(n)
	for _, line := range wrapped(bold, 66, n.Title, Width-2*margin, lines) {
		y += 80
		c.write(bold, 66, margin, y, ink, line)
	}
	for _, line := range wrapped(regular, 36, n.Line, Width-2*margin, 1) {
		c.write(regular, 36, margin, Height-64, soft, line)
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	err := encoder.Encode(&b, c.RGBA)
	return b.Bytes(), err
}

type canvas struct{ *image.RGBA }

func (c canvas) fill(r image.Rectangle, col color.Color) {
	draw.Draw(c.RGBA, r, image.NewUniform(col), image.Point{}, draw.Src)
}

// tag is the side of a listing, drawn as everywhere; it returns where the title may begin.
func (c canvas) tag(n Notice) int {
	y := band + 56
	if !written(bold, n.Tag) {
		return y - 8
	}
	r := image.Rect(margin, y, margin+width(bold, 34, n.Tag)+52, y+58)
	col := color.Color(onBoard)
	switch n.Look {
	case Solid:
		c.fill(r, offer)
	case Gap:
		c.dashed(r, need)
		col = need
	default:
		c.fill(r, board)
	}
	c.write(bold, 34, r.Min.X+26, y+41, col, n.Tag)
	return r.Max.Y + 20
}

// dashed draws the outline of r in strokes of 14 px with as much between.
func (c canvas) dashed(r image.Rectangle, col color.Color) {
	const thick, stroke = 4, 14
	for x := r.Min.X; x < r.Max.X; x += 2 * stroke {
		end := min(x+stroke, r.Max.X)
		c.fill(image.Rect(x, r.Min.Y, end, r.Min.Y+thick), col)
		c.fill(image.Rect(x, r.Max.Y-thick, end, r.Max.Y), col)
	}
	for y := r.Min.Y; y < r.Max.Y; y += 2 * stroke {
		end := min(y+stroke, r.Max.Y)
		c.fill(image.Rect(r.Min.X, y, r.Min.X+thick, end), col)
		c.fill(image.Rect(r.Max.X-thick, y, r.Max.X, end), col)
	}
}

// mark is the sign of the site as view/layout.templ draws it, in a box of 40 × 32 by scale, with its corner at x, y.
func (c canvas) mark(x, y int, scale float32) {
	box := image.Rect(x, y, x+int(40*scale), y+int(32*scale))
	for _, s := range []struct {
		col    color.Color
		points []float32 // of a polygon, x and y in turn
	}{
		{onBoard, []float32{1, 3, 9.6, 3, 13.8, 18.2, 17.6, 8, 22.4, 8, 14.6, 30, 9.4, 30}},
		{onBoard, []float32{36.4, 3.6, 39.6, 4.8, 30.7, 29.4, 27.7, 29.2, 19.9, 11, 22.9, 9.8, 29.1, 24}},
		{fit, circle(20, 7, 4.6)},
	} {
		z := vector.NewRasterizer(box.Dx(), box.Dy())
		z.MoveTo(s.points[0]*scale, s.points[1]*scale)
		for i := 2; i < len(s.points); i += 2 {
			z.LineTo(s.points[i]*scale, s.points[i+1]*scale)
		}
		z.ClosePath()
		z.Draw(c.RGBA, box, image.NewUniform(s.col), image.Point{})
	}
}

// circle is a polygon of so many corners that nobody sees them.
func circle(x, y, r float64) (points []float32) {
	const corners = 48
	for i := range corners {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		points = append(points, float32(x+r*cos), float32(y+r*sin))
	}
	return points
}

func (c canvas) write(f *opentype.Font, size float64, x, y int, col color.Color, text string) {
	if !written(f, text) {
		return
	}
	d := font.Drawer{Dst: c.RGBA, Src: image.NewUniform(col), Face: face(f, size), Dot: fixed.P(x, y)}
	d.DrawString(text)
}

// face is made for each use: one is not safe for two at a time.
func face(f *opentype.Font, size float64) font.Face {
	made, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		panic("picture: " + err.Error()) // sizes are constants of this file
	}
	return made
}

func width(f *opentype.Font, size float64, text string) int {
	return font.MeasureString(face(f, size), text).Ceil()
}

// written reports whether the font has every character of a text, and there is one.
func written(f *opentype.Font, text string) bool {
	var b sfnt.Buffer
	for _, r := range text {
		if glyph, err := f.GlyphIndex(&b, r); !unicode.IsSpace(r) && (err != nil || glyph == 0) {
			return false
		}
	}
	return strings.TrimSpace(text) != ""
}

// wrapped breaks a text at spaces into at most n lines of a width, the last cut with an ellipsis when there is more; nil
// for a text that the font cannot write.
func wrapped(f *opentype.Font, size float64, text string, within, n int) []string {
	if !written(f, text) {
		return nil
	}
	measure := face(f, size)
	fits := func(s string) bool { return font.MeasureString(measure, s).Ceil() <= within }
	var out []string
	words := strings.Fields(text)
	for len(words) > 0 && len(out) < n {
		line := words[0]
		words = words[1:]
		for len(words) > 0 && fits(line+" "+words[0]) {
			line += " " + words[0]
			words = words[1:]
		}
		last := len(out) == n-1 && len(words) > 0
		for r := []rune(line); !fits(line) || last; r = r[:len(r)-1] {
			line = strings.TrimRight(string(r), " ,.;:") + "…"
			if fits(line) {
				break
			}
		}
		out = append(out, line)
	}
	return out
}
