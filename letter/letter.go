// Package letter writes out the letters that the other use cases recorded, and hands them to the mail server.
//
// It promises that a letter is sent as long as it makes sense, with the same Message-ID however often sending is tried;
// that of one which the mail server may have taken without saying so no more than eight copies go, the last ones hours apart;
// that no letter holds an address of anyone but its reader (masked addresses aside); that the clock of whoever is to
// answer starts when their letter was handed over; and that every letter ends as sent or failed within 72 hours, from when it was
// written or an operator had it sent again.
package letter

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/wording"
	"wherewithal/wording/tongue"
)

// Sender hands a mail to a mail server.
type Sender interface {
	Send(ctx context.Context, o mail.Outgoing) error
}

// Options of New.
type Options struct {
	PublicURL    string                              // where links lead, without a slash at the end
	MailDomain   string                              // right side of Message-IDs
	Addresses    Addresses                           // of letters and masked ones; the zero value: mail is not passed on
	StopLink     func(person market.ID) string       // the secret part of the link to which mails a person wants; nil: none
	RepliesCount bool                                // a plain yes or no by reply can be trusted, and counts
	SignInLink   func(signIn market.ID) string       // the secret part of a sign-in link
	PersonsLink  func(in, person market.ID) string   // the secret part of a person's link to an introduction
	OutcomeLink  func(in, person market.ID) string   // and to the page that asks whether it happened
	RingLink     func(ring, person market.ID) string // and to a ring
	// RenewLink is the secret part of the link to the page that keeps a listing open.
	RenewLink func(listing, person market.ID, ends time.Time) string
	// Suppress is what is kept of an address that is not to be written to; nil: none is.
	Suppress func(address string) []byte
	// UnwantedLink is the secret part of the link by which who has no account stops all mails to their address; nil: none.
	UnwantedLink func(address string) string

	MandateLink func(m market.Mandate, owner market.ID) string // to the page that asks whether a partner may post
	// PurposeLink is the secret part of any other link, as market.LinkToken makes it.
	PurposeLink func(purpose string, thing, other market.ID) string
}

// Letters sends letters. Safe for concurrent use.
type Letters struct {
	store  *store.Store
	sender Sender
	lang   string // of the reader, while a letter is composed
	reader market.Person
	quoted []tongue.Words
	says   *says
	Options
}

// says is what a letter says of introductions.
type says struct {
	willing []market.ID // that the giver's yes is there
	shown   []market.ID // what a digest or a letter of proposals asks about; nil: of other letters, and where none was composed
}

// quote tells the letter which words of it are whose: the titles of listings, in the languages that they are in.
func (ls *Letters) quote(all ...market.Entry) {
	for _, e := range all {
		ls.quoted = append(ls.quoted, tongue.Words{Text: e.Listing.Title, Lang: e.Listing.Language})
	}
}

// New makes the use case.
func New(s *store.Store, sender Sender, o Options) *Letters {
	return &Letters{store: s, sender: sender, Options: o}
}

// Why a letter is not sent.
var (
	errMoot    = errors.New("moot")    // it no longer makes sense: what it speaks of has moved on
	errBounced = errors.New("bounced") // mail to that address comes back
	errStopped = errors.New("stopped") // its reader wants no more of this kind
)

// Send hands one letter over. Sending again what was sent does nothing. An error wrapping mail.ErrTemporary is worth
// another try; everything else ends the letter here.
func (ls *Letters) Send(ctx context.Context, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Send(%s)", id)
	l, about, err := ls.store.Letter(ctx, id)
	if errors.Is(err, market.ErrNotFound) {
		return nil // erased with its person
	}
	if err != nil || l.State != market.Waiting {
		return err
	}
	var said says
	out, err := ls.compose(ctx, l, about, &said, now)
	if err == nil {
		err = ls.sender.Send(ctx, out)
	}
	if errors.Is(err, mail.ErrPaced) && now.Before(l.Until()) {
		return err // nothing was tried
	}
	return ls.mark(ctx, tried{Letter: l, about: about, says: said, to: out.To}, err, now)
}

// tried is a letter that was handed over, or was to be.
type tried struct {
	market.Letter
	says
	about []market.ID // introductions
	to    string      // the address it was written to
}

// errGivenUp ends a letter whose job is no more: its handler panicked, or its process died once too often.
var errGivenUp = errors.New("given up")

