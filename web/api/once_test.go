package api_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/photo/phototest"
	"wherewithal/store"
	"wherewithal/web/api"
)

// takeNoKey are the operations that POST and take no Idempotency-Key, with why: nothing is made by them, and nothing sent twice.
var takeNoKey = map[string]string{
	"preview-listing":       "nothing is kept",
	"answer-introduction":   "it sets an answer: the same again changes nothing",
	"answer-ring":           "it sets an answer: the same again changes nothing",
	"pause-listing":         "it sets a state",
	"open-listing":          "it sets a state",
	"close-listing":         "it sets a state",
	"renew-listing":         "one renewed just now is left as it is",
	"pause-saved-search":    "it sets a state",
	"resume-saved-search":   "it sets a state",
	"enable-webhook":        "it sets a state",
	"close-partner-listing": "it sets a state",
	"do-import":             "it is done once, by its id and sum",
}

func TestEachRequestThatMakesOrSendsSomethingTakesAKey(t *testing.T) {
	missing := maps.Clone(takeNoKey)
	for _, path := range open(t).document().Paths {
		op, ok := path["post"]
		if !ok {
			continue
		}
		takes := slices.ContainsFunc(op.Parameters, func(p struct{ Name string }) bool { return p.Name == "Idempotency-Key" })
		if _, not := takeNoKey[op.OperationID]; takes == not {
			t.Errorf("%s takes a key: %t", op.OperationID, takes)
		}
		delete(missing, op.OperationID)
	}
	if len(missing) > 0 {
		t.Errorf("not there: %v", missing)
	}
}

// edited is what an edit says of a listing: its group stays as it is.
func edited(draft map[string]any, title string) map[string]any {
	next := with(draft, "title", title)
	delete(next, "groupId")
	return next
}

// alike are two answers to one request: what it is known by has to be the same.
func alike(t *testing.T, what string, first, again answer) {
	t.Helper()
	if again.status != first.status || again.text != first.text {
		t.Errorf("%s: first %d %s\nagain %d %s", what, first.status, first.text, again.status, again.text)
	}
	for _, name := range []string{"Location", "Etag", "Content-Type"} {
		if again.header.Get(name) != first.header.Get(name) {
			t.Errorf("%s: %s is %q and was %q", what, name, again.header.Get(name), first.header.Get(name))
		}
	}
}

