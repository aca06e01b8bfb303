package pages

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"wherewithal/introduction"
	"wherewithal/market"
	"wherewithal/web/httpx"
)

// connected is a street on which both have said yes; path is their introduction's.
func connected(t *testing.T) (*street, string) {
	s := openStreet(t)
	s.worked(s.offer)
	s.worked(s.taker.says("/ask", theNeed))
	path := "/introductions/" + string(s.only().ID)
	s.taker.get(path).fill(path + "/yes").want(200)
	s.giver.get(path).fill(path+"/yes").want(200, "You are connected")
	return s, path
}

func TestAgreeingOnThePageWithoutJavaScript(t *testing.T) {
	s, path := connected(t)
	p := s.taker.get(path).want(200, "How much and when", "Times that both of you have", "12 times from 4 February to 22 April", "Another time")
	p.without("calendar.ics", "Yes, that suits us")
	p.fill(path+"/suggest").want(200, "Thank you. We have told the other group", "You suggested this", "12 times from 4 February to 22 April").
		without(path + "/confirm")
	link := s.letterLink(s.only().ID, "host@hall.example")
	s.browser().get(link+"/calendar.ics").want(404, "")
	s.taker.get("/introductions").want(200).without("suggests a time")
	if waiting, err := s.store.WaitingFor(t.Context(), market.Viewer{Roles: map[market.ID]market.Role{s.hall: market.Owner}}); err != nil || waiting != 1 {
		t.Errorf("%d wait for the hall (%v), want what it is to confirm", waiting, err)
	}
	s.giver.get("/introductions").want(200, "Creekside Choir suggests a time: confirm it", "lines-waiting")
	s.browser().get(link).want(200, "Creekside Choir suggests this", "Yes, that suits us").
		fill(link+"/confirm").want(200, "Agreed. Each of you has a mail", "Put it into your calendar", "Stop this introduction")
	file := s.taker.get(path+"/calendar.ics").want(200, "METHOD:PUBLISH", "DTSTART;TZID=Europe/London:20270204T180000", "DTSTART;TZID=Europe/London:20270422T180000")
	if kind := file.header.Get("Content-Type"); !strings.HasPrefix(kind, "text/calendar") {
		t.Errorf("served as %s", kind)
	}
	stranger := s.browser()
	stranger.signIn("nosy@street.example", "Nosy")
	stranger.get(path + "/calendar.ics").want(404)
	stranger.post(path+"/suggest", nil).want(404)
	timeline := "/listings/" + string(s.offer) + "/timeline"
	s.giver.get(timeline).want(200, "Agreed with Creekside Choir how much and when").without("Called off")
	s.now = s.now.Add(time.Hour)
	s.giver.get(path).fill(path+"/stop").want(200, "Stopped.")
	s.taker.get(path+"/calendar.ics").want(404, "")
	s.giver.get(timeline).want(200, "Agreed with Creekside Choir how much and when", "Called off with Creekside Choir")
}

// A need that one group fills in part says to the next how much is left.
func TestANeedFilledInPartSaysWhatIsStillWanted(t *testing.T) {
	s := openStreet(t)
	chairs := market.Listing{Side: market.Offer, Kind: market.Equipment, Title: "Stacking chairs", Language: "en-GB", Quantity: 35, Unit: "chairs",
		Splittable: true, SmallestPart: 5, Where: market.Collected, ReachKM: 10, Terms: market.Terms{Kind: market.Gift}}
	s.keep(chairs)
	chairs.Side, chairs.Quantity = market.Need, 40
	need := s.keepFor(s.choir, chairs).ID
	s.caughtUp()
	s.worked(need)
	path := "/introductions/" + string(s.only().ID)
	s.taker.get(path).fill(path + "/yes")
	s.giver.get(path).fill(path+"/yes").want(200, "You are connected")
	s.giver.get("/listings/"+string(need)).want(200, "Still wanted", "5 chairs", "40 chairs")
	s.worked(need)
	s.giver.get("/find?q=chairs&side=need").want(200, "5 chairs still wanted").without("40 chairs")
}