// turnBatch bounds how many letters are read at a time to be ended.
const turnBatch = 200

// Turn ends the letters that were not handed over in time and that no job tries any more, so that every letter ends and
// the clocks that wait for it run. Safe to repeat and to run twice at once.
func (ls *Letters) Turn(ctx context.Context, now time.Time) (err error) {
	defer market.Wrap(&err, "Turn")
	for {
		ids, failed := ls.store.LettersFrom(ctx, now.Add(-market.LetterLasts), turnBatch)
		err = errors.Join(err, failed)
		ended := 0
		for _, id := range ids {
			switch failed := ls.giveUp(ctx, id, now); {
			case failed == nil:
				ended++
			case !errors.Is(failed, market.ErrConflict) && !errors.Is(failed, market.ErrNotFound): // sent meanwhile, or erased
				err = errors.Join(err, failed)
			}
		}
		if len(ids) < turnBatch || ended == 0 {
			return err
		}
	}
}

func (ls *Letters) giveUp(ctx context.Context, id market.ID, now time.Time) error {
	l, about, err := ls.store.Letter(ctx, id)
	if err != nil {
		return err
	}
	return ls.mark(ctx, tried{Letter: l, about: about}, errGivenUp, now)
}

// mark keeps how it went. The mail was handed over before its row says so: a crash in between sends it once more, with
// the same Message-ID, which mail servers and programs recognise.
func (ls *Letters) mark(ctx context.Context, l tried, sent error, now time.Time) error {
	if errors.Is(sent, mail.ErrUnsure) {
		l.Unsure++
	}
	copied := errors.Is(sent, mail.ErrUnsure) && l.Unsure > len(market.UnsureGaps) // its reader may have all the copies there are to be
	again := sent != nil && !final(sent) && now.Before(l.Until()) && !copied
	unsure := l.Fault == market.UnsureFault || errors.Is(sent, mail.ErrUnsure) // once cut after the whole text, and not known to be refused since
	l.Tries++
	if said := mail.AnswerOf(sent); said != "" {
		l.Answer = said
	}
	switch {
	case sent == nil:
		l.State, l.SentAt, l.EndedAt, l.Fault = market.Sent, &now, &now, ""
	case again:
		l.Fault = fault(sent)
	case errors.Is(sent, errGivenUp) && l.Fault == awayFault:
		l.State, l.EndedAt = market.Failed, &now // its job outlived no outage: that is why it was not handed over
	default:
		l.State, l.EndedAt, l.Fault = market.Failed, &now, fault(sent)
	}
	if unsure && sent != nil && (!final(sent) || overtaken(sent)) {
		l.Fault = market.UnsureFault // its reader may have it: it counts as told
	}
	err := ls.keep(context.WithoutCancel(ctx), l, sent, now)
	if again {
		return errors.Join(later(l.Letter, sent), err)
	}
	return err
}

// later is the fault of a letter that is tried again, with how long it is left alone where its reader may have it already.
func later(l market.Letter, sent error) error {
	if !errors.Is(sent, mail.ErrUnsure) {
		return sent
	}
	return &market.Later{By: market.UnsureGaps[l.Unsure-1], Err: sent}
}

