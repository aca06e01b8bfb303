package market

import (
	"net/mail"
	"strings"
	"time"
)

// Person is someone who signs in and acts for groups.
type Person struct {
	ID        ID
	Address   string // mail address, lower case; known to nobody but the person
	Name      string // shown to the other side once connected; "" until first asked
	Language  string
	Zone      string
	Operator  bool
	Bounced   bool // the last mails to Address came back
	CreatedAt time.Time
	ErasedAt  *time.Time

	AddressSince *time.Time // since when mail goes to Address; nil: always

	Digest    Rhythm
	DigestDue *time.Time // when the next digest is due; nil: not worked out yet
	DigestAt  *time.Time // when it was last seen what there is to say

	Lowered // what they get at most, of requests any group that they answer for
}

// NormalAddress reads a mail address as typed. The local part keeps its meaning but not its case: nobody has two
// mailboxes that differ by case, and people type capitals on phones.
func NormalAddress(s string) (string, error) {
	s = strings.TrimSpace(s)
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 || strings.ContainsAny(s, "\r\n\x00\" ") || !strings.Contains(s[strings.LastIndex(s, "@")+1:], ".") {
		return "", Refuse("address", "address")
	}
	return strings.ToLower(s), nil
}

// ValidateName checks a person's own name.
func (p Person) ValidateName() error {
	e := &Invalid{}
	checkText(e, "name", p.Name, 1, 80)
	checkNoContact(e, "name", p.Name)
	return e.OrNil()
}

// Zones are the time zones that a person can choose, as the IANA names them: where people who help a group here may be.
var Zones = []string{"Europe/London", "Europe/Dublin", "Europe/Lisbon", "Europe/Paris", "Europe/Berlin", "Europe/Warsaw", "Europe/Athens",
	"Europe/Kyiv", "Europe/Istanbul", "Africa/Lagos", "Africa/Accra", "Africa/Nairobi", "Africa/Johannesburg", "Africa/Mogadishu",
	"Asia/Dubai", "Asia/Karachi", "Asia/Kolkata", "Asia/Dhaka", "Asia/Hong_Kong", "Asia/Manila", "Australia/Sydney",
	"America/New_York", "America/Jamaica", "America/Bogota", "America/Sao_Paulo", "America/Los_Angeles", "UTC"}

// ValidateZone checks a time zone that a form named.
func ValidateZone(zone string) error {
	if !contains(Zones, zone) {
		return Refuse("zone", "choice")
	}
	return nil
}

// Block keeps two groups apart, both ways: no match, no introduction, no message.
type Block struct {
	GroupID   ID // who blocked
	BlockedID ID
	CreatedAt time.Time
}

// Report is what somebody, signed in or not, told us is wrong with a listing, a photo, a group, a message or the site.
type Report struct {
	ID        ID
	Subject   string // "listing", "photo", "group", "message", "network", "site"
	SubjectID ID
	Reason    string // one of ReportReasons
	Words     string
	PersonID  ID     // none when signed out
	Address   string // where to answer whoever was signed out and wants to hear; operators read it, and nobody else
	CreatedAt time.Time
	HandledAt *time.Time
}

// Number is the end of its id, the random part, which is enough to find it by and short enough to read out.
func (r Report) Number() string {
	s := strings.ReplaceAll(string(r.ID), "-", "")
	return strings.ToUpper(s[max(0, len(s)-8):])
}

// ReportReasons are the choices of the report form; the catalogue words them.
var ReportReasons = []string{"wrong", "unsafe", "unlawful", "spam", "personal", "another"}

// Validate checks a report.
func (r Report) Validate() error {
	e := &Invalid{}
	if !contains(ReportReasons, r.Reason) {
		e.Add("reason", "choice")
	}
	checkText(e, "words", r.Words, 0, 2000)
	if r.Address != "" {
		if _, err := NormalAddress(r.Address); err != nil {
			e.Add("address", "address")
		}
	}
	return e.OrNil()
}
