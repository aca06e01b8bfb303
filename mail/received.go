package mail

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // so that mails in other charsets than UTF-8 can be read
	gomessage "github.com/emersion/go-message/mail"
)

// Received is a mail as a reader would see it.
type Received struct {
	From      string // "Name <address>" as the header says it
	To        string
	Subject   string
	MessageID string // without its angle brackets
	Text      string // the first text/plain part, lines ended by \n
	HTML      string // the first text/html part
	Headers   map[string][]string
	Files     []File // in their order
}

// Parse reads a mail as it came over the wire.
func Parse(raw []byte) (Received, error) {
	r, err := gomessage.CreateReader(bytes.NewReader(raw))
	if err != nil && !message.IsUnknownCharset(err) {
		return Received{}, fmt.Errorf("parse a mail: %w", err)
	}
	defer r.Close()
	got := Received{Headers: r.Header.Map()}
	got.From = addresses(&r.Header, "From")
	got.To = addresses(&r.Header, "To")
	got.Subject, _ = r.Header.Subject() // an unreadable charset still gives the words that can be read
	got.MessageID, _ = r.Header.MessageID()
	return got, got.parts(r)
}

func addresses(h *gomessage.Header, field string) string {
	list, err := h.AddressList(field)
	if err != nil || len(list) == 0 {
		return h.Get(field)
	}
	said := ""
	for i, a := range list {
		if i > 0 {
			said += ", "
		}
		if a.Name == "" {
			said += a.Address
			continue
		}
		said += a.Name + " <" + a.Address + ">"
	}
	return said
}

func (m *Received) parts(r *gomessage.Reader) error {
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !message.IsUnknownCharset(err) {
			return fmt.Errorf("parse a part of a mail: %w", err)
		}
		switch h := part.Header.(type) {
		case *gomessage.InlineHeader:
			err = m.keep(h, part.Body)
		case *gomessage.AttachmentHeader:
			err = m.keepFile(h, part.Body)
		}
		if err != nil {
			return err
		}
	}
}

func (m *Received) keepFile(h *gomessage.AttachmentHeader, body io.Reader) error {
	content, err := io.ReadAll(body)
	if err != nil {
		return fmt.Errorf("read a file of a mail: %w", err)
	}
	name, _ := h.Filename()
	m.Files = append(m.Files, File{Name: name, Type: h.Get("Content-Type"), Content: content})
	return nil
}

func (m *Received) keep(h *gomessage.InlineHeader, body io.Reader) error {
	kind, _, err := h.ContentType()
	if err != nil {
		kind = "text/plain"
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return fmt.Errorf("read a part of a mail: %w", err)
	}
	lines := strings.ReplaceAll(string(text), "\r\n", "\n")
	switch {
	case kind == "text/plain" && m.Text == "":
		m.Text = lines
	case kind == "text/html" && m.HTML == "":
		m.HTML = lines
	}
	return nil
}