// keep marks the letter, with what follows from it.
func (ls *Letters) keep(ctx context.Context, l tried, sent error, now time.Time) error {
	start, reached := clocks[l.Kind], sent == nil || l.Fault == market.UnsureFault
	tells := reached && len(l.willing) > 0
	if (l.State == market.Waiting || l.State == market.Sent && start == nil) && !tells {
		return ls.store.MarkLetter(ctx, l.Letter)
	}
	return ls.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.MarkLetter(ctx, l.Letter); err != nil {
			return err
		}
		if tells {
			if err := tx.ToldYes(ctx, l.willing, now); err != nil {
				return err
			}
		}
		if l.State == market.Waiting {
			return nil
		}
		if start != nil && l.Kind != market.ByHandLetter && errors.Is(sent, errStopped) {
			return tx.Unspoken(ctx, l.ID) // nobody was asked by it: their digest asks, or the schedule finds that nothing can
		}
		leftOpen := l.Kind == market.ByHandLetter && errors.Is(sent, market.ErrNotFound) // something waits for groups that its reader does not look after now
		if l.State == market.Failed && slices.Contains(market.Overtaken, l.Fault) && !leftOpen {
			return unspoken(ctx, tx, l.Letter)
		}
		if errors.Is(sent, mail.ErrNoMailbox) && l.PersonID == "" {
			if err := ls.cameFrom(ctx, tx, l.Letter, l.to, market.HardBounce, "", now); err != nil {
				return err
			}
		}
		if errors.Is(sent, mail.ErrNoMailbox) && l.PersonID != "" {
			p, err := tx.Person(ctx, l.PersonID)
			if err == nil && p.Address == l.to { // they may have another by now
				err = came(ctx, tx, l.Letter, market.HardBounce, "", now)
			}
			if err != nil {
				return err
			}
		}
		if l.Kind == market.DigestLetter && (errors.Is(sent, errBounced) || errors.Is(sent, mail.ErrNoMailbox)) {
			return tx.Unspoken(ctx, l.ID) // a colleague's digest of another day asks, or the schedule finds that none can
		}
		if l.Kind == market.DigestLetter && l.State == market.Failed && slices.Contains(market.Passing, l.Fault) {
			if err := tx.UntellAlerts(ctx, l.ID); err != nil { // the next digest says them
				return err
			}
		}
		if reached && l.shown != nil {
			if err := tx.NotShown(ctx, l.ID, l.shown); err != nil {
				return err
			}
			l.about = l.shown
		}
		if start == nil {
			return nil
		}
		// Where it could not be handed over for good (an address that is refused, or one of the sample's people), and no other letter
		// about it is on its way, the clock runs all the same: they can answer on the site, and an introduction that nobody heard of
		// must not stay open for ever.
		return start(ctx, tx, l.Letter, l.about, now)
	})
}

// awayFault is that of a letter that no mail server took yet.
const awayFault = "away"

// overtaken: there is no reason any more to send it, or what it speaks of is gone.
func overtaken(err error) bool { return errors.Is(err, errMoot) || errors.Is(err, market.ErrNotFound) }

func final(err error) bool {
	return errors.Is(err, mail.ErrPermanent) || errors.Is(err, mail.ErrReserved) || overtaken(err) ||
		errors.Is(err, errBounced) || errors.Is(err, errStopped)
}

// fault is the class of an error, which is all that is kept of it.
func fault(err error) string {
	switch {
	case errors.Is(err, errMoot):
		return "moot"
	case errors.Is(err, market.ErrNotFound):
		return "gone"
	case errors.Is(err, errGivenUp):
		return "given_up"
	case errors.Is(err, errBounced):
		return "bounced"
	case errors.Is(err, errStopped):
		return "stopped"
	case errors.Is(err, mail.ErrReserved):
		return "reserved"
	case errors.Is(err, mail.ErrNoMailbox):
		return "no_mailbox"
	case errors.Is(err, mail.ErrPermanent):
		return "refused"
	case errors.Is(err, mail.ErrTemporary):
		return awayFault
	}
	return "fault"
}

// clocks start the 72 hours of the side that a letter of a kind told. One that failed starts those alone about which no other
// letter to the side is on its way.
var clocks = map[market.LetterKind]func(ctx context.Context, tx *store.Tx, l market.Letter, about []market.ID, now time.Time) error{
	market.PossibleMatch:    toldNeed,
	market.DigestLetter:     toldListed,
	market.SomeoneWouldLike: toldOffer,
	market.RingLetter:       toldRing,
	market.ByHandLetter:     toldListed,
}

// untold reports whether a letter failed, and its reader cannot have it.
func untold(l market.Letter) bool { return l.State == market.Failed && l.Fault != market.UnsureFault }

// wentAfterAll reports whether a letter was handed over that had failed, which started a clock: its reader has their time from now.
func wentAfterAll(l market.Letter) bool { return l.State == market.Sent && l.AgainAt != nil }

func toldNeed(ctx context.Context, tx *store.Tx, l market.Letter, about []market.ID, now time.Time) error {
	return told(ctx, tx, l, market.Need, about, now)
}

func toldOffer(ctx context.Context, tx *store.Tx, l market.Letter, about []market.ID, now time.Time) error {
	return told(ctx, tx, l, market.Offer, about, now)
}

