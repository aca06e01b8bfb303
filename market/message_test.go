package market_test

import (
	"testing"
	"time"

	"wherewithal/market"
)

func TestAConversationClosesNinetyDaysAfterTheExchange(t *testing.T) {
	day := func(n int) *time.Time {
		at := time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, n)
		return &at
	}
	in := market.Introduction{State: market.Connected, ConnectedAt: day(0)}
	slots := []market.Slot{{From: *day(9), Until: *day(10)}, {From: *day(39), Until: *day(40)}}
	change := []market.Slot{{From: *day(200), Until: *day(201)}}
	in.Slots = slots // as it keeps what was agreed
	released := market.Exchange{Stage: market.Released, Slots: change}
	for name, c := range map[string]struct {
		ex      market.Exchange
		blocked bool
		at      *time.Time
		want    market.TalkState
	}{
		"day 13, nothing agreed yet":  {market.Exchange{Stage: market.Arranging}, false, day(13), market.TalkOpen},
		"day 89, given back":          {released, false, day(89), market.TalkOpen},
		"day 90, given back":          {released, false, day(90), market.TalkOver},
		"given back, then blocked":    {released, true, day(20), market.TalkStopped},
		"called off":                  {market.Exchange{Stage: market.CalledOff, Slots: slots}, false, day(2), market.TalkStopped},
		"a change, 89 days after it":  {market.Exchange{Stage: market.Suggested, Published: 2, Slots: change}, false, day(129), market.TalkOpen},
		"a change does not prolong":   {market.Exchange{Stage: market.Suggested, Published: 2, Slots: change}, false, day(130), market.TalkOver},
		"agreed, 89 days after it":    {market.Exchange{Slots: slots, AgreedAt: day(5)}, false, day(129), market.TalkOpen},
		"agreed, 90 days after it":    {market.Exchange{Slots: slots, AgreedAt: day(5)}, false, day(130), market.TalkOver},
		"agreed late without a time":  {market.Exchange{AgreedAt: day(50)}, false, day(139), market.TalkOpen},
		"one group blocked the other": {market.Exchange{}, true, day(1), market.TalkStopped},
	} {
		in := in
		if c.ex.Stage == market.Released || c.ex.Stage == market.CalledOff {
			in.State = market.Undone
		}
		if got := market.TalkOf(in, c.ex, c.blocked, *c.at); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	in.State = market.Undone
	if got := market.TalkOf(in, market.Exchange{}, false, *day(1)); got != market.TalkStopped {
		t.Errorf("stopped: %s", got)
	}
}

func TestWhoIsKeptApartDoesNotLearnWhatAListingIsCalledSince(t *testing.T) {
	end := time.Date(2027, 1, 14, 12, 0, 0, 0, time.UTC)
	listing := market.Listing{Side: market.Need, Title: "A choir's room", UpdatedAt: end.Add(-time.Hour)}
	edited := listing
	edited.Title, edited.UpdatedAt = "A choir's cellar", end.Add(time.Hour)
	met := market.Exchange{Stage: market.CalledOff, Snapshot: market.Snapshot{OfferTitle: "A hall", NeedTitle: "A choir's room"}}
	for name, c := range map[string]struct {
		ex    market.Exchange
		state market.State
		l     market.Listing
		apart bool
		want  string
	}{
		"as it was kept":                {met, market.Undone, edited, false, "A choir's room"},
		"as it was kept, apart":         {met, market.Undone, edited, true, "A choir's room"},
		"never connected":               {market.Exchange{}, market.Undone, edited, false, "A choir's cellar"},
		"never connected, apart":        {market.Exchange{}, market.Undone, edited, true, ""},
		"never connected, not changed":  {market.Exchange{}, market.Undone, listing, true, "A choir's room"},
		"begun, and since then blocked": {met, market.Connected, edited, true, "A choir's room"},
	} {
		in := market.Introduction{State: c.state, EndedAt: &end}
		if c.state == market.Connected {
			in.EndedAt = nil
		}
		if !in.Past(market.Dealings{Exchange: c.ex, Apart: c.apart}, end) {
			t.Errorf("%s: not past", name)
		}
		if got, past := (market.Dealings{Exchange: c.ex, Apart: c.apart}).TitleTold(in, c.l, end); got != c.want || !past {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	for name, in := range map[string]market.Introduction{
		"open": {State: market.Proposed}, "going on": {State: market.Connected}, "a no that can be taken back": {State: market.Declined, EndedAt: &end},
	} {
		if in.Past(market.Dealings{}, end) {
			t.Errorf("%s: past", name)
		}
		if got, past := (market.Dealings{}).TitleTold(in, edited, end); got != edited.Title || past {
			t.Errorf("%s: %q, past %v", name, got, past)
		}
	}
	at, released := end.AddDate(0, 0, -14), market.Dealings{Exchange: market.Exchange{Stage: market.Released}}
	if in := (market.Introduction{State: market.Undone, ConnectedAt: &at, EndedAt: &end}); in.Past(released, end) {
		t.Error("past while they write to each other")
	} else if released.Closed = true; !in.Past(released, end) {
		t.Error("not past when one has closed")
	}
}
