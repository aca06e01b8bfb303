package api_test

import (
	"fmt"
	"go/format"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"wherewithal/market"
	"wherewithal/photo/phototest"
	"wherewithal/web/api"
	"wherewithal/web/developers"
)

// Every example of every page for developers runs as it stands, and gets an answer that the document has for it when all is
// well: with a test key on the sandbox where a key will do, else with a person's token. What is new in the document has examples
// at once; when they want a thing to be there, workshop.given makes it.
func TestEveryExampleOfThePagesForDevelopersRuns(t *testing.T) {
	w := openWorkshop(t)
	for _, l := range developers.Languages {
		t.Run(l.Code, func(t *testing.T) { w.runs(t, l) })
	}
}

// workshop is a house in which examples find what they ask for, and whose answers are written down.
type workshop struct {
	*house
	guide        *developers.Guide
	person       neighbour
	keys         map[string]*program // by language: a test key may ask 60 times a minute
	key          *program            // of the language that runs
	introduction market.Introduction
	ring         string
	photo        string // in the sandbox
	hook         string // of the key's; "" before the first

	front *httptest.Server
	mu    sync.Mutex
	heard []heard
}

type heard struct {
	method, path string
	status       int
}

func openWorkshop(t *testing.T) *workshop {
	h := openWith(t, unlimited)
	w := &workshop{house: h, keys: map[string]*program{}, guide: developers.Read(h.api.Document())}
	host := h.neighbour("Larkhollow Hall", "host@hall.test")
	w.person = h.neighbour("Tansy Yard Choir", "guest@choir.test")
	for _, l := range developers.Languages {
		_, theirs := h.partnerIn(w.person)
		w.keys[l.Code] = h.keyOf(w.person, theirs, true)
	}
	w.ring = h.ring(w.person, h.neighbour("Sorrel House", "open@sorrel.test")).ID
	host.posts(hall(host))
	w.person.posts(choir(w.person))
	all, err := h.store.IntroductionsAfter(h.ctx, w.person.viewer, "", "", 1)
	h.must(err)
	w.introduction = all[0]
	_, w.photo = w.hallWithPhoto()
	_, err = h.store.Pool().Exec(h.ctx, `update photos set listing_id = (select id from listings where group_id in (select id from groups where name like '%(sandbox)') order by id limit 1) where id = $1`, w.photo)
	h.must(err)
	w.front = httptest.NewServer(w)
	t.Cleanup(w.front.Close)
	return w
}

func (w *workshop) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	seen := &statusSeen{ResponseWriter: out, status: http.StatusOK}
	w.server.Config.Handler.ServeHTTP(seen, r)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard = append(w.heard, heard{r.Method, r.URL.Path, seen.status})
}

type statusSeen struct {
	http.ResponseWriter
	status int
}

func (s *statusSeen) WriteHeader(status int) { s.status = status; s.ResponseWriter.WriteHeader(status) }

// hallWithPhoto is a fresh listing of the person's that is about to expire, with a photo.
func (w *workshop) hallWithPhoto() (listing, photo string) {
	w.t.Helper()
	l := read[api.Listing](w.person.ask("POST", "/listings", write(hall(w.person))).want(201))
	_, err := w.store.Pool().Exec(w.ctx, `update listings set expires_at = $1 where id = $2`, w.now.AddDate(0, 0, 3), l.ID)
	w.must(err)
	p := read[api.Photo](w.person.ask("POST", "/listings/"+l.ID+"/photos?decorative=true", string(phototest.Phone), "Content-Type", "image/jpeg").want(201))
	return l.ID, p.ID
}

// given are the values with which an example is asked: of the sandbox as on the page, or of things of the person's, one of its
// own for each example, since some of them end what they are about.
func (w *workshop) given(o developers.Operation, l developers.Language) developers.Given {
	g := o.Shown(w.now)
	g["Idempotency-Key"] += "-" + o.ID + "-" + l.Code
	if o.Credential() == developers.KeyVariable {
		if strings.Contains(o.Path, "/webhooks/") {
			g["id"] = w.webhook(o)
		}
		if o.ID == "list-partner-groups" { // the first of those that post for groups
			w.key.ask("PUT", "/partner/groups/marsh-lane", `{"name":"Marsh Lane Menders","postcode":"SE10"}`).want(200)
			w.key.ask("PUT", "/partner/listings/chairs-1", write(chairs("marsh-lane"))).want(200)
		}
		if strings.Contains(o.Path, "/partner/imports/{id}") {
			g["id"], g["sha256"] = w.file()
		}
		if strings.Contains(o.Path, "/photos/{id}") {
			g["id"] = w.photo
		}
		return g
	}
	g["groupId"], g["placeId"] = string(w.person.group.ID), string(w.person.place.ID)
	switch {
	case strings.Contains(o.Path, "/introductions/"):
		g["id"] = string(w.introduction.ID)
	case strings.Contains(o.Path, "/searches/"):
		g["id"] = read[api.SavedSearch](w.person.ask("POST", "/searches", aSearch).want(201)).ID
	case strings.Contains(o.Path, "/rings/"):
		g["id"] = w.ring
	case strings.Contains(o.Path, "/matches/"):
		g["id"], g["other"] = string(w.introduction.NeedID), string(w.introduction.OfferID)
	case strings.Contains(o.Path, "/listings/"):
		g["id"], g["photo"] = w.hallWithPhoto()
		g["If-Match"] = w.person.ask("GET", "/listings/"+g["id"], "").want(200).header.Get("ETag")
	}
	return g
}

