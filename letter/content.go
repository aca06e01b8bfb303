package letter

import (
	"context"
	"errors"
	"time"

	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/wording"
)

func (ls *Letters) signIn(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	s, err := ls.store.SignIn(ctx, l.AboutID)
	if err != nil {
		return nil, err
	}
	if s.UsedAt != nil || !now.Before(s.ExpiresAt) {
		return nil, errMoot
	}
	return mail.SignIn{Link: ls.PublicURL + "/sign-in/" + ls.SignInLink(s.ID), Minutes: int(market.LinkLasts.Minutes()),
		AskedFrom: s.Device, AskedAt: ls.local(s.CreatedAt)}, nil
}

// reportReceived tells nothing of what was reported: the letter may go to an address that somebody else typed.
func (ls *Letters) reportReceived(ctx context.Context, l market.Letter) (mail.Kind, error) {
	if l.PersonID == "" {
		if err := ls.unsuppressed(ctx, l.Address); err != nil {
			return nil, err
		}
	}
	r, err := ls.store.Report(ctx, l.AboutID)
	if err != nil {
		return nil, err
	}
	return mail.ReportReceived{Number: r.Number(), Subject: r.Subject, At: ls.local(r.CreatedAt), Link: ls.PublicURL + "/"}, nil
}

// local is a moment by the clock of whoever reads the letter. When something takes place is said by the clock of the place.
func (ls *Letters) local(t time.Time) time.Time { return t.In(ls.reader.Location()) }

// scene is an introduction with both of its listings, and the side of the group that reads the letter.
type scene struct {
	in          market.Introduction
	offer, need market.Entry
	mine        market.Entry // the reader's listing
	other       market.Entry
}

func (ls *Letters) scene(ctx context.Context, id, group market.ID, now time.Time) (s scene, err error) {
	if s.in, err = ls.store.Introduction(ctx, market.System, id); err != nil {
		return s, err
	}
	entries, err := ls.store.EntriesFor(ctx, market.System, []market.ID{s.in.OfferID, s.in.NeedID}, now)
	if err != nil {
		return s, err
	}
	if len(entries) != 2 {
		return s, errMoot
	}
	s.offer, s.need = entries[0], entries[1]
	ls.quote(s.offer, s.need)
	s.mine, s.other = s.need, s.offer
	if s.in.SideOf(group) == market.Offer {
		s.mine, s.other = s.offer, s.need
	}
	return s, nil
}

// mayAnswer says whether a letter's reader may answer for the group it was written to.
func (ls *Letters) mayAnswer(ctx context.Context, l market.Letter, now time.Time) (bool, error) {
	people, err := ls.store.Answerers(ctx, l.GroupID, now)
	return among(people, l.PersonID), err
}

// mustAnswer refuses a letter that asks something of a reader who may not answer for the group any more: what it says is the
// group's.
func (ls *Letters) mustAnswer(ctx context.Context, l market.Letter, now time.Time) error {
	answers, err := ls.mayAnswer(ctx, l, now)
	if err == nil && !answers {
		err = errMoot
	}
	return err
}

