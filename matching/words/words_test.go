package words

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kljensen/snowball/english"
	"pgregory.net/rapid"
)

func TestSameThingByOtherNames(t *testing.T) {
	for _, c := range []struct {
		need, offer string
		want        bool
	}{
		{"Gazebo for our summer fair", "Two pop-up gazebos", true},
		{"Gazebo for our summer fair", "PA system, great for a summer fair", false},
		{"PA system", "Speakers and two microphones", true},
		{"Someone to do our accounts", "Retired bookkeeper", true},
		{"Minibus for a day trip", "Transit van", true}, // of the same wider sort
		{"Minibus for a day trip", "Cargo van with lots of trestle tables", true},
		{"Vehicle to move chairs", "Minibus, 16 seats", true},
		{"First aid training", "Dance training", false},
		{"Looking for a sewing machine", "3 sewing machines to lend", true},
		{"Help with our website", "WordPress web design", true},
		{"Help with our website", "Help with gardening", false},
		{"Colour laser printer", "Color printer", true},
		{"Ukulele", "Ukuleles for beginners", true},
		{"Theodolite", "Theodolites", true}, // a word of no table
		{"Theodolite", "Marquee", false},
		{"P.A. for an event", "Event stewards", false},
		{"Chairs", "Room without chairs", false},
	} {
		got := Compare(Read(c.need, "", nil, ""), Read(c.offer, "", nil, ""))
		if got.Same() != c.want {
			t.Errorf("%q and %q: same %v, want %v (%+v)", c.need, c.offer, got.Same(), c.want, got)
		}
	}
}

func TestACloserThingCoversMore(t *testing.T) {
	need := Read("Minibus for a day trip", "", nil, "")
	bus, van := Compare(need, Read("Community minibus", "", nil, "")), Compare(need, Read("Transit van", "", nil, ""))
	if bus.Coverage <= van.Coverage {
		t.Errorf("minibus covers %v, van %v", bus.Coverage, van.Coverage)
	}
}

func TestWordsSaidAreTrueOfBothTexts(t *testing.T) {
	got := Compare(Read("Minibus", "", nil, ""), Read("Transit van", "", nil, ""))
	if len(got.Words) != 1 || got.Words[0] != "vehicle" {
		t.Errorf("got %v, want vehicle: neither word stands in both", got.Words)
	}
}

func TestBritishAndAmericanSpellingReadAlike(t *testing.T) {
	for _, c := range [][2]string{{"colour", "color"}, {"neighbourhood", "neighborhood"}, {"theatre", "theater"},
		{"organising", "organizing"}, {"programme", "program"}, {"counselling", "counseling"}, {"centre", "center"},
		{"grey", "gray"}, {"jewellery", "jewelry"}, {"digitisation", "digitization"}} {
		if stem(c[0]) != stem(c[1]) {
			t.Errorf("%s reads %s, %s reads %s", c[0], stem(c[0]), c[1], stem(c[1]))
		}
	}
}

func TestFoldingLeavesLookAlikesAlone(t *testing.T) {
	for _, w := range []string{"fundraising", "advertising", "raised", "hour", "tour", "selling", "exercised"} {
		if fold(w) != w {
			t.Errorf("%s became %s", w, fold(w))
		}
	}
}

func TestEveryNameOfTheFieldIsFound(t *testing.T) {
	for line := range strings.Lines(fieldText) {
		name, names, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || strings.HasPrefix(name, "#") || strings.HasPrefix(name, "weak") {
			continue
		}
		name, _, _ = strings.Cut(name, "<")
		for _, n := range strings.Split(names, ",") {
			if got, _ := field.longest(split(n), stemsOf(split(n))); got.Word != strings.TrimSpace(name) {
				t.Errorf("%q is read as %q, not %q: it stands on two lines", n, got.Word, name)
			}
		}
	}
}

func TestAnyTextIsLikeItselfAndNeverPanics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		title, body := rapid.String().Draw(t, "title"), rapid.String().Draw(t, "body")
		a, b := Read(title, "", nil, body), Read(title, "", nil, body)
		l := Compare(a, b)
		if l.Coverage < 0 || l.Coverage > 1 || l.Aside < 0 || l.Aside > 1 {
			t.Fatalf("out of range: %+v", l)
		}
		for _, tok := range a.About {
			if !tok.Weak && !l.Same() {
				t.Fatalf("%q is not the same as itself", title)
			}
		}
	})
}

// TestAMemoChangesNoStem, also past what it remembers.
func TestAMemoChangesNoStem(t *testing.T) {
	m := memo{stems: map[string]string{}}
	for i := range mostStems + 10 {
		m.stem(fmt.Sprint("word", i))
	}
	if n := len(m.stems); n == 0 || n > mostStems {
		t.Errorf("it remembers %d", n)
	}
	for _, word := range []string{"gardening", "colours", "organisations", "halls", strings.Repeat("very", 20) + "s"} {
		want := english.Stem(fold(word), true)
		for range 2 {
			if got := m.stem(word); got != want {
				t.Errorf("%s: %q, want %q", word, got, want)
			}
		}
	}
}

// Sorts that share a wider one stand in for each other only where the table says so.
func TestTablesAreNoChairs(t *testing.T) {
	read := func(title string) Text { return Read(title, "", nil, "") }
	for _, c := range []struct {
		need, offer string
		same        bool
	}{
		{"Chairs", "Tables", false}, {"Tables", "Chairs", false}, {"Chairs", "Furniture", true}, {"Furniture", "Chairs", true},
		{"Furniture", "Tables and chairs", true}, {"Minibus", "Van", true}, {"Guitar", "Piano", false}, {"Musical instruments", "Piano", true},
	} {
		if got := Compare(read(c.need), read(c.offer)).Same(); got != c.same {
			t.Errorf("%s for %s: %v", c.offer, c.need, got)
		}
		keys := map[string]uint32{}
		number := func(key string) uint32 {
			if keys[key] == 0 {
				keys[key] = uint32(len(keys) + 1)
			}
			return keys[key]
		}
		if got := CompareGists(read(c.need).Gist(number), read(c.offer).Gist(number)).Same(); got != c.same {
			t.Errorf("%s for %s by numbers: %v", c.offer, c.need, got)
		}
	}
}
