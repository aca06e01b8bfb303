// Package catcher is a mail server for one's own machine: it takes every mail, delivers none, and keeps the last
// 500 to be read at /dev/mail.
//
// It promises that a mail it has taken is still there after the process was killed, that it listens on this
// machine only, and that it never holds more than its cap. It does not know what the mails are about.
package catcher

import (
	"errors"
	"fmt"
	"html"
	"io"
	"log"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/emersion/go-smtp"

	"wherewithal/mail"
)

// Cap is how many mails are kept; the oldest goes first.
const Cap = 500

// maxBytes of one mail: ours stay under 100 kB, the rest is room for encoding and attachments.
const maxBytes = 4 << 20

// Options of Start; the zero value listens on a free port and keeps nothing over a restart.
type Options struct {
	Dir  string           // where mails are kept; empty: in memory only
	Addr string           // loopback host:port; "127.0.0.1:0" when empty
	Now  func() time.Time // when a mail came; time.Now when nil
}

// Mail is a mail that was caught.
type Mail struct {
	Seq  int64 // 1, 2, 3 …, never used twice, also over restarts
	At   time.Time
	Rcpt []string // whom the envelope named
	mail.Received
}

// Catcher is a running server. Safe for concurrent use.
type Catcher struct {
	server   *smtp.Server
	listener net.Listener
	now      func() time.Time
	done     chan struct{}

	mu    sync.Mutex
	mails []Mail // oldest first, at most Cap
	last  int64
	kept  *file // nil when nothing is kept over a restart
}

// Start listens and brings back what an earlier run has kept in Dir.
func Start(o Options) (*Catcher, error) {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	host, _, err := net.SplitHostPort(o.Addr)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("catcher: %q is not an address of this machine like 127.0.0.1:2525", o.Addr)
	}
	c := &Catcher{now: o.Now, done: make(chan struct{})}
	if o.Dir != "" {
		if err := c.remember(o.Dir); err != nil {
			return nil, err
		}
	}
	if c.listener, err = net.Listen("tcp", o.Addr); err != nil {
		return nil, errors.Join(fmt.Errorf("catcher: %w", err), c.kept.close())
	}
	c.serve()
	return c, nil
}

func (c *Catcher) serve() {
	c.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &session{catcher: c}, nil
	}))
	c.server.Domain = "localhost"
	c.server.MaxMessageBytes = maxBytes
	c.server.MaxRecipients = 50
	c.server.ReadTimeout = time.Minute
	c.server.WriteTimeout = time.Minute
	c.server.ErrorLog = log.New(io.Discard, "", 0) // lines that clients drop are no news
	go func() {
		defer close(c.done)
		_ = c.server.Serve(c.listener)
	}()
}

// Addr is where it listens, "127.0.0.1:41233".
func (c *Catcher) Addr() string { return c.listener.Addr().String() }

// URL is Addr as mail.Config wants it.
func (c *Catcher) URL() string { return "smtp://" + c.Addr() }

// Mails are those kept, newest first.
func (c *Catcher) Mails() []Mail {
	c.mu.Lock()
	defer c.mu.Unlock()
	newest := make([]Mail, 0, len(c.mails))
	for i := len(c.mails) - 1; i >= 0; i-- {
		newest = append(newest, c.mails[i])
	}
	return newest
}

// Mail finds one by its number; false when it is not kept, or no longer.
func (c *Catcher) Mail(seq int64) (Mail, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.mails {
		if m.Seq == seq {
			return m, true
		}
	}
	return Mail{}, false
}

// Forget throws away the mails to or from any of some addresses, and those in which any of some texts stands, in whole words:
// a mail server of one's own would have handed them on. Empty texts stand nowhere.
func (c *Catcher) Forget(texts ...string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	gone := map[int64]bool{}
	for _, m := range c.mails {
		if m.says(texts) {
			gone[m.Seq] = true
		}
	}
	if len(gone) == 0 {
		return nil
	}
	c.mails = slices.DeleteFunc(c.mails, func(m Mail) bool { return gone[m.Seq] })
	if c.kept == nil {
		return nil
	}
	return c.kept.blank(gone)
}

// says reports whether one of the texts stands anywhere in the mail, in large or small letters, and over however many lines.
func (m Mail) says(texts []string) bool {
	all := flat(strings.Join(append([]string{m.From, m.To, m.Subject, m.Text, html.UnescapeString(m.HTML)}, m.Rcpt...), "\n"))
	return slices.ContainsFunc(texts, func(text string) bool { return hasWords(all, flat(text)) })
}

func flat(text string) string { return strings.Join(strings.Fields(strings.ToLower(text)), " ") }

// hasWords reports whether words stand in a text with no letter or digit right before or after them: "jo" is not in "join".
func hasWords(text, words string) bool {
	for at := 0; words != ""; at++ {
		i := strings.Index(text[at:], words)
		if i < 0 {
			return false
		}
		at += i
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(words):])
		if !wordly(before) && !wordly(after) {
			return true
		}
	}
	return false
}

func wordly(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// Close stops listening and ends open connections. Safe to call twice.
func (c *Catcher) Close() error {
	_ = c.server.Close()   // it complains of a second time, and does not know the listener before it serves
	_ = c.listener.Close() // so this is ours to do
	<-c.done
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.kept.close()
	c.kept = nil
	return err
}

// session is one connection's mail on its way in.
type session struct {
	catcher *Catcher
	from    string
	rcpt    []string
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.rcpt = append(s.rcpt, to)
	return nil
}

// Data takes the mail: once it answers 250, the mail is in the file.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err // cut in the middle, or too big: not a mail
	}
	if err := s.catcher.take(s.rcpt, raw); err != nil {
		return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "Could not keep the mail: " + err.Error()}
	}
	return nil
}

func (s *session) Reset()        { s.from, s.rcpt = "", nil }
func (s *session) Logout() error { return nil }

func (c *Catcher) take(rcpt []string, raw []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := record{Seq: c.last + 1, At: c.now(), Rcpt: rcpt, Raw: raw}
	if c.kept != nil {
		if err := c.kept.append(r); err != nil {
			return err
		}
	}
	c.add(r)
	return nil
}

// add holds the record as a mail. What cannot be parsed is shown as it came.
func (c *Catcher) add(r record) {
	c.last = r.Seq
	if len(r.Raw) == 0 {
		return // forgotten
	}
	received, err := mail.Parse(r.Raw)
	if err != nil {
		received.Text = string(r.Raw)
	}
	c.mails = append(c.mails, Mail{Seq: r.Seq, At: r.At, Rcpt: r.Rcpt, Received: received})
	if over := len(c.mails) - Cap; over > 0 {
		c.mails = append([]Mail(nil), c.mails[over:]...)
	}
}
