package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"code.dny.dev/ssrf"

	"wherewithal/market"
)

// The caps of one attempt.
const (
	within     = 10 * time.Second // all of it: name, connection, handshake, answer
	mostHeader = 16 << 10
	mostBody   = 8 << 10 // read of an answer, as it came: nothing is unpacked
	mostRetry  = 6 * time.Hour
)

// Options of New. The zero value is the one for real use.
type Options struct {
	Agent string // who we say we are
	// Loopback are certificates of receivers on this machine, which are then let through, at any port. For tests alone: no release
	// can be told to set it (config.WebhookRoots).
	Loopback *x509.CertPool
}

// Sender sends. Safe for concurrent use.
type Sender struct {
	Options
	client *http.Client
	within time.Duration // of the constant's name; less in tests
}

// New makes a sender.
func New(o Options) *Sender {
	s := &Sender{Options: o, within: within}
	dialer := &net.Dialer{KeepAlive: -1, Control: guard.Safe}
	if s.loopback() {
		dialer.Control = ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(loopback4), ssrf.WithAllowedV6Prefixes(loopback6)).Safe
	}
	s.client = &http.Client{
		Transport: &http.Transport{
			Proxy: nil, DialContext: dialer.DialContext, ForceAttemptHTTP2: true,
			TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Loopback},
			TLSHandshakeTimeout: within, MaxResponseHeaderBytes: mostHeader, DisableCompression: true,
			MaxIdleConns: 32, MaxIdleConnsPerHost: 1, IdleConnTimeout: 20 * time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s
}

func (s *Sender) loopback() bool { return s.Loopback != nil }

// Message is one attempt to tell something.
type Message struct {
	URL  string
	ID   string
	At   time.Time // of the attempt
	Body []byte
	Keys [][]byte
}

// Answer is what became of an attempt. A Fault that is empty: it was taken.
type Answer struct {
	Status  int // 0: none came
	Fault   string
	Excerpt string        // how the body began, as text
	Retry   time.Duration // asked for by Retry-After, within limits; 0: not
}

// Send makes one attempt. An error means that it was not made, or cut short from outside, by ctx.
func (s *Sender) Send(ctx context.Context, m Message) (Answer, error) {
	limited, cancel := context.WithTimeout(ctx, s.within)
	defer cancel()
	r, err := http.NewRequestWithContext(limited, http.MethodPost, m.URL, bytes.NewReader(m.Body))
	if err != nil {
		return Answer{Fault: market.FaultTarget}, nil // it was checked when it was kept
	}
	for name, value := range map[string]string{"Content-Type": "application/json", "User-Agent": s.Agent, "webhook-id": m.ID,
		"webhook-timestamp": strconv.FormatInt(m.At.Unix(), 10), "webhook-signature": Sign(m.ID, m.At, m.Body, m.Keys...)} {
		r.Header.Set(name, value)
	}
	res, err := s.client.Do(r)
	if err != nil {
		return Answer{Fault: faultOf(err)}, ctx.Err()
	}
	defer res.Body.Close()
	read, err := io.ReadAll(io.LimitReader(res.Body, mostBody))
	if err != nil && ctx.Err() != nil {
		return Answer{}, ctx.Err()
	}
	a := Answer{Status: res.StatusCode, Excerpt: excerpt(read), Retry: retryAfter(res.Header.Get("Retry-After"), m.At)}
	switch {
	case err != nil && limited.Err() != nil:
		a.Fault = market.FaultTimeout
	case res.StatusCode/100 == 3:
		a.Fault = market.FaultRedirect
	case res.StatusCode/100 != 2:
		a.Fault = market.FaultStatus
	}
	return a, nil
}

// excerpt is how an answer began, as text that can be kept and shown.
func excerpt(body []byte) string {
	text := []rune(strings.TrimSpace(market.Plain(string(body))))
	return string(text[:min(len(text), market.ExcerptSize)])
}

// retryAfter is how long a server asks to be left alone: seconds, or until a time; six hours at most, since it may be wrong.
func retryAfter(text string, now time.Time) time.Duration {
	var wait time.Duration
	if seconds, err := strconv.Atoi(strings.TrimSpace(text)); err == nil {
		wait = time.Duration(min(max(seconds, 0), int(mostRetry.Seconds()))) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), mostRetry)
}

// faultOf says in one word why no answer came.
func faultOf(err error) string {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var alert tls.AlertError
	var record tls.RecordHeaderError
	var wait net.Error
	switch {
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedPort), errors.Is(err, ssrf.ErrProhibitedNetwork), errors.Is(err, ssrf.ErrInvalidHostPort):
		return market.FaultTarget
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &wait) && wait.Timeout():
		return market.FaultTimeout
	case errors.As(err, &name): // the same word: which names are known inside is nobody's to find out
		return market.FaultTarget
	case errors.As(err, &certificate), errors.As(err, &alert), errors.As(err, &record), strings.Contains(err.Error(), "tls: "):
		return market.FaultTLS
	}
	return market.FaultConnect
}
