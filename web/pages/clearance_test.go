package pages

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"

	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/market"
)

// uploads sends the page's form with a chosen file, as a browser does.
func (p page) uploads(action string, file []byte, pairs ...string) page {
	p.t.Helper()
	return p.uploadsAs(action, "lines.csv", file, pairs...)
}

func (p page) uploadsAs(action, name string, file []byte, pairs ...string) page {
	p.t.Helper()
	fields, ok := p.form(action)
	if !ok {
		p.t.Fatalf("no form %q on %s", action, p.url)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		fields.Set(pairs[i], pairs[i+1])
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for field, values := range fields {
		if field != "file" {
			_ = w.WriteField(field, values[0])
		}
	}
	part, _ := w.CreateFormFile("file", name)
	_, _ = part.Write(file)
	_ = w.Close()
	r := p.request("POST", action, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return p.do(r)
}

// school is a street where the hall's group closes a school, and three groups need some of what is in it.
type school struct {
	*street
	path string
}

func openSchool(t *testing.T) *school {
	s := &school{street: openStreet(t)}
	s.path = "/groups/" + string(s.hall) + "/clearance"
	for i, needs := range []map[string]int{{"Chairs": 40, "Whiteboard": 1, "Trestle tables": 10}, {"Chairs": 20}, {"Whiteboard": 1}} {
		b, address := s.browser(), fmt.Sprintf("n%d@needs.example", i)
		b.signIn(address, "Bea Bright")
		group := b.found(fmt.Sprintf("+Needing Group %d", i))
		for title, n := range needs {
			s.wants(address, group, title, n)
		}
	}
	s.caughtUp()
	return s
}

func (s *school) wants(address string, group market.ID, title string, n int) {
	s.t.Helper()
	places, err := s.store.Places(s.t.Context(), group)
	if err != nil {
		s.t.Fatal(err)
	}
	p, err := s.store.PersonAt(s.t.Context(), address)
	if err != nil {
		s.t.Fatal(err)
	}
	_, err = s.site.Listings.Publish(s.t.Context(), market.Viewer{Person: p.ID, Roles: map[market.ID]market.Role{group: market.Owner}},
		market.Listing{GroupID: group, Side: market.Need, Kind: market.Equipment, Title: title, Quantity: n, Splittable: n > 1, SmallestPart: min(n, 5),
			Where: market.Collected, ReachKM: 10, Terms: market.Terms{Kind: market.Gift}, Circle: market.InCity, PlaceID: places[0].ID, Language: "en-GB"},
		market.OnceOnly{ID: string(group) + title}, s.now)
	if err != nil {
		s.t.Fatal(err)
	}
}

const schoolLines = "title,quantity,unit,size,description\n\"Chairs, stacking\",60,chairs,,Blue\nTrestle tables,12,tables,180 cm,\n-Whiteboard,1,,,\nUpright piano,1,,,Wants tuning\n"

// posted is the school with its lines posted, and the plan for them.
func (s *school) posted() page {
	s.t.Helper()
	s.giver.get(s.path).want(200).uploads(s.path, []byte(schoolLines), "do", "post").want(200, "Posted.")
	s.caughtUp()
	return s.giver.get(s.path + "/plan").want(200)
}

func TestASchoolIsClearedInTheFewestCollections(t *testing.T) {
	s := openSchool(t)
	before := s.count("listings")
	checked := s.giver.get(s.path).want(200).uploads(s.path, []byte(schoolLines), "do", "check").
		want(200, "4 lines were read", "Chairs, stacking", "60 chairs", "Post all 4", "Upright piano,1")
	if n := s.count("listings"); n != before {
		t.Fatalf("checking posted %d", n-before)
	}
	checked.fill(s.path, "do", "post").want(200, "Posted.") // from the box, without the file
	checked.fill(s.path, "do", "post").want(200, "That was done already.")
	if n := s.count("listings"); n != before+4 {
		t.Fatalf("posted %d of 4", n-before)
	}
	s.caughtUp()
	s.giver.get(s.path+"/plan").want(200, "4 lines are open.", "2 collections", "No plan that gives away as much needs fewer", "+Needing Group 0", "40 chairs",
		"10 tables", "+Needing Group 1", "20 chairs", "180 cm", "What would be left", "Upright piano", "2 tables", "about 1 km").
		without("+Needing Group 2", "n0@needs.example", "Bea")
}

func TestSheetsHaveALimitOfTheirOwn(t *testing.T) {
	s := openSchool(t)
	for i := range sheetsPerDay + 1 {
		line := fmt.Sprintf("title,quantity\nDesk %d,1\n", i)
		p := s.giver.get(s.path).uploads(s.path, []byte(line), "do", "post")
		if i < sheetsPerDay {
			p.want(200, "Posted.")
		} else {
			p.want(429)
		}
	}
	s.giver.says("/offer", "Meeting room for 8, Mondays 6 to 10 pm") // what is posted one by one counts apart
}

func TestAPlanIsPutToTheNeedsByTheRulesOfProposals(t *testing.T) {
	s := openSchool(t)
	plan := s.posted()
	if n := s.count("introductions"); n != 0 {
		t.Fatalf("%d introductions before anybody asked for them", n)
	}
	plan.fill(s.path+"/plan").want(200, "We asked 2 groups")
	proposed := s.count("introductions where state = 'proposed'")
	if n := s.count("introductions"); n != 4 || proposed != n {
		t.Errorf("%d introductions, %d of them proposed; the plan has four takes", n, proposed)
	}
	if n := s.count("introductions i join groups g on g.id = i.need_group_id where g.name like '%2'"); n != 0 {
		t.Error("a group outside the plan is asked")
	}
	if n := s.count("letters where kind not in ('possible_match', 'sign_in', 'welcome')"); n != 0 {
		t.Errorf("the giver has %d letters before a need said yes", n)
	}
	plan.fill(s.path+"/plan").want(200, "Nobody was asked")
	if n := s.count("introductions"); n != 4 {
		t.Errorf("put twice: %d introductions", n)
	}
	s.giver.get("/introductions").want(200).without("+Needing Group")
	s.browser().get("/groups/" + string(s.hall)).want(200).without("n0@needs.example")
}

// night shares out among all needs, as the worker does at three.
func (s *school) night() {
	s.t.Helper()
	if err := introduction.New(s.store, s.site.Preview.(*listing.Pool), introduction.Caps{}).ShareNightly(s.t.Context(), s.now); err != nil {
		s.t.Fatal(err)
	}
}

const ofThePlan = "introductions i join groups g on g.id = i.need_group_id where i.state = 'proposed' and g.name not like '%2'"

// A night keeps the whiteboard for the group that has waited longest. The plan saves a collection by giving it to another, and
// goes before: that one is asked too.
func TestAPlanIsPutToItsNeedsAfterANight(t *testing.T) {
	s := openSchool(t)
	s.posted()
	if _, err := s.store.Pool().Exec(t.Context(), `update listings set opened_at = opened_at - interval '60 days'
		where group_id = (select id from groups where name like '%Group 2')`); err != nil {
		t.Fatal(err)
	}
	s.night()
	before := s.count(ofThePlan)
	if before != 3 {
		t.Fatalf("the night introduced %d of the plan's four takes, want all but the whiteboard", before)
	}
	s.giver.get(s.path+"/plan").want(200, "2 collections").fill(s.path+"/plan").want(200, "We asked 1 group, ")
	if n := s.count(ofThePlan); n != 4 {
		t.Errorf("%d introductions, want one of each take", n)
	}
}

// What one refused is planned for another, who is asked.
func TestWhoeverRefusedIsInThePlanNoMore(t *testing.T) {
	s := openSchool(t)
	s.posted().fill(s.path+"/plan").want(200, "We asked 2 groups")
	p, err := s.store.PersonAt(t.Context(), "n0@needs.example")
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.store.ViewerFor(t.Context(), p, s.now)
	if err != nil {
		t.Fatal(err)
	}
	var id market.ID
	if err := s.store.Pool().QueryRow(t.Context(), `select i.id::text from introductions i join listings l on l.id = i.need_id and l.title = 'Whiteboard'`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	if _, err := s.site.Introductions.Answer(t.Context(), v, id, market.No, "", s.now); err != nil {
		t.Fatal(err)
	}
	s.giver.get(s.path+"/plan").want(200, "3 collections", "+Needing Group 2").fill(s.path+"/plan").want(200, "We asked 1 group, ")
	if n := s.count("introductions i join groups g on g.id = i.need_group_id where i.state = 'proposed' and g.name like '%2'"); n != 1 {
		t.Errorf("%d introductions to the group that is next", n)
	}
}

func TestThePlanForASpreadsheetHoldsNoFormula(t *testing.T) {
	s := openSchool(t)
	s.posted()
	p := s.giver.get(s.path + "/plan.csv").want(200)
	if kind := p.header.Get("Content-Type"); kind != "text/csv; charset=utf-8" || !strings.Contains(p.header.Get("Content-Disposition"), "clearance.csv") {
		t.Errorf("%s, %s", kind, p.header.Get("Content-Disposition"))
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(p.text, "\ufeff"))).ReadAll()
	if err != nil || len(rows) < 6 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	names, marked := 0, 0
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
				t.Errorf("a spreadsheet calculates %q", cell)
			}
			if strings.HasPrefix(cell, "'+Needing Group") {
				names++
			}
			if cell == "'-Whiteboard" {
				marked++
			}
		}
	}
	if names != 4 || marked != 1 {
		t.Errorf("%d collectors, %d marked titles in %q", names, marked, rows)
	}
}

