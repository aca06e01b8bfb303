// Package safety is about what was reported: its queue for connectors and operators, what they decide, the appeal against
// that, names and first listings that wait for a look.
//
// It promises that whoever posted what is hidden is told why and can appeal once, that an appeal is answered by an
// operator, that a connector decides about groups of their networks, but none of their own groups, and sees nobody's messages, and
// that every decision is in the log for good.
package safety

import (
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Ender ends what is between a group that is taken away and all others, in the transaction that takes it away.
type Ender interface {
	EndAll(ctx context.Context, tx *store.Tx, group market.ID, now time.Time) error
}

// Safety holds the use cases. Safe for concurrent use.
type Safety struct {
	store *store.Store
	ends  Ender
}

// New makes the use cases on a store.
func New(s *store.Store, ends Ender) *Safety { return &Safety{store: s, ends: ends} }

// reach are the groups about which the viewer decides: nil is all of them, for an operator. market.ErrForbidden: none.
func (sf *Safety) reach(ctx context.Context, v market.Viewer) ([]market.ID, error) {
	switch {
	case !v.SignedIn():
		return nil, market.ErrSignedOut
	case v.Operator:
		return nil, nil
	case len(v.Connects) == 0:
		return nil, market.ErrForbidden
	}
	nesting, err := sf.store.Nesting(ctx)
	if err != nil {
		return nil, err
	}
	groups, err := sf.store.GroupsIn(ctx, below(nesting, v.Connects...))
	if groups == nil {
		groups = []market.ID{}
	}
	return groups, err
}

// below are these networks and all that lie below them.
func below(nesting market.Nesting, networks ...market.ID) (all []market.ID) {
	for _, own := range networks {
		for id := range nesting.Below(own) {
			all = append(all, id)
		}
	}
	return all
}

// asConnectorOf is the network of the viewer's that reaches a group: one that it belongs to, before the nearest above those. None: an
// operator decides for the whole site.
func (sf *Safety) asConnectorOf(ctx context.Context, v market.Viewer, group market.ID) (market.ID, error) {
	if v.Operator {
		return "", nil
	}
	return sf.store.NearestAbove(ctx, v.Connects, group) // market.ErrNotFound: it left between two looks
}

// Logged is a decision with what it was about and whose it was.
type Logged struct {
	Decision market.Decision
	Thing    Thing
	By       By
}

// By is who decided, and for which network: none for the site, or of one that the viewer is not shown. Both are empty where it was at the
// machine, or the viewer is not told.
type By struct{ Person, Network string }

// Log are decisions that the viewer may know of, the newest first.
func (sf *Safety) Log(ctx context.Context, v market.Viewer, p store.LogPage) (log []Logged, err error) {
	defer market.Wrap(&err, "Log")
	groups, err := sf.reach(ctx, v)
	if err != nil {
		return nil, err
	}
	all, err := sf.store.Decisions(ctx, groups, p)
	if err != nil {
		return nil, err
	}
	things, err := sf.things(ctx, all)
	if err != nil {
		return nil, err
	}
	log = make([]Logged, len(all))
	for i, d := range all {
		log[i] = Logged{Decision: d, Thing: things[i]}
	}
	return log, sf.decidedBy(ctx, v, log)
}

// DecidedBy is who took a decision. Whom it concerns is not told, but for operators; nor is a connector who of those decided for the site.
func (sf *Safety) DecidedBy(ctx context.Context, v market.Viewer, d market.Decision, t Thing) (_ By, err error) {
	defer market.Wrap(&err, "DecidedBy(%s)", d.ID)
	one := []Logged{{Decision: d, Thing: t}}
	err = sf.decidedBy(ctx, v, one)
	return one[0].By, err
}

// decidedBy fills in who took decisions, as far as the viewer is told.
func (sf *Safety) decidedBy(ctx context.Context, v market.Viewer, log []Logged) error {
	told := func(l Logged) bool {
		return l.Decision.DecidedBy != "" && (v.Operator || !Concerned(v, l.Thing) && l.Decision.NetworkID != "")
	}
	var people, networks []market.ID
	for _, l := range log {
		if told(l) {
			people, networks = append(people, l.Decision.DecidedBy), append(networks, l.Decision.NetworkID)
		}
	}
	if len(people) == 0 {
		return nil
	}
	names, err := sf.store.PersonNames(ctx, people)
	if err != nil {
		return err
	}
	called, err := sf.store.NetworkNames(ctx, v, networks)
	for i, l := range log {
		if told(l) {
			log[i].By = By{names[l.Decision.DecidedBy], called[l.Decision.NetworkID]}
		}
	}
	return err
}

// Reported is a report with what it is about and all others on the same. market.ErrNotFound: not for this viewer. market.ErrInvolved:
// it is about a group of theirs, and they do not read what was said of it either.
func (sf *Safety) Reported(ctx context.Context, v market.Viewer, report market.ID, now time.Time) (_ Thing, _ []market.Report, err error) {
	defer market.Wrap(&err, "Reported(%s)", report)
	groups, err := sf.reach(ctx, v)
	if errors.Is(err, market.ErrForbidden) { // who decides about nothing does not learn what was reported
		err = market.ErrNotFound
	}
	if err != nil {
		return Thing{}, nil, err
	}
	r, err := sf.store.Report(ctx, report)
	if err != nil {
		return Thing{}, nil, err
	}
	t, err := sf.thing(ctx, r.Subject, r.SubjectID)
	if err != nil {
		return t, nil, err
	}
	if !v.Operator && (t.Subject == "message" || t.Subject == "site" || !slices.Contains(groups, t.Group.ID)) {
		return Thing{}, nil, market.ErrNotFound
	}
	if err := sf.apart(ctx, v, t, now); err != nil {
		return Thing{}, nil, err
	}
	all, err := sf.store.ReportsOn(ctx, r.SubjectID)
	return t, all, err
}

// Decide hides what was reported, or keeps it, and closes all reports on it. Whoever posted what is hidden is told why, and
// how to appeal; whoever reported it, what came of that. What is said to a complaint about the site is the answer to it. market.ErrRepeated: it was dealt with meanwhile. market.ErrInvolved: as of Reported.
func (sf *Safety) Decide(ctx context.Context, v market.Viewer, report market.ID, d market.Decision, now time.Time) (_ market.Decision, err error) {
	defer market.Wrap(&err, "Decide(%s)", report)
	t, _, err := sf.Reported(ctx, v, report, now)
	if err != nil {
		return d, err
	}
	d.ID, d.Subject, d.SubjectID, d.GroupID, d.DecidedBy, d.CreatedAt = market.NewID(), t.Subject, t.ID, t.Group.ID, v.Person, now
	d.Words = market.Tidy(d.Words)
	if d.Act == market.RefusedHeld { // which is for what waits, and has not been seen
		return d, market.Refuse("do", "choice")
	}
	if err := d.Validate(); err != nil {
		return d, err
	}
	if d.NetworkID, err = sf.asConnectorOf(ctx, v, t.Group.ID); err != nil {
		return d, err
	}
	return d, sf.store.InTx(ctx, func(tx *store.Tx) error {
		dealt, err := tx.HandleReports(ctx, t.ID, now)
		if err != nil {
			return err
		}
		if len(dealt) == 0 {
			return market.ErrRepeated
		}
		return errors.Join(sf.decide(ctx, tx, t, d, now), tellReporters(ctx, tx, dealt, d, now))
	})
}

// Hide takes a listing away that nobody need have reported, as whoever keeps the machine does; reports on it are dealt with too.
// All else is as when it is decided on the site: the log, the mail with the why, the appeal. market.ErrForbidden: for anybody
// but the program and operators. market.ErrWrongState: it is hidden. market.ErrInvolved: it is of a group of the operator's.
func (sf *Safety) Hide(ctx context.Context, v market.Viewer, listing market.ID, reason, words string, now time.Time) (_ market.Decision, err error) {
	defer market.Wrap(&err, "Hide(%s)", listing)
	d := market.Decision{ID: market.NewID(), Subject: "listing", SubjectID: listing, Act: market.Hidden, Reason: reason, Words: market.Tidy(words),
		DecidedBy: v.Person, CreatedAt: now}
	if !v.System && !v.Operator {
		return d, market.ErrForbidden
	}
	if err := d.Validate(); err != nil {
		return d, err
	}
	t, err := sf.thing(ctx, d.Subject, listing)
	if err != nil {
		return d, err
	}
	if err := sf.outside(ctx, v, t.Group.ID, now); err != nil {
		return d, err
	}
	if t.life == market.Removed {
		return d, market.ErrWrongState
	}
	d.GroupID = t.Group.ID
	return d, sf.store.InTx(ctx, func(tx *store.Tx) error {
		dealt, err := tx.HandleReports(ctx, listing, now)
		if err != nil {
			return err
		}
		return errors.Join(sf.decide(ctx, tx, t, d, now), tellReporters(ctx, tx, dealt, d, now))
	})
}

// decide does what was decided, keeps it, and tells whoever posted what is hidden or refused.
func (sf *Safety) decide(ctx context.Context, tx *store.Tx, t Thing, d market.Decision, now time.Time) (err error) {
	switch d.Act {
	case market.Hidden:
		d.Was, err = sf.hide(ctx, tx, t, now)
	case market.RefusedHeld:
		err = refuse(ctx, tx, t, now)
	}
	if err != nil {
		return err
	}
	if err := tx.KeepDecision(ctx, d); err != nil {
		return err
	}
	e := market.Event{At: now, Actor: d.DecidedBy, NetworkID: d.NetworkID, Verb: "decision." + string(d.Act), Subject: d.Subject, SubjectID: t.ID, OtherID: d.ID}
	if err := tx.Note(ctx, e); err != nil || !d.Act.Against() {
		return err
	}
	return tellPoster(ctx, tx, market.ModerationNotice, t, d.ID, now)
}

// hide takes a thing out of sight, and gives what would put it back.
func (sf *Safety) hide(ctx context.Context, tx *store.Tx, t Thing, now time.Time) (was string, err error) {
	switch t.Subject {
	case "listing":
		return string(t.life), setLife(ctx, tx, t.ID, market.Removed, now)
	case "photo":
		return "", tx.HidePhoto(ctx, t.ID, &now)
	case "group":
		if err := sf.ends.EndAll(ctx, tx, t.ID, now); err != nil {
			return "", err
		}
		return "", setRemoved(ctx, tx, t.ID, &now)
	case "network":
		return "", tx.SetNetworkRemoved(ctx, t.ID, &now)
	case "message":
		return tx.HideMessage(ctx, t.ID, now)
	}
	return "", market.Refuse("do", "choice") // a complaint about the site is answered, not hidden
}

func setLife(ctx context.Context, tx *store.Tx, id market.ID, life market.Life, now time.Time) error {
	l, err := tx.Listing(ctx, id)
	if err != nil || l.Life == life {
		return err
	}
	l.Life, l.ClosedAt, l.UpdatedAt = life, &now, now
	if life == market.Open || life == market.Paused || life == market.Draft {
		l.ClosedAt = nil
	}
	if life != market.Removed && life != market.Paused { // what is given back paused has the day on which it comes back still
		l.PausedUntil = nil
	}
	return errors.Join(tx.ChangeListing(ctx, l),
		tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.IndexJob, Subject: id}, market.Job{Kind: market.MatchJob, Subject: id}))
}

