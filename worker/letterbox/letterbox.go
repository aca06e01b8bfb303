// Package letterbox is the door for mail that comes in: a small SMTP server behind the operator's own.
//
// Who comes here: the mail server that takes mail for REPLY_DOMAIN, with what people write to the masked addresses of a
// conversation, with replies to letters that ask for a yes or a no, and with what other servers report of our letters.
//
// It promises that 250 is said only once a mail is kept with the jobs that follow from it, or when it is one to drop (a
// machine's, or taken before); that what cannot be taken now gets a 4xx, so that the other server tries again; that
// everything else is refused with a sentence for the person who wrote; and that no mail, however made, costs more than its
// limits. A repeat of any mail does nothing twice. It holds no rule of the house.
package letterbox

import (
	"context"
	"io"
	"log"
	"log/slog"
	"net"
	"time"

	"github.com/emersion/go-smtp"
	"golang.org/x/net/netutil"

	"wherewithal/conversation"
	"wherewithal/introduction"
	"wherewithal/letter"
)

// Limits. A server that has more to say waits its turn, and comes again.
const (
	MaxBytes   = 10 << 20         // of one mail
	maxConns   = 16               // at once; each may hold one mail in memory
	maxMails   = 100              // of one connection
	lineWithin = time.Minute      // between two words of the other side
	connWithin = 10 * time.Minute // for a whole connection, however slowly it drips
	workWithin = 30 * time.Second // for keeping one mail
)

// Options of New.
type Options struct {
	Addresses     letter.Addresses
	AuthServer    string // whose Authentication-Results are believed; empty: nobody's
	PublicURL     string // the site, for those who are refused
	Conversations *conversation.Conversations
	Introductions *introduction.Introductions
	Letters       *letter.Letters
	Clock         func() time.Time // business time
	Log           *slog.Logger
}

// Box takes mail. Safe for concurrent use.
type Box struct{ Options }

// New makes a letterbox; Serve opens it.
func New(o Options) *Box { return &Box{o} }

// Serve takes mail on a listener until ctx ends; mails at hand may then be finished within the grace.
func (b *Box) Serve(ctx context.Context, l net.Listener, grace time.Duration) error {
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &session{box: b}, nil
	}))
	s.Domain = b.Addresses.Domain
	s.MaxRecipients = 1 // one mail, one answer: the other server sends it again for the next
	s.MaxMessageBytes = MaxBytes
	s.ReadTimeout, s.WriteTimeout = lineWithin, lineWithin
	s.ErrorLog = log.New(io.Discard, "", 0) // lines that others drop are no news
	done := make(chan error, 1)
	go func() { done <- s.Serve(netutil.LimitListener(bounded{l}, maxConns)) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	_ = s.Shutdown(last) // what is not finished by then is cut, and comes again
	_ = s.Close()
	_ = l.Close()
	return nil
}

// bounded gives each connection an end that no slow dripping puts off.
type bounded struct{ net.Listener }

func (b bounded) Accept() (net.Conn, error) {
	c, err := b.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &lasting{Conn: c, end: time.Now().Add(connWithin)}, nil
}

type lasting struct {
	net.Conn
	end time.Time
}

func (c *lasting) SetReadDeadline(t time.Time) error { return c.Conn.SetReadDeadline(c.within(t)) }
func (c *lasting) SetDeadline(t time.Time) error     { return c.Conn.SetDeadline(c.within(t)) }

func (c *lasting) within(t time.Time) time.Time {
	if t.IsZero() || t.After(c.end) {
		return c.end
	}
	return t
}
