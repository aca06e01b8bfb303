package letterbox

import (
	"context"
	"time"

	"wherewithal/conversation"
	"wherewithal/introduction"
	"wherewithal/mail/inbound"
	"wherewithal/market"
	"wherewithal/telemetry"
)

// message takes what somebody wrote to a masked address.
func (s *session) message(ctx context.Context, m *inbound.Message, raw []byte, now time.Time) (string, error) {
	if err := s.authentic(m); err != nil {
		return "", err
	}
	mail := conversation.Mail{To: s.to.mask, From: m.From[0], Subject: m.Subject, Own: m.Own, ID: m.ID, Answers: m.References, Raw: raw}
	for _, f := range m.Files {
		mail.Files = append(mail.Files, market.MessageFile{Name: f.Name, Type: f.Type, Content: f.Content})
	}
	for _, f := range m.Refused {
		mail.LeftOut = append(mail.LeftOut, f.Name)
	}
	got, err := s.box.Conversations.Receive(ctx, mail, now)
	telemetry.Add(ctx, "introduction", got.IntroductionID)
	return "taken", err
}

// authentic says whether From can be believed: as the server in front of us found, or, where none is named, because the
// envelope says the same.
func (s *session) authentic(m *inbound.Message) error {
	if s.box.AuthServer != "" && !m.Trusted(s.box.AuthServer) {
		return errUnproven
	}
	if s.box.AuthServer == "" && s.from != m.From[0] {
		return errEnvelope
	}
	return nil
}

// reply takes an answer to a letter that asks for a yes or a no.
func (s *session) reply(ctx context.Context, m *inbound.Message, now time.Time) (string, error) {
	said := map[inbound.Answer]market.Answer{inbound.Yes: market.Yes, inbound.No: market.No}[inbound.Said(m.Signed, m.By)]
	telemetry.Add(ctx, "letter", s.to.letter)
	taken, err := s.box.Introductions.AnswerByMail(ctx, introduction.MailReply{Letter: s.to.letter, From: m.From[0],
		Passed: m.Trusted(s.box.AuthServer), Said: said}, now)
	if taken {
		return "answered", err
	}
	return "link sent", err
}
