package partner

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Why nothing can be posted for a group.
var (
	ErrRefused   = errors.New("the group said no")
	ErrWithdrawn = errors.New("the group took its yes back")
	ErrLapsed    = errors.New("the group did not answer")
)

// mandateEvent is what somebody did about a mandate.
func mandateEvent(actor market.ID, m market.Mandate, verb string, now time.Time) market.Event {
	return market.Event{At: now, Actor: actor, OnBehalf: m.GroupID, Verb: verb, Subject: "mandate", SubjectID: m.ID, OtherID: m.PartnerID}
}

// AskGroup asks a group whether a partner may post for it: the owners of GroupID, or whoever reads Address about a group that is
// new here, which About describes. Asking again for the same changes nothing; while nobody has answered, what is said of the
// group can be mended, and another address is asked in place of the first; a group that is here is asked by one partner once at
// a time. may, if not nil, is asked last whether an address, or the owners of the group of an id, may be written to. With a test key the group is one of the sandbox, and has said yes.
//
// ErrRefused and ErrWithdrawn: they said so within the last 30 days. market.Invalid names what is wrong.
func (ps *Partners) AskGroup(ctx context.Context, b Bearer, m market.Mandate, may func(address string) error, now time.Time) (_ market.Mandate, err error) {
	defer market.Wrap(&err, "AskGroup(%s)", m.Reference)
	m.ID, m.PartnerID, m.Test, m.State, m.AskedAt, m.LapsesAt = market.NewID(), b.Partner.ID, b.Key.Test, market.MandateAsked, now, now.Add(market.MandateLasts)
	if m.About.LegalForm == "" {
		m.About.LegalForm = market.Informal
	}
	if err := m.Validate(); err != nil {
		return m, err
	}
	if b.Key.Test {
		return ps.askBox(ctx, m, now)
	}
	if m.Address, err = ps.askable(ctx, b, m); err != nil {
		return m, err
	}
	kept := m
	for range 2 { // another request may be the first with this reference
		err = ps.store.InTx(ctx, func(tx *store.Tx) (err error) { kept, err = ps.ask(ctx, tx, m, may, now); return err })
		if !errors.Is(err, market.ErrConflict) {
			break
		}
	}
	return kept, err
}

// ask holds the mandate, so that no answer comes between, and then the partner, in the order of Put.
func (ps *Partners) ask(ctx context.Context, tx *store.Tx, m market.Mandate, may func(string) error, now time.Time) (market.Mandate, error) {
	was, err := tx.MandateOf(ctx, m.PartnerID, false, m.Reference)
	first := errors.Is(err, market.ErrNotFound)
	if err == nil {
		was, err = tx.LockMandate(ctx, was.ID)
	}
	if err != nil && !first {
		return m, err
	}
	if _, err := tx.LockedPartner(ctx, m.PartnerID); err != nil {
		return m, err
	}
	if first {
		return m, ps.askFirst(ctx, tx, m, may, now)
	}
	return ps.askAgain(ctx, tx, was, m, may, now)
}

// askable is the address to ask, none where the owners of a group are, which the partner may know. To whom some networks let in one that hides
// its name is the same in them as outside: which network it is in is told to nobody. It can be asked by its address.
func (ps *Partners) askable(ctx context.Context, b Bearer, m market.Mandate) (string, error) {
	if m.GroupID == "" {
		return market.NormalAddress(m.Address)
	}
	g, err := ps.store.GroupFor(ctx, b.Viewer, m.GroupID)
	if err == nil {
		err = ps.withinReach(ctx, b, g)
	}
	if errors.Is(err, market.ErrNotFound) {
		err = market.Refuse("group", "mandate_group")
	}
	return "", err
}

// withinReach refuses groups outside the networks that let the partner post, and aliases.
func (ps *Partners) withinReach(ctx context.Context, b Bearer, g market.Group) error {
	networks, err := ps.within(ctx, b.Reach, market.MayPost)
	if err != nil || networks == nil {
		return err
	}
	if g.NameHidden {
		return market.ErrNotFound
	}
	in, err := ps.store.BelongsTo(ctx, g.ID, networks)
	if err == nil && !in {
		err = market.ErrNotFound
	}
	return err
}

func (ps *Partners) askFirst(ctx context.Context, tx *store.Tx, m market.Mandate, may func(string) error, now time.Time) error {
	n, err := tx.CountMandates(ctx, m.PartnerID, false)
	if err == nil && n >= market.MaxMandates {
		err = market.Refuse("reference", "mandates_many", "Max", market.MaxMandates)
	}
	if err != nil {
		return err
	}
	if err := unasked(ctx, tx, m, now); err != nil {
		return err
	}
	if err := tx.AddMandate(ctx, m); err != nil {
		return err
	}
	return ps.tellGroup(ctx, tx, m, may, now)
}

