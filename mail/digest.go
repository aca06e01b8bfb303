package mail

import "wherewithal/market"

// Digest is what there is to say to one person, at one time. Parts that are empty are left out.
type Digest struct {
	Daily     bool
	Questions []DigestLine   // wait for a yes or a no
	Rings     []DigestLine   // wait for one too: what the group would get in a ring
	ToConfirm []DigestLine   // how much and when the other side suggests
	ToTell    []DigestLine   // did it happen?
	Matches   []DigestLine   // new, and put to nobody yet
	Ending    []DigestLine   // listings of the reader's that end soon
	Searches  []DigestSearch // at most market.DigestSearches
	More      DigestMore
	Link      string // to all of it, but for listings and searches
	Mine      string // to the reader's listings, with what was found for each
	Manage    string // to the reader's saved searches
}

// DigestMore is how many more there are of each part than its lines show.
type DigestMore struct{ Questions, Rings, ToConfirm, ToTell, Matches, Ending, Searches int }

// DigestSearch is what is new in one of the reader's saved searches.
type DigestSearch struct {
	Name  string
	Fresh []DigestLine
	More  int    // how many more there are than Fresh shows
	Stop  string // link that ends the alerts of this search
}

// DigestLine is one listing with what to do about it.
type DigestLine struct {
	Offer   bool
	Title   string
	By      string // the group; may be empty
	Reasons []string
	Note    string // one more line, worded; may be empty
	Link    string
}

func (Digest) Name() string { return string(market.DigestLetter) }

func (m Digest) letter(w words) letter {
	rhythm := "weekly"
	if m.Daily {
		rhythm = "daily"
	}
	parts := []struct {
		key   string
		lines []DigestLine
		more  int
		all   string // where all of them are
	}{{"questions", m.Questions, m.More.Questions, m.Link}, {"rings", m.Rings, m.More.Rings, m.Link}, {"confirm", m.ToConfirm, m.More.ToConfirm, m.Link},
		{"tell", m.ToTell, m.More.ToTell, m.Link}, {"matches", m.Matches, m.More.Matches, m.Mine}, {"ending", m.Ending, m.More.Ending, m.Mine}}
	count := 0
	for _, p := range parts {
		count += len(p.lines) + p.more
	}
	count += fresh(m.Searches)
	data := map[string]any{"Count": count}
	l := letter{Lang: w.lang, Subject: w.say("digest.subject_"+rhythm, data), Heading: w.say("digest.heading_"+rhythm, data),
		Why: w.say("digest.why_"+rhythm, data), Home: w.home(), Opening: []string{w.say("digest.opening", data)}}
	for _, p := range parts {
		for i, line := range p.lines {
			c := w.line(line, "digest."+p.key+"_action")
			if i == 0 {
				c.Head = w.say("digest."+p.key, map[string]any{"Count": len(p.lines)})
			}
			if i == len(p.lines)-1 && p.more > 0 {
				c.More = w.more("digest.more", p.more, p.all)
			}
			l.Cards = append(l.Cards, c)
		}
	}
	for _, s := range m.Searches {
		l.Cards = append(l.Cards, w.search(s)...)
	}
	if m.More.Searches > 0 {
		l.Cards[len(l.Cards)-1].More = w.more("digest.more_searches", m.More.Searches, m.Manage)
	}
	l.Action = w.action("digest.action", m.Link)
	if len(l.Cards) > 0 && count == fresh(m.Searches) { // its reader may look after no group
		l.Action, l.Why = w.action("digest.searches.action", m.Manage), w.say("digest.searches.why_"+rhythm, data)
	}
	return l
}

// fresh is how many listings are new in some searches.
func fresh(searches []DigestSearch) (n int) {
	for _, s := range searches {
		n += len(s.Fresh) + s.More
	}
	return n
}

// search is a part of a digest: its last card says how much more there is, and how to get no more of this search.
func (w words) search(s DigestSearch) (cards []card) {
	for _, line := range s.Fresh {
		cards = append(cards, w.line(line, "saved_search.listing_action"))
	}
	first, last := &cards[0], &cards[len(cards)-1]
	first.Head = w.say("digest.search", map[string]any{"Name": s.Name, "Count": len(s.Fresh)})
	if s.More > 0 {
		last.Note = w.say("digest.search_more", map[string]any{"Count": s.More})
	}
	last.Stop = w.action("saved_search.stop", s.Stop)
	return cards
}

func (w words) line(d DigestLine, action string) card {
	c := w.need(d.Title, d.By)
	if d.Offer {
		c = w.offer(d.Title, d.By)
	}
	if len(d.Reasons) > 0 {
		c = w.because(c, d.Reasons)
	}
	c.Note, c.Action = d.Note, w.action(action, d.Link)
	return c
}
