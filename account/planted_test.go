package account_test

import (
	"fmt"
	"slices"
	"strings"

	"wherewithal/market"
	"wherewithal/store"
)

// garden plants rows in which every text is one that stands nowhere else: all that a person can leave behind.
type garden struct {
	*hub
	who   string
	marks map[string]string // by table and column
	rows  map[string]int    // by table
}

// mark is what is planted into a column: one word, so that a search index has it too.
func (g *garden) mark(table, column string) string {
	return "zq" + g.who + strings.ReplaceAll(table+column, "_", "")
}

// plants a row. Columns that are not given, and need a value or are text, are filled with marks.
func (g *garden) plants(table string, given map[string]any) market.ID {
	g.t.Helper()
	rows, err := g.store.Pool().Query(g.ctx, `select column_name, data_type, is_nullable = 'YES' from information_schema.columns
		where table_schema = 'public' and table_name = $1 and is_identity = 'NO' order by ordinal_position`, table)
	g.must(err)
	var names, places []string
	var values []any
	for rows.Next() {
		var name, kind string
		var null bool
		g.must(rows.Scan(&name, &kind, &null))
		value, ok := given[name]
		if !ok {
			value = g.filling(table, name, kind)
		}
		if value == nil && null || kind == "xid8" {
			continue
		}
		g.noted(table, name, value)
		names, values = append(names, `"`+name+`"`), append(values, value)
		places = append(places, fmt.Sprintf("$%d::%s", len(values), kind))
	}
	g.exec("insert into "+table+" ("+strings.Join(names, ", ")+") values ("+strings.Join(places, ", ")+")", values...)
	g.rows[table]++
	id, _ := values[max(0, slices.Index(names, `"id"`))].(market.ID)
	return id
}

// noted remembers a mark, wherever it stands in a value.
func (g *garden) noted(table, column string, value any) {
	text, _ := value.(string)
	if raw, ok := value.([]byte); ok {
		text = string(raw)
	}
	if m := g.mark(table, column); strings.Contains(text, m) {
		g.marks[table+"."+column] = m
	}
}

func (g *garden) filling(table, column, kind string) any {
	switch {
	case column == "until", column == "digest_due":
		return nil
	case column == "id":
		return market.NewID()
	case kind == "text":
		return g.mark(table, column)
	case kind == "bytea":
		return []byte(g.mark(table, column))
	case kind == "jsonb":
		return `["` + g.mark(table, column) + `"]`
	case kind == "boolean":
		return false
	case strings.HasPrefix(kind, "timestamp") && !strings.HasSuffix(column, "_at") || column == "created_at" || column == "updated_at" || column == "proposed_at" || column == "seen_at" || column == "found_at" || column == "read_at" || column == "asked_at" || column == "expires_at":
		return g.now
	case kind == "integer" || kind == "bigint" || kind == "double precision":
		return 1
	}
	return nil
}

// town is two people, each the only member of a group, whose groups are introduced and agreed; and a third, with whom the
// first shares a group.
type town struct {
	*hub
	p, q, r                garden
	pat, quin, rob         market.Person
	pats, quins, shared    market.ID // groups
	need, offer            market.ID // listings, of pat and of quin
	in, exchange           market.ID
	patsMessage, quinsWord market.ID
}

func (h *hub) garden(who string) garden {
	return garden{hub: h, who: who, marks: map[string]string{}, rows: map[string]int{}}
}

func newTown(h *hub) *town {
	t := &town{hub: h, p: h.garden("p"), q: h.garden("q"), r: h.garden("r")}
	t.pat, t.pats, t.need = t.settles(&t.p, "need")
	t.quin, t.quins, t.offer = t.settles(&t.q, "offer")
	t.rob, t.shared, _ = t.settles(&t.r, "offer")
	t.p.plants("memberships", map[string]any{"group_id": t.shared, "person_id": t.pat.ID, "role": "poster", "since": h.now})
	t.meet()
	t.speaks()
	t.complains()
	return t
}

