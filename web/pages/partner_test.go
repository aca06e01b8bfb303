package pages

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/store"
)

var keyText = regexp.MustCompile(`wh_(live|test)_[a-z2-7]{33}`)

// asksForAKey fills in the form of an outside site; it answers the path of its page.
func (b *browser) asksForAKey(networks ...string) string {
	b.t.Helper()
	form := b.get("/account/partners").want(200, "You look after no outside site")
	fields, _ := form.form("/account/partners")
	for name, value := range map[string]string{"name": "Maze Hill directory", "site": "https://directory.example", "purpose": "Lists halls for tenants."} {
		fields.Set(name, value)
	}
	fields["scopes"], fields["networks"] = []string{"search"}, networks
	p := b.post("/account/partners", fields).want(200, "Your wish is with those who decide", "Maze Hill directory", "waits for an answer")
	b.post("/account/partners", fields).want(200, "Nothing was done twice")
	return p.url.Path
}

func TestAPartnerAsksAConnectorDecidesAndAKeyWorks(t *testing.T) {
	s := openStreet(t)
	con, asker := s.browser(), s.browser()
	con.signIn("kit@network.example", "Kit")
	network := s.networkID(con.founds("Maze Hill Together"))
	asker.signIn("dee@directory.example", "Dee")
	path := asker.asksForAKey(string(network))
	sent := s.delivered(market.PartnerAsks)
	if len(sent) != 1 || sent[0].To != "kit@network.example" || !strings.Contains(sent[0].Text, "A site: Maze Hill directory") {
		t.Fatalf("mails: %+v", sent)
	}
	asker.get(path).without("Make a live key").want(200, "Make a test key")
	s.taker.get("/partners").want(200, "No outside site asks for anything")
	desk := con.get("/partners").want(200, "Maze Hill directory", "Waiting for your answer")
	ask := strings.TrimSuffix(linkTo(desk, "/partners/"), "/")
	s.taker.get(ask).want(404)
	s.taker.post(ask, url.Values{"do": {"grant"}, "scopes": {"search"}, "per_minute": {"1"}, "per_day": {"1"}}).want(404)
	page := con.get(ask).want(200, "Lists halls for tenants", "https://directory.example", "Maze Hill Together")
	page.fill(ask, "do", "grant", "scopes", "search", "per_minute", "0", "per_day", "many").want(422, "Please choose a number from 1 to 1,200", "from 1 to 1,000,000")
	page.fill(ask, "do", "grant", "scopes", "write").want(422, "Please choose one of these")
	page.fill(ask, "do", "grant", "scopes", "search", "reason", "Welcome.").want(200, "Granted", "May use what you look after")
	page.fill(ask, "do", "refuse").want(200, "moved on")
	if sent := s.delivered(market.PartnerAnswer); len(sent) != 1 || sent[0].To != "dee@directory.example" || !strings.Contains(sent[0].Text, "Welcome.") {
		t.Fatalf("mails: %+v", sent)
	}

	own := asker.get(path).want(200, "granted", "60 requests a minute", "Welcome.", "Make a live key")
	fields, _ := own.form(path + "/keys")
	fields.Set("kind", "live")
	made := asker.post(path+"/keys", fields).want(200, "shown this once", "not used yet")
	key := keyText.FindString(made.text)
	if _, err := s.site.Partners.WhoBears(t.Context(), key, s.now); err != nil {
		t.Fatalf("the key %q is nobody's: %v", key, err)
	}
	asker.post(path+"/keys", fields).want(200, "made already")
	if again := asker.get(path).want(200, "last used today", key[:12]); strings.Contains(again.text, key) {
		t.Error("the key is shown again")
	}
	s.taker.get(path).want(404)
	all, err := s.store.KeysOf(t.Context(), market.ID(strings.TrimPrefix(path, "/account/partners/")))
	if err != nil || len(all) != 1 {
		t.Fatalf("%d keys, %v", len(all), err)
	}
	end := path + "/keys/" + string(all[0].ID) + "/end"
	s.taker.post(end, url.Values{}).want(404)
	asker.get(path).fill(end).want(200, "That key has ended")
	if _, err := s.site.Partners.WhoBears(t.Context(), key, s.now); err == nil {
		t.Error("an ended key still counts")
	}
	con.get(ask).want(200, "Take it back").fill(ask, "do", "end", "reason", "Too many calls.").want(200, "Taken back")
	asker.get(path).want(200, "Too many calls.", "ended").without("Make a live key")
	if diff := cmp.Diff([]string{"partner.asked", "partner.grant_asked", "partner.granted", "partner.key_made", "partner.key_ended", "partner.grant_ended"},
		s.events(market.ID(strings.TrimPrefix(path, "/account/partners/")))); diff != "" {
		t.Error(diff)
	}
	asker.get(path).fill(path+"/end").want(200, "all its keys with it", "You look after no outside site")
	asker.get(path).want(404)
}

