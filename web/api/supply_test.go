package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/web/api"
)

// chairs is a listing as a partner sends it for a group.
func chairs(group string) map[string]any {
	return map[string]any{"groupReference": group, "side": "offer", "kind": "equipment", "title": "Forty chairs", "quantity": 40, "unit": "chairs", "splittable": true, "smallestPart": 1,
		"where": "collected", "terms": map[string]any{"kind": "loan", "loanDays": 7}, "circle": "anyone", "link": "https://directory.test/chairs"}
}

// saysYes has whoever reads the address of a group that a partner named say yes.
func (h *house) saysYes(theirs market.Partner, reference string) market.Mandate {
	h.t.Helper()
	m, err := h.store.MandateOf(h.ctx, theirs.ID, false, reference)
	h.must(err)
	m, err = h.partners.AnswerByLink(h.ctx, partner.MandateToken([]byte(strings.Repeat("s", 32)), m, ""), partner.Reply{Yes: true, Words: "They may."}, h.now)
	h.must(err)
	h.must(h.partners.PostWaiting(h.ctx, m.ID, h.now))
	return m
}

func TestAPartnerPostsForAGroupThatSaidYes(t *testing.T) {
	h := open(t)
	key, theirs := h.partnerIn(h.neighbour("Larkhollow Hall", "host@hall.test"))
	key.ask("PUT", "/partner/listings/c-1", write(chairs("tansy"))).want(422, `"#/groupReference"`)
	named := map[string]any{"contact": "ama@choir.test", "name": "Tansy Yard Choir", "does": "Sings.", "postcode": "SE10"}
	key.ask("PUT", "/partner/groups/tansy", write(with(named, "contact", "nobody"))).want(422, `"#/contact"`)
	key.ask("PUT", "/partner/groups/tansy", write(with(named, "postcode", "XX99"))).want(422, `"#/postcode"`)
	key.ask("PUT", "/partner/groups/tansy%20yard", write(named)).want(422)
	if m := read[api.Mandate](key.ask("PUT", "/partner/groups/tansy", write(named)).want(200)); m.State != "asked" || m.LapsesAt == nil || m.GroupID != "" {
		t.Errorf("named: %+v", m)
	}
	for _, lost := range []bool{false, true} {
		if lost {
			_, err := h.store.Pool().Exec(h.ctx, `update letters set state = 'failed', fault = 'no_mailbox', ended_at = created_at where kind = 'mandate'`)
			h.must(err)
		}
		one, all := read[api.Mandate](key.ask("GET", "/partner/groups/tansy", "").want(200)), read[api.List[api.Mandate]](key.ask("GET", "/partner/groups", "").want(200))
		if one.Undelivered != lost || len(all.Items) != 1 || all.Items[0].Undelivered != lost {
			t.Errorf("the mail did not arrive: %t; told is %+v, %+v", lost, one, all)
		}
	}
	if r := read[api.Receipt](key.ask("PUT", "/partner/listings/c-1", write(chairs("tansy"))).want(200)); r.State != "waiting" || r.Result != "added" || r.Listing != nil {
		t.Errorf("before a yes: %+v", r)
	}
	h.saysYes(theirs, "tansy")
	got := read[api.Supplied](key.ask("GET", "/partner/listings/c-1", "").want(200))
	if got.State != "open" || got.Listing == nil || got.Listing.Group.Name != "Tansy Yard Choir" || got.Listing.PlaceID != "" {
		t.Fatalf("after the yes: %+v", got)
	}
	h.indexed()
	seen := read[api.Listing](h.public().ask("GET", "/listings/"+got.Listing.ID, "").want(200))
	if by := seen.PostedBy; by == nil || by.Name != "Directory" || by.URL != "https://directory.test/chairs" {
		t.Errorf("who posted it is told as %+v", by)
	}
	if found := read[api.Found](h.public().ask("GET", "/search?q=chairs", "").want(200)); len(found.Items) != 1 || found.Items[0].Listing.PostedBy == nil {
		t.Errorf("found: %+v", found)
	}
	longer := with(chairs("tansy"), "title", "Forty folding chairs")
	for _, want := range []string{"changed", "unchanged"} {
		if r := read[api.Receipt](key.ask("PUT", "/partner/listings/c-1", write(longer)).want(200)); r.Result != want || r.Listing.Title != "Forty folding chairs" {
			t.Errorf("%+v, want %s", r, want)
		}
	}
	key.ask("PUT", "/partner/listings/c-1", write(with(longer, "description", "Ring 020 7946 0018"))).want(422, `"#/description"`)
	for _, want := range []string{"closed", "unchanged"} {
		if r := read[api.Receipt](key.ask("POST", "/partner/listings/c-1/close", `{"as": "fulfilled"}`).want(200)); r.Result != want || r.State != "fulfilled" {
			t.Errorf("%+v, want %s", r, want)
		}
	}
	key.ask("GET", "/partner/listings/c-2", "").want(404)
	key.ask("POST", "/partner/listings/c-2/close", "").want(404)
	if all := read[api.List[api.Mandate]](key.ask("GET", "/partner/groups", "").want(200)); len(all.Items) != 1 || all.Items[0].State != "given" {
		t.Errorf("groups: %+v", all)
	}
	key.ask("PUT", "/partner/listings/c-4", write(chairs("tansy"))).want(200)
	m, err := h.store.MandateOf(h.ctx, theirs.ID, false, "tansy")
	h.must(err)
	owner, err := h.store.Person(h.ctx, m.AnsweredBy)
	h.must(err)
	v, err := h.store.ViewerFor(h.ctx, owner, h.now)
	h.must(err)
	h.must(h.partners.Withdraw(h.ctx, v, m.GroupID, m.ID, h.now))
	for at, want := range map[string]string{"c-1": "withdrawn", "c-4": "paused"} {
		if got := read[api.Supplied](key.ask("GET", "/partner/listings/"+at, "").want(200)); got.Listing != nil || got.State != want || got.Group != "tansy" {
			t.Errorf("after it took its yes back: %+v, want %s", got, want)
		}
	}
	key.ask("POST", "/partner/listings/c-4/close", "").want(403, `"mandate_withdrawn"`)
	key.ask("PUT", "/partner/listings/c-3", write(chairs("tansy"))).want(403, `"mandate_withdrawn"`)
	key.ask("PUT", "/partner/groups/tansy", write(named)).want(403, `"mandate_withdrawn"`)
	if strings.Contains(h.log.String(), "ama@choir.test") {
		t.Error("the log holds an address")
	}
}

