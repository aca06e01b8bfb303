package store

import "strings"

// Kept says of one table what it keeps of people: under which entry of the privacy page each column is explained, which
// rows are a person's, and what of them an export leaves out, and why. A test holds this against the schema: whoever adds a
// column decides here what it is.
type Kept struct {
	Table  string
	Of     string            // SQL over t, its row, and $1, the person: whose rows are exported; "": none are
	Left   string            // then: why not
	As     map[string]string // columns of which only a part is the person's: SQL for that part
	File   string            // column that an export has as a file of its own, beside the row
	Fields []Field
}

// Field is some columns of a table that are there for the same reason.
type Field struct {
	Entry   string // of the privacy page: privacy.<entry>.what in the catalogue; Impersonal: nothing of anybody
	Columns string // by their names, with spaces between
	Left    string // why an export leaves them out; "": it does not
}

// Impersonal is the entry of columns that tell nothing of a person.
const Impersonal = "none"

// mine are the groups to which the person belongs.
const mine = `(select m.group_id from memberships m where m.person_id = $1 and m.until is null)`

// their is the address of the person.
const their = `(select p.address from people p where p.id = $1)`

// Why something is left out.
const (
	secretHash  = "the hash of a secret: the secret itself is kept nowhere, and the hash is good for nothing"
	anothers    = "who else it was is another person's"
	theOthers   = "what the other group answered is theirs"
	whoseDoing  = "may say that the other group keeps yours apart, or was taken away"
	workedOut   = "worked out from what is exported, and from what other groups posted; thrown away and made anew at any time"
	browsers    = "kept for a browser, not for a person, for two hours"
	networks    = "a network's own, not a person's"
	ofNobody    = "tells nothing of anybody"
	inTheOthers = "stands in introductions and exchanges, in their own words"
)

// own is a column that names a person, of which only the person's own name is given out.
func own(columns ...string) map[string]string {
	as := map[string]string{}
	for _, c := range columns {
		as[c] = "case when t." + c + " = $1 then t." + c + " end"
	}
	return as
}

// side is a column of one side of an introduction, given out to members of that side's group.
func side(as map[string]string, groups, side string, columns ...string) map[string]string {
	for _, c := range columns {
		as[c] = "case when " + groups + "." + side + "_group_id in " + mine + " then t." + c + " end"
	}
	return as
}

// introduced is whether a person knows of an introduction: as market.Introduction.KnownTo has it, or as who answered.
const introduced = `(i.need_group_id in ` + mine + ` or i.offer_group_id in ` + mine + ` and i.asked_at is not null or i.need_by = $1 or i.offer_by = $1)`

var introductionAs = side(side(own("need_by", "offer_by"), "t", "need", "need_answer", "need_told_at", "yes_told_at", "need_reminded_at"),
	"t", "offer", "offer_answer", "offer_told_at", "offer_reminded_at")

// theSide of an exchange's introduction.
func exchangeAs() map[string]string {
	as := own("proposed_by")
	for _, s := range []string{"need", "offer"} {
		for _, c := range []string{"says", "word", "worked"} {
			column := s + "_" + c
			as[column] = "(select t." + column + " from introductions i where i.id = t.introduction_id and i." + s + "_group_id in " + mine + ")"
		}
	}
	return as
}