func TestTimesOfOnesOwnAreReadAndFaultsStandBesideThem(t *testing.T) {
	s, path := connected(t)
	form := s.taker.get(path).want(200)
	form.fill(path+"/suggest", "when", "own", "on", "2027-02-31", "start", "seven", "end", "").
		want(422, "could not read this day", "could not read this time", `value="2027-02-31"`)
	form.fill(path+"/suggest", "when", "own", "on", "2027-02-03", "start", "21:00", "end", "19:00").want(422, "The end comes before the beginning")
	form.fill(path+"/suggest", "when", "own", "on", "2026-12-03", "start", "19:00", "end", "21:00").want(422, "This time is over")
	form.fill(path+"/suggest", "when", "made-up").want(422, "Not enough is free at this time")
	form.fill(path+"/suggest", "when", "own", "on", "2027-03-25", "start", "19:00", "end", "21:00", "repeat", "weekly", "times", "2").
		want(200, "Thursdays 19:00 to 21:00, 2 times from 25 March to 1 April") // over the change of the clocks
	if ex := s.exchangeOf(); ex.Stage != market.Suggested || ex.Slots[1].From.Sub(ex.Slots[0].From) != 7*24*time.Hour-time.Hour {
		t.Errorf("%s, %v", ex.Stage, ex.Slots)
	}
	s.spends(httpx.Rule{Name: "suggest", Hour: suggestionsPerHour}, "guest@choir.example")
	form.fill(path+"/suggest", "when", "made-up", "on", "2027-02-31").want(422) // what mails nobody does not count
	s.taker.get(path).fill(path+"/suggest", "when", "own", "on", "2027-03-25", "start", "19:00", "end", "20:00").want(429, "rather often")
	s.giver.get(path).fill(path+"/confirm", "sequence", "0").want(200, "The other group has just changed it")
	s.giver.post(path+"/confirm", nil).want(400)
}

// Of things that are counted, the page says how many were agreed, and how many are suggested instead.
func TestAChangeOfTheAmountStandsBesideWhatWasAgreed(t *testing.T) {
	s, path := connected(t)
	s.exec(`update listings set kind = 'equipment', unit = 'chairs', quantity = 40`)
	times := []string{"when", "own", "on", "2027-03-25", "start", "19:00", "end", "21:00"}
	s.taker.get(path).fill(path+"/suggest", append(times, "amount", "25")...).want(200, "How much", "25 chairs")
	s.giver.get(path).fill(path + "/confirm").want(200)
	s.giver.get(path).fill(path+"/suggest", append(times, "amount", "10")...).want(200)
	for _, b := range []*browser{s.giver, s.taker} {
		b.get(path).want(200, "<dt>Agreed until then</dt><dd>Thursday 25 March, 19:00 to 21:00, 25 chairs</dd>",
			"<dt>Suggested</dt><dd>Thursday 25 March, 19:00 to 21:00, 10 chairs</dd>").without("<dt>How much</dt>")
	}
}

// One who acts for both groups suggests for the one and confirms for the other. The second tap on a button must not do so.
func TestTheSecondTapOfOneWhoActsForBothActsForNobody(t *testing.T) {
	s, path := connected(t)
	s.joinsHall("guest@choir.example")
	form := s.taker.get(path).want(200)
	form.fill(path+"/suggest").want(200, "Thank you. We have told the other group")
	form.fill(path+"/suggest").want(200, "That was done already")
	if ex := s.exchangeOf(); ex.Stage != market.Suggested {
		t.Fatalf("%s by the second tap, want suggested", ex.Stage)
	}
	form = s.taker.get(path)
	form.fill(path+"/confirm").want(200, "Agreed. Each of you has a mail")
	form.fill(path+"/confirm").want(200, "That was done already")
	s.now = time.Date(2027, 4, 23, 11, 0, 0, 0, time.UTC)
	s.must(s.site.Introductions.Turn(t.Context(), s.now))
	link := s.outcomeLink(s.only().ID, "guest@choir.example")
	ask := s.browser().get(link).want(200, "Did it happen?")
	ask.fill(link, "answer", "yes").want(200, "Thank you for telling us.")
	ask.fill(link, "answer", "yes").want(200, "That was done already")
	if ex := s.exchangeOf(); ex.Stage != market.WasItDone || ex.NeedSays != market.Yes || ex.OfferSays != market.NoAnswer {
		t.Errorf("%s, need says %q, offer says %q: want the need's answer alone", ex.Stage, ex.NeedSays, ex.OfferSays)
	}
	s.browser().get(link).fill(link, "answer", "yes").want(200, "Thank you for telling us.") // a form of its own, for the other
	if ex := s.exchangeOf(); ex.Stage != market.OneYes || ex.OfferSays != market.Yes {
		t.Errorf("%s, want the one yes of one person", ex.Stage)
	}
	s.giver.signIn2("host@hall.example")
	s.giver.get("/listings/"+string(s.offer)+"/timeline").want(200, "One person, of you or of Creekside Choir, said that it happened")
}

