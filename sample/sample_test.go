package sample

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"wherewithal/geocode"
	"wherewithal/market"
	"wherewithal/wording"
)

var (
	today = time.Date(2027, 1, 12, 9, 30, 0, 0, time.UTC)
	seeds = []uint64{1, 2, 7, 42, 1_000_003}
)

// eachWorld runs a promise on several worlds: it has to hold for any seed and any season.
func eachWorld(t *testing.T, promise func(t *testing.T, w World, day time.Time)) {
	for _, seed := range seeds {
		for _, day := range []time.Time{today, time.Date(2027, 3, 28, 12, 0, 0, 0, time.UTC), time.Date(2026, 10, 25, 0, 10, 0, 0, time.UTC)} {
			t.Run(fmt.Sprint(seed, day.Format(time.DateOnly)), func(t *testing.T) { promise(t, London(seed, day), day) })
		}
	}
}

func TestTheSameSeedAndDayGiveTheSameWorld(t *testing.T) {
	first := London(1, today)
	if !reflect.DeepEqual(first, London(1, today.Add(5*time.Hour))) {
		t.Error("two worlds of one seed and day differ")
	}
	if reflect.DeepEqual(first, London(2, today)) {
		t.Error("two seeds give one world")
	}
	if next := London(1, today.AddDate(0, 0, 1)); next.Groups[0].ID != first.Groups[0].ID || next.Listings[0].Title != first.Listings[0].Title {
		t.Error("another day changed more than the dates")
	}
}

func TestTheCountsAreThoseThatWereAskedFor(t *testing.T) {
	eachWorld(t, func(t *testing.T, w World, _ time.Time) {
		if len(w.Groups) != 60 || len(w.Listings) != 300 || len(w.Places) != 60 {
			t.Errorf("%d groups, %d listings, %d places", len(w.Groups), len(w.Listings), len(w.Places))
		}
		boroughs, sides, kinds, lives := map[string]int{}, map[market.Side]int{}, map[string]int{}, map[market.Life]int{}
		for _, p := range w.Places {
			boroughs[p.Borough]++
		}
		for _, l := range w.Listings {
			sides[l.Side]++
			kinds[l.Kind]++
			lives[l.Life]++
		}
		if len(boroughs) < 6 || sides[market.Offer] != 165 || lives[market.Open] < 200 {
			t.Errorf("boroughs %v, sides %v, lives %v", boroughs, sides, lives)
		}
		for _, q := range quarters {
			if boroughs[q.borough] < 8 {
				t.Errorf("%d groups in %s", boroughs[q.borough], q.borough)
			}
		}
		for _, kind := range []string{market.Room, market.Skill, market.Equipment} {
			if kinds[kind] < 90 {
				t.Errorf("%d listings of kind %s", kinds[kind], kind)
			}
		}
		for _, life := range []market.Life{market.Paused, market.Expired, market.Withdrawn, market.Fulfilled, market.Draft} {
			if lives[life] == 0 {
				t.Errorf("no listing is %s", life)
			}
		}
	})
}

func TestMarketAcceptsEverything(t *testing.T) {
	eachWorld(t, func(t *testing.T, w World, _ time.Time) {
		for _, l := range w.Listings {
			kind, _ := market.StandardKind(l.Kind)
			check(t, l.Title, l.Validate(kind, wording.IsLanguage))
		}
		for _, g := range w.Groups {
			check(t, g.Name, g.Validate())
		}
		for _, n := range w.Networks {
			check(t, n.Name, n.Validate(market.Caps{}))
			if _, err := market.ReadBoundary(string(market.GeoJSON(n.Boundary))); n.Level != market.Interest {
				check(t, n.Name, err)
			}
		}
		for _, p := range w.Places {
			check(t, p.Label, p.Validate())
		}
		for _, p := range w.Persons {
			check(t, p.Name, p.ValidateName())
			if a, err := market.NormalAddress(p.Address); err != nil || a != p.Address || !strings.HasSuffix(a, ".example") {
				t.Errorf("address %s: %v", p.Address, err)
			}
		}
	})
}

