package search_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/matching/meaning"
	"wherewithal/search"
	"wherewithal/search/searchtest"
)

// along is a vector with a cosine to the first axis; the rest of it lies along another axis.
func along(cosine float64, axis int) []byte {
	v := make([]byte, market.VectorBytes)
	v[0] = byte(int8(math.RoundToEven(127 * cosine)))
	v[axis] = byte(int8(math.RoundToEven(127 * math.Sqrt(1-cosine*cosine))))
	return v
}

// meaner reads every question as the first axis.
type meaner struct {
	model string
	hold  bool // until nobody waits any more
	asked int
}

func (m *meaner) Question(ctx context.Context, _ string) (market.Meaning, error) {
	if m.asked++; m.hold {
		<-ctx.Done()
		return market.Meaning{}, ctx.Err()
	}
	return market.Meaning{Model: m.model, Vectors: along(1, 1)}, nil
}

// meantDocs are listings of which one has the word zither, and the others are more or less near to what it means.
func meantDocs() []search.Document {
	docs := someOf(9)
	for i := range docs {
		d := &docs[i]
		d.Title, d.Description, d.Tags, d.GroupName, d.FactWords = "Thing", "", nil, "Friends", nil
		d.Audience.Circle, d.Side, d.Kind, d.Point, d.Meaning = market.Anyone, market.Offer, market.Equipment, nil, market.Meaning{}
		d.OpenedAt = now.Add(-time.Duration(i) * time.Minute)
	}
	read := func(i int, vectors ...[]byte) {
		docs[i].Meaning = market.Meaning{Model: "good", Vectors: bytes.Join(vectors, nil)}
	}
	docs[0].Title = "Zither thing"
	read(1, along(.7, 2))
	read(2, along(.1, 3), along(.9, 4)) // what it says it is counts
	read(3, along(.2, 5))               // means something else
	read(4, along(.95, 6))
	docs[4].Audience.Circle = market.MyNetworks
	read(5, along(.8, 7))
	docs[5].Side = market.Need
	read(6, along(.99, 8))
	docs[6].Meaning.Model = "older"
	read(7, along(.1, 9), along(.1, 10), along(1, 11)) // a phrase of its description does not
	return docs                                        // 8 was read by none
}

// listener hears whether the engine tells a vector.
type listener struct {
	http.RoundTripper
	vectors bool
}

func (l *listener) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := l.RoundTripper.RoundTrip(r)
	if err != nil {
		return answer, err
	}
	body, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(body))
	l.vectors = l.vectors || bytes.Contains(body, []byte("_vectors")) || bytes.Contains(body, []byte("embeddings"))
	return answer, err
}

// What means nearly the same stands behind what words found, the nearest first, within all that holds for the question.
func TestWhatMeansTheSameStandsBehindTheWords(t *testing.T) {
	o, reads := server(t), &meaner{model: "good"}
	said := &listener{RoundTripper: cmp.Or(o.Transport, http.DefaultTransport)}
	o.Meaner, o.Transport, o.MeantWithin = reads, said, time.Minute
	m := search.NewMeili(o)
	docs := meantDocs()
	if err := m.Rebuild(t.Context(), func(yield func(search.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		viewer market.Viewer
		change func(*search.Query)
		words  []int
		meant  []int
	}{
		"for anybody":                           {market.Public, func(*search.Query) {}, []int{0}, []int{2, 5, 1}},
		"for who sees all":                      {market.System, func(*search.Query) {}, []int{0}, []int{4, 2, 5, 1}},
		"without the word":                      {market.Public, func(q *search.Query) { q.Text = "psaltery" }, nil, []int{2, 5, 1}},
		"with a filter":                         {market.Public, func(q *search.Query) { q.Sides = []market.Side{market.Offer} }, []int{0}, []int{2, 1}},
		"not of a group":                        {market.Public, func(q *search.Query) { q.NotOf = []market.ID{docs[2].Audience.GroupID} }, nil, []int{5}},
		"on a short page":                       {market.Public, func(q *search.Query) { q.Limit = 3 }, []int{0}, []int{2, 5}},
		"on a full page":                        {market.Public, func(q *search.Query) { q.Limit = 1 }, []int{0}, nil},
		"where it is not wanted":                {market.Public, func(q *search.Query) { q.Meant = false }, []int{0}, nil},
		"of several words, which something has": {market.Public, func(q *search.Query) { q.Text = "zither thing" }, []int{0}, nil},
		"of several words, which something has some of": {market.Public, func(q *search.Query) { q.Text = "zither psaltery" }, []int{0}, []int{2, 5, 1}},
		"in letters that no model of ours knows":        {market.Public, func(q *search.Query) { q.Text = "ציתר" }, nil, nil},
		"in another order":                              {market.Public, func(q *search.Query) { q.Sort = search.ByNewest }, []int{0}, nil},
	} {
		q := search.Query{Text: "zither", Now: now, Meant: true}
		c.change(&q)
		page, err := m.Query(t.Context(), c.viewer, q)
		if err != nil {
			t.Fatal(err)
		}
		var words, meant []int
		for _, h := range page.Hits {
			n := slices.IndexFunc(docs, func(d search.Document) bool { return d.ID == h.ID })
			if h.Meant {
				meant = append(meant, n)
			} else {
				words = append(words, n)
			}
		}
		if diff := gocmp.Diff([][]int{c.words, c.meant}, [][]int{words, meant}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if sides := page.Facets.Sides; len(meant) > 0 && (page.Next != "" || page.Total != len(page.Hits) || sides[market.Offer]+sides[market.Need] != len(page.Hits)) {
			t.Errorf("%s: %d of %d, %v, next %q", name, len(page.Hits), page.Total, sides, page.Next)
		}
	}
	if said.vectors {
		t.Error("a vector came out of the engine")
	}
	reads.hold, o.MeantWithin = true, 0
	page, err := search.NewMeili(o).Query(t.Context(), market.Public, search.Query{Text: "zither", Now: now, Meant: true})
	if err != nil || len(page.Hits) != 1 || page.Hits[0].ID != docs[0].ID {
		t.Errorf("while the model reads: %v, %v", page.Hits, err)
	}
}

// whole reads every question, however long it takes.
type whole struct{ *meaning.Reader }

func (w whole) Question(_ context.Context, text string) (market.Meaning, error) {
	return w.Read(market.Listing{Title: text}), nil
}

// With the model, what is forbidden stays out, and what is expected stands where it should. It takes a real server: another
// processor may round another way here and there, and then a recording does not fit.
func TestTheScriptsHoldByMeaning(t *testing.T) {
	if os.Getenv("MEILISEARCH_URL") == "" || *record {
		t.Log("SKIPPING: it wants a server at MEILISEARCH_URL")
		return
	}
	reader, err := meaning.Open(os.DirFS(filepath.Join("..", "model")))
	if errors.Is(err, fs.ErrNotExist) {
		t.Log("SKIPPING what needs the model:", err)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	o := server(t)
	o.MeantWithin, o.Meaner = time.Minute, whole{reader}
	m := search.NewMeili(o)
	if err := m.Rebuild(t.Context(), nothing); err != nil {
		t.Fatal(err)
	}
	searchtest.ScriptsByMeaning(t, m, reader.Read)
}
