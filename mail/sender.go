package mail

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"wherewithal/telemetry"
)

// defaultTimeout is for a mail from dialling until its text is out. A server that greylists while the line is open takes several
// seconds; a job that waits longer is better tried again.
const defaultTimeout = 20 * time.Second

// defaultAnswer is for what the server says to the text (RFC 5321, 4.5.3.2.6): one that checks for spam then may take minutes, and
// who hangs up meanwhile and tries again has it deliver every mail twice.
const defaultAnswer = 10 * time.Minute

// Longest is how long Send may take by default.
const Longest = shareWaits + defaultTimeout + defaultAnswer

// Config says where mails go out.
type Config struct {
	// URL is smtp://host:port (port 25 when left out; STARTTLS when offered, demanded when the URL holds a
	// password and the host is not this machine) or smtps://host:port (TLS from the start; 465). User and
	// password stand in it: smtp://user:password@host:587.
	URL     string
	From    string        // "Wherewithal <hello@example.org>"
	Hello   string        // the name said in EHLO; the domain of From when empty
	Timeout time.Duration // for one mail until its text is out; 20 s when zero
	Answer  time.Duration // for the server's word on the text; 10 minutes when zero
	DKIM    *DKIM         // nil: mails are not signed here
	// Pace keeps mails to one domain apart; nil: as many go as come.
	Pace Pace
	// Apart is how far mails to one domain are from each other when its share is used up.
	Apart time.Duration
	// Share is how many mails to one domain are handed over at a time, so that one whose mails take long leaves connections to the
	// others; 0: any number.
	Share int
	// Metrics count what the server says to each mail; nil: nothing is measured.
	Metrics *telemetry.Metrics
	// AllowExample lets addresses under .example through. Only the embedded catcher sets it; it is refused for a
	// server that is not on this machine.
	AllowExample bool
}

// Sender hands mails to an SMTP server, one after the other on connections that it keeps for a while. Safe for concurrent
// use: no two mails share a connection at a time.
type Sender struct {
	lines        lines
	pace         *paced
	share        *share
	pressing     *share
	metrics      *telemetry.Metrics
	host         string
	from         *netmail.Address
	timeout      time.Duration
	answer       time.Duration
	options      []gomail.Option
	tls          *tls.Config // nil: plain, or STARTTLS
	allowExample bool
	dkim         *DKIM
}

// NewSender checks the configuration; it does not dial. Its errors never hold the URL, where a password stands.
func NewSender(c Config) (*Sender, error) {
	u, err := url.Parse(c.URL)
	if err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Hostname() == "" {
		return nil, errors.New("mail: the SMTP address must look like smtp://host:port or smtps://user:password@host:port")
	}
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return nil, fmt.Errorf("mail: the sender %q must look like Wherewithal <hello@example.org>: %w", c.From, err)
	}
	if c.AllowExample && !loopback(u.Hostname()) {
		return nil, errors.New("mail: addresses under .example may only go to a server on this machine")
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	s := &Sender{host: u.Hostname(), from: from, timeout: c.Timeout, answer: cmp.Or(c.Answer, defaultAnswer), allowExample: c.AllowExample,
		dkim: c.DKIM, pace: newPaced(c.Pace, c.Apart), share: newShare(c.Share), pressing: newShare(pressingShare), metrics: c.Metrics}
	if err := s.dialling(u, c); err != nil {
		return nil, err
	}
	return s, nil
}

