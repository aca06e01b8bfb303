package search

import (
	"slices"
	"strings"
	"time"

	"wherewithal/market"
)

// Document is what an index knows of a listing: public data only. It fits any engine: plain values and lists.
type Document struct {
	ID          market.ID
	Version     int64
	Side        market.Side
	Kind        string
	Title       string
	Description string
	Tags        []string // folded
	FactWords   []string // what the facts say, in words
	Numbers     map[string]float64
	GroupName   string
	Audience    market.Audience
	Told        []market.ID // networks of the audience that may be asked for and counted; none of an alias, of which they would say where it is
	Outcode     string
	Point       *market.Point // public; nil: nowhere, or online, which is as near as anywhere
	Online      bool
	Features    []market.Feature // offer: what it has; need: what it requires
	Terms       market.TermsKind
	Free        Calendar
	OpenedAt    time.Time
	ExpiresAt   *time.Time
	Meaning     market.Meaning // of its text; the zero Meaning where no model has read it
}

// Wanted reports whether the entry belongs into the index: open, unexpired, its group active. What is not wanted is
// to be deleted.
func Wanted(e market.Entry, now time.Time) bool {
	l := e.Listing
	return l.Life == market.Open && e.Group.Active && (l.ExpiresAt == nil || now.Before(*l.ExpiresAt))
}

// From is the document of an entry. It is the same for the same entry, whenever it is made.
func From(e market.Entry) Document {
	l := e.Listing
	d := Document{
		ID: l.ID, Version: l.Version, Side: l.Side, Kind: l.Kind, Title: l.Title, Description: l.Description,
		Tags: tags(l.Tags), FactWords: factWords(l), Numbers: numbers(l), GroupName: e.Group.Name,
		Audience: e.Audience(), Outcode: e.Outcode, Online: l.Where == market.Online, Features: features(l),
		Terms: l.Terms.Kind, Free: calendarOf(l, e.Lent), OpenedAt: opened(l), ExpiresAt: l.ExpiresAt,
		Meaning: e.Meaning,
	}
	if !e.Group.Alias {
		d.Told = e.Networks
	}
	if !e.Point.IsZero() && !d.Online {
		p := e.Point
		d.Point = &p
	}
	return d
}

// tags as they are compared.
func tags(list []string) []string {
	out := make([]string, 0, len(list))
	for _, t := range list {
		if t = strings.TrimSpace(fold(t)); t != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

func features(l market.Listing) []market.Feature {
	list := l.Has
	if l.Side == market.Need {
		list = l.Requires
	}
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

func opened(l market.Listing) time.Time {
	if l.OpenedAt != nil {
		return *l.OpenedAt
	}
	return l.CreatedAt
}

// numbers are the facts that can be asked for as "at least".
func numbers(l market.Listing) map[string]float64 {
	out := map[string]float64{"quantity": float64(l.Quantity)}
	for key := range l.Facts {
		if n := l.Facts.Number(key); n > 0 {
			out[key] = n
		}
	}
	return out
}

// factWords put the kind, the facts, the features and the unit in words: "room", "tables chairs", "step free".
func factWords(l market.Listing) []string {
	out := []string{l.Kind, l.Unit}
	for key := range l.Facts {
		if l.Facts.Flag(key) {
			out = append(out, strings.ReplaceAll(key, "_", " "))
		}
		out = append(out, l.Facts.Text(key))
	}
	for _, f := range features(l) {
		out = append(out, strings.ReplaceAll(string(f), "_", " "))
	}
	if l.Where == market.Online {
		out = append(out, "online")
	}
	slices.Sort(out)
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

// subject is the text of the listing itself, weighed: title, tags, kind and facts, description.
func (d Document) subject() vector {
	v := vector{}
	v.add(d.Title, 'A')
	for _, t := range d.Tags {
		v.add(t, 'B')
	}
	for _, f := range d.FactWords {
		v.add(f, 'C')
	}
	v.add(d.Description, 'D')
	return v
}

// around is what stands around it: the group's name, the place's words, the calendar's, and, least, the calendar's
// when it is free at any time.
func (d Document) around() vector {
	v := vector{}
	v.add(d.GroupName, 'A')
	v.add(d.Audience.Borough, 'B')
	v.add(d.Outcode, 'B')
	c := class('C')
	if d.Free.AnyTime {
		c = 'D'
	}
	for _, lexeme := range d.Free.lexemes() {
		v.put(lexeme, c)
	}
	return v
}

// vocabulary is the document's words as written, each with its stem: what typos are mended to.
func (d Document) vocabulary() map[string]string {
	text := append([]string{d.Title, d.Description, d.GroupName, d.Audience.Borough, d.Outcode}, append(d.FactWords, d.Tags...)...)
	out := map[string]string{}
	for _, t := range text {
		for _, w := range words(t) {
			if len(w) >= 3 && len(w) <= maxWord && !stopWords[w] && !number(w) {
				out[w] = stem(w)
			}
		}
	}
	return out
}
