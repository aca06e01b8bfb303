package script

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"wherewithal/market"
)

// verbs of a question, the longer ones first.
var verbs = []string{"finds first", "never finds", "finds", "nearly", "because", "fails"}

// Read a story. What cannot be read is an error that names its line.
func Read(name, text string) (Story, error) {
	s := Story{Name: name, entries: map[string]*market.Entry{}}
	var current *market.Entry
	for line := range strings.Lines(text) {
		line, note, _ := strings.Cut(line, "#")
		if s.About == "" {
			s.About = strings.TrimSpace(note)
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		if err := s.read(strings.TrimRight(line, "\n "), &current); err != nil {
			return s, fmt.Errorf("%s: %q: %w", name, strings.TrimSpace(line), err)
		}
	}
	return s, s.complete()
}

// complete: every name that is asked about stands for a listing.
func (s *Story) complete() error {
	for _, q := range s.asks {
		names := []string{q.who}
		if len(q.want) > 0 && (q.verb == "because" || q.verb == "fails") {
			names = append(names, q.want[0])
		}
		if strings.Contains(q.verb, "finds") {
			names = append(names, q.want...)
		}
		for _, name := range names {
			if s.entries[name] == nil {
				return fmt.Errorf("%s: %q: nobody is called %q", s.Name, q.line, name)
			}
		}
	}
	return nil
}

func (s *Story) read(line string, current **market.Entry) (err error) {
	words := strings.Fields(line)
	switch {
	case line[0] == ' ' && *current != nil:
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		return set(*current, key, strings.TrimSpace(value))
	case words[0] == "now":
		s.now, err = time.ParseInLocation("2006-01-02 15:04", strings.Join(words[1:], " "), market.When{}.Location())
	case strings.HasPrefix(line, "not yet:"):
		s.NotYet = strings.TrimSpace(strings.TrimPrefix(line, "not yet:"))
	case line == "right by meaning":
		s.Meant = true
	case len(words) == 2 && (words[0] == "offer" || words[0] == "need"):
		e := plain(market.Side(words[0]), words[1])
		s.entries[words[1]], *current = &e, &e
		s.order = append(s.order, words[1])
	default:
		return s.ask(line)
	}
	return err
}

// ask reads "choir finds hall, school".
func (s *Story) ask(line string) error {
	who, rest, _ := strings.Cut(line, " ")
	i := slices.IndexFunc(verbs, func(v string) bool { return strings.HasPrefix(rest, v+" ") })
	if i < 0 {
		return fmt.Errorf("no question")
	}
	q := question{line: line, who: who, verb: verbs[i]}
	for _, w := range strings.Split(strings.TrimPrefix(rest, q.verb), ",") {
		if w = strings.TrimSpace(w); w != "" && w != "nothing" {
			q.want = append(q.want, w)
		}
	}
	if len(q.want) == 0 && (q.verb == "because" || q.verb == "fails") {
		return fmt.Errorf("%s whom?", q.verb)
	}
	s.asks = append(s.asks, q)
	return nil
}

// plain is a listing of which nothing has been said yet.
func plain(side market.Side, name string) market.Entry {
	l := market.Listing{ID: market.ID(name), Version: 1, GroupID: market.ID("group of " + name), Side: side, Kind: market.Room,
		Title: name, Quantity: 1, Where: market.AtPlace, Circle: market.InCity, Life: market.Open, Facts: market.Facts{},
		Terms: market.Terms{Kind: market.Gift}}
	return market.Entry{Listing: l, Region: "London", Borough: "Greenwich", Point: market.Point{Lat: 51.48, Lng: 0},
		Group: market.Standing{ID: l.GroupID, Active: true, LegalForm: market.Constituted}}
}
