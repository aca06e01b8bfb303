package inbound

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"regexp"
	"strings"

	"github.com/emersion/go-message/textproto"

	"wherewithal/market"
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
	Status       string // RFC 3463, such as "5.1.1"; may be empty; 5.7.0 where it named no reason and the words speak of us
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
	br := bufio.NewReader(fieldsOf(body))
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

// ofPolicy is the status that a refusal should have had whose words speak of us (RFC 3463, 3.8).
const ofPolicy = "5.7.0"

func (r *Report) recipient(h *textproto.Header, action string) {
	status, _, _ := strings.Cut(strings.TrimSpace(h.Get("Status")), " ")
	fate := fateOf(strings.ToLower(strings.TrimSpace(action)), status, h.Get("Diagnostic-Code"))
	if fate < r.Fate || fate == r.Fate && r.Recipient != "" {
		return
	}
	if fate == Soft && market.NamesNoReason(status) && market.OfSender(h.Get("Diagnostic-Code")) {
		status = ofPolicy
	}
	r.Fate, r.Status = fate, status
	r.Recipient = address(h.Get("Final-Recipient"))
	if original := address(h.Get("Original-Recipient")); original != "" {
		r.Recipient = original
	}
}

// fateOf reads the action, the status and what the server said. Hard is only that there is no such mail box: a full one (x.2.2), a
// mail too big (x.3.4), a busy system, and what speaks of us or of this mail (x.1.7, x.1.8, x.6.x, x.7.x) are soft though the
// server gave up. A server that still tries ("delayed") tells no fate yet.
func fateOf(action, status, said string) Fate {
	switch {
	case action == "delivered" || action == "relayed" || action == "expanded":
		return Delivered
	case action != "failed":
		return Unknown
	case strings.HasPrefix(status, "5") && market.NoMailbox(status, said):
		return Hard
	}
	return Soft
}

func (r *Report) feedback(body io.Reader) {
	h, _ := header(bufio.NewReader(fieldsOf(body)))
	switch strings.ToLower(strings.TrimSpace(h.Get("Feedback-Type"))) {
	case "abuse", "fraud", "opt-out", "opt-out-list":
		r.Fate = Complained
		r.Recipient = address("rfc822;" + h.Get("Original-Rcpt-To"))
		r.OriginalFrom = cmp.Or(address("rfc822;"+h.Get("Original-Mail-From")), r.OriginalFrom)
	}
}

// fieldName is how a field begins (RFC 5322, 2.2).
var fieldName = regexp.MustCompile(`^[!-9;-~]+:`)

// fieldsOf has the lines that begin no field belong to what a server said, as if they were folded, and leaves them out elsewhere: some
// servers write such lines, and one of them would end the reading.
func fieldsOf(body io.Reader) io.Reader {
	text, _ := io.ReadAll(body) // what came counts
	var out bytes.Buffer
	open, said := false, false
	for line := range bytes.Lines(text) {
		switch folded := line[0] == ' ' || line[0] == '\t'; {
		case len(bytes.TrimSpace(line)) == 0:
			open, said = false, false
		case fieldName.Match(line):
			open, said = true, len(line) > len(diagnostic) && bytes.EqualFold(line[:len(diagnostic)], []byte(diagnostic))
		case folded && open:
		case said:
			out.WriteByte(' ')
		default:
			continue
		}
		out.Write(line)
	}
	return &out
}

const diagnostic = "Diagnostic-Code:"

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
