package mail_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	gomail "github.com/wneessen/go-mail"

	"wherewithal/mail/mailtest"
)

// wire stands before a server, counts the connections to it, and can cut those that are open.
type wire struct {
	mu      sync.Mutex
	url     string
	dialled int
	open    []net.Conn
}

func wireTo(t *testing.T, url string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	w := &wire{url: "smtp://" + listener.Addr().String()}
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", strings.TrimPrefix(url, "smtp://"))
			if err != nil {
				in.Close()
				continue
			}
			w.mu.Lock()
			w.dialled, w.open = w.dialled+1, append(w.open, in, out)
			w.mu.Unlock()
			go func() { _, _ = io.Copy(out, in); out.Close() }()
			go func() { _, _ = io.Copy(in, out); in.Close() }()
		}
	}()
	return w
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.open {
		c.Close()
	}
	w.open = nil
}

func (w *wire) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dialled
}

func TestMailsShareAConnectionForAWhile(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	w := wireTo(t, server.URL())
	sender := senderTo(t, w.url)
	send := func(from, to int) {
		t.Helper()
		for i := from; i < to; i++ {
			if err := sender.Send(context.Background(), hello(fmt.Sprint("m", i))); err != nil {
				t.Fatalf("mail %d: %v", i, err)
			}
		}
	}
	send(0, 50)
	if n := w.count(); n != 1 {
		t.Errorf("%d connections for 50 mails, want one", n)
	}
	send(50, 51)
	if n := w.count(); n != 2 {
		t.Errorf("%d connections for 51 mails: a server is asked to bear 50 on one", n)
	}
	w.cut() // the server is tired of the silent line, or was restarted
	send(51, 53)
	if n := w.count(); n != 3 || len(server.Log()) != 53 {
		t.Errorf("%d connections, %d mails taken: want the mail after the cut sent on a new line, once", n, len(server.Log()))
	}
}

func TestManyAtOnceHaveALineEach(t *testing.T) {
	server := mailtest.Start(t, mailtest.Options{})
	sender := senderTo(t, server.URL())
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			for j := range 10 {
				if err := sender.Send(context.Background(), hello(fmt.Sprintf("m%d-%d", i, j))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, m := range server.Log() {
		seen[m.MessageID] = true
	}
	if len(seen) != 120 || len(server.Log()) != 120 {
		t.Errorf("%d mails arrived, %d of them different, want 120", len(server.Log()), len(seen))
	}
}

// Against the library's own loop over one connection, which neither classifies faults nor watches a context.
func BenchmarkSend(b *testing.B) {
	b.Run("ours", func(b *testing.B) {
		server := mailtest.Start(b, mailtest.Options{})
		sender := senderTo(b, server.URL())
		for i := 0; b.Loop(); i++ {
			if err := sender.Send(context.Background(), hello(fmt.Sprint("m", i))); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
	})
	b.Run("bare", func(b *testing.B) {
		server := mailtest.Start(b, mailtest.Options{})
		host, port, _ := net.SplitHostPort(strings.TrimPrefix(server.URL(), "smtp://"))
		var n int
		_, _ = fmt.Sscan(port, &n)
		client, err := gomail.NewClient(host, gomail.WithPort(n), gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithoutNoop())
		if err == nil {
			err = client.DialWithContext(context.Background())
		}
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			m := gomail.NewMsg()
			_, _ = m.From("hello@wherewithal.test"), m.To("ama@choir.test")
			m.Subject("A group could help")
			m.SetBodyString(gomail.TypeTextPlain, "Hello")
			m.AddAlternativeString(gomail.TypeTextHTML, "<p>Hello</p>")
			if err := client.Send(m); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
	})
}