func setRemoved(ctx context.Context, tx *store.Tx, id market.ID, at *time.Time) error {
	return errors.Join(tx.SetGroupRemoved(ctx, id, at), tx.Reindex(ctx, []market.ID{id}))
}

// tellPoster writes to those who answer for the group, to the writer of a message, or to who looks after a network.
func tellPoster(ctx context.Context, tx *store.Tx, kind market.LetterKind, t Thing, decision market.ID, now time.Time) error {
	to := []market.ID{t.Writer}
	if t.Writer == "" {
		people, err := tx.Answerers(ctx, t.Group.ID, now)
		if t.Subject == "network" {
			people, err = tx.Connectors(ctx, t.ID, now)
		}
		if err != nil {
			return err
		}
		to = nil
		for _, p := range people {
			to = append(to, p.ID)
		}
	}
	var err error
	for _, p := range to {
		_, wrote := tx.Send(ctx, market.Letter{Kind: kind, PersonID: p, GroupID: t.Group.ID, AboutID: decision}, "", now)
		err = errors.Join(err, wrote)
	}
	return err
}

// Decision as the viewer may read it: those it concerns, and who decides about them. market.ErrNotFound for others.
func (sf *Safety) Decision(ctx context.Context, v market.Viewer, id market.ID) (_ market.Decision, _ Thing, err error) {
	defer market.Wrap(&err, "Decision(%s)", id)
	d, err := sf.store.Decision(ctx, id)
	if err != nil {
		return d, Thing{}, err
	}
	t, err := sf.decidedOn(ctx, d)
	if d.Subject == "message" && t.Gone {
		err = market.ErrNotFound
	}
	if err != nil {
		return d, t, err
	}
	if !v.Operator && !Concerned(v, t) {
		groups, err := sf.reach(ctx, v)
		if err != nil || !slices.Contains(groups, d.GroupID) || d.Subject == "message" {
			return market.Decision{}, Thing{}, market.ErrNotFound
		}
	}
	return d, t, nil
}

