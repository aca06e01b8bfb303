package sample

import (
	"fmt"
	"math"
	"strings"
	"time"

	"wherewithal/geocode"
	"wherewithal/market"
)

// crew is a group with what is needed to let it post.
type crew struct {
	character
	group    market.Group
	owner    market.ID
	posters  []market.ID
	place    market.Place
	quarter  string // "Deptford"
	joined   []market.ID
	evidence map[market.EvidenceKind]bool
	checked  market.CheckLevel
	posted   int
}

// quarters are the boroughs with the outcodes of their ten groups. The first four of each have premises; those of
// Greenwich and the first two of Lewisham lie so that SE10 has halls around it.
var quarters = []struct {
	borough  string
	outcodes []string
}{
	{"Greenwich", []string{"SE10", "SE10", "SE3", "SE10", "SE7", "SE18", "SE9", "SE10", "SE3", "SE7"}},
	{"Lewisham", []string{"SE8", "SE13", "SE14", "SE4", "SE8", "SE6", "SE23", "SE26", "SE13", "SE14"}},
	{"Southwark", []string{"SE15", "SE16", "SE1", "SE5", "SE15", "SE17", "SE22", "SE16", "SE1", "SE5"}},
	{"Lambeth", []string{"SW9", "SW2", "SE11", "SE27", "SW4", "SW9", "SE24", "SW8", "SW2", "SW16"}},
	{"Tower Hamlets", []string{"E1", "E2", "E3", "E14", "E1", "E2", "E3", "E14", "E1", "E3"}},
	{"Hackney", []string{"E8", "E5", "N16", "E9", "E8", "E5", "E9", "N16", "E8", "E5"}},
}

const withPremises = 4 // of ten groups in a borough

func (m *maker) groups() {
	names := shuffled(m, streets)
	premises, others := characters()
	halls := premises[:3] // those whose premises are a hall
	rest, free := shuffled(m, premises), shuffled(m, others)
	used := 0
	for b, q := range quarters {
		for i, outcode := range q.outcodes {
			kind := free[(b*6+i)%len(free)]
			if i < withPremises {
				kind = rest[(b*withPremises+i)%len(rest)]
			}
			if inReachOfStory(b, i) {
				kind = halls[(b*withPremises+i)%len(halls)]
			}
			m.crew(names[used], kind, outcode)
			used++
		}
	}
}

// inReachOfStory is true of the groups whose halls the story of a first visit needs: near SE10.
func inReachOfStory(borough, i int) bool { return borough == 0 && i < 4 || borough == 1 && i < 2 }

func (m *maker) crew(street string, s character, outcode string) {
	district, _ := geocode.Outcode(outcode)
	c := &crew{character: s, quarter: pick(m, district.Places[:min(2, len(district.Places))]), evidence: map[market.EvidenceKind]bool{}}
	fill := strings.NewReplacer("{place}", c.quarter, "{borough}", district.Borough)
	c.group = market.Group{ID: m.id(), Name: street + " " + s.name, Does: fill.Replace(s.does), LegalForm: s.form,
		Size: m.between(s.large/3, s.large), Languages: m.languages(s), Sample: true, CreatedAt: m.ago(m.between(240, 700))}
	if s.hidden != "" {
		c.group.NameHidden, c.group.Alias = true, fill.Replace(s.hidden)
	}
	m.w.Groups = append(m.w.Groups, c.group)
	m.members(c, street)
	m.place(c, street, district)
	m.papers(c)
	m.crews = append(m.crews, c)
}

func (m *maker) languages(s character) []string {
	switch {
	case strings.HasPrefix(s.name, "Bengali"):
		return []string{"English", "Bengali"}
	case strings.HasPrefix(s.name, "Vietnamese"):
		return []string{"English", "Vietnamese"}
	case m.chance(30):
		return []string{"English", pick(m, []string{"Somali", "Turkish", "Spanish", "Portuguese", "Yoruba", "Polish", "Bengali", "Arabic"})}
	}
	return []string{"English"}
}

