package view

import "github.com/a-h/templ"

// sampleHouse is every page about groups' members, networks, safety and accounts.
func sampleHouse() map[string]templ.Component {
	roles := Options(ctx, "role", []string{"owner", "poster", "reader"}, "poster")
	wrong := Form{Once: "g", Errors: []FieldError{{"address", "This does not look like an e-mail address. It should read like name@example.org."}}}
	const hall = "Hillside Hall Friends"
	return map[string]templ.Component{
		"members": Members(MembersPage{Page: samplePage("Members", "/groups/1/members", true), Form: wrong, ID: "1", Name: hall, Owner: true, Address: "jo", Roles: roles,
			Members: []Member{{"1", "Ama", true, "Owner", "since 3 February 2026", roles, "a"}, {"2", "Jo", false, "Poster", "since 1 January 2027", roles, "b"}},
			Invited: []Invited{{ID: "7", Address: "a.very.long.address.of.somebody@a-long-domain.example", Says: "Reader, until 28 January 2027", Undelivered: true, Once: "c"}}}),
		"members-reader": Members(MembersPage{Page: samplePage("Members", "/groups/1/members", true), Form: Form{Once: "g"}, ID: "1", Name: hall,
			Members: []Member{{"1", "Ama", false, "Owner", "since 3 February 2026", roles, "a"}}}),
		"leave": Leave(LeavePage{Page: samplePage("Leave", "/groups/1/leave", true), Form: Form{Once: "g"}, ID: "1", Name: hall, Says: "You no longer act for this group.",
			Heirs: []Option{{Value: "2", Label: "Jo"}}, CanClose: true}),
		"leave-alone": Leave(LeavePage{Page: samplePage("Leave", "/groups/1/leave", true), Form: Form{Once: "g"}, ID: "1", Name: hall, Alone: true, CanClose: true}),
		"close-group": CloseGroup(CloseGroupPage{Page: samplePage("Close", "/groups/1/close", true), Form: Form{Once: "g", Errors: []FieldError{{"confirm", "Please tick the box."}}}, ID: "1", Name: hall}),
		"join": Join(JoinPage{Page: samplePage("Join", "/join/x", true), Name: hall, Says: "Ama invites you to join as a poster: you may post for the group and answer.",
			Until: "The invitation is good until Thursday 28 January 2027.", Path: "/join/x", Can: true, OnceYes: "a", OnceNo: "b"}),
		"join-other": Join(JoinPage{Page: samplePage("Join", "/join/x", true), Name: hall, Says: "Ama invites you.", Path: "/join/x", Other: true, OnceYes: "a", OnceNo: "b"}),
		"join-out":   Join(JoinPage{Page: samplePage("Join", "/join/x", false), Name: hall, Says: "Ama invites you.", Path: "/join/x", SignIn: "/sign-in?next=/join/x", OnceYes: "a", OnceNo: "b"}),
		"join-gone":  Join(JoinPage{Page: samplePage("Join", "/join/x", false), Name: hall, Gone: true}),
		"networks":   Networks(NetworksPage{Page: samplePage("Networks", "/networks", true), CanNew: true, Levels: []NetworkLevel{{"A neighbourhood", []Link{{"/networks/a", "Maze Hill Together"}}}, {"A borough", []Link{{"/networks/b", "Greenwich Web"}}}}}),
		"network": Network(NetworkPage{Page: samplePage("Maze Hill Together", "/networks/a", true), Path: "/networks/a", Name: "Maze Hill Together", About: []string{"A few streets that look out for each other."},
			Level: "A neighbourhood", Connectors: "Looked after by Kit and Lee.", Boundary: &Boundary{Href: "/b", Title: "The boundary of Maze Hill Together", Says: "About 1 km from west to east and 1 km from north to south.",
				Width: 1440, Height: 1020, Map: 900, Area: "M40 840l300 -760 620 -40 440 500 -380 300zM600 500l160 40 20 -160z", Within: "M200 660l420 80 -60 -400 -200 -140z", Bar: "M40 948v24h540v-24", BarX: 620, BarY: 960, Scale: "500 m"},
			Groups: []Link{{"/groups/1", hall}, {"/groups/2", "Lower Field Allotments"}}, Hidden: 1, Above: []Link{{"/networks/b", "Greenwich Web"}, {"/networks/c", "Growers"}},
			Beside: []Link{{"/networks/d", "Blackheath Neighbours"}}, Calls: []string{"Halls and huts: 3", "Skill: 2"}, Tags: []Link{{"/find", "singing"}}, Missing: sampleNeeds()[:1], Offers: sampleOffers(), Needs: sampleNeeds()[1:], Looks: true,
			Joined: []NetworkGroup{{"1", "Hillside Hall Friends belongs to it.", "Leave it with Hillside Hall Friends", "x"}}, CanAsk: []Option{{Value: "3", Label: "Choir"}, {Value: "4", Label: "Over 60s"}}, OnceAsk: "y"}),
		"network-edit": NetworkEdit(NetworkEditPage{Page: samplePage("Change", "/networks/a/edit", true), Form: Form{Once: "g"}, Path: "/networks/a/edit", Heading: "Change Maze Hill Together", Name: "Maze Hill Together", Levels: Options(ctx, "level", []string{"neighbourhood", "borough", "city_region", "national", "interest"}, "borough")}),
		"network-stale": NetworkEdit(NetworkEditPage{Page: samplePage("Change", "/networks/a/edit", true), Form: Form{Once: "g"}, Path: "/networks/a/edit", Heading: "Change Maze Hill Together", Name: "Maze Hill Together", Levels: Options(ctx, "level", []string{"neighbourhood", "borough"}, "borough"), Holds: true,
			Stale: sampleStale("/networks/a", Row{"Look at a new group’s first listing before anybody else sees it", "Yes"}, Row{"Boundary", "About 2 km from west to east and 1 km from north to south."})}),
		"network-desk": NetworkDesk(NetworkDeskPage{Page: samplePage("Look after", "/networks/a/members", true), Form: Form{Once: "g"}, Path: "/networks/a", Name: "Maze Hill Together", Asking: []DeskGroup{{ID: "1", Name: hall, Href: "/groups/1", Once: "a"}, {ID: "4", Name: "Band", Href: "/groups/4", Involved: true}}, Groups: []DeskGroup{{ID: "2", Name: "Allotments", Href: "/groups/2", Once: "b", Papers: "/groups/2/evidence"}},
			Invited: []DeskGroup{{ID: "3", Name: "Choir", Href: "/groups/3", Says: "invited, not answered yet", Once: "c"}}, Ties: []DeskTie{{"Greenwich Web", "above, waits for theirs", "/t", "Look at ending it"}}, Others: []Option{{Value: "x", Label: "Growers"}}, As: []Option{{Value: "parent", Label: "Above: Maze Hill Together becomes part of it", On: true}, {Value: "child", Label: "Below"}, {Value: "peer", Label: "Beside"}},
			Connectors: []DeskConnector{{Name: "Kit (you)"}, {Name: "Lee", ID: "5", Once: "r"}}, Looks: true, OnceAdd: "o", OnceDown: "p"}),
		"tie": Tie(TiePage{Page: samplePage("Tie", "/networks/a/tie", true), Path: "/networks/a", Own: "Maze Hill Together", Heading: "Maze Hill Together as part of Greenwich Web", Means: []string{"Groups of Maze Hill Together see what groups of Greenwich Web keep to their networks. It does not work the other way.", "Just now that is 4 listings, which 12 more groups could see."}, Stands: "Greenwich Web has asked.", With: "b", As: "parent", Yes: "Yes, do it", No: "No", Once: "g"}),
		"network-words": NetworkWords(NetworkWordsPage{Page: samplePage("Words", "/networks/a/words", true), Form: Form{Once: "g"}, Path: "/networks/a", Name: "Maze Hill Together", Kinds: []Field{{Name: "kind_room", Label: "For “Room”", Value: "Halls and huts"}}, Tags: "choir = singing", Seen: "k",
			Stale: sampleStale("/networks/a", Row{"Tags", "choir = song"})}),
		"group-networks": GroupNetworks(GroupNetworksPage{Page: samplePage("Networks", "/groups/1/networks", true), ID: "1", Name: hall, Lines: []GroupNetwork{{"1", "Greenwich Web", "/networks/b", "invites you", "Join", "No, thank you", "a", "no"}, {"2", "Growers", "/networks/c", "since 3 February", "", "Leave", "b", "leave"}}}),
		"reports": Reports(ReportsPage{Page: samplePage("Reports", "/reports", true), Operator: true, Lists: []QueueList{
			{Heading: "Reported", Lines: []QueueLine{{"/reports/1", "Church hall, seats 80", "It is not true · today at 18:04", "", "", "", "", "", ""}, {Title: "Allotments", Says: "About a group that you belong to. Another connector or an operator looks at it."}}, Next: "/reports?list=reports"},
			{Heading: "Names much like another’s", Lines: []QueueLine{{"/groups/1", "The Creeks1de Choir", "yesterday", "/held/groups/1", "Let it be shown", "a", "", "Refuse", ""}}}}}),
		"reported": Reported(ReportedPage{Page: samplePage("Reported", "/reports/1", true), Form: Form{Once: "g"}, Path: "/reports/1", Title: "Church hall, seats 80", Href: "/listings/1", Text: []string{"A plain, warm hall."}, Group: Link{"/groups/1", hall},
			Said: []Row{{"It is not true, somebody who is not signed in, today at 18:04", "It is a garage"}}, Open: true, Acts: Options(ctx, "decide", []string{"hidden", "kept"}), Reasons: Options(ctx, "report_reason", []string{"wrong", "spam"})}),
		"held": Held(HeldPage{Page: samplePage("Held", "/held/listings/1", true), Form: Form{Once: "g"}, Path: "/held/listings/1", Heading: "A new group’s first listing", Title: "Church hall, seats 80", Lang: "en-GB", Text: []string{"A plain, warm hall."},
			Group: Link{"/groups/1", hall}, Let: "Let it through", OnceLet: "h", About: "Nobody else will see it.", Reasons: Options(ctx, "report_reason", []string{"wrong", "spam"})}),
		"decision":  Decision(DecisionPage{Page: samplePage("Decision", "/decisions/1", true), Form: Form{Once: "g"}, Path: "/decisions/1", Says: "Hidden today at 18:04: Church hall, seats 80", Rows: []Row{{"The reason", "It is not true"}, {"Why", "It is a garage."}}, CanAppeal: true, AppealAbout: "Say once why it should not have been hidden."}),
		"decisions": Decisions(DecisionsPage{Page: samplePage("Log", "/decisions", true), Lines: []LogLine{{Link{"/decisions/1", "Hidden today at 18:04: Church hall, seats 80"}, "It is not true. Kit, for Greenwich Web"}}}),
		"complaint": Complaint(ComplaintPage{Page: samplePage("Complain", "/complaints", false), Form: Form{Once: "g"}, SignedOut: true}),
		"operator":  Operator(OperatorPage{Page: samplePage("Operator", "/operator", true), Jobs: []Row{{"Waiting", "3"}}, Failed: []FailedLine{{"7", "letter", "away, 9 tries, today at 18:04", "a", false}, {"8", "import", "gave up, 5 tries, today at 18:04", "", true}}, Mail: []Row{{"Not sent yet", "2"}}, Index: []Row{{"Oldest change not indexed", "none"}}, Things: []Row{{"postgres", "answers"}, {"redis", "does not answer"}}, Away: true, Left: []Link{{"/networks/greenwich-web/members", "Greenwich Web"}}, MoreLeft: Pager{Next: "/operator?networks=1"}}),
		"evidence": Evidence(EvidencePage{Page: samplePage("Evidence", "/groups/1/evidence", true), Form: Form{Once: "g"}, ID: "1", Name: hall,
			Evidence: []EvidenceLine{{"1", "Public liability insurance, as the group states, from 1 March 2026, good until 28 February 2027", false, "a"}, {"2", "A safeguarding policy, as the group states, from 1 March 2020, good until 28 February 2021", true, "b"}},
			Kinds:    Options(ctx, "evidence_kind", []string{"insurance", "safeguarding"}), Levels: Options(ctx, "level_stated", []string{"none", "basic", "standard", "enhanced"}, "none"),
			StatedOn: "You last said so on 3 February 2026.", OnceChecks: "c"}),
		"evidence-seen": EvidenceSeen(EvidenceSeenPage{Page: samplePage("Seen", "/groups/1/evidence", true), Form: Form{Once: "g"}, ID: "1", Name: hall, On: "2026-11-26",
			Evidence: []EvidenceLine{{"1", "Public liability insurance, from 1 March 2026, shown to Maze Hill Together on 3 April 2026", false, "a"}, {"2", "A safeguarding policy, as the group states, from 1 March 2020", false, ""}},
			Kinds:    []Option{{Value: "1", Label: "Public liability insurance"}, {Value: "2", Label: "A safeguarding policy"}}, Networks: []Option{{Value: "3", Label: "Maze Hill Together"}, {Value: "4", Label: "Greenwich Web"}}}),
	}
}