// settles makes a person, a group and a listing, with all that hangs on those.
func (t *town) settles(g *garden, side string) (market.Person, market.ID, market.ID) {
	address := g.mark("people", "address") + "@" + g.who + ".example"
	person := g.plants("people", map[string]any{"address": address, "language": "en-GB", "zone": "UTC", "digest": ""})
	group := g.plants("groups", map[string]any{"legal_form": "informal", "languages": `["en"]`})
	g.plants("memberships", map[string]any{"group_id": group, "person_id": person, "role": "owner", "since": t.now})
	g.plants("address_changes", map[string]any{"person_id": person, "outcome": ""})
	g.plants("sign_ins", map[string]any{"address": address, "expires_at": t.now})
	g.plants("sessions", map[string]any{"person_id": person})
	g.plants("tokens", map[string]any{"person_id": person, "scopes": `["read"]`})
	g.plants("passkeys", map[string]any{"person_id": person})
	partner := g.plants("partners", map[string]any{"person_id": person})
	g.plants("partner_grants", map[string]any{"partner_id": partner, "scopes": `[]`, "state": "asked"})
	mandate := g.plants("mandates", map[string]any{"partner_id": partner, "group_id": group, "state": "given", "answered_by": person, "lapses_at": g.now,
		"address": address, "about": `{"name": "` + g.mark("mandates", "about") + `"}`})
	g.plants("tokens", map[string]any{"person_id": person, "partner_id": partner, "scopes": `["read"]`, "hash": []byte(g.mark("tokens", "hash") + "2")})
	hook := g.plants("webhooks", map[string]any{"partner_id": partner, "types": `["listing.gone"]`, "state": "live", "secret_id": market.NewID()})
	g.plants("deliveries", map[string]any{"webhook_id": hook, "subject_id": group, "state": "done", "due_at": t.now})
	g.plants("calendar_feeds", map[string]any{"person_id": person})
	g.plants("mail_stops", map[string]any{"person_id": person})
	letter := g.plants("letters", map[string]any{"person_id": person, "group_id": group, "about_id": group, "state": "sent", "once": nil})
	g.plants("letters", map[string]any{"address": address, "about_id": group, "state": "sent", "once": nil, "message_id": g.mark("letters", "message_id") + "2"})
	g.plants("bounces", map[string]any{"letter_id": letter, "person_id": person, "fate": "complained"})
	g.plants("invitations", map[string]any{"group_id": group, "invited_by": person, "role": "reader", "outcome": "", "address": address})
	g.plants("traces", map[string]any{"group_id": group})
	place := g.plants("places", map[string]any{"group_id": group, "precision": "point", "zone": "UTC", "borough": "Greenwich", "region": "London"})
	g.plants("evidence", map[string]any{"group_id": group, "kind": "insurance"})
	g.plants("check_statements", map[string]any{"group_id": group, "level": "basic"})
	listing := g.plants("listings", map[string]any{"group_id": group, "posted_by": person, "side": side, "kind": "room", "language": "en-GB",
		"facts": `{"hire_rules": "` + g.mark("listings", "facts") + `"}`, "times": `{}`, "way": "at_place", "place_id": place, "terms": `{"kind": "gift", "wants": "` + g.mark("listings", "terms") + `"}`,
		"has": `[]`, "requires": `[]`, "asks": `{}`, "welcomes": `[]`, "not_allowed": `[]`, "involves": `[]`, "circle": "anyone", "life": "open", "reach_km": 3,
		"opened_at": t.now, "expires_at": t.now.AddDate(0, 3, 0)})
	search := g.plants("saved_searches", map[string]any{"person_id": person, "pace": "digest",
		"question": `{"sides": ["offer"], "words": "` + g.mark("saved_searches", "question") + `"}`})
	g.plants("unfinished_forms", map[string]any{"person_id": person, "side": side, "kept_at": t.now, "fields": `{"description": ["` + g.mark("unfinished_forms", "fields") + `"]}`})
	g.plants("posted_forms", map[string]any{"person_id": person, "listing_id": listing, "posted_at": t.now})
	g.plants("alerts", map[string]any{"search_id": search, "listing_id": listing})
	sent := g.plants("imports", map[string]any{"partner_id": partner, "state": "shown", "created_at": t.now, "counts": "{}", "faults": `[{"Field": "` + g.mark("imports", "faults") + `"}]`})
	g.plants("import_parts", map[string]any{"import_id": sent, "position": 0})
	g.plants("import_rows", map[string]any{"import_id": sent, "position": 2, "said": `{"group": "` + g.mark("mandates", "reference") + `", "x": "` + g.mark("import_rows", "said") + `"}`})
	g.plants("supplied", map[string]any{"partner_id": partner, "mandate_id": mandate, "listing_id": listing, "said": `{"reference": "` + g.mark("supplied", "said") + `"}`,
		"shown": `{"circle": "` + g.mark("supplied", "shown") + `"}`, "bound": `{"circle": "` + g.mark("supplied", "bound") + `"}`, "created_at": t.now, "sent_at": t.now})
	g.plants("held_listings", map[string]any{"listing_id": listing, "group_id": group})
	g.plants("photos", map[string]any{"listing_id": listing})
	g.plants("meanings", map[string]any{"listing_id": listing, "digest": []byte(strings.Repeat("d", 32)), "vectors": []byte(strings.Repeat("v", 384)), "things": []byte("abcd")})
	g.plants("once", map[string]any{"person": person, "id": string(market.NewID()), "at": t.now})
	g.plants("once", map[string]any{"partner": partner, "id": string(market.NewID()), "at": t.now})
	export := g.plants("exports", map[string]any{"person_id": person, "ready_at": t.now})
	g.plants("export_parts", map[string]any{"export_id": export, "position": 0})
	p, err := t.store.Person(t.ctx, person)
	t.must(err)
	g.hub.tx(func(tx *store.Tx) error {
		return tx.Note(t.ctx, market.Event{At: t.now, Actor: person, OnBehalf: group, Verb: "group.founded", Subject: "group", SubjectID: group})
	})
	g.rows["events"]++
	return p, group, listing
}

