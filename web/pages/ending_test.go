package pages

import "testing"

// How an introduction ended is said in its own words, on its page and in the list, and nobody is said to have stopped what they did not.
func TestEachEndHasItsWordsForEachSide(t *testing.T) {
	s, path := connected(t)
	for cause, c := range map[string]struct{ side, need, offer, needLine, offerLine string }{
		"removed":      {"offer", "It is not to be this time", "Your group was hidden by moderation", "Goes no further", "Ended with your group"},
		"blocked":      {"need", "You keep Maze Hill Rooms apart", "It is not to be this time", "You keep them apart", "Goes no further"},
		"stopped":      {"need", "You stopped this", "It is not to be this time", "Goes no further", "Goes no further"},
		"group_closed": {"offer", "Maze Hill Rooms has closed its group", "Your group closed", "The group closed", "The group closed"},
		"closed":       {"offer", "Maze Hill Rooms has closed or paused", "What you posted was closed or paused", "Closed or paused", "Closed or paused"},
		"gone":         {"offer", "Others were quicker", "You have given this to others", "Gone to others", "Gone to others"},
		"filled":       {"need", "You have found what you needed", "Creekside Choir has found elsewhere", "Found elsewhere", "Found elsewhere"},
		"changed":      {"", "The two no longer fit", "The two no longer fit", "No longer fits", "No longer fits"},
		"not_agreed":   {"", "Nobody agreed how much and when within 14 days", "within 14 days", "Not agreed in time", "Not agreed in time"},
		"":             {"", "One of the two was closed or is found", "One of the two was closed or is found", "Goes no further", "Goes no further"},
	} {
		answer := map[string]string{"need": "need_answer", "offer": "offer_answer"}[c.side]
		if _, err := s.store.Pool().Exec(t.Context(), `update introductions set state = 'withdrawn', ended_at = now(), settled_at = now(), end_cause = $1, end_side = $2,
			need_answer = case when $3 = 'need_answer' then 'no' else 'yes' end, offer_answer = case when $3 = 'offer_answer' then 'no' else 'yes' end`, cause, c.side, answer); err != nil {
			t.Fatal(err)
		}
		need, offer := s.taker.get(path).want(200, c.need), s.giver.get(path).want(200, c.offer)
		if cause != "stopped" {
			need.without("You stopped this")
			offer.without("You stopped this")
		}
		s.taker.get("/introductions").want(200, c.needLine)
		s.giver.get("/introductions").want(200, c.offerLine)
	}
}
