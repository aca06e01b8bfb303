package market

import (
	"net/url"
	"time"
)

// MayHear lets a partner's keys look after webhooks, and its webhooks be told.
const MayHear Scope = "webhooks"

// Announced is what a webhook is told of.
type Announced string

// What webhooks are told. A listing is named to those who may see it only, and as gone to those only who could.
const (
	ListingChanged     Announced = "listing.changed"     // it is new, or says something else
	ListingGone        Announced = "listing.gone"        // it can no longer be seen
	IntroductionOpened Announced = "introduction.opened" // for a listing that the partner posted, by whose id it is told
	WebhookTest        Announced = "webhook.test"        // somebody pressed the button
)

// AnnouncedTypes are those that one chooses from, in the order in which a form shows them. A test goes to any.
var AnnouncedTypes = []Announced{ListingChanged, ListingGone, IntroductionOpened}

// WebhookState says whether a webhook is told anything.
type WebhookState string

const (
	WebhookLive     WebhookState = "live"
	WebhookDisabled WebhookState = "disabled"
)

// Why a webhook is disabled.
const (
	WebhookFailing = "failing" // nothing was taken for WebhookPatience
	WebhookGone    = "gone"    // its server said 410
)

// Webhook is an address of a partner's that is told what happens.
type Webhook struct {
	ID        ID
	PartnerID ID
	Test      bool // it hears of the sandbox
	URL       string
	Types     []Announced `gorm:"serializer:json"`
	CreatedAt time.Time

	// Secrets are worked out of their ids and the site's own: see partner.Secret. The old one signs beside the new until OldUntil.
	SecretID    ID
	OldSecretID ID
	OldUntil    *time.Time

	State        WebhookState
	Why          string // it is disabled; else empty
	DisabledAt   *time.Time
	FailingSince *time.Time // of the first failure after which nothing was taken
	Failures     int        // in a row
	RestUntil    *time.Time // nothing is sent before

	Lease      ID         // of the courier that is at it
	LeaseUntil *time.Time // machine time; another may take over after it
}

// DeliveryState is how far something to be told has come.
type DeliveryState string

const (
	DeliveryWaits  DeliveryState = "waiting"
	DeliveryDone   DeliveryState = "done"
	DeliveryFailed DeliveryState = "failed" // given up; it can be replayed
	DeliveryPassed DeliveryState = "passed" // something newer about the same thing is told in its place
)

// DeliveryStates in the order in which they are passed through.
var DeliveryStates = []DeliveryState{DeliveryWaits, DeliveryDone, DeliveryFailed, DeliveryPassed}

// Why a delivery was not taken.
const (
	FaultStatus   = "status"   // another status than 2xx
	FaultRedirect = "redirect" // a 3xx, which is not followed
	FaultTimeout  = "timeout"
	FaultTarget   = "target"  // its host name leads nowhere, or to what is not on the open internet
	FaultTLS      = "tls"     // a certificate that does not hold, or no common version
	FaultConnect  = "connect" // nobody listens, or hung up
	FaultDisabled = "disabled"
	FaultEnded    = "ended" // what the partner was granted ended
)

// Delivery is one thing that one webhook is to be told, and what became of it. Its id is the webhook-id of all its attempts.
type Delivery struct {
	ID        ID
	Seq       int64 `gorm:"->"` // the order in which they were made
	WebhookID ID
	Type      Announced
	SubjectID ID
	At        time.Time // when it was made
	State     DeliveryState
	Attempts  int
	DueAt     time.Time
	Until     *time.Time // it is given up; from the first failure on
	BegunAt   *time.Time // of the first attempt
	TriedAt   *time.Time // of the last that ended
	EndedAt   *time.Time
	Status    int    // of the last answer; 0: there was none
	Fault     string // of the last attempt; empty: none
	Excerpt   string // how the last answer began
}

// The limits of webhooks.
const (
	MaxWebhooks     = 10
	MaxWebhookURL   = 500
	WebhookPatience = 3 * 24 * time.Hour // of retries, and of nothing but failures
	SecretOverlap   = 24 * time.Hour     // in which the old secret signs too
	DeliveryKept    = 30 * 24 * time.Hour
	ExcerptSize     = 500 // runes
)

// Live reports whether it is told anything.
func (w Webhook) Live() bool { return w.State == WebhookLive }

// Wants reports whether it is told of a type.
func (w Webhook) Wants(t Announced) bool { return t == WebhookTest || contains(w.Types, t) }

// Validate checks what somebody enters. Where the address may lead is looked at when it is called, and by the sender's rules.
func (w Webhook) Validate() error {
	e := &Invalid{}
	checkText(e, "url", w.URL, 1, MaxWebhookURL)
	if u, err := url.Parse(w.URL); w.URL != "" && (err != nil || !web(u) || u.Fragment != "" || u.Opaque != "") {
		e.Add("url", "webhook_url")
	}
	if len(w.Types) == 0 || !subset(w.Types, AnnouncedTypes) {
		e.Add("types", "choice")
	}
	return e.OrNil()
}