// Everything is what each table keeps, in the order of an export.
var Everything = []Kept{
	{Table: "people", Of: "t.id = $1", Fields: []Field{
		{Entry: "address", Columns: "address address_since bounced"}, {Entry: "name", Columns: "name"}, {Entry: "speech", Columns: "language zone"},
		{Entry: "mails", Columns: "digest digest_due digest_at mails_a_day mails_a_week open_requests"}, {Entry: "account", Columns: "id operator created_at erased_at"}}},
	{Table: "address_changes", Of: "t.person_id = $1", Fields: []Field{
		{Entry: "address_change", Columns: "id person_id was address created_at expires_at ended_at outcome"}}},
	{Table: "sign_ins", Of: "t.address = " + their, Fields: []Field{
		{Entry: "sign_in", Columns: "id address device next tries created_at expires_at used_at"},
		{Entry: "sign_in", Columns: "link_hash browser_hash", Left: secretHash}}},
	{Table: "sessions", Of: "t.person_id = $1", Fields: []Field{
		{Entry: "session", Columns: "id person_id device created_at seen_at ended_at"}, {Entry: "session", Columns: "hash", Left: secretHash}}},
	{Table: "tokens", Of: "t.person_id = $1", Fields: []Field{
		{Entry: "token", Columns: "id person_id partner_id name prefix test scopes created_at expires_at seen_at ended_at"}, {Entry: "token", Columns: "hash", Left: secretHash}}},
	{Table: "passkeys", Of: "t.person_id = $1", Fields: []Field{
		{Entry: "passkey", Columns: "id person_id name record created_at seen_at doubted_at"},
		{Entry: "passkey", Columns: "credential_id", Left: "stands in the record"}}},
	{Table: "passkey_challenges", Left: "questions put to a device, for five minutes", Fields: []Field{
		{Entry: "passkey", Columns: "id person_id browser_hash state created_at expires_at"}}},
	{Table: "partners", Of: "t.person_id = $1", Fields: []Field{{Entry: "partner", Columns: "id person_id name site purpose origins created_at ended_at fed_at warned_at stopped_at"}}},
	{Table: "mandates", Of: "t.group_id in " + mine + " or t.answered_by = $1 or t.address = " + their, As: own("answered_by"), Fields: []Field{
		{Entry: "mandate", Columns: "id partner_id test reference group_id about state words asked_at lapses_at answered_at answered_by ended_at"},
		{Entry: "mandate", Columns: "address", Left: "the address that was asked, which may be another's of the group; one's own stands in people"}}},
	{Table: "imports", Of: "t.partner_id in (select p.id from partners p where p.person_id = $1)", Fields: []Field{
		{Entry: "import", Columns: "id partner_id test format sums_all state size created_at begun_at ended_at faults counted_as counts"},
		{Entry: "import", Columns: "sha256", Left: "the sum of a file that the person has"}}},
	{Table: "import_parts", Left: "a file that the person has, until it was looked at", Fields: []Field{{Entry: "import", Columns: "import_id position content"}}},
	{Table: "import_rows", Left: "what an outside site sent of its groups, for a week; what came of it is in the groups' listings", Fields: []Field{
		{Entry: "import", Columns: "import_id position reference said closed digest was act faults cut result notes"}}},
	{Table: "supplied", Of: "t.mandate_id in (select m.id from mandates m where m.group_id in " + mine + ")", Fields: []Field{
		{Entry: "mandate", Columns: "id partner_id test reference mandate_id listing_id said link created_at sent_at closed_at stopped_at shown bound"},
		{Entry: "mandate", Columns: "digest", Left: "tells whether the same was sent again, and not what"}}},
	{Table: "partner_grants", Of: "t.partner_id in (select p.id from partners p where p.person_id = $1)", As: own("decided_by"), Fields: []Field{
		{Entry: "partner", Columns: "id partner_id network_id scopes per_minute per_day state reason asked_at decided_at decided_by"}}},
	{Table: "webhooks", Of: "t.partner_id in (select p.id from partners p where p.person_id = $1)", Fields: []Field{
		{Entry: "webhook", Columns: "id partner_id test url types created_at old_until state why disabled_at failing_since failures rest_until"},
		{Entry: "webhook", Columns: "secret_id old_secret_id lease lease_until", Left: "numbers by which programs know what they are at"}}},
	{Table: "deliveries", Of: "t.webhook_id in (select w.id from webhooks w join partners p on p.id = w.partner_id where p.person_id = $1)", Fields: []Field{
		{Entry: "webhook", Columns: "id webhook_id type subject_id at state attempts due_at until begun_at tried_at ended_at status fault excerpt"},
		{Entry: "webhook", Columns: "seq", Left: "their order, which their times tell"}}},
	{Table: "webhook_mark", Left: ofNobody, Fields: []Field{{Entry: Impersonal, Columns: "one era xid seq"}}},
	{Table: "partings", Left: ofNobody, Fields: []Field{{Entry: Impersonal, Columns: "listing_id network_id xid"}}},
	{Table: "calendar_feeds", Of: "t.person_id = $1", Fields: []Field{
		{Entry: "feed", Columns: "id person_id created_at"}, {Entry: "feed", Columns: "hash", Left: secretHash}}},
	{Table: "saved_searches", Of: "t.person_id = $1", Fields: []Field{
		{Entry: "saved_search", Columns: "id person_id name question pace paused_at alert_due created_at"}}},
	{Table: "alerts", Of: "t.search_id in (select s.id from saved_searches s where s.person_id = $1)", Fields: []Field{
		{Entry: "saved_search", Columns: "search_id listing_id found_at told_at letter_id"}}},
	{Table: "mail_stops", Of: "t.person_id = $1", Fields: []Field{{Entry: "mails", Columns: "person_id kind created_at"}}},
	{Table: "bounces", Of: "t.person_id = $1", Fields: []Field{{Entry: "bounce", Columns: "letter_id person_id fate status created_at"}}},
	{Table: "letters", Of: "t.person_id = $1 or t.address = " + their, Fields: []Field{
		{Entry: "letter", Columns: "id kind person_id address group_id about_id message_id state tries unsure fault free created_at again_at sent_at ended_at once answer"}}},
	{Table: "letter_introductions", Of: "t.person_id = $1", Fields: []Field{{Entry: "letter", Columns: "introduction_id person_id kind letter_id"}}},
	{Table: "suppressed", Left: "kept of nobody who has an account, but for who stopped all by an older mail, until the next; as a hash that tells no address", Fields: []Field{{Entry: "suppressed", Columns: "hash since why"}}},

	{Table: "memberships", Of: "t.person_id = $1", Fields: []Field{{Entry: "membership", Columns: "id group_id person_id role since until"}}},
	{Table: "connectors", Of: "t.person_id = $1 or t.ended_by = $1", As: own("person_id", "ended_by"), Fields: []Field{
		{Entry: "connector", Columns: "network_id person_id since until words ended_by"}}},
	{Table: "invitations", Of: "t.invited_by = $1 or t.address = " + their, Fields: []Field{
		{Entry: "invitation", Columns: "id group_id address role invited_by created_at expires_at ended_at outcome"},
		{Entry: "invitation", Columns: "declined_hash", Left: "tells whether an address said no, and not which it was"}},
		As: map[string]string{"invited_by": "case when t.invited_by = $1 then t.invited_by end", "address": "case when t.address = " + their + " then t.address end"}},
	{Table: "groups", Of: "t.id in " + mine, Fields: []Field{
		{Entry: "group", Columns: "id name alias name_hidden does legal_form size link languages paused_until held_at removed_at closed_at sample created_at"},
		{Entry: "group", Columns: "likeness", Left: "made from the name, to find others like it"}}},
	{Table: "places", Of: "t.group_id in " + mine, Fields: []Field{
		{Entry: "place", Columns: "id group_id label postcode outcode borough region precision exact_lat exact_lng public_lat public_lng zone created_at"}}},
	{Table: "evidence", Of: "t.group_id in " + mine, As: own("shown_to"), Fields: []Field{
		{Entry: "evidence", Columns: "id group_id kind dated expires shown_in shown_to shown_on created_at"}}},
	{Table: "check_statements", Of: "t.group_id in " + mine, Fields: []Field{{Entry: "evidence", Columns: "group_id level stated_on"}}},
	{Table: "blocks", Of: "t.group_id in " + mine, Fields: []Field{{Entry: "block", Columns: "group_id blocked_id created_at"}}},
	{Table: "listings", Of: "t.group_id in " + mine, As: own("posted_by"), Fields: []Field{
		{Entry: "listing", Columns: `id version group_id posted_by side kind title description language tags facts quantity unit splittable smallest_part
			times way reach_km place_id terms has requires asks welcomes not_allowed involves circle widens widened_at urgent life paused_until
			opened_at expires_at closed_at created_at updated_at shown`}}},
	{Table: "held_listings", Of: "t.group_id in " + mine, Fields: []Field{{Entry: "listing", Columns: "listing_id group_id created_at"}}},
	{Table: "photos", Of: "t.listing_id in (select l.id from listings l where l.group_id in " + mine + ")", File: "large", Fields: []Field{
		{Entry: "photo", Columns: "id listing_id position alt decorative width height small_width created_at hidden_at large"},
		{Entry: "photo", Columns: "small", Left: "the same picture, smaller"}}},
	{Table: "meanings", Left: workedOut, Fields: []Field{{Entry: "meaning", Columns: "listing_id digest model vectors things read_at"}}},
	{Table: "matches", Left: workedOut, Fields: []Field{
		{Entry: "match", Columns: "id offer_id need_id fit reasons weights slots offer_version need_version found_at gone_at since"}}},
	{Table: "introductions", Of: strings.ReplaceAll(introduced, "i.", "t."), As: introductionAs, Fields: []Field{
		{Entry: "introduction", Columns: `id version offer_id need_id offer_group_id need_group_id state need_answer offer_answer need_by offer_by amount reasons
			slots fit proposed_at need_told_at yes_told_at asked_at offer_told_at answered_at connected_at ended_at settled_at need_reminded_at offer_reminded_at`},
		{Entry: "introduction", Columns: "decline_reason", Left: theOthers}, {Entry: "introduction", Columns: "end_cause end_side", Left: whoseDoing}, {Entry: "introduction", Columns: "match_id", Left: workedOut},
		{Entry: "introduction", Columns: "offer_mask need_mask", Left: "addresses that reach both groups, as good as keys"}}},
	{Table: "allocations", Left: inTheOthers, Fields: []Field{
		{Entry: "introduction", Columns: "id offer_id need_id introduction_id amount starts_at ends_at created_at released_at"}}},
	{Table: "exchanges", As: exchangeAs(), Of: "exists (select from introductions i where i.id = t.introduction_id and i.connected_at is not null and " + introduced + ")", Fields: []Field{
		{Entry: "exchange", Columns: `id introduction_id amount slots proposed_by agreed_at outcome created_at stage proposed_side suggested_at sequence
			moves published open_since warned_at remind_at ask_at asked_at closed_at ended_early_at`},
		{Entry: "outcome", Columns: "offer_says need_says offer_word need_word offer_worked need_worked"},
		{Entry: "outcome", Columns: "snapshot", Left: "what both groups had posted then, for figures"}}},
	{Table: "rings", Left: "stand in ring_members", Fields: []Field{{Entry: "ring", Columns: "id version state worth proposed_at connected_at ended_at settled_at"}}},
	{Table: "ring_members", Of: "t.group_id in " + mine, As: own("answered_by"), Fields: []Field{
		{Entry: "ring", Columns: "ring_id position group_id offer_id need_id amount slots reasons fit answer answered_by answered_at told_at introduction_id live"}}},
	{Table: "consents", Of: "t.connector_id = $1 or t.group_id in " + mine, As: own("connector_id"), Fields: []Field{
		{Entry: "consent", Columns: "id introduction_id group_id network_id connector_id about answer said_on way created_at"},
		{Entry: "consent", Columns: "said_by", Left: anothers}}},
	{Table: "messages", Of: "t.person_id = $1", Fields: []Field{
		{Entry: "message", Columns: "id introduction_id side person_id group_id text way answers_id mail_id left_out created_at purged_at"}}},
	{Table: "message_files", Of: "t.message_id in (select m.id from messages m where m.person_id = $1)", File: "content", Fields: []Field{
		{Entry: "file", Columns: "id message_id position name type size content"}}},
	{Table: "reports", Of: "t.person_id = $1 or t.address = " + their, Fields: []Field{
		{Entry: "report", Columns: "id subject subject_id reason words person_id created_at handled_at address"}}},
	{Table: "decisions", Of: "t.group_id in " + mine + " or $1 in (t.decided_by, t.appealed_by, t.answered_by)", As: decisionAs(), Fields: []Field{
		{Entry: "decision", Columns: `id subject subject_id group_id act reason words was decided_by network_id created_at appeal appealed_at appealed_by
			outcome answer answered_at answered_by`}}},
	{Table: "events", Of: "t.actor = $1", Fields: []Field{{Entry: "event", Columns: "id at actor on_behalf network_id verb subject subject_id other_id"}}},
	{Table: "once", Left: "ids of forms that were sent and first answers to programs, kept for a week so that none counts twice; what they say stands in the export where it is now", Fields: []Field{
		{Entry: "once", Columns: "id person partner answer at digest"}, {Entry: "once_said", Columns: "said"}}},
	{Table: "unsent_forms", Left: browsers, Fields: []Field{{Entry: "unsent", Columns: "browser_hash side fields kept_at"}}},
	{Table: "unfinished_forms", Of: "t.person_id = $1", Fields: []Field{{Entry: "unfinished", Columns: "person_id id side fields kept_at version"}}},
	{Table: "posted_forms", Of: "t.person_id = $1", Fields: []Field{{Entry: "unfinished", Columns: "person_id id listing_id posted_at"}}},
	{Table: "exports", Of: "t.person_id = $1", Fields: []Field{{Entry: "export", Columns: "id person_id asked_at ready_at size"}}},
	{Table: "export_parts", Left: "the export itself", Fields: []Field{{Entry: "export", Columns: "export_id position content"}}},

	{Table: "networks", Left: networks, Fields: []Field{
		{Entry: "network", Columns: "id slug name about level boundary sample created_at mails_a_day mails_a_week open_requests holds sandbox removed_at held_at"},
		{Entry: "network", Columns: "likeness", Left: "made from the name, to find others like it"}}},
	{Table: "network_members", Left: networks, Fields: []Field{{Entry: "network", Columns: "network_id group_id asked_at invited_at agreed_at cleared_at"}}},
	{Table: "network_refusals", Of: "t.group_id in " + mine + " or t.refused_by = $1", As: own("refused_by"), Fields: []Field{
		{Entry: "refusal", Columns: "id network_id group_id words refused_by created_at"}}},
	{Table: "network_parents", Left: networks, Fields: []Field{{Entry: "network", Columns: "child_id parent_id agreed_at asked_at invited_at"}}},
	{Table: "network_peers", Left: networks, Fields: []Field{{Entry: "network", Columns: "network_id peer_id agreed_at asked_at asked_by"}}},
	{Table: "network_words", Left: networks, Fields: []Field{{Entry: "network", Columns: "network_id what code word"}}},
	{Table: "share_outs", Left: workedOut, Fields: []Field{{Entry: "match", Columns: "id cause network_id kind weights needs offers pairs value bound gap steps at"}}},
	{Table: "share_parts", Left: workedOut, Fields: []Field{{Entry: "match", Columns: "share_out_id position offer_id need_id amount slots"}}},
	{Table: "shared_needs", Left: workedOut, Fields: []Field{{Entry: "match", Columns: "need_id share_out_id since"}}},
	{Table: "outbox", Left: ofNobody, Fields: []Field{
		{Entry: "job", Columns: "id kind subject other state attempt failures fault due_at queued_at sent_at beat_at ended_at"}}},
	{Table: "changes", Left: ofNobody, Fields: []Field{{Entry: Impersonal, Columns: "seq xid listing_id inward"}}},
	{Table: "search_changes", Left: ofNobody, Fields: []Field{{Entry: Impersonal, Columns: "seq xid search_id"}}},
	{Table: "change_marks", Left: ofNobody, Fields: []Field{{Entry: Impersonal, Columns: "at xid passed"}}},
	{Table: "kinds", Left: ofNobody, Fields: []Field{{Entry: Impersonal, Columns: "code facts position"}}},
	{Table: "postcodes", Left: ofNobody, Fields: []Field{{Entry: Impersonal, Columns: "postcode lat lng borough"}}},
	{Table: "traces", Left: "the places as they are exported, in squares of 44 m, and those the group once had", Fields: []Field{{Entry: "place", Columns: "group_id cell public_lat public_lng"}}},
	{Table: "public_points", Left: "stands for a part of the town, and for whoever is there", Fields: []Field{{Entry: "place", Columns: "cell lat lng"}}},
}

func decisionAs() map[string]string {
	as := own("decided_by", "appealed_by", "answered_by")
	for column, by := range map[string]string{"was": "null", "appeal": "t.appealed_by", "words": "t.decided_by", "answer": "t.answered_by"} {
		as[column] = "case when t.group_id in " + mine + " or " + by + " = $1 then t." + column + " end"
	}
	return as
}
