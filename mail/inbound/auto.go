package inbound

import (
	"strings"

	"github.com/emersion/go-message"
)

// automatic says that a machine wrote a mail, by RFC 3834 and by what programs did before it.
func automatic(h *message.Header) bool {
	if auto := first(h, "Auto-Submitted"); auto != "" && auto != "no" {
		return true
	}
	switch first(h, "Precedence") {
	case "bulk", "junk", "list", "auto_reply", "auto-reply":
		return true
	}
	for _, key := range []string{"X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply-From", "List-Id", "List-Unsubscribe", "X-Loop", "Feedback-Id"} {
		if h.Has(key) {
			return true
		}
	}
	if h.Has("Return-Path") && strings.TrimSpace(h.Get("Return-Path")) == "<>" {
		return true
	}
	from := strings.ToLower(h.Get("From"))
	for _, who := range []string{"mailer-daemon@", "postmaster@", "no-reply@", "noreply@", "do-not-reply@", "donotreply@"} {
		if strings.Contains(from, who) {
			return true
		}
	}
	subject := strings.ToLower(strings.TrimSpace(h.Get("Subject")))
	for _, begins := range []string{"automatic reply:", "auto reply:", "autoreply:", "out of office", "out of the office", "réponse automatique", "automatische antwort"} {
		if strings.HasPrefix(subject, begins) {
			return true
		}
	}
	return false
}

// first is a field's first word, lower case: "auto-replied" of "auto-replied; owner-email=…".
func first(h *message.Header, key string) string {
	word, _, _ := strings.Cut(h.Get(key), ";")
	word, _, _ = strings.Cut(strings.TrimSpace(word), " ")
	return strings.ToLower(word)
}
