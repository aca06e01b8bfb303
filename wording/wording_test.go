package wording

import (
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// catalogueOf loads a catalogue of one language from file name to its text.
func catalogueOf(t *testing.T, files map[string]string) (*catalogue, error) {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return load(fsys)
}

func TestEveryEmbeddedFileLoads(t *testing.T) {
	if _, err := load(files); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"site.name", "mail.footer_who", "error.not_found", "date.day"} {
		if !Has(key) {
			t.Errorf("no %q: is its file loaded?", key)
		}
	}
}

func TestAKeyInTwoFilesIsRefused(t *testing.T) {
	_, err := catalogueOf(t, map[string]string{
		"en-GB/a.toml": `hello = "Hello"`,
		"en-GB/b.toml": `hello = "Good day"`,
	})
	if err == nil || !strings.Contains(err.Error(), `"hello" stands in en-GB/a.toml`) {
		t.Fatalf("err = %v", err)
	}
}

// Lines of a file are numbered, not counted, also where their numbers were kept as JSON meanwhile.
func TestNumbersThatAreNamesStandUngrouped(t *testing.T) {
	for key, want := range map[string]string{"fault.file_quote": "row 1204 (line 1310 of the file)", "fault.file_row_quote": "character 2048 of the line", "fault.sheet_quotes": "line 1204"} {
		data := map[string]any{"Row": 1204, "Line": 1310, "Column": 2048.0}
		if said := Text("en-GB", key, data); !strings.Contains(said, want) {
			t.Errorf("%s says %q, want %q", key, said, want)
		}
	}
}

func TestABrokenFileIsNamed(t *testing.T) {
	_, err := catalogueOf(t, map[string]string{"en-GB/a.toml": `hello = `})
	if err == nil || !strings.Contains(err.Error(), "en-GB/a.toml") {
		t.Fatalf("err = %v", err)
	}
}

var placeholder = regexp.MustCompile(`\{\{\s*(?:if |range |with )?\.([A-Za-z]+)`)

// TestEverySentenceSpeaks fills every placeholder of every message, in singular and plural.
func TestEverySentenceSpeaks(t *testing.T) {
	filled := map[string]any{}
	for _, text := range embedded(t) {
		for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
			filled[m[1]] = "word"
		}
	}
	for _, key := range Keys() {
		for _, count := range []int{0, 1, 2} {
			filled["Count"] = count
			if got := Text(Default, key, filled); strings.ContainsAny(got, "⟦{}") || strings.Contains(got, "<no value>") {
				t.Errorf("%s with %d: %q", key, count, got)
			}
		}
	}
}

func TestNoSentenceShouts(t *testing.T) {
	for name, text := range embedded(t) {
		for i, line := range strings.Split(text, "\n") {
			if !strings.HasPrefix(strings.TrimSpace(line), "#") && strings.Contains(line, "!") {
				t.Errorf("%s:%d has an exclamation mark: %s", name, i+1, line)
			}
		}
	}
}

func embedded(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	entries, err := files.ReadDir(Default)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := files.ReadFile(Default + "/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		texts[e.Name()] = string(text)
	}
	return texts
}

func TestAMissingKeyIsLoud(t *testing.T) {
	before := Missing()
	if got := Text(Default, "no.such.key", nil); got != "⟦no.such.key⟧" {
		t.Errorf("said %q", got)
	}
	if got := Text(Default, "date.times", map[string]any{"From": "18:00"}); got != "⟦date.times⟧" {
		t.Errorf("an unfilled placeholder said %q", got)
	}
	if got := Missing() - before; got != 2 {
		t.Errorf("counted %d, want 2", got)
	}
}

func TestCountChoosesThePlural(t *testing.T) {
	c, err := catalogueOf(t, map[string]string{"en-GB/a.toml": `
plain = "{{.Count}} in all"
[found]
one = "{{.Count}} group"
other = "{{.Count}} groups"`})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, key := range []string{"found", "plain"} {
		for _, n := range []int{0, 1, 2} {
			said, _ := c.say(Default, key, map[string]any{"Count": n})
			got = append(got, said)
		}
	}
	want := []string{"0 groups", "1 group", "2 groups", "0 in all", "1 in all", "2 in all"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnUnknownLanguageGetsTheDefault(t *testing.T) {
	for _, lang := range []string{"", "fr", "x; DROP", Default} {
		if got := Text(lang, "site.name", nil); got != "Wherewithal" {
			t.Errorf("%q: %q", lang, got)
		}
	}
}

func TestSafeForConcurrentUse(t *testing.T) {
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for _, key := range Keys() {
				Text(Default, key, map[string]any{"Count": 2})
			}
		})
	}
	all.Wait()
}

func TestSmallWords(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	six := time.Date(2027, 2, 4, 18, 0, 0, 0, london)
	midnight := time.Date(2027, 2, 5, 0, 0, 0, 0, london)
	for _, c := range []struct{ got, want string }{
		{Date(Default, six), "Thursday 4 February"},
		{LongDate(Default, six), "Thursday 4 February 2027"},
		{DateTime(Default, six), "Thursday 4 February at 18:00"},
		{Times(Default, six, six.Add(2*time.Hour)), "18:00 to 20:00"},
		{Times(Default, six, midnight), "18:00 to 24:00"},
		{Weekdays(Default, time.Thursday), "Thursdays"},
		{MoneyPer(Default, 1200, "hour"), "£12 an hour"},
		{MoneyPer(Default, 1205, "item"), "£12.05 each"},
		{MoneyPer(Default, 1250, ""), "£12.50"},
		{MoneyPer(Default, 0, "hour"), "free"},
		{Distance(Default, 0.02), "about 1 km"},
		{Distance(Default, 1.4), "about 1 km"},
		{Distance(Default, 2.6), "about 3 km"},
		{List(Default, nil), ""},
		{List(Default, []string{"kitchen"}), "kitchen"},
		{List(Default, []string{"kitchen", "piano"}), "kitchen and piano"},
		{List(Default, []string{"kitchen", "piano", "garden"}), "kitchen, piano and garden"},
	} {
		if c.got != c.want {
			t.Errorf("said %q, want %q", c.got, c.want)
		}
	}
}

func BenchmarkText(b *testing.B) {
	for b.Loop() {
		Text(Default, "date.times", map[string]any{"From": "18:00", "Until": "20:00"})
	}
}

// Most sentences have nothing to fill in, and a page or a mail says dozens: one that was said before is only looked up.
func TestASentenceWithNothingToFillInIsWordedOnce(t *testing.T) {
	Text(Default, "mail.report_received.subject", nil)
	if n := testing.AllocsPerRun(100, func() { Text(Default, "mail.report_received.subject", nil) }); n > 1 {
		t.Errorf("saying it again takes %v allocations", n)
	}
	c, err := catalogueOf(t, map[string]string{"en-GB/a.toml": `both = "yes"`, "cy/a.toml": `both = "ie"`})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for lang, want := range map[string]string{Default: "yes", "cy": "ie", "xx": "yes"} {
			if said, _ := c.say(lang, "both", nil); said != want {
				t.Errorf("in %s it says %q, want %q", lang, said, want)
			}
		}
	}
}
