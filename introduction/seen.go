package introduction

import "wherewithal/market"

// Seen is what somebody had before them who answers, a page or a letter. The zero value says nothing of that.
type Seen struct {
	Side market.Side    // which it asked; "": the one whose turn it is
	Had  *market.Answer // what that side had said by then; nil: whatever it was
}

// sideFor is the side that was asked, where the viewer may answer for it. One who acts for both groups, and does not say for which,
// answers for the side whose turn it is; market.ErrRepeated where they said just that for the other when it was that one's.
func (seen Seen) sideFor(v market.Viewer, in market.Introduction, a market.Answer) (market.Side, error) {
	if seen.Side != "" {
		if seen.Side != market.Need && seen.Side != market.Offer {
			return "", market.Refuse("side", "choice")
		}
		return seen.Side, mayAnswer(v, in, seen.Side)
	}
	side, err := sideFor(v, in)
	if side == market.Offer && mayAnswer(v, in, market.Need) == nil && in.NeedBy == v.Person && in.NeedAnswer == a &&
		in.State == market.Asked && in.OfferAnswer == market.NoAnswer {
		return side, market.ErrRepeated
	}
	return side, err
}

// overtaken refuses an answer of those who have said something since they were asked, by when they had said had; nil: that does not
// matter. market.ErrRepeated: it was the same, else market.ErrConflict.
func overtaken(had *market.Answer, said, a market.Answer) error {
	switch {
	case had == nil || said == *had:
		return nil
	case said == a:
		return market.ErrRepeated
	}
	return market.ErrConflict
}
