package inbound_test

import (
	"strings"
	"testing"
)

// Elements that are left open are opened anew in each paragraph by the rules of pages. Kept to those rules this small page is a
// million elements, and a mebibyte of it gigabytes.
func TestElementsLeftOpenAreNotMultiplied(t *testing.T) {
	var page strings.Builder
	page.WriteString("From: a@b.example\nContent-Type: text/html\n\n<p>")
	for i := range 400 {
		page.WriteString("<b id=" + strings.Repeat("x", 1+i%7) + string(rune('a'+i%26)) + string(rune('a'+i/26)) + ">")
	}
	page.WriteString(strings.Repeat("<p>x\n", 2_000))
	mail := page.String()
	if n := testing.AllocsPerRun(1, func() { read(t, mail) }); n > 200_000 {
		t.Errorf("%.0f allocations for a page of 2,000 paragraphs", n)
	}
	m := read(t, "From: a@b.example\nContent-Type: text/html\n\n<p>One <B class=x>two <i>three</B> four</i><p><a href='https://b.example'>five</a><u style='display: none'>six</u></p>\n")
	if m.Own != "One two three four\n\nfive" {
		t.Errorf("read %q", m.Own)
	}
}
