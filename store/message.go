package store

import (
	"context"
	"slices"
	"time"

	"wherewithal/market"
)

// AddMessage keeps a message with its files. market.ErrConflict: the mail it came as is kept already.
func (tx *Tx) AddMessage(ctx context.Context, m market.Message, files []market.MessageFile) error {
	if err := create(ctx, tx.db, &m); err != nil || len(files) == 0 {
		return err
	}
	return create(ctx, tx.db, &files)
}

// Message by id.
func (r reads) Message(ctx context.Context, id market.ID) (market.Message, error) {
	return one[market.Message](r.db.WithContext(ctx).Where("id = ?", id))
}

// MessagesByID; what is none is left out.
func (r reads) MessagesByID(ctx context.Context, ids []market.ID) ([]market.Message, error) {
	return many[market.Message](r.db.WithContext(ctx).Where("id = any (?::uuid[])", idArray(ids)))
}

// mayRead says whether what two groups wrote to each other is theirs to read: once connected, and after that has ended too, unless
// one keeps the other apart or moderation took it away.
func (r reads) mayRead(ctx context.Context, in market.Introduction) error {
	if in.State == market.Connected {
		return nil
	}
	if in.ConnectedAt == nil {
		return market.ErrNotFound
	}
	apart, err := r.Apart(ctx, in.OfferGroupID, in.NeedGroupID)
	if err == nil && apart {
		err = market.ErrNotFound
	}
	return err
}

// MessageFor a viewer of one of the two groups, as Messages; market.ErrNotFound for everybody else.
func (r reads) MessageFor(ctx context.Context, v market.Viewer, id market.ID) (market.Message, error) {
	m, err := r.Message(ctx, id)
	if err != nil {
		return m, err
	}
	in, err := r.Introduction(ctx, v, m.IntroductionID)
	if err == nil {
		err = r.mayRead(ctx, in)
	}
	if err != nil {
		return market.Message{}, err
	}
	return m, nil
}

// Messages of an introduction that was connected, oldest first, for a viewer of one of its groups. market.ErrNotFound for everybody
// else, where the two never were connected, and once they are kept apart after the end.
func (r reads) Messages(ctx context.Context, v market.Viewer, introduction market.ID) ([]market.Message, error) {
	in, err := r.Introduction(ctx, v, introduction)
	if err != nil {
		return nil, err
	}
	if err := r.mayRead(ctx, in); err != nil {
		return nil, err
	}
	return many[market.Message](r.db.WithContext(ctx).Where("introduction_id = ?", introduction).Order("created_at, id"))
}

// MailedAs says whether a mail was taken as a message of the introduction before.
func (r reads) MailedAs(ctx context.Context, introduction market.ID, mailID string) (bool, error) {
	var n int
	err := r.db.WithContext(ctx).Raw(`select count(*) from messages where introduction_id = ? and mail_id = ?`,
		introduction, mailID).Scan(&n).Error
	return n > 0, translate(err)
}

// MailedSince says whether any mail was taken as a message of the introduction since a time.
func (r reads) MailedSince(ctx context.Context, introduction market.ID, since time.Time) (bool, error) {
	var n int
	err := r.db.WithContext(ctx).Raw(`select count(*) from messages where introduction_id = ? and way = ? and created_at > ?`,
		introduction, market.ByMail, since).Scan(&n).Error
	return n > 0, translate(err)
}

// Written counts the messages of a person since a time.
func (r reads) Written(ctx context.Context, person market.ID, since time.Time) (int, error) {
	var n int
	err := r.db.WithContext(ctx).Raw(`select count(*) from messages where person_id = ? and created_at > ?`, person, since).Scan(&n).Error
	return n, translate(err)
}

// FileBytes is how much a person sent along with messages since a time.
func (r reads) FileBytes(ctx context.Context, person market.ID, since time.Time) (int64, error) {
	var n int64
	err := r.db.WithContext(ctx).Raw(`select coalesce(sum(f.size), 0) from message_files f join messages m on m.id = f.message_id
		where m.person_id = ? and m.created_at > ?`, person, since).Scan(&n).Error
	return n, translate(err)
}

// FilesOf a message with their contents, in order.
func (r reads) FilesOf(ctx context.Context, message market.ID) ([]market.MessageFile, error) {
	return many[market.MessageFile](r.db.WithContext(ctx).Where("message_id = ?", message).Order("position"))
}

// FilesAmong the messages, without their contents, in order; none of what is hidden.
func (r reads) FilesAmong(ctx context.Context, messages []market.ID) ([]market.MessageFile, error) {
	if len(messages) == 0 {
		return nil, nil
	}
	return many[market.MessageFile](r.db.WithContext(ctx).Select("id", "message_id", "position", "name", "type", "size").
		Where("message_id in ? and exists (select from messages m where m.id = message_id and m.purged_at is null)", messages).Order("message_id, position"))
}

