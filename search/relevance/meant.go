package relevance

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"

	"wherewithal/market"
)

//go:embed meanings.json
var meaningsFile []byte

// Meanings are what a model read in texts. Those of the scripts are kept beside them, so that they play where the model
// is not; a test of matching/meaning holds them to the model, where it is.
type Meanings struct {
	Model   string            `json:"model"`
	Vectors map[string][]byte `json:"vectors"` // by text
}

// Kept are the meanings of the texts of the scripts that need them.
func Kept() (m Meanings, err error) {
	err = json.Unmarshal(meaningsFile, &m)
	return m, err
}

// Of is what a text means; the zero Meaning when that is not kept.
func (m Meanings) Of(text string) market.Meaning {
	v, ok := m.Vectors[text]
	if !ok {
		return market.Meaning{}
	}
	return market.Meaning{Model: m.Model, Vectors: v}
}

// Question makes Meanings a search.Meaner.
func (m Meanings) Question(_ context.Context, text string) (market.Meaning, error) {
	if found := m.Of(text); found.Known() {
		return found, nil
	}
	return market.Meaning{}, fmt.Errorf("%w: nobody read %q", market.ErrUnavailable, text)
}

// Meant are the texts of the scripts whose meanings are kept: of all that stands in a script that asks for any.
func Meant() (texts []string, err error) {
	scripts, err := All()
	for _, s := range scripts {
		if !s.asksForMeaning() {
			continue
		}
		for _, l := range s.Listings {
			texts = append(texts, l.Entry.Listing.Title)
		}
		for _, q := range s.Searches {
			texts = append(texts, q.Text)
		}
	}
	return texts, err
}

func (s Script) asksForMeaning() bool {
	for _, q := range s.Searches {
		if q.AsksMeant {
			return true
		}
	}
	return false
}