// Whatever became of what was made, the same request with its key gets the first answer, and does nothing; another one is refused.
func TestARequestWithItsKeyGetsTheFirstAnswerAgain(t *testing.T) {
	h := open(t)
	n, taker := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	key, theirs := h.partnerIn(n)
	key.ask("PUT", "/partner/groups/tansy", write(map[string]any{"contact": "ama@choir.test", "name": "Tansy Yard Choir", "postcode": "SE10"})).want(200)
	h.saysYes(theirs, "tansy")
	offer, need := n.posts(hall(n)), taker.posts(choir(taker))
	hook := read[api.FreshWebhook](key.ask("POST", "/webhooks", hookDraft).want(201))
	const file = "reference;groupReference;side;kind;title;where;terms\r\na;tansy;offer;equipment;Chairs;collected;gift\r\n"
	rows := func(reference string) string {
		return write(map[string]any{"items": []any{with(chairs("tansy"), "reference", reference)}})
	}
	ignore := func(answer) {}
	for i, c := range []struct {
		who        *program
		path, body string
		kind       string
		status     int
		other      string       // another body; "": another path is asked
		path2      string       // with it
		after      func(answer) // what happens between
	}{
		{n.program, "/listings", write(hall(n)), "", 201, write(with(hall(n), "title", "Another hall")), "", func(a answer) {
			n.ask("PUT", "/listings/"+read[api.Listing](a).ID, write(edited(hall(n), "A hall by another name")), "If-Match", a.header.Get("ETag")).want(200)
		}},
		{n.program, "/listings/" + offer.ID + "/copy", `{"photos":false}`, "", 201, `{"photos":true}`, "", func(a answer) {
			n.ask("POST", "/listings/"+read[api.Listing](a).ID+"/open", "").want(200)
		}},
		{n.program, "/listings/" + offer.ID + "/photos?alt=The+hall", string(phototest.Phone), "image/jpeg", 201, string(phototest.Phone), "/listings/" + offer.ID + "/photos?alt=The+door", func(a answer) {
			n.ask("DELETE", "/listings/"+offer.ID+"/photos/"+read[api.Photo](a).ID, "").want(204)
		}},
		{n.program, "/searches", aSearch, "", 201, strings.Replace(aSearch, "hall", "hut", 1), "", func(a answer) {
			n.ask("DELETE", a.header.Get("Location")[len(api.Prefix):], "").want(204)
		}},
		{n.program, "/listings/" + offer.ID + "/matches/" + need.ID, "", "", 200, "", "/listings/" + need.ID + "/matches/" + offer.ID, func(a answer) {
			taker.ask("POST", "/introductions/"+read[api.Introduction](a).ID+"/answer", `{"answer":"no"}`).want(200)
		}},
		{key, "/webhooks", hookDraft, "", 201, `{"url":"https://other.test/","types":["listing.gone"]}`, "", func(a answer) {
			at := "/webhooks/" + read[api.FreshWebhook](a).ID
			key.ask("POST", at+"/rotate", "").want(200)
			key.ask("DELETE", at, "").want(204)
		}},
		{key, "/webhooks/" + hook.ID + "/test", "", "", 202, "", "/webhooks/" + string(market.NewID()) + "/test", func(answer) {
			if all := read[api.List[api.Delivery]](key.ask("GET", "/webhooks/"+hook.ID+"/deliveries", "").want(200)); len(all.Items) != 1 {
				t.Errorf("tested %d times", len(all.Items))
			}
			_, err := h.store.Pool().Exec(h.ctx, `update deliveries set state = 'failed', fault = 'target', ended_at = at, type = 'listing.gone'`)
			h.must(err)
		}},
		{key, "/webhooks/" + hook.ID + "/replay", `{"failedSince":"2027-01-11T00:00:00Z"}`, "", 202, `{"failedSince":"2027-01-12T00:00:00Z"}`, "", func(a answer) {
			if read[api.Replayed](a).Count != 1 {
				t.Errorf("replayed %s", a.text)
			}
			_, err := h.store.Pool().Exec(h.ctx, `update deliveries set state = 'failed', fault = 'target', ended_at = at`)
			h.must(err)
		}},
		{key, "/webhooks/" + hook.ID + "/rotate", "", "", 200, "", "/webhooks/" + string(market.NewID()) + "/rotate", func(a answer) {
			if s := read[api.FreshWebhook](a).Secret; s == hook.Secret || !strings.HasPrefix(s, "whsec_") {
				t.Errorf("rotated to %q", s)
			}
			key.ask("POST", "/webhooks/"+hook.ID+"/rotate", "").want(200)
		}},
		{key, "/partner/listings", rows("one"), "", 200, rows("two"), "", func(answer) {
			key.ask("POST", "/partner/listings/one/close", `{"as":"withdrawn"}`).want(200)
		}},
		{key, "/partner/imports", file, "text/csv", 201, file + "b;tansy;offer;equipment;Urns;collected;gift\r\n", "", func(answer) {
			key.ask("POST", "/partner/imports", strings.Replace(file, "Chairs", "Benches", 1), "Content-Type", "text/csv").want(201) // which takes its place
		}},
	} {
		header := []string{"Idempotency-Key", fmt.Sprint("the-key-", i)}
		if c.kind != "" {
			header = append(header, "Content-Type", c.kind)
		}
		first := c.who.ask("POST", c.path, c.body, header...).want(c.status)
		alike(t, c.path+" at once", first, c.who.ask("POST", c.path, c.body, header...))
		if c.after == nil {
			c.after = ignore
		}
		c.after(first)
		alike(t, c.path+" later", first, c.who.ask("POST", c.path, c.body, header...))
		if c.path2 == "" {
			c.path2 = c.path
		}
		c.who.ask("POST", c.path2, c.other, header...).want(409, `"reused"`)
	}
	if all := read[api.All[api.SavedSearch]](n.ask("GET", "/searches", "").want(200)); len(all.Items) != 0 {
		t.Error("a search came back")
	}
	if all := read[struct{ Items []api.Introduction }](n.ask("GET", "/introductions", "").want(200)); len(all.Items) != 1 {
		t.Errorf("%d introductions", len(all.Items))
	}
}

