package mail

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"

	gomail "github.com/wneessen/go-mail"

	"wherewithal/market"
)

// What a failure to send means for the job that called.
var (
	// ErrTemporary: try again later. The server is away, busy, or asked for patience (4xx).
	ErrTemporary = errors.New("the mail could not be sent now")
	// ErrPermanent: trying again will not mend it. The address is bad or the server refused it (5xx).
	ErrPermanent = errors.New("the mail cannot be sent")
	// ErrNoMailbox comes with ErrPermanent: the server knows no such mail box.
	ErrNoMailbox = errors.New("there is no such mail box")
	// ErrReserved: the address lies under .example and this sender reaches a real server. Nothing was sent.
	ErrReserved = errors.New("addresses under .example are never sent to a real server")
	// ErrPaced comes with ErrTemporary, in a market.Later: nothing was tried, since its domain has had its share for now.
	ErrPaced = errors.New("its turn has not come")
	// ErrUnsure comes with ErrTemporary: the line was cut after the whole text and before the server's answer.
	ErrUnsure = errors.New("the server may have taken it")
)

// stranger are answers that speak of us, not of the reader: no password, a wrong one, not encrypted. They mend
// when the operator mends the configuration, and must not cost the mails of that hour.
var stranger = map[int]bool{530: true, 534: true, 535: true, 538: true}

// Answered is the class of a mail server's last word on a mail: its enhanced status ("4.2.2", RFC 3463) where it gave one,
// else its code ("451"). It comes with the errors of Send where a server said anything.
type Answered string

func (a Answered) Error() string { return "answered " + string(a) }

// AnswerOf is what a server said last, as far as Send's outcome tells; "250" when it took the mail, "" when it said nothing.
func AnswerOf(sent error) string {
	if sent == nil {
		return "250"
	}
	var a Answered
	errors.As(sent, &a)
	return string(a)
}

// classify decides by the server's code. Without one the connection broke, and that passes; only what the
// library found wrong with the message itself does not.
func classify(sendError, cause error) error {
	var e *gomail.SendError
	if !errors.As(sendError, &e) && !errors.As(cause, &e) {
		return temporary("sending", cause)
	}
	err := classified(e)
	switch {
	case e.EnhancedStatusCode() != "":
		return fmt.Errorf("%w (%w)", err, Answered(e.EnhancedStatusCode()))
	case e.ErrorCode() > 0:
		return fmt.Errorf("%w (%w)", err, Answered(strconv.Itoa(e.ErrorCode())))
	}
	return err
}

func classified(e *gomail.SendError) error {
	code := e.ErrorCode()
	switch {
	case noMailbox(e):
		return fmt.Errorf("%w; %w: %s", ErrPermanent, ErrNoMailbox, quiet(e))
	case code >= 500 && !stranger[code]:
		return fmt.Errorf("%w: %s: %s", ErrPermanent, e.Reason, quiet(e))
	case e.Reason == gomail.ErrGetSender, e.Reason == gomail.ErrGetRcpts, e.Reason == gomail.ErrNoUnencoded:
		return fmt.Errorf("%w: %s: %s", ErrPermanent, e.Reason, quiet(e))
	case e.Reason == gomail.ErrSMTPDataClose && code == 0:
		return fmt.Errorf("%w; %w: %s", ErrTemporary, ErrUnsure, quiet(e))
	}
	return temporary(e.Reason.String(), e)
}

// noMailbox is a refusal of the recipient that names no other reason: a policy and a block list speak of us, a full mail box passes.
func noMailbox(e *gomail.SendError) bool {
	code, status := e.ErrorCode(), e.EnhancedStatusCode()
	return e.Reason == gomail.ErrSMTPRcptTo && (code == 550 || code == 551 || code == 553) && market.NoMailbox(status, quiet(e))
}

func temporary(during string, cause error) error {
	return fmt.Errorf("%w: %s: %s", ErrTemporary, during, quiet(cause))
}

var anAddress = regexp.MustCompile(`<?[^\s<>,]+@[^\s<>,]+>?`)

// quiet takes the addresses out of a server's words, because errors are logged.
func quiet(err error) string {
	return oneLine(anAddress.ReplaceAllString(err.Error(), "(address)"))
}
