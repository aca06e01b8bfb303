package e2e

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wherewithal/mail/mailtest"
)

// inbox is where people read their mails: the hub's own box, or what a mail server took.
type inbox interface {
	// opens waits for a mail, follows the link in it that holds href, and returns what the mail says, its address
	// lines included. An empty address stands for anyone's.
	opens(p person, to, subject, href string) string
	reads(p person, to, subject string) string
}

// devMail opens each mail once, as smtpMail does.
type devMail struct{ opened map[string]bool } // by address of the page

func (d devMail) reads(p person, to, subject string) string {
	p.t.Helper()
	return p.do(order{Do: "mail", URL: p.site.at() + "/dev/mail", To: to, Value: subject, Skip: slices.Collect(maps.Keys(d.opened))}).Text
}

func (d devMail) opens(p person, to, subject, href string) string {
	p.t.Helper()
	text := d.reads(p, to, subject)
	d.opened[p.path()] = true
	p.follows(href)
	return text
}

// smtpMail opens each mail once: a second link to sign in is in a second mail.
type smtpMail struct {
	t      *testing.T
	server *mailtest.Server
	opened map[string]bool // by Message-ID
}

func (m smtpMail) find(to, subject string) mailtest.Mail {
	m.t.Helper()
	return m.server.Wait(m.t, func(one mailtest.Mail) bool {
		return !m.opened[one.MessageID] && (to == "" || one.Rcpt == to) && strings.Contains(one.Subject, subject)
	})
}

func (m smtpMail) reads(_ person, to, subject string) string {
	one := m.find(to, subject)
	return "To " + one.Rcpt + "\n" + one.Text
}

var link = regexp.MustCompile(`https?://\S+`)

func (m smtpMail) opens(p person, to, subject, href string) string {
	p.t.Helper()
	one := m.find(to, subject)
	m.opened[one.MessageID] = true
	p.do(order{Do: "go", URL: only(link.FindAllString(one.Text, -1), href)[0]})
	return one.Text
}
