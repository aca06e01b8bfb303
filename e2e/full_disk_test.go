package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/net/html"

	"wherewithal/mail/mailtest"
	"wherewithal/photo/phototest"
	"wherewithal/store"
	"wherewithal/store/embedded"
)

// small is a disk of its own of so many megabytes.
func small(t *testing.T, megabytes string) string {
	t.Helper()
	dir := openDir(t)
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "mode=0755,size="+megabytes+"m"); err != nil {
		t.Skipf("SKIPPING: a small disk wants the right to mount one: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// fill leaves no room on the disk of a folder.
func fill(t *testing.T, dir string) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "full"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 1<<16)
	for size := len(block); size > 0; {
		if _, err := f.Write(block[:size]); err == nil {
			continue
		} else if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
		size /= 2
	}
}

// A hub goes on reading on a disk that fills up under it, and says of all that is sent that there is no room. Its database ends at
// the next checkpoint, and comes back by itself once there is room. What was accepted is there then, and nothing else.
func TestADiskThatFillsUpIsToldAndNothingIsLost(t *testing.T) {
	t.Parallel()
	dir := small(t, "300")
	h := &hub{t: t, addr: freeAddr(t), data: filepath.Join(dir, "data")}
	h.env = append(alone(h.addr, h.data), "LOG_LEVEL=info", "POSTS_PER_HOUR=1000")
	h.again()
	h.stop(t)
	logElsewhere(t, filepath.Join(h.data, "postgres", "data", "pg_wal"))
	h.again()
	s := h.sender()
	s.accepted()
	counted := s.counted()
	fill(t, dir)
	s.refused()
	for _, path := range []string{"/", "/find?q=hall", "/introductions", "/api/v1/search?q=hall"} {
		if got := status(t.Context(), h.base+path); got != http.StatusOK {
			t.Errorf("%s on a full disk: %d", path, got)
		}
	}
	if got, want := s.counted(), s.added(counted); got != want {
		t.Errorf("listings, messages and photos: %v are kept on a full disk, want %v as was answered", got, want)
	}
	before := s.kept()
	databaseEnds(t, h.base, func() { _ = h.flush() })
	if answer, said := s.get("/"); answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" || !strings.Contains(said, "We are not ready just now") {
		t.Errorf("with its database away: %d %.500s", answer.StatusCode, said)
	}
	makeRoom(t, dir)
	h.ready(t)
	if got := s.kept(); got != before {
		t.Errorf("after the full disk\n%s\nis kept, before\n%s", got, before)
	}
	s.accepted()
	before = s.kept()
	h.stop(t)
	fill(t, dir)
	wants(t, refused(t, program(t, "hub"), append(h.env, "LOG_LEVEL=")...), "the disk", "is full", "free some space", "nothing that was saved is lost")
	makeRoom(t, dir)
	h.again()
	if got := s.kept(); got != before {
		t.Errorf("after a start on a full disk\n%s\nis kept, before\n%s", got, before)
	}
}

// The same where api and worker run by themselves, on a database whose disk fills up: what was accepted is found, and what is to be done for it
// is done, once there is room.
func TestADiskThatFillsUpUnderApiAndWorkerLosesNothing(t *testing.T) {
	t.Parallel()
	dir := small(t, "300")
	o := embedded.Options{DataDir: filepath.Join(dir, "data"), Parameters: map[string]string{"fsync": "off"}, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}
	starts := func() *embedded.Server {
		db, err := embedded.Start(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	db := starts()
	err := errors.Join(store.Migrate(t.Context(), db.URL()), db.Stop(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	logElsewhere(t, filepath.Join(o.DataDir, "postgres", "data", "pg_wal"))
	db = starts()
	running, stop := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- db.Run(running) }() // which starts it again, as Docker does
	t.Cleanup(func() {
		stop()
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	})
	w := groundOn(t, db.URL(), mailtest.Options{}, time.Time{}, "POSTS_PER_HOUR=1000")
	w.opens()
	w.hire()
	s := w.sender()
	s.accepted()
	w.settled()
	counted := s.counted()
	fill(t, dir)
	s.refused()
	for _, path := range []string{"/", "/find?q=hall", "/introductions", "/api/v1/search?q=hall"} {
		if answer, _ := s.get(path); answer.StatusCode != http.StatusOK {
			t.Errorf("%s on a full disk: %d", path, answer.StatusCode)
		}
	}
	if got, want := s.counted(), s.added(counted); got != want {
		t.Errorf("listings, messages and photos: %v are kept on a full disk, want %v as was answered", got, want)
	}
	before := s.kept()
	databaseEnds(t, w.public, w.checkpoint)
	if answer, said := s.get("/"); answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" || !strings.Contains(said, "We are not ready just now") {
		t.Errorf("with its database away: %d %.500s", answer.StatusCode, said)
	}
	makeRoom(t, dir)
	w.api.ready(t)
	w.worker.ready(t)
	if got := s.kept(); got != before {
		t.Errorf("after the full disk\n%s\nis kept, before\n%s", got, before)
	}
	s.accepted()
	w.query(`with now as (update outbox set due_at = now() where state = 'waiting' returning id) select count(*)::text from now`)
	w.until("0", `select count(*)::text from outbox where state in ('waiting', 'sent') and kind in ('index', 'match', 'letter')`)
	if lost := w.query(`select coalesce(string_agg(kind || ' ' || fault, ', '), '') from outbox where state = 'failed'`); lost != "" {
		t.Errorf("given up: %s", lost)
	}
	open := w.query(`select count(*)::text from listings where life = 'open' and circle = 'anyone'`)
	if _, said := s.get("/api/v1/search?facets=true"); !strings.Contains(said, `"total":`+open) {
		t.Errorf("%s listings are open for anyone, and the search says\n%.500s", open, said)
	}
}

// checkpoint has the town's database write into its files what it holds in memory.
func (w *town) checkpoint() {
	c, err := pgx.Connect(w.t.Context(), w.address)
	if err != nil {
		return
	}
	defer c.Close(context.Background())
	_, _ = c.Exec(w.t.Context(), "checkpoint")
}

// logElsewhere moves the database's log to another disk, as operators do: what fails on a full one is then each statement that
// wants room, and not at some moment the whole server.
func logElsewhere(t *testing.T, dir string) {
	t.Helper()
	there := filepath.Join(openDir(t), "log")
	if out, err := exec.Command("cp", "-a", dir, there).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := errors.Join(os.RemoveAll(dir), os.Symlink(there, dir)); err != nil {
		t.Fatal(err)
	}
}

func makeRoom(t *testing.T, dir string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, "full")); err != nil {
		t.Fatal(err)
	}
}