func check(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

func TestNoTwoListingsAreAlike(t *testing.T) {
	eachWorld(t, func(t *testing.T, w World, _ time.Time) {
		titles, texts := map[string]bool{}, map[string]bool{}
		for _, l := range w.Listings {
			if titles[l.Title] || texts[l.Description] {
				t.Errorf("twice: %q, %q", l.Title, l.Description)
			}
			titles[l.Title], texts[l.Description] = true, true
		}
	})
}

func TestEveryTextIsFinished(t *testing.T) {
	eachWorld(t, func(t *testing.T, w World, _ time.Time) {
		for _, l := range w.Listings {
			text := l.Title + " " + l.Description
			for _, slip := range []string{"{", "}", "  ", " .", " ,", "on ,", "..", " 0 ", " on on ", "(1)"} {
				if strings.Contains(text, slip) {
					t.Errorf("%q in %q", slip, text)
				}
			}
			if len(l.Title) > 100 || len(l.Description) < 40 || len(l.Description) > 600 {
				t.Errorf("lengths %d and %d: %q", len(l.Title), len(l.Description), text)
			}
		}
	})
}

// Names that people would take for the real thing. Ours must hold none of them, nor any of their telling words.
var realNames = []string{"oxfam", "age uk", "shelter", "crisis", "mencap", "samaritans", "citizens advice", "ymca", "barnardo", "scope",
	"trussell", "felix", "fareshare", "city harvest", "groundwork", "volunteer centre", "rotary", "women's institute", "scouts",
	"girlguiding", "st mungo", "salvation army", "red cross", "st john ambulance", "british legion", "locality", "ubele", "toynbee",
	"bonny downs", "oasis", "hackney cvs", "lewisham local", "greenwich cvs", "community southwark", "integrate agency", "black cultural",
	"brixton pound", "deptford lounge", "albany", "oxford house", "poplar harca", "st hilda", "stonewall", "mind in", "refuge council",
	"london community", "transition town", "good gym", "goodgym", "men's shed", "sustrans", "headway", "kids company", "hestia",
	"bromley by bow", "coin street", "blackfriars settlement", "time bank", "library of things", "bankside", "walworth", "rushey green",
	"goldsmiths", "mudchute", "surrey docks", "freightliners", "spitalfields", "east london mosque", "tower hamlets", "cubitt",
	"rich mix", "arcola", "four corners", "halkevi", "day-mer", "somali", "sewa", "brahma", "hare krishna", "peabody", "clarion", "guinness"}

func TestNoGroupIsCalledLikeARealOne(t *testing.T) {
	eachWorld(t, func(t *testing.T, w World, _ time.Time) {
		seen := map[string]bool{}
		for _, g := range w.Groups {
			name, key := strings.ToLower(g.Name), market.LikenessKey(g.Name)
			for _, real := range realNames {
				if strings.Contains(name, real) {
					t.Errorf("%s holds %q", g.Name, real)
				}
			}
			if seen[key] || !g.Sample {
				t.Errorf("%s is there twice, or not marked as a sample", g.Name)
			}
			seen[key] = true
		}
		for _, n := range w.Networks {
			if !n.Sample {
				t.Errorf("%s is not marked as a sample", n.Name)
			}
		}
	})
}

func TestNoInventedStreetIsAPlaceInLondon(t *testing.T) {
	for _, street := range streets {
		for _, s := range geocode.Suggest(street, 1) {
			t.Errorf("%s looks like %s", street, s.Value)
		}
	}
}

func TestHallsAreFreeOnThursdaysAroundSE10(t *testing.T) {
	eachWorld(t, func(t *testing.T, w World, day time.Time) {
		se10, _ := geocode.Outcode("SE10")
		places := placesOf(w)
		near, greenwich, free := 0, 0, 0
		for _, l := range w.Listings {
			p := places[l.PlaceID]
			if !thursdayHall(l) || p.Exact.KM(se10.Point) > 3-blurKM/2 {
				continue
			}
			near++
			if l.Terms.Kind != market.AtCost {
				free++
			}
			if p.Borough == "Greenwich" {
				greenwich++
			}
		}
		if near < 4 || greenwich < 3 || free < 2 {
			t.Errorf("%d halls near SE10, %d of them in Greenwich, %d free of charge", near, greenwich, free)
		}
	})
}

// thursdayHall is what the first visit looks for: seats 25, Thursday evenings, step-free, nothing to show, for anyone.
func thursdayHall(l market.Listing) bool {
	text := strings.ToLower(l.Title + l.Description)
	return l.Side == market.Offer && l.Kind == market.Room && l.Life == market.Open && l.Circle == market.Anyone &&
		l.Facts.Number("seated") >= 25 && contains(l.Has, market.StepFree) && l.Asks == (market.Asks{}) &&
		l.When.Windows[0].Days.Has(time.Thursday) && strings.Contains(text, "hall") && strings.Contains(text, "thursday")
}

func placesOf(w World) map[market.ID]market.Place {
	places := map[market.ID]market.Place{}
	for _, p := range w.Places {
		places[p.ID] = p
	}
	return places
}

func TestAGoodShareOfNeedsCanBeMet(t *testing.T) {
	eachWorld(t, func(t *testing.T, w World, _ time.Time) {
		f := newFitting(w)
		needs, met, many := 0, 0, 0
		for _, n := range w.Listings {
			if n.Side != market.Need || n.Life != market.Open {
				continue
			}
			needs++
			switch fits := f.count(n); {
			case fits > 5:
				many++
			case fits > 0:
				met++
			}
		}
		if met*100 < needs*60 || met*100 > needs*95 || many*100 > needs*10 {
			t.Errorf("of %d needs %d have one to five offers, %d more", needs, met, many)
		}
	})
}

func TestWordsAndTimesAgree(t *testing.T) {
	eachWorld(t, func(t *testing.T, w World, _ time.Time) {
		for _, l := range w.Listings {
			if len(l.When.Windows) == 0 {
				continue
			}
			if win := l.When.Windows[0]; win.Repeat == market.Once {
				if day := win.On.Time(time.UTC).Format("Monday 2 January"); !strings.Contains(l.Title+l.Description, day) {
					t.Errorf("%s is not said in %q, %q", day, l.Title, l.Description)
				}
			}
		}
	})
}

func TestWhatHappenedHoldsTogether(t *testing.T) {
	eachWorld(t, func(t *testing.T, w World, day time.Time) {
		listings, states, outcomes := map[market.ID]market.Listing{}, map[market.State]int{}, map[market.Stage]int{}
		for _, l := range w.Listings {
			listings[l.ID] = l
		}
		midnight := market.DateOf(day.In(market.When{}.Location())).Time(market.When{}.Location())
		for _, in := range w.Introductions {
			states[in.State]++
			o, n := listings[in.OfferID], listings[in.NeedID]
			if o.Kind != n.Kind || o.GroupID != in.OfferGroupID || n.GroupID != in.NeedGroupID || in.ProposedAt.Before(*o.OpenedAt) || in.ProposedAt.Before(*n.OpenedAt) {
				t.Errorf("%s %s does not fit its listings %q and %q", in.State, in.ID, o.Title, n.Title)
			}
			if due, running := in.DueAt(); running && !due.After(midnight.Add(24*time.Hour)) {
				t.Errorf("%s is due %v, before its group could see it", in.ID, due)
			}
			if (in.State == market.Connected) != (in.OfferMask != "") || in.State.Open() != (in.EndedAt == nil && in.ConnectedAt == nil) {
				t.Errorf("%s is half %s", in.ID, in.State)
			}
		}
		for _, x := range w.Exchanges {
			outcomes[x.Stage]++
		}
		if states[market.Connected] < 15 || states[market.Asked] < 5 || states[market.Proposed] < 5 || states[market.Declined] < 5 || outcomes[market.Happened] < 3 {
			t.Errorf("states %v, outcomes %v", states, outcomes)
		}
		for _, e := range w.Events {
			if !e.At.Before(midnight) {
				t.Errorf("%s happens at %v, after the last midnight", e.Verb, e.At)
			}
		}
	})
}

func TestNothingIsLentTwice(t *testing.T) {
	eachWorld(t, func(t *testing.T, w World, _ time.Time) {
		have := map[market.ID]int{}
		for _, l := range w.Listings {
			have[l.ID] = l.Quantity
		}
		for _, a := range w.Allocations {
			used := 0
			for _, b := range w.Allocations {
				started, over := !b.From.After(a.From), b.Until != nil && !b.Until.After(a.From)
				if a.OfferID == b.OfferID && started && !over {
					used += b.Amount
				}
			}
			if used > have[a.OfferID] {
				t.Errorf("%d of %d are lent of %s", used, have[a.OfferID], a.OfferID)
			}
		}
	})
}

func TestNetworksNestOverThreeLevels(t *testing.T) {
	eachWorld(t, func(t *testing.T, w World, _ time.Time) {
		levels, parents, slugs := map[market.ID]market.Level{}, map[market.ID]market.ID{}, map[string]bool{}
		for _, n := range w.Networks {
			levels[n.ID] = n.Level
			if slugs[n.Slug] {
				t.Errorf("slug %s twice", n.Slug)
			}
			slugs[n.Slug] = true
		}
		for _, p := range w.NetworkParents {
			parents[p.ChildID] = p.ParentID
		}
		for _, p := range w.NetworkPeers {
			if p.NetworkID >= p.PeerID {
				t.Errorf("the database refuses a pair of peers that does not begin with the smaller id")
			}
		}
		for id, level := range levels {
			if level == market.Neighbourhood && (levels[parents[id]] != market.Borough || levels[parents[parents[id]]] != market.CityRegion) {
				t.Errorf("the neighbourhood %s does not lie in a borough of the city", id)
			}
		}
		if len(w.Connectors) != len(w.Networks) || len(w.NetworkMembers) < 50 {
			t.Errorf("%d connectors, %d memberships", len(w.Connectors), len(w.NetworkMembers))
		}
	})
}

// fitting is a small, strict reading of the rules of a match, to see that the world has some.
type fitting struct {
	offers []market.Listing
	places map[market.ID]market.Place
	crews  map[market.ID]*crew
}

func newFitting(w World) fitting {
	f := fitting{places: placesOf(w), crews: map[market.ID]*crew{}}
	for _, g := range w.Groups {
		f.crews[g.ID] = &crew{group: g, character: character{form: g.LegalForm}, evidence: map[market.EvidenceKind]bool{}}
	}
	for _, ev := range w.Evidence {
		f.crews[ev.GroupID].evidence[ev.Kind] = true
	}
	for _, c := range w.CheckStatements {
		f.crews[c.GroupID].checked = c.Level
	}
	for _, l := range w.Listings {
		if l.Side == market.Offer && l.Life == market.Open {
			f.offers = append(f.offers, l)
		}
	}
	return f
}

func (f fitting) count(n market.Listing) (fits int) {
	for _, o := range f.offers {
		if o.Kind == n.Kind && o.GroupID != n.GroupID && o.Tags[0] == n.Tags[0] && f.near(o, n) && enough(o, n) && f.allowed(o, n) && inTime(o, n) {
			fits++
		}
	}
	return fits
}

func (f fitting) near(o, n market.Listing) bool {
	km := f.places[o.PlaceID].Exact.KM(f.places[n.PlaceID].Exact)
	switch o.Where {
	case market.Online:
		return n.Where == market.Online
	case market.Delivered:
		return n.Where == market.Delivered && km <= o.Reach()
	}
	return n.Where == o.Where && km <= n.Reach()
}

func enough(o, n market.Listing) bool {
	for _, want := range n.Requires {
		if !contains(o.Has, want) {
			return false
		}
	}
	for _, key := range []string{"seated", "area", "hours"} {
		if n.Facts.Number(key) > o.Facts.Number(key) {
			return false
		}
	}
	return n.Quantity <= o.Quantity && (n.Quantity == o.Quantity || o.Splittable && n.Quantity >= o.SmallestPart) && n.Terms.Kind == o.Terms.Kind &&
		(n.Terms.Kind != market.AtCost || n.Terms.Pence >= o.Terms.Pence)
}

func (f fitting) allowed(o, n market.Listing) bool {
	visible := o.Circle != market.MyNetworks && (o.Circle != market.InBorough || f.places[o.PlaceID].Borough == f.places[n.PlaceID].Borough)
	return visible && meets(f.crews[n.GroupID], o.Asks) && !overlap(n.Involves, o.NotAllowed)
}

// inTime wants every occurrence of the need inside a window of the offer.
func inTime(o, n market.Listing) bool {
	if len(o.When.Windows) == 0 || len(n.When.Windows) == 0 {
		return true
	}
	w := o.When.Windows[0]
	for _, s := range slots(n.When) {
		from, until := s.From.In(n.When.Location()), s.Until.In(n.When.Location())
		start, end := market.Minute(from.Hour()*60+from.Minute()), market.Minute(until.Hour()*60+until.Minute())
		right := w.On == market.DateOf(from) || w.Repeat != market.Once && fallsOn(w, market.DateOf(from))
		if !right || start < w.Start || end > w.End {
			return false
		}
	}
	return true
}
