package pages

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"wherewithal/docs"
	"wherewithal/listing"
	"wherewithal/web/api"
	"wherewithal/web/developers"
	"wherewithal/wording"
)

// hasID reports whether a link can lead to a part of the page.
func (p page) hasID(id string) bool {
	for n := range p.root.Descendants() {
		if attribute(n, "id") == id {
			return true
		}
	}
	return false
}

// What stands in the document stands on a page, with its bounds, shapes and four examples, and every link leads somewhere.
func TestThePagesForDevelopersSayAllThatTheDocumentSays(t *testing.T) {
	h := open(t)
	d, err := api.Describe(h.site.Config)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var served struct {
		Paths map[string]map[string]struct{ OperationID string }
	}
	if err := json.Unmarshal(text, &served); err != nil {
		t.Fatal(err)
	}
	b := h.browser()
	contents, pages := b.get("/developers").want(200), map[string]page{}
	for _, tag := range developers.Read(d).Tags {
		path := "/developers/" + tag.Slug
		pages[path] = b.get(path).want(200)
		for _, o := range tag.Operations {
			if !contents.links("href", path+"#"+o.ID) || !pages[path].hasID(o.ID) {
				t.Errorf("%s is not in the contents, or not on its page", o.ID)
			}
			delete(served.Paths[o.Path], strings.ToLower(o.Method))
		}
		for _, s := range tag.Shapes {
			if len(s.Fields) > 0 && !pages[path].hasID("shape-"+s.Name) {
				t.Errorf("%s does not show %s", path, s.Name)
			}
		}
		if n := strings.Count(pages[path].text, "<figure"); n != 4*len(tag.Operations) {
			t.Errorf("%s has %d examples of %d operations", path, n, len(tag.Operations))
		}
	}
	for path, left := range served.Paths {
		if len(left) > 0 {
			t.Errorf("%s: %v is on no page", path, left)
		}
	}
	pages["/developers"], pages["/developers/errors"] = contents, b.get("/developers/errors").want(200)
	for _, path := range []string{"/developers/start", "/developers/changes", "/developers/open"} {
		pages[path] = b.get(path).want(200)
	}
	pages["/developers/handbook"] = b.get("/developers/handbook").want(200, "timingSafeEqual", "hmac.compare_digest", "hook.Verify(body, request.Header)", "openssl dgst", "smallestPart", "organization_id", "<table>", `<th scope="col">`)
	if strings.Contains(string(text), "docs/") {
		t.Error("the document leads to a file, which whoever has no copy of the source cannot read")
	}
	pages["/developers/widget"] = b.get("/developers/widget").want(200)
	pages["/developers/limits"] = b.get("/developers/limits").want(200, "1,200", "10,000", "6,000")
	for path, p := range pages {
		for n := range p.root.Descendants() {
			href := attribute(n, "href")
			if n.Data != "a" || !strings.HasPrefix(href, "#") && !strings.HasPrefix(href, "/developers") {
				continue
			}
			to, id, _ := strings.Cut(href, "#")
			target, known := pages[to]
			if to == "" {
				target, known = p, true
			}
			if !known || id != "" && !target.hasID(id) {
				t.Errorf("%s leads to %s, which is nowhere", path, href)
			}
		}
	}
	b.get("/developers/search").want(200, "required", `at most <code translate="no">100</code>`, "hall+near+SE10")
	b.get("/developers/nothing").want(404)
}

func (p page) links(attr, value string) bool {
	for n := range p.root.Descendants() {
		if attribute(n, attr) == value {
			return true
		}
	}
	return false
}

func TestEveryCodeIsOnThePageOfProblems(t *testing.T) {
	p := open(t).browser().get("/developers/errors").want(200, "application/problem+json")
	for _, k := range api.ProblemKinds() {
		if !p.hasID(k.Code) || !strings.Contains(p.text, strings.ReplaceAll(wording.Text(wording.Default, "code."+k.Code+"_do", nil), "'", "&#39;")) {
			t.Errorf("%s is not on the page", k.Code)
		}
	}
}

