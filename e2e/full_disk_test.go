package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

	"golang.org/x/net/html"

	"wherewithal/photo/phototest"
)

// small is a disk of its own of so many megabytes.
func small(t *testing.T, megabytes string) string {
	t.Helper()
	dir := openDir(t)
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "mode=0755,size="+megabytes+"m"); err != nil {
		t.Skipf("a small disk wants the right to mount one: %v", err)
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
	h.ends()
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

// ends waits for the hub's database to end, at a checkpoint for which there is no room.
func (h *hub) ends() {
	h.t.Helper()
	end := time.Now().Add(time.Minute)
	_ = h.flush()
	for tick := time.NewTicker(50 * time.Millisecond); status(h.t.Context(), h.base+"/find") != http.StatusServiceUnavailable; <-tick.C {
		if time.Now().After(end) {
			h.t.Fatal("a full disk does not end the database: this test proves nothing")
		}
	}
}

// sender is somebody signed in who sends what people and programs send.
type sender struct {
	*hand
	hub     *hub
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
	s := &sender{hand: w.hand(one[0]), hub: h, api: w.hand(""), intro: one[1], listing: one[2]}
	s.draft = map[string]any{"groupId": one[3], "placeId": one[4], "side": "offer", "kind": "skill", "where": "at_place", "terms": map[string]any{"kind": "gift"}, "circle": "anyone"}
	s.hand.get("/sign-in")
	s.fills("/sign-in", "email", s.address)
	link := s.devMail("/sign-in/")
	s.hand.get(link)
	s.fills(link)
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
	end := time.Now().Add(time.Minute)
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
	said := s.hub.query(`select (select count(*) from listings) || ' ' || (select count(*) from messages) || ' ' || (select count(*) from photos)`)
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
	return s.hub.query(`select (select md5(string_agg(id || title || description, '|' order by id)) from listings) || (select md5(string_agg(id || text, '|' order by id)) from messages)
		|| (select md5(string_agg(id || md5(large), '|' order by id)) from photos)`)
}
