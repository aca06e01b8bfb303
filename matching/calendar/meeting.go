package calendar

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"wherewithal/market"
)

// Meeting is how an offer's times meet a need's.
type Meeting struct {
	AnyTime bool // neither side states times
	Fits    int  // occurrences that can be
	Of      int  // occurrences that are wanted
	Slots   []market.Slot
	Missed  []Missed
	Held    market.Slot // with AnyTime: what is taken until they agree on a time; zero of what is given for good
	Day     int         // 1 Monday … 7 Sunday when every slot is on one; else 0
	Start   market.Minute
	End     market.Minute // with Start: on the need's wall, of every slot; both 0 when they differ
}

// Missed is a wanted occurrence that cannot be.
type Missed struct {
	Date market.Date
	Why  string
}

// Enough reports whether the meeting counts as a match: all of a one-off, LeastShare of a series.
func (m Meeting) Enough() bool {
	return m.Of > 0 && m.Fits > 0 && float64(m.Fits) >= LeastShare*float64(m.Of)
}

// Share of the wanted occurrences that can be, [0,1].
func (m Meeting) Share() float64 {
	if m.Of == 0 {
		return 0
	}
	return float64(m.Fits) / float64(m.Of)
}

// Why the first occurrence that is missed is missed, "" when none is.
func (m Meeting) Why() string {
	if len(m.Missed) == 0 {
		return ""
	}
	return m.Missed[0].Why
}

// pair is one question to the calendar.
type pair struct {
	offer, need *Side
	stock       Stock
	amount      int
	lent        []change
	blocked     []span
	now         int64
	earliest    int64 // now and the notice the offer asks for
}

func (a *Almanac) pair(offer, need *Side, stock Stock, amount int) pair {
	lent, now := stock.changes(), minuteUp(a.now)
	return pair{offer: offer, need: need, stock: stock, amount: amount, lent: lent, blocked: stock.blocked(lent, amount),
		now: now, earliest: now + int64(offer.when.LeadTime)*60}
}

// Meet finds the best regular slot: the same weekday and time of day through the need's series, at which most
// occurrences find the offer open, with notice given and the amount free, also beside what the series itself uses before. Ties go to the larger share, then to the
// earlier first slot. When the need wants one time only, it is the earliest that can be.
func (a *Almanac) Meet(offer, need Side, stock Stock, amount int) Meeting {
	p := a.pair(&offer, &need, stock, amount)
	if len(offer.when.Windows) == 0 && len(need.when.Windows) == 0 {
		return p.anyTime()
	}
	best, none := Meeting{}, Meeting{}
	for s := range wanted(&need, p.now) {
		m := p.meet(s)
		if m.better(best) {
			best = m
		}
		if none.Of == 0 {
			none = m
		}
		if m.Of == 1 && m.Fits == 1 && rhythm(need.when) == market.Once {
			break
		}
	}
	if best.Fits == 0 {
		return none
	}
	return best
}

func (m Meeting) better(than Meeting) bool {
	switch {
	case m.Enough() != than.Enough():
		return m.Enough()
	case m.Fits != than.Fits:
		return m.Fits > than.Fits
	case m.Of != than.Of:
		return m.Of < than.Of
	}
	return m.Fits > 0 && m.Slots[0].From.Before(than.Slots[0].From)
}

// starts are the minutes of one day's wall at which a use could begin, in stretches with both ends included.
type starts struct {
	day  int
	list []stretch
}

type stretch struct{ first, last, length int64 }

func (p *pair) meet(s series) Meeting {
	if s.free || len(s.days) == 1 {
		return p.each(s)
	}
	all := make([]starts, len(s.days))
	for n, i := range s.days {
		all[n] = starts{i, p.starts(s, i)}
	}
	return p.regular(all, s.length)
}