// Of several that come at once with one key one does it, and all are told the same.
func TestRequestsWithOneKeyThatRaceMakeOneThing(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	key, _ := h.partnerIn(n)
	hook := read[api.FreshWebhook](key.ask("POST", "/webhooks", hookDraft).want(201))
	for i, c := range []struct {
		who        *program
		path, body string
		count      string
	}{
		{n.program, "/listings", write(hall(n)), `select count(*) from listings`},
		{key, "/webhooks/" + hook.ID + "/test", "", `select count(*) from deliveries where type = 'webhook.test'`},
		{key, "/webhooks/" + hook.ID + "/rotate", "", `select count(*) from events where verb = 'partner.webhook_rotated'`},
	} {
		var together sync.WaitGroup
		answers := make([]answer, 6)
		for n := range answers {
			together.Go(func() {
				answers[n] = c.who.ask("POST", c.path, c.body, "Idempotency-Key", fmt.Sprint("all-at-once-", i))
			})
		}
		together.Wait()
		for _, a := range answers[1:] {
			alike(t, c.path, answers[0], a)
		}
		var made int
		h.must(h.store.Pool().QueryRow(h.ctx, c.count).Scan(&made))
		if made != 1 || answers[0].status/100 != 2 {
			t.Errorf("%s: %d made, %d %s", c.path, made, answers[0].status, answers[0].text)
		}
	}
}

// Whoever is cut off between doing and keeping the answer has done it: what is asked again is told from what is there.
func TestARepeatAfterACrashMakesNothingTwice(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	key, _ := h.partnerIn(n)
	hook := read[api.FreshWebhook](key.ask("POST", "/webhooks", hookDraft).want(201))
	for path, body := range map[string]string{"/webhooks": hookDraft, "/webhooks/" + hook.ID + "/test": "", "/webhooks/" + hook.ID + "/rotate": ""} {
		first := key.ask("POST", path, body, "Idempotency-Key", "cut-off-"+path[len(path)-4:])
		_, err := h.store.Pool().Exec(h.ctx, `update once set said = null`)
		h.must(err)
		alike(t, path, first, key.ask("POST", path, body, "Idempotency-Key", "cut-off-"+path[len(path)-4:]))
	}
	first := n.ask("POST", "/listings", write(hall(n)), "Idempotency-Key", "cut-off-listing").want(201)
	_, err := h.store.Pool().Exec(h.ctx, `update once set said = null`)
	h.must(err)
	n.ask("PUT", "/listings/"+read[api.Listing](first).ID, write(edited(hall(n), "Renamed")), "If-Match", first.header.Get("ETag")).want(200)
	again := n.ask("POST", "/listings", write(hall(n)), "Idempotency-Key", "cut-off-listing").want(201, "Renamed", read[api.Listing](first).ID)
	n.ask("PUT", "/listings/"+read[api.Listing](first).ID, write(edited(hall(n), "Renamed again")), "If-Match", again.header.Get("ETag")).want(200)
	alike(t, "what is told then", again, n.ask("POST", "/listings", write(hall(n)), "Idempotency-Key", "cut-off-listing"))
}

