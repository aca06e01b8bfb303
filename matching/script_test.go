package matching

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
)

// script is a story a person can read: listings, a question, what must be found in which order, what must not and why.
// testdata/scripts/README.md says how one is written.
type script struct {
	now     time.Time
	entries map[string]*market.Entry
	order   []string
	asks    []expectation
}

type expectation struct {
	line, verb, who string
	want            []string
}

func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/scripts/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			s, err := readScript(file)
			if err != nil {
				t.Fatal(err)
			}
			s.run(t)
		})
	}
}

func (s *script) run(t *testing.T) {
	x := New(Options{})
	for _, name := range s.order {
		x.Put(*s.entries[name])
	}
	for _, e := range s.asks {
		e.check(t, s, x)
	}
}

func (e expectation) check(t *testing.T, s *script, x *Index) {
	t.Helper()
	subject, ok := s.entries[e.who]
	if !ok {
		t.Fatalf("%s: nobody is called %q", e.line, e.who)
	}
	ranking := x.Rank(*subject, s.now, 0)
	var got []string
	switch e.verb {
	case "finds":
		for _, f := range ranking.Matches {
			got = append(got, string(f.Other.Listing.ID))
		}
	case "nearly":
		for _, m := range ranking.NearMisses {
			got = append(got, s.nearly(m, e.who))
		}
	case "because":
		got = append(got, strings.Join(s.reasons(ranking, e.want[0]), "; "))
		e.want = []string{strings.Join(e.want[1:], "; ")}
	case "fails":
		got = append(got, s.failures(x, e.who, e.want[0])...)
		e.want = e.want[1:]
	}
	if diff := cmp.Diff(e.want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", e.line, diff)
	}
}

func (s *script) nearly(m market.NearMiss, who string) string {
	other := m.OfferID
	if string(other) == who {
		other = m.NeedID
	}
	return fmt.Sprintf("%s on %s%s", other, m.Rule, said(m.Change))
}

// reasons for the one match of the ranking that is meant.
func (s *script) reasons(r Ranking, other string) []string {
	var out []string
	for _, f := range r.Matches {
		if string(f.Other.Listing.ID) != other {
			continue
		}
		for _, reason := range f.Match.Reasons {
			out = append(out, reason.Code+said(reason))
		}
	}
	return out
}

func (s *script) failures(x *Index, who, other string) []string {
	offer, need := s.entries[who], s.entries[other]
	if offer.Listing.Side == market.Need {
		offer, need = need, offer
	}
	var out []string
	for _, f := range x.Explain(*offer, *need, s.now).Failed {
		out = append(out, strings.TrimSpace(f.Rule+" "+f.Key))
	}
	return out
}

// said writes a reason's numbers the short way.
func said(r market.Reason) string {
	var b strings.Builder
	add := func(when bool, format string, args ...any) {
		if when {
			fmt.Fprintf(&b, " "+format, args...)
		}
	}
	add(r.KM > 0, "%dkm", r.KM)
	add(r.Borough != "", "%s", r.Borough)
	add(r.Of > 0, "%d/%d", r.Fits, r.Of)
	add(r.Day > 0, "%s", []string{"", "mon", "tue", "wed", "thu", "fri", "sat", "sun"}[r.Day])
	add(r.End > 0, "%s-%s", r.Start.Clock(), r.End.Clock())
	for _, d := range r.Dates {
		add(true, "%s", d)
	}
	add(r.Key != "", "%s", r.Key)
	add(r.Have > 0, "have %g", r.Have)
	add(r.Want > 0, "want %g", r.Want)
	add(r.Pence > 0, "%dp", r.Pence)
	add(len(r.Words) > 0, "%s", strings.Join(r.Words, "+"))
	return b.String()
}

func readScript(file string) (*script, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	s := &script{entries: map[string]*market.Entry{}}
	var current *market.Entry
	for line := range strings.Lines(string(text)) {
		if line, _, _ = strings.Cut(line, "#"); strings.TrimSpace(line) == "" {
			continue
		}
		if err := s.read(strings.TrimRight(line, "\n "), &current); err != nil {
			return nil, fmt.Errorf("%s: %q: %w", file, strings.TrimSpace(line), err)
		}
	}
	return s, nil
}