// dialling turns the URL into the library's options.
func (s *Sender) dialling(u *url.URL, c Config) error {
	port, policy := 25, gomail.TLSOpportunistic
	password, secret := u.User.Password()
	if u.Scheme == "smtps" {
		port = 465
		s.tls = &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
		s.options = append(s.options, gomail.WithSSL())
	} else if secret && !loopback(s.host) {
		policy = gomail.TLSMandatory
	}
	if given := u.Port(); given != "" {
		var err error
		if port, err = strconv.Atoi(given); err != nil || port < 1 || port > 65535 {
			return errors.New("mail: the port of the SMTP address must be between 1 and 65535")
		}
	}
	hello := c.Hello
	if hello == "" {
		hello = s.from.Address[strings.LastIndexByte(s.from.Address, '@')+1:]
	}
	s.options = append(s.options, gomail.WithPort(port), gomail.WithTLSPolicy(policy), gomail.WithHELO(hello),
		gomail.WithTimeout(s.timeout+s.answer), gomail.WithoutNoop(), gomail.WithoutRset())
	if u.User.Username() != "" {
		s.options = append(s.options, gomail.WithUsername(u.User.Username()), gomail.WithPassword(password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	_, err := gomail.NewClient(s.host, s.options...)
	return err
}

// Pressing mails that one server is slow with must not hold up those of all others: no more than so many are handed to a domain at a
// time, and its answer is waited for no longer. A second copy of a link does no harm.
const (
	pressingShare  = 4
	pressingAnswer = time.Minute
)

// shareOf is what bounds how many mails like one go to its domain at a time.
func (s *Sender) shareOf(o Outgoing) *share {
	if o.Pressing {
		return s.pressing
	}
	return s.share
}

// patienceWith is how long the server has for a mail.
func (s *Sender) patienceWith(o Outgoing) *patience {
	p := &patience{text: s.timeout, answer: s.answer}
	if o.Pressing {
		p.answer = min(p.answer, pressingAnswer)
	}
	return p
}

// Send hands one mail over; nil means that the server has taken it. Otherwise the error is ErrReserved,
// ErrPermanent or ErrTemporary; the last also wraps ErrUnsure when the server may have taken it all the same, and ErrPaced when nothing
// was tried.
// Sending the same Outgoing again is always right after ErrTemporary: its Message-ID stays. No error repeats an
// address.
func (s *Sender) Send(ctx context.Context, o Outgoing) error {
	limit := s.patienceWith(o)
	message, err := o.compose(s.from, limit.textIsOut)
	if err != nil {
		return err
	}
	if reserved(o.To) && !s.allowExample {
		return ErrReserved
	}
	leave, err := s.shareOf(o).enter(ctx, o.To)
	if err != nil {
		return err
	}
	defer leave()
	if err := s.pace.wait(ctx, o); err != nil {
		return err
	}
	if err := s.dkim.sign(message); err != nil {
		return err
	}
	ctx, stop := limit.begin(ctx)
	defer stop()
	began := time.Now()
	err = s.hand(ctx, message)
	s.metrics.Mail(outcome(err), time.Since(began))
	return err
}

// outcome of an attempt, as it is counted.
func outcome(err error) string {
	switch {
	case err == nil:
		return telemetry.MailSent
	case errors.Is(err, ErrPermanent):
		return telemetry.MailRefused
	}
	return telemetry.MailLater
}

// hand hands the message over, on a connection that the mail before left open where there is one. A server may have closed
// that meanwhile: what it did not even begin to take is tried once more on a new one.
func (s *Sender) hand(ctx context.Context, message *gomail.Msg) error {
	if l := s.lines.take(); l != nil {
		if err := l.send(ctx, message); !errors.Is(err, errStale) {
			return s.after(l, err)
		}
		l.hangUp()
	}
	l, err := s.dial(ctx)
	if err != nil {
		return err
	}
	return s.after(l, l.send(ctx, message))
}

// after keeps a line on which all went well for the next mail.
func (s *Sender) after(l *line, err error) error {
	if err == nil {
		s.lines.keep(l)
		return nil
	}
	l.hangUp()
	return err
}

func (s *Sender) dial(ctx context.Context) (*line, error) {
	l := &line{tls: s.tls}
	client, err := gomail.NewClient(s.host, slices.Concat(s.options, []gomail.Option{gomail.WithDialContextFunc(l.dial)})...)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPermanent, err)
	}
	l.client = client
	l.watch(ctx)
	if l.session, err = client.DialToSMTPClientWithContext(ctx); err != nil {
		l.hangUp()
		return nil, temporary("greeting the server", err)
	}
	return l, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
