package market

import "testing"

// What ended an introduction is told to each side as far as it may know: nobody learns that they were blocked, or that the other's group was
// taken away, and nobody is said to have done what others did in their name.
func TestASideIsToldOfAnEndWhatItMayKnow(t *testing.T) {
	for name, c := range map[string]struct {
		in          Introduction
		need, offer string
	}{
		"stopped":                            {Introduction{State: Undone, NeedAnswer: No, End: End{EndStopped, Need}}, "stopped_own", "stopped_other"},
		"blocked":                            {Introduction{State: Undone, OfferAnswer: Yes, End: End{EndBlocked, Offer}}, "stopped_other", "blocked_own"},
		"blocked before it was answered":     {Introduction{State: Undone, End: End{EndBlocked, Offer}}, "closed_other", "blocked_own"},
		"connected, and then blocked":        {Introduction{State: Undone, OfferAnswer: No, End: End{EndBlocked, Offer}}, "stopped_other", "blocked_own"},
		"taken away":                         {Introduction{State: Undone, OfferAnswer: No, End: End{EndRemoved, Offer}}, "stopped_other", "removed_own"},
		"its group closed":                   {Introduction{State: Undone, NeedAnswer: No, End: End{EndGroupClosed, Need}}, "group_closed_own", "group_closed_other"},
		"gone to others":                     {Introduction{State: Undone, End: End{EndGone, Offer}}, "gone_other", "gone_own"},
		"found elsewhere":                    {Introduction{State: Undone, End: End{EndFilled, Need}}, "filled_own", "filled_other"},
		"not agreed":                         {Introduction{State: Undone, End: End{Cause: EndNotAgreed}}, "not_agreed", "not_agreed"},
		"changed":                            {Introduction{State: Undone, End: End{Cause: EndChanged}}, "changed", "changed"},
		"stopped before why was kept":        {Introduction{State: Undone, NeedAnswer: No}, "stopped_own", "stopped_other"},
		"withdrawn before why was kept":      {Introduction{State: Undone}, "unknown", "unknown"},
		"declined, which keeps its own word": {Introduction{State: Declined, NeedAnswer: No}, "unknown", "unknown"},
	} {
		if need, offer := c.in.EndWord(Need), c.in.EndWord(Offer); need != c.need || offer != c.offer {
			t.Errorf("%s: the need's side reads %q, the offer's %q; want %q and %q", name, need, offer, c.need, c.offer)
		}
	}
}
