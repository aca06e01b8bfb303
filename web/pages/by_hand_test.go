package pages

import (
	"errors"
	"strings"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// lookedAfter are two connectors, of a street network each with its groups.
func (s *street) lookedAfter(groups map[string][]market.ID) (kit, lou *browser) {
	s.t.Helper()
	kit, lou = s.browser(), s.browser()
	kit.signIn("kit@quiet.example", "Kit")
	lou.signIn("lou@loud.example", "Lou")
	ctx := s.t.Context()
	s.must(s.store.InTx(ctx, func(tx *store.Tx) error {
		for address, slug := range map[string]string{"kit@quiet.example": "quiet", "lou@loud.example": "loud"} {
			p, err := tx.PersonAt(ctx, address)
			n := market.Network{ID: market.NewID(), Slug: slug, Name: slug + " street", Level: market.Neighbourhood, CreatedAt: s.now}
			if err := errors.Join(err, tx.AddNetwork(ctx, n), tx.MakeConnector(ctx, market.Connector{NetworkID: n.ID, PersonID: p.ID, Since: s.now})); err != nil {
				return err
			}
			for _, g := range groups[slug] {
				if err := tx.KeepMember(ctx, market.NetworkMember{NetworkID: n.ID, GroupID: g, AgreedAt: &s.now}); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	return kit, lou
}

// bounced has all mail to an address come back.
func (s *street) bounced(address string) {
	s.t.Helper()
	ctx := s.t.Context()
	p, err := s.store.PersonAt(ctx, address)
	s.must(err)
	s.must(s.store.InTx(ctx, func(tx *store.Tx) error { return tx.MarkBounced(ctx, p.ID, true) }))
}

// A connector records what a group that is not online said, and the group sees it later.
func TestAConnectorRecordsWhatAGroupSaid(t *testing.T) {
	s := openStreet(t)
	kit, lou := s.lookedAfter(map[string][]market.ID{"quiet": {s.choir}, "loud": nil})
	kit.get("/by-hand").want(200, "Nothing waits.")
	s.worked(s.offer)
	s.worked(s.taker.says("/ask", theNeed))
	s.bounced("guest@choir.example")
	path := "/by-hand/" + string(s.only().ID)
	s.browser().get(path).want(200, "Please sign in first")
	s.giver.get("/by-hand").want(404)
	lou.get("/by-hand").want(200, "Nothing waits.")
	lou.get(path).want(404)
	lou.post(path, map[string][]string{"answer": {"yes"}}).want(404)
	s.taker.get(path).want(404)

	kit.get("/introductions").want(200, "1 introduction waits for a group you look after")
	kit.get("/by-hand").want(200, "Ask Creekside Choir", path).without("Show more")
	one := s.only()
	_, err := s.store.Pool().Exec(t.Context(), `with more as (insert into listings select (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid(), 'title', 'One of many'))).* from listings l, generate_series(1, 60) where l.id = $1 returning id)
		insert into introductions (id, offer_id, need_id, offer_group_id, need_group_id, state, amount, reasons, fit, proposed_at)
		select gen_random_uuid(), i.offer_id, more.id, i.offer_group_id, i.need_group_id, i.state, 1, i.reasons, i.fit, i.proposed_at from introductions i, more`, one.NeedID)
	s.must(err)
	first := kit.get("/by-hand").want(200, "Show more")
	next := nextPage.FindStringSubmatch(first.text)
	if rest := kit.get(next[1]).want(200).without("Show more"); strings.Count(first.text+rest.text, "Ask Creekside Choir") != 61 {
		t.Error("the pages do not hold each question once")
	}
	kit.get("/by-hand?after=x").want(404)
	_, err = s.store.Pool().Exec(t.Context(), `delete from introductions where id <> $1`, one.ID)
	s.must(err)
	form := kit.get(path).want(200, "as a connector of quiet street", "Church hall for 80", "Who of the group said so?").without("guest@choir.example", "Ama")
	form.fill(path, "answer", "yes").want(422, "choose one of these")
	form.fill(path, "answer", "yes", "said_by", "Joan", "way", "phone", "said_on", "2020-01-01").want(422, "one of the last four weeks", `value="Joan"`)
	form.fill(path, "answer", "yes", "said_by", "Joan, the treasurer", "way", "phone").want(200, "Recorded. Thank you for asking them.")
	intro := "/introductions/" + string(s.only().ID)
	if in := s.only(); in.State != market.Asked {
		t.Fatalf("%s", in.State)
	}
	kit.get(path).want(200, "no longer waits")
	kit.get(intro).want(200, "Joan, the treasurer said so by phone")
	s.giver.get(intro).want(200).without("treasurer", "quiet street")
	s.taker.get(intro).want(200, "Yes, answered for you", "Joan, the treasurer said so by phone on", "Recorded by Kit, quiet street.")
	s.giver.get(intro).fill(intro+"/yes").want(200, "You are connected", "Kit")
	kit.get(intro).want(200, "Your conversation").fill(intro+"/write", "text", "I ring Joan tonight").want(200, "Sent.")
	lou.get(intro).want(404)

	form = kit.get(intro).want(200, "Who of the group said so?", "We keep this with your name")
	form.fill(intro+"/suggest").want(422, "choose one of these").without("You suggested this")
	form.fill(intro+"/suggest", "said_by", "Joan, the treasurer", "way", "paper").want(200, "You suggested this", "How much and when, suggested for you", "said so on paper on")
	s.giver.get(intro).want(200).without("Who of the group said so?").
		fill(intro+"/suggest", "when", "own", "on", "2027-01-21", "start", "19:00", "end", "21:00", "repeat", "weekly", "times", "3").want(200)
	kit.get(intro).fill(intro+"/confirm").want(200, "Please say who of the group said so")
	kit.get(intro).fill(intro+"/confirm", "confirm_said_by", "Joan, the treasurer", "confirm_way", "phone").want(200, "Agreed. Each of you has a mail")
	s.giver.get(intro).want(200).without("treasurer")
	s.taker.get(intro).want(200, "How much and when, confirmed for you", "Joan, the treasurer said so by phone on")
	s.giver.get(intro).fill(intro+"/suggest", "when", "own", "on", "2027-01-21", "start", "18:00", "end", "20:00").want(200)
	kit.get(intro).fill(intro+"/keep").want(200, "Please say who of the group said so", "Keep what was agreed")
	kit.get(intro).fill(intro+"/keep", "keep_said_by", "Joan, the treasurer", "keep_way", "phone").want(200).without("Keep what was agreed")
	s.taker.get(intro).want(200, "That what was agreed stays, said for you")
	s.now = time.Date(2027, 1, 22, 12, 0, 0, 0, time.UTC)
	kit.get(intro).fill(intro+"/end").want(200, "Please say who of the group said so", "End it now")
	kit.get(intro).fill(intro+"/end", "end_said_by", "Joan, the treasurer", "end_way", "paper").want(200).without("End it now")
	s.taker.get(intro).want(200, "That it ends early, said for you", "said so on paper on")
	s.must(s.site.Introductions.Turn(t.Context(), s.now))
	kit.get(intro+"/outcome").want(200, "Who of the group said so?").fill(intro+"/outcome", "answer", "yes").want(422, "choose one of these")
	kit.get(intro+"/outcome").fill(intro+"/outcome", "answer", "yes", "said_by", "Joan, the treasurer", "way", "in_person").want(200, "Thank you for telling us")
	s.taker.get(intro).want(200, "That it happened, said for you", "said so in person on")
}

// Taking an answer back, and stopping, are recorded as the answer was.
func TestAConnectorChangesAnAnswerOnAWord(t *testing.T) {
	s := openStreet(t)
	kit, _ := s.lookedAfter(map[string][]market.ID{"quiet": {s.choir}})
	s.worked(s.offer)
	s.worked(s.taker.says("/ask", theNeed))
	s.bounced("guest@choir.example")
	by, intro := "/by-hand/"+string(s.only().ID), "/introductions/"+string(s.only().ID)
	kit.get(by).fill(by, "answer", "no", "said_by", "Joan, the treasurer", "way", "phone").want(200, "Recorded.")
	kit.get(intro).fill(intro+"/take-back").want(200, "Please say who of the group said so")
	if in := s.only(); in.State != market.Declined {
		t.Fatalf("%s: an answer on nobody's word", in.State)
	}
	kit.get(intro).fill(intro+"/take-back", "back_said_by", "Joan, the treasurer", "back_way", "paper").want(200, "Thank you")
	s.taker.get(intro).want(200, "No, answered for you", "Yes, answered for you", "said so on paper on")
	s.delivered(market.SomeoneWouldLike) // told: the yes cannot be taken back any more
	kit.get(intro).fill(intro+"/stop").want(200, "Please say who of the group said so")
	if in := s.only(); in.State != market.Asked {
		t.Fatalf("%s: stopped on nobody's word", in.State)
	}
	kit.get(intro).fill(intro+"/stop", "stop_said_by", "Joan, the treasurer", "stop_way", "in_person").want(200).without("Please say who")
	if in := s.only(); in.State != market.Undone {
		t.Fatalf("%s, want it stopped", in.State)
	}
	s.taker.get(intro).want(200, "That it does not go on, said for you", "said so in person on")
	s.giver.get(intro).want(200).without("treasurer")
}

// A form speaks for the group it was opened for, and for no other that waits by the time it is sent. Whoever looks after the
// other group sees nothing before it is asked.
func TestAStaleFormSpeaksForNoOtherGroup(t *testing.T) {
	s := openStreet(t)
	kit, lou := s.lookedAfter(map[string][]market.ID{"quiet": {s.choir, s.hall}, "loud": {s.hall}})
	s.worked(s.offer)
	s.worked(s.taker.says("/ask", theNeed))
	s.bounced("guest@choir.example")
	path := "/by-hand/" + string(s.only().ID)
	lou.get(path).want(404)
	s.bounced("host@hall.example")
	lou.get(path).want(404)
	record := []string{"answer", "yes", "said_by", "Joan, the treasurer", "way", "phone"}
	first, second, third := kit.get(path), kit.get(path), kit.get(path)
	first.want(200, "Ask Creekside Choir").fill(path, record...).want(200, "Recorded.")
	second.fill(path, record...).want(409, "Open the page again")
	first.fill(path, record...).want(200, "done already")
	third.fill(path, append(record, "group", "")...).want(409, "Open the page again")
	third.fill(path, append(record, "group", string(market.NewID()))...).want(409)
	if in := s.only(); in.State != market.Asked || in.OfferAnswer != market.NoAnswer {
		t.Fatalf("%s, the other group's answer is %q", in.State, in.OfferAnswer)
	}
	if kept, err := s.store.Consents(t.Context(), s.only().ID, s.hall); err != nil || len(kept) != 0 {
		t.Errorf("on record for the other group: %+v (%v)", kept, err)
	}
	lou.get(path).want(200, "Ask Maze Hill Rooms").fill(path, append(record, "group", string(s.choir))...).want(404)
	kit.get(path).want(200, "Ask Maze Hill Rooms").fill(path, record...).want(200, "You are connected")
	lou.get(path).want(404)
	kit.get(path).want(200, "no longer waits")
}
