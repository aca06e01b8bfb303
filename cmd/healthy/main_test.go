package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
)

// itself, where set, has the test binary be the program.
const itself = "WHEREWITHAL_HEALTHY"

func TestMain(m *testing.M) {
	if os.Getenv(itself) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A container engine goes by the exit code alone.
func TestTheExitSaysWhetherAnAddressIsWell(t *testing.T) {
	answers := func(status int) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		t.Cleanup(s.Close)
		return s.URL + "/healthz"
	}
	nobody := httptest.NewServer(http.NotFoundHandler())
	nobody.Close()
	for name, c := range map[string]struct {
		args []string
		exit int
	}{
		"well":                 {[]string{answers(http.StatusOK)}, 0},
		"not ready":            {[]string{answers(http.StatusServiceUnavailable)}, 1},
		"another place":        {[]string{answers(http.StatusNotFound)}, 1},
		"nobody listens":       {[]string{nobody.URL + "/healthz"}, 1},
		"no address":           {[]string{"nonsense"}, 1},
		"not told what to ask": {nil, 2},
		"told too much":        {[]string{answers(http.StatusOK), answers(http.StatusOK)}, 2},
	} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], c.args...)
		cmd.Env = append(os.Environ(), itself+"=1")
		said, err := cmd.CombinedOutput()
		if err != nil && !errors.As(err, new(*exec.ExitError)) {
			t.Fatal(err)
		}
		if got := cmd.ProcessState.ExitCode(); got != c.exit || (len(said) == 0) != (c.exit == 0) {
			t.Errorf("%s: exit %d, want %d, and says %q", name, got, c.exit, said)
		}
	}
}
