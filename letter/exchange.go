package letter

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"wherewithal/ical"
	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/wording"
)

// arrangement is an exchange as one of its sides reads of it.
type arrangement struct {
	scene
	ex    market.Exchange
	deal  mail.Deal
	place string // where, for the calendar
	apart bool   // one keeps the other apart, or moderation took it away
}

func (ls *Letters) arrangement(ctx context.Context, l market.Letter, now time.Time) (a arrangement, err error) {
	if a.scene, err = ls.scene(ctx, l.AboutID, l.GroupID, now); err != nil {
		return a, err
	}
	switch reads, err := ls.speaks(ctx, a.in, l, now); {
	case err != nil:
		return a, err
	case !reads:
		return a, errMoot
	}
	if a.ex, err = ls.store.Exchange(ctx, a.in.ID); err != nil {
		return a, err
	}
	if a.apart, err = ls.asItWas(ctx, &a.scene, now); err != nil {
		return a, err
	}
	mine, other, err := ls.groups(ctx, a.scene)
	if err != nil {
		return a, err
	}
	a.deal = mail.Deal{Group: mine, OtherGroup: other, ContactName: other, OfferTitle: a.offer.Listing.Title, NeedTitle: a.need.Listing.Title,
		Link: ls.link(a.in.ID, l.PersonID), When: wording.Slots(ls.lang, a.ex.Slots, a.zone()), Amount: a.amount(ls.lang, a.ex.Amount)}
	if a.ex.Changing() {
		a.deal.Holds = wording.Use(ls.lang, wording.Slots(ls.lang, a.in.Slots, a.zone()), a.amount(ls.lang, a.in.Amount))
	}
	if !a.apart {
		err = ls.whomAndWhere(ctx, &a, now)
	}
	return a, err
}

// whomAndWhere adds whom to talk to and the place: not for two of whom one keeps the other apart.
func (ls *Letters) whomAndWhere(ctx context.Context, a *arrangement, now time.Time) error {
	far := a.other.Listing.Side
	person, err := ls.store.Contact(ctx, a.in, far, now)
	if err != nil {
		return err
	}
	a.deal.ContactName, a.deal.ReplyAddress = nameOf(person, a.deal.OtherGroup), ls.masked(a.in, far)
	a.place, err = ls.placeOf(ctx, market.VenuePlace(a.offer.Listing, a.need.Listing))
	if far == market.VenueOf(a.offer.Listing, a.need.Listing) {
		a.deal.Place = ls.where(*a)
	}
	return err
}

// where it takes place, for people.
func (ls *Letters) where(a arrangement) string {
	if a.offer.Listing.Where == market.Online {
		return wording.Text(ls.lang, "where.online", nil)
	}
	return a.place
}

// amount in words; "" of what is not counted.
func (s scene) amount(lang string, n int) string {
	if s.need.Listing.Kind != market.Equipment {
		return ""
	}
	return wording.Amount(lang, n, s.offer.Listing.Unit)
}

func (s scene) zone() *time.Location { return market.VenueZone(s.offer.Listing, s.need.Listing) }

// placeOf what is agreed in words; connected groups know where.
func (ls *Letters) placeOf(ctx context.Context, id market.ID) (string, error) {
	if id == "" {
		return "", nil
	}
	at, err := ls.store.Place(ctx, market.System, id)
	return at.Said(), err
}

// current refuses a letter that was overtaken by what the two did since.
func current(ex market.Exchange, stages ...market.Stage) error {
	for _, s := range stages {
		if ex.Stage == s {
			return nil
		}
	}
	return errMoot
}

// ofRound refuses a letter about what the two had come to before they changed it: another letter tells of that.
func (ls *Letters) ofRound(ctx context.Context, l market.Letter, ex market.Exchange) error {
	name, err := ls.store.OnceNameOf(ctx, l.ID)
	if err == nil && name != market.OnceName(l.Kind, ex.Round()) {
		err = errMoot
	}
	return err
}

func (ls *Letters) timesSuggested(ctx context.Context, l market.Letter, out *mail.Outgoing, now time.Time) (mail.Kind, error) {
	a, err := ls.arrangement(ctx, l, now)
	if err != nil {
		return nil, err
	}
	if a.ex.Stage != market.Suggested || a.ex.ProposedSide == a.in.SideOf(l.GroupID) {
		return nil, errMoot
	}
	if err := ls.ofRound(ctx, l, a.ex); err != nil {
		return nil, err
	}
	out.ReplyTo = a.deal.ReplyAddress
	return mail.TimesSuggested{Deal: a.deal}, nil
}

func (ls *Letters) agreed(ctx context.Context, l market.Letter, out *mail.Outgoing, now time.Time) (mail.Kind, error) {
	a, err := ls.arrangement(ctx, l, now)
	if err != nil {
		return nil, err
	}
	if err := current(a.ex, market.Agreed); err != nil {
		return nil, err
	}
	if err := ls.ofRound(ctx, l, a.ex); err != nil {
		return nil, err
	}
	out.ReplyTo, out.Files = a.deal.ReplyAddress, ls.calendar(a, time.Time{})
	return mail.Agreed{Deal: a.deal}, nil
}

func (ls *Letters) calledOff(ctx context.Context, l market.Letter, out *mail.Outgoing, now time.Time) (mail.Kind, error) {
	a, err := ls.arrangement(ctx, l, now)
	if err != nil {
		return nil, err
	}
	if err := current(a.ex, market.CalledOff, market.Released); err != nil {
		return nil, err
	}
	out.Files = ls.calendar(a, time.Time{})
	return mail.CalledOff{Deal: a.deal}, nil
}

