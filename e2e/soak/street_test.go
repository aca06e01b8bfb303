package soak

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// street is a network of its own: what is offered and needed in it is for its own groups only, so that who meets whom is
// known beforehand.
type street struct {
	n      int
	plan   plan
	offers []*neighbour
	needs  []*neighbour
}

// plan is how many offer and need what in a street.
type plan struct {
	name          string
	offers, needs int
	quantity      int  // of each offer
	apart         bool // each need wants another Thursday: none stands in another's way
	thing         thing
}

// thing that is offered and needed; the zero value is a room.
type thing struct {
	word      string // of the title
	terms     market.TermsKind
	want      int // how many each need wants, of which five are of use
	turnRound int // minutes
}

func (t thing) title(name string) string {
	if t.word == "" {
		return "Room " + name
	}
	return t.word + " " + name
}

// plans and how often each is drawn.
var plans = []plan{
	{name: "pair", offers: 1, needs: 1, quantity: 1, apart: true},
	{name: "pair", offers: 1, needs: 1, quantity: 1, apart: true},
	{name: "pair", offers: 1, needs: 1, quantity: 1, apart: true},
	{name: "side by side", offers: 1, needs: 2, quantity: 1, apart: true},
	{name: "last unit", offers: 1, needs: 5, quantity: 1},
	{name: "two of five", offers: 1, needs: 5, quantity: 2},
	{name: "choice", offers: 3, needs: 1, quantity: 1},
	{name: "in parts", offers: 3, needs: 2, quantity: 40, thing: thing{word: "Chairs", terms: market.Loan, want: 60, turnRound: 60}},
	{name: "for good", offers: 1, needs: 3, quantity: 40, thing: thing{word: "Blankets", terms: market.Gift, want: 30}},
}

// contested streets have more who want than can have.
func (p plan) contested() bool { return !p.apart }

// neighbour is a group of a street, the person who acts for it, and its one listing.
type neighbour struct {
	street  *street
	person  market.Person
	group   market.Group
	place   market.Place
	listing market.Listing
	fate    map[*neighbour]fate // of a need: what becomes of it with each offer
}

// fate is what two neighbours do, as far as it comes to that: drawn from the seed, whatever else happens.
type fate struct {
	need, offer string // yes, no, ignore, waver (no, and then yes), back (yes, and then no)
	then        string // nothing, stop, suggest, agree, off (agreed and then called off)
	stopper     market.Side
	needTells   string // yes, no, ignore
	offerTells  string
}

// town draws streets, one after the other.
type town struct {
	r       *rand.Rand
	streets int
	pairs   int
}

func newTown(seed uint64) *town { return &town{r: rand.New(rand.NewPCG(seed, 1))} }

// more streets, with at least n pairs of offer and need.
func (w *town) more(n int) []*street {
	var all []*street
	for end := w.pairs + n; w.pairs < end; {
		w.streets++
		s := &street{n: w.streets, plan: plans[w.r.IntN(len(plans))]}
		at := market.Point{Lat: 51.38 + 0.24*w.r.Float64(), Lng: -0.35 + 0.5*w.r.Float64()}
		for range s.plan.offers {
			s.offers = append(s.offers, s.neighbour(market.Offer, at))
		}
		for range s.plan.needs {
			need := s.neighbour(market.Need, at)
			for _, o := range s.offers {
				need.fate[o] = drawFate(w.r)
			}
			s.needs = append(s.needs, need)
		}
		w.pairs += s.plan.offers * s.plan.needs
		all = append(all, s)
	}
	return all
}

func drawFate(r *rand.Rand) fate {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	f := fate{need: pick("yes", "yes", "yes", "yes", "yes", "yes", "no", "ignore", "waver", "back"),
		offer: pick("yes", "yes", "yes", "yes", "yes", "yes", "yes", "no", "ignore", "waver"),
		then:  pick("agree", "agree", "agree", "agree", "agree", "nothing", "stop", "suggest", "off"), stopper: market.Need,
		needTells: pick("yes", "yes", "no", "ignore"), offerTells: pick("yes", "yes", "no", "ignore")}
	if r.IntN(2) == 0 {
		f.stopper = market.Offer
	}
	return f
}

func (s *street) all() []*neighbour { return append(slices.Clone(s.offers), s.needs...) }

// firstThursday is the day of the first use that anybody wants.
var firstThursday = market.Date("2027-02-04")

func (s *street) neighbour(side market.Side, at market.Point) *neighbour {
	i := len(s.offers) + len(s.needs)
	name := fmt.Sprintf("S%dN%d", s.n, i)
	n := &neighbour{street: s, fate: map[*neighbour]fate{}}
	n.person = market.Person{ID: market.NewID(), Address: fmt.Sprintf("p%d@s%d.soak.test", i, s.n), Name: "Pat" + name, Language: "en-GB",
		Zone: market.DefaultZone, CreatedAt: began}
	n.group = market.Group{ID: market.NewID(), Name: "Group " + name, LegalForm: market.Constituted, CreatedAt: began}
	exact := market.Point{Lat: at.Lat + 0.001*float64(i), Lng: at.Lng}
	n.place = market.Place{ID: market.NewID(), GroupID: n.group.ID, Outcode: "SE10", Borough: "Greenwich", Region: "London", Precision: market.ByPoint,
		Exact: exact, Public: market.Blur([]byte("pppppppppppppppppppppppppppppppp"), exact), Zone: market.DefaultZone, CreatedAt: began}
	n.listing = n.lists(side, name, len(s.needs))
	return n
}

