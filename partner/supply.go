package partner

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/wording"
)

// Why a listing cannot be sent.
var (
	ErrClosedByGroup = errors.New("the group closed the listing")
	ErrTakenDown     = errors.New("the listing was taken away by moderation")
	ErrOutside       = errors.New("the group is in no network that lets the partner post")
)

// Did is what became of something that was sent.
type Did string

const (
	Added     Did = "added"
	Changed   Did = "changed"
	Unchanged Did = "unchanged"
	Closed    Did = "closed"
)

// Outcome is what became of something that was sent, and how it stands. Without a listing it waits for its group's yes.
type Outcome struct {
	Did      Did
	Supplied market.Supplied
}

// parcel is something sent, with where it is.
type parcel struct {
	market.Supply
	digest []byte
	at     *market.Place // where its postcode lies; nil: none was sent
}

// Put keeps a listing that a partner sends for a group, under the partner's own reference: a new one is posted, or waits
// where its group has not answered yet; the same sent again changes nothing; another text is an edit. What was closed by the
// partner is opened again, and what is about to end is kept open.
//
// market.Invalid names what is wrong. ErrRefused, ErrWithdrawn, ErrLapsed: the group's word does not stand.
// ErrOutside: nor does any network of the group's. ErrClosedByGroup, ErrTakenDown: it is not the partner's to open.
func (ps *Partners) Put(ctx context.Context, b Bearer, s market.Supply, now time.Time) (out Outcome, err error) {
	return ps.PutOnce(ctx, b, s, "", now)
}

// PutOnce is Put under a once-only id, of a sending that knows by it what it had done before it was cut off: what was sent under the id is
// not done again, and is told as it was done then. Empty: it stands alone.
func (ps *Partners) PutOnce(ctx context.Context, b Bearer, s market.Supply, once string, now time.Time) (out Outcome, err error) {
	defer market.Wrap(&err, "Put(%s)", s.Reference)
	p, err := ps.pack(ctx, s, b.Partner.Site, now)
	if err != nil {
		return out, err
	}
	return ps.sent(ctx, b, s.Reference, once, now, func(tx *store.Tx) (Outcome, error) { return ps.put(ctx, tx, b.Partner.ID, b.Key.Test, p, now) })
}

// sent does what was sent under a reference, unless that was done under its once-only id before.
func (ps *Partners) sent(ctx context.Context, b Bearer, reference, once string, now time.Time, do func(*store.Tx) (Outcome, error)) (out Outcome, err error) {
	for range 2 { // another request may be the first with this reference, or with this id
		err = ps.store.InTx(ctx, func(tx *store.Tx) (err error) {
			if out, err = ps.doneBefore(ctx, tx, b, reference, once); !errors.Is(err, market.ErrNotFound) {
				return err
			}
			if out, err = do(tx); err != nil {
				return err
			}
			return errors.Join(remember(ctx, tx, b, out, once, now), ps.fed(ctx, tx, b, now))
		})
		if !errors.Is(err, market.ErrConflict) && !errors.Is(err, market.ErrRepeated) {
			break
		}
	}
	return out, err
}

// doneBefore is what was done under a once-only id, and how it stands now. market.ErrNotFound: nothing was. market.ErrGone: that was erased.
func (ps *Partners) doneBefore(ctx context.Context, tx *store.Tx, b Bearer, reference, once string) (out Outcome, err error) {
	if once == "" {
		return out, market.ErrNotFound
	}
	was, err := tx.OnceOf(ctx, once, "")
	if err != nil {
		return out, err
	}
	s, err := tx.SuppliedOf(ctx, b.Partner.ID, b.Key.Test, reference)
	if errors.Is(err, market.ErrNotFound) {
		err = market.ErrGone
	}
	return Outcome{Did(was.Answer), s}, err
}

func remember(ctx context.Context, tx *store.Tx, b Bearer, out Outcome, once string, now time.Time) error {
	if once == "" {
		return nil
	}
	return tx.Remember(ctx, store.Once{ID: once, Partner: b.Partner.ID, Answer: string(out.Did), At: now})
}

