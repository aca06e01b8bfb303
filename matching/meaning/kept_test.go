package meaning

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"testing"

	"wherewithal/market"
	"wherewithal/search/relevance"
)

var update = flag.Bool("update", false, "write down what the model reads in the texts of search/relevance")

// What the scripts of search/relevance keep is what the model reads. Another processor may round another way here and there.
func TestTheScriptsOfSearchKeepWhatIsRead(t *testing.T) {
	r := opened(t)
	if r == nil {
		return
	}
	texts, err := relevance.Meant()
	if err != nil {
		t.Fatal(err)
	}
	read := relevance.Meanings{Model: Model, Vectors: map[string][]byte{}}
	for _, text := range texts {
		read.Vectors[text] = r.Read(market.Listing{Title: text}).Vectors
	}
	if *update {
		body, err := json.MarshalIndent(read, "", "\t")
		if err == nil {
			err = os.WriteFile("../../search/relevance/meanings.json", append(body, '\n'), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	kept, err := relevance.Kept()
	if err != nil || kept.Model != Model || len(kept.Vectors) != len(read.Vectors) {
		t.Fatalf("%d meanings by %q are kept, want %d by %q: run this test with -update; %v", len(kept.Vectors), kept.Model, len(read.Vectors), Model, err)
	}
	for text, now := range read.Vectors {
		was := kept.Vectors[text]
		for i := range now {
			if len(was) != len(now) || math.Abs(float64(int8(was[i]))-float64(int8(now[i]))) > 3 {
				t.Errorf("%q is read otherwise: run this test with -update", text)
				break
			}
		}
	}
}
