// Package relevance holds what search should find, as scripts that anybody can read and edit, and reads them. Every
// implementation of search must do what they say.
//
// A script is a text file. A line that begins with # is a remark. "listing NAME" begins a listing; the lines below it
// say what it is ("title: …"). "group NAME" and "network NAME" begin those, which have a name, what they say, and a group's
// borough. "search: …" begins a question; the lines below it say who asks, from where, and what is
// expected:
//
//	who:    anybody, or "in BOROUGH"; nobody in particular when it is not said
//	from:   latitude and longitude
//	expect: names of listings, the best first: these come first, in this order
//	then:   names that come after those, in any order
//	never:  names that must not be found, neither as listings nor beside them
//	beside: groups and networks found beside the listings, in this order and no others, each with why: "choir by name"
//	repeated: so many times is the question said again and again, for what people paste
//	calls:  "hub = room, tunes = music": it is asked within a network that calls rooms hubs, and what others tag as music tunes
//	only:   meilisearch, where Postgres is not asked for as much
//	meant:  names found behind what words find, because they mean nearly the same, in this order and no others; "nothing" for none.
//	        Postgres is asked too, and finds by words alone
package relevance

import (
	"bufio"
	"embed"
	"fmt"
	"hash/fnv"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"wherewithal/market"
)

//go:embed *.txt
var files embed.FS

// Now is the time at which all scripts are played: a Monday.
var Now = time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC)

// Script is one file.
type Script struct {
	Name     string
	Listings []Listing
	Parties  []Party
	Searches []Search
}

// Party is a group or network with the name that the script gives it.
type Party struct {
	Name  string
	Party market.Party
}

// Listing is an entry with the name that the script gives it.
type Listing struct {
	Name  string
	Entry market.Entry
}

// Search is one question with what is expected of its answer.
type Search struct {
	Line   int
	Text   string
	Viewer market.Viewer
	From   *market.Point
	Expect []string
	Then   []string
	Never  []string
	Beside []string // each as "NAME by WHY"
	Only   string
	Words  []market.NetworkWord

	AsksMeant bool     // what means nearly the same is asked for as well
	Meant     []string // and these are
}

// All reads every script.
func All() ([]Script, error) {
	names, err := fs.Glob(files, "*.txt")
	if err != nil {
		return nil, err
	}
	kept, err := Kept()
	if err != nil {
		return nil, fmt.Errorf("meanings.json: %w", err)
	}
	var out []Script
	for _, name := range names {
		body, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		s, err := Read(strings.TrimSuffix(name, ".txt"), string(body))
		if err != nil {
			return nil, fmt.Errorf("%s:%w", name, err)
		}
		for i := range s.Listings {
			e := &s.Listings[i].Entry
			e.Meaning = kept.Of(e.Listing.Title)
		}
		out = append(out, s)
	}
	return out, nil
}

// Read reads one script. An error begins with the number of its line.
func Read(name, body string) (Script, error) {
	s := Script{Name: name}
	lines := bufio.NewScanner(strings.NewReader(body))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		if err := s.line(n, line); err != nil {
			return s, fmt.Errorf("%d: %w", n, err)
		}
	}
	return s, s.check()
}

func (s *Script) line(n int, line string) error {
	if name, ok := strings.CutPrefix(line, "listing "); ok {
		s.Listings = append(s.Listings, Listing{strings.TrimSpace(name), s.plain(len(s.Listings))})
		return nil
	}
	for _, kind := range []market.PartyKind{market.AGroup, market.ANetwork} {
		if name, ok := strings.CutPrefix(line, string(kind)+" "); ok && !strings.Contains(line, ":") {
			s.Parties = append(s.Parties, Party{strings.TrimSpace(name), market.Party{ID: s.id(1_000_000 + len(s.Parties)), Kind: kind}})
			return nil
		}
	}
	key, value, ok := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	switch {
	case !ok:
		return fmt.Errorf("%q: want \"listing NAME\" or \"word: …\"", line)
	case key == "search":
		s.Searches = append(s.Searches, Search{Line: n, Text: value})
		return nil
	case len(s.Searches) > 0:
		return s.Searches[len(s.Searches)-1].line(key, value)
	case len(s.Parties) > 0:
		return s.Parties[len(s.Parties)-1].line(key, value)
	case len(s.Listings) > 0:
		return s.Listings[len(s.Listings)-1].line(key, value)
	}
	return fmt.Errorf("%q stands before the first listing", key)
}

func (p *Party) line(key, value string) error {
	switch key {
	case "name":
		p.Party.Name = value
	case "says":
		p.Party.Does = value
	case "borough":
		p.Party.Boroughs = names(value)
	default:
		return fmt.Errorf("%q is not said of a %s", key, p.Party.Kind)
	}
	return nil
}

// plain is what a listing is when the script does not say: an offer of a room, shown to anyone, opened on the n-th
// minute of the day before.
func (s *Script) plain(n int) market.Entry {
	opened := Now.Add(-24*time.Hour + time.Duration(n)*time.Minute)
	return market.Entry{
		Listing: market.Listing{
			ID: s.id(2 * n), Version: 1, GroupID: s.id(2*n + 1), Side: market.Offer, Kind: market.Room, Quantity: 1,
			Where: market.AtPlace, Terms: market.Terms{Kind: market.Gift}, Circle: market.Anyone, Life: market.Open,
			Facts: market.Facts{}, OpenedAt: &opened, CreatedAt: opened,
		},
		Group: market.Standing{Name: "Plum Lane Friends", Active: true},
	}
}