// starts on one of the need's days.
func (p *pair) starts(s series, i int) []stretch {
	var buf [market.MaxOfWhen]span
	d := &p.need.days.list[i]
	var out []stretch
	for _, w := range p.need.windows(i, buf[:0]) {
		if !s.suits(w) {
			continue
		}
		length := s.lengthIn(w)
		for _, f := range p.free(span{d.at(w.from), d.at(w.to)}, i) {
			if p.need.anyLength(s) {
				out = d.whole(out, f)
				continue
			}
			out = d.fit(out, w, f, length)
		}
	}
	return out
}

// whole takes a free stretch as it is: the need states neither windows nor a length.
func (d *day) whole(out []stretch, f span) []stretch {
	from, to := d.showing(f.from), d.showing(f.to)
	if d.at(from) >= d.at(to) {
		return out
	}
	return append(out, stretch{from, from, to - from})
}

// showing is the first minute on the day's wall that is not before an instant of the day.
func (d *day) showing(minute int64) int64 {
	if d.wall == nil {
		return minute - d.begins
	}
	return int64(sort.Search(1440, func(m int) bool { return d.wall[m] >= minute }))
}

// fit adds the starts within window w of uses of the length that lie in the free stretch f.
func (d *day) fit(out []stretch, w, f span, length int64) []stretch {
	if d.wall == nil {
		first, last := max(w.from, f.from-d.begins), min(w.to, f.to-d.begins)-length
		if first <= last {
			out = append(out, stretch{first, last, length})
		}
		return out
	}
	for m := w.from; m+length <= w.to; m++ {
		from, to := d.at(m), d.at(m+length)
		if from >= to || from < f.from || to > f.to {
			continue
		}
		if n := len(out); n > 0 && out[n-1].last == m-1 && out[n-1].length == length {
			out[n-1].last = m
			continue
		}
		out = append(out, stretch{m, m, length})
	}
	return out
}

// free is when the offer can be used within a stretch of the need's day i: open, with notice, and not lent.
func (p *pair) free(within span, i int) []span {
	within.from = max(within.from, p.earliest)
	if within.from >= within.to {
		return nil
	}
	first, last := i, i
	if p.offer.days != p.need.days {
		first, last = p.offer.days.holding(within.from), p.offer.days.holding(within.to-1)
	}
	var out []span
	for k := first; k <= last; k++ {
		out = p.openOn(out, k, within)
	}
	return without(out, p.blocked)
}

func (p *pair) openOn(out []span, k int, within span) []span {
	if p.offer.closed(k) != "" {
		return out
	}
	var buf [market.MaxOfWhen]span
	windows := p.offer.windows(k, buf[:0])
	sort.Slice(windows, func(i, j int) bool { return windows[i].from < windows[j].from })
	d := &p.offer.days.list[k]
	for _, w := range windows {
		out = join(out, span{max(d.at(w.from), within.from), min(d.at(w.to), within.to)})
	}
	return out
}

// without cuts the blocked stretches out of the free ones; both are in order.
func without(free, blocked []span) []span {
	if len(blocked) == 0 {
		return free
	}
	var out []span
	for _, f := range free {
		for _, b := range blocked {
			if b.to <= f.from || b.from >= f.to {
				continue
			}
			if b.from > f.from {
				out = append(out, span{f.from, b.from})
			}
			f.from = b.to
		}
		if f.from < f.to {
			out = append(out, f)
		}
	}
	return out
}

// use is what a use from a minute of a day on takes, its turn-round included.
func (p *pair) use(i int, start, length int64) span {
	d := &p.need.days.list[i]
	return span{d.at(start), d.at(min(start+length, 1440)) + int64(p.stock.TurnRound)}
}

// room reports whether the amount is there for a use beside the series' own uses before it. What is lent leaves it to each alone.
func (p *pair) room(own []span, use span) bool {
	at := 1 // how many run at once
	for i := len(own) - 1; i >= 0 && own[i].to > use.from; i-- {
		if at++; peak(p.lent, use.from, own[i].to) > p.stock.Quantity-at*p.amount {
			return false
		}
	}
	return true
}

