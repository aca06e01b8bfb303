package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAnyWordsGiveAPictureOfTheSize(t *testing.T) {
	for name, n := range map[string]Notice{
		"offer":       {"Wherewithal", "Offered", Solid, "Large hall with a stage and a kitchen, Thursdays", "Riverside Hall · Greenwich"},
		"need":        {"Wherewithal", "Needed", Gap, "Somewhere to rehearse", "Tuesday Lark Choir · Lewisham"},
		"long":        {"Wherewithal", "Needed", Gap, strings.Repeat("an endless story ", 20), strings.Repeat("x", 400)},
		"one word":    {"Wherewithal", "Offered", Solid, strings.Repeat("W", 120), ""},
		"other words": {"Wherewithal", "Offered", Solid, "قاعة كبيرة", "会館"},
		"nothing":     {},
	} {
		body, err := PNG(n)
		if err != nil {
			t.Fatal(err)
		}
		got, err := png.Decode(bytes.NewReader(body))
		if err != nil || got.Bounds().Dx() != Width || got.Bounds().Dy() != Height {
			t.Errorf("%s: %v, %v", name, got.Bounds(), err)
		}
		if dir := os.Getenv("PICTURES"); dir != "" {
			if err := os.WriteFile(dir+"/"+name+".png", body, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// pixels of a notice that was drawn.
func pixels(t *testing.T, n Notice) *image.RGBA {
	t.Helper()
	body, err := PNG(n)
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := png.Decode(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	flat := image.NewRGBA(drawn.Bounds())
	draw.Draw(flat, flat.Bounds(), drawn, image.Point{}, draw.Src)
	return flat
}

// Each word of a notice is drawn, in its colour and its place: without it the picture is another there.
func TestEachWordOfANoticeIsDrawn(t *testing.T) {
	whole := Notice{"Wherewithal", "Offered", Solid, "Large hall with a stage", "Riverside Hall · Greenwich"}
	drawn := pixels(t, whole)
	for name, c := range map[string]struct {
		without Notice
		col     color.RGBA
		within  image.Rectangle
	}{
		"site":  {Notice{"", "Offered", Solid, "Large hall with a stage", "Riverside Hall · Greenwich"}, onBoard, image.Rect(0, 0, Width, band)},
		"tag":   {Notice{"Wherewithal", "", Solid, "", "Riverside Hall · Greenwich"}, offer, image.Rect(0, band, Width, band+120)},
		"title": {Notice{"Wherewithal", "Offered", Solid, "", "Riverside Hall · Greenwich"}, ink, image.Rect(0, band+120, Width, Height-120)},
		"line":  {Notice{"Wherewithal", "Offered", Solid, "Large hall with a stage", ""}, soft, image.Rect(0, Height-120, Width, Height-16)},
	} {
		if more := count(drawn, c.col, c.within) - count(pixels(t, c.without), c.col, c.within); more < 200 {
			t.Errorf("%s: %d pixels of its colour more than without it", name, more)
		}
	}
	gap := whole
	gap.Look = Gap
	if head := image.Rect(0, band, Width, band+120); count(pixels(t, gap), need, head) < 200 || count(drawn, need, head) > 0 {
		t.Error("what is needed and what is offered look alike")
	}
}

// count of the pixels of a colour in a part of a picture.
func count(p *image.RGBA, col color.RGBA, within image.Rectangle) (n int) {
	for y := within.Min.Y; y < within.Max.Y; y++ {
		for x := within.Min.X; x < within.Max.X; x++ {
			if p.RGBAAt(x, y) == col {
				n++
			}
		}
	}
	return n
}

func TestLinesBreakAtSpacesAndEndWithAnEllipsis(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"Hall", []string{"Hall"}},
		{"", nil},
		{"大きな部屋", nil},
		{"Somewhere to rehearse on Thursdays", []string{"Somewhere to", "rehearse on…"}},
		{"Rollschuhbahnbetreibergesellschaft", []string{"Rollschuhbahnbe…"}},
	} {
		if diff := cmp.Diff(c.want, wrapped(bold, 20, c.text, 190, 2)); diff != "" {
			t.Errorf("%q: %s", c.text, diff)
		}
	}
}

func BenchmarkPNG(b *testing.B) {
	for b.Loop() {
		if _, err := PNG(Notice{"Wherewithal", "Offered", Solid, "Large hall with a stage and a kitchen", "Riverside Hall · Greenwich"}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAnIconIsOfItsSizeAndKeepsItsEdgeFree(t *testing.T) {
	for _, size := range []int{192, 512} {
		body, err := Icon(size)
		if err != nil {
			t.Fatal(err)
		}
		got, err := png.Decode(bytes.NewReader(body))
		if err != nil || got.Bounds().Dx() != size || got.Bounds().Dy() != size {
			t.Fatalf("%v, %v", got.Bounds(), err)
		}
		drawn := 0
		for x := range size {
			for y := range size {
				if got.At(x, y) == board {
					continue
				}
				drawn++
				if dx, dy := x-size/2, y-size/2; dx*dx+dy*dy > size*size*16/100 {
					t.Fatalf("%d: something at %d, %d, which a round icon cuts off", size, x, y)
				}
			}
		}
		if drawn == 0 {
			t.Errorf("%d: an empty icon", size)
		}
		if dir := os.Getenv("PICTURES"); dir != "" {
			if err := os.WriteFile(dir+"/icon.png", body, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
