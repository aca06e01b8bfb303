package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// leavesRoom opens ten thousand connections that send half a request each and no more, and asks for a page beside them.
// The server closes those that say nothing for the five seconds that a header may take.
func leavesRoom(t *testing.T, h *hub) {
	const many = 10_000
	lines := make([]net.Conn, 0, many)
	defer func() {
		for _, l := range lines {
			l.Close()
		}
	}()
	for len(lines) < many {
		l, err := net.DialTimeout("tcp", h.addr, 10*time.Second)
		if err != nil {
			t.Fatalf("after %d: %v", len(lines), err)
		}
		lines = append(lines, l)
		fmt.Fprintf(l, "GET /find HTTP/1.1\r\nHost: %s\r\nX-Slow: ", h.addr)
	}
	began := time.Now()
	if got := status(t.Context(), h.base+"/find?q=hall"); got != http.StatusOK {
		t.Errorf("beside them the search answers %d", got)
	}
	t.Logf("beside %d connections that send half a request the search took %v", many, time.Since(began).Round(time.Millisecond))
	last := lines[many-1]
	if err := last.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(last); err != nil {
		t.Errorf("a connection that never ends its request stays open: %v", err)
	}
	if got := status(t.Context(), h.base+"/find?q=hall"); got != http.StatusOK {
		t.Errorf("afterwards the search answers %d", got)
	}
}
