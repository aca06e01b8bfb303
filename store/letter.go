package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"wherewithal/market"
)

type letterIntroduction struct {
	IntroductionID market.ID
	PersonID       market.ID
	Kind           market.LetterKind
	LetterID       market.ID
}

func (letterIntroduction) TableName() string { return "letter_introductions" }

// Write records a letter before it is sent. market.ErrRepeated: that person already gets, or got, a letter of this kind
// about one of the introductions; nothing is kept then.
func (tx *Tx) Write(ctx context.Context, l market.Letter, introductions ...market.ID) error {
	if err := create(ctx, tx.db, &l); err != nil {
		return err
	}
	for _, id := range introductions {
		row := letterIntroduction{IntroductionID: id, PersonID: l.PersonID, Kind: l.Kind, LetterID: l.ID}
		res := tx.db.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if res.Error != nil {
			return translate(res.Error)
		}
		if res.RowsAffected == 0 {
			return market.ErrRepeated
		}
	}
	return nil
}

// WriteOnce records a letter of which its person gets one of that name, ever. False: it is written already.
func (tx *Tx) WriteOnce(ctx context.Context, l market.Letter, name string) (bool, error) {
	res := tx.db.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Select("*").Create(&onceLetter{Letter: l, Once: name})
	return res.RowsAffected == 1, translate(res.Error)
}

type onceLetter struct {
	market.Letter `gorm:"embedded"`
	Once          string
}

func (onceLetter) TableName() string { return "letters" }

// OnceNameOf is the name under which a letter was recorded by WriteOnce; "" for others.
func (r reads) OnceNameOf(ctx context.Context, letter market.ID) (string, error) {
	var name string
	err := r.db.WithContext(ctx).Raw(`select coalesce(once, '') from letters where id = ?`, letter).Scan(&name).Error
	return name, translate(err)
}

const letterByID = `select l.id, l.kind, l.person_id, l.address, l.group_id, l.about_id, l.message_id, l.state, l.tries, l.fault, l.answer,
	l.created_at, l.sent_at, l.ended_at, l.again_at, l.unsure, (select json_agg(x.introduction_id order by i.fit desc, i.id)
		from letter_introductions x join introductions i on i.id = x.introduction_id where x.letter_id = l.id)
	from letters l where l.id = $1`

// Letter by id, and the introductions it speaks of. Every letter is read so before it is sent, hence the pool's own way.
func (s *Store) Letter(ctx context.Context, id market.ID) (l market.Letter, about []market.ID, err error) {
	err = s.pool.QueryRow(ctx, letterByID, id).Scan(&l.ID, &l.Kind, &l.PersonID, &l.Address, &l.GroupID, &l.AboutID, &l.MessageID,
		&l.State, &l.Tries, &l.Fault, &l.Answer, &l.CreatedAt, &l.SentAt, &l.EndedAt, &l.AgainAt, &l.Unsure, &about)
	return l, about, none(err)
}

// MailPage is which part of the log of mails is read, the newest first.
type MailPage struct {
	State market.LetterState // only these; "": all
	At    time.Time          // when the last of the page before was written, and
	After market.ID          // which it was, though it is forgotten since; "": from the newest
	Limit int
}

// where is the condition of a page, with what it asks for. The state stands in it as it does in the indexes.
func (p MailPage) where() (string, []any) {
	which := "true"
	if slices.Contains(market.LetterStates, p.State) {
		which = "l.state = '" + string(p.State) + "'"
	} else if p.State != "" {
		which = "false"
	}
	if p.After == "" {
		return which, nil
	}
	return which + " and (l.created_at, l.id) < (?::timestamptz, ?::uuid)", []any{p.At, p.After}
}

