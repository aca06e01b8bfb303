// Package partner is about outside sites that show what is in the pool and post for groups: asking for a key, deciding about
// it, keys themselves, what groups say to being posted for, what is sent in for them, and webhooks, which tell such a site
// what changed.
//
// It promises that a key does nothing beyond what connectors or operators granted and its partner still has, that what was
// ended counts no more from that moment on in every process, that a key is kept as a hash only, that a test key sees and
// changes the sandbox and nothing else; that nothing is posted for a group that has not said yes; that a webhook hears of each
// change of what its partner sees, once at least, and of nothing else; and that one which does not answer keeps no other
// waiting. It knows nothing of HTTP.
package partner

import (
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/geocode"
	"wherewithal/market"
	"wherewithal/store"
)

// Options of New.
type Options struct {
	PlaceSecret []byte           // keys the blur of places, those of the sandbox too
	TokenSecret []byte           // keys what webhooks sign with, and the links that groups get
	Sender      Sender           // tells webhooks; none: webhooks are not told, nor looked at
	Groups      Founder          // wanted where groups say yes
	Listings    Poster           // wanted where partners post
	Places      geocode.Geocoder // says where a postcode lies; nil: what is built in
}

// Founder founds a group inside a transaction of ours; *account.Accounts is one.
type Founder interface {
	FoundIn(ctx context.Context, tx *store.Tx, v market.Viewer, g market.Group, place *market.Place, now time.Time) (market.Group, error)
}

// Poster changes listings inside a transaction of ours; *listing.Listings is one.
type Poster interface {
	PostIn(ctx context.Context, tx *store.Tx, v market.Viewer, l market.Listing, now time.Time) (market.Listing, error)
	EditIn(ctx context.Context, tx *store.Tx, v market.Viewer, next market.Listing, now time.Time) error
	MoveIn(ctx context.Context, tx *store.Tx, v market.Viewer, id market.ID, to market.Life, now time.Time) error
	ExtendIn(ctx context.Context, tx *store.Tx, v market.Viewer, id market.ID, now time.Time) error
}

// Partners are the use cases. Safe for concurrent use.
type Partners struct {
	store *store.Store
	Options
}

// New makes the use cases on a store.
func New(s *store.Store, o Options) *Partners { return &Partners{store: s, Options: o} }

func note(ctx context.Context, tx *store.Tx, v market.Viewer, network market.ID, verb string, partner, other market.ID, now time.Time) error {
	return tx.Note(ctx, market.Event{At: now, Actor: v.Person, NetworkID: network, Verb: verb, Subject: "partner", SubjectID: partner, OtherID: other})
}

// Ask keeps a partner and what it asks for: in some networks, or, without any, in all of the site, about which operators
// decide. Connectors of the networks are told. market.ErrRepeated: the form with this once-only id was sent before.
func (ps *Partners) Ask(ctx context.Context, v market.Viewer, p market.Partner, networks []market.ID, scopes []market.Scope, once string, now time.Time) (_ market.Partner, err error) {
	defer market.Wrap(&err, "Ask")
	if !v.SignedIn() {
		return p, market.ErrSignedOut
	}
	p.Name, p.Purpose, p.Site = market.Tidy(p.Name), market.Tidy(p.Purpose), market.Tidy(p.Site)
	p.ID, p.PersonID, p.CreatedAt, p.EndedAt = market.NewID(), v.Person, now, nil
	if err := p.Validate(); err != nil {
		return p, err
	}
	err = ps.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Remember(ctx, store.Once{ID: once, Person: v.Person, Answer: string(p.ID), At: now}); err != nil {
			return err
		}
		own, err := tx.PartnersOf(ctx, v.Person)
		if err != nil {
			return err
		}
		if len(own) >= market.MaxPartners {
			return market.Refuse("name", "partners_many", "Max", market.MaxPartners)
		}
		if err := tx.AddPartner(ctx, p); err != nil {
			return err
		}
		return errors.Join(note(ctx, tx, v, "", "partner.asked", p.ID, "", now), ask(ctx, tx, v, p, networks, scopes, now))
	})
	return p, err
}

// AskMore asks for further networks, or, without any, for all of the site. What it asks for or has already stays as it is.
func (ps *Partners) AskMore(ctx context.Context, v market.Viewer, id market.ID, networks []market.ID, scopes []market.Scope, now time.Time) (err error) {
	defer market.Wrap(&err, "AskMore(%s)", id)
	return ps.own(ctx, v, id, func(tx *store.Tx, p market.Partner) error { return ask(ctx, tx, v, p, networks, scopes, now) })
}

