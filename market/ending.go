package market

// EndCause is why an introduction was withdrawn.
type EndCause string

// The causes. Of an end from before they were kept there is none.
const (
	EndStopped     EndCause = "stopped"      // a side stopped it
	EndBlocked     EndCause = "blocked"      // a side blocked the other
	EndRemoved     EndCause = "removed"      // moderation took a side's group away
	EndGroupClosed EndCause = "group_closed" // a side's group closed
	EndClosed      EndCause = "closed"       // a side's listing closed, expired or was paused, or its group was
	EndGone        EndCause = "gone"         // the offer went to others
	EndFilled      EndCause = "filled"       // the need is found, or others bring all of it
	EndChanged     EndCause = "changed"      // one of the two was changed, or time went on, and they fit no longer
	EndNotAgreed   EndCause = "not_agreed"   // nobody agreed how much and when in AgreeWithin
)

// EndCauses are all of them that a side may be told, for catalogues and documents.
var EndCauses = []EndCause{EndStopped, EndBlocked, EndRemoved, EndGroupClosed, EndClosed, EndGone, EndFilled, EndChanged, EndNotAgreed}

// End is why an introduction was withdrawn, and whose doing it was: none of what befell both.
type End struct {
	Cause EndCause
	Side  Side
}

// EndSeen is why an introduction was withdrawn, as one of its sides may know it: that it was blocked, or that the other's group
// was taken away, no side is told, and either reads as if the other had stopped it, or, where that could not be,
// as if its listing had closed. Empty: it was not withdrawn, or nobody kept why.
func (in Introduction) EndSeen(by Side) End {
	switch e := in.End; {
	case in.State != Undone:
		return End{}
	case e.Cause == "" && in.AnswerOf(by) == No:
		return End{EndStopped, by}
	case e.Cause == "" && in.AnswerOf(by.Other()) == No:
		return End{EndStopped, by.Other()}
	case e.Side != by && (e.Cause == EndBlocked || e.Cause == EndRemoved):
		if in.AnswerOf(e.Side) == NoAnswer {
			return End{EndClosed, e.Side} // who has answered nothing can stop nothing
		}
		return End{EndStopped, e.Side}
	default:
		return e
	}
}

// Says is the word of catalogues for what a side reads of where an introduction stands.
func (in Introduction) Says(side Side) string {
	switch {
	case in.State == Proposed && in.OfferAnswer == Yes:
		return "says.begun_" + string(side) // one that the offer's side began is not merely proposed
	case in.State.Open():
		return "says." + string(in.State) + "_" + string(side)
	case in.State == Declined && in.AnswerOf(side) == No:
		return "says.declined_own"
	case in.State == Declined:
		return "says.declined_other"
	case in.State == Undone:
		return "ended." + in.EndWord(side)
	}
	return "says." + string(in.State)
}

// EndWord names in catalogues what a side reads of such an end: the cause and whose it was, as "gone_other"; "unknown" where nobody kept it.
func (in Introduction) EndWord(by Side) string {
	switch e := in.EndSeen(by); e.Side {
	case "":
		if e.Cause == "" {
			return "unknown"
		}
		return string(e.Cause)
	case by:
		return string(e.Cause) + "_own"
	default:
		return string(e.Cause) + "_other"
	}
}
