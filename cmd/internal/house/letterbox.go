package house

import (
	"context"

	"wherewithal/letter"
	"wherewithal/queue"
	"wherewithal/telemetry"
	"wherewithal/worker/letterbox"
)

// LetterboxParts take mail that comes in, where one is set up. The listener is opened here, so that a port in use is told.
func (h *House) LetterboxParts(sender letter.Sender) ([]telemetry.Part, error) {
	if h.Config.InboundSMTPAddr == "" {
		return nil, nil
	}
	l, err := Listen(h.Config.InboundSMTPAddr, "INBOUND_SMTP_ADDR")
	if err != nil {
		return nil, err
	}
	box := letterbox.New(letterbox.Options{Addresses: h.addresses(), AuthServer: h.Config.InboundAuthServer, PublicURL: h.Config.PublicURL,
		Conversations: h.Conversations, Introductions: h.Introductions, Letters: h.letters(sender), Clock: h.Clock.Now, Log: h.Log})
	return []telemetry.Part{{Name: "letterbox", Run: func(ctx context.Context) error { return box.Serve(ctx, l, drain) }},
		loop("presence of the letterbox", queue.NewPresence(h.Redis, queue.TakesIn, h.Log).Run)}, nil
}

func (h *House) addresses() letter.Addresses {
	return letter.Addresses{Domain: h.Config.ReplyDomain, Secret: []byte(h.Config.TokenSecret)}
}