// MessageFile by id, with the message it came with. market.ErrNotFound: missing, or its message is hidden.
func (r reads) MessageFile(ctx context.Context, id market.ID) (market.MessageFile, market.Message, error) {
	f, err := one[market.MessageFile](r.db.WithContext(ctx).Where("id = ?", id))
	if err != nil {
		return f, market.Message{}, err
	}
	m, err := r.Message(ctx, f.MessageID)
	if err == nil && m.PurgedAt != nil {
		err = market.ErrNotFound
	}
	return f, m, err
}

// IntroductionAt is the introduction one of whose masked addresses has the local part, and the side it reaches.
func (r reads) IntroductionAt(ctx context.Context, mask string) (market.Introduction, market.Side, error) {
	if mask == "" {
		return market.Introduction{}, "", market.ErrNotFound
	}
	in, err := one[market.Introduction](r.db.WithContext(ctx).Where("offer_mask = ? or need_mask = ?", mask, mask))
	if in.OfferMask == mask {
		return in, market.Offer, err
	}
	return in, market.Need, err
}

// Apart reports whether two groups may not talk: one keeps the other apart, or was taken away by moderation.
func (r reads) Apart(ctx context.Context, a, b market.ID) (bool, error) {
	var n int
	err := r.db.WithContext(ctx).Raw(`select (select count(*) from blocks where (group_id = ? and blocked_id = ?) or (group_id = ? and blocked_id = ?))
		+ (select count(*) from groups where id in (?, ?) and removed_at is not null)`, a, b, b, a, a, b).Scan(&n).Error
	return n > 0, translate(err)
}

// Silenced reports whether the two groups of an introduction that was connected write to each other no more, though its time for it is not
// over: they are Apart, or one of them has closed and nothing that had begun goes on.
func (r reads) Silenced(ctx context.Context, in market.Introduction) (bool, error) {
	apart, err := r.Apart(ctx, in.OfferGroupID, in.NeedGroupID)
	if err != nil || apart || in.State == market.Connected {
		return apart, err
	}
	var closed bool
	err = r.db.WithContext(ctx).Raw(`select exists (select from groups where id in (?, ?) and closed_at is not null)`, in.OfferGroupID, in.NeedGroupID).Scan(&closed).Error
	return closed, translate(err)
}

// ApartIn are those of several introductions whose two groups are Apart.
func (r reads) ApartIn(ctx context.Context, introductions []market.ID) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select i.id from introductions i where i.id = any (?::uuid[]) and (
		exists (select from blocks b where (b.group_id, b.blocked_id) in ((i.offer_group_id, i.need_group_id), (i.need_group_id, i.offer_group_id)))
		or exists (select from groups g where g.id in (i.offer_group_id, i.need_group_id) and g.removed_at is not null))`, idArray(introductions)).Scan(&ids).Error
	return ids, translate(err)
}

// DealingsOf is what the two groups of each introduction have to do with each other beside it.
func (r reads) DealingsOf(ctx context.Context, introductions []market.ID) (map[market.ID]market.Dealings, error) {
	apart, err := r.ApartIn(ctx, introductions)
	if err != nil {
		return nil, err
	}
	closed, err := r.closedIn(ctx, introductions)
	if err != nil {
		return nil, err
	}
	exchanges, err := r.ExchangesOf(ctx, introductions)
	all := map[market.ID]market.Dealings{}
	for _, id := range introductions {
		all[id] = market.Dealings{Exchange: exchanges[id], Apart: slices.Contains(apart, id), Closed: slices.Contains(closed, id)}
	}
	return all, err
}

// closedIn are those of several introductions of which one group has closed.
func (r reads) closedIn(ctx context.Context, introductions []market.ID) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select i.id from introductions i where i.id = any (?::uuid[])
		and exists (select from groups g where g.id in (i.offer_group_id, i.need_group_id) and g.closed_at is not null)`, idArray(introductions)).Scan(&ids).Error
	return ids, translate(err)
}

// AddressesOf are the mail addresses of the present members of groups and of some other people, with those that they had before, as long as
// that is kept.
func (r reads) AddressesOf(ctx context.Context, groups, others []market.ID, now time.Time) ([]string, error) {
	var list []string
	err := r.db.WithContext(ctx).Raw(`with whose (id) as (
		    select person_id from memberships where group_id = any (?::uuid[]) and since <= ? and (until is null or until > ?)
		    union select unnest(?::uuid[]))
		select p.address from people p join whose using (id) union select c.was from address_changes c join whose on whose.id = c.person_id`,
		idArray(groups), now, now, idArray(others)).Scan(&list).Error
	return list, translate(err)
}

// LettersAbout are the letters of a kind about a thing.
func (r reads) LettersAbout(ctx context.Context, kind market.LetterKind, about []market.ID) ([]market.Letter, error) {
	if len(about) == 0 {
		return nil, nil
	}
	return many[market.Letter](r.db.WithContext(ctx).Where("kind = ? and about_id in ?", kind, about).Order("created_at, id"))
}

// LetterByMessageID finds the letter that a mail of ours was; market.ErrNotFound: none, or dropped since.
func (r reads) LetterByMessageID(ctx context.Context, id string) (market.Letter, error) {
	return one[market.Letter](r.db.WithContext(ctx).Where("message_id = ?", id))
}