func TestABatchHasAnAnswerForEachRow(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	key, theirs := h.partnerIn(n)
	key.ask("PUT", "/partner/groups/tansy", write(map[string]any{"contact": "ama@choir.test", "name": "Tansy Yard Choir", "postcode": "SE10"})).want(200)
	h.saysYes(theirs, "tansy")
	row := func(reference any, pairs ...any) map[string]any {
		return with(with(chairs("tansy"), "reference", reference), pairs...)
	}
	rows := []any{row("a"), row("b c"), row("c", "side", "both"), row("d", "groupReference", "nobody"), row("e", "colour", "red"), row("f", "description", "Ring 020 7946 0018"), row("a"), row("g"), row("h", "language", "Ukrainian"), row("i", "language", "uk"),
		map[string]any{"reference": "g", "close": "fulfilled"}, map[string]any{"reference": "g", "close": "fulfilled"}, map[string]any{"reference": "nowhere", "close": "withdrawn"},
		map[string]any{"reference": "a", "close": "lost"}, map[string]any{"reference": "a", "close": "withdrawn", "side": "offer"}, map[string]any{"close": "withdrawn"}}
	body := write(map[string]any{"items": rows})
	b := read[api.Batch](key.ask("POST", "/partner/listings", body, "Idempotency-Key", "batch-one").want(200))
	var got []string
	for i, r := range b.Items {
		switch {
		case r.Row != i:
			t.Errorf("row %d stands at %d", r.Row, i)
		case r.Receipt != nil:
			got = append(got, r.Receipt.Result)
		case len(r.Problem.Errors) == 0:
			got = append(got, fmt.Sprint(r.Problem.Status))
		default:
			got = append(got, fmt.Sprint(r.Problem.Status, r.Problem.Errors[0].Pointer))
		}
	}
	if want := "added 422#/reference 422#/side 422#/groupReference 422#/colour 422#/description unchanged added 422#/language added closed unchanged 404 422#/close 422#/side 422#"; strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
	if met := read[api.Supplied](key.ask("GET", "/partner/listings/g", "").want(200)); met.State != "fulfilled" || met.ClosedAt == nil {
		t.Errorf("closed by a row: %+v", met)
	}
	if b.Refused != 10 {
		t.Errorf("%d refused", b.Refused)
	}
	key.ask("POST", "/partner/listings", body, "Idempotency-Key", "batch-one").want(200)
	key.ask("POST", "/partner/listings", write(map[string]any{"items": rows[:1]}), "Idempotency-Key", "batch-one").want(409, `"reused"`)
	many := make([]any, 501)
	for i := range many {
		many[i] = row(fmt.Sprint("m", i))
	}
	key.ask("POST", "/partner/listings", write(map[string]any{"items": many})).want(422)
	key.ask("POST", "/partner/listings", `{"items": []}`).want(422)
	n.ask("POST", "/partner/listings", body).want(403)
	h.public().ask("GET", "/partner/listings", "").want(401)

	test := h.keyOf(n, theirs, true)
	test.ask("PUT", "/partner/listings/a", write(chairs("box"))).want(422, `"#/groupReference"`)
	if m := read[api.Mandate](test.ask("PUT", "/partner/groups/box", `{"name": "A box", "postcode": "SE10"}`).want(200)); m.State != "given" {
		t.Errorf("in the sandbox: %+v", m)
	}
	r := read[api.Receipt](test.ask("PUT", "/partner/listings/a", write(chairs("box"))).want(200))
	if r.State != "open" || r.Listing.Circle != "networks" || !r.Listing.Sample {
		t.Errorf("in the sandbox: %+v", r)
	}
	h.public().ask("GET", "/listings/"+r.Listing.ID, "").want(404)
	if got := read[api.Supplied](key.ask("GET", "/partner/listings/a", "").want(200)); got.Listing.ID == r.Listing.ID {
		t.Error("a live key sees what a test key sent")
	}
}

