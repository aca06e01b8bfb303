package wording

import (
	"fmt"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n/template"
)

// Whatever stands in a sentence, it is filled in as text/template does, or refused as that does.
func TestSentencesAreFilledInAsByTheirTemplate(t *testing.T) {
	data := map[string]any{"Name": "Ama <b> {{.Group}}", "Group": "", "Count": "1,200", "Rest": 3, "None": nil}
	parsers := map[string]template.Parser{"quick": strict, "slow": strict.TextParser}
	for _, src := range []string{"", "Thank you.", "{{.Name}}", "{{ .Name }} and {{.Group}}: {{.Count}}.", "a {{.Rest}} b", "{{.None}}", "{{.Missing}}",
		"a {{- .Name -}} b", "{{if .Group}}x{{else}}y{{end}} {{.Name}}", "{{.Name}} {{printf \"%s\" .Count}}", "}} {{.Name}} {", "{{{.Name}}"} {
		said := map[string]string{}
		for name, p := range parsers {
			parsed, err := p.Parse(src, "", "")
			text := ""
			if err == nil {
				text, err = parsed.Execute(data)
			}
			said[name] = fmt.Sprint(text, err)
		}
		if said["quick"] != said["slow"] {
			t.Errorf("%s: %s, want %s", src, said["quick"], said["slow"])
		}
	}
}

func TestASentenceIsFilledInWithoutItsTemplate(t *testing.T) {
	parsed, err := strict.Parse("{{.Weekday}} {{.Day}} {{.Month}}", "", "")
	if err != nil {
		t.Fatal(err)
	}
	data := map[string]any{"Weekday": "Thursday", "Day": "4", "Month": "February"}
	if n := testing.AllocsPerRun(100, func() { parsed.Execute(data) }); n > 4 {
		t.Errorf("it takes %v allocations", n)
	}
}
