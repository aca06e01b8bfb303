package mail

import (
	"time"

	"wherewithal/market"
	"wherewithal/wording"
)

// SignIn carries the link that signs a person in. It has no unsubscribe link: it is sent only on request.
type SignIn struct {
	Link      string
	Minutes   int       // how long the link works
	AskedFrom string    // the device, in words: "Firefox on Android"; may be empty
	AskedAt   time.Time // in the time zone to show
}

func (SignIn) Name() string { return string(market.SignInLetter) }

func (m SignIn) letter(w words) letter {
	l := w.new("sign_in", nil)
	l.Opening = []string{w.say("sign_in.opening", map[string]any{"Count": m.Minutes})}
	l.Facts = []fact{{Label: w.say("sign_in.when", nil), Value: wording.DateTime(w.lang, m.AskedAt)}}
	if m.AskedFrom != "" {
		l.Facts = append(l.Facts, fact{Label: w.say("sign_in.device", nil), Value: wording.Device(w.lang, m.AskedFrom)})
	}
	l.Action = w.action("sign_in.action", m.Link)
	l.Closing = []string{w.say("sign_in.next", nil), w.say("sign_in.not_you", nil)}
	return l
}
