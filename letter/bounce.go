package letter

import (
	"context"
	"errors"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Came takes what a mail server tells of a letter of ours. A hard bounce, or many soft ones, stops all mail to that
// person's address until they show that it works again, by signing in through a mail, and what a digest asked that comes back so was
// asked nobody by it; a complaint stops all optional mail.
// Told twice it counts once; of a letter that is no longer known it counts nothing, and neither does a bounce of another
// address than the person's: mail that they have sent on, or that they had before. An empty recipient is theirs. What is told of a
// letter to an address counts for the person who has that, or for the address where nobody has.
func (ls *Letters) Came(ctx context.Context, letter market.ID, fate market.Fate, recipient, status string, now time.Time) (err error) {
	defer market.Wrap(&err, "Came(%s)", letter)
	l, _, err := ls.store.Letter(ctx, letter)
	if errors.Is(err, market.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if l.PersonID == "" {
		return ls.cameToAddress(ctx, l, fate, recipient, status, now)
	}
	p, err := ls.store.Person(ctx, l.PersonID)
	if err != nil || fate != market.Complaint && !theirs(p, l, recipient) { // complaints often hide who complained
		return err
	}
	return ls.store.InTx(ctx, func(tx *store.Tx) error { return came(ctx, tx, l, fate, status, now) })
}

// About says which letter a report is about that came to the address for all complaints: by the envelope the mail had, or by
// its Message-ID. Both hold what only those know who got the mail, so nobody else can complain in its reader's name. Empty: a
// letter that is not known, or no more.
func (ls *Letters) About(ctx context.Context, envelope, messageID string) (market.ID, error) {
	if id, err := ls.Addresses.Bounced(envelope); err == nil {
		return id, nil
	}
	local, ours := strings.CutSuffix(messageID, "@"+ls.MailDomain)
	if !ours {
		return "", nil
	}
	l, err := ls.store.LetterByMessageID(ctx, local)
	if errors.Is(err, market.ErrNotFound) {
		return "", nil
	}
	return l.ID, err
}

// theirs reports whether what came back came from the address that a person has now.
func theirs(p market.Person, l market.Letter, recipient string) bool {
	if recipient == "" {
		return p.AddressSince == nil || l.SentAt == nil || !l.SentAt.Before(*p.AddressSince)
	}
	return strings.EqualFold(p.Address, recipient)
}

// cameToAddress is Came for a letter to an address.
func (ls *Letters) cameToAddress(ctx context.Context, l market.Letter, fate market.Fate, recipient, status string, now time.Time) error {
	to, err := ls.addressOf(ctx, l)
	if err != nil || to == "" || fate != market.Complaint && recipient != "" && !strings.EqualFold(to, recipient) {
		return err
	}
	return ls.store.InTx(ctx, func(tx *store.Tx) error { return ls.cameFrom(ctx, tx, l, to, fate, status, now) })
}

// addressOf is where a letter to an address went, "" where that is not known any more: a letter's own is dropped before what it asks
// is answered.
func (ls *Letters) addressOf(ctx context.Context, l market.Letter) (to string, err error) {
	switch {
	case l.Address != "":
		return l.Address, nil
	case l.Kind == market.InvitationLetter:
		var i market.Invitation
		i, err = ls.store.Invitation(ctx, l.AboutID)
		to = i.Address
	case l.Kind == market.MandateLetter:
		var m market.Mandate
		m, err = ls.store.Mandate(ctx, l.AboutID)
		to = m.Address
	}
	if errors.Is(err, market.ErrNotFound) {
		err = nil
	}
	return to, err
}

// cameFrom counts for the person who has an address. Where nobody has, only a hard bounce and a complaint count, and the next letters
// that are not asked for are not sent.
func (ls *Letters) cameFrom(ctx context.Context, tx *store.Tx, l market.Letter, to string, fate market.Fate, status string, now time.Time) error {
	p, err := tx.PersonAt(ctx, to)
	if err == nil {
		l.PersonID = p.ID
		return came(ctx, tx, l, fate, status, now)
	}
	if !errors.Is(err, market.ErrNotFound) {
		return err
	}
	if fate == market.SoftBounce {
		return nil
	}
	fresh, err := tell(ctx, tx, l, fate, status, now)
	if err != nil || !fresh || ls.Suppress == nil {
		return err
	}
	return tx.Suppress(ctx, ls.Suppress(to), unwanted[fate], now)
}

// unwanted is why an address is not written to after what a mail server told.
var unwanted = map[market.Fate]market.Unwanted{market.HardBounce: market.CameBack, market.Complaint: market.WasSpam}

func came(ctx context.Context, tx *store.Tx, l market.Letter, fate market.Fate, status string, now time.Time) error {
	fresh, err := tell(ctx, tx, l, fate, status, now)
	if err != nil || !fresh {
		return err
	}
	switch fate {
	case market.Complaint:
		return tx.StopMails(ctx, l.PersonID, market.OptionalKinds, now)
	case market.SoftBounce:
		n, err := tx.SoftBounces(ctx, l.PersonID, now.Add(-market.SoftBouncesWithin))
		if err != nil || n < market.SoftBounces {
			return err
		}
	}
	if err := tx.MarkBounced(ctx, l.PersonID, true); err != nil {
		return err
	}
	if l.Kind == market.DigestLetter && (l.State == market.Sent || l.Fault == market.UnsureFault) {
		return tx.Unseen(ctx, l.ID) // a colleague's digest of another day asks, or the schedule finds that none can
	}
	return nil
}

// tell keeps what a mail server told; false when it was told before.
func tell(ctx context.Context, tx *store.Tx, l market.Letter, fate market.Fate, status string, now time.Time) (bool, error) {
	if len(status) > 20 {
		status = ""
	}
	fresh, err := tx.Bounced(ctx, market.Bounce{LetterID: l.ID, PersonID: l.PersonID, Fate: fate, Status: status, CreatedAt: now})
	if err != nil || !fresh {
		return false, err
	}
	return true, tx.Note(ctx, market.Event{At: now, OnBehalf: l.GroupID, Verb: "letter." + string(fate), Subject: "letter", SubjectID: l.ID, OtherID: l.PersonID})
}
