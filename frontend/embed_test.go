package frontend

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

var built = fstest.MapFS{
	"dist/manifest.json": {Data: []byte(`{
		"src/main.ts": {"file": "assets/main-1.js", "css": ["assets/main-2.css"], "imports": ["_shared.js"],
			"assets": ["assets/bricolage-latin-wght-normal-3.woff2", "assets/bricolage-latin-ext-wght-normal-4.woff2"]},
		"worker/offline.ts": {"file": "assets/offline-6.js"},
		"_shared.js": {"file": "assets/shared-5.js", "imports": ["_shared.js"]}}`)},
	"dist/assets/main-1.js":    {Data: []byte("let a")},
	"dist/assets/main-1.js.br": {Data: []byte("br")},
	"dist/assets/offline-6.js": {Data: []byte("work")},
	"dist/favicon.svg":         {Data: []byte("<svg/>")},
}

func TestEntryNamesWhatAPageLoads(t *testing.T) {
	got, err := entryOf(built, "src/main.ts")
	if err != nil {
		t.Fatal(err)
	}
	want := Assets{Script: "/assets/main-1.js", Styles: []string{"/assets/main-2.css"}, Preloads: []string{"/assets/shared-5.js"},
		Fonts: []string{"/assets/bricolage-latin-wght-normal-3.woff2"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnEmptyDistSaysWhatToDo(t *testing.T) {
	if _, err := entryOf(fstest.MapFS{"dist/.keep": {}}, "src/main.ts"); !errors.Is(err, ErrNotBuilt) {
		t.Errorf("err = %v, want %v", err, ErrNotBuilt)
	}
}

func TestServing(t *testing.T) {
	for _, c := range []struct {
		method, path, accepts string
		status                int
		encoding, cache, body string
	}{
		{"GET", "/assets/main-1.js", "gzip, br", 200, "br", "public, max-age=31536000, immutable", "br"},
		{"GET", "/assets/main-1.js", "", 200, "", "public, max-age=31536000, immutable", "let a"},
		{"GET", "/favicon.svg", "br", 200, "", "public, max-age=86400", "<svg/>"},
		{"GET", "/worker.js", "", 200, "", "no-cache", "work"},
		{"GET", "/assets/../manifest.json", "", 404, "", "", "404 page not found\n"},
		{"GET", "/assets/none.js", "", 404, "", "", "404 page not found\n"},
		{"POST", "/assets/main-1.js", "", 405, "", "", "method not allowed\n"},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(c.method, "/", http.NoBody)
		r.URL.Path = c.path
		r.Header.Set("Accept-Encoding", c.accepts)
		serve(built, w, r)
		if w.Code != c.status || w.Header().Get("Content-Encoding") != c.encoding || w.Header().Get("Cache-Control") != c.cache || w.Body.String() != c.body {
			t.Errorf("%s %s (%q) = %d %q %q %q", c.method, c.path, c.accepts, w.Code, w.Header().Get("Content-Encoding"), w.Header().Get("Cache-Control"), w.Body.String())
		}
	}
}
