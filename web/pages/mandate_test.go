package pages

import (
	"net/url"
	"strings"
	"testing"

	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/store"
)

// partnerOf is an outside site that may post, and what bears its key.
func (s *street) partnerOf(address string) partner.Bearer {
	s.t.Helper()
	b := partner.Bearer{Reach: market.Reach{Scopes: market.PartnerScopes}}
	err := s.store.InTx(s.t.Context(), func(tx *store.Tx) error {
		p, err := tx.Welcome(s.t.Context(), address, s.now)
		b.Partner = market.Partner{ID: market.NewID(), PersonID: p.ID, Name: "Maze Hill directory", Site: "https://directory.example", Purpose: "Lists halls for tenants.", CreatedAt: s.now}
		if err == nil {
			err = tx.AddPartner(s.t.Context(), b.Partner)
		}
		if err == nil {
			err = tx.AddGrant(s.t.Context(), market.Grant{ID: market.NewID(), PartnerID: b.Partner.ID, Scopes: market.PartnerScopes, PerMinute: market.UsualMinute, PerDay: market.UsualDay,
				State: market.GrantGiven, AskedAt: s.now, DecidedAt: &s.now})
		}
		b.Viewer = market.Viewer{Partner: b.Partner.ID}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return b
}

func (s *street) asksToPost(b partner.Bearer, reference, address, name string) market.Mandate {
	s.t.Helper()
	at, err := s.site.Partners.Where(s.t.Context(), "SE10", s.now)
	if err != nil {
		s.t.Fatal(err)
	}
	m, err := s.site.Partners.AskGroup(s.t.Context(), b, market.Mandate{Reference: reference, Address: address,
		About: market.GroupAbout{Name: name, Does: "We sing on Tuesdays.", Place: &at}}, nil, s.now)
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}

func TestAGroupSaysWhetherAPartnerMayPost(t *testing.T) {
	s := openStreet(t)
	b := s.partnerOf("dee@directory.example")
	m := s.asksToPost(b, "lark", "lou@lark.example", "Lark Lane Choir")
	sent := s.delivered(market.MandateLetter)
	if len(sent) != 1 || sent[0].To != "lou@lark.example" || !strings.Contains(sent[0].Text, "Lists halls for tenants.") {
		t.Fatalf("mails: %+v", sent)
	}
	path := "/may-post/" + partner.MandateToken(s.accounts.TokenSecret, m, "")
	if !strings.Contains(sent[0].Text, path) {
		t.Fatalf("the mail does not lead to %s:\n%s", path, sent[0].Text)
	}
	out := s.browser() // signed out
	page := out.get(path).want(200, "May Maze Hill directory post for Lark Lane Choir?", "Lists halls for tenants.", "We sing on Tuesdays.", "Around SE10, Greenwich")
	out.get("/may-post/" + strings.Repeat("A", 64)).want(404)
	out.post(path, url.Values{"answer": {"maybe"}}).want(422, "Please choose one of these")
	out.post(path, url.Values{"answer": {"yes"}, "which": {string(market.NewID())}}).want(422, "Please choose one of these")
	if n := s.count("groups"); n != 2 {
		t.Fatalf("looking made groups: %d", n)
	}
	fields, _ := page.form(path)
	fields.Set("answer", "no")
	out.post(path, fields).want(200, "You have said no")
	out.get(path).fill(path, "answer", "yes").want(200, "They may post for you from now on", "You have said yes").without("Yes, they may post")
	if n := s.count("groups"); n != 3 {
		t.Errorf("%d groups", n)
	}
	kept, err := s.store.Mandate(t.Context(), m.ID)
	if err != nil || !strings.HasPrefix(kept.Words, "Maze Hill directory (https://directory.example) may post what Lark Lane Choir") {
		t.Errorf("the words of the yes: %q, %v", kept.Words, err)
	}

	lou := s.browser()
	lou.signIn("lou@lark.example", "Lou")
	own := groupPath(kept.GroupID) + "/partners"
	lou.get(groupPath(kept.GroupID)).want(200, "Who posts for us")
	s.taker.get(own).want(404)
	s.taker.post(own+"/"+string(m.ID), url.Values{"answer": {"withdraw"}}).want(404)
	lou.get(own).want(200, "May post since", "Take it back").fill(own+"/"+string(m.ID), "answer", "withdraw").want(200, "Taken back").without("May post since")
	lou.post(own+"/"+string(m.ID), url.Values{"answer": {"withdraw"}}).want(200, "Nothing was done twice")

	again := s.asksToPost(s.partnerOf("di@funder.example"), "lark", "lou@lark.example", "Lark Lane Choir") // another asks, and she says so signed in
	line := own + "/" + string(again.ID)
	lou.get(own).want(200, "Asked on").fill(line, "answer", "yes").want(200, "They may post for you")
	if got, err := s.store.Mandate(t.Context(), again.ID); err != nil || got.GroupID != kept.GroupID || got.State != market.MandateGiven {
		t.Errorf("said on the site: %+v, %v", got, err)
	}
	s.now = s.now.Add(market.MandateLasts + 1)
	late := s.asksToPost(b, "late", "mo@lark.example", "Late Choir")
	s.now = s.now.Add(market.MandateLasts)
	gone := "/may-post/" + partner.MandateToken(s.accounts.TokenSecret, late, "")
	s.browser().get(gone).want(410, "This question is over")
	s.browser().post(gone, url.Values{"answer": {"yes"}}).want(410)
}

// A partner that says something else of a group while its page is open has no yes to that.
func TestAYesIsToTheGroupThatWasRead(t *testing.T) {
	s := openStreet(t)
	b := s.partnerOf("dee@directory.example")
	m := s.asksToPost(b, "lark", "lou@lark.example", "Lark Lane Choir")
	path := "/may-post/" + partner.MandateToken(s.accounts.TokenSecret, m, "")
	out := s.browser()
	fields, _ := out.get(path).form(path)
	fields.Set("answer", "yes")
	s.asksToPost(b, "lark", "lou@lark.example", "Lark Lane Rifle Club")
	again := out.post(path, fields).want(409, "This has changed since you opened the page", "May Maze Hill directory post for Lark Lane Rifle Club?")
	if n := s.count("groups"); n != 2 {
		t.Fatalf("%d groups", n)
	}
	fields, _ = again.form(path)
	fields.Set("answer", "yes")
	out.post(path, fields).want(200, "They may post for you from now on")
	kept, err := s.store.Mandate(t.Context(), m.ID)
	if err != nil || !strings.Contains(kept.Words, "may post what Lark Lane Rifle Club") {
		t.Errorf("the words of the yes: %q, %v", kept.Words, err)
	}

	before := s.asksToPost(b, "wren", "wyn@wren.example", "Wren Row Choir") // whose page the release before drew
	path = "/may-post/" + partner.MandateToken(s.accounts.TokenSecret, before, "")
	fields, _ = out.get(path).form(path)
	fields.Del("seen")
	fields.Set("answer", "yes")
	out.post(path, fields).want(200, "They may post for you from now on")
}

func TestAListingSaysWhoPostedIt(t *testing.T) {
	s := openStreet(t)
	b := s.partnerOf("dee@directory.example")
	m := s.asksToPost(b, "lark", "lou@lark.example", "Lark Lane Choir")
	_, err := s.site.Partners.AnswerByLink(t.Context(), partner.MandateToken(s.accounts.TokenSecret, m, ""), partner.Reply{Yes: true}, s.now)
	if err != nil {
		t.Fatal(err)
	}
	put, err := s.site.Partners.Put(t.Context(), b, market.Supply{Reference: "chairs", Group: "lark", Link: "https://directory.example/chairs", Listing: market.Listing{Side: market.Offer,
		Kind: market.Equipment, Title: "Forty chairs", Quantity: 40, Where: market.Collected, Terms: market.Terms{Kind: market.Gift}, Circle: market.Anyone, Language: "en-GB"}}, s.now)
	if err != nil {
		t.Fatal(err)
	}
	page := s.browser().get(listingPath(put.Supplied.ListingID)).want(200, "Posted for Lark Lane Choir by Maze Hill directory")
	if href := linkTo(page, "https://directory.example/"); href != "https://directory.example/chairs" {
		t.Errorf("it leads to %s", href)
	}
}
