package search

import (
	"fmt"
	"strings"
	"time"

	"wherewithal/market"
)

// halfYear is how far ahead a question looks that does not say until when; year is as far as any looks.
const (
	halfYear = 182
	year     = 366
)

// occasion is one of the stretches that would do, with the half hours of the week it lies in.
type occasion struct {
	span Span
	bits string
}

// free keeps what has one of the occasions open. Most listings have no days out, nothing lent and no single dates:
// for them the pattern of the week decides; the others are looked at day by day.
func (s *question) free() {
	q := s.q
	if q.FreeFrom == "" && q.FreeUntil == "" && q.Weekly == nil {
		return
	}
	from, until := q.days()
	s.add("(first_day IS NULL OR first_day <= %s::date) AND (last_day IS NULL OR last_day >= %s::date)", string(until), string(from))
	occasions := q.occasions(from, until)
	s.where = append(s.where, fmt.Sprintf(`CASE
		WHEN taken = '{}' AND extra = '{}' AND least(last_day, %s::date) - greatest(first_day, %s::date) >= 6
		THEN %s ELSE %s END`, s.arg(string(until)), s.arg(string(from)), s.someDay(occasions), s.someOccasion(occasions)))
}

// days are the first and last day asked for: from today, for half a year, unless said otherwise; a year at most.
func (q Query) days() (from, until market.Date) {
	from, until = q.FreeFrom, q.FreeUntil
	if from == "" {
		from = market.DateOf(onWall(q.Now, market.When{}.Location()))
		if until != "" && until < from {
			from = until
		}
	}
	if until == "" {
		until = from.AddDays(halfYear)
	}
	return from, min(until, from.AddDays(year))
}

// occasions are the stretches in the range that would do: the weekly one on its days, or whole days.
func (q Query) occasions(from, until market.Date) []occasion {
	w := market.Window{Repeat: market.Daily, Start: 0, End: 1440}
	if q.Weekly != nil {
		w = market.Window{Repeat: market.Weekly, Days: q.Weekly.Days, Start: q.Weekly.Start, End: q.Weekly.End}
	}
	var out []occasion
	for d := from; d <= until; d = d.AddDays(1) {
		if w.Repeat == market.Weekly && !w.Days.Has(d.Weekday()) {
			continue
		}
		day := market.DayBit(d.Weekday())
		out = append(out, occasion{stretch(d, w), bits(outward(day, w))})
	}
	return out
}

// outward are the half hours of a day that a stretch touches.
func outward(day market.Weekdays, w market.Window) []int {
	first := int(w.Start) / slotMinutes * slotMinutes
	last := min((int(w.End)+slotMinutes-1)/slotMinutes*slotMinutes, 1440)
	return windowSlots(market.Window{Repeat: market.Weekly, Days: day, Start: market.Minute(first), End: market.Minute(last)})
}

// bits writes slots as Postgres writes bit(336).
func bits(slots []int) string {
	b := []byte(strings.Repeat("0", slotsOfWeek))
	for _, s := range slots {
		b[s] = '1'
	}
	return string(b)
}

// fits compares the half hours that are open with those wanted. A whole day is free when any of it is; of a time of
// day an offer must have all, and a need may want a part.
func (s *question) fits(wanted string) string {
	some := fmt.Sprintf("(slots & %s) <> %s::bit(336)", wanted, s.arg(bits(nil)))
	if s.q.someTime() {
		return some
	}
	return fmt.Sprintf("((slots & %[1]s) = %[1]s OR side = 'need' AND %[2]s)", wanted, some)
}

func (s *question) someDay(occasions []occasion) string {
	seen := map[string]bool{}
	ways := []string{"false"}
	for _, o := range occasions {
		if !seen[o.bits] {
			seen[o.bits] = true
			ways = append(ways, s.fits(s.arg(o.bits)+"::bit(336)"))
		}
	}
	return "(" + strings.Join(ways, " OR ") + ")"
}

func (s *question) someOccasion(occasions []occasion) string {
	spans, wanted := []string{}, []string{}
	for _, o := range occasions {
		spans, wanted = append(spans, o.span.String()), append(wanted, o.bits)
	}
	single, clear := "extra @> o.span OR side = 'need' AND extra && o.span", "NOT taken && o.span"
	if s.q.someTime() {
		single, clear = "extra && o.span", "NOT taken @> o.span"
	}
	return fmt.Sprintf(`EXISTS (SELECT FROM unnest(%s::tsrange[], %s::bit(336)[]) o(span, wanted)
		WHERE %s AND (%s OR %s AND lower(o.span)::date BETWEEN coalesce(first_day, '-infinity') AND coalesce(last_day, 'infinity')))`,
		s.arg(spans), s.arg(wanted), clear, single, s.fits("o.wanted"))
}

const wallClock = "2006-01-02 15:04:05"

// String is the span as Postgres writes a tsrange.
func (s Span) String() string {
	return fmt.Sprintf(`[%s,%s)`, s.From.Format(wallClock), s.Until.In(time.UTC).Format(wallClock))
}
