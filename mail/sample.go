package mail

import (
	"time"

	"wherewithal/market"
	"wherewithal/wording"
)

// Sample is a kind of mail filled with invented data, to look at.
type Sample struct {
	Kind     string
	Rendered Rendered
}

// Samples renders every kind, and the forms of it that read differently. It panics when one cannot be
// rendered: its data stands below, so that is a mistake in this package.
func Samples() []Sample {
	samples := make([]Sample, len(sampleKinds))
	for i, s := range sampleKinds {
		rendered, err := Render(wording.Default, s.kind)
		if err != nil {
			panic(err)
		}
		samples[i] = Sample{Kind: s.name, Rendered: rendered}
	}
	return samples
}

const sampleSite = "https://wherewithal.example"

var sampleHall = Helper{
	Name:  "Maze Hill Parish Rooms",
	Title: "Large hall, seats 40, with a kitchen",
	Reasons: []string{
		"Both in Greenwich, about 1 km apart",
		"Free 10 of your 12 Thursdays, 18:00 to 20:00",
		"Seats 40, you need 25",
		"Step-free",
	},
	Link: sampleSite + "/introductions/17",
}

var sampleAsker = Helper{Name: "Greenwich Carers’ Choir", Title: "Somewhere for 25 to sing", Link: sampleHall.Link}

var sampleClub = Helper{
	Name:    "Creekside Tenants’ Club",
	Title:   "Club room on weekday evenings",
	Reasons: []string{"About 2 km apart", "Free all of your 12 Thursdays", "£12 an hour, at cost"},
	Link:    sampleSite + "/introductions/18",
}

var willingClub = willing(sampleClub)

// willing is a helper whose group acted first.
func willing(h Helper) Helper {
	h.Willing = true
	return h
}

type sampleKind struct {
	name string
	kind Kind
}

