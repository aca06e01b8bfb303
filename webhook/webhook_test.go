package webhook

import (
	"compress/gzip"
	"context"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"wherewithal/market"
)

// The vector that the libraries of Standard Webhooks are tested with.
func TestSignaturesAreThePublishedOnes(t *testing.T) {
	key, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	got := Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`), key)
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// receiver is a server with TLS on this machine, and a sender that may reach it.
func receiver(t *testing.T, do http.HandlerFunc) (*Sender, *httptest.Server) {
	t.Helper()
	server := httptest.NewUnstartedServer(do)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return New(Options{Agent: "test", Loopback: roots}), server
}

func message(url string) Message {
	d := market.Delivery{ID: market.NewID(), Type: market.ListingChanged, SubjectID: market.NewID(), At: time.Now()}
	return Message{URL: url, ID: string(d.ID), At: time.Now(), Body: Body(d), Keys: [][]byte{[]byte("the new key of thirty-two bytes!"), []byte("the old key of thirty-two bytes!")}}
}

// A receiver checks with the published library, by the new secret and by the old one.
func TestTheirLibraryTakesWhatWeSend(t *testing.T) {
	faults := make(chan string, 9)
	s, server := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		for secret, good := range map[string]bool{"the new key of thirty-two bytes!": true, "the old key of thirty-two bytes!": true, "a key of somebody else, that long": false} {
			hook, err := standard.NewWebhook(SecretText([]byte(secret)))
			if err != nil {
				faults <- err.Error()
			} else if err := hook.Verify(body, r.Header); (err == nil) != good {
				faults <- secret
			}
		}
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" || r.Header.Get("Accept-Encoding") != "" || r.Header.Get("User-Agent") != "test" {
			faults <- fmt.Sprint(r.Method, r.Header)
		}
		_, _ = w.Write([]byte(string(body)))
	})
	a, err := s.Send(t.Context(), message(server.URL))
	if err != nil || a.Fault != "" || a.Status != 200 || len(faults) > 0 {
		t.Fatal(a, err, len(faults), "faults")
	}
	for _, part := range []string{`{"type":"listing.changed","timestamp":"2`, `Z","data":{"id":"`} {
		if !strings.Contains(a.Excerpt, part) {
			t.Errorf("no %s in %s", part, a.Excerpt)
		}
	}
}

func TestWhateverAServerDoesIsOneWord(t *testing.T) {
	stop := make(chan struct{})
	var reached atomic.Int32
	s, server := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/reached":
			reached.Add(1)
		case "/gone":
			w.WriteHeader(http.StatusGone)
		case "/fault":
			http.Error(w, "my\x00 database\u202e is away", http.StatusInternalServerError)
		case "/busy":
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(http.StatusTooManyRequests)
		case "/moved":
			http.Redirect(w, r, "/reached", http.StatusTemporaryRedirect)
		case "/huge":
			for range 4 << 10 {
				if _, err := w.Write([]byte(strings.Repeat("x", 4<<10))); err != nil {
					return
				}
			}
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = io.Copy(z, io.LimitReader(zeros{}, 64<<20))
			_ = z.Close()
		case "/headers":
			w.Header().Set("X-Long", strings.Repeat("x", 64<<10))
		case "/hangs":
			<-stop
		case "/dribbles":
			for r.Context().Err() == nil {
				_, _ = w.Write([]byte("."))
				_ = http.NewResponseController(w).Flush()
				select {
				case <-stop:
					return
				case <-time.After(20 * time.Millisecond):
				}
			}
		case "/closes":
			panic(http.ErrAbortHandler)
		}
	})
	t.Cleanup(func() { close(stop) })
	for path, want := range map[string]Answer{
		"/": {Status: 200}, "/gone": {Status: 410, Fault: "status"}, "/fault": {Status: 500, Fault: "status", Excerpt: "my database is away"},
		"/busy": {Status: 429, Fault: "status", Retry: 2 * time.Minute}, "/moved": {Status: 307, Fault: "redirect"},
		"/huge": {Status: 200, Excerpt: strings.Repeat("x", market.ExcerptSize)}, "/headers": {Fault: "connect"}, "/closes": {Fault: "connect"},
		"/hangs": {Fault: "timeout"}, "/dribbles": {Status: 200, Fault: "timeout"}, "/bomb": {Status: 200},
	} {
		s.within = 5 * time.Second
		if want.Fault == "timeout" {
			s.within = 200 * time.Millisecond
		}
		began := time.Now()
		got, err := s.Send(t.Context(), message(server.URL+path))
		if path == "/dribbles" || path == "/bomb" {
			got.Excerpt = ""
		}
		if err != nil || got != want || time.Since(began) > s.within+time.Second {
			t.Errorf("%s: %+v, %v after %v", path, got, err, time.Since(began))
		}
	}
	if reached.Load() > 0 {
		t.Error("a redirect was followed")
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	s.within = 5 * time.Second
	if _, err := s.Send(ctx, message(server.URL+"/dribbles")); err == nil {
		t.Error("an attempt that is cut short while its answer is read counts as one")
	}
	if _, err := s.Send(ctx, message(server.URL)); err == nil {
		t.Error("an attempt that was cut short from outside counts as one")
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// Without the tests' switch nothing but the open internet is called, whatever a name leads to: it is asked of the address that is
// dialled. The last rows have an IPv4 address of this machine or of a private network inside one of IPv6.
func TestOnlyTheOpenInternetIsCalled(t *testing.T) {
	for _, address := range []string{"127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.254", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200",
		"168.63.129.16", "192.0.0.192", "198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255",
		"::", "::1", "fe80::1", "fe80::1%lo", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1", "2001:db8::1", "100::1",
		"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::1", "2001::7f00:1"} {
		for _, network := range []string{"tcp4", "tcp6"} {
			if err := guard.Safe(network, net.JoinHostPort(address, "443"), nil); err == nil {
				t.Errorf("%s by %s is let through", address, network)
			}
		}
	}
	for _, address := range []string{"1.1.1.1:443", "[2606:4700:4700::1111]:443"} {
		if err := guard.Safe("tcp4", address, nil); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{"1.1.1.1:80", "1.1.1.1:25", "1.1.1.1:8443", "[2606:4700:4700::1111]:22"} {
		if err := guard.Safe("tcp4", address, nil); err == nil {
			t.Errorf("%s is let through", address)
		}
	}
}

// A real sender refuses at the dial, by name and by number, and asks no proxy.
func TestASenderOfAReleaseReachesNothingHere(t *testing.T) {
	var reached atomic.Int32
	_, server := receiver(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	s := New(Options{})
	if s.client.Transport.(*http.Transport).Proxy != nil { // asked, it would not be reached either: it is on this machine
		t.Error("a proxy is asked")
	}
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	for _, url := range []string{server.URL, "https://localhost:" + port, "https://localhost", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://0/", "https://2130706433/", "https://169.254.169.254/latest", "https://nobody.invalid/"} {
		a, err := s.Send(t.Context(), message(url))
		if err != nil || a.Fault != market.FaultTarget {
			t.Errorf("%s: %+v, %v", url, a, err)
		}
	}
	if reached.Load() > 0 {
		t.Error("something here was reached")
	}
	trusting := New(Options{Loopback: x509.NewCertPool()})
	if a, err := trusting.Send(t.Context(), message(server.URL)); err != nil || a.Fault != market.FaultTLS {
		t.Errorf("a certificate that nobody vouches for: %+v, %v", a, err)
	}
}

func TestAnAddressIsLookedAtBeforeItIsKept(t *testing.T) {
	s := New(Options{})
	for url, good := range map[string]bool{"https://directory.example/hooks?x=1": true, "https://directory.example:443/": true, "http://directory.example/": false, "https://directory.example:8443/": false,
		"https://127.0.0.1/": false, "https://localhost/": false, "https://intranet/": false, "https://db.internal/": false, "https://[::1]/": false, "ftp://directory.example/": false, "https://": false} {
		if err := s.CheckURL(url); (err == nil) != good {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestRetryAfterHasLimits(t *testing.T) {
	now := time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{"": 0, "5": 5 * time.Second, "-5": 0, "99999999": mostRetry, "99999999999999999999": 0, "soon": 0,
		"Mon, 11 Jan 2027 12:01:00 GMT": time.Minute, "Mon, 11 Jan 2026 12:01:00 GMT": 0, "Mon, 11 Jan 2028 12:01:00 GMT": mostRetry} {
		if got := retryAfter(text, now); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
