package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"wherewithal/store/embedded/tether"
)

// engine is a real Meilisearch of one test, on files of its own; nil where there is none. It needs the program of one:
//
//	MEILISEARCH=/usr/local/bin/meilisearch go test ./e2e -run ABackupPutBack
type engine struct {
	t  *testing.T
	at string
}

func newEngine(t *testing.T) *engine {
	t.Helper()
	named := os.Getenv("MEILISEARCH")
	if named == "" {
		t.Log("SKIPPING the copy in Meilisearch: it wants its program in MEILISEARCH")
		return nil
	}
	files, addr := t.TempDir(), freeAddr(t)
	cmd := exec.Command(named, "--no-analytics", "--http-addr", addr, "--db-path", files+"/db")
	cmd.Dir = files
	child, err := tether.Start(cmd, syscall.SIGKILL)
	if err != nil {
		t.Fatal(err)
	}
	e := &engine{t, "http://" + addr}
	t.Cleanup(func() { child.Signal(syscall.SIGTERM); <-child.Done() })
	e.await("its health", func() bool {
		answer, err := http.Get(e.at + "/health")
		if err == nil {
			answer.Body.Close()
		}
		return err == nil
	})
	return e
}

// settings of the programs that search in it.
func (e *engine) settings() []string {
	if e == nil {
		return nil
	}
	return []string{"MEILISEARCH_URL=" + e.at}
}

func (e *engine) await(what string, come func() bool) {
	e.t.Helper()
	tick, end := time.NewTicker(50*time.Millisecond), time.NewTimer(patience)
	defer tick.Stop()
	defer end.Stop()
	for !come() {
		select {
		case <-tick.C:
		case <-end.C:
			e.t.Fatalf("waited in vain for %s", what)
		}
	}
}

// asks is what it answers; into nil: nothing is to be known.
func (e *engine) asks(method, path string, body, into any) {
	e.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		e.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(e.t.Context(), method, e.at+path, bytes.NewReader(text))
	if err != nil {
		e.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		e.t.Fatal(err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode < 300 {
		err = json.Unmarshal(said, into)
	}
	if err != nil || answer.StatusCode >= 300 {
		e.t.Fatalf("%s %s: %s %s %v", method, path, answer.Status, said, err)
	}
}

type held map[string]any

// holds is every listing, group and network in its one index, by id.
func (e *engine) holds() map[string]held {
	e.t.Helper()
	var indexes struct {
		Results []struct{ UID string }
	}
	if e.asks(http.MethodGet, "/indexes?limit=100", nil, &indexes); len(indexes.Results) != 1 {
		e.t.Errorf("the engine has the indexes %v", indexes.Results)
	}
	var said struct{ Results []held }
	e.asks(http.MethodGet, "/indexes/listings/documents?limit=100000", nil, &said)
	all := map[string]held{}
	for _, one := range said.Results {
		if one["title"] != nil { // the others are notes of ours
			all[fmt.Sprint(one["id"])] = one
		}
	}
	return all
}

// spoil has it hold what another database said: some as they are not, and of the same version; some that are not there; some not at all.
func (e *engine) spoil() {
	e.t.Helper()
	all := e.holds()
	var ids, gone []string
	for id := range all {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var wrong []held
	for i, id := range ids {
		one := all[id]
		one["_vectors"] = map[string]any{"ours": nil} // or it is refused
		switch i % 4 {
		case 0:
			one["title"] = "what it was called elsewhere"
			wrong = append(wrong, one)
		case 1:
			one["id"] = strings.Repeat("0", 4) + id[4:]
			wrong = append(wrong, one)
		case 2:
			gone = append(gone, id)
		}
	}
	if len(wrong) < 20 || len(gone) < 10 {
		e.t.Fatalf("it holds %d", len(all))
	}
	e.done(http.MethodPost, "/indexes/listings/documents", wrong)
	e.done(http.MethodPost, "/indexes/listings/documents/delete-batch", gone)
}

// done has a task done.
func (e *engine) done(method, path string, body any) {
	e.t.Helper()
	var task struct{ TaskUID int }
	e.asks(method, path, body, &task)
	var now struct {
		Status string
		Error  any
	}
	e.await(path, func() bool {
		e.asks(http.MethodGet, fmt.Sprint("/tasks/", task.TaskUID), nil, &now)
		return now.Status != "enqueued" && now.Status != "processing"
	})
	if now.Status != "succeeded" {
		e.t.Fatalf("%s: %+v", path, now)
	}
}
