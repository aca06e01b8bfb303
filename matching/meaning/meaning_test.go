package meaning

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/matching/encoder"
	"wherewithal/matching/words"
)

var shared = sync.OnceValues(func() (*Reader, error) { return Open(os.DirFS("../../model")) })

// opened is the reader; nil where its files were not fetched.
func opened(t testing.TB) *Reader {
	r, err := shared()
	if errors.Is(err, fs.ErrNotExist) {
		t.Log("SKIPPING what needs the model:", err)
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFilesThatAreMissingAreSaid(t *testing.T) {
	if _, err := Open(fstest.MapFS{}); !errors.Is(err, encoder.ErrMissing) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestAListingIsReadWhole(t *testing.T) {
	r := opened(t)
	if r == nil {
		return
	}
	short := r.Read(market.Listing{Title: "Minibus"})
	if !short.Known() || len(short.Vectors) != market.VectorBytes || short.Model != Model {
		t.Errorf("a title alone has %d bytes of %q", len(short.Vectors), short.Model)
	}
	long := market.Listing{Title: "Church hall for your summer fair", Tags: []string{"parking"},
		Description: "A bright hall near the station. There is a tea urn, forty stacking chairs and a projector with a screen for you to use."}
	m := r.Read(long)
	if n := len(m.Vectors) / market.VectorBytes; n != 2+mostPhrases || len(m.Vectors)%market.VectorBytes != 0 {
		t.Errorf("it has %d vectors", n)
	}
	if len(m.Things) == 0 || m.Things[0]&First == 0 {
		t.Errorf("its things are %x", m.Things)
	}
	if diff := cmp.Diff(m, r.Read(long)); diff != "" {
		t.Errorf("read twice: %s", diff)
	}
	if nothing := r.Read(market.Listing{}); !nothing.Known() {
		t.Error("a text that says nothing is read as such")
	}
}

func TestNumbersKeepSensesAndStepsApart(t *testing.T) {
	r := opened(t)
	if r == nil {
		return
	}
	m := r.Read(market.Listing{Title: "Accountants"})
	own, sounds := 0, 0
	for i, n := range m.Things {
		if n&Sounds != 0 {
			sounds++
			continue
		}
		id, steps := SenseOf(n)
		if steps == 0 {
			own++
		}
		if steps > mostSteps || int(id) >= 100_000 || (i == 0) != (n&First != 0) {
			t.Errorf("the number %x is sense %d, %d steps", n, id, steps)
		}
	}
	if own == 0 || sounds != 1 {
		t.Errorf("%d senses of its own, %d sounds", own, sounds)
	}
}

// TestNamesSoundLikeTheirThings measures what a text sounds like on the names of the field themselves, each left out in
// turn with those of the same stems.
func TestNamesSoundLikeTheirThings(t *testing.T) {
	r := opened(t)
	if r == nil {
		return
	}
	names, heard, right := words.Names(), 0, 0
	stems := make([]string, len(names))
	for i, n := range names {
		stems[i] = strings.Join(words.Stems(n.Text), " ")
	}
	for i, n := range names {
		best, thing := 0.0, -1
		for j, c := range r.meanings.Cosine(r.vector(n.Text)) {
			if stems[i] != stems[j] && c > best {
				best, thing = c, r.things[j]
			}
		}
		if best >= sounds {
			if heard++; thing == n.Thing {
				right++
			}
		}
	}
	t.Logf("%d of %d names sound like a thing, %d like their own", heard, len(names), right)
	if heard < 400 || float64(right) < .75*float64(heard) {
		t.Errorf("%d of %d names sound like a thing, only %d like their own", heard, len(names), right)
	}
}
