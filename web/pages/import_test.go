package pages

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"wherewithal/intake"
	"wherewithal/market"
)

// Whoever looks after an outside site chooses a file, sees what it would change, and has it done; nobody else sees any of it.
func TestAFileOfListingsIsLookedAtAndThenDone(t *testing.T) {
	s := openStreet(t)
	dee := s.browser()
	dee.signIn("dee@directory.example", "Dee")
	own := dee.asksForAKey(string(s.networkID(s.giver.founds("Maze Hill Together"))))
	at := own + "/imports"
	dee.get(at).uploads(at, nil, "test", "yes").want(422, "There is no sandbox yet", `aria-describedby="e-test" aria-invalid="true" id="f-test" name="test"`)
	dee.get(own).fill(own+"/keys", "kind", "test").want(200)
	id := market.ID(strings.TrimPrefix(own, "/account/partners/"))
	person, err := s.store.PersonAt(t.Context(), "dee@directory.example")
	s.must(err)
	program, err := s.site.Partners.Acting(t.Context(), market.Viewer{Person: person.ID}, id, true)
	s.must(err)
	s.asksToPost(program, "choir", "ama@choir.example", "Larkhollow Choir")

	form := dee.get(linkTo(dee.get(own), at)).want(200, "No file has been sent", "50 MB and a million rows at most")
	const head = "reference,groupReference,side,kind,title,where,terms\n"
	for file, words := range map[string][]string{
		"":                               {"The file is empty"},
		"reference,colour\n":             {"Column 2, “colour”, is none that we know", "The column “title” is missing"},
		"\xff\xfer\x00":                  {"This is no text in UTF-8"},
		head + "a,choir,offer,\"room\nb": {"is never closed", "Nothing of the file was taken"},
		strings.TrimSpace(head) + ",description\n" + strings.Repeat("a,choir,offer,room,Hall,online,gift,"+strings.Repeat("x", 200<<10)+"\n", intake.MaxBytes/(200<<10)+1): {"The file is too big: 50 MB are the most"},
	} {
		form.uploads(at, []byte(file), "test", "yes").want(422, words...)
	}
	form.uploads(at, []byte(head), "test", "").want(422, "No network lets this site post yet")
	form.fill(at, "test", "yes").want(422, "Please choose a file")
	var n int
	s.must(s.store.Pool().QueryRow(t.Context(), `select (select count(*) from imports) + (select count(*) from import_rows)`).Scan(&n))
	if n != 0 {
		t.Errorf("%d files are kept that could not be read", n)
	}

	var file strings.Builder
	file.WriteString(head + "=cmd,choir,offer,equipment,Chairs,collected,gift\nb,choir,offer,equipment,T\xffbles,collected,gift\n")
	for n := range 120 {
		fmt.Fprintf(&file, "r%d,choir,offer,equipment,Chairs,collected,gift\n", n)
	}
	many := (&Call{Ctx: t.Context(), Lang: "en-GB"}).importCounts(market.Import{State: market.ImportShown}, market.ImportCounts{Added: 12345})
	if many[0].Value != "12,345" {
		t.Errorf("so many rows are new: %q", many[0].Value)
	}
	look := form.uploads(at, []byte(file.String()), "test", "yes").want(200, "looked at, not done", "New", "120", "Refused", "r97", "title: ").without("r98")
	dee.get(linkTo(look, look.url.Path+"?after=")).want(200, "r98", "r119").without("r97")
	report := dee.get(look.url.Path+"/report.csv").want(200, "row,reference,act,result,faults,cut,notes", "2,'=cmd,refused,,\"reference: A reference has", "4,r0,add,,,,")
	if kind := report.header.Get("Content-Type"); !strings.HasPrefix(kind, "text/csv") {
		t.Errorf("the report is %s", kind)
	}
	again := form.uploads(at, []byte(head+"r0,choir,offer,equipment,Chairs,collected,gift\n"), "test", "yes", "all", "yes").want(200, "closes what is not in it")
	dee.get(look.url.Path).want(404) // another look took its place
	apply := again.url.Path + "/apply"
	for _, other := range []*browser{s.taker, s.giver} {
		for _, path := range []string{at, again.url.Path, again.url.Path + "/report.csv"} {
			other.get(path).want(404)
		}
		other.post(apply, url.Values{}).want(404)
		theirs := form
		theirs.browser = other
		theirs.uploads(at, []byte(head), "test", "yes").want(404)
	}
	again.fill(apply, "sha256", "00").want(422, "This is not the file that was looked at")
	again.fill(apply).want(200, "It is being done", "See how far it is")
	again.fill(apply).want(200, "That was done already")
	form.uploads(at, []byte(head), "test", "yes").want(422, "Another file of this site is being done")
	s.must(s.site.Partners.WorkImport(t.Context(), market.ID(strings.TrimPrefix(again.url.Path, at+"/")), id, s.now))
	dee.get(again.url.Path).want(200, "New · done", "Done")
	dee.get(at).want(200, "done", "in the sandbox · closes what is not in it")
	long := strings.TrimSpace(head) + ",description\n" + strings.Repeat("r0,choir,offer,equipment,Chairs,collected,gift,"+strings.Repeat("words ", 600)+"\n", 300)
	late := form.uploads(at, []byte(long+"\"r1,choir\nx\n"), "test", "yes").want(200, "so long that the look at it takes a while", "See how far it is").without("Row by row")
	dee.get(late.url.Path + "/report.csv").want(409)
	dee.get(at).want(200, "being looked at")
	s.must(s.site.Partners.LookImport(t.Context(), market.ID(strings.TrimPrefix(late.url.Path, at+"/")), id, s.now))
	dee.get(late.url.Path).want(200, "cannot be read", "The quotation mark that opens in row 302").without("Row by row", "See how far it is")
	given := form.uploads(at, []byte(long), "test", "yes").want(200, "being looked at")
	s.exec(`update outbox set state = 'failed', ended_at = $1 where kind = 'look' and state = 'waiting'`, s.now)
	s.must(s.site.Partners.Turn(t.Context(), s.now))
	dee.get(given.url.Path).want(200, "cannot be read", "We could not look at this file within a day").without("being looked at", "See how far it is")
	services := `{"contents": [{"id": "s1", "name": "Parish hall", "status": "active", "organization_id": "choir"}]}`
	half := form.uploadsAs(at, "services.json", []byte(services), "test", "yes").want(200, "Open Referral UK", "s1")
	half.fill(half.url.Path+"/apply").want(200, "It is being done")
	s.exec(`update outbox set state = 'failed', fault = 'lost', ended_at = $1 where kind = 'import' and state = 'waiting' and subject = $2`, s.now, strings.TrimPrefix(half.url.Path, at+"/"))
	s.operates("dee@directory.example")
	retry := regexp.MustCompile(`/operator/jobs/\d+/retry`).FindString(dee.get("/operator").want(200).text)
	if retry == "" {
		t.Fatal("a job that was given up cannot be tried again")
	}
	s.must(s.site.Partners.Turn(t.Context(), s.now))
	dee.get(half.url.Path).want(200, "done in part", "We could not do all of this file within a day", "This row was not done").without("See how far it is")
	dee.get(at).want(200, "done in part")
	dee.get("/operator").want(200, "Its file has ended: its page, and the API, say so to its sender").without(retry)
	dee.post(retry, url.Values{"once": {"retry"}}).want(200, "no longer possible").without("It is tried again.")
	form.uploads(at, []byte(head), "test", "yes").want(200)
}
