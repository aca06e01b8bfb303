package corpus

import (
	"errors"
	"os"
	"testing"
	"testing/fstest"

	"wherewithal/matching/concepts"
)

// small is a WordNet of four nouns: blankets are bedding, hounds are dogs. Above bedding stand five wider sorts.
var small = fstest.MapFS{
	"data.noun": {Data: []byte("00000001 06 n 01 a 0 000 | x\n00000002 06 n 01 b 0 001 @ 00000001 n 0000 | x\n" +
		"00000003 06 n 01 c 0 001 @ 00000002 n 0000 | x\n00000004 06 n 01 d 0 001 @ 00000003 n 0000 | x\n" +
		"00000005 06 n 01 e 0 001 @ 00000004 n 0000 | x\n00000010 06 n 01 bedding 0 001 @ 00000005 n 0000 | x\n00000020 06 n 01 blanket 0 001 @ 00000010 n 0000 | x\n" +
		"00000030 06 n 02 dog 0 hound 0 000 | x\n")},
	"index.noun": {Data: []byte("bedding n 1 0 1 0 00000010\nblanket n 1 0 1 0 00000020\ndog n 1 0 1 0 00000030\nhound n 1 0 1 0 00000030\n")},
}

func TestCoverSaysWhichThingsAreMadeAvailable(t *testing.T) {
	net, err := concepts.Open(small)
	if err != nil {
		t.Fatal(err)
	}
	c := NewCover([]string{"bedding for ten", "two hounds", "blankets and a dog", "nothing of it"}, net)
	got := c.Of("Dogs urgently need a blanket, a blanket!")
	if got[3] != 0 || got[1] <= 0 || got[0] <= 0 || got[2] < .999 {
		t.Errorf("got %v: bedding may be blankets, hounds are dogs, the third has both", got)
	}
	if got := c.Of("urgently"); got[0]+got[1]+got[2] != 0 {
		t.Errorf("a need without a noun is covered: %v", got)
	}
}

func TestCoverOnWordNet(t *testing.T) {
	net, err := concepts.Open(os.DirFS("../../model/wordnet"))
	if errors.Is(err, concepts.ErrMissing) {
		t.Log("SKIPPING what needs WordNet:", err)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	got := NewCover([]string{"We bring automobiles", "Volunteers sing"}, net).Of("a car")
	if got[0] < .999 || got[1] > .1 {
		t.Errorf("automobiles cover %v of a car, singers %v", got[0], got[1])
	}
}
