package letter

import (
	"context"
	"time"

	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/wording"
)

// ring is about one that may still come about. It names, by their public names, the two groups that the reader would give
// to and be given by, and of the others only how many there are.
func (ls *Letters) ring(ctx context.Context, l market.Letter, out *mail.Outgoing, now time.Time) (mail.Kind, error) {
	m, r, err := ls.ringFor(ctx, l, now)
	if err != nil {
		return nil, err
	}
	if !r.WaitsFor(l.GroupID) {
		return nil, errMoot
	}
	out.ReplyTo, m.Reply = ls.Addresses.At(Replies, l.ID), ls.RepliesCount
	if l.Kind == market.RingReminder {
		return mail.RingReminder{Ring: m}, nil
	}
	return m, nil
}

// ringHere says where to answer about a ring.
func (ls *Letters) ringHere(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	m, _, err := ls.ringFor(ctx, l, now)
	return mail.AnswerRingHere{Ring: m}, err
}

func (ls *Letters) ringLate(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	m, r, err := ls.ringFor(ctx, l, now)
	if err != nil {
		return nil, err
	}
	other := m.Gets
	other.Link = m.Link
	return mail.AnswerLate{Group: m.Group, Title: m.NeedTitle, Other: other, Says: wording.Text(ls.lang, r.Says(l.GroupID), nil)}, nil
}

func (ls *Letters) ringEnded(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	m, r, err := ls.ringFor(ctx, l, now)
	if err != nil {
		return nil, err
	}
	if r.SettledAt == nil {
		return nil, errMoot
	}
	m.Link = ls.listingLink(r.Members[r.MemberOf(l.GroupID)].NeedID)
	return mail.RingEnded{Ring: m}, nil
}

func (ls *Letters) ringFor(ctx context.Context, l market.Letter, now time.Time) (m mail.Ring, r market.Ring, err error) {
	if r, err = ls.store.Ring(ctx, market.System, l.AboutID); err != nil {
		return m, r, err
	}
	reads, err := ls.mayAnswer(ctx, l, now)
	if err != nil {
		return m, r, err
	}
	if r.MemberOf(l.GroupID) < 0 || !reads {
		return m, r, errMoot
	}
	m, err = ls.ringOf(ctx, r, l.GroupID, l.PersonID, now)
	return m, r, err
}

// ringOf is a ring as a person of one of its groups reads of it.
func (ls *Letters) ringOf(ctx context.Context, r market.Ring, group, person market.ID, now time.Time) (m mail.Ring, err error) {
	i := r.MemberOf(group)
	mine, from, to := r.Members[i], r.Members[r.Before(i)], r.Members[r.After(i)]
	e, err := ls.store.EntriesFor(ctx, market.System, []market.ID{mine.OfferID, to.NeedID, from.OfferID, mine.NeedID}, now)
	if err != nil {
		return m, err
	}
	if len(e) != 4 {
		return m, errMoot
	}
	ls.quote(e...)
	gives, wants, gets, needs := e[0], e[1], e[2], e[3]
	return mail.Ring{Group: gives.Group.Name, Groups: len(r.Members),
		Gets: mail.Helper{Name: gets.Group.Name, Title: gets.Listing.Title, Reasons: wording.Reasons(ls.lang, market.Need, from.Reasons)}, NeedTitle: needs.Listing.Title,
		Gives: gives.Listing.Title, To: wants.Group.Name, ToTitle: wants.Listing.Title, ToReasons: wording.Reasons(ls.lang, market.Offer, mine.Reasons),
		Link: ls.PublicURL + "/ring/" + ls.RingLink(r.ID, person)}, nil
}
