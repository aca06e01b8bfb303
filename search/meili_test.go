package search_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meilisearch/meilisearch-go"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/recorder"

	"wherewithal/search"
	"wherewithal/search/relevance"
	"wherewithal/search/searchtest"
)

// record has the exchanges with the server at MEILISEARCH_URL written down:
//
//	MEILISEARCH_URL=http://127.0.0.1:7700 go test ./search -run 'Meili|Engine|BadDocuments' -record
var record = flag.Bool("record", false, "write down what the server at MEILISEARCH_URL is asked and says")

// The contract is played against the server at MEILISEARCH_URL, when that is set, and else against what one said when it
// was recorded. A question that was not recorded fails, and so does a recorded one that is no longer asked.
func TestMeiliKeepsTheContract(t *testing.T) {
	var without []string
	if os.Getenv("MEILISEARCH_URL") == "" || *record {
		without = append(without, searchtest.TestOfManyAtOnce)
	}
	searchtest.Run(t, func(t testing.TB) searchtest.Engine { return openMeili(t) }, without...)
}

// openMeili is an index of its own in a Meilisearch, empty and ready.
func openMeili(t testing.TB) *search.Meili {
	t.Helper()
	o := server(t)
	o.MeantWithin = time.Minute // however busy the machine is: what is found is what is tested
	m := search.NewMeili(o)
	if err := m.Rebuild(t.Context(), nothing); err != nil {
		t.Fatal(err)
	}
	return m
}

var nothing iter.Seq2[search.Document, error] = func(func(search.Document, error) bool) {}

// server is how to reach a Meilisearch, or a recording of one, with an index named for the test.
func server(t testing.TB) search.MeiliOptions {
	t.Helper()
	name := strings.NewReplacer("/", "_", " ", "_").Replace(t.Name())
	o := search.MeiliOptions{URL: os.Getenv("MEILISEARCH_URL"), Key: os.Getenv("MEILISEARCH_KEY"), Index: name, Secret: secret, Meaner: kept(t)}
	if o.URL == "" || *record {
		o.Transport = recording(t, name, o.URL)
	}
	if o.URL == "" {
		o.URL = "http://" + nowhere
	}
	return o
}

// kept are the meanings that the scripts come with.
func kept(t testing.TB) search.Meaner {
	t.Helper()
	m, err := relevance.Kept()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// nowhere stands in recordings for the server's address.
const nowhere = "meilisearch.invalid"

// recordings is where they lie, and VERSION with them: which server all of them are of.
var recordings = filepath.Join("testdata", "meilisearch")

// noted writes down the version that is recorded. Recordings of another one are taken away first: a test that is not
// recorded anew then fails, and proves nothing of a server that it never asked.
var noted = sync.OnceValue(func() error {
	now, err := meilisearch.New(os.Getenv("MEILISEARCH_URL"), meilisearch.WithAPIKey(os.Getenv("MEILISEARCH_KEY"))).Version()
	if err != nil {
		return err
	}
	file := filepath.Join(recordings, "VERSION")
	if before, err := os.ReadFile(file); err != nil || strings.TrimSpace(string(before)) != now.PkgVersion {
		old, err := filepath.Glob(filepath.Join(recordings, "*.gz"))
		for _, one := range old {
			err = errors.Join(err, os.Remove(one))
		}
		if err != nil {
			return err
		}
	}
	return os.WriteFile(file, []byte(now.PkgVersion+"\n"), 0o644)
})

func recording(t testing.TB, name, url string) http.RoundTripper {
	t.Helper()
	mode := recorder.ModeReplayOnly
	if url != "" {
		mode = recorder.ModeRecordOnly
		if err := noted(); err != nil {
			t.Fatal(err)
		}
	}
	r, err := recorder.New(filepath.Join(recordings, name), recorder.WithMode(mode), recorder.WithRealTransport(patient{http.DefaultTransport}),
		recorder.WithSkipRequestLatency(true), recorder.WithMatcher(sameRequest), recorder.WithFS(packed{}),
		recorder.WithHook(forget, recorder.BeforeSaveHook),
		recorder.WithHook(func(i *cassette.Interaction) error {
			if mode == recorder.ModeReplayOnly && !i.WasReplayed() && !t.Failed() {
				t.Errorf("recorded, but not asked any more: %s %s", i.Request.Method, i.Request.URL)
			}
			return nil
		}, recorder.OnRecorderStopHook))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Stop(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// forget leaves of an exchange what it is recognised by and what was said.
func forget(i *cassette.Interaction) error {
	u, err := url.Parse(i.Request.URL)
	if err != nil {
		return err
	}
	u.Host = nowhere
	i.Request = cassette.Request{Method: i.Request.Method, URL: u.String(), Body: sum([]byte(i.Request.Body))}
	i.Response.Headers = http.Header{"Content-Type": i.Response.Headers["Content-Type"]}
	i.Response.Duration = 0
	return nil
}

// sum stands for a request's body.
func sum(body []byte) string {
	if len(body) == 0 {
		return ""
	}
	return fmt.Sprintf("%x", sha256.Sum256(body))[:24]
}

func sameRequest(r *http.Request, i cassette.Request) bool {
	u := *r.URL
	u.Host = nowhere
	if r.Method != i.Method || u.String() != i.URL {
		return false
	}
	if r.Body == nil {
		return i.Body == ""
	}
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return err == nil && sum(body) == i.Body
}

// patient waits until a task is done before it says how it is, so that it is recorded once.
type patient struct{ http.RoundTripper }

func (p patient) RoundTrip(r *http.Request) (*http.Response, error) {
	for {
		answer, err := p.RoundTripper.RoundTrip(r)
		if err != nil || r.Method != http.MethodGet || path.Dir(r.URL.Path) != "/tasks" {
			return answer, err
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		answer.Body = io.NopCloser(bytes.NewReader(body))
		var task struct{ Status string }
		if err != nil || json.Unmarshal(body, &task) != nil || task.Status != "enqueued" && task.Status != "processing" {
			return answer, err
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// packed keeps recordings small.
type packed struct{}

func (packed) ReadFile(name string) ([]byte, error) {
	f, err := os.Open(name + ".gz")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func (packed) WriteFile(name string, data []byte) error {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(data); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name+".gz", b.Bytes(), 0o644)
}

func (packed) IsFileExists(name string) bool {
	_, err := os.Stat(name + ".gz")
	return err == nil
}
