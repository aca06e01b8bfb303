package view

import (
	"context"
	"maps"

	"github.com/a-h/templ"

	"wherewithal/frontend"
)

// A made-up evening in Greenwich, full enough that every part of every page is drawn.

var ctx = context.Background()

func samplePage(title, path string, in bool) Page {
	p := Page{
		Title: title, Description: "What groups near you have, and what they need.",
		Canonical: "http://127.0.0.1:8080" + path, Path: path, Dev: true, OnceOut: "once-out",
		Assets: frontend.Assets{Script: "/assets/main.js", Styles: []string{"/assets/main.css"}},
	}
	if in {
		p.Me = &Me{Name: "Ama Mensah", Group: "Riverside Carers’ Choir", GroupHref: "/groups/3", Introductions: 2,
			Groups: []Link{{"/groups/3", "Riverside Carers’ Choir"}, {"/groups/4", "Over 60s of the Point"}}}
	}
	return p
}

func sampleWeek(text string, free, wanted []string) *Week {
	w := &Week{Text: text}
	mark := func(slots []string, how Time) {
		for _, s := range slots {
			day, part, _ := SlotOf(s)
			if w.Times[day][part] == Nothing {
				w.Times[day][part] = how
			} else {
				w.Times[day][part] = Both
			}
		}
	}
	mark(free, Free)
	mark(wanted, Wanted)
	return w
}

func sampleOffers() []Card {
	return []Card{
		{Href: "/listings/1", Side: Offer, Title: "Church hall, seats 80, kitchen and garden", Group: "Hillside Hall Friends",
			GroupHref: "/groups/1", Facts: []string{"about 1 km", "seats 80", "step-free", "£12 an hour, at cost"},
			Week:     sampleWeek("Mondays and Thursdays 18:00 to 22:00, Fridays from 13:00", []string{"mo-evening", "th-evening", "th-afternoon", "fr-afternoon"}, nil),
			HasPoint: true, Lat: 51.4785, Lng: 0.0032},
		{Href: "/listings/2", Side: Offer, Title: "Two gazebos, 3 × 3 m, with weights", Group: "Lower Field Allotments",
			Facts: []string{"about 3 km", "2 of 2 free", "collect", "loan"}, HasPoint: true, Lat: 51.4861, Lng: 0.0321},
		{Href: "/listings/3", Side: Offer, Title: "Spoken Turkish: phone calls and letters", Group: "A women’s group in Deptford",
			Facts: []string{"about 2 km", "online is fine", "gift"}, State: "Paused",
			Week:     sampleWeek("Weekday mornings", []string{"mo-morning", "tu-morning", "we-morning", "th-morning", "fr-morning"}, nil),
			HasPoint: true, Lat: 51.4774, Lng: -0.0241},
	}
}

func sampleNeeds() []Card {
	return []Card{
		{Href: "/listings/11", Side: Need, Title: "Somewhere for a carers’ choir to sing", Group: "Riverside Carers’ Choir", GroupHref: "/groups/3",
			Facts:    []string{"about 1 km", "25 people", "step-free"},
			Week:     sampleWeek("2 hours, weekly, any evening Monday to Thursday, 12 weeks", nil, []string{"mo-evening", "tu-evening", "we-evening", "th-evening"}),
			HasPoint: true, Lat: 51.4828, Lng: -0.0065},
		{Href: "/listings/12", Side: Need, Title: "Someone who can read a lease with us", Group: "Tenants of Tanner’s Row", Urgent: true,
			Facts: []string{"about 2 km", "one evening", "online is fine"}, HasPoint: true, Lat: 51.4774, Lng: -0.0241},
		{Href: "/listings/13", Side: Need, Title: "A minibus for a day by the sea", Group: "Over 60s of the Point",
			Facts: []string{"about 4 km", "16 seats", "one Saturday in May"}, HasPoint: true, Lat: 51.4921, Lng: 0.0112},
	}
}