// What a partner posted is met by the group itself: its owner is asked, by mail and on the site, and the partner is not.
func TestIntroductionsOfWhatAPartnerPostedReachTheGroup(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	key, theirs := h.partnerIn(h.neighbour("Somebody Else", "staff@directory.test"))
	key.ask("PUT", "/partner/groups/tansy", write(map[string]any{"contact": "ama@choir.test", "name": "Tansy Yard Choir", "postcode": "SE10"})).want(200)
	m := h.saysYes(theirs, "tansy")
	n.posts(hall(n))
	need := choir(n)
	delete(need, "groupId")
	delete(need, "placeId")
	r := read[api.Receipt](key.ask("PUT", "/partner/listings/choir", write(with(need, "groupReference", "tansy"))).want(200))
	h.now = h.now.Add(time.Minute)
	h.must(h.intros.Match(h.ctx, market.ID(r.Listing.ID), h.now))
	rows, err := h.store.Pool().Query(h.ctx, `select p.address from letters l join people p on p.id = l.person_id where l.kind in ('possible_match', 'someone_would_like')`)
	h.must(err)
	var asked []string
	for rows.Next() {
		var a string
		h.must(rows.Scan(&a))
		asked = append(asked, a)
	}
	if strings.Join(asked, " ") != "ama@choir.test" {
		t.Errorf("asked: %v", asked)
	}
	person, err := h.store.Person(h.ctx, m.AnsweredBy)
	h.must(err)
	v, err := h.store.ViewerFor(h.ctx, person, h.now)
	h.must(err)
	ama := h.program(v, market.MayRead, market.MayWrite)
	if all := ama.ask("GET", "/introductions", "").want(200); !strings.Contains(all.text, "Church hall") {
		t.Errorf("the group sees %s", all.text)
	}
	key.ask("GET", "/introductions", "").want(403)
}