// Concerned reports whether it was the viewer's, or their group's, that was decided about.
func Concerned(v market.Viewer, t Thing) bool {
	if t.Subject == "network" {
		return v.Looks(t.ID)
	}
	if t.Writer != "" {
		return v.SignedIn() && t.Writer == v.Person
	}
	return v.Roles[t.Group.ID].CanPost()
}

// Appeal says that something should not have been hidden, once. market.ErrGone: too late, or done already.
func (sf *Safety) Appeal(ctx context.Context, v market.Viewer, id market.ID, words string, now time.Time) (err error) {
	defer market.Wrap(&err, "Appeal(%s)", id)
	_, t, err := sf.Decision(ctx, v, id)
	if err == nil && !Concerned(v, t) {
		err = market.ErrForbidden
	}
	if err != nil {
		return err
	}
	words = market.Tidy(words)
	if err := market.ValidateAppeal("appeal", words); err != nil {
		return err
	}
	return sf.store.InTx(ctx, func(tx *store.Tx) error {
		d, err := tx.LockDecision(ctx, id)
		if err != nil {
			return err
		}
		if !d.Appealable(now) {
			return market.ErrGone
		}
		d.Appeal, d.AppealedAt, d.AppealedBy = words, &now, v.Person
		return errors.Join(tx.ChangeDecision(ctx, d), tx.Note(ctx, market.Event{At: now, Actor: v.Person, OnBehalf: d.GroupID,
			Verb: "decision.appealed", Subject: d.Subject, SubjectID: d.SubjectID, OtherID: d.ID}))
	})
}

