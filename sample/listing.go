package sample

import (
	"strconv"
	"strings"
	"time"

	"wherewithal/market"
)

// post is a listing with what it was made from.
type post struct {
	listing market.Listing
	theme   theme
	crew    *crew
	words   words
	times   times
	number  int  // what fills {n}
	story   bool // one of the halls of a first visit: left as it is
	wanted  int  // needs that were made to fit it
}

// drawn are the words of one listing to come.
type drawn struct {
	theme theme
	words words
}

// How many of each kind: 165 offers and 135 needs.
var (
	offersOf = map[string]int{market.Room: 58, market.Skill: 54, market.Equipment: 53}
	needsOf  = map[string]int{market.Room: 44, market.Skill: 45, market.Equipment: 46}
)

const (
	mostOfOne  = 7  // listings of one group
	fitPercent = 78 // needs that are made to fit an offer; the rest show what is missing
)

func (m *maker) listings() {
	m.story()
	for _, kind := range []string{market.Room, market.Skill, market.Equipment} {
		offers := shuffled(m, drawOffers(kind))
		for _, d := range offers[:offersOf[kind]-m.countOf(kind)] {
			m.offer(d)
		}
	}
	for _, kind := range []string{market.Room, market.Skill, market.Equipment} {
		for _, d := range shuffled(m, drawNeeds(kind))[:needsOf[kind]] {
			m.need(d)
		}
	}
}

func (m *maker) countOf(kind string) (n int) {
	for _, p := range m.posts {
		if p.listing.Kind == kind {
			n++
		}
	}
	return n
}

// drawOffers are the words of the kind's offers but those that the story uses up.
func drawOffers(kind string) (out []drawn) {
	for _, t := range themes() {
		if t.kind == kind {
			words := t.offers
			if t.tags[0] == "hall" {
				words = words[storyHalls:]
			}
			for _, w := range words {
				out = append(out, drawn{t, w})
			}
		}
	}
	return out
}

func drawNeeds(kind string) (out []drawn) {
	for _, t := range themes() {
		for _, w := range t.needs {
			if t.kind == kind {
				out = append(out, drawn{t, w})
			}
		}
	}
	return out
}

// begin makes the parts that offers and needs have in common.
func (m *maker) begin(side market.Side, d drawn, c *crew) *post {
	opened := m.ago(m.between(1, 60))
	l := market.Listing{ID: m.id(), Version: 1, GroupID: c.group.ID, PostedBy: pick(m, c.posters), Side: side, Kind: d.theme.kind,
		Language: "en-GB", Tags: d.theme.tags, Quantity: 1, PlaceID: c.place.ID, Life: market.Open,
		CreatedAt: opened.Add(-time.Duration(m.between(2, 50)) * time.Minute), OpenedAt: ptr(opened), UpdatedAt: opened,
		ExpiresAt: ptr(opened.Add(market.OpenFor))}
	l.Circle = m.circle(c)
	return &post{listing: l, theme: d.theme, crew: c, words: d.words}
}

func (m *maker) circle(c *crew) market.Circle {
	switch n := m.IntN(100); {
	case c.hidden != "":
		return market.InCity
	case n < 4 && len(c.joined) > 0:
		return market.MyNetworks
	case n < 12:
		return market.InBorough
	case n < 38:
		return market.InCity
	}
	return market.Anyone
}

// finish fills in the words, adds what the facts say, and keeps the post.
func (m *maker) finish(p *post, more ...string) {
	p.listing.Title = p.fill(p.words.title)
	p.listing.Description = strings.Join(append([]string{p.fill(p.words.body)}, more...), " ")
	p.crew.posted++
	m.posts = append(m.posts, p)
}

// asksFor reports whether the words hold a mark such as "{when}".
func (w words) asksFor(mark string) bool { return strings.Contains(w.title+w.body, mark) }

func (p *post) fill(text string) string {
	return strings.NewReplacer("{place}", p.crew.quarter, "{when}", p.times.phrase, "{n}", strconv.Itoa(p.number),
		"{we}", p.crew.we, "{We}", capital(p.crew.we), "{doing}", p.crew.doing).Replace(text)
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// likeliest is the group of the candidates that such a listing suits best and that has not posted much. nil: none.
func (m *maker) likeliest(t theme, fits func(*crew) bool) *crew {
	var best *crew
	most := -1 << 30
	for _, c := range m.crews {
		score := 4*common(c.likes, t.tags) - 2*c.posted + m.IntN(3)
		if c.posted < mostOfOne && fits(c) && score > most {
			best, most = c, score
		}
	}
	return best
}

func common(a, b []string) (n int) {
	for _, x := range a {
		if contains(b, x) {
			n++
		}
	}
	return n
}
