package mail

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"wherewithal/wording"
	"wherewithal/wording/tongue"
	"wherewithal/wording/wordingtest"
)

func speak(t *testing.T, lang string) {
	t.Helper()
	if err := wording.Add(wordingtest.Catalogue(t, os.DirFS("../wording/"+wording.Default), lang)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = wording.Add(os.DirFS("../wording")) })
}

// No kind of mail says a word of its own, nor a figure: a person who reads another language is written to in it alone.
func TestEveryWordOfEveryMailComesFromTheCatalogue(t *testing.T) {
	speak(t, wordingtest.Accented)
	for _, s := range sampleKinds {
		typed := &wordingtest.Typed{} // what people and places brought with them
		typed.Add(append(textsOf(reflect.ValueOf(s.kind)), "Firefox", "Android")...)
		r, err := Render(wordingtest.Accented, s.kind)
		if err != nil {
			t.Fatal(err)
		}
		said := slices.Collect(wordingtest.Said(parsed(t, r.HTML), wordingtest.Accented))
		for _, text := range append(said, r.Subject, r.Text) {
			if words := typed.Foreign(text); len(words) > 0 {
				t.Errorf("%s says %q of its own in %q", s.name, words, text)
			}
		}
	}
}

// textsOf are all texts in a value but those that choose among words of ours, line by line.
func textsOf(v reflect.Value) (texts []string) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			return strings.Split(v.String(), "\n")
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; !slices.Contains(chosen, name) {
				texts = append(texts, textsOf(v.Field(i))...)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			texts = append(texts, textsOf(v.Index(i))...)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			texts = append(texts, textsOf(v.MapIndex(key))...)
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return textsOf(v.Elem())
		}
	}
	return texts
}

// What a listing is called is in the language of its own, wherever it stands: beside a label and within a sentence.
func TestTitlesInMailsSayWhichLanguageTheyAreIn(t *testing.T) {
	titles := map[string]string{sampleHall.Title: "fr", "Somewhere for 25 to sing": "ar"}
	var quoted []tongue.Words
	for title, lang := range titles {
		quoted = append(quoted, tongue.Words{Text: title, Lang: lang})
	}
	found := 0
	for _, s := range sampleKinds {
		r, err := Render(wording.Default, s.kind, quoted...)
		if err != nil {
			t.Fatal(err)
		}
		for n := range parsed(t, r.HTML).Descendants() {
			if n.Type != html.TextNode || n.Parent.Data == "title" {
				continue
			}
			for title, lang := range titles {
				if strings.Contains(n.Data, title) {
					found++
					if got := spokenIn(n); got != lang {
						t.Errorf("%s: %q is said to be in %q", s.name, n.Data, got)
					}
				}
			}
		}
	}
	if found < 60 {
		t.Errorf("only %d titles", found)
	}
}

func TestAMailInALanguageFromRightToLeftIsSetSo(t *testing.T) {
	speak(t, wordingtest.Mirrored)
	r, err := Render(wordingtest.Mirrored, PossibleMatch{Group: "A", NeedTitle: "B", NeedLink: sampleSite, Helpers: []Helper{sampleHall}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`lang="en-Arab-XB" dir="rtl"`, "text-align:right", "border-right:6px", "padding-right:22px"} {
		if !strings.Contains(r.HTML, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, left := range []string{"text-align:left", "border-left:", "border-left-", "margin-right:8px"} {
		if strings.Contains(r.HTML, left) {
			t.Errorf("%q", left)
		}
	}
}

func parsed(t *testing.T, text string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// spokenIn is the language that the nearest element around a text names.
func spokenIn(n *html.Node) string {
	for ; n != nil; n = n.Parent {
		for _, a := range n.Attr {
			if a.Key == "lang" {
				return a.Val
			}
		}
	}
	return ""
}