func (n *neighbour) lists(side market.Side, name string, nth int) market.Listing {
	opened, ends := began, began.Add(market.OpenFor)
	if n.street.n%4 != 0 { // as if renewed: else a third of all mails told of ends
		ends = ends.Add(market.OpenFor)
	}
	l := market.Listing{ID: market.NewID(), Version: 1, GroupID: n.group.ID, PostedBy: n.person.ID, Side: side, Kind: market.Room, Language: "en-GB",
		Title: n.street.plan.thing.title(name), Quantity: 1, Where: market.AtPlace, ReachKM: 3, PlaceID: n.place.ID, Terms: market.Terms{Kind: market.Shared},
		Circle: market.MyNetworks, Life: market.Open, OpenedAt: &opened, ExpiresAt: &ends, CreatedAt: began, UpdatedAt: began}
	if t := n.street.plan.thing; t.word != "" {
		return n.listsThings(l, t, nth)
	}
	thursday := market.Window{Repeat: market.Weekly, Days: market.DayBit(time.Thursday), Start: 18 * 60, End: 22 * 60}
	if side == market.Offer {
		l.Facts, l.Quantity, l.When = market.Facts{"seated": 40.0}, n.street.plan.quantity, market.When{Windows: []market.Window{thursday}}
		l.Splittable, l.SmallestPart = l.Quantity > 1, min(1, l.Quantity-1) // else two of them go together
		return l
	}
	day := firstThursday
	if n.street.plan.apart {
		day = day.AddDays(7 * nth)
	}
	thursday.Start, thursday.End = 19*60, 21*60
	l.Facts, l.When = market.Facts{"seated": 25.0}, market.When{Windows: []market.Window{thursday}, From: day, Until: day}
	return l
}

// listsThings: who needs them wants them on the first Thursday, each half an hour after the one before; chairs come back, and blankets do not.
func (n *neighbour) listsThings(l market.Listing, t thing, nth int) market.Listing {
	l.Kind, l.Where, l.Terms, l.Splittable, l.SmallestPart = market.Equipment, market.Collected, market.Terms{Kind: t.terms}, true, 5
	thursday := market.Window{Repeat: market.Weekly, Days: market.DayBit(time.Thursday), Start: 9 * 60, End: 23 * 60}
	if l.Side == market.Offer {
		l.Quantity, l.When = n.street.plan.quantity, market.When{Windows: []market.Window{thursday}, TurnRound: t.turnRound}
		return l
	}
	thursday.Start = market.Minute(14*60 + 150*nth)
	thursday.End = thursday.Start + 120
	l.Quantity, l.When = t.want, market.When{Windows: []market.Window{thursday}, From: firstThursday, Until: firstThursday}
	return l
}

// settle plants streets, and has what they need matched.
func (h *house) settle(all []*street) {
	h.t.Helper()
	var people []market.Person
	var groups []market.Group
	var members []market.Membership
	var places []market.Place
	var networks []market.Network
	var joined []market.NetworkMember
	var listings []market.Listing
	var jobs []market.Job
	for _, s := range all {
		net := market.Network{ID: market.NewID(), Slug: fmt.Sprintf("street-%d", s.n), Name: fmt.Sprintf("Street %d", s.n),
			Level: market.Neighbourhood, CreatedAt: began}
		networks = append(networks, net)
		for _, n := range s.all() {
			people, groups, places, listings = append(people, n.person), append(groups, n.group), append(places, n.place), append(listings, n.listing)
			members = append(members, market.Membership{ID: market.NewID(), GroupID: n.group.ID, PersonID: n.person.ID, Role: market.Owner, Since: began})
			joined = append(joined, market.NetworkMember{NetworkID: net.ID, GroupID: n.group.ID, AskedAt: &began, AgreedAt: &began})
		}
		for _, n := range s.needs {
			jobs = append(jobs, market.Job{Kind: market.MatchJob, Subject: n.listing.ID})
		}
	}
	ctx := context.Background()
	err := h.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Plant(ctx, &people); err != nil {
			return err
		}
		if err := tx.PlantGroups(ctx, groups); err != nil {
			return err
		}
		for _, rows := range []any{&members, &places, &networks, &joined, &listings} {
			if err := tx.Plant(ctx, rows); err != nil {
				return fmt.Errorf("%T: %w", rows, err)
			}
		}
		for batch := range slices.Chunk(jobs, 500) {
			if err := tx.Enqueue(ctx, time.Now(), batch...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
}