// pack tidies what was sent, and asks where it is.
func (ps *Partners) pack(ctx context.Context, s market.Supply, site string, now time.Time) (p parcel, err error) {
	s = normal(s)
	if err := s.Validate(site); err != nil {
		return p, err
	}
	p = parcel{Supply: s, digest: s.Digest()}
	if s.Postcode != "" {
		at, err := ps.Where(ctx, s.Postcode, now)
		if err != nil {
			return p, err
		}
		p.at = &at
	}
	return p, nil
}

// normal is what was sent as its digest is taken: the same however it came.
func normal(s market.Supply) market.Supply {
	l := &s.Listing
	for _, text := range []*string{&s.Postcode, &s.Link, &l.Title, &l.Description, &l.Unit, &l.Terms.For} {
		*text = market.Tidy(*text)
	}
	if l.Circle == "" {
		l.Circle = market.InCity
	}
	return s
}

// lately is how often it is written down that a partner sends things.
const lately = time.Hour

// fed notes that something came, and has what was paused without that open again.
func (ps *Partners) fed(ctx context.Context, tx *store.Tx, b Bearer, now time.Time) error {
	p := b.Partner
	if b.Key.Test || p.FedAt != nil && now.Sub(*p.FedAt) < lately && p.WarnedAt == nil && p.StoppedAt == nil {
		return nil
	}
	stopped, err := tx.Fed(ctx, p.ID, now)
	if err != nil || !stopped {
		return err
	}
	return tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.FeedJob, Subject: p.ID})
}

// standing refuses what the group's word does not allow.
func standing(m market.Mandate) error {
	switch m.State {
	case market.MandateRefused:
		return ErrRefused
	case market.MandateWithdrawn:
		return ErrWithdrawn
	case market.MandateLapsed:
		return ErrLapsed
	}
	return nil
}

func (ps *Partners) put(ctx context.Context, tx *store.Tx, partner market.ID, test bool, p parcel, now time.Time) (out Outcome, err error) {
	m, err := tx.MandateOf(ctx, partner, test, p.Group)
	if errors.Is(err, market.ErrNotFound) {
		err = market.Refuse("group_reference", "mandate_unknown")
	}
	if err == nil {
		m, err = tx.LockMandate(ctx, m.ID)
	}
	if err == nil {
		err = standing(m)
	}
	if err == nil && !test && m.State == market.MandateGiven {
		err = reaches(ctx, tx, m)
	}
	if err != nil {
		return out, err
	}
	if test {
		p.Listing.Circle, p.Listing.Widens = market.MyNetworks, false
	}
	if err := ps.validate(ctx, tx, m, p); err != nil {
		return out, err
	}
	was, err := tx.LockSupplied(ctx, partner, test, p.Reference)
	switch {
	case errors.Is(err, market.ErrNotFound):
		return ps.first(ctx, tx, m, p, now)
	case err != nil:
		return out, err
	case was.MandateID != m.ID:
		return out, market.Refuse("group_reference", "mandate_stays")
	}
	return ps.again(ctx, tx, m, was, p, now)
}

// reaches refuses, with ErrOutside, a group outside the networks that let the partner post: its yes alone lets nobody into them.
func reaches(ctx context.Context, tx *store.Tx, m market.Mandate) error {
	grants, err := tx.GrantsOf(ctx, m.PartnerID)
	if err != nil {
		return err
	}
	reach := market.ReachOf(grants)
	if !slices.Contains(reach.Scopes, market.MayPost) { // the last of them ended since the key was read, or while a file is being done
		return ErrOutside
	}
	networks, err := networksOf(ctx, tx, reach, market.MayPost)
	if err != nil || networks == nil {
		return err
	}
	in, err := tx.BelongsTo(ctx, m.GroupID, networks)
	if err == nil && !in {
		err = ErrOutside
	}
	return err
}

