package words

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// TestGistsCompareAsTextsDo holds the quick comparison to the one that can be read.
func TestGistsCompareAsTextsDo(t *testing.T) {
	pool := strings.Fields("gazebo gazebos marquee hall kitchen training event workshop volunteers minibus van coloured " +
		"colored projector screen tea urn bookkeeping accountant treasurer no parking the for our party children sound dance")
	numbers := map[string]uint32{}
	number := func(key string) uint32 {
		if numbers[key] == 0 {
			numbers[key] = uint32(len(numbers) + 1)
		}
		return numbers[key]
	}
	phrase := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pool), 0, 6).Draw(t, "words"), " ")
	})
	text := rapid.Custom(func(t *rapid.T) Text {
		tags := rapid.SliceOfN(rapid.SampledFrom(pool), 0, 2).Draw(t, "tags")
		return Read(phrase.Draw(t, "title"), phrase.Draw(t, "what"), tags, phrase.Draw(t, "description"))
	})
	rapid.Check(t, func(t *rapid.T) {
		need, offer := text.Draw(t, "need"), text.Draw(t, "offer")
		want := Compare(need, offer)
		var one, two []uint32
		n, o := GistOf(need.Gist(number).Append(nil), &one), GistOf(offer.Gist(number).Append(nil), &two)
		if diff := cmp.Diff(need.Gist(number), n, cmp.AllowUnexported(Gist{}), cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
		got := CompareGists(n, o)
		want.Words = nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		if got.Same() && !meet(n.SoughtKeys(nil), o.Keys(nil)) {
			t.Fatal("the same thing, and no key to find it by")
		}
	})
}

func meet(a, b []uint32) bool {
	for _, x := range a {
		if x != 0 && among(b, x) {
			return true
		}
	}
	return false
}
