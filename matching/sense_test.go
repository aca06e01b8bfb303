package matching

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"wherewithal/market"
	"wherewithal/matching/meaning"
	"wherewithal/matching/words"
)

// TestWhereAReadingIsMissingTheWordsDecide on either side, or where two models read, to the last digit.
func TestWhereAReadingIsMissingTheWordsDecide(t *testing.T) {
	offers, needs := split(someCity(800, 41))
	compared, differ := 0, 0
	for i, need := range needs {
		offer := offers[i%len(offers)]
		offer.Listing.Kind = need.Listing.Kind
		plain := textFit(unread(offer), unread(need))
		other := need
		other.Meaning.Model = "another"
		for _, pair := range [][2]market.Entry{{unread(offer), need}, {offer, unread(need)}, {offer, other}} {
			if got := textFit(pair[0], pair[1]); got != plain {
				t.Fatalf("%q for %q: %v, and %v by words alone", offer.Listing.Title, need.Listing.Title, got, plain)
			}
		}
		if compared++; textFit(offer, need) != plain {
			differ++
		}
	}
	if differ < compared/2 {
		t.Errorf("of %d pairs only %d are read otherwise: this tests nothing", compared, differ)
	}
}

func split(list []market.Entry) (offers, needs []market.Entry) {
	for _, e := range list {
		if e.Listing.Side == market.Offer {
			offers = append(offers, e)
		} else {
			needs = append(needs, e)
		}
	}
	return offers, needs[:min(len(needs), 300)]
}

func unread(e market.Entry) market.Entry {
	e.Meaning = market.Meaning{}
	return e
}

func textFit(offer, need market.Entry) float64 {
	opts := Options{}.filled()
	p := &pair{offer: read(offer), need: read(need), opts: &opts}
	return p.wordsFit()
}

// TestMeaningOnlyAddsMatches and says so where no words in common do.
func TestMeaningOnlyAddsMatches(t *testing.T) {
	list := someCity(5000, 42)
	var bare []market.Entry
	for _, e := range list {
		bare = append(bare, unread(e))
	}
	with, without, added := filled(list), filled(bare), 0
	for _, subject := range newcomers(150) {
		got := map[market.ID]Found{}
		for _, f := range with.Rank(subject, benchNow, 0).Matches {
			got[f.Other.Listing.ID] = f
		}
		for _, f := range without.Rank(unread(subject), benchNow, 0).Matches {
			if _, ok := got[f.Other.Listing.ID]; !ok {
				t.Fatalf("%q is lost to %q", f.Other.Listing.Title, subject.Listing.Title)
			}
			delete(got, f.Other.Listing.ID)
		}
		for _, f := range got {
			added++
			if !f.Other.Meaning.Known() || !slices.ContainsFunc(f.Match.Reasons, func(r market.Reason) bool { return r.Code == market.ReasonMeaning }) {
				t.Fatalf("%q is found for %q, and nothing says why: %+v", f.Other.Listing.Title, subject.Listing.Title, f.Match.Reasons)
			}
		}
	}
	if added < 10 {
		t.Errorf("only %d matches more: the city tests nothing", added)
	}
}

func TestMoreOfAnyEvidenceIsNeverWorse(t *testing.T) {
	unit := rapid.Float64Range(0, 1)
	rapid.Check(t, func(t *rapid.T) {
		a := alike{Likeness: words.Likeness{Coverage: unit.Draw(t, "coverage"), Aside: unit.Draw(t, "aside")}, read: true,
			letters: unit.Draw(t, "letters"), near: rapid.Float64Range(-1, 1).Draw(t, "near"), named: rapid.Bool().Draw(t, "named"), known: unit.Draw(t, "known")}
		b := a
		more := func(v *float64) { *v += (1 - *v) * unit.Draw(t, "more") }
		for _, v := range []*float64{&b.Coverage, &b.Aside, &b.letters, &b.near, &b.known} {
			more(v)
		}
		less, most := plain.Texts.blend(a), plain.Texts.blend(b)
		if less > most+1e-12 || less < 0 || most > 1+1e-12 {
			t.Fatalf("%+v is %v, %+v is %v", a, less, b, most)
		}
	})
}

