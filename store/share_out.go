package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"wherewithal/market"
)

// NeedsToShare are the open needs of a network (and of all below it) and a kind, the longest open first; of all when none
// is named. The sample's are left as they were planted.
func (r reads) NeedsToShare(ctx context.Context, network market.ID, kind string, limit int) ([]market.ID, error) {
	var among []market.ID
	if network != "" {
		below, err := r.below(ctx, []market.ID{network})
		if err != nil {
			return nil, err
		}
		among = below[network]
	}
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select l.id from listings l join groups g on g.id = l.group_id and not g.sample
		where l.life = 'open' and l.side = 'need' and (? = '' or l.kind = ?)
		  and (?::uuid is null or exists (select 1 from network_members m
		       where m.group_id = l.group_id and m.agreed_at is not null and m.network_id = any (?::uuid[])))
		order by l.opened_at, l.id limit ?`, kind, kind, network, idArray(among), limit).Scan(&ids).Error
	return ids, translate(err)
}

// TakenOf is Taken for several needs; those of which nothing is taken are left out.
func (r reads) TakenOf(ctx context.Context, needs []market.ID) (map[market.ID]int, error) {
	var rows []struct {
		ID market.ID
		N  int
	}
	err := r.db.WithContext(ctx).Raw(`select i.need_id as id, sum(i.amount) as n from introductions i
		where i.need_id = any (?::uuid[]) and `+fills+` group by 1`, idArray(needs)).Scan(&rows).Error
	taken := map[market.ID]int{}
	for _, row := range rows {
		taken[row.ID] = row.N
	}
	return taken, translate(err)
}

// answering are those who may answer for the group of a listing, at a time given twice, and whom mail reaches.
const answering = `from memberships b join people p on p.id = b.person_id and p.erased_at is null and not p.bounced
	where b.group_id = l.group_id and b.role in ('owner', 'poster') and b.since <= ? and (b.until is null or b.until > ?)`

// NotToAsk are those of the needs that are proposed nothing whatever there is: the last proposals were ignored in a row, see
// Ignored, or there is nobody who could be asked. In the group that is who wants mails of proposals or digests; its connectors are
// asked where none of it can be reached, see Offline.
func (r reads) NotToAsk(ctx context.Context, needs []market.ID, now time.Time) (map[market.ID]bool, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select l.id from listings l where l.id = any (?::uuid[]) and (
		(select count(*) filter (where r.ignored) from (`+roundsOf+` limit ?) r) = ?
		or not exists (select 1 `+answering+` and (select count(*) from mail_stops s where s.person_id = p.id and s.kind in (?, ?)) < 2)
		and not (exists (select 1 `+connecting+` and m.group_id = l.group_id and exists (
				select 1 from people p where p.id = c.person_id and p.erased_at is null and not p.bounced))
			and not exists (select 1 `+answering+` and (select count(*) from mail_stops s where s.person_id = p.id) < ?)))`,
		idArray(needs), market.IgnoredInARow, market.IgnoredInARow,
		now, now, market.PossibleMatch, market.DigestLetter, now, now, now, now, len(market.OptionalKinds)).Scan(&ids).Error
	out := map[market.ID]bool{}
	for _, id := range ids {
		out[id] = true
	}
	return out, translate(err)
}

// HoldSharing holds the right to share out until release, by a connection of its own: it takes longer than a transaction
// should. When the process or the connection dies the right is free again. market.ErrConflict: somebody else does it now.
func (s *Store) HoldSharing(ctx context.Context) (release func(), err error) {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return nil, translate(err)
	}
	mine := false
	err = translate(conn.QueryRow(ctx, `select pg_try_advisory_lock(hashtext('share_outs'))`).Scan(&mine))
	if err == nil && !mine {
		err = market.ErrConflict
	}
	if err != nil {
		conn.Release()
		return nil, err
	}
	return func() {
		soon, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if _, err := conn.Exec(soon, `select pg_advisory_unlock(hashtext('share_outs'))`); err != nil {
			_ = conn.Conn().Close(soon) // with which the lock goes
		}
		conn.Release()
	}, nil
}

// KeepShareOut keeps what was decided. From now on it speaks for the needs.
func (tx *Tx) KeepShareOut(ctx context.Context, s market.ShareOut, needs []market.ID) error {
	if err := create(ctx, tx.db, &s); err != nil {
		return err
	}
	for start := 0; start < len(s.Parts); start += 1000 {
		rows := s.Parts[start:min(start+1000, len(s.Parts))]
		if err := create(ctx, tx.db, &rows); err != nil {
			return err
		}
	}
	return translate(tx.db.WithContext(ctx).Exec(`insert into shared_needs (need_id, share_out_id, since)
		select id, ?, ? from listings where id = any (?::uuid[])
		on conflict (need_id) do update set share_out_id = excluded.share_out_id, since = excluded.since`,
		s.ID, s.At, idArray(needs)).Error)
}

// LastShareOut of a cause. market.ErrNotFound: there was none.
func (r reads) LastShareOut(ctx context.Context, cause market.Cause) (market.ShareOut, error) {
	return r.shareOut(ctx, r.db.WithContext(ctx).Where("cause = ?", cause))
}

