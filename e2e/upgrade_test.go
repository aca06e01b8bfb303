package e2e

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"wherewithal/mail/mailtest"
	"wherewithal/store/storetest"
)

// The programs of the last release serve on through an upgrade: while their database is migrated by those that are to come,
// and after it, even when they are started again; then the new ones take over in the middle of a story.
func TestThePreviousReleaseServesWhileItsDatabaseIsUpgraded(t *testing.T) {
	t.Parallel()
	old := previousRelease(t)
	if old == "" {
		return
	}
	empty := storetest.New(t, func(string) error { return nil }, "empty")
	w := groundOn(t, empty, mailtest.Options{}, time.Time{}, "API_PUBLIC_PER_HOUR=1000000") // a fast machine asks more than one address may
	now := w.bin
	w.bin = old
	w.opens() // it makes its own tables
	w.hire()
	jo := w.hand(jos)
	jo.signsIn("Jo")
	jo.founds("Maze Hill Rooms")
	jo.posts("/offer", theHall)

	asked := w.asksAllTheTime(jo)
	if said, code := runs(t, program(t, "admin", "migrate"), w.env...); code != 0 {
		t.Fatalf("the upgrade: %s", said)
	}
	ama := w.hand(amas)
	ama.signsIn("Ama")
	ama.founds("Tuesday Lark Choir")
	ama.posts("/ask", sentence)
	ama.saysYes()
	asked.end()

	w.worker.kill()
	w.hire() // as it was, on the tables that it does not know
	w.api.kill()
	w.opens()
	jo.get("/mine")
	ama.get("/introductions")

	w.worker.stop(t)
	w.api.stop(t)
	w.bin = now
	w.opens()
	w.hire()
	jo.saysYes()
	w.until("connected", `select state from introductions order by answered_at desc nulls last limit 1`)
	for _, p := range []*hand{jo, ama} { // still signed in
		p.get("/introductions")
		p.mail("/i/")
	}
}

// previousRelease builds the programs of the commit that deploy/previous-release names, and says where they lie; nowhere where there is no
// history that could hold it, as in an archive or a shallow clone.
func previousRelease(t *testing.T) (dir string) {
	t.Helper()
	named, err := os.ReadFile("../deploy/previous-release")
	if err != nil {
		t.Fatal(err)
	}
	commit := strings.TrimSpace(string(named))
	sources, err := sourcesOf(t, "..", commit)
	if errors.Is(err, errNoHistory) {
		t.Logf("SKIPPING: the sources of the previous release, %s, are not at hand: %v", commit, err)
		return ""
	}
	if err != nil {
		t.Fatalf("the sources of the previous release, %s: %v", commit, err)
	}
	began := time.Now()
	at := t.TempDir()
	unpack(t, at, sources)
	if err := os.CopyFS(filepath.Join(at, "frontend", "dist"), os.DirFS("../frontend/dist")); err != nil && !errors.Is(err, os.ErrExist) { // what browsers load is not what is tried
		t.Fatal(err)
	}
	dir = openDir(t)
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", dir+"/", "./cmd/api", "./cmd/worker")
	build.Dir = at
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the previous release does not build: %v\n%s", err, out)
	}
	t.Logf("the programs of %.8s were built in %v", commit, time.Since(began).Round(100*time.Millisecond))
	return dir
}

var errNoHistory = errors.New("there is no history, or only a part of it")

// sourcesOf a commit, as an archive. errNoHistory: this is none, or a shallow one that does not reach so far.
func sourcesOf(t *testing.T, dir, commit string) ([]byte, error) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(dir, ".git")); errors.Is(err, fs.ErrNotExist) {
		return nil, errNoHistory
	}
	sources, err := git(t, dir, "archive", commit)
	if err == nil {
		return sources, nil
	}
	if shallow, err := git(t, dir, "rev-parse", "--is-shallow-repository"); err == nil && strings.TrimSpace(string(shallow)) == "true" {
		return nil, errNoHistory
	}
	return nil, err
}