// askAgain changes was into what is asked now.
func (ps *Partners) askAgain(ctx context.Context, tx *store.Tx, was, m market.Mandate, may func(string) error, now time.Time) (market.Mandate, error) {
	switch was.State {
	case market.MandateGiven:
		return was, nil // from then on the group says itself what it is
	case market.MandateRefused:
		if was.AnsweredAt.After(now.Add(-market.MandateNo)) {
			return was, ErrRefused
		}
	case market.MandateWithdrawn:
		if was.EndedAt.After(now.Add(-market.MandateNo)) {
			return was, ErrWithdrawn
		}
	case market.MandateAsked:
		if was.Address == m.Address && was.GroupID == m.GroupID {
			was.About = m.About
			return was, tx.ChangeMandate(ctx, was)
		}
		if was.GroupID != "" { // or one reference would ask two groups in turn for ever
			return was, market.Refuse("group", "mandate_group_stays")
		}
	}
	m.ID = was.ID
	if was.State == market.MandateWithdrawn { // it is here: its owners are asked
		m.GroupID, m.Address = was.GroupID, ""
	}
	if err := unasked(ctx, tx, m, now); err != nil {
		return m, err
	}
	if err := tx.ChangeMandate(ctx, m); err != nil {
		return m, err
	}
	return m, ps.tellGroup(ctx, tx, m, may, now)
}

// unasked refuses to ask the owners of a group under a second reference, and for 30 days after their no under any.
func unasked(ctx context.Context, tx *store.Tx, m market.Mandate, now time.Time) error {
	if m.GroupID == "" {
		return nil
	}
	all, err := tx.MandatesWith(ctx, m.PartnerID, m.GroupID)
	for _, other := range all {
		switch {
		case other.ID == m.ID || err != nil:
		case other.State == market.MandateAsked, other.State == market.MandateGiven:
			err = market.Refuse("group", "mandate_twice", "Reference", other.Reference)
		case other.State == market.MandateRefused && other.AnsweredAt.After(now.Add(-market.MandateNo)):
			err = ErrRefused
		case other.State == market.MandateWithdrawn && other.EndedAt.After(now.Add(-market.MandateNo)):
			err = ErrWithdrawn
		}
	}
	return err
}

// tellGroup writes to whoever is to answer.
func (ps *Partners) tellGroup(ctx context.Context, tx *store.Tx, m market.Mandate, may func(string) error, now time.Time) error {
	err := tx.Note(ctx, mandateEvent("", m, "mandate.asked", now))
	if err != nil {
		return err
	}
	if m.GroupID != "" {
		if may != nil {
			err = may(string(m.GroupID)) // not by their addresses: that would tell the partner whose they are
		}
		if err != nil {
			return err
		}
		return tellOwners(ctx, tx, market.Letter{Kind: market.MandateLetter, GroupID: m.GroupID, AboutID: m.ID}, "", now)
	}
	refused, err := tx.RefusedSince(ctx, m.PartnerID, m.Address, now.Add(-market.MandateNo))
	if err == nil && refused {
		err = ErrRefused
	}
	if err == nil && may != nil {
		err = may(m.Address)
	}
	if err != nil {
		return err
	}
	_, err = tx.Send(ctx, market.Letter{Kind: market.MandateLetter, Address: m.Address, AboutID: m.ID}, "", now)
	return err
}

// tellOwners writes to the owners of a letter's group; to each once under a name, if there is one.
func tellOwners(ctx context.Context, tx *store.Tx, l market.Letter, once string, now time.Time) error {
	members, err := tx.Members(ctx, l.GroupID, now)
	for _, m := range members {
		if m.Role != market.Owner || err != nil {
			continue
		}
		l.PersonID = m.PersonID
		_, err = tx.Send(ctx, l, once, now)
	}
	return err
}

// MandateToken is the secret part of the link with which a mandate is answered: by whoever reads its address, or by an
// owner of its group. Another address makes it another.
func MandateToken(secret []byte, m market.Mandate, owner market.ID) string {
	if m.Address != "" {
		owner = m.PartnerID
	}
	return market.LinkToken(secret, market.ToMandate+":"+m.Address, m.ID, owner)
}

// Question is a mandate as its page shows it, with who may answer by that link.
type Question struct {
	Mandate market.Mandate
	Partner market.Partner
	Group   market.Group   // that is here already; zero for one that is new
	Owns    []market.Group // groups of whoever reads the address, which it may be as well
	Owner   market.ID      // whose link it is, where it is not for an address
}

