package pages

import "testing"

// Who changes what others count on is shown who they are and when, and asked to tell them.
func TestTheFormToChangeAListingSaysWhatIsAgreedAboutIt(t *testing.T) {
	s, path := connected(t)
	edit := "/listings/" + string(s.offer) + "/edit"
	s.giver.get(edit).want(200).without("What is agreed stays as it is")
	s.taker.get(path).fill(path + "/suggest").want(200)
	s.giver.get(path).fill(path + "/confirm").want(200)
	s.giver.get(edit).want(200, "What is agreed stays as it is", "Creekside Choir has this agreed for", "12 times from 4 February to 22 April")
	s.giver.get(edit).fill(edit, "title", "x").want(422, "What is agreed stays as it is", "Creekside Choir has this agreed for")
	s.taker.get("/listings/"+string(s.only().NeedID)+"/edit").want(200, "Maze Hill Rooms has this agreed for")
}