// git does something in a folder, whoever it belongs to: whoever tests may be another than who fetched.
func git(t *testing.T, dir string, args ...string) ([]byte, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", append([]string{"-c", "safe.directory=*", "-C", dir}, args...)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("git %s: %w: %s", args[0], err, bytes.TrimSpace(said.Bytes()))
	}
	return out, err
}

// A release whose sources should be there and are not is no reason to leave the test out: nobody would see that it does nothing.
func TestThePreviousReleaseIsMissedWhereItsHistoryShouldBe(t *testing.T) {
	t.Parallel()
	whole, unborn := t.TempDir(), strings.Repeat("0", 39)+"1"
	done := func(dir string, args ...string) string {
		out, err := git(t, dir, args...)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	done(whole, "init", "-q")
	for _, text := range []string{"first", "second"} {
		if err := os.WriteFile(filepath.Join(whole, "file"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		done(whole, "add", "file")
		done(whole, "-c", "user.name=a", "-c", "user.email=a@a.test", "-c", "commit.gpgsign=false", "commit", "-q", "-m", text)
	}
	first := done(whole, "rev-parse", "HEAD~1")
	shallow := filepath.Join(t.TempDir(), "shallow")
	done(whole, "clone", "-q", "--depth", "1", "file://"+whole, shallow)

	if sources, err := sourcesOf(t, whole, first); err != nil || !bytes.Contains(sources, []byte("first")) {
		t.Errorf("a commit that is there: %d bytes, %v", len(sources), err)
	}
	if _, err := sourcesOf(t, whole, unborn); err == nil || errors.Is(err, errNoHistory) {
		t.Errorf("a whole history without the commit: %v", err)
	}
	for name, dir := range map[string]string{"an archive": t.TempDir(), "a shallow clone": shallow} {
		if _, err := sourcesOf(t, dir, first); !errors.Is(err, errNoHistory) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func unpack(t *testing.T, to string, archive []byte) {
	t.Helper()
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(to, filepath.FromSlash(h.Name))
		if h.Typeflag != tar.TypeReg || !filepath.IsLocal(h.Name) || strings.HasSuffix(name, ".keep") {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err == nil {
			err = os.WriteFile(name, text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// asking goes on in the background: nothing that is asked meanwhile may fail.
type asking struct {
	t      *testing.T
	stop   context.CancelFunc
	ended  sync.WaitGroup
	asked  int
	faults []string
}

// asksAllTheTime has pages, the API and a program's form asked until end.
func (w *town) asksAllTheTime(as *hand) *asking {
	ctx, stop := context.WithCancel(w.t.Context())
	a := &asking{t: w.t, stop: stop}
	paths := []string{"/", "/find?q=hall", "/mine", "/introductions", "/networks", "/account/data", "/api/v1/search?q=hall", "/api/v1/networks", "/readyz"}
	a.ended.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.public+paths[i%len(paths)], nil)
			if err != nil {
				panic(err)
			}
			answer, err := as.client.Do(r)
			if err != nil {
				if ctx.Err() == nil {
					a.faults = append(a.faults, err.Error())
				}
				continue
			}
			_, _ = io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
			if a.asked++; answer.StatusCode != http.StatusOK {
				a.faults = append(a.faults, r.URL.Path+" "+answer.Status)
			}
		}
	})
	return a
}

func (a *asking) end() {
	a.t.Helper()
	a.stop()
	a.ended.Wait()
	a.t.Logf("%d requests meanwhile", a.asked)
	if a.asked < 20 || len(a.faults) > 0 { // a slow machine asks some fifty
		a.t.Errorf("%d requests during the upgrade, of which failed: %v", a.asked, a.faults)
	}
}

// hand fills in forms by the names of their fields, which outlive the words beside them.
type hand struct {
	*town
	address string
	token   string // that of a program, or empty
	client  *http.Client
	path    string // of the page that is open
	root    *html.Node
	read    map[string]bool // links of mails that were followed
}

func (w *town) hand(address string) *hand {
	jar, _ := cookiejar.New(nil)
	return &hand{town: w, address: address, client: &http.Client{Jar: jar, Timeout: patience}, read: map[string]bool{}}
}

func (p *hand) do(method, path string, form url.Values) {
	p.t.Helper()
	answer, text := p.send(method, path, form)
	if answer.StatusCode != http.StatusOK {
		p.t.Fatalf("%s %s: %s\n%.3000s", method, path, answer.Status, text)
	}
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		p.t.Fatal(err)
	}
	p.root, p.path = root, answer.Request.URL.Path
}

// send gives the answer and what it says, whatever that is.
func (p *hand) send(method, path string, form url.Values) (*http.Response, string) {
	p.t.Helper()
	kind := ""
	if form != nil {
		kind = "application/x-www-form-urlencoded"
	}
	return p.sendBody(method, path, kind, strings.NewReader(form.Encode()))
}

func (p *hand) sendBody(method, path, kind string, body io.Reader) (*http.Response, string) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.public+path, body)
	if err != nil {
		p.t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if p.token != "" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	answer, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer, string(text)
}

func (p *hand) get(path string) { p.t.Helper(); p.do(http.MethodGet, path, nil) }

// fills in the form of the open page that is sent to an address, with pairs of names and values, and sends it.
func (p *hand) fills(action string, pairs ...string) {
	p.t.Helper()
	p.do(http.MethodPost, action, p.filled(action, pairs...))
}

func (p *hand) filled(action string, pairs ...string) url.Values {
	p.t.Helper()
	for n := range p.root.Descendants() {
		if n.Data == "form" && attribute(n, "action") == action && attribute(n, "method") == "post" {
			form := sentBy(n)
			for i := 0; i < len(pairs); i += 2 {
				form.Set(pairs[i], pairs[i+1])
			}
			return form
		}
	}
	p.t.Fatalf("no form to %s on %s", action, p.path)
	return nil
}

// sentBy a form as it stands.
func sentBy(form *html.Node) url.Values {
	sent := url.Values{}
	for n := range form.Descendants() {
		name, on := attribute(n, "name"), true
		if kind := attribute(n, "type"); kind == "radio" || kind == "checkbox" {
			on = marked(n, "checked")
		}
		switch {
		case name == "" || !on:
		case n.Data == "input":
			sent.Add(name, attribute(n, "value"))
		case n.Data == "textarea" && n.FirstChild != nil:
			sent.Set(name, n.FirstChild.Data)
		case n.Data == "select":
			for o := range n.Descendants() {
				if o.Data == "option" && (marked(o, "selected") || !sent.Has(name)) {
					sent.Set(name, attribute(o, "value"))
				}
			}
		}
	}
	return sent
}

func marked(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

// mail waits for one to this person with a link that begins so, which was not followed before, and gives its path.
func (p *hand) mail(begins string) (path string) {
	p.t.Helper()
	p.mails.Wait(p.t, func(one mailtest.Mail) bool {
		if one.Rcpt != p.address {
			return false
		}
		for _, l := range only(link.FindAllString(one.Text, -1), begins) {
			if l = strings.TrimRight(strings.TrimPrefix(l, p.public), ">,."); !p.read[l+one.MessageID] {
				p.read[l+one.MessageID], path = true, l
				return true
			}
		}
		return false
	})
	return path
}

func (p *hand) signsIn(name string) {
	p.t.Helper()
	p.get("/sign-in")
	p.fills("/sign-in", "email", p.address)
	l := p.mail("/sign-in/")
	p.get(l)
	p.fills(l)
	p.fills("/account/name", "name", name)
}

func (p *hand) founds(group string) {
	p.t.Helper()
	p.get("/groups/new")
	p.fills("/groups", "name", group, "place", "SE10")
}

func (p *hand) posts(path, what string) {
	p.t.Helper()
	p.get(path)
	p.fills(path, "description", what, "do", "read")
	p.fills(path, "do", "post")
	if !strings.HasPrefix(p.path, "/listings/") {
		p.t.Fatalf("posting led to %s", p.path)
	}
}

// saysYes to what the next mail proposes.
func (p *hand) saysYes() {
	p.t.Helper()
	l := p.mail("/i/")
	p.get(l)
	p.fills(l + "/yes")
}
