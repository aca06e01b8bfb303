package letter

import (
	"context"
	"errors"
	"time"

	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/wording"
)

// behind is the person about whose account a letter to an address is; the zero Person for other letters.
func (ls *Letters) behind(ctx context.Context, l market.Letter) (market.Person, error) {
	switch l.Kind {
	case market.AddressConfirm, market.AddressAsked, market.AddressChanged:
		c, err := ls.store.AddressChange(ctx, l.AboutID)
		if err != nil {
			return market.Person{}, err
		}
		return ls.store.Person(ctx, c.PersonID)
	}
	return market.Person{}, nil
}

// addressConfirm holds the link that makes an address somebody's. Where it is somebody's already, they are told so, and
// nobody else is.
func (ls *Letters) addressConfirm(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	c, err := ls.store.AddressChange(ctx, l.AboutID)
	if err == nil && !c.Waits(now) {
		err = errMoot
	}
	if err != nil {
		return nil, err
	}
	n := mail.Notice{Kind: l.Kind, Link: ls.PublicURL + "/address/" + ls.PurposeLink(market.ToConfirmAddress, c.ID, c.PersonID),
		Data: map[string]any{"Until": wording.DateTime(ls.lang, ls.local(c.ExpiresAt))}}
	_, err = ls.store.PersonAt(ctx, c.Address)
	if errors.Is(err, market.ErrNotFound) {
		return n, nil
	}
	n.Variant, n.Link, n.Data = "taken", ls.PublicURL+"/sign-in", nil
	return n, err
}

// addressTold goes to the address before, with the link that says "that was not me"; and of a change that was made, to the
// new one too.
func (ls *Letters) addressTold(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	c, err := ls.store.AddressChange(ctx, l.AboutID)
	if err != nil {
		return nil, err
	}
	if l.Kind == market.AddressChanged && c.Outcome == market.AddressTakenBack {
		return mail.Notice{Kind: l.Kind, Variant: "back", Link: ls.PublicURL + "/sign-in"}, nil
	}
	if !c.CanBeDisowned(now) {
		return nil, errMoot
	}
	n := mail.Notice{Kind: l.Kind, Link: ls.PublicURL + "/not-me/" + ls.PurposeLink(market.ToDisown, c.ID, c.PersonID)}
	if l.Kind == market.AddressChanged && l.Address == c.Address {
		n.Variant, n.Link = "new", ls.PublicURL+"/account"
	}
	return n, nil
}

// exportReady leads to the page from which an export is fetched, signed in: whoever reads a mail is not to have all that is
// kept of a person by that alone.
func (ls *Letters) exportReady(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	e, err := ls.store.Export(ctx, l.AboutID)
	if err == nil && !e.Ready(now) {
		err = errMoot
	}
	if err != nil {
		return nil, err
	}
	return mail.Notice{Kind: l.Kind, Link: ls.PublicURL + "/account/data",
		Data: map[string]any{"Until": wording.DateTime(ls.lang, ls.local(e.Until()))}}, nil
}

// eraseConfirm holds the link that erases a person, once its button is pressed.
func (ls *Letters) eraseConfirm(l market.Letter, now time.Time) (mail.Kind, error) {
	until := l.CreatedAt.Add(market.EraseLasts)
	if !now.Before(until) {
		return nil, errMoot
	}
	return mail.Notice{Kind: l.Kind, Link: ls.PublicURL + "/erase/" + ls.PurposeLink(market.ToErase, l.AboutID, l.PersonID),
		Data: map[string]any{"Until": wording.DateTime(ls.lang, ls.local(until))}}, nil
}
