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

var (
	// sender are words of refusals about who sent a mail, or about the mail: block lists, policies, limits.
	sender = regexp.MustCompile(`(?i)black ?-?list|block ?-?list|\bblocked\b|\bbanned\b|\bspam|\b(?:dns)?[br]bl\b|\bis listed\b|reputation|\bpolic(?:y|ies)\b|` +
		`\b(?:spf|dkim|dmarc|helo|ehlo|ptr|rdns)\b|reverse dns|\bsenders?\b|\brelay(?:ing)?\b|\brate\b|\blimit|too many|\bvirus|\bjunk\b|\bcontent\b|` +
		`prohibit|access denied|message (?:was )?re(?:jected|fused)|not authori[sz]ed|authenticat|\byour (?:ip|server|host|network|domain)\b`)

	// missing are words of refusals for want of a mail box.
	missing = regexp.MustCompile(`(?i)\bno such (?:user|person|recipient|mail ?box|address|account|local)|\b(?:unknown|invalid|non-?existent) (?:user|recipient|mail ?box|address|account)|` +
		`\b(?:user|recipient|mail ?box|address|account)\b.{0,60}\b(?:unknown|not (?:found|known|exist|valid|recognised|recognized)|does(?: not|n't) exist|disabled|inactive|invalid|closed|suspended|no longer)\b|` +
		`unrouteable|unroutable|\bno mail ?box\b|address rejected|not our customer`)
)

// OfSender reports whether the words of a refusal speak of who sent a mail, or of the mail, and not of its reader's mail box.
func OfSender(words string) bool { return sender.MatchString(words) && !missing.MatchString(words) }

// NoMailbox reports whether a refusal for good says that there is no such mail box, by its enhanced status ("" where the server
// gave none) and, where that names no reason, by its words.
func NoMailbox(status, words string) bool {
	return slices.Contains(noMailbox, status) || NamesNoReason(status) && missing.MatchString(words) && !ofSenderAlone.MatchString(words)
}

// ofSenderAlone is a mail box that is missing too, but that of who sent the mail.
var ofSenderAlone = regexp.MustCompile(`(?i)\bsenders?\b`)

// NamesNoReason reports whether an enhanced status of a refusal for good says no more than that.
func NamesNoReason(status string) bool { return slices.Contains(noReason, status) }