// What is asked for in a network that is not shown has a place all the same, and it is not named but to who looks after it.
func TestAGrantInANetworkThatIsNotShownHasAPlace(t *testing.T) {
	s := openStreet(t)
	con, asker := s.browser(), s.browser()
	con.signIn("kit@network.example", "Kit")
	network := s.networkID(con.founds("Maze Hill Together"))
	asker.signIn("dee@directory.example", "Dee")
	path := asker.asksForAKey(string(network))
	ask := strings.TrimSuffix(linkTo(con.get("/partners"), "/partners/"), "/")
	for column, says := range map[string]string{"removed_at": "A network that was hidden", "held_at": "A network whose name"} {
		s.exec(`update networks set removed_at = null, held_at = null`)
		s.exec(`update networks set `+column+` = $1`, s.now)
		asker.get(path).want(200, says).without("Maze Hill Together")
		con.get("/partners").want(200, "Maze Hill Together · https://directory.example")
		con.get(ask).want(200, "Maze Hill Together")
	}
}

// A network that is not shown any more is named to who looks after it, and not to the site that asked before.
func TestAPartnersAnswerDoesNotNameANetworkThatIsNotShown(t *testing.T) {
	for column, says := range map[string]string{"held_at": "A network whose name waits for a look", "removed_at": "A network that was hidden"} {
		s := openStreet(t)
		con, asker := s.browser(), s.browser()
		con.signIn("kit@network.example", "Kit")
		network := s.networkID(con.founds("Maze Hill Together"))
		asker.signIn("dee@directory.example", "Dee")
		path := asker.asksForAKey(string(network))
		asker.get(path).want(200, "Maze Hill Together")
		s.exec(`update networks set `+column+` = $2 where id = $1`, network, s.now)
		ask := strings.TrimSuffix(linkTo(con.get("/partners").want(200, "Maze Hill Together"), "/partners/"), "/")
		con.get(ask).want(200, "Maze Hill Together").fill(ask, "do", "refuse", "reason", "Not for Maze Hill Together.").want(200)
		sent := s.delivered(market.PartnerAnswer)
		if len(sent) != 1 || strings.Contains(sent[0].Subject+sent[0].Text+sent[0].HTML, "Together") || sent[0].Subject != "Maze Hill directory: no for a network that is not shown now" {
			t.Errorf("%s: mails: %+v", column, sent)
		}
		asker.get(path).want(200, says)
	}
}

// linkTo is the first link of a page that leads below a path.
func linkTo(p page, below string) string {
	for n := range p.root.Descendants() {
		if href := attribute(n, "href"); n.Data == "a" && strings.HasPrefix(href, below) {
			return href
		}
	}
	p.t.Fatalf("no link leads below %s", below)
	return ""
}