func sampleFind() FindPage {
	return FindPage{
		Page: samplePage("hall thursday greenwich", "/find", true), Query: "hall thursday greenwich", Near: "SE10",
		Chips: []Chip{{"Thursdays", "/find?q=hall+greenwich", true}, {"within 5 km of Greenwich", "/find?q=hall+thursday", true}},
		Facets: []Facet{
			{Name: "side", Legend: "Side", Options: []Option{{Label: "All", On: true, Count: 128}, {Value: "offer", Label: "Offered", Count: 81}, {Value: "need", Label: "Needed", Count: 47}}},
			{Name: "kind", Legend: "Kind", Many: true, Options: []Option{{Value: "room", Label: "Room", Count: 39}, {Value: "skill", Label: "Skill", Count: 44}, {Value: "equipment", Label: "Equipment", Count: 45}}},
			{Name: "features", Legend: "The place has", Many: true, Options: []Option{{Value: "step_free", Label: "Step-free", Count: 20}, {Value: "hearing_loop", Label: "Hearing loop", Count: 4}}},
			{Name: "day", Legend: "Day", Many: true, Options: Options(ctx, "week.short", []string{"mo", "tu", "we", "th", "fr", "sa", "su"})},
			{Name: "within", Legend: "How far", Options: []Option{{Value: "", Label: "Any", On: true}, {Value: "3", Label: "3 km"}, {Value: "10", Label: "10 km"}}},
		},
		Sorts: Options(ctx, "sort", []string{"relevance", "distance", "newest"}, "relevance"),
		Found: "128 listings", Cards: append(sampleOffers(), sampleNeeds()...), Pager: Pager{Next: "/find?after=x"},
	}
}

func sampleEmptyFind() FindPage {
	p := sampleFind()
	p.Cards, p.Found, p.Pager = nil, "0 listings", Pager{}
	p.Empty = Empty{Title: "No halls on Thursdays near you.", Text: "Two are free on Wednesdays.",
		Links: []Link{{"/find?day=we", "Show Wednesdays"}, {"/ask?text=hall", "Ask for one"}}}
	return p
}

func sampleNoPlaceFind() FindPage {
	p := sampleFind()
	p.Near, p.PlaceNote = "Deptfrod", "We do not know “Deptfrod”, so this is from all of London."
	p.Meant = []Link{{"/find?near=Deptford%2C+SE8", "Deptford, SE8"}, {"/find?near=Dartford%2C+DA1", "Dartford, DA1"}}
	return p
}

func sampleListing(own bool) ListingPage {
	c := sampleOffers()[0]
	p := ListingPage{
		Page: samplePage(c.Title, "/listings/1", own), ID: "1", Side: Offer, Title: c.Title,
		Description: []string{"A plain, warm hall with a good floor and a kitchen with a hatch. Chairs and tables are there. The garden is yours in summer.", "We would rather it was used than empty."},
		Facts:       []Row{{"People seated", "80"}, {"People standing", "120"}, {"Kitchen", "Yes"}, {"Tables and chairs", "Yes"}},
		Week:        c.Week, When: []string{"Mondays and Thursdays 18:00 to 22:00", "Fridays 13:00 to 17:00", "Not on bank holidays", "Two days’ notice"},
		Where: "In Greenwich, within about 1 km of the mark.", WhereHow: "At the place", HasPoint: true, Lat: c.Lat, Lng: c.Lng,
		Group: c.Group, GroupHref: "/groups/1", GroupAbout: "Constituted group, about 40 people", Evidence: []string{"Public liability insurance until 1 May 2027"},
		Terms: "What it costs: £12 an hour, for heating", Has: []string{"Step-free", "Accessible toilet", "Hearing loop"},
		Asks: []string{"Public liability insurance"}, Welcome: []string{"Children", "Amplified music"}, NotAllowed: []string{"Alcohol"},
		Tags: []Link{{"/find?tag=choir", "choir"}, {"/find?tag=hall", "hall"}}, Circle: "Shown to all London.",
		Posted: "Posted 3 days ago, open until 12 February.", Sample: true, AskHref: "/ask?like=1", AskText: "Ask for this", ReportHref: "/report?about=listing:1",
	}
	if own {
		p.Own, p.EditHref, p.CanPause, p.CanClose, p.OncePause, p.OnceClose = true, "/listings/1/edit", true, true, "o1", "o2"
		p.Matches, p.MatchHref = 3, "/mine#l-1"
	}
	return p
}

func sampleNeedListing() ListingPage {
	c := sampleNeeds()[0]
	return ListingPage{Page: samplePage(c.Title, "/listings/11", false), ID: "11", Side: Need, Title: c.Title, Group: c.Group, GroupHref: "/groups/3",
		Description: []string{"We are a carers’ choir, and we sing (not loudly)."}, Week: c.Week, When: []string{"2 hours, weekly, any evening Monday to Thursday", "12 weeks from 1 February"},
		Where: "Within 3 km of Greenwich.", Terms: "Can pay up to £24 a week", Has: []string{"Step-free"}, AskHref: "/offer?like=11", AskText: "Offer something for this", ReportHref: "/report"}
}

