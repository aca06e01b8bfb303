package conversation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"wherewithal/market"
	"wherewithal/store"
)

// Mail is what came to a masked address, read and cut.
type Mail struct {
	To      string // local part of the masked address
	From    string // who wrote it, as far as that can be trusted
	Subject string
	Own     string // the writer's own words
	Files   []market.MessageFile
	LeftOut []string // names of files that may not be passed on
	ID      string   // Message-ID; may be empty
	Answers []string // Message-IDs it answers, oldest first
	Raw     []byte   // to know a mail without a Message-ID again
}

// What Receive refuses, beside the market's errors. Trying again does not mend them.
var (
	ErrNotWriter = errors.New("not one who may write to this address")
	ErrNothing   = errors.New("nothing of the writer's own in it")
	ErrTooLong   = errors.New("more words than are passed on")
	ErrNoReader  = errors.New("nobody of the other side can be reached")
)

// comesAgain is how long a mail server tries again when it did not hear that we took a mail: RFC 5321, 4.5.4.1.
const comesAgain = 5 * 24 * time.Hour

// Reachable says whether a masked address reaches somebody now, or may be written to by a mail that was taken already and comes
// again, which Receive knows. market.ErrNotFound: there is no such address.
// market.ErrGone: the conversation is over. market.ErrWrongState: it was stopped.
func (cs *Conversations) Reachable(ctx context.Context, mask string, now time.Time) (err error) {
	defer market.Wrap(&err, "Reachable")
	in, _, err := cs.store.IntroductionAt(ctx, mask)
	if err != nil {
		return err
	}
	over := reachable(ctx, cs.store, in, now)
	if !errors.Is(over, market.ErrGone) && !errors.Is(over, market.ErrWrongState) {
		return over
	}
	if lately, err := cs.store.MailedSince(ctx, in.ID, now.Add(-comesAgain)); err != nil || lately {
		return err
	}
	return over
}

func reachable(ctx context.Context, s reader, in market.Introduction, now time.Time) error {
	talk, err := Of(ctx, s, in, now)
	switch {
	case err != nil:
		return err
	case talk.State == market.TalkStopped:
		return market.ErrWrongState
	case talk.State == market.TalkOver:
		return market.ErrGone
	}
	return nil
}

// Receive takes a mail as a message and has it passed on, in one transaction: when it returns nil, nothing of it can be
// lost any more. A mail that was taken before is nil too, and nothing is passed on twice. Beside ErrNotWriter, ErrNothing,
// ErrNoReader and ErrTooLong it gives what Reachable gives, and market.ErrTooMany and market.ErrUnavailable, which pass.
func (cs *Conversations) Receive(ctx context.Context, mail Mail, now time.Time) (m market.Message, err error) {
	defer market.Wrap(&err, "Receive")
	m, err = cs.receive(ctx, mail, now)
	if errors.Is(err, market.ErrRepeated) {
		return m, nil
	}
	return m, err
}

// receive draws the pictures of a mail before its transaction, once and only for who may write, so that nothing is held while
// they wait for room in the darkroom. What was asked for that may have changed meanwhile, and is asked again.
func (cs *Conversations) receive(ctx context.Context, mail Mail, now time.Time) (m market.Message, err error) {
	in, to, err := cs.store.IntroductionAt(ctx, mail.To)
	if err != nil {
		return m, err
	}
	if m, err = admitted(ctx, cs.store, in, to, mail, now); err != nil {
		return m, err
	}
	if err := mayWrite(ctx, cs.store, m.PersonID, now); err != nil {
		return m, err
	}
	room, err := roomFor(ctx, cs.store, m.PersonID, now)
	if err != nil {
		return m, err
	}
	if mail, err = cs.developed(ctx, mail, room); err != nil {
		return m, err
	}
	err = cs.store.InTx(ctx, func(tx *store.Tx) error {
		m, err = cs.take(ctx, tx, mail, now)
		return err
	})
	return m, err
}

// take keeps a mail that may be passed on as it is.
func (cs *Conversations) take(ctx context.Context, tx *store.Tx, mail Mail, now time.Time) (m market.Message, err error) {
	in, to, err := tx.IntroductionAt(ctx, mail.To)
	if err != nil {
		return m, err
	}
	if in, err = tx.LockIntroduction(ctx, in.ID); err != nil {
		return m, err
	}
	if m, err = admitted(ctx, tx, in, to, mail, now); err != nil {
		return m, err
	}
	if err := tx.LockPerson(ctx, m.PersonID); err != nil {
		return m, err
	}
	if err := mayWrite(ctx, tx, m.PersonID, now); err != nil {
		return m, err
	}
	files, err := cs.fill(ctx, tx, in, &m, mail, now)
	if err != nil {
		return m, err
	}
	if err := fits(ctx, tx, m.PersonID, files, now); err != nil {
		return m, err
	}
	reached, err := post(ctx, tx, in, m, files, now)
	if err == nil && !reached {
		err = ErrNoReader
	}
	return m, err
}