// meet has the listings of pat and quin matched, introduced, agreed about and told of.
func (t *town) meet() {
	t.p.plants("matches", map[string]any{"offer_id": t.offer, "need_id": t.need, "fit": 0.5, "slots": `[]`,
		"reasons": `[{"code": "words", "words": ["` + t.p.mark("matches", "reasons") + `"]}]`})
	t.in = t.p.plants("introductions", map[string]any{"offer_id": t.offer, "need_id": t.need, "offer_group_id": t.quins, "need_group_id": t.pats,
		"state": "connected", "need_answer": "yes", "offer_answer": "yes", "need_by": t.pat.ID, "offer_by": t.quin.ID, "decline_reason": "", "end_cause": "", "end_side": "", "fit": 0.5, "slots": `[]`, "offer_mask": t.q.mark("introductions", "offer_mask"),
		"reasons": `[{"code": "words", "words": ["` + t.p.mark("introductions", "reasons") + `"]}]`, "connected_at": t.now, "asked_at": t.now})
	t.q.rows["introductions"]++
	t.p.plants("once", map[string]any{"person": t.quin.ID, "id": string(market.NewID()), "answer": string(t.in), "at": t.now, "digest": nil}) // what quin's program was told
	t.exchange = t.p.plants("exchanges", map[string]any{"introduction_id": t.in, "slots": `[]`, "proposed_by": t.pat.ID, "need_says": "yes", "offer_says": "yes", "outcome": "happened",
		"stage": "happened", "proposed_side": "need", "offer_word": t.q.mark("exchanges", "offer_word"), "offer_worked": t.q.mark("exchanges", "offer_worked"),
		"agreed_at": t.now, "closed_at": t.now, "snapshot": `{"kind": "room", "offerTitle": "` + t.q.mark("listings", "title") + `", "needTitle": "` + t.p.mark("exchanges", "snapshot") + `"}`})
	for _, side := range []struct {
		g  *garden
		id market.ID
		of market.ID
	}{{&t.p, t.pat.ID, t.pats}, {&t.q, t.quin.ID, t.quins}} {
		t.tx(func(tx *store.Tx) error {
			return tx.Note(t.ctx, market.Event{At: t.now, Actor: side.id, OnBehalf: side.of, Verb: "exchange.told_yes", Subject: "exchange", SubjectID: t.exchange})
		})
		side.g.rows["events"]++
	}
	t.q.marks["exchanges.offer_word"], t.q.marks["exchanges.offer_worked"] = t.q.mark("exchanges", "offer_word"), t.q.mark("exchanges", "offer_worked")
	t.p.plants("letter_introductions", map[string]any{"introduction_id": t.in, "person_id": t.pat.ID, "letter_id": market.ID(t.text(`select id::text from letters where person_id = $1`, t.pat.ID))})
	network := t.r.plants("networks", map[string]any{"level": "neighbourhood", "boundary": `[]`})
	t.r.plants("network_members", map[string]any{"network_id": network, "group_id": t.quins, "agreed_at": t.now})
	t.p.plants("network_refusals", map[string]any{"network_id": network, "group_id": t.quins, "refused_by": t.pat.ID})
	t.p.plants("connectors", map[string]any{"network_id": network, "person_id": t.pat.ID})
	t.p.plants("connectors", map[string]any{"network_id": network, "person_id": t.rob.ID, "ended_by": t.pat.ID})
	t.p.plants("consents", map[string]any{"introduction_id": t.in, "group_id": t.pats, "network_id": network, "connector_id": t.rob.ID, "about": "answer", "answer": "yes", "way": "phone", "said_on": "2027-01-11"})
	ring := t.r.plants("rings", map[string]any{"state": "lapsed", "ended_at": t.now, "settled_at": t.now})
	t.p.plants("ring_members", map[string]any{"ring_id": ring, "position": 0, "group_id": t.pats, "offer_id": t.need, "need_id": t.offer, "answer": "yes", "answered_by": t.pat.ID, "fit": 0.5, "slots": `[]`,
		"reasons": `[{"code": "words", "words": ["` + t.p.mark("ring_members", "reasons") + `"]}]`})
	t.p.plants("blocks", map[string]any{"group_id": t.pats, "blocked_id": t.shared})
}

