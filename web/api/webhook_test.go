package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/web/api"
)

const hookDraft = `{"url":"https://directory.test/hooks","types":["listing.changed","listing.gone"]}`

// A program makes a webhook, looks after it and reads its log. The address leads nowhere: what is sent to real receivers, and what
// not, the tests of partner show.
func TestAProgramLooksAfterItsPartnersWebhooks(t *testing.T) {
	h := open(t)
	n := h.neighbour("Larkhollow Hall", "host@hall.test")
	key, theirs := h.partnerIn(n)
	test, other := h.keyOf(n, theirs, true), h.neighbour("Tansy Yard Choir", "guest@choir.test")
	stranger, _ := h.partnerIn(other)

	made := read[api.FreshWebhook](key.ask("POST", "/webhooks", hookDraft, "Idempotency-Key", "the-first").want(201))
	if !strings.HasPrefix(made.Secret, "whsec_") || made.State != "live" || made.Test {
		t.Errorf("made %+v", made)
	}
	again := read[api.FreshWebhook](key.ask("POST", "/webhooks", hookDraft, "Idempotency-Key", "the-first").want(201))
	if again.ID != made.ID || again.Secret != made.Secret {
		t.Errorf("made again %+v", again)
	}
	key.ask("POST", "/webhooks", `{"url":"https://other.test/","types":["listing.gone"]}`, "Idempotency-Key", "the-first").want(409, `"reused"`)
	for draft, fault := range map[string]string{`{"url":"http://directory.test/","types":["listing.gone"]}`: "#/url", `{"url":"https://127.0.0.1/","types":["listing.gone"]}`: "#/url",
		`{"url":"https://directory.test:8443/","types":["listing.gone"]}`: "port 443", `{"url":"https://directory.test/","types":[]}`: "#/types", `{"url":"https://directory.test/","types":["webhook.test"]}`: "#/types"} {
		key.ask("POST", "/webhooks", draft).want(422, fault)
	}
	sandboxed := read[api.FreshWebhook](test.ask("POST", "/webhooks", hookDraft).want(201))
	if got := read[api.All[api.Webhook]](key.ask("GET", "/webhooks", "").want(200, made.ID)); len(got.Items) != 1 || !sandboxed.Test {
		t.Errorf("a live key sees %+v", got.Items)
	}
	at := "/webhooks/" + made.ID
	for _, p := range []*program{test, stranger} {
		p.ask("GET", at, "").want(404)
		p.ask("POST", at+"/rotate", "").want(404)
		p.ask("GET", at+"/deliveries", "").want(404)
		p.ask("DELETE", at, "").want(404)
	}
	n.ask("GET", at, "").want(403)
	key.ask("PUT", at, `{"url":"https://directory.test/new","types":["listing.gone"]}`).want(200, `"https://directory.test/new"`)
	rotated := read[api.FreshWebhook](key.ask("POST", at+"/rotate", "").want(200))
	if rotated.Secret == made.Secret || rotated.OldUntil == nil || !rotated.OldUntil.Equal(h.now.Add(24*time.Hour)) {
		t.Errorf("rotated %+v", rotated)
	}
	for range 3 {
		key.ask("POST", at+"/test", "").want(202, `"webhook.test"`, made.ID)
	}
	page := read[api.List[api.Delivery]](key.ask("GET", at+"/deliveries?limit=2", "").want(200))
	rest := read[api.List[api.Delivery]](key.ask("GET", at+"/deliveries?limit=2&cursor="+page.Next, "").want(200))
	if len(page.Items) != 2 || len(rest.Items) != 1 || rest.Next != "" || page.Items[0].State != "waiting" || page.Items[0].DueAt == nil {
		t.Errorf("%+v, then %+v", page, rest)
	}
	for _, wrong := range []string{"cursor=x", "cursor=-1", "cursor=99999999999999999999"} {
		key.ask("GET", at+"/deliveries?"+wrong, "").want(400, `"cursor"`)
	}
	key.ask("POST", at+"/replay", fmt.Sprintf(`{"delivery":%q}`, page.Items[0].ID)).want(409, `"conflict"`)
	key.ask("POST", at+"/replay", fmt.Sprintf(`{"delivery":%q}`, market.NewID())).want(404)
	_, err := h.store.Pool().Exec(h.ctx, `update deliveries set state = 'failed', fault = 'target', ended_at = at, type = 'listing.gone' where id = $1`, page.Items[0].ID)
	h.must(err)
	key.ask("GET", at+"/deliveries?state=failed", "").want(200, page.Items[0].ID, `"target"`)
	key.ask("POST", at+"/replay", `{"failedSince":"2027-01-11T00:00:00Z"}`).want(202, `"count":1`)
	for _, both := range []string{`{}`, fmt.Sprintf(`{"delivery":%q,"failedSince":"2027-01-11T00:00:00Z"}`, page.Items[0].ID)} {
		key.ask("POST", at+"/replay", both).want(422, "not both")
	}
	_, err = h.store.Pool().Exec(h.ctx, `update webhooks set state = 'disabled', why = 'gone', disabled_at = created_at where id = $1`, made.ID)
	h.must(err)
	key.ask("POST", at+"/test", "").want(409, `"wrong_state"`)
	key.ask("POST", at+"/enable", "").want(200, `"live"`)
	key.ask("POST", at+"/enable", "").want(200)
	key.ask("DELETE", at, "").want(204)
	key.ask("GET", at, "").want(404)
	key.ask("DELETE", at, "").want(404)
}