// MailLog are the letters for an operator. Neither a body nor a full address leaves the database this way. market.ErrNotFound: the viewer is no operator.
// now is business time.
func (r reads) MailLog(ctx context.Context, v market.Viewer, page MailPage, now time.Time) ([]market.LoggedLetter, error) {
	if !v.Operator {
		return nil, market.ErrNotFound
	}
	type row struct {
		Letter market.Letter `gorm:"embedded"`
		Theirs string
		Again  bool
	}
	which, asked := page.where()
	rows, err := many[row](r.db.WithContext(ctx).Raw(`select l.*, coalesce(p.address, l.address) as theirs, `+mendable+` as again
		from letters l left join people p on p.id = l.person_id where `+which+` order by l.created_at desc, l.id desc limit ?`,
		append(append([]any{againFaults, now.Add(-market.AgainLasts)}, asked...), page.Limit)...))
	log := make([]market.LoggedLetter, len(rows))
	for i, one := range rows {
		log[i] = market.LoggedLetter{Letter: one.Letter, To: market.MaskedAddress(one.Theirs), Again: one.Again}
		log[i].Address = ""
	}
	return log, err
}

// mendable are the letters that failed and can be sent again, of some faults and after a time: but for those to an address of which
// the server said that there is none (RFC 3463, 5.1.x), or from which mail comes back.
const mendable = `(l.state = 'failed' and l.fault in ? and l.ended_at > ? and l.answer not like '5.1.%' and not coalesce(p.bounced, false))`

// againFaults are the faults of letters that can be sent again one by one: with Mendable, that of those which may have arrived.
var againFaults = append([]string{market.UnsureFault}, market.Mendable...)

// SendAgain has letters wait again that failed and can be sent again, the oldest first, and enqueues them; those that ended since
// a time and cannot have arrived, or the one of an id where that is not empty. They are tried for as long as one that was just written. now is business time.
func (tx *Tx) SendAgain(ctx context.Context, id market.ID, since, now time.Time, limit int) ([]market.ID, error) {
	faults := market.Mendable
	if id != "" {
		faults = againFaults
	}
	var ids []market.ID
	err := tx.db.WithContext(ctx).Raw(`update letters set state = 'waiting', ended_at = null, again_at = ? where id in (
		select l.id from letters l left join people p on p.id = l.person_id
		where `+mendable+` and l.ended_at >= ? and (?::uuid is null or l.id = ?::uuid)
		order by l.created_at, l.id limit ? for update of l skip locked) returning id`,
		now, faults, now.Add(-market.AgainLasts), since, id, id, limit).Scan(&ids).Error
	if err != nil {
		return nil, translate(err)
	}
	jobs := make([]market.Job, len(ids))
	for i, id := range ids {
		jobs[i] = market.Job{Kind: market.LetterJob, Subject: id}
	}
	return ids, tx.Enqueue(ctx, time.Now(), jobs...)
}

// ToSendAgain counts what SendAgain would send: those that ended since a time.
func (r reads) ToSendAgain(ctx context.Context, since, now time.Time) (int, error) {
	var n int
	err := r.db.WithContext(ctx).Raw(`select count(*) from letters l left join people p on p.id = l.person_id where `+mendable+` and l.ended_at >= ?`,
		market.Mendable, now.Add(-market.AgainLasts), since).Scan(&n).Error
	return n, translate(err)
}

// markLetter writes how sending a letter went, of marked, unless it ended meanwhile.
const markLetter = `update letters set state = $2, tries = $3, fault = $4, answer = $5, sent_at = $6, ended_at = $7, unsure = $8 where id = $1 and state = 'waiting'`

func marked(l market.Letter) []any {
	return []any{l.ID, l.State, l.Tries, l.Fault, l.Answer, l.SentAt, l.EndedAt, l.Unsure}
}

// MarkLetter writes how sending a letter went. market.ErrConflict: it ended meanwhile, by another sender.
func (tx *Tx) MarkLetter(ctx context.Context, l market.Letter) error {
	return changed(tx.db.WithContext(ctx).Exec(markLetter, marked(l)...))
}

// MarkLetter is Tx.MarkLetter for a letter from which nothing else follows; those of several senders are committed together.
func (s *Store) MarkLetter(ctx context.Context, l market.Letter) (err error) {
	defer market.Wrap(&err, "MarkLetter(%s)", l.ID)
	n, err := s.gathered.exec(ctx, markLetter, marked(l)...)
	if err == nil && n == 0 {
		err = market.ErrConflict
	}
	return err
}

