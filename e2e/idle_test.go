package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"wherewithal/web/httpx"
)

// many connections at once. Each has its other end in another process, so that both come by with a limit of 20,000 files.
const many = 10_000

// leavesRoom asks for a page beside ten thousand connections that are idle after an answer, and beside ten thousand that send half a
// request each and no more.
func leavesRoom(t *testing.T, h *hub) {
	room := syscall.Rlimit{}
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &room); err != nil || room.Cur < many+1000 {
		t.Fatalf("a process here may open %d files (%v): this test wants ulimit -n %d", room.Cur, err, many+1000)
	}
	c := throng{t: t, h: h}
	defer c.close()
	c.dial(asksAndWaits)
	c.asksBeside("that wait for the next request", many, many) // they may be idle for far longer than all of this takes
	c.close()

	c.dial(stops)
	// Each is closed five seconds after it came, those that came first meanwhile where the machine is busy.
	c.asksBeside("that send half a request", many/10, 0)
	last := c.all[many-1]
	if err := last.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(last); err != nil {
		t.Errorf("a connection that never ends its request stays open: %v", err)
	}
	if got := status(t.Context(), h.base+"/find?q=hall"); got != http.StatusOK {
		t.Errorf("afterwards the search answers %d", got)
	}
}

// throng is many connections to a hub.
type throng struct {
	t   *testing.T
	h   *hub
	all []net.Conn
}

func (c *throng) close() {
	for _, l := range c.all {
		l.Close()
	}
	c.all = nil
}

// dial opens them, a few at a time, and has each do something.
func (c *throng) dial(do func(*throng, net.Conn) error) {
	c.t.Helper()
	c.all = make([]net.Conn, many)
	var dialling sync.WaitGroup
	var next atomic.Int64
	failed := make(chan error, 1)
	for range 8 {
		dialling.Go(func() {
			for i := next.Add(1) - 1; i < many && len(failed) == 0; i = next.Add(1) - 1 {
				l, err := net.DialTimeout("tcp", c.h.addr, patience)
				if err == nil {
					c.all[i] = l
					err = do(c, l)
				}
				if err != nil {
					select {
					case failed <- fmt.Errorf("the connection %d: %w", i, err):
					default:
					}
				}
			}
		})
	}
	dialling.Wait()
	select {
	case err := <-failed:
		for _, l := range c.all {
			if l != nil {
				defer l.Close()
			}
		}
		c.all = nil
		c.t.Fatal(err)
	default:
	}
}

// asksAndWaits has a whole answer, and stays.
func asksAndWaits(c *throng, l net.Conn) error {
	if _, err := fmt.Fprintf(l, "GET /healthz HTTP/1.1\r\nHost: %s\r\n\r\n", c.h.addr); err != nil {
		return err
	}
	if err := l.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReaderSize(l, 1024), nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK || answer.Close {
		return fmt.Errorf("%s, and is closed: %v", answer.Status, answer.Close)
	}
	return l.SetReadDeadline(time.Time{})
}

// stops in the middle of a header.
func stops(c *throng, l net.Conn) error {
	_, err := fmt.Fprintf(l, "GET /find HTTP/1.1\r\nHost: %s\r\nX-Slow: ", c.h.addr)
	return err
}

// asksBeside wants a page while so many at least are open, before it is asked for and after it came.
func (c *throng) asksBeside(which string, leastBefore, leastAfter int) {
	c.t.Helper()
	before, began := c.open(), time.Now()
	got := status(c.t.Context(), c.h.base+"/find?q=hall")
	took, after := time.Since(began), c.open()
	c.t.Logf("beside %d connections %s, of which %d were there afterwards, the search took %v", before, which, after, took.Round(time.Millisecond))
	if before < leastBefore || after < leastAfter {
		c.t.Errorf("of %d connections %s %d were open before the question and %d after it, want %d and %d", many, which, before, after, leastBefore, leastAfter)
	}
	if got != http.StatusOK {
		c.t.Errorf("beside those %s the search answers %d", which, got)
	}
}

// open is how many the other end has not closed.
func (c *throng) open() (n int) {
	c.t.Helper()
	for _, l := range c.all {
		raw, err := l.(*net.TCPConn).SyscallConn()
		if err != nil {
			c.t.Fatal(err)
		}
		var looked error
		if err := raw.Read(func(fd uintptr) bool {
			_, _, looked = syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
			return true
		}); err == nil && errors.Is(looked, syscall.EAGAIN) { // no word of its end, and nothing else to read
			n++
		}
	}
	return n
}

// dribble sends a form a byte at a time, and gives what came of it when the server had enough.
type dribble struct {
	took time.Duration
	said string
	err  error
}

// dribbles begins one. It takes as long as the server lets it, and nothing of the machine.
func dribbles(h *hub) <-chan dribble {
	ended := make(chan dribble, 1)
	go func() {
		var d dribble
		began := time.Now()
		defer func() { d.took = time.Since(began); ended <- d }()
		l, err := net.DialTimeout("tcp", h.addr, patience)
		if err != nil {
			d.err = err
			return
		}
		defer l.Close()
		fmt.Fprintf(l, "POST /sign-in HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 100000\r\n\r\nemail=", h.addr)
		silent := make(chan struct{})
		defer close(silent)
		go func() {
			for tick := time.NewTicker(200 * time.Millisecond); ; {
				select {
				case <-tick.C:
					if _, err := l.Write([]byte("a")); err != nil {
						return
					}
				case <-silent:
					return
				}
			}
		}()
		if d.err = l.SetReadDeadline(began.Add(patience)); d.err == nil {
			var text []byte
			text, d.err = io.ReadAll(l)
			d.said = string(text)
		}
	}()
	return ended
}

// isEnded sees that a body which never ends was ended when a body has to be there, and that nothing else ended it.
func isEnded(t *testing.T, ended <-chan dribble) {
	t.Helper()
	d := <-ended
	within := httpx.Server("", nil).ReadTimeout
	t.Logf("a body that never ends was ended after %v (%v): %.40q", d.took.Round(100*time.Millisecond), d.err, d.said)
	if errors.Is(d.err, syscall.ECONNRESET) { // what was sent on after that crossed the answer
		d.err = nil
	}
	if d.err != nil || d.took < within-time.Second || d.took > within+time.Minute { // a busy machine adds some
		t.Errorf("it may take %v and was ended after %v: %v", within, d.took, d.err)
	}
	if d.said != "" && !strings.HasPrefix(d.said, "HTTP/1.1 4") {
		t.Errorf("it was answered %.300q", d.said)
	}
}