func TestAFileIsSentLookedAtAndDone(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	key, theirs := h.partnerIn(n)
	key.ask("PUT", "/partner/groups/tansy", write(map[string]any{"contact": "ama@choir.test", "name": "Tansy Yard Choir", "postcode": "SE10"})).want(200)
	h.saysYes(theirs, "tansy")
	csv := func(body string, header ...string) answer {
		return key.ask("POST", "/partner/imports", body, append([]string{"Content-Type", "text/csv; charset=utf-8"}, header...)...)
	}
	csv("reference,colour\n").want(422, "Column 2, “colour”, is none that we know", "The column “title” is missing")
	csv("").want(422, "The file is empty")
	key.ask("POST", "/partner/imports", "x", "Content-Type", "text/plain").want(415)
	const head = "reference;groupReference;side;kind;title;where;terms;description;language\r\n"
	file := "\ufeff" + head + "a;tansy;offer;equipment;=Chairs;collected;gift;Ring 020 7946 0018;uk\r\nb;nobody;offer;equipment;Tables;collected;gift;;\r\n" +
		"c;tansy;offer;equipment;Urns;collected;gift;;Ukrainian\r\n"
	i := read[api.Import](csv(file, "Idempotency-Key", "file-0001").want(201))
	if again := read[api.Import](csv(file, "Idempotency-Key", "file-0001").want(201)); again.ID != i.ID {
		t.Errorf("sent again it is %+v", again)
	}
	csv(file+"c;tansy", "Idempotency-Key", "file-0001").want(409, `"reused"`)
	if i.State != "shown" || i.Added != 1 || i.Refused != 2 || len(i.SHA256) != 64 {
		t.Fatalf("%+v", i)
	}
	rows := read[api.List[api.ImportRow]](key.ask("GET", "/partner/imports/"+i.ID+"/rows", "").want(200))
	if len(rows.Items) != 3 || rows.Items[2].Faults[0].Column != "language" || rows.Items[0].Act != "add" || rows.Items[0].Cut[0].Column != "description" || rows.Items[1].Row != 3 || rows.Items[1].Faults[0].Column != "groupReference" {
		t.Errorf("%+v", rows)
	}
	apply := "/partner/imports/" + i.ID + "/apply"
	key.ask("POST", apply, write(map[string]string{"sha256": strings.Repeat("0", 64)})).want(409, `"import_file"`)
	for range 2 {
		key.ask("POST", apply, write(map[string]string{"sha256": i.SHA256})).want(202)
	}
	h.must(h.partners.WorkImport(h.ctx, market.ID(i.ID), theirs.ID, h.now))
	if done := read[api.Import](key.ask("GET", "/partner/imports/"+i.ID, "").want(200)); done.State != "done" || done.Done != 1 {
		t.Errorf("%+v", done)
	}
	if got := read[api.Supplied](key.ask("GET", "/partner/listings/a", "").want(200)); got.Listing.Title != "=Chairs" || got.Listing.Description != "Ring or see" && strings.Contains(got.Listing.Description, "020") {
		t.Errorf("%+v", got.Listing)
	}
	report := key.ask("GET", "/partner/imports/"+i.ID+"/report", "").want(200, "2,a,add,done,,", "3,b,refused,,", "groupReference: We do not know this group.")
	if !strings.HasPrefix(report.header.Get("Content-Type"), "text/csv") || report.header.Get("Cache-Control") != "private, no-cache" || report.header.Get("ETag") != "" {
		t.Errorf("the report is not written as it is read: %v", report.header)
	}
	other, _ := h.partnerIn(h.neighbour("Tansy Yard Band", "other@site.test"))
	for _, path := range []string{"", "/rows", "/report"} {
		other.ask("GET", "/partner/imports/"+i.ID+path, "").want(404)
	}
	long := strings.TrimSpace(head) + "\n" + strings.Repeat("a;tansy;offer;equipment;Chairs;collected;gift;"+strings.Repeat("words ", 600)+";\n", 300)
	sent := csv(long).want(202)
	late := read[api.Import](sent)
	at := strings.TrimPrefix(sent.header.Get("Location"), "/api/v1")
	if late.State != "looking" || at != "/partner/imports/"+late.ID {
		t.Errorf("a long file is %+v at %s", late, at)
	}
	for _, path := range []string{"/rows", "/report"} {
		key.ask("GET", at+path, "").want(409, `"wrong_state"`)
	}
	key.ask("POST", at+"/apply", write(map[string]string{"sha256": late.SHA256})).want(409, `"wrong_state"`)
	h.must(h.partners.LookImport(h.ctx, market.ID(late.ID), theirs.ID, h.now))
	if late = read[api.Import](key.ask("GET", at, "").want(200)); late.State != "shown" || late.Rows != 300 || late.Changed != 1 || late.Refused != 299 {
		t.Errorf("looked at it is %+v", late)
	}
	given := read[api.Import](csv(long).want(202))
	_, err := h.store.Pool().Exec(h.ctx, `update outbox set state = 'failed', ended_at = $1 where kind = 'look'`, h.now)
	h.must(err)
	h.must(h.partners.Turn(h.ctx, h.now))
	if given = read[api.Import](key.ask("GET", at[:len(at)-len(late.ID)]+given.ID, "").want(200, "We could not look at this file within a day")); given.State != "refused" || given.EndedAt == nil {
		t.Errorf("whose look was given up it is %+v", given)
	}
	service := `{"contents": [{"id": "s1", "name": "Parish hall", "status": "active", "organization_id": "tansy"}]}`
	j := read[api.Import](key.ask("POST", "/partner/imports?absent=close", service).want(201))
	if j.Added != 1 || j.Closed != 1 || j.Format != "hsds" {
		t.Errorf("%+v", j)
	}
	key.ask("POST", "/partner/imports/"+j.ID+"/apply", write(map[string]string{"sha256": j.SHA256})).want(202)
	_, err = h.store.Pool().Exec(h.ctx, `update outbox set state = 'failed', ended_at = $1 where kind = 'import'`, h.now)
	h.must(err)
	h.must(h.partners.Turn(h.ctx, h.now))
	if j = read[api.Import](key.ask("GET", "/partner/imports/"+j.ID, "").want(200, "We could not do all of this file within a day")); j.State != "done" || j.Failed != 2 || len(j.Faults) != 1 {
		t.Errorf("given up it is %+v", j)
	}
	key.ask("GET", "/partner/imports/"+j.ID+"/rows", "").want(200, "This row was not done")
	csv(head).want(201)
}
