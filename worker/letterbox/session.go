package letterbox

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"wherewithal/letter"
	"wherewithal/mail/inbound"
	"wherewithal/market"
	"wherewithal/telemetry"
)

// session is one connection.
type session struct {
	box   *Box
	mails int
	from  string // of the envelope, lower case; empty for what servers write
	to    target
}

// target is whom a mail is for: a masked address, a letter and a use, or nobody but who counts complaints.
type target struct {
	mask     string
	use      letter.Use
	letter   market.ID
	feedback bool
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.mails++; s.mails > maxMails {
		return refuse(421, smtp.EnhancedCode{4, 7, 0}, "often")
	}
	s.from = strings.ToLower(strings.TrimSpace(from))
	return nil
}

// Rcpt refuses what reaches nobody before its text is sent.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	ctx, cancel := context.WithTimeout(context.Background(), workWithin)
	defer cancel()
	local, domain, _ := strings.Cut(strings.ToLower(strings.TrimSpace(to)), "@")
	if domain != s.box.Addresses.Domain {
		return refuse(550, smtp.EnhancedCode{5, 7, 1}, "elsewhere")
	}
	if s.box.Addresses.Feedback(local) {
		s.to = target{feedback: true}
		return nil
	}
	use, id, err := s.box.Addresses.Read(local)
	if err == nil {
		s.to = target{use: use, letter: id}
		return nil
	}
	s.to = target{mask: local}
	return s.box.answer(ctx, s.box.Conversations.Reachable(ctx, local, s.box.Clock()))
}

// Data says 250 when all that follows from the mail is kept.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if said := (*smtp.SMTPError)(nil); errors.As(err, &said) || errors.Is(err, smtp.ErrTooLongLine) {
		return err // too big, and so it will be again: go-smtp has the words
	}
	if err != nil { // cut in the middle: the whole may come yet
		return refuse(451, smtp.EnhancedCode{4, 3, 0}, "later")
	}
	ctx, cancel := context.WithTimeout(context.Background(), workWithin)
	defer cancel()
	ctx, wide := telemetry.With(ctx)
	outcome, err := s.take(ctx, raw)
	answer := s.box.answer(ctx, err)
	for _, a := range []slog.Attr{slog.String("use", s.usage()), slog.Int("bytes", len(raw)), slog.String("outcome", told(outcome, answer))} {
		telemetry.Add(ctx, a.Key, a.Value)
	}
	wide.Log(s.box.Log, "mail in")
	return answer
}

func (s *session) usage() string {
	switch {
	case s.to.mask != "":
		return "conversation"
	case s.to.feedback:
		return "complaint"
	}
	return map[letter.Use]string{letter.Bounces: "report", letter.Replies: "reply"}[s.to.use]
}

// take reads the mail and hands it to its use case.
func (s *session) take(ctx context.Context, raw []byte) (outcome string, err error) {
	m, err := inbound.Read(strings.NewReader(string(raw)))
	if err != nil {
		return "", err
	}
	now := s.box.Clock()
	switch {
	case s.to.use == letter.Bounces:
		return s.report(ctx, m, now)
	case s.to.feedback:
		return s.complaint(ctx, m, now)
	case m.Machine || s.from == "":
		return "dropped", nil
	case m.Doubtful:
		return "", errDoubtful
	case len(m.From) != 1:
		return "", errFrom
	}
	if s.to.use == letter.Replies {
		return s.reply(ctx, m, now)
	}
	return s.message(ctx, m, raw, now)
}

func (s *session) Reset()        { s.from, s.to = "", target{} }
func (s *session) Logout() error { return nil }

// report takes what a server tells. A holiday notice goes where reports go too (RFC 3834): it is dropped.
func (s *session) report(ctx context.Context, m *inbound.Message, now time.Time) (string, error) {
	if m.Report == nil && (m.Machine || s.from == "") {
		return "dropped", nil
	}
	if m.Report == nil {
		return "", errNoReport
	}
	fate, known := map[inbound.Fate]market.Fate{inbound.Soft: market.SoftBounce, inbound.Hard: market.HardBounce,
		inbound.Complained: market.Complaint}[m.Report.Fate]
	if !known {
		return "dropped", nil
	}
	telemetry.Add(ctx, "letter", s.to.letter)
	return string(fate), s.box.Letters.Came(ctx, s.to.letter, fate, m.Report.Recipient, m.Report.Status, now)
}

// complaint takes a report of a feedback loop, which comes to one address whatever letter it is about: the report says
// which. Where a server in front of us is believed, it must vouch for the provider. A complaint about no letter of ours is
// dropped, as is all else that machines write here: nothing they are told would mend it.
func (s *session) complaint(ctx context.Context, m *inbound.Message, now time.Time) (string, error) {
	switch {
	case m.Report == nil:
		return s.report(ctx, m, now)
	case m.Report.Fate != inbound.Complained:
		return "dropped", nil
	}
	if s.box.AuthServer != "" && !m.Trusted(s.box.AuthServer) {
		return "", errUnproven
	}
	about, err := s.box.Letters.About(ctx, m.Report.OriginalFrom, m.Report.OriginalID)
	if err != nil || about == "" {
		return "dropped", err
	}
	s.to.letter = about
	return s.report(ctx, m, now)
}