func samplePost(side Side, read bool) PostPage {
	p := PostPage{
		Page: samplePage("Ask for something", "/ask", true), Form: Form{Once: "once-1"}, Side: side, Action: "/" + map[Side]string{Need: "ask", Offer: "offer"}[side],
		Groups: []Option{{Value: "3", Label: "Riverside Carers’ Choir", On: true}, {Value: "4", Label: "Over 60s of the Point"}},
		Kinds: []KindChoice{
			{Option{Value: "room", Label: "Room", On: read}, []Fact{{Name: "fact_room_seated", Label: "People seated", Type: "number", Unit: "people", Value: "25"}, {Name: "fact_room_kitchen", Label: "Kitchen", Type: "flag", On: true}}},
			{Option{Value: "skill", Label: "Skill"}, []Fact{{Name: "fact_skill_level", Label: "Level", Type: "choice", Choices: Options(ctx, "fact_choice", []string{"keen", "experienced"})}}},
			{Option{Value: "equipment", Label: "Equipment"}, []Fact{{Name: "fact_equipment_size", Label: "Size", Type: "text", Max: 120}}},
		},
		Week:   WeekChoice{Name: "when", Legend: "Which times suit?", Side: side},
		Every:  Options(ctx, "every", []string{"once", "daily", "weekly", "monthly"}, "weekly"),
		Wheres: Options(ctx, "where", []string{"at_place", "delivered", "collected", "online"}, "at_place"), Terms: Options(ctx, "terms", []string{"gift", "loan", "shared", "at_cost", "swap"}, "at_cost"),
		Pers: Options(ctx, "per", []string{"hour", "day", "use"}), Features: Options(ctx, "feature", []string{"step_free", "accessible_toilet", "hearing_loop", "quiet_room", "parking", "baby_changing"}, "step_free"),
		Uses: Options(ctx, "use", []string{"alcohol", "amplified_music", "religious", "children"}), NotAllowed: Options(ctx, "use", []string{"alcohol", "animals"}),
		Asks: Options(ctx, "ask", []string{"constituted", "insurance", "safeguarding", "over18"}), Checked: Options(ctx, "check_level", []string{"none", "basic", "standard", "enhanced"}),
		Circles: Options(ctx, "circle", []string{"networks", "borough", "city", "anyone"}, "city"),
	}
	if !read {
		return p
	}
	p.Read, p.Description = true, "Room for 25 people, Thursday evenings from February for 12 weeks, step-free, within 3 km of SE10. We are a carers’ choir, we sing (not loudly)."
	p.Quantity, p.Unit, p.From, p.HourFrom, p.HourUntil, p.Times, p.Place, p.Reach = "25", "people", "2027-02-01", "18:00", "22:00", "12", "SE10", "3"
	p.Week.On[3][2] = true
	p.Help = CouldHelp{
		Chips: []Chip{{Text: "room", Href: "#f-kind"}, {Text: "25 people", Href: "#f-quantity"}, {Text: "Thursdays 18:00 to 22:00", Href: "#f-when"}, {Text: "12 weeks from 1 February", Href: "#f-from"}, {Text: "step-free", Href: "#f-features"}, {Text: "within 3 km of SE10", Href: "#f-place"}},
		Title: "2 groups near you could help",
		Fits:  []Helper{{"Church hall, seats 80, kitchen and garden", "/listings/1", "Hillside Hall Friends", []string{"about 1 km", "free 11 of your 12 Thursdays", "seats 80, you need 25"}, "", ""}, {"Large room above the library", "/listings/4", "Readers of the Vale", []string{"about 2 km", "all 12", "£18 an hour"}, "", ""}},
		Nears: []Helper{{"Meeting house, seats 30", "/listings/5", "Friends of the Lane", []string{"about 2 km", "seats 30"}, "Would match on Wednesdays", ""}},
	}
	return p
}

func samplePostWrong() PostPage {
	p := samplePost(Need, true)
	p.Errors = []FieldError{{"title", "A title needs 3 to 120 characters."}, {"when", "Mark at least one time of the week."}, {"kind", "Choose what kind of thing it is."}}
	p.Week.Error = p.Error("when")
	return p
}

