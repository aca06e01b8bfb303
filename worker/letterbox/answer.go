package letterbox

import (
	"context"
	"errors"

	"github.com/emersion/go-smtp"

	"wherewithal/conversation"
	"wherewithal/mail/inbound"
	"wherewithal/market"
	"wherewithal/telemetry"
	"wherewithal/wording"
)

// What the door itself refuses.
var (
	errDoubtful = errors.New("it looks like a program's or a mailing service's")
	errFrom     = errors.New("not from one person")
	errUnproven = errors.New("nobody vouches for its sender")
	errEnvelope = errors.New("from another address than its envelope")
	errNoReport = errors.New("not a report")
)

// answers are what is said to the other server: the code, its class by RFC 3463, and which sentence of the catalogue.
var answers = []struct {
	err      error
	code     int
	enhanced smtp.EnhancedCode
	key      string
}{
	{market.ErrNotFound, 550, smtp.EnhancedCode{5, 1, 1}, "nobody"},
	{market.ErrGone, 550, smtp.EnhancedCode{5, 2, 1}, "over"},
	{market.ErrWrongState, 550, smtp.EnhancedCode{5, 2, 1}, "stopped"},
	{conversation.ErrNotWriter, 550, smtp.EnhancedCode{5, 7, 1}, "not_writer"},
	{conversation.ErrNothing, 554, smtp.EnhancedCode{5, 6, 0}, "nothing"},
	{conversation.ErrTooLong, 552, smtp.EnhancedCode{5, 3, 4}, "long"},
	{conversation.ErrNoReader, 550, smtp.EnhancedCode{5, 1, 1}, "no_reader"},
	{errDoubtful, 550, smtp.EnhancedCode{5, 7, 1}, "doubtful"},
	{errFrom, 550, smtp.EnhancedCode{5, 7, 1}, "from"},
	{errUnproven, 550, smtp.EnhancedCode{5, 7, 1}, "unproven"},
	{errEnvelope, 550, smtp.EnhancedCode{5, 7, 1}, "envelope"},
	{errNoReport, 550, smtp.EnhancedCode{5, 7, 1}, "no_report"},
	{inbound.ErrNotMail, 554, smtp.EnhancedCode{5, 6, 0}, "not_mail"},
	{inbound.ErrTooMany, 554, smtp.EnhancedCode{5, 6, 0}, "parts"},
	{inbound.ErrTooBig, 552, smtp.EnhancedCode{5, 3, 4}, "big"},
	{market.ErrTooMany, 451, smtp.EnhancedCode{4, 7, 1}, "often"},
}

// answer turns an error into what is said to the other server. What is not known for certain to stay wrong is worth
// another try: 451.
func (b *Box) answer(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	for _, a := range answers {
		if errors.Is(err, a.err) && !errors.Is(err, market.ErrUnavailable) {
			return refuse(a.code, a.enhanced, a.key, "Site", b.PublicURL)
		}
	}
	telemetry.Fail(ctx, err)
	return refuse(451, smtp.EnhancedCode{4, 3, 0}, "later")
}

// refuse says a sentence of the catalogue, which is plain ASCII: most servers read nothing else.
func refuse(code int, enhanced smtp.EnhancedCode, key string, pairs ...string) error {
	data := map[string]any{"Site": ""}
	for i := 0; i+1 < len(pairs); i += 2 {
		data[pairs[i]] = pairs[i+1]
	}
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: wording.Text(wording.Default, "letterbox."+key, data)}
}

// told is the outcome for the log.
func told(outcome string, answer error) string {
	var said *smtp.SMTPError
	if !errors.As(answer, &said) {
		return outcome
	}
	if said.Temporary() {
		return "later"
	}
	return "refused"
}
