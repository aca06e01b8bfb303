package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"testing"

	"wherewithal/docs"
	"wherewithal/web/developers"
)

// Whoever changes what programs send or get says so in the change log. Other words for the same need no entry.
func TestTheChangeLogKnowsTheOperationsThatThereAre(t *testing.T) {
	d := open(t).public().ask("GET", "/openapi.json", "").want(200)
	all := read[map[string]any](d)
	text, err := json.Marshal([]any{wordless(all["paths"]), wordless(all["components"])})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(text)
	hash, log := hex.EncodeToString(sum[:6]), developers.Changes(docs.APIChanges)
	if len(log) == 0 || len(log[0].Said) == 0 || log[0].Hash != hash {
		t.Errorf("the operations changed: say in docs/api-changes.md what a program can do since or can no longer do, in a new entry or in one of today, and write Operations: `%s` below it", hash)
	}
}

// wordless leaves out what people read.
func wordless(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			if _, text := value.(string); text && (key == "description" || key == "summary") || key == "externalDocs" {
				delete(v, key)
				continue
			}
			v[key] = wordless(value)
		}
	case []any:
		for i := range v {
			v[i] = wordless(v[i])
		}
	}
	return v
}