func sampleMine() MinePage {
	return MinePage{Page: samplePage("My listings", "/mine", true), Listings: []MineListing{
		{ID: "11", Card: sampleNeeds()[0],
			Matches: []MatchLine{{"Church hall, seats 80, kitchen and garden", "/introductions/7", "Hillside Hall Friends", []string{"Both in Greenwich, about 1 km apart", "free 11 of your 12 Thursdays", "seats 80, you need 25", "step-free"}, "", "Waiting for your answer", nil, nil, "", nil, ""},
				{"Small hall, seats 40", "/listings/6", "Lane End Rooms", []string{"about 1 km apart"}, "", "", &BeginButton{Action: "/listings/11/matches/6", Once: "b-1", Text: "Ask them"}, nil, "", nil, ""}},
			Nears: []MatchLine{{"Meeting house, seats 30", "/listings/5", "Friends of the Lane", []string{"about 2 km apart"}, "Would match on Wednesdays", "", nil, &NearButton{Action: "/listings/11/nearly/5", Once: "n-1", Version: "1", Change: "c", Text: "Move to Wednesdays"}, "", nil, ""}}},
		{ID: "13", Card: sampleNeeds()[2], None: "Nothing fits yet. We look again whenever something is posted, and write to you."},
	}, Pager: Pager{First: "/mine", Next: "/mine?after=0-13", Label: "What your groups offer and need"}}
}

func sampleIntroduction(state string) IntroductionPage {
	week := sampleWeek("Thursdays 18:00 to 20:00, 11 of 12 weeks. Not 9 April.", []string{"mo-evening", "th-evening", "th-afternoon", "fr-afternoon"}, []string{"mo-evening", "tu-evening", "th-evening"})
	week.Large, week.Key = true, true
	p := IntroductionPage{
		Page: samplePage("A hall for your choir, about 1 km away", "/introductions/7", true), Form: Form{Once: "yes-1"}, ID: "7", Title: "A hall for your choir, about 1 km away", Side: Need,
		Need:  Half{"Somewhere for a carers’ choir to sing", "/listings/11", "You: Riverside Carers’ Choir", []string{"25 people", "any evening Mo to Th", "12 weeks"}, ""},
		Offer: Half{"Church hall, seats 80, kitchen and garden", "/listings/1", "Hillside Hall Friends", []string{"free Mo and Th evenings", "£12 an hour, at cost"}, ""},
		Reasons: []Reason{{true, "Thursdays 18:00 to 20:00", "free on 11 of your 12 weeks, not 9 April"}, {true, "Room for you", "seats 80, you are 25"},
			{true, "Step-free", "with a hearing loop"}, {false, "£24 a week", "you said free or at cost"}},
		Week: week, ReportHref: "/report?about=introduction:7",
	}
	now := map[string]int{"proposed": 1, "asked": 2, "connected": 3, "declined": 2}[state]
	for i, label := range []string{"Found", "You say yes", "They say yes", "Introduced", "Agreed", "Happened"} {
		s := map[bool]string{true: "done", false: "next"}[i < now]
		if i == now {
			s = map[bool]string{true: "stopped", false: "now"}[state == "declined"]
		}
		p.Steps = append(p.Steps, Step{label, s})
	}
	switch state {
	case "proposed":
		p.CanYes, p.CanNo, p.OnceNo, p.NoReasons = true, true, "no-1", Options(ctx, "decline", []string{"not_now", "not_suitable", "too_far", "already_sorted", "rather_not"}, "rather_not")
	case "asked":
		p.Says, p.CanTakeBack, p.TakeBack, p.OnceBack = "Waiting for Hillside Hall Friends. We wrote to them on Thursday 4 February.", true, "Take back my yes", "b"
	case "declined":
		p.Says = "Not this time. We are looking for the next best."
	case "connected":
		p.Says, p.CanStop, p.OnceStop = "You both said yes.", true, "s"
		p.Contact = &Contact{"Joan", "Hillside Hall Friends", "i7-k4mz@reply.wherewithal.example", "Hill Street, SE10 9NN"}
		p.Talk = &Conversation{Base: "/introductions/7", CanWrite: true, Once: "write-1", Max: 10000, Note: "You can write to each other until Thursday 1 April.",
			Messages: []Message{
				{ID: "1", Own: true, Name: "You, Ama", When: "yesterday at 18:04", Paragraphs: [][]string{{"Hello Joan,", "could we see the hall?"}, {"Ama"}}},
				{ID: "2", Name: "Joan", When: "today at 9:20", Paragraphs: [][]string{{"Gladly: come on Thursday at six."}},
					Files: []Link{{"/introductions/7/files/1", "plan.pdf (21 kB)"}}, LeftOut: "Not passed on: plan.exe.", ReportHref: "/report?about=message:2"},
				{ID: "3", Name: "Joan", When: "today at 9:25"}}}
	}
	return p
}

