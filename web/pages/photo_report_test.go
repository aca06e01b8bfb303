package pages

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/store"
)

func TestAPhotoIsReportedHiddenAppealedAndShownAgain(t *testing.T) {
	a := openAlbum(t, 1)
	id := a.giver.get(a.path).ids()[0]
	print, report := "/photos/"+id+"/large.jpg", "/report?about=photo:"+id
	op, con := a.browser(), a.browser()
	op.signIn("op@site.example", "Op")
	a.operates("op@site.example")
	con.signIn("kit@network.example", "Kit")
	a.belongs(a.giver, con, a.hall, con.founds("Maze Hill Together"))
	a.browser().get(report).want(404) // a visitor does not see the listing
	edit := a.listing + "/edit"
	a.giver.get(edit).fill(edit, "circle", "anyone").want(200)
	a.giver.get(a.listing).want(200).without("Report this photo")
	visitor := a.browser()
	shown := visitor.get(a.listing).want(200, "Report this photo", report)
	if diff := cmp.Diff([]any{"64", "96", "Photo of: Church hall for 80", []any{shown.meta("og:image")}},
		[]any{shown.meta("og:image:width"), shown.meta("og:image:height"), shown.meta("og:image:alt"), in(shown.data(), "itemOffered", "image")}); diff != "" {
		t.Error(diff)
	}
	visitor.get(visitor.path(shown.meta("og:image"))).want(200)
	visitor.get(report).want(200, "Photo of: Church hall for 80").fill("/report", "reason", "unsafe", "text", "That is my child", "email", "lee@else.example").want(200, "Thank you")
	if sent := a.delivered(market.ReportReceived); len(sent) != 1 || !strings.Contains(sent[0].Text, "wrong with a photo") {
		t.Errorf("mails: %+v", sent)
	}
	path := a.theReport()
	a.taker.get(path + "/photo.jpg").want(404)
	con.get("/reports").want(200, "Photo of: Church hall for 80")
	form := con.get(path).want(200, "That is my child", path+"/photo.jpg")
	if p := con.get(path + "/photo.jpg").want(200); p.header.Get("Content-Type") != "image/jpeg" || p.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", p.header)
	}
	form.fill(path, "do", "hidden", "reason", "unsafe", "words", "It shows a child.").want(200, "Decided.")

	visitor.get(print).want(404)
	a.giver.get(print).want(404)
	a.taker.get(report).want(404)
	hidden := visitor.get(a.listing).want(200).without(id)
	if got := hidden.meta("og:image"); !strings.HasSuffix(got, "/picture.png") || in(hidden.data(), "itemOffered", "image") != nil {
		t.Errorf("others are shown %s, and programs %v", got, in(hidden.data(), "itemOffered", "image"))
	}
	sent := a.delivered(market.ModerationNotice)
	decision := a.theDecision()
	if len(sent) != 1 || sent[0].To != "host@hall.example" || !strings.Contains(sent[0].Text, "A photo of “Church hall for 80”") ||
		!strings.Contains(sent[0].Text, "It shows a child.") || !strings.Contains(sent[0].Text, decision) {
		t.Fatalf("mails: %+v", sent)
	}
	a.giver.get(a.path).want(200, "was hidden after somebody reported it", decision)
	a.giver.get(decision).want(200, "It shows a child.", "Photo of: Church hall for 80").fill(decision+"/appeal", "appeal", "It is a doll.").want(200)
	op.get(path + "/photo.jpg").want(200)
	op.get(decision).fill(decision+"/answer", "do", "restored", "answer", "So it is.").want(200, "It is shown again")
	visitor.get(print).want(200)
	visitor.get(a.listing).want(200, id)
	if diff := cmp.Diff([]string{"report.made", "decision.hidden", "decision.appealed", "decision.restored"}, a.events(market.ID(id))); diff != "" {
		t.Error(diff)
	}
	op.get("/decisions").want(200, decision)
}

// A photo that its group took away leaves a report that stops nobody, and a decision that can still be read.
func TestAPhotoThatWasTakenAwayLeavesItsDecisionBehind(t *testing.T) {
	a := openAlbum(t, 2)
	p := a.giver.get(a.path)
	ids := p.ids()
	op := a.browser()
	op.signIn("op@site.example", "Op")
	a.operates("op@site.example")
	a.taker.get("/report?about=photo:"+ids[0]).fill("/report", "reason", "wrong").want(200)
	path := a.theReport()
	op.get(path).fill(path, "do", "hidden", "reason", "wrong", "words", "Another hall.").want(200, "Decided.")
	a.taker.get("/report?about=photo:"+ids[1]).fill("/report", "reason", "wrong").want(200)
	p = a.giver.get(a.path)
	for _, id := range ids {
		p = p.chooses(a.path, nil, "do", "remove:"+id).want(200, "Saved.")
	}
	op.get("/reports").want(200, "Nothing waits.")
	a.giver.get(a.theDecision()).want(200, "Another hall.", "taken away")
	if n := a.count("photos"); n != 0 {
		t.Errorf("%d photos", n)
	}
}

// Who takes a reported photo away has done what was asked for: nothing is left in the queue, and the reporter's address goes in time.
func TestAReportedPhotoThatIsTakenAwayWaitsForNobody(t *testing.T) {
	a := openAlbum(t, 1)
	id := a.giver.get(a.path).ids()[0]
	op := a.browser()
	op.signIn("op@site.example", "Op")
	a.operates("op@site.example")
	edit := a.listing + "/edit"
	a.giver.get(edit).fill(edit, "circle", "anyone").want(200)
	a.browser().get("/report?about=photo:"+id).fill("/report", "reason", "unsafe", "email", "lee@else.example").want(200, "Thank you")
	op.get("/reports").want(200, "Photo of: Church hall for 80")
	p := a.giver.get(a.path)
	p.chooses(a.path, nil, "do", "remove:"+id).want(200, "Saved.")
	open, err := a.store.OpenReports(t.Context(), nil, store.QueuePage{Limit: 10})
	a.must(err)
	if len(open) != 0 {
		t.Errorf("%d reports wait still", len(open))
	}
}