// each occurrence takes the earliest time of its day, on the earliest days that will do.
func (p *pair) each(s series) Meeting {
	m, own := Meeting{Of: s.of}, []span(nil)
	for _, day := range s.days {
		if m.Fits == m.Of {
			break
		}
		at := starts{day, p.starts(s, day)}
		x, ok := p.earliestOf(at, own)
		switch {
		case ok:
			own = append(own, p.use(day, x.first, x.length))
			m.add(p.need.days, day, x.first, x.length)
		case len(m.Missed) == m.Of: // as many are named as there can be
		case len(at.list) > 0:
			m.Missed = append(m.Missed, p.missedBeside(day))
		default:
			m.Missed = append(m.Missed, p.missed(day, 0, 0))
		}
	}
	m.Missed = m.Missed[:min(len(m.Missed), m.Of-m.Fits)]
	m.describe(p.need.days)
	return m
}

// earliestOf is the first start of a day at which there is room.
func (p *pair) earliestOf(s starts, own []span) (at stretch, ok bool) {
	for _, x := range s.list {
		for m := x.first; m <= x.last && (!ok || m < at.first); m++ {
			if p.room(own, p.use(s.day, m, x.length)) {
				at, ok = stretch{m, m, x.length}, true
			}
		}
	}
	return at, ok
}

// regular finds the start that most of the days share.
func (p *pair) regular(all []starts, length int64) Meeting {
	start, length := p.busiest(all, length)
	m, own := Meeting{Of: len(all)}, []span(nil)
	for _, s := range all {
		switch {
		case !covers(s.list, start):
			m.Missed = append(m.Missed, p.missed(s.day, start, length))
		case !p.room(own, p.use(s.day, start, length)):
			m.Missed = append(m.Missed, p.missedBeside(s.day))
		default:
			own = append(own, p.use(s.day, start, length))
			m.add(p.need.days, s.day, start, length)
		}
	}
	m.describe(p.need.days)
	return m
}

// busiest is the minute at which most days can begin, the earliest when several are. It lies at the first minute of some stretch, but
// where uses of the series are near enough to stand in one another's way.
func (p *pair) busiest(all []starts, length int64) (int64, int64) {
	if x, near := p.near(all); near {
		return p.busiestBeside(all, x)
	}
	return busiest(all, length)
}

// clockLeeway in minutes is more than clocks are ever moved at a time.
const clockLeeway = 120

// near reports whether uses of a series could come nearer than the turn-round to one another; x is any stretch of them all.
func (p *pair) near(all []starts) (x stretch, near bool) {
	before := -1
	for _, s := range all {
		if len(s.list) == 0 || p.stock.TurnRound == 0 {
			continue
		}
		x = s.list[0]
		if before >= 0 && p.need.days.list[s.day].begins-p.need.days.list[before].begins < x.length+int64(p.stock.TurnRound)+clockLeeway {
			near = true
		}
		before = s.day
	}
	return x, near
}

// busiestBeside is busiest where uses may stand in one another's way: every minute is tried.
func (p *pair) busiestBeside(all []starts, any stretch) (int64, int64) {
	at, most, own := int64(-1), 0, make([]span, 0, len(all))
	for m := int64(0); m+any.length <= 1440; m++ {
		own = own[:0]
		for _, s := range all { // the earliest first: so the fewest are left out
			if !covers(s.list, m) {
				continue
			}
			if use := p.use(s.day, m, any.length); p.room(own, use) {
				own = append(own, use)
			}
		}
		if len(own) > most {
			at, most = m, len(own)
		}
	}
	return at, any.length
}

// busiest where no use stands in the way of another.
func busiest(all []starts, length int64) (int64, int64) {
	at, most := int64(-1), 0
	for _, s := range all {
		for _, x := range s.list {
			if x.first == at {
				continue
			}
			n := 0
			for _, other := range all {
				if covers(other.list, x.first) {
					n++
				}
			}
			if n > most || n == most && x.first < at {
				at, most, length = x.first, n, x.length
			}
		}
	}
	return at, length
}

func covers(list []stretch, m int64) bool {
	for _, x := range list {
		if x.first <= m && m <= x.last {
			return true
		}
	}
	return false
}

