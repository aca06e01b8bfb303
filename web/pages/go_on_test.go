package pages

import (
	"net/url"
	"testing"
	"time"
)

// A need whose group let two mails of proposals lie gets no more, and its pages say so, and how it is looked for again.
func TestANeedThatLayTwiceIsLookedForAgain(t *testing.T) {
	s := openStreet(t)
	need := s.taker.says("/ask", theNeed)
	s.worked(need)
	in, path := s.only(), "/listings/"+string(need)
	lapsed := func(sql string) {
		t.Helper()
		_, err := s.store.Pool().Exec(t.Context(), sql)
		s.must(err)
	}
	const asks = "Do you still look?"
	lapsed(`update introductions set state = 'lapsed', ended_at = proposed_at, need_told_at = proposed_at`)
	s.taker.get(path).want(200).without(asks)
	s.taker.get(introPath(in.ID)).want(200, "Nobody answered in time. We go on looking.")
	lapsed(`insert into introductions select (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), 'need_told_at', i.need_told_at + interval '4 days'))).* from introductions i`)
	s.now = s.now.Add(time.Hour)
	s.taker.get("/mine").want(200, asks, "We still look")
	s.taker.get(introPath(in.ID)).want(200, "we suggest nothing more for this").without("We go on looking")
	s.giver.get(path).want(200).without(asks)
	s.giver.post(path+"/go-on", url.Values{}).want(404)
	s.taker.get(path).want(200, asks).fill(path+"/go-on").want(200, "We look again, and write as soon as something fits.").without(asks)
	s.taker.post(path+"/go-on", url.Values{}).want(200, "That was done already.")
	s.taker.get("/mine").want(200).without(asks)
}
