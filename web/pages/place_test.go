package pages

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"wherewithal/geocode"
	"wherewithal/wording"
	"wherewithal/wording/wordingtest"
)

// services stand in for those outside: postcodes are known, addresses are not.
func (h *house) services() (asked *atomic.Int32) {
	h.t.Helper()
	asked = &atomic.Int32{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if strings.HasPrefix(r.URL.Path, "/postcodes/") {
			fmt.Fprint(w, `{"result":{"postcode":"SE10 9JF","latitude":51.4821,"longitude":-0.0089,"admin_district":"Greenwich"}}`)
			return
		}
		fmt.Fprint(w, `[{"lat":"51.48","lon":"-0.01","place_rank":30,"display_name":"Tansy Yard","address":{"postcode":"SE10 9JF"}}]`)
	}))
	h.t.Cleanup(s.Close)
	places, err := geocode.New(geocode.Config{Postcodes: s.URL, Nominatim: s.URL})
	if err != nil {
		h.t.Fatal(err)
	}
	h.site.Places = places
	return asked
}

func TestPlacesAreNotAskedForWithoutEnd(t *testing.T) {
	h := open(t)
	asked := h.services()
	b := h.browser()
	page := []string{"/find?near=", "/?near="}
	for i := range placesPerHour + 20 {
		b.get(page[i%2]+url.QueryEscape(fmt.Sprintf("SE10 %dA%c", i%10, 'A'+i/10))).want(200, "SE10")
	}
	if n := asked.Load(); n != placesPerHour {
		t.Errorf("asked %d times, want %d", n, placesPerHour)
	}
	for _, path := range page {
		b.get(path+"12+Tansy+Yard").want(200, "a lot of places in a short time", "SE10, always works")
	}
	b.signIn("ama@choir.example", "Ama")
	b.get("/groups/new").fill("/groups", "name", "Creekside Choir", "place", "12 Tansy Yard").want(422, "a lot of places", `value="12 Tansy Yard"`)
	b.found("Creekside Choir")
	b.get("/ask").fill("/ask", "description", theNeed, "do", "read").fill("/ask", "do", "post", "place", "12 Tansy Yard").
		want(422, "a lot of places", `value="12 Tansy Yard"`)
	if n := asked.Load(); n != placesPerHour {
		t.Errorf("asked %d times in the end", n)
	}
}

func TestServicesThatAreAwayCostNobodyTheirForm(t *testing.T) {
	h := open(t)
	places, err := geocode.New(geocode.Config{Nominatim: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	h.site.Places = places
	b := h.browser()
	b.get("/find?near=12+Tansy+Yard").want(200, "We cannot look this place up just now")
	b.signIn("ama@choir.example", "Ama")
	b.get("/groups/new").fill("/groups", "name", "Creekside Choir", "place", "12 Tansy Yard").want(422, "We cannot look this place up just now", "Creekside Choir")
}

func TestAPlaceThatIsNotKnownIsSaidAndGuessed(t *testing.T) {
	b := open(t).browser()
	b.get("/find?near=Deptfrod&q=hall").want(200, "We do not know “Deptfrod”", "Did you mean", "near=Deptford%2C+SE8", "q=hall")
	b.get("/?near=Atlantis").want(200, "We do not know “Atlantis”").without("Did you mean")
	b.get("/?near=SE10").want(200).without("We do not know")
	b.get("/find?near="+strings.Repeat("x", 3000)).want(200, "We do not know “xxxx", "…")
}

func TestATypedPlaceIsConfirmedBeforePosting(t *testing.T) {
	s := openStreet(t)
	read := func(place string) page {
		return s.taker.get("/ask").fill("/ask", "description", theNeed, "do", "read").want(200).fill("/ask", "do", "read", "place", place).want(200)
	}
	for _, sure := range []string{"SE13", "se13 5ab", "Deptford, SE8"} {
		read(sure).without("Which place is it?").fill("/ask", "do", "post").want(200, "Posted.")
	}
	p := read("deptford").want(200, "Which place is it?", "Deptford, SE8", "Lewisham")
	p.fill("/ask", "do", "post").want(200, "Posted.", "near SE8") // what was understood is marked: one press confirms it
	read("greenwich").fill("/ask", "do", "post", "place_is", "East Greenwich, SE10").want(200, "Posted.", "near SE10")

	// Typed and posted at once: nothing is taken for granted.
	p = read("SE10").fill("/ask", "do", "post", "place", "deptford").want(422, "We are not sure which place", "Deptford, SE8", `value="deptford"`)
	p.fill("/ask", "do", "post").want(200, "Posted.", "near SE8")
	p = read("SE10").fill("/ask", "do", "post", "place", "Deptfrod").want(422, "We do not know this place", "Which place is it?", "Deptford, SE8")
	p.fill("/ask", "do", "post", "place_is", "Deptford, SE8").want(200, "Posted.", "near SE8")
	p.fill("/ask", "do", "post", "place", "Atlantis", "place_is", "Deptford, SE8").want(422, "We do not know this place").without("Which place is it?")
}

func TestAnAddressFoundOutsideIsShownBeforeItIsTaken(t *testing.T) {
	s := openStreet(t)
	s.services()
	p := s.taker.get("/ask").fill("/ask", "description", theNeed, "do", "read").fill("/ask", "do", "post", "place", "12 Tansy Yard").
		want(422, "We are not sure which place", "SE10, Greenwich: what we found for “12 Tansy Yard”")
	p.fill("/ask", "do", "post").want(200, "Posted.", "near SE10")
}

// What the suggestions say of a borough is in the reader's language, and a form takes it as it stands there.
func TestABoroughIsSuggestedInTheReadersLanguage(t *testing.T) {
	if err := wording.Add(wordingtest.Catalogue(t, os.DirFS("../../wording/"+wording.Default), accented)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = wording.Add(os.DirFS("../../wording")) })
	s := openStreet(t)
	s.browser().get("/places?q=lewisham").want(200, `"value":"Lewisham (borough)","label":"Lewisham (borough)"`)
	s.change(`update people set language = $1`, accented)
	got := regexp.MustCompile(`"value":"(Lewisham \([^"]*\))","label":"(Lewisham \([^"]*\))"`).FindStringSubmatch(s.taker.get("/places?q=lewisham").want(200).text)
	if len(got) != 3 || got[1] != got[2] || strings.Contains(got[1], "borough") {
		t.Fatalf("suggested: %q, want the borough in the reader's language", got)
	}
	s.taker.get("/groups/new").fill("/groups", "name", "Creekside Rowers", "place", got[1]).want(200, "Creekside Rowers")
}
