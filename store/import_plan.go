package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"wherewithal/market"
)

// ImportPlan is by what a file that was read is looked at.
type ImportPlan struct {
	Import market.Import
	Ends   time.Time                 // a listing that is open until before then is kept open
	Most   int                       // listings of one group that are open, paused or waiting
	Faults map[string][]market.Fault // what is said of a row, by the codes of planSteps
}

// supplies joins rows of a file with what is there under their references now, with the group that each names and with the group that
// it is of already.
const supplies = ` from import_rows q
	left join supplied s on s.partner_id = @partner and s.test = @test and s.reference = q.reference
	left join listings l on l.id = s.listing_id
	left join mandates was on was.id = s.mandate_id
	left join mandates g on g.partner_id = @partner and g.test = @test and g.reference = q.said ->> 'group'
	where q.import_id = @import `

// unanswered is what a group's word has against a row; null where it stands.
const unanswered = ` case was.state when 'refused' then 'mandate_said_no' when 'withdrawn' then 'mandate_taken_back' when 'lapsed' then 'mandate_unanswered' end `

// stands is Supplied.Stands of what is there already.
const stands = ` s.digest || int8send(cast(extract(epoch from greatest(s.sent_at, s.closed_at)) * 1000000 as bigint)) `

// planSteps, in their order. The rules are those of the package partner, which does the rows afterwards.
var planSteps = []string{
	`update import_rows r set faults = cast(@faults as jsonb) -> 'file_twice' from (select position, row_number() over (partition by reference order by position) as n
		from import_rows where import_id = @import and reference <> '') d where r.import_id = @import and r.position = d.position and d.n > 1 and r.faults = '[]'`,
	// The same again is never done, so that no rule has anything against it.
	`update import_rows r set faults = cast(@faults as jsonb) -> f.code from (select q.position, case
			when q.closed and ` + lasts + ` then` + unanswered + `
			when q.closed or s.digest = q.digest and s.closed_at is null then null
			when s.mandate_id <> g.id then 'mandate_stays'
			when l.life = 'removed' then 'taken_down'
			when l.life in ('withdrawn', 'fulfilled') and s.closed_at is null then 'supplied_closed'
			when l.side <> q.said -> 'listing' ->> 'Side' then 'side_stays' end as code` + supplies + `and q.faults = '[]') f
		where r.import_id = @import and r.position = f.position and f.code is not null`,
	`update import_rows r set was = p.stood, act = p.act, notes = p.notes from (select q.position,` + stands + `as stood, case
				when q.faults <> '[]' then 'refused'
				when s.id is null and q.closed then 'unchanged'
				when s.id is null then 'add'
				when q.closed and ` + lasts + ` then 'close'
				when q.closed then 'unchanged'
				when s.digest <> q.digest or s.closed_at is not null then 'change'
				when l.life = 'expired' or l.life = 'open' and l.expires_at < @ends then 'keep'
				else 'unchanged' end as act, case
				when q.faults <> '[]' or q.closed then '[]'
				when g.state = 'asked' then cast(@faults as jsonb) -> 'row_waits'
				when l.life = 'draft' or l.id is null and exists (select ` + holding + ` and n.group_id = g.group_id) then cast(@faults as jsonb) -> 'row_held'
				when l.life = 'paused' then cast(@faults as jsonb) -> 'row_paused'
				else '[]' end || case
				when array_position(cast(@circles as text[]), case when s.shown is not distinct from jsonb_build_object('circle', l.circle, 'widens', l.widens) then s.bound ->> 'circle' else l.circle end)
					< array_position(cast(@circles as text[]), q.said -> 'listing' ->> 'Circle') and not q.closed and not @test then cast(@faults as jsonb) -> 'row_narrower'
				else '[]' end as notes` + supplies + `) p where r.import_id = @import and r.position = p.position`,
	`update import_rows set notes = '[]' where import_id = @import and act not in ('add', 'change') and notes <> '[]'`,
	// A group's listings go up by what is added and down by what is closed, row by row, and stop at the most there may be. Without
	// that stop the sum so far would be n; it stops wherever n climbs higher above the most than it has been before.
	`update import_rows r set act = 'refused', notes = '[]', faults = cast(@faults as jsonb) -> 'supplied_many' from (
			select position, over, lag(over, 1, 0) over (partition by mandate order by position) as before from (
				select position, mandate, greatest(max(n) over (partition by mandate order by position) - @most, 0) as over from (
					select position, mandate, coalesce(h.n, 0) + sum(step) over (partition by mandate order by position) as n from (
						select q.position, coalesce(s.mandate_id, g.id) as mandate, case q.act when 'add' then 1 else -1 end as step` + supplies + `and q.act in ('add', 'close')) steps
					left join (select s.mandate_id, count(*) as n from supplied s left join listings l on l.id = s.listing_id where s.partner_id = @partner and s.test = @test
						and ` + lasts + ` group by s.mandate_id) h on h.mandate_id = steps.mandate) sums) highest) f
		where r.import_id = @import and r.position = f.position and f.over > f.before`,
	`update import_rows set said = null where import_id = @import and act in ('unchanged', 'refused', 'close')`,
}

// planUnnamed counts the rows that may be of any reference: what could be nobody's has slipped in from another column.
const planUnnamed = `select count(*) from import_rows where import_id = @import and reference !~ @references`

// planAbsent puts down of what is not in the file that it is to be closed. Of a group whose word does not stand nothing is.
const planAbsent = `insert into import_rows (import_id, position, reference, closed, digest, was, act)
	select @import, @after + row_number() over (order by s.reference), s.reference, true, s.digest,` + stands + `, 'close'
	  from supplied s join mandates m on m.id = s.mandate_id and m.state in ('asked', 'given') left join listings l on l.id = s.listing_id
	 where s.partner_id = @partner and s.test = @test and ` + lasts + `
	   and not exists (select from import_rows r where r.import_id = @import and r.reference = s.reference)`

// circles from the narrowest on, as Postgres reads an array.
func circles() string {
	names := make([]string, len(market.Circles))
	for i, c := range market.Circles {
		names[i] = string(c)
	}
	return "{" + strings.Join(names, ",") + "}"
}

// PlanImport works out what each row would do, by what is there now: what a rule would refuse is refused, and said of the others
// whether their listings would open. Where the file is all there is, what is not in it is put down to be closed; not while some of its rows
// have no reference that can be read, since what they are of stands in the file too: kept is how many these are.
func (tx *Tx) PlanImport(ctx context.Context, p ImportPlan) (kept int, err error) {
	faults, err := json.Marshal(p.Faults)
	if err != nil {
		return 0, err
	}
	i, db := p.Import, tx.db.WithContext(ctx)
	args := map[string]any{"import": i.ID, "partner": i.PartnerID, "test": i.Test, "faults": string(faults), "ends": p.Ends, "most": p.Most, "after": market.PositionAbsent,
		"circles": circles(), "references": market.ReferencePattern}
	for _, sql := range planSteps {
		if err := db.Exec(sql, args).Error; err != nil {
			return 0, translate(err)
		}
	}
	if !i.SumsAll {
		return 0, nil
	}
	if err := db.Raw(planUnnamed, args).Scan(&kept).Error; err != nil || kept > 0 {
		return kept, translate(err)
	}
	return 0, translate(db.Exec(planAbsent, args).Error)
}
