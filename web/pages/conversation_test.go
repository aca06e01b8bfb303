package pages

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"wherewithal/conversation"
	"wherewithal/introduction"
	"wherewithal/letter"
	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/photo/phototest"
)

// connected is a street whose two groups have both said yes; it answers the path of their introduction.
func (s *street) connected() string {
	s.t.Helper()
	s.worked(s.offer)
	s.worked(s.taker.says("/ask", theNeed))
	path := "/introductions/" + string(s.only().ID)
	s.taker.get(path).fill(path + "/yes")
	s.giver.get(path).fill(path+"/yes").want(200, "You are connected")
	return path
}

// posted are the letters of a kind, as the mail server would get them.
func (s *street) posted(kind market.LetterKind) (out []mail.Outgoing) {
	s.t.Helper()
	letters := letter.New(s.store, sender(func(o mail.Outgoing) { out = append(out, s.readsMail(kind, o)) }), letter.Options{PublicURL: "https://hub.example",
		MailDomain: "hub.example", PersonsLink: introduction.Links{Secret: []byte(s.site.Config.TokenSecret)}.Token})
	rows, err := s.store.Pool().Query(context.Background(), `select id::text from letters where kind = $1 and state = 'waiting' order by id`, kind)
	if err != nil {
		s.t.Fatal(err)
	}
	var ids []market.ID
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			s.t.Fatal(err)
		}
		ids = append(ids, market.ID(id))
	}
	for _, id := range ids {
		if err := letters.Send(context.Background(), id, s.now); err != nil {
			s.t.Fatal(err)
		}
	}
	return out
}

type sender func(mail.Outgoing)

func (f sender) Send(_ context.Context, o mail.Outgoing) error { f(o); return nil }

func TestTwoConnectedGroupsWriteToEachOtherOnThePage(t *testing.T) {
	s := openStreet(t)
	path := s.connected()
	s.posted(market.ConnectedLetter)
	form := s.taker.get(path).want(200, "Nobody has written yet", "until Wednesday 14 April")
	form.fill(path+"/write", "text", "Hello Joan,\ncould we see the hall?\n\nAma").want(200, "Sent. They get it by mail", "You, Ama", "could we see the hall?")
	form.fill(path+"/write", "text", "Hello again").want(200, "Nothing was done twice").without("Hello again") // a double click
	if n := s.count("messages"); n != 1 {
		t.Fatalf("%d messages", n)
	}
	got := s.posted(market.MessageLetter)
	if len(got) != 1 || got[0].To != "host@hall.example" || got[0].FromName != "Ama via Wherewithal" || got[0].From != "" || len(got[0].References) != 1 {
		t.Fatalf("posted %+v", got)
	}
	if all := got[0].Subject + got[0].Text + got[0].HTML; strings.Contains(all, "guest@") || !strings.Contains(all, "Ama of Creekside Choir wrote") {
		t.Errorf("the mail says:\n%s", all)
	}
	s.giver.get(path).want(200, "Ama", "could we see the hall?", "Report what Ama wrote").without("You, Ama", "guest@").
		fill(path+"/write", "text", "Gladly").want(200, "You, Joan")
	answer := s.posted(market.MessageLetter)
	if len(answer) != 1 || answer[0].To != "guest@choir.example" || answer[0].FromName != "Joan via Wherewithal" {
		t.Fatalf("posted %+v", answer)
	}
	link := s.letterLink(s.only().ID, "guest@choir.example")
	s.browser().get(link).want(200, "Gladly").fill(link+"/write", "text", "From my mail, signed out").want(200, "Sent.")
	s.bounced("host@hall.example")
	s.taker.get(path).fill(path+"/write", "text", "Anybody?").want(200, "Mail reaches nobody of the other group")
}

