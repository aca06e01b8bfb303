package mail

import (
	"bytes"
	"maps"
	netmail "net/mail"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"wherewithal/wording"
)

// sly tries what a header, a page, a template and a calendar might take for their own.
const sly = "Hall\r\nBcc: all@evil.test\r\n\r\n<zq onclick=a()>\"'><img src=x>{{7777777*3}}${7777777*3}<%= 7777777*3 %>\x1b[31m\r\n"

// Every text of every kind of mail, whatever its field, as somebody hostile types it: no element, attribute, link or header
// field comes of it. A kind that is new is tried because it has a sample.
func TestNoTextOfAnyMailBecomesMoreThanText(t *testing.T) {
	for _, s := range sampleKinds {
		mild, err := Render(wording.Default, s.kind)
		if err != nil {
			t.Fatal(err)
		}
		kind := slied(reflect.ValueOf(s.kind)).Interface().(Kind)
		r, err := Render(wording.Default, kind)
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		if more := strange(t, r.HTML, mild.HTML); len(more) > 0 {
			t.Errorf("%s: %v came of what was typed", s.name, more)
		}
		for _, part := range []string{r.Subject, r.Text, r.HTML} {
			if strings.Contains(part, "\x1b") || strings.Contains(part, "⟦") || strings.Contains(part, "23333331") {
				t.Errorf("%s holds what a terminal or a template acts on, or lost a word: %q", s.name, part)
			}
		}
		want := []string{"Auto-Submitted", "Content-Type", "Date", "From", "List-Unsubscribe", "List-Unsubscribe-Post", "Message-Id", "Mime-Version", "Subject", "To"}
		if got := fieldsOf(t, Outgoing{MessageID: "m1@town.test", To: "ama@choir.test", ToName: sly, FromName: Via(wording.Default, sly),
			Unsubscribe: "https://town.test/stop", Files: []File{{Name: sly, Type: "text/plain", Content: []byte("x")}}, Rendered: r}); !slices.Equal(want, got) {
			t.Errorf("%s has the header fields %v", s.name, got)
		}
	}
}

// chosen are fields that hold no text of anybody's: which words of ours are taken, and an address that we made.
var chosen = []string{"Subject", "Label", "Variant", "ReplyAddress"}

// slied is a value with sly in place of every text of it that is no link.
func slied(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.String:
		if text := v.String(); text != "" && !strings.HasPrefix(text, "http") && v.Type() == reflect.TypeFor[string]() {
			out.SetString(sly)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if out.Field(i).CanSet() && !slices.Contains(chosen, v.Type().Field(i).Name) {
				out.Field(i).Set(slied(v.Field(i)))
			}
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		}
		for i := range v.Len() {
			out.Index(i).Set(slied(v.Index(i)))
		}
	case reflect.Map:
		out.Set(reflect.MakeMap(v.Type()))
		for _, key := range v.MapKeys() {
			out.SetMapIndex(key, slied(v.MapIndex(key)))
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() && v.Kind() == reflect.Pointer {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(slied(v.Elem()))
		} else if !v.IsNil() {
			out.Set(slied(v.Elem()))
		}
	}
	return out
}

// strange are the elements, attributes and links of a document that another does not have.
func strange(t *testing.T, document, other string) (more []string) {
	t.Helper()
	parts := func(text string) map[string]bool {
		root, err := html.Parse(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]bool{}
		for n := range root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			all[n.Data] = true
			for _, a := range n.Attr {
				all[n.Data+" "+a.Key] = true
				if a.Key == "href" || a.Key == "src" {
					all[a.Key+"="+a.Val] = true
				}
			}
		}
		return all
	}
	known := parts(other)
	for part := range parts(document) {
		if !known[part] && part != "br" {
			more = append(more, part)
		}
	}
	return more
}

// fieldsOf the header that a mail goes out with.
func fieldsOf(t *testing.T, o Outgoing) []string {
	t.Helper()
	m, err := o.compose(&netmail.Address{Name: "Wherewithal", Address: "hello@town.test"}, func() {})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	read, err := netmail.ReadMessage(&b)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(read.Header))
}