func (s *street) exchangeOf() market.Exchange {
	s.t.Helper()
	ex, err := s.store.Exchange(s.t.Context(), s.only().ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return ex
}

func TestLookingAtAnExchangeChangesNothing(t *testing.T) {
	s, path := connected(t)
	s.taker.get(path).fill(path + "/suggest").want(200)
	link := s.letterLink(s.only().ID, "host@hall.example")
	before := s.rows()
	for _, method := range []string{"GET", "HEAD"} {
		s.browser().do(s.browser().request(method, link, nil)).want(200)
		s.browser().do(s.browser().request(method, link+"/confirm", nil)).want(405)
	}
	if after := s.rows(); !maps.Equal(before, after) {
		t.Error("looking changed the database")
	}
}

func TestWhetherItHappenedIsToldByALinkSignedOut(t *testing.T) {
	s, path := connected(t)
	s.taker.get(path).fill(path + "/suggest").want(200)
	s.giver.get(path).fill(path + "/confirm").want(200)
	s.taker.get(path+"/outcome").want(200, "You are asked the day after").without("<textarea")
	s.now = time.Date(2027, 4, 23, 11, 0, 0, 0, time.UTC)
	s.must(s.site.Introductions.Turn(t.Context(), s.now))
	in := s.only()
	link := s.outcomeLink(in.ID, "guest@choir.example")
	before := s.rows()
	page := s.browser().get(link).want(200, "Did it happen?", "Church hall for 80", "Maze Hill Rooms", "Yes, it happened")
	older := s.browser().get(link)
	answering := s.letterLink(in.ID, "guest@choir.example") // good for its own purpose alone
	s.browser().get(answering).want(200, path+"/outcome").without(answering + "/outcome")
	s.browser().do(s.browser().request("HEAD", link, nil)).want(200)
	if after := s.rows(); !maps.Equal(before, after) {
		t.Error("looking changed the database")
	}
	page.fill(link).want(422, "choose one of these")
	page.fill(link, "answer", "yes", "word", "ring 020 7946 0018").want(422, "leave out phone numbers", "ring 020 7946 0018")
	page.fill(link, "answer", "yes", "word", "A warm hall, thank you", "worked", "The key box by the door").want(200, "Thank you for telling us.", "You have said that it happened")
	older.fill(link, "answer", "no").want(200, "Somebody of your group has said something meanwhile", "A warm hall, thank you") // a colleague's older page
	s.browser().get("/i/" + strings.TrimPrefix(link, "/o/")).want(404)
	s.browser().get(answering + "/outcome").want(404)
	s.browser().post(answering+"/outcome", map[string][]string{"answer": {"no"}}).want(404)
	s.browser().get("/o/" + strings.TrimPrefix(s.letterLink(in.ID, "guest@choir.example"), "/i/")).want(404)
	s.browser().post(path+"/outcome", nil).want(200, "Please sign in first")

	s.giver.get("/sign-in").fill("/sign-in", "email", "host@hall.example") // three months later
	again := s.giver.link("host@hall.example")
	s.giver.get(again).fill(again).want(200, "You are signed in")
	s.giver.get(path).want(200, "It is over", "Creekside Choir says", "A warm hall, thank you", "What worked, Creekside Choir said", "The key box by the door", "Say whether it happened")
	s.giver.get(path+"/outcome").want(200).fill(path+"/outcome", "answer", "no").want(200, "You have said that it did not happen. Thank you.")
	s.giver.get(path).want(200, "One of you says that it happened, the other that it did not.").without("Stop this introduction")
	s.giver.get(path).without("Worth about", "£")
	if ex := s.exchangeOf(); ex.Stage != market.Disputed {
		t.Errorf("%s, want disputed", ex.Stage)
	}
}

func TestWhatHappenedIsValuedWithItsMethod(t *testing.T) {
	s, path := connected(t)
	s.taker.get(path).fill(path + "/suggest").want(200)
	s.giver.get(path).fill(path + "/confirm").want(200)
	s.now = time.Date(2027, 4, 23, 11, 0, 0, 0, time.UTC)
	s.must(s.site.Introductions.Turn(t.Context(), s.now))
	in := s.only()
	for _, address := range []string{"guest@choir.example", "host@hall.example"} {
		link := s.outcomeLink(in.ID, address)
		s.browser().get(link).fill(link, "answer", "yes").want(200)
	}
	s.browser().get(s.letterLink(in.ID, "host@hall.example")).want(200, "It happened: both of you say so.",
		"Worth about £1,584 (£1,200 to £2,126): 48 hours at published prices of halls in London, 2024. Both of you say that it happened.",
		"room_hall_2024", "St Andrew’s Church Centre")
}

func (s *street) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *street) outcomeLink(in market.ID, address string) string {
	s.t.Helper()
	p, err := s.store.PersonAt(s.t.Context(), address)
	s.must(err)
	return "/o/" + introduction.Links{Secret: []byte(s.site.Config.TokenSecret)}.OutcomeToken(in, p.ID)
}

