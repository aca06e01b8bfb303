package reading

import (
	"regexp"
	"slices"
	"strconv"

	"wherewithal/market"
)

// A number behind "for" can be many things: an age, a size, a year, a time, a price, a bus. It is people where that is said, or
// where nothing behind it says otherwise: what can be doubted is left alone.

var (
	numberLed = regexp.MustCompile(`\b(?:(for|seats|seating|holds|fits|sleeps|accommodates|capacity|(?:group|party|team|class|choir|audience|congregation|capacity|maximum|family|band|cast|troop|crowd) of)|about|around|up to)` +
		`\s+(?:about |around |up to |at least |roughly )?(\d{1,4})(?:(?:\s*-\s*|\s+to\s+)(\d{1,4}))?(\+)?(?:[^\w]|$)`)
	whoThey = regexp.MustCompile(`^\s*(?:of\s+)?((?:(?:our|local|young|younger|older|elderly|adult|disabled|deaf|new|more|homeless|invited|isolated|unemployed|primary|school|church|choir|committee|club|team|community)\s+){0,2})` +
		`(people|persons|adults|members|children|kids|babies|toddlers|teenagers|teens|guests|us|women|men|girls|boys|ladies|gentlemen|mums|dads|parents|carers|students|pupils|learners|volunteers|participants|attendees|delegates|visitors|` +
		`residents|neighbours|players|dancers|singers|musicians|actors|artists|pensioners|seniors|elders|refugees|trustees|staff|seated|standing)\b`)
	nothingMore = regexp.MustCompile(`^\s*(?:$|[,.;:!?)](?:\s|$)|\(|-\s|(?:on|in|at|near|within|around|from|with|without|to|by|every|each|this|next|tomorrow|tonight|today|weekly|monthly|daily|any|most|please|for|during|over|between|after|before|until|all|one|once|max|maximum|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|who|where|when|step|wheelchair|needs?|looking|seeking|meets)\b|(?:and|or|&)\s+[^\s\d])`)
	// what a room is not for so many of: times, sizes, money, things; whatever else stands there are people, "scouts", "wedding guests"
	noCrowd = regexp.MustCompile(`^\s*(?:[-+%:°]|[.,]\s?\d|/|(?:plus|years?|yrs?|y/?o|months?|weeks?|days?|nights?|hours?|hrs?|minutes?|mins?|am|pm|o'?clock|sqm|sqft|sq|m2|m²|square|met(?:re|er)s?|feet|foot|ft|km|miles?|m|percent|pounds|pence|p|k|times|sessions?|dates|evenings?|mornings?|afternoons?|weekends?|st|nd|rd|th|cars?|bikes?|vans?|tables?|chairs?|stalls?|plates?|boxes|bags|books|copies|pages|desks?|beds?|computers?|laptops?|rooms?|spaces?|places? to park|festivals?|projects?)\b)`)
	// one of several numbers, or an age: "for 10, 11 and 12 year olds", "for 6, 8 or 10 weeks", "for 60 and over"
	oneOfMany = regexp.MustCompile(`^(?:\s*,\s*\d+)*\s*(?:(?:,\s*)?(?:and|or|&)\s*(?:\d|(?:over|above|older|under|below|younger|up|upwards)\b)|(?:years?|yrs?)\b)`)
)

// crowd is a number of people, and where in a text it stands, with the words that say so.
type crowd struct {
	number      int
	from, until int
	who         string // what stays of them: "children"
}

// crowdIn is the first number of people in a text, in small letters. Of a room nearly all is one.
func crowdIn(low string, room bool) (c crowd, ok bool) {
	for _, at := range numberLed.FindAllStringSubmatchIndex(low, -1) {
		end := max(at[5], at[7], at[9])
		c = crowd{from: at[0], until: end}
		c.number, _ = strconv.Atoi(low[at[4]:at[5]])
		behind := low[end:]
		who := whoThey.FindStringSubmatchIndex(behind)
		if who == nil {
			bare := at[2] >= 0 && at[6] < 0 && at[8] < 0 && !aYear(c.number)
			if bare && (nothingMore.MatchString(behind) || room && !noCrowd.MatchString(behind)) && !oneOfMany.MatchString(behind) {
				return c, true
			}
			continue
		}
		if at[6] >= 0 {
			most, _ := strconv.Atoi(low[at[6]:at[7]])
			c.number = max(c.number, most)
		}
		c.until, c.who = end+who[1], behind[who[2]:who[3]]
		if said := behind[who[4]:who[5]]; !slices.Contains(peopleSay, said) {
			c.who += said
		}
		return c, true
	}
	return crowd{}, false
}

func aYear(n int) bool { return n >= 1900 && n < 2100 }

// readPeople reads how many a room must hold, or holds: someone with a skill holds nobody.
func (s *Sentence) readPeople(low string) {
	if s.Kind != market.Skill {
		c, _ := crowdIn(low, s.Kind == market.Room)
		s.People = c.number
	}
}

var peopleSay = []string{"people", "persons", "adults", "members", "us", "seated", "standing"}

// WithoutPeople is a text without how many there are; who they are stays: "for 20 children" leaves the children.
func (s Sentence) WithoutPeople(text string) string {
	low := plain(text)
	for from := 0; ; {
		c, ok := crowdIn(low[from:], s.Kind == market.Room)
		switch {
		case !ok:
			return low
		case c.number == s.People:
			return low[:from+c.from] + " " + c.who + " " + low[from+c.until:]
		}
		from += c.until
	}
}