func TestAPartnerWithFaultsIsNotAskedFor(t *testing.T) {
	s := openStreet(t)
	asker := s.browser()
	asker.signIn("dee@directory.example", "Dee")
	asker.get("/account/partners").fill("/account/partners", "name", "D", "site", "http://directory.example", "purpose", "Halls", "whole", "").
		want(422, "at least one network")
	form := asker.get("/account/partners")
	form.fill("/account/partners", "name", "D", "site", "http://directory.example", "purpose", "Halls", "whole", "yes").
		want(422, "Please write a little more", "the whole address of the site")
	form.fill("/account/partners", "name", "Directory", "site", "https://directory.example", "purpose", "Lists halls.", "whole", "", "networks", string(market.NewID())).
		want(422, "Please choose one of these")
	path := form.fill("/account/partners", "name", "Directory", "site", "https://directory.example", "purpose", "Lists halls.", "whole", "yes").
		want(200, "all of the site", "waits for an answer").url.Path
	own := asker.get(path)
	own.fill(path+"/origins", "origins", "https://directory.example/halls").want(422, "Please write one a line", "https://directory.example/halls")
	own.fill(path+"/origins", "origins", "https://directory.example\nhttp://localhost:3000").want(200, "Saved", "http://localhost:3000")
	own.fill(path+"/keys", "kind", "live").want(422, "Nothing has been granted yet")
	own.fill(path+"/keys", "kind", "golden").want(422, "Please choose one of these")
	for range market.LiveKeys {
		if made := asker.get(path).fill(path+"/keys", "kind", "test").want(200); !strings.HasPrefix(keyText.FindString(made.text), "wh_test_") {
			t.Error("no test key is shown")
		}
	}
	own.fill(path+"/keys", "kind", "test").want(422, "2 keys of a sort are the most at once")
	s.browser().get("/account/partners").want(200, "Your e-mail address")
	s.browser().get("/partners").want(200, "Your e-mail address")
}

// Each of the two lists is read on by itself, to its end, and what is decided meanwhile leaves no hole in it.
func TestTheDeskOfOutsideSitesIsReadOnToItsEnd(t *testing.T) {
	s := openStreet(t)
	con := s.browser()
	con.signIn("kit@network.example", "Kit")
	network := s.networkID(con.founds("Maze Hill Together"))
	s.must(s.store.InTx(t.Context(), func(tx *store.Tx) error {
		for i := range 120 {
			p := market.Partner{ID: market.NewID(), PersonID: s.person("host@hall.example"), Name: fmt.Sprintf("Directory %03d.", i), Site: "https://directory.example", Purpose: "Lists.", CreatedAt: s.now}
			g := market.Grant{ID: market.NewID(), PartnerID: p.ID, NetworkID: network, Scopes: market.PartnerScopes, PerMinute: 60, PerDay: 1000, State: market.GrantAsked, AskedAt: s.now.Add(time.Duration(i) * time.Second)}
			if i >= 60 {
				g.State = market.GrantGiven
			}
			if err := errors.Join(tx.AddPartner(t.Context(), p), tx.AddGrant(t.Context(), g)); err != nil {
				return err
			}
		}
		return nil
	}))
	first := con.get("/partners").want(200, "Directory 000.", "Directory 049.", "Directory 060.", "Directory 109.").without("Directory 050.", "Directory 110.", "Back to the start")
	next := linkTo(first, "/partners?waiting=")
	if _, err := s.store.Pool().Exec(t.Context(), `update partner_grants set state = 'refused' where id = $1`, strings.TrimPrefix(next, "/partners?waiting=")); err != nil {
		t.Fatal(err)
	}
	second := con.get(next).want(200, "Directory 050.", "Directory 059.", "Directory 060.", "Back to the start").without("Directory 049.", "Directory 110.")
	both := con.get(linkTo(second, "/partners?granted=")).want(200, "Directory 050.", "Directory 110.", "Directory 119.").without("Directory 060.", "Show more")
	con.get(linkTo(both, "/partners?granted=")).want(200, "Directory 000.").without("Directory 060.")
	con.get("/partners?waiting=x").want(404)
	con.get("/partners?waiting="+string(market.NewID())).want(200, "Directory 000.")
}
