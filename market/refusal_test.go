package market

import "testing"

func TestARefusalThatSpeaksOfTheSenderIsNoMissingMailBox(t *testing.T) {
	for _, c := range []struct {
		status, words string
		want          bool
	}{
		{"5.1.1", "The email account that you tried to reach does not exist", true},
		{"5.1.1", "blocked", true}, // the status says it
		{"5.1.10", "Recipient not found by SMTP address lookup", true},
		{"5.2.1", "mailbox disabled, not accepting messages", true},
		{"", "no such user here", true},
		{"5.0.0", "smtp; 550 Unrouteable address", true},
		{"5.1.0", "smtp; 550 5.1.0 Address rejected", true},
		{"", "554 30 Sorry, your message to (address) cannot be delivered. This mailbox is disabled (554.30).", true},
		{"", "550 mx-relay1.example.org: no such user", true},
		{"5.0.0", "smtp; 550 User unknown", true},
		{"", "203.0.113.7 is in a black list at zen.example", false},
		{"", "550 (203.0.113.7) is listed at list.example", false},
		{"5.0.0", "smtp; 550 rejected because 203.0.113.7 is in an RBL", false},
		{"5.0.0", "smtp; 550 Sender verify failed: no such user", false},
		{"5.1.0", "smtp; 550 5.1.0 sender denied", false},
		{"", "message refused by local policy", false},
		{"", "your IP has been blocked", false},
		{"", "550 Administrative prohibition", false},
		{"", "550 Access denied", false},
		{"", "550 Message rejected", false},
		{"", "554 rejected as junk", false},
		{"", "550 Requested action not taken: mailbox unavailable", false}, // said of policies too (RFC 5321, 4.2.3)
		{"5.0.0", "554 5.0.0 Service unavailable", false},
		{"5.0.0", "", false},
		{"5.1.8", "Access denied, bad outbound sender", false},
		{"5.1.7", "Bad sender's mailbox address syntax", false},
		{"5.1.90", "Your message can't be sent because you've reached your daily limit", false},
		{"5.2.2", "mailbox full", false},
		{"5.5.2", "syntax error", false},
		{"5.6.0", "malformed", false},
		{"5.7.1", "no such user", false},
	} {
		if got := NoMailbox(c.status, c.words); got != c.want {
			t.Errorf("NoMailbox(%q, %q) = %v", c.status, c.words, got)
		}
	}
}
