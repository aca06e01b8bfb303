package matching

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"wherewithal/market"
	"wherewithal/matching/meaning"
)

// maker makes listings with the skew of real ones: a few centres and a few things have most of them, most groups post
// once or twice and some fifty times, most times are evenings, and texts are some sixty words of which few are rare.
type maker struct {
	r       *rand.Rand
	centre  *rand.Zipf
	thing   map[string]*rand.Zipf
	word    *rand.Zipf
	times   *rand.Zipf
	centres []market.Point
	noise   [][]float64
}

var cityThings = map[string][]string{
	market.Room: {"Church hall", "Community hall", "Meeting room", "School hall", "Dance studio", "Room", "Kitchen", "Sports hall",
		"Office space", "Quiet room", "Garden", "Art studio", "Storage", "Classroom", "Rehearsal room"},
	market.Skill: {"Bookkeeping", "Website help", "First aid training", "Gardening", "Bid writing", "BSL interpreter", "Photography",
		"Graphic design", "Mentoring", "Cooking", "Legal advice", "Translation into Bengali", "Carpentry", "Plumbing", "Choir leader",
		"Yoga teacher", "Social media", "Minutes", "Trustee", "Football coach", "Sewing lessons", "IT support"},
	market.Equipment: {"Gazebo", "Folding tables", "Stacking chairs", "PA system", "Projector and screen", "Minibus", "Tea urn",
		"Sewing machine", "Cargo bike", "Marquee", "Barbecue", "Laptop", "Bunting", "Generator", "Football goals", "Piano", "Drum kit",
		"Display boards", "Trolley", "Bouncy castle", "Pottery kiln", "Wheelbarrow", "Lawn mower", "Ladder", "Cool box", "Printer"},
}

func newMaker(seed uint64) *maker {
	fixed := rand.New(rand.NewPCG(7, 7)) // every maker's England is the same
	r := rand.New(rand.NewPCG(seed, 1))
	m := &maker{r: r, thing: map[string]*rand.Zipf{}, centre: rand.NewZipf(r, 1.2, 8, 399), word: rand.NewZipf(r, 1.1, 4, 3999),
		times: rand.NewZipf(r, 1.1, 3, 299)}
	for kind, list := range cityThings {
		m.thing[kind] = rand.NewZipf(r, 1.2, 3, uint64(len(list)-1))
	}
	for range 61 {
		m.noise = append(m.noise, randomVector(fixed))
	}
	for i := range 400 {
		p := market.Point{Lat: 51.5 + .09*fixed.NormFloat64(), Lng: -.1 + .16*fixed.NormFloat64()}
		if i%5 >= 3 { // the other towns
			p = market.Point{Lat: 50.8 + 4*fixed.Float64(), Lng: -3 + 3.2*fixed.Float64()}
		}
		m.centres = append(m.centres, p)
	}
	return m
}

func (m *maker) entry() market.Entry {
	r := m.r
	kind := []string{market.Room, market.Room, market.Skill, market.Equipment, market.Equipment}[r.IntN(5)]
	side := []market.Side{market.Offer, market.Need}[r.IntN(2)]
	centre := int(m.centre.Uint64())
	e := market.Entry{Listing: market.Listing{ID: m.id(), Version: 1, Side: side, Kind: kind, Life: market.Open, Facts: market.Facts{}, Language: "en"},
		Region: "London", Borough: fmt.Sprint("Borough ", centre/6), Outcode: fmt.Sprint("SE", centre%28)}
	if centre%5 >= 3 {
		e.Region = fmt.Sprint("Region ", centre/40)
	}
	at := m.centres[centre]
	e.Point = market.Point{Lat: at.Lat + .012*r.NormFloat64(), Lng: at.Lng + .018*r.NormFloat64()}
	e.Meaning = m.mean(kind, m.say(&e.Listing))
	m.arrange(&e.Listing)
	m.group(&e, centre)
	return e
}

