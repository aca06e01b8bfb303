package telemetry

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestOneWideLineHoldsAllFields(t *testing.T) {
	var out strings.Builder
	ctx, wide := With(t.Context())
	Add(ctx, "route", "/listing/{id}")
	Add(ctx, "listing", 7)
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() { Add(ctx, "listing", 42) })
	}
	all.Wait()
	Fail(ctx, nil)
	Fail(ctx, errors.New("first"))
	Fail(ctx, errors.New("second"))
	wide.Log(Logger(&out, slog.LevelInfo, "json"), "request")

	var line map[string]any
	if err := json.Unmarshal([]byte(out.String()), &line); err != nil {
		t.Fatalf("%v in %q", err, out.String())
	}
	took, ok := line["took_ms"].(float64)
	if !ok || took < 0 {
		t.Errorf("took_ms is %v", line["took_ms"])
	}
	delete(line, "took_ms")
	delete(line, "time")
	want := map[string]any{"level": "ERROR", "msg": "request", "route": "/listing/{id}", "listing": 42.0, "error": "first"}
	if diff := cmp.Diff(want, line); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestAddWithoutALineDoesNothing(t *testing.T) {
	Add(t.Context(), "listing", 1)
	Fail(t.Context(), errors.New("lost"))
}

func TestTextLogLeavesOutWhatIsBelowItsLevel(t *testing.T) {
	var out strings.Builder
	log := Logger(&out, slog.LevelWarn, "text")
	log.Info("quiet")
	log.Warn("loud", "id", 3)
	if got := out.String(); strings.Contains(got, "quiet") || !strings.Contains(got, "msg=loud id=3") {
		t.Errorf("log: %s", got)
	}
}

func get(t *testing.T, h http.Handler, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", path, nil))
	return w.Code, w.Body.String()
}

