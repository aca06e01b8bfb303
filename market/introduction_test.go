package market

import "testing"

func TestOneWhoActsForBothGroupsLooksFromTheSideTheyMayAnswerFor(t *testing.T) {
	const need, offer ID = "need", "offer"
	for name, c := range map[string]struct {
		needs, offers Role
		answered      Answer
		want          Side
	}{
		"the need's alone":                        {Owner, "", NoAnswer, Need},
		"the offer's alone":                       {"", Poster, NoAnswer, Offer},
		"both, before the need said anything":     {Owner, Owner, NoAnswer, Need},
		"both, after it did":                      {Owner, Owner, Yes, Offer},
		"reads for the need, posts for the offer": {Reader, Poster, NoAnswer, Offer},
		"posts for the need, reads for the offer": {Poster, Reader, Yes, Need},
		"reads for the need alone":                {Reader, "", Yes, Need},
	} {
		in := Introduction{NeedGroupID: need, OfferGroupID: offer, NeedAnswer: c.answered}
		v := Viewer{Roles: map[ID]Role{}}
		for group, role := range map[ID]Role{need: c.needs, offer: c.offers} {
			if role != "" {
				v.Roles[group] = role
			}
		}
		if got := in.SideOfViewer(v); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