func (s *script) read(line string, current **market.Entry) (err error) {
	words := strings.Fields(line)
	switch {
	case line[0] == ' ':
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		return s.set(*current, key, strings.TrimSpace(value))
	case words[0] == "now":
		s.now, err = time.ParseInLocation("2006-01-02 15:04", strings.Join(words[1:], " "), market.When{}.Location())
	case words[0] == "offer" || words[0] == "need":
		e := scriptEntry(market.Side(words[0]), words[1])
		s.entries[words[1]], *current = &e, &e
		s.order = append(s.order, words[1])
	default:
		s.asks = append(s.asks, expect(line))
	}
	return err
}

// expect reads "choir finds hall, school".
func expect(line string) expectation {
	words := strings.Fields(line)
	e := expectation{line: line, who: words[0], verb: words[1]}
	for _, w := range strings.Split(strings.Join(words[2:], " "), ",") {
		if w = strings.TrimSpace(w); w != "" && w != "nothing" {
			e.want = append(e.want, w)
		}
	}
	return e
}

func scriptEntry(side market.Side, name string) market.Entry {
	l := market.Listing{ID: market.ID(name), Version: 1, GroupID: market.ID("group of " + name), Side: side, Kind: market.Room,
		Title: name, Quantity: 1, Where: market.AtPlace, Circle: market.InCity, Life: market.Open, Facts: market.Facts{},
		Terms: market.Terms{Kind: market.Gift}}
	return market.Entry{Listing: l, Region: "London", Borough: "Greenwich", Point: market.Point{Lat: 51.48, Lng: 0},
		Group: market.Standing{ID: l.GroupID, Active: true, LegalForm: market.Constituted}}
}

func (s *script) set(e *market.Entry, key, value string) error {
	list := splitList(value)
	n, _ := strconv.Atoi(strings.Fields(value + " 0")[0])
	l := &e.Listing
	switch key {
	case "kind":
		l.Kind = value
	case "title":
		l.Title = value
	case "says":
		l.Description = value
	case "tags":
		l.Tags = list
	case "group":
		l.GroupID, e.Group.ID = market.ID(value), market.ID(value)
	case "north": // km north of the middle of the story
		km, err := strconv.ParseFloat(value, 64)
		e.Point.Lat = 51.48 + km/111.195
		return err
	case "borough":
		e.Borough = value
	case "way":
		l.Where = market.Where(value)
	case "reach":
		l.ReachKM = float64(n)
	case "circle":
		l.Circle = market.Circle(value)
	case "joined":
		e.Group.Joined = ids(list)
		e.Networks = e.Group.Joined
	case "quantity":
		l.Quantity = n
	case "smallest part":
		l.Splittable, l.SmallestPart = true, n
	case "terms":
		l.Terms.Kind = market.TermsKind(strings.Fields(value)[0])
		if f := strings.Fields(value); len(f) > 1 {
			l.Terms.Pence, _ = strconv.Atoi(f[1])
		}
	default:
		return s.setMore(e, key, value, list, n)
	}
	return nil
}

