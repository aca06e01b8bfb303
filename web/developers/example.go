package developers

import (
	"bytes"
	"embed"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"text/template"
)

// Language of examples: a code for addresses and settings, and a name, which every language writes alike.
type Language struct{ Code, Name, File string }

// Languages in the order in which pages show them.
var Languages = []Language{{"curl", "curl", "sh"}, {"javascript", "JavaScript", "mjs"}, {"python", "Python", "py"}, {"go", "Go", "go"}}

// Example is a program that asks for one operation. It finds its token or key in the environment, as Credential.
type Example struct {
	Language
	Text string
}

//go:embed example/*.tmpl
var files embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{"json": quoted, "shell": shellQuoted, "python": pythonised,
	"constant": methodConstant, "indented": indented}).ParseFS(files, "example/*.tmpl"))

// request is what an example sends.
type request struct {
	Method, URL string
	Credential  string // the variable that holds the token or key
	Headers     []header
	Body        string // JSON; "" for none
	File        string // a file to send; "" for none
	Nothing     bool   // comes back
	Saved       string // what comes back is a file, kept under this name; "" for JSON
}

type header struct{ Name, Value string }

// Credentials are the variables in which examples find what they act with.
const (
	KeyVariable   = "WHEREWITHAL_KEY"
	TokenVariable = "WHEREWITHAL_TOKEN"
)

// Credential is the variable that an operation's examples read.
func (o Operation) Credential() string {
	if o.Access.Key != "" {
		return KeyVariable
	}
	return TokenVariable
}

// Examples of an operation in every language. server comes before the path.
func (o Operation) Examples(server string, given Given) ([]Example, error) {
	r := o.request(server, given)
	var all []Example
	for _, l := range Languages {
		var text bytes.Buffer
		if err := templates.ExecuteTemplate(&text, l.Code+".tmpl", r); err != nil {
			return nil, err
		}
		all = append(all, Example{l, text.String()})
	}
	return all, nil
}

func (o Operation) request(server string, given Given) request {
	r := request{Method: o.Method, URL: server + o.address(given), Credential: o.Credential()}
	for _, p := range o.made.Parameters {
		if p.In == "header" && (p.Required || given[p.Name] != "" || p.Name == "Idempotency-Key") {
			r.Headers = append(r.Headers, header{p.Name, given.value(p)})
		}
	}
	if b := o.Body; b != nil {
		r.send(o, b, given)
	}
	if len(o.Answers) == 0 {
		return r
	}
	good := o.Answers[0]
	r.Nothing = len(good.Kinds) == 0
	if !r.Nothing && !strings.Contains(good.Kinds[0], "json") {
		_, kind, _ := strings.Cut(good.Kinds[0], "/")
		r.Saved = "answer." + kind
	}
	return r
}

func (r *request) send(o Operation, b *Body, given Given) {
	kind := b.Kinds[0]
	if kind != "application/json" {
		kind, r.File = "image/jpeg", "photo.jpg"
		for _, k := range b.Kinds {
			if strings.HasPrefix(k, "text/") { // a table
				kind, r.File = k, "listings.csv"
			}
		}
	} else if r.Body = given.fill(sketches[o.ID].body); r.Body == "" {
		r.Body = o.shapes.body(o.made.RequestBody.Content[kind].Schema)
	}
	r.Headers = append(r.Headers, header{"Content-Type", kind})
}

// address is the path with its parameters.
func (o Operation) address(given Given) string {
	path, query := o.Path, url.Values{}
	for _, p := range o.made.Parameters {
		switch {
		case p.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(given.value(p)))
		case p.In == "query" && p.Required:
			query.Set(p.Name, given.value(p))
		}
	}
	for i := 0; i+1 < len(sketches[o.ID].query); i += 2 {
		query.Set(sketches[o.ID].query[i], sketches[o.ID].query[i+1])
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// quoted is a text as JSON, JavaScript, Python and Go write it.
func quoted(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a text has always a form
	return strings.TrimSpace(b.String())
}

func shellQuoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// pythonised writes JSON as Python has it: outside of texts, true, false and null are called otherwise.
func pythonised(text string) string {
	words := strings.NewReplacer("true", "True", "false", "False", "null", "None")
	return jsonText.ReplaceAllStringFunc(text, func(part string) string {
		if strings.HasPrefix(part, `"`) {
			return part
		}
		return words.Replace(part)
	})
}

// jsonText is a text of JSON, or what stands between two.
var jsonText = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|[^"]+`)

func methodConstant(method string) string {
	return "http.Method" + method[:1] + strings.ToLower(method[1:])
}

// indented has all lines but the first begin with so much more.
func indented(by, text string) string { return strings.ReplaceAll(text, "\n", "\n"+by) }
