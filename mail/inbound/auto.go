package inbound

import (
	"strings"

	"github.com/emersion/go-message"
)

// machine says that no person wrote a mail, by RFC 3834 and by the fields that only programs set. Such a mail is dropped
// without a word: an answer would only meet another machine.
func machine(h *message.Header) bool {
	if auto := first(h, "Auto-Submitted"); auto != "" && auto != "no" {
		return true
	}
	switch first(h, "Precedence") {
	case "bulk", "junk", "auto_reply", "auto-reply":
		return true
	}
	for _, key := range []string{"X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply-From"} {
		if h.Has(key) {
			return true
		}
	}
	return h.Has("Return-Path") && strings.TrimSpace(h.Get("Return-Path")) == "<>"
}

// doubtful says that a mail bears a mark of machines that a person's mail may bear too: a mailing service's, a list's, a
// holiday notice's subject. Dropped without a word, such a mail could be somebody's, so its sender is told.
func doubtful(h *message.Header) bool {
	if first(h, "Precedence") == "list" {
		return true
	}
	for _, key := range []string{"List-Id", "List-Unsubscribe", "X-Loop", "Feedback-Id"} {
		if h.Has(key) {
			return true
		}
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
