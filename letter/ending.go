package letter

import (
	"context"
	"time"

	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/wording"
)

// ending is about a listing that ends, or has ended, while it is so still.
func (ls *Letters) ending(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	e, err := ls.store.EntryFor(ctx, market.System, l.AboutID, now)
	if err != nil {
		return nil, err
	}
	group, err := ls.store.Group(ctx, market.System, e.Listing.GroupID)
	if err != nil {
		return nil, err
	}
	ex := e.Listing.ExpiresAt
	if ex == nil || ex.Sub(now) > market.TellExpiring[0] {
		return nil, errMoot // renewed meanwhile
	}
	ls.quote(e)
	m := mail.Ending{Group: group.Name, Title: e.Listing.Title, Offer: e.Listing.Side == market.Offer,
		Until: wording.Date(ls.lang, ex.In(e.Listing.When.Location())), Link: ls.PublicURL + "/r/" + ls.RenewLink(e.Listing.ID, l.PersonID, *ex)}
	switch {
	case l.Kind == market.ExpiringLetter && e.Listing.Life == market.Open:
		return mail.Expiring{Ending: m}, nil
	case l.Kind == market.ExpiredLetter && e.Listing.Life == market.Expired:
		return mail.Expired{Ending: m}, nil
	}
	return nil, errMoot
}