// ByMandateLink is the question behind a mailed link. It works signed out and changes nothing. market.ErrGone: the partner
// has ended, nobody lets it post any more, or nobody answered in time.
func (ps *Partners) ByMandateLink(ctx context.Context, token string, now time.Time) (q Question, err error) {
	defer market.Wrap(&err, "ByMandateLink")
	id, err := market.LinkThing(token)
	if err != nil {
		return q, err
	}
	if q.Mandate, err = ps.store.Mandate(ctx, id); err != nil {
		return q, err
	}
	_, other, err := market.ReadLinkToken(ps.TokenSecret, market.ToMandate+":"+q.Mandate.Address, token)
	if err != nil {
		return q, err
	}
	if other != q.Mandate.PartnerID {
		q.Owner = other
	}
	return q, ps.fill(ctx, &q, now)
}

func (ps *Partners) fill(ctx context.Context, q *Question, now time.Time) (err error) {
	if q.Partner, err = ps.store.Partner(ctx, q.Mandate.PartnerID); err != nil {
		return err
	}
	if err := ps.posts(ctx, q.Partner); errors.Is(err, errEnded) {
		return market.ErrGone
	} else if err != nil {
		return err
	}
	if q.Mandate.State == market.MandateLapsed || q.Mandate.State == market.MandateAsked && !now.Before(q.Mandate.LapsesAt) {
		return market.ErrGone
	}
	if q.Mandate.GroupID != "" {
		q.Group, err = ps.store.Group(ctx, market.System, q.Mandate.GroupID)
		return err
	}
	q.Owns, err = ps.store.OwnedAt(ctx, q.Mandate.Address, now)
	return err
}

// Reply is what a group says to a question. Group is which of its owner's groups it is; none for one that is new, or whose
// owners were asked. Words are what whoever said yes had read, and Seen is the key of what the partner had said of a new group by then; empty:
// it does not matter.
type Reply struct {
	Yes   bool
	Group market.ID
	Words string
	Seen  string
}

// AnswerByLink takes the answer of whoever holds a mailed link; it works signed out. A no can become a yes as long as the
// question stands. market.ErrRepeated: that was the answer already. market.ErrGone as ByMandateLink. market.ErrConflict: a yes to something
// else than what was asked by then.
func (ps *Partners) AnswerByLink(ctx context.Context, token string, r Reply, now time.Time) (_ market.Mandate, err error) {
	defer market.Wrap(&err, "AnswerByLink")
	q, err := ps.ByMandateLink(ctx, token, now)
	if err != nil {
		return q.Mandate, err
	}
	return ps.answer(ctx, q, r, now)
}

// AnswerAsOwner takes the answer of an owner, on the site, for one of their groups. Errors are those of AnswerByLink;
// market.ErrNotFound: the question is not for them.
func (ps *Partners) AnswerAsOwner(ctx context.Context, v market.Viewer, group, id market.ID, r Reply, now time.Time) (_ market.Mandate, err error) {
	defer market.Wrap(&err, "AnswerAsOwner(%s)", id)
	if err := v.MustOwn(group); err != nil {
		return market.Mandate{}, err
	}
	q := Question{Owner: v.Person}
	if q.Mandate, err = ps.store.Mandate(ctx, id); err != nil {
		return q.Mandate, err
	}
	p, err := ps.store.Person(ctx, v.Person)
	if err != nil {
		return q.Mandate, err
	}
	if m := q.Mandate; m.Test || m.GroupID != group && (m.GroupID != "" || m.Address == "" || m.Address != p.Address) {
		return m, market.ErrNotFound
	}
	r.Group = group
	if err := ps.fill(ctx, &q, now); err != nil {
		return q.Mandate, err
	}
	return ps.answer(ctx, q, r, now)
}

func (ps *Partners) answer(ctx context.Context, q Question, r Reply, now time.Time) (m market.Mandate, err error) {
	err = ps.store.InTx(ctx, func(tx *store.Tx) error {
		if m, err = tx.LockMandate(ctx, q.Mandate.ID); err != nil {
			return err
		}
		open := m.State == market.MandateAsked || m.State == market.MandateRefused && r.Yes
		switch {
		case m.State == market.MandateGiven && r.Yes, m.State == market.MandateRefused && !r.Yes:
			return market.ErrRepeated
		case !open || !now.Before(m.LapsesAt) || m.Address != q.Mandate.Address:
			return market.ErrGone
		case r.Yes && m.GroupID == "" && r.Seen != "" && r.Seen != m.About.Key():
			return market.ErrConflict
		case r.Yes:
			return ps.give(ctx, tx, &m, q, r, now)
		}
		return ps.refuse(ctx, tx, &m, q, now)
	})
	return m, err
}