// AnswerAppeal lets a decision stand or takes it back. For operators. market.ErrRepeated: it was answered. market.ErrInvolved: it is of
// a group of theirs, and another operator's to answer.
func (sf *Safety) AnswerAppeal(ctx context.Context, v market.Viewer, id market.ID, outcome market.AppealOutcome, words string, now time.Time) (err error) {
	defer market.Wrap(&err, "AnswerAppeal(%s)", id)
	_, t, err := sf.Decision(ctx, v, id)
	if err == nil && !v.Operator {
		err = market.ErrForbidden
	}
	if err == nil {
		err = sf.apart(ctx, v, t, now)
	}
	if err != nil {
		return err
	}
	words = market.Tidy(words)
	if err := market.ValidateAppeal("answer", words); err != nil {
		return err
	}
	if outcome != market.Upheld && outcome != market.Restored {
		return market.Refuse("do", "choice")
	}
	return sf.store.InTx(ctx, func(tx *store.Tx) error {
		d, err := tx.LockDecision(ctx, id)
		switch {
		case err != nil:
			return err
		case d.AppealedAt == nil:
			return market.ErrWrongState
		case d.AnsweredAt != nil:
			return market.ErrRepeated
		}
		before := d
		d.Outcome, d.Answer, d.AnsweredAt, d.AnsweredBy, d.Was = outcome, words, &now, v.Person, ""
		restored := outcome == market.Restored && !t.Gone
		if restored && d.Subject == "listing" && d.Act == market.Hidden { // page and mail say what it became
			if before.Was, err = lifeAgain(ctx, tx, before, now); err != nil {
				return err
			}
			d.Was = before.Was
		}
		if err := tx.ChangeDecision(ctx, d); err != nil {
			return err
		}
		if restored {
			if err := restore(ctx, tx, v, before, now); err != nil { // which asks whom the answer leaves to look
				return err
			}
		}
		return errors.Join(tellPoster(ctx, tx, market.AppealAnswered, t, d.ID, now),
			tx.Note(ctx, market.Event{At: now, Actor: v.Person, Verb: "decision." + string(outcome), Subject: d.Subject, SubjectID: d.SubjectID, OtherID: d.ID}))
	})
}

