package market

import (
	"strings"
	"time"
)

// The kinds of letters that are a few sentences and one link.
const (
	WelcomeLetter      LetterKind = "welcome" // to whoever gave their name for the first time, once ever
	InvitationLetter   LetterKind = "group_invitation"
	MembershipChanged  LetterKind = "membership_changed" // somebody else gave its reader another role in a group, or took them out
	NewContact         LetterKind = "new_contact"        // another person now looks after an introduction
	EvidenceEnding     LetterKind = "evidence_ending"
	NetworkInvitation  LetterKind = "network_invitation" // networks ask a group to join
	JoinRequest        LetterKind = "join_request"       // groups and networks wait for a network's answer
	ModerationNotice   LetterKind = "moderation_notice"  // something was hidden, and why
	AppealAnswered     LetterKind = "appeal_answered"
	ReportAnswered     LetterKind = "report_answered"     // what came of a report, or the answer to a complaint
	FirstListing       LetterKind = "first_listing"       // a new group's waits for a connector's look
	ReportsWaiting     LetterKind = "reports_waiting"     // to who is to look: how much was reported and waits
	NetworkAnswer      LetterKind = "network_answer"      // a network has let a group in
	NetworkNo          LetterKind = "network_no"          // a network has not let a group in, and why
	NetworkOut         LetterKind = "network_out"         // a network has taken a group out, and why
	InvitationAnswered LetterKind = "invitation_answered" // to who looks after a network: what a group that it invited says
	TieAnswered        LetterKind = "tie_answered"        // to who looks after a network: what another answered it, or ended
	ConnectorRemoved   LetterKind = "connector_removed"   // an operator took a network away from who looked after it, and why
	PartnerAsks        LetterKind = "partner_asks"        // a partner waits for a network's answer
	PartnerAnswer      LetterKind = "partner_answer"      // what was decided about a partner
	WebhookOff         LetterKind = "webhook_off"         // a webhook was disabled
)

// FirstListingName names the letter in which who looks at first listings for a network is told of those of a group, by the one that has
// waited longest: one a day.
func FirstListingName(oldest, network ID, now time.Time) string {
	return strings.Join([]string{string(FirstListing), string(oldest), string(network), now.Format(time.DateOnly)}, ":")
}

// ReadFirstListingName is the network of a FirstListingName; none of another name.
func ReadFirstListingName(name string) (network ID) {
	if parts := strings.Split(name, ":"); len(parts) == 4 && parts[0] == string(FirstListing) {
		network = ID(parts[2])
	}
	return network
}
