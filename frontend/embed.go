// Package frontend holds what runs in the browser, built by Vite into dist and embedded here, and serves it.
//
// It promises hashed file names that may be cached for ever, and compressed copies where the build made them.
// It knows the build's manifest, not the pages.
package frontend

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// ErrNotBuilt says that dist is empty.
var ErrNotBuilt = errors.New("the browser's files are not built: run make assets")

// Assets is what the head of a page must load for one entry, as URLs.
type Assets struct {
	Script   string
	Styles   []string
	Preloads []string // modules the script imports
	Fonts    []string // the two that every page draws with
}

type chunk struct {
	File    string   `json:"file"`
	CSS     []string `json:"css"`
	Assets  []string `json:"assets"`
	Imports []string `json:"imports"`
}

// Entry reads the build's manifest for an entry, "src/main.ts". It gives ErrNotBuilt when nothing was built.
func Entry(name string) (Assets, error) { return entryOf(dist, name) }

func entryOf(fsys fs.FS, name string) (Assets, error) {
	text, err := fs.ReadFile(fsys, "dist/manifest.json")
	if err != nil {
		return Assets{}, ErrNotBuilt
	}
	var manifest map[string]chunk
	if err := json.Unmarshal(text, &manifest); err != nil {
		return Assets{}, fmt.Errorf("frontend: manifest.json: %w", err)
	}
	entry, ok := manifest[name]
	if !ok {
		return Assets{}, fmt.Errorf("frontend: no entry %q in manifest.json", name)
	}
	a := Assets{Script: "/" + entry.File}
	a.collect(manifest, entry, map[string]bool{})
	return a, nil
}

// collect walks the imports of a chunk, each once.
func (a *Assets) collect(manifest map[string]chunk, c chunk, seen map[string]bool) {
	for _, css := range c.CSS {
		a.Styles = append(a.Styles, "/"+css)
	}
	for _, asset := range c.Assets {
		if strings.HasSuffix(asset, ".woff2") && strings.Contains(asset, "-latin-wght-normal") {
			a.Fonts = append(a.Fonts, "/"+asset)
		}
	}
	slices.Sort(a.Fonts)
	for _, name := range c.Imports {
		if seen[name] {
			continue
		}
		seen[name] = true
		a.Preloads = append(a.Preloads, "/"+manifest[name].File)
		a.collect(manifest, manifest[name], seen)
	}
}

// Worker is where the program that browsers run without a network is served: above all pages, or it would not see them.
const Worker = "/worker.js"

// Handler serves GET and HEAD of /assets/… (hashed: cached for ever), /favicon.svg (cached for a day) and Worker (asked
// for anew each time).
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serve(dist, w, r)
	})
}

func serve(fsys fs.FS, w http.ResponseWriter, r *http.Request) {
	name := path.Clean("/" + r.URL.Path)
	if name == Worker {
		name = workerOf(fsys)
		w.Header().Set("Cache-Control", "no-cache")
	}
	if name != "/favicon.svg" && !strings.HasPrefix(name, "/assets/") {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	file, encoding := choose(fsys, "dist"+name, r.Header.Get("Accept-Encoding"))
	if file == "" {
		http.NotFound(w, r)
		return
	}
	head(w.Header(), name, encoding)
	http.ServeFileFS(w, r, fsys, file)
}

// workerOf is the file of the build that is served as Worker; "" when there is none.
func workerOf(fsys fs.FS) string {
	a, err := entryOf(fsys, "worker/offline.ts")
	if err != nil {
		return ""
	}
	return a.Script
}

// choose picks the smallest copy the browser reads; file is empty when there is none.
func choose(fsys fs.FS, name, accepts string) (file, encoding string) {
	if info, err := fs.Stat(fsys, name); err != nil || info.IsDir() {
		return "", ""
	}
	for _, e := range []struct{ encoding, ending string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if _, err := fs.Stat(fsys, name+e.ending); err == nil && strings.Contains(accepts, e.encoding) {
			return name + e.ending, e.encoding
		}
	}
	return name, ""
}

// types are named here because the machine's own table may lack them or say otherwise.
var types = map[string]string{
	".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
	".woff2": "font/woff2", ".png": "image/png", ".json": "application/json",
}

func head(h http.Header, name, encoding string) {
	kind := types[path.Ext(name)]
	if kind == "" {
		kind = mime.TypeByExtension(path.Ext(name))
	}
	h.Set("Content-Type", kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Add("Vary", "Accept-Encoding")
	switch {
	case h.Get("Cache-Control") != "": // said before
	case strings.HasPrefix(name, "/assets/"):
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	default:
		h.Set("Cache-Control", "public, max-age=86400")
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
}
