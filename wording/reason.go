package wording

import (
	"maps"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"wherewithal/market"
)

// Reason says a reason to the group that needs, as one sentence without its full stop: "Seats 40, you need 25".
// What speaks against is begun by "To settle:". A code it does not know gives the brackets of Text.
func Reason(lang string, r market.Reason) string { return ReasonTo(lang, market.Need, r) }

// ReasonTo says a reason to the reader's side: "you need 25" to the group that needs, "they need 25" to the
// group that offers.
func ReasonTo(lang string, reader market.Side, r market.Reason) string {
	said := reason(lang, reader, r)
	if r.Against {
		return Text(lang, "reason.against", map[string]any{"Reason": said})
	}
	return said
}

// ReasonParts says a reason in two parts, for a page that shows the first strongly: "Thursdays 18:00 to 20:00" and
// "free on 11 of your 12". Rest is empty for a short one. Whether it speaks against is left to the page to show.
func ReasonParts(lang string, reader market.Side, r market.Reason) (lead, rest string) {
	lead, rest, _ = strings.Cut(reason(lang, reader, r), ": ")
	return lead, rest
}

// Reasons says several, in their order.
func Reasons(lang string, reader market.Side, list []market.Reason) []string {
	said := make([]string, len(list))
	for i, r := range list {
		said[i] = ReasonTo(lang, reader, r)
	}
	return said
}

// reason finds the sentence of the code: its own, that of the variant, or that of the reader's side.
func reason(lang string, reader market.Side, r market.Reason) string {
	key, data := r.Code, facts(lang, r)
	switch r.Code {
	case market.ReasonTimes:
		key += "." + timesForm(r, data)
	case market.ReasonNotOn:
		if r.Of > len(r.Dates) {
			key += "_more"
		}
	case market.ReasonFact:
		if r.Want == 0 {
			key = "has"
		}
		key = known(key, r.Key)
	case market.ReasonTerms:
		key = known(key, termsForm(r))
	case market.ReasonQuantity:
		key += "." + unitForm(r)
		if r.Key == market.StillWanted {
			key += "_still"
		}
	case market.ReasonEvidence:
		switch {
		case r.ShownTo != "":
			key = "evidence_shown"
		case r.ShownOn != "": // by a group that hides its name
			key = "evidence_seen"
		}
		key = known(key, r.Key)
	case market.ReasonFlag, market.ReasonFeature, market.ReasonWelcome:
		key = known(key, r.Key)
	}
	if reader == market.Offer && Has("reason_offer."+key) {
		return capital(Text(lang, "reason_offer."+key, data))
	}
	return capital(Text(lang, "reason."+key, data))
}

// known is the key of a value the catalogue has a sentence for, or of the sentence for all others: kinds and their
// facts are data, so new ones come without new words.
func known(table, value string) string {
	if value != "" && Has("reason."+table+"."+value) {
		return table + "." + value
	}
	return table + ".any"
}

// facts are the placeholders that the sentences may use.
func facts(lang string, r market.Reason) map[string]any {
	return map[string]any{
		"Borough": r.Borough, "Distance": Distance(lang, float64(r.KM)), "Dates": dates(lang, r.Dates),
		"Fits": r.Fits, "Of": r.Of, "More": r.Of - len(r.Dates), "When": when(lang, r),
		"Have": r.Have, "Want": r.Want, "Unit": r.Unit, "Name": strings.ReplaceAll(r.Key, "_", " "),
		"Amount": MoneyPer(lang, r.Pence, r.Per), "Words": List(lang, r.Words),
		"Network": r.ShownTo, "On": longDate(lang, r.ShownOn),
	}
}

func timesForm(r market.Reason, data map[string]any) string {
	form := "several"
	switch {
	case r.Of <= 1 && data["When"] == "":
		return "once"
	case r.Of <= 1:
		return "once_at"
	case data["When"] != "":
		form = "weekly"
	}
	if r.Fits >= r.Of {
		form += "_all"
	}
	return form
}

func termsForm(r market.Reason) string {
	if r.Key == string(market.AtCost) && r.Pence == 0 {
		return "at_cost_open"
	}
	return r.Key
}

func unitForm(r market.Reason) string {
	if r.Unit == "" {
		return "plain"
	}
	return "unit"
}

