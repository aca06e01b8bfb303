package market

import "time"

// Dealings are what two groups have to do with each other, beside their introduction.
type Dealings struct {
	Exchange Exchange // the introduction's; zero: there is none
	Apart    bool     // one keeps the other apart, or moderation took it away
	Closed   bool     // one of them has closed
}

// TitleTold is what the far side's listing may be called to the near one, on a page, in a list, to a program and in a mail alike: of an
// introduction that is past, when nothing else of it is told, as TitleKept has it, which may be empty; else as it is called now.
func (d Dealings) TitleTold(in Introduction, far Listing, now time.Time) (title string, past bool) {
	if !in.Past(d, now) {
		return far.Title, false
	}
	return d.Exchange.TitleKept(in, far, d.Apart), true
}
