package inbound

import (
	"bufio"
	"cmp"
	"errors"
	"io"
	"strings"

	"github.com/emersion/go-message/textproto"
)

// Fate is what a server says became of a mail.
type Fate int

// Fates. Soft may mend by itself, Hard will not, Complained is a person who pressed "this is spam".
const (
	Unknown Fate = iota
	Delivered
	Soft
	Hard
	Complained
)

func (f Fate) String() string {
	return [...]string{"unknown", "delivered", "soft", "hard", "complained"}[f]
}

// Report is what a server tells of mail it was given: RFC 3464 on delivery, RFC 5965 on complaints. Which mail it was, the
// address it came to says (VERP), and OriginalFrom and OriginalID where the server says so or sent the mail back.
type Report struct {
	Fate         Fate
	Recipient    string // as the server names it, lower case; may be empty
	Status       string // RFC 3463, such as "5.1.1"; may be empty
	OriginalID   string // Message-ID of the mail it is about; may be empty
	OriginalFrom string // address of that mail's envelope, lower case; may be empty
}

const maxReport = 64 << 10

// read takes a part of a report. It says whether the part was one.
func (r *Report) read(kind string, body io.Reader) bool {
	body = io.LimitReader(body, maxReport)
	switch kind {
	case "message/delivery-status":
		r.delivery(body)
	case "message/feedback-report":
		r.feedback(body)
	case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers":
		h, _ := header(bufio.NewReader(body)) // often cut short: what came counts
		r.OriginalID = identity(h.Get("Message-Id"))
		r.OriginalFrom = cmp.Or(r.OriginalFrom, address("rfc822;"+h.Get("Return-Path")))
	default:
		return false
	}
	return true
}

// delivery reads a block for the message and one for each recipient; the worst fate counts.
func (r *Report) delivery(body io.Reader) {
	br := bufio.NewReader(body)
	for range maxParts {
		h, err := header(br)
		if action := h.Get("Action"); action != "" {
			r.recipient(&h, action)
		}
		if err != nil {
			return
		}
	}
}

func (r *Report) recipient(h *textproto.Header, action string) {
	status, _, _ := strings.Cut(strings.TrimSpace(h.Get("Status")), " ")
	fate := fateOf(strings.ToLower(strings.TrimSpace(action)), status)
	if fate < r.Fate || fate == r.Fate && r.Recipient != "" {
		return
	}
	r.Fate, r.Status = fate, status
	r.Recipient = address(h.Get("Final-Recipient"))
	if original := address(h.Get("Original-Recipient")); original != "" {
		r.Recipient = original
	}
}

// fateOf reads the action and the status. A full mail box (x.2.2), a mail too big (x.3.4), a busy system and a policy
// (x.7.x: about this mail or our server, not the address) are soft though the server gave up. A server that still tries
// ("delayed") tells no fate yet.
func fateOf(action, status string) Fate {
	switch {
	case action == "delivered" || action == "relayed" || action == "expanded":
		return Delivered
	case action != "failed":
		return Unknown
	case !strings.HasPrefix(status, "5"):
		return Soft
	}
	for _, soft := range []string{"5.2.2", "5.2.3", "5.3.", "5.4.", "5.7."} {
		if strings.HasPrefix(status+".", soft) {
			return Soft
		}
	}
	return Hard
}

func (r *Report) feedback(body io.Reader) {
	h, _ := header(bufio.NewReader(body))
	switch strings.ToLower(strings.TrimSpace(h.Get("Feedback-Type"))) {
	case "abuse", "fraud", "opt-out", "opt-out-list":
		r.Fate = Complained
		r.Recipient = address("rfc822;" + h.Get("Original-Rcpt-To"))
		r.OriginalFrom = cmp.Or(address("rfc822;"+h.Get("Original-Mail-From")), r.OriginalFrom)
	}
}

// header reads one block of fields. At the end of the body what was read still counts.
func header(br *bufio.Reader) (textproto.Header, error) {
	h, err := textproto.ReadHeader(br)
	if err == nil {
		_, err = br.Peek(1)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return h, err
}

// address is what follows the type in "rfc822; ama@example.org".
func address(field string) string {
	_, a, found := strings.Cut(field, ";")
	a = strings.ToLower(strings.Trim(oneLine(a), "<> "))
	if !found || len(a) > 320 || !strings.Contains(a, "@") || strings.Contains(a, " ") {
		return ""
	}
	return a
}