// file is one that was looked at and done: another look takes the place of one that was not.
func (w *workshop) file() (id, sum string) {
	const text = "reference,groupReference,side,kind,title,where,terms\nclothes-1,marsh-lane,offer,skill,Mending of clothes,collected,gift\n"
	i := read[api.Import](w.key.ask("POST", "/partner/imports", text, "Content-Type", "text/csv").want(201))
	w.key.ask("POST", "/partner/imports/"+i.ID+"/apply", write(map[string]string{"sha256": i.SHA256})).want(202)
	var whose market.ID
	w.must(w.store.Pool().QueryRow(w.ctx, `select partner_id::text from imports where id = $1`, i.ID).Scan((*string)(&whose)))
	w.must(w.partners.WorkImport(w.ctx, market.ID(i.ID), whose, w.now))
	return i.ID, i.SHA256
}

// webhook is the one that all examples are about, and for that which takes it away another.
func (w *workshop) webhook(o developers.Operation) string {
	if w.hook == "" || o.Method == http.MethodDelete {
		made := read[api.FreshWebhook](w.key.ask("POST", "/webhooks", hookDraft).want(201)).ID
		if o.Method == http.MethodDelete {
			return made
		}
		w.hook = made
	}
	return w.hook
}

// runs all examples of a language in one process.
func (w *workshop) runs(t *testing.T, l developers.Language) {
	if _, err := exec.LookPath(map[string]string{"curl": "curl", "javascript": "node", "python": "python3", "go": "go"}[l.Code]); err != nil {
		t.Skip("SKIPPING: ", err) // which fails the run where nothing may be missing
	}
	w.key, w.hook, w.heard = w.keys[l.Code], "", nil
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "photo.jpg"), phototest.Phone, 0o600); err != nil {
		t.Fatal(err)
	}
	operations, files := w.written(t, dir, l)
	cmd := inOneProcess(t, dir, l, files)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-buildvcs=false -trimpath", "GOWORK=off", developers.KeyVariable+"="+w.key.token, developers.TokenVariable+"="+w.person.token)
	out, err := cmd.CombinedOutput()
	for i, o := range operations {
		if i >= len(w.heard) {
			t.Fatalf("%s asked nothing: %v\n%s", o.ID, err, out)
		}
		w.documented(t, o, w.heard[i])
	}
	if err != nil || len(w.heard) != len(operations) {
		t.Errorf("%d requests of %d examples: %v\n%s", len(w.heard), len(operations), err, out)
	}
}

// written are the examples of a language as files, in the order of the guide.
func (w *workshop) written(t *testing.T, dir string, l developers.Language) (operations []developers.Operation, files []string) {
	for _, tag := range w.guide.Tags {
		for _, o := range tag.Operations {
			file := fmt.Sprintf("example%02d.%s", len(files), l.File)
			if err := os.WriteFile(filepath.Join(dir, file), []byte(w.program(t, o, l, len(files))), 0o600); err != nil {
				t.Fatal(err)
			}
			operations, files = append(operations, o), append(files, file)
		}
	}
	return operations, files
}

func (w *workshop) program(t *testing.T, o developers.Operation, l developers.Language, n int) string {
	all, err := o.Examples(w.front.URL, w.given(o, l))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if e.Language != l {
			continue
		}
		if l.Code != "go" {
			return e.Text
		}
		if tidy, err := format.Source([]byte(e.Text)); err != nil || string(tidy) != e.Text {
			t.Errorf("%s is not as gofmt has it: %v\n%s", o.ID, err, e.Text)
		}
		return strings.Replace(e.Text, "func main()", fmt.Sprintf("func example%02d()", n), 1)
	}
	t.Fatalf("%s has no example in %s", o.ID, l.Name)
	return ""
}

func inOneProcess(t *testing.T, dir string, l developers.Language, files []string) *exec.Cmd {
	switch l.Code {
	case "curl":
		return exec.CommandContext(t.Context(), "sh", append([]string{"-ec", `for f in "$@"; do sh -e "./$f"; done`, "sh"}, files...)...)
	case "javascript":
		return exec.CommandContext(t.Context(), "node", append([]string{"--input-type=module", "-e",
			"for (const f of process.argv.slice(1)) await import(process.cwd() + '/' + f);"}, files...)...)
	case "python":
		return exec.CommandContext(t.Context(), "python3", append([]string{"-c", "import runpy, sys\nfor f in sys.argv[1:]: runpy.run_path(f)"}, files...)...)
	}
	calls := ""
	for i := range files {
		calls += fmt.Sprintf("\texample%02d()\n", i)
	}
	for name, text := range map[string]string{"go.mod": "module examples\n\ngo 1.26\n", "main.go": "package main\n\nfunc main() {\n" + calls + "}\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return exec.CommandContext(t.Context(), "go", "run", ".")
}

// documented has a request be the operation's, and its answer one of those when all is well.
func (w *workshop) documented(t *testing.T, o developers.Operation, h heard) {
	t.Helper()
	want, got := strings.Split(o.Path, "/"), strings.Split(h.path, "/")
	same := h.method == o.Method && len(want) == len(got)
	for i := 0; same && i < len(want); i++ {
		same = want[i] == got[i] || strings.HasPrefix(want[i], "{")
	}
	if !same {
		t.Fatalf("%s asked %s %s", o.ID, h.method, h.path)
	}
	for _, a := range o.Answers {
		if a.Status == h.status && a.Status/100 == 2 {
			return
		}
	}
	t.Errorf("%s: %s %s gave %s, and the document says %v", o.ID, h.method, h.path, strconv.Itoa(h.status), o.Answers)
}