// refuse makes it a no: of an owner for a group that is here, or of whoever reads the address.
func (ps *Partners) refuse(ctx context.Context, tx *store.Tx, m *market.Mandate, q Question, now time.Time) error {
	if m.GroupID != "" {
		v, err := ps.answerer(ctx, tx, *m, q, now)
		if err == nil {
			err = v.MustOwn(m.GroupID)
		}
		if err != nil {
			return err
		}
	}
	m.State, m.AnsweredAt, m.AnsweredBy = market.MandateRefused, &now, q.Owner
	return errors.Join(tx.ChangeMandate(ctx, *m), tx.DropUnposted(ctx, m.ID), tx.Note(ctx, mandateEvent(q.Owner, *m, "mandate.refused", now)))
}

// give makes it a yes: of an owner for a group that is here, or for a new one of whoever reads the address.
func (ps *Partners) give(ctx context.Context, tx *store.Tx, m *market.Mandate, q Question, r Reply, now time.Time) error {
	v, err := ps.answerer(ctx, tx, *m, q, now)
	if err != nil {
		return err
	}
	switch {
	case m.GroupID != "":
		err = v.MustOwn(m.GroupID)
	case r.Group != "":
		m.GroupID, err = r.Group, v.MustOwn(r.Group)
	default:
		var g market.Group
		g, err = ps.Groups.FoundIn(ctx, tx, v, m.About.Group(), m.About.Place, now)
		m.GroupID = g.ID
	}
	if err != nil {
		return err
	}
	m.State, m.Words, m.AnsweredAt, m.AnsweredBy, m.EndedAt = market.MandateGiven, r.Words, &now, v.Person, nil
	return errors.Join(tx.ChangeMandate(ctx, *m), tx.Note(ctx, mandateEvent(v.Person, *m, "mandate.given", now)),
		tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.MandateJob, Subject: m.ID}))
}

// answerer is who says yes: the owner whose link or page it is, or whoever reads the address, who is welcome from now on.
func (ps *Partners) answerer(ctx context.Context, tx *store.Tx, m market.Mandate, q Question, now time.Time) (market.Viewer, error) {
	var p market.Person
	var err error
	if q.Owner != "" {
		p, err = tx.Person(ctx, q.Owner)
	} else {
		p, err = tx.Welcome(ctx, m.Address, now)
	}
	if err != nil {
		return market.Viewer{}, err
	}
	return tx.ViewerFor(ctx, p, now)
}

// Withdraw takes a group's yes back, by one of its owners: what the partner posted for it is paused at once, and what it
// sends is refused from now on. market.ErrRepeated: it was taken back. market.ErrNotFound: it is not that group's.
func (ps *Partners) Withdraw(ctx context.Context, v market.Viewer, group, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Withdraw(%s)", id)
	if err := v.MustOwn(group); err != nil {
		return err
	}
	return ps.store.InTx(ctx, func(tx *store.Tx) error {
		m, err := tx.LockMandate(ctx, id)
		switch {
		case err != nil:
			return err
		case m.GroupID != group || m.Test:
			return market.ErrNotFound
		case m.State == market.MandateWithdrawn:
			return market.ErrRepeated
		case m.State != market.MandateGiven:
			return market.ErrGone
		}
		m.State, m.EndedAt = market.MandateWithdrawn, &now
		if err := errors.Join(tx.ChangeMandate(ctx, m), tx.DropUnposted(ctx, m.ID)); err != nil {
			return err
		}
		living, err := tx.LivingOfMandate(ctx, m.ID)
		if err != nil {
			return err
		}
		for _, s := range living {
			if err := ps.pause(ctx, tx, v, s, now); err != nil {
				return err
			}
		}
		return tx.Note(ctx, mandateEvent(v.Person, m, "mandate.withdrawn", now))
	})
}

// pause has a listing that a partner posted wait, and remembers that it was not its group or partner who paused it. Its mandate
// is locked.
func (ps *Partners) pause(ctx context.Context, tx *store.Tx, v market.Viewer, s market.Supplied, now time.Time) error {
	s, err := tx.LockSupplied(ctx, s.PartnerID, s.Test, s.Reference)
	if err != nil {
		return err
	}
	err = ps.Listings.MoveIn(ctx, tx, v, s.ListingID, market.Paused, now)
	switch {
	case errors.Is(err, market.ErrWrongState):
		return nil // somebody moved it first
	case err != nil && !errors.Is(err, market.ErrForbidden): // its group has closed
		return err
	}
	s.StoppedAt = &now
	return tx.ChangeSupplied(ctx, s)
}
