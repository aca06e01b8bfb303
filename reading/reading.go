// Package reading reads what a group needs or offers out of one sentence of plain British English: the kind of thing,
// how many, when, how often, where, on what terms.
//
// It promises to be pure, never to panic, and to leave alone what it does not understand: every fact it reads is shown
// to the person, who corrects it. It knows nothing of forms, of groups and of what is in the pool.
package reading

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"wherewithal/geocode"
	"wherewithal/market"
)

// Sentence is what was read. Zero values mean that nothing was said.
type Sentence struct {
	Title    string // the first clause, as a title
	Kind     string
	People   int // how many a room must hold, or holds
	Quantity int
	Unit     string
	When     market.When
	Place    string  // an outcode or postcode as postcodes are written, or the name of a district: "Deptford"
	ReachKM  float64 // "within 3 km"
	Features []market.Feature
	Flags    []string // facts of a room that are yes: "kitchen"
	Terms    market.Terms
	Online   bool
	Urgent   bool
}

// maxText bounds what is looked at: a description has 4,000 characters.
const maxText = 16_000

// Read reads a text of a side, on a day: "from 1 February" is the next one.
func Read(text string, side market.Side, today market.Date) Sentence {
	if len(text) > maxText {
		text = text[:maxText]
	}
	text = dashed(text)
	low := strings.ToLower(text)
	s := Sentence{Title: title(text)}
	s.readKind(low)
	s.readPlace(text)
	s.readName(text)
	s.readAmounts(s.readWhen(low, side, today)) // a day is no number of people
	s.readWords(low)
	s.readTerms(low)
	return s
}

// dashed is a text that is valid, with one kind of dash and of apostrophe.
func dashed(text string) string {
	return strings.ToValidUTF8(strings.NewReplacer("–", "-", "—", "-", "’", "'").Replace(text), "")
}