func sampleStale(href string, now ...Row) *Stale {
	return &Stale{Title: "Somebody changed this while you were writing", Text: "Nothing of yours is lost: it stands below.", Now: now, Link: Link{href, "See it as it is now"}}
}

func samplePostStale() PostPage {
	p := samplePost(Offer, true)
	p.Edit, p.Action, p.Version, p.Group, p.Groups, p.PostedFor = true, "/listings/1/edit", "4", "1", nil, "Hillside Hall Friends"
	p.Stale = sampleStale("/listings/1", Row{"Title", "Church hall with a stage"}, Row{"When", "Mondays 18:00 to 20:00 · Not on bank holidays"})
	p.PlaceAsked, p.Place, p.PlaceChoices = "deptford", "deptford", []Option{{Value: "Deptford, SE8", Label: "Deptford, SE8, Lewisham", On: true}, {Value: "Deptford Bridge, SE8", Label: "Deptford Bridge, SE8, Lewisham"}}
	p.Windows = []Option{{Value: "a", Label: "Mondays 18:00 to 20:00", On: true}, {Value: "b", Label: "The last Saturday of the month 10:00 to 14:00", On: true}}
	return p
}

func sampleGroup(own bool) GroupPage {
	return GroupPage{Page: samplePage("Hillside Hall Friends", "/groups/1", own), ID: "1", Name: "Hillside Hall Friends", About: []string{"We look after the old hall on the hill and keep it open for the neighbours."},
		Facts: []Row{{"What it is", "Constituted group"}, {"About how many", "40"}, {"Where", "Greenwich"}, {"Languages", "English, Turkish"}}, Link: "https://hillside.example", Evidence: []string{"Public liability insurance until 1 May 2027"},
		Networks: []Link{{"", "Greenwich"}, {"", "London"}}, Offers: sampleOffers(), Own: own, CanBlock: !own, OnceBlock: "b", Member: own, Posts: own, ReportHref: "/report", Sample: true, Paused: "No introductions until 1 March.",
		QR: QR{Size: 9, Path: "M4 4h1v1h-1z", Link: "http://127.0.0.1:8080/groups/1"}}
}