// Unspoken takes back that a letter told of its introductions: it never went, and another may tell of them.
func (tx *Tx) Unspoken(ctx context.Context, letter market.ID) error {
	return translate(tx.db.WithContext(ctx).Exec(`delete from letter_introductions where letter_id = ?`, letter).Error)
}

// UnwriteOnce takes back that a letter was recorded by WriteOnce: it never went, and another of that name may be written.
func (tx *Tx) UnwriteOnce(ctx context.Context, letter market.ID) error {
	return translate(tx.db.WithContext(ctx).Exec(`update letters set once = null where id = ?`, letter).Error)
}

// Unseen takes back that a letter which came back told of its introductions, with the clocks of what it asked: of those sides that
// are waited for still, and that no other letter which went asks; the need's then knows of no yes of the giver's. The introductions are
// locked, so that of two letters which come back at once the later one finds that it was the last.
func (tx *Tx) Unseen(ctx context.Context, letter market.ID) error {
	held := tx.db.WithContext(ctx).Exec(`select from introductions where id in (select introduction_id from letter_introductions where letter_id = ?)
		order by id for no key update`, letter).Error
	if held != nil {
		return translate(held)
	}
	for side, state := range waitedForIn {
		clock := string(side)
		err := tx.db.WithContext(ctx).Exec(`update introductions i set `+clock+`_told_at = null, `+clock+`_reminded_at = null`+unsaid[side]+` from letter_introductions x
			where x.letter_id = ? and x.introduction_id = i.id and x.kind in ? and i.state = ? and not exists
			(select from letter_introductions y join letters l on l.id = y.letter_id
			  where y.introduction_id = i.id and y.letter_id <> x.letter_id and y.kind in ? and l.state = 'sent')`, letter, asks(side), state, asks(side)).Error
		if err != nil {
			return translate(err)
		}
	}
	return tx.Unspoken(ctx, letter)
}

// unsaid is what else a side knows by what asks it.
var unsaid = map[market.Side]string{market.Need: ", yes_told_at = null"}

// waitedForIn is the state in which a side is waited for.
var waitedForIn = map[market.Side]market.State{market.Need: market.Proposed, market.Offer: market.Asked}

// TakeBackLetters ends the letters about introductions and rings that wait to be sent to a person for a group, as moot, takes the
// group's from the digest that waits for the person, and gives the introductions and rings that they were to tell of.
func (tx *Tx) TakeBackLetters(ctx context.Context, group, person market.ID, now time.Time) (introductions, rings []market.ID, err error) {
	take := func(ids *[]market.ID, sql string, args ...any) {
		if err == nil {
			err = translate(tx.db.WithContext(ctx).Raw(sql, args...).Scan(ids).Error)
		}
	}
	take(&introductions, `with ended as (update letters set state = 'failed', fault = 'moot', ended_at = ?
		where person_id = ? and group_id = ? and state = 'waiting' and kind in ? returning id),
		untold as (delete from letter_introductions x where x.letter_id in (select id from ended)
		   or x.letter_id in (select id from letters where person_id = ? and state = 'waiting' and kind = ?)
		      and x.introduction_id in (select id from introductions where case x.kind when ? then offer_group_id else need_group_id end = ?)
		returning x.introduction_id)
		select distinct introduction_id from untold order by 1`, now, person, group,
		[]market.LetterKind{market.PossibleMatch, market.SomeoneWouldLike, market.Reminder}, person, market.DigestLetter, market.DigestRequest, group)
	take(&rings, `with ended as (update letters set state = 'failed', fault = 'moot', ended_at = ?
		where person_id = ? and group_id = ? and state = 'waiting' and kind in ? returning about_id)
		select distinct about_id from ended order by 1`, now, person, group, []market.LetterKind{market.RingLetter, market.RingReminder})
	return introductions, rings, err
}