// validate checks a listing as its posting will, before its group may be here.
func (ps *Partners) validate(ctx context.Context, tx *store.Tx, m market.Mandate, p parcel) error {
	l := p.Listing
	kind, err := tx.Kind(ctx, l.Kind)
	if errors.Is(err, market.ErrNotFound) {
		return market.Refuse("kind", "choice")
	}
	if err != nil {
		return err
	}
	known := p.at != nil || m.About.Place != nil
	if !known && m.GroupID != "" {
		places, err := tx.Places(ctx, m.GroupID)
		if err != nil {
			return err
		}
		known = len(places) > 0
	}
	l.PlaceID = ""
	if known {
		l.PlaceID = m.ID // any will do: which it is to be is seen when it is posted
	}
	return l.Validate(kind, wording.IsLanguage)
}

// first keeps what comes under a reference for the first time.
func (ps *Partners) first(ctx context.Context, tx *store.Tx, m market.Mandate, p parcel, now time.Time) (out Outcome, err error) {
	n, err := tx.CountSupplied(ctx, m.ID)
	if err == nil && n >= market.MandateBefore {
		err = market.Refuse("group_reference", "supplied_many", "Max", market.MandateBefore)
	}
	if err != nil {
		return out, err
	}
	s := market.Supplied{ID: market.NewID(), PartnerID: m.PartnerID, Test: m.Test, Reference: p.Reference, MandateID: m.ID, Digest: p.digest, Link: p.Link,
		CreatedAt: now, SentAt: now}
	if m.State == market.MandateAsked {
		s.Said = &p.Supply
	} else if err := ps.post(ctx, tx, m, &s, p, now); err != nil {
		return out, err
	}
	return Outcome{Added, s}, tx.AddSupplied(ctx, s)
}

// viewer is a partner that acts for a group which said yes.
func viewer(ctx context.Context, tx *store.Tx, m market.Mandate) (market.Viewer, error) {
	v := market.Viewer{Partner: m.PartnerID, Roles: map[market.ID]market.Role{m.GroupID: market.Poster}}
	holding, err := tx.HoldingFor(ctx, m.GroupID)
	if len(holding) > 0 {
		v.Held = []market.ID{m.GroupID}
	}
	return v, err
}

// post makes a listing of what was sent.
func (ps *Partners) post(ctx context.Context, tx *store.Tx, m market.Mandate, s *market.Supplied, p parcel, now time.Time) error {
	v, err := viewer(ctx, tx, m)
	if err != nil {
		return err
	}
	l := p.Listing
	l.ID, l.GroupID, l.Life = "", m.GroupID, ""
	if l.PlaceID, err = ps.placeOf(ctx, tx, m.GroupID, p.at, l, now); err != nil {
		return err
	}
	if l, err = ps.Listings.PostIn(ctx, tx, v, l, now); err != nil {
		return err
	}
	shown := l.Width()
	s.ListingID, s.Said, s.Shown = l.ID, nil, &shown
	return nil
}

// again is what comes under a reference that is known.
func (ps *Partners) again(ctx context.Context, tx *store.Tx, m market.Mandate, s market.Supplied, p parcel, now time.Time) (out Outcome, err error) {
	same := bytes.Equal(s.Digest, p.digest) && s.ClosedAt == nil
	reopened := s.ClosedAt != nil
	s.SentAt, s.Digest, s.Link, s.ClosedAt = now, p.digest, p.Link, nil
	out = Outcome{Changed, s}
	if same {
		out.Did = Unchanged
	}
	switch {
	case s.ListingID == "" && m.State == market.MandateAsked:
		out.Supplied.Said = &p.Supply
	case s.ListingID == "": // its group has said yes since, and it was not posted yet
		if err := ps.post(ctx, tx, m, &out.Supplied, p, now); err != nil {
			return out, err
		}
	default:
		if err := ps.edit(ctx, tx, m, &out.Supplied, p, same, reopened, now); err != nil {
			return out, err
		}
	}
	return out, tx.ChangeSupplied(ctx, out.Supplied)
}

// endsSoon is when what is sent again is kept open for longer: before its group is told that it is about to end.
const endsSoon = 30 * 24 * time.Hour

