package letter

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/wording/tongue"
)

// message passes on what the other side wrote. It comes from us, under the writer's name; where mail is passed on, from
// the masked address that reaches the writer.
func (ls *Letters) message(ctx context.Context, l market.Letter, out *mail.Outgoing, now time.Time) (mail.Kind, error) {
	m, err := ls.store.Message(ctx, l.AboutID)
	if err != nil {
		return nil, err
	}
	s, err := ls.scene(ctx, m.IntroductionID, l.GroupID, now)
	if err != nil {
		return nil, err
	}
	apart, err := ls.store.Apart(ctx, s.in.OfferGroupID, s.in.NeedGroupID)
	if err != nil {
		return nil, err
	}
	reads, err := ls.speaks(ctx, s.in, l, now)
	if err != nil {
		return nil, err
	}
	if apart || !reads || m.PurgedAt != nil { // who stopped meanwhile still gets what was written before: it was taken
		return nil, errMoot
	}
	ex, err := ls.store.Exchange(ctx, s.in.ID)
	if err != nil && !errors.Is(err, market.ErrNotFound) {
		return nil, err
	}
	silenced, err := ls.store.Silenced(ctx, s.in)
	if err != nil {
		return nil, err
	}
	open := market.TalkOf(s.in, ex, silenced, now) == market.TalkOpen
	writer, err := ls.store.Person(ctx, m.PersonID)
	if err != nil {
		return nil, err
	}
	mine, other, err := ls.groups(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := ls.around(ctx, m, l, out); err != nil {
		return nil, err
	}
	ls.quoted = append(ls.quoted, tongue.Words{Text: m.Text, Lang: cmp.Or(tongue.Of(m.Text, writer.Language), tongue.Of(m.Text, s.other.Group.Languages...))})
	name := nameOf(writer, other)
	out.FromName = mail.Via(writer.Language, name)
	if open {
		out.From = ls.masked(s.in, m.Side)
	}
	return mail.Message{Group: mine, OtherGroup: other, Writer: name, Text: m.Text, LeftOut: m.LeftOut, Answers: out.From != "", Ended: !open,
		Link: ls.link(s.in.ID, l.PersonID) + "#talk"}, nil
}

// around are the files of a message and the mails it stands among.
func (ls *Letters) around(ctx context.Context, m market.Message, l market.Letter, out *mail.Outgoing) error {
	files, err := ls.store.FilesOf(ctx, m.ID)
	if err != nil {
		return err
	}
	for _, f := range files {
		out.Files = append(out.Files, mail.File{Name: f.Name, Type: f.Type, Content: f.Content})
	}
	out.References, err = ls.thread(ctx, m, l.PersonID)
	return err
}

// maxThread mails are named as those before; programs show a thread by fewer.
const maxThread = 20

// thread are the mails that the reader has of a conversation up to a message, oldest first, the one it answers last: our
// letters to the reader, and the reader's own mails. Nobody else's Message-ID: it may name the writer's machine.
func (ls *Letters) thread(ctx context.Context, m market.Message, reader market.ID) ([]string, error) {
	before, err := ls.store.Messages(ctx, market.System, m.IntroductionID)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(before, func(b market.Message) bool { return b.ID == m.ID }); i >= 0 {
		before = before[:i]
	}
	ids, err := ls.lettersTo(ctx, m.IntroductionID, before, reader)
	if err != nil {
		return nil, err
	}
	thread := []string{}
	if id, ok := ids[m.IntroductionID]; ok {
		thread = append(thread, id)
	}
	answered := ""
	for _, b := range before {
		id := ids[b.ID]
		if b.PersonID == reader {
			id = b.MailID
		}
		switch {
		case id == "":
		case b.ID == m.AnswersID:
			answered = id
		default:
			thread = append(thread, id)
		}
	}
	if answered != "" {
		thread = append(thread, answered)
	}
	return thread[max(0, len(thread)-maxThread):], nil
}

// lettersTo are the Message-IDs of our letters to a reader, by what they are about.
func (ls *Letters) lettersTo(ctx context.Context, in market.ID, messages []market.Message, reader market.ID) (map[market.ID]string, error) {
	connected, err := ls.store.LettersAbout(ctx, market.ConnectedLetter, []market.ID{in})
	if err != nil {
		return nil, err
	}
	about := make([]market.ID, len(messages))
	for i, b := range messages {
		about[i] = b.ID
	}
	letters, err := ls.store.LettersAbout(ctx, market.MessageLetter, about)
	ids := map[market.ID]string{}
	for _, l := range append(connected, letters...) {
		if l.PersonID == reader {
			ids[l.AboutID] = l.MessageID + "@" + ls.MailDomain
		}
	}
	return ids, err
}
