package sample

import "wherewithal/market"

// theme is one sort of thing that is offered and needed, with the words volunteers use for it.
//
// In the words, {place} is the quarter of town, {n} the number of seats, things or hours, {when} the times ("Thursday
// evenings"), {we} the group ("our choir"), {doing} what it meets for ("rehearsals"). Each text is used once at most.
type theme struct {
	kind   string
	what   string // the fact "what" of skills and equipment; the layout of rooms
	tags   []string
	unit   string // of what is counted; empty for things that are one
	low    int    // the range of {n}
	high   int
	uses   []market.Use // what it is likely to be wanted for
	flags  []string     // facts of a room that it always has
	kilos  int          // weight of one, for equipment
	where  []market.Where
	terms  []market.TermsKind
	offers []words
	needs  []words
}

type words struct{ title, body string }

// themes of all kinds, rooms first.
func themes() []theme {
	all := append(rooms(), skills()...)
	return append(all, equipment()...)
}

var (
	hire    = []market.TermsKind{market.AtCost, market.Shared, market.Gift, market.AtCost}
	favour  = []market.TermsKind{market.Gift, market.Gift, market.Swap, market.AtCost}
	lend    = []market.TermsKind{market.Loan, market.Loan, market.Loan, market.AtCost}
	share   = []market.TermsKind{market.Shared, market.Loan, market.Swap}
	give    = []market.TermsKind{market.Gift}
	here    = []market.Where{market.AtPlace}
	collect = []market.Where{market.Collected, market.Collected, market.Collected, market.Delivered}
	visit   = []market.Where{market.Delivered}
	remote  = []market.Where{market.Online, market.Delivered}
)
