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
// address than the person's: mail that they have sent on, or that they had before. An empty recipient is theirs.
func (ls *Letters) Came(ctx context.Context, letter market.ID, fate market.Fate, recipient, status string, now time.Time) (err error) {
	defer market.Wrap(&err, "Came(%s)", letter)
	l, _, err := ls.store.Letter(ctx, letter)
	if errors.Is(err, market.ErrNotFound) || err == nil && l.PersonID == "" {
		return nil
	}
	if err != nil {
		return err
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

func came(ctx context.Context, tx *store.Tx, l market.Letter, fate market.Fate, status string, now time.Time) error {
	if len(status) > 20 {
		status = ""
	}
	fresh, err := tx.Bounced(ctx, market.Bounce{LetterID: l.ID, PersonID: l.PersonID, Fate: fate, Status: status, CreatedAt: now})
	if err != nil || !fresh {
		return err
	}
	if err := tx.Note(ctx, market.Event{At: now, OnBehalf: l.GroupID, Verb: "letter." + string(fate), Subject: "letter", SubjectID: l.ID, OtherID: l.PersonID}); err != nil {
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
	if l.Kind == market.DigestLetter && (l.State == market.Sent || l.Fault == unsureFault) {
		return tx.Unseen(ctx, l.ID) // a colleague's digest of another day asks, or the schedule finds that none can
	}
	return nil
}
