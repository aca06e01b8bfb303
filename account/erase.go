package account

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/wording"
)

// Leaver ends all memberships of a person inside a transaction: what they looked after passes on or ends.
type Leaver interface {
	LeaveAll(ctx context.Context, tx *store.Tx, person market.ID, now time.Time) error
}

// Mailbox holds mails that no mail server was given: those of a hub that somebody tries out, in a file of its own.
type Mailbox interface {
	// Forget throws away the mails in which any of some texts stands, in whole words.
	Forget(texts ...string) error
}

// Bound are the groups that a person would leave without an owner: each is to be handed over or closed before its only owner
// can be erased.
func (a *Accounts) Bound(ctx context.Context, person market.ID, now time.Time) (_ []market.Group, err error) {
	defer market.Wrap(&err, "Bound")
	memberships, err := a.store.Memberships(ctx, person, now)
	if err != nil {
		return nil, err
	}
	var bound []market.Group
	for _, m := range memberships {
		if m.Role != market.Owner { // nor are the members of a closed group owners
			continue
		}
		ms, err := a.store.Members(ctx, m.GroupID, now)
		if err != nil {
			return nil, err
		}
		if !ms.OnlyOwner(person) {
			continue
		}
		g, err := a.store.Group(ctx, market.System, m.GroupID)
		if err != nil {
			return nil, err
		}
		bound = append(bound, g)
	}
	return bound, nil
}

// Deserts are what would be left without its person: networks that nobody else looks after, and outside sites, whose keys end.
// Neither keeps anybody from being erased: operators can name another connector.
func (a *Accounts) Deserts(ctx context.Context, person market.ID, now time.Time) (_ []market.Network, _ []market.Partner, err error) {
	defer market.Wrap(&err, "Deserts")
	networks, err := a.store.AloneAfter(ctx, person, now)
	if err != nil {
		return nil, nil, err
	}
	partners, err := a.store.PartnersOf(ctx, person)
	return networks, partners, err
}

// AskErasure mails the viewer a link to confirm that they want to be erased. market.Invalid: Bound names a group.
// market.ErrRepeated: the form with this once-only id was sent before.
func (a *Accounts) AskErasure(ctx context.Context, v market.Viewer, once string, now time.Time) (err error) {
	defer market.Wrap(&err, "AskErasure")
	bound, err := a.Bound(ctx, v.Person, now)
	if err != nil {
		return err
	}
	if len(bound) > 0 {
		return market.Refuse("groups", "erase_bound")
	}
	return a.store.InTx(ctx, func(tx *store.Tx) error {
		id := market.NewID() // of this asking: its link is good for no other
		if err := tx.Remember(ctx, store.Once{ID: once, Person: v.Person, Answer: string(id), At: now}); err != nil {
			return err
		}
		if _, err := tx.Send(ctx, market.Letter{Kind: market.EraseConfirm, PersonID: v.Person, AboutID: id}, "", now); err != nil {
			return err
		}
		return tx.Note(ctx, event(v, "", "erasure.asked", "person", v.Person, now))
	})
}

// ByEraseLink is the person whom a link erases. It works signed out, and changes nothing. market.ErrGone: it is over a day
// old, they are erased, or have another address since.
func (a *Accounts) ByEraseLink(ctx context.Context, token string, now time.Time) (_ market.Person, err error) {
	defer market.Wrap(&err, "ByEraseLink")
	id, person, err := market.ReadLinkToken(a.TokenSecret, market.ToErase, token)
	if err != nil {
		return market.Person{}, err
	}
	letters, err := a.store.LettersAbout(ctx, market.EraseConfirm, []market.ID{id})
	if err != nil {
		return market.Person{}, err
	}
	if len(letters) != 1 || letters[0].PersonID != person || !now.Before(letters[0].CreatedAt.Add(market.EraseLasts)) {
		return market.Person{}, market.ErrGone
	}
	p, err := a.store.Person(ctx, person)
	if err == nil && p.AddressSince != nil && p.AddressSince.After(letters[0].CreatedAt) {
		err = market.ErrGone // it went to an address that is not theirs any more
	}
	return p, err
}