// asks are the kinds of letters that ask a side: its own people, also in a digest, or a connector for it.
func asks(side market.Side) []market.LetterKind {
	if side == market.Need {
		return []market.LetterKind{market.PossibleMatch, market.DigestLetter, market.ByHandNeed}
	}
	return []market.LetterKind{market.SomeoneWouldLike, market.DigestRequest, market.ByHandOffer}
}

// NotElsewhere are those of the introductions of which no other letter, to anybody, that asks the side waits to be sent. They
// are locked, so that of two letters which fail at once the later one finds that it was the last. letter may be empty.
func (tx *Tx) NotElsewhere(ctx context.Context, letter market.ID, side market.Side, introductions []market.ID) ([]market.ID, error) {
	err := tx.db.WithContext(ctx).Exec(`select from introductions where id = any (?::uuid[]) order by id for no key update`, idArray(introductions)).Error
	if err != nil {
		return nil, translate(err)
	}
	var ids []market.ID
	err = tx.db.WithContext(ctx).Raw(`select i.id from introductions i where i.id = any (?::uuid[]) and not exists
		(select from letter_introductions x join letters l on l.id = x.letter_id
		  where x.introduction_id = i.id and x.letter_id is distinct from ?::uuid and x.kind in ? and l.state = 'waiting')`,
		idArray(introductions), letter, asks(side)).Scan(&ids).Error
	return ids, translate(err)
}

// AskedBefore reports whether any letter that asks a side of an introduction is kept, whatever became of it.
func (r reads) AskedBefore(ctx context.Context, introduction market.ID, side market.Side) (bool, error) {
	var asked bool
	err := r.db.WithContext(ctx).Raw(`select exists (select from letter_introductions where introduction_id = ? and kind in ?)`,
		introduction, asks(side)).Scan(&asked).Error
	return asked, translate(err)
}

// MayHaveAsked reports whether a letter that asks a side of an introduction may have reached its reader, though the mail server did not say so.
func (r reads) MayHaveAsked(ctx context.Context, introduction market.ID, side market.Side) (bool, error) {
	var may bool
	err := r.db.WithContext(ctx).Raw(`select exists (select from letter_introductions x join letters l on l.id = x.letter_id
		where x.introduction_id = ? and x.kind in ? and l.fault = ?)`, introduction, asks(side), market.UnsureFault).Scan(&may).Error
	return may, translate(err)
}

// OffersUnheard are the offers of groups of which somebody would like something that the group was not asked about.
func (r reads) OffersUnheard(ctx context.Context, groups []market.ID) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select distinct i.offer_id from introductions i where i.offer_group_id = any (?::uuid[]) and i.state = 'asked'
		and i.offer_answer = '' and i.offer_told_at is null and not exists
		    (select from letter_introductions x where x.introduction_id = i.id and x.kind in ?) order by 1`, idArray(groups), asks(market.Offer)).Scan(&ids).Error
	return ids, translate(err)
}

// Unheard are open introductions of which the side that is to answer was told nothing, and of which no letter that asks it waits
// to be sent. Of one offer they are the longest asked, of those that were to be put to it and of those that were not. after is the
// last of those before, "" for the first.
func (r reads) Unheard(ctx context.Context, after market.ID, limit int) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select id from (
		select i.id from introductions i where i.state = 'proposed' and i.need_answer = '' and i.need_told_at is null and not exists
		    (select from letter_introductions x join letters l on l.id = x.letter_id where x.introduction_id = i.id and x.kind in @need and l.state = 'waiting')
		union all (select distinct on (i.offer_id, l.letter is null) i.id
		  from introductions i
		  cross join lateral (select max(l.id::text) as letter, coalesce(bool_or(l.state = 'waiting'), false) as waits
		    from letter_introductions x join letters l on l.id = x.letter_id where x.introduction_id = i.id and x.kind in @offer) l
		  where i.state = 'asked' and i.offer_answer = '' and i.offer_told_at is null and not l.waits
		  order by i.offer_id, l.letter is null, i.asked_at, i.id)) unheard
		where (@after)::uuid is null or id > (@after)::uuid order by id limit @limit`,
		map[string]any{"need": asks(market.Need), "offer": asks(market.Offer), "after": after, "limit": limit}).Scan(&ids).Error
	return ids, translate(err)
}