func told(ctx context.Context, tx *store.Tx, l market.Letter, side market.Side, about []market.ID, now time.Time) (err error) {
	if untold(l) {
		about, err = tx.NotElsewhere(ctx, l.ID, side, about)
	}
	switch {
	case err != nil:
		return err
	case wentAfterAll(l):
		return tx.ToldAnew(ctx, side, about, now)
	case side == market.Need:
		return tx.ToldNeed(ctx, about, now)
	}
	return tx.ToldOffer(ctx, about, now)
}

func toldRing(ctx context.Context, tx *store.Tx, l market.Letter, _ []market.ID, now time.Time) error {
	if untold(l) {
		if waits, err := tx.RingAskedElsewhere(ctx, l.AboutID, l.GroupID, l.ID); err != nil || waits {
			return err
		}
	}
	if wentAfterAll(l) {
		return tx.ToldRingAnew(ctx, l.AboutID, l.GroupID, now)
	}
	return tx.ToldRing(ctx, l.AboutID, l.GroupID, now)
}

// toldListed starts the clocks of the sides that a digest asks, or that a connector is to ask, where they still wait. Of what a
// connector is reminded of they run.
func toldListed(ctx context.Context, tx *store.Tx, l market.Letter, _ []market.ID, now time.Time) error {
	all, err := tx.Listed(ctx, l.ID)
	waiting := map[market.Side][]market.ID{}
	for _, ask := range all {
		in, found := tx.Introduction(ctx, market.System, ask.IntroductionID)
		err = errors.Join(err, found)
		if found == nil && in.WaitsFor(ask.Side()) && !ask.Again() {
			waiting[ask.Side()] = append(waiting[ask.Side()], in.ID)
		}
	}
	return errors.Join(err, toldNeed(ctx, tx, l, waiting[market.Need], now), toldOffer(ctx, tx, l, waiting[market.Offer], now))
}

// compose words the letter from what is there now, and notes in said what it says of introductions.
func (ls *Letters) compose(ctx context.Context, l market.Letter, about []market.ID, said *says, now time.Time) (mail.Outgoing, error) {
	out := mail.Outgoing{MessageID: l.MessageID + "@" + ls.MailDomain, To: l.Address, Envelope: ls.Addresses.At(Bounces, l.ID), Pressing: l.Kind.Pressing()}
	var reader market.Person
	if l.PersonID != "" {
		p, err := ls.store.Person(ctx, l.PersonID)
		if err != nil {
			return out, err
		}
		if err := ls.wanted(ctx, l, p, now); err != nil {
			return out, err
		}
		out.To, out.ToName, reader = p.Address, p.Name, p
	} else if p, err := ls.behind(ctx, l); err != nil {
		return out, err
	} else {
		reader = p
	}
	to := *ls
	to.reader, to.lang, to.says = reader, cmp.Or(reader.Language, wording.Default), said
	kind, err := to.kind(ctx, l, about, &out, now)
	if err != nil {
		return out, err
	}
	stop, all, err := ls.stop(ctx, l)
	if err != nil {
		return out, err
	}
	switch out.Unsubscribe = stop; {
	case all:
		kind = mail.WithStopAll(kind, stop)
	case stop != "":
		kind = mail.WithStop(kind, stop)
	}
	out.Rendered, err = mail.Render(to.lang, kind, to.quoted...)
	return out, err
}

// stop is where mails of a letter's kind are ended, of a saved search those about it; "" for kinds that cannot be. all: where all
// to an address are, that is nobody's here.
func (ls *Letters) stop(ctx context.Context, l market.Letter) (link string, all bool, err error) {
	switch {
	case l.Kind == market.SavedSearchLetter:
		return ls.stopSearch(l.AboutID, l.PersonID), false, nil
	case ls.StopLink == nil || !l.Kind.Optional():
		return "", false, nil
	case l.PersonID == "":
		p, err := ls.store.PersonAt(ctx, l.Address)
		if errors.Is(err, market.ErrNotFound) {
			if ls.UnwantedLink == nil {
				return "", false, nil
			}
			return ls.PublicURL + "/unwanted/" + ls.UnwantedLink(l.Address), true, nil
		}
		if err != nil {
			return "", false, err
		}
		l.PersonID = p.ID
	}
	return ls.PublicURL + "/mails/" + ls.StopLink(l.PersonID) + "/stop/" + string(l.Kind), false, nil
}