var sampleKinds = append([]sampleKind{
	{"sign-in", SignIn{Link: sampleSite + "/sign-in/Jw3kPq", Minutes: 10, AskedFrom: "Firefox on Android",
		AskedAt: time.Date(2027, time.January, 14, 19, 5, 0, 0, time.UTC)}},
	{"possible-match", WithStop(PossibleMatch{Group: "Greenwich Carers’ Choir", NeedTitle: "Somewhere for 25 to sing",
		NeedLink: sampleSite + "/listings/4", Helpers: []Helper{sampleHall, sampleClub}}, sampleSite+"/mails/stop/p4")},
	{"possible-match-one", PossibleMatch{Group: "Greenwich Carers’ Choir", NeedTitle: "Somewhere for 25 to sing",
		NeedLink: sampleSite + "/listings/4", Helpers: []Helper{sampleHall}, Reply: true}},
	{"possible-match-willing", PossibleMatch{Group: "Greenwich Carers’ Choir", NeedTitle: "Somewhere for 25 to sing",
		NeedLink: sampleSite + "/listings/4", Helpers: []Helper{willing(sampleHall)}, Reply: true}},
	{"possible-match-some-willing", PossibleMatch{Group: "Greenwich Carers’ Choir", NeedTitle: "Somewhere for 25 to sing",
		NeedLink: sampleSite + "/listings/4", Helpers: []Helper{sampleHall, willingClub}}},
	{"someone-would-like", WithStop(SomeoneWouldLike{Group: sampleHall.Name, OfferTitle: sampleHall.Title,
		AskerGroup: "Greenwich Carers’ Choir", NeedTitle: "Somewhere for 25 to sing", Reasons: sampleHall.Reasons,
		Link: sampleHall.Link}, sampleSite+"/mails/stop/s9")},
	{"connected", Connected{Group: "Greenwich Carers’ Choir", OtherGroup: sampleHall.Name, ContactName: "Ama",
		ReplyAddress: "intro-17-k3f9@reply.wherewithal.example", OfferTitle: sampleHall.Title,
		NeedTitle: "Somewhere for 25 to sing", Reasons: sampleHall.Reasons,
		When: "Thursdays 18:00 to 20:00, from 4 February", Link: sampleHall.Link}},
	{"connected-on-page", Connected{Group: sampleHall.Name, OtherGroup: "Greenwich Carers’ Choir", ContactName: "Jo",
		OfferTitle: sampleHall.Title, NeedTitle: "Somewhere for 25 to sing", Link: sampleHall.Link}},
	{"digest", WithStop(Digest{Questions: []DigestLine{{Offer: true, Title: sampleHall.Title, By: sampleHall.Name, Reasons: sampleHall.Reasons, Link: sampleHall.Link},
		{Offer: true, Title: sampleClub.Title, By: sampleClub.Name, Reasons: sampleClub.Reasons, Link: sampleClub.Link}},
		Rings: []DigestLine{{Offer: true, Title: "Gazebo for a street party", By: "Sorrel House", Reasons: []string{"About 1 km apart", "A swap"},
			Note: "In a ring of 3 groups. You would give “Sheet music and a conductor for an evening” to Larkhollow Scouts.", Link: sampleSite + "/ring/q8"}},
		ToConfirm: []DigestLine{{Offer: true, Title: "Gazebo, 3 m by 3 m", By: "Larkhollow Hall", Note: "Saturday 6 February, 10:00 to 16:00", Link: sampleHall.Link}},
		ToTell:    []DigestLine{{Title: "Chairs for an open day", By: "Tansy Yard Choir", Note: "Saturday 9 January, 10:00 to 16:00", Link: sampleSite + "/o/x3"}},
		Matches:   []DigestLine{{Title: "A wall for a mural", By: "Creek Road Band", Reasons: []string{"Both in Greenwich, about 2 km apart"}, Link: sampleSite + "/listings/9"}},
		Ending:    []DigestLine{{Title: "Somewhere for 25 to sing", Note: "Ends on Thursday 28 January", Link: sampleSite + "/r/x7"}}, Link: sampleSite + "/introductions"}, sampleSite+"/mails/stop/d1")},
	{"digest-more", WithStop(Digest{Questions: []DigestLine{{Offer: true, Title: sampleClub.Title, By: sampleClub.Name, Reasons: sampleClub.Reasons, Link: sampleClub.Link}},
		Ending: []DigestLine{{Title: "Somewhere for 25 to sing", Note: "Ends on Thursday 28 January", Link: sampleSite + "/r/x7"}},
		More:   DigestMore{Questions: 12, Ending: 1}, Link: sampleSite + "/introductions", Mine: sampleSite + "/mine"}, sampleSite+"/mails/stop/d1")},
	{"digest-daily", Digest{Daily: true, Ending: []DigestLine{{Offer: true, Title: sampleHall.Title, Note: "Ends on Thursday 28 January", Link: sampleSite + "/r/x7"}},
		Link: sampleSite + "/introductions"}},
	{"digest-searches", WithStop(Digest{Searches: []DigestSearch{{Name: "Offers · “hall” · within 3 km of SE10", Stop: sampleSite + "/s/k4", More: 4, Fresh: sampleFresh},
		{Name: "Drums", Stop: sampleSite + "/s/k5", Fresh: []DigestLine{{Title: "Somewhere to drum", By: "Creek Road Band", Reasons: []string{"You asked for everything that is needed"}, Link: sampleSite + "/listings/9"}}}},
		Link: sampleSite + "/introductions", Manage: sampleSite + "/account/searches"}, sampleSite+"/mails/stop/d1")},
	{"saved-search", WithStop(SavedSearch{Search: "A hall for the choir", Asks: "Offers · “hall” · within 3 km of SE10 · Thursdays 18:00 to 20:00 · seats 25 or more",
		Fresh: sampleFresh[:1], Link: sampleSite + "/find?q=hall"}, sampleSite+"/s/k4")},
	{"saved-search-several", WithStop(SavedSearch{Search: "Offers · “hall” · within 3 km of SE10", Fresh: sampleFresh, More: 12, Link: sampleSite + "/find?q=hall"}, sampleSite+"/s/k4")},
	{"by-hand", WithStop(ByHand{Asks: []ByHandLine{{Offer: true, Group: "Pennywort Lunch Club", Title: "Thirty folding chairs", Other: "Creek Road Band", Theirs: "Chairs for a concert",
		Reasons: []string{"Both in Greenwich, about 2 km apart"}, Link: sampleSite + "/by-hand/17"}}}, sampleSite+"/mails/stop/b2")},
	{"by-hand-need", ByHand{Asks: []ByHandLine{{Group: "Pennywort Lunch Club", Title: "Somewhere to eat on Tuesdays", Other: sampleHall.Name, Theirs: sampleHall.Title,
		Reasons: sampleHall.Reasons, Link: sampleSite + "/by-hand/18"}}}},
	{"by-hand-list", ByHand{Link: sampleSite + "/by-hand", Asks: []ByHandLine{{Group: "Pennywort Lunch Club", Title: "Somewhere to eat on Tuesdays", Other: sampleHall.Name,
		Theirs: sampleHall.Title, Reasons: sampleHall.Reasons, Link: sampleSite + "/by-hand/18"}, {Offer: true, Again: true, Group: "Pennywort Lunch Club",
		Title: "Thirty folding chairs", Other: "Creek Road Band", Theirs: "Chairs for a concert", Link: sampleSite + "/by-hand/17"}}}},
	{"reminder", Reminder{Group: "Greenwich Carers’ Choir", Title: "Somewhere for 25 to sing", Others: []Helper{sampleHall}, Until: "Sunday 17 January", Reply: true}},
	{"reminder-several", Reminder{Group: "Greenwich Carers’ Choir", Title: "Somewhere for 25 to sing", Others: []Helper{sampleHall, sampleClub}, Until: "Sunday 17 January"}},
	{"reminder-last", Reminder{Group: "Greenwich Carers’ Choir", Title: "Somewhere for 25 to sing", Others: []Helper{sampleHall, sampleClub}, Until: "Sunday 17 January",
		OwnLink: sampleSite + "/listings/7"}},
	{"reminder-giver", Reminder{Offer: true, Group: sampleHall.Name, Title: sampleHall.Title, Others: []Helper{sampleAsker}, Until: "Sunday 17 January"}},
	{"reminder-giver-several", Reminder{Offer: true, Group: sampleHall.Name, Title: sampleHall.Title, Others: []Helper{sampleAsker,
		{Name: "Creek Road Band", Title: "A room to rehearse in", Reasons: []string{"Both in Greenwich, about 2 km apart"}, Link: sampleClub.Link}}, Until: "Sunday 17 January"}},
	{"answer-here", AnswerHere{Offer: true, Group: sampleHall.Name, Title: sampleHall.Title,
		Others: []Helper{{Name: "Greenwich Carers’ Choir", Title: "Somewhere for 25 to sing", Link: sampleHall.Link}}}},
	{"answer-late", AnswerLate{Group: "Greenwich Carers’ Choir", Title: "Somewhere for 25 to sing", Says: "Others were quicker: nothing of this is left for you. We go on looking.",
		Other: Helper{Name: sampleHall.Name, Title: sampleHall.Title, Link: sampleHall.Link}}},
	{"answer-here-several", AnswerHere{Group: "Greenwich Carers’ Choir", Title: "Somewhere for 25 to sing", Others: []Helper{
		{Name: sampleHall.Name, Title: sampleHall.Title, Link: sampleHall.Link}, {Name: sampleClub.Name, Title: sampleClub.Title, Link: sampleClub.Link}}}},
	{"message-ended", Message{Group: sampleHall.Name, OtherGroup: "Greenwich Carers’ Choir", Writer: "Jo", Ended: true,
		Text: "So sorry, our choir has to stop for the winter.", Link: sampleHall.Link}},
	{"message", WithStop(Message{Group: "Greenwich Carers’ Choir", OtherGroup: sampleHall.Name, Writer: "Ama", Answers: true,
		Text:    "Hello Jo,\n\nthe hall is free from six. The key is in the box by the side door;\nring the bell if it is stiff.\n\nAma",
		LeftOut: []string{"plan.exe"}, Link: sampleHall.Link}, sampleSite+"/mails/m4/stop/message")},
	{"message-on-page", Message{Group: sampleHall.Name, OtherGroup: "Greenwich Carers’ Choir", Writer: "Jo",
		Text: "Thank you. How many chairs are there?", Link: sampleHall.Link}},
	{"times-suggested", TimesSuggested{sampleDeal}},
	{"times-suggested-again", TimesSuggested{sampleChange}},
	{"agreed", Agreed{sampleDeal}},
	{"called-off", CalledOff{sampleDeal}},
	{"day-before", DayBefore{Deal: sampleDeal}},
	{"day-before-changing", DayBefore{Deal: sampleDeal, Changing: true}},
	{"stays-agreed", StaysAgreed{Deal: sampleDeal, Begun: true}},
	{"stays-agreed-lapsed", StaysAgreed{Deal: sampleDeal}},
	{"stays-agreed-dropped", StaysAgreed{Deal: sampleDeal, Dropped: true}},
	{"stays-agreed-moved", StaysAgreed{Deal: sampleDeal, Moved: true}},
	{"ended-early", EndedEarly{Deal: sampleDeal, Last: "Thursday 25 March"}},
	{"expiring", Expiring{sampleEnding}},
	{"expired", Expired{sampleEnding}},
	{"agree-soon", AgreeSoon{Deal: sampleDeal, Until: "Thursday 28 January", Talk: "Wednesday 14 April"}},
	{"agree-soon-change", AgreeSoon{Deal: sampleChange, Until: "Thursday 28 January"}},
	{"not-agreed", NotAgreed{Deal: sampleDeal, Talk: "Wednesday 14 April"}},
	{"did-it-happen", DidItHappen{sampleDeal}},
	{"not-this-time", WithStop(NotThisTime{Group: "Greenwich Carers’ Choir", Title: "Somewhere for 25 to sing",
		OtherGroup: sampleHall.Name, Next: &sampleClub, Link: sampleSite + "/listings/4"}, sampleSite+"/mails/stop/n2")},
	{"not-this-time-willing", NotThisTime{Group: "Greenwich Carers’ Choir", Title: "Somewhere for 25 to sing",
		OtherGroup: sampleHall.Name, Next: &willingClub,
		Link: sampleSite + "/listings/4"}},
	{"not-this-time-giver", NotThisTime{Offer: true, Group: "Larkhollow Hall", Title: "Church hall, seats 80",
		OtherGroup: "Tansy Yard Choir", Link: sampleSite + "/listings/2"}},
	{"not-this-time-gone", NotThisTime{Group: "Greenwich Carers’ Choir", Title: "Somewhere for 25 to sing", OtherGroup: sampleHall.Name, Why: market.EndGone,
		Link: sampleSite + "/listings/4"}},
	{"not-this-time-giver-found", NotThisTime{Offer: true, Group: "Larkhollow Hall", Title: "Church hall, seats 80", OtherGroup: "Tansy Yard Choir", Why: market.EndFilled,
		Link: sampleSite + "/listings/2"}},
	{"not-this-time-none-left", NotThisTime{Group: "Greenwich Carers’ Choir", Title: "Somewhere for 25 to sing",
		Link: sampleSite + "/listings/4"}},
	{"ring", sampleRing},
	{"ring-reminder", RingReminder{sampleRing}},
	{"ring-ended", RingEnded{sampleRing}},
	{"answer-ring-here", AnswerRingHere{sampleRing}},
	{"report-received", ReportReceived{Number: "7F3A09C2", Subject: "listing", Link: sampleSite + "/",
		At: time.Date(2027, time.January, 14, 19, 5, 0, 0, time.UTC)}},
}, noticeSamples...)

