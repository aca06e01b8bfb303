package e2e

import (
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"rsc.io/qr"
)

// printsAPoster has somebody print the listing that says most, from a screen in dark: it is one sheet of A4 without what only
// a screen has use for, and phones find the way back by its code.
func printsAPoster(b *browser, h *hub) {
	t := b.t
	t.Helper()
	p := b.person("caretaker", h, way{js: true})
	path := "/listings/" + h.query(`select id::text from listings where circle = 'anyone' and life = 'open' order by length(description) desc, id limit 1`)
	p.opens(path)
	sheet, code := filepath.Join(t.TempDir(), "poster.pdf"), filepath.Join(t.TempDir(), "code.png")
	paper := p.do(order{Do: "print", Value: sheet, Label: "The link of this page as a code", To: code})
	for _, v := range paper.List {
		t.Errorf("printed, and of no use on paper: %s", v)
	}
	title := h.query(`select title from listings where id = '` + strings.TrimPrefix(path, "/listings/") + `'`)
	for _, want := range []string{title, h.at() + path} {
		if !strings.Contains(paper.Text, want) {
			t.Errorf("%s is not printed:\n%s", want, paper.Text)
		}
	}
	isOneSheetOfA4(t, sheet)
	leadsTo(t, code, h.at()+path)
	quiet(b)
}

var (
	aSheet = regexp.MustCompile(`/Type\s*/Page\b`)
	ofSize = regexp.MustCompile(`/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]`)
)

func isOneSheetOfA4(t *testing.T, file string) {
	t.Helper()
	pdf, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	size := ofSize.FindSubmatch(pdf)
	if n := len(aSheet.FindAll(pdf, -1)); n != 1 || size == nil {
		t.Fatalf("%d sheets of the size %q", n, size)
	}
	for i, want := range []float64{210, 297} { // mm
		points, err := strconv.ParseFloat(string(size[i+1]), 64)
		if got := points / 72 * 25.4; err != nil || math.Abs(got-want) > 1 {
			t.Errorf("a sheet of %s: side %d is %.1f mm", size[0], i, got)
		}
	}
}

// leadsTo reads a picture of a code module by module, as dark or light: it is the code of a link, with the white around it
// that phones want.
func leadsTo(t *testing.T, file, link string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	code, err := qr.Encode(link, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	const around = 4 // modules
	box, across := picture.Bounds(), code.Size+2*around
	for y := range across {
		for x := range across {
			at := picture.At(box.Min.X+(2*x+1)*box.Dx()/(2*across), box.Min.Y+(2*y+1)*box.Dy()/(2*across))
			dark := color.GrayModel.Convert(at).(color.Gray).Y < 128
			if want := code.Black(x-around, y-around); dark != want {
				t.Fatalf("module %d,%d of %d is dark: %v, want %v", x, y, across, dark, want)
			}
		}
	}
}