// wanted refuses a letter to an address from which mail comes back, but for the link that shows whether it still does, and
// one of a kind that its reader stopped.
func (ls *Letters) wanted(ctx context.Context, l market.Letter, p market.Person, now time.Time) error {
	if p.Bounced && l.Kind != market.SignInLetter {
		return errBounced
	}
	if !l.Kind.Optional() {
		return nil
	}
	stopped, err := ls.store.StoppedMails(ctx, p.ID)
	if err == nil && slices.Contains(stopped, l.Kind) {
		err = errStopped
	}
	if err != nil {
		return err
	}
	unwanted := ls.unsuppressed(ctx, p.Address)
	if errors.Is(unwanted, errStopped) || errors.Is(unwanted, errBounced) {
		return cmp.Or(ls.takeOver(ctx, l, p, unwanted, now), unwanted)
	}
	return unwanted
}

// takeOver has what is kept of an address be what is kept of the person who has it by now, who stopped all by the link of a mail from before
// they had an account: so their page says it, no letter or digest is written that does not go, and whoever is to be asked for them is.
func (ls *Letters) takeOver(ctx context.Context, l market.Letter, p market.Person, unwanted error, now time.Time) error {
	return ls.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Unsuppress(ctx, ls.Suppress(p.Address)); err != nil {
			return err
		}
		if errors.Is(unwanted, errBounced) { // of an address that they had left and have taken back
			return errors.Join(tx.MarkBounced(ctx, p.ID, true), tx.Note(ctx, market.Event{At: now, OnBehalf: l.GroupID, Verb: "letter." + string(market.HardBounce),
				Subject: "letter", SubjectID: l.ID, OtherID: p.ID}))
		}
		return errors.Join(tx.StopMails(ctx, p.ID, market.OptionalKinds, now),
			tx.Note(ctx, market.Event{At: now, Actor: p.ID, Verb: "mails.stopped", Subject: "person", SubjectID: p.ID}))
	})
}

// kind words the letter; what it wants of the mail around the words, it sets in out.
func (ls *Letters) kind(ctx context.Context, l market.Letter, about []market.ID, out *mail.Outgoing, now time.Time) (mail.Kind, error) {
	switch l.Kind {
	case market.SignInLetter:
		return ls.signIn(ctx, l, now)
	case market.PossibleMatch:
		return ls.possibleMatch(ctx, l, about, out, now)
	case market.SomeoneWouldLike:
		return ls.someoneWouldLike(ctx, l, out, now)
	case market.ConnectedLetter:
		return ls.connected(ctx, l, out, now)
	case market.AnswerHere:
		return ls.answerHere(ctx, l, about, now)
	case market.AnswerLate:
		return ls.answerLate(ctx, l, now)
	case market.MessageLetter:
		return ls.message(ctx, l, out, now)
	case market.NotThisTime:
		return ls.notThisTime(ctx, l, now)
	case market.ReportReceived:
		return ls.reportReceived(ctx, l)
	case market.TimesSuggested:
		return ls.timesSuggested(ctx, l, out, now)
	case market.AgreedLetter:
		return ls.agreed(ctx, l, out, now)
	case market.CalledOffLetter:
		return ls.calledOff(ctx, l, out, now)
	case market.DayBefore:
		return ls.dayBefore(ctx, l, out, now)
	case market.AgreeSoon:
		return ls.agreeSoon(ctx, l, out, now)
	case market.NotAgreed:
		return ls.notAgreed(ctx, l, now)
	case market.RingLetter, market.RingReminder:
		return ls.ring(ctx, l, out, now)
	case market.RingEnded:
		return ls.ringEnded(ctx, l, now)
	case market.ExpiringLetter, market.ExpiredLetter:
		return ls.ending(ctx, l, now)
	case market.DidItHappen:
		return ls.didItHappen(ctx, l, now)
	case market.StaysAgreed:
		return ls.staysAgreed(ctx, l, out, now)
	case market.EndedEarly:
		return ls.endedEarly(ctx, l, out, now)
	case market.ByHandLetter:
		return ls.byHand(ctx, l, now)
	case market.DigestLetter:
		return ls.digest(ctx, l, about, now)
	case market.SavedSearchLetter:
		return ls.savedSearch(ctx, l, now)
	case market.Reminder:
		return ls.reminder(ctx, l, about, out, now)
	}
	return ls.notice(ctx, l, out, now)
}