func (m *maker) id() market.ID {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], m.r.Uint64())
	binary.BigEndian.PutUint64(b[8:], m.r.Uint64())
	return market.IDFrom(b)
}

func (m *maker) group(e *market.Entry, centre int) {
	n := int(10000 * math.Pow(m.r.Float64(), 3)) // few groups post much
	id := market.ID(fmt.Sprintf("00000000-0000-7000-8000-%06d%06d", centre, n))
	e.Listing.GroupID = id
	e.Group = market.Standing{ID: id, Name: fmt.Sprint("Group ", n), LegalForm: market.Charity, Active: m.r.IntN(50) > 0,
		Helped: m.r.IntN(1 + n%7), Languages: []string{"en"}}
	if m.r.IntN(3) == 0 {
		net := market.ID(fmt.Sprintf("10000000-0000-7000-8000-%012d", centre))
		e.Group.Joined, e.Networks = []market.ID{net}, []market.ID{net}
	}
	e.Listing.Circle = []market.Circle{market.MyNetworks, market.InBorough, market.InCity, market.InCity, market.InCity, market.Anyone}[m.r.IntN(6)]
	opened := benchNow.AddDate(0, 0, -m.r.IntN(80))
	expires := opened.AddDate(0, 0, 90)
	e.Listing.OpenedAt, e.Listing.CreatedAt, e.Listing.UpdatedAt, e.Listing.ExpiresAt = &opened, opened, opened, &expires
	e.Listing.PostedBy, e.Listing.PlaceID = m.id(), m.id()
}

// say what it is, which of its kind's things.
func (m *maker) say(l *market.Listing) int {
	thing := int(m.thing[l.Kind].Uint64())
	l.Title = cityThings[l.Kind][thing] + []string{"", " for our group", " with parking", " near the station", " for a summer fair"}[m.r.IntN(5)]
	var b strings.Builder
	for range 30 + m.r.IntN(20) {
		if b.WriteString(cityWord(int(m.word.Uint64()))); m.r.IntN(2) == 0 { // about every second word of English says nothing
			b.WriteString([]string{" the ", " and ", " for our ", " with ", " we ", " is "}[m.r.IntN(6)])
		}
		b.WriteByte(' ')
	}
	l.Description = b.String()
	return thing
}

func randomVector(r *rand.Rand) []float64 {
	v := make([]float64, market.VectorBytes)
	for i := range v {
		v[i] = r.NormFloat64() / math.Sqrt(market.VectorBytes)
	}
	return v
}

// mean what a model might read of a thing: every three things of a kind lie near each other, the second is a sort of the
// first, and the third the first by another name. One listing in ten was not read yet.
func (m *maker) mean(kind string, thing int) market.Meaning {
	if m.r.IntN(10) == 0 {
		return market.Meaning{}
	}
	first := 100*slices.Index([]string{market.Room, market.Skill, market.Equipment}, kind) + thing/3*3
	read := market.Meaning{Model: "made", Things: []uint32{meaning.First | uint32(first+thing%3%2)}}
	if thing%3 == 1 {
		read.Things = append(read.Things, uint32(first)|1<<24)
	}
	for range 2 + m.r.IntN(3) {
		read.Vectors = append(read.Vectors, m.vector(first, thing)...)
	}
	return read
}

func (m *maker) vector(first, thing int) []byte {
	v, size := make([]float64, market.VectorBytes), 0.0
	sort, own, noise := m.noise[first%61], m.noise[(first+thing%3+30)%61], m.noise[m.r.IntN(61)]
	for i := range v {
		v[i] = sort[i] + .7*own[i] + .9*noise[i]
		size += v[i] * v[i]
	}
	out := make([]byte, len(v))
	for i := range v {
		out[i] = byte(int8(127 * v[i] / math.Sqrt(size)))
	}
	return out
}

