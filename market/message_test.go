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