// databaseEnds waits for a database to end, at a checkpoint for which there is no room.
func databaseEnds(t *testing.T, site string, checkpoint func()) {
	t.Helper()
	end := time.Now().Add(patience)
	checkpoint()
	for tick := time.NewTicker(50 * time.Millisecond); status(t.Context(), site+"/find") != http.StatusServiceUnavailable; <-tick.C {
		if time.Now().After(end) {
			t.Fatal("a full disk does not end the database: this test proves nothing")
		}
	}
}

// sender is somebody signed in who sends what people and programs send.
type sender struct {
	*hand
	asks    func(sql string) string
	api     *hand
	draft   map[string]any // of a listing, for a program
	intro   string         // connected
	listing string         // open, with room for photos
	got     map[string]int // accepted on the full disk, by kind
}

func (h *hub) sender() *sender {
	h.t.Helper()
	one := strings.Fields(h.query(`select p.address || ' ' || i.id || ' ' || l.id || ' ' || l.group_id || ' ' || l.place_id from people p join memberships m on m.person_id = p.id and m.role = 'owner' and m.until is null
		join introductions i on m.group_id in (i.need_group_id, i.offer_group_id) and i.state = 'connected'
		join listings l on l.group_id = m.group_id and l.life = 'open' and l.place_id is not null order by p.id, i.id, l.id limit 1`))
	w := &town{t: h.t, public: h.base}
	s := &sender{hand: w.hand(one[0]), asks: h.query, api: w.hand("")}
	s.hand.get("/sign-in")
	s.fills("/sign-in", "email", s.address)
	link := s.devMail("/sign-in/")
	s.hand.get(link)
	s.fills(link)
	return s.with(one[1:])
}

// sender of a town is one of two who were introduced.
func (w *town) sender() *sender {
	w.t.Helper()
	jo, ama := w.hand(jos), w.hand(amas)
	jo.signsIn("Jo")
	jo.founds("Maze Hill Rooms")
	jo.posts("/offer", theHall)
	ama.signsIn("Ama")
	ama.founds("Tuesday Lark Choir")
	ama.posts("/ask", sentence)
	ama.saysYes()
	jo.saysYes()
	w.until("1", `select count(*)::text from introductions where state = 'connected'`)
	s := &sender{hand: jo, asks: w.query, api: w.hand("")}
	return s.with(strings.Fields(w.query(`select i.id || ' ' || l.id || ' ' || l.group_id || ' ' || l.place_id from introductions i join listings l on l.id = i.offer_id`)))
}

// with an introduction, a listing, its group and its place, and a token for a program.
func (s *sender) with(ids []string) *sender {
	s.t.Helper()
	s.intro, s.listing = ids[0], ids[1]
	s.draft = map[string]any{"groupId": ids[2], "placeId": ids[3], "side": "offer", "kind": "skill", "where": "at_place", "terms": map[string]any{"kind": "gift"}, "circle": "anyone"}
	s.hand.get("/account/tokens")
	form := s.filled("/account/tokens", "name", "Full disk")
	form["scopes"] = []string{"read", "write"}
	_, made := s.send(http.MethodPost, "/account/tokens", form)
	if found := token.FindStringSubmatch(made); found != nil {
		s.api.token = found[1]
	}
	return s
}

var token = regexp.MustCompile(`<p class="token"><code>([^<]+)<`)

func (s *sender) get(path string) (*http.Response, string) { return s.send(http.MethodGet, path, nil) }