// List adds introductions to a letter that lists them. Those that one listed so for that person already stay out.
func (tx *Tx) List(ctx context.Context, l market.Letter, kind market.LetterKind, introductions ...market.ID) error {
	rows := make([]letterIntroduction, len(introductions))
	for i, id := range introductions {
		rows[i] = letterIntroduction{IntroductionID: id, PersonID: l.PersonID, Kind: kind, LetterID: l.ID}
	}
	return translate(tx.db.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error)
}

// Listed is what a letter to a connector, or a digest, lists, by when it was proposed.
func (r reads) Listed(ctx context.Context, letter market.ID) ([]market.Listed, error) {
	var all []market.Listed
	err := r.db.WithContext(ctx).Raw(`select x.introduction_id, x.kind from letter_introductions x
		join introductions i on i.id = x.introduction_id where x.letter_id = ? order by i.proposed_at, i.id, x.kind`, letter).Scan(&all).Error
	return all, translate(err)
}

// NewestLetter of a kind to a person, which may be one of a time to come; those that never went because they were overtaken left
// out. market.ErrNotFound: none.
func (r reads) NewestLetter(ctx context.Context, person market.ID, kind market.LetterKind) (market.Letter, error) {
	return one[market.Letter](r.db.WithContext(ctx).Where("person_id = ? and kind = ? and not (state = 'failed' and fault in ?)", person, kind, market.Overtaken).
		Order("created_at desc, id desc"))
}

// ToldNeed starts the need side's clock of introductions whose proposal was handed over.
func (tx *Tx) ToldNeed(ctx context.Context, introductions []market.ID, now time.Time) error {
	return tx.told(ctx, "need_told_at", introductions, now)
}

// ToldOffer starts the offer side's clock.
func (tx *Tx) ToldOffer(ctx context.Context, introductions []market.ID, now time.Time) error {
	return tx.told(ctx, "offer_told_at", introductions, now)
}

// ToldAnew starts the clock of a side anew where it still waits for that side: the letter that failed, and so started it, has gone
// after all.
func (tx *Tx) ToldAnew(ctx context.Context, side market.Side, introductions []market.ID, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Model(&market.Introduction{}).Where("id = any (?::uuid[]) and state = ?", idArray(introductions), waitedForIn[side]).
		UpdateColumns(map[string]any{string(side) + "_told_at": now, string(side) + "_reminded_at": nil}).Error)
}

// ToldYes keeps that the need's side was told of the giver's yes, in introductions where that was there first.
func (tx *Tx) ToldYes(ctx context.Context, introductions []market.ID, now time.Time) error {
	return tx.told(ctx, "yes_told_at", introductions, now)
}

func (tx *Tx) told(ctx context.Context, column string, introductions []market.ID, now time.Time) error {
	if len(introductions) == 0 {
		return nil
	}
	return translate(tx.db.WithContext(ctx).Model(&market.Introduction{}).
		Where("id in ? and "+column+" is null", introductions).Update(column, now).Error)
}

// LettersTo counts the letters of a kind to a person since a time, those that never went because they were overtaken left out, and
// those that are free: what the governor looks at. One letter about several introductions is one.
func (r reads) LettersTo(ctx context.Context, person market.ID, kind market.LetterKind, since time.Time) (int, error) {
	var n int
	err := r.db.WithContext(ctx).Raw(`select count(*) from letters where person_id = ? and kind = ? and created_at > ? and not free
		and not (state = 'failed' and fault in ?)`,
		person, kind, since, market.Overtaken).Scan(&n).Error
	return n, translate(err)
}

