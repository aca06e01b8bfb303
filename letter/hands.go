package letter

import (
	"context"
	"errors"
	"time"

	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/wording"
)

// byHand lists what still waits for groups that its reader looks after; of more than a letter shows, as earlier versions wrote
// them, it counts the rest. What waits and has nobody here to ask any more ends the letter for good, which starts the clocks: it
// must not wait for ever.
func (ls *Letters) byHand(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	all, err := ls.store.Listed(ctx, l.ID)
	m, none := mail.ByHand{Link: ls.PublicURL + "/by-hand"}, errMoot
	for _, ask := range all {
		line, found := ls.byHandLine(ctx, l, ask, len(m.Asks) < market.ByHandShown, now)
		switch {
		case found == nil && len(m.Asks) == market.ByHandShown:
			m.More++
		case found == nil:
			m.Asks = append(m.Asks, line)
		case errors.Is(found, market.ErrNotFound):
			none = found
		case !errors.Is(found, errMoot):
			err = errors.Join(err, found)
		}
	}
	if err == nil && len(m.Asks) == 0 {
		err = none
	}
	return m, err
}

// byHandLine is moot where the group is not asked any more. market.ErrNotFound: its reader does not look after it now. One that
// is only counted is not worded.
func (ls *Letters) byHandLine(ctx context.Context, l market.Letter, ask market.Listed, worded bool, now time.Time) (mail.ByHandLine, error) {
	in, err := ls.store.Introduction(ctx, market.System, ask.IntroductionID)
	if err != nil {
		return mail.ByHandLine{}, err
	}
	if !in.WaitsFor(ask.Side()) {
		return mail.ByHandLine{}, errMoot
	}
	group := in.GroupOf(ask.Side())
	if _, err := ls.store.NetworkToActIn(ctx, l.PersonID, group, now); err != nil {
		return mail.ByHandLine{}, err
	}
	if !worded {
		return mail.ByHandLine{}, nil
	}
	s, err := ls.scene(ctx, in.ID, group, now)
	if err != nil {
		return mail.ByHandLine{}, err
	}
	mine := s.mine.Listing
	return mail.ByHandLine{Offer: mine.Side == market.Offer, Again: ask.Again(), Group: s.mine.Group.Name, Title: mine.Title, Other: s.other.Group.Name,
		Theirs: s.other.Listing.Title, Reasons: wording.Reasons(ls.lang, mine.Side, s.in.Reasons), Link: ls.PublicURL + "/by-hand/" + string(s.in.ID)}, nil
}