// members are an owner, mostly one who may post too, and sometimes one who only reads.
func (m *maker) members(c *crew, street string) {
	roles := []market.Role{market.Owner}
	if m.chance(60) {
		roles = append(roles, market.Poster)
	}
	if m.chance(15) {
		roles = append(roles, market.Reader)
	}
	host := strings.ToLower(strings.ReplaceAll(street, " ", "-")) + ".example"
	for i, role := range roles {
		since := c.group.CreatedAt.AddDate(0, 0, i*20)
		p := m.person(host, since)
		m.w.Memberships = append(m.w.Memberships, market.Membership{ID: m.id(), GroupID: c.group.ID, PersonID: p.ID, Role: role, Since: since})
		if role == market.Owner {
			c.owner = p.ID
		}
		if role.CanPost() {
			c.posters = append(c.posters, p.ID)
		}
	}
}

// person invents one whose name nobody else has.
func (m *maker) person(host string, since time.Time) market.Person {
	name := pick(m, givenNames) + " " + pick(m, familyNames)
	for m.names[name] {
		name = pick(m, givenNames) + " " + pick(m, familyNames)
	}
	m.names[name] = true
	local := strings.ToLower(strings.NewReplacer(" ", ".", "'", "").Replace(name))
	p := market.Person{ID: m.id(), Address: local + "@" + host, Name: name, Language: "en-GB", Zone: market.DefaultZone, CreatedAt: since}
	m.w.Persons = append(m.w.Persons, p)
	return p
}

// place is a point within about 400 m of the middle of the outcode, and a postcode with an ending that is hardly
// ever given out.
func (m *maker) place(c *crew, street string, d geocode.District) {
	postcode := fmt.Sprintf("%s %d%s", d.Code, m.IntN(10), pick(m, []string{"XZ", "ZX", "ZZ", "XX"}))
	label := "Where we meet, " + street
	if len(c.hosts) > 0 {
		label = pick(m, []string{"The main door, ", "The yard entrance, ", "The green gate, "}) + street
	}
	c.place = market.Place{ID: m.id(), GroupID: c.group.ID, Label: label, Postcode: postcode, Outcode: d.Code,
		Borough: d.Borough, Region: "London", Precision: market.ByPostcode, Exact: m.near(d.Point), Zone: market.DefaultZone,
		CreatedAt: c.group.CreatedAt}
	m.w.Places = append(m.w.Places, c.place)
}

func (m *maker) near(p market.Point) market.Point {
	const north, east = 0.0036, 0.0058 // degrees that make 400 m at London's latitude
	jitter := func(at, reach float64) float64 { return math.Round((at+reach*(2*m.Float64()-1))*1e5) / 1e5 }
	return market.Point{Lat: jitter(p.Lat, north), Lng: jitter(p.Lng, east)}
}

// papers are the evidence a group states; the better organised have more.
func (m *maker) papers(c *crew) {
	if c.form != market.Informal && m.chance(75) {
		m.evidence(c, market.Insurance)
	}
	if c.form != market.Informal && m.chance(65) || len(c.uses) > 0 && c.uses[0] == market.Children {
		m.evidence(c, market.Safeguarding)
		if m.chance(60) {
			c.checked = pick(m, []market.CheckLevel{market.BasicCheck, market.EnhancedCheck, market.EnhancedCheck})
			m.w.CheckStatements = append(m.w.CheckStatements, market.CheckStatement{GroupID: c.group.ID, Level: c.checked,
				StatedOn: m.day.AddDays(-m.between(10, 200))})
		}
	}
}

func (m *maker) evidence(c *crew, kind market.EvidenceKind) {
	dated := m.between(20, 100)
	ev := market.Evidence{ID: m.id(), GroupID: c.group.ID, Kind: kind, Dated: m.day.AddDays(-dated), CreatedAt: m.ago(dated - 10)}
	if kind == market.Insurance {
		ev.Expires = ev.Dated.AddDays(365)
	}
	c.evidence[kind] = true
	m.w.Evidence = append(m.w.Evidence, ev)
}