var sampleRing = Ring{Group: "Greenwich Carers’ Choir", Groups: 3, Gets: sampleHall, NeedTitle: "Somewhere for 25 to sing",
	Gives: "Sheet music and a conductor for an evening", To: "Larkhollow Scouts", ToTitle: "Someone to lead our carols",
	ToReasons: []string{"About 2 km apart", "A swap"}, Reply: true, Link: sampleSite + "/ring/q8"}

var sampleFresh = []DigestLine{
	{Offer: true, Title: sampleHall.Title, By: sampleHall.Name, Link: sampleSite + "/listings/2", Reasons: []string{"About 1 km from SE10",
		"Free at a time you asked for: Thursdays 18:00 to 20:00", "Seats 40; you asked for 25 or more", "Your words: “hall”, or the same in other words"}},
	{Offer: true, Title: sampleClub.Title, By: sampleClub.Name, Link: sampleSite + "/listings/3", Reasons: []string{"About 2 km from SE10", "Your words: “hall”, or the same in other words"}},
}

var sampleEnding = Ending{Group: sampleHall.Name, Title: sampleHall.Title, Offer: true, Until: "Thursday 28 January", Link: sampleSite + "/r/x7"}

// sampleChange is a change of it that is still to be confirmed.
var sampleChange = func() Deal {
	d := sampleDeal
	d.When, d.Holds = "Fridays 18:00 to 20:00, 12 times from 5 February to 23 April", d.When
	return d
}()

var sampleDeal = Deal{Group: "Greenwich Carers’ Choir", OtherGroup: sampleHall.Name, ContactName: "Ama",
	ReplyAddress: "intro-17-k3f9@reply.wherewithal.example", OfferTitle: sampleHall.Title, NeedTitle: "Somewhere for 25 to sing",
	When: "Thursdays 18:00 to 20:00, 12 times from 4 February to 22 April", Place: "Church Lane, SE10 9JF", Link: sampleHall.Link}
