package store

import (
	"time"

	"wherewithal/market"
)

// Basis is why the law lets us keep something.
type Basis string

// The bases, in the words of the catalogue.
const (
	Asked    Basis = "asked"    // needed to do what the person asked for: UK GDPR article 6(1)(b)
	Interest Basis = "interest" // of all who use the site, that it works and is safe: article 6(1)(f)
	Law      Basis = "law"      // the law asks it of us: article 6(1)(c)
)

// Entry of the privacy page: something that is kept, which the catalogue words as privacy.<key>.what, .why and .kept.
type Entry struct {
	Key   string
	Basis Basis
	Days  int // fills {{.Days}} where it is said how long; 0: no figure
	Hours int // and {{.Hours}}
}

// Part of the privacy page, with a heading privacy.part_<key>.
type Part struct {
	Key     string
	Entries []Entry
}

func days(d time.Duration) int  { return int(d / (24 * time.Hour)) }
func hours(d time.Duration) int { return int(d / time.Hour) }

// Privacy is all that is kept of people, in the order of the page. A test holds it against Everything, and that against the
// schema.
var Privacy = []Part{
	{"you", []Entry{{"account", Asked, 0, 0}, {"address", Asked, 0, 0}, {"address_change", Asked, days(market.TakeBackWithin), 0}, {"name", Asked, 0, 0},
		{"speech", Asked, 0, 0}, {"sign_in", Asked, 0, hours(keepSignIns)}, {"session", Asked, days(keepSessions), 0}, {"passkey", Asked, 0, 0}, {"token", Asked, days(keepTokens), 0},
		{"feed", Asked, 0, 0}, {"saved_search", Asked, 0, 0}, {"partner", Asked, 0, 0}, {"webhook", Asked, days(market.DeliveryKept), 0}, {"export", Asked, 0, hours(market.ExportLasts)}}},
	{"mails", []Entry{{"mails", Asked, 0, 0}, {"letter", Asked, days(keepLetters), 0}, {"bounce", Interest, days(keepBounces), 0},
		{"suppressed", Interest, days(keepHashes), 0}}},
	{"groups", []Entry{{"membership", Asked, 0, 0}, {"invitation", Interest, days(keepInvites), 0}, {"group", Asked, 0, 0}, {"place", Asked, 0, 0}, {"evidence", Asked, 0, 0},
		{"mandate", Interest, days(market.MandateNo), 0}, {"import", Interest, days(market.ImportKept), 0}, {"block", Asked, 0, 0}, {"refusal", Asked, days(keepLetters), 0}, {"listing", Asked, days(market.OpenFor), 0}, {"photo", Asked, 0, 0}, {"meaning", Asked, 0, 0}, {"unsent", Asked, 0, hours(market.UnsentLasts)}, {"unfinished", Asked, days(market.UnfinishedLasts), 0}}},
	{"introductions", []Entry{{"match", Asked, 0, 0}, {"introduction", Asked, 0, 0}, {"ring", Asked, 0, 0}, {"consent", Interest, 365 * keepWords, 0},
		{"message", Asked, days(keepTalk), 0}, {"file", Asked, days(keepFiles), 0}, {"exchange", Asked, 0, 0}, {"outcome", Interest, 0, 0}}},
	{"safety", []Entry{{"report", Law, days(keepReports), 0}, {"decision", Law, days(keepReasons), 0}, {"connector", Interest, days(keepLetters), 0}, {"network", Interest, 0, 0}, {"event", Interest, 0, 0}}},
	{"machine", []Entry{{"once", Interest, days(keepOnce), 0}, {"once_said", Interest, days(keepOnce), 0}, {"job", Interest, 7, 0}, {"limit", Interest, 0, 24}, {"log", Interest, 0, 0}, {"cookie", Asked, 0, 0}, {"backup", Interest, 0, 0}}},
}
