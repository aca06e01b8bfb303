package telemetry

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Dependency is something outside that the program leans on, as it is now.
type Dependency struct {
	Name     string
	Required bool   // without it the program cannot do its work
	Err      error  // nil: it answers
	State    string // a word in place of "away", where Err is not nil
}

// probeLimit bounds the question whether all dependencies answer: those who ask give up after some seconds themselves.
const probeLimit = 3 * time.Second

// Healthz answers 200 as long as the process serves at all.
func Healthz() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
}

type state struct {
	Name     string `json:"name"`
	State    string `json:"state"` // "up" or "away"
	Required bool   `json:"required"`
}

// Readyz answers 200 with the state of each dependency, and 503 when a required one is away. It does not say why: an
// error names addresses.
func Readyz(ready func(context.Context) []Dependency) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), probeLimit)
		defer cancel()
		status, states := http.StatusOK, []state{}
		for _, d := range ready(ctx) {
			s := state{d.Name, "up", d.Required}
			if d.Err != nil {
				s.State = cmp.Or(d.State, "away")
				if d.Required {
					status = http.StatusServiceUnavailable
				}
			}
			states = append(states, s)
		}
		answer(w, status, map[string]any{"ready": status == http.StatusOK, "dependencies": states})
	})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// Admin is the server for operators: /metrics, /debug/pprof, /healthz and /readyz. Its address must not be reachable
// from outside: a profile shows how the program is made and can be made to cost time.
func Admin(addr string, reg *prometheus.Registry, ready func(context.Context) []Dependency) *http.Server {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{Registry: reg}))
	mux.Handle("GET /healthz", Healthz())
	mux.Handle("GET /readyz", Readyz(ready))
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	// No write time-out: a profile takes as long as it was asked to.
	return &http.Server{Addr: addr, Handler: mux, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute}
}