// TestAReadingThatComesLaterIsTaken: the listing is the same version, its meaning is new.
func TestAReadingThatComesLaterIsTaken(t *testing.T) {
	offer, need := plainEntry(market.Offer, "offer"), plainEntry(market.Need, "need")
	offer.Listing.Kind, need.Listing.Kind = market.Skill, market.Skill
	offer.Listing.Title, need.Listing.Title = "Ledgers", "Sums"
	x := filled([]market.Entry{offer})
	need.Meaning = market.Meaning{Model: "made", Vectors: unitBytes(3), Things: []uint32{meaning.First | 7}}
	if r := x.Rank(need, benchNow, 5); len(r.Matches) != 0 {
		t.Fatal("found by words that share nothing")
	}
	offer.Meaning = need.Meaning
	x.Put(offer)
	if r := x.Rank(need, benchNow, 5); len(r.Matches) != 1 || !r.Matches[0].Other.Meaning.Known() {
		t.Errorf("got %+v", r)
	}
	if v := x.Explain(offer, need, benchNow); !v.Fits {
		t.Errorf("ranked, and explained away: %+v", v.Failed)
	}
}

// TestReadingsOfOneModelAreCompared whichever release read them; while one side is not read, that it means another thing is not known.
func TestReadingsOfOneModelAreCompared(t *testing.T) {
	offer, need := plainEntry(market.Offer, "offer"), plainEntry(market.Need, "need")
	offer.Listing.Kind, need.Listing.Kind = market.Skill, market.Skill
	offer.Listing.Title, need.Listing.Title = "Ledgers", "Sums"
	by := func(model string) (m market.Meaning) {
		if model != "" {
			m = market.Meaning{Model: model, Vectors: unitBytes(3), Things: []uint32{meaning.First | 7}}
		}
		return m
	}
	for _, c := range []struct {
		offer, need  string
		fits, stands bool
	}{
		{"made/read-1", "made/read-2", true, true}, {"made/read-2", "made/read-2", true, true}, {"made", "made/read-2", true, true},
		{"made/read-2", "other/read-2", false, true}, {"", "made/read-2", false, true}, {"made/read-2", "", false, true}, {"", "", false, false},
	} {
		offer.Meaning, need.Meaning = by(c.offer), by(c.need)
		if v := Explain(offer, need, benchNow, Options{}); v.Fits != c.fits || v.Stands() != c.stands {
			t.Errorf("read by %q and %q: fits %v, stands %v", c.offer, c.need, v.Fits, v.Stands())
		}
	}
	offer.Meaning, need.Meaning = by("made"), by("")
	offer.Listing.Life = market.Withdrawn
	if v := Explain(offer, need, benchNow, Options{}); v.Stands() {
		t.Error("it stands, though it fails for more than its words")
	}
}

func unitBytes(direction int) []byte {
	v := make([]byte, market.VectorBytes)
	v[direction] = 127
	return v
}

func TestThingsAnswerByTheirSorts(t *testing.T) {
	up := func(id uint32, steps int) uint32 { return id | uint32(steps)<<24 }
	van := []uint32{meaning.First | 10, up(20, 1), up(30, 3)}
	for _, c := range []struct {
		name        string
		need, offer []uint32
		named       bool
		share       float64
		heard       bool
	}{
		{"the same", van, van, true, 1, true},
		{"a sort of what is needed", []uint32{meaning.First | 20}, van, true, .8, true},
		{"a far sort of it", []uint32{meaning.First | 30}, van, true, .512, false},
		{"the wider thing", van, []uint32{meaning.First | 20}, true, .4, false},
		{"one of two things", append([]uint32{meaning.First | 99}, van...), van, true, .5, true},
		{"sounds like it", []uint32{meaning.Sounds | 4}, []uint32{meaning.First | 10, meaning.Sounds | 4}, false, 0, true},
		{"a sense with the number of a sound", []uint32{meaning.First | 4}, []uint32{meaning.Sounds | 4}, true, 0, false},
		{"nothing", nil, van, false, 0, false},
	} {
		named, share, heard := thingsAlike(c.need, c.offer)
		if named != c.named || share < c.share-1e-9 || share > c.share+1e-9 || heard != c.heard {
			t.Errorf("%s: %v, %v, %v", c.name, named, share, heard)
		}
	}
}
