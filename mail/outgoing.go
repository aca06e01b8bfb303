package mail

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	netmail "net/mail"
	"regexp"
	"slices"
	"strings"

	gomail "github.com/wneessen/go-mail"
)

// Outgoing is one mail to one person.
type Outgoing struct {
	MessageID   string   // "part@domain", without angle brackets; the same at every try, so that a repeat is recognised
	From        string   // the bare address it comes from; empty: the sender's own
	FromName    string   // the name before it; empty: the sender's own
	Envelope    string   // where mail servers report to; empty: the sender's own address
	To          string   // the bare address
	ToName      string   // may be empty
	ReplyTo     string   // a masked address that answers go to; empty: the sender's own
	Unsubscribe string   // web address that ends mails of this kind by one POST; empty for kinds that cannot be stopped
	References  []string // Message-IDs of the mails before it as this reader has them, oldest first; the last is answered
	Files       []File
	Headers     map[string]string
	Pressing    bool // somebody waits for it at a page: it goes before others to the same domain
	Rendered
}

// File goes along with a mail.
type File struct {
	Name    string
	Type    string // "application/pdf"
	Content []byte
}

var (
	messageID  = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,120}@[A-Za-z0-9.-]{1,120}$`)
	headerName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,60}$`)
)

// ours are the header fields that Outgoing has other places for, or that the sender writes itself.
var ours = []string{"from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "return-path",
	"in-reply-to", "references", "mime-version", "content-type", "content-transfer-encoding", "list-unsubscribe", "list-unsubscribe-post", "auto-submitted"}

// compose makes the message that goes over the wire. What a person may have typed (names, subjects) is flattened
// to one line; what only a program sets (ids, addresses, header fields) is refused when it is not what it should be.
// textIsOut is told whenever the words have been written.
func (o Outgoing) compose(from *netmail.Address, textIsOut func()) (*gomail.Msg, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(&netmail.Address{Name: or(oneLine(o.FromName), from.Name), Address: or(o.From, from.Address)})
	m.EnvelopeFromMailAddress(&netmail.Address{Address: or(o.Envelope, from.Address)})
	m.ToMailAddress(&netmail.Address{Name: oneLine(o.ToName), Address: o.To})
	if o.ReplyTo != "" {
		m.ReplyToMailAddress(&netmail.Address{Address: o.ReplyTo})
	}
	m.SetMessageIDWithValue(o.MessageID)
	m.Subject(oneLine(o.Subject))
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no holiday notice comes back
	o.thread(m)
	o.unsubscribe(m)
	for _, name := range slices.Sorted(maps.Keys(o.Headers)) {
		m.SetGenHeader(gomail.Header(name), o.Headers[name])
	}
	text, _ := encoding(o.Text)
	html, _ := encoding(o.HTML)
	m.SetBodyString(gomail.TypeTextPlain, o.Text, gomail.WithPartEncoding(text))
	m.AddAlternativeWriter(gomail.TypeTextHTML, func(w io.Writer) (int64, error) {
		n, err := io.WriteString(w, o.HTML)
		textIsOut()
		return int64(n), err
	}, gomail.WithPartEncoding(html))
	for _, f := range o.Files {
		if err := m.AttachReader(oneLine(f.Name), bytes.NewReader(f.Content), gomail.WithFileContentType(gomail.ContentType(f.Type))); err != nil {
			return nil, fmt.Errorf("%w: a file cannot be attached", ErrPermanent)
		}
	}
	return m, nil
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// thread says which mail is answered. What is no Message-ID is left out: some came with mails of other programs.
func (o Outgoing) thread(m *gomail.Msg) {
	var ids []string
	for _, id := range o.References {
		if messageID.MatchString(id) {
			ids = append(ids, "<"+id+">")
		}
	}
	if len(ids) == 0 {
		return
	}
	m.SetGenHeader(gomail.HeaderInReplyTo, ids[len(ids)-1])
	m.SetGenHeader(gomail.HeaderReferences, strings.Join(ids, " "))
}

// unsubscribe adds the pair of fields of RFC 8058 by which a mail program ends the mails with one POST.
func (o Outgoing) unsubscribe(m *gomail.Msg) {
	if o.Unsubscribe == "" {
		return
	}
	m.SetListUnsubscribe(o.Unsubscribe)
	m.SetListUnsubscribePost()
}

func (o Outgoing) check() error {
	if !messageID.MatchString(o.MessageID) {
		return fmt.Errorf("%w: not a Message-ID: %.80q", ErrPermanent, o.MessageID)
	}
	if err := checkAddress(o.To); err != nil {
		return err
	}
	for _, address := range []string{o.ReplyTo, o.From, o.Envelope} {
		if address == "" {
			continue
		}
		if err := checkAddress(address); err != nil {
			return err
		}
	}
	if o.Unsubscribe != "" && (checkLink(o.Unsubscribe) != nil || strings.ContainsAny(o.Unsubscribe, "<>, \t\r\n")) {
		return fmt.Errorf("%w: not an address to unsubscribe at: %.80q", ErrPermanent, o.Unsubscribe)
	}
	return o.checkHeaders()
}

func (o Outgoing) checkHeaders() error {
	for name, value := range o.Headers {
		if !headerName.MatchString(name) || slices.Contains(ours, strings.ToLower(name)) {
			return fmt.Errorf("%w: not a header field to set: %.80q", ErrPermanent, name)
		}
		if value != oneLine(value) {
			return fmt.Errorf("%w: header field %s is not one line", ErrPermanent, name)
		}
	}
	return nil
}

// checkAddress takes a bare address only: "Ama <ama@…>", lists, groups, comments and line ends are refused, and
// so are addresses longer than SMTP carries (RFC 5321, 4.5.3.1). The message never repeats the address, because
// it may be logged.
func checkAddress(address string) error {
	parsed, err := netmail.ParseAddress(address)
	if err != nil || parsed.Name != "" || parsed.Address != address || len(address) > 254 || strings.ContainsAny(address, " \t\r\n\"<>") {
		return fmt.Errorf("%w: not a mail address", ErrPermanent)
	}
	return nil
}

// reserved tells whether the address lies under .example, which RFC 2606 keeps from ever existing: the sample's
// people live there.
func reserved(address string) bool {
	host := strings.ToLower(strings.TrimSuffix(address[strings.LastIndexByte(address, '@')+1:], "."))
	return host == "example" || strings.HasSuffix(host, ".example")
}
