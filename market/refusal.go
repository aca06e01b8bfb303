package market

import (
	"regexp"
	"slices"
)

// What statuses of a refusal for good say (RFC 3463, 3.2 and 3.3; 5.1.10 is RFC 7505): that there is no such mail box, or nothing.
var (
	noMailbox = []string{"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}
	noReason  = []string{"", "5", "5.0.0", "5.1.0"} // what a relay makes of an answer that gave none
)

// ofSender are words of refusals that speak of who sent a mail, or of the mail: block lists, policies, limits.
var ofSender = regexp.MustCompile(`(?i)black ?-?list|block ?-?list|\bblocked\b|\bbanned\b|\bspam|\b(?:dns)?[br]bl\b|reputation|\bpolic(?:y|ies)\b|` +
	`\b(?:spf|dkim|dmarc|helo|ehlo|ptr|rdns)\b|reverse dns|\bsenders?\b|\brelay|\brate\b|\blimit|too many|\bvirus|\bcontent\b|` +
	`not authori[sz]ed|authenticat|\byour (?:ip|server|host|network|domain|message|mail|e-?mail)\b`)

// NoMailbox reports whether a refusal for good says that there is no such mail box, by its enhanced status ("" where the server
// gave none) and its words. Where the status names no reason the words decide.
func NoMailbox(status, words string) bool {
	return slices.Contains(noMailbox, status) || slices.Contains(noReason, status) && !ofSender.MatchString(words)
}