// LastShareOutOf a network, which somebody asked for. market.ErrNotFound: nobody did.
func (r reads) LastShareOutOf(ctx context.Context, network market.ID) (market.ShareOut, error) {
	return r.shareOut(ctx, r.db.WithContext(ctx).Where("cause = ? and network_id = ?", market.OnDemand, network))
}

// shareOut is the last of those chosen, with its parts.
func (r reads) shareOut(ctx context.Context, chosen *gorm.DB) (market.ShareOut, error) {
	s, err := one[market.ShareOut](chosen.Order("at desc"))
	if err == nil {
		s.Parts, err = many[market.SharePart](r.db.WithContext(ctx).Where("share_out_id = ?", s.ID).Order("position"))
	}
	return s, err
}

// PlanFor a need: which sharing out speaks for it, the zero value when none does, and its parts.
func (r reads) PlanFor(ctx context.Context, need market.ID) (market.SharedNeed, []market.SharePart, error) {
	n, err := one[market.SharedNeed](r.db.WithContext(ctx).Where("need_id = ?", need))
	if err != nil {
		if errors.Is(err, market.ErrNotFound) {
			err = nil
		}
		return market.SharedNeed{}, nil, err
	}
	parts, err := many[market.SharePart](r.db.WithContext(ctx).
		Where("share_out_id = ? and need_id = ?", n.ShareOutID, need).Order("position"))
	return n, parts, err
}

// KeptOf are the parts of offers that plans made since a time give to other needs than those named, as long as they may
// come about: the need is open, and the two have not refused, missed or met each other since.
func (r reads) KeptOf(ctx context.Context, offers, notFor []market.ID, since time.Time) ([]market.SharePart, error) {
	return many[market.SharePart](r.db.WithContext(ctx).Raw(`select p.* from share_parts p
		join shared_needs n on n.need_id = p.need_id and n.share_out_id = p.share_out_id and n.since > ?
		join listings l on l.id = p.need_id and l.life = 'open'
		where p.offer_id = any (?::uuid[]) and not p.need_id = any (?::uuid[])
		  and not exists (select 1 from introductions i where i.offer_id = p.offer_id and i.need_id = p.need_id
		      and coalesce(i.ended_at, i.connected_at) >= n.since)
		order by p.share_out_id, p.position`, since, idArray(offers), idArray(notFor)))
}

// HoldNeed has a need wait for the next sharing out. False: one speaks for it already, or it waits.
func (tx *Tx) HoldNeed(ctx context.Context, need market.ID, now time.Time) (bool, error) {
	res := tx.db.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&market.SharedNeed{NeedID: need, Since: now})
	return res.RowsAffected == 1, translate(res.Error)
}

// HeldNeeds of a kind wait for a sharing out since a time, the longest waiting first.
func (r reads) HeldNeeds(ctx context.Context, kind string, since time.Time, limit int) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select n.need_id from shared_needs n join listings l on l.id = n.need_id
		where n.share_out_id is null and n.since > ? and l.kind = ? and l.life = 'open'
		order by n.since, n.need_id limit ?`, since, kind, limit).Scan(&ids).Error
	return ids, translate(err)
}

// ShareWaits reports whether a sharing out of a kind is to come already.
func (r reads) ShareWaits(ctx context.Context, kind string) (bool, error) {
	var waits bool
	err := r.db.WithContext(ctx).Raw(`select exists (select 1 from outbox o join listings l on l.id = o.subject and l.kind = ?
		where o.kind = ? and o.state = 'waiting')`, kind, market.ShareJob).Scan(&waits).Error
	return waits, translate(err)
}

// NetworkShareWaits reports whether a sharing out that a network's connector asked for is to come already.
func (r reads) NetworkShareWaits(ctx context.Context, network market.ID) (bool, error) {
	var waits bool
	err := r.db.WithContext(ctx).Raw(`select exists (select 1 from outbox where kind = ? and subject = ? and state in ('waiting', 'sent'))`,
		market.ShareNetworkJob, network).Scan(&waits).Error
	return waits, translate(err)
}

// Crowded reports whether at least n needs of a kind wait to be matched at this moment.
func (r reads) Crowded(ctx context.Context, kind string, n int) (bool, error) {
	var waiting int
	err := r.db.WithContext(ctx).Raw(`select count(*) from (select 1 from outbox o
		join listings l on l.id = o.subject and l.side = 'need' and l.kind = ?
		where o.kind = 'match' and o.state in ('waiting', 'sent') limit ?) w`, kind, n).Scan(&waiting).Error
	return waiting >= n, translate(err)
}

// NoteFaded has followers look again at the listings of groups that were helped so long ago, between two looks, that it
// counts no more: time alone changes no row.
func (tx *Tx) NoteFaded(ctx context.Context, last, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Exec(`insert into changes (listing_id, inward)
		select l.id, true from listings l where l.life in ('open', 'paused') and l.group_id in (select need_group_id from introductions
			where state = 'connected' and connected_at > ? and connected_at <= ?)`, last.Add(-helpedWithin), now.Add(-helpedWithin)).Error)
}