func (s *script) setMore(e *market.Entry, key, value string, list []string, n int) (err error) {
	l := &e.Listing
	switch key {
	case "when":
		for _, w := range list {
			win, bad := scriptWindow(w)
			l.When.Windows, err = append(l.When.Windows, win), bad
		}
	case "every":
		l.When.Every = market.Repeat(value)
	case "times":
		l.When.Times = n
	case "minutes":
		l.When.Duration = n
	case "from":
		l.When.From = market.Date(value)
	case "until":
		l.When.Until = market.Date(value)
	case "needed by":
		l.When.NeededBy = market.Date(value)
	case "not on":
		for _, d := range list {
			l.When.Exceptions = append(l.When.Exceptions, market.Date(d))
		}
	case "term time only":
		l.When.TermTimeOnly = value == "yes"
	case "notice hours":
		l.When.LeadTime = n
	case "turn-round":
		l.When.TurnRound = n
	case "lent":
		err = scriptLent(e, strings.Fields(value))
	case "has":
		l.Has = features(list)
	case "requires":
		l.Requires = features(list)
	case "involves", "not allowed":
		err = scriptUses(l, key, list)
	case "facts":
		err = scriptFacts(l, list)
	case "asks insurance":
		l.Asks.Insurance = value == "yes"
	case "insured until":
		e.Group.Evidence = append(e.Group.Evidence, market.Evidence{Kind: market.Insurance, Expires: market.Date(value)})
	case "blocks":
		e.Group.Blocked = ids(list)
	case "language":
		l.Language = value
	case "outcode":
		e.Outcode = value
	case "not on bank holidays":
		l.When.NotBankHolidays = value == "yes"
	case "opened":
		opened := market.Date(value).Time(time.UTC)
		l.OpenedAt = &opened
	case "helped":
		e.Group.Helped = n
	default:
		return fmt.Errorf("nothing is called %q", key)
	}
	return err
}

func scriptUses(l *market.Listing, key string, list []string) error {
	var uses []market.Use
	for _, u := range list {
		uses = append(uses, market.Use(u))
	}
	if key == "involves" {
		l.Involves = uses
	} else {
		l.NotAllowed = uses
	}
	return nil
}

// scriptFacts reads "seated 40, kitchen".
func scriptFacts(l *market.Listing, list []string) error {
	for _, f := range list {
		name, number, numbered := strings.Cut(f, " ")
		if !numbered {
			l.Facts[name] = true
			continue
		}
		n, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return err
		}
		l.Facts[name] = n
	}
	return nil
}

// scriptLent reads "2027-02-04 18:00-22:00 1".
func scriptLent(e *market.Entry, f []string) error {
	start, end, err := clocks(f[1])
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(f[2])
	loc := e.Listing.When.Location()
	until := market.Date(f[0]).At(end, loc)
	e.Lent = append(e.Lent, market.Allocation{From: market.Date(f[0]).At(start, loc), Until: &until, Amount: n})
	return err
}

// scriptWindow reads "mon-thu 18:00-22:00", "2027-02-04 18:00-22:00", "daily 09:00-17:00" or "last thu 18:00-22:00".
func scriptWindow(text string) (w market.Window, err error) {
	f := strings.Fields(text)
	if w.Start, w.End, err = clocks(f[len(f)-1]); err != nil {
		return w, err
	}
	nths := map[string]int{"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
	switch {
	case f[0] == "daily":
		w.Repeat = market.Daily
	case f[0][0] == '2':
		w.Repeat, w.On = market.Once, market.Date(f[0])
	case nths[f[0]] != 0:
		w.Repeat, w.Nth, w.Days = market.Monthly, nths[f[0]], weekdays(f[1])
	default:
		w.Repeat, w.Days = market.Weekly, weekdays(f[0])
	}
	return w, nil
}

func weekdays(s string) (days market.Weekdays) {
	const names = "montuewedthufrisatsun"
	first, last, ranged := strings.Cut(s, "-")
	if !ranged {
		last = first
	}
	for i := strings.Index(names, first) / 3; i <= strings.Index(names, last)/3; i++ {
		days |= 1 << i
	}
	return days
}

func clocks(s string) (start, end market.Minute, err error) {
	a, b, _ := strings.Cut(s, "-")
	if start, err = market.ParseMinute(a); err != nil {
		return
	}
	end, err = market.ParseMinute(b)
	return
}

func splitList(s string) []string {
	var out []string
	for _, x := range strings.Split(s, ",") {
		out = append(out, strings.TrimSpace(x))
	}
	return out
}

func ids(list []string) []market.ID {
	var out []market.ID
	for _, x := range list {
		out = append(out, market.ID(x))
	}
	return out
}

func features(list []string) []market.Feature {
	var out []market.Feature
	for _, x := range list {
		out = append(out, market.Feature(x))
	}
	return out
}