// What is kept of answers says no secret, goes with whoever was answered, and after a week.
func TestFirstAnswersAreKeptForAWeekWithoutSecretsAndGoWithTheirPeople(t *testing.T) {
	h := open(t)
	n, other := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	key, _ := h.partnerIn(n)
	made := read[api.FreshWebhook](key.ask("POST", "/webhooks", hookDraft, "Idempotency-Key", "a-webhook").want(201))
	n.ask("POST", "/listings", write(hall(n)), "Idempotency-Key", "a-listing").want(201)
	first := other.ask("POST", "/listings", write(choir(other)), "Idempotency-Key", "a-listing").want(201)
	kept := h.firstAnswers()
	if len(kept) != 3 || !strings.Contains(strings.Join(kept, " "), "Church hall") || strings.Contains(strings.Join(kept, " "), made.Secret[len("whsec_"):]) {
		t.Errorf("kept: %q", kept)
	}
	h.must(h.store.InTx(h.ctx, func(tx *store.Tx) error { return tx.ErasePerson(h.ctx, n.person, nil, h.now) }))
	if kept := h.firstAnswers(); len(kept) != 1 || !strings.Contains(kept[0], "Room for a choir") {
		t.Errorf("after one is erased: %q", kept)
	}
	h.now = h.now.Add(market.OnceKept)
	h.must(h.store.Forget(h.ctx, h.now))
	alike(t, "on the last day", first, other.ask("POST", "/listings", write(choir(other)), "Idempotency-Key", "a-listing"))
	h.now = h.now.Add(time.Second)
	h.must(h.store.Forget(h.ctx, h.now))
	if again := other.ask("POST", "/listings", write(choir(other)), "Idempotency-Key", "a-listing").want(201); again.text == first.text || len(h.firstAnswers()) != 1 {
		t.Errorf("a week later: %s", again.text)
	}
}

// A key of a batch is that of nothing else, and is found where the release before kept it.
func TestTheKeysOfBatchesHaveARoomOfTheirOwn(t *testing.T) {
	h := open(t)
	key, theirs := h.partnerIn(h.neighbour("Larkhollow Hall", "host@hall.test"))
	key.ask("PUT", "/partner/groups/tansy", write(map[string]any{"contact": "ama@choir.test", "name": "Tansy Yard Choir", "postcode": "SE10"})).want(200)
	h.saysYes(theirs, "tansy")
	batch := func(reference string) string {
		return write(map[string]any{"items": []any{with(chairs("tansy"), "reference", reference)}})
	}
	key.ask("POST", "/partner/listings", batch("one"), "Idempotency-Key", "one-for-both").want(200)
	key.ask("POST", "/partner/imports", "reference;groupReference;side;kind;title;where;terms\r\na;tansy;offer;equipment;Chairs;collected;gift\r\n",
		"Content-Type", "text/csv", "Idempotency-Key", "one-for-both").want(201)
	found, err := h.store.Pool().Exec(h.ctx, `update once o set partner = null, said = null, answer = p.id::text from partners p where o.id = 'api::' || p.id || ':one-for-both'`)
	if err != nil || found.RowsAffected() != 1 { // as that release kept it
		t.Errorf("%d are kept so (%v)", found.RowsAffected(), err)
	}
	key.ask("POST", "/partner/listings", batch("two"), "Idempotency-Key", "one-for-both").want(409, `"reused"`)
	key.ask("POST", "/partner/listings", batch("one"), "Idempotency-Key", "one-for-both").want(200)
}