func TestNobodyElseReadsOrWritesAConversation(t *testing.T) {
	s := openStreet(t)
	path := s.connected()
	s.taker.get(path).fill(path+"/write", "text", "The key is under the pot").want(200)
	var id string
	if err := s.store.Pool().QueryRow(t.Context(), `select id::text from messages`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	nosy := s.browser()
	nosy.signIn("nosy@street.example", "Nosy")
	nosy.found("Nosy Parkers")
	nosy.post(path+"/write", map[string][]string{"text": {"hello"}}).want(404)
	nosy.get(path).want(404).without("under the pot")
	nosy.get("/report?about=message:" + id).want(404)
	s.browser().post(path+"/write", map[string][]string{"text": {"hello"}}).want(200, "Please sign in first")
	s.giver.get("/report?about=message:"+id).want(200, "what was written").fill("/report", "reason", "spam").want(200, "Thank you. We have it.")
	s.giver.get(path).fill(path + "/stop")
	s.taker.get(path).want(200, "under the pot", "This conversation is closed").without(path+"/write", "Talk to each other")
	s.taker.post(path+"/write", map[string][]string{"text": {"hello?"}}).want(200, "no longer possible")
	nosy.get(path).want(404).without("under the pot")
	s.exec(`insert into blocks (group_id, blocked_id, created_at) select offer_group_id, need_group_id, now() from introductions`)
	s.taker.get(path).want(200).without("under the pot")
	s.giver.get(path).want(200).without("under the pot")
	if n := s.count("messages"); n != 1 {
		t.Errorf("%d messages", n)
	}
}

func TestAConversationRefusesKindly(t *testing.T) {
	s := openStreet(t)
	path := s.connected()
	s.taker.get(path).fill(path+"/write", "text", "  ").want(422, "Please write something here")
	long := strings.Repeat("word ", 2001)
	s.taker.get(path).fill(path+"/write", "text", long).want(422, "Please shorten this by 4", "word word")
	link := s.letterLink(s.only().ID, "guest@choir.example") // works when a session has long ended
	open := s.browser().get(link)
	s.now = s.now.Add(market.TalkLasts + time.Hour)
	open.fill(link+"/write", "text", "Still there?").want(200, "no longer possible", "This conversation is closed").without(link + "/write")
	if n := s.count("messages"); n != 0 {
		t.Errorf("%d messages", n)
	}
}

// Two who arranged everything in their own words and left the form alone do not lose each other.
func TestTheTalkGoesOnWhenWhatWasKeptIsGivenBack(t *testing.T) {
	s := openStreet(t)
	path := s.connected()
	s.taker.get(path).fill(path+"/write", "text", "Thursday at six, then")
	start := s.now
	for _, day := range []int{11, 14} {
		s.now = start.AddDate(0, 0, day)
		s.must(s.site.Introductions.Turn(t.Context(), s.now))
	}
	s.must(s.store.Forget(t.Context(), start.AddDate(0, 0, 80)))
	link := s.letterLink(s.only().ID, "guest@choir.example")
	page := s.browser().get(link).want(200, "Thursday at six, then", "Joan", "you can still write to each other until Wednesday 14 April", "free for others again")
	page.fill(link+"/write", "text", "See you there").want(200, "Sent. They get it by mail")
	if got := s.posted(market.MessageLetter); len(got) != 2 || strings.Contains(strings.Join(strings.Fields(got[1].Text), " "), "cannot be answered") {
		t.Errorf("posted %+v", got)
	}
	s.now = start.Add(market.TalkLasts + time.Hour)
	s.browser().get(link).want(200, "See you there", "more than 90 days").without(link+"/write", "Talk to each other")
	s.must(s.store.Forget(t.Context(), start.AddDate(0, 0, 121)))
	s.browser().get(link).want(200).without("See you there")
}

// A group that closed writes to nobody but where something had begun, and nobody to it.
func TestTheTalkOfWhatWasGivenBackEndsWhenAGroupCloses(t *testing.T) {
	s := openStreet(t)
	path := s.connected()
	s.taker.get(path).fill(path+"/write", "text", "Thursday at six, then")
	start := s.now
	for _, day := range []int{11, 14} {
		s.now = start.AddDate(0, 0, day)
		s.must(s.site.Introductions.Turn(t.Context(), s.now))
	}
	open := s.giver.get(path).want(200, "you can still write to each other")
	closing := "/groups/" + string(s.hall) + "/close"
	s.giver.get(closing).fill(closing, "confirm", "yes").want(200, "The group is closed.")
	for _, b := range []*browser{s.giver, s.taker} {
		b.get(path).want(200, "Thursday at six, then", "This conversation is closed").without(path+"/write", "you can still write", "Talk to each other")
	}
	open.fill(path+"/write", "text", "Still there?").want(200, "no longer possible")
	s.exec(`update listings set title = 'A hall on the moon', updated_at = now() + interval '1 year' where side = 'offer'`)
	s.taker.get(path).want(200, "Church hall for 80").without("A hall on the moon")
	s.taker.get("/introductions").want(200, "Church hall for 80").without("A hall on the moon")
	if n := s.count("messages"); n != 1 {
		t.Errorf("%d messages", n)
	}
	if err := s.site.Conversations.Reachable(t.Context(), s.only().OfferMask, s.now.AddDate(0, 0, 6)); !errors.Is(err, market.ErrWrongState) {
		t.Errorf("by mail: %v, want that it was stopped", err)
	}
}

// Who is kept apart does not follow what the other posts.
func TestAPageOfThePastSaysWhatWasKept(t *testing.T) {
	s := openStreet(t)
	path := s.connected()
	s.taker.get(path).want(200, "Church hall for 80", "80 people")
	s.giver.get(path).fill(path + "/stop")
	s.exec(`update listings set title = 'A hall on the moon', updated_at = now() + interval '1 year' where side = 'offer'`)
	s.taker.get(path).want(200, "Church hall for 80").without("A hall on the moon", "80 people")
	s.taker.get("/introductions").want(200, "Church hall for 80").without("A hall on the moon")
	s.giver.get(path).want(200, "A hall on the moon") // it is their own
	s.exec(`insert into blocks (group_id, blocked_id, created_at) select offer_group_id, need_group_id, now() from introductions`)
	s.taker.get(path).want(200, "Church hall for 80").without("A hall on the moon", "/listings/"+string(s.only().OfferID)+`"`)
}

// Nor where the other is found by now, though what had begun goes on.
func TestWhoIsKeptApartReadsNoLaterPlace(t *testing.T) {
	s := openStreet(t)
	path := s.connected()
	s.exec(`update places set label = 'Moon Street Hall'`)
	s.taker.get(path).want(200, "Moon Street Hall")
	s.exec(`insert into blocks (group_id, blocked_id, created_at) select offer_group_id, need_group_id, now() from introductions`)
	s.taker.get(path).want(200).without("Moon Street Hall")
}

// So it is with the calendar that they subscribe to, and the file on the page.
func TestTheCalendarOfWhoIsKeptApartSaysNothingOfLater(t *testing.T) {
	s, path := connected(t)
	s.taker.get(path).fill(path + "/suggest").want(200)
	s.giver.get(path).fill(path + "/confirm").want(200)
	made := s.taker.get("/account/calendar").want(200).fill("/account/calendar").want(200)
	calendars := []string{feedAddress.FindStringSubmatch(made.text)[1], path + "/calendar.ics"}
	s.exec(`update listings set title = 'A hall on the moon', updated_at = now() + interval '1 year' where side = 'offer'`)
	s.exec(`update places set label = 'Moon Street Hall'`)
	for _, at := range calendars {
		s.taker.get(at).want(200, "A hall on the moon", "Moon Street Hall")
	}
	s.exec(`insert into blocks (group_id, blocked_id, created_at) select offer_group_id, need_group_id, now() from introductions`)
	for _, at := range calendars {
		s.taker.get(at).want(200, "BEGIN:VEVENT", "Church hall for 80").without("on the moon", "Moon Street")
	}
}

// An address stays private unless its owner types it on the page.
func TestTheOthersAddressIsNotPassedOn(t *testing.T) {
	s := openStreet(t)
	path := s.connected()
	s.taker.get(path).fill(path+"/write", "text", "I am guest@choir.example, you are host@hall.example or HOST (at) hall.example; the caretaker is key@town.example")
	got := s.posted(market.MessageLetter)
	if len(got) != 1 || !strings.Contains(got[0].Text, "guest@choir.example") || !strings.Contains(got[0].Text, "key@town.example") ||
		strings.Contains(strings.ToLower(got[0].Text), "host") {
		t.Errorf("posted %+v", got)
	}
}

func TestWordsAreDroppedAMonthAfterAConversationClosed(t *testing.T) {
	s := openStreet(t)
	path := s.connected()
	s.taker.get(path).fill(path+"/write", "text", "The key is under the pot")
	link := s.letterLink(s.only().ID, "guest@choir.example")
	for _, days := range []int{119, 121} {
		if err := s.store.Forget(t.Context(), s.now.AddDate(0, 0, days)); err != nil {
			t.Fatal(err)
		}
		if kept := strings.Contains(s.browser().get(link).text, "under the pot"); kept != (days == 119) {
			t.Errorf("after %d days kept: %v", days, kept)
		}
	}
	s.browser().get(link).want(200, "no longer kept")
}

// What is written on pages and by mail counts together.
func TestPageAndMailShareOneLimit(t *testing.T) {
	s := openStreet(t)
	path := s.connected()
	in := s.only()
	for i := range 59 {
		_, err := s.site.Conversations.Receive(t.Context(), conversation.Mail{To: in.OfferMask, From: "guest@choir.example", Own: "By mail", ID: fmt.Sprint(i)}, s.now)
		s.must(err)
	}
	s.taker.get(path).fill(path+"/write", "text", "The sixtieth").want(200, "Sent.")
	s.taker.get(path).fill(path+"/write", "text", "One more").want(429)
	undrawn := conversation.New(s.store, "hub.example", nil) // there is no darkroom: a picture that came as far would end the test
	for sender, want := range map[string]error{"guest@choir.example": market.ErrTooMany, "nosy@street.example": conversation.ErrNotWriter} {
		mail := conversation.Mail{To: in.OfferMask, From: sender, ID: "photo", Files: []market.MessageFile{{Name: "hall.jpg", Type: "image/jpeg", Content: phototest.Phone}}}
		if _, err := undrawn.Receive(t.Context(), mail, s.now); !errors.Is(err, want) {
			t.Errorf("a photo by %s: %v, want %v", sender, err, want)
		}
	}
	s.now = s.now.Add(time.Hour)
	s.taker.get(path).fill(path+"/write", "text", "An hour later").want(200, "Sent.")
}

// What two people write to each other lets no link pass that acts for its holder: of none of the routes that take a secret.
func TestEveryRouteWithASecretIsKeptOutOfConversations(t *testing.T) {
	n := 0
	for _, r := range open(t).engine.Routes() {
		if parts := strings.Split(r.Path, "/"); strings.Contains(r.Path, ":token") || strings.Contains(r.Path, ":secret") {
			n++
			if !slices.Contains(conversation.SecretPaths, parts[1]) {
				t.Errorf("%s passes", r.Path)
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d routes with a secret", n)
	}
}