func TestReadyzTellsWhatIsAway(t *testing.T) {
	away := errors.New("dial tcp 10.1.2.3: refused")
	for name, tc := range map[string]struct {
		deps   []Dependency
		status int
		want   string
	}{
		"all up":              {[]Dependency{{"postgres", true, nil, ""}}, 200, `{"dependencies":[{"name":"postgres","state":"up","required":true}],"ready":true}`},
		"required away":       {[]Dependency{{"postgres", true, away, ""}}, 503, `{"dependencies":[{"name":"postgres","state":"away","required":true}],"ready":false}`},
		"another word for it": {[]Dependency{{"pool", false, away, "over_bound"}}, 200, `{"dependencies":[{"name":"pool","state":"over_bound","required":false}],"ready":true}`},
		"optional away":       {[]Dependency{{"redis", false, away, ""}}, 200, `{"dependencies":[{"name":"redis","state":"away","required":false}],"ready":true}`},
		"none":                {nil, 200, `{"dependencies":[],"ready":true}`},
	} {
		status, body := get(t, Readyz(func(context.Context) []Dependency { return tc.deps }), "/readyz")
		if status != tc.status || strings.TrimSpace(body) != tc.want {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
}

func TestAdminShowsEveryMetric(t *testing.T) {
	m := NewMetrics()
	m.Request("/listing/{id}", "GET", 200, 3*time.Millisecond)
	m.Job("match", "done", time.Second)
	m.Mail(MailSent, time.Second)
	m.Search(SearchFound, time.Millisecond)
	m.Outbox(4, 9*time.Second)
	admin := Admin("127.0.0.1:0", m.Registry, func(context.Context) []Dependency { return nil }).Handler
	_, body := get(t, admin, "/metrics")
	for _, line := range []string{
		`wherewithal_http_request_seconds_count{method="GET",route="/listing/{id}",status="200"} 1`,
		`wherewithal_http_request_seconds_bucket{method="GET",route="/listing/{id}",status="200",le="0.005"} 1`,
		`wherewithal_job_seconds_sum{kind="match",outcome="done"} 1`,
		`wherewithal_mail_seconds_count{outcome="sent"} 1`, `wherewithal_mail_seconds_count{outcome="refused"} 0`,
		`wherewithal_search_seconds_count{outcome="found"} 1`,
		`wherewithal_outbox_waiting 4`, `wherewithal_outbox_oldest_seconds 9`, `go_goroutines `, `process_resident_memory_bytes `,
	} {
		if !strings.Contains(body, line) {
			t.Errorf("no %s in\n%s", line, body)
		}
	}
	for _, path := range []string{"/healthz", "/readyz", "/debug/pprof/", "/debug/pprof/goroutine?debug=1"} {
		if status, _ := get(t, admin, path); status != 200 {
			t.Errorf("%s: %d", path, status)
		}
	}
}

func TestNoMetricsMeasureNothing(t *testing.T) {
	var m *Metrics
	m.Request("/", "GET", 200, 0)
	m.Job("match", "done", 0)
	m.Mail(MailSent, 0)
	m.Search(SearchFound, 0)
	m.Outbox(0, 0)
}

// journal notes in which order parts end.
type journal struct {
	sync.Mutex
	ended []string
}

func (j *journal) part(name string, started *sync.WaitGroup, err error) Part {
	started.Add(1)
	return Part{name, func(ctx context.Context) error {
		started.Done()
		<-ctx.Done()
		j.Lock()
		defer j.Unlock()
		j.ended = append(j.ended, name)
		return err
	}}
}

func TestPartsStopInReverseOrder(t *testing.T) {
	var j journal
	var started sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	parts := []Part{j.part("postgres", &started, nil), j.part("worker", &started, context.Canceled), j.part("http", &started, nil)}
	go func() { started.Wait(); cancel() }()
	if err := Run(ctx, time.Minute, parts...); err != nil {
		t.Errorf("err = %v", err)
	}
	if want := []string{"http", "worker", "postgres"}; !slices.Equal(j.ended, want) {
		t.Errorf("ended %v, want %v", j.ended, want)
	}
}

func TestSignalStopsTheParts(t *testing.T) {
	var j journal
	var started sync.WaitGroup
	p := j.part("http", &started, nil)
	go func() { started.Wait(); _ = syscall.Kill(os.Getpid(), syscall.SIGTERM) }()
	if err := Run(t.Context(), time.Minute, p); err != nil || len(j.ended) != 1 {
		t.Errorf("ended %v, %v", j.ended, err)
	}
}

func TestFirstFailureStopsAllAndIsReported(t *testing.T) {
	var j journal
	var started sync.WaitGroup
	broken := errors.New("broken")
	err := Run(t.Context(), time.Minute,
		j.part("postgres", &started, errors.New("a consequence")),
		Part{"worker", func(context.Context) error { started.Wait(); return broken }})
	if !errors.Is(err, broken) || err.Error() != "worker: broken" {
		t.Errorf("err = %v", err)
	}
	if len(j.ended) != 1 {
		t.Errorf("ended %v", j.ended)
	}
}

func TestPartThatDoesNotStopIsNamed(t *testing.T) {
	stuck := make(chan struct{})
	defer close(stuck)
	err := Run(t.Context(), time.Millisecond,
		Part{"relay", func(context.Context) error { <-stuck; return nil }},
		Part{"http", func(context.Context) error { return errors.New("broken") }})
	if err == nil || err.Error() != "http: broken" {
		t.Errorf("err = %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = Run(ctx, time.Millisecond, Part{"relay", func(context.Context) error { <-stuck; return nil }})
	if err == nil || err.Error() != "did not stop within 1ms: relay" {
		t.Errorf("err = %v", err)
	}
}

func TestPartsThatAreDoneEndTheRun(t *testing.T) {
	if err := Run(t.Context(), time.Minute, Part{"seed", func(context.Context) error { return nil }}); err != nil {
		t.Errorf("err = %v", err)
	}
}

func TestServeAnswersTheRequestsAtHand(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	inside, proceed := make(chan struct{}), make(chan struct{})
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(inside)
		<-proceed
		_, _ = io.WriteString(w, "done")
	})}
	// The test goes on when the server has begun to stop, with the request still inside.
	srv.RegisterOnShutdown(func() { close(proceed) })
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-inside; cancel() }()
	ran := make(chan error, 1)
	go func() { ran <- Run(ctx, time.Minute, Serve("http", srv, l, time.Minute)) }()

	answer, err := http.Get("http://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err := io.ReadAll(answer.Body); string(body) != "done" || err != nil {
		t.Errorf("body %q, %v", body, err)
	}
	if err := <-ran; err != nil {
		t.Errorf("err = %v", err)
	}
}
