package pages

import "testing"

// What the words say of terms and place counts, though the form has choices of its own for those who say nothing.
func TestTermsAndPlaceAreReadOutOfTheWords(t *testing.T) {
	s := openStreet(t)
	s.giver.get("/offer").fill("/offer", "description", "Church hall for 80, Thursdays 6 to 10 pm, £12 an hour", "do", "read").
		want(200, "£12 an hour").fill("/offer", "do", "post").want(200, "Posted.", "£12 an hour").without("Shared use")
	s.giver.get("/offer").fill("/offer", "description", "Bookkeeper, online, Tuesday evenings", "do", "post").want(200, "Posted.", "Online")
	s.giver.get("/offer").fill("/offer", "description", "A small room for 8, Mondays", "do", "read").fill("/offer", "do", "post").want(200, "Posted.", "Shared use")
}

// Who changes the words and has them read again means the new ones; what was changed by hand stays.
func TestChangedWordsAreReadAnew(t *testing.T) {
	s := openStreet(t)
	read := s.taker.get("/ask").fill("/ask", "description", "Room for 25, Thursday evenings, near SE10, step-free", "do", "read").want(200)
	again := read.fill("/ask", "tags", "choir", "description", "Room for 40, Friday mornings, near SE10, up to £9 an hour", "do", "read").want(200)
	f := again.fieldsAt("/ask")
	for name, want := range map[string]string{"fact_room_seated": "40", "when": "fr-morning", "title": "Room for 40", "amount": "9", "terms": "at_cost", "tags": "choir", "features": ""} {
		if got := f.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	byHand := again.fill("/ask", "fact_room_seated", "35", "description", "Room for 50, Friday mornings, near SE10", "do", "read").want(200).fieldsAt("/ask")
	if got := byHand.Get("fact_room_seated"); got != "35" {
		t.Errorf("what was written by hand became %q", got)
	}
	if got := byHand.Get("terms"); got != "shared" {
		t.Errorf("terms that were taken out of the words are %q", got)
	}
}
