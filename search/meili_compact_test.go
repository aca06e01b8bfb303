package search_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sony/gobreaker/v2"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/store/embedded/tether"
)

// scripted is a Meilisearch that has an answer for each request it knows, and writes down what it was asked.
type scripted struct {
	answers map[string]string    // status and body, by method and path
	after   map[string][2]string // the answer to what changes how a key can be made, and what is answered to that from then on
	asked   []string
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	line := r.Method + " " + r.URL.Path
	s.asked = append(s.asked, line)
	if then, ok := s.after[line]; ok {
		s.answers[line], s.answers["POST /keys"] = then[0], then[1]
	}
	status, body, ok := strings.Cut(s.answers[line], " ")
	if !ok {
		status, body = "404", `{"code":"not_found"}`
	}
	var code int
	if _, err := fmt.Sscan(status, &code); err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	fmt.Fprint(w, body)
}

// An engine is told to write its index anew, and waited for. Where there is no index, or the key was made before it could be asked for that,
// the rest of an erasure goes on.
func TestAnEngineIsWrittenAnewAsFarAsItLetsUs(t *testing.T) {
	const compact, task = "POST /indexes/listings/compact", "GET /tasks/7"
	queued, done := `202 {"taskUid":7,"status":"enqueued","type":"indexCompaction"}`, `200 {"uid":7,"status":"succeeded","type":"indexCompaction"}`
	for name, c := range map[string]struct {
		answers map[string]string
		fails   bool
	}{
		"done":            {answers: map[string]string{compact: queued, task: done}},
		"failed":          {answers: map[string]string{compact: queued, task: `200 {"uid":7,"status":"failed","type":"indexCompaction","error":{"code":"no_space_left_on_device"}}`}, fails: true},
		"no index yet":    {answers: map[string]string{compact: `404 {"code":"index_not_found"}`}},
		"a key too small": {answers: map[string]string{compact: `403 {"code":"invalid_api_key"}`}},
		"away":            {answers: map[string]string{compact: `503 {"code":"internal"}`}, fails: true},
	} {
		engine := &scripted{answers: c.answers}
		server := httptest.NewServer(engine)
		err := search.NewBoth(search.NewMeili(search.MeiliOptions{URL: server.URL}), search.NewPostgres(nil, nil), search.BothOptions{}).Compact(t.Context())
		server.Close()
		if (err != nil) != c.fails || engine.asked[0] != compact {
			t.Errorf("%s: %v, asked %v", name, err, engine.asked)
		}
	}
}

// A key of an older release that may do less is made again, and is the same; one that may do all is left.
func TestAKeyThatMayDoTooLittleIsMadeAgain(t *testing.T) {
	const there = `409 {"code":"api_key_already_exists"}`
	for name, c := range map[string]struct {
		writes string // what the key that writes may do
		drops  bool
	}{
		"of an older release": {`"search","documents.add"`, true},
		"of this one": {`"search","documents.add","documents.get","documents.delete","indexes.create","indexes.get","indexes.delete","indexes.swap",` +
			`"indexes.compact","settings.update","tasks.get"`, false},
	} {
		key := func(id, actions string) string {
			return `200 {"uid":"` + id + `","key":"k","actions":[` + actions + `]}`
		}
		const searches, writes = "5ea7c400-0000-4000-8000-000000000001", "5ea7c400-0000-4000-8000-000000000002"
		engine := &scripted{answers: map[string]string{"POST /keys": there, "GET /keys/" + searches: key(searches, `"search"`), "GET /keys/" + writes: key(writes, c.writes)},
			after: map[string][2]string{"DELETE /keys/" + writes: {`204 `, `201 {"uid":"` + writes + `","key":"anew"}`}}}
		server := httptest.NewServer(engine)
		keys, err := search.MakeKeys(t.Context(), server.URL, "master")
		server.Close()
		want := search.Keys{Search: "k", Write: "k"}
		if c.drops {
			want.Write = "anew"
		}
		if err != nil || keys != want {
			t.Errorf("%s: %+v (%v), want %+v", name, keys, err, want)
		}
		if dropped := slices.Contains(engine.asked, "DELETE /keys/"+writes); dropped != c.drops {
			t.Errorf("%s: asked %v", name, engine.asked)
		}
	}
}