// cityWord is the nth most frequent word of a language nobody speaks.
func cityWord(n int) string {
	const syllables = "balocitedufaginohupejakeliromusatevawoxiyuzo"
	w := ""
	for n += 30; n > 0; n /= 22 {
		w += syllables[n%22*2 : n%22*2+2]
	}
	return w
}

func (m *maker) arrange(l *market.Listing) {
	r := m.r
	l.Quantity, l.Where = 1, market.AtPlace
	l.Terms.Kind = []market.TermsKind{market.Gift, market.Loan, market.Loan, market.Shared, market.AtCost, market.Swap}[r.IntN(6)]
	if l.Terms.Kind == market.AtCost {
		l.Terms.Pence, l.Terms.Per = 500*(1+r.IntN(10)), "hour"
	}
	l.ReachKM = []float64{0, 0, 2, 3, 5, 10, 20}[r.IntN(7)]
	switch l.Kind {
	case market.Room:
		l.Facts["seated"] = float64(10 * (1 + r.IntN(16)))
		l.Facts["kitchen"] = r.IntN(3) == 0
	case market.Skill:
		l.Where = []market.Where{market.AtPlace, market.Delivered, market.Online}[r.IntN(3)]
	default:
		l.Where = []market.Where{market.Collected, market.Collected, market.Delivered}[r.IntN(3)]
		l.Quantity = 1 + r.IntN(20)
		l.Splittable, l.SmallestPart = true, 1+r.IntN(l.Quantity)
	}
	if r.IntN(4) == 0 {
		l.Requires = market.Features[r.IntN(6):][:1]
	}
	l.Has = market.Features[:r.IntN(7)]
	l.When = m.when(l.Side)
}

// when is one of some hundred usual patterns, a few of them very usual.
func (m *maker) when(side market.Side) market.When {
	p := rand.New(rand.NewPCG(m.times.Uint64(), 11))
	r := m.r
	start := market.Minute(30 * (16 + p.IntN(24)))
	w := market.When{Windows: []market.Window{{Repeat: market.Weekly, Days: market.Weekdays(1 + p.IntN(127)), Start: start,
		End: min(1440, start+30*market.Minute(4+p.IntN(8)))}}}
	switch {
	case r.IntN(4) == 0:
		w.Windows = nil
	case side == market.Offer:
		w.TermTimeOnly, w.NotBankHolidays, w.LeadTime = p.IntN(3) == 0, p.IntN(2) == 0, 24*p.IntN(4)
	case r.IntN(3) == 0: // a single day
		w.Windows[0].Repeat, w.Windows[0].Days = market.Once, 0
		w.Windows[0].On = market.DateOf(benchNow).AddDays(7 + r.IntN(120))
	default:
		w.Every, w.Times, w.Duration, w.From = market.Weekly, 1+r.IntN(12), 120, market.DateOf(benchNow).AddDays(r.IntN(60))
	}
	return w
}

// builtCity is an index of n made listings, and what it weighs beside their texts, in bytes a listing.
func builtCity(n int) (*Index, float64) {
	x := New(Options{})
	before := heap()
	texts := make([]int, 2)
	var wait sync.WaitGroup
	for half := range texts {
		wait.Go(func() {
			m := newMaker(uint64(1 + half))
			for range n / 2 {
				e := m.entry()
				texts[half] += len(e.Listing.Title) + len(e.Listing.Description)
				x.Put(e)
			}
		})
	}
	wait.Wait()
	return x, float64(heap()-before-uint64(texts[0]+texts[1])) / float64(n)
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// newcomers are listings that are not in any index.
func newcomers(n int) []market.Entry {
	m := newMaker(1234)
	list := make([]market.Entry, n)
	for i := range list {
		list[i] = m.entry()
		opened := benchNow.Add(-time.Minute)
		expires := opened.AddDate(0, 0, 90)
		list[i].Listing.OpenedAt, list[i].Listing.ExpiresAt, list[i].Group.Active = &opened, &expires, true
	}
	return list
}