// id is the n-th of a script: the same each time, and unlike those of other scripts.
func (s *Script) id(n int) market.ID {
	h := fnv.New32a()
	h.Write([]byte(s.Name))
	return market.ID(fmt.Sprintf("%08x-0000-7000-8000-%012x", h.Sum32(), n))
}

func (l *Listing) line(key, value string) (err error) {
	e := &l.Entry
	switch key {
	case "title":
		e.Listing.Title = value
	case "says":
		e.Listing.Description = value
	case "side":
		e.Listing.Side = market.Side(value)
	case "kind":
		e.Listing.Kind = value
	case "tags":
		e.Listing.Tags = names(value)
	case "group":
		e.Group.Name = value
	case "borough":
		e.Borough, e.Region = value, "London"
	case "outcode":
		e.Outcode = value
	case "at":
		e.Point, err = point(value)
	case "circle":
		e.Listing.Circle = market.Circle(value)
	case "online":
		e.Listing.Where = market.Online
	case "has":
		for _, f := range names(value) {
			e.Listing.Has = append(e.Listing.Has, market.Feature(f))
		}
	case "seats":
		e.Listing.Facts["seated"], err = strconv.ParseFloat(value, 64)
	case "what":
		e.Listing.Facts["what"] = value
	case "free":
		err = l.free(value)
	default:
		return fmt.Errorf("%q is not said of a listing", key)
	}
	return err
}

var days = []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}

// free reads "Thu 18:00-22:00, Sat 09:00-13:00".
func (l *Listing) free(value string) error {
	for _, part := range names(value) {
		day, hours, _ := strings.Cut(part, " ")
		from, until, _ := strings.Cut(hours, "-")
		i := slices.Index(days, day)
		start, err := market.ParseMinute(from)
		end, err2 := market.ParseMinute(until)
		if i < 0 || err != nil || err2 != nil {
			return fmt.Errorf("%q is not a time like Thu 18:00-22:00", part)
		}
		w := market.Window{Repeat: market.Weekly, Days: 1 << i, Start: start, End: end}
		l.Entry.Listing.When.Windows = append(l.Entry.Listing.When.Windows, w)
	}
	return nil
}

func (s *Search) line(key, value string) (err error) {
	switch key {
	case "who":
		if borough, ok := strings.CutPrefix(value, "in "); ok {
			s.Viewer = market.Viewer{Person: "00000000-0000-7000-8000-000000000001", Boroughs: []string{borough}, Regions: []string{"London"}}
		} else if value != "anybody" {
			return fmt.Errorf("%q: want anybody, or in BOROUGH", value)
		}
	case "from":
		var p market.Point
		p, err = point(value)
		s.From = &p
	case "repeated":
		var n int
		n, err = strconv.Atoi(value)
		s.Text = strings.Repeat(s.Text+" ", max(n, 1))
	case "calls":
		for _, one := range names(value) {
			word, code, ok := strings.Cut(one, "=")
			if !ok {
				return fmt.Errorf("%q: want a network's word = what everybody calls it", one)
			}
			s.Words = append(s.Words, market.NetworkWord{Word: strings.TrimSpace(word), Code: strings.TrimSpace(code)})
		}
	case "only":
		s.Only = value
	case "expect":
		s.Expect = names(value)
	case "then":
		s.Then = names(value)
	case "never":
		s.Never = names(value)
	case "beside":
		s.Beside = names(value)
	case "meant":
		if s.AsksMeant = true; value != "nothing" {
			s.Meant = names(value)
		}
	default:
		return fmt.Errorf("%q is not said of a search", key)
	}
	return err
}

func names(value string) []string {
	var out []string
	for n := range strings.SplitSeq(value, ",") {
		if n = strings.TrimSpace(n); n != "" {
			out = append(out, n)
		}
	}
	return out
}

func point(value string) (p market.Point, err error) {
	if _, err = fmt.Sscanf(value, "%f %f", &p.Lat, &p.Lng); err != nil || !p.Valid() {
		return p, fmt.Errorf("%q is not a point like 51.48 0.01", value)
	}
	return p, nil
}

// check finds names that no listing has, and questions that expect nothing.
func (s Script) check() error {
	for _, q := range s.Searches {
		said := slices.Concat(q.Expect, q.Then, q.Never, q.Meant)
		for _, one := range q.Beside {
			name, _, _ := strings.Cut(one, " by ")
			said = append(said, name)
		}
		if len(said) == 0 && !q.AsksMeant {
			return fmt.Errorf("%d: nothing is expected of %q", q.Line, q.Text)
		}
		for _, n := range said {
			if !slices.ContainsFunc(s.Listings, func(l Listing) bool { return l.Name == n }) && !slices.ContainsFunc(s.Parties, func(p Party) bool { return p.Name == n }) {
				return fmt.Errorf("%d: no listing is called %q", q.Line, n)
			}
		}
	}
	return nil
}