// edit changes a listing that was posted. What the group changed itself stays as long as the partner sends the same.
func (ps *Partners) edit(ctx context.Context, tx *store.Tx, m market.Mandate, s *market.Supplied, p parcel, same, reopened bool, now time.Time) error {
	l, err := tx.Listing(ctx, s.ListingID)
	if err != nil {
		return err
	}
	v, err := viewer(ctx, tx, m)
	if err != nil {
		return err
	}
	closed := l.Life == market.Withdrawn || l.Life == market.Fulfilled
	switch {
	case l.Life == market.Removed:
		return ErrTakenDown
	case closed && !reopened && !same:
		return ErrClosedByGroup
	case closed && reopened:
		if err := ps.Listings.MoveIn(ctx, tx, v, l.ID, market.Open, now); err != nil {
			return err
		}
	case l.Life == market.Expired, l.Life == market.Open && l.ExpiresAt != nil && l.ExpiresAt.Sub(now) < endsSoon:
		if err := ps.Listings.ExtendIn(ctx, tx, v, l.ID, now); err != nil {
			return err
		}
	}
	if same {
		return nil
	}
	next := p.Listing
	next.ID = l.ID
	if next.Side != l.Side {
		return market.Refuse("side", "side_stays")
	}
	if next.PlaceID, err = ps.placeOf(ctx, tx, m.GroupID, p.at, next, now); err != nil {
		return err
	}
	width := s.Resize(l.Width(), next.Width())
	next.Circle, next.Widens = width.Circle, width.Widens
	return ps.Listings.EditIn(ctx, tx, v, next, now)
}

// Close closes what a partner sent under a reference: met, or withdrawn. market.ErrNotFound: there is nothing. What is
// closed already, by anyone, stays as it is. ErrRefused, ErrWithdrawn, ErrLapsed: the group's word does not stand.
func (ps *Partners) Close(ctx context.Context, b Bearer, reference string, as market.Life, now time.Time) (out Outcome, err error) {
	return ps.CloseOnce(ctx, b, reference, as, "", now)
}

// CloseOnce is Close under a once-only id, as of PutOnce.
func (ps *Partners) CloseOnce(ctx context.Context, b Bearer, reference string, as market.Life, once string, now time.Time) (out Outcome, err error) {
	defer market.Wrap(&err, "Close(%s)", reference)
	return ps.sent(ctx, b, reference, once, now, func(tx *store.Tx) (Outcome, error) {
		s, err := tx.SuppliedOf(ctx, b.Partner.ID, b.Key.Test, reference)
		if err != nil {
			return Outcome{}, err
		}
		return ps.closeIn(ctx, tx, s, as, now)
	})
}

// closeIn is Close in a transaction; it holds in the order of Put.
func (ps *Partners) closeIn(ctx context.Context, tx *store.Tx, s market.Supplied, as market.Life, now time.Time) (out Outcome, err error) {
	m, err := tx.LockMandate(ctx, s.MandateID)
	if err == nil {
		err = standing(m)
	}
	if err == nil {
		s, err = tx.LockSupplied(ctx, s.PartnerID, s.Test, s.Reference)
	}
	if err != nil {
		return out, err
	}
	return ps.shut(ctx, tx, m, s, as, now)
}

func (ps *Partners) shut(ctx context.Context, tx *store.Tx, m market.Mandate, s market.Supplied, as market.Life, now time.Time) (Outcome, error) {
	if s.ClosedAt != nil {
		return Outcome{Unchanged, s}, nil
	}
	if s.ListingID != "" {
		v, err := viewer(ctx, tx, m)
		if err == nil {
			err = ps.Listings.MoveIn(ctx, tx, v, s.ListingID, as, now)
		}
		if errors.Is(err, market.ErrWrongState) {
			return Outcome{Unchanged, s}, nil // closed by the group, expired or taken away
		}
		if err != nil {
			return Outcome{}, err
		}
	}
	s.ClosedAt, s.SentAt, s.Said, s.StoppedAt = &now, now, nil, nil
	return Outcome{Closed, s}, tx.ChangeSupplied(ctx, s)
}
