package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// What a server is asked to bear. Many close a silent line after 10 seconds or more, and count the mails on one.
const (
	linesKept    = 12 // as many as mails are sent at a time, by default
	lineRests    = 5 * time.Second
	mailsOnALine = 50
)

// errStale: the server closed a kept line, or wants no more mails on it, before it took anything of this one.
var errStale = errors.New("the line was closed meanwhile")

// line is one connection to the server. While a mail is on it, it is cut when the mail's context ends, whatever the library
// is waiting for. The library's own DialAndSend would not do: it says QUIT even in the middle of the text, which ends it, so
// that the server takes half a mail; it reports a failed QUIT after the server has taken the mail; and it keeps the
// connection when a greeting fails.
type line struct {
	tls     *tls.Config
	conn    net.Conn
	client  *gomail.Client
	session *smtp.Client
	ctx     context.Context // of the mail that is on it
	stop    func() bool
	sent    int         // mails taken on it
	rest    *time.Timer // ends it when nothing comes
}

// watch has the line cut when a context ends.
func (l *line) watch(ctx context.Context) {
	l.ctx = ctx
	if l.conn != nil {
		conn := l.conn
		l.stop = context.AfterFunc(ctx, func() { conn.Close() })
	}
}

func (l *line) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var conn net.Conn
	var err error
	if l.tls != nil {
		conn, err = (&tls.Dialer{Config: l.tls}).DialContext(ctx, network, address)
	} else {
		conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
	}
	if err != nil {
		return nil, err
	}
	l.conn = conn
	l.watch(l.ctx)
	return conn, nil
}

// send hands a message over. errStale only on a line that has taken mails before.
func (l *line) send(ctx context.Context, message *gomail.Msg) error {
	if l.sent > 0 {
		l.watch(ctx)
	}
	err := l.client.SendWithSMTPClient(l.session, message)
	cut := !l.stop()
	if err == nil || message.IsDelivered() { // how the server goes on afterwards changes nothing
		l.sent++
		if cut || err != nil {
			l.sent = mailsOnALine
		}
		return nil
	}
	if l.sent > 0 && !cut && stale(err) {
		return errStale
	}
	return classify(message.SendError(), err)
}

// stale is a fault before the server could take anything: at the first word, by a closed line or a 421.
func stale(err error) bool {
	var e *gomail.SendError
	if !errors.As(err, &e) || e.Reason != gomail.ErrSMTPMailFrom && e.Reason != gomail.ErrConnCheck {
		return false
	}
	return e.ErrorCode() == 0 || e.ErrorCode() == 421
}

func (l *line) hangUp() {
	if l.conn != nil {
		l.stop()
		l.conn.Close()
	}
}

// bye is hangUp with a word.
func (l *line) bye() {
	_ = l.conn.SetDeadline(time.Now().Add(time.Second)) // nobody waits for a goodbye
	_ = l.session.Quit()
	l.conn.Close()
}

// lines are those that rest until the next mail.
type lines struct {
	mu   sync.Mutex
	idle []*line
}

// take is the line used last, nil when there is none.
func (ls *lines) take() *line {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if len(ls.idle) == 0 {
		return nil
	}
	l := ls.idle[len(ls.idle)-1]
	ls.idle = ls.idle[:len(ls.idle)-1]
	l.rest.Stop()
	return l
}

// keep has a line rest for the next mail, or ends one that has done its share.
func (ls *lines) keep(l *line) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	if l.sent >= mailsOnALine || len(ls.idle) >= linesKept {
		go l.bye()
		return
	}
	l.rest = time.AfterFunc(lineRests, func() { ls.end(l) })
	ls.idle = append(ls.idle, l)
}

func (ls *lines) end(l *line) {
	ls.mu.Lock()
	found := false
	for i, one := range ls.idle {
		if one == l {
			ls.idle, found = append(ls.idle[:i:i], ls.idle[i+1:]...), true
			break
		}
	}
	ls.mu.Unlock()
	if found {
		l.bye()
	}
}