// own holds a partner of the viewer's. market.ErrNotFound: it is somebody else's, or is not there.
func (ps *Partners) own(ctx context.Context, v market.Viewer, id market.ID, do func(*store.Tx, market.Partner) error) error {
	return ps.store.InTx(ctx, func(tx *store.Tx) error {
		p, err := tx.LockedPartner(ctx, id)
		switch {
		case err != nil && !errors.Is(err, market.ErrGone):
			return err
		case p.PersonID != v.Person || !v.SignedIn():
			return market.ErrNotFound
		case err != nil:
			return err
		}
		return do(tx, p)
	})
}

// ask adds what is asked for, each network once, and tells those who decide.
func ask(ctx context.Context, tx *store.Tx, v market.Viewer, p market.Partner, networks []market.ID, scopes []market.Scope, now time.Time) error {
	if len(networks) == 0 {
		networks = []market.ID{""}
	}
	grants, err := tx.GrantsOf(ctx, p.ID)
	if err != nil {
		return err
	}
	open := map[market.ID]bool{}
	for _, g := range grants {
		if g.State == market.GrantAsked || g.State == market.GrantGiven {
			open[g.NetworkID] = true
		}
	}
	for _, id := range networks {
		if open[id] {
			continue
		}
		open[id] = true
		if len(open) > market.MaxGrants {
			return market.Refuse("networks", "values_many", "Max", market.MaxGrants)
		}
		if err := askOne(ctx, tx, v, p, id, scopes, now); err != nil {
			return err
		}
	}
	return nil
}

func askOne(ctx context.Context, tx *store.Tx, v market.Viewer, p market.Partner, network market.ID, scopes []market.Scope, now time.Time) error {
	g := market.Grant{ID: market.NewID(), PartnerID: p.ID, NetworkID: network, Scopes: scopes, PerMinute: market.UsualMinute, PerDay: market.UsualDay,
		State: market.GrantAsked, AskedAt: now}
	if err := g.Validate(); err != nil {
		return err
	}
	if network != "" {
		n, err := tx.NetworkByID(ctx, network)
		if errors.Is(err, market.ErrNotFound) || err == nil && (n.Sandbox || !n.ShownTo(v)) {
			return market.Refuse("networks", "choice")
		}
		if err != nil {
			return err
		}
	}
	if err := tx.AddGrant(ctx, g); err != nil {
		return err
	}
	return errors.Join(tellDeciders(ctx, tx, g, now), note(ctx, tx, v, network, "partner.grant_asked", p.ID, g.ID, now))
}

// tellDeciders writes to the connectors of the network, or to the operators; to each once a day of each partner, for however
// many networks it asks.
func tellDeciders(ctx context.Context, tx *store.Tx, g market.Grant, now time.Time) error {
	people, err := deciders(ctx, tx, g, now)
	for _, p := range people {
		_, wrote := tx.Send(ctx, market.Letter{Kind: market.PartnerAsks, PersonID: p.ID, AboutID: g.ID},
			"partner_asks:"+string(g.PartnerID)+":"+string(p.ID)+":"+now.Format(time.DateOnly), now)
		err = errors.Join(err, wrote)
	}
	return err
}

func deciders(ctx context.Context, tx *store.Tx, g market.Grant, now time.Time) ([]market.Person, error) {
	if g.NetworkID == "" {
		return tx.Operators(ctx)
	}
	return tx.Connectors(ctx, g.NetworkID, now)
}

// Decision is what somebody makes of a wish.
type Decision struct {
	Yes       bool
	Scopes    []market.Scope // some of those asked for
	PerMinute int
	PerDay    int
	Reason    string // why not, or a word with a yes; the partner reads it
}

// Decide answers a wish, by a connector of its network or an operator, and tells the partner. With a yes what waits for it is
// posted. market.ErrGone: it was answered already. market.ErrNotFound: the viewer does not decide about it.
func (ps *Partners) Decide(ctx context.Context, v market.Viewer, id market.ID, d Decision, now time.Time) (err error) {
	defer market.Wrap(&err, "Decide(%s)", id)
	return ps.grant(ctx, v, id, func(tx *store.Tx, p market.Partner, g market.Grant) error {
		if g.State != market.GrantAsked {
			return market.ErrGone
		}
		verb, was := "partner.refused", g.Scopes
		g.State, g.Reason = market.GrantRefused, market.Tidy(d.Reason)
		if d.Yes {
			verb, g.State = "partner.granted", market.GrantGiven
			g.Scopes, g.PerMinute, g.PerDay = d.Scopes, d.PerMinute, d.PerDay
			for _, s := range g.Scopes {
				if !slices.Contains(was, s) {
					return market.Refuse("scopes", "choice")
				}
			}
		}
		if err := ps.decided(ctx, tx, v, p, g, market.GrantAsked, verb, now); err != nil || g.State != market.GrantGiven {
			return err
		}
		return tx.PostBy(ctx, p.ID)
	})
}

