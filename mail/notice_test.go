package mail

import (
	"maps"

	"wherewithal/market"
)

// noticeKinds are all that are written as notices.
var noticeKinds = []market.LetterKind{market.WelcomeLetter, market.InvitationLetter, market.MembershipChanged, market.NewContact, market.EvidenceEnding,
	market.NetworkInvitation, market.NetworkAnswer, market.NetworkNo, market.NetworkOut, market.InvitationAnswered, market.TieAnswered, market.ConnectorRemoved, market.JoinRequest,
	market.ModerationNotice, market.AppealAnswered, market.ReportAnswered, market.FirstListing, market.ReportsWaiting, market.PartnerAsks, market.PartnerAnswer, market.WebhookOff, market.MandateLetter, market.FeedQuiet, market.FeedStopped,
	market.AddressConfirm, market.AddressAsked, market.AddressChanged, market.ExportReady, market.EraseConfirm}

// hostileNotices are the samples with hostile words in place of everything that a person typed.
func hostileNotices() (all []Kind) {
	for _, s := range noticeSamples {
		kind := s.kind
		if stops, ok := kind.(stoppable); ok {
			kind = stops.Kind
		}
		n := kind.(Notice)
		n.Data = maps.Clone(n.Data)
		for name, value := range n.Data {
			if _, text := value.(string); text {
				n.Data[name] = hostile
			}
		}
		for i := range n.Facts {
			n.Facts[i].Value = hostile
		}
		all = append(all, n)
	}
	return all
}
