package pages

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"wherewithal/market"
)

var secretText = regexp.MustCompile(`whsec_[A-Za-z0-9+/]{43}=`)

// Whoever looks after an outside site adds an address, sees what it was told, has it told again, and gives it a new secret; nobody
// else sees any of it.
func TestWebhooksAreLookedAfterOnTheirPage(t *testing.T) {
	s := openStreet(t)
	asker := s.browser()
	asker.signIn("dee@directory.example", "Dee")
	own := asker.get("/account/partners").fill("/account/partners", "name", "Maze Hill directory", "site", "https://directory.example", "purpose", "Lists halls for tenants.", "whole", "yes").want(200)
	partner := own.url.Path
	at := partner + "/webhooks"
	list := asker.get(linkTo(own, at)).want(200, "No address is called yet", "hears of invented listings")
	list.fill(at, "url", "http://directory.example/hooks", "test", "").want(422, "https, without a name", "http://directory.example/hooks")
	list.fill(at, "url", "https://directory.example:8443/", "test", "yes").want(422, "port 443 only")
	list.fill(at, "url", "https://10.0.0.7/", "test", "yes").want(422, "leads to the open internet")
	list.fill(at, "url", "https://directory.example/hooks", "test", "").want(422, "No network has granted webhooks yet")
	fields, _ := list.form(at)
	fields.Set("url", "https://directory.example/hooks")
	fields.Set("test", "yes")
	made := asker.post(at, fields).want(200, "shown this once", "hears of the sandbox", "Nothing yet")
	secret := secretText.FindString(made.text)
	if secret == "" {
		t.Fatal("no secret is shown")
	}
	asker.post(at, fields).want(200, "That was done already")
	hook := strings.TrimSuffix(linkTo(asker.get(at).want(200, "https://directory.example/hooks", "live"), at+"/"), "/")
	page := asker.get(hook).want(200, "Send a test").without("Replay what failed")
	if strings.Contains(page.text, secret) {
		t.Error("the secret is shown again")
	}
	page.fill(hook, "url", "https://directory.example/other", "types", "listing.gone").want(200, "Saved", "https://directory.example/other")
	page.fill(hook, "url", "nonsense").want(422, "Please write the whole address", "nonsense")
	page.fill(hook+"/test").want(200, "A test is on its way", "A test", "waits", "on its way")
	rotated := page.fill(hook+"/rotate").want(200, "shown this once", "signs too until")
	if fresh := secretText.FindString(rotated.text); fresh == "" || fresh == secret {
		t.Errorf("the new secret is %q", fresh)
	}
	page.fill(hook+"/rotate").want(200, "That was done already")

	id := market.ID(strings.TrimPrefix(hook, at+"/"))
	for _, sql := range []string{`update deliveries set state = 'failed', fault = 'status', status = 500, attempts = 1, excerpt = '<script>alert(1)</script> Grüße', tried_at = at, ended_at = at where webhook_id = $1`,
		`update webhooks set state = 'disabled', why = 'failing', disabled_at = created_at where id = $1`} {
		if _, err := s.store.Pool().Exec(t.Context(), sql, id); err != nil {
			t.Fatal(err)
		}
	}
	off := asker.get(hook).want(200, "Switched off", "for three days nothing was taken", "answer 500", "1 try", "&lt;script&gt;alert(1)&lt;/script&gt; Grüße").without("Send a test", "Send again")
	off.fill(hook+"/enable").want(200, "Switched on")
	off.fill(hook+"/enable").want(200, "Nothing was done twice")
	asker.post(hook+"/replay", url.Values{"since": {"tomorrow"}}).want(422, "It should read like")
	asker.post(hook+"/replay", url.Values{"since": {"2027-01-01"}}).want(200, "What can still be told")
	if _, err := s.store.Pool().Exec(t.Context(), `update deliveries set type = 'listing.gone' where webhook_id = $1`, id); err != nil {
		t.Fatal(err)
	}
	asker.post(hook+"/replay", url.Values{"since": {"2027-01-01"}}).want(200, "What can still be told", "A listing is gone", "waits")

	for _, path := range []string{at, hook} {
		s.taker.get(path).want(404)
		s.browser().get(path).want(200, "Your e-mail address")
	}
	for _, do := range []string{"", "/test", "/rotate", "/enable", "/replay", "/remove"} {
		s.taker.post(hook+do, url.Values{"since": {"2027-01-01"}, "url": {"https://taker.example"}, "types": {"listing.gone"}}).want(404)
	}
	page.fill(hook+"/remove").want(200, "That webhook is gone", "No address is called yet")
	asker.get(hook).want(404)
}

// The mail says which server it is, and not more of its address, in which some put a secret.
func TestWhoeverLooksAfterAWebhookIsToldThatItIsOff(t *testing.T) {
	s := openStreet(t)
	asker := s.browser()
	asker.signIn("dee@directory.example", "Dee")
	partner := asker.get("/account/partners").fill("/account/partners", "name", "Maze Hill directory", "site", "https://directory.example", "purpose", "Lists halls for tenants.", "whole", "yes").url.Path
	list := asker.get(partner + "/webhooks")
	list.fill(partner+"/webhooks", "url", "https://directory.example/hooks/s3cr3t", "test", "yes").want(200)
	_, err := s.store.Pool().Exec(t.Context(), `with w as (update webhooks set state = 'disabled', why = 'gone', disabled_at = created_at returning id, partner_id),
		l as (insert into letters (id, kind, person_id, about_id, message_id, state, created_at) select w.id, 'webhook_off', p.person_id, w.id, 'm', 'waiting', $1 from w join partners p on p.id = w.partner_id returning id)
		insert into outbox (kind, subject, due_at, queued_at) select 'letter', id, now(), now() from l`, s.now)
	if err != nil {
		t.Fatal(err)
	}
	sent := s.delivered(market.WebhookOff)
	if len(sent) != 1 || sent[0].To != "dee@directory.example" || !strings.Contains(sent[0].Text, "410 Gone") || strings.Contains(sent[0].Text, "s3cr3t") {
		t.Errorf("%+v", sent)
	}
}
