package config

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
)

// Programs are the names that Load and Usage know.
var Programs = []string{"api", "worker", "hub", "admin"}

// variable is one field of Config as its tags describe it.
type variable struct {
	Name    string // in the environment
	Default string
	Unit    string
	Doc     string
	Needed  bool // by the program it was listed for
	Secret  bool
	URL     bool // may hold a password
	field   int
}

// variables are those the program reads, in the order of Config.
func variables(program string) (all []variable) {
	t := reflect.TypeFor[Config]()
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		if !slices.Contains(strings.Fields(tag.Get("for")), program) {
			continue
		}
		v := variable{
			Name: tag.Get("env"), Default: tag.Get("envDefault"), Unit: tag.Get("unit"), Doc: tag.Get("doc"),
			Needed: slices.Contains(strings.Fields(tag.Get("need")), program),
			Secret: tag.Get("secret") != "", URL: tag.Get("url") != "", field: i,
		}
		if own, ok := tag.Lookup(program); ok {
			v.Default = own
		}
		all = append(all, v)
	}
	return all
}

// shown is the value of v in c as it may be printed.
func (v variable) shown(c Config) string {
	value := fmt.Sprint(reflect.ValueOf(c).Field(v.field).Interface())
	switch {
	case value == "" || value == "[]":
		return ""
	case v.Secret:
		return "(set)"
	case v.URL:
		return redacted(value)
	}
	return value
}

// redacted hides the password of a URL, and all of its query, where some services want a key.
func redacted(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "(set)"
	}
	if u.RawQuery != "" {
		u.RawQuery = "…"
	}
	return strings.NewReplacer("%7B", "{", "%7D", "}").Replace(u.Redacted())
}

// Usage documents every variable the program reads, for -h.
func Usage(program string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "wherewithal %s, version %s\n\nSettings, from the environment:\n", program, Version)
	for _, v := range variables(program) {
		fmt.Fprintf(&b, "  %s (%s)\n        %s\n", v.Name, v.terms(), v.Doc)
	}
	return b.String()
}

func (v variable) terms() string {
	switch {
	case v.Needed:
		return v.Unit + "; required"
	case v.Default != "":
		return v.Unit + "; default " + v.Default
	}
	return v.Unit
}
