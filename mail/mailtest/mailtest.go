// Package mailtest is an SMTP server for tests that can fail on purpose, and writes down what it took: its log,
// not the sender's word, is the evidence of what was sent and how often.
//
// It is a real server on a real socket of this machine. Its faults come one a mail, from a plan or from a seed,
// so that a run can be repeated.
package mailtest

import (
	"errors"
	"io"
	"log"
	"maps"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"wherewithal/mail"
)

// Fault is what goes wrong with one try to send a mail.
type Fault int

const (
	None     Fault = iota
	CutEarly       // the line is cut at MAIL FROM
	CutText        // the line is cut while the text comes in; the mail is not taken
	CutAfter       // the mail is taken, and the line is cut before the 250 that would say so
	Busy           // 421 at MAIL FROM, and the line is closed
	Later          // 451 at RCPT TO: greylisting
	Full           // 452 after the text; the mail is not taken
	Refuse         // 550 at RCPT TO: no such mailbox
	Slow           // the answer to the text waits for Options.Pause
)

// Passing are the faults that a mail survives when it is tried again.
var Passing = []Fault{CutEarly, CutText, CutAfter, Busy, Later, Full}

// Options of Start; the zero value takes every mail at once.
type Options struct {
	Plan  []Fault       // the faults of the first tries, in order; then Rate decides
	Rate  float64       // share of tries, [0,1], that meet one of Kinds
	Kinds []Fault       // Passing when nil
	Seed  uint64        // of the draw
	Pause time.Duration // of Slow
	Addr  string        // loopback host:port; a free port when empty

	Keep func(Mail) Mail // what the log keeps of a mail; all of it when nil
}

// Mail is a mail the server took.
type Mail struct {
	Envelope string    // from whom the envelope said it was
	Rcpt     string    // whom the envelope named; a mail to two people is two of these
	Raw      []byte    // as it came over the wire
	At       time.Time // by the wall clock
	Cut      bool      // its sender never got the 250: the line was cut before
	mail.Received
}

// Server is a running server. Safe for concurrent use.
type Server struct {
	opts Options
	addr string

	mu      sync.Mutex
	stop    func() // nil while down
	draw    *rand.Rand
	tries   int
	faults  map[Fault]int
	took    []Mail
	halves  map[string]bool // to whom a text was cut
	changed chan struct{}   // closed and renewed whenever a mail was taken
}

// Start listens until the test ends.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Kinds == nil {
		o.Kinds = Passing
	}
	s := &Server{opts: o, addr: o.Addr, draw: rand.New(rand.NewPCG(o.Seed, o.Seed)),
		faults: map[Fault]int{}, halves: map[string]bool{}, changed: make(chan struct{})}
	s.Up(t)
	t.Cleanup(s.Down)
	return s
}

// Up listens again on the same address after Down.
func (s *Server) Up(t testing.TB) {
	t.Helper()
	listener, err := net.Listen("tcp", s.addr)
	if err != nil {
		t.Fatalf("mailtest: %v", err)
	}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{server: s, conn: c}, nil
	}))
	server.Domain = "mailtest.test"
	server.MaxMessageBytes = 4 << 20
	server.ErrorLog = log.New(io.Discard, "", 0) // cut lines are what it is for
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addr = listener.Addr().String()
	s.stop = func() {
		_ = server.Close()
		_ = listener.Close() // which the server does not know before it serves
	}
	go func() { _ = server.Serve(listener) }()
}

// Down is a mail server that is away: connections are refused. Safe to call twice.
func (s *Server) Down() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
}

// URL is the server's address as mail.Config wants it.
func (s *Server) URL() string { return "smtp://" + s.addr }

// Log is every mail taken, oldest first.
func (s *Server) Log() []Mail { return s.LogFrom(0) }

// LogFrom is Log without its first n.
func (s *Server) LogFrom(n int) []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.took[n:]...)
}

// Tries is how often a mail was begun, and how often each fault was met.
func (s *Server) Tries() (int, map[Fault]int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	met := map[Fault]int{}
	for f, n := range s.faults {
		met[f] = n
	}
	return s.tries, met
}

// Halves are those to whom a text was cut while it came in, CutText: a sender that had passed all of it on to the line cannot tell that
// from CutAfter.
func (s *Server) Halves() map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.halves)
}

func (s *Server) tookHalf(rcpt []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, to := range rcpt {
		s.halves[to] = true
	}
}

// patience is how long Wait waits: far above what a mail takes, below the ten minutes of go test.
const patience = 3 * time.Minute

// Wait returns the first mail, taken already or to come, that match says yes to; the test fails when none comes.
// It wakes when a mail is taken; it never polls.
func (s *Server) Wait(t testing.TB, match func(Mail) bool) Mail {
	t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	seen := 0
	for {
		s.mu.Lock()
		took, changed := s.took, s.changed
		s.mu.Unlock()
		for ; seen < len(took); seen++ {
			if match(took[seen]) {
				return took[seen]
			}
		}
		select {
		case <-changed:
		case <-late.C:
			t.Fatalf("mailtest: the mail did not come in %s; %d others did", patience, len(took))
		}
	}
}

// next is the fault of a try that begins.
func (s *Server) next() Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	fault := None
	switch {
	case s.tries < len(s.opts.Plan):
		fault = s.opts.Plan[s.tries]
	case s.draw.Float64() < s.opts.Rate:
		fault = s.opts.Kinds[s.draw.IntN(len(s.opts.Kinds))]
	}
	s.tries++
	s.faults[fault]++
	return fault
}

func (s *Server) take(from string, rcpt []string, raw []byte, cut bool) error {
	received, err := mail.Parse(raw)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, to := range rcpt {
		m := Mail{Envelope: from, Rcpt: to, Raw: raw, At: time.Now(), Cut: cut, Received: received}
		if s.opts.Keep != nil {
			m = s.opts.Keep(m)
		}
		s.took = append(s.took, m)
	}
	close(s.changed)
	s.changed = make(chan struct{})
	return nil
}

var errCut = errors.New("cut on purpose")

// session is one connection.
type session struct {
	server *Server
	conn   *smtp.Conn
	fault  Fault
	from   string
	rcpt   []string
}

func (s *session) cut() error {
	_ = s.conn.Conn().Close()
	return errCut
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.fault, s.from = s.server.next(), from
	switch s.fault {
	case CutEarly:
		return s.cut()
	case Busy:
		s.conn.Conn().SetReadDeadline(time.Now()) // nothing more is read after the answer
		return &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "Busy, try again later"}
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch s.fault {
	case Later:
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "Greylisted <" + to + ">, try again later"}
	case Refuse:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No mailbox <" + to + ">"}
	}
	s.rcpt = append(s.rcpt, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	if s.fault == CutText {
		_, _ = io.CopyN(io.Discard, r, 64)
		s.server.tookHalf(s.rcpt)
		return s.cut()
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return err // the other side was cut: half a mail is none
	}
	return s.answer(raw)
}

func (s *session) answer(raw []byte) error {
	switch s.fault {
	case Full:
		return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "No room now"}
	case Slow:
		<-time.After(s.server.opts.Pause)
	}
	if err := s.server.take(s.from, s.rcpt, raw, s.fault == CutAfter); err != nil {
		return err
	}
	if s.fault == CutAfter {
		return s.cut()
	}
	return nil
}

func (s *session) Reset()        { s.rcpt = nil }
func (s *session) Logout() error { return nil }