// End takes back what was granted, from now on, by a connector of its network or an operator, and tells the partner.
// market.ErrGone: it is not granted any more.
func (ps *Partners) End(ctx context.Context, v market.Viewer, id market.ID, reason string, now time.Time) (err error) {
	defer market.Wrap(&err, "End(%s)", id)
	return ps.grant(ctx, v, id, func(tx *store.Tx, p market.Partner, g market.Grant) error {
		if g.State != market.GrantGiven {
			return market.ErrGone
		}
		g.State, g.Reason = market.GrantEnded, market.Tidy(reason)
		return ps.decided(ctx, tx, v, p, g, market.GrantGiven, "partner.grant_ended", now)
	})
}

func (ps *Partners) grant(ctx context.Context, v market.Viewer, id market.ID, do func(*store.Tx, market.Partner, market.Grant) error) error {
	return ps.store.InTx(ctx, func(tx *store.Tx) error {
		g, err := tx.Grant(ctx, id)
		if err != nil {
			return err
		}
		if !v.MayDecide(g) {
			return market.ErrNotFound
		}
		p, err := tx.LockedPartner(ctx, g.PartnerID)
		if err != nil {
			return err
		}
		if g, err = tx.Grant(ctx, id); err != nil { // as it stands now that nobody else changes it
			return err
		}
		return do(tx, p, g)
	})
}

func (ps *Partners) decided(ctx context.Context, tx *store.Tx, v market.Viewer, p market.Partner, g market.Grant, was market.GrantState, verb string, now time.Time) error {
	g.DecidedAt, g.DecidedBy = &now, v.Person
	if err := g.Validate(); err != nil {
		return err
	}
	if err := tx.DecideGrant(ctx, g, was); err != nil {
		return err
	}
	_, err := tx.Send(ctx, market.Letter{Kind: market.PartnerAnswer, PersonID: p.PersonID, AboutID: g.ID},
		market.OnceName(market.PartnerAnswer, string(g.ID)+":"+string(g.State)), now)
	return errors.Join(err, note(ctx, tx, v, g.NetworkID, verb, p.ID, g.ID, now))
}

// SetOrigins says on whose pages a partner's keys may be used in browsers; none: on nobody's.
func (ps *Partners) SetOrigins(ctx context.Context, v market.Viewer, id market.ID, origins []string, now time.Time) (err error) {
	defer market.Wrap(&err, "SetOrigins(%s)", id)
	return ps.own(ctx, v, id, func(tx *store.Tx, p market.Partner) error {
		slices.Sort(origins)
		p.Origins = slices.Compact(origins)
		if err := p.Validate(); err != nil {
			return err
		}
		return errors.Join(tx.SetOrigins(ctx, p), note(ctx, tx, v, "", "partner.origins", p.ID, "", now))
	})
}

// EndPartner ends a partner of the viewer's, with all its keys and grants, from now on. Its webhooks are told nothing more.
func (ps *Partners) EndPartner(ctx context.Context, v market.Viewer, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "EndPartner(%s)", id)
	return ps.own(ctx, v, id, func(tx *store.Tx, p market.Partner) error {
		return errors.Join(tx.EndPartner(ctx, p.ID, now), tx.StopDeliveriesOf(ctx, p.ID, market.FaultEnded, now), note(ctx, tx, v, "", "partner.ended", p.ID, "", now))
	})
}

// Of the viewer's partners one, with what it asked for and its keys. market.ErrNotFound: it is not theirs, or has ended.
func (ps *Partners) Of(ctx context.Context, v market.Viewer, id market.ID) (p market.Partner, grants []market.Grant, keys []market.Token, err error) {
	defer market.Wrap(&err, "Of(%s)", id)
	if p, err = ps.store.Partner(ctx, id); err != nil {
		return p, nil, nil, err
	}
	if p.PersonID != v.Person || p.EndedAt != nil {
		return market.Partner{}, nil, nil, market.ErrNotFound
	}
	if grants, err = ps.store.GrantsOf(ctx, id); err != nil {
		return p, nil, nil, err
	}
	keys, err = ps.store.KeysOf(ctx, id)
	return p, grants, keys, err
}
