package wording

import (
	"regexp"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n/template"
)

// quick fills in sentences whose placeholders are names alone, as nearly all are, without text/template, which takes ten times
// as long. What it cannot it leaves to that.
type quick struct{ *template.TextParser }

// Parse is the library's.
func (q quick) Parse(src, left, right string) (template.ParsedTemplate, error) {
	slow, err := q.TextParser.Parse(src, left, right)
	if err != nil || left != "" || right != "" {
		return slow, err
	}
	s := sentence{slow: slow}
	from := 0
	for _, at := range aName.FindAllStringSubmatchIndex(src, -1) {
		s.said, s.names = append(s.said, src[from:at[0]]), append(s.names, src[at[2]:at[3]])
		from = at[1]
	}
	s.said = append(s.said, src[from:])
	for _, words := range s.said {
		if strings.Contains(words, "{{") {
			return slow, nil
		}
	}
	return s, nil
}

var aName = regexp.MustCompile(`\{\{ *\.([A-Za-z][A-Za-z0-9]*) *\}\}`)

// sentence is what is said before each of its placeholders, and after the last.
type sentence struct {
	said, names []string
	slow        template.ParsedTemplate
}

// Execute is the library's.
func (s sentence) Execute(data any) (string, error) {
	values, _ := data.(map[string]any)
	var b strings.Builder
	for i, key := range s.names {
		value, ok := values[key].(string)
		if !ok {
			return s.slow.Execute(data)
		}
		b.WriteString(s.said[i])
		b.WriteString(value)
	}
	b.WriteString(s.said[len(s.names)])
	return b.String(), nil
}
