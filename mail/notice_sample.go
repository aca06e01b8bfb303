package mail

import "wherewithal/market"

var noticeSamples = []sampleKind{
	{"welcome", Notice{Kind: market.WelcomeLetter, Link: sampleSite + "/", Data: map[string]any{"Name": "Ama"}}},
	{"welcome-invited", Notice{Kind: market.WelcomeLetter, Variant: "invited", Link: sampleSite + "/join/k2", Data: map[string]any{
		"Name": "Ama", "Group": "Greenwich Carers’ Choir"}}},
	{"group-invitation", WithStopAll(Notice{Kind: market.InvitationLetter, Variant: "poster", Link: sampleSite + "/join/k2", Data: map[string]any{
		"Group": "Greenwich Carers’ Choir", "Name": "Ama", "Until": "Thursday 28 January"}}, sampleSite+"/unwanted/u1")},
	{"group-invitation-owner", WithStopAll(Notice{Kind: market.InvitationLetter, Variant: "owner", Link: sampleSite + "/join/k3", Data: map[string]any{
		"Group": "Greenwich Carers’ Choir", "Name": "Ama", "Until": "Thursday 28 January"}}, sampleSite+"/unwanted/u1")},
	{"group-invitation-reader", WithStopAll(Notice{Kind: market.InvitationLetter, Variant: "reader", Link: sampleSite + "/join/k4", Data: map[string]any{
		"Group": "Greenwich Carers’ Choir", "Name": "Ama", "Until": "Thursday 28 January"}}, sampleSite+"/unwanted/u1")},
	{"membership-reader", Notice{Kind: market.MembershipChanged, Variant: "reader", Link: sampleSite + "/groups/3", Data: sampleMembership}},
	{"membership-poster", Notice{Kind: market.MembershipChanged, Variant: "poster", Link: sampleSite + "/groups/3", Data: sampleMembership}},
	{"membership-owner", Notice{Kind: market.MembershipChanged, Variant: "owner", Link: sampleSite + "/groups/3", Data: sampleMembership}},
	{"membership-only-owner", Notice{Kind: market.MembershipChanged, Variant: "only_owner", Link: sampleSite + "/groups/3", Data: sampleMembership}},
	{"membership-removed", Notice{Kind: market.MembershipChanged, Variant: "removed", Link: sampleSite + "/mine", Data: sampleMembership}},
	{"new-contact", Notice{Kind: market.NewContact, Link: sampleHall.Link, Data: map[string]any{"Group": "Greenwich Carers’ Choir",
		"Other": sampleHall.Name, "Title": "Somewhere for 25 to sing", "Contact": "Jo"}, Facts: []NoticeFact{{"contact", "Jo"}}}},
	{"evidence-ending", WithStop(Notice{Kind: market.EvidenceEnding, Link: sampleSite + "/groups/3/evidence", Data: map[string]any{
		"Group": "Greenwich Carers’ Choir", "What": "Public liability insurance", "Until": "Thursday 28 January"}}, sampleSite+"/mails/n3/stop/evidence_ending")},
	{"network-invitation", WithStop(Notice{Kind: market.NetworkInvitation, Link: sampleSite + "/groups/3/networks", Data: map[string]any{
		"Group": "Greenwich Carers’ Choir", "Network": "Greenwich Together"}}, sampleSite+"/mails/n3/stop/network_invitation")},
	{"network-answer", Notice{Kind: market.NetworkAnswer, Link: sampleSite + "/networks/greenwich-together", Data: map[string]any{
		"Group": "Greenwich Carers’ Choir", "Network": "Greenwich Together"}}},
	{"network-no", Notice{Kind: market.NetworkNo, Said: "We are for groups of these few streets.\n\nGreenwich Web may be the one for you.", Link: sampleSite + "/networks/greenwich-together", Data: map[string]any{
		"Group": "Greenwich Carers’ Choir", "Network": "Greenwich Together"}}},
	{"network-no-wordless", Notice{Kind: market.NetworkNo, Variant: "wordless", Link: sampleSite + "/networks/greenwich-together", Data: map[string]any{
		"Group": "Greenwich Carers’ Choir", "Network": "Greenwich Together"}}},
	{"network-out", Notice{Kind: market.NetworkOut, Said: "You have moved away from these streets.\n\nGreenwich Web may be the one for you.", Link: sampleSite + "/networks/greenwich-together", Data: map[string]any{
		"Group": "Greenwich Carers’ Choir", "Network": "Greenwich Together"}}},
	{"network-out-wordless", Notice{Kind: market.NetworkOut, Variant: "wordless", Link: sampleSite + "/networks/greenwich-together", Data: map[string]any{
		"Group": "Greenwich Carers’ Choir", "Network": "Greenwich Together"}}},
	{"invitation-answered-yes", Notice{Kind: market.InvitationAnswered, Variant: "yes", Link: sampleSite + "/networks/greenwich-together/members", Data: map[string]any{
		"Network": "Greenwich Together", "Other": "Greenwich Carers’ Choir"}}},
	{"invitation-answered-no", Notice{Kind: market.InvitationAnswered, Variant: "no", Link: sampleSite + "/networks/greenwich-together/members", Data: map[string]any{
		"Network": "Greenwich Together", "Other": "Greenwich Carers’ Choir"}}},
	{"tie-answered-yes", Notice{Kind: market.TieAnswered, Variant: "yes", Link: sampleSite + "/networks/greenwich-together/members", Data: map[string]any{
		"Network": "Greenwich Together", "Other": "Thames Growers"}}},
	{"tie-answered-no", Notice{Kind: market.TieAnswered, Variant: "no", Link: sampleSite + "/networks/greenwich-together/members", Data: map[string]any{
		"Network": "Greenwich Together", "Other": "Thames Growers"}}},
	{"tie-ended", Notice{Kind: market.TieAnswered, Variant: "ended", Link: sampleSite + "/networks/greenwich-together/members", Data: map[string]any{
		"Network": "Greenwich Together", "Other": "Thames Growers"}}},
	{"connector-removed", Notice{Kind: market.ConnectorRemoved, Said: "Groups wrote to us that nobody answers.\n\nWrite to us if that is wrong.", Link: sampleSite + "/networks/greenwich-together",
		Data: map[string]any{"Network": "Greenwich Together"}}},
	{"join-request", WithStop(Notice{Kind: market.JoinRequest, Link: sampleSite + "/networks/greenwich-together/members", Data: map[string]any{
		"Network": "Greenwich Together", "Count": 2}, Facts: []NoticeFact{{"asks_group", "Greenwich Carers’ Choir"}, {"asks_network", "Thames Growers"}}}, sampleSite+"/mails/n3/stop/join_request")},
	{"join-request-nobody", Notice{Kind: market.JoinRequest, Variant: "nobody", Link: sampleSite + "/networks/greenwich-together/members", Data: map[string]any{
		"Network": "Greenwich Together", "Count": 1}, Facts: []NoticeFact{{"asks_group", "Greenwich Carers’ Choir"}}}},
	{"moderation-listing", Notice{Kind: market.ModerationNotice, Variant: "listing", Said: "The price asked is not only for heating.\n\nPlease say what it is for.", Link: sampleSite + "/decisions/5",
		Data: map[string]any{"Group": sampleHall.Name, "Title": sampleHall.Title, "Reason": "It is not true"}}},
	{"moderation-photo", Notice{Kind: market.ModerationNotice, Variant: "photo", Said: "It shows people who did not agree to that.", Link: sampleSite + "/decisions/5",
		Data: map[string]any{"Group": sampleHall.Name, "Title": sampleHall.Title, "Reason": "It is unsafe"}}},
	{"moderation-group", Notice{Kind: market.ModerationNotice, Variant: "group", Said: "The price asked is not only for heating.\n\nPlease say what it is for.", Link: sampleSite + "/decisions/5",
		Data: map[string]any{"Group": sampleHall.Name, "Title": sampleHall.Title, "Reason": "It is not true"}}},
	{"moderation-network", Notice{Kind: market.ModerationNotice, Variant: "network", Said: "The words on it are an advertisement.", Link: sampleSite + "/decisions/5",
		Data: map[string]any{"Group": "Greenwich Together", "Title": "", "Reason": "It is advertising"}}},
	{"moderation-message", Notice{Kind: market.ModerationNotice, Variant: "message", Said: "The price asked is not only for heating.\n\nPlease say what it is for.", Link: sampleSite + "/decisions/5",
		Data: map[string]any{"Group": sampleHall.Name, "Title": sampleHall.Title, "Reason": "It is not true"}}},
	{"moderation-refused-listing", Notice{Kind: market.ModerationNotice, Variant: "refused_listing", Said: "The price asked is not only for heating.\n\nPlease say what it is for.", Link: sampleSite + "/decisions/5",
		Data: map[string]any{"Group": sampleHall.Name, "Title": sampleHall.Title, "Reason": "It is not true"}}},
	{"moderation-refused-group", Notice{Kind: market.ModerationNotice, Variant: "refused_group", Said: "There is a choir of nearly that name, and people would write to the wrong one.", Link: sampleSite + "/decisions/5",
		Data: map[string]any{"Group": sampleHall.Name, "Title": "", "Reason": "It is much like another’s"}}},
	{"moderation-refused-network", Notice{Kind: market.ModerationNotice, Variant: "refused_network", Said: "There is a network of nearly that name, and people would join the wrong one.", Link: sampleSite + "/decisions/5",
		Data: map[string]any{"Group": "Greenwich Together", "Title": "", "Reason": "It is much like another’s"}}},
	{"appeal-restored-refused", Notice{Kind: market.AppealAnswered, Variant: "restored_refused", Said: "We had misread it.", Link: sampleSite + "/decisions/5",
		Data: map[string]any{"Group": sampleHall.Name, "Title": sampleHall.Title, "Reason": "It is not true"}}},
	{"appeal-upheld-refused", Notice{Kind: market.AppealAnswered, Variant: "upheld_refused", Said: "The rules ask that a cost is named.", Link: sampleSite + "/decisions/5",
		Data: map[string]any{"Group": sampleHall.Name, "Title": sampleHall.Title, "Reason": "It is not true"}}},
	{"appeal-restored-paused", Notice{Kind: market.AppealAnswered, Variant: "restored_paused", Said: "We had misread it.", Link: sampleSite + "/decisions/5",
		Data: map[string]any{"Group": sampleHall.Name, "Title": sampleHall.Title, "Reason": "It is not true"}}},
	{"appeal-restored-expired", Notice{Kind: market.AppealAnswered, Variant: "restored_expired", Said: "We had misread it.", Link: sampleSite + "/decisions/5",
		Data: map[string]any{"Group": sampleHall.Name, "Title": sampleHall.Title, "Reason": "It is not true"}}},
	{"appeal-restored-back", Notice{Kind: market.AppealAnswered, Variant: "restored_back", Said: "We had misread it.", Link: sampleSite + "/decisions/5",
		Data: map[string]any{"Group": sampleHall.Name, "Title": sampleHall.Title, "Reason": "It is not true"}}},
	{"appeal-restored", Notice{Kind: market.AppealAnswered, Variant: "restored", Said: "We had misread it.", Link: sampleSite + "/decisions/5",
		Data: map[string]any{"Group": sampleHall.Name, "Title": sampleHall.Title, "Reason": "It is not true"}}},
	{"appeal-upheld", Notice{Kind: market.AppealAnswered, Variant: "upheld", Said: "The rules ask that a cost is named.", Link: sampleSite + "/decisions/5",
		Data: map[string]any{"Group": sampleHall.Name, "Title": sampleHall.Title, "Reason": "It is not true"}}},
	{"report-hidden", Notice{Kind: market.ReportAnswered, Variant: "hidden", Link: sampleSite + "/complaints", Facts: []NoticeFact{{"number", "7F3A09C2"}},
		Data: map[string]any{"When": "Thursday 14 January at 19:05"}}},
	{"report-kept", Notice{Kind: market.ReportAnswered, Variant: "kept", Link: sampleSite + "/complaints", Facts: []NoticeFact{{"number", "7F3A09C2"}},
		Data: map[string]any{"When": "Thursday 14 January at 19:05"}}},
	{"complaint-answered", Notice{Kind: market.ReportAnswered, Variant: "site", Said: "You are right: your report waited for ten days.\n\nSomebody looks every morning from now on.", Link: sampleSite + "/complaints",
		Facts: []NoticeFact{{"number", "7F3A09C2"}}, Data: map[string]any{"When": "Thursday 14 January at 19:05"}}},
	{"complaint-dealt-with", Notice{Kind: market.ReportAnswered, Variant: "site_wordless", Link: sampleSite + "/complaints",
		Facts: []NoticeFact{{"number", "7F3A09C2"}}, Data: map[string]any{"When": "Thursday 14 January at 19:05"}}},
	{"address-confirm", Notice{Kind: market.AddressConfirm, Link: sampleSite + "/address/k5", Data: map[string]any{"Until": "Friday 15 January at 19:05"}}},
	{"address-confirm-taken", Notice{Kind: market.AddressConfirm, Variant: "taken", Link: sampleSite + "/sign-in"}},
	{"address-asked", Notice{Kind: market.AddressAsked, Link: sampleSite + "/not-me/k6"}},
	{"address-changed", Notice{Kind: market.AddressChanged, Link: sampleSite + "/not-me/k6"}},
	{"address-changed-back", Notice{Kind: market.AddressChanged, Variant: "back", Link: sampleSite + "/sign-in"}},
	{"address-changed-new", Notice{Kind: market.AddressChanged, Variant: "new", Link: sampleSite + "/account"}},
	{"erase-confirm", Notice{Kind: market.EraseConfirm, Link: sampleSite + "/erase/k7", Data: map[string]any{"Until": "Friday 15 January at 19:05"}}},
	{"export-ready", Notice{Kind: market.ExportReady, Link: sampleSite + "/account/data", Data: map[string]any{"Until": "Friday 15 January at 19:05"}}},
	{"passkey-added", Notice{Kind: market.PasskeyAdded, Link: sampleSite + "/account/passkeys"}},
	{"passkey-removed", Notice{Kind: market.PasskeyRemoved, Link: sampleSite + "/account/passkeys"}},
	{"first-listing", WithStop(Notice{Kind: market.FirstListing, Link: sampleSite + "/reports", Data: map[string]any{"Group": "Greenwich Carers’ Choir"}}, sampleSite+"/mails/n3/stop/first_listing")},
	{"reports-waiting", Notice{Kind: market.ReportsWaiting, Link: sampleSite + "/reports", Data: map[string]any{"Count": 3}}},
	{"reports-waiting-one", Notice{Kind: market.ReportsWaiting, Link: sampleSite + "/reports", Data: map[string]any{"Count": 1}}},
	{"partner-asks", WithStop(Notice{Kind: market.PartnerAsks, Link: sampleSite + "/partners", Data: map[string]any{"Count": 2},
		Facts: []NoticeFact{{"asks", "Greenwich Council directory"}, {"asks", "Thames Housing tenants’ page"}}}, sampleSite+"/mails/n3/stop/partner_asks")},
	{"partner-granted", Notice{Kind: market.PartnerAnswer, Variant: "granted", Said: "Welcome. Please show where the listings come from.", Link: sampleSite + "/account/partners/7",
		Data: map[string]any{"Partner": "Greenwich Council directory", "Where": "Greenwich Together"}}},
	{"partner-refused", Notice{Kind: market.PartnerAnswer, Variant: "refused", Said: "Our groups would rather not stand in a list of businesses.", Link: sampleSite + "/account/partners/7",
		Data: map[string]any{"Partner": "Greenwich Council directory", "Where": "Greenwich Together"}}},
	{"partner-ended", Notice{Kind: market.PartnerAnswer, Variant: "ended", Link: sampleSite + "/account/partners/7",
		Data: map[string]any{"Partner": "Greenwich Council directory", "Where": "Greenwich Together"}}},
	{"webhook-failing", Notice{Kind: market.WebhookOff, Variant: "failing", Link: sampleSite + "/account/partners/7/webhooks/8",
		Data: map[string]any{"Partner": "Greenwich Council directory", "Host": "directory.example"}}},
	{"webhook-gone", Notice{Kind: market.WebhookOff, Variant: "gone", Link: sampleSite + "/account/partners/7/webhooks/8",
		Data: map[string]any{"Partner": "Greenwich Council directory", "Host": "directory.example"}}},
	{"mandate", WithStopAll(Notice{Kind: market.MandateLetter, Said: "Lists halls for tenants, and what they look for.", Link: sampleSite + "/may-post/k8",
		Facts: []NoticeFact{{"who", "Greenwich Council directory"}, {"site", "https://directory.example"}},
		Data:  map[string]any{"Partner": "Greenwich Council directory", "Group": sampleHall.Name, "Until": "Thursday 28 January"}}, sampleSite+"/unwanted/u1")},
	{"feed-quiet", WithStop(Notice{Kind: market.FeedQuiet, Link: sampleSite + "/account/partners/7", Data: sampleFeed}, sampleSite+"/mails/n3/stop/feed_quiet")},
	{"feed-quiet-group", WithStop(Notice{Kind: market.FeedQuiet, Variant: "group", Link: sampleSite + "/groups/3/partners", Data: sampleFeed}, sampleSite+"/mails/n3/stop/feed_quiet")},
	{"feed-stopped", WithStop(Notice{Kind: market.FeedStopped, Link: sampleSite + "/account/partners/7", Data: sampleFeed}, sampleSite+"/mails/n3/stop/feed_stopped")},
	{"feed-stopped-group", WithStop(Notice{Kind: market.FeedStopped, Variant: "group", Link: sampleSite + "/groups/3/partners", Data: sampleFeed}, sampleSite+"/mails/n3/stop/feed_stopped")},
}

var sampleMembership = map[string]any{"Group": "Greenwich Carers’ Choir"}

var sampleFeed = map[string]any{"Partner": "Greenwich Council directory", "Group": sampleHall.Name, "Since": "Tuesday 5 January", "When": "Thursday 4 February"}
