package market

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Supply is what a partner sends of one listing.
type Supply struct {
	Reference string  `json:"reference"`
	Group     string  `json:"group"` // the partner's reference of the group
	Listing   Listing `json:"listing"`
	Postcode  string  `json:"postcode,omitempty"` // where it is; none: the group's first place
	Link      string  `json:"link,omitempty"`     // the partner's own page about it
}

// Digest tells whether the same was sent again.
func (s Supply) Digest() []byte {
	text, _ := json.Marshal(s) // of strings and numbers: it cannot fail
	sum := sha256.Sum256(text)
	return sum[:]
}

// Validate checks what is not the listing's own; site is that of the partner who sends it.
func (s Supply) Validate(site string) error {
	e := &Invalid{}
	ValidateReference(e, "reference", s.Reference)
	ValidateReference(e, "group_reference", s.Group)
	checkText(e, "postcode", s.Postcode, 0, 60)
	if s.Link != "" && (len(s.Link) > 300 || !below(s.Link, site)) {
		e.Add("link", "link_site", "Site", site)
	}
	return e.OrNil()
}

// below reports whether an address lies on a site, or on one whose name ends in its.
func below(address, site string) bool {
	a, err := url.Parse(address)
	of, wrong := url.Parse(site)
	if err != nil || wrong != nil || !web(a) {
		return false
	}
	host, own := strings.ToLower(a.Hostname()), strings.TrimPrefix(strings.ToLower(of.Hostname()), "www.")
	return host == own || strings.HasSuffix(host, "."+own)
}

// Supplied is a listing as a partner keeps it with us, under its own reference.
type Supplied struct {
	ID        ID
	PartnerID ID
	Test      bool
	Reference string
	MandateID ID
	ListingID ID      // none while it waits for the group's yes
	Said      *Supply `gorm:"serializer:json"` // what was sent, while it waits
	Digest    []byte
	Link      string
	CreatedAt time.Time
	SentAt    time.Time  // when it came last, changed or not
	ClosedAt  *time.Time // by the partner
	StoppedAt *time.Time // paused because nothing came any more, or the group took its yes back
	Shown     *Width     `gorm:"serializer:json"` // how far the partner's last sending left it shown; none: not posted, or not known
	Bound     *Width     `gorm:"serializer:json"` // how far its group chose to have it shown; none: it left that to the partner
}

// Stands names what stands under a reference: what was sent last, and when that was or, if later, when it was closed. store.PlanImport writes
// the same. Nothing, where nothing is there.
func (s Supplied) Stands() []byte {
	if s.ID == "" {
		return nil
	}
	at := s.SentAt
	if s.ClosedAt != nil && s.ClosedAt.After(at) {
		at = *s.ClosedAt
	}
	return binary.BigEndian.AppendUint64(slices.Clone(s.Digest), uint64(at.UnixMicro()))
}

// Width is how far a listing is shown, and whether that may widen by itself.
type Width struct {
	Circle Circle `json:"circle"`
	Widens bool   `json:"widens"`
}

// Width of a listing.
func (l Listing) Width() Width { return Width{l.Circle, l.Widens} }

// Resize is how far a listing is shown after its partner asked for a width: so far, but no further than its group chose. is how
// far it is shown now; where that is not what the last sending left, the group chose it.
func (s *Supplied) Resize(is, asked Width) Width {
	if s.Shown == nil || *s.Shown != is {
		s.Bound = &is
	}
	if s.Bound != nil {
		asked = Width{s.Bound.Circle.Narrower(asked.Circle), s.Bound.Widens && asked.Widens}
	}
	s.Shown = &asked
	return asked
}

// PostedBy says which partner posted a listing.
type PostedBy struct {
	ListingID ID
	PartnerID ID
	Partner   string // its name
	Site      string // its address
	Link      string // its page about the listing, or none
}