// title is the text up to its first stop or comma, cut at a word below 80 characters, with a capital.
func title(text string) string {
	first := strings.TrimSpace(text)
	if i := strings.IndexAny(first, ",.;\n"); i >= 3 {
		first = strings.TrimSpace(first[:i])
	}
	if r := []rune(first); len(r) > 80 {
		cut := string(r[:80])
		if i := strings.LastIndexByte(cut, ' '); i > 20 {
			cut = cut[:i]
		}
		first = cut
	}
	if first == "" {
		return ""
	}
	r := []rune(first)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// nouns are words that tell the kind, by the kind. Ordinary words of the field, reviewed; the first in a text counts.
var nouns = map[string]*regexp.Regexp{
	market.Room:      words("room", "rooms", "hall", "halls", "space", "venue", "studio", "somewhere", "office", "church", "classroom", "workshop space", "meeting place", "premises", "desk space"),
	market.Skill:     words("someone", "somebody", "volunteer", "volunteers", "help with", "help to", "teach", "teacher", "tutor", "translator", "translation", "interpreter", "accountant", "bookkeeper", "book-keeper", "bookkeeping", "treasurer", "plumber", "electrician", "carpenter", "gardener", "designer", "photographer", "driver", "trainer", "training", "lessons", "advice", "adviser", "facilitator", "web design", "fundraiser", "solicitor", "first aider", "cook", "spoken"),
	market.Equipment: words("gazebo", "gazebos", "chair", "chairs", "table", "tables", "projector", "projectors", "speaker", "speakers", "pa system", "microphone", "microphones", "minibus", "van", "bike", "bikes", "trailer", "tent", "tents", "marquee", "urn", "urns", "laptop", "laptops", "tablets", "printer", "tools", "ladder", "mower", "sewing machine", "sewing machines", "keyboard", "piano", "barbecue", "bunting", "staging", "display boards", "walkie-talkies", "high-vis", "equipment"),
}

func words(list ...string) *regexp.Regexp {
	for i, w := range list {
		list[i] = regexp.QuoteMeta(w)
	}
	return regexp.MustCompile(`\b(?:` + strings.Join(list, "|") + `)\b`)
}

func (s *Sentence) readKind(low string) {
	first := len(low) + 1
	for _, kind := range []string{market.Room, market.Skill, market.Equipment} {
		if at := nouns[kind].FindStringIndex(low); at != nil && at[0] < first {
			first, s.Kind = at[0], kind
		}
	}
}

var (
	counted = regexp.MustCompile(`\b(\d{1,4}|an?|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty)\s+(?:([a-z-]+)\s+)?([a-z-]+)\b`)
	small   = map[string]int{"a": 1, "an": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "twenty": 20}
	spans   = words("week", "weeks", "day", "days", "hour", "hours", "hr", "hrs", "minute", "minutes", "month", "months", "year", "years", "times", "sessions", "km", "mile", "miles", "pm", "am", "pounds",
		"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
)

func (s *Sentence) readAmounts(low string) {
	if s.Kind == market.Equipment {
		s.readCount(low)
		return
	}
	s.readPeople(low)
}

// measures are what a thing can have a number of, and is none the more for it: a 16 seater minibus, 6 foot tables.
var measures = words("seater", "seat", "seats", "foot", "ft", "feet", "metre", "metres", "meter", "m", "cm", "mm", "inch", "inches", "litre", "litres", "l", "cup", "cups", "key", "keys", "watt", "watts", "w",
	"volt", "v", "amp", "step", "steps", "rung", "tread", "man", "person", "berth", "burner", "channel", "gear", "speed", "wheel", "door", "kg", "kilo", "ton", "tonne", "octave", "pint", "gallon", "piece", "year", "year-old")

func (s *Sentence) readCount(low string) {
	for _, at := range counted.FindAllStringSubmatchIndex(low, -1) {
		m := submatches(low, at)
		noun := nouns[market.Equipment].FindString(m[0])
		if noun == "" || spans.MatchString(m[2]) || spans.MatchString(m[3]) || measures.MatchString(m[2]) || afterDigits.MatchString(low[:at[0]]) {
			continue
		}
		n, ok := small[m[1]]
		if !ok {
			n, _ = strconv.Atoi(m[1])
		}
		switch {
		case m[2] != "dozen":
		case strings.HasSuffix(low[:at[0]], "half "):
			n = 6
		default:
			n = max(n, 1) * 12
		}
		if n > 1 && (!strings.HasSuffix(noun, "s") || noun == "minibus") {
			continue
		}
		if s.Quantity = max(n, 1); n > 1 {
			s.Unit = noun
		}
		return
	}
}

// afterDigits is what makes a number the end of another thing: of a price, a time, a telephone.
var afterDigits = regexp.MustCompile(`(?:[£:./+-]|\d\s?)$`)

// submatches are what the groups of a match hold, "" for those that took no part.
func submatches(text string, at []int) []string {
	m := make([]string, len(at)/2)
	for i := range m {
		if at[2*i] >= 0 {
			m[i] = text[at[2*i]:at[2*i+1]]
		}
	}
	return m
}

const postcodeOf = `((?:BR|CR|DA|EC|EN|HA|IG|KT|NW|RM|SE|SM|SW|TW|UB|WC|E|N|W)\d{1,2}[A-Z]?)(?:\s*(\d[ABD-HJLNP-UW-Z]{2}))?\b` // no postcode ends in C, I, K, M, O or V: "SE10 7pm" is a place and a time

var (
	postcode = regexp.MustCompile(`(?i)\b` + postcodeOf)
	within   = regexp.MustCompile(`(?i)\bwithin\s+(\d{1,3}(?:\.\d)?)\s*(km|kilometres?|miles?|mi)\b`)
)

// placeIn is the first match of a pattern that ends in a postcode, and means one: "N95 masks" and "E27 bulbs" are of no such place, and
// neither is the W7 bus. Whole postcodes are taken for what they are.
func placeIn(text string, pattern *regexp.Regexp) []int {
	for _, at := range pattern.FindAllStringSubmatchIndex(text, -1) {
		_, known := geocode.Outcode(text[at[2]:at[3]])
		if at[4] >= 0 || known && !busBehind.MatchString(text[at[1]:]) && !busBefore.MatchString(text[:at[2]]) {
			return at
		}
	}
	return nil
}

var (
	busBehind = regexp.MustCompile(`(?i)^(?:(?:,| and| or)?\s*[A-Z]{0,2}\d{1,3})*\s+(?:bus|buses|bus stop)\b`)
	busBefore = regexp.MustCompile(`(?i)\b(?:bus|buses|routes?)\s+(?:no\.?\s*|number\s+)?$`)
)

func (s *Sentence) readPlace(text string) {
	if at := placeIn(text, postcode); at != nil {
		m := submatches(text, at)
		s.Place = strings.TrimSpace(strings.ToUpper(m[1] + " " + m[2]))
	}
	if m := within.FindStringSubmatch(text); m != nil {
		km, _ := strconv.ParseFloat(m[1], 64)
		if strings.HasPrefix(strings.ToLower(m[2]), "mi") {
			km *= 1.609344
		}
		s.ReachKM = float64(int(km*10+0.5)) / 10
	}
}

// features are said in many ways; these are the common ones.
var features = []struct {
	is    market.Feature
	words *regexp.Regexp
}{
	{market.StepFree, regexp.MustCompile(`\bstep[- ]free\b|\bwheelchair|\bno steps\b|\bramp\b|\blevel access\b`)},
	{market.AccessibleToilet, regexp.MustCompile(`\b(?:accessible|disabled) (?:toilet|loo|wc)`)},
	{market.HearingLoop, regexp.MustCompile(`\b(?:hearing|induction) loop`)},
	{market.QuietRoom, regexp.MustCompile(`\bquiet room`)},
	{market.Parking, regexp.MustCompile(`\bparking\b|\bcar park\b`)},
	{market.BabyChanging, regexp.MustCompile(`\bbaby[- ]chang`)},
}

var flags = []struct {
	key   string
	words *regexp.Regexp
}{
	{"kitchen", regexp.MustCompile(`\bkitchen\b`)},
	{"tables_chairs", regexp.MustCompile(`\btables and chairs\b`)},
	{"av", regexp.MustCompile(`\bprojector\b|\bpa system\b|\bscreen\b`)},
	{"outdoor", regexp.MustCompile(`(?:\b(?:a|our|own|its|the|with|and|or|shared|small|large|big|walled|enclosed|back|rear|front|private|secure|lovely|beautiful|community|safe) |[,;:(] ?|^)(?:garden|yard)\b|\boutdoor space\b|\bcourtyard\b`)}, // no Covent Garden, no Tansy Yard,
}

var (
	notHere = regexp.MustCompile(`\b(?:no|not|without)\s+(?:a |any )?$`)
	urgent  = regexp.MustCompile(`\burgent|\basap\b|\bas soon as possible\b`)
	online  = regexp.MustCompile(`\bonline\b|\bby phone\b|\bon zoom\b|\bremotely\b`)
)

func (s *Sentence) readWords(low string) {
	for _, f := range features {
		if said(low, f.words) {
			s.Features = append(s.Features, f.is)
		}
	}
	if s.Kind == market.Room {
		for _, f := range flags {
			if said(low, f.words) {
				s.Flags = append(s.Flags, f.key)
			}
		}
	}
	s.Urgent = said(low, urgent)
	s.Online = said(low, online)
}

// said reports whether the words stand in the text and are not denied: "no parking" is no parking.
func said(low string, words *regexp.Regexp) bool {
	at := words.FindStringIndex(low)
	return at != nil && !notHere.MatchString(low[:at[0]])
}

var (
	money = regexp.MustCompile(`£\s?(\d{1,5})(?:\.(\d\d))?(?:\s*(?:an?|per|/)\s*(hour|hr|day|use|session)\b)?`)
	// what makes of it a first or last part of an amount, or one that nobody asks of a neighbour: "£5-£10", "£50,000", "£3 each"
	moneyOn = regexp.MustCompile(`^(?:\d|,\d{3}|\.\d|[km]\b|\s*(?:-|to)\s*£?\s?\d|\s*(?:/|(?:an?|per|each)\b))`)
	priced  = regexp.MustCompile(`£\s?\d{1,4}(?:\.\d\d)?\s*(?:/|(?:an?|per|each)\b)`)
	borrow  = words("borrow", "lend", "loan", "lent", "on loan")
	gift    = words("give away", "giving away", "donate", "donation", "to keep", "gift")
	swap    = words("swap", "in exchange for", "in return for")
)

func (s *Sentence) readTerms(low string) {
	switch m := price(low); {
	case m != nil:
		pounds, _ := strconv.Atoi(m[1])
		pence, _ := strconv.Atoi("0" + m[2])
		s.Terms = market.Terms{Kind: market.AtCost, Pence: pounds*100 + pence, Per: per(m[3])}
	case swap.MatchString(low):
		s.Terms.Kind = market.Swap
	case priced.MatchString(low): // by the evening, a head: what it comes to is for them to say
		s.Terms.Kind = market.AtCost
	case gift.MatchString(low):
		s.Terms.Kind = market.Gift
	case borrow.MatchString(low):
		s.Terms.Kind = market.Loan
	}
}

// price is the first amount in a text that is said whole.
func price(low string) []string {
	for _, at := range money.FindAllStringSubmatchIndex(low, -1) {
		if !moneyOn.MatchString(low[at[1]:]) {
			return submatches(low, at)
		}
	}
	return nil
}

func per(word string) string {
	switch word {
	case "hr", "hour":
		return "hour"
	case "session":
		return "use"
	}
	return word
}

var months = map[string]time.Month{}

func init() {
	for m := time.January; m <= time.December; m++ {
		months[strings.ToLower(m.String())] = m
		months[strings.ToLower(m.String()[:3])] = m
	}
}
