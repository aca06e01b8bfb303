package pages

import (
	"testing"

	"wherewithal/market"
)

// asked is a street in which the choir is proposed the hall, and the page of that.
func asked(t *testing.T) (s *street, path string) {
	s = openStreet(t)
	s.worked(s.offer)
	s.worked(s.taker.says("/ask", theNeed))
	return s, introPath(s.only().ID)
}

func (s *street) stands(want market.State) {
	s.t.Helper()
	if in := s.only(); in.State != want {
		s.t.Fatalf("%s (%q, %q), want %s", in.State, in.NeedAnswer, in.OfferAnswer, want)
	}
}

// One who acts for both groups says yes for the one, and for the other from a page that asks for that.
func TestTheSecondYesOfOneWhoActsForBothIsNobodys(t *testing.T) {
	for _, by := range []string{"the page", "the mail"} {
		t.Run(by, func(t *testing.T) {
			s, path := asked(t)
			s.joinsHall("guest@choir.example")
			if by == "the mail" {
				path = s.letterLink(s.only().ID, "guest@choir.example")
			}
			form := s.taker.get(path).want(200)
			form.fill(path+"/yes").want(200, "Thank you. We have told them")
			form.fill(path+"/yes").want(200, "That was done already")
			s.stands(market.Asked)
			form.fill(path+"/no").want(200, "answered this after the page you had open was made")
			s.stands(market.Asked)
			form.fill(path+"/yes", "side", "").want(200, "That was done already") // a page of before sides were named
			s.stands(market.Asked)
			form.fill(path+"/yes", "side", "both").want(422)
			s.taker.get(path).fill(path+"/yes").want(200, "You are connected")
		})
	}
}

func TestAFormSpeaksForNoGroupOfOthers(t *testing.T) {
	s, path := asked(t)
	s.taker.get(path).fill(path+"/yes", "side", "offer").want(403)
	s.stands(market.Proposed)
}

// joinsHall has somebody own the giver's group as well.
func (s *street) joinsHall(address string) {
	s.t.Helper()
	_, err := s.store.Pool().Exec(s.t.Context(), `insert into memberships (id, group_id, person_id, role, since)
		select $1, $2, p.id, 'owner', $3 from people p where p.address = $4`, string(market.NewID()), string(s.hall), s.now, address)
	s.must(err)
}

// Two of a group have the same page open. What the one says stands until the other changes it from a page that says so.
func TestAStalePageOverturnsNoAnswerOfAColleague(t *testing.T) {
	for _, c := range []struct {
		first, other string
		stands       market.State
		back         market.State // after a change of mind
	}{
		{"/yes", "/no", market.Asked, market.Declined},
		{"/no", "/yes", market.Declined, market.Asked},
	} {
		t.Run(c.first, func(t *testing.T) {
			s, path := asked(t)
			kit := s.browser()
			s.joins(s.taker, kit, s.choir, "kit@choir.example", "Kit", "poster")
			stale := kit.get(path).want(200)
			s.taker.get(path).fill(path + c.first).want(200)
			stale.fill(path+c.other).want(200, "answered this after the page you had open was made")
			s.stands(c.stands)
			stale.fill(path+c.first).want(200, "That was done already")
			kit.get(path).fill(path + "/take-back").want(200)
			s.stands(c.back)
		})
	}
}

// Whoever asks others in the place of what they refused may not have both.
func TestANoThatOthersWereAskedInThePlaceOfStays(t *testing.T) {
	s, path := asked(t)
	refused := s.taker.get(path).fill(path+"/no").want(200, "Change my no to yes")
	var halls []market.ID
	for _, name := range []string{"Orpine", "Pennywort", "Quill Street"} {
		other := s.browser()
		other.signIn("host"+string(market.NewID())+"@rooms.example", "Sam")
		other.found(name + " Rooms")
		halls = append(halls, other.says("/offer", "Church hall for 80, step-free, Thursdays 6 to 10 pm"))
		s.worked(halls[len(halls)-1])
	}
	var need string
	s.must(s.store.Pool().QueryRow(t.Context(), `select need_id::text from introductions`).Scan(&need))
	for _, hall := range halls {
		s.taker.post("/listings/"+need+"/matches/"+string(hall), nil).want(200)
	}
	refused.fill(path+"/take-back").want(200, "Your no stays")
}