func TestARunningSeriesIsEndedOnThePage(t *testing.T) {
	s, path := connected(t)
	s.taker.get(path).fill(path + "/suggest").want(200)
	s.giver.get(path).fill(path+"/confirm").want(200, "Stop this introduction").without("End it early")
	s.now = s.exchangeOf().Slots[2].Until
	s.must(s.site.Introductions.Turn(t.Context(), s.now))
	link := s.letterLink(s.only().ID, "host@hall.example")
	s.browser().get(link).want(200, "End it early").fill(link+"/end").want(200, "Ended. Both of you get a mail").without("End it early")
	if ex := s.exchangeOf(); len(ex.Slots) != 3 {
		t.Errorf("%d uses, want the three that were", len(ex.Slots))
	}
	if got := s.posted(market.EndedEarly); len(got) != 2 || len(got[0].Files) != 1 {
		t.Errorf("posted %+v, want both told", got)
	}
	s.browser().post(link+"/end", nil).want(200, "That is no longer possible")
}

// What worked is shown to the next who take the same offer, or another that speaks of the same thing, without a name.
func TestWhatWorkedIsShownToTheNext(t *testing.T) {
	s, path := connected(t)
	_, err := s.store.Pool().Exec(t.Context(), `update exchanges set stage = 'happened', closed_at = $1, need_worked = 'Ring the side bell'`, s.now)
	s.must(err)
	in := s.only()
	said, err := s.store.WorkedBefore(t.Context(), in.OfferID, 3)
	if err != nil || len(said) != 1 || said[0] != "Ring the side bell" {
		t.Fatalf("%v (%v)", said, err)
	}
	s.giver.get(path).want(200, "What worked, Creekside Choir said", "Ring the side bell").without("What worked for others here")
	second := s.browser()
	second.signIn("band@street.example", "Kit")
	second.found("Orpine Brass")
	s.worked(second.says("/ask", strings.Replace(theNeed, "1 February for 12", "1 June for 4", 1)))
	all, err := s.store.IntroductionsFor(t.Context(), in.OfferID)
	s.must(err)
	next := "/introductions/" + string(all[slices.IndexFunc(all, func(in market.Introduction) bool { return in.State == market.Proposed })].ID)
	second.get(next).fill(next + "/yes").want(200)
	s.giver.get(next).fill(next+"/yes").want(200, "You are connected")
	second.get(next).want(200, "What worked for others here", "Ring the side bell").without("Creekside Choir")

	elsewhere := s.giver.says("/offer", "Large hall with a stage, seats 90, Fridays 6 to 10 pm")
	for _, step := range []struct {
		change string
		heard  bool
	}{
		{`update introductions set offer_id = '` + string(elsewhere) + `' where id = '` + string(in.ID) + `'`, true},
		{`update listings set life = 'fulfilled' where id = '` + string(elsewhere) + `'`, true},
		{`update exchanges set snapshot = jsonb_set(snapshot, '{offerTitle}', '"Gazebo, 3 m by 3 m"')`, false},
		{`update exchanges set snapshot = jsonb_set(snapshot, '{offerTitle}', '"Hall by the river"')`, true},
		{`update listings set circle = 'networks' where id = '` + string(elsewhere) + `'`, false},
		{`update listings set circle = 'anyone', life = 'removed' where id = '` + string(elsewhere) + `'`, false},
	} {
		_, err := s.store.Pool().Exec(t.Context(), step.change)
		s.must(err)
		p := second.get(next).want(200).without("What worked for others here", "Creekside Choir")
		if heard := strings.Contains(p.text, "What worked for others elsewhere, with something like it") && strings.Contains(p.text, "Ring the side bell"); heard != step.heard {
			t.Errorf("after %s: heard %t, want %t", step.change, heard, step.heard)
		}
	}
}
