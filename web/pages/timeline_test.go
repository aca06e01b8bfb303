package pages

import (
	"strings"
	"testing"
	"time"

	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/photo"
)

// said are the lines of a timeline, the newest first.
func (p page) said() (lines []string) {
	for n := range p.root.Descendants() {
		if n.Data == "ol" && attribute(n, "class") == "timeline" {
			for li := range n.ChildNodes() {
				var b strings.Builder
				for text := range li.Descendants() {
					if text.Type == 1 {
						b.WriteString(" " + strings.TrimSpace(text.Data))
					}
				}
				lines = append(lines, strings.Join(strings.Fields(b.String()), " "))
			}
		}
	}
	return lines
}

func TestAGroupReadsWhatHappenedToItsListingAndNobodyElseDoes(t *testing.T) {
	a := openAlbum(t, 2)
	at := a.listing + "/timeline"
	a.worked(a.offer)
	need := a.taker.says("/ask", theNeed)
	a.worked(need)
	in := a.only()
	if lines := strings.Join(a.giver.get(at).want(200).said(), "\n"); strings.Contains(lines, "Creekside") {
		t.Errorf("the giver reads of a mere proposal:\n%s", lines)
	}
	theirs := "/listings/" + string(need) + "/timeline"
	if lines := a.taker.get(theirs).want(200).said(); len(lines) != 2 || !strings.Contains(lines[0], "We found Maze Hill Rooms") {
		t.Errorf("%q", lines)
	}
	a.now = a.now.Add(time.Hour)
	mine := a.letterLink(in.ID, "guest@choir.example")
	a.taker.get(mine).fill(mine+"/yes", "group", string(a.choir)).want(200)
	if lines := strings.Join(a.giver.get(at).want(200).said(), "\n"); !strings.Contains(lines, "Creekside Choir would like it") {
		t.Errorf("%s", lines)
	}
	a.giver.get("/listings/"+string(a.offer)).want(200, at)
	a.taker.get("/report?about=listing:"+string(a.offer)).fill("/report", "reason", "wrong").want(200)
	op := a.browser()
	op.signIn("op@site.example", "Op")
	a.operates("op@site.example")
	report := a.theReport()
	op.get(report).fill(report, "do", "kept", "reason", "wrong").want(200)
	a.now = a.now.Add(time.Hour)
	tomorrow := a.now.AddDate(0, 0, 1).Format(time.DateOnly)
	a.giver.get(a.listing).fill(a.listing+"/pause", "until", tomorrow).want(200)
	a.now = a.now.AddDate(0, 0, 2)
	if err := listing.New(a.store, photo.NewDarkroom()).Turn(t.Context(), a.now); err != nil {
		t.Fatal(err)
	}
	p := a.giver.get(at).want(200, "Your group sees this, and nobody else.").without("report", "Op", "Ama")
	lines := p.said()
	want := []string{"opened again", "Paused by Joan", "Creekside Choir would like it", "Photos added by Joan", "Posted"}
	if len(lines) != len(want) {
		t.Fatalf("%q", lines)
	}
	for i, w := range want {
		if !strings.Contains(lines[i], w) {
			t.Errorf("line %d is %q, want %q", i, lines[i], w)
		}
	}
	if !strings.Contains(lines[2], "Thursday 14 January") || !strings.Contains(lines[2], "19:04") {
		t.Errorf("no time in London in %q", lines[2])
	}
	a.taker.get(at).want(404)
	a.browser().get(at).want(200, "Sign in")
	op.get(at).want(404)
	if e, err := a.store.EntryFor(t.Context(), market.System, a.offer, a.now); err != nil || e.Listing.Life != market.Open {
		t.Errorf("%v, %v", e.Listing.Life, err)
	}
}
