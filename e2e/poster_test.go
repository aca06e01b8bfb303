package e2e

import (
	"image/color"
	"image/png"
	"math"
	"net/http"
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
	id := h.query(`select id::text from listings where circle = 'anyone' and life = 'open' order by length(description) desc, id limit 1`)
	isOneSheetOfA4(t, prints(b, h, "/listings/"+id, h.query(`select title from listings where id = '`+id+`'`)))
}

// printsAGroup has somebody print the page of a group: it says who they are, and the way back to it.
func printsAGroup(b *browser, h *hub) {
	b.t.Helper()
	id := h.query(`select id::text from groups where sample and does <> '' and not name_hidden and closed_at is null order by length(does) desc, id limit 1`)
	prints(b, h, "/groups/"+id, h.query(`select name from groups where id = '`+id+`'`), h.query(`select does from groups where id = '`+id+`'`))
}

// prints a page that anybody may see, into the file that is returned: words are on it, the page's address, and a code of it that
// phones read; and nothing that only a screen has use for.
func prints(b *browser, h *hub, path string, words ...string) (sheet string) {
	t := b.t
	t.Helper()
	p := b.person("caretaker", h, way{js: true})
	if got := p.opens(path); got != http.StatusOK {
		t.Fatalf("%s: status %d", path, got)
	}
	sheet, code := filepath.Join(t.TempDir(), "poster.pdf"), filepath.Join(t.TempDir(), "code.png")
	paper := p.do(order{Do: "print", Value: sheet, Label: "The link of this page as a code", To: code})
	for _, v := range paper.List {
		t.Errorf("%s: printed, and of no use on paper: %s", path, v)
	}
	text := strings.Join(strings.Fields(paper.Text), " ")
	for _, want := range append(words, h.at()+path) {
		if want = strings.Join(strings.Fields(want), " "); want == "" || !strings.Contains(text, want) {
			t.Errorf("%s: %q is not printed:\n%s", path, want, paper.Text)
		}
	}
	leadsTo(t, code, h.at()+path)
	quiet(b)
	return sheet
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
