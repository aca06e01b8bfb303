package pages

import (
	"bytes"
	"image/jpeg"
	"maps"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
	"testing"

	"wherewithal/market"
	"wherewithal/photo/phototest"
)

// chooses sends the photo form of a page with files, by name, and pairs of what a person changed.
func (p page) chooses(action string, files map[string]string, pairs ...string) page {
	p.t.Helper()
	fields, ok := p.form(action)
	if !ok {
		p.t.Fatalf("no form %q on %s:\n%s", action, p.url, p.text)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		fields.Set(pairs[i], pairs[i+1])
	}
	return p.sendsFiles(action, fields, files)
}

func (b *browser) sendsFiles(path string, fields url.Values, files map[string]string) page {
	b.t.Helper()
	b.abroad.types(fields)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range fields {
		for _, v := range values {
			if err := w.WriteField(name, v); err != nil {
				b.t.Fatal(err)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		part, err := w.CreateFormFile("photo", name)
		if err == nil {
			_, err = part.Write([]byte(files[name]))
		}
		if err != nil {
			b.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.t.Fatal(err)
	}
	r := b.request("POST", path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.do(r)
}

// ids are the photos on a page in their order.
func (p page) ids() (ids []string) {
	for n := range p.root.Descendants() {
		if src := attribute(n, "src"); n.Data == "img" && strings.HasPrefix(src, "/photos/") {
			ids = append(ids, strings.Split(src, "/")[2])
		}
	}
	return ids
}

func (p page) alts() (alts []string) {
	for n := range p.root.Descendants() {
		if n.Data == "img" && strings.HasPrefix(attribute(n, "src"), "/photos/") {
			alts = append(alts, attribute(n, "alt"))
		}
	}
	return alts
}

// album is a street on whose offer there are photos.
type album struct {
	*street
	listing, path string
}

func openAlbum(t *testing.T, photos int) album {
	t.Helper()
	s := openStreet(t)
	a := album{s, "/listings/" + string(s.offer), "/listings/" + string(s.offer) + "/photos"}
	if photos > 0 {
		files := map[string]string{}
		for i := range photos {
			files[string(rune('a'+i))+".jpg"] = string(phototest.Phone)
		}
		s.giver.get(a.path).want(200).chooses(a.path, files, "do", "save").want(200, "Added.")
	}
	return a
}

func TestPhotosAreChosenSaidInWordsOrderedAndTakenAway(t *testing.T) {
	a := openAlbum(t, 0)
	giver := a.giver
	giver.get(a.listing).want(200, "Add photos")
	form := giver.get(a.path).want(200, "Choose up to 6 photos")
	p := form.chooses(a.path, map[string]string{"1.jpg": string(phototest.Phone), "2.jpg": string(phototest.Phone), "notes.txt": "hello"}, "do", "save").
		want(422, "notes.txt: This is no picture that we can read")
	if n := len(p.ids()); n != 2 {
		t.Fatalf("%d photos are kept beside a file that is none", n)
	}
	form.chooses(a.path, map[string]string{"1.jpg": string(phototest.Phone), "2.jpg": string(phototest.Phone)}, "do", "save").want(200) // pressed twice
	p = giver.get(a.path).want(200, "Choose up to 4 photos", "say in words what each photo shows")
	ids := p.ids()
	if len(ids) != 2 {
		t.Fatalf("%d photos after a second press", len(ids))
	}
	p = p.chooses(a.path, nil, "alt_"+ids[0], "The hall from its door", "decorative_"+ids[1], "yes", "do", "down:"+ids[0]).want(200, "Saved.")
	if got := p.ids(); got[0] != ids[1] || got[1] != ids[0] {
		t.Errorf("%v after moving %v", got, ids)
	}
	p.chooses(a.path, nil, "alt_"+ids[0], "Ring 020 7946 0123", "do", "save").want(422, "Please leave out phone numbers", "Ring 020 7946 0123")

	shown := a.taker.get(a.listing).want(200)
	if got := shown.alts(); !slices.Equal(got, []string{"", "The hall from its door"}) {
		t.Errorf("alt texts %q", got)
	}
	giver.get("/mine").want(200, "/photos/"+ids[1]+"/small.jpg 64w")
	a.taker.get("/groups/"+string(a.hall)).want(200, ids[1])
	a.worked(a.offer)
	a.taker.get("/find?q=hall").want(200, ids[1])
	a.taker.get("/").want(200, ids[1])

	p = giver.get(a.path)
	p.chooses(a.path, nil, "do", "remove:"+ids[1]).want(200, "Saved.").without(ids[1])
	p.chooses(a.path, nil, "do", "remove:"+ids[1]).want(200) // pressed twice
	giver.get("/photos/" + ids[1] + "/large.jpg").want(404)
	giver.post(a.path, url.Values{"once": {"x"}}).want(422, "Please choose a photo first.")
	if a.count("photos") != 1 {
		t.Errorf("%d photos", a.count("photos"))
	}
}

func TestAPhotoIsAPictureAndNothingElse(t *testing.T) {
	a := openAlbum(t, 1)
	id := a.giver.get(a.path).ids()[0]
	edit := a.listing + "/edit"
	if got := a.giver.get("/photos/" + id + "/small.jpg").want(200).header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("what is not for anyone: %q", got)
	}
	a.giver.get(edit).fill(edit, "circle", "anyone").want(200, "Saved.")
	for size, width := range map[string]int{"small": 64, "large": 64} {
		path := "/photos/" + id + "/" + size + ".jpg"
		p := a.browser().get(path).want(200)
		for _, planted := range phototest.Planted {
			if strings.Contains(p.text, planted) {
				t.Errorf("%s holds %q", size, planted)
			}
		}
		if c, err := jpeg.DecodeConfig(strings.NewReader(p.text)); err != nil || c.Width != width || c.Height != 96 {
			t.Errorf("%s: %+v, %v", size, c, err)
		}
		want := map[string]string{"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=3600, immutable",
			"Content-Security-Policy": "default-src 'none'; sandbox", "Content-Encoding": ""}
		for name, value := range want {
			if got := p.header.Get(name); got != value {
				t.Errorf("%s: %s %q, want %q", size, name, got, value)
			}
		}
		visitor := a.browser()
		r := visitor.request("GET", path, nil)
		r.Header.Set("If-None-Match", p.header.Get("ETag"))
		if again := visitor.do(r); again.status != 304 || again.text != "" {
			t.Errorf("asked again: %d", again.status)
		}
	}
	if got := a.giver.get("/photos/" + id + "/small.jpg").header.Get("Cache-Control"); got != "private, max-age=3600, immutable" {
		t.Errorf("somebody signed in: %q", got)
	}
	for _, path := range []string{"/photos/" + id + "/huge.jpg", "/photos/" + id + "/large.png", "/photos/nonsense/large.jpg", "/photos/" + string(market.NewID()) + "/large.jpg"} {
		a.browser().get(path).want(404)
	}
}

// Whoever may not see a listing does not learn that it has photos, and those of one listing cannot be reached through another.
func TestPhotosAreSeenByThoseWhoSeeTheirListingAndChangedByItsGroup(t *testing.T) {
	a := openAlbum(t, 1)
	id := a.giver.get(a.path).ids()[0]
	print := "/photos/" + id + "/large.jpg"
	edit := a.listing + "/edit"
	see := func(circle string, visitor, neighbour int) {
		t.Helper()
		a.giver.get(edit).fill(edit, "circle", circle).want(200, "Saved.")
		a.browser().get(print).want(visitor)
		a.taker.get(print).want(neighbour)
		a.giver.get(print).want(200)
	}
	see("networks", 404, 404)
	see("city", 404, 200)
	see("anyone", 200, 200)
	if _, err := a.store.Pool().Exec(t.Context(), `update listings set life = 'draft' where id = $1`, string(a.offer)); err != nil {
		t.Fatal(err)
	}
	a.taker.get(print).want(404)
	a.giver.get(print).want(200)
	if _, err := a.store.Pool().Exec(t.Context(), `update listings set life = 'open' where id = $1`, string(a.offer)); err != nil {
		t.Fatal(err)
	}
	a.giver.get(a.listing).fill(a.listing+"/close").want(200, "Closed")
	a.browser().get(print).want(410)
	a.taker.get(print).want(410)
	a.giver.get(print).want(200)
	a.giver.get(a.listing).fill(a.listing+"/reopen").want(200, "Open again.")

	fields := url.Values{"once": {"once"}, "do": {"remove:" + id}, "id": {id}, "alt_" + id: {"mine now"}}
	file := map[string]string{"a.jpg": string(phototest.Phone)}
	need := "/listings/" + string(a.taker.says("/ask", theNeed)) + "/photos"
	for name, c := range map[string]struct {
		b      *browser
		path   string
		status int
	}{"a stranger": {a.taker, a.path, 404}, "nobody": {a.browser(), a.path, 200}, "through one's own listing": {a.taker, need, 200}} {
		t.Log(name)
		c.b.get(c.path).want(c.status)
		c.b.post(c.path, fields).want(c.status)
		if c.path == a.path {
			c.b.sendsFiles(c.path, fields, file).want(c.status)
		}
	}
	if p := a.giver.get(a.path).want(200); !slices.Equal(p.ids(), []string{id}) || strings.Contains(p.text, "mine now") {
		t.Errorf("photos %v", p.ids())
	}
}

func TestFilesThatAreNoPhotosAreRefusedWithASentence(t *testing.T) {
	a := openAlbum(t, 0)
	form := a.giver.get(a.path)
	for name, c := range map[string]struct{ sent, says string }{
		"big.jpg":           {string(phototest.Phone) + strings.Repeat("x", 10<<20), "10 MB is the most"},
		"half.jpg":          {string(phototest.Phone[:len(phototest.Phone)/2]), "part of the file is missing"},
		"logo.svg":          {`<svg xmlns="http://www.w3.org/2000/svg"/>`, "something else besides a picture"},
		"page.jpg":          {"<!doctype html><script>alert(1)</script>", "something else besides a picture"},
		"IMG.HEIC":          {"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "choose it here from Photos rather than from Files: the phone then sends it as a JPEG"},
		"empty.jpg":         {"", "Please choose a photo first"},
		"<b>\u202ename.jpg": {"hello", "&lt;b&gt;name.jpg: This is no picture"},
	} {
		form.chooses(a.path, map[string]string{name: c.sent}, "do", "save").want(422, c.says)
	}
	if a.count("photos") != 0 {
		t.Errorf("%d photos are kept", a.count("photos"))
	}
	many := map[string]string{}
	for i := range 7 {
		many[string(rune('a'+i))+".jpg"] = string(phototest.Phone)
	}
	form.chooses(a.path, many, "do", "save").want(422, "g.jpg: 6 photos are the most")
	a.giver.get(a.path).want(200, "6 photos are the most. Take one away")
}

func TestAPageSaysThatPartsAreUseful(t *testing.T) {
	s := openStreet(t)
	path := "/listings/" + string(s.offer)
	s.giver.get(path+"/edit").fill(path+"/edit", "quantity", "40", "unit", "chairs", "splittable", "yes", "smallest_part", "10").want(200, "Saved.", "40 chairs", "yes, from 10 chairs")
	s.giver.get(path+"/edit").want(200).fill(path+"/edit", "smallest_part", "50").want(422, "The smallest part cannot be more than the whole")
}
