// Package inbound reads mail that people and mail servers send to us: what the writer said, cut from what was quoted,
// whether a machine wrote it, and what a server reports of mail of ours.
//
// It promises that no mail makes it crash, hang or hold more than its limits, and that what it cannot read with
// certainty is said to be unread, never guessed. It knows nothing of introductions, addresses of ours or people, and
// it opens no attachment.
package inbound

import (
	"errors"
	"io"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // bodies come in every charset there is
	"github.com/emersion/go-message/mail"
)

// Errors of Read. Each is final: the same mail fails the same way again.
var (
	ErrNotMail = errors.New("inbound: not a mail")
	ErrTooBig  = errors.New("inbound: the mail is too big")
	ErrTooMany = errors.New("inbound: the mail has too many parts, or parts too deep in parts")
)

// Limits of what is read. People's mails stay far below them; what does not is refused whole.
const (
	MaxBytes   = 15 << 20 // a 10 MiB photo, encoded for mail
	maxHeader  = 256 << 10
	maxParts   = 100
	maxDepth   = 8
	maxText    = 1 << 20 // of one text part
	maxAddress = 50      // addresses read from one field
)

// Message is a mail as far as we use it.
type Message struct {
	By         string   // what the one writer is called in From: the name, and what stands before the @
	From       []string // bare addresses, lower case; none where the mail has several From fields
	To         []string // of To and Cc
	Subject    string
	ID         string   // Message-ID without brackets; may be empty
	References []string // Message-IDs it answers, oldest first, In-Reply-To last

	Own      string // what the writer wrote in plain text: no quotes, no signature; may be empty
	Signed   string // the same with what only looks like a signature: an answer is read from it
	Whole    string // all of its text
	Files    []File // attachments that may be passed on
	Refused  []File // attachments that may not, without their content
	Machine  bool   // a program wrote it (RFC 3834): drop it, and never answer
	Doubtful bool   // it may be a program's, a mailing service's or a list's: never answer it
	Report   *Report
	Results  []string // Authentication-Results fields, topmost first, unread: see Trusted
}

// Read reads a mail. Safe for concurrent use.
func Read(r io.Reader) (*Message, error) {
	capped := &io.LimitedReader{R: r, N: MaxBytes + 1}
	entity, err := message.ReadWithOptions(capped, &message.ReadOptions{MaxHeaderBytes: maxHeader})
	if entity == nil || (err != nil && !readable(err)) {
		return nil, ErrNotMail
	}
	m := headed(mail.Header{Header: entity.Header})
	w := walk{message: m}
	err = w.part(entity, 0)
	if capped.N <= 0 {
		return nil, ErrTooBig
	}
	if err != nil {
		return nil, err
	}
	m.Whole = w.text()
	theirs := m.Whole
	if w.html.Len() > 0 && w.plain.Len() == 0 {
		theirs = htmlText(w.html.String(), true)
	}
	m.Own, m.Signed = Own(theirs, m.By), Signed(theirs)
	m.Machine = machine(&entity.Header) || m.Report != nil
	m.Doubtful = doubtful(&entity.Header)
	return m, nil
}

// readable are the faults that leave a body to read: a charset or an encoding nobody knows is taken as it comes.
func readable(err error) bool {
	return message.IsUnknownCharset(err) || message.IsUnknownEncoding(err)
}

func headed(h mail.Header) *Message {
	m := &Message{
		From: addresses(&h, "From"),
		To:   append(addresses(&h, "To"), addresses(&h, "Cc")...),
		ID:   identity(h.Get("Message-Id")),
	}
	if fields := h.FieldsByKey("From"); fields.Len() > 1 {
		m.From = nil // programs show one or the other
	}
	m.By = writer(&h, m.From)
	if m.Subject, _ = h.Subject(); m.Subject == "" {
		m.Subject = h.Get("Subject")
	}
	m.Subject = oneLine(m.Subject)
	for _, field := range []string{"References", "In-Reply-To"} {
		for _, id := range strings.Fields(h.Get(field)) {
			if id = identity(id); id != "" && len(m.References) < maxAddress {
				m.References = append(m.References, id)
			}
		}
	}
	for fields := h.FieldsByKey("Authentication-Results"); fields.Next() && len(m.Results) < maxAddress; {
		m.Results = append(m.Results, oneLine(fields.Value()))
	}
	return m
}

// writer is what the one writer of a mail is called.
func writer(h *mail.Header, from []string) string {
	list, err := h.AddressList("From")
	if err != nil || len(from) != 1 {
		return ""
	}
	local, _, _ := strings.Cut(from[0], "@")
	return oneLine(list[0].Name + " " + local)
}

func addresses(h *mail.Header, field string) []string {
	list, err := h.AddressList(field)
	if err != nil || len(list) > maxAddress {
		return nil
	}
	var all []string
	for _, a := range list {
		all = append(all, strings.ToLower(oneLine(a.Address)))
	}
	return all
}

// identity is a Message-ID as it may stand in a field of ours: printable ASCII, no brackets, no space.
func identity(id string) string {
	id = strings.Trim(strings.TrimSpace(id), "<>")
	if len(id) > 250 || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '<' || r == '>' }) {
		return ""
	}
	return id
}

// oneLine keeps a field's text from starting another field.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}