// What waited in vain for an engine that writes its index anew is tried again, and neither rests the engine nor has its index built anew; the
// next write does not wait for it.
func TestAnEngineThatIsWrittenAnewIsNotAtFault(t *testing.T) {
	did := func(status, finished string) string {
		return `200 {"results":[{"uid":7,"status":"` + status + `","type":"indexCompaction"` + finished + `}]}`
	}
	for name, c := range map[string]struct {
		tasks string
		fault bool
	}{
		"written anew":         {did("processing", ""), false},
		"a moment ago":         {did("succeeded", `,"finishedAt":"`+time.Now().UTC().Format(time.RFC3339)+`"`), false},
		"the night before":     {did("succeeded", `,"finishedAt":"`+time.Now().Add(-24*time.Hour).UTC().Format(time.RFC3339)+`"`), true},
		"never":                {`200 {"results":[]}`, true},
		"and does not tell it": {`503 {"code":"internal"}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			engine := &scripted{answers: map[string]string{
				"POST /indexes/listings/documents/fetch":      fmt.Sprintf(`200 {"results":[{"id":"marker","shape":%d}]}`, search.MeiliShape),
				"POST /indexes/listings_next/documents/fetch": `404 {"code":"index_not_found"}`,
				"POST /indexes/listings/documents":            `202 {"taskUid":9,"status":"enqueued"}`,
				"GET /tasks/9":                                `200 {"uid":9,"status":"enqueued"}`,
				"GET /tasks":                                  c.tasks,
			}}
			server := httptest.NewServer(engine)
			defer server.Close()
			b := search.NewBoth(search.NewMeili(search.MeiliOptions{URL: server.URL, Secret: secret, Wait: 20 * time.Millisecond}), open(t), search.BothOptions{Rest: time.Hour})
			var err error
			for range 4 {
				if err = b.Put(t.Context(), someOf(1)); !errors.Is(err, market.ErrUnavailable) {
					t.Fatalf("%v: want it to be tried again", err)
				}
			}
			if rests := errors.Is(err, gobreaker.ErrOpenState); rests != c.fault || b.Missed() != c.fault {
				t.Errorf("it rests: %t, is built anew: %t; want %t (%v)", rests, b.Missed(), c.fault, err)
			}
			b.Excuse(time.Unix(0, 1)) // long ago
			for range 2 {
				err = b.Put(t.Context(), someOf(1))
			}
			server.Close() // nothing is on its way
			tried := len(slices.DeleteFunc(engine.asked, func(a string) bool { return a != "POST /indexes/listings/documents" }))
			if want := map[bool]int{true: 3, false: 2}[c.fault]; tried != want || !errors.Is(err, market.ErrUnavailable) {
				t.Errorf("%d writes waited for it, want %d (%v)", tried, want, err)
			}
		})
	}
}

// Written anew, by the key that the worker has, no file of a real engine holds what was taken out of it. It needs the program of one:
//
//	MEILISEARCH=/usr/local/bin/meilisearch go test ./search -run NoFileOfTheEngine
func TestNoFileOfTheEngineHoldsWhatWasErased(t *testing.T) {
	program := os.Getenv("MEILISEARCH")
	if program == "" {
		t.Log("SKIPPING: it wants the program of a Meilisearch in MEILISEARCH")
		return
	}
	dir, master := t.TempDir(), strings.Repeat("m", 32)
	url := engineIn(t, program, dir, master)
	keys, err := search.MakeKeys(t.Context(), url, master)
	if err != nil {
		t.Fatal(err)
	}
	m := search.NewMeili(search.MeiliOptions{URL: url, Key: keys.Write, Secret: secret})
	const gone, stays = "zqxgoneqz", "zqxstaysqz"
	docs := someOf(40)
	for i := range docs {
		docs[i].Title, docs[i].Description = stays, stays
	}
	docs[3].Title, docs[3].Description = gone, "They say "+gone
	if err := m.Rebuild(t.Context(), nothing); err != nil {
		t.Fatal(err)
	}
	if err := m.Put(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	if at := engineFilesWith(t, dir, gone); len(at) == 0 {
		t.Fatal("it is found in no file: this test proves nothing")
	}
	if err := m.Delete(t.Context(), []market.ID{docs[3].ID}); err != nil {
		t.Fatal(err)
	}
	t.Logf("taken out, it stands in %v", engineFilesWith(t, dir, gone))
	if m.Compacts() {
		t.Error("it is said to be written anew before it is told to")
	}
	if err := m.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !m.Compacts() {
		t.Error("it does not tell that it was written anew")
	}
	if at := engineFilesWith(t, dir, gone); len(at) > 0 {
		t.Errorf("written anew, it stands in %v", at)
	}
	if at := engineFilesWith(t, dir, stays); len(at) == 0 {
		t.Error("what was not taken out is found no more either")
	}
	if page, err := m.Query(t.Context(), market.System, search.Query{Now: now, Text: stays}); err != nil || page.Total == 0 {
		t.Errorf("written anew it finds %d (%v)", page.Total, err)
	}
}

// What an api has of a real engine is a key with which it asks all that it does ask, and can change nothing. It needs the program of one:
//
//	MEILISEARCH=/usr/local/bin/meilisearch go test ./search -run TheKeyThatSearches
func TestTheKeyThatSearchesChangesNothing(t *testing.T) {
	program := os.Getenv("MEILISEARCH")
	if program == "" {
		t.Log("SKIPPING: it wants the program of a Meilisearch in MEILISEARCH")
		return
	}
	master := strings.Repeat("m", 32)
	url := engineIn(t, program, t.TempDir(), master)
	keys, err := search.MakeKeys(t.Context(), url, master)
	if err != nil {
		t.Fatal(err)
	}
	again, err := search.MakeKeys(t.Context(), url, master)
	if err != nil || again != keys || keys.Search == keys.Write {
		t.Errorf("made again they are %+v, were %+v (%v)", again, keys, err)
	}
	writer := search.NewMeili(search.MeiliOptions{URL: url, Key: keys.Write, Secret: secret})
	reader := search.NewMeili(search.MeiliOptions{URL: url, Key: keys.Search, Secret: secret})
	docs := someOf(10)
	if err := errors.Join(writer.Rebuild(t.Context(), nothing), writer.Put(t.Context(), docs)); err != nil {
		t.Fatal(err)
	}
	const word = "zqxhallqz"
	docs[3].Title, docs[3].Version = word, docs[3].Version+1
	if err := writer.Put(t.Context(), docs[3:4]); err != nil {
		t.Fatal(err)
	}
	stands := func(when string) {
		t.Helper()
		if built, _, err := reader.Built(t.Context()); !built || err != nil {
			t.Errorf("%s it does not see that the index is built: %v", when, err)
		}
		if n, err := reader.Count(t.Context()); n != len(docs) || err != nil {
			t.Errorf("%s it counts %d of %d listings (%v)", when, n, len(docs), err)
		}
		for _, q := range []search.Query{{Text: word}, {Text: word, Parties: 3}} { // the second asks several questions in one request
			q.Now = now
			page, err := reader.Query(t.Context(), market.System, q)
			if err != nil || page.Total != 1 || len(page.Hits) != 1 || page.Hits[0].ID != docs[3].ID {
				t.Errorf("%s it finds %+v (%v)", when, page, err)
			}
		}
	}
	stands("at first")
	docs[3].Title, docs[3].Version = "another", docs[3].Version+1
	for what, err := range map[string]error{"put": reader.Put(t.Context(), docs[3:4]), "take out": reader.Delete(t.Context(), []market.ID{docs[3].ID}),
		"build anew": reader.Rebuild(t.Context(), nothing), "write anew": reader.Compact(t.Context())} {
		if err == nil {
			t.Errorf("it may %s", what)
		}
	}
	for _, c := range []struct{ method, path, body string }{
		{"POST", "/indexes/listings/documents", `[{"id":"zq"}]`}, {"POST", "/indexes/listings/documents/delete-batch", `["` + string(docs[3].ID) + `"]`},
		{"POST", "/indexes/listings/documents/fetch", `{}`}, {"DELETE", "/indexes/listings", ""}, {"POST", "/indexes", `{"uid":"zq"}`},
		{"PATCH", "/indexes/listings/settings", `{}`}, {"POST", "/indexes/listings_next/search", `{}`}, {"GET", "/keys", ""}, {"POST", "/dumps", ""}, {"GET", "/stats", ""},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, url+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+keys.Search)
		r.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusForbidden {
			t.Errorf("%s %s with the key that searches: %s", c.method, c.path, answer.Status)
		}
	}
	stands("after all that")
}

// engineIn starts an engine in a folder, and gives its address.
func engineIn(t *testing.T, program, dir, master string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	cmd := exec.Command(program, "--no-analytics", "--http-addr", addr, "--db-path", filepath.Join(dir, "db"), "--master-key", master)
	cmd.Dir = dir
	child, err := tether.Start(cmd, syscall.SIGTERM)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { child.Signal(syscall.SIGTERM); <-child.Done() })
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		if answer, err := http.Get("http://" + addr + "/health"); err == nil {
			answer.Body.Close()
			return "http://" + addr
		}
		select {
		case <-tick.C:
		case <-child.Done():
			t.Fatal("the engine ended")
		}
	}
}

func engineFilesWith(t *testing.T, dir, text string) (at []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // gone meanwhile
		}
		if content, err := os.ReadFile(path); err == nil && bytes.Contains(content, []byte(text)) {
			name, _ := filepath.Rel(dir, path)
			at = append(at, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return at
}