// lifeAgain of a listing is the one it had when it was hidden, unless its days ran out meanwhile, or its group closed, which would have
// withdrawn it. What is paused goes on by its own clock: where its day has passed, it comes back on the schedule's next turn.
func lifeAgain(ctx context.Context, tx *store.Tx, d market.Decision, now time.Time) (string, error) {
	l, err := tx.Listing(ctx, d.SubjectID)
	if err == nil && market.Life(d.Was).CanBecome(market.Withdrawn) {
		if err = tx.KeepOpen(ctx, l.GroupID); errors.Is(err, market.ErrForbidden) {
			return string(market.Withdrawn), nil
		}
	}
	if err == nil && d.Was == string(market.Open) && (l.ExpiresAt == nil || !l.ExpiresAt.After(now)) {
		return string(market.Expired), nil
	}
	return d.Was, err
}

// restore puts a thing back to what it was, or lets through what was refused.
func restore(ctx context.Context, tx *store.Tx, v market.Viewer, d market.Decision, now time.Time) error {
	if d.Act == market.RefusedHeld {
		return admit(ctx, tx, v, d, now)
	}
	switch d.Subject {
	case "listing":
		return setLife(ctx, tx, d.SubjectID, market.Life(d.Was), now)
	case "photo":
		return tx.HidePhoto(ctx, d.SubjectID, nil)
	case "group":
		return setRemoved(ctx, tx, d.SubjectID, nil)
	case "network":
		return tx.SetNetworkRemoved(ctx, d.SubjectID, nil)
	}
	return tx.ShowMessage(ctx, d.SubjectID, d.Was)
}

// RetryJob has a job tried again that was given up. For operators; market.ErrNotFound for others. market.ErrRepeated: it is no failed one.
// market.ErrGone: it was about a letter or file that has ended.
func (sf *Safety) RetryJob(ctx context.Context, v market.Viewer, id int64, now time.Time) (err error) {
	defer market.Wrap(&err, "RetryJob(%d)", id)
	if !v.Operator {
		return market.ErrNotFound
	}
	return sf.store.InTx(ctx, func(tx *store.Tx) error {
		job, err := tx.RetryJob(ctx, id, time.Now())
		if err != nil {
			return err
		}
		// What the job is about stands second: as the subject, a retry would count as a person's change of that listing.
		return tx.Note(ctx, market.Event{At: now, Actor: v.Person, Verb: "job.retried_" + job.Kind, Subject: "person", SubjectID: v.Person, OtherID: job.Subject})
	})
}

// againMost bounds how many letters are sent again at once.
const againMost = 500

// SendAgain has a letter sent again that failed, if that can be: market.ErrGone. Whether what it says still holds is looked at when it
// is written. For operators; market.ErrNotFound for others.
func (sf *Safety) SendAgain(ctx context.Context, v market.Viewer, letter market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "SendAgain(%s)", letter)
	n, err := sf.sendAgain(ctx, v, letter, time.Time{}, 1, now)
	if err == nil && n == 0 {
		err = market.ErrGone
	}
	return err
}

// SendAllAgain does so with all that failed within the last hours, 500 at most with the oldest first, and says with how many, and how
// many of that time are left to be sent again.
func (sf *Safety) SendAllAgain(ctx context.Context, v market.Viewer, hours int, now time.Time) (n, left int, err error) {
	defer market.Wrap(&err, "SendAllAgain(%d)", hours)
	if v.Operator && !slices.Contains(AgainWithin, hours) {
		return 0, 0, market.Refuse("within", "choice")
	}
	since := now.Add(-time.Duration(hours) * time.Hour)
	if n, err = sf.sendAgain(ctx, v, "", since, againMost, now); err != nil || n < againMost {
		return n, 0, err
	}
	left, err = sf.store.ToSendAgain(ctx, since, now)
	return n, left, err
}

// AgainWithin are the stretches of which an operator has letters sent again, in hours.
var AgainWithin = []int{1, 6, 24, int(market.LetterLasts / time.Hour), int(market.AgainLasts / time.Hour)}

func (sf *Safety) sendAgain(ctx context.Context, v market.Viewer, letter market.ID, since time.Time, limit int, now time.Time) (n int, err error) {
	if !v.Operator {
		return 0, market.ErrNotFound
	}
	err = sf.store.InTx(ctx, func(tx *store.Tx) error {
		ids, err := tx.SendAgain(ctx, letter, since, now, limit)
		for _, id := range ids {
			err = errors.Join(err, tx.Note(ctx, market.Event{At: now, Actor: v.Person, Verb: "letter.sent_again", Subject: "person", SubjectID: v.Person, OtherID: id}))
		}
		n = len(ids)
		return err
	})
	return n, err
}