// speaks has pat and quin write to each other, with a file each.
func (t *town) speaks() {
	for _, w := range []struct {
		g      *garden
		person market.ID
		group  market.ID
		side   string
	}{{&t.p, t.pat.ID, t.pats, "need"}, {&t.q, t.quin.ID, t.quins, "offer"}} {
		m := w.g.plants("messages", map[string]any{"introduction_id": t.in, "side": w.side, "person_id": w.person, "group_id": w.group, "way": "page"})
		w.g.plants("message_files", map[string]any{"message_id": m, "name": w.g.mark("message_files", "name") + ".pdf"})
		if w.g == &t.p {
			t.patsMessage = m
		} else {
			t.quinsWord = m
		}
	}
}

// complains has pat report and be decided about, and decide about others.
func (t *town) complains() {
	t.p.plants("reports", map[string]any{"subject": "listing", "subject_id": t.offer, "reason": "wrong", "person_id": t.pat.ID, "address": "", "handled_at": t.now})
	t.p.plants("reports", map[string]any{"subject": "site", "subject_id": market.NewID(), "reason": "another", "address": t.pat.Address, "handled_at": t.now})
	t.p.plants("decisions", map[string]any{"subject": "listing", "subject_id": t.need, "group_id": t.pats, "act": "hidden", "reason": "wrong", "decided_by": t.rob.ID,
		"words": t.r.mark("decisions", "words"), "appealed_by": t.pat.ID, "appealed_at": t.now, "answered_at": t.now, "outcome": "upheld", "answered_by": t.rob.ID, "answer": t.r.mark("decisions", "answer")})
	t.p.plants("decisions", map[string]any{"subject": "message", "subject_id": t.patsMessage, "group_id": t.shared, "act": "hidden", "reason": "wrong", "decided_by": t.rob.ID, "outcome": "",
		"words": "", "answer": "", "appeal": "", "was": t.p.mark("decisions", "was") + " in a message"})
	t.p.plants("decisions", map[string]any{"subject": "listing", "subject_id": t.offer, "group_id": t.quins, "act": "hidden", "reason": "wrong", "decided_by": t.pat.ID, "outcome": "upheld",
		"was": t.q.mark("decisions", "was"), "appeal": t.q.mark("decisions", "appeal"), "appealed_by": t.quin.ID, "appealed_at": t.now, "answered_at": t.now, "answered_by": t.pat.ID})
}