func (m *Meeting) add(ds *days, i int, start, length int64) {
	d := &ds.list[i]
	from, to := d.at(start), d.at(min(start+length, 1440))
	m.Fits++
	m.Slots = append(m.Slots, market.Slot{From: timeOf(from, ds.loc), Until: timeOf(to, ds.loc)})
}

// describe works out what all slots have in common.
func (m *Meeting) describe(ds *days) {
	for n, s := range m.Slots {
		day, start, end := isoDay(s.From), minuteOfDay(s.From), minuteOfDay(s.Until)
		if end == 0 {
			end = 1440
		}
		if n == 0 {
			m.Day, m.Start, m.End = day, start, end
		}
		if day != m.Day {
			m.Day = 0
		}
		if start != m.Start || end != m.End {
			m.Start, m.End = 0, 0
		}
	}
}

func isoDay(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

func minuteOfDay(t time.Time) market.Minute { return market.Minute(t.Hour()*60 + t.Minute()) }

// missedBeside is a day that is free but for what the series itself uses before it.
func (p *pair) missedBeside(i int) Missed {
	return Missed{Date: p.need.days.list[i].date, Why: Taken}
}

// missed says why nothing is possible on a day, or at one stretch of it when length is not 0.
func (p *pair) missed(i int, start, length int64) Missed {
	d := &p.need.days.list[i]
	if length == 0 || start < 0 {
		return Missed{Date: d.date, Why: p.why(span{d.begins, d.ends}, false)}
	}
	return Missed{Date: d.date, Why: p.why(span{d.at(start), d.at(min(start+length, 1440))}, true)}
}

func (p *pair) why(at span, exact bool) string {
	if at.to <= p.earliest || exact && at.from < p.earliest {
		return TooSoon
	}
	k := p.offer.days.holding(at.from)
	if closed := p.offer.closed(k); closed != "" {
		return closed
	}
	for _, b := range p.blocked {
		if b.from < at.to && at.from < b.to {
			return Taken
		}
	}
	return NotOpen
}

// anyTime is when neither side states times: it is enough that a day is left on which both hold and from which on the amount is free
// for as long as a use without a time takes it.
func (p *pair) anyTime() Meeting {
	m := Meeting{AnyTime: true, Of: 1}
	for i := range p.need.days.list {
		d := &p.need.days.list[i]
		if d.ends <= p.now || p.need.closed(i) != "" {
			continue
		}
		free := p.free(span{d.begins, d.ends}, i)
		if longest(free) < int64(max(1, p.need.when.Duration)) {
			m.miss(p.missed(i, 0, 0))
			continue
		}
		if held, ok := p.held(free); ok {
			m.Fits, m.Missed, m.Held = 1, nil, held
			return m
		}
		m.miss(Missed{Date: d.date, Why: Taken})
	}
	return m
}

// miss keeps why it cannot be on the first of the days.
func (m *Meeting) miss(why Missed) {
	if len(m.Missed) == 0 {
		m.Missed = append(m.Missed, why)
	}
}

// held is what a use without a time takes that begins in one of the free stretches of a day.
func (p *pair) held(free []span) (market.Slot, bool) {
	length := int64(p.stock.Untimed / time.Minute)
	if length == 0 {
		return market.Slot{}, true
	}
	for _, f := range free {
		if at, ok := earliest(p.blocked, f.from, length); ok && at < f.to {
			return p.slot(at, at+length), true
		}
	}
	if p.stock.Whole {
		return market.Slot{}, false
	}
	most := slices.MaxFunc(free, func(a, b span) int { return cmp.Compare(a.to-a.from, b.to-b.from) })
	return p.slot(most.from, most.to), true // between what others have of it
}

func (p *pair) slot(from, to int64) market.Slot {
	return market.Slot{From: timeOf(from, p.need.days.loc), Until: timeOf(to, p.need.days.loc)}
}

func longest(list []span) int64 {
	most := int64(0)
	for _, f := range list {
		most = max(most, f.to-f.from)
	}
	return most
}
