package eval

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReadSet(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"queries.jsonl": `{"_id":"a","text":"one"}` + "\n" + `{"_id":"b","text":"nobody judged"}` + "\n",
		"corpus.jsonl":  `{"_id":"x","text":"first"}` + "\n\n" + `{"_id":"y","text":"second"}` + "\n",
		"qrels.tsv":     "query-id\tcorpus-id\tscore\na\ty\t2\na\tx\t0\na\tgone\t1\n",
	})
	s, err := ReadSet(dir)
	if err != nil || len(s.Queries) != 1 || len(s.Corpus) != 2 || len(s.Gains[0]) != 1 || s.Gains[0][1] != 2 {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestABrokenLineIsNamed(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"queries.jsonl": "{\"_id\":\"a\"}\nhello\n"})
	if _, err := ReadSet(dir); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("got %v", err)
	}
}

func TestASetThatIsNotThereSaysSo(t *testing.T) {
	if _, err := ReadSet(t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestOneLineAFigure(t *testing.T) {
	var out bytes.Buffer
	report := Lines(&out)
	report(Figure{"job-titles", "bm25", "MAP", .2551, .21, .3, ".241 lexical"})
	report(Exact("exchange", "ring", "items", 197, "197"))
	lines := strings.Split(out.String(), "\n")
	if len(lines) != 3 || !strings.Contains(lines[0], "0.255 [0.210, 0.300]") || strings.Contains(lines[1], "[") {
		t.Errorf("got %q", lines)
	}
}
