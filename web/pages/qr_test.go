package pages

import (
	"regexp"
	"strconv"
	"testing"

	"rsc.io/qr"
)

// The path, painted, is the code and nothing else.
func TestThePosterHoldsTheCodeOfItsLink(t *testing.T) {
	const link = "https://wherewithal.example/listings/01a217da-eb61-7bfb-a534-8af51770f883"
	drawn := qrOf(link)
	painted := map[[2]int]bool{}
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllStringSubmatch(drawn.Path, -1) {
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		run, _ := strconv.Atoi(m[3])
		for i := range run {
			painted[[2]int{x + i, y}] = true
		}
	}
	code, err := qr.Encode(link, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	for y := range drawn.Size {
		for x := range drawn.Size {
			if want := code.Black(x-quietZone, y-quietZone); painted[[2]int{x, y}] != want {
				t.Fatalf("module %d,%d is %v, want %v", x, y, !want, want)
			}
		}
	}
	s := openStreet(t)
	public := s.giver.get("/listings/"+string(s.offer)+"/edit").fill("/listings/"+string(s.offer)+"/edit", "circle", "anyone").want(200, "Saved.")
	const hint = "Print this page for a poster with a QR code."
	public.want(200, hint)
	s.browser().get(public.url.Path).want(200, `class="poster"`, s.site.Config.Link(public.url.Path)).without(hint)
	s.giver.get(public.url.Path+"/edit").fill(public.url.Path+"/edit", "circle", "city").want(200, "Saved.", "Show it to anyone, and printing").without(`class="poster"`, hint)
}
