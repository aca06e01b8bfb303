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
			Invited: []Invited{{"7", "a.very.long.address.of.somebody@a-long-domain.example", "Reader, until 28 January 2027", "c"}}}),
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
		"evidence": Evidence(EvidencePage{Page: samplePage("Evidence", "/groups/1/evidence", true), Form: Form{Once: "g"}, ID: "1", Name: hall,
			Evidence: []EvidenceLine{{"1", "Public liability insurance, as the group states, from 1 March 2026, good until 28 February 2027", false, "a"}, {"2", "A safeguarding policy, as the group states, from 1 March 2020, good until 28 February 2021", true, "b"}},
			Kinds:    Options(ctx, "evidence_kind", []string{"insurance", "safeguarding"}), Levels: Options(ctx, "level_stated", []string{"none", "basic", "standard", "enhanced"}, "none"),
			StatedOn: "You last said so on 3 February 2026.", OnceChecks: "c"}),
	}
}