// hears says whether a letter's reader is told what became of an introduction: who may answer in it for the group, and who looks
// after the group.
func (ls *Letters) hears(ctx context.Context, in market.Introduction, l market.Letter, now time.Time) (bool, error) {
	speaks, err := ls.speaks(ctx, in, l, now)
	if err != nil || speaks {
		return speaks, err
	}
	_, err = ls.store.NetworkToActIn(ctx, l.PersonID, l.GroupID, now)
	if errors.Is(err, market.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// speaks says whether a letter's reader still may answer in an introduction for the group it was written to. Who left it
// meanwhile is not told what the other side says and where.
func (ls *Letters) speaks(ctx context.Context, in market.Introduction, l market.Letter, now time.Time) (bool, error) {
	people, err := ls.store.Speakers(ctx, in, in.SideOf(l.GroupID), now)
	return among(people, l.PersonID), err
}

func (ls *Letters) helper(s scene, person market.ID) mail.Helper {
	return mail.Helper{Name: s.offer.Group.Name, Title: s.offer.Listing.Title,
		Reasons: wording.Reasons(ls.lang, market.Need, s.in.Reasons), Link: ls.link(s.in.ID, person), Willing: ls.saysWilling(s.in)}
}

// saysWilling reports whether the giver acted first, which the letter then says, and which counts as told once it was handed over.
func (ls *Letters) saysWilling(in market.Introduction) bool {
	if in.State != market.Proposed || in.OfferAnswer != market.Yes {
		return false
	}
	ls.says.willing = append(ls.says.willing, in.ID)
	return true
}

func (ls *Letters) link(in, person market.ID) string {
	return ls.PublicURL + "/i/" + ls.PersonsLink(in, person)
}

func (ls *Letters) listingLink(id market.ID) string { return ls.PublicURL + "/listings/" + string(id) }

// possibleMatch leaves out introductions that ended before the letter went: one that is open again is to be told of anew.
func (ls *Letters) possibleMatch(ctx context.Context, l market.Letter, about []market.ID, out *mail.Outgoing, now time.Time) (mail.Kind, error) {
	if err := ls.mustAnswer(ctx, l, now); err != nil {
		return nil, err
	}
	out.ReplyTo = ls.Addresses.At(Replies, l.ID)
	m := mail.PossibleMatch{NeedLink: ls.listingLink(l.AboutID), Reply: ls.RepliesCount && len(about) == 1}
	var shown []market.ID
	for _, id := range about {
		s, err := ls.scene(ctx, id, l.GroupID, now)
		if err != nil {
			return nil, err
		}
		if s.in.State != market.Proposed {
			continue
		}
		shown = append(shown, id)
		m.Group, m.NeedTitle = s.need.Group.Name, s.need.Listing.Title
		m.Helpers = append(m.Helpers, ls.helper(s, l.PersonID))
	}
	if len(m.Helpers) == 0 {
		return nil, errMoot
	}
	if l.Unsure == 0 { // else a copy that may be there showed others too
		ls.says.shown = shown
	}
	return m, nil
}

func (ls *Letters) someoneWouldLike(ctx context.Context, l market.Letter, out *mail.Outgoing, now time.Time) (mail.Kind, error) {
	if err := ls.mustAnswer(ctx, l, now); err != nil {
		return nil, err
	}
	out.ReplyTo = ls.Addresses.At(Replies, l.ID)
	s, err := ls.scene(ctx, l.AboutID, l.GroupID, now)
	if err != nil {
		return nil, err
	}
	if s.in.State != market.Asked {
		return nil, errMoot
	}
	return mail.SomeoneWouldLike{Group: s.offer.Group.Name, OfferTitle: s.offer.Listing.Title, AskerGroup: s.need.Group.Name,
		NeedTitle: s.need.Listing.Title, Reasons: wording.Reasons(ls.lang, market.Offer, s.in.Reasons), Reply: ls.RepliesCount, Link: ls.link(s.in.ID, l.PersonID)}, nil
}

// connected is the first letter that names the other side's person and group. Where mail is passed on, answers to it go
// to the masked address.
func (ls *Letters) connected(ctx context.Context, l market.Letter, out *mail.Outgoing, now time.Time) (mail.Kind, error) {
	s, err := ls.scene(ctx, l.AboutID, l.GroupID, now)
	if err != nil {
		return nil, err
	}
	reads, err := ls.speaks(ctx, s.in, l, now)
	if err != nil {
		return nil, err
	}
	apart, err := ls.store.Apart(ctx, s.in.OfferGroupID, s.in.NeedGroupID)
	if err != nil {
		return nil, err
	}
	if s.in.State != market.Connected || !reads || apart {
		return nil, errMoot
	}
	far := s.other.Listing.Side
	person, err := ls.store.Contact(ctx, s.in, far, now)
	if err != nil {
		return nil, err
	}
	mine, other, err := ls.groups(ctx, s)
	if err != nil {
		return nil, err
	}
	out.ReplyTo = ls.masked(s.in, far)
	return mail.Connected{Group: mine, OtherGroup: other, ContactName: nameOf(person, other), ReplyAddress: out.ReplyTo,
		OfferTitle: s.offer.Listing.Title, NeedTitle: s.need.Listing.Title, Reasons: wording.Reasons(ls.lang, s.mine.Listing.Side, s.in.Reasons),
		When: wording.Slots(ls.lang, s.in.Slots, s.zone()), Link: ls.link(s.in.ID, l.PersonID)}, nil
}

// masked is the address that reaches a side of an introduction; none where mail is not passed on.
func (ls *Letters) masked(in market.Introduction, side market.Side) string {
	if ls.Addresses.Domain == "" {
		return ""
	}
	return in.MaskOf(side) + "@" + ls.Addresses.Domain
}

// answerHere names every introduction that the letter which was replied to asked about; where it asked about none, its ring.
func (ls *Letters) answerHere(ctx context.Context, l market.Letter, about []market.ID, now time.Time) (mail.Kind, error) {
	if len(about) == 0 {
		return ls.ringHere(ctx, l, now)
	}
	if err := ls.mustAnswer(ctx, l, now); err != nil {
		return nil, err
	}
	var m mail.AnswerHere
	for _, id := range about {
		s, err := ls.scene(ctx, id, l.GroupID, now)
		if err != nil {
			return nil, err
		}
		m.Offer, m.Group, m.Title = s.mine.Listing.Side == market.Offer, s.mine.Group.Name, s.mine.Listing.Title
		m.Others = append(m.Others, mail.Helper{Name: s.other.Group.Name, Title: s.other.Listing.Title, Link: ls.link(id, l.PersonID)})
	}
	return m, nil
}

// answerLate says where what a letter asked stands by now: an introduction, or a ring.
func (ls *Letters) answerLate(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	s, err := ls.scene(ctx, l.AboutID, l.GroupID, now)
	if errors.Is(err, market.ErrNotFound) {
		return ls.ringLate(ctx, l, now)
	}
	if err != nil {
		return nil, err
	}
	if err := ls.mustAnswer(ctx, l, now); err != nil {
		return nil, err
	}
	if _, err := ls.asItWas(ctx, &s, now); err != nil {
		return nil, err
	}
	side := s.mine.Listing.Side
	return mail.AnswerLate{Offer: side == market.Offer, Group: s.mine.Group.Name, Title: s.mine.Listing.Title,
		Other: mail.Helper{Name: s.other.Group.Name, Title: s.other.Listing.Title, Link: ls.link(s.in.ID, l.PersonID)},
		Says:  wording.Text(ls.lang, s.in.Says(side), map[string]any{"Other": s.other.Group.Name})}, nil
}

// asItWas has a scene name the other's listing as pages do: of two who have nothing to do with each other any more as it was called
// then. apart: one keeps the other apart, or moderation took it away.
func (ls *Letters) asItWas(ctx context.Context, s *scene, now time.Time) (apart bool, err error) {
	all, err := ls.store.DealingsOf(ctx, []market.ID{s.in.ID})
	if err != nil {
		return false, err
	}
	dealings, far := all[s.in.ID], &s.need
	if s.other.Listing.Side == market.Offer {
		far = &s.offer
	}
	title, past := dealings.TitleTold(s.in, far.Listing, now)
	if !past {
		return dealings.Apart, nil
	}
	if far.Listing.Title = title; title == "" {
		far.Listing.Title, far.Listing.Language = wording.Text(ls.lang, "introduction.title_gone", nil), ls.lang
	}
	s.other = *far
	ls.quote(s.other)
	return dealings.Apart, nil
}

// reminder leaves out what its reader's side is not asked any more.
func (ls *Letters) reminder(ctx context.Context, l market.Letter, about []market.ID, out *mail.Outgoing, now time.Time) (mail.Kind, error) {
	if err := ls.mustAnswer(ctx, l, now); err != nil {
		return nil, err
	}
	out.ReplyTo = ls.Addresses.At(Replies, l.ID)
	m := mail.Reminder{Reply: ls.RepliesCount && len(about) == 1}
	var first time.Time
	var own market.Listing
	for _, id := range about {
		s, err := ls.scene(ctx, id, l.GroupID, now)
		if err != nil {
			return nil, err
		}
		due, running := s.in.DueAt()
		if own = s.mine.Listing; !running || !s.in.WaitsFor(own.Side) {
			continue
		}
		m.Offer, m.Group, m.Title = own.Side == market.Offer, s.mine.Group.Name, own.Title
		m.Others = append(m.Others, mail.Helper{Name: s.other.Group.Name, Title: s.other.Listing.Title,
			Reasons: wording.Reasons(ls.lang, own.Side, s.in.Reasons), Link: ls.link(id, l.PersonID)})
		if first.IsZero() || due.Before(first) {
			first, m.Until = due, wording.Date(ls.lang, due.In(s.zone()))
		}
	}
	if len(m.Others) == 0 {
		return nil, errMoot
	}
	err := ls.lastOf(ctx, own, &m)
	return m, err
}

// lastOf has a reminder say that nothing more will be proposed, where it will be the last proposal that is ignored in a row.
func (ls *Letters) lastOf(ctx context.Context, own market.Listing, m *mail.Reminder) error {
	if own.Side == market.Offer {
		return nil
	}
	ignored, err := ls.store.Ignored(ctx, own.ID)
	if ignored >= market.IgnoredInARow-1 {
		m.OwnLink = ls.listingLink(own.ID)
	}
	return err
}

// groups are the true names of both: once connected, an alias has done its work.
func (ls *Letters) groups(ctx context.Context, s scene) (mine, other string, err error) {
	a, err := ls.store.Group(ctx, market.System, s.mine.Group.ID)
	if err != nil {
		return "", "", err
	}
	b, err := ls.store.Group(ctx, market.System, s.other.Group.ID)
	return a.Name, b.Name, err
}

// nameOf a person; who gave no name is spoken of by the group.
func nameOf(p market.Person, group string) string {
	if p.Name == "" {
		return group
	}
	return p.Name
}

// notThisTime shows the next best when one was proposed already.
func (ls *Letters) notThisTime(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	s, err := ls.scene(ctx, l.AboutID, l.GroupID, now)
	if err != nil {
		return nil, err
	}
	hears, err := ls.hears(ctx, s.in, l, now)
	if err != nil {
		return nil, err
	}
	if s.in.EndedAt == nil || !hears {
		return nil, errMoot
	}
	m := mail.NotThisTime{Offer: s.mine.Listing.Side == market.Offer, Group: s.mine.Group.Name, Title: s.mine.Listing.Title, OtherGroup: s.other.Group.Name,
		Why: s.in.EndSeen(s.mine.Listing.Side).Cause, Link: ls.listingLink(s.mine.Listing.ID)}
	answers, err := ls.mayAnswer(ctx, l, now)
	if err == nil && answers && s.mine.Listing.Side == market.Need { // a connector has the next on a list
		m.Next, err = ls.next(ctx, s, l, now)
	}
	return m, err
}

func (ls *Letters) next(ctx context.Context, s scene, l market.Letter, now time.Time) (*mail.Helper, error) {
	all, err := ls.store.IntroductionsFor(ctx, s.need.Listing.ID)
	if err != nil {
		return nil, err
	}
	for _, in := range all {
		if in.State != market.Proposed {
			continue
		}
		next, err := ls.scene(ctx, in.ID, l.GroupID, now)
		if err != nil {
			return nil, err
		}
		h := ls.helper(next, l.PersonID)
		return &h, nil
	}
	return nil, nil
}
