package eval

import (
	"os"
	"path/filepath"
	"testing"
)

// labelled is the folder of the labelled data; "" where the project was cloned without it.
func labelled(t *testing.T) string {
	const data = "../../../shared/data"
	if _, err := os.Stat(data); err != nil {
		t.Log("SKIPPING what needs the labelled data: it is not on this machine")
		return ""
	}
	return data
}

func TestWordsAloneReachThePublishedBaselines(t *testing.T) {
	data := labelled(t)
	if data == "" {
		return
	}
	floors := map[string]float64{
		"need-offer R@5":    .06,
		"need-offer hit@5":  .25,
		"job-titles MAP":    .241, // the publication's lexical baseline
		"job-titles MRR":    .585, // this and the rest: a plain BM25 over stems on the same halves
		"skills-tech RP@5":  .64,
		"skills-house RP@5": .43,
	}
	for _, set := range textSets[:4] { // the charities are slow with the race detector
		s, err := readTextSet(filepath.Join(data, "text", set.folder))
		if err != nil {
			t.Fatal(err)
		}
		ranked := bm25(&s)
		for _, m := range set.measures {
			if got, floor := Mean(Each(ranked, m.of)), floors[set.folder+" "+m.name]; floor == 0 || got < floor {
				t.Errorf("%s %s is %.3f, below %.3f", set.folder, m.name, got, floor)
			}
		}
	}
}

func TestCharitiesShareWhatTheirTagsShare(t *testing.T) {
	gains := likeTags([][]string{{"a", "b"}, {"a"}, {"b", "c"}, {"d"}})
	// a and b stand in 2 of 4, c and d in 1: ln 2, ln 2, ln 4, ln 4. First and second share a of {a, b}: 1/2; first and
	// third share b of {a, b, c}: ln 2 / (2 ln 2 + ln 4) = 1/4.
	if got := gains[0]; len(got) != 2 || got[1] < .4999 || got[1] > .5001 || got[2] < .2499 || got[2] > .2501 {
		t.Errorf("got %v", got)
	}
	if len(gains[3]) != 0 {
		t.Errorf("a charity that shares nothing has %v", gains[3])
	}
}