// admitted is the message that a mail becomes, without words as yet. market.ErrRepeated: it became one before.
func admitted(ctx context.Context, s reader, in market.Introduction, to market.Side, mail Mail, now time.Time) (market.Message, error) {
	m := market.Message{ID: market.NewID(), IntroductionID: in.ID, Side: to.Other(), GroupID: in.GroupOf(to.Other()),
		Way: market.ByMail, MailID: mailID(mail), CreatedAt: now}
	wrote, notWriter := writer(ctx, s, in, m.Side, mail.From, now)
	if m.PersonID = wrote; notWriter == nil {
		known, err := s.MailedAs(ctx, in.ID, m.MailID)
		if err == nil && known {
			err = market.ErrRepeated
		}
		if err != nil {
			return m, err
		}
	}
	return m, errors.Join(reachable(ctx, s, in, now), notWriter)
}

// writer is the person with an address who may write for a side.
func writer(ctx context.Context, s reader, in market.Introduction, side market.Side, address string, now time.Time) (market.ID, error) {
	people, err := s.Speakers(ctx, in, side, now)
	if err != nil {
		return "", err
	}
	for _, p := range people {
		if address != "" && p.Address == strings.ToLower(address) {
			return p.ID, nil
		}
	}
	return "", ErrNotWriter
}

// fill puts the words and the files of a mail into the message.
func (cs *Conversations) fill(ctx context.Context, tx *store.Tx, in market.Introduction, m *market.Message, mail Mail, now time.Time) ([]market.MessageFile, error) {
	hidden, err := hiddenOf(ctx, tx, in, "", now)
	if err != nil {
		return nil, err
	}
	clean := func(text string) string { return cs.withoutLinks(without(market.Plain(text), hidden)) }
	answers, ours, err := cs.answered(ctx, tx, in, mail.Answers)
	if err != nil {
		return nil, err
	}
	m.AnswersID = answers
	words := mail.Own
	if !ours && !answering.MatchString(mail.Subject) {
		words = mail.Subject + "\n\n" + words // a mail of its own: its subject says something
	}
	m.Text = clean(market.Tidy(words))
	if utf8.RuneCountInString(m.Text) > market.MaxMessage {
		return nil, ErrTooLong
	}
	for _, name := range mail.LeftOut {
		m.LeftOut = append(m.LeftOut, clean(name))
	}
	if m.Text == "" && len(mail.Files) == 0 {
		return nil, ErrNothing
	}
	return attached(m.ID, mail.Files, clean), nil
}

// folded is where a line of a calendar goes on in the next one (RFC 5545, 3.1): anywhere, amid an address too.
var folded = regexp.MustCompile(`\r?\n[ \t]`)

// attached are the files as they are kept: no address of an account in their names, nor in those that are words.
func attached(message market.ID, files []market.MessageFile, clean func(string) string) []market.MessageFile {
	out := slices.Clone(files)
	for i := range out {
		f := &out[i]
		f.ID, f.MessageID, f.Position = market.NewID(), message, i
		f.Name = clean(f.Name)
		if f.Type == "text/plain" {
			text := string(f.Content)
			if strings.HasSuffix(strings.ToLower(f.Name), ".ics") {
				text = folded.ReplaceAllLiteralString(text, "")
			}
			f.Content = []byte(clean(text))
		}
		f.Size = len(f.Content)
	}
	return out
}

// answered finds the message that a mail answers, the newest first, and whether it answers any mail of ours.
func (cs *Conversations) answered(ctx context.Context, tx *store.Tx, in market.Introduction, ids []string) (answers market.ID, ours bool, err error) {
	for _, id := range slices.Backward(ids) {
		local, mine := strings.CutSuffix(id, "@"+cs.mailDomain)
		if !mine {
			continue
		}
		ours = true
		l, err := tx.LetterByMessageID(ctx, local)
		if err = missing(err); err != nil {
			return "", ours, err
		}
		if l.Kind != market.MessageLetter {
			continue
		}
		m, err := tx.Message(ctx, l.AboutID)
		if err == nil && m.IntroductionID == in.ID {
			return m.ID, ours, nil
		}
		if err = missing(err); err != nil {
			return "", ours, err
		}
	}
	return "", ours, nil
}

// answering is how the subject of an answer or a forwarded mail begins.
var answering = regexp.MustCompile(`(?i)^\s*(?:re|fwd?|aw|wg|sv|tr|antw|atb)\s*(?:\[\d+\])?\s*:`)

// mailID is a mail's own Message-ID, or what stands for one: the same mail has the same.
func mailID(mail Mail) string {
	if mail.ID != "" {
		return mail.ID
	}
	sum := sha256.Sum256(mail.Raw)
	return "sha256-" + hex.EncodeToString(sum[:])
}
