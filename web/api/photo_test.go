package api_test

import (
	"strings"
	"testing"

	"wherewithal/market"
	"wherewithal/photo/phototest"
	"wherewithal/web/api"
)

type photos struct{ Items []api.Photo }

func (p *program) sends(path string, file []byte, headers ...string) answer {
	p.t.Helper()
	return p.ask("POST", path, string(file), append([]string{"Content-Type", "image/jpeg"}, headers...)...)
}

func TestPhotosAreAddedArrangedSeenAndDeleted(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	at := "/listings/" + n.posts(hall(n)).ID + "/photos"
	a := n.sends(at+"?alt=The+hall", phototest.Phone, "Idempotency-Key", "photo-0001").want(201)
	first := read[api.Photo](a)
	if again := read[api.Photo](n.sends(at+"?alt=The+hall", phototest.Phone, "Idempotency-Key", "photo-0001").want(201)); again != first {
		t.Errorf("the same key made %+v and %+v", first, again)
	}
	n.sends(at+"?alt=The+door", phototest.Phone, "Idempotency-Key", "photo-0001").want(409, `"reused"`)
	second := read[api.Photo](n.sends(at+"?decorative=true", phototest.Phone).want(201))
	if first.Alt != "The hall" || first.Width != 64 || first.Height != 96 || !second.Decorative || a.header.Get("Location") != first.Large {
		t.Errorf("%+v, %+v, at %q", first, second, a.header.Get("Location"))
	}
	order := []map[string]any{{"id": second.ID, "alt": "The door"}, {"id": first.ID, "decorative": true}}
	for range 2 {
		got := read[photos](n.ask("PUT", at, write(map[string]any{"items": order})).want(200))
		if len(got.Items) != 2 || got.Items[0].ID != second.ID || got.Items[0].Alt != "The door" || got.Items[1].Alt != "" {
			t.Errorf("%+v", got)
		}
	}
	n.ask("PUT", at, write(map[string]any{"items": order[:1]})).want(409, `"conflict"`)
	n.ask("PUT", at, write(map[string]any{"items": []any{map[string]any{"id": first.ID, "alt": "ring 020 7946 0123"}, order[1]}})).want(422, `"#/items"`)
	for _, size := range []string{"large", "small"} {
		p := h.public().ask("GET", "/photos/"+first.ID+"/"+size, "").want(200)
		if p.header.Get("Content-Type") != "image/jpeg" || !strings.HasPrefix(p.text, "\xff\xd8\xff") || p.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%v", p.header)
		}
		for _, planted := range phototest.Planted {
			if strings.Contains(p.text, planted) {
				t.Errorf("%s holds %q", size, planted)
			}
		}
	}
	n.ask("DELETE", at+"/"+first.ID, "").want(204)
	n.ask("DELETE", at+"/"+first.ID, "").want(404)
	n.ask("GET", "/photos/"+first.ID+"/large", "").want(404)
	n.sends(at+"?alt=The+hall", phototest.Phone, "Idempotency-Key", "photo-0001").want(201, first.ID) // the first answer, and no second photo
	if got := read[photos](h.public().ask("GET", at, "").want(200)); len(got.Items) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestWhatIsNoPhotoIsRefusedToProgramsToo(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	at := "/listings/" + n.posts(hall(n)).ID + "/photos"
	for name, c := range map[string]struct {
		body   string
		kind   string
		status int
		says   string
	}{
		"text":               {"hello", "image/jpeg", 422, "no picture that we can read"},
		"HTML":               {"<!doctype html><p>", "image/png", 422, "something else besides"},
		"half of one":        {string(phototest.Phone[:len(phototest.Phone)/2]), "image/jpeg", 422, "missing or damaged"},
		"nothing":            {"", "image/jpeg", 400, ""},
		"11 MiB":             {strings.Repeat("x", 11<<20), "image/jpeg", 413, "ten of a photo"},
		"2 MiB as JSON":      {strings.Repeat("x", 2<<20), "application/json", 422, "no picture"},
		"9 MiB of something": {strings.Repeat("x", 9<<20), "application/octet-stream", 422, "no picture"},
	} {
		t.Log(name)
		n.ask("POST", at, c.body, "Content-Type", c.kind).want(c.status, c.says)
	}
	n.sends(at+"?alt="+strings.Repeat("x", 301), phototest.Phone).want(422, `"alt"`)
	for range market.MaxPhotos {
		n.sends(at, phototest.Phone).want(201)
	}
	n.sends(at, phototest.Phone).want(422, "6 photos are the most")
}

// Each operation on photos, asked by those who may not and with ids of others: not found, wherever they come from.
func TestPhotosOfOthersAreNotFound(t *testing.T) {
	h := open(t)
	n, other := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	hidden := "/listings/" + n.posts(with(hall(n), "circle", "networks")).ID + "/photos"
	shown := "/listings/" + n.posts(hall(n)).ID + "/photos"
	theirs := "/listings/" + other.posts(choir(other)).ID + "/photos"
	kept, seen := read[api.Photo](n.sends(hidden, phototest.Phone).want(201)), read[api.Photo](n.sends(shown, phototest.Phone).want(201))
	whole, _ := h.partnerIn(n)
	for _, p := range []*program{other.program, h.public(), whole} {
		p.ask("GET", hidden, "").want(404)
		p.ask("GET", "/photos/"+kept.ID+"/large", "").want(404)
		p.ask("GET", shown, "").want(200, seen.ID)
		p.ask("GET", "/photos/"+seen.ID+"/small", "").want(200)
	}
	items := func(id string) string {
		return write(map[string]any{"items": []any{map[string]any{"id": id, "alt": "mine now"}}})
	}
	for _, at := range []string{hidden, shown} {
		other.sends(at, phototest.Phone).want(404)
		other.ask("PUT", at, items(seen.ID)).want(404)
		other.ask("DELETE", at+"/"+seen.ID, "").want(404)
		h.public().sends(at, phototest.Phone).want(401)
		whole.sends(at, phototest.Phone).want(403)
		h.program(n.viewer, market.MayRead).sends(at, phototest.Phone).want(403)
	}
	other.ask("PUT", theirs, items(seen.ID)).want(409)
	other.ask("DELETE", theirs+"/"+seen.ID, "").want(404)
	n.ask("DELETE", hidden+"/"+seen.ID, "").want(404)
	if got := read[photos](n.ask("GET", shown, "").want(200)); len(got.Items) != 1 || got.Items[0].Alt != "" {
		t.Errorf("%+v", got)
	}
}