func TestABadSheetPostsNothing(t *testing.T) {
	s := openSchool(t)
	before := s.count("listings")
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"one bad line of three": {"title,quantity\nChair,1\n=A1,2\nTable,many\n", []string{"Some lines need mending", "looks like a formula", "How many: Please write a number here"}},
		"an address":            {"title,description\nChair,write to me@example.org\n", []string{"leave out e-mail addresses"}},
		"too short a title":     {"title\nX\n", []string{"a little more"}},
		"broken text":           {"title\nCaf\xe9 chair\n", []string{"could not be read", "Caf\ufffd chair"}},
		"columns":               {"colour,shape\nred,round\n", []string{"the column “colour”", "the column “shape”", "no column called “title”"}},
		"a workbook":            {"PK\x03\x04\x00\x00", []string{"We do not know the column"}},
		"nothing":               {"", []string{"There is no line in this"}},
	} {
		p := s.giver.get(s.path).uploads(s.path, []byte(c.text), "do", "post").want(422, c.want...)
		if strings.Contains(p.text, `value="post"`) {
			t.Errorf("%s: can still be posted", name)
		}
	}
	s.giver.get(s.path).fill(s.path, "lines", "title\nChair\n", "until", "2020-01-01", "circle", "world", "place", "x", "do", "post").want(422, "error-summary")
	big := append([]byte("title\n"), bytes.Repeat([]byte("Chair\n"), 50<<20/6)...)
	s.giver.get(s.path).uploads(s.path, big, "do", "post").want(413, "a megabyte is the most")
	if n := s.count("listings"); n != before {
		t.Errorf("%d were posted", n-before)
	}
}

func TestClearancesOfOthersAreNotFound(t *testing.T) {
	s := openStreet(t)
	path := "/groups/" + string(s.hall) + "/clearance"
	for _, at := range []string{path, path + "/plan", path + "/plan.csv"} {
		s.taker.get(at).want(404)
		s.browser().get(at).want(200, "Sign in")
	}
	for _, at := range []string{path, path + "/plan"} {
		s.taker.post(at, url.Values{"lines": {"title\nChair\n"}, "do": {"post"}}).want(404)
	}
	s.giver.get(path+"/plan").want(200, "gives nothing away just now")
}