// MovesHeard are the times since one at which a person was told that what an introduction brought together takes place somewhere else, the
// first first.
func (r reads) MovesHeard(ctx context.Context, person, introduction market.ID, since time.Time) ([]time.Time, error) {
	var at []time.Time
	err := r.db.WithContext(ctx).Raw(`select ended_at from letters where person_id = ? and about_id = ? and kind = ? and once like ? and ended_at > ?
		and (state = 'sent' or fault = ?) order by ended_at`,
		person, introduction, market.StaysAgreed, "%"+market.Elsewhere, since, market.UnsureFault).Scan(&at).Error
	return at, translate(err)
}

// ProposalsTo counts the letters of proposals to a person since a time, of introductions and of rings, as LettersTo does.
func (r reads) ProposalsTo(ctx context.Context, person market.ID, since time.Time) (int, error) {
	n, err := r.LettersTo(ctx, person, market.PossibleMatch, since)
	if err != nil {
		return n, err
	}
	rings, err := r.LettersTo(ctx, person, market.RingLetter, since)
	return n + rings, err
}

// LockPerson holds a person so that two jobs do not both find a place under the governor's cap.
func (tx *Tx) LockPerson(ctx context.Context, id market.ID) error {
	_, err := one[market.Person](tx.db.WithContext(ctx).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", id))
	return err
}

// Undelivered are those of some things about which no letter of a kind arrived: it failed, or came back. Of what its reader does
// not want nothing is told.
func (r reads) Undelivered(ctx context.Context, kind market.LetterKind, about []market.ID) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select l.about_id from letters l where l.kind = ? and l.about_id = any (?::uuid[]) group by l.about_id
		having bool_and(l.state = 'failed' and l.fault in ? or exists (select from bounces b where b.letter_id = l.id and b.fate = 'hard'))`,
		kind, idArray(about), market.NotArrived).Scan(&ids).Error
	return ids, translate(err)
}

// Unwritten are those of the introductions about which the person has no letter of the kind yet.
func (r reads) Unwritten(ctx context.Context, person market.ID, kind market.LetterKind, introductions []market.ID) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select i.id from introductions i where i.id = any (?::uuid[]) and not exists
		(select 1 from letter_introductions l where l.introduction_id = i.id and l.person_id = ? and l.kind = ?)
		order by i.fit desc, i.id`, idArray(introductions), person, kind).Scan(&ids).Error
	return ids, translate(err)
}

// WaitingLetters are letters not sent yet, oldest first.
func (r reads) WaitingLetters(ctx context.Context, limit int) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select id from letters where state = 'waiting' order by created_at, id limit ?`, limit).Scan(&ids).Error
	return ids, translate(err)
}

// LettersFrom before a time, or at it, that still wait and that no job tries now: from when they were written, or sent again. Those that
// waited longest come first.
func (r reads) LettersFrom(ctx context.Context, by time.Time, limit int) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select id from letters where state = 'waiting' and coalesce(again_at, created_at) <= ?
		and not exists (select from outbox o where o.kind = ? and o.subject = letters.id and o.state = 'sent')
		order by coalesce(again_at, created_at), id limit ?`, by, market.LetterJob, limit).Scan(&ids).Error
	return ids, translate(err)
}

// Send records a letter and has it sent. Where once is not empty its person gets one of that name, ever: false, it is
// written already. now is business time.
func (tx *Tx) Send(ctx context.Context, l market.Letter, once string, now time.Time) (bool, error) {
	return tx.SendLater(ctx, l, once, 0, now)
}

// SendLater is Send of a letter that is to wait for a while.
func (tx *Tx) SendLater(ctx context.Context, l market.Letter, once string, after time.Duration, now time.Time) (bool, error) {
	l.ID, l.State, l.CreatedAt = market.NewID(), market.Waiting, now
	l.MessageID = string(l.ID)
	if once != "" {
		if wrote, err := tx.WriteOnce(ctx, l, once); err != nil || !wrote {
			return false, err
		}
	} else if err := tx.Write(ctx, l); err != nil {
		return false, err
	}
	return true, tx.Enqueue(ctx, time.Now().Add(after), l.Job())
}
