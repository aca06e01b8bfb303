// Package conversation is what the two groups of a connected introduction write to each other, on its page and by mail.
//
// It promises that only people of the two groups read or write it, that what was taken is kept together with the letters
// that pass it on, that one mail is taken once however often it is sent, and that neither side learns an address of the
// other that its owner did not type on the page, nor a link that acts for them. It closes 90 days after the exchange. Letters are written here as rows
// and sent elsewhere; mails are read elsewhere and come here as words.
package conversation

import (
	"context"
	"regexp"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// Conversations are the use cases. Safe for concurrent use.
type Conversations struct {
	store      *store.Store
	mailDomain string
	host       *regexp.Regexp // of our links
	darkroom   Darkroom
}

// New makes the use cases on a store. mailDomain is the right side of the Message-IDs of our letters, and the host of our links;
// darkroom is the one of the process.
func New(s *store.Store, mailDomain string, darkroom Darkroom) *Conversations {
	return &Conversations{store: s, mailDomain: mailDomain, host: regexp.MustCompile(`(?i)` + regexp.QuoteMeta(mailDomain)), darkroom: darkroom}
}

// Talk is how a conversation stands.
type Talk struct {
	State market.TalkState
	Until time.Time // when it closes by itself, as far as is known now
}

// Of a connected introduction.
func Of(ctx context.Context, s reader, in market.Introduction, now time.Time) (Talk, error) {
	ex, err := s.Exchange(ctx, in.ID)
	if err = missing(err); err != nil {
		return Talk{}, err
	}
	silenced, err := s.Silenced(ctx, in)
	return Talk{State: market.TalkOf(in, ex, silenced, now), Until: market.TalkUntil(in, ex)}, err
}

// reader is a store or a transaction of it.
type reader interface {
	Exchange(ctx context.Context, introduction market.ID) (market.Exchange, error)
	Silenced(ctx context.Context, in market.Introduction) (bool, error)
	Speakers(ctx context.Context, in market.Introduction, side market.Side, now time.Time) ([]market.Person, error)
	MailedAs(ctx context.Context, introduction market.ID, mailID string) (bool, error)
	Written(ctx context.Context, person market.ID, since time.Time) (int, error)
	FileBytes(ctx context.Context, person market.ID, since time.Time) (int64, error)
}

// post keeps a message, and a letter to each of those who are to read it. reached: mail gets to one of them.
func post(ctx context.Context, tx *store.Tx, in market.Introduction, m market.Message, files []market.MessageFile, now time.Time) (reached bool, err error) {
	if err := tx.AddMessage(ctx, m, files); err != nil {
		return false, err
	}
	people, err := readers(ctx, tx, in, m.Side.Other(), now)
	if err != nil {
		return false, err
	}
	for _, p := range people {
		reached = reached || !p.Bounced
		if err := pass(ctx, tx, m, p, in.GroupOf(m.Side.Other()), now); err != nil {
			return false, err
		}
	}
	return reached, tx.Note(ctx, market.Event{At: now, Actor: m.PersonID, OnBehalf: m.GroupID, Verb: "message.written",
		Subject: "introduction", SubjectID: in.ID, OtherID: m.ID})
}

func pass(ctx context.Context, tx *store.Tx, m market.Message, to market.Person, group market.ID, now time.Time) error {
	l := market.Letter{ID: market.NewID(), Kind: market.MessageLetter, PersonID: to.ID, GroupID: group, AboutID: m.ID,
		State: market.Waiting, CreatedAt: now}
	l.MessageID = string(l.ID)
	if err := tx.Write(ctx, l); err != nil {
		return err
	}
	return tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.LetterJob, Subject: l.ID})
}

// readers of a side are the one who said yes and those who wrote since, as long as they may answer for the group and mail
// reaches one of them; else all who may.
func readers(ctx context.Context, tx *store.Tx, in market.Introduction, side market.Side, now time.Time) ([]market.Person, error) {
	all, err := tx.Speakers(ctx, in, side, now)
	if err != nil {
		return nil, err
	}
	written, err := tx.Messages(ctx, market.System, in.ID)
	if err != nil {
		return nil, err
	}
	var part []market.Person
	for _, p := range all {
		wrote := slices.ContainsFunc(written, func(m market.Message) bool { return m.PersonID == p.ID && m.Side == side })
		if p.ID == in.ContactOf(side) || wrote {
			part = append(part, p)
		}
	}
	reached, err := tx.ReachedBy(ctx, part, market.MessageLetter)
	if len(reached) == 0 {
		part = all
	}
	return part, err
}