// An operation that will be gone says so, and one of a tag that is new stands under its name.
func TestAnOperationThatWillBeGoneSaysSo(t *testing.T) {
	h := open(t)
	h.site.guide = func() (*developers.Guide, error) {
		return developers.Read(&huma.OpenAPI{Info: &huma.Info{}, Paths: map[string]*huma.PathItem{"/old": {Get: &huma.Operation{OperationID: "old", Method: "GET",
			Path: "/old", Tags: []string{"attic"}, Summary: "Old", Deprecated: true, Extensions: map[string]any{"x-deprecated-since": "2027-01-04", "x-sunset": "2027-09-01"}}}}}), nil
	}
	h.browser().get("/developers").want(200, "attic", "gone")
	h.browser().get("/developers/attic").want(200, "deprecated since Monday 4 January", "until Wednesday 1 September")
}

func TestPartnersAndTokensLeadToThePagesForDevelopers(t *testing.T) {
	b := open(t).browser()
	b.signIn("ama@choir.example", "Ama")
	for _, path := range []string{"/account/partners", "/account/tokens", "/help"} {
		if !b.get(path).want(200).links("href", "/developers") {
			t.Errorf("%s does not lead to /developers", path)
		}
	}
	if !slices.Contains(publicPages, "/developers") {
		t.Error("search engines are not told")
	}
	desk := b.get("/account/partners").want(200).fill("/account/partners", "name", "Directory", "site", "https://directory.example", "purpose", "Lists halls for tenants.", "whole", "yes").want(200).url.Path
	for path, to := range map[string]string{desk + "/imports": "columns-of-a-csv-file", desk + "/webhooks": "webhooks"} {
		if !b.get(path).want(200).links("href", "/developers/handbook#"+to) || !b.get("/developers/handbook").hasID(to) {
			t.Errorf("%s does not lead to what the handbook says of it", path)
		}
	}
}

// The quick start, as somebody follows it: the key by the buttons of the pages, and each command in its order.
func TestTheQuickStartLeadsToAFirstResult(t *testing.T) {
	h := open(t)
	door := api.New(api.Options{Config: h.site.Config, Clock: h.site.Clock, Store: h.store, Accounts: h.accounts, Partners: h.site.Partners,
		Search: h.site.Search, Limits: h.site.Limits})
	door.Register(h.engine)
	b := h.browser()
	b.signIn("ama@choir.example", "Ama")
	b.get("/developers/start").want(200, "/account/partners", "copy.py", "show.py")
	made := b.get("/account/partners").want(200).fill("/account/partners", "name", "Directory", "site", "https://directory.example", "purpose", "Lists halls for tenants.", "whole", "yes").want(200)
	fields, _ := made.form(made.url.Path + "/keys")
	fields.Set("kind", "test")
	key := regexp.MustCompile(`wh_test_[a-z0-9]{33}`).FindString(b.post(made.url.Path+"/keys", fields).want(200).text)
	if err := listing.NewMirror(h.store, indexOf(h.site)).Rebuild(t.Context(), h.now); err != nil {
		t.Fatal(err)
	}
	dir, script := t.TempDir(), "set -e\n"
	for _, s := range developers.Start(h.server.URL) {
		if s.File != "" {
			if err := os.WriteFile(filepath.Join(dir, s.File), []byte(s.Text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		script += strings.ReplaceAll(s.Command, developers.KeyShown, key) + "\n"
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", script)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), `"title":"Parish hall with a kitchen"`) || strings.Count(string(out), "12 listings\n") != 2 {
		t.Errorf("%v\n%s", err, out)
	}
	if shown, err := os.ReadFile(filepath.Join(dir, "listings.html")); err != nil || strings.Count(string(shown), "<li>") != 12 || !strings.Contains(string(shown), "Café Brontë Readers") {
		t.Errorf("%v\n%s", err, shown)
	}
}

func TestThePageOfChangesShowsThePromiseAndTheLog(t *testing.T) {
	h := open(t)
	log := developers.Changes(docs.APIChanges)
	if len(log) == 0 {
		t.Fatal("the log is empty")
	}
	h.browser().get("/developers/changes").want(200, "180 days", "RFC 9745", "RFC 8594", `id="`+log[0].Date+`"`, "<code translate=\"no\">Deprecation</code>", "Nothing, so far.")
}