// when says the day and hours of a reason: "Thursdays 18:00 to 20:00", "Thursday 18:00 to 20:00" for a single
// time, "18:00 to 20:00" when the days differ, "" when the hours do too.
func when(lang string, r market.Reason) string {
	said := []string{}
	if day, ok := weekday(r.Day); ok && r.Of == 1 {
		said = append(said, Weekday(lang, day))
	} else if ok {
		said = append(said, Weekdays(lang, day))
	}
	if r.End > 0 {
		said = append(said, hours(lang, r))
	}
	return strings.Join(said, " ")
}

func hours(lang string, r market.Reason) string {
	return Minutes(lang, r.Start, r.End)
}

// weekday turns market's 1 Monday … 7 Sunday into Go's; false for 0, several days.
func weekday(day int) (time.Weekday, bool) {
	return time.Weekday(day % 7), day >= 1 && day <= 7
}

func dates(lang string, list []market.Date) string {
	said := make([]string, len(list))
	for i, d := range list {
		said[i] = ShortDate(lang, d.Time(time.UTC))
	}
	return List(lang, said)
}

// mostDatesSaid are told one by one; of more it is told how many there are, and from when to when.
const mostDatesSaid = 6

func someDates(lang string, list []market.Date) string {
	if len(list) <= mostDatesSaid {
		return dates(lang, list)
	}
	return Text(lang, "near_miss.many_dates", map[string]any{"Count": len(list), "From": dates(lang, list[:1]), "To": dates(lang, list[len(list)-1:])})
}

func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}

// NearMiss says what would make a pair match, "Would match on Wednesdays".
func NearMiss(lang string, m market.NearMiss) string {
	c := m.Change
	data := facts(lang, c)
	key := m.Rule
	switch m.Rule {
	case market.MissTime:
		key += "." + missedTime(lang, c, data)
	case market.MissQuantity:
		key += "." + unitForm(c)
	case market.MissTerms:
		return oneOf(lang, "near_miss.terms.", termsForm(c), data)
	case market.MissEligibility, market.MissKind:
		return oneOf(lang, "near_miss."+m.Rule+".", c.Key, data)
	}
	return Text(lang, "near_miss."+key, data)
}

// NearMissDo says the change as what a button does, to the side that would change: "Move to Wednesdays".
func NearMissDo(lang string, m market.NearMiss) string {
	c := m.Change
	data := facts(lang, c)
	data["KM"] = c.KM
	table := "near_miss_do." + string(m.By) + "."
	switch m.Rule {
	case market.MissDistance:
		return Text(lang, table+"distance", data)
	case market.MissTime:
		return Text(lang, table+"time."+missedTime(lang, c, data), data)
	case market.MissQuantity:
		return oneOf(lang, table+"quantity.", quantityForm(c), data)
	case market.MissTerms:
		return oneOf(lang, table+"terms.", loanForm(c), data)
	}
	return oneOf(lang, table+m.Rule+".", c.Key, data)
}

// quantityForm is the fact it is about, or how many of what, or how many as a part.
func quantityForm(c market.Reason) string {
	switch {
	case c.Unit == "":
	case c.Key == "":
		return "unit"
	case c.Key == market.InPart:
		return "part_unit"
	}
	return c.Key
}

func loanForm(c market.Reason) string {
	if c.Key == string(market.Loan) && c.Have > 0 {
		return "loan_days"
	}
	return termsForm(c)
}

// missedTime chooses the form and adds the placeholders that only it uses.
func missedTime(lang string, c market.Reason, data map[string]any) string {
	day, hasDay := weekday(c.Day)
	maps.Copy(data, map[string]any{"Day": Weekdays(lang, day), "Times": hours(lang, c)})
	switch {
	case len(c.Dates) > 1:
		data["Dates"] = someDates(lang, c.Dates)
		if c.End > 0 {
			return "dates_at"
		}
		return "dates"
	case c.Of == 1 && len(c.Dates) == 1 && c.End > 0:
		data["Date"] = Date(lang, c.Dates[0].Time(time.UTC))
		return "date_at"
	case hasDay && c.End > 0:
		return "day_at"
	case hasDay:
		return "day"
	case c.End > 0:
		return "at"
	}
	return "any"
}

// oneOf says the sentence of value in a table, or the table's sentence for all other values.
func oneOf(lang, table, value string, data map[string]any) string {
	if value == "" || !Has(table+value) {
		value = "any"
	}
	return Text(lang, table+value, data)
}