// ways to send something new: each says in words what came of it.
func (s *sender) ways() map[string]func() (*http.Response, string) {
	return map[string]func() (*http.Response, string){
		"listing": func() (*http.Response, string) {
			form := s.form("/offer", "/offer", "description", theHall+". "+s.words(400), "do", "read")
			_, said := s.send(http.MethodPost, "/offer", form)
			s.reads(said)
			return s.send(http.MethodPost, "/offer", s.filled("/offer", "do", "post"))
		},
		"message": func() (*http.Response, string) {
			at := "/introductions/" + s.intro
			return s.send(http.MethodPost, at+"/write", s.form(at, at+"/write", "text", s.words(800)))
		},
		"photo": func() (*http.Response, string) {
			at := "/listings/" + s.listing + "/photos"
			kind, body := withPhoto(s.t, s.form(at, at, "do", "save"))
			return s.sendBody(http.MethodPost, at, kind, body)
		},
		"program": func() (*http.Response, string) {
			s.draft["title"], s.draft["description"] = s.words(3), s.words(400)
			text, err := json.Marshal(s.draft)
			if err != nil {
				s.t.Fatal(err)
			}
			return s.api.sendBody(http.MethodPost, "/api/v1/listings", "application/json", bytes.NewReader(text))
		},
	}
}

// form of the page at a path.
func (s *sender) form(path, action string, pairs ...string) url.Values {
	s.t.Helper()
	answer, said := s.get(path)
	if answer.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %d", path, answer.StatusCode)
	}
	s.reads(said)
	return s.filled(action, pairs...)
}

func (s *sender) reads(page string) {
	s.t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		s.t.Fatal(err)
	}
	s.root = root
}

// devMail waits for a mail of the hub's to this person with a link that begins so, and gives its path.
func (s *sender) devMail(begins string) (path string) {
	s.t.Helper()
	end := time.Now().Add(patience)
	for tick := time.NewTicker(50 * time.Millisecond); ; <-tick.C {
		_, list := s.get("/dev/mail")
		if mail := regexp.MustCompile(`/dev/mail/\d+`).FindString(list); mail != "" {
			_, said := s.get(mail)
			if path = regexp.MustCompile(begins + `[\w-]{20,}`).FindString(said); path != "" && strings.Contains(said, s.address) {
				return path
			}
		}
		if time.Now().After(end) {
			s.t.Fatalf("no mail to %s", s.address)
		}
	}
}

// words nobody has said before, so that no page that is there has room for them.
func (s *sender) words(n int) string {
	said := make([]string, n)
	for i := range said {
		for range 8 {
			said[i] += string(rune('a' + rand.IntN(26)))
		}
	}
	return strings.Join(said, " ")
}

func withPhoto(t *testing.T, form url.Values) (kind string, body io.Reader) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, values := range form {
		for _, v := range values {
			_ = w.WriteField(name, v)
		}
	}
	file, err := w.CreateFormFile("photo", "a.jpg")
	if err == nil {
		_, err = file.Write(phototest.Phone)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), &b
}

// accepted sends one of each.
func (s *sender) accepted() {
	s.t.Helper()
	for kind, send := range s.ways() {
		if answer, said := send(); answer.StatusCode >= http.StatusBadRequest {
			s.t.Errorf("%s: %d\n%.3000s", kind, answer.StatusCode, said)
		}
	}
}

// refused sends more of each until there is no room for one.
func (s *sender) refused() {
	s.t.Helper()
	s.got = map[string]int{}
	for kind, send := range s.ways() {
		for {
			answer, said := send()
			if answer.StatusCode < http.StatusBadRequest {
				if s.got[kind]++; s.got[kind] > 100 {
					s.t.Fatalf("%s: a disk that is full takes a hundred: this test proves nothing", kind)
				}
				continue
			}
			want := "no room for anything new just now"
			if kind == "program" {
				want = `"code":"full"`
			}
			if answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" || !strings.Contains(said, want) || strings.Contains(said, "could not extend") {
				s.t.Errorf("%s on a full disk: %d, Retry-After %q\n%.3000s", kind, answer.StatusCode, answer.Header.Get("Retry-After"), said)
			}
			break
		}
	}
}

// counted is how much there is of what is sent.
func (s *sender) counted() (at [3]int) {
	s.t.Helper()
	said := s.asks(`select (select count(*) from listings) || ' ' || (select count(*) from messages) || ' ' || (select count(*) from photos)`)
	if _, err := fmt.Sscan(said, &at[0], &at[1], &at[2]); err != nil {
		s.t.Fatal(err)
	}
	return at
}

// added is that with what was accepted on the full disk.
func (s *sender) added(at [3]int) [3]int {
	return [3]int{at[0] + s.got["listing"] + s.got["program"], at[1] + s.got["message"], at[2] + s.got["photo"]}
}

// kept is every byte of it, as a sum.
func (s *sender) kept() string {
	s.t.Helper()
	return s.asks(`select (select md5(string_agg(id || title || description, '|' order by id)) from listings) || (select md5(string_agg(id || text, '|' order by id)) from messages)
		|| (select md5(string_agg(id || md5(large), '|' order by id)) from photos)`)
}