// calendar is the file of an exchange, without the uses that were over by a time: those stay as calendars have them.
func (ls *Letters) calendar(a arrangement, over time.Time) []mail.File {
	about := ical.About{Summary: a.deal.OfferTitle, SummaryIn: a.offer.Listing.Language, Text: a.deal.Group + " · " + a.deal.OtherGroup, Place: a.place,
		URL: ls.PublicURL + "/introductions/" + string(a.in.ID), Domain: ls.MailDomain}
	file := func() []byte {
		return ical.File("", a.zone(), slices.DeleteFunc(ical.Uses(a.ex, about), func(e ical.Event) bool { return !e.Until.After(over) }))
	}
	content := file()
	if len(content) > mostCalendar {
		about.Text = "" // the page that each use leads to says who the two are
		content = file()
	}
	return []mail.File{{Name: "wherewithal.ics", Type: ical.Type, Content: content}}
}

// mostCalendar is how long a file may be, in bytes, to be attached with all that it can say: a third longer it goes over the wire, in a
// mail that is to stay under 100 kB.
const mostCalendar = 45_000

func (ls *Letters) dayBefore(ctx context.Context, l market.Letter, out *mail.Outgoing, now time.Time) (mail.Kind, error) {
	a, err := ls.arrangement(ctx, l, now)
	if err != nil {
		return nil, err
	}
	for _, s := range a.ex.Agreement(a.in) {
		if s.Tomorrow(now, a.zone()) {
			a.deal.When, a.deal.Amount = wording.Slots(ls.lang, []market.Slot{s}, a.zone()), a.amount(ls.lang, a.ex.Held(a.in).Amount)
			out.ReplyTo = a.deal.ReplyAddress
			return mail.DayBefore{Deal: a.deal, Changing: a.ex.Stage == market.Suggested}, nil
		}
	}
	return nil, errMoot
}

// staysAgreed is sent while what was agreed goes on: once it is over, the next letter asks about that. The file goes along again: the
// letter that had it does not go while a change is suggested.
func (ls *Letters) staysAgreed(ctx context.Context, l market.Letter, out *mail.Outgoing, now time.Time) (mail.Kind, error) {
	a, err := ls.arrangement(ctx, l, now)
	if err != nil {
		return nil, err
	}
	name, err := ls.store.OnceNameOf(ctx, l.ID)
	if err == nil && market.IsMoved(name) {
		return ls.moved(a, name, out, now)
	}
	if err := errors.Join(err, current(a.ex, market.Agreed)); err != nil {
		return nil, err
	}
	out.ReplyTo, out.Files = a.deal.ReplyAddress, ls.calendar(a, now)
	return mail.StaysAgreed{Deal: a.deal, Begun: a.ex.Begun(now), Dropped: strings.HasSuffix(name, market.Dropped)}, err
}

// moved tells where what was agreed takes place by now, and moves what is to come of it in calendars. Of several on their way only the
// last goes. Who is kept apart meanwhile reads no later place.
func (ls *Letters) moved(a arrangement, name string, out *mail.Outgoing, now time.Time) (mail.Kind, error) {
	last := name == market.OnceName(market.StaysAgreed, a.ex.MovedRound())
	if !last || a.apart || a.in.State != market.Connected || !a.ex.Ahead(a.in, now) {
		return nil, errMoot
	}
	a.ex = a.ex.Held(a.in)
	a.deal.When, a.deal.Amount, a.deal.Place = wording.Slots(ls.lang, a.ex.Slots, a.zone()), a.amount(ls.lang, a.ex.Amount), ls.where(a)
	out.ReplyTo, out.Files = a.deal.ReplyAddress, ls.calendar(a, now)
	return mail.StaysAgreed{Deal: a.deal, Moved: true}, nil
}

// endedEarly strikes what does not take place any more out of both calendars.
func (ls *Letters) endedEarly(ctx context.Context, l market.Letter, out *mail.Outgoing, now time.Time) (mail.Kind, error) {
	a, err := ls.arrangement(ctx, l, now)
	if err != nil {
		return nil, err
	}
	if a.ex.EndedEarlyAt == nil {
		return nil, errMoot
	}
	out.ReplyTo, out.Files = a.deal.ReplyAddress, ls.calendar(a, time.Time{})
	return mail.EndedEarly{Deal: a.deal, Last: wording.Date(ls.lang, a.ex.Ends().In(a.zone()))}, nil
}

func (ls *Letters) agreeSoon(ctx context.Context, l market.Letter, out *mail.Outgoing, now time.Time) (mail.Kind, error) {
	a, err := ls.arrangement(ctx, l, now)
	if err != nil {
		return nil, err
	}
	if err := current(a.ex, market.Arranging, market.Suggested); err != nil || a.ex.ReleaseAt().IsZero() {
		return nil, errMoot
	}
	out.ReplyTo = a.deal.ReplyAddress
	return mail.AgreeSoon{Deal: a.deal, Until: wording.Date(ls.lang, a.ex.ReleaseAt().In(a.zone())), Talk: ls.talkUntil(a)}, nil
}

func (ls *Letters) notAgreed(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	a, err := ls.arrangement(ctx, l, now)
	if err != nil {
		return nil, err
	}
	return mail.NotAgreed{Deal: a.deal, Talk: ls.talkUntil(a)}, current(a.ex, market.Released)
}

// talkUntil is the day to which the two can write to each other.
func (ls *Letters) talkUntil(a arrangement) string {
	return wording.Date(ls.lang, market.TalkUntil(a.in, a.ex).In(a.zone()))
}

func (ls *Letters) didItHappen(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	a, err := ls.arrangement(ctx, l, now)
	if err != nil {
		return nil, err
	}
	a.deal.Link = ls.PublicURL + "/o/" + ls.OutcomeLink(a.in.ID, l.PersonID)
	return mail.DidItHappen{Deal: a.deal}, current(a.ex, market.WasItDone)
}