// A batch that is cut off goes on where it was when it is sent again: rows that were done are told as they were done, and not done
// again, whatever was sent of them meanwhile.
func TestABatchThatIsCutOffDoesEachRowOnce(t *testing.T) {
	h := open(t)
	key, theirs := h.partnerIn(h.neighbour("Larkhollow Hall", "host@hall.test"))
	for reference, name := range map[string]string{"tansy": "Tansy Yard Choir", "quill": "Quill Street Library"} {
		key.ask("PUT", "/partner/groups/"+reference, write(map[string]any{"contact": reference + "@choir.test", "name": name, "postcode": "SE10"})).want(200)
		h.saysYes(theirs, reference)
	}
	row := func(reference, group string, pairs ...any) map[string]any {
		return with(with(chairs(group), "reference", reference), pairs...)
	}
	key.ask("PUT", "/partner/listings/old", write(chairs("tansy"))).want(200)
	batch := write(map[string]any{"items": []any{row("a", "tansy"), map[string]any{"reference": "old", "close": "fulfilled"}, row("b", "tansy"), row("c", "quill"), row("d", "tansy")}})

	beside, err := h.store.Pool().Begin(h.ctx) // for which the fourth row waits
	h.must(err)
	_, err = beside.Exec(h.ctx, `select from mandates where reference = 'quill' for update`)
	h.must(err)
	waiting := func() int {
		return h.count(`select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
	}
	ctx, cut := context.WithCancel(h.ctx)
	r, err := http.NewRequestWithContext(ctx, "POST", h.server.URL+api.Prefix+"/partner/listings", strings.NewReader(batch))
	h.must(err)
	r.Header.Set("Authorization", "Bearer "+key.token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", "one-batch")
	gone := make(chan error, 1)
	go func() { _, err := http.DefaultClient.Do(r); gone <- err }() //nolint:bodyclose // there is no answer
	for waiting() == 0 && len(gone) == 0 {
		runtime.Gosched()
	}
	cut()
	if err := <-gone; err == nil {
		t.Fatal("it was answered before it could be cut off")
	}
	for waiting() > 0 {
		runtime.Gosched()
	}
	h.must(beside.Rollback(h.ctx))
	if n := h.count(`select count(*) from supplied where reference in ('a', 'b', 'c', 'd')`); n != 2 {
		t.Fatalf("%d rows are there when it is cut off, want 2", n)
	}

	for reference, title := range map[string]string{"a": "Fifty chairs", "old": "Forty chairs"} { // said meanwhile
		key.ask("PUT", "/partner/listings/"+reference, write(with(chairs("tansy"), "title", title))).want(200)
	}
	said := key.ask("POST", "/partner/listings", batch, "Idempotency-Key", "one-batch").want(200)
	var got []string
	for _, i := range read[api.Batch](said).Items {
		if i.Receipt == nil {
			t.Fatalf("refused: %s", said.text)
		}
		got = append(got, i.Receipt.Result)
	}
	if want := "added closed added added added"; strings.Join(got, " ") != want {
		t.Errorf("told %v, want %s", got, want)
	}
	if n := h.count(`select count(*) from listings where life = 'open' and title in ('Fifty chairs', 'Forty chairs')`); n != 5 {
		t.Errorf("%d listings are open, want 5: what was closed and opened again was closed once more, or a row was done twice", n)
	}
	if n := h.count(`select count(*) from listings where title = 'Fifty chairs'`); n != 1 {
		t.Error("what was said meanwhile was written over")
	}
	alike(t, "a third time", said, key.ask("POST", "/partner/listings", batch, "Idempotency-Key", "one-batch").want(200))

	h.now = h.now.Add(2 * time.Hour)
	h.must(h.store.Forget(h.ctx, h.now))
	alike(t, "two hours later", said, key.ask("POST", "/partner/listings", batch, "Idempotency-Key", "one-batch").want(200))
}

// An answer that was emptied, because a group in it was erased, has no row done again: what was said of one since stands, and what that
// group had is gone.
func TestABatchWhoseAnswerWasErasedIsNotDoneAgain(t *testing.T) {
	h := open(t)
	key, theirs := h.partnerIn(h.neighbour("Larkhollow Hall", "host@hall.test"))
	for reference, name := range map[string]string{"tansy": "Tansy Yard Choir", "quill": "Quill Street Library"} {
		key.ask("PUT", "/partner/groups/"+reference, write(map[string]any{"contact": reference + "@choir.test", "name": name, "postcode": "SE10"})).want(200)
		h.saysYes(theirs, reference)
	}
	batch := write(map[string]any{"items": []any{with(chairs("tansy"), "reference", "a"), with(chairs("quill"), "reference", "b")}})
	key.ask("POST", "/partner/listings", batch, "Idempotency-Key", "one-batch").want(200)
	h.now = h.now.Add(2 * time.Hour)
	h.must(h.store.Forget(h.ctx, h.now))
	key.ask("PUT", "/partner/listings/a", write(with(chairs("tansy"), "title", "Fifty chairs"))).want(200) // said since
	var quill market.ID
	h.must(h.store.Pool().QueryRow(h.ctx, `select group_id from mandates where reference = 'quill'`).Scan(&quill))
	h.must(h.store.InTx(h.ctx, func(tx *store.Tx) error {
		_, err := tx.EraseGroup(h.ctx, quill, "A group that is no more", h.now)
		return err
	}))
	if kept := h.firstAnswers(); len(kept) != 0 {
		t.Fatalf("kept: %q", kept)
	}
	said := read[api.Batch](key.ask("POST", "/partner/listings", batch, "Idempotency-Key", "one-batch").want(200)).Items
	if r := said[0].Receipt; r == nil || r.Result != "added" || r.Listing == nil || r.Listing.Title != "Fifty chairs" {
		t.Errorf("told %+v", said[0])
	}
	if p := said[1].Problem; p == nil || p.Status != http.StatusGone {
		t.Errorf("of what was erased: told %+v", said[1])
	}
	if n := h.count(`select count(*) from supplied`); n != 1 {
		t.Errorf("%d things are supplied, want the one of the group that is there", n)
	}
	if n := h.count(`select count(*) from listings where title = 'Fifty chairs'`); n != 1 {
		t.Error("what was said since was written over")
	}
}

// An answer that is on its way while what it is about is erased is given, and not kept.
func TestNoAnswerIsKeptOfWhatWasErasedMeanwhile(t *testing.T) {
	for what, erases := range map[string]func(h *house, other neighbour, tx *store.Tx) error{
		"person": func(h *house, other neighbour, tx *store.Tx) error {
			return tx.ErasePerson(h.ctx, other.person, nil, h.now)
		},
		"group": func(h *house, other neighbour, tx *store.Tx) error {
			_, err := tx.EraseGroup(h.ctx, other.group.ID, "A group that is no more", h.now)
			return err
		},
	} {
		h := open(t)
		n, other := h.neighbour("Larkhollow Hall", "host@hall.test"), h.neighbour("Tansy Yard Choir", "guest@choir.test")
		path := "/listings/" + n.posts(hall(n)).ID + "/matches/" + other.posts(choir(other)).ID
		n.ask("POST", path, "", "Idempotency-Key", "on-its-way").want(200)
		_, err := h.store.Pool().Exec(h.ctx, `update once set said = null`)
		h.must(err)
		h.must(h.store.InTx(h.ctx, func(tx *store.Tx) error { return erases(h, other, tx) }))
		kept, err := h.store.KeepAnswer(h.ctx, store.Once{ID: "api:" + string(n.person.ID) + ":on-its-way", Person: n.person.ID, Said: []byte("Tansy Yard")})
		if err != nil || len(kept.Said) != 0 {
			t.Errorf("%s: kept %q (%v)", what, kept.Said, err)
		}
		if again := n.ask("POST", path, "", "Idempotency-Key", "on-its-way"); again.status >= 500 || len(h.firstAnswers()) != 0 {
			t.Errorf("%s: %d %s, and kept %q", what, again.status, again.text, h.firstAnswers())
		}
	}
}

// firstAnswers are all that are kept, unpacked.
func (h *house) firstAnswers() (all []string) {
	h.t.Helper()
	rows, err := h.store.Pool().Query(h.ctx, `select said from once where said <> ''`)
	h.must(err)
	defer rows.Close()
	for rows.Next() {
		var said []byte
		h.must(rows.Scan(&said))
		r, err := gzip.NewReader(bytes.NewReader(said))
		h.must(err)
		text, err := io.ReadAll(r)
		h.must(err)
		all = append(all, string(text))
	}
	return all
}