// Erase takes away all that is kept of the person behind a link: docs/privacy.md says what stays. They leave their groups;
// what nobody belongs to any more loses its words too. It works signed out. market.Invalid: Bound names a group by now.
// market.ErrGone as ByEraseLink.
func (a *Accounts) Erase(ctx context.Context, token string, now time.Time) (_ market.Person, err error) {
	defer market.Wrap(&err, "Erase")
	p, err := a.ByEraseLink(ctx, token, now)
	if err != nil {
		return p, err
	}
	bound, err := a.Bound(ctx, p.ID, now)
	if err == nil && len(bound) > 0 {
		err = market.Refuse("groups", "erase_bound")
	}
	if err != nil {
		return p, err
	}
	return p, a.store.InTx(ctx, func(tx *store.Tx) error { return a.erase(ctx, tx, p.ID, now) })
}

func (a *Accounts) erase(ctx context.Context, tx *store.Tx, person market.ID, now time.Time) error {
	if err := tx.LockPerson(ctx, person); err != nil {
		return err
	}
	p, err := tx.Person(ctx, person)
	if err == nil && p.ErasedAt != nil {
		err = market.ErrGone
	}
	if err != nil {
		return err
	}
	if err := a.Leaver.LeaveAll(ctx, tx, person, now); err != nil {
		return err
	}
	deserted, err := tx.Deserted(ctx, person)
	if err != nil {
		return err
	}
	if err := a.emptyMailbox(ctx, tx, p, deserted); err != nil { // first: once erased, nobody knows what was theirs
		return err
	}
	for _, group := range deserted {
		if err := eraseGroup(ctx, tx, group, now); err != nil {
			return err
		}
	}
	if err := tx.ErasePerson(ctx, p, market.SuppressHash(a.TokenSecret, p.Address), now); err != nil {
		return err
	}
	return errors.Join(scrubSoon(ctx, tx, person),
		tx.Note(ctx, market.Event{At: now, Actor: person, Verb: "person.erased", Subject: "person", SubjectID: person}))
}

// emptyMailbox throws away the mails that a person got and those in which their words stand. Where the erasure fails after it,
// they are gone all the same: they can be sent for again.
func (a *Accounts) emptyMailbox(ctx context.Context, tx *store.Tx, p market.Person, deserted []market.ID) error {
	if a.Mailbox == nil {
		return nil
	}
	said, err := tx.Said(ctx, p, deserted)
	if err != nil {
		return err
	}
	return a.Mailbox.Forget(said...)
}

// gatherFor is how long erasures are gathered before files are scrubbed: to write a table anew holds up for a moment whoever
// reads it.
const gatherFor = 10 * time.Minute

// scrubSoon has what was erased leave the files of the database and of the search engine, unless that is to come already: what is small
// soon, and the rest in the night.
func scrubSoon(ctx context.Context, tx *store.Tx, person market.ID) error {
	soon := time.Now().Add(gatherFor)
	tonight := market.Tonight(soon)
	for kind, due := range map[string]time.Time{market.ScrubJob: soon, market.RewriteJob: tonight, market.CompactJob: tonight} {
		if waits, err := tx.JobWaits(ctx, kind); err != nil {
			return err
		} else if waits {
			continue
		}
		if err := tx.Enqueue(ctx, due, market.Job{Kind: kind, Subject: person}); err != nil {
			return err
		}
	}
	return nil
}

// eraseGroup also has copies of what it had posted thrown away.
func eraseGroup(ctx context.Context, tx *store.Tx, group market.ID, now time.Time) error {
	listings, err := tx.EraseGroup(ctx, group, wording.Text(wording.Default, "erase.group_gone", nil), now)
	if err != nil {
		return err
	}
	var jobs []market.Job
	for _, id := range listings {
		jobs = append(jobs, market.Job{Kind: market.IndexJob, Subject: id})
	}
	return errors.Join(tx.Enqueue(ctx, time.Now(), jobs...),
		tx.Note(ctx, market.Event{At: now, Verb: "group.erased", Subject: "group", SubjectID: group}))
}

// Scrub has what was erased leave the database's own files and statistics as well, as far as the database lets us.
func (a *Accounts) Scrub(ctx context.Context) (err error) {
	defer market.Wrap(&err, "Scrub")
	return a.store.Scrub(ctx)
}

// Rewrite is Scrub that writes large tables anew as well, each of which nobody can read meanwhile, for twenty seconds at most.
func (a *Accounts) Rewrite(ctx context.Context) (err error) {
	defer market.Wrap(&err, "Rewrite")
	return a.store.Rewrite(ctx)
}