// samplePages is every page in the states that look different.
func samplePages() map[string]templ.Component {
	bad := func(form Form, errors ...FieldError) Form { form.Errors = errors; return form }
	legal := Options(ctx, "legal_form", []string{"informal", "constituted", "cic", "charity"}, "informal")
	pages := map[string]templ.Component{
		"home":          Home(HomePage{Page: samplePage("What groups near you have", "/", false), Near: "SE10", Place: "Greenwich", Offers: sampleOffers(), Needs: sampleNeeds(), AllOffers: "See all 81 offers", AllNeeds: "See all 47 needs", Figures: []Row{{"Groups", "60"}, {"Open listings", "128"}, {"Introductions made", "31"}}, OffersHref: "/find?side=offer", NeedsHref: "/find?side=need"}),
		"home-empty":    Home(HomePage{Page: samplePage("What groups near you have", "/", true), Place: "London"}),
		"find":          Find(sampleFind()),
		"find-empty":    Find(sampleEmptyFind()),
		"find-place":    Find(sampleNoPlaceFind()),
		"find-error":    Find(FindPage{Page: samplePage("Find", "/find", false), Error: "The search is starting. Try again in a minute.", Sorts: Options(ctx, "sort", []string{"newest"})}),
		"listing":       Listing(sampleListing(false)),
		"listing-own":   Listing(sampleListing(true)),
		"listing-need":  Listing(sampleNeedListing()),
		"ask":           Post(samplePost(Need, false)),
		"ask-read":      Post(samplePost(Need, true)),
		"ask-wrong":     Post(samplePostWrong()),
		"edit-stale":    Post(samplePostStale()),
		"offer":         Post(samplePost(Offer, true)),
		"mine":          Mine(sampleMine()),
		"mine-empty":    Mine(MinePage{Page: samplePage("My listings", "/mine", true), Empty: Empty{Title: "You have posted nothing yet.", Text: "Say what your group needs; it takes a minute.", Links: []Link{{"/ask", "Ask for something"}}}}),
		"introductions": Introductions(IntroductionsPage{Page: samplePage("Introductions", "/introductions", true), Waiting: []IntroductionLine{{"/introductions/7", "A hall for your choir", "Hillside Hall Friends", Need, "Waiting for you", "since Thursday", []string{"about 1 km", "free 11 of your 12 Thursdays"}}}, Going: []IntroductionLine{{"/introductions/8", "Two gazebos for the fete", "Lower Field Allotments", Need, "Waiting for them", "since Monday", nil}}, Past: []IntroductionLine{{"/introductions/2", "Someone to read a lease", "Tenants of Tanner’s Row", Offer, "Lapsed", "3 January", nil}}}),
		"ring": Ring(RingPage{Page: samplePage("A ring of 3 groups", "/introductions/rings/3", true), Form: Form{Once: "y"}, Base: "/introductions/rings/3", GroupID: "g", Title: "A ring of 3 groups",
			Steps: []Step{{"Found", "done"}, {"1 of 3 have said yes", "now"}, {"Introduced", "next"}}, Says: "In this ring each gives to the next.",
			Round: []string{"Hillside Hall Friends gives you: Church hall", "You give Lower Field Allotments: A gazebo", "Then Lower Field Allotments gives something to Hillside Hall Friends"},
			Gets:  Gift{"Church hall", "/listings/1", "From Hillside Hall Friends, for what you asked: somewhere to sing", []Reason{{true, "Room for you", "seats 80, you are 25"}}, ""}, Gives: Gift{Title: "A gazebo", Group: "To Lower Field Allotments, who asked: a gazebo"},
			CanYes: true, CanNo: true, YesWords: "Yes, we are in", NoWords: "Not this one", OnceNo: "n"}),
		"ring-connected": Ring(RingPage{Page: samplePage("A ring of 3 groups", "/introductions/rings/3", true), Title: "A ring of 3 groups", Steps: []Step{{"Found", "done"}, {"3 of 3 have said yes", "done"}, {"Introduced", "now"}},
			Says: "All said yes.", Connected: []Link{{"/introductions/7", "Agree when you get: Church hall"}}}),
		"introductions-empty": Introductions(IntroductionsPage{Page: samplePage("Introductions", "/introductions", true), Empty: Empty{Title: "No introductions yet.", Text: "When something fits, we write to you and it stands here.", Links: []Link{{"/ask", "Ask for something"}}}}),
		"signin":              SignIn(SignInPage{Page: samplePage("Sign in", "/sign-in", false), Form: Form{Once: "s"}, Next: "/ask"}),
		"signin-wrong":        SignIn(SignInPage{Page: samplePage("Sign in", "/sign-in", false), Form: bad(Form{Once: "s"}, FieldError{"email", "That does not look like an e-mail address. It needs an @."}), Email: "ama"}),
		"signin-sent":         SignInSent(SignInSentPage{Page: samplePage("Look in your mail", "/sign-in/sent", false), Form: bad(Form{Once: "s"}, FieldError{"code", "That code is not right."}), Email: "ama@choir.example", Left: 4}),
		"signin-link":         SignInLink(SignInLinkPage{Page: samplePage("Sign in", "/sign-in/x", false), Form: Form{Once: "s"}, Action: "/sign-in/x", Email: "ama@choir.example"}),
		"signin-other":        SignInOther(SignInOtherPage{Page: samplePage("Sign in", "/sign-in/x", false), Code: "482 917", Device: "Firefox on Android", Asked: "today at 18:04"}),
		"signin-gone":         SignInGone(SignInGonePage{Page: samplePage("Sign in", "/sign-in/x", false)}),
		"account": Account(AccountPage{Page: samplePage("My account", "/account", true), Form: Form{Once: "o"}, Name: "Ama", Zones: []Option{{Value: "Europe/London", Label: "Europe/London", On: true}},
			Now: "You sign in with ama@choir.example.", Waits: "You asked to change to ama@new.example.", OnceAddress: "a", More: []AccountLink{{Link{"/account/mails", "Mails"}, "which mails you get"}}}),
		"new address": NewAddress(NewAddressPage{Page: samplePage("Change your e-mail address", "/address/k", true), Form: Form{Once: "o"}, Path: "/address/k", Says: "From now on you sign in with ama@new.example."}),
		"not me":      NotMe(NotMePage{Page: samplePage("Was it not you?", "/not-me/k", false), Says: "Somebody asked.", Path: "/not-me/k", Once: "o"}),
		"data":        Data(DataPage{Page: samplePage("What we keep of you", "/account/data", true), Once: "o", Says: "Your copy is ready.", Fetch: Link{"/account/data/1", "Save the copy"}}),
		"erasing": Erasing(ErasePage{Page: samplePage("Erase my account", "/account/erase", true), Form: Form{Once: "o", Errors: []FieldError{{"groups", "Hand it over first."}}}, Goes: []string{"your name"}, Stays: []string{"figures"},
			Bound: []BoundGroup{{Link{"/groups/3/members", "Hand over"}, Link{"/groups/3/close", "Close"}}}}),
		"erase": Erase(ErasePage{Page: samplePage("Erase your account?", "/erase/k", false), Form: Form{Once: "o"}, Goes: []string{"your name"}, Stays: []string{"figures"}, Deserts: []Link{{"/networks/a/members", "Maze Hill Together: nobody else looks after this network."}}, Path: "/erase/k", Says: "a…@choir.example is about to be erased."}),
		"privacy": Privacy(PrivacyPage{Page: samplePage("Privacy", "/privacy", false), Intro: []string{"What we keep."},
			Parts: []PrivacyPart{{"you", "You", []PrivacyEntry{{"Your name", []Row{{"What for", "A group is told."}, {"How long", "Until you change it."}}}}}}}),
		"link gone":  LinkGone(LinkGonePage{Page: samplePage("A link that has ended", "/address/k", false), Text: "It has ended.", Next: Link{"/account", "My account"}}),
		"sessions":   Sessions(SessionsPage{Page: samplePage("Where you are signed in", "/account/sessions", true), Email: "ama@choir.example", OnceOthers: "o", Sessions: []Session{{"1", "Firefox on Android", "since 3 February", "last used today at 18:04", true, "a"}, {"2", "Chrome on Windows", "since 1 January", "last used on 2 February", false, "b"}}}),
		"group":      Group(sampleGroup(false)),
		"group-own":  Group(sampleGroup(true)),
		"group-new":  GroupEdit(GroupEditPage{Page: samplePage("Add your group", "/groups/new", true), Form: bad(Form{Once: "g"}, FieldError{"name", "A name needs 3 to 120 characters."}), LegalForms: legal}),
		"group-edit": GroupEdit(GroupEditPage{Page: samplePage("Change", "/groups/1/edit", true), Form: Form{Once: "g"}, ID: "1", Name: "Hillside Hall Friends", LegalForms: legal, HideName: true, Alias: "A group in Greenwich"}),
		"group-stale": GroupEdit(GroupEditPage{Page: samplePage("Change", "/groups/1/edit", true), Form: Form{Once: "g"}, ID: "1", Name: "Hillside Hall Friends", LegalForms: legal, HideName: true, Alias: "A group in Greenwich",
			Stale: sampleStale("/groups/1", Row{"Show our name only after both say yes", "Yes"}, Row{"Name to show instead", "A group in Greenwich"})}),
		"group-places":      GroupPlaces(GroupPlacesPage{Page: samplePage("Places", "/groups/1/places", true), Form: Form{Once: "g"}, ID: "1", Name: "Hillside Hall Friends", Places: []GroupPlace{{"1", "The hall", "SE10 9NN, Greenwich", "Others see a point in Greenwich, within 800 m", "a", true}, {"2", "The shed", "SE10 8XX, Greenwich", "Others see a point in Greenwich, within 800 m", "b", false}}, Confirm: "Yes, it is in Greenwich, near SE10 9"}),
		"group-places-none": GroupPlaces(GroupPlacesPage{Page: samplePage("Places", "/groups/1/places", true), Form: Form{Once: "g"}, ID: "1", Name: "Hillside Hall Friends"}),
		"search-new": NewSearch(NewSearchPage{Page: samplePage("Save this search", "/account/searches/new", true), Form: bad(Form{Once: "n"}, FieldError{"side", "Please choose one of these."}), Search: "q=hall", Back: "/find?q=hall",
			Parts: []string{"“hall”", "within 3 km of SE10"}, Sides: Options(ctx, "search_side", []string{"offer", "need"}), Paces: Options(ctx, "search_pace", []string{"at_once", "digest"}, "digest")}),
		"searches": Searches(SearchesPage{Page: samplePage("Your saved searches", "/account/searches", true), Stopped: "You have stopped digests.", Searches: []SavedSearch{
			{ID: "1", Name: "Offers · “hall”", Says: "You are told at once.", Find: "/find?q=hall", Once: "a", Form: Form{Once: "b"}, Paces: Options(ctx, "search_pace", []string{"at_once", "digest"}, "at_once")},
			{ID: "2", Name: "For the choir", Own: "For the choir", Asks: "Offers · “piano”", Says: "Paused.", Paused: true, Find: "/find?q=piano", Once: "c", Form: Form{Once: "d"}}}}),
		"searches-none": Searches(SearchesPage{Page: samplePage("Your saved searches", "/account/searches", true)}),
		"search-stop":   StopSearch(StopSearchPage{Page: samplePage("Stop the alerts of a search", "/s/t", false), Path: "/s/t", Name: "Offers · “hall”", Once: "s"}),
		"search-still":  StopSearch(StopSearchPage{Page: samplePage("Stop the alerts of a search", "/s/t", false), Path: "/s/t", Name: "Offers · “hall”", Stopped: true}),
		"mails": Mails(MailsPage{Page: samplePage("Your mails", "/account/mails", true), Form: Form{Once: "m"}, Base: "/mails/t", Bounced: true, OnceTry: "t", OnceStop: "s",
			Stop: "message", StopText: "What connected groups write to us", Kinds: []Option{{Value: "message", Label: "What connected groups write to us", Hint: "Without it, read on the page.", On: true}}}),
		"group-pause":    GroupPause(GroupPausePage{Page: samplePage("Pause", "/groups/1/pause", true), Form: Form{Once: "g"}, ID: "1", Name: "Hillside Hall Friends", Paused: "No introductions until 1 March."}),
		"report":         Report(ReportPage{Page: samplePage("Report this", "/report", false), Form: Form{Once: "r"}, About: "listing:1", AboutText: "Church hall", Reasons: Options(ctx, "report_reason", []string{"wrong", "unsafe", "personal", "unlawful", "spam", "another"}), SignedOut: true}),
		"report-thanks":  ReportThanks(ReportThanksPage{Page: samplePage("Thank you", "/report/thanks", false), Back: "/listings/1"}),
		"blocks":         Blocks(BlocksPage{Page: samplePage("Blocked groups", "/blocks", true), Blocks: []Block{{"9", "Some Group", "Blocked by Riverside Carers’ Choir", "x"}}}),
		"blocks-none":    Blocks(BlocksPage{Page: samplePage("Blocked groups", "/blocks", true)}),
		"dev-mails":      DevMails(DevMailsPage{Page: samplePage("Mails", "/dev/mail", false), Mails: []DevMailLine{{"/dev/mail/2", "Someone who could help: a hall for your choir", "ama@choir.example", "today at 18:04"}}}),
		"dev-mails-none": DevMails(DevMailsPage{Page: samplePage("Mails", "/dev/mail", false)}),
		"dev-mail":       DevMail(DevMailPage{Page: samplePage("Mail", "/dev/mail/2", false), Subject: "Sign in to Wherewithal", Headers: []Row{{"To", "ama@choir.example"}, {"Date", "today at 18:04"}, {"Message-ID", "<sign-in-1234567890abcdef@wherewithal.example>"}}, Text: []Run{{Text: "Open this link:\n\n"}, {Text: "http://127.0.0.1:8080/sign-in/abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopq", Href: "/sign-in/abc"}, {Text: "\n\nIt works once."}}, HTMLHref: "/dev/mail/2/html"}),
		"dev-templates":  DevTemplates(DevTemplatesPage{Page: samplePage("All kinds of mail", "/dev/mail/templates", false), Templates: []DevTemplate{{"sign_in", "Sign in to Wherewithal", "/a", "/b"}, {"connected", "You are introduced", "/c", "/d"}}}),
	}
	maps.Copy(pages, sampleHouse())
	maps.Copy(pages, sampleEmpties())
	for _, state := range []string{"proposed", "asked", "connected", "declined"} {
		pages["introduction-"+state] = Introduction(sampleIntroduction(state))
	}
	for _, status := range []int{403, 404, 429, 500, 503} {
		pages["problem-"+count(status)] = Problem(ProblemPage{Page: samplePage(T(ctx, ProblemTitle(status)), "/x", false), Status: status, Request: "r-81f3"})
	}
	return pages
}
